//! A pyramidal cell from a morphology file: the time that a back-propagating spike takes along the apical dendrite. The
//! model of `examples/pyramidal.toml`.

use loligo::morphology::Morphology;
use loligo::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
    let mut cell = Cell::of_morphology("pyramidal", &Morphology::read(file)?.morphology);
    cell.for_each_section(&Region::All, |section| {
        section.axial_resistance = 100.0; // ohm cm
        section.discretization = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
    });
    cell.paint(SectionKind::Soma, Hh::default());
    cell.paint(SectionKind::Axon, Hh::default());
    for kind in [SectionKind::Dendrite, SectionKind::Apical] {
        cell.paint(kind, Hh { gnabar: 0.03, gkbar: 0.01, gl: 1e-4, el: -60.0, table: true });
    }
    let find = |name: &str| cell.section(name).ok_or(format!("the morphology has no section {name}"));
    let (soma, apical) = (find("soma[0]")?, find("apic[4]")?);
    cell.place("electrode", soma, 0.5, IClamp { delay: 5.0, dur: 50.0, amp: 1.5 }); // ms, ms, nA

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let at_soma = network.watch(SourceRef::voltage(cell, soma, 0.5), -10.0); // mV
    let at_apical = network.watch(SourceRef::voltage(cell, apical, 1.0), -10.0); // mV
    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(60.0)?; // ms

    let first = |connection| simulation.spikes_of_connection(connection).first().copied().ok_or("no spike");
    let (soma_time, apical_time) = (first(at_soma)?, first(at_apical)?);
    println!("{} compartments; the first spike is in the soma at {soma_time:.3} ms", simulation.compartments());
    println!("and {:.3} ms later at the end of apic[4]", apical_time - soma_time);
    Ok(())
}
