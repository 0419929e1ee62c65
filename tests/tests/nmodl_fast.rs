//! Contract: with mechanisms in NMODL, `Fast` stays within 1e-9 mV of `Exact`, or within the difference that
//! the last bits of the initial voltage make in `Exact`; the numbers of spikes are equal.
//!
//! The mechanisms are those of `examples/mods` and `tests/mods/hh.mod`, with and without its table.

use loligo::prelude::*;
use loligo::{Catalogue, Mechanism, nmodl};
use loligo_random::Random123;
use loligo_tests::sensitivity::{difference, run, sensitivity};
use loligo_tests::{Dice, project_file};

fn catalogue() -> Catalogue {
    let files = ["examples/mods", "tests/mods/hh.mod"].map(project_file);
    nmodl::load(Catalogue::builtin(), files).unwrap_or_else(|error| panic!("{error}")).catalogue
}

/// A cell of some sections that fires.
fn driven(catalogue: &Catalogue, dice: &mut Dice) -> Network {
    let mut cell = Cell::new("cell");
    let size = dice.between(20.0, 60.0); // um
    let soma = cell.add_section(Section::cylinder("soma", size, size));
    for k in 0..dice.below(4) {
        let dendrite = Section::cylinder(format!("dend{k}"), dice.between(50.0, 300.0), dice.between(1.0, 4.0));
        cell.add_section(dendrite.with_segments(1 + dice.below(5)).attached_to(soma, 1.0));
    }
    cell.paint(Region::All, Mechanism::new("pas").with("g", 1e-4).with("e", -70.0));
    if dice.below(2) == 0 {
        cell.paint(Region::All, Mechanism::new("hh"));
    } else {
        cell.paint(SectionKind::Soma, Mechanism::new("na_tm").with("gbar", dice.between(0.02, 0.08)));
        cell.paint(SectionKind::Soma, Mechanism::new("kdr_tm").with("gbar", dice.between(0.003, 0.008)));
        cell.paint(Region::All, Mechanism::new("im_ya").with("gbar", dice.between(1e-5, 1e-4)));
    }
    let amp = dice.between(0.05, 0.5) * (size / 30.0).powi(2); // nA
    cell.place("step", soma, 0.5, IClamp { delay: dice.between(0.5, 5.0), dur: 100.0, amp });
    let mut network = Network::with_catalogue(catalogue.clone());
    network.set_global("hh", "usetable", f64::from(u8::from(dice.below(2) == 0)));
    let cell = network.add_cell(cell);
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network.watch(SourceRef::voltage(cell, soma, 0.5), -10.0);
    network
}

/// Length of the runs, ms.
const TSTOP: f64 = 50.0;

#[test]
fn fast_stays_within_its_bound() {
    let catalogue = catalogue();
    let (mut spikes, mut differ, mut beyond, mut sensitive) = (0, 0, Vec::new(), 0);
    for seed in 0..200 {
        let mut dice = Dice(Random123::new(seed, 23, 5));
        let network = driven(&catalogue, &mut dice);
        let celsius = dice.between(6.3, 36.0); // degC
        let of = |numerics| Options { numerics, celsius, ..Options::default() };
        let [exact, fast] = [Numerics::Exact, Numerics::Fast].map(|numerics| run(&network, &of(numerics), TSTOP));
        let error = difference(&exact, &fast, 0);
        if error > 1e-9 {
            // A cell that amplifies the last bits of its initial voltage as much has no better defined voltage.
            let of_exact = sensitivity(&network, &of(Numerics::Exact), TSTOP, &exact)[0];
            println!("seed {seed}: {error} mV; last bits of the initial voltage make {of_exact} mV in Exact");
            match error > of_exact {
                true => beyond.push(format!("seed {seed}: {error} mV, sensitivity {of_exact} mV")),
                false => sensitive += 1,
            }
        }
        assert_eq!(exact.spikes().len(), fast.spikes().len(), "seed {seed}");
        spikes += exact.spikes().len();
        differ += usize::from(error > 0.0);
    }
    println!("{spikes} spikes, {differ} runs differ, beyond the bound: {beyond:#?}");
    assert!(spikes > 200 && differ > 150, "{spikes} spikes; {differ} runs by Fast");
    assert!(beyond.is_empty() && sensitive < 5, "{sensitive} sensitive cells; {beyond:#?}");
}
