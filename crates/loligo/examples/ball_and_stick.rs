//! A ball and stick with a synapse on its dendrite: the amplitude of the synaptic potential at both ends.

use loligo::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 12.6157, 12.6157).with_axial_resistance(100.0));
    let dendrite = Section {
        discretization: Discretization::DLambda { fraction: 0.1, frequency: 100.0 },
        ..Section::cylinder("dend", 300.0, 1.5).with_axial_resistance(100.0).attached_to(soma, 1.0)
    };
    let dendrite = cell.add_section(dendrite);
    cell.paint(SectionKind::Soma, Hh::default());
    cell.paint(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 });
    let synapse = cell.place("excitation", dendrite, 0.5, Exp2Syn { tau1: 0.5, tau2: 3.0, e: 0.0 });

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.send_events(TargetRef::Point { cell, point: synapse }, 0.0005, [10.0]); // uS, ms
    let v_soma = network.record(VariableRef::voltage(cell, soma, 0.5));
    let v_dendrite = network.record(VariableRef::voltage(cell, dendrite, 0.5));

    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(40.0)?; // ms
    let height = |recording| -> Result<f64, loligo::SimulationError> {
        let samples = simulation.samples(recording)?;
        // mV; sample 399 is just before the event
        Ok(samples.iter().copied().fold(f64::MIN, f64::max) - samples[399])
    };
    println!(
        "synaptic potential: {:.3} mV in the dendrite, {:.3} mV in the soma",
        height(v_dendrite)?,
        height(v_soma)?
    );
    Ok(())
}
