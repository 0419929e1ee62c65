//! Currents that follow a signal.

use loligo_engine::Waveform;

use crate::cell::mechanism::Mechanism;
use crate::network::Network;
use crate::network::references::Location;
use crate::stimulus::attached::{AttachedSource, at_least_0, attach, end_of, finite};
use crate::stimulus::error::AttachError;
use crate::stimulus::signal::SignalSource;

/// A current that is injected at positions of cells: neurodamus's `CurrentSource`.
///
/// Positive values (nA) depolarise. By default it is a current through the membrane, for example of synapses that are
/// not part of the model (mechanism `MembraneCurrentSource`, whose `i` is the current out of the cell);
/// [`electrode`](Self::electrode) makes it the current of an electrode (`IClamp`, whose `i` is the current into the
/// cell). The voltages are the same.
///
/// A signal is played with interpolation; each step uses its value in the middle of the step. From its last point on
/// there is no current.
///
/// ```
/// use loligo::prelude::*;
///
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
/// cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
///
/// let step = SignalSource::new().delay(10.0)?.pulse(0.01, 490.0)?; // ms; nA, ms
/// CurrentSource::new(step).attach_to(&mut network, Location::new(cell, soma, 0.5))?;
/// let mut simulation = Simulation::new(&network, &Options::default())?;
/// simulation.run_until(499.0)?; // ms
/// let conductance = 1e-4 * 400.0 * std::f64::consts::PI * 1e-8 * 1e6; // uS
/// let plateau = simulation.samples(v)?.last().unwrap() + 65.0; // mV
/// assert!((plateau - 0.01 / conductance).abs() < 1e-6); // Ohm's law
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentSource {
    drive: Drive,
    electrode: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Drive {
    Signal(SignalSource),
    Constant { amp: f64, duration: f64, delay: f64 },
}

impl CurrentSource {
    /// Makes a current through the membrane that follows a signal (nA).
    pub fn new(signal: SignalSource) -> Self {
        Self { drive: Drive::Signal(signal), electrode: false }
    }

    /// Makes a constant current (nA) for a time (ms) after a delay (ms), from an electrode: neurodamus's
    /// `CurrentSource.Constant`, a clamp without a waveform.
    pub fn constant(amp: f64, duration: f64, delay: f64) -> Self {
        Self { drive: Drive::Constant { amp, duration, delay }, electrode: true }
    }

    /// Makes it a current from an electrode (neurodamus's `represents_physical_electrode`).
    #[must_use]
    pub fn electrode(self) -> Self {
        Self { electrode: true, ..self }
    }

    /// Makes it a current through the membrane.
    #[must_use]
    pub fn transmembrane(self) -> Self {
        Self { electrode: false, ..self }
    }

    /// Attaches it to a position of a cell. The source is unchanged and can be attached again.
    ///
    /// # Errors
    /// A position that does not exist, a signal without points, a number that is not finite, a negative delay or
    /// duration of a constant current.
    pub fn attach_to(&self, network: &mut Network, place: Location) -> Result<AttachedSource, AttachError> {
        self.attach_to_all(network, &[place]).map(|mut attached| attached.remove(0))
    }

    /// Attaches it to each of some positions, preferably ordered by cell; nothing is attached if there is an error.
    ///
    /// # Errors
    /// As [`attach_to`](Self::attach_to).
    pub fn attach_to_all(
        &self,
        network: &mut Network,
        places: &[Location],
    ) -> Result<Vec<AttachedSource>, AttachError> {
        attach(network, places, self.mechanism()?, self.waveform())
    }

    /// The mechanism to place.
    pub fn mechanism(&self) -> Result<Mechanism, AttachError> {
        let (delay, dur, amp) = match &self.drive {
            Drive::Signal(signal) => (0.0, end_of(signal)?, 0.0),
            &Drive::Constant { amp, duration, delay } => {
                (at_least_0("delay (ms)", delay)?, at_least_0("duration (ms)", duration)?, finite("amp (nA)", amp)?)
            }
        };
        let name = if self.electrode { "IClamp" } else { "MembraneCurrentSource" };
        Ok(Mechanism::new(name).with("delay", delay).with("dur", dur).with("amp", amp))
    }

    /// The parameter to play into, and the waveform.
    pub fn waveform(&self) -> Option<(&'static str, Waveform)> {
        let Drive::Signal(signal) = &self.drive else { return None };
        Some(("amp", Waveform::continuous(signal.times().to_vec(), signal.values().to_vec())))
    }
}

impl From<SignalSource> for CurrentSource {
    fn from(signal: SignalSource) -> Self {
        Self::new(signal)
    }
}
