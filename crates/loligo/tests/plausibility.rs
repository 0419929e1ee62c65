//! Values that no neuron has are found, each rule on either side of its bound.

use loligo::prelude::*;
use loligo::{ImplausibleValue, PlausibilityRule};

/// A passive cell with a soma.
fn cell() -> Cell {
    let mut cell = Cell::new("c");
    cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
    cell
}

fn network(change: impl FnOnce(&mut Cell)) -> Network {
    let mut cell = cell();
    change(&mut cell);
    let mut network = Network::new();
    network.add_cell(cell);
    network
}

fn found(network: &Network) -> Vec<ImplausibleValue> {
    network.implausible_values(&Options::default(), Some(100.0))
}

/// The texts of a network with a mechanism at the soma.
fn with_point(mechanism: impl Into<Mechanism>) -> Vec<String> {
    let network = network(|cell| {
        cell.place("p", 0, 0.5, mechanism);
    });
    found(&network).iter().map(ToString::to_string).collect()
}

fn with_source(source: NetStim) -> Vec<String> {
    let mut network = network(|_| {});
    network.add_artificial_cell("train", source);
    found(&network).iter().map(ToString::to_string).collect()
}

fn with_options(options: Options) -> Vec<String> {
    network(|_| {}).implausible_values(&options, None).iter().map(ToString::to_string).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn a_current_in_pa_is_found() {
    assert_eq!(with_point(IClamp { delay: 0.0, dur: 10.0, amp: 50.0 }), NONE);
    let words = with_point(IClamp { delay: 0.0, dur: 10.0, amp: 200.0 });
    let text = "cell \"c\", point process \"p\": amp = 200 nA: usual values are -50 to 50 nA; 200 pA is 0.2 nA";
    assert_eq!(words, [text]);
}

#[test]
fn a_conductance_in_ms_per_cm2_is_found() {
    let with_conductance = |gnabar| found(&network(|cell| cell.paint(Region::All, Hh { gnabar, ..Hh::default() })));
    assert_eq!(with_conductance(10.0), []);
    let words = with_conductance(120.0);
    assert!(words[0].reason.contains("120 mS/cm2 is 0.12 S/cm2"), "{words:?}");
    let of_a_cell = network(|cell| {
        cell.paint(Region::All, Hh::default());
        cell.own.push("soma.hh.gnabar".into(), 120.0);
    });
    assert_eq!(found(&of_a_cell)[0].part, Some(loligo::ModelPart::OwnValue { cell: 0, value: 0 }));
}

#[test]
fn a_section_in_m_is_found() {
    let with_length = |length: f64, diameter: f64| {
        let mut network = Network::new();
        let mut cell = Cell::new("c");
        cell.add_section(Section::cylinder("soma", length, diameter));
        network.add_cell(cell);
        found(&network).into_iter().map(|found| found.text()).collect::<Vec<_>>()
    };
    assert_eq!(with_length(0.05, 2000.0), NONE);
    assert_eq!(
        with_length(20e-6, 3000.0),
        [
            "L = 2e-5 um: usual values are 0.05 to 20000 um; 2e-5 m is 20 um",
            "diam = 3000 um: usual values are 0.01 to 2000 um; 3000 nm is 3 um",
        ]
    );
}

#[test]
fn a_weight_in_ns_and_a_negative_one_are_found() {
    let with_weight = |weight: f64| {
        let mut network = network(|cell| {
            cell.place("s", 0, 0.5, ExpSyn { tau: 2.0, e: 0.0 });
        });
        let train = network.add_artificial_cell("train", NetStim::default());
        let (source, target) = (SourceRef::Artificial(train), TargetRef::Point { cell: 0, point: 0 });
        network.connect(Connection::new(source, target, weight, 1.0));
        found(&network).into_iter().map(|found| found.text()).collect::<Vec<_>>()
    };
    assert_eq!(with_weight(0.5), NONE);
    assert_eq!(with_weight(1.0), ["weight = 1 uS: usual values are 0 to 0.5 uS; 1 nS is 0.001 uS"]);
    assert!(with_weight(-0.001)[0].contains("a negative conductance"));
}

#[test]
fn a_clamp_that_is_never_on_is_found() {
    assert_eq!(with_point(SEClamp { dur2: 1.0, ..SEClamp::default() }), NONE);
    let text = "cell \"c\", point process \"p\": dur = 0 ms: the IClamp is never on; give a duration";
    assert_eq!(with_point(IClamp { delay: 0.0, dur: 0.0, amp: 0.1 }), [text]);
    assert!(with_point(SEClamp::default())[0].contains("dur1 = 0 ms: the SEClamp is never on"));
    let mut played = network(|cell| {
        cell.place("p", 0, 0.5, IClamp { delay: 0.0, dur: 0.0, amp: 0.1 });
    });
    played.play(VariableRef::point(0, 0, "dur"), Waveform::steps(vec![0.0], vec![10.0]));
    assert_eq!(found(&played), []);
}

#[test]
fn a_waveform_in_pa_is_found() {
    let with_amplitude = |amplitude: f64| {
        let mut network = network(|cell| {
            cell.place("p", 0, 0.5, IClamp { delay: 0.0, dur: 10.0, amp: 0.0 });
        });
        network.play(VariableRef::point(0, 0, "amp"), Waveform::steps(vec![0.0, 1.0], vec![0.0, amplitude]));
        found(&network)
    };
    assert_eq!(with_amplitude(-50.0), []);
    let words = with_amplitude(-300.0);
    assert_eq!(words[0].part, Some(loligo::ModelPart::Waveform(0)));
    assert!(words[0].reason.contains("-300 pA is -0.3 nA"), "{words:?}");
}

#[test]
fn a_conductance_that_varies_along_the_cell_is_found() {
    let with_slope = |slope| {
        let curve = loligo::Curve::Linear { at_zero: 0.0, slope };
        let profiles = [("g", SpatialProfile::of_distance(curve))];
        let network = network(|cell| {
            cell.add_section(Section::dendrite("dend", 100.0, 2.0).with_segments(5).attached_to(0, 1.0));
            cell.paint_varying(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 }, profiles.clone());
        });
        found(&network).into_iter().map(|found| found.text()).collect::<Vec<_>>()
    };
    assert_eq!(with_slope(0.01), NONE); // 1 S/cm2 in the last segment, 100 um from the middle of the soma
    assert!(with_slope(0.02)[0].starts_with("g = 2 S/cm2: usual values are 0 to 1 S/cm2"));
}

#[test]
fn values_that_are_set_during_a_run_are_found() {
    let with_value = |to, gnabar| {
        let mut network = network(|cell| {
            cell.place("p", 0, 0.5, IClamp { delay: 0.0, dur: 10.0, amp: 0.0 });
            cell.paint(Region::All, Hh::default());
        });
        network.intervene(5.0, VariableRef::point(0, 0, "amp"), to); // ms, nA
        network.play(VariableRef::section(0, 0, 0.5, "gnabar_hh"), Waveform::steps(vec![0.0], vec![gnabar]));
        found(&network)
    };
    assert_eq!(with_value(50.0, 10.0), []);
    let odd = with_value(200.0, 120.0);
    assert_eq!(odd[0].part, Some(loligo::ModelPart::Waveform(0)));
    assert_eq!(odd[1].part, Some(loligo::ModelPart::Intervention(0)));
    assert!(odd[0].text().contains("120 mS/cm2 is 0.12 S/cm2"), "{odd:?}");
    assert!(odd[1].text().starts_with("amp = 200 nA"), "{odd:?}");
}

#[test]
fn a_gap_junction_in_ns_is_found() {
    let with_conductance = |conductance| {
        let mut network = network(|_| {});
        network.add_cell(cell());
        network.gap_junction(Location::new(0, 0, 0.5), Location::new(1, 0, 0.5), conductance);
        found(&network).into_iter().map(|found| found.text()).collect::<Vec<_>>()
    };
    assert_eq!(with_conductance(0.5), NONE);
    assert_eq!(with_conductance(1.0), ["conductance = 1 uS: usual values are 0 to 0.5 uS; 1 nS is 0.001 uS"]);
}

#[test]
fn a_spike_train_that_sends_nothing_is_found() {
    assert_eq!(with_source(NetStim { start: 100.0, noise: 1.0, ..NetStim::default() }), NONE);
    let text = |source| with_source(source).concat();
    assert!(text(NetStim { start: 200.0, ..NetStim::default() }).contains("the run ends before, at 100 ms"));
    assert!(text(NetStim { start: -1.0, ..NetStim::default() }).contains("unless an event arrives"));
    assert!(text(NetStim { noise: 2.0, ..NetStim::default() }).contains("from 0 (regular) to 1 (Poisson)"));
    assert!(text(NetStim { number: -3.0, ..NetStim::default() }).contains("no spike is sent"));
    assert!(text(NetStim { interval: 0.0, ..NetStim::default() }).contains("mean time between"));
    // An event starts it.
    let mut network = network(|_| {});
    let first = network.add_artificial_cell("first", NetStim::default());
    let second = network.add_artificial_cell("second", NetStim { start: -1.0, ..NetStim::default() });
    network.connect(Connection::new(SourceRef::Artificial(first), TargetRef::Artificial(second), 1.0, 1.0));
    assert_eq!(found(&network), []);
}

#[test]
fn options_in_other_units_are_found() {
    let usual = Options { dt: 0.1, v_init: -200.0, celsius: 50.0, ..Options::default() };
    assert_eq!(with_options(usual), NONE);
    let text = |options| with_options(options).concat();
    assert!(text(Options { dt: 1.0, ..Options::default() }).contains("dt = 1 ms: spikes are not resolved"));
    assert!(text(Options { v_init: -650.0, ..Options::default() }).contains("v_init = -650 mV: usual values are"));
    assert!(text(Options { v_init: -0.065, ..Options::default() }).contains("-0.065 V is -65 mV"));
    assert!(text(Options { celsius: 307.15, ..Options::default() }).contains("307.15 K is 34 degC"));
    // Without membrane no step is too long.
    let mut artificial = Network::new();
    artificial.add_artificial_cell("train", NetStim::default());
    assert_eq!(artificial.implausible_values(&Options { dt: 5.0, ..Options::default() }, None), []);
}

#[test]
fn every_rule_has_a_key_of_its_own() {
    let mut keys = PlausibilityRule::ALL.map(PlausibilityRule::key).to_vec();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), PlausibilityRule::ALL.len());
}

/// No morphology of the project has a section of an unusual size, but for the damaged ones that are made to be odd.
#[test]
fn the_morphologies_are_plausible() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies");
    let mut odd = Vec::new();
    let mut count = 0;
    for folder in [folder.to_owned(), format!("{folder}/zoo")] {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            let is_morphology = path.extension().is_some_and(|extension| extension == "swc" || extension == "asc");
            let Some(cell) = is_morphology.then(|| Cell::from_morphology(&path).ok()).flatten() else { continue };
            let name = path.file_name().expect("it is a file").to_string_lossy().into_owned();
            let mut network = Network::new();
            network.add_cell(cell);
            count += 1;
            odd.extend(found(&network).iter().map(|value| format!("{name}: {value}")));
        }
    }
    odd.sort();
    assert!(count >= 60, "{count} morphologies");
    assert_eq!(odd, NONE);
}
