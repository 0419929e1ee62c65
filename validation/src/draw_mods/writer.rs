//! Draws expressions whose values stay within bounds.

use super::range::Range;
use super::scope::{Role, Scope};
use super::term::{Level, Term};
use crate::dice::Dice;

/// Largest absolute value of an expression.
const LARGEST: f64 = 1e4;

/// Draws expressions at a place.
pub(super) struct Writer<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) scope: &'a Scope,
    /// No jumps: no comparisons, no `floor`.
    pub(super) smooth: bool,
    /// Only what an equation of a DERIVATIVE block can have: no powers by `^`, no comparisons, no units.
    pub(super) plain: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(dice: &'a mut Dice, scope: &'a Scope) -> Self {
        Self { dice, scope, smooth: false, plain: false }
    }

    /// For an expression on which a solver iterates.
    pub(super) fn smooth(dice: &'a mut Dice, scope: &'a Scope) -> Self {
        Self { dice, scope, smooth: true, plain: true }
    }

    /// For an equation of a DERIVATIVE block.
    pub(super) fn plain(dice: &'a mut Dice, scope: &'a Scope) -> Self {
        Self { dice, scope, smooth: false, plain: true }
    }

    /// A literal within a range, with a minus before it if it is negative.
    pub(super) fn literal(&mut self, range: Range) -> Term {
        let mut value = self.dice.value(range.low, range.high);
        if self.dice.chance(0.3) && range.contains(Range::new(value.round(), value.round())) {
            value = value.round();
        }
        let text = number(self.dice, value.abs());
        // the text may be shorter than the number
        let value = text.parse::<f64>().unwrap_or(value.abs()) * if value < 0.0 { -1.0 } else { 1.0 };
        let unit = if !self.plain && self.dice.chance(0.05) { self.dice.pick([" (mV)", " (2)", "(/ms)"]) } else { "" };
        let term = Term::atom(format!("{text}{unit}"), Range::new(value.abs(), value.abs()));
        if value < 0.0 { term.prefixed("-", -term.range) } else { term }
    }

    /// Any expression; its magnitude is at most 1e4.
    pub(super) fn any(&mut self, depth: usize) -> Term {
        let term = if depth == 0 || self.dice.chance(0.12) { self.leaf() } else { self.compound(depth - 1) };
        let term = if term.range.magnitude() > LARGEST { self.tamed(&term) } else { term };
        if self.dice.chance(0.06) { term.enclosed() } else { term }
    }

    /// An expression with values from 0 to 1.
    pub(super) fn unit(&mut self, depth: usize) -> Term {
        self.within(Range::UNIT, depth)
    }

    /// An expression with values in a range.
    pub(super) fn within(&mut self, range: Range, depth: usize) -> Term {
        let fitting: Vec<_> =
            self.scope.variables.iter().filter(|variable| range.contains(variable.range)).cloned().collect();
        if self.dice.chance(0.25)
            && let Some(variable) = self.dice.one_of(&fitting)
        {
            return variable.term();
        }
        if depth == 0 && self.dice.chance(0.5) {
            return self.literal(range);
        }
        let term = self.any(depth);
        if range.contains(term.range) {
            return term;
        }
        let portion = self.portion(&term);
        self.stretched(&portion, range)
    }

    /// Values from 0 to 1, stretched to a range.
    fn stretched(&mut self, portion: &Term, range: Range) -> Term {
        if range == Range::UNIT {
            return portion.clone();
        }
        let (low, width) = (self.fixed(range.low), self.fixed(range.width() * 0.999));
        let scaled = width.join("*", Level::Product, portion, Range::new(0.0, width.range.high));
        let sum = low.join(" + ", Level::Sum, &scaled, low.range + scaled.range);
        if self.dice.chance(0.5) { sum } else { scaled.join(" + ", Level::Sum, &low, sum.range) }
    }

    /// An expression with values in a range, of which a C++ compiler does not know the value. Calls of the C library
    /// with known arguments are evaluated by the compiler with another rounding.
    pub(super) fn changing(&mut self, range: Range, depth: usize) -> Term {
        let term = self.within(range, depth);
        if !term.known {
            return term;
        }
        let loose = self.loose(&term);
        let portion = self.portion(&loose);
        self.stretched(&portion, range)
    }

    /// The expression, with a variable added if a C++ compiler knows its value.
    fn loose(&mut self, term: &Term) -> Term {
        let changing = |role| !matches!(role, Role::Known);
        let variables: Vec<_> = self.scope.variables.iter().filter(|variable| changing(variable.role)).collect();
        match self.dice.one_of(&variables) {
            Some(variable) if term.known => term.join("+", Level::Sum, &variable.term(), term.range + variable.range),
            _ => term.clone(),
        }
    }

    /// An expression with values of at least 0.05 and at most 50.
    pub(super) fn positive(&mut self, depth: usize) -> Term {
        let range = self.dice.pick([Range::new(0.05, 2.0), Range::new(0.5, 5.0), Range::new(2.0, 50.0)]);
        self.within(range, depth)
    }

    /// A value as a literal.
    fn fixed(&mut self, value: f64) -> Term {
        self.literal(Range::new(value, value))
    }

    /// A value from 0 to 1 made of another value.
    fn portion(&mut self, term: &Term) -> Term {
        let term = &self.loose(term);
        let one = Term::atom("1", Range::new(1.0, 1.0));
        match self.dice.count(0, if self.smooth { 3 } else { 6 }) {
            0 => {
                let exponential = self.scaled_to(term, 30.0).argument_of("exp", Range::new(0.0, 1e14));
                let sum = one.join(" + ", Level::Sum, &exponential, Range::new(1.0, 1e14));
                one.join("/", Level::Product, &sum, Range::UNIT)
            }
            1 => term.argument_of("sin", Range::new(-1.0, 1.0)).argument_of("fabs", Range::UNIT),
            2 => {
                let tangent = self.scaled_to(term, 5.0).argument_of("tanh", Range::new(-1.0, 1.0));
                let sum = one.join(" + ", Level::Sum, &tangent, Range::new(0.0, 2.0));
                let half = Term::atom(self.dice.pick(["0.5", ".5", "5e-1"]), Range::UNIT);
                half.join("*", Level::Product, &sum, Range::UNIT)
            }
            3 => {
                let exponent = self.scaled_to(term, 20.0).argument_of("fabs", Range::new(0.0, 20.0));
                exponent.prefixed("-", -exponent.range).argument_of("exp", Range::UNIT)
            }
            4 if !self.plain => {
                let bound = self.literal(Range::new(-50.0, 50.0));
                let operator = self.dice.pick([" > ", " < ", ">=", "<="]);
                term.join(operator, Level::Order, &bound, Range::UNIT)
            }
            5 => {
                let magnitude = term.argument_of("fabs", Range::new(0.0, term.range.magnitude()));
                Term::unknown(format!("fmod({}, 1)", magnitude.text), Range::UNIT)
            }
            _ => {
                let tangent = self.scaled_to(term, 3.0).argument_of("fabs", Range::new(0.0, 3.0));
                tangent.argument_of("erf", Range::UNIT)
            }
        }
    }

    /// The expression, divided by a literal if its magnitude is larger than a bound.
    fn scaled_to(&mut self, term: &Term, bound: f64) -> Term {
        if term.range.magnitude() <= bound {
            return term.clone();
        }
        let divisor = self.fixed(1.01 * term.range.magnitude() / bound);
        term.join("/", Level::Product, &divisor, Range::new(-bound, bound))
    }

    /// The expression as the argument of a function of small values.
    fn tamed(&mut self, term: &Term) -> Term {
        let term = &self.loose(term);
        match self.dice.count(0, 2) {
            0 => term.argument_of("sin", Range::new(-1.0, 1.0)),
            1 => term.argument_of("atan", Range::new(-1.6, 1.6)),
            _ => self.scaled_to(term, 100.0),
        }
    }

    fn leaf(&mut self) -> Term {
        if self.dice.chance(0.65)
            && let Some(variable) = self.dice.one_of(&self.scope.variables)
        {
            return variable.term();
        }
        self.literal(Range::new(0.0, 20.0))
    }

    fn compound(&mut self, depth: usize) -> Term {
        match self.dice.count(0, 15) {
            0..=2 => {
                let (a, b) = (self.any(depth), self.any(depth));
                let sign = self.dice.pick(["+", " + "]);
                a.join(sign, Level::Sum, &b, a.range + b.range)
            }
            3 | 4 => {
                let (a, b) = (self.any(depth), self.any(depth));
                let sign = self.dice.pick(["-", " - "]);
                a.join(sign, Level::Sum, &b, a.range - b.range)
            }
            5..=7 => {
                let (a, b) = (self.any(depth), self.any(depth));
                let sign = self.dice.pick(["*", " * "]);
                a.join(sign, Level::Product, &b, a.range * b.range)
            }
            8 => {
                let (a, b) = (self.any(depth), self.divisor(depth));
                let sign = self.dice.pick(["/", " / "]);
                a.join(sign, Level::Product, &b, a.range.over(b.range))
            }
            9 => {
                let a = self.any(depth);
                a.prefixed("-", -a.range)
            }
            10 if !self.plain => self.power(depth),
            11 if !self.plain && !self.smooth => self.logical(depth),
            12 if !self.scope.functions.is_empty() => self.own_call(depth),
            _ => self.call(depth),
        }
    }

    /// An expression that is never near zero.
    fn divisor(&mut self, depth: usize) -> Term {
        let term = self.any(depth);
        if term.range.least() > 0.05 { term } else { self.positive(depth) }
    }

    fn power(&mut self, depth: usize) -> Term {
        let base = self.any(depth);
        let exponent = self.dice.pick(["2", "3", "4", "2."]);
        let whole: f64 = exponent.parse().unwrap_or(2.0);
        if base.range.magnitude() < 10.0 && self.dice.chance(0.6) {
            let largest = base.range.magnitude().powf(whole);
            let least = if whole == 3.0 || base.range.low < 0.0 { -largest } else { 0.0 };
            return base.power(&Term::atom(exponent, Range::UNIT), Range::new(least, largest));
        }
        let base = self.positive(depth);
        let exponent = self.within(Range::new(-2.0, 2.0), depth);
        let corners =
            [base.range.low, base.range.high].map(|x| (x.powf(exponent.range.low), x.powf(exponent.range.high)));
        let range =
            corners.into_iter().fold(Range::new(1.0, 1.0), |range, (a, b)| range.or(Range::new(a.min(b), a.max(b))));
        if self.dice.chance(0.3) {
            return Term::unknown(format!("pow({}, {})", base.text, exponent.text), range);
        }
        base.power(&exponent, range)
    }

    fn logical(&mut self, depth: usize) -> Term {
        let (a, b) = (self.any(depth), self.any(depth));
        let (operator, level) = self.dice.pick([
            (" < ", Level::Order),
            (">", Level::Order),
            (" >= ", Level::Order),
            ("<=", Level::Order),
            (" == ", Level::Equality),
            ("!=", Level::Equality),
            (" && ", Level::And),
            ("||", Level::Or),
        ]);
        let both = a.join(operator, level, &b, Range::UNIT);
        match self.dice.chance(0.2) {
            true => both.prefixed("!", Range::UNIT),
            false => both,
        }
    }

    /// A call of a function of the file.
    fn own_call(&mut self, depth: usize) -> Term {
        let functions = &self.scope.functions;
        let known: Vec<_> = functions.iter().filter(|function| function.smooth || !self.smooth).cloned().collect();
        let Some(function) = self.dice.one_of(&known).cloned() else { return self.call(depth) };
        let arguments: Vec<_> = function.arguments.iter().map(|range| self.within(*range, depth).text).collect();
        Term::unknown(format!("{}({})", function.name, arguments.join(", ")), function.range)
    }

    /// A call of a function of the standard library.
    fn call(&mut self, depth: usize) -> Term {
        let term = self.any(depth);
        let term = self.loose(&term);
        let largest = term.range.magnitude();
        match self.dice.count(0, if self.smooth { 11 } else { 15 }) {
            0 => term.argument_of("sin", Range::new(-1.0, 1.0)),
            1 => term.argument_of("cos", Range::new(-1.0, 1.0)),
            2 => self.scaled_to(&term, 5.0).argument_of("exp", Range::new(0.0, 150.0)),
            3 => self.scaled_to(&term, 20.0).argument_of("tanh", Range::new(-1.0, 1.0)),
            4 => term.argument_of("atan", Range::new(-1.6, 1.6)),
            5 => self.scaled_to(&term, 4.0).argument_of("sinh", Range::new(-30.0, 30.0)),
            6 => self.scaled_to(&term, 4.0).argument_of("cosh", Range::new(1.0, 30.0)),
            7 => self.scaled_to(&term, 1.4).argument_of("tan", Range::new(-6.0, 6.0)),
            8 => {
                let positive = self.positive(depth);
                if positive.known {
                    return positive;
                }
                let function = self.dice.pick(["log", "log10", "sqrt"]);
                positive.argument_of(function, Range::new(-3.0, 8.0))
            }
            9 => {
                let x = self.scaled_to(&term, 0.99);
                x.argument_of(self.dice.pick(["asin", "acos"]), Range::new(-1.6, 3.2))
            }
            10 => {
                let other = self.positive(depth);
                Term::unknown(format!("atan2({}, {})", term.text, other.text), Range::new(-3.2, 3.2))
            }
            11 => term.argument_of("erf", Range::new(-1.0, 1.0)),
            12 => term.argument_of("floor", Range::new(term.range.low - 1.0, term.range.high)),
            13 => term.argument_of("ceil", Range::new(term.range.low, term.range.high + 1.0)),
            14 => {
                let divisor = self.divisor(depth);
                Term::unknown(format!("fmod({}, {})", term.text, divisor.text), Range::new(-largest, largest))
            }
            _ => term.argument_of("fabs", Range::new(0.0, largest)),
        }
    }

    /// Something that can be assigned, with its range.
    pub(super) fn target(&mut self) -> Option<(String, Range)> {
        let assignable = |role| matches!(role, Role::Assigned | Role::Local);
        let targets: Vec<_> = self.scope.variables.iter().filter(|variable| assignable(variable.role)).collect();
        self.dice.one_of(&targets).map(|variable| (variable.text.clone(), variable.range))
    }
}

/// A number that is not negative, in one of the forms that people write.
pub(super) fn number(dice: &mut Dice, value: f64) -> String {
    let shortest = format!("{value}");
    let whole = value.fract() == 0.0 && value < 1e6;
    match dice.count(0, 6) {
        0 if whole => format!("{value:.0}."),
        1 if whole => format!("{value:.1}"),
        0 | 1 => shortest.strip_prefix('0').map_or(shortest.clone(), str::to_owned),
        2 => format!("{value:e}"),
        3 => format!("{value:E}"),
        4 if !whole => format!("{:.3}e-3", value * 1e3),
        _ => shortest,
    }
}
