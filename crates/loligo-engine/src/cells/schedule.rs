//! The work of a step: which ions and mechanisms have something to do in each of its phases, in NEURON's order.

use loligo_mechanisms::{JointHook, Stage};

use super::ions::IonWork;
use super::joints::{Mechanisms, Segment};
use crate::kernel_cache::KernelCache;
use crate::mechanism_times::MechanismTimes;

/// The work of each phase.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    /// Installed ions whose currents are summed, or whose reversal potentials follow concentrations.
    pub(super) ions: Vec<usize>,
    /// Mechanisms with currents.
    pub(super) currents: Vec<Work>,
    /// Mechanisms with states.
    pub(super) states: Vec<Work>,
    /// Work at stages: the stage, the installed mechanism, and the number of the stage among its own.
    pub(super) stages: Vec<(Stage, usize, usize)>,
}

/// Mechanisms of a phase.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// One installed mechanism.
    Mechanism(usize),
    /// Several that are computed together.
    Segment { segment: Segment, ions: IonWork },
}

impl Schedule {
    /// Finds the work of a group with some rows.
    pub(super) fn of(
        mechanisms: Mechanisms<'_>,
        rows: usize,
        cache: &mut KernelCache,
        times: &mut MechanismTimes,
    ) -> Self {
        let region_of = mechanisms.regions(rows);
        let mut work = |hook| {
            let segments = mechanisms.segments(hook, &region_of, (&mut *cache, &mut *times));
            in_order(mechanisms, hook, segments)
        };
        let (currents, states) = (work(JointHook::Current), work(JointHook::Advance));
        let stages = mechanisms.installed.iter().enumerate().flat_map(|(k, installed)| {
            installed.signature.stages.iter().enumerate().map(move |(number, &stage)| (stage, k, number))
        });
        let mut schedule = Self { ions: Vec::new(), currents, states, stages: stages.collect() };
        schedule.take_ions(mechanisms);
        schedule
    }

    /// Takes into account which variables of ions are used and change, after that may have changed.
    pub(super) fn take_ions(&mut self, mechanisms: Mechanisms<'_>) {
        let ions = mechanisms.ions;
        self.ions = ions.with_work().collect();
        for work in self.currents.iter_mut().chain(&mut self.states) {
            if let Work::Segment { segment, ions: work } = work {
                segment.use_ions_in_place(mechanisms);
                *work = IonWork::of(segment.members(), ions);
            }
        }
    }
}

/// The mechanisms of a hook, with those of a segment together.
fn in_order(mechanisms: Mechanisms<'_>, hook: JointHook, segments: Vec<Segment>) -> Vec<Work> {
    let (mut work, mut segments, mut next) = (Vec::new(), segments.into_iter().peekable(), 0);
    for k in 0..mechanisms.installed.len() {
        if k < next {
            continue;
        }
        match segments.next_if(|segment| segment.first() == k) {
            Some(segment) => {
                next = segment.last() + 1;
                work.push(Work::Segment { segment, ions: IonWork::default() });
            }
            None if mechanisms.has(hook, k) => work.push(Work::Mechanism(k)),
            None => {}
        }
    }
    work
}
