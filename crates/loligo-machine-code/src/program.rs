//! Straight-line programs, and the check that every access is within bounds.

use std::collections::BTreeSet;

use thiserror::Error;

/// Number of an operation of a [`Program`], which stands for its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(pub u32);

impl Value {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An operation on numbers of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// The lane's number of a stream.
    Load(u32),
    /// The only number of a stream, which all lanes share.
    LoadNumber(u32),
    /// A number, by its bits.
    Constant(u64),
    /// A function of a number.
    Unary(Unary, Value),
    /// A function of two numbers.
    Binary(Binary, Value, Value),
    /// The product of the first two numbers plus the third, rounded once.
    MultiplyAdd([Value; 3]),
    /// `then` where the comparison of `x` and `y` is true, elsewhere `otherwise`.
    Select {
        /// The comparison.
        comparison: Comparison,
        /// Its left operand.
        x: Value,
        /// Its right operand.
        y: Value,
        /// The result where it is true.
        then: Value,
        /// The result where it is not.
        otherwise: Value,
    },
    /// The polynomial of a function at a position in an interval, from the coefficients of a
    /// [table](Program::table_length).
    Polynomial {
        /// Number of the table.
        table: u32,
        /// Number of the function among those of the table.
        function: u32,
        /// The number of functions of the table: [`FUNCTIONS`](Program::FUNCTIONS) or
        /// [`FEW_FUNCTIONS`](Program::FEW_FUNCTIONS).
        of: u32,
        /// The position.
        position: Value,
        /// The interval, in the lowest eight bits of a number.
        interval: Value,
    },
}

impl Operation {
    /// True for numbers that are not computed.
    pub(crate) fn is_in_memory(self) -> bool {
        matches!(self, Self::Load(_) | Self::LoadNumber(_) | Self::Constant(_))
    }

    /// The same operation with other operands.
    pub(crate) fn map(self, mut to: impl FnMut(Value) -> Value) -> Self {
        match self {
            Self::Load(_) | Self::LoadNumber(_) | Self::Constant(_) => self,
            Self::Unary(function, x) => Self::Unary(function, to(x)),
            Self::Binary(function, x, y) => Self::Binary(function, to(x), to(y)),
            Self::MultiplyAdd(operands) => Self::MultiplyAdd(operands.map(to)),
            Self::Select { comparison, x, y, then, otherwise } => {
                Self::Select { comparison, x: to(x), y: to(y), then: to(then), otherwise: to(otherwise) }
            }
            Self::Polynomial { table, function, of, position, interval } => {
                Self::Polynomial { table, function, of, position: to(position), interval: to(interval) }
            }
        }
    }

    /// Calls `visit` for each operand.
    pub(crate) fn operands(self, mut visit: impl FnMut(Value)) {
        match self {
            Self::Load(_) | Self::LoadNumber(_) | Self::Constant(_) => {}
            Self::Unary(_, x) => visit(x),
            Self::Binary(_, x, y) => [x, y].into_iter().for_each(visit),
            Self::MultiplyAdd(operands) => operands.into_iter().for_each(visit),
            Self::Select { x, y, then, otherwise, .. } => [x, y, then, otherwise].into_iter().for_each(visit),
            Self::Polynomial { position, interval, .. } => [position, interval].into_iter().for_each(visit),
        }
    }
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// -x.
    Negative,
    /// |x|.
    Absolute,
    /// The square root of x.
    SquareRoot,
    /// The largest whole number that is not above x.
    Floor,
    /// The smallest whole number that is not below x.
    Ceil,
    /// The bits of x, moved to higher places; 0 for 64 places and more.
    ShiftLeft(u8),
    /// The bits of x, moved to lower places; 0 for 64 places and more.
    ShiftRight(u8),
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
    /// The bits that are set in x and in y.
    And,
    /// The bits that are set in x or in y.
    Or,
    /// The sum of the bits of x and y as whole numbers, without a carry from the highest.
    AddBits,
}

/// A comparison of two numbers; with NaN all but [`NotEqual`](Self::NotEqual) are false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// x < y.
    Less,
    /// x <= y.
    LessOrEqual,
    /// x > y.
    Greater,
    /// x >= y.
    GreaterOrEqual,
    /// x = y.
    Equal,
    /// x is not y.
    NotEqual,
}

/// A computation for each lane of some streams: loads, arithmetic, stores.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    streams: u32,
    /// One bit for each table of eight functions, and of four.
    tables: [u32; 2],
    operations: Vec<Operation>,
    stores: Vec<(u32, Value)>,
    /// One bit for each stream with one number for all lanes.
    numbers: u128,
}

/// An access of a program that is out of bounds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProgramError {
    /// There are more streams than a program can have.
    #[error("{count} streams: a program has at most {}", Program::MOST_STREAMS)]
    Streams {
        /// Number of streams.
        count: u32,
    },
    /// A stream that does not exist.
    #[error("stream {stream}: the program has {count}")]
    Stream {
        /// The stream.
        stream: u32,
        /// Number of streams.
        count: u32,
    },
    /// An operand or stored value that is not computed before it is used.
    #[error("value {value} is used at operation {operation}, before it is computed")]
    Value {
        /// The value.
        value: u32,
        /// The operation that uses it; the number of operations for a store.
        operation: u32,
    },
    /// A table or a function of it that does not exist.
    #[error(
        "function {function} of {of} of table {table}: a program has at most {} tables, each of {} or {} functions",
        Program::MOST_TABLES,
        Program::FEW_FUNCTIONS,
        Program::FUNCTIONS
    )]
    Table {
        /// The table.
        table: u32,
        /// The function.
        function: u32,
        /// The number of functions of the table.
        of: u32,
    },
    /// A stream with one number for all lanes that has one for each lane elsewhere, or is written.
    #[error("stream {stream} has one number for all lanes, and cannot be written or have one for each lane")]
    Number {
        /// The stream.
        stream: u32,
    },
    /// Two stores to one stream.
    #[error("stream {stream} is written twice")]
    Twice {
        /// The stream.
        stream: u32,
    },
}

impl Program {
    /// The most streams of a program.
    pub const MOST_STREAMS: u32 = 128;

    /// The most tables of a program.
    pub const MOST_TABLES: u32 = 32;

    /// Functions in a table.
    pub const FUNCTIONS: u32 = 8;

    /// Functions in a smaller table.
    pub const FEW_FUNCTIONS: u32 = 4;

    /// Coefficients of a polynomial.
    pub const COEFFICIENTS: u32 = 8;

    /// Length of a table of some functions: for each of 256 intervals, for each power from the highest down, the coefficient
    /// of each function.
    pub const fn table_length(functions: u32) -> usize {
        256 * (Self::COEFFICIENTS * functions) as usize
    }

    /// A program with a number of streams. `stores` are the streams that are written, each with a value. Operands have
    /// smaller numbers than the operations that use them.
    ///
    /// # Errors
    /// If a stream, table or value does not exist or is not yet computed, if a table has two numbers of functions, if a
    /// stream is written twice, if one with a number for all lanes is written or has others, and for more than
    /// [`MOST_STREAMS`](Self::MOST_STREAMS) streams or [`MOST_TABLES`](Self::MOST_TABLES) tables.
    pub fn new(streams: u32, operations: Vec<Operation>, stores: Vec<(u32, Value)>) -> Result<Self, ProgramError> {
        if streams > Self::MOST_STREAMS {
            return Err(ProgramError::Streams { count: streams });
        }
        let in_bounds = |stream| match stream < streams {
            true => Ok(()),
            false => Err(ProgramError::Stream { stream, count: streams }),
        };
        let is_computed = |value: Value, operation: usize| match value.index() < operation {
            true => Ok(()),
            false => Err(ProgramError::Value { value: value.0, operation: operation as u32 }),
        };
        let (mut tables, mut each, mut numbers) = ([0_u32; 2], 0_u128, 0_u128);
        for (number, operation) in operations.iter().enumerate() {
            match *operation {
                Operation::Load(stream) => {
                    in_bounds(stream)?;
                    each |= 1 << stream;
                }
                Operation::LoadNumber(stream) => {
                    in_bounds(stream)?;
                    numbers |= 1 << stream;
                }
                Operation::Polynomial { table, function, of, .. } => {
                    let kind = [Self::FUNCTIONS, Self::FEW_FUNCTIONS].iter().position(|&functions| functions == of);
                    let (Some(kind), true) = (kind, table < Self::MOST_TABLES && function < of) else {
                        return Err(ProgramError::Table { table, function, of });
                    };
                    tables[kind] |= 1 << table;
                    if tables[0] & tables[1] != 0 {
                        return Err(ProgramError::Table { table, function, of });
                    }
                }
                _ => {}
            }
            let mut outcome = Ok(());
            operation.operands(|operand| outcome = outcome.clone().and(is_computed(operand, number)));
            outcome?;
        }
        let mut written = BTreeSet::new();
        for &(stream, value) in &stores {
            in_bounds(stream)?;
            is_computed(value, operations.len())?;
            if !written.insert(stream) {
                return Err(ProgramError::Twice { stream });
            }
            each |= 1 << stream;
        }
        if each & numbers != 0 {
            return Err(ProgramError::Number { stream: (each & numbers).trailing_zeros() });
        }
        Ok(Self { streams, tables, operations, stores, numbers })
    }

    /// The same program for streams of which some have one number for all lanes: those with a bit in `numbers`.
    ///
    /// # Errors
    /// If such a stream is written.
    pub fn with_numbers(&self, numbers: u128) -> Result<Self, ProgramError> {
        let operations = self.operations.iter().map(|&operation| match operation {
            Operation::Load(stream) if numbers & (1 << stream) != 0 => Operation::LoadNumber(stream),
            other => other,
        });
        Self::new(self.streams, operations.collect(), self.stores.clone())
    }

    /// The same program with its operations in another order, in which `new` has the places of values that are stored.
    pub(crate) fn with_order(&self, operations: Vec<Operation>, new: impl Fn(Value) -> Value) -> Self {
        let stores = self.stores.iter().map(|&(stream, value)| (stream, new(value))).collect();
        Self { operations, stores, ..*self }
    }

    /// One bit for each stream with one number for all lanes.
    pub fn numbers(&self) -> u128 {
        self.numbers
    }

    /// Number of streams.
    pub fn streams(&self) -> u32 {
        self.streams
    }

    /// Number of tables: one more than the largest number of a table that is used.
    pub fn tables(&self) -> u32 {
        let [eight, four] = self.tables;
        u32::BITS - (eight | four).leading_zeros()
    }

    /// One bit for each table of [`FUNCTIONS`](Self::FUNCTIONS) and one for each of
    /// [`FEW_FUNCTIONS`](Self::FEW_FUNCTIONS) that is used.
    pub(crate) fn tables_by_functions(&self) -> [u32; 2] {
        self.tables
    }

    /// The operations.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The streams that are written, each with a value.
    pub fn stores(&self) -> &[(u32, Value)] {
        &self.stores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accesses_out_of_bounds_are_errors() {
        let load = Operation::Load(0);
        let of_tables = |operations| Program::new(1, operations, vec![]);
        let polynomial =
            |table, function, of| Operation::Polynomial { table, function, of, position: Value(0), interval: Value(0) };
        let double = |x| Operation::Binary(Binary::Add, Value(0), Value(x));
        let errors = [
            (Program::new(1, vec![Operation::Load(1)], vec![]), ProgramError::Stream { stream: 1, count: 1 }),
            (Program::new(1, vec![load], vec![(7, Value(0))]), ProgramError::Stream { stream: 7, count: 1 }),
            (Program::new(1, vec![load, double(1)], vec![]), ProgramError::Value { value: 1, operation: 1 }),
            (Program::new(1, vec![load], vec![(0, Value(1))]), ProgramError::Value { value: 1, operation: 1 }),
            (Program::new(1, vec![load], vec![(0, Value(0)); 2]), ProgramError::Twice { stream: 0 }),
            (of_tables(vec![load, polynomial(32, 0, 8)]), ProgramError::Table { table: 32, function: 0, of: 8 }),
            (of_tables(vec![load, polynomial(0, 8, 8)]), ProgramError::Table { table: 0, function: 8, of: 8 }),
            (of_tables(vec![load, polynomial(0, 4, 4)]), ProgramError::Table { table: 0, function: 4, of: 4 }),
            (of_tables(vec![load, polynomial(0, 1, 2)]), ProgramError::Table { table: 0, function: 1, of: 2 }),
            (
                of_tables(vec![load, polynomial(0, 1, 4), polynomial(0, 2, 8)]),
                ProgramError::Table { table: 0, function: 2, of: 8 },
            ),
            (Program::new(129, vec![], vec![]), ProgramError::Streams { count: 129 }),
            (Program::new(1, vec![Operation::LoadNumber(1)], vec![]), ProgramError::Stream { stream: 1, count: 1 }),
            (Program::new(1, vec![load, Operation::LoadNumber(0)], vec![]), ProgramError::Number { stream: 0 }),
            (Program::new(1, vec![Operation::LoadNumber(0)], vec![(0, Value(0))]), ProgramError::Number { stream: 0 }),
        ];
        for (program, error) in errors {
            assert_eq!(program, Err(error));
        }
        assert!(Program::new(1, vec![load, double(0)], vec![(0, Value(1))]).is_ok());
    }
}
