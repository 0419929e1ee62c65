//! An ensemble: one cell and a table of parameters. The number of spikes during a current step as a function of the
//! sodium conductance.

use loligo::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut cell = Cell::new("sweep");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    let dendrite = Section::cylinder("dend", 300.0, 2.0).with_segments(7).with_axial_resistance(100.0); // um, ohm cm
    cell.add_section(dendrite.attached_to(soma, 1.0));
    cell.paint(Region::All, Hh { table: false, ..Hh::default() });
    cell.place("electrode", soma, 0.5, IClamp { delay: 5.0, dur: 90.0, amp: 0.0 }); // ms, ms, nA

    // All combinations of conductance and current.
    let conductances = [0.09, 0.12, 0.15]; // S/cm2
    let currents: Vec<f64> = (1..=10).map(|k| 0.05 * f64::from(k)).collect(); // nA
    let table = ParameterTable::new()
        .with("soma.hh.gnabar", conductances.iter().flat_map(|&gnabar| currents.iter().map(move |_| gnabar)))
        .with("electrode.amp", conductances.iter().flat_map(|_| currents.iter().copied()));
    let mut network = Network::new();
    let cells = network.add_ensemble(&cell, &table)?;
    let watched: Vec<usize> = cells.map(|cell| network.watch(SourceRef::voltage(cell, soma, 0.5), 0.0)).collect();

    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(100.0)?; // ms
    for (gnabar, watched) in conductances.iter().zip(watched.chunks(currents.len())) {
        let counts: Vec<usize> = watched.iter().map(|&watch| simulation.spikes_of_connection(watch).len()).collect();
        println!("gnabar {gnabar} S/cm2: {counts:?} spikes at 0.05, 0.10 ... 0.50 nA");
    }
    Ok(())
}
