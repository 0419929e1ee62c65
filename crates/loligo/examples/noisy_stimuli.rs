//! Noisy stimuli on all sections of a pyramidal cell: its voltage and its spikes. The model of
//! `examples/noisy_stimuli.toml`.

use loligo::prelude::*;

const DURATION: f64 = 300.0; // ms

/// The model, with a cell read from a morphology file.
pub fn network(file: &str) -> Result<Network, Box<dyn std::error::Error>> {
    let mut cell = Cell::from_morphology(file)?;
    cell.for_each_section(&Region::All, |section| {
        section.axial_resistance = 100.0; // ohm cm
        section.discretization = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
    });
    cell.paint(SectionKind::Soma, Hh::default());
    cell.paint(SectionKind::Axon, Hh::default());
    for kind in [SectionKind::Dendrite, SectionKind::Apical] {
        cell.paint(kind, Hh { gnabar: 0.03, gkbar: 0.01, gl: 1e-4, el: -60.0, table: true });
    }
    let dendrites = [cell.dendrites(), cell.apical_dendrites()].concat();
    let soma = cell.section("soma[0]").ok_or("the morphology has no section soma[0]")?;

    let mut network = Network::new();
    let cell = network.add_cell(cell);
    // One stream for all sections of the cell; they draw from it one after the other. Its ids are the same as in the
    // model file.
    let stream = |entry| Random123::new(0, entry, 115).with_global_index(1);
    let mut excitation = stream(1);
    for &section in &dendrites {
        let signal = SignalSource::new().ornstein_uhlenbeck(2.7, 8e-5, 1e-4, DURATION, None, &mut excitation)?; // ms, uS
        ConductanceSource::new(signal, 0.0).attach_to(&mut network, Location::new(cell, section, 0.5))?; // mV
    }
    let mut inhibition = stream(2);
    let shots = ShotNoise { tau_d: 8.0, tau_r: 0.5, rate: 20.0, amp_mean: 4e-4, amp_var: 4e-8 }; // ms, Hz, uS
    for &section in &dendrites {
        let signal = SignalSource::new().shot_noise(shots, DURATION, None, &mut inhibition)?;
        ConductanceSource::new(signal, -80.0).attach_to(&mut network, Location::new(cell, section, 0.5))?; // mV
    }
    let step = SignalSource::new().delay(50.0)?.pulse(1.0, 200.0)?; // ms; nA, ms
    let noise = SignalSource::new().noise(0.0, 1.0, DURATION, None, &mut stream(3))?; // nA, nA^2, ms
    let electrode = CurrentSource::new(step + 0.1 * noise).electrode();
    electrode.attach_to(&mut network, Location::new(cell, soma, 0.5))?;
    Ok(network)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut network = network(concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc"))?;
    let sources = network.waveforms.len();
    let soma = network.cells[0].soma().ok_or("the morphology has no soma")?;
    let v = network.record(VariableRef::voltage(0, soma, 0.5));
    let spikes = network.watch(SourceRef::voltage(0, soma, 0.5), -10.0); // mV
    let mut simulation = Simulation::new(&network, &Options::default())?;
    simulation.run_until(DURATION)?;
    let samples = simulation.samples(v)?;
    let mean = samples.iter().sum::<f64>() / samples.len() as f64; // mV
    println!("{sources} noisy sources; the soma's mean voltage is {mean:.2} mV");
    let times = simulation.spikes_of_connection(spikes);
    println!("{} spikes, the first at {:.3} ms", times.len(), times.first().ok_or("no spike")?);
    Ok(())
}
