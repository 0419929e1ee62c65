//! The functions of the language.

use crate::verbatim;

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LibraryFunction {
    /// `exp`, NEURON's own.
    Exp,
    /// `log`.
    Log,
    /// `log10`.
    Log10,
    /// `pow`.
    Pow,
    /// `sqrt`.
    Sqrt,
    /// `fabs` and `abs`.
    Fabs,
    /// `sin`.
    Sin,
    /// `cos`.
    Cos,
    /// `tan`.
    Tan,
    /// `asin`.
    Asin,
    /// `acos`.
    Acos,
    /// `atan`.
    Atan,
    /// `atan2`.
    Atan2,
    /// `sinh`.
    Sinh,
    /// `cosh`.
    Cosh,
    /// `tanh`.
    Tanh,
    /// `floor`.
    Floor,
    /// `ceil`.
    Ceil,
    /// `fmod`.
    Fmod,
    /// `erf`.
    Erf,
    /// `gauss`.
    Gauss,
    /// `factorial`.
    Factorial,
    /// `poisson`.
    Poisson,
    /// `at_time`.
    AtTime,
    /// `nrn_ghk`.
    Ghk,
    /// `nrn_pointing`.
    Pointing,
    /// `scop_random`.
    ScopRandom,
    /// `exprand`.
    Exprand,
    /// `normrand`.
    Normrand,
    /// `poisrand`.
    Poisrand,
    /// `set_seed`.
    SetSeed,
    /// `random_negexp`.
    RandomNegexp,
    /// `random_uniform`.
    RandomUniform,
    /// `random_normal`.
    RandomNormal,
    /// `random_ipick`.
    RandomIpick,
    /// `random_dpick`.
    RandomDpick,
    /// `random_setseq`.
    RandomSetseq,
    /// `random_setids`.
    RandomSetids,
    /// `random_getseq`.
    RandomGetseq,
    /// Printing, which has no effect.
    Print,
    /// `hoc_execerror`: ends the run with a message.
    Fail,
    /// The whole part of a number, as in a conversion to a whole number in C++.
    Whole,
    /// `x & y` of C++.
    And,
    /// `x | y` of C++.
    Or,
    /// `x ^ y` of C++.
    ExclusiveOr,
    /// `x << y` of C++.
    ShiftLeft,
    /// `x >> y` of C++.
    ShiftRight,
    /// The value of a variable some time ago, of LAG.
    Lag,
    /// The number of elements of a list that a variable holds.
    ListLength,
    /// An element of such a list.
    ListElement,
}

/// A function of the language, with its name and the allowed numbers of arguments.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Its name.
    pub name: &'static str,
    /// The function.
    pub function: LibraryFunction,
    /// The smallest number of arguments.
    pub least: usize,
    /// The largest number of arguments.
    pub most: usize,
}

impl Library {
    /// All functions of the language, except those that are statements (net_send and others).
    pub const ALL: [Self; 55] = {
        use LibraryFunction as F;
        const fn of(name: &'static str, function: F, least: usize, most: usize) -> Library {
            Library { name, function, least, most }
        }
        [
            of("exp", F::Exp, 1, 1),
            of("log", F::Log, 1, 1),
            of("log10", F::Log10, 1, 1),
            of("pow", F::Pow, 2, 2),
            of("sqrt", F::Sqrt, 1, 1),
            of("fabs", F::Fabs, 1, 1),
            of("abs", F::Fabs, 1, 1),
            of("sin", F::Sin, 1, 1),
            of("cos", F::Cos, 1, 1),
            of("tan", F::Tan, 1, 1),
            of("asin", F::Asin, 1, 1),
            of("acos", F::Acos, 1, 1),
            of("atan", F::Atan, 1, 1),
            of("atan2", F::Atan2, 2, 2),
            of("sinh", F::Sinh, 1, 1),
            of("cosh", F::Cosh, 1, 1),
            of("tanh", F::Tanh, 1, 1),
            of("floor", F::Floor, 1, 1),
            of("ceil", F::Ceil, 1, 1),
            of("fmod", F::Fmod, 2, 2),
            of("erf", F::Erf, 1, 1),
            of("gauss", F::Gauss, 3, 3),
            of("factorial", F::Factorial, 1, 1),
            of("poisson", F::Poisson, 2, 2),
            of("at_time", F::AtTime, 1, 1),
            of("nrn_ghk", F::Ghk, 4, 4),
            of("nrn_pointing", F::Pointing, 1, 1),
            of("scop_random", F::ScopRandom, 0, 1),
            of("exprand", F::Exprand, 1, 1),
            of("normrand", F::Normrand, 2, 2),
            of("poisrand", F::Poisrand, 1, 1),
            of("set_seed", F::SetSeed, 1, 1),
            of("random_negexp", F::RandomNegexp, 1, 2),
            of("random_uniform", F::RandomUniform, 1, 3),
            of("random_normal", F::RandomNormal, 1, 3),
            of("random_ipick", F::RandomIpick, 1, 1),
            of("random_dpick", F::RandomDpick, 1, 1),
            of("random_setseq", F::RandomSetseq, 2, 2),
            of("random_setids", F::RandomSetids, 1, 4),
            of("random_getseq", F::RandomGetseq, 1, 1),
            of("printf", F::Print, 1, usize::MAX),
            of("prterr", F::Print, 1, usize::MAX),
            of("fprintf", F::Print, 1, usize::MAX),
            of("hoc_warning", F::Print, 1, usize::MAX),
            of("fflush", F::Print, 0, usize::MAX),
            of("hoc_execerror", F::Fail, 1, 2),
            of(verbatim::WHOLE, F::Whole, 1, 1),
            of(verbatim::AND, F::And, 2, 2),
            of(verbatim::OR, F::Or, 2, 2),
            of(verbatim::EXCLUSIVE_OR, F::ExclusiveOr, 2, 2),
            of(verbatim::SHIFT_LEFT, F::ShiftLeft, 2, 2),
            of(verbatim::SHIFT_RIGHT, F::ShiftRight, 2, 2),
            of("(lag)", F::Lag, 2, 2),
            of(verbatim::LENGTH, F::ListLength, 1, 1),
            of(verbatim::ELEMENT, F::ListElement, 2, 2),
        ]
    };

    /// The function with a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        const ALL: &[Library] = &Library::ALL;
        ALL.iter().find(|known| known.name == name)
    }

    /// The usual name of a function.
    pub fn name_of(function: LibraryFunction) -> &'static str {
        Self::ALL.iter().find(|known| known.function == function).map_or("", |known| known.name)
    }
}
