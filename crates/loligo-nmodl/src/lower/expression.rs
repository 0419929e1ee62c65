//! Translates expressions into instructions.

use super::Lowering;
use super::body::{Phase, Register};
use super::problem::LowerProblem;
use super::storage::Slot;
use crate::model::{
    self, Expression, ExpressionKind, IntegerExpression, IntegerOperator, LocalId, Reference, VariableId,
};
use crate::program::{Array, Binary, Integer, IntegerBinary, Operation, Place, Range, Real, Unary};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

/// Location of a number that an expression names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Location {
    /// A place.
    Place(Place),
    /// A register.
    Real(Real),
    /// A register for a whole number.
    Counter(Integer),
    /// An element of an array, by its index.
    Element(Array, Integer),
    /// A constant in the program.
    Constant(f64),
}

impl Lowering<'_> {
    /// Evaluates an expression into a register.
    pub(super) fn real(&mut self, expression: &Expression) -> Real {
        let before = std::mem::replace(&mut self.body.span, expression.span);
        let value = self.value(expression);
        self.body.span = before;
        value
    }

    fn value(&mut self, expression: &Expression) -> Real {
        match &expression.kind {
            ExpressionKind::Number { value, .. } => self.body.constant(*value),
            ExpressionKind::Read(place) => self.read(place, expression.span),
            ExpressionKind::Text(_) => self.body.constant(0.0),
            ExpressionKind::Call(routine, arguments) => {
                let arguments: Vec<Real> = arguments.iter().map(|argument| self.real(argument)).collect();
                let to = self.body.real();
                self.call(*routine, &arguments, Some(to));
                to
            }
            ExpressionKind::Library(function, arguments) => self.library(*function, arguments, expression.span),
            ExpressionKind::Parentheses(inner) => self.real(inner),
            ExpressionKind::Unary(UnaryOperator::Negate, x) => {
                let x = self.real(x);
                self.body.unary(Unary::Negative, x)
            }
            ExpressionKind::Unary(UnaryOperator::Not, x) => {
                let x = self.real(x);
                self.body.unary(Unary::Not, x)
            }
            ExpressionKind::Binary(operator, x, y) => self.binary(*operator, x, y),
        }
    }

    fn binary(&mut self, operator: BinaryOperator, x: &Expression, y: &Expression) -> Real {
        match function_of(operator) {
            Some(Binary::Power) => {
                let base = self.real(x);
                self.power(base, y)
            }
            Some(function) => {
                let x = self.real(x);
                let y = self.real(y);
                self.body.binary(function, x, y)
            }
            None => self.logic(operator == BinaryOperator::And, x, y),
        }
    }

    /// The text `left + right` without parentheses around `right`: `left` is added to the first term of `right`.
    pub(super) fn pasted_sum(&mut self, left: Real, right: &Expression) -> Real {
        if let ExpressionKind::Binary(operator, first, last) = &right.kind
            && operator.precedence() <= BinaryOperator::Add.precedence()
            && let Some(function) = function_of(*operator)
        {
            let first = self.pasted_sum(left, first);
            let last = self.real(last);
            return self.body.binary(function, first, last);
        }
        let right = self.real(right);
        self.body.binary(Binary::Add, left, right)
    }

    /// x to a power. C++ compilers replace the constant exponents 2 and -1 by a product and a quotient, whose rounding
    /// differs from that of the library's power in one case of a thousand.
    pub(super) fn power(&mut self, x: Real, exponent: &Expression) -> Real {
        match self.known_number(exponent) {
            Some(2.0) => self.body.binary(Binary::Multiply, x, x),
            Some(-1.0) => {
                let one = self.body.constant(1.0);
                self.body.binary(Binary::Divide, one, x)
            }
            _ => {
                let y = self.real(exponent);
                self.body.binary(Binary::Power, x, y)
            }
        }
    }

    /// The value of an expression that is constant for a compiler.
    fn known_number(&self, expression: &Expression) -> Option<f64> {
        match &expression.kind {
            ExpressionKind::Number { value, .. } => Some(*value),
            ExpressionKind::Parentheses(inner) => self.known_number(inner),
            ExpressionKind::Unary(UnaryOperator::Negate, inner) => Some(-self.known_number(inner)?),
            ExpressionKind::Read(model::Place { reference: Reference::Variable(id), index: None }) => {
                match self.slots.slot(*id) {
                    Slot::Constant(value) => Some(value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `&&` and `||`, which skip the right side if the left side decides.
    fn logic(&mut self, is_and: bool, x: &Expression, y: &Expression) -> Real {
        let x = self.real(x);
        let result = self.body.unary(Unary::IsTrue, x);
        self.body.begin();
        let y = self.real(y);
        self.body.emit(Operation::Unary { to: result, function: Unary::IsTrue, x: y });
        let other = self.body.end();
        let (then, otherwise) = if is_and { (other, Vec::new()) } else { (Vec::new(), other) };
        self.body.emit(Operation::If { condition: result, then, otherwise });
        result
    }

    /// The value of a variable.
    pub(super) fn read(&mut self, place: &model::Place, span: Span) -> Real {
        let location = self.locate(place, span);
        self.load(location)
    }

    /// Loads the number at a location; NaN if there is no location, which has been reported.
    pub(super) fn load(&mut self, location: Option<Location>) -> Real {
        match location {
            Some(Location::Place(place)) => self.body.load(place),
            Some(Location::Real(register)) => {
                // A copy, as the variable may change before the value is used.
                let to = self.body.real();
                self.body.emit(Operation::Copy { to, x: register });
                to
            }
            Some(Location::Counter(x)) => {
                let to = self.body.real();
                self.body.emit(Operation::Float { to, x });
                to
            }
            Some(Location::Element(from, index)) => {
                let to = self.body.real();
                self.body.emit(Operation::LoadElement { to, from, index });
                to
            }
            Some(Location::Constant(value)) => self.body.constant(value),
            None => self.body.constant(f64::NAN),
        }
    }

    /// Assigns to a variable.
    pub(super) fn assign(&mut self, place: &model::Place, x: Real, span: Span) {
        match self.locate(place, span) {
            Some(Location::Place(place)) if can_be_written(place) => self.body.store(place, x),
            Some(Location::Real(to)) => self.body.emit(Operation::Copy { to, x }),
            Some(Location::Counter(to)) => self.body.emit(Operation::Truncate { to, x }),
            Some(Location::Element(to, index)) if !matches!(to, Array::Globals(_)) => {
                self.body.emit(Operation::StoreElement { to, index, x });
            }
            Some(_) => {
                let name = self.name(place.reference);
                self.report(LowerProblem::OwnedBySimulator { name }, span);
            }
            None => {}
        }
    }

    /// The location of a variable; `None` if there is none, which has been reported.
    pub(super) fn locate(&mut self, place: &model::Place, span: Span) -> Option<Location> {
        let model::Place { reference, index } = place;
        match (*reference, index) {
            (Reference::Variable(id), None) => self.locate_variable(id, span),
            (Reference::Local(id), None) => self.locate_local(id, span),
            (Reference::Weight(weight), None) => Some(Location::Place(Place::Weight(weight))),
            (Reference::VisitedWeight(weight), None) => Some(Location::Place(Place::VisitedWeight(weight))),
            (Reference::Flag, None) => Some(Location::Place(Place::Flag)),
            (reference, Some(index)) => self.locate_element(reference, index, span),
        }
    }

    fn locate_variable(&mut self, id: VariableId, span: Span) -> Option<Location> {
        match self.slots.slot(id) {
            Slot::Columns(range) if self.model.variable(id).length.is_none() => {
                Some(Location::Place(Place::Column(range.first)))
            }
            Slot::Globals(range) if self.model.variable(id).length.is_none() => {
                Some(Location::Place(Place::Global(range.first)))
            }
            // An array without an index means its first element.
            Slot::Columns(Range { first, .. }) => Some(Location::Place(Place::Column(first))),
            Slot::Globals(Range { first, .. }) => Some(Location::Place(Place::Global(first))),
            Slot::Constant(value) => Some(Location::Constant(value)),
            Slot::Engine(Place::Voltage) if self.body.phase == Phase::KeptVoltage => {
                Some(Location::Place(self.kept_voltage()))
            }
            Slot::Engine(place) => Some(Location::Place(place)),
            Slot::Stream(_) | Slot::List(_) | Slot::None => {
                self.report_unusable(id, span);
                None
            }
        }
    }

    fn locate_local(&mut self, id: LocalId, span: Span) -> Option<Location> {
        match self.body.locals.get(id.0 as usize) {
            Some(&Register::Real(register)) => Some(Location::Real(register)),
            Some(&Register::Counter(register)) => Some(Location::Counter(register)),
            Some(&Register::Array(range)) => Some(Location::Real(Real(range.first))),
            None => {
                let what = "a local variable of another block".to_owned();
                self.report(LowerProblem::Misplaced { what }, span);
                None
            }
        }
    }

    fn locate_element(&mut self, reference: Reference, index: &IntegerExpression, span: Span) -> Option<Location> {
        let array = match reference {
            Reference::Variable(id) => self.slots.array(id),
            Reference::Local(id) => match self.body.locals.get(id.0 as usize) {
                Some(&Register::Array(range)) => Some(Array::Registers(range)),
                _ => None,
            },
            Reference::Weight(_) | Reference::VisitedWeight(_) | Reference::Flag => None,
        };
        let Some(array) = array else {
            let (name, reason) = (self.name(reference), "has no elements".to_owned());
            self.report(LowerProblem::Index { name, reason }, span);
            return None;
        };
        if let IntegerExpression::Number(number) = index
            && let Some(place) = element(array, *number)
        {
            return Some(place);
        }
        let index = self.integer(index);
        Some(Location::Element(array, index))
    }

    fn report_unusable(&mut self, id: VariableId, span: Span) {
        let variable = self.model.variable(id);
        let name = variable.name.to_string();
        let problem = match variable.role {
            model::Role::External => LowerProblem::External { name },
            model::Role::BbcorePointer => LowerProblem::OpaquePointer { name },
            _ => LowerProblem::Unsupported { what: name },
        };
        self.report(problem, span);
    }

    /// The name of a reference in the source text.
    pub(super) fn name(&self, reference: Reference) -> String {
        match reference {
            Reference::Variable(id) => self.model.variable(id).name.to_string(),
            Reference::Local(id) => {
                let routine = self.body.routine.map(|routine| self.model.routine(routine));
                let local = routine.and_then(|routine| routine.locals.get(id.0 as usize));
                local.map_or_else(|| "a local variable".to_owned(), |local| local.name.to_string())
            }
            Reference::Weight(_) | Reference::VisitedWeight(_) => "a weight".to_owned(),
            Reference::Flag => "flag".to_owned(),
        }
    }

    /// Evaluates an expression of whole numbers into a register.
    pub(super) fn integer(&mut self, expression: &IntegerExpression) -> Integer {
        match expression {
            // A number out of range wraps, as in C.
            IntegerExpression::Number(number) => self.body.whole(*number as i32),
            IntegerExpression::Counter(id) => match self.body.locals.get(id.0 as usize) {
                Some(&Register::Counter(register)) => register,
                _ => self.body.whole(0), // reported by `resolve`
            },
            IntegerExpression::Truncated(x) => {
                let x = self.real(x);
                let to = self.body.integer();
                self.body.emit(Operation::Truncate { to, x });
                to
            }
            IntegerExpression::Negated(x) => {
                let zero = self.body.whole(0);
                let x = self.integer(x);
                self.body.integer_binary(IntegerBinary::Subtract, zero, x)
            }
            IntegerExpression::Binary(operator, x, y) => {
                let function = match operator {
                    IntegerOperator::Add => IntegerBinary::Add,
                    IntegerOperator::Subtract => IntegerBinary::Subtract,
                    IntegerOperator::Multiply => IntegerBinary::Multiply,
                    IntegerOperator::Divide => IntegerBinary::Divide,
                };
                let x = self.integer(x);
                let y = self.integer(y);
                self.body.integer_binary(function, x, y)
            }
        }
    }
}

/// The function of an operator; `None` for `&&` and `||`, which take more than one instruction.
fn function_of(operator: BinaryOperator) -> Option<Binary> {
    Some(match operator {
        BinaryOperator::And | BinaryOperator::Or => return None,
        BinaryOperator::Equal => Binary::Equal,
        BinaryOperator::NotEqual => Binary::NotEqual,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::LessEqual => Binary::LessOrEqual,
        BinaryOperator::GreaterEqual => Binary::GreaterOrEqual,
        BinaryOperator::Add => Binary::Add,
        BinaryOperator::Subtract => Binary::Subtract,
        BinaryOperator::Multiply => Binary::Multiply,
        BinaryOperator::Divide => Binary::Divide,
        BinaryOperator::Power => Binary::Power,
    })
}

fn can_be_written(place: Place) -> bool {
    !matches!(place, Place::Global(_) | Place::Celsius | Place::Flag)
}

/// The location of an element whose number is constant, if it exists.
fn element(array: Array, number: i64) -> Option<Location> {
    let (Array::Columns(range) | Array::Globals(range) | Array::Temporaries(range) | Array::Registers(range)) = array;
    let number = u32::try_from(number).ok().filter(|&number| number < range.length)?;
    let at = range.first + number;
    Some(match array {
        Array::Columns(_) => Location::Place(Place::Column(at)),
        Array::Globals(_) => Location::Place(Place::Global(at)),
        Array::Temporaries(_) => Location::Place(Place::Temporary(at)),
        Array::Registers(_) => Location::Real(Real(at)),
    })
}
