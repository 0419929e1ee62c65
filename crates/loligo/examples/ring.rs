//! A ring of eight branching cells: the time that the activity takes around it. The model of `examples/ring.toml`.

use loligo::prelude::*;

/// A soma and seven dendrites; returns the cell and the index of its excitatory synapse.
fn branching_cell(name: String) -> (Cell, usize) {
    let mut cell = Cell::new(name);
    let diameter = 12.6157; // um
    let end = |x| Point3d { x, y: 0.0, z: 0.0, diameter };
    let soma = cell.add_section(Section::points("soma", vec![end(0.0), end(diameter)]).with_axial_resistance(100.0));
    let mut dendrites = vec![soma];
    for (k, parent) in [0, 1, 1, 2, 2, 3, 3].into_iter().enumerate() {
        let length = if k == 0 { 200.0 } else { 10.0 }; // um
        let section = Section::cylinder(format!("dend[{k}]"), length, 1.0).with_axial_resistance(100.0);
        dendrites.push(cell.add_section(section.attached_to(dendrites[parent], 1.0)));
    }
    cell.paint(Region::All, Hh::default());
    cell.paint(SectionKind::Dendrite, Pas { g: 0.001, e: -65.0 });
    let excitatory = cell.place("excitatory", dendrites[1], 0.8, ExpSyn { tau: 2.0, e: 0.0 });
    cell.place("inhibitory", dendrites[1], 0.1, ExpSyn { tau: 5.0, e: -80.0 });
    (cell, excitatory)
}

const CELLS: usize = 8;

/// The model; connection 0 starts the activity, connection 1 leaves cell 0.
pub fn network() -> Network {
    let mut network = Network::new();
    let mut synapse = 0;
    for k in 0..CELLS {
        let (cell, excitatory) = branching_cell(format!("ring[{k}]"));
        network.add_cell(cell);
        synapse = excitatory;
    }
    let start = network.add_artificial_cell("start", NetStim { number: 1.0, start: 0.0, ..NetStim::default() });
    let target = |cell| TargetRef::Point { cell, point: synapse };
    network.connect(Connection::new(SourceRef::Artificial(start), target(0), 0.01, 1.0)); // uS, ms
    let soma = 0;
    for k in 0..CELLS {
        let source = SourceRef::voltage(k, soma, 1.0);
        let connection = Connection::new(source, target((k + 1) % CELLS), 0.01, 1.0).with_threshold(10.0);
        network.connect(connection);
    }
    network
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut simulation = Simulation::new(&network(), &Options::default())?;
    simulation.run_until(100.0)?; // ms
    let times = simulation.spikes_of_connection(1);
    println!("{} spikes; cell 0 fires at {times:.3?} ms", simulation.spikes().len() - 1);
    if let [one, two, ..] = times[..] {
        println!("the wave goes around in {:.3} ms, {:.3} ms a cell", two - one, (two - one) / CELLS as f64);
    }
    Ok(())
}
