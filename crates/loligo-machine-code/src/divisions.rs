//! How the divisions of a program are computed.

/// How vectors of eight numbers are divided; both ways give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Divisions {
    /// By the processor's instruction.
    Instructions,
    /// As many of them by multiplications as keep both units equally busy.
    Balanced,
}

impl Divisions {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Instructions, Self::Balanced];

    /// The faster way on this processor: Intel's need 16 cycles for eight quotients, during which they can do as many
    /// multiplications; AMD's (Zen 5) need half of that or less, and multiplications take longer (`docs/performance.md`).
    pub fn fastest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            // "GenuineIntel", of which the first four bytes are in ebx.
            let is_intel = std::arch::x86_64::__cpuid(0).ebx == u32::from_le_bytes(*b"Genu");
            if is_intel { Self::Balanced } else { Self::Instructions }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::Instructions
    }
}
