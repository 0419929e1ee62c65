//! What can be wrong with the meaning of a file.

use crate::units::UnitError;
use crate::{Problem, Severity};

/// What is wrong with the meaning of a file, or likely to be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeaningProblem {
    /// A name that nothing has.
    #[error("there is no {what} \"{name}\"")]
    Unknown {
        /// What was sought.
        what: &'static str,
        /// The name.
        name: String,
        /// What may be meant, or what to do.
        help: String,
    },
    /// A name that is taken.
    #[error("\"{name}\" is declared twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name of something else than is needed.
    #[error("\"{name}\" is {found}, not {expected}")]
    WrongKind {
        /// The name.
        name: String,
        /// What it is.
        found: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// A name of a variable and of a function.
    #[error("\"{name}\" is used as a variable and as a function")]
    VariableAndFunction {
        /// The name.
        name: String,
    },
    /// A variable that hides a function of the language.
    #[error("\"{name}\" is also a function of the language, which cannot be called in this file")]
    HidesFunction {
        /// The name.
        name: String,
    },
    /// An array without index, or an index without array.
    #[error("\"{name}\" is {}", if *.is_array { "an array: which element?" } else { "no array, and takes no index" })]
    Index {
        /// The name.
        name: String,
        /// Whether it is an array.
        is_array: bool,
    },
    /// An element that an array has not.
    #[error("\"{name}\" has no element {index}: its {length} elements are counted from 0")]
    NoElement {
        /// The array.
        name: String,
        /// The number of the element.
        index: i64,
        /// Its length.
        length: usize,
    },
    /// An array of no or too many elements.
    #[error("an array cannot have {length} elements")]
    Length {
        /// The number.
        length: i64,
    },
    /// Another number of arguments than a function takes.
    #[error("\"{name}\" takes {expected}, not {found}")]
    Arguments {
        /// The function.
        name: String,
        /// How many it takes.
        expected: String,
        /// How many are given.
        found: usize,
    },
    /// Something that cannot be assigned to.
    #[error("\"{name}\" is {what}, which cannot be assigned to")]
    NotAssignable {
        /// The name.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// A statement that is only possible elsewhere.
    #[error("{statement} cannot stand in {place}")]
    Misplaced {
        /// The statement.
        statement: String,
        /// Where it stands.
        place: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A method that a block cannot be solved by.
    #[error("{block} cannot be solved {}", .method.as_ref().map_or("without a METHOD".to_owned(), |method| format!("by the method \"{method}\"")))]
    Method {
        /// What is to be solved.
        block: &'static str,
        /// The method.
        method: Option<String>,
        /// What to write.
        remedy: String,
    },
    /// A variable of an ion that is none.
    #[error("the ion {ion} has no variable \"{name}\"")]
    IonVariable {
        /// The ion.
        ion: String,
        /// The name.
        name: String,
    },
    /// A mechanism of two kinds, or a second block of a kind.
    #[error("there is a second {what}")]
    Second {
        /// What there is twice.
        what: &'static str,
    },
    /// A unit in UNITS that has no meaning.
    #[error("{error}")]
    Unit {
        /// Why.
        error: UnitError,
    },
    /// C++ text that would have to be understood.
    #[error("this VERBATIM block does something that is not supported{}: {reason}", used(.routine))]
    Verbatim {
        /// Why it cannot be left out.
        reason: String,
        /// The routine that it stands in, where that is one that a user calls.
        routine: Option<String>,
    },
    /// C++ text in a routine that only a user calls.
    #[error("\"{routine}\" cannot be called: its VERBATIM block is not supported ({reason})")]
    VerbatimInRoutine {
        /// The routine.
        routine: String,
        /// Why it cannot be left out.
        reason: String,
    },
    /// A value that has no effect.
    #[error("the value {value} of \"{name}\" is not used: {reason}")]
    IgnoredValue {
        /// The variable.
        name: String,
        /// Its value.
        value: f64,
        /// What is used instead.
        reason: String,
    },
    /// A parameter with more digits than NEURON keeps.
    #[error("\"{name}\" is {kept}, not {written}: NEURON keeps six digits of a PARAMETER")]
    SixDigits {
        /// The parameter.
        name: String,
        /// The value as it is written.
        written: f64,
        /// The value that is used.
        kept: f64,
    },
    /// A block that NEURON's translator does not take.
    #[error("{what} is not supported")]
    Unsupported {
        /// The construct.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A rate whose sum is pasted into a product.
    #[error(
        "NEURON multiplies only the last term of this rate by the reactants, since the rate has no parentheses of its own"
    )]
    PastedRate,
    /// Two quantities of different dimension that are added, compared or assigned.
    #[error("{left} and {right} are {verb}, which have different dimensions")]
    Units {
        /// The dimension of the left side.
        left: String,
        /// The dimension of the right side.
        right: String,
        /// What is done with them.
        verb: &'static str,
    },
    /// An argument of a function that takes numbers, with a dimension.
    #[error("the argument of {function} is {found}; it should have no dimension")]
    DimensionedArgument {
        /// The function.
        function: &'static str,
        /// The dimension of the argument.
        found: String,
    },
    /// A name of RANGE or GLOBAL that no block declares.
    #[error("\"{name}\" is in {list}, but no block declares it: there is no such variable")]
    Undeclared {
        /// The name.
        name: String,
        /// RANGE or GLOBAL.
        list: &'static str,
    },
    /// A LOCAL outside all blocks whose name a variable has.
    #[error("\"{name}\" is declared already: this LOCAL is not used")]
    SecondLocal {
        /// The name.
        name: String,
    },
    /// A state that nothing changes.
    #[error("the state \"{name}\" is never solved")]
    UnsolvedState {
        /// The state.
        name: String,
    },
    /// A local variable that may have no value.
    #[error("\"{name}\" is used before it has a value{}", if *.perhaps { " on one of the ways here" } else { "" })]
    Unset {
        /// The variable.
        name: String,
        /// Whether it has one on other ways.
        perhaps: bool,
    },
    /// A function without a result.
    #[error("the function \"{name}\" never sets its result")]
    NoResult {
        /// The function.
        name: String,
    },
    /// A quotient of whole numbers in a place of whole numbers.
    #[error("this quotient loses its remainder: {quotient} is {value} here")]
    IntegerDivision {
        /// The quotient as it is written.
        quotient: String,
        /// Its value.
        value: i64,
    },
    /// Old syntax.
    #[error("{old} is old syntax")]
    OldSyntax {
        /// What is written.
        old: &'static str,
        /// What to write.
        modern: &'static str,
    },
}

fn used(routine: &Option<String>) -> String {
    routine.as_ref().map_or(String::new(), |routine| format!(", and \"{routine}\" is used in a run"))
}

impl Problem for MeaningProblem {
    fn severity(&self) -> Severity {
        match self {
            Self::IgnoredValue { .. } | Self::SixDigits { .. } | Self::OldSyntax { .. } => Severity::Note,
            Self::HidesFunction { .. }
            | Self::VerbatimInRoutine { .. }
            | Self::PastedRate
            | Self::Undeclared { .. }
            | Self::Units { .. }
            | Self::DimensionedArgument { .. }
            | Self::SecondLocal { .. }
            | Self::UnsolvedState { .. }
            | Self::Unset { .. }
            | Self::NoResult { .. }
            | Self::IntegerDivision { .. } => Severity::Warning,
            Self::Unit { error: UnitError::Repeated { .. } } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Unknown { help, .. } => help,
            Self::Duplicate { .. } | Self::SecondLocal { .. } | Self::Second { .. } => "take one of the two out",
            Self::VariableAndFunction { .. } | Self::HidesFunction { .. } => "rename one of the two",
            Self::Method { remedy, .. } => remedy,
            Self::Misplaced { remedy, .. } | Self::Unsupported { remedy, .. } => remedy,
            Self::IonVariable { ion, .. } => {
                return Some(format!("the variables of the ion are e{ion}, {ion}i, {ion}o and i{ion}"));
            }
            Self::Unit { error: UnitError::Unknown { suggestion: Some(name), .. } } => {
                return Some(format!("did you mean \"{name}\"?"));
            }
            Self::Unit { error: UnitError::Unknown { .. } } => "define it in the UNITS block: (name) = (its meaning)",
            Self::Unit { error: UnitError::Repeated { .. } } => "take the line out",
            Self::Verbatim { .. } => "say it in NMODL; C++ text is only left out where it changes nothing",
            Self::SixDigits { .. } => "use CONSTANT to keep all digits",
            Self::PastedRate => {
                "put the rate into parentheses of its own: (kf, kb) as ((a + b), c), to multiply all of it"
            }
            Self::Units { .. } | Self::DimensionedArgument { .. } => {
                "check the formula and the declared units; between UNITSOFF and UNITSON nothing is checked"
            }
            Self::Undeclared { list, .. } => {
                return Some(format!("declare it in PARAMETER, ASSIGNED or STATE, or take it out of {list}"));
            }
            Self::UnsolvedState { .. } => {
                "add its equation to the block that BREAKPOINT solves, or declare it in ASSIGNED"
            }
            Self::Unset { .. } => "give it a value on all ways; what NEURON takes is not defined",
            Self::NoResult { name } => return Some(format!("assign to {name}, or make it a PROCEDURE")),
            Self::IntegerDivision { .. } => "in indices and bounds of FROM, whole numbers are divided as in C",
            Self::OldSyntax { modern, .. } => return Some(format!("today one writes {modern}")),
            _ => return None,
        };
        Some(help.to_owned())
    }
}
