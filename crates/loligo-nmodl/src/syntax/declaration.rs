//! Declarations: the entries of NEURON, UNITS, PARAMETER, CONSTANT, ASSIGNED, STATE.

use super::{Name, Unit};
use crate::source::Span;

/// A whole number, or a name that DEFINE sets to one, with its place in the text.
#[derive(Clone, Debug)]
pub struct Count {
    /// Its value.
    pub value: i64,
    /// Its place in the text.
    pub span: Span,
}

/// A number of a declaration, with its sign, and its unit if one is written.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its value.
    pub value: f64,
    /// Its place in the text, sign included.
    pub span: Span,
}

/// `<low, high>`
#[derive(Clone, Debug)]
pub struct Limits {
    /// The smallest value.
    pub low: Value,
    /// The largest value.
    pub high: Value,
}

/// A variable of ASSIGNED: its name, length and unit.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its name.
    pub name: Name,
    /// The length of an array.
    pub length: Option<Count>,
    /// Its unit.
    pub unit: Option<Unit>,
}

/// An entry of PARAMETER, CONSTANT or INDEPENDENT.
#[derive(Clone, Debug)]
pub struct ParameterEntry {
    /// The variable.
    pub declaration: Declaration,
    /// Its value.
    pub value: Option<Value>,
    /// The limits of its usual values.
    pub limits: Option<Limits>,
}

/// An entry of STATE.
#[derive(Clone, Debug)]
pub struct StateEntry {
    /// The variable.
    pub declaration: Declaration,
    /// The value behind START.
    pub start: Option<Value>,
}

/// An entry of UNITS.
#[derive(Clone, Debug)]
pub enum UnitEntry {
    /// `(mV) = (millivolt)`
    Alias {
        /// The new name.
        name: Unit,
        /// Its meaning.
        meaning: Unit,
    },
    /// `FARADAY = (faraday) (coulomb)`: the quotient of two units.
    Factor {
        /// The constant.
        name: Name,
        /// The numerator.
        of: Unit,
        /// The denominator.
        to: Unit,
    },
    /// `R = 8.314 (joule/degC)`
    Constant {
        /// The constant.
        name: Name,
        /// Its value.
        value: Value,
        /// Its unit.
        unit: Option<Unit>,
    },
}

/// USEION.
#[derive(Clone, Debug)]
pub struct IonDeclaration {
    /// The ion, e.g. `ca`.
    pub ion: Name,
    /// The variables behind READ.
    pub reads: Vec<Name>,
    /// The variables behind WRITE.
    pub writes: Vec<Name>,
    /// The charge behind VALENCE or CHARGE.
    pub valence: Option<Value>,
}

/// An entry of the NEURON block.
#[derive(Clone, Debug)]
pub enum NeuronEntry {
    /// SUFFIX.
    Suffix(Name),
    /// POINT_PROCESS.
    PointProcess(Name),
    /// ARTIFICIAL_CELL.
    ArtificialCell(Name),
    /// USEION.
    UseIon(IonDeclaration),
    /// NONSPECIFIC_CURRENT.
    NonspecificCurrent(Vec<Name>),
    /// ELECTRODE_CURRENT.
    ElectrodeCurrent(Vec<Name>),
    /// RANGE.
    Range(Vec<Name>),
    /// GLOBAL.
    Global(Vec<Name>),
    /// POINTER.
    Pointer(Vec<Name>),
    /// BBCOREPOINTER.
    BbcorePointer(Vec<Name>),
    /// EXTERNAL.
    External(Vec<Name>),
    /// RANDOM.
    Random(Vec<Name>),
    /// THREADSAFE.
    ThreadSafe(Span),
}
