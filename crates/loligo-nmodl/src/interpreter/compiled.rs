//! Runs programs as machine code.

use loligo_machine_code::{Host, Slot, Stop};

use super::code::{HostOperation, Lookup, Places, ProgramCode, StopReason};
use super::fault::{Fault, FaultReason};
use super::limits::{MOST_DEPTH, MOST_ROUNDS};
use super::machine::Machine;
use super::memory::Memory;
use super::operation::{Registers, execute};
use crate::program::{Integer, Real};

impl Machine<'_> {
    /// Runs the code of a program and returns its result, 0 if it has none; `None` if a place that the code needs cannot be
    /// read, or programs run each other too deep, so that the interpreter has to tell it.
    pub(super) fn run_code(&mut self, code: &ProgramCode, arguments: &[f64]) -> Option<Result<f64, Fault>> {
        if self.depth >= MOST_DEPTH {
            return None;
        }
        self.depth += 1;
        let mut slots = self.registers.slots.pop().unwrap_or_default();
        if slots.len() < code.slots {
            slots.resize(code.slots, 0.0);
        }
        let outcome = self.run_in(code, arguments, &mut slots);
        self.registers.slots.push(slots);
        self.depth -= 1;
        outcome
    }

    fn run_in(&mut self, code: &ProgramCode, arguments: &[f64], slots: &mut [f64]) -> Option<Result<f64, Fault>> {
        self.memory.read_all(&code.given, slots).ok()?;
        for (number, &argument) in arguments.iter().enumerate() {
            slots[index(code.arguments) + number] = argument;
        }
        let mut rounds = i64::from(MOST_ROUNDS) - i64::from(self.rounds) - 1;
        let mut host = Interpreted { machine: self, code, fault: None };
        let ran = code.code.run(slots, &mut host, &mut rounds);
        let fault = host.fault;
        self.rounds = rounds_made(rounds);
        self.memory.write_all(&code.taken, slots);
        Some(match (ran, fault) {
            (Ok(()), _) => Ok(code.result.map_or(0.0, |result| slots[index(result)])),
            (Err(Stop::At(stop)), _) => Err(stopped(code, stop, slots)?),
            (Err(Stop::ByHost), Some(fault)) => Err(fault),
            (Err(Stop::ByHost | Stop::Slots), _) => return None,
        })
    }
}

impl Memory<'_> {
    /// Copies the numbers of places to their slots.
    fn read_all(&self, places: &Places, slots: &mut [f64]) -> Result<(), FaultReason> {
        for &(column, slot) in &places.columns {
            slots[index(slot)] = self.column(column);
        }
        for &(place, slot) in &places.others {
            slots[index(slot)] = self.read(place)?;
        }
        Ok(())
    }

    /// Copies the numbers of places from their slots.
    fn write_all(&mut self, places: &Places, slots: &[f64]) {
        for &(column, slot) in &places.columns {
            self.set_column(column, slots[index(slot)]);
        }
        for &(place, slot) in &places.others {
            // Places that can be read can be written.
            let _ = self.write(place, slots[index(slot)]);
        }
    }
}

/// The rounds that have been made, if some are left.
fn rounds_made(left: i64) -> u32 {
    MOST_ROUNDS.saturating_sub(u32::try_from(left).unwrap_or(0))
}

fn index(slot: Slot) -> usize {
    slot.0 as usize
}

/// The fault for which the code stopped.
fn stopped(code: &ProgramCode, stop: u32, slots: &[f64]) -> Option<Fault> {
    let (reason, span) = code.stops.get(stop as usize)?;
    let reason = match reason {
        StopReason::OutOfBounds { index: slot, length } => {
            FaultReason::OutOfBounds { index: whole(slots[index(*slot)]), length: *length }
        }
        StopReason::DivisionByZero => FaultReason::DivisionByZero,
        StopReason::EndlessLoop => FaultReason::EndlessLoop { rounds: MOST_ROUNDS.into() },
        StopReason::Failed { message } => FaultReason::Failed { message: message.clone() },
    };
    Some(Fault { span: *span, reason })
}

/// The whole number in a slot: its lower half.
fn whole(slot: f64) -> i32 {
    slot.to_bits() as u32 as i32
}

/// The registers of a program in slots.
struct InSlots<'s> {
    slots: &'s mut [f64],
    reals: usize,
    integers: usize,
}

impl Registers for InSlots<'_> {
    fn real(&self, register: Real) -> f64 {
        self.slots[self.reals + register.0 as usize]
    }

    fn set(&mut self, register: Real, x: f64) {
        self.slots[self.reals + register.0 as usize] = x;
    }

    fn integer(&self, register: Integer) -> i32 {
        whole(self.slots[self.integers + register.0 as usize])
    }

    fn set_integer(&mut self, register: Integer, x: i32) {
        self.slots[self.integers + register.0 as usize] = f64::from_bits((x as u32).into());
    }
}

/// The interpreter, as the host of the code.
struct Interpreted<'m, 'a> {
    machine: &'m mut Machine<'a>,
    code: &'m ProgramCode,
    fault: Option<Fault>,
}

impl Host for Interpreted<'_, '_> {
    fn call(&mut self, number: u32, slots: &mut [f64], rounds: &mut i64) -> bool {
        let Some(operation) = self.code.host_operations.get(number as usize) else { return false };
        if let Some(lookup) = &operation.lookup
            && self.look_up(lookup, slots).is_some()
        {
            return true;
        }
        let outcome = if operation.uses_places {
            self.machine.rounds = rounds_made(*rounds);
            let outcome = self.run(operation, slots);
            *rounds = i64::from(MOST_ROUNDS) - i64::from(self.machine.rounds);
            outcome
        } else {
            self.execute(operation, slots)
        };
        self.fault = outcome.err();
        self.fault.is_none()
    }
}

impl Interpreted<'_, '_> {
    fn execute(&mut self, own: &HostOperation, slots: &mut [f64]) -> Result<(), Fault> {
        let &HostOperation { reals, integers, span, .. } = own;
        let mut registers = InSlots { slots, reals, integers };
        execute(&own.operation, &mut registers, &mut self.machine.memory).map_err(|reason| Fault { span, reason })
    }

    /// Looks up a number in a table; `None` if the interpreter has to make the table or to run its program.
    fn look_up(&mut self, lookup: &Lookup, slots: &mut [f64]) -> Option<()> {
        let machine = &mut *self.machine;
        let is_switched_off = lookup.switch.is_some_and(|switch| slots[index(switch)] == 0.0);
        if is_switched_off || machine.making_first.is_some() {
            return None;
        }
        let table = if machine.programs.tables[lookup.table].per_call {
            machine.known_table(lookup.table, lookup.inputs.iter().map(|&input| slots[index(input)].to_bits()))?
        } else {
            machine.checked.get(lookup.table)?.as_ref()?
        };
        let position = table.position(slots[index(lookup.x)]);
        match lookup.to {
            Some(to) => slots[index(to)] = table.outputs.first()?.at(position),
            None => {
                for (&to, entries) in lookup.outputs.iter().zip(&table.outputs) {
                    slots[index(to)] = entries.at(position);
                }
            }
        }
        Some(())
    }

    /// Runs an operation that uses places: their numbers are copied from the slots before, and to the slots after it.
    fn run(&mut self, own: &HostOperation, slots: &mut [f64]) -> Result<(), Fault> {
        self.machine.memory.write_all(&self.code.changed, slots);
        let mut registers = InSlots { slots: &mut *slots, reals: own.reals, integers: own.integers };
        self.machine.with_registers(own.program, &mut registers, |machine, frame| {
            machine.operation(&own.operation, own.span, frame)
        })?;
        // They were read before.
        let _ = self.machine.memory.read_all(&self.code.used, slots);
        Ok(())
    }
}
