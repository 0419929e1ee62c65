//! Two cells: a current step makes the first one fire, and each of its spikes excites the second. The model of
//! `examples/two_cells.toml`.

use loligo::prelude::*;

/// The model.
pub fn network() -> Result<Network, Box<dyn std::error::Error>> {
    let mut cell = Cell::builder()
        .add_soma_section(Section::soma(20.0).with_axial_resistance(100.0))
        .append_dendrite(Section::dendrite("dend", 200.0, 2.0).with_segments(5).with_axial_resistance(100.0))
        .create()?;
    cell.paint(Region::All, Hh::default());

    let mut network = Network::new();
    let first = network.add_cell(Cell { name: "cell[0]".into(), ..cell.clone() });
    let second = network.add_cell(Cell { name: "cell[1]".into(), ..cell });
    network.cells[first].place("electrode", 0, 0.5, IClamp { delay: 5.0, dur: 30.0, amp: 0.5 }); // ms, ms, nA
    let synapse = network.add_synaptic_receptor(Location::new(second, 1, 0.5), ExpSyn { tau: 2.0, e: 0.0 })?;
    network.connect_cell(first, synapse, NetCon::new(0.01).with_delay(2.0).with_threshold(0.0))?; // uS, ms, mV
    network.watch(SourceRef::voltage(second, 0, 1.0), 0.0); // mV
    network.record(VariableRef::voltage(first, 0, 0.5));
    network.record(VariableRef::voltage(second, 0, 0.5));
    Ok(network)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut simulation = Simulation::new(&network()?, &Options::default())?;
    simulation.run_until(50.0)?; // ms
    for (cell, connection) in [("first", 0), ("second", 1)] {
        println!("the {cell} cell fires at {:.3?} ms", simulation.spikes_of_connection(connection));
    }
    Ok(())
}
