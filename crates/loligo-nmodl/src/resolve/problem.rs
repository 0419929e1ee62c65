//! Findings in the meaning of a file.

use crate::diagnostic::{Problem, Severity};
use crate::units::UnitError;

/// An error, or a probable mistake, in the meaning of a file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeaningProblem {
    /// An unknown name.
    #[error("there is no {what} \"{name}\"")]
    Unknown {
        /// The kind of item that the name should have.
        what: &'static str,
        /// The name.
        name: String,
        /// A similar name, or a remedy.
        help: String,
    },
    /// A name that is already declared.
    #[error("\"{name}\" is declared twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name of an item of the wrong kind.
    #[error("\"{name}\" is {found}, not {expected}")]
    WrongKind {
        /// The name.
        name: String,
        /// The actual kind.
        found: &'static str,
        /// The needed kind.
        expected: &'static str,
    },
    /// A name used both as a variable and as a function.
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
        /// `true` for an array.
        is_array: bool,
    },
    /// An index beyond the end of an array.
    #[error("\"{name}\" has no element {index}: its {length} elements are counted from 0")]
    NoElement {
        /// The array.
        name: String,
        /// The number of the element.
        index: i64,
        /// Its length.
        length: usize,
    },
    /// An array with no elements or too many.
    #[error("an array cannot have {length} elements")]
    Length {
        /// The number.
        length: i64,
    },
    /// A wrong number of arguments.
    #[error("\"{name}\" takes {expected}, not {found}")]
    Arguments {
        /// The function.
        name: String,
        /// The allowed numbers of arguments.
        expected: String,
        /// The number of arguments given.
        found: usize,
    },
    /// An assignment to an item that cannot be changed.
    #[error("\"{name}\" is {what}, which cannot be assigned to")]
    NotAssignable {
        /// The name.
        name: String,
        /// Its kind.
        what: &'static str,
    },
    /// An assignment to a constant.
    #[error("\"{name}\" is a constant, and is changed here")]
    ChangedConstant {
        /// The constant.
        name: String,
    },
    /// Random numbers of a generator that NEURON has once for all instances of all mechanisms.
    #[error(
        "NEURON draws these random numbers for all instances from one generator; here each has its own, all with the same numbers"
    )]
    OwnGenerator,
    /// A statement in the wrong place.
    #[error("{statement} cannot stand in {place}")]
    Misplaced {
        /// The statement.
        statement: String,
        /// The block that it stands in.
        place: &'static str,
        /// The remedy.
        remedy: &'static str,
    },
    /// A method that cannot solve a block.
    #[error("{block} cannot be solved {}", .method.as_ref().map_or("without a METHOD".to_owned(), |method| format!("by the method \"{method}\"")))]
    Method {
        /// The block to be solved.
        block: &'static str,
        /// The method.
        method: Option<String>,
        /// The replacement to write.
        remedy: String,
    },
    /// A name that is not a variable of its ion.
    #[error("the ion {ion} has no variable \"{name}\"")]
    IonVariable {
        /// The ion.
        ion: String,
        /// The name.
        name: String,
    },
    /// A second kind of mechanism, or a second block of a kind.
    #[error("there is a second {what}")]
    Second {
        /// The construct that occurs twice.
        what: &'static str,
    },
    /// A unit in UNITS that is not valid.
    #[error("{error}")]
    Unit {
        /// The reason.
        error: UnitError,
    },
    /// C++ text that cannot be left out, in a routine that a run needs.
    #[error("this VERBATIM block does something that is not supported{}: {reason}", used(.routine))]
    Verbatim {
        /// The reason for which it cannot be left out.
        reason: String,
        /// The routine that contains it, if it is a function or procedure.
        routine: Option<String>,
    },
    /// C++ text in a routine that only a user can call.
    #[error("\"{routine}\" cannot be called: its VERBATIM block is not supported ({reason})")]
    VerbatimInRoutine {
        /// The routine.
        routine: String,
        /// The reason for which it cannot be left out.
        reason: String,
    },
    /// A value that has no effect.
    #[error("the value {value} of \"{name}\" is not used: {reason}")]
    IgnoredValue {
        /// The variable.
        name: String,
        /// Its value.
        value: f64,
        /// The value that is used instead.
        reason: String,
    },
    /// A parameter with more digits than NEURON uses.
    #[error("\"{name}\" is {kept}, not {written}: NEURON keeps six digits of a PARAMETER")]
    SixDigits {
        /// The parameter.
        name: String,
        /// The value as written.
        written: f64,
        /// The value that is used.
        kept: f64,
    },
    /// A construct that is not supported.
    #[error("{what} is not supported")]
    Unsupported {
        /// The construct.
        what: &'static str,
        /// The remedy.
        remedy: &'static str,
    },
    /// A rate that is a sum and is multiplied without parentheses.
    #[error(
        "NEURON multiplies only the last term of this rate by the reactants, since the rate has no parentheses of its own"
    )]
    PastedRate,
    /// Two quantities of different dimensions that are added, compared or assigned.
    #[error("{left} and {right} are {verb}, which have different dimensions")]
    Units {
        /// The dimension of the left side.
        left: String,
        /// The dimension of the right side.
        right: String,
        /// The operation.
        verb: &'static str,
    },
    /// Two quantities of the same dimension in units that differ by a factor.
    #[error("two quantities are {verb} whose units differ by a factor of {factor}, which NMODL does not convert")]
    UnitScale {
        /// The operation.
        verb: &'static str,
        /// The unit of the right side in units of the left one.
        factor: String,
    },
    /// An argument with a dimension, of a function that takes numbers.
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
    /// A name of GLOBAL that no block declares, in a thread-safe file.
    #[error("no block declares \"{name}\": it starts at 0 and cannot be read or set from outside")]
    OnlyGlobal {
        /// The name.
        name: String,
    },
    /// A LOCAL outside all blocks with the name of another variable.
    #[error("\"{name}\" is declared already: this LOCAL is not used")]
    SecondLocal {
        /// The name.
        name: String,
    },
    /// A state that no equation changes.
    #[error("the state \"{name}\" is never solved")]
    UnsolvedState {
        /// The state.
        name: String,
    },
    /// A local variable that may be read before it has a value.
    #[error("\"{name}\" is used before it has a value{}", if *.perhaps { " on one of the ways here" } else { "" })]
    Unset {
        /// The variable.
        name: String,
        /// `true` if it has a value on some of the paths.
        perhaps: bool,
    },
    /// A function without a result.
    #[error("the function \"{name}\" never sets its result")]
    NoResult {
        /// The function.
        name: String,
    },
    /// A quotient of whole numbers, in an index or a bound of FROM, that is not whole.
    #[error("this quotient loses its remainder: {quotient} is {value} here")]
    IntegerDivision {
        /// The quotient as it is written.
        quotient: String,
        /// Its value.
        value: i64,
    },
    /// A concentration that the mechanism writes, but that no solved block gives a value.
    #[error("\"{name}\" is written, but it is no STATE and only BREAKPOINT or INITIAL assigns it")]
    UnsolvedConcentration {
        /// The concentration.
        name: String,
    },
    /// A DERIVATIVE block that stands before a SOLVE of it.
    #[error("the block \"{name}\" stands before this SOLVE, which NEURON refuses")]
    SolvedLater {
        /// The block.
        name: String,
    },
    /// A number that is not whole, or an operation, in an index or a bound of FROM.
    #[error("{found} cannot stand in an index or a bound of FROM, which NEURON computes in whole numbers")]
    NotWhole {
        /// The part of the index.
        found: &'static str,
    },
    /// A block of point processes in another mechanism.
    #[error("only a POINT_PROCESS or an ARTIFICIAL_CELL has a DESTRUCTOR")]
    Destructor,
    /// A construct that is clear, but that NEURON refuses.
    #[error("{what}, which NEURON refuses")]
    RefusedByNeuron {
        /// The construct.
        what: &'static str,
        /// The replacement to write.
        remedy: &'static str,
    },
    /// Old syntax.
    #[error("{old} is old syntax")]
    OldSyntax {
        /// The construct in the file.
        old: &'static str,
        /// The replacement to write.
        modern: &'static str,
    },
}

fn used(routine: &Option<String>) -> String {
    routine.as_ref().map_or(String::new(), |routine| format!(", and \"{routine}\" is used in a run"))
}

impl Problem for MeaningProblem {
    fn severity(&self) -> Severity {
        match self {
            Self::IgnoredValue { .. }
            | Self::SixDigits { .. }
            | Self::RefusedByNeuron { .. }
            | Self::OldSyntax { .. } => Severity::Note,
            Self::HidesFunction { .. }
            | Self::VerbatimInRoutine { .. }
            | Self::PastedRate
            | Self::Undeclared { .. }
            | Self::OnlyGlobal { .. }
            | Self::Units { .. }
            | Self::UnitScale { .. }
            | Self::DimensionedArgument { .. }
            | Self::SecondLocal { .. }
            | Self::UnsolvedState { .. }
            | Self::Unset { .. }
            | Self::NoResult { .. }
            | Self::ChangedConstant { .. }
            | Self::OwnGenerator
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
            Self::Misplaced { remedy, .. }
            | Self::Unsupported { remedy, .. }
            | Self::RefusedByNeuron { remedy, .. } => remedy,
            Self::IonVariable { ion, .. } => {
                return Some(format!("the variables of the ion are e{ion}, {ion}i, {ion}o and i{ion}"));
            }
            Self::Unit { error: UnitError::Unknown { suggestion: Some(name), .. } } => {
                return Some(format!("did you mean \"{name}\"?"));
            }
            Self::Unit { error: UnitError::Unknown { .. } } => "define it in the UNITS block: (name) = (its meaning)",
            Self::Unit { error: UnitError::Repeated { .. } } => "take the line out",
            Self::Verbatim { .. } => {
                "say it in NMODL; for random numbers NEURON 9 has RANDOM and random_uniform, random_negexp, random_normal"
            }
            Self::SixDigits { .. } => "use CONSTANT to keep all digits",
            Self::PastedRate => {
                "put the rate into parentheses of its own: (kf, kb) as ((a + b), c), to multiply all of it"
            }
            Self::Units { .. } | Self::DimensionedArgument { .. } => {
                "check the formula and the declared units; between UNITSOFF and UNITSON nothing is checked"
            }
            Self::UnitScale { factor, .. } => {
                return Some(format!("multiply the right side by ({factor}), or declare both in the same unit"));
            }
            Self::Undeclared { list, .. } => {
                return Some(format!("declare it in PARAMETER, ASSIGNED or STATE, or take it out of {list}"));
            }
            Self::OnlyGlobal { .. } => "declare it in PARAMETER or ASSIGNED",
            Self::UnsolvedState { .. } => {
                "add its equation to the block that BREAKPOINT solves, or declare it in ASSIGNED"
            }
            Self::Unset { .. } => "give it a value on all ways; what NEURON takes is not defined",
            Self::NoResult { name } => return Some(format!("assign to {name}, or make it a PROCEDURE")),
            Self::OwnGenerator => "for several instances, declare `RANDOM r` in NEURON and draw with random_uniform(r)",
            Self::ChangedConstant { .. } => "declare it in ASSIGNED or PARAMETER if it is to change",
            Self::IntegerDivision { .. } => "in indices and bounds of FROM, whole numbers are divided as in C",
            Self::UnsolvedConcentration { name } => {
                return Some(format!(
                    "declare {name} in STATE, or assign it in the block that is solved: NEURON refuses the file otherwise"
                ));
            }
            Self::SolvedLater { name } => {
                return Some(format!("move DERIVATIVE {name} behind the blocks that solve it"));
            }
            Self::NotWhole { .. } => {
                "use whole numbers, names, + - * / and parentheses, or assign the value to a variable first"
            }
            Self::Destructor => "take the block out",
            Self::OldSyntax { modern, .. } => return Some(format!("today one writes {modern}")),
            _ => return None,
        };
        Some(help.to_owned())
    }
}
