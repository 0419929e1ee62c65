//! The treatment of an ion at a place.

use loligo_mechanisms::Ion;

/// The treatment of an ion at one place, determined by all mechanisms there: a set of bits, to save memory, since
/// there is one for each segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style(u8);

impl Style {
    /// A mechanism reads a concentration.
    pub(super) const CONCENTRATION_READ: u8 = 1;
    /// A mechanism writes a concentration: both concentrations start from their initial values.
    pub(super) const CONCENTRATION_WRITTEN: u8 = 2;
    /// A mechanism writes the reversal potential: it is not computed from concentrations.
    pub(super) const REVERSAL_POTENTIAL_WRITTEN: u8 = 8;
    /// The user gave a style: its bits override those of the mechanisms.
    pub(super) const GIVEN: u8 = 128;
    /// The bits of a style that have an effect.
    pub(super) const OF_USER: u8 = (Ion::INITIAL_CONCENTRATIONS | Ion::NERNST_AT_START | Ion::NERNST_ALWAYS) as u8;

    /// Takes a mechanism's use of the ion into account.
    pub(super) fn add(&mut self, bits: u8) {
        self.0 |= bits;
    }

    pub(super) fn has(self, bits: u8) -> bool {
        self.0 & bits != 0
    }

    /// Sets the style that the user gave, if any, in place of an earlier one.
    pub(super) fn give(&mut self, style: Option<u32>) {
        self.0 &= !(Self::GIVEN | Self::OF_USER);
        if let Some(style) = style {
            self.0 |= Self::GIVEN | (style as u8 & Self::OF_USER);
        }
    }

    /// True if a bit of the user's style is set; `None` without one.
    pub(super) fn given(self, bit: u32) -> Option<bool> {
        self.has(Self::GIVEN).then(|| self.has(bit as u8))
    }

    /// True if both concentrations start a run from the ion's globals.
    pub(super) fn initial_concentrations(self) -> bool {
        self.given(Ion::INITIAL_CONCENTRATIONS).unwrap_or(self.has(Self::CONCENTRATION_WRITTEN))
    }

    /// True if the reversal potential is computed from the concentrations when a run is initialised.
    pub(super) fn nernst_at_start(self) -> bool {
        let used = self.has(Self::CONCENTRATION_READ | Self::CONCENTRATION_WRITTEN);
        self.given(Ion::NERNST_AT_START).unwrap_or(used && !self.has(Self::REVERSAL_POTENTIAL_WRITTEN))
    }

    /// True if it is computed in every step.
    pub(super) fn nernst_always(self) -> bool {
        let written = self.has(Self::CONCENTRATION_WRITTEN) && !self.has(Self::REVERSAL_POTENTIAL_WRITTEN);
        self.given(Ion::NERNST_ALWAYS).unwrap_or(written)
    }
}
