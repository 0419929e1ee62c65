//! Tokens: the words, numbers and signs of a text.

use crate::source::Span;

/// A token with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: Span,
    /// `true` if it is the first token of its line.
    pub begins_line: bool,
}

/// The kinds of tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// A name followed by primes, such as `x'`, with the number of primes.
    Primed(usize),
    /// A number with its value; `is_integer` is `true` if it is written without point and exponent.
    Number { value: f64, is_integer: bool },
    /// A text in quotes, without the quotes.
    Text(String),
    /// The text behind TITLE.
    Title(String),
    /// The text between VERBATIM and ENDVERBATIM.
    Verbatim(String),
    /// A sign: brackets, operators, arrows.
    Sign(&'static str),
    /// A character that has no meaning.
    Unknown(char),
    /// The end of the text.
    End,
}

/// Signs; a longer sign comes before its own prefixes.
pub(crate) const SIGNS: [&str; 28] = [
    "<->", "->", "<<", "<=", ">=", "==", "!=", "&&", "||", "{", "}", "(", ")", "[", "]", "+", "-", "*", "/", "^", "=",
    "<", ">", "!", ",", "~", "$", "@",
];

/// Reserved words, in alphabetical order.
pub(crate) const WORDS: [&str; 83] = [
    "AFTER",
    "ARTIFICIAL_CELL",
    "ASSIGNED",
    "BBCOREPOINTER",
    "BEFORE",
    "BREAKPOINT",
    "BY",
    "CHARGE",
    "COMMENT",
    "COMPARTMENT",
    "CONDUCTANCE",
    "CONSERVE",
    "CONSTANT",
    "CONSTRUCTOR",
    "DEFINE",
    "DEPEND",
    "DERIVATIVE",
    "DESTRUCTOR",
    "DISCRETE",
    "ELECTRODE_CURRENT",
    "ELSE",
    "ENDCOMMENT",
    "ENDVERBATIM",
    "EXTERNAL",
    "FOR_NETCONS",
    "FROM",
    "FUNCTION",
    "FUNCTION_TABLE",
    "GLOBAL",
    "IF",
    "IFERROR",
    "INCLUDE",
    "INDEPENDENT",
    "INITIAL",
    "KINETIC",
    "LAG",
    "LINEAR",
    "LOCAL",
    "LONGITUDINAL_DIFFUSION",
    "METHOD",
    "MUTEXLOCK",
    "MUTEXUNLOCK",
    "NET_RECEIVE",
    "NEURON",
    "NONLINEAR",
    "NONSPECIFIC_CURRENT",
    "PARAMETER",
    "POINTER",
    "POINT_PROCESS",
    "PROCEDURE",
    "PROTECT",
    "RANDOM",
    "RANGE",
    "READ",
    "REPRESENTS",
    "RESET",
    "SENS",
    "SOLVE",
    "SOLVEFOR",
    "START",
    "STATE",
    "STEADYSTATE",
    "STEP",
    "STEPPED",
    "SUFFIX",
    "SWEEP",
    "TABLE",
    "TERMINAL",
    "THREADSAFE",
    "TITLE",
    "TO",
    "UNITS",
    "UNITSOFF",
    "UNITSON",
    "USEION",
    "USING",
    "VALENCE",
    "VERBATIM",
    "VS",
    "WATCH",
    "WHILE",
    "WITH",
    "WRITE",
];

/// `true` for a reserved word.
pub(crate) fn is_reserved(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok() || matches!(word, "if" | "else" | "while")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_words_can_be_searched() {
        assert!(WORDS.is_sorted());
        assert!(is_reserved("BREAKPOINT") && is_reserved("else") && !is_reserved("breakpoint"));
    }
}
