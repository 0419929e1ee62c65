//! Current and conductance sources that are attached to a network.

use loligo_engine::Waveform;

use crate::cell::PointProcess;
use crate::cell::mechanism::Mechanism;
use crate::network::Network;
use crate::network::references::{Location, VariableRef};
use crate::shared::Shared;
use crate::stimulus::error::AttachError;
use crate::stimulus::signal::SignalSource;

/// A source attached to a cell of a network: a point process, and perhaps a waveform played into it.
///
/// ```
/// use loligo::prelude::*;
///
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
/// cell.paint(Region::All, Pas::default());
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let pulse = CurrentSource::new(SignalSource::new().pulse(0.1, 5.0)?); // nA, ms
/// let attached = pulse.attach_to(&mut network, Location::new(cell, soma, 0.5))?;
/// let i = network.record(attached.current());
/// let mut simulation = Simulation::new(&network, &Options::default())?;
/// simulation.run_until(1.0)?; // ms
/// assert_eq!(simulation.samples(i)?[20], -0.1); // nA: out of the cell, through the membrane
///
/// attached.detach(&mut network)?;
/// let mut simulation = Simulation::new(&network, &Options::default())?;
/// simulation.run_until(1.0)?; // ms
/// assert_eq!(simulation.samples(i)?[20], 0.0); // nA
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct AttachedSource {
    cell: usize,
    point: usize,
}

impl AttachedSource {
    /// Index of the cell.
    pub fn cell(&self) -> usize {
        self.cell
    }

    /// Index of the point process among those of the cell.
    pub fn point(&self) -> usize {
        self.point
    }

    /// A variable of the point process, such as `amp` (nA), `rs` (MOhm) or `vc` (mV).
    pub fn variable(&self, name: impl Into<String>) -> VariableRef {
        VariableRef::point(self.cell, self.point, name)
    }

    /// Its current `i`, nA: into the cell from an electrode, out of the cell through the membrane.
    pub fn current(&self) -> VariableRef {
        self.variable("i")
    }

    /// Switches the source off: its waveform is removed and its duration set to 0.
    ///
    /// The inactive point process stays, so that other point processes keep their indices; results are as if it had
    /// never been attached (to the bit with `Exact`). A network is a description: simulations made before keep the
    /// source. To have both, attach to a clone of the network.
    ///
    /// # Errors
    /// [`AttachError::NotAttached`] for a network other than the one it was attached to.
    pub fn detach(self, network: &mut Network) -> Result<(), AttachError> {
        let Self { cell, point } = self;
        let process = network.cells.get(cell).and_then(|cell| cell.points.get(point));
        let duration = process.and_then(|process| duration_of(&process.mechanism.name));
        let Some(duration) = duration else { return Err(AttachError::NotAttached { cell, point }) };
        let is_its = |target: &VariableRef| matches!(target, VariableRef::Point { cell: c, point: p, .. } if (*c, *p) == (cell, point));
        network.waveforms.retain(|played| !is_its(&played.target));
        let mechanism = &mut network.cells[cell].points[point].mechanism;
        mechanism.parameters.insert(duration.to_owned(), 0.0); // ms
        Ok(())
    }
}

/// The name of the parameter for the duration, by the source's mechanism.
fn duration_of(mechanism: &str) -> Option<&'static str> {
    match mechanism {
        "IClamp" | "MembraneCurrentSource" => Some("dur"),
        "SEClamp" | "ConductanceSource" => Some("dur1"),
        _ => None,
    }
}

/// The time of a signal's last point, ms, if it has points and all its numbers are finite.
pub(super) fn end_of(signal: &SignalSource) -> Result<f64, AttachError> {
    let numbers = signal.times().iter().map(|t| ("a time of the signal (ms)", *t));
    let numbers = numbers.chain(signal.values().iter().map(|y| ("a value of the signal", *y)));
    for (what, value) in numbers {
        finite(what, value)?;
    }
    signal.end().ok_or(AttachError::Empty)
}

pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, AttachError> {
    if value.is_finite() { Ok(value) } else { Err(AttachError::NotFinite { what, value }) }
}

pub(super) fn at_least_0(what: &'static str, value: f64) -> Result<f64, AttachError> {
    if value < 0.0 { Err(AttachError::Negative { what, value }) } else { finite(what, value) }
}

/// Places a mechanism at each of some positions. Cells that share their point processes continue to share them if they
/// get the same ones and are neighbours in the list.
pub fn place_all(
    network: &mut Network,
    places: &[Location],
    name: PointName<'_>,
    mechanism: Mechanism,
) -> Result<Vec<AttachedSource>, AttachError> {
    for place in places {
        check(network, place)?;
    }
    let mechanism = Shared::from(mechanism);
    let mut attached = Vec::with_capacity(places.len());
    let mut last: Option<Change<'_>> = None;
    let last_cell = places.last().map(|place| place.cell);
    for places in places.chunk_by(|a, b| a.cell == b.cell) {
        let cell = &mut network.cells[places[0].cell];
        let first = cell.points.len();
        if let Some(change) = &last
            && change.before.is_shared_with(&cell.points)
            && same_spots(change.places, places)
        {
            cell.points = change.after.clone();
        } else {
            // The previous point processes are only needed for a further cell; keeping them makes a copy.
            let before = (Some(places[0].cell) != last_cell).then(|| cell.points.clone());
            for (place, name) in places.iter().zip(name.of(places.len(), &cell.points)) {
                cell.points.push(PointProcess {
                    name,
                    section: place.section,
                    x: place.x,
                    mechanism: mechanism.clone(),
                });
            }
            last = before.map(|before| Change { before, places, after: cell.points.clone() });
        }
        attached.extend((first..cell.points.len()).map(|point| AttachedSource { cell: places[0].cell, point }));
    }
    Ok(attached)
}

/// Attaches a source: its mechanism at each of some positions, and the parameter and waveform to play there.
pub(super) fn attach(
    network: &mut Network,
    places: &[Location],
    mechanism: Mechanism,
    played: Option<(&'static str, Waveform)>,
) -> Result<Vec<AttachedSource>, AttachError> {
    let name = mechanism.name.clone();
    let attached = place_all(network, places, PointName::Unused(&name), mechanism)?;
    if let Some((parameter, waveform)) = played {
        attached.iter().for_each(|source| play(network, source, parameter, waveform.clone()));
    }
    Ok(attached)
}

/// Plays a waveform into a parameter of an attached source.
fn play(network: &mut Network, source: &AttachedSource, parameter: &str, waveform: Waveform) {
    network.play(source.variable(parameter), waveform);
}

fn check(network: &Network, place: &Location) -> Result<(), AttachError> {
    let missing = |what, index| AttachError::Missing { what, index };
    let cell = network.cells.get(place.cell).ok_or(missing("cell", place.cell))?;
    let section = cell.sections.get(place.section).ok_or(missing("section", place.section))?;
    if !(0.0..=1.0).contains(&place.x) {
        return Err(AttachError::Position { section: section.name.clone(), x: place.x });
    }
    Ok(())
}

/// The change made to the previous cell.
struct Change<'a> {
    before: Shared<Vec<PointProcess>>,
    places: &'a [Location],
    after: Shared<Vec<PointProcess>>,
}

fn same_spots(a: &[Location], b: &[Location]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a.section, a.x) == (b.section, b.x))
}

/// Name of the point processes.
#[derive(Clone, Copy)]
pub enum PointName<'a> {
    /// `name`, or `name[0]`, `name[1]`... if a cell gets several.
    Given(&'a str),
    /// `name[k]`, with numbers that are not in use.
    Unused(&'a str),
}

impl PointName<'_> {
    /// Names of `count` further point processes.
    fn of(self, count: usize, present: &Shared<Vec<PointProcess>>) -> Vec<String> {
        match self {
            Self::Given(name) if count == 1 => vec![name.to_owned()],
            Self::Given(name) => (0..count).map(|k| format!("{name}[{k}]")).collect(),
            Self::Unused(name) => {
                let numbered = |k: usize| format!("{name}[{k}]");
                let is_free = |k: usize| present.position_of(&numbered(k)).is_none();
                // Numbers are used in ascending order: a free one is found by doubling and then by bisection.
                let (mut taken, mut free) = (0, 0);
                while !is_free(free) {
                    (taken, free) = (free, 2 * free + 1);
                }
                while free > taken + 1 {
                    let middle = taken.midpoint(free);
                    if is_free(middle) { free = middle } else { taken = middle }
                }
                (free..).filter(|&k| is_free(k)).map(numbered).take(count).collect()
            }
        }
    }
}
