//! Cells built here equal NEURON's: the text of `topology()` is the same, the distance of each segment from the soma
//! has the same bits, and so has every voltage of a run (`Exact`) in which conductances depend on distance, diameter
//! and x, for every way of building the cell and setting its parameters.
//!
//! `reference/cells.json` has NEURON 9.0.2's results for random trees of sections (`neuron/cells.py`).

use loligo::SegmentPlace;
use loligo::prelude::*;
use loligo_tests::{numbers, project_file, read_json, sha256_of_doubles};
use serde_json::Value;

/// A section of the reference, without a parent.
fn section(described: &Value) -> Section {
    let number = |key: &str| described[key].as_f64().expect("a number");
    let name = described["name"].as_str().expect("a name");
    Section::cylinder(name, number("L"), number("diam")).with_segments(number("nseg") as usize)
}

/// Index of the parent, position on it, end of the child.
fn parent(described: &Value) -> Option<(usize, f64, End)> {
    let parent = described.get("parent")?.as_u64()? as usize;
    let end = if described["end"] == 1 { End::One } else { End::Zero };
    Some((parent, described["x"].as_f64()?, end))
}

fn name_of(described: &Value) -> &str {
    described["name"].as_str().expect("a name")
}

/// Builds the cell section by section.
fn by_hand(sections: &[Value]) -> Cell {
    let mut cell = Cell::new("cell");
    for described in sections {
        let index = cell.add_section(section(described));
        if let Some((parent, x, end)) = parent(described) {
            assert!(cell.connect(index, end, parent, x));
        }
    }
    cell
}

/// Builds the cell with the builder, first all sections and then their parents; `None` if a child is attached
/// by its 1 end.
fn by_set_parent(sections: &[Value]) -> Option<Cell> {
    let mut builder = Cell::builder().add_soma_section(section(&sections[0]));
    for described in sections[1..].iter().rev() {
        builder = builder.free_branch(section(described));
    }
    for described in &sections[1..] {
        let (parent, x, end) = parent(described)?;
        if end == End::One {
            return None;
        }
        builder = builder.set_parent_at(name_of(described), name_of(&sections[parent]), x);
    }
    Some(builder.create().expect("it is a tree"))
}

/// Builds the cell with the builder's `select` and `add`.
fn by_add(sections: &[Value]) -> Option<Cell> {
    let mut builder = Cell::builder().add_soma_section(section(&sections[0]));
    for described in &sections[1..] {
        let (parent, x, end) = parent(described)?;
        if end == End::One {
            return None;
        }
        builder = builder.select(name_of(&sections[parent])).at(x).add(section(described));
    }
    Some(builder.create().expect("it is a tree"))
}

fn paint_by_curves(cell: &mut Cell) {
    let sodium = Curve::Exponential { offset: 0.02, scale: 0.1, rate: -0.01 };
    let potassium = Curve::Step { inside: 0.036, outside: 0.018, from: 50.0, to: 150.0 };
    let leak = Curve::Linear { at_zero: 1e-4, slope: 2e-4 };
    let hh = [
        ("gnabar", SpatialProfile::of_distance(sodium)),
        ("gkbar", SpatialProfile::of_distance(potassium)),
        ("gl", SpatialProfile::of_x(leak)),
    ];
    cell.paint_varying(Region::All, Hh::default(), hh);
    let conductance = Curve::Sigmoid { low: 1e-4, high: 5e-4, middle: 200.0, width: 40.0 };
    let reversal = Curve::Linear { at_zero: -65.0, slope: 0.5 };
    let pas = [("g", SpatialProfile::of_distance(conductance)), ("e", SpatialProfile::of_diameter(reversal))];
    cell.paint_varying(Region::All, Pas::default(), pas);
}

fn paint_by_functions(cell: &mut Cell) {
    let hh = |at: &SegmentPlace| Hh {
        gnabar: 0.02 + 0.1 * (-0.01 * at.distance).exp(),
        gkbar: if (50.0..150.0).contains(&at.distance) { 0.036 } else { 0.018 },
        gl: 1e-4 + 2e-4 * at.x,
        ..Hh::default()
    };
    cell.paint_with(Region::All, hh).expect("every region is there");
    let pas = |at: &SegmentPlace| Pas {
        g: 1e-4 + (5e-4 - 1e-4) / (1.0 + ((200.0 - at.distance) / 40.0).exp()),
        e: -65.0 + 0.5 * at.diameter,
    };
    cell.paint_with(Region::All, pas).expect("every region is there");
}

/// The voltage in the middle of every section, trace after trace.
fn run(mut cell: Cell, names: &[&str], numerics: Numerics) -> Vec<Vec<f64>> {
    let soma = cell.soma().expect("there is one");
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 2.0, amp: 1.0 });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    for name in names {
        let section = network.cells[cell].section(name).expect("it is there");
        network.record(VariableRef::voltage(cell, section, 0.5));
    }
    let mut simulation = Simulation::new(&network, &Options { numerics, ..Options::default() }).expect("it is sound");
    simulation.run_until(15.0).expect("it stays finite");
    (0..names.len()).map(|k| simulation.samples(k).unwrap().to_vec()).collect()
}

#[test]
fn trees_are_those_of_neuron() {
    let reference = read_json(&project_file("tests/reference/cells.json"));
    let cases = reference["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 18);
    let mut built = 0;
    for case in cases {
        let sections = case["sections"].as_array().expect("a list");
        let names: Vec<&str> = sections.iter().map(name_of).collect();
        let cells = [Some(by_hand(sections)), by_set_parent(sections), by_add(sections)];
        built += cells.iter().flatten().count() - 1;
        for (how, mut cell) in cells.into_iter().flatten().enumerate() {
            let place = format!("{}, way {how} to build it", case["name"]);
            assert_eq!(case["topology"].as_str(), Some(cell.topology().to_string().as_str()), "{place}");
            let places = cell.segments().expect("it is sound");
            for (name, distances) in names.iter().zip(case["distances"].as_array().expect("a list")) {
                let of_section = places.iter().filter(|at| cell.sections[at.section].name == *name);
                let found: Vec<f64> = of_section.map(|at| at.distance).collect();
                assert_eq!(found, numbers(distances), "{place}, {name}");
            }
            if how % 2 == 0 {
                paint_by_curves(&mut cell)
            } else {
                paint_by_functions(&mut cell)
            }
            let traces = run(cell, &names, Numerics::Exact);
            let last: Vec<f64> = traces.iter().map(|trace| trace[trace.len() - 1]).collect();
            assert_eq!(last, numbers(&case["last_v_mV"]), "{place}");
            assert_eq!(case["v_sha256"], sha256_of_doubles(&traces.concat()), "{place}");
        }
        let mut cell = by_hand(sections);
        paint_by_functions(&mut cell);
        for (trace, last) in run(cell, &names, Numerics::Fast).iter().zip(numbers(&case["last_v_mV"])) {
            let difference = (trace[trace.len() - 1] - last).abs();
            assert!(difference <= 1e-9, "{}: {difference:e} mV", case["name"]);
        }
    }
    assert!(built >= 12, "{built} cells came from the builder");
}

#[test]
fn what_is_painted_can_be_stored() {
    let reference = read_json(&project_file("tests/reference/cells.json"));
    let mut cell = by_hand(reference["cases"][9]["sections"].as_array().expect("a list"));
    paint_by_curves(&mut cell);
    paint_by_functions(&mut cell);
    let text = serde_json::to_string(&cell).expect("it can be written");
    assert_eq!(serde_json::from_str::<Cell>(&text).expect("it can be read"), cell);
}
