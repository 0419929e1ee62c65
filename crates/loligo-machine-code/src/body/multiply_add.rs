//! The instructions for products that are added to a number and rounded once.

use super::encoding::Source;
use super::{Allocation, EncodingError};
use crate::program::{Binary, Value};

impl Allocation<'_> {
    /// Computes x y + z. The instructions write to the register of an operand: to one that is not used again, if there is
    /// one.
    pub(super) fn multiply_add(&mut self, position: usize, [x, y, z]: [Value; 3]) -> Result<(), EncodingError> {
        let is_last = |own: &Self, value: Value| own.next_use(value, position + 1).is_none();
        // A product can have its factors in any order.
        let (x, y) = match is_last(self, y) && !is_last(self, x) {
            true => (y, x),
            false => self.in_best_order(Binary::Multiply, x, y),
        };
        let a = self.register(x, position, &[])?;
        if is_last(self, z) && !is_last(self, x) && z != y {
            let sum = self.register(z, position, &[a])?;
            let factor = self.source(y, position, &[a, sum])?;
            self.replace(z, position, sum);
            let instruction = self.encoding.add_product(sum, a, factor)?;
            self.emit(instruction);
            return Ok(());
        }
        let b = self.register(y, position, &[a])?;
        let summand = self.source(z, position, &[a, b])?;
        let to = match is_last(self, x) && x != y && x != z {
            true => {
                self.replace(x, position, a);
                a
            }
            false => {
                let pinned = [a, b, summand.register().unwrap_or(a)];
                let to = self.free_register(position, &pinned)?;
                let instruction = self.encoding.load(to, Source::Register(a))?;
                self.emit(instruction);
                self.release_registers(position);
                self.occupy(to, Value(position as u32));
                to
            }
        };
        let instruction = self.encoding.multiply_add(to, b, summand)?;
        self.emit(instruction);
        Ok(())
    }

    /// Gives the register of an operand that is not used again to the result.
    fn replace(&mut self, operand: Value, position: usize, register: usize) {
        self.places[operand.index()].register = None;
        self.release_registers(position);
        self.occupy(register, Value(position as u32));
    }
}
