//! The number of steps that groups of cells make without an exchange of spikes.

use loligo_mechanisms::Numerics;

use crate::census::ConnectionCensus;
use crate::options::Options;

/// The steps between two exchanges of spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Number of steps; at least 1.
    pub steps: u64,
    /// The reason why the epoch is not longer.
    pub bound: EpochBound,
}

/// The bound of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum EpochBound {
    /// Exact arithmetic adds in the order in which events were queued.
    Exact,
    /// Artificial cells take input: they receive simultaneous events in the order in which they were
    /// queued.
    ArtificialInput,
    /// A point process sends spikes that arrive within a step, after this delay (ms).
    DelayOfPoint(f64),
    /// Transfers join groups of cells in every step.
    Transfers,
    /// The shortest delay between cells, ms.
    ShortestDelay(f64),
    /// The longest epoch, 4096 steps, so that progress is reported regularly: cells are not connected, or their delays
    /// are longer.
    Nothing,
}

impl Epoch {
    /// The epoch of a model; `lockstep` is true if transfers couple its groups.
    ///
    /// A spike is detected at the start of a step, at t + 1e-10; it must not be due within the
    /// epoch.
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

    /// True if simultaneous events must be delivered in the order in which they were queued.
    pub(crate) fn keeps_order_of_queue(self) -> bool {
        matches!(self.bound, EpochBound::Exact | EpochBound::ArtificialInput | EpochBound::DelayOfPoint(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(connections: ConnectionCensus, lockstep: bool, numerics: Numerics) -> Epoch {
        Epoch::of(&connections, lockstep, &Options { dt: 0.025, numerics, ..Options::default() })
    }

    fn with_delay(shortest_delay: f64) -> ConnectionCensus {
        ConnectionCensus { shortest_delay, ..ConnectionCensus::default() }
    }

    /// A spike detected at the start of the first step, at 1e-10 ms, is due after 1 ms in the first half of step 40, so
    /// it must have been exchanged when that step begins.
    #[test]
    fn a_spike_is_never_due_before_the_epoch_ends() {
        for (delay, steps) in [(1.0, 39), (0.025, 1), (0.01, 1), (0.0, 1), (0.05, 1), (0.06, 2), (5.0, 199)] {
            let epoch = of(with_delay(delay), false, Numerics::Fast);
            assert_eq!(epoch, Epoch { steps, bound: EpochBound::ShortestDelay(delay) });
        }
    }

    #[test]
    fn cells_that_do_not_meet_go_on_for_4096_steps() {
        let longest = Epoch { steps: 4096, bound: EpochBound::Nothing };
        assert_eq!(of(ConnectionCensus::default(), false, Numerics::Fast), longest);
        assert_eq!(of(with_delay(1e6), false, Numerics::Fast), longest);
    }

    #[test]
    fn what_must_be_in_the_order_of_the_queue_comes_step_by_step() {
        let to_artificial = ConnectionCensus { to_artificial_cells: 1, ..with_delay(1.0) };
        let of_points = ConnectionCensus { shortest_delay_of_points: 0.02, ..with_delay(0.02) };
        let cases = [
            (of(with_delay(1.0), true, Numerics::Exact), EpochBound::Exact, true),
            (of(to_artificial, true, Numerics::Fast), EpochBound::ArtificialInput, true),
            (of(of_points, true, Numerics::Fast), EpochBound::DelayOfPoint(0.02), true),
            (of(with_delay(1.0), true, Numerics::Fast), EpochBound::Transfers, false),
        ];
        for (epoch, bound, keeps) in cases {
            assert_eq!((epoch, epoch.keeps_order_of_queue()), (Epoch { steps: 1, bound }, keeps));
        }
    }

    #[test]
    fn a_point_process_whose_spikes_take_a_step_does_not_bound_more_than_others() {
        let of_points = ConnectionCensus { shortest_delay_of_points: 0.025, ..with_delay(0.025) };
        assert_eq!(of(of_points, false, Numerics::Fast).bound, EpochBound::ShortestDelay(0.025));
    }
}
