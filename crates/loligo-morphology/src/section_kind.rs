//! The parts of a neuron: soma, axon, dendrites.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The part of a neuron to which a section belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SectionKind {
    /// The cell body; SWC type 1.
    Soma,
    /// SWC type 2.
    Axon,
    /// A basal dendrite, or a dendrite of a cell that has only one sort; SWC type 3.
    Dendrite,
    /// Apical dendrite; SWC type 4.
    Apical,
    /// Any other SWC type.
    Custom(i32),
}

impl SectionKind {
    /// The kind of a name: `soma`, `axon`, `dendrite` or `dend`, `apical` or `apic`.
    ///
    /// ```
    /// use loligo_morphology::SectionKind;
    /// assert_eq!(SectionKind::named("apic"), Some(SectionKind::Apical));
    /// assert_eq!(SectionKind::named("glia"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "soma" => Some(Self::Soma),
            "axon" => Some(Self::Axon),
            "dendrite" | "dend" => Some(Self::Dendrite),
            "apical" | "apic" => Some(Self::Apical),
            _ => None,
        }
    }

    /// The kind with this number in neurodamus's `Builder.Section`: `SOMA` 0, `DENDRITE` 1, `APICAL_DENDRITE` 2,
    /// `AXON` 3. These are not the numbers of SWC, which [`from_code`](Self::from_code) reads.
    ///
    /// ```
    /// use loligo_morphology::SectionKind;
    /// assert_eq!(SectionKind::from_builder_number(2), Some(SectionKind::Apical));
    /// assert_eq!(SectionKind::from_code(2), SectionKind::Axon);
    /// assert_eq!(SectionKind::from_builder_number(4), None);
    /// ```
    pub fn from_builder_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Soma),
            1 => Some(Self::Dendrite),
            2 => Some(Self::Apical),
            3 => Some(Self::Axon),
            _ => None,
        }
    }

    /// Its number in neurodamus's `Builder.Section`, 0 to 3; `None` for [`Custom`](Self::Custom) kinds, which do not
    /// exist there.
    pub fn builder_number(self) -> Option<u8> {
        match self {
            Self::Soma => Some(0),
            Self::Dendrite => Some(1),
            Self::Apical => Some(2),
            Self::Axon => Some(3),
            Self::Custom(_) => None,
        }
    }

    /// The kind with this SWC type number.
    pub fn from_code(code: i32) -> Self {
        match code {
            1 => Self::Soma,
            2 => Self::Axon,
            3 => Self::Dendrite,
            4 => Self::Apical,
            other => Self::Custom(other),
        }
    }

    /// The SWC type number.
    pub fn code(self) -> i32 {
        match self {
            Self::Soma => 1,
            Self::Axon => 2,
            Self::Dendrite => 3,
            Self::Apical => 4,
            Self::Custom(code) => code,
        }
    }

    /// NEURON's name for sections of this kind: `soma`, `axon`, `dend`, `apic`, and for other types
    /// `dend_5` (type 5) or `minus_1` (type -1).
    pub fn array_name(self) -> String {
        match self.code() {
            1 => "soma".into(),
            2 => "axon".into(),
            3 => "dend".into(),
            4 => "apic".into(),
            code if code < 0 => format!("minus_{}", code.unsigned_abs()),
            code => format!("dend_{code}"),
        }
    }
}

impl fmt::Display for SectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Soma => f.write_str("soma"),
            Self::Axon => f.write_str("axon"),
            Self::Dendrite => f.write_str("dendrite"),
            Self::Apical => f.write_str("apical dendrite"),
            Self::Custom(code) => write!(f, "type {code}"),
        }
    }
}
