//! Expressions of NMODL as text, with the values that they can have.

use super::range::Range;

/// The operators of NMODL in the order in which they bind, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Equality,
    Order,
    Sum,
    Product,
    Unary,
    Power,
    Atom,
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) level: Level,
    pub(super) range: Range,
    /// True if a C++ compiler knows the value.
    pub(super) known: bool,
}

impl Term {
    /// A literal.
    pub(super) fn atom(text: impl Into<String>, range: Range) -> Self {
        Self { text: text.into(), level: Level::Atom, range, known: true }
    }

    /// A variable, or a call of a function that the compiler does not evaluate.
    pub(super) fn unknown(text: impl Into<String>, range: Range) -> Self {
        Self { known: false, ..Self::atom(text, range) }
    }

    /// The text, in parentheses if it binds more loosely than `level`.
    pub(super) fn at(&self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text.clone() }
    }

    /// The expression in parentheses.
    pub(super) fn enclosed(&self) -> Self {
        Self { text: format!("({})", self.text), level: Level::Atom, ..*self }
    }

    /// Two expressions joined by an operator that groups from the left.
    pub(super) fn join(&self, operator: &str, level: Level, other: &Term, range: Range) -> Self {
        // the operand on the right must bind more tightly
        let tighter = match level {
            Level::Or => Level::And,
            Level::And => Level::Equality,
            Level::Equality => Level::Order,
            Level::Order => Level::Sum,
            Level::Sum => Level::Product,
            _ => Level::Unary,
        };
        let text = format!("{}{operator}{}", self.at(level), other.at(tighter));
        Self { text, level, range, known: self.known && other.known }
    }

    /// A power; it groups from the right and binds more tightly than a minus before it.
    pub(super) fn power(&self, exponent: &Term, range: Range) -> Self {
        let text = format!("{}^{}", self.at(Level::Atom), exponent.at(Level::Unary));
        Self { text, level: Level::Power, range, known: false }
    }

    pub(super) fn prefixed(&self, operator: &str, range: Range) -> Self {
        Self { text: format!("{operator}{}", self.at(Level::Unary)), level: Level::Unary, range, known: self.known }
    }

    /// A call of a function of one argument.
    pub(super) fn argument_of(&self, function: &str, range: Range) -> Self {
        Self { text: format!("{function}({})", self.text), level: Level::Atom, range, known: self.known }
    }
}
