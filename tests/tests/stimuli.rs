//! Sources equal those of [neurodamus](https://github.com/openbraininstitute/neurodamus): an attached signal becomes the
//! same point process and played waveform as in neurodamus, and its effect equals NEURON's, to the bit in `Exact`,
//! within 1e-9 mV in `Fast`. In `Exact`, a network from which a source was detached has the same bits as one that never
//! had it.
//!
//! `reference/stimuli.json` has NEURON 9.0.2's results for the cases of `neuron/stimuli.py`.

use loligo::prelude::*;
use loligo::{AttachError, SignalError};
use loligo_tests::{Fingerprint, project_file, varied_cell, varied_network};
use loligo_validation::case_file::CaseFile;
use loligo_validation::reproduce_cases;
use loligo_validation::vocabulary::{Definition, number};

fn reference() -> CaseFile {
    let file = CaseFile::read(&project_file("tests/reference/stimuli.json")).expect("the file is a case file");
    assert_eq!(file.cases.len(), 24);
    file
}

#[test]
fn neurons_numbers() {
    reproduce_cases("tests/reference/stimuli.json");
}

/// A signal with the given points.
fn signal_of(times: &[f64], values: &[f64]) -> SignalSource {
    let points = times.iter().zip(values).map(|(t, value)| format!("{t},{value}\n"));
    SignalSource::read_csv(format!("t,value\n{}", points.collect::<String>()).as_bytes()).expect("points")
}

/// A network of one cell with one section.
fn bare() -> Network {
    let mut cell = Cell::new("cell");
    cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    let mut network = Network::new();
    network.add_cell(cell);
    network
}

const SOMA: Location = Location { cell: 0, section: 0, x: 0.5 };

/// Asserts that the network has the point process and the waveform of a case.
fn assert_same(network: &Network, case: &Definition, kind: &str) {
    let [point] = &network.cells[0].points[..] else { panic!("{}: one point process", case.name) };
    assert_eq!(point.mechanism.name, kind);
    for (name, value) in &point.mechanism.parameters {
        assert_eq!(Some(*value), number(&case.points[0].params, name), "{}: {name}", case.name);
    }
    let (played, expected) = (&network.waveforms[0], &case.plays[0]);
    assert!(played.waveform.is_continuous());
    assert_eq!(played.target, VariableRef::point(0, 0, expected.var.as_str()));
    assert_eq!(played.waveform.times(), expected.t, "{}", case.name);
    assert_eq!(played.waveform.values(), expected.y, "{}", case.name);
}

#[test]
fn a_source_is_neurodamuss_point_process_and_waveform() -> Result<(), AttachError> {
    let file = reference();
    let case = |name: String| {
        let found = file.cases.iter().find(|case| case.definition.name == name);
        &found.unwrap_or_else(|| panic!("no case {name}")).definition
    };
    for wave in ["pulses", "ramps", "train", "sine_and_pulse", "base"] {
        for (how, electrode) in [("electrode", true), ("membrane", false)] {
            let current = case(format!("current_{wave}_{how}"));
            let signal = signal_of(&current.plays[0].t, &current.plays[0].y);
            let source = CurrentSource::new(signal.clone());
            let source = if electrode { source.electrode() } else { source };
            let mut network = bare();
            source.attach_to(&mut network, SOMA)?;
            assert_same(&network, current, if electrode { "IClamp" } else { "MembraneCurrentSource" });

            let source = ConductanceSource::new(0.01 * signal, 0.0);
            let source = if electrode { source.electrode() } else { source };
            let mut network = bare();
            source.attach_to(&mut network, SOMA)?;
            let conductance = case(format!("conductance_{wave}_{how}"));
            assert_same(&network, conductance, if electrode { "SEClamp" } else { "ConductanceSource" });
        }
    }
    Ok(())
}

#[test]
fn the_base_amplitude_of_a_conductance_is_a_conductance() -> Result<(), Box<dyn std::error::Error>> {
    // neurodamus interprets the reversal potential as the base amplitude: 5 mV would be 5 uS between
    // shapes.
    let mut network = bare();
    let signal = SignalSource::new().with_delay(1.0)?.pulse(0.01, 2.0)?;
    ConductanceSource::new(signal, 5.0).attach_to(&mut network, SOMA)?;
    let off = 1e9; // MOhm
    assert_eq!(network.waveforms[0].waveform.times(), [0.0, 0.0, 1.0, 1.0, 3.0, 3.0]);
    assert_eq!(network.waveforms[0].waveform.values(), [off, off, off, 100.0, 100.0, off]);

    // The same points as neurodamus's, if they are requested.
    let mut network = bare();
    let signal = SignalSource::new().with_base_amp(5.0).with_delay(1.0)?.pulse(0.01, 2.0)?;
    ConductanceSource::new(signal, 5.0).attach_to(&mut network, SOMA)?;
    assert_eq!(network.waveforms[0].waveform.values(), [off, 0.2, 0.2, 100.0, 100.0, 0.2]);

    // Negative and invalid conductances have no effect.
    let mut network = bare();
    let signal = SignalSource::new().pulses(1.0, [-0.1, 1e-10, 1e9])?;
    ConductanceSource::new(signal, 0.0).attach_to(&mut network, SOMA)?;
    assert!(network.waveforms[0].waveform.values().iter().all(|rs| *rs == off));
    Ok(())
}

fn noise(id: u32) -> Result<SignalSource, SignalError> {
    SignalSource::new().ornstein_uhlenbeck(3.0, 0.2, 0.1, 14.0, 0.1, &mut Random123::new(5, 6, id))
}

#[test]
fn a_detached_source_leaves_no_trace() -> Result<(), Box<dyn std::error::Error>> {
    let never = varied_network(6, 3, false);
    let mut network = never.clone();
    let mut attached = Vec::new();
    for cell in 0..6 {
        let signal = noise(cell as u32)?;
        attached.push(CurrentSource::new(signal.clone()).attach_to(&mut network, Location::new(cell, 0, 0.5))?);
        let place = Location::new(cell, 1, 0.2);
        attached.push(CurrentSource::new(signal.clone()).electrode().attach_to(&mut network, place)?);
        attached.push(ConductanceSource::new(0.01 * signal, 0.0).attach_to(&mut network, place)?);
        attached.push(CurrentSource::constant(0.1, 5.0, 1.0).attach_to(&mut network, place)?);
    }
    let options = Options { numerics: Numerics::Exact, ..Options::default() };
    let expected = Fingerprint::of_run(&never, &options, 15.0);
    assert!(expected.difference(&Fingerprint::of_run(&network, &options, 15.0)).is_some());
    for source in attached {
        source.detach(&mut network)?;
    }
    assert_eq!(network.waveforms, never.waveforms);
    assert_eq!(expected.difference(&Fingerprint::of_run(&network, &options, 15.0)), None);
    Ok(())
}

#[test]
fn sources_have_the_same_bits_for_any_threads_and_groups() -> Result<(), Box<dyn std::error::Error>> {
    let mut network = varied_network(24, 4, true);
    for cell in 0..24 {
        let signal = noise(cell as u32)?;
        CurrentSource::new(0.5 * signal.clone()).attach_to(&mut network, Location::new(cell, 0, 0.5))?;
        ConductanceSource::new(0.01 * signal, 0.0).attach_to(&mut network, Location::new(cell, 2, 0.7))?;
    }
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let expected = Fingerprint::of_run(&network, &Options { numerics, ..Options::default() }, 15.0);
        for (threads, group_nodes) in [(2, 100), (3, 1), (7, 1_000_000)] {
            let options = Options { numerics, threads, group_nodes, ..Options::default() };
            assert_eq!(expected.difference(&Fingerprint::of_run(&network, &options, 15.0)), None);
        }
    }
    Ok(())
}

#[test]
fn a_sum_acts_as_its_parts_do_together() -> Result<(), Box<dyn std::error::Error>> {
    let train = SignalSource::new().delay(0.3)?.train(0.1, 77.0, 3.7, 33.0)?;
    let parts = [noise(1)?, train, -0.5 * noise(2)?.shifted(1.7)?];
    let voltages = |sources: &[SignalSource]| -> Result<Vec<f64>, Box<dyn std::error::Error>> {
        let mut network = Network::new();
        network.add_cell(varied_cell(1, 2));
        for source in sources {
            CurrentSource::new(source.clone()).attach_to(&mut network, SOMA)?;
        }
        let v = network.record(VariableRef::voltage(0, 0, 0.5));
        let mut simulation = Simulation::new(&network, &Options::default())?;
        simulation.run_until(40.0)?;
        Ok(simulation.samples(v).unwrap().to_vec())
    };
    let together = voltages(&parts)?;
    let summed = voltages(&[parts.into_iter().sum()])?;
    let largest = together.iter().zip(&summed).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-9, "{largest} mV");
    Ok(())
}

#[test]
fn copies_of_a_cell_go_on_sharing_their_point_processes() -> Result<(), AttachError> {
    let mut network = Network::new();
    let cell = varied_cell(0, 1);
    for k in 0..5 {
        network.add_cell(Cell { name: format!("copy {k}"), ..cell.clone() });
    }
    let places: Vec<Location> = (0..5).flat_map(|k| [Location::new(k, 0, 0.5), Location::new(k, 1, 0.25)]).collect();
    let attached = CurrentSource::constant(0.1, 5.0, 1.0).attach_to_all(&mut network, &places)?;
    let first = cell.points.len();
    assert_eq!(attached.iter().map(|source| source.point() - first).collect::<Vec<_>>(), [0, 1].repeat(5));
    assert!(network.cells.iter().all(|cell| cell.points.is_shared_with(&network.cells[0].points)));
    assert_eq!(network.cells[0].points[first + 1].name, "IClamp[1]");
    assert_eq!(network.check(), []);
    Ok(())
}

#[test]
fn what_cannot_be_attached_is_an_error() -> Result<(), Box<dyn std::error::Error>> {
    let mut network = bare();
    let before = network.clone();
    let pulse = || SignalSource::new().pulse(0.1, 5.0);
    let source = CurrentSource::new(pulse()?);
    let mut refused = |source: &CurrentSource, cell, section, x, message: &str| {
        let error = source.attach_to(&mut network, Location::new(cell, section, x)).expect_err(message);
        assert_eq!(error.to_string(), message);
    };
    refused(&source, 1, 0, 0.5, "there is no cell 1 to attach the source to; add it first");
    refused(&source, 0, 7, 0.5, "there is no section 7 to attach the source to; add it first");
    refused(&source, 0, 0, 1.5, "x = 1.5 is no place on section \"soma\"; x runs from 0 to 1");
    refused(&source, 0, 0, f64::NAN, "x = NaN is no place on section \"soma\"; x runs from 0 to 1");
    let empty = CurrentSource::new(SignalSource::new());
    refused(&empty, 0, 0, 0.5, "the signal has no points; add a shape, such as a pulse, before attaching it");
    let huge = CurrentSource::new(pulse()? * 1e308 * 1e308);
    refused(&huge, 0, 0, 0.5, "a value of the signal = inf, but it must be finite");
    let constant = CurrentSource::constant(0.1, f64::NAN, 0.0);
    refused(&constant, 0, 0, 0.5, "duration (ms) = NaN, but it must be finite");
    let backwards = CurrentSource::constant(0.1, 1.0, -5.0);
    refused(&backwards, 0, 0, 0.5, "delay (ms) = -5, but it must be at least 0");
    let error = ConductanceSource::new(pulse()?, f64::INFINITY).attach_to(&mut network, SOMA).expect_err("a reversal");
    assert_eq!(error.to_string(), "reversal (mV) = inf, but it must be finite");
    assert_eq!(network, before);

    let attached = source.attach_to(&mut network, SOMA)?;
    let elsewhere = attached.detach(&mut bare());
    assert_eq!(elsewhere, Err(AttachError::NotAttached { cell: 0, point: 0 }));
    Ok(())
}
