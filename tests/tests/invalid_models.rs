//! No description of a model, however wrong, panics or runs: `Network::check` returns all faults at once, each with a
//! message that names the cell, the section or point process, and the value, and says what to do. The tests cover every
//! kind of `ModelError`. A description that is written as JSON and read again is equal to the last bit.

use loligo::prelude::*;
use loligo::{ModelError, Shape, SimulationError};
use loligo_tests::varied_network;

/// A network of one cell "granule" with sections "soma" and "dend", changed.
fn changed(change: impl FnOnce(&mut Network)) -> Vec<ModelError> {
    let mut cell = Cell::new("granule");
    let soma = cell.add_section(Section::cylinder("soma", 10.0, 10.0));
    cell.add_section(Section::cylinder("dend", 100.0, 1.0).with_segments(3).attached_to(soma, 1.0));
    cell.paint(Region::All, Pas::default());
    cell.place("synapse", 1, 0.5, ExpSyn::default());
    cell.place("electrode", 0, 0.5, IClamp::default());
    let mut network = Network::new();
    network.add_cell(cell);
    network.add_artificial_cell("train", NetStim::default());
    assert_eq!(network.check(), []);
    change(&mut network);
    let errors = network.check();
    // A simulation rejects it with the same errors; compared as text, since NaN is not equal to
    // itself.
    match Simulation::new(&network, &Options::default()) {
        Err(SimulationError::Model(refused)) => assert_eq!(format!("{:?}", refused.0), format!("{errors:?}")),
        other => panic!("{other:?}"),
    }
    errors
}

/// The only message after a change.
fn message(change: impl FnOnce(&mut Network)) -> String {
    let errors = changed(change);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].to_string()
}

fn section(network: &mut Network, index: usize) -> &mut Section {
    &mut network.cells[0].sections[index]
}

#[test]
fn geometry() {
    let dend = |change: fn(&mut Section)| message(|n| change(section(n, 1)));
    let place = "cell \"granule\", section \"dend\"";
    for (found, expected) in [
        (
            dend(|s| s.shape = Shape::Cylinder { length: -3.0, diameters: vec![1.0] }),
            "length L = -3 um; give a positive length",
        ),
        (
            dend(|s| s.shape = Shape::Cylinder { length: 3.0, diameters: vec![1.0, f64::NAN, 1.0] }),
            "segment 1: diameter = NaN um; give a positive diameter",
        ),
        (
            dend(|s| s.shape = Shape::Cylinder { length: 3.0, diameters: vec![1.0, 1.0] }),
            "dend\": has 3 segments but 2 diameters; give one diameter a segment",
        ),
        (
            dend(|s| s.shape = Shape::Points(vec![Point3d { x: 1.0, y: 0.0, z: 0.0, diameter: 1.0 }; 1])),
            "its 1 3-D points span no length; give two different points, or L and diam",
        ),
        (
            dend(|s| s.shape = Shape::Points(vec![Point3d { x: 1.0, y: 0.0, z: 0.0, diameter: 0.0 }; 2])),
            "3-D points 0 to 1 have no diameter, so there is no membrane; give diameters of at least 1e-6 um there",
        ),
        (dend(|s| s.membrane_capacitance = 0.0), "cm = 0 uF/cm2; give a positive number of at least 1e-6 uF/cm2"),
        (
            dend(|s| s.shape = Shape::Cylinder { length: 1e-12, diameters: vec![1.0] }),
            "length L = 1e-12 um; give a positive length of at least 1e-9 um",
        ),
        (
            dend(|s| {
                let point = |x| Point3d { x, y: 0.0, z: 0.0, diameter: 1.0 };
                s.shape = Shape::Points(vec![point(0.0), point(f32::INFINITY)]);
            }),
            "3-D point 1 is not a finite number; mend the morphology",
        ),
        (dend(|s| s.discretization = Discretization::Fixed(0)), "nseg = 0; give a number from 1 to 32767"),
        (dend(|s| s.discretization = Discretization::Fixed(40_000)), "nseg = 40000; give a number from 1 to 32767"),
        (dend(|s| s.axial_resistance = 0.0), "axial resistance Ra = 0 ohm cm; give a positive number"),
        (dend(|s| s.membrane_capacitance = -1.0), "membrane capacitance cm = -1 uF/cm2; give a positive number"),
        (
            dend(|s| s.parent = Some(Attachment { parent: 7, parent_x: 1.0, child_end: End::Zero })),
            "dend\": is connected to section 7, which does not exist",
        ),
        (
            dend(|s| s.parent = Some(Attachment { parent: 0, parent_x: 1.5, child_end: End::Zero })),
            "connected at parent position x = 1.5; x runs from 0 to 1",
        ),
        (
            dend(|s| s.parent = Some(Attachment { parent: 1, parent_x: 0.5, child_end: End::One })),
            "its own ancestor; disconnect the loop",
        ),
    ] {
        assert!(found.starts_with(place) && found.contains(expected), "{found}\n  lacks: {expected}");
    }
}

#[test]
fn names_and_regions() {
    assert_eq!(
        message(|n| {
            n.add_cell(Cell::new("ghost"));
        }),
        "cell \"ghost\" has no sections; add at least a soma"
    );
    assert_eq!(
        message(|n| section(n, 1).name = "soma".into()),
        "cell \"granule\" has two sections named \"soma\"; give each its own name"
    );
    assert_eq!(
        message(|n| n.cells[0].points[0].name = "electrode".into()),
        "cell \"granule\" has two point processes named \"electrode\"; give each its own name"
    );
    let twice = message(|n| {
        n.add_artificial_cell("train", NetStim::default());
    });
    assert!(twice.contains("two artificial cells named \"train\""), "{twice}");
    assert_eq!(
        message(|n| n.cells[0].paint(Region::section_named("dendd"), Pas::default())),
        "cell \"granule\" has no section \"dendd\"; did you mean \"dend\"?"
    );
    assert_eq!(
        message(|n| n.cells[0].paint(Region::List("basal".into()), Pas::default())),
        "cell \"granule\" has no section list \"basal\""
    );
    assert_eq!(
        message(|n| {
            n.cells[0].define_list("basal", ["dend", "dent"]);
            n.cells[0].paint(Region::List("basal".into()), Pas::default());
        }),
        "cell \"granule\" has no section \"dent\"; did you mean \"dend\"?"
    );
}

#[test]
fn mechanisms_and_parameters() {
    assert_eq!(
        message(|n| n.cells[0].paint(Region::All, Mechanism::new("pass"))),
        "cell \"granule\": there is no mechanism \"pass\"; did you mean \"pas\"?"
    );
    assert_eq!(
        message(|n| {
            n.cells[0].place("leak", 0, 0.5, Pas::default());
        }),
        "cell \"granule\", point process \"leak\": \"pas\" is a density mechanism; paint it on a region"
    );
    assert_eq!(
        message(|n| n.cells[0].paint(Region::All, NetStim::default())),
        "cell \"granule\": \"NetStim\" is an artificial cell; add it to the network's artificial cells"
    );
    assert_eq!(
        message(|n| {
            n.add_artificial_cell("synapse", ExpSyn::default());
        }),
        "artificial cell \"synapse\": \"ExpSyn\" is a point process; place it at a point of a section"
    );
    assert_eq!(
        message(|n| n.cells[0].paint(Region::All, Mechanism::new("hh").with("gnabarr", 0.1))),
        "cell \"granule\": \"hh\" has no parameter \"gnabarr\"; did you mean \"gnabar\"?"
    );
    for (value, text) in [(-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let found = message(|n| {
            n.cells[0].place("second", 1, 0.5, ExpSyn { tau: value, e: 0.0 });
        });
        let expected =
            format!("cell \"granule\", point process \"second\": ExpSyn's tau = {text} ms; give a value from ");
        assert!(found.starts_with(&expected), "{found}");
    }
    assert_eq!(
        message(|n| {
            n.add_artificial_cell("replay", VecStim { times: vec![1.0, 3.0, 2.0] });
        }),
        "artificial cell \"replay\": time 2 is 2 ms; give finite times of at least 0 ms in ascending order"
    );
}

#[test]
fn places_and_indices() {
    assert_eq!(
        message(|n| {
            n.cells[0].place("second", 1, 1.01, ExpSyn::default());
        }),
        "cell \"granule\", point process \"second\": x = 1.01; x runs from 0 to 1"
    );
    assert_eq!(
        message(|n| {
            n.cells[0].place("second", 5, 0.5, ExpSyn::default());
        }),
        "cell \"granule\", point process \"second\": there is no section 5"
    );
    let synapse = TargetRef::Point { cell: 0, point: 0 };
    for (connection, expected) in [
        (Connection::new(SourceRef::voltage(3, 0, 0.5), synapse, 0.1, 1.0), "connection 0: there is no cell 3"),
        (Connection::new(SourceRef::voltage(0, 2, 0.5), synapse, 0.1, 1.0), "connection 0: there is no section 2"),
        (Connection::new(SourceRef::Artificial(1), synapse, 0.1, 1.0), "connection 0: there is no artificial cell 1"),
        (
            Connection::new(SourceRef::Artificial(0), TargetRef::Point { cell: 0, point: 9 }, 0.1, 1.0),
            "connection 0: there is no point process 9",
        ),
        (
            Connection::new(SourceRef::voltage(0, 0, -0.5), synapse, 0.1, 1.0),
            "connection 0: x = -0.5; x runs from 0 to 1",
        ),
    ] {
        let found = message(|n| {
            n.connect(connection);
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn variables() {
    assert_eq!(
        message(|n| {
            n.record(VariableRef::section(0, 1, 0.5, "i_pass"));
        }),
        "recording \"granule.dend(0.5).i_pass\": granule.dend(0.5).i_pass: there is no variable \"i_pass\" there; \
         did you mean \"i_pas\"?"
    );
    assert_eq!(
        message(|n| n.play(VariableRef::voltage(0, 1, 0.5), Waveform::steps(vec![0.0], vec![0.0]))),
        "waveform 0: \"granule.dend(0.5).v\" can't be played; play onto a parameter of a mechanism"
    );
    assert_eq!(
        message(|n| n.play(VariableRef::point(0, 1, "amp"), Waveform::steps(vec![0.0, f64::NAN], vec![0.0, 1.0]))),
        "waveform 0: time 1 is NaN ms; give finite times of at least 0 ms in ascending order"
    );
    let never = message(|n| {
        n.record_as("v", VariableRef::voltage(0, 0, 0.5), 0);
    });
    assert_eq!(never, "recording \"v\": every (steps) = 0; give 1 for every step");
}

#[test]
fn connections() {
    let train = SourceRef::Artificial(0);
    let synapse = TargetRef::Point { cell: 0, point: 0 };
    for (connection, expected) in [
        (
            Connection::new(train.clone(), TargetRef::Point { cell: 0, point: 1 }, 0.1, 1.0),
            "connection 0: \"electrode\" is a IClamp, which receives no events; connect to a synapse or artificial cell",
        ),
        (
            Connection::new(train.clone(), synapse, 0.1, -1.0),
            "connection 0: delay (ms) = -1; give a delay of at least 0 ms",
        ),
        (Connection::new(train.clone(), synapse, f64::NAN, 1.0), "connection 0: weight = NaN; give a finite weight"),
        (
            Connection { weight: vec![0.1, 0.2], ..Connection::new(train.clone(), synapse, 0.1, 1.0) },
            "connection 0: number of weights = 2; give at most as many as the target takes, which is one for the built-in \
             synapses",
        ),
        (
            Connection::new(SourceRef::voltage(0, 0, 0.5), synapse, 0.1, 1.0).with_threshold(f64::INFINITY),
            "connection 0: threshold = inf; give a finite threshold",
        ),
        (
            Connection { events: vec![1.0, f64::INFINITY], ..Connection::new(train, synapse, 0.1, 1.0) },
            "connection 0: time 1 is inf ms; give finite times of at least 0 ms in ascending order",
        ),
    ] {
        let found = message(|n| {
            n.connect(connection);
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn global_ids() {
    let found = message(|n| {
        let second = Cell { name: "second".into(), ..n.cells[0].clone() };
        n.add_cell(second);
        n.gids = vec![1];
    });
    let names = "cells \"granule\" and \"second\" both have the gid 1";
    assert!(found.starts_with(names), "{found}");
}

#[test]
fn gap_junctions() {
    let place = |x| Location::new(0, 1, x);
    for (a, b, conductance, expected) in [
        (place(0.1), place(0.9), -1.0, "gap junction 0: conductance (uS) = -1; give a conductance of at least 0 uS"),
        (place(0.1), place(0.9), f64::NAN, "gap junction 0: conductance (uS) = NaN; give a conductance"),
        (
            place(0.4),
            place(0.6),
            1.0,
            "gap junction 0: both sides are at granule.dend(0.4); join two different segments",
        ),
        (place(0.1), place(1.1), 1.0, "gap junction 0: x = 1.1; x runs from 0 to 1"),
        (Location::new(3, 0, 0.5), place(0.1), 1.0, "gap junction 0: there is no cell 3"),
        (place(0.1), Location::new(0, 9, 0.5), 1.0, "gap junction 0: there is no section 9"),
    ] {
        let found = message(|n| {
            n.gap_junction(a, b, conductance);
        });
        assert!(found.starts_with(expected), "{found}");
    }
    let found = message(|n| {
        n.record(VariableRef::gap_junction(2, GapSide::B, "i"));
    });
    assert_eq!(found, "recording \"gap junction 2.b.i\": there is no gap junction 2");
    let found = message(|n| {
        let gap = n.gap_junction(place(0.1), place(0.9), 0.0);
        n.record(VariableRef::gap_junction(gap, GapSide::B, "v"));
    });
    assert!(found.contains("there is no variable \"v\" there"), "{found}");
}

#[test]
fn transfers() {
    let voltage = || VariableRef::voltage(0, 0, 0.5);
    let amplitude = || VariableRef::point(0, 1, "amp");
    for (transfers, expected) in [
        (
            vec![(VariableRef::artificial(0, "interval"), amplitude())],
            "transfer 0: \"train.interval\" can't be transferred; transfer a variable of a cell with membrane",
        ),
        (
            vec![(voltage(), VariableRef::artificial(0, "interval"))],
            "transfer 0: \"train.interval\" can't be the target of a transfer; transfer to a parameter of a mechanism",
        ),
        (
            vec![(voltage(), VariableRef::point(0, 0, "g"))],
            "transfer 0: \"granule.synapse.g\" can't be the target of a transfer; transfer to a parameter of a mechanism",
        ),
        (
            vec![(voltage(), amplitude()), (VariableRef::section(0, 0, 0.5, "i_pas"), amplitude())],
            "transfer 1: \"granule.electrode.amp\" is the target of another transfer, too; leave one of them out",
        ),
        (
            vec![(amplitude(), VariableRef::point(0, 0, "e")), (voltage(), amplitude())],
            "transfer 0: \"granule.electrode.amp\" is itself the target of a transfer; transfer from where that one starts",
        ),
    ] {
        let found = message(|n| {
            for (source, target) in transfers {
                n.transfer(source, target);
            }
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn options() {
    let network = varied_network(1, 1, false);
    for (options, expected) in [
        (Options { dt: 0.0, ..Options::default() }, "options: dt (ms) = 0; give a step of at least 1e-6 ms"),
        (Options { dt: 5e-324, ..Options::default() }, "options: dt (ms) = 5e-324; give a step of at least 1e-6 ms"),
        (Options { dt: f64::NAN, ..Options::default() }, "options: dt (ms) = NaN; give a step of at least"),
        (Options { threads: 1 << 20, ..Options::default() }, "options: threads = 1048576; give at most 1024"),
        (Options { v_init: f64::INFINITY, ..Options::default() }, "options: v_init (mV) = inf; give a finite voltage"),
        (Options { celsius: -300.0, ..Options::default() }, "options: celsius (degC) = -300; give a temperature"),
    ] {
        let found = Simulation::new(&network, &options).expect_err("these options make no sense").to_string();
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn everything_wrong_is_returned_at_once() {
    let errors = changed(|n| {
        section(n, 0).shape = Shape::Cylinder { length: 0.0, diameters: vec![1.0] };
        section(n, 1).parent = Some(Attachment { parent: 4, parent_x: 1.0, child_end: End::Zero });
        section(n, 1).axial_resistance = -100.0;
        n.cells[0].paint(Region::section_named("axon"), Mechanism::new("hhh").with("x", 1.0));
        n.cells[0].place("far", 1, 3.0, ExpSyn { tau: -2.0, e: 0.0 });
        n.add_cell(Cell::new("empty"));
        n.connect(Connection::new(SourceRef::Artificial(8), TargetRef::Point { cell: 6, point: 0 }, f64::NAN, -1.0));
        n.record(VariableRef::voltage(9, 0, 0.5));
        n.play(VariableRef::artificial(0, "interval"), Waveform::steps(vec![0.0], vec![1.0]));
    });
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    for expected in [
        "section \"soma\": length L = 0 um",
        "section \"dend\": axial resistance Ra = -100 ohm cm",
        "section \"dend\": is connected to section 4, which does not exist",
        "no mechanism \"hhh\"",
        "no section \"axon\"",
        "ExpSyn's tau = -2 ms",
        "point process \"far\": x = 3",
        "cell \"empty\" has no sections",
        "connection 0: delay (ms) = -1",
        "connection 0: weight = NaN",
        "connection 0: there is no artificial cell 8",
        "connection 0: there is no cell 6",
        "there is no cell 9",
        "\"train.interval\" can't be played",
    ] {
        assert!(text.iter().any(|line| line.contains(expected)), "{expected} is not in {text:#?}");
    }
    assert_eq!(errors.len(), 14, "{text:#?}");
}

#[test]
fn a_network_survives_json() {
    for seed in 0..5 {
        let mut network = varied_network(6, seed, true);
        network.gids = (100..106).collect();
        network.send_events(TargetRef::Point { cell: 0, point: 0 }, 0.1 + 0.2, [1.0 / 3.0, 5e-324, 1e300]);
        network
            .play(VariableRef::point(0, 2, "amp"), Waveform::continuous(vec![0.0, 0.1 + 0.2], vec![1.0 / 3.0, -0.0]));
        network.cells[0].define_list("some", ["soma", "dend1"]);
        let point = |x: f32| Point3d { x, y: 0.1, z: -2.5e-8, diameter: 1.1 };
        network.cells[1].sections[0].shape = Shape::Points(vec![point(0.3), point(7.7)]);
        network.cells[1].sections[1].discretization = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
        network.add_artificial_cell("replay", VecStim { times: vec![0.1, 0.7] });
        network.gap_junction(Location::new(0, 0, 0.5), Location::new(1, 1, 0.1 + 0.2), 1.0 / 3.0);
        network.transfer(VariableRef::voltage(2, 0, 0.5), VariableRef::gap_junction(0, GapSide::B, "g"));
        network.artificial_cells[0].mechanism.stream = Some([1, 2, u32::MAX]);
        let text = serde_json::to_string(&network).expect("a description is data");
        let read: Network = serde_json::from_str(&text).expect("what was written is read");
        assert_eq!(read, network);
        assert_eq!(serde_json::to_string(&read).expect("a description is data"), text);
    }
}

#[test]
fn a_run_to_no_time_is_refused() {
    let mut network = Network::new();
    let mut cell = Cell::new("cell");
    cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    network.add_cell(cell);
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is valid");
    for tstop in [f64::NAN, f64::INFINITY] {
        let error = simulation.run_until(tstop).expect_err("there is no such time").to_string();
        assert!(error.contains("tstop") && error.contains(&tstop.to_string()), "{error}");
    }
    simulation.run_until(-1.0).expect("a time that is past takes no steps");
    assert_eq!(simulation.steps(), 0);
}

#[test]
fn a_waveform_read_with_lists_of_unequal_lengths_has_the_shorter_one() {
    for (text, length) in [
        (r#"{"times": [0, 1, 2, 3], "values": [1], "continuous": true}"#, 1),
        (r#"{"times": [0, 1, 2, 3], "values": [], "continuous": true}"#, 0),
        (r#"{"times": [0], "values": [1, 2], "continuous": false}"#, 1),
    ] {
        let waveform: loligo::Waveform = serde_json::from_str(text).expect("it is a waveform");
        assert_eq!((waveform.times().len(), waveform.values().len()), (length, length), "{text}");
        let mut network = varied_network(1, 1, false);
        let point = network.cells[0].points.len();
        network.cells[0].place("played", 0, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.0 });
        network.play(VariableRef::point(0, point, "amp"), waveform);
        let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
        simulation.run_until(5.0).expect("it stays finite");
    }
}
