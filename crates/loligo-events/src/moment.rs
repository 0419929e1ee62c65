//! Position in the order of events.

/// The time of an event, and its position among those of that time: one number, which is compared at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u128);

/// The bit that is set in negative numbers.
const SIGN: u64 = 1 << 63;

impl Moment {
    /// `time` in ms.
    #[inline]
    pub(crate) fn new(time: f64, sequence: u64) -> Self {
        // In the order of the numbers: of negative ones all bits are inverted, of others the sign.
        let bits = time.to_bits();
        let ordered = if bits & SIGN == 0 { bits ^ SIGN } else { !bits };
        Self(u128::from(ordered) << u64::BITS | u128::from(sequence))
    }

    /// ms.
    #[inline]
    pub(crate) fn time(self) -> f64 {
        let ordered = (self.0 >> u64::BITS) as u64;
        f64::from_bits(if ordered & SIGN == 0 { !ordered } else { ordered ^ SIGN })
    }

    #[inline]
    pub(crate) fn sequence(self) -> u64 {
        self.0 as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_the_order_of_times_then_of_numbers() {
        let times = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 0.025, 3.0, f64::INFINITY, f64::NAN];
        let moments: Vec<Moment> =
            times.into_iter().flat_map(|time| [0, 7, u64::MAX].map(|sequence| Moment::new(time, sequence))).collect();
        assert!(moments.is_sorted_by(|a, b| a < b), "{moments:?}");
        for (moment, time) in moments.iter().zip(times.into_iter().flat_map(|time| [time; 3])) {
            assert_eq!(moment.time().to_bits(), time.to_bits());
        }
        assert_eq!(moments[1].sequence(), 7);
    }
}
