//! Instructions and what they work on.

use crate::source::Span;

/// A register for a number, by its number within the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Real(pub u32);

/// A register for a whole number of 32 bits, by its number within the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(pub u32);

/// A program, by its number among the mechanism's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(pub u32);

/// A place that holds one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A column of the instance.
    Column(u32),
    /// A global of the mechanism; programs only read it.
    Global(u32),
    /// A number that the programs of one hook share while it works on one instance; 0 at first.
    Temporary(u32),
    /// A weight of the connection by which the event came.
    Weight(u32),
    /// A weight of the connection that [`Operation::ForConnections`] visits.
    VisitedWeight(u32),
    /// The voltage that the mechanism sees, mV.
    Voltage,
    /// Time, ms.
    Time,
    /// The step, ms.
    Step,
    /// Temperature, degC; only read.
    Celsius,
    /// The flag of the event; only read.
    Flag,
    /// 1 if the step is of second order, else 0; only read.
    SecondOrder,
    /// 1 in the evaluation of a step's currents at v + 0.001 mV, else 0; only read.
    ShiftedEvaluation,
}

/// Numbers side by side, found by an index from 0.
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

/// Consecutive numbers: the first one and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The first one.
    pub first: u32,
    /// How many.
    pub length: u32,
}

impl Range {
    /// The range that begins at `first`.
    pub fn new(first: u32, length: u32) -> Self {
        Self { first, length }
    }

    /// The numbers.
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
    /// 1 if x is 0, else 0.
    Not,
    /// 1 if x is not 0, NaN included, else 0.
    IsTrue,
    /// e to the power x within NEURON's bounds.
    Exp,
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
    /// The next whole number below.
    Floor,
    /// The next whole number above.
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
    /// The rest of x / y with the sign of x.
    Remainder,
    /// The angle of (y, x): the first argument is the ordinate.
    Atan2,
    /// 1 if x < y, else 0.
    Less,
    /// 1 if x <= y, else 0.
    LessOrEqual,
    /// 1 if x > y, else 0.
    Greater,
    /// 1 if x >= y, else 0.
    GreaterOrEqual,
    /// 1 if x = y, else 0.
    Equal,
    /// 1 if x differs from y, else 0.
    NotEqual,
}

/// A function of more numbers, or of more than its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `nernst(inside, outside, charge)`, mV, at the temperature.
    Nernst,
    /// `ghk(v, inside, outside, charge)`, mA/cm2, at the temperature.
    Ghk,
    /// `gauss(x, mean, sd)`: the normal distribution's density with NMODL's constants.
    Gauss,
    /// `poisson(x, mean)`: the probability of x in a Poisson distribution.
    Poisson,
}

impl Function {
    /// Number of arguments.
    pub fn arguments(self) -> usize {
        match self {
            Self::Nernst | Self::Gauss => 3,
            Self::Ghk => 4,
            Self::Poisson => 2,
        }
    }
}

/// C's arithmetic of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegerBinary {
    /// x + y.
    Add,
    /// x - y.
    Subtract,
    /// x y.
    Multiply,
    /// x / y, cut to a whole number.
    Divide,
}

/// A random number.
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

/// Instructions in their order.
pub type Block = Vec<Instruction>;

/// One instruction, and where in the source it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// What it does.
    pub operation: Operation,
    /// The text that it was made from.
    pub span: Span,
}

/// What an instruction does.
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
    /// `to` = x cut to a whole number, as C does.
    Truncate { to: Integer, x: Real },
    /// `to` = x as a number.
    Float { to: Real, x: Integer },

    /// `to` = the number at a place.
    Load { to: Real, from: Place },
    /// The number at a place = x.
    Store { to: Place, x: Real },
    /// `to` = an element of an array.
    LoadElement { to: Real, from: Array, index: Integer },
    /// An element of an array = x.
    StoreElement { to: Array, index: Integer, x: Real },

    /// The first block if the condition is not 0 (NaN is not), else the second.
    If { condition: Real, then: Block, otherwise: Block },
    /// Runs `test`; while it leaves a condition that is not 0 runs `body` and `test` again.
    While { test: Block, condition: Real, body: Block },
    /// `variable` = `first`; while it is at most `last` runs `body` and adds `step`. Before each comparison `bounds` is run,
    /// which sets `last` and `step`.
    Count { variable: Integer, first: Integer, bounds: Block, last: Integer, step: Integer, body: Block },
    /// Runs a block once for each connection that leads to the instance.
    ForConnections { body: Block },
    /// Runs another program. Its first registers are the arguments.
    Call { to: Option<Real>, program: ProgramId, arguments: Vec<Real> },
    /// Looks x up in a table, or calls what the table was made of.
    Tabulated { to: Option<Real>, table: u32, x: Real },
    /// `to` = the value of a function that is handed in as a table.
    FunctionTable { to: Real, table: u32, arguments: Vec<Real> },
    /// Ends the run with a message.
    Fail { message: String },

    /// Solves the equations residuals = 0 for the unknowns by Newton's method, from their present values. The program
    /// computes the residuals.
    Newton { unknowns: Vec<Place>, program: ProgramId, residuals: Range },
    /// Takes an implicit step of a kinetic scheme: the program computes the matrix (row by row) and the right-hand side of
    /// the equations of the change, from the unknowns, their values `old` at the start of the step, and the step.
    /// `derivatives` receives the changes by time.
    Sparse(Box<Sparse>),
    /// Solves linear equations: the program computes the rows of coefficients, each with its right-hand side at the end.
    Linear { unknowns: Vec<Place>, program: ProgramId, coefficients: Range },

    /// An event to itself at a time (ms).
    Send { at: Real, flag: Real },
    /// A spike of its own at a time (ms).
    Spike { at: Real },
    /// Moves the waiting self event of flag 1 to a time (ms).
    Move { at: Real },
    /// Watches a condition from now on.
    Watch { condition: u32, flag: Real },

    /// `to` = a random number of one of the instance's streams.
    Draw { to: Real, stream: u32, draw: Draw, arguments: Vec<Real> },
    /// `to` = the place of a stream in its sequence.
    Sequence { to: Real, stream: u32 },
    /// Sets the place of a stream in its sequence.
    SetSequence { stream: u32, to: Real },
    /// Gives a stream other numbers to start from.
    SetIds { stream: u32, ids: [Real; 3] },
    /// `to` = the next number between 0 and 1 of the generator whose state is the whole number at a place.
    NextUniform { to: Real, state: Place },
}

/// An implicit step of a kinetic scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparse {
    /// The unknowns, in the order of the rows.
    pub unknowns: Vec<Place>,
    /// Computes matrix and right-hand side; the matrix is 0 before.
    pub program: ProgramId,
    /// Temporaries of the matrix, row by row.
    pub matrix: Range,
    /// Temporaries of the right-hand side.
    pub right: Range,
    /// Temporaries of the unknowns at the start of the step.
    pub old: Range,
    /// Temporaries that receive (x - old) / dt.
    pub derivatives: Range,
    /// Elements of the matrix (row, column) that the program may change; those of the diagonal are among them anyway.
    pub pattern: Vec<(u32, u32)>,
    /// Whether the matrix is independent of the unknowns.
    pub is_linear: bool,
    /// Whether the equilibrium is wanted: dt is 1e9 ms.
    pub steady: bool,
    /// Whether a step that does not converge ends the run.
    pub must_converge: bool,
}
