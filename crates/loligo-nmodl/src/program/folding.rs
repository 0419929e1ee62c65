//! Hyperbolic functions of constants.
//!
//! NEURON's mechanisms are compiled by a C++ compiler, which replaces a function of a constant by its correctly rounded
//! value; the C library's own value of `sinh`, `cosh` and `tanh` may differ in the last bit. A number is a constant to
//! the compiler if it follows from numbers in the text alone, also by way of local variables; parameters and arguments of
//! functions are not.

use std::collections::HashMap;

use twofloat::TwoFloat;

use super::instruction::{Array, Binary, Block, Operation, Real, Unary};
use super::programs::{Program, Programs};
use super::walk::walk;

/// Replaces the hyperbolic functions of constants in all programs by their correctly rounded values.
pub fn fold_constants(programs: &mut Programs) {
    for program in &mut programs.programs {
        let constants = Constants::of(program);
        if !constants.values.is_empty() {
            fold(&mut program.body, &constants);
        }
    }
}

fn fold(block: &mut Block, constants: &Constants) {
    for instruction in block {
        match &mut instruction.operation {
            Operation::Unary { to, function, x } => {
                let value = constants.values.get(x).and_then(|&x| correctly_rounded(*function, x));
                if let Some(value) = value {
                    instruction.operation = Operation::Constant { to: *to, value };
                }
            }
            Operation::If { then, otherwise, .. } => {
                fold(then, constants);
                fold(otherwise, constants);
            }
            Operation::While { test, body, .. } | Operation::Count { bounds: test, body, .. } => {
                fold(test, constants);
                fold(body, constants);
            }
            Operation::ForConnections { body } => fold(body, constants),
            _ => {}
        }
    }
}

/// The correctly rounded value of a hyperbolic function: its value with twice as many digits, rounded.
fn correctly_rounded(function: Unary, x: f64) -> Option<f64> {
    let x = TwoFloat::from(x);
    let value = match function {
        Unary::Sinh => x.sinh(),
        Unary::Cosh => x.cosh(),
        Unary::Tanh => x.tanh(),
        _ => return None,
    };
    let value = f64::from(value);
    value.is_finite().then_some(value)
}

/// Registers that always have the same value, which follows from numbers in the text.
struct Constants {
    values: HashMap<Real, f64>,
}

/// The operations that set a register; `None` for one whose value is not known before the run.
type Definitions<'a> = HashMap<Real, Vec<Option<&'a Operation>>>;

impl Constants {
    fn of(program: &Program) -> Self {
        let mut definitions: Definitions<'_> = HashMap::new();
        let mut has_function = false;
        (0..program.arguments).for_each(|argument| definitions.entry(Real(argument)).or_default().push(None));
        walk(&program.body, &mut |instruction| {
            let operation = &instruction.operation;
            match operation {
                Operation::Constant { to, .. }
                | Operation::Copy { to, .. }
                | Operation::Unary { to, .. }
                | Operation::Binary { to, .. } => definitions.entry(*to).or_default().push(Some(operation)),
                Operation::Function { to, .. }
                | Operation::Float { to, .. }
                | Operation::Load { to, .. }
                | Operation::LoadElement { to, .. }
                | Operation::FunctionTable { to, .. }
                | Operation::Draw { to, .. }
                | Operation::Lag { to, .. }
                | Operation::Sequence { to, .. }
                | Operation::NextUniform { to, .. }
                | Operation::Call { to: Some(to), .. }
                | Operation::Tabulated { to: Some(to), .. } => definitions.entry(*to).or_default().push(None),
                Operation::StoreElement { to: Array::Registers(range), .. } => {
                    range.numbers().for_each(|number| definitions.entry(Real(number as u32)).or_default().push(None));
                }
                _ => {}
            }
            has_function |=
                matches!(operation, Operation::Unary { function: Unary::Sinh | Unary::Cosh | Unary::Tanh, .. });
        });
        let mut values = HashMap::new();
        if has_function {
            // Each round finds the values of registers that depend on those found before.
            loop {
                let before = values.len();
                for (&register, set_by) in &definitions {
                    if let Some(value) = common_value(set_by, &values) {
                        values.insert(register, value);
                    }
                }
                if values.len() == before {
                    break;
                }
            }
        }
        Self { values }
    }
}

/// The value that all operations give, if it is known and the same.
fn common_value(set_by: &[Option<&Operation>], known: &HashMap<Real, f64>) -> Option<f64> {
    let mut values = set_by.iter().map(|operation| value_of((*operation)?, known));
    let first = values.next()??;
    values.all(|value| value.is_some_and(|value| value.to_bits() == first.to_bits())).then_some(first)
}

fn value_of(operation: &Operation, known: &HashMap<Real, f64>) -> Option<f64> {
    let value = |register: &Real| known.get(register).copied();
    match operation {
        Operation::Constant { value, .. } => Some(*value),
        Operation::Copy { x, .. } => value(x),
        Operation::Unary { function: Unary::Negative, x, .. } => Some(-value(x)?),
        Operation::Binary { function, x, y, .. } => {
            let (x, y) = (value(x)?, value(y)?);
            match function {
                Binary::Add => Some(x + y),
                Binary::Subtract => Some(x - y),
                Binary::Multiply => Some(x * y),
                Binary::Divide => Some(x / y),
                _ => None,
            }
        }
        _ => None,
    }
}
