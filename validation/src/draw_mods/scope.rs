//! The names that a place of a mechanism's text can use.

use super::range::Range;
use super::term::Term;
use crate::dice::Dice;

/// A variable, or an element of an array.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// The name, with the index if it is an element.
    pub(super) text: String,
    pub(super) range: Range,
    pub(super) role: Role,
}

impl Variable {
    /// The variable as an expression.
    pub(super) fn term(&self) -> Term {
        match self.role {
            Role::Known => Term::atom(&self.text, self.range),
            _ => Term::unknown(&self.text, self.range),
        }
    }
}

/// The kind of a variable, which decides where it can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// CONSTANT, constants of UNITS, counters of loops: a C++ compiler knows the value.
    Known,
    /// PARAMETER.
    Constant,
    /// ASSIGNED; it can be assigned anywhere.
    Assigned,
    State,
    /// LOCAL or argument; it can be assigned.
    Local,
    /// Voltage, diameter, and other variables of the cell.
    Cell,
    /// A concentration that an ion has.
    Concentration,
    /// A current or reversal potential that an ion has.
    Ion,
}

/// A FUNCTION with one or two arguments.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arguments: Vec<Range>,
    pub(super) range: Range,
    /// True if it has no jumps.
    pub(super) smooth: bool,
}

/// The names that a place can use.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) variables: Vec<Variable>,
    pub(super) functions: Vec<Function>,
    /// PROCEDUREs without arguments, and those with one argument with its range.
    pub(super) procedures: Vec<(String, Option<Range>)>,
    /// Arguments of the routine: a LOCAL of its outermost block cannot have these names.
    pub(super) arguments: Vec<String>,
}

impl Scope {
    pub(super) fn add(&mut self, text: impl Into<String>, range: Range, role: Role) {
        self.variables.push(Variable { text: text.into(), range, role });
    }

    /// A copy with those variables only that fulfil a condition.
    pub(super) fn only(&self, keep: impl Fn(&Variable) -> bool) -> Scope {
        let mut scope = self.clone();
        scope.variables.retain(keep);
        scope
    }

    /// A copy in which a LOCAL hides other variables of its name.
    pub(super) fn with_local(&self, name: &str, range: Range) -> Scope {
        let mut scope = self.only(|variable| variable.text.split('[').next() != Some(name));
        scope.add(name, range, Role::Local);
        scope
    }
}

/// Names of variables, several of which differ by case only. None ends with 0: a state `x` brings the name `x0`.
const NAMES: [&str; 62] = [
    "tau", "Tau", "TAU", "alpha", "Alpha", "beta", "inf", "Inf", "minf", "k1", "K1", "kf", "kb", "gmax", "Gmax",
    "gbar", "rate", "Rate", "half", "slope", "eps", "zeta", "act", "p", "P", "q", "Q", "r", "u", "U", "z", "Z", "w2",
    "x1", "X1", "x2", "f1", "F1", "amp", "rest", "Rest", "depth", "lambda", "mu", "sum1", "acc", "mean", "base",
    "Base", "shift", "fac", "vol", "load", "trace", "level", "cnt", "phi", "Phi", "psi", "tmp", "hold", "last",
];

/// Names of states, in an order that neither letters nor case follow.
const STATES: [&str; 24] = [
    "m", "h", "n", "s", "a", "b", "c1", "C1", "c2", "C2", "o", "O", "I1", "i1", "B", "Bu", "bu", "M", "N", "H", "S",
    "g1", "G1", "d1",
];

/// Gives every name once.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: Vec<String>,
}

impl Names {
    /// A name for a variable or routine.
    pub(super) fn variable(&mut self, dice: &mut Dice) -> String {
        self.next(dice, &NAMES)
    }

    /// A name for a state.
    pub(super) fn state(&mut self, dice: &mut Dice) -> String {
        self.next(dice, &STATES)
    }

    fn next(&mut self, dice: &mut Dice, names: &[&str]) -> String {
        for _ in 0..8 {
            let Some(name) = dice.one_of(names) else { break };
            if !self.taken.iter().any(|taken| taken == name) {
                self.taken.push((*name).to_owned());
                return (*name).to_owned();
            }
        }
        let name = format!("{}_{}", names.first().unwrap_or(&"x"), self.taken.len());
        self.taken.push(name.clone());
        name
    }
}
