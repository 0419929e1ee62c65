//! The vector instructions of a processor.

/// Vector instructions for which there is machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstructionSet {
    /// Vectors of four numbers, 16 registers; with FMA.
    Avx2,
    /// Vectors of eight numbers, 32 registers.
    Avx512,
}

impl InstructionSet {
    /// True if this processor has the instructions.
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        return match self {
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
        };
        #[cfg(not(target_arch = "x86_64"))]
        false
    }

    /// The sets that this processor has.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Avx2, Self::Avx512].into_iter().filter(|set| set.is_available())
    }

    /// Numbers in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Self::Avx2 => 4,
            Self::Avx512 => 8,
        }
    }
}
