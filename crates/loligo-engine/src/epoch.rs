//! For how many steps groups of cells need not hear of each other.

use loligo_mechanisms::Numerics;

use crate::census::ConnectionCensus;
use crate::options::Options;

/// The steps between two exchanges of spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// How many; at least 1.
    pub steps: u64,
    /// Why not more.
    pub bound: EpochBound,
}

/// What bounds an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum EpochBound {
    /// Exact arithmetic sums in the order in which events were queued.
    Exact,
    /// Artificial cells take input: they see events of one instant in the order in which they were queued.
    ArtificialInput,
    /// A point process sends spikes that arrive within a step, after this delay (ms).
    DelayOfPoint(f64),
    /// Transfers join groups of cells in every step.
    Transfers,
    /// The shortest delay between cells, ms.
    ShortestDelay(f64),
    /// Nothing but the wish to report progress: cells do not meet.
    Nothing,
}

impl Epoch {
    /// The epoch of a model; `lockstep` says whether transfers join its groups.
    ///
    /// A spike is seen at the start of a step, at t + 1e-10; it must not be due within the epoch.
    pub(crate) fn of(connections: &ConnectionCensus, lockstep: bool, options: &Options) -> Self {
        const LONGEST: f64 = 4096.0;
        let every_step = |bound| Self { steps: 1, bound };
        if options.numerics == Numerics::Exact {
            return every_step(EpochBound::Exact);
        }
        if connections.to_artificial_cells > 0 {
            return every_step(EpochBound::ArtificialInput);
        }
        if connections.shortest_delay_of_points < options.dt {
            return every_step(EpochBound::DelayOfPoint(connections.shortest_delay_of_points));
        }
        if lockstep {
            return every_step(EpochBound::Transfers);
        }
        let shortest = connections.shortest_delay;
        let steps = (shortest / options.dt).ceil() - 1.0;
        let bound = if steps < LONGEST { EpochBound::ShortestDelay(shortest) } else { EpochBound::Nothing };
        Self { steps: steps.clamp(1.0, LONGEST) as u64, bound }
    }

    /// Whether events of one instant must be delivered in the order in which they were queued.
    pub(crate) fn keeps_order_of_queue(self) -> bool {
        matches!(self.bound, EpochBound::Exact | EpochBound::ArtificialInput | EpochBound::DelayOfPoint(_))
    }
}
