//! Conductances that follow a signal.

use loligo_engine::Waveform;

use crate::cell::mechanism::Mechanism;
use crate::network::Network;
use crate::network::references::Location;
use crate::stimulus::attached::{AttachedSource, attach, end_of, finite};
use crate::stimulus::error::AttachError;
use crate::stimulus::signal::SignalSource;

/// Conductances (uS) of at most this, or of at least the next one, count as none, as in neurodamus.
const SMALLEST: f64 = 1e-9;
const LARGEST: f64 = 1e9;
/// The series resistance that stands for no conductance, MOhm.
const OPEN: f64 = 1e9;

/// A conductance that follows a signal (uS), with a reversal potential, at positions of cells: neurodamus's
/// `ConductanceSource`.
///
/// The signal determines the series resistance rs = 1/g of a voltage clamp at the reversal potential: of the mechanism
/// `ConductanceSource`, whose current i = (v - vc)/rs is a membrane current, or, with [`electrode`](Self::electrode),
/// of an `SEClamp`. As in neurodamus a point (0 ms, 0 uS) is inserted at the start, values that are not between 1e-9
/// and 1e9 uS (including negative ones) become an rs of 1e9 MOhm, and **between points rs is interpolated, not g**: use
/// dense samples for a smooth conductance. From the last point on there is no current.
///
/// Unlike in neurodamus the signal's base amplitude is a conductance (0 by default), not the reversal potential in mV
/// read as uS. To reproduce data made that way, `SignalSource::new().with_base_amp(reversal)` gives the same points.
///
/// ```
/// use loligo::prelude::*;
///
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
/// cell.paint(Region::All, Pas { g: 1e-3, e: -65.0 }); // S/cm2, mV
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
///
/// let open = SignalSource::new().pulse(0.01, 100.0)?; // uS, ms
/// ConductanceSource::new(open, 0.0).attach_to(&mut network, Location::new(cell, soma, 0.5))?; // mV
/// let mut simulation = Simulation::new(&network, &Options::default())?;
/// simulation.run_until(99.0)?; // ms
/// let leak = 1e-3 * 400.0 * std::f64::consts::PI * 1e-8 * 1e6; // uS
/// let plateau = *simulation.samples(v)?.last().unwrap(); // mV
/// assert!((plateau - leak * -65.0 / (leak + 0.01)).abs() < 1e-6); // a voltage divider
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConductanceSource {
    signal: SignalSource,
    reversal: f64,
    electrode: bool,
}

impl ConductanceSource {
    /// Makes a membrane conductance that follows a signal (uS), with a reversal potential (mV; 0 in neurodamus by
    /// default).
    pub fn new(signal: SignalSource, reversal: f64) -> Self {
        Self { signal, reversal, electrode: false }
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
    /// A position that does not exist, a signal without points, a number that is not finite.
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
        attach(network, places, self.mechanism()?, Some(self.waveform()))
    }

    /// The mechanism to place.
    pub fn mechanism(&self) -> Result<Mechanism, AttachError> {
        let duration = end_of(&self.signal)?;
        let reversal = finite("reversal (mV)", self.reversal)?;
        let name = if self.electrode { "SEClamp" } else { "ConductanceSource" };
        Ok(Mechanism::new(name).with("rs", OPEN).with("dur1", duration).with("amp1", reversal))
    }

    /// The parameter to play into, and the waveform.
    pub fn waveform(&self) -> (&'static str, Waveform) {
        let points = std::iter::once((0.0, 0.0)).chain(self.signal.points());
        let (times, resistances) = points.map(|(t, g)| (t, resistance(g))).unzip();
        ("rs", Waveform::continuous(times, resistances))
    }
}

/// The series resistance (MOhm) of a conductance (uS).
fn resistance(g: f64) -> f64 {
    if g > SMALLEST && g < LARGEST { 1.0 / g } else { OPEN }
}
