//! Numbers, operators, functions of the language, digits that are kept, folded constants.

use crate::probe::{Case, Probe, exact, network, numbers_of, same, section, section_of};
use loligo::prelude::*;

#[test]
fn operators_and_functions() {
    let Some(case) = Case::find("lexing") else { return };
    let mut cell = section_of(2);
    cell.paint(Region::All, Mechanism::new("lexa"));
    let network = network(case.catalogue(&["lexa"]), cell);
    let mut probe = Probe::with_options(&network, &Options { v_init: -61.0, celsius: 12.5, ..exact() });
    let pairs = case.lines().next().unwrap().split(';').map(numbers_of).filter(|pair| pair.len() == 2);
    let expected: Vec<f64> = pairs.map(|pair| pair[1]).collect();
    assert_eq!(expected.len(), 70);
    same(&probe.elements_at(0.25, "r", "lexa", 0..70), &expected, "lexa");
    // Element 66 counts in a LOCAL of the file, which instances share in NEURON.
    let second = case.printed("second instance");
    same(&probe.elements_at(0.75, "r", "lexa", [44, 63, 64, 65]), &second[..4], "the second instance");
    probe.simulation.initialize().unwrap();
    let again = case.printed("again");
    same(&probe.elements_at(0.25, "r", "lexa", [64, 65]), &again[..2], "again");
}

#[test]
fn digits_and_indices() {
    let Some(case) = Case::find("precision_indices_net_send") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("prec"));
    cell.paint(Region::All, Mechanism::new("idx"));
    let mut network = network(case.catalogue(&["prec", "idx", "vst"]), cell);
    let ways = [0.0, 1.0].map(|k| network.add_artificial_cell(format!("{k}"), Mechanism::new("Vst").with("k", k)));
    let times: Vec<_> = ways
        .into_iter()
        .flat_map(|cell| (0..60).map(move |k| VariableRef::artificial(cell, format!("ts[{k}]"))))
        .collect();
    let mut probe = Probe::start(&network, -65.0);
    let mut prec = probe.elements_at(0.5, "r", "prec", 0..12);
    let mut expected = case.printed("prec");
    // Element 8 is not set by the text.
    prec.remove(8);
    expected.remove(8);
    same(&prec, &expected, "prec");
    // One element of `idx` counts on in a second run.
    probe.simulation.initialize().unwrap();
    let mut idx = probe.elements_at(0.5, "r", "idx", 0..9);
    idx.extend(probe.elements_at(0.5, "a", "idx", 0..7));
    same(&idx, &case.printed("idx"), "idx");
    probe.run(45.0);
    let times: Vec<f64> = times
        .into_iter()
        .map(|variable| {
            let handle = probe.simulation.handle(&variable.into()).unwrap();
            probe.simulation.read(handle).unwrap()
        })
        .collect();
    // NEURON's times, by the model that it agreed with: without parentheses t is added first.
    let (mut plain, mut parenthesised) = (0.0 + 0.1 - 0.0, 0.0 + (0.1 - 0.0)); // ms
    for n in 1..=60 {
        same(&[times[n - 1], times[59 + n]], &[plain, parenthesised], "times of net_send");
        let next = 0.1 + n as f64 * 0.7; // ms
        plain = plain + next - plain;
        parenthesised += next - parenthesised;
    }
}

#[test]
fn folded_constants_and_numbers_that_are_not_finite() {
    let Some(case) = Case::find("folding_edge_cases") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("fold"));
    cell.paint(Region::All, Mechanism::new("fm"));
    let mut probe = Probe::start(&network(case.catalogue(&["fold", "fm"]), cell), -65.0);
    let folded = case.printed("sinh libm");
    same(&probe.elements_at(0.5, "r", "fold", 0..9), &folded[2..], "constants");
    same(&probe.elements_at(0.5, "r", "fm", 0..24), &case.printed("["), "fm");
}
