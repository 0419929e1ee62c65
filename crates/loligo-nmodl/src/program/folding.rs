//! Functions of constants.
//!
//! NEURON's mechanisms are compiled by a C++ compiler, which replaces a function of a constant by its correctly rounded
//! value; the C library's own value may differ in the last bit, that of `log10`, `sinh`, `cosh` and `tanh` often. `exp` and
//! powers are functions of NEURON, which are called. A number is a constant to the compiler if it follows from numbers in the
//! text alone, also by way of local variables; parameters and arguments of functions are not.

use std::collections::HashMap;

use super::instruction::{Array, Binary, Block, Operation, Real, Unary};
use super::programs::{Program, Programs};
use super::walk::walk;

/// Replaces functions of constants in all programs by their correctly rounded values.
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

/// The correctly rounded value of a function that the C++ compiler knows.
fn correctly_rounded(function: Unary, x: f64) -> Option<f64> {
    let value = rounded_function(function)?(x);
    value.is_finite().then_some(value)
}

fn rounded_function(function: Unary) -> Option<fn(f64) -> f64> {
    Some(match function {
        Unary::Log => pxfm::f_log,
        Unary::Log10 => pxfm::f_log10,
        Unary::Sin => pxfm::f_sin,
        Unary::Cos => pxfm::f_cos,
        Unary::Tan => pxfm::f_tan,
        Unary::Asin => pxfm::f_asin,
        Unary::Acos => pxfm::f_acos,
        Unary::Atan => pxfm::f_atan,
        Unary::Sinh => pxfm::f_sinh,
        Unary::Cosh => pxfm::f_cosh,
        Unary::Tanh => pxfm::f_tanh,
        _ => return None,
    })
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
                | Operation::Call { to: Some(to), .. }
                | Operation::Tabulated { to: Some(to), .. } => definitions.entry(*to).or_default().push(None),
                Operation::StoreElement { to: Array::Registers(range), .. } => {
                    range.numbers().for_each(|number| definitions.entry(Real(number as u32)).or_default().push(None));
                }
                _ => {}
            }
            has_function |=
                matches!(operation, Operation::Unary { function, .. } if rounded_function(*function).is_some());
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Values rounded from 80 digits.
    #[test]
    fn values_are_correctly_rounded() {
        let cases = [
            (0.6600660066006601, [0.7090514138319782, 1.2258686338499436, 0.5784073384805862]),
            (0.1, [0.10016675001984403, 1.0050041680558035, 0.09966799462495582]),
            (0.001, [0.001000000166666675, 1.0000005000000416, 0.0009999996666668]),
            (0.3333333333333333, [0.3395405572561501, 1.0560718678299394, 0.32151273753163434]),
            (2.5, [6.0502044810397875, 6.132289479663686, 0.9866142981514303]),
            (9.37, [5865.557501114764, 5865.557586358153, 0.9999999854671295]),
            (20.25, [311482221.0992227, 311482221.0992227, 1.0]),
            (350.5, [8.302060834857275e+151, 8.302060834857275e+151, 1.0]),
        ];
        for (x, expected) in cases {
            let found = [Unary::Sinh, Unary::Cosh, Unary::Tanh].map(|function| correctly_rounded(function, x));
            assert_eq!(found, expected.map(Some), "{x}");
            let negative = correctly_rounded(Unary::Tanh, -x);
            assert_eq!(negative, Some(-expected[2]));
        }
        assert_eq!(correctly_rounded(Unary::Cosh, 1e4), None, "the C library decides what is too large");
        // The C library's value is 0.9490482923156638.
        assert_eq!(correctly_rounded(Unary::Log10, 8.893), Some(0.9490482923156639));
        assert_eq!(correctly_rounded(Unary::Exp, 1.0), None, "NEURON has its own");
        assert_eq!(correctly_rounded(Unary::Log, 0.0), None);
    }
}
