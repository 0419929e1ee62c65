//! Contract: cells that share a description and have values of their own give the same results, to the bit, as cells
//! with separate descriptions.

use loligo::prelude::*;
use loligo::{ModelError, Shared, TableError};

const CELLS: usize = 7;

fn gnabar(k: usize) -> f64 {
    0.10 + 0.01 * k as f64 // S/cm2
}

fn amplitude(k: usize) -> f64 {
    0.2 + 0.1 * k as f64 // nA
}

fn leak(k: usize) -> f64 {
    1e-4 * (1 + k) as f64 // S/cm2
}

fn sodium(k: usize) -> f64 {
    50.0 + k as f64 // mV
}

fn axial_resistance(k: usize) -> f64 {
    80.0 + 10.0 * k as f64 // ohm cm
}

fn length(k: usize) -> f64 {
    150.0 + 20.0 * k as f64 // um
}

/// A soma and two dendrites. A set of `values` is part of the description; without one the defaults are used.
fn cell(values: Option<usize>) -> Cell {
    let mut cell = Cell::new("cell");
    let dendrite = |name: &str, k: Option<usize>| {
        let section = Section::cylinder(name, k.map_or(200.0, length), 2.0).with_segments(3).attached_to(0, 1.0);
        section.with_axial_resistance(k.map_or(100.0, axial_resistance))
    };
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    let first = cell.add_section(dendrite("dend1", values));
    cell.add_section(dendrite("dend2", values));
    cell.define_list("both", ["dend1", "dend2"]);
    cell.paint(Region::All, Hh { gnabar: values.map_or(0.12, gnabar), ..Hh::default() });
    cell.paint(Region::section_named("dend2"), Mechanism::new("hh").with("gnabar", 0.05));
    cell.paint(SectionKind::Dendrite, Pas { g: values.map_or(1e-4, leak), e: -65.0 });
    cell.paint(Region::section_named("soma"), Mechanism::new("na_ion").with("ena", values.map_or(50.0, sodium)));
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: values.map_or(0.0, amplitude) });
    cell.place("synapse", first, 0.8, ExpSyn { tau: 2.0, e: 0.0 });
    cell
}

/// Results of a ring of cells, with everything recorded.
fn simulate(cells: impl FnOnce(&mut Network), numerics: Numerics) -> (Vec<Vec<u64>>, Vec<u64>) {
    let mut network = Network::new();
    cells(&mut network);
    assert_eq!(network.cells.len(), CELLS);
    for cell in 0..CELLS {
        let target = TargetRef::Point { cell: (cell + 1) % CELLS, point: 1 };
        network.connect(Connection::new(SourceRef::voltage(cell, 0, 0.5), target, 0.01, 1.5));
        for variable in ["v", "m_hh", "ina", "ena"] {
            network.record(VariableRef::section(cell, 0, 0.5, variable));
            network.record(VariableRef::section(cell, 2, 0.9, variable));
        }
        network.record(VariableRef::point(cell, 0, "i"));
        network.record(VariableRef::point(cell, 1, "g"));
    }
    let options = Options { numerics, group_nodes: 30, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
    simulation.run_until(30.0).expect("voltages stay finite");
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    let traces = (0..simulation.recordings()).map(|recording| bits(simulation.samples(recording).unwrap())).collect();
    let spikes: Vec<_> =
        simulation.spikes().iter().flat_map(|spike| [spike.t.to_bits(), spike.source as u64]).collect();
    assert!(spikes.len() > 2 * CELLS, "there is something to compare");
    (traces, spikes)
}

/// Gives each cell a description of its own.
fn separate(network: &mut Network) {
    for k in 0..CELLS {
        network.add_cell(Cell { name: format!("cell[{k}]"), ..cell(Some(k)) });
    }
}

fn column(value: fn(usize) -> f64) -> Vec<f64> {
    (0..CELLS).map(value).collect()
}

fn table() -> ParameterTable {
    ParameterTable::new()
        .with("soma.hh.gnabar", column(gnabar))
        .with("dend1.hh.gnabar", column(gnabar))
        .with("both.pas.g", column(leak))
        .with("soma.na_ion.ena", column(sodium))
        .with("electrode.amp", column(amplitude))
        .with("dendrite.Ra", column(axial_resistance))
        .with("both.L", column(length))
}

#[test]
fn an_ensemble_computes_what_separate_cells_compute() {
    for numerics in [Numerics::Fast, Numerics::Exact] {
        let ensemble = |network: &mut Network| {
            network.add_ensemble(&cell(None), &table()).expect("columns are of one length");
        };
        assert!(simulate(ensemble, numerics) == simulate(separate, numerics), "{numerics:?}");
    }
}

#[test]
fn copies_share_their_description_and_compute_what_separate_cells_compute() {
    let copies = |network: &mut Network| {
        let first = cell(None);
        for k in 0..CELLS {
            network.add_cell(Cell { name: format!("cell[{k}]"), ..first.clone() });
        }
        assert!(network.cells.iter().all(|cell| cell.points.is_shared_with(&first.points)));
        let own = network.cells.iter_mut().enumerate();
        own.for_each(|(k, cell)| cell.set("electrode.amp", amplitude(k)));
        assert!(network.cells.iter().all(|cell| cell.points.is_shared_with(&first.points)));
    };
    let separate = |network: &mut Network| {
        for k in 0..CELLS {
            let mut own = cell(None);
            own.points[0].mechanism = Mechanism::from(IClamp { delay: 1.0, dur: 1e9, amp: amplitude(k) }).into();
            own.sections = Shared::from(own.sections.to_vec());
            network.add_cell(own);
        }
    };
    assert!(simulate(copies, Numerics::Fast) == simulate(separate, Numerics::Fast));
}

#[test]
fn an_own_value_may_choose_another_variant_of_a_mechanism() {
    let choice = |k: usize| f64::from(k.is_multiple_of(2));
    let ensemble = |network: &mut Network| {
        let table = ParameterTable::new().with("all.hh.table", column(choice)).with("electrode.amp", column(amplitude));
        network.add_ensemble(&cell(None), &table).expect("columns are of one length");
    };
    let separate = |network: &mut Network| {
        for k in 0..CELLS {
            let mut own = cell(None);
            own.paint(Region::All, Mechanism::new("hh").with("table", choice(k)));
            own.points[0].mechanism = Mechanism::from(IClamp { delay: 1.0, dur: 1e9, amp: amplitude(k) }).into();
            network.add_cell(own);
        }
    };
    assert!(simulate(ensemble, Numerics::Fast) == simulate(separate, Numerics::Fast));
}

#[test]
fn of_several_own_values_the_last_counts() {
    let twice = |network: &mut Network| {
        let table = ParameterTable::new().with("electrode.amp", [9.0; CELLS]).with("electrode.amp", column(amplitude));
        network.add_ensemble(&cell(None), &table).expect("columns are of one length");
    };
    let once = |network: &mut Network| {
        let table = ParameterTable::new().with("electrode.amp", column(amplitude));
        network.add_ensemble(&cell(None), &table).expect("columns are of one length");
    };
    assert!(simulate(twice, Numerics::Fast) == simulate(once, Numerics::Fast));
}

/// The error message for a cell with this value of its own.
fn complaint(parameter: &str, value: f64) -> String {
    let mut network = Network::new();
    let mut cell = cell(None);
    cell.sections.push(Section::points(
        "axon",
        vec![Point3d { x: 0.0, y: 0.0, z: 0.0, diameter: 1.0 }, Point3d { x: 9.0, y: 0.0, z: 0.0, diameter: 1.0 }],
    ));
    network.add_cell(cell.clone());
    cell.set(parameter, value);
    network.add_cell(cell);
    network.check().iter().map(ModelError::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn names_that_lead_nowhere_are_explained() {
    insta::assert_snapshot!(
        [
            "gnabar",
            "soma.gnabar",
            "soma.hh",
            "soma.hh.gnabarr",
            "soma.hhh.gnabar",
            "soma.hh.m",
            "sonne.hh.gnabar",
            "soma.pas.g",
            "apical.hh.gnabar",
            "elektrode.amp",
            "electrode.ampp",
            "axon.L",
            "",
        ]
        .map(|name| complaint(name, 1.0))
        .join("\n"),
        @r#"
        cell "cell" has no parameter "gnabar": write "region.mechanism.parameter", "point_process.parameter", or "region.L" (diam, Ra, cm)
        cell "cell" has no parameter "soma.gnabar": write "region.mechanism.parameter", "point_process.parameter", or "region.L" (diam, Ra, cm)
        cell "cell" has no parameter "soma.hh": write "region.mechanism.parameter", "point_process.parameter", or "region.L" (diam, Ra, cm)
        cell "cell" has no parameter "soma.hh.gnabarr": "hh" has no parameter "gnabarr"; did you mean "gnabar"?
        cell "cell" has no parameter "soma.hhh.gnabar": there is no mechanism "hhh"; did you mean "hh"?
        cell "cell" has no parameter "soma.hh.m": "hh" has no parameter "m"
        cell "cell" has no parameter "sonne.hh.gnabar": there is no section, list or kind of sections "sonne"
        cell "cell" has no parameter "soma.pas.g": no such section has "pas"; paint it there
        cell "cell" has no parameter "apical.hh.gnabar": there is no section, list or kind of sections "apical"
        cell "cell" has no parameter "elektrode.amp": did you mean "electrode.amp"?
        cell "cell" has no parameter "electrode.ampp": "IClamp" has no parameter "ampp"; did you mean "amp"?
        cell "cell" has no parameter "axon.L": "axon" has 3-D points, which give its length and diameters
        cell "cell" has no parameter "": write "region.mechanism.parameter", "point_process.parameter", or "region.L" (diam, Ra, cm)
        "#
    );
}

#[test]
fn values_out_of_range_are_explained() {
    insta::assert_snapshot!(
        [("soma.hh.gnabar", -1.0), ("synapse.tau", 0.0), ("soma.hh.gnabar", f64::NAN), ("soma.L", -3.0), ("all.cm", f64::NAN)]
            .map(|(name, value)| complaint(name, value))
            .join("\n"),
        @r#"
        cell "cell", point process "synapse": ExpSyn's tau = 0 ms; give a value from 1e-9 to 1e9
        cell "cell": hh's gnabar = NaN S/cm2; give a value that is finite
        cell "cell", section "soma": length L = -3 um; give a positive length
        cell "cell", section "soma": membrane capacitance cm = NaN uF/cm2; give a positive number (1 is usual)
        cell "cell", section "dend1": membrane capacitance cm = NaN uF/cm2; give a positive number (1 is usual)
        cell "cell", section "dend2": membrane capacitance cm = NaN uF/cm2; give a positive number (1 is usual)
        cell "cell", section "axon": membrane capacitance cm = NaN uF/cm2; give a positive number (1 is usual)
        "#
    );
}

#[test]
fn columns_have_one_length() {
    let table = ParameterTable::new().with("electrode.amp", [0.1, 0.2]).with("soma.hh.gnabar", [0.1]);
    let table = table.with("soma.L", [10.0, 20.0]).with("dend1.L", [1.0; 3]);
    let errors = Network::new().add_ensemble(&cell(None), &table).expect_err("two columns are of another length");
    let wrong = |parameter: &str, given| TableError::Length { parameter: parameter.into(), given, expected: 2 };
    assert_eq!(errors.0, [wrong("soma.hh.gnabar", 1), wrong("dend1.L", 3)]);
}

#[test]
fn what_is_no_table_is_explained() {
    let wrong = [
        "",
        "electrode.amp\n",
        "electrode.amp,soma.hh.gnabar\n0.1,0.1\n0.2\n",
        "electrode.amp, soma.hh.gnabar\n0.1, 0.1\n\n0.2, 0.1x\n",
        "electrode.amp\nNaN\n",
        "electrode.amp,\n1,2\n",
        "electrode.amp,electrode.amp\n1,2\n",
    ];
    let complaint = |text: &str| ParameterTable::read(text.as_bytes()).expect_err(text).to_string();
    insta::assert_snapshot!(wrong.map(complaint).join("\n"), @r#"
        the table has no rows; give each cell one, below a line with the names of the parameters
        the table has no rows; give each cell one, below a line with the names of the parameters
        line 3 has 1 values, the header 2 names; give a value for each
        line 4, column 6: "0.1x" for "soma.hh.gnabar" is not a finite number
        line 2, column 1: "NaN" for "electrode.amp" is not a finite number
        line 1, column 15: the 2. name is empty; name each parameter once, as "soma.hh.gnabar" or "electrode.amp"
        line 1, column 15: "electrode.amp" comes twice; name each parameter once, as "soma.hh.gnabar" or "electrode.amp"
        "#);
}
