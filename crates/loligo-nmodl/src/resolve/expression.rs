//! Expressions.

use super::MeaningProblem;
use super::body::Body;
use crate::model::{
    Expression, ExpressionKind, IntegerExpression, IntegerOperator, Library, LibraryFunction, Place, Reference, Role,
    RoutineKind,
};
use crate::source::Span;
use crate::syntax::{self, BinaryOperator, Name, UnaryOperator};

impl Body<'_, '_> {
    /// Resolves an expression; `None` if it has an error, which has been reported.
    pub(super) fn expression(&mut self, expression: &syntax::Expression) -> Option<Expression> {
        use syntax::ExpressionKind as From;
        let span = expression.span;
        let kind = match &expression.kind {
            From::Number(number) => ExpressionKind::Number { value: number.value, is_integer: number.is_integer },
            From::Text(text) => ExpressionKind::Text(text.as_str().into()),
            From::Name(name) => ExpressionKind::Read(self.read(name, None)?),
            From::Element(name, index) => ExpressionKind::Read(self.read(name, Some(index))?),
            From::Rate(name) => ExpressionKind::Read(self.rate(name)?),
            From::Call(name, arguments) => self.call(name, arguments)?,
            From::Parentheses(inner) => ExpressionKind::Parentheses(Box::new(self.expression(inner)?)),
            From::Unary(operator, operand) => ExpressionKind::Unary(*operator, Box::new(self.expression(operand)?)),
            From::Binary(operator, left, right) => {
                let (left, right) = (self.expression(left), self.expression(right));
                ExpressionKind::Binary(*operator, Box::new(left?), Box::new(right?))
            }
            From::Missing => return None,
        };
        Some(Expression { kind, span })
    }

    /// `x'`
    fn rate(&mut self, name: &Name) -> Option<Place> {
        let Reference::Variable(id) = self.find(name)? else {
            let (found, expected) = ("a local variable", "a state");
            self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, name.span);
            return None;
        };
        let Some(rate) = self.resolver.model.variable(id).rate else {
            let (found, expected) = ("no state", "a state");
            self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, name.span);
            return None;
        };
        self.resolver.variable(rate).is_read = true;
        Some(Place { reference: Reference::Variable(rate), index: None })
    }

    /// A call whose value is used.
    pub(super) fn call(&mut self, name: &Name, arguments: &[syntax::Expression]) -> Option<ExpressionKind> {
        let values: Vec<Option<Expression>> = arguments.iter().map(|argument| self.expression(argument)).collect();
        if let Some(&id) = self.resolver.routines.get(&name.text) {
            let routine = self.resolver.model.routine(id);
            let (kind, expected) = (routine.kind, routine.arguments);
            if !matches!(kind, RoutineKind::Function | RoutineKind::Procedure | RoutineKind::FunctionTable) {
                let (found, expected) = ("a block that is solved", "a function or procedure");
                self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, name.span);
                return None;
            }
            if values.len() != expected {
                self.wrong_arguments(name, counted(expected), values.len());
                return None;
            }
            self.calls.push(id);
            return Some(ExpressionKind::Call(id, values.into_iter().collect::<Option<_>>()?));
        }
        if let Some(library) = Library::find(&name.text) {
            if !(library.least..=library.most).contains(&values.len()) {
                let expected = match library.most {
                    most if most == library.least => counted(most),
                    usize::MAX => format!("{} or more arguments", library.least),
                    most => format!("{} to {most} arguments", library.least),
                };
                self.wrong_arguments(name, expected, values.len());
                return None;
            }
            let values = values.into_iter().collect::<Option<Vec<_>>>()?;
            self.check_library(name, library.function, &values)?;
            return Some(ExpressionKind::Library(library.function, values));
        }
        if self.resolver.is_in_verbatim(&name.text) {
            self.opaque.get_or_insert((name.span, format!("it calls \"{}\" of C++ text", name.text)));
            return None;
        }
        let help = self.resolver.help_on_function(&name.text);
        self.report(MeaningProblem::Unknown { what: "function", name: name.text.to_string(), help }, name.span);
        None
    }

    fn wrong_arguments(&mut self, name: &Name, expected: String, found: usize) {
        self.report(MeaningProblem::Arguments { name: name.text.to_string(), expected, found }, name.span);
    }

    /// Checks that random streams and pointers are arguments only of the functions that take them.
    fn check_library(&mut self, name: &Name, function: LibraryFunction, values: &[Expression]) -> Option<()> {
        use LibraryFunction as F;
        self.resolver.note_call(function, name.span);
        let wanted: (&[Role], &str) = match function {
            F::RandomNegexp | F::RandomUniform | F::RandomNormal | F::RandomIpick | F::RandomDpick => {
                (&[Role::Random], "a stream of RANDOM")
            }
            F::RandomSetseq | F::RandomSetids | F::RandomGetseq => (&[Role::Random], "a stream of RANDOM"),
            F::Pointing => (&[Role::Pointer, Role::BbcorePointer], "a POINTER"),
            _ => return Some(()),
        };
        let role = match values.first().map(|value| &value.kind) {
            Some(ExpressionKind::Read(Place { reference: Reference::Variable(id), .. })) => {
                Some(self.resolver.model.variable(*id).role)
            }
            _ => None,
        };
        if role.is_some_and(|role| wanted.0.contains(&role)) {
            return Some(());
        }
        let span = values.first().map_or(name.span, |value| value.span);
        let (name, found) = (name.text.to_string(), "a function");
        let expected = if wanted.0.len() == 1 {
            "a function of other values: its first argument must be a stream of RANDOM"
        } else {
            "a function of other values: its argument must be a POINTER"
        };
        self.report(MeaningProblem::WrongKind { name, found, expected }, span);
        None
    }

    /// An expression that must be a whole number.
    pub(super) fn integer(&mut self, expression: &syntax::Expression) -> Option<IntegerExpression> {
        use syntax::ExpressionKind as From;
        Some(match &expression.kind {
            From::Number(number) if number.is_integer && number.value < 9e15 => {
                IntegerExpression::Number(number.value as i64)
            }
            From::Parentheses(inner) => self.integer(inner)?,
            From::Unary(UnaryOperator::Negate, operand) => {
                let (what, remedy) = ("an index or a bound of FROM has a sign", "write 0 - x instead of -x");
                self.report(MeaningProblem::RefusedByNeuron { what, remedy }, expression.span);
                IntegerExpression::Negated(Box::new(self.integer(operand)?))
            }
            From::Binary(operator, left, right) if integer_operator(*operator).is_some() => {
                let (left, right) = (self.integer(left), self.integer(right));
                let operator = integer_operator(*operator)?;
                let (left, right) = (left?, right?);
                self.check_quotient(operator, &left, &right, expression.span);
                IntegerExpression::Binary(operator, Box::new(left), Box::new(right))
            }
            From::Name(_) => {
                let value = self.expression(expression)?;
                match &value.kind {
                    ExpressionKind::Read(Place { reference: Reference::Local(id), index: None })
                        if self.locals[id.0 as usize].is_counter =>
                    {
                        IntegerExpression::Counter(*id)
                    }
                    _ => IntegerExpression::Truncated(value),
                }
            }
            other => {
                let found = match other {
                    From::Missing => return None,
                    From::Number(_) => "a fraction",
                    From::Call(..) => "a call",
                    From::Element(..) => "an element of an array",
                    _ => "this operation",
                };
                self.report(MeaningProblem::NotWhole { found }, expression.span);
                return None;
            }
        })
    }

    fn check_quotient(
        &mut self,
        operator: IntegerOperator,
        left: &IntegerExpression,
        right: &IntegerExpression,
        span: Span,
    ) {
        if let (IntegerOperator::Divide, IntegerExpression::Number(left), IntegerExpression::Number(right)) =
            (operator, left, right)
            && *right != 0
            && left % right != 0
        {
            let quotient = format!("{left}/{right}");
            self.report(MeaningProblem::IntegerDivision { quotient, value: left / right }, span);
        }
    }
}

fn integer_operator(operator: BinaryOperator) -> Option<IntegerOperator> {
    Some(match operator {
        BinaryOperator::Add => IntegerOperator::Add,
        BinaryOperator::Subtract => IntegerOperator::Subtract,
        BinaryOperator::Multiply => IntegerOperator::Multiply,
        BinaryOperator::Divide => IntegerOperator::Divide,
        _ => return None,
    })
}

/// "1 argument", "2 arguments"
fn counted(number: usize) -> String {
    match number {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        more => format!("{more} arguments"),
    }
}
