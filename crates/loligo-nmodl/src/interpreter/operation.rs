//! Executes operations that have no block and run no program.

use loligo_mechanisms::Emission;

use super::arithmetic::{self, truncate};
use super::fault::FaultReason;
use super::memory::Memory;
use super::random;
use crate::program::{Array, Integer, Operation, Place, Range, Real};

/// The registers of one call of a program.
pub(super) trait Registers {
    fn real(&self, register: Real) -> f64;
    fn set(&mut self, register: Real, x: f64);
    fn integer(&self, register: Integer) -> i32;
    fn set_integer(&mut self, register: Integer, x: i32);
}

/// Executes an operation that has no block and runs no program.
pub(super) fn execute(
    operation: &Operation,
    registers: &mut impl Registers,
    memory: &mut Memory<'_>,
) -> Result<(), FaultReason> {
    match operation {
        Operation::Constant { to, value } => registers.set(*to, *value),
        Operation::Copy { to, x } => registers.set(*to, registers.real(*x)),
        Operation::Unary { to, function, x } => {
            registers.set(*to, arithmetic::unary(*function, registers.real(*x)));
        }
        Operation::Binary { to, function, x, y } => {
            registers.set(*to, arithmetic::binary(*function, registers.real(*x), registers.real(*y)));
        }
        Operation::Function { to, function, arguments } => {
            let arguments = some(registers, arguments);
            let celsius = memory.constants.celsius;
            registers.set(*to, arithmetic::function(*function, &arguments[..function.arguments()], celsius));
        }
        Operation::IntegerConstant { to, value } => registers.set_integer(*to, *value),
        Operation::IntegerCopy { to, x } => registers.set_integer(*to, registers.integer(*x)),
        Operation::IntegerBinary { to, function, x, y } => {
            let result = arithmetic::integer(*function, registers.integer(*x), registers.integer(*y));
            registers.set_integer(*to, result.ok_or(FaultReason::DivisionByZero)?);
        }
        Operation::Truncate { to, x } => registers.set_integer(*to, truncate(registers.real(*x))),
        Operation::Float { to, x } => registers.set(*to, f64::from(registers.integer(*x))),
        Operation::Load { to, from: Place::VisitedWeight(weight) } => {
            let x = *memory.visited(*weight)?;
            registers.set(*to, x);
        }
        Operation::Load { to, from } => {
            let x = memory.read(*from)?;
            registers.set(*to, x);
        }
        Operation::Store { to, x } => memory.write(*to, registers.real(*x))?,
        Operation::LoadElement { to, from, index } => {
            let x = match element(*from, registers.integer(*index))? {
                Element::Place(place) => memory.read(place)?,
                Element::Register(register) => registers.real(register),
            };
            registers.set(*to, x);
        }
        Operation::StoreElement { to, index, x } => {
            let x = registers.real(*x);
            match element(*to, registers.integer(*index))? {
                Element::Place(place) => memory.write(place, x)?,
                Element::Register(register) => registers.set(register, x),
            }
        }
        Operation::FunctionTable { to, table, arguments } => {
            let x: Vec<f64> = arguments.iter().map(|&argument| registers.real(argument)).collect();
            let table = memory.constants.function_tables.get(*table as usize);
            registers.set(*to, table.map_or(f64::NAN, |table| table.value(&x)));
        }
        Operation::Fail { message } => return Err(FaultReason::Failed { message: message.clone() }),
        Operation::Send { at, flag } => {
            let (at, flag) = (registers.real(*at), registers.real(*flag));
            let t = memory.t;
            if at < t {
                return Err(FaultReason::InThePast { at, t });
            }
            emit(memory, Emission::ToItself { at, flag })?;
        }
        Operation::Spike { at } => emit(memory, Emission::Spike(registers.real(*at)))?,
        Operation::Move { at } => {
            let (at, t) = (registers.real(*at), memory.t);
            if at < t {
                return Err(FaultReason::InThePast { at, t });
            }
            emit(memory, Emission::MoveTo(at))?;
        }
        Operation::Watch { condition, flag } => {
            emit(memory, Emission::Watch { condition: *condition, flag: registers.real(*flag) })?;
        }
        Operation::Draw { to, stream, draw, arguments } => {
            let arguments = some(registers, arguments);
            let x = random::draw(memory.stream(*stream), *draw, &arguments);
            registers.set(*to, x);
        }
        Operation::Lag { to, history, x, lag } => {
            let (x, lag) = (registers.real(*x), registers.real(*lag));
            let found = memory.lagged(*history, x, lag);
            registers.set(*to, found.ok_or(FaultReason::LongLag { lag })?);
        }
        Operation::ListLength { to, list } => {
            let length = memory.list(*list).len() as f64; // a list has fewer than 2^53 elements
            registers.set(*to, length);
        }
        Operation::ListElement { to, list, index } => {
            let index = registers.integer(*index);
            let list = memory.list(*list);
            let found = usize::try_from(index).ok().and_then(|index| list.get(index)).copied();
            let length = list.len() as u32; // only for the message
            registers.set(*to, found.ok_or(FaultReason::OutOfBounds { index, length })?);
        }
        Operation::Sequence { to, stream } => {
            let sequence = memory.stream(*stream).sequence() as f64; // at most 34 bits
            registers.set(*to, sequence);
        }
        Operation::SetSequence { stream, to } => {
            let sequence = registers.real(*to);
            memory.stream(*stream).set_sequence_wrapping(sequence);
        }
        Operation::SetIds { stream, ids } => {
            let [id1, id2, id3] = ids.map(|id| random::whole(registers.real(id)));
            memory.stream(*stream).set_ids(id1, id2, id3);
        }
        // These have blocks or run programs.
        Operation::If { .. }
        | Operation::While { .. }
        | Operation::Count { .. }
        | Operation::ForConnections { .. }
        | Operation::Call { .. }
        | Operation::Tabulated { .. }
        | Operation::Newton { .. }
        | Operation::Sparse(_)
        | Operation::Linear { .. } => {}
    }
    Ok(())
}

/// The first arguments of a function, four at most.
fn some(registers: &impl Registers, arguments: &[Real]) -> [f64; 4] {
    std::array::from_fn(|number| arguments.get(number).map_or(0.0, |&argument| registers.real(argument)))
}

fn emit(memory: &mut Memory<'_>, emission: Emission) -> Result<(), FaultReason> {
    let outbox = memory.event.outbox.as_mut().ok_or(FaultReason::NoEvents)?;
    outbox.push(memory.instance, emission);
    Ok(())
}

/// An element of an array.
enum Element {
    Place(Place),
    Register(Real),
}

fn element(array: Array, index: i32) -> Result<Element, FaultReason> {
    let (Array::Columns(range) | Array::Globals(range) | Array::Temporaries(range) | Array::Registers(range)) = array;
    let Range { first, length } = range;
    let within = u32::try_from(index).ok().filter(|&index| index < length);
    let number = first + within.ok_or(FaultReason::OutOfBounds { index, length })?;
    Ok(match array {
        Array::Columns(_) => Element::Place(Place::Column(number)),
        Array::Globals(_) => Element::Place(Place::Global(number)),
        Array::Temporaries(_) => Element::Place(Place::Temporary(number)),
        Array::Registers(_) => Element::Register(Real(number)),
    })
}
