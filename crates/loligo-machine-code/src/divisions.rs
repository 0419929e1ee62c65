//! The divisions of a program: by instructions or by multiplications.

use std::sync::LazyLock;

#[cfg(target_arch = "x86_64")]
use crate::instruction_set::InstructionSet;

/// The division of vectors of eight numbers; both ways give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Divisions {
    /// By the processor's instruction.
    Instructions,
    /// As many of them by multiplications as keep both units equally busy.
    Balanced,
}

/// The instructions of a function, and the way in which it divides.
#[cfg(target_arch = "x86_64")]
pub(crate) type Target = (InstructionSet, Divisions);

impl Divisions {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Instructions, Self::Balanced];

    /// The faster way on this processor: Intel's need 16 cycles for eight quotients, during which they can do as many
    /// multiplications; AMD's (Zen 5) need half of that or less, and multiplications take longer (`docs/performance.md`).
    pub fn fastest() -> Self {
        static FASTEST: LazyLock<Divisions> =
            LazyLock::new(|| if is_intel() { Divisions::Balanced } else { Divisions::Instructions });
        *FASTEST
    }
}

fn is_intel() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // "GenuineIntel", of which the first four bytes are in ebx.
        std::arch::x86_64::__cpuid(0).ebx == u32::from_le_bytes(*b"Genu")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}
