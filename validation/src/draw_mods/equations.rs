//! Draws differential equations.

use super::draft::Draft;
use super::layout::block;
use super::range::Range;
use super::scope::{Role, Scope};
use super::statements::body;
use super::term::{Level, Term};
use super::writer::Writer;

/// The range of states that stay between 0 and 1 but for rounding and the error of a step.
const GATE: Range = Range::new(-0.1, 1.1);

/// The ways in which the equations of a block are solved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Each by its own coefficient.
    ByItself,
    /// An equation has no coefficient, so that NEURON takes derivimplicit for the block.
    FallsBack,
    /// Together, or by explicit steps.
    Iterated,
}

impl Draft<'_> {
    /// A DERIVATIVE block with its states.
    pub(super) fn derivative(&mut self) {
        let method = self.dice.weighted([
            (6.0, " METHOD cnexp"),
            (3.0, " METHOD derivimplicit"),
            (1.5, " METHOD euler"),
            (1.5, " METHOD runge"),
            (0.3, ""),
        ]);
        let outside = self.scope.clone();
        let count = self.dice.count(1, 4);
        let states: Vec<String> = (0..count).map(|_| self.state(GATE)).collect();
        let scope = self.scope.clone();
        self.has_runge |= method == " METHOD runge";
        let style = match method {
            " METHOD cnexp" if self.dice.chance(0.15) => Style::FallsBack,
            " METHOD cnexp" => Style::ByItself,
            _ => Style::Iterated,
        };
        let count = self.dice.count(0, 2);
        let mut statements = if self.dice.chance(0.5) { body(self.dice, &outside, count, 1) } else { Vec::new() };
        for state in &states {
            let right = self.right_side(state, &scope, &outside, style);
            let equation = format!("{state}' = {right}");
            if style == Style::ByItself && self.dice.chance(0.15) {
                let other = self.right_side(state, &scope, &outside, style);
                let test = Writer::new(self.dice, &outside).any(2).text;
                let then = block(self.dice, &format!("IF ({test})"), &[equation]);
                let other = block(self.dice, " ELSE", &[format!("{state}' = {other}")]);
                statements.push(then + &other);
            } else {
                statements.push(equation);
            }
        }
        for (pool, level) in std::mem::take(&mut self.pools) {
            let time = self.dice.pick(["5", "2.5", "20"]);
            statements.push(format!("{pool}' = ({level} - {pool})/{time}"));
            self.initial.push(format!("{pool} = 1e-4"));
        }
        for state in &states {
            if self.dice.chance(0.6) {
                let start = Writer::new(self.dice, &outside).unit(2).text;
                self.initial.push(format!("{state} = {start}"));
            }
        }
        let text = block(self.dice, "DERIVATIVE flow", &statements);
        self.routines.push(text);
        self.solve(&format!("SOLVE flow{method}"));
    }

    /// Puts a SOLVE into BREAKPOINT, in a few cases inside an IF.
    pub(super) fn solve(&mut self, statement: &str) {
        let statement = match self.dice.chance(0.05) {
            true => format!("IF (t > 1) {{ {statement} }}"),
            false => statement.to_owned(),
        };
        self.breakpoint.push(statement);
    }

    /// The right side of a state's equation; the state stays between 0 and 1.
    fn right_side(&mut self, state: &str, scope: &Scope, outside: &Scope, style: Style) -> String {
        // NEURON tries the state's own coefficient: it must not be in the expressions
        let others = scope.only(|variable| variable.text != state);
        let dice = &mut *self.dice;
        let mut part = |range: Range| {
            let plain = match style {
                Style::ByItself => Writer::plain(dice, &others).within(range, 2),
                _ if dice.chance(0.5) => Writer::plain(dice, outside).within(range, 2),
                // steep equations make NEURON's solver give up
                _ => Writer::smooth(dice, scope).within(range, 1),
            };
            if dice.chance(0.3) { plain.enclosed() } else { plain }
        };
        let (level, time) = (part(Range::UNIT), part(Range::new(0.5, 20.0)));
        let (up, down) = (part(Range::new(0.0, 0.8)), part(Range::new(0.0, 0.8)));
        let x = Term::atom(state, GATE);
        let one = Term::atom("1", Range::UNIT);
        let any = Range::UNIT;
        let apart = level.join(" - ", Level::Sum, &x, any);
        let gate = up.join("*", Level::Product, &one.join("-", Level::Sum, &x, any), any);
        let last = if style == Style::ByItself { 7 } else { 9 };
        let term = match self.dice.count(0, last) {
            0 | 1 => apart.join("/", Level::Product, &time, any),
            2 => gate.join(" - ", Level::Sum, &down.join("*", Level::Product, &x, any), any),
            3 => x.prefixed("-", any).join("/", Level::Product, &time, any),
            4 => {
                let back = x.join("-", Level::Sum, &level, any).prefixed("-", any);
                back.join("*", Level::Product, &one.join("/", Level::Product, &time, any).enclosed(), any)
            }
            5 => {
                let quotients = level.join("/", Level::Product, &time, any);
                quotients.join(" - ", Level::Sum, &x.join("/", Level::Product, &time, any), any)
            }
            6 => Term::atom("0.02", any).join("*", Level::Product, &level, any),
            7 if self.dice.chance(0.3) => {
                let product = x.join("*", Level::Product, &one.join(" - ", Level::Sum, &x, any), any);
                Term::atom("0.3", any).join("*", Level::Product, &product, any)
            }
            // no coefficient: NEURON takes derivimplicit for the block
            7 if style == Style::FallsBack => {
                let sum = one.join(" + ", Level::Sum, &x, any);
                level.join("/", Level::Product, &sum, any).join(" - ", Level::Sum, &x, any)
            }
            7 => level.join("-", Level::Sum, &x, any),
            _ => {
                let states = scope.only(|variable| variable.role == Role::State);
                let level = Writer::smooth(self.dice, &states).unit(1);
                level.join(" - ", Level::Sum, &x, any).join("/", Level::Product, &time, any)
            }
        };
        term.text
    }
}
