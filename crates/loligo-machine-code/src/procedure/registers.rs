//! The vector registers that hold numbers of slots.

use iced_x86::code_asm::{
    AsmRegisterXmm, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15,
};

use super::Slot;

/// Registers for numbers; the first two are for the steps between.
const REGISTERS: [AsmRegisterXmm; 14] =
    [xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15];

/// Number of one of the registers.
pub(super) type Number = usize;

/// The slot whose number each register holds. Every number is also in its slot.
#[derive(Debug, Default)]
pub(super) struct Registers {
    slots: [Option<Slot>; REGISTERS.len()],
    /// When each was used last.
    used: [u64; REGISTERS.len()],
    now: u64,
}

impl Registers {
    /// The register itself.
    pub(super) fn name(number: Number) -> AsmRegisterXmm {
        REGISTERS[number]
    }

    /// The register that holds the number of a slot.
    pub(super) fn find(&mut self, slot: Slot) -> Option<Number> {
        let found = self.slots.iter().position(|&held| held == Some(slot))?;
        self.touch(found);
        Some(found)
    }

    fn touch(&mut self, number: Number) {
        self.now += 1;
        self.used[number] = self.now;
    }

    /// The register that was not used for the longest time, for another number.
    pub(super) fn take(&mut self) -> Number {
        let longest = (0..REGISTERS.len()).min_by_key(|&number| (self.slots[number].is_some(), self.used[number]));
        let number = longest.unwrap_or(0); // there are registers
        self.slots[number] = None;
        self.touch(number);
        number
    }

    /// A register has the number that its slot has now.
    pub(super) fn hold(&mut self, number: Number, slot: Slot) {
        self.forget(slot, 1);
        self.slots[number] = Some(slot);
    }

    /// Slots from `first` on have other numbers now.
    pub(super) fn forget(&mut self, first: Slot, length: u32) {
        let is_changed = |slot: Slot| slot.0.checked_sub(first.0).is_some_and(|number| number < length);
        for held in &mut self.slots {
            held.take_if(|slot| is_changed(*slot));
        }
    }

    /// Registers may have any contents now.
    pub(super) fn clear(&mut self) {
        self.slots = [None; REGISTERS.len()];
    }
}
