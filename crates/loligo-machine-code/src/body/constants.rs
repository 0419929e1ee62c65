//! Numbers of a function in memory.

use super::encoding::Encoding;
use crate::instruction_set::InstructionSet;

/// Numbers that instructions read from memory, each once.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    bits: Vec<u64>,
}

impl Constants {
    /// The index of a number.
    pub(super) fn index(&mut self, bits: u64) -> usize {
        match self.bits.iter().position(|&own| own == bits) {
            Some(index) => index,
            None => {
                self.bits.push(bits);
                self.bits.len() - 1
            }
        }
    }

    /// The numbers as they are in memory: once where instructions read them for all lanes, else a vector of each.
    pub(crate) fn bytes(&self, set: InstructionSet) -> Vec<u8> {
        let copies = Encoding::of(set).copies_of_constants;
        self.bits.iter().flat_map(|bits| std::iter::repeat_n(bits.to_ne_bytes(), copies)).flatten().collect()
    }
}
