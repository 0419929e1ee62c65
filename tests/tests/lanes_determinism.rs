//! The vector instructions affect only the speed: every choice that the processor offers, from none to the widest,
//! gives the same bits in both kinds of arithmetic.

use loligo::Lanes;
use loligo::prelude::*;
use loligo_tests::{Fingerprint, varied_network};

#[test]
fn every_width_gives_the_same_bits() {
    let network = varied_network(30, 4, true);
    let available = Lanes::available();
    if available.len() == 1 {
        eprintln!("this processor offers no choice of vector instructions: nothing is compared");
    }
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let run = |lanes| {
            let options = Options { numerics, lanes, ..Options::default() };
            Fingerprint::of_run(&network, &options, 40.0)
        };
        let expected = run(Lanes::baseline());
        assert!(expected.spikes.len() > 100, "{} spikes are no test", expected.spikes.len());
        for &lanes in &available {
            if let Some(difference) = expected.difference(&run(lanes)) {
                panic!("{numerics:?}, {lanes:?}: {difference}");
            }
        }
    }
}
