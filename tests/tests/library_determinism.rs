//! A membrane in `Fast` has the same bits with every C library: glibc selects variants of `exp`, `log` and `pow` by
//! processor, and these differ in the last bit. The test runs itself again with a glibc that is configured not to use
//! the variants with FMA and AVX2 (other C libraries ignore this), and compares the bits.

use std::process::Command;

use loligo::prelude::*;
use loligo_tests::sha256_of_doubles;

/// Cells with hh by its table and by its formulas, at a temperature at which rates are scaled, driven through and
/// beyond the range of voltages in which rates are interpolated (but not so far that they are computed exactly), and
/// all synapses.
fn network() -> Network {
    let mut network = Network::new();
    for table in [true, false] {
        let mut cell = Cell::new(format!("table {table}"));
        let soma = cell.add_section(Section::cylinder("soma", 17.0, 17.0));
        let dendrite = Section::cylinder("dend", 130.0, 1.3).with_segments(5).attached_to(soma, 1.0);
        let dendrite = cell.add_section(dendrite);
        cell.paint(Region::All, Hh { table, ..Hh::default() });
        cell.place("step", soma, 0.5, IClamp { delay: 2.0, dur: 20.0, amp: 0.37 });
        cell.place("blow", soma, 0.5, IClamp { delay: 12.0, dur: 3.0, amp: -4.0 });
        let fast = cell.place("fast", dendrite, 0.7, Exp2Syn { tau1: 0.37, tau2: 2.3, e: 0.0 });
        cell.place("alpha", dendrite, 0.3, AlphaSynapse { onset: 4.0, tau: 0.7, gmax: 3e-3, e: -10.0 });
        let cell = network.add_cell(cell);
        let train = NetStim { interval: 3.3, number: 9.0, start: 1.0, noise: 0.0 };
        let train = network.add_artificial_cell(format!("train of table {table}"), train);
        let target = TargetRef::Point { cell, point: fast };
        network.connect(Connection::new(SourceRef::Artificial(train), target, 2e-3, 0.5));
        network.record(VariableRef::voltage(cell, soma, 0.5));
        network.record(VariableRef::voltage(cell, dendrite, 0.9));
        network.record(VariableRef::point(cell, fast, "g"));
    }
    network
}

fn digest_of_run() -> String {
    let options = Options { celsius: 23.7, ..Options::default() };
    let mut simulation = Simulation::new(&network(), &options).expect("the model is sound");
    simulation.run_until(30.0).expect("it stays finite");
    let samples: Vec<f64> =
        (0..simulation.recordings()).flat_map(|k| simulation.samples(k).unwrap().to_vec()).collect();
    assert!(samples.iter().any(|&sample| sample < -200.0), "rates beyond the interpolated ones are needed");
    sha256_of_doubles(&samples)
}

/// Digest of the C library's results for many numbers.
fn digest_of_library() -> String {
    let numbers = (1..200_000).map(|k| f64::from(k) * 1.234e-4);
    sha256_of_doubles(&numbers.flat_map(|x| [x.exp(), x.ln(), 3f64.powf(x)]).collect::<Vec<f64>>())
}

#[test]
fn variants_of_the_c_library_give_the_same_bits() {
    const INNER: &str = "LOLIGO_TEST_PRINTS_DIGESTS";
    if std::env::var_os(INNER).is_some() {
        println!("digests {} {}", digest_of_run(), digest_of_library());
        return;
    }
    let test = std::env::current_exe().expect("the test knows its own file");
    let digests = |tunables: &str| -> Vec<String> {
        let mut command = Command::new(&test);
        command.args(["--exact", "variants_of_the_c_library_give_the_same_bits", "--nocapture"]);
        let output = command.env(INNER, "1").env("GLIBC_TUNABLES", tunables).output().expect("the test runs itself");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let digests = text.split_once("digests ").and_then(|(_, rest)| rest.lines().next());
        digests.unwrap_or_else(|| panic!("no digests in {text}")).split(' ').map(str::to_owned).collect()
    };
    let usual = digests("");
    let without = digests("glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable,-FMA4_Usable");
    assert_eq!(usual[0], without[0]);
    if usual[1] == without[1] {
        eprintln!("this C library has but one variant: nothing was tested");
    }
}
