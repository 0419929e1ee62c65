//! Usual ranges of values by their unit.

use loligo_io::plain;

/// The range of usual values of a quantity, and the units in which it is often given by mistake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualRange {
    /// The smallest usual value.
    pub low: f64,
    /// The largest usual value.
    pub high: f64,
    /// Other units, with the factor that converts a number of them.
    other_units: &'static [(&'static str, f64)],
}

impl UsualRange {
    const fn new(low: f64, high: f64, other_units: &'static [(&'static str, f64)]) -> Self {
        Self { low, high, other_units }
    }

    /// Section length.
    pub(super) const LENGTH: Self = Self::new(0.05, 2e4, &[("m", 1e6), ("mm", 1e3), ("nm", 1e-3)]); // um
    /// Section diameter; the squid's giant axon has 500 um.
    pub(super) const DIAMETER: Self = Self::new(0.01, 2e3, &[("m", 1e6), ("mm", 1e3), ("nm", 1e-3)]); // um
    /// Axial resistivity.
    pub(super) const RESISTIVITY: Self = Self::new(5.0, 2e3, &[("ohm m", 100.0), ("Mohm um", 100.0)]); // ohm cm
    /// Membrane capacitance; sheaths of myelin have hundredths of the usual one.
    pub(super) const CAPACITANCE: Self = Self::new(1e-3, 30.0, &[("F/m2", 100.0), ("nF/cm2", 1e-3)]); // uF/cm2
    /// Weight of a synapse whose conductance grows by it.
    pub(super) const SYNAPTIC_CONDUCTANCE: Self = Self::new(0.0, 0.5, &[("nS", 1e-3), ("pS", 1e-6)]); // uS
    /// Voltage.
    pub(super) const VOLTAGE: Self = Self::new(-200.0, 200.0, &[("V", 1e3), ("uV", 1e-3)]); // mV
    /// Velocity of spikes.
    pub(super) const VELOCITY: Self = Self::new(10.0, 1.5e5, &[("m/s", 1e3)]); // um/ms
    /// Temperature.
    pub(super) const TEMPERATURE: Self = Self::new(-5.0, 50.0, &[]); // degC

    /// The usual range of a parameter with this unit and name; `None` if anything is usual.
    ///
    /// ```
    /// use loligo::UsualRange;
    /// assert_eq!(UsualRange::of("nA", "amp").unwrap().high, 50.0);
    /// assert!(UsualRange::of("1", "shift").is_none());
    /// ```
    pub fn of(unit: &str, name: &str) -> Option<Self> {
        let range = match unit {
            "S/cm2" | "mho/cm2" | "siemens/cm2" => Self::new(0.0, 10.0, &[("mS/cm2", 1e-3), ("pS/um2", 1e-4)]),
            "mS/cm2" | "mmho/cm2" => Self::new(0.0, 1e4, &[("uS/cm2", 1e-3)]),
            "pS/um2" | "pmho/um2" => Self::new(0.0, 1e5, &[]),
            "uS" | "umho" | "microsiemens" => Self::new(0.0, 10.0, &[("nS", 1e-3), ("pS", 1e-6)]),
            "nS" | "nanosiemens" => Self::new(0.0, 1e4, &[("pS", 1e-3)]),
            "nA" | "nanoamp" => Self::new(-50.0, 50.0, &[("pA", 1e-3)]),
            "pA" => Self::new(-5e4, 5e4, &[]),
            "mV" | "millivolt" => Self::VOLTAGE,
            "mM" | "milli/liter" => Self::new(0.0, 1e3, &[("uM", 1e-3), ("nM", 1e-6)]),
            "degC" => Self::TEMPERATURE,
            "ms" if name.starts_with("tau") => Self::new(1e-3, 1e5, &[("s", 1e3), ("us", 1e-3)]),
            _ => return None,
        };
        Some(range)
    }

    /// The range with these bounds, and the units in which this quantity is often given by mistake.
    pub(super) fn with_bounds(unit: &str, name: &str, (low, high): (f64, f64)) -> Self {
        let other_units = Self::of(unit, name).map_or(&[][..], |range| range.other_units);
        Self { low, high, other_units }
    }

    /// `true` if a value is usual.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The reason why a value outside is odd, and the value that is meant if it is usual in another unit.
    pub(super) fn reason(&self, value: f64, unit: &str) -> String {
        let usual = format!("usual values are {} to {} {unit}", plain(self.low), plain(self.high));
        match self.meant(value, unit) {
            Some(meant) => format!("{usual}; {meant}"),
            None => format!("{usual}; is the unit right?"),
        }
    }

    /// The value in another unit that would be usual: `200 pA is 0.2 nA`.
    pub(super) fn meant(&self, value: f64, unit: &str) -> Option<String> {
        let mut converted = self.other_units.iter().map(|&(other, factor)| (other, rounded(value * factor)));
        let (other, meant) = converted.find(|&(_, meant)| self.contains(meant))?;
        Some(format!("{} {other} is {} {unit}", plain(value), plain(meant)))
    }
}

/// The value to twelve digits, so that a product has no rounding error to show.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_is_explained_in_the_likely_unit() {
        let range = UsualRange::of("nA", "amp").unwrap();
        assert!(range.contains(50.0) && !range.contains(50.1));
        assert_eq!(range.reason(200.0, "nA"), "usual values are -50 to 50 nA; 200 pA is 0.2 nA");
        assert_eq!(range.reason(1e9, "nA"), "usual values are -50 to 50 nA; is the unit right?");
        let length = UsualRange::LENGTH;
        assert_eq!(length.meant(20e-6, "um").as_deref(), Some("2e-5 m is 20 um"));
    }
}
