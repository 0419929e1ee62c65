//! Machine code gives the bits of Rust's own arithmetic on every instruction set, and touches nothing else.

use loligo_machine_code::{
    Binary, CodeError, Comparison, Divisions, Function, InstructionSet, Operation, Program, StreamError, Streams,
    Unary, Value,
};
use proptest::prelude::*;

const STREAMS: u32 = 7;
const COMPARISONS: [Comparison; 6] = [
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
    Comparison::Equal,
    Comparison::NotEqual,
];

const TABLES: u32 = 3;

/// The number of functions of each table.
const FUNCTIONS: [u32; TABLES as usize] = [Program::FUNCTIONS, Program::FUNCTIONS, Program::FEW_FUNCTIONS];

/// A table of coefficients; those of an interval are like each other, of different intervals not.
fn table(number: u32) -> Vec<f64> {
    let functions = FUNCTIONS[number as usize];
    let interval = (Program::COEFFICIENTS * functions) as usize;
    let coefficient = |k: usize| (k / interval) as f64 + 0.37 * f64::from(number) + 0.01 * (k % interval) as f64;
    (0..Program::table_length(functions)).map(coefficient).collect()
}

/// The same computation in Rust.
fn lane(program: &Program, tables: &[Vec<f64>], numbers: &mut [Vec<f64>], lane: usize) {
    let mut values: Vec<f64> = Vec::new();
    for operation in program.operations() {
        let of = |value: Value| values[value.0 as usize];
        let value = match *operation {
            Operation::Load(stream) | Operation::LoadNumber(stream) => numbers[stream as usize][lane],
            Operation::Constant(bits) => f64::from_bits(bits),
            Operation::Unary(Unary::Negative, x) => -of(x),
            Operation::Unary(Unary::Absolute, x) => of(x).abs(),
            Operation::Unary(Unary::SquareRoot, x) => of(x).sqrt(),
            Operation::Unary(Unary::Floor, x) => of(x).floor(),
            Operation::Unary(Unary::Ceil, x) => of(x).ceil(),
            Operation::Unary(Unary::ShiftLeft(places), x) => shifted(of(x), |bits| bits.checked_shl(places.into())),
            Operation::Unary(Unary::ShiftRight(places), x) => shifted(of(x), |bits| bits.checked_shr(places.into())),
            Operation::Binary(Binary::Add, x, y) => of(x) + of(y),
            Operation::Binary(Binary::Subtract, x, y) => of(x) - of(y),
            Operation::Binary(Binary::Multiply, x, y) => of(x) * of(y),
            Operation::Binary(Binary::Divide, x, y) => of(x) / of(y),
            Operation::Binary(Binary::And, x, y) => f64::from_bits(of(x).to_bits() & of(y).to_bits()),
            Operation::Binary(Binary::Or, x, y) => f64::from_bits(of(x).to_bits() | of(y).to_bits()),
            Operation::Binary(Binary::AddBits, x, y) => f64::from_bits(of(x).to_bits().wrapping_add(of(y).to_bits())),
            Operation::MultiplyAdd([x, y, z]) => of(x).mul_add(of(y), of(z)),
            Operation::Select { comparison, x, y, then, otherwise } => {
                let (x, y) = (of(x), of(y));
                let is_true = match comparison {
                    Comparison::Less => x < y,
                    Comparison::LessOrEqual => x <= y,
                    Comparison::Greater => x > y,
                    Comparison::GreaterOrEqual => x >= y,
                    Comparison::Equal => x == y,
                    Comparison::NotEqual => x != y,
                };
                of(if is_true { then } else { otherwise })
            }
            Operation::Polynomial { table, function, of: functions, position, interval } => {
                let (x, interval) = (of(position), of(interval).to_bits() as usize % 256);
                let coefficients = tables[table as usize].chunks(8 * functions as usize).nth(interval).unwrap();
                let powers = coefficients.chunks(functions as usize).map(|of_power| of_power[function as usize]);
                let powers: Vec<f64> = powers.collect();
                let [odd, even] = [0, 1].map(|first| {
                    let powers = powers[first..].iter().copied().step_by(2);
                    powers.reduce(|sum, coefficient| sum.mul_add(x * x, coefficient)).unwrap()
                });
                odd.mul_add(x, even)
            }
        };
        values.push(value);
    }
    for &(stream, value) in program.stores() {
        numbers[stream as usize][lane] = values[value.0 as usize];
    }
}

/// A number with other bits, which become 0 if they are moved by too many places.
fn shifted(x: f64, shift: impl Fn(u64) -> Option<u64>) -> f64 {
    f64::from_bits(shift(x.to_bits()).unwrap_or(0))
}

fn bits(x: f64) -> u64 {
    if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }
}

/// An operation whose operands are among the first `count` values, by random numbers.
fn operation(count: u32, (kind, numbers): (u8, [u32; 4]), number: f64) -> Operation {
    let [x, y, then, otherwise] = numbers.map(|number| Value(number % count.max(1)));
    let choose = |among: usize| numbers[2] as usize % among;
    match kind {
        _ if count == 0 => Operation::Load(numbers[0] % STREAMS),
        0..2 => Operation::Load(numbers[0] % STREAMS),
        2 => Operation::Constant(number.to_bits()),
        3 => {
            let all = [Unary::Negative, Unary::Absolute, Unary::SquareRoot, Unary::Floor, Unary::Ceil];
            Operation::Unary(all[choose(all.len())], x)
        }
        4..8 => {
            let all = [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide];
            Operation::Binary(all[choose(all.len())], x, y)
        }
        8..11 => Operation::MultiplyAdd([x, y, then]),
        _ => Operation::Select { comparison: COMPARISONS[numbers[3] as usize % 6], x, y, then, otherwise },
    }
}

/// Appends an operation on the bits of a number, or with an interval in them. Which of its bits a NaN has is open, so that another number replaces it.
fn append_operation_on_bits(operations: &mut Vec<Operation>, numbers: [u32; 4], number: f64) {
    let count = operations.len() as u32;
    let [x, usual, other, result] = [numbers[0] % count, count, count + 1, count + 2].map(Value);
    let places = numbers[1] as u8 % 70;
    let constant = |number: f64| Operation::Constant(if number.is_nan() { 0 } else { number.to_bits() });
    operations.extend([
        constant(1.5),
        constant(number),
        Operation::Select { comparison: Comparison::NotEqual, x, y: x, then: usual, otherwise: x },
        match numbers[2] % 7 {
            0 => Operation::Unary(Unary::ShiftLeft(places), result),
            1 => Operation::Unary(Unary::ShiftRight(places), result),
            2 => Operation::Binary(Binary::And, result, other),
            3 => Operation::Binary(Binary::Or, other, result),
            4 => Operation::Binary(Binary::AddBits, result, other),
            _ => {
                let table = numbers[3] % TABLES;
                let of = FUNCTIONS[table as usize];
                Operation::Polynomial { table, function: numbers[3] / TABLES % of, of, position: x, interval: result }
            }
        },
    ]);
}

fn number() -> impl Strategy<Value = f64> {
    let special = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-310, f64::MAX, 0.5, -1.5];
    prop_oneof![proptest::sample::select(special.to_vec()), -100.0..100.0, any::<f64>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_programs(
        drawn in prop::collection::vec((0..14_u8, any::<[u32; 4]>(), number()), 1..160),
        stores in prop::collection::vec((0..STREAMS, any::<u32>()), 1..6),
        lanes in 0..27_usize,
        numbers in prop::collection::vec(number(), STREAMS as usize * 32),
        alike in any::<u32>(),
    ) {
        let mut operations = Vec::new();
        for (kind, operands, number) in drawn {
            match kind {
                11..13 if !operations.is_empty() => append_operation_on_bits(&mut operations, operands, number),
                _ => operations.push(operation(operations.len() as u32, (kind, operands), number)),
            }
        }
        let mut written: Vec<(u32, Value)> = Vec::new();
        for (stream, value) in stores {
            if written.iter().all(|(other, _)| *other != stream) {
                written.push((stream, Value(value % operations.len() as u32)));
            }
        }
        let is_alike = |stream: u32| alike & (1 << stream) != 0 && written.iter().all(|(other, _)| *other != stream);
        let alike = (0..STREAMS).filter(|&stream| is_alike(stream)).fold(0_u128, |bits, stream| bits | 1 << stream);
        let program = Program::new(STREAMS, operations, written).unwrap();
        let mut before: Vec<Vec<f64>> = numbers.chunks(32).map(<[f64]>::to_vec).collect();
        for (stream, numbers) in before.iter_mut().enumerate().filter(|(stream, _)| alike & (1 << stream) != 0) {
            let number = numbers[stream];
            numbers.fill(number);
        }
        let with_numbers = program.with_numbers(alike).unwrap();
        let mut expected = before.clone();
        let tables: Vec<_> = (0..program.tables()).map(table).collect();
        (0..lanes).for_each(|k| lane(&program, &tables, &mut expected, k));
        for ((set, divisions), program) in targets().flat_map(|target| [&program, &with_numbers].map(|p| (target, p))) {
            let function = match Function::with(program, set, divisions) {
                Err(CodeError::Values { .. }) => continue,
                function => function.unwrap(),
            };
            let mut numbers = before.clone();
            let mut streams = Streams::default();
            for (stream, numbers) in numbers.iter_mut().enumerate() {
                match program.numbers() & (1 << stream) {
                    0 => streams.write(numbers),
                    _ => streams.number(numbers[0]),
                }
            }
            tables.iter().for_each(|table| streams.table(table));
            function.run(&mut streams, lanes).unwrap();
            for (stream, (expected, numbers)) in expected.iter().zip(&numbers).enumerate() {
                for (k, (&expected, &number)) in expected.iter().zip(numbers).enumerate() {
                    prop_assert_eq!(bits(expected), bits(number), "{:?}: stream {} lane {}", set, stream, k);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// More values at once than there are registers, used in any order: some wait on the stack.
    #[test]
    fn many_values_at_once(
        order in prop::collection::vec(any::<u32>(), 400),
        count in 10..300_u32,
        lanes in 0..20_usize,
        numbers in prop::collection::vec(-10.0..10.0, 3 * 20),
    ) {
        let mut operations = vec![Operation::Load(0), Operation::Load(1)];
        for k in 0..count {
            operations.push(Operation::Constant((0.37 * f64::from(k) + 0.1).to_bits()));
            operations.push(Operation::Binary(Binary::Multiply, Value(k % 2), Value(2 * k + 2)));
        }
        let mut result = Value(0);
        for drawn in order {
            let [x, y] = [drawn % count, drawn / 65536 % count].map(|k| Value(2 * k + 3));
            let next = match drawn % 3 {
                0 => Operation::Binary(Binary::Subtract, result, x),
                1 => Operation::Binary(Binary::Divide, x, y),
                _ => Operation::Select { comparison: Comparison::Less, x: result, y: x, then: y, otherwise: result },
            };
            operations.push(next);
            result = Value(operations.len() as u32 - 1);
            if drawn % 3 == 1 {
                operations.push(Operation::Binary(Binary::Add, result, Value(result.0 - 1)));
                result = Value(operations.len() as u32 - 1);
            }
        }
        let program = Program::new(3, operations, vec![(2, result), (0, Value(3))]).unwrap();
        let before: Vec<Vec<f64>> = numbers.chunks(20).map(<[f64]>::to_vec).collect();
        let mut expected = before.clone();
        (0..lanes).for_each(|k| lane(&program, &[], &mut expected, k));
        for (set, divisions) in targets() {
            let mut numbers = before.clone();
            let mut streams = Streams::default();
            numbers.iter_mut().for_each(|numbers| streams.write(numbers));
            match Function::with(&program, set, divisions) {
                Err(CodeError::Values { .. }) => continue,
                function => function.unwrap().run(&mut streams, lanes).unwrap(),
            }
            for (expected, numbers) in expected.iter().flatten().zip(numbers.iter().flatten()) {
                prop_assert_eq!(bits(*expected), bits(*numbers), "{:?}", set);
            }
        }
    }
}

/// Every set of instructions that this processor has, with both ways to divide.
fn targets() -> impl Iterator<Item = (InstructionSet, Divisions)> {
    InstructionSet::available().flat_map(|set| Divisions::ALL.map(|divisions| (set, divisions)))
}

/// Pairs of numbers whose quotients are hard to round: close to the middle between two numbers, or with special parts.
fn hard_pairs(count: usize) -> Vec<[f64; 2]> {
    const MANTISSA: u64 = (1 << 52) - 1;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let special = [0, 1, 2, MANTISSA, MANTISSA - 1, 1 << 51, MANTISSA ^ (1 << 51)];
    let mut mantissa = |kind: u64| match kind % 4 {
        0 => special[draw() as usize % special.len()],
        1 => draw() & MANTISSA & !(u64::MAX >> (draw() % 50 + 14)),
        _ => draw() & MANTISSA,
    };
    let scaled = |mantissa: u64, exponent: u64| f64::from_bits(mantissa | (1023 - 40 + exponent) << 52);
    let mut pairs = Vec::new();
    for k in 0..count as u64 {
        let (b, q) = (scaled(mantissa(k), k % 79), scaled(mantissa(k / 4), k % 67));
        let half = 0.5 * (f64::from_bits(q.to_bits() + 1) - q);
        let sign = if k.is_multiple_of(3) { -1.0 } else { 1.0 };
        let middle = q.mul_add(b, half * b);
        pairs.extend([[sign * q, b], [middle, sign * b], [f64::from_bits(middle.to_bits() + 1), b], [sign * q * b, b]]);
    }
    let edges =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e-310, 1e-160, 1e160, f64::MAX, 1.0, -3.0];
    pairs.extend(edges.iter().flat_map(|&a| edges.map(|b| [a, b])));
    pairs
}

#[test]
fn quotients_are_those_of_the_instruction() {
    let pairs = hard_pairs(200_000);
    let [a, b] = [0, 1].map(|k| pairs.iter().map(|pair| pair[k]).collect::<Vec<f64>>());
    let quotient = |operand: [Operation; 2]| {
        let [x, y] = operand;
        let operations = vec![x, y, Operation::Binary(Binary::Divide, Value(0), Value(1))];
        Program::new(3, operations, vec![(2, Value(2))]).unwrap()
    };
    let check = |program: &Program, expected: &dyn Fn(usize) -> f64| {
        for (set, divisions) in targets() {
            let mut results = vec![0.0; a.len()];
            let mut streams = Streams::default();
            [&a, &b].into_iter().for_each(|numbers| streams.read(numbers));
            streams.write(&mut results);
            Function::with(program, set, divisions).unwrap().run(&mut streams, a.len()).unwrap();
            for (k, &result) in results.iter().enumerate() {
                assert_eq!(bits(result), bits(expected(k)), "{set:?}: {:e} and {:e}", a[k], b[k]);
            }
        }
    };
    check(&quotient([Operation::Load(0), Operation::Load(1)]), &|k| a[k] / b[k]);
    let constants = [0.001, 0.1, 3.8, -17.0, 44.14, 4.0, 1.0 / 3.0, 1.0 - f64::EPSILON / 2.0, 1e-200, 1e200, 0.0];
    for constant in constants {
        let number = Operation::Constant(f64::to_bits(constant));
        check(&quotient([Operation::Load(0), number]), &|k| a[k] / constant);
        check(&quotient([number, Operation::Load(1)]), &|k| constant / b[k]);
    }
}

/// All functions of two tables at two places, among values that are used before and after.
#[test]
fn whole_tables() {
    let mut operations: Vec<Operation> = (0..4).map(Operation::Load).collect();
    let waiting: Vec<Value> = (0..24).map(|k| Value(4 + k)).collect();
    operations
        .extend(waiting.iter().map(|value| Operation::Binary(Binary::Add, Value(value.0 % 4), Value(value.0 / 7))));
    let mut sum = Value(0);
    for (table, place) in [(0, 0), (1, 0), (2, 0), (0, 2), (2, 2)] {
        let (position, interval) = (Value(place), Value(place + 1));
        let (first, of) = (operations.len() as u32, FUNCTIONS[table as usize]);
        operations.extend((0..of).map(|function| Operation::Polynomial { table, function, of, position, interval }));
        for value in (first..first + of).map(Value).chain(waiting.iter().copied()) {
            operations.push(Operation::Binary(Binary::Subtract, value, sum));
            sum = Value(operations.len() as u32 - 1);
        }
    }
    let program = Program::new(5, operations, vec![(4, sum)]).unwrap();
    // The first lanes have one interval, the others different ones.
    let interval = |k: u32| f64::from_bits(if k < 12 { 250 } else { u64::from(k * 31) });
    let position = |k: u32| 0.1 * f64::from(k) - 0.9;
    let mut before = vec![vec![0.0; 19]; 5];
    for k in 0..19 {
        let at = |stream: u32| if stream.is_multiple_of(2) { position(k + stream) } else { interval(k + stream) };
        (0..4).for_each(|stream| before[stream as usize][k as usize] = at(stream));
    }
    let tables = [table(0), table(1), table(2)];
    for lanes in [1, 4, 7, 8, 19] {
        let mut expected = before.clone();
        (0..lanes).for_each(|k| lane(&program, &tables, &mut expected, k));
        for set in InstructionSet::available() {
            let mut numbers = before.clone();
            let mut streams = Streams::default();
            numbers.iter_mut().for_each(|numbers| streams.write(numbers));
            tables.iter().for_each(|table| streams.table(table));
            Function::of(&program, set).unwrap().run(&mut streams, lanes).unwrap();
            assert_eq!(numbers, expected, "{set:?}");
        }
    }
}

/// x + x of stream 0 to stream 1.
fn doubling() -> Program {
    let operations = vec![Operation::Load(0), Operation::Binary(Binary::Add, Value(0), Value(0))];
    Program::new(2, operations, vec![(1, Value(1))]).unwrap()
}

#[test]
fn streams_that_do_not_fit_are_errors() {
    for set in InstructionSet::available() {
        let function = Function::of(&doubling(), set).unwrap();
        let (x, mut to) = ([1.0; 3], [0.0; 2]);
        let mut streams = Streams::default();
        streams.read(&x);
        assert_eq!(function.run(&mut streams, 1), Err(StreamError::Count { given: 1, expected: 2 }));
        let mut streams = Streams::default();
        streams.read(&x);
        streams.write(&mut to);
        assert_eq!(function.run(&mut streams, 3), Err(StreamError::Length { length: 2, lanes: 3 }));
        let mut streams = Streams::default();
        streams.read(&x);
        streams.read(&to);
        assert_eq!(function.run(&mut streams, 2), Err(StreamError::ReadOnly));
        let mut streams = Streams::default();
        streams.read(&x);
        streams.write(&mut to);
        streams.table(&x);
        assert_eq!(function.run(&mut streams, 2), Err(StreamError::Tables { given: 1, expected: 0 }));
        let operations = vec![
            Operation::Load(0),
            Operation::Polynomial { table: 0, function: 0, of: 8, position: Value(0), interval: Value(0) },
        ];
        let polynomial = Program::new(2, operations, vec![(1, Value(1))]).unwrap();
        let mut streams = Streams::default();
        streams.read(&x);
        streams.write(&mut to);
        streams.table(&x);
        assert_eq!(Function::of(&polynomial, set).unwrap().run(&mut streams, 2), Err(StreamError::TableLength));
    }
}

/// Linux lists the rights of every piece of memory of a process.
#[cfg(target_os = "linux")]
#[test]
fn no_memory_can_be_written_and_executed() {
    let functions: Vec<_> = InstructionSet::available().map(|set| Function::of(&doubling(), set).unwrap()).collect();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let rights = maps.lines().filter_map(|line| line.split_whitespace().nth(1));
    assert!(rights.clone().all(|rights| !(rights.contains('w') && rights.contains('x'))), "{maps}");
    // Those of the program, of libraries, and ours.
    assert!(functions.is_empty() || rights.filter(|rights| rights.contains('x')).count() > 1);
}
