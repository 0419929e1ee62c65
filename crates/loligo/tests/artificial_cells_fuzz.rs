//! For any parameters, weights and delays of artificial cells a run ends, complete or with an error that names one of
//! them.

use loligo::prelude::*;
use loligo::{Mechanism, SimulationError};
use proptest::prelude::*;

/// A number that a model may contain, usual or extreme.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(vec![0.0, 1e-300, 1e-9, 1e-3, 0.5, 1.0, 1.5, 10.0, 1e3, 1e6, 1e9, 1e12, 1e17, 1e300]),
        (-9.0..15.0).prop_map(|power| 10f64.powf(power)),
    ]
}

fn kind() -> impl Strategy<Value = Mechanism> {
    (0..4usize, prop::collection::vec(number(), 4)).prop_map(|(kind, x)| match kind {
        0 => Mechanism::new("IntFire1").with("tau", x[0].clamp(1e-9, 1e9)).with("refrac", x[1].min(1e9)),
        1 => Mechanism::new("IntFire2").with("taus", x[0]).with("taum", x[1]).with("ib", x[2]),
        2 => {
            let names = ["taue", "taui1", "taui2", "taum"];
            names.into_iter().zip(x).fold(Mechanism::new("IntFire4"), |cell, (name, x)| cell.with(name, x.min(1e9)))
        }
        _ => {
            Mechanism::new("NetStim").with("interval", x[0].min(1e9)).with("number", x[1]).with("start", x[2].min(2.0))
        }
    })
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn every_run_of_artificial_cells_ends(
        cells in prop::collection::vec(kind(), 1..4),
        connections in prop::collection::vec((0..4usize, 0..4usize, number(), number(), any::<bool>()), 0..6),
        weight in number(),
        exact in any::<bool>(),
    ) {
        let mut network = Network::new();
        let names: Vec<String> = (0..cells.len()).map(|k| format!("cell {k}")).collect();
        for (name, cell) in names.iter().zip(&cells) {
            network.add_artificial_cell(name, cell.clone());
        }
        for (from, to, weight, delay, inhibits) in connections {
            let [from, to] = [from, to].map(|index| index % cells.len());
            let weight = if inhibits { -weight } else { weight };
            let target = TargetRef::Artificial(to);
            network.connect(Connection::new(SourceRef::Artificial(from), target, weight, delay));
        }
        network.send_events(TargetRef::Artificial(0), weight, [0.1]);
        let numerics = if exact { Numerics::Exact } else { Numerics::Fast };
        let mut simulation = Simulation::new(&network, &Options { numerics, event_room: 1 << 22, ..Options::default() });
        let ended = simulation.as_mut().map_err(|error| error.clone()).and_then(|simulation| simulation.run_until(0.5));
        match ended {
            Ok(()) | Err(SimulationError::TooManyEvents { sender: Some(_), .. } | SimulationError::Model(_)) => {}
            Err(SimulationError::Runaway { cell, .. }) => prop_assert!(names.contains(&cell), "{}", cell),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
