//! Instructions and their operands.

use crate::source::Span;

/// Number of a register for a number, in one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Real(pub u32);

/// Number of a register for a whole number of 32 bits, in one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(pub u32);

/// Number of a program in the mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(pub u32);

/// A place that holds one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A column of the instance.
    Column(u32),
    /// A global of the mechanism; programs only read it.
    Global(u32),
    /// A number shared by the programs of one hook while the hook works on one instance; 0 at the start.
    Temporary(u32),
    /// A weight of the connection that brought the event.
    Weight(u32),
    /// A weight of the connection that [`Operation::ForConnections`] visits.
    VisitedWeight(u32),
    /// The voltage at the instance, mV.
    Voltage,
    /// Time, ms.
    Time,
    /// The step, ms.
    Step,
    /// Temperature, degC; only read.
    Celsius,
    /// The flag of the event; only read.
    Flag,
    /// 1 if the step is of second order, otherwise 0; only read.
    SecondOrder,
    /// 1 during the evaluation of a step's currents at v + 0.001 mV, otherwise 0; only read.
    ShiftedEvaluation,
}

/// Consecutive numbers, accessed by an index from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Array {
    /// Columns of the instance.
    Columns(Range),
    /// Globals; programs only read them.
    Globals(Range),
    /// Temporaries.
    Temporaries(Range),
    /// Registers of the program.
    Registers(Range),
}

/// A range of consecutive numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The first number.
    pub first: u32,
    /// The count.
    pub length: u32,
}

impl Range {
    /// The range that begins at `first`.
    pub fn new(first: u32, length: u32) -> Self {
        Self { first, length }
    }

    /// The numbers of the range.
    pub fn numbers(self) -> std::ops::Range<usize> {
        let first = self.first as usize;
        first..first + self.length as usize
    }
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// -x.
    Negative,
    /// 1 if x is 0, otherwise 0.
    Not,
    /// 1 if x is not 0 (also for NaN), otherwise 0.
    IsTrue,
    /// e to the power x, limited as in NEURON.
    Exp,
    /// e to the power x, minus 1.
    ExpM1,
    /// Natural logarithm.
    Log,
    /// Logarithm to base 10.
    Log10,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Inverse sine.
    Asin,
    /// Inverse cosine.
    Acos,
    /// Inverse tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// The largest whole number not above x.
    Floor,
    /// The smallest whole number not below x.
    Ceil,
    /// The error function.
    Erf,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// x + y.
    Add,
    /// x - y.
    Subtract,
    /// x y.
    Multiply,
    /// x / y.
    Divide,
    /// x to the power y.
    Power,
    /// The remainder of x / y, with the sign of x.
    Remainder,
    /// The angle of (y, x): the first argument is the ordinate.
    Atan2,
    /// 1 if x < y, otherwise 0.
    Less,
    /// 1 if x <= y, otherwise 0.
    LessOrEqual,
    /// 1 if x > y, otherwise 0.
    Greater,
    /// 1 if x >= y, otherwise 0.
    GreaterOrEqual,
    /// 1 if x = y, otherwise 0.
    Equal,
    /// 1 if x differs from y, otherwise 0.
    NotEqual,
}

impl Binary {
    /// `true` if the result is 1 or 0.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual | Self::Equal | Self::NotEqual
        )
    }
}

/// A function of more numbers, or one that also depends on the temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `nernst(inside, outside, charge)`, mV, at the temperature.
    Nernst,
    /// `ghk(v, inside, outside, charge)`, mA/cm2, at the temperature.
    Ghk,
    /// `gauss(x, mean, sd)`: the normal distribution's density with NMODL's constants.
    Gauss,
    /// `factorial(x)`.
    Factorial,
    /// `poisson(x, mean)`: the probability of x in a Poisson distribution.
    Poisson,
    /// `x & y` of C, of whole numbers of 64 bits, as the next four.
    And,
    /// `x | y`.
    Or,
    /// `x ^ y`.
    ExclusiveOr,
    /// `x << y`.
    ShiftLeft,
    /// `x >> y`, which keeps the sign.
    ShiftRight,
    /// The state of the generator of `scop_random` that follows another one, a whole number of 32 bits.
    NextState,
}

impl Function {
    /// Number of arguments.
    pub fn arguments(self) -> usize {
        match self {
            Self::Nernst | Self::Gauss => 3,
            Self::Ghk => 4,
            Self::Factorial | Self::NextState => 1,
            Self::Poisson | Self::And | Self::Or | Self::ExclusiveOr | Self::ShiftLeft | Self::ShiftRight => 2,
        }
    }
}

/// Whole-number arithmetic of C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegerBinary {
    /// x + y.
    Add,
    /// x - y.
    Subtract,
    /// x y.
    Multiply,
    /// x / y, truncated to a whole number.
    Divide,
}

/// A kind of random number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Draw {
    /// `random_uniform(low, high)` of a stream: two arguments.
    Uniform,
    /// `random_negexp(mean)` of a stream: one argument.
    NegExp,
    /// `random_normal(mean, sd)` of a stream: two arguments.
    Normal,
    /// A whole number from 0 to 2^32 - 1 of a stream.
    Whole,
    /// A number between 0 and 1 of a stream.
    Fraction,
}

impl Draw {
    /// Number of arguments.
    pub fn arguments(self) -> usize {
        match self {
            Self::Uniform | Self::Normal => 2,
            Self::NegExp => 1,
            Self::Whole | Self::Fraction => 0,
        }
    }
}

/// A sequence of instructions.
pub type Block = Vec<Instruction>;

/// One instruction with its place in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// Its operation.
    pub operation: Operation,
    /// The source text that it was made from.
    pub span: Span,
}

/// The operation of an instruction.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named in the line above them: to = the register that receives the result")]
pub enum Operation {
    /// `to` = value.
    Constant { to: Real, value: f64 },
    /// `to` = x.
    Copy { to: Real, x: Real },
    /// `to` = function(x).
    Unary { to: Real, function: Unary, x: Real },
    /// `to` = function(x, y).
    Binary { to: Real, function: Binary, x: Real, y: Real },
    /// `to` = function(arguments).
    Function { to: Real, function: Function, arguments: Vec<Real> },

    /// `to` = value.
    IntegerConstant { to: Integer, value: i32 },
    /// `to` = x.
    IntegerCopy { to: Integer, x: Integer },
    /// `to` = function(x, y).
    IntegerBinary { to: Integer, function: IntegerBinary, x: Integer, y: Integer },
    /// `to` = x truncated to a whole number, as in C.
    Truncate { to: Integer, x: Real },
    /// `to` = x, converted to a number.
    Float { to: Real, x: Integer },

    /// `to` = the number at a place.
    Load { to: Real, from: Place },
    /// The number at a place = x.
    Store { to: Place, x: Real },
    /// `to` = an element of an array.
    LoadElement { to: Real, from: Array, index: Integer },
    /// An element of an array = x.
    StoreElement { to: Array, index: Integer, x: Real },

    /// Runs the first block if the condition is not 0 (NaN is not 0), otherwise the second.
    If { condition: Real, then: Block, otherwise: Block },
    /// Runs `test`; while `condition` is not 0 after it, runs `body` and then `test` again.
    While { test: Block, condition: Real, body: Block },
    /// `variable` = `first`; while it is at most `last`, runs `body` and adds `step`. Before each comparison `bounds`
    /// runs, which sets `last` and `step`.
    Count { variable: Integer, first: Integer, bounds: Block, last: Integer, step: Integer, body: Block },
    /// Runs a block once for each connection to the instance.
    ForConnections { body: Block },
    /// Runs another program; the arguments go to its first registers.
    Call { to: Option<Real>, program: ProgramId, arguments: Vec<Real> },
    /// Looks x up in a table, or runs the program of the table.
    Tabulated { to: Option<Real>, table: u32, x: Real },
    /// `to` = the value of a function that is given as a table.
    FunctionTable { to: Real, table: u32, arguments: Vec<Real> },
    /// Ends the run with a message.
    Fail { message: String },

    /// Solves the equations residuals = 0 for the unknowns by Newton's method, from their present values. The program
    /// computes the residuals. `pivots` has for each unknown the residual that is likely to be its pivot; results do not
    /// depend on it.
    Newton { unknowns: Vec<Place>, program: ProgramId, residuals: Range, pivots: Vec<u32> },
    /// Takes an implicit step of a kinetic scheme. The program computes the matrix (row by row) and the right-hand side
    /// of the equations for the change, from the unknowns, their values `old` at the start of the step, and the step.
    /// `derivatives` receives the rates of change.
    Sparse(Box<Sparse>),
    /// Solves linear equations: the program computes the rows of coefficients, each with its right-hand side at the end.
    Linear { unknowns: Vec<Place>, program: ProgramId, coefficients: Range },

    /// Sends an event to the instance itself at a time (ms).
    Send { at: Real, flag: Real },
    /// Emits a spike of the instance at a time (ms).
    Spike { at: Real },
    /// Moves the pending self event of flag 1 to a time (ms).
    Move { at: Real },
    /// Starts to watch a condition.
    Watch { condition: u32, flag: Real },

    /// `to` = the number of elements of one of the instance's lists.
    ListLength { to: Real, list: u32 },
    /// `to` = an element of one of the instance's lists.
    ListElement { to: Real, list: u32, index: Integer },

    /// `to` = a random number from one of the instance's streams.
    Draw { to: Real, stream: u32, draw: Draw, arguments: Vec<Real> },
    /// `to` = the value `lag` ms ago of a variable whose present value is `x`.
    Lag { to: Real, history: u32, x: Real, lag: Real },
    /// `to` = the position of a stream in its sequence.
    Sequence { to: Real, stream: u32 },
    /// Sets the position of a stream in its sequence.
    SetSequence { stream: u32, to: Real },
    /// Sets the three identifiers of a stream.
    SetIds { stream: u32, ids: [Real; 3] },
}

/// An implicit step of a kinetic scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparse {
    /// The unknowns, in the order of the rows.
    pub unknowns: Vec<Place>,
    /// Number of unknowns, from the first, that are given by sums (CONSERVE).
    pub conserved: u32,
    /// Computes the matrix and the right-hand side; the matrix is filled with 0 before.
    pub program: ProgramId,
    /// Temporaries of the matrix, row by row.
    pub matrix: Range,
    /// Temporaries of the right-hand side.
    pub right: Range,
    /// Temporaries of the unknowns at the start of the step.
    pub old: Range,
    /// Temporaries that receive (x - old) / dt.
    pub derivatives: Range,
    /// Elements of the matrix (row, column) that the program may change; those on the diagonal are always included.
    pub pattern: Vec<(u32, u32)>,
    /// `true` if the matrix does not depend on the unknowns.
    pub is_linear: bool,
    /// `true` to compute the equilibrium: dt is 1e9 ms.
    pub steady: bool,
    /// `true` if a step that does not converge ends the run.
    pub must_converge: bool,
}
