//! TABLE and FUNCTION_TABLE.

use crate::probe::{Case, Probe, exact, network, numbers_of, same, section, section_of};
use loligo::kernels::FunctionTable;
use loligo::prelude::*;

/// Two segments with `tabp` and `tabt`, whose `k` differ.
fn tables(case: &Case, k: [[f64; 2]; 2]) -> Network {
    let mut cell = section_of(2);
    let [tabp, tabt] = k;
    cell.paint(Region::All, Mechanism::new("tabp").with("k", tabp[0]));
    cell.paint(Region::All, Mechanism::new("tabt").with("k", tabt[0]));
    network(case.catalogue(&["tabp", "tabt"]), cell)
}

#[test]
fn procedures_and_functions_of_tables() {
    let Some(case) = Case::find("table") else { return };
    let network = tables(&case, [[2.0, 2.0], [1.0, 1.0]]);
    let mut probe = Probe::with_options(&network, &Options { v_init: 1.3, celsius: 7.0, ..exact() });
    // `tabp` is not thread-safe: its tables are made again for an instance with another k.
    probe.set(0.75, "k_tabp", 3.0);
    probe.simulation.initialize().unwrap();
    let found = [(0.25, "inf_tabp"), (0.75, "inf_tabp"), (0.25, "o2_tabp"), (0.75, "o2_tabp")];
    same(&found.map(|(x, variable)| probe.at(x, variable)), &case.printed("inf"), "tabp");
    same(&[0.25, 0.75].map(|x| probe.at(x, "inf_tabt")), &case.printed("tabt")[..2], "tabt");

    // `tabt` is thread-safe: all instances use the table of the first one.
    probe.set_global("tabt", "sc", 2.0);
    probe.set(0.25, "k_tabt", 5.0);
    probe.set(0.75, "k_tabt", 7.0);
    probe.simulation.initialize().unwrap();
    same(&[0.25, 0.75].map(|x| probe.at(x, "inf_tabt")), &case.printed("tabt k5")[2..], "another k");
    probe.set(0.25, "k_tabt", 6.0);
    probe.set_global("tabt", "hi", 30.0);
    probe.step(1);
    same(&[0.25, 0.75].map(|x| probe.at(x, "inf_tabt")), &case.printed("after fadvance")[1..], "after a step");
    // NEURON keeps the table when a bound changes that is not behind DEPEND; here every change of a global makes it anew.
    probe.set_global("tabt", "hi", 10.0);

    probe.set_global("tabt", "usetable", 0.0);
    probe.simulation.initialize().unwrap();
    let [first, second] = [0.25, 0.75].map(|x| probe.at(x, "inf_tabt"));
    let exact = |k: f64| k * 2.0 * (1.3_f64 / 5.0).exp() * 0.025;
    assert!((first - exact(6.0)).abs() < 1e-15 && (second - exact(7.0)).abs() < 1e-15, "without the table");
}

#[test]
fn inputs_outside_the_table() {
    let Some(case) = Case::find("table") else { return };
    let line = case.lines().find(|line| line.starts_with("-500")).unwrap();
    for entry in line.split(';').filter(|entry| !entry.contains('[')) {
        let pair = numbers_of(entry);
        let network = tables(&case, [[2.0, 2.0], [6.0, 6.0]]);
        let (v_init, expected) = (pair[0], pair[1]);
        if !v_init.is_finite() {
            continue; // a voltage must be finite
        }
        let mut network = network;
        network.set_global("tabt", "sc", 2.0);
        let mut probe = Probe::with_options(&network, &Options { v_init, dt: 0.05, ..exact() });
        same(&[probe.at(0.25, "inf_tabt")], &[expected], "outside");
    }
}

#[test]
fn function_tables() {
    let Some(case) = Case::find("random") else { return };
    let mut lines = case.lines().skip_while(|line| !line.starts_with("-20 1.0; -10"));
    let uniform = FunctionTable::uniform(vec![1.0, 2.0, 4.0, 0.0], -10.0, 20.0).unwrap();
    let irregular = FunctionTable::irregular(vec![1.0, 2.0, 4.0, 0.0], vec![0.0, 1.0, 2.0, 4.0]).unwrap();
    let line = |text: &str| text.split(';').map(numbers_of).filter(|pair| pair.len() == 2).collect::<Vec<_>>();
    let cases = [(uniform, line(lines.next().unwrap())), (irregular, line(lines.next().unwrap()))];
    for (table, pairs) in cases {
        assert!(pairs.len() > 5);
        for pair in pairs {
            let mut cell = section();
            cell.paint(Region::All, Mechanism::new("ft"));
            let mut network = network(case.catalogue(&["ft"]), cell);
            network.set_function_table("ft", "tf", table.clone());
            let mut probe = Probe::start(&network, pair[0]);
            same(&[probe.at(0.5, "o_ft")], &pair[1..], "a function table");
        }
    }
}
