//! Time spent on each mechanism of a run.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use loligo_mechanisms::JointHook;

/// Time spent on the instances of a mechanism, or of several that are computed together on the same segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MechanismTime {
    /// Names of the mechanisms.
    pub mechanisms: Vec<String>,
    /// Number of instances, of each mechanism.
    pub instances: usize,
    /// Time spent on currents and conductances.
    pub current: Duration,
    /// Time spent on states.
    pub state: Duration,
}

impl MechanismTime {
    /// Time spent on both.
    pub fn total(&self) -> Duration {
        self.current + self.state
    }
}

/// Index of a mechanism, or of several that are computed together, among those of a group.
pub(crate) type TimedIndex = usize;

/// The times of a group; none unless they are measured. The installed mechanisms have the first indices.
#[derive(Clone, Debug, Default)]
pub(crate) struct MechanismTimes {
    enabled: bool,
    all: Vec<MechanismTime>,
    /// Number of installed mechanisms.
    installed: usize,
}

impl MechanismTimes {
    /// Times of the installed mechanisms, each with its name and number of instances, that are measured if `enabled`.
    pub(crate) fn new<'a>(enabled: bool, installed: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let of_one = |(name, instances): (&str, usize)| unspent(vec![name.to_owned()], instances);
        let all: Vec<_> = installed.filter(|_| enabled).map(of_one).collect();
        Self { enabled, installed: all.len(), all }
    }

    /// The index of mechanisms that are computed together, by their names.
    pub(crate) fn index<'a>(&mut self, names: impl Iterator<Item = &'a str>, instances: usize) -> TimedIndex {
        if !self.enabled {
            return 0;
        }
        let mechanisms: Vec<String> = names.map(ToOwned::to_owned).collect();
        let is_same = |own: &MechanismTime| own.mechanisms == mechanisms && own.instances == instances;
        match self.all.iter().skip(self.installed).position(is_same) {
            Some(position) => self.installed + position,
            None => {
                self.all.push(unspent(mechanisms, instances));
                self.all.len() - 1
            }
        }
    }

    /// Sets all times to 0.
    pub(crate) fn clear(&mut self) {
        for own in &mut self.all {
            (own.current, own.state) = (Duration::ZERO, Duration::ZERO);
        }
    }

    #[inline]
    pub(crate) fn start(&self) -> Option<Instant> {
        self.enabled.then(Instant::now)
    }

    #[inline]
    pub(crate) fn stop(&mut self, (hook, index): (JointHook, TimedIndex), start: Option<Instant>) {
        if let (Some(start), Some(own)) = (start, self.all.get_mut(index)) {
            match hook {
                JointHook::Current => own.current += start.elapsed(),
                JointHook::Advance => own.state += start.elapsed(),
            }
        }
    }
}

fn unspent(mechanisms: Vec<String>, instances: usize) -> MechanismTime {
    MechanismTime { mechanisms, instances, current: Duration::ZERO, state: Duration::ZERO }
}

/// The sum over groups, by mechanisms; those that took most time come first, and those that took none are left out.
pub(crate) fn sum<'a>(groups: impl Iterator<Item = &'a MechanismTimes>) -> Vec<MechanismTime> {
    let mut sums: BTreeMap<&[String], (MechanismTime, [usize; 2])> = BTreeMap::new();
    for own in groups.flat_map(|times| &times.all).filter(|own| !own.total().is_zero()) {
        let new = || (unspent(own.mechanisms.clone(), 0), [0; 2]);
        let (sum, instances) = sums.entry(&own.mechanisms).or_insert_with(new);
        // A mechanism may have its currents under one index and its states under another.
        for (instances, spent) in instances.iter_mut().zip([own.current, own.state]) {
            *instances += if spent.is_zero() { 0 } else { own.instances };
        }
        sum.instances = instances[0].max(instances[1]);
        sum.current += own.current;
        sum.state += own.state;
    }
    let mut sums: Vec<MechanismTime> = sums.into_values().map(|(sum, _)| sum).collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.total())); // stable
    sums
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn times_of_groups_are_added_by_mechanism() {
        let spent = |enabled: bool, with: &[&str]| {
            let mut times = MechanismTimes::new(enabled, [("hh", 3), ("pas", 5)].into_iter());
            let together = times.index(with.iter().copied(), 2);
            for (hook, index) in [(JointHook::Current, 0), (JointHook::Advance, together)] {
                let start = times.start();
                sleep(Duration::from_millis(1));
                times.stop((hook, index), start);
            }
            times
        };
        let groups = [spent(true, &["na", "k"]), spent(true, &["na", "k"]), spent(true, &["na"]), spent(false, &[])];
        let mut sums = sum(groups.iter());
        sums.sort_by_key(|sum| sum.mechanisms.clone());
        let found: Vec<_> = sums.iter().map(|sum| (sum.mechanisms.join(" "), sum.instances)).collect();
        assert_eq!(found, [("hh".to_owned(), 9), ("na".to_owned(), 2), ("na k".to_owned(), 4)]);
        assert!(sums[0].current >= Duration::from_millis(3) && sums[0].state.is_zero());
        assert!(sums[2].state >= Duration::from_millis(2) && sums[2].current.is_zero());
    }

    #[test]
    fn instances_whose_currents_and_states_have_different_indices_count_once() {
        let mut times = MechanismTimes::new(true, [("hh", 3)].into_iter());
        let joined = times.index(["hh"].into_iter(), 3);
        for (hook, index) in [(JointHook::Current, joined), (JointHook::Advance, 0)] {
            let start = times.start();
            sleep(Duration::from_millis(1));
            times.stop((hook, index), start);
        }
        assert_eq!(sum([times].iter())[0].instances, 3);
    }

    #[test]
    fn equal_mechanisms_have_one_index() {
        let mut times = MechanismTimes::new(true, [("hh", 3)].into_iter());
        let names = || ["na", "k"].into_iter();
        assert_eq!([times.index(names(), 2), times.index(names(), 4), times.index(names(), 2)], [1, 2, 1]);
    }
}
