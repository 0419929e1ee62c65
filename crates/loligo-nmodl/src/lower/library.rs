//! Translates calls of the functions of the language.

use super::Lowering;
use super::problem::LowerProblem;
use super::storage::Slot;
use crate::model::{Expression, ExpressionKind, Library, LibraryFunction, Place as ModelPlace, Reference};
use crate::program::{Binary, Draw, Function, Operation, Place, Real, Unary};
use crate::source::Span;

/// 2^32, the number of values of a 32-bit whole number.
const TWO_TO_32: f64 = 4_294_967_296.0;

impl Lowering<'_> {
    /// The value of a function of the language.
    pub(super) fn library(&mut self, function: LibraryFunction, arguments: &[Expression], span: Span) -> Real {
        use LibraryFunction as F;
        if let Some(stream) = self.stream(function, arguments, span) {
            return stream;
        }
        if let Some(value) = self.of_translated_text(function, arguments, span) {
            return value;
        }
        if matches!(function, F::Print) {
            return self.body.constant(0.0);
        }
        if matches!(function, F::Pointing) {
            // A network with a pointer that has no target cannot be built, so the answer is always 1.
            return self.body.constant(1.0);
        }
        if let (F::Lag, [x, time]) = (function, arguments) {
            return self.lagged(x, time, span);
        }
        if let (F::Pow, [x, exponent]) = (function, arguments) {
            let x = self.real(x);
            return self.power(x, exponent);
        }
        let x: Vec<Real> = arguments.iter().map(|argument| self.real(argument)).collect();
        let unary = match function {
            F::Exp => Unary::Exp,
            F::Log => Unary::Log,
            F::Log10 => Unary::Log10,
            F::Sqrt => Unary::Sqrt,
            F::Fabs => Unary::Abs,
            F::Sin => Unary::Sin,
            F::Cos => Unary::Cos,
            F::Tan => Unary::Tan,
            F::Asin => Unary::Asin,
            F::Acos => Unary::Acos,
            F::Atan => Unary::Atan,
            F::Sinh => Unary::Sinh,
            F::Cosh => Unary::Cosh,
            F::Tanh => Unary::Tanh,
            F::Floor => Unary::Floor,
            F::Ceil => Unary::Ceil,
            F::Erf => Unary::Erf,
            _ => return self.other_function(function, &x, span),
        };
        match x[..] {
            [x, ..] => self.body.unary(unary, x),
            [] => self.unsupported(function, span),
        }
    }

    /// A library function that is not a plain function of one number.
    fn other_function(&mut self, function: LibraryFunction, x: &[Real], span: Span) -> Real {
        use LibraryFunction as F;
        match (function, x) {
            (F::Atan2, &[x, y]) => self.body.binary(Binary::Atan2, x, y),
            (F::Fmod, &[x, y]) => self.body.binary(Binary::Remainder, x, y),
            (F::Gauss, &[_, _, _]) => self.function(Function::Gauss, x),
            (F::Factorial, &[_]) => self.function(Function::Factorial, x),
            (F::Poisson, &[_, _]) => self.function(Function::Poisson, x),
            (F::Ghk, &[_, _, _, _]) => self.function(Function::Ghk, x),
            (F::And, &[_, _]) => self.function(Function::And, x),
            (F::Or, &[_, _]) => self.function(Function::Or, x),
            (F::ExclusiveOr, &[_, _]) => self.function(Function::ExclusiveOr, x),
            (F::ShiftLeft, &[_, _]) => self.function(Function::ShiftLeft, x),
            (F::ShiftRight, &[_, _]) => self.function(Function::ShiftRight, x),
            (F::AtTime, &[at]) => self.at_time(at),
            (F::ScopRandom, _) => self.uniform(),
            (F::Exprand, &[mean]) => self.exponential_number(mean),
            (F::Normrand, &[mean, deviation]) => self.normal_number(mean, deviation),
            (F::Poisrand, &[mean]) => self.poisson_number(mean),
            (F::SetSeed, &[seed]) => self.set_seed(seed),
            _ => self.unsupported(function, span),
        }
    }

    /// The value of a function that translated C++ text calls; `None` for another function.
    fn of_translated_text(&mut self, function: LibraryFunction, arguments: &[Expression], span: Span) -> Option<Real> {
        use LibraryFunction as F;
        match (function, arguments) {
            (F::Whole, [x]) => {
                // Exact for every number, while a whole number of 32 bits would be too small.
                let x = self.real(x);
                let one = self.body.constant(1.0);
                let rest = self.body.binary(Binary::Remainder, x, one);
                Some(self.body.binary(Binary::Subtract, x, rest))
            }
            (F::Fail, texts) => {
                let texts = texts.iter().filter_map(|text| match &text.kind {
                    ExpressionKind::Text(text) => Some(text.trim()),
                    _ => None,
                });
                let message = texts.collect::<Vec<_>>().join(" ");
                self.body.emit(Operation::Fail { message });
                Some(self.body.constant(0.0))
            }
            (F::ListLength | F::ListElement, [list, rest @ ..]) => {
                let Some(list) = self.list_of(list) else { return Some(self.unsupported(function, span)) };
                let to = self.body.real();
                match rest {
                    [] => self.body.emit(Operation::ListLength { to, list }),
                    [index, ..] => {
                        let x = self.real(index);
                        let index = self.body.integer();
                        self.body.emit(Operation::Truncate { to: index, x });
                        self.body.emit(Operation::ListElement { to, list, index });
                    }
                }
                Some(to)
            }
            _ => None,
        }
    }

    /// The number of the list in an argument.
    fn list_of(&self, argument: &Expression) -> Option<u32> {
        let ExpressionKind::Read(ModelPlace { reference: Reference::Variable(id), index: None }) = &argument.kind
        else {
            return None;
        };
        match self.slots.slot(*id) {
            Slot::List(list) => Some(list),
            _ => None,
        }
    }

    /// The value of a variable some time ago. NEURON has one history for each variable and time.
    fn lagged(&mut self, x: &Expression, time: &Expression, span: Span) -> Real {
        let variable = |expression: &Expression| match expression.kind {
            ExpressionKind::Read(ModelPlace { reference: Reference::Variable(id), index: None }) => Some(id),
            _ => None,
        };
        let (Some(own), Some(by)) = (variable(x), variable(time)) else {
            return self.unsupported(LibraryFunction::Lag, span);
        };
        let next = self.histories.len() as u32;
        let history = *self.histories.entry((own, by)).or_insert(next);
        let (x, lag) = (self.real(x), self.real(time));
        let to = self.body.real();
        self.body.emit(Operation::Lag { to, history, x, lag });
        to
    }

    fn function(&mut self, function: Function, arguments: &[Real]) -> Real {
        let to = self.body.real();
        self.body.emit(Operation::Function { to, function, arguments: arguments.to_vec() });
        to
    }

    fn unsupported(&mut self, function: LibraryFunction, span: Span) -> Real {
        let what = Library::name_of(function).to_owned();
        self.report(LowerProblem::Unsupported { what }, span);
        self.body.constant(f64::NAN)
    }

    /// 1 if a time lies in the step that ends at t: at - 1e-11 <= t and at - 1e-11 > t - dt.
    fn at_time(&mut self, at: Real) -> Real {
        let margin = self.body.constant(1e-11);
        let at = self.body.binary(Binary::Subtract, at, margin);
        let t = self.body.load(Place::Time);
        let dt = self.body.load(Place::Step);
        let before = self.body.binary(Binary::Subtract, t, dt);
        let has_come = self.body.binary(Binary::LessOrEqual, at, t);
        let was_to_come = self.body.binary(Binary::Greater, at, before);
        self.body.binary(Binary::Multiply, has_come, was_to_come)
    }

    /// The next number of `scop_random`, between 0 and 1.
    fn uniform(&mut self) -> Real {
        let place = self.slots.generator();
        let state = self.body.load(place);
        let next = self.function(Function::NextState, &[state]);
        self.body.store(place, next);
        let largest = self.body.constant(TWO_TO_32 - 1.0);
        self.body.binary(Binary::Divide, next, largest)
    }

    /// -mean log(u).
    fn exponential_number(&mut self, mean: Real) -> Real {
        let negative = self.body.unary(Unary::Negative, mean);
        let u = self.uniform();
        let log = self.body.unary(Unary::Log, u);
        self.body.binary(Binary::Multiply, negative, log)
    }

    /// A normal number by Marsaglia's polar method; its second number is discarded.
    fn normal_number(&mut self, mean: Real, deviation: Real) -> Real {
        let [one, two] = [1.0, 2.0].map(|value| self.body.constant(value));
        let (first, square) = (self.body.real(), self.body.real());
        self.body.emit(Operation::Copy { to: square, x: two });
        self.body.begin();
        let condition = self.body.binary(Binary::GreaterOrEqual, square, one);
        let test = self.body.end();
        self.body.begin();
        let [x, y] = [(); 2].map(|()| {
            let u = self.uniform();
            let double = self.body.binary(Binary::Multiply, two, u);
            self.body.binary(Binary::Subtract, double, one)
        });
        let [x2, y2] = [x, y].map(|x| self.body.binary(Binary::Multiply, x, x));
        let sum = self.body.binary(Binary::Add, x2, y2);
        self.body.emit(Operation::Copy { to: square, x: sum });
        self.body.emit(Operation::Copy { to: first, x });
        let body = self.body.end();
        self.body.emit(Operation::While { test, condition, body });
        let minus_two = self.body.constant(-2.0);
        let log = self.body.unary(Unary::Log, square);
        let product = self.body.binary(Binary::Multiply, minus_two, log);
        let ratio = self.body.binary(Binary::Divide, product, square);
        let root = self.body.unary(Unary::Sqrt, ratio);
        let normal = self.body.binary(Binary::Multiply, first, root);
        let scaled = self.body.binary(Binary::Multiply, normal, deviation);
        self.body.binary(Binary::Add, scaled, mean)
    }

    /// Multiplies uniform numbers until the product is below exp(-mean); the result is their number minus 1.
    fn poisson_number(&mut self, mean: Real) -> Real {
        let one = self.body.constant(1.0);
        let negative = self.body.unary(Unary::Negative, mean);
        let bound = self.body.unary(Unary::Exp, negative);
        let (product, count) = (self.body.real(), self.body.real());
        let start = self.body.constant(0.0);
        self.body.emit(Operation::Copy { to: product, x: one });
        self.body.emit(Operation::Copy { to: count, x: start });
        self.body.begin();
        let condition = self.body.binary(Binary::GreaterOrEqual, product, bound);
        let test = self.body.end();
        self.body.begin();
        let u = self.uniform();
        self.body.emit(Operation::Binary { to: product, function: Binary::Multiply, x: product, y: u });
        self.body.emit(Operation::Binary { to: count, function: Binary::Add, x: count, y: one });
        let body = self.body.end();
        self.body.emit(Operation::While { test, condition, body });
        self.body.binary(Binary::Subtract, count, one)
    }

    /// Sets the state of the generator to the whole part of a number, modulo 2^32.
    fn set_seed(&mut self, seed: Real) -> Real {
        let whole = self.body.real();
        let zero = self.body.constant(0.0);
        let range = self.body.constant(TWO_TO_32);
        let is_negative = self.body.binary(Binary::Less, seed, zero);
        let [then, otherwise] = [Unary::Ceil, Unary::Floor].map(|function| {
            self.body.begin();
            self.body.emit(Operation::Unary { to: whole, function, x: seed });
            self.body.end()
        });
        self.body.emit(Operation::If { condition: is_negative, then, otherwise });
        let rest = self.body.binary(Binary::Remainder, whole, range);
        let is_negative = self.body.binary(Binary::Less, rest, zero);
        let lift = self.body.binary(Binary::Multiply, is_negative, range);
        let state = self.body.binary(Binary::Add, rest, lift);
        let place = self.slots.generator();
        self.body.store(place, state);
        zero
    }

    /// The value of a function of a random stream; `None` if the function is not one of these.
    fn stream(&mut self, function: LibraryFunction, arguments: &[Expression], span: Span) -> Option<Real> {
        use LibraryFunction as F;
        let draw = match function {
            F::RandomUniform => Some(Draw::Uniform),
            F::RandomNegexp => Some(Draw::NegExp),
            F::RandomNormal => Some(Draw::Normal),
            F::RandomIpick => Some(Draw::Whole),
            F::RandomDpick => Some(Draw::Fraction),
            F::RandomSetseq | F::RandomSetids | F::RandomGetseq => None,
            _ => return None,
        };
        let Some(stream) = arguments.first().and_then(|first| self.stream_of(first)) else {
            return Some(self.unsupported(function, span));
        };
        let x: Vec<Real> = arguments[1..].iter().map(|argument| self.real(argument)).collect();
        let to = self.body.real();
        match (draw, function, &x[..]) {
            (Some(draw), ..) => {
                let defaults = if draw == Draw::NegExp { [1.0, 1.0] } else { [0.0, 1.0] };
                let arguments = (0..draw.arguments()).map(|number| match x.get(number) {
                    Some(&x) => x,
                    None => self.body.constant(defaults[number]),
                });
                let arguments = arguments.collect();
                self.body.emit(Operation::Draw { to, stream, draw, arguments });
            }
            (None, F::RandomGetseq, _) => self.body.emit(Operation::Sequence { to, stream }),
            (None, F::RandomSetseq, &[sequence, ..]) => {
                self.body.emit(Operation::SetSequence { stream, to: sequence });
            }
            (None, F::RandomSetids, x) => {
                let ids = std::array::from_fn(|number| match x.get(number) {
                    Some(&x) => x,
                    None => self.body.constant(0.0),
                });
                self.body.emit(Operation::SetIds { stream, ids });
            }
            _ => return Some(self.unsupported(function, span)),
        }
        Some(to)
    }

    /// The number of the random stream in an argument.
    fn stream_of(&self, argument: &Expression) -> Option<u32> {
        let ExpressionKind::Read(ModelPlace { reference: Reference::Variable(id), index: None }) = &argument.kind
        else {
            return None;
        };
        match self.slots.slot(*id) {
            Slot::Stream(stream) => Some(stream),
            _ => None,
        }
    }
}
