//! The instructions that store results.

use super::{Allocation, EncodingError};
use crate::program::{Operation, Value};

impl Allocation<'_> {
    pub(super) fn store(&mut self, stream: u32, value: Value, position: usize) -> Result<(), EncodingError> {
        let register = self.register(value, position, &[])?;
        let memory = self.stream(stream)?;
        let instruction = match self.is_rest {
            true => self.encoding.store_rest(memory, register)?,
            false => self.encoding.store(memory, register)?,
        };
        self.emit(instruction);
        Ok(())
    }

    /// Stores the values that had to wait. Those that come from streams are fetched before any stream changes.
    pub(super) fn store_the_rest(&mut self) -> Result<(), EncodingError> {
        let end = self.program.operations().len();
        let waiting = std::mem::take(&mut self.waiting);
        let is_load = |value: Value| matches!(self.program.operations()[value.index()], Operation::Load(_));
        let (loads, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|&(_, value)| is_load(value));
        if let [(stream, value)] = loads[..] {
            self.store(stream, value, end)?;
        } else {
            let mut slots = Vec::new();
            for &(_, value) in &loads {
                let register = self.register(value, end, &[])?;
                let slot = self.body.slots;
                self.body.slots += 1;
                let instruction = self.encoding.store(self.slot(slot), register)?;
                self.emit(instruction);
                slots.push(slot);
            }
            for ((stream, value), slot) in loads.into_iter().zip(slots) {
                let place = &mut self.places[value.index()];
                if let Some(register) = place.register.take() {
                    self.registers[register] = None;
                }
                self.places[value.index()].slot = Some(slot);
                self.store(stream, value, end)?;
            }
        }
        for (stream, value) in others {
            self.store(stream, value, end)?;
        }
        Ok(())
    }
}
