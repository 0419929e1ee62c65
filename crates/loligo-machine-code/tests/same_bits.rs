//! Machine code gives the bits of Rust's own arithmetic on every instruction set, and touches nothing else.

use loligo_machine_code::{
    Binary, CodeError, Comparison, Function, InstructionSet, Operation, Program, StreamError, Streams, Unary, Value,
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

/// The same computation in Rust.
fn lane(program: &Program, numbers: &mut [Vec<f64>], lane: usize) {
    let mut values: Vec<f64> = Vec::new();
    for operation in program.operations() {
        let of = |value: Value| values[value.0 as usize];
        let value = match *operation {
            Operation::Load(stream) => numbers[stream as usize][lane],
            Operation::Constant(bits) => f64::from_bits(bits),
            Operation::Unary(Unary::Negative, x) => -of(x),
            Operation::Unary(Unary::Absolute, x) => of(x).abs(),
            Operation::Unary(Unary::SquareRoot, x) => of(x).sqrt(),
            Operation::Unary(Unary::Floor, x) => of(x).floor(),
            Operation::Unary(Unary::Ceil, x) => of(x).ceil(),
            Operation::Binary(Binary::Add, x, y) => of(x) + of(y),
            Operation::Binary(Binary::Subtract, x, y) => of(x) - of(y),
            Operation::Binary(Binary::Multiply, x, y) => of(x) * of(y),
            Operation::Binary(Binary::Divide, x, y) => of(x) / of(y),
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
        };
        values.push(value);
    }
    for &(stream, value) in program.stores() {
        numbers[stream as usize][lane] = values[value.0 as usize];
    }
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
        _ => Operation::Select { comparison: COMPARISONS[numbers[3] as usize % 6], x, y, then, otherwise },
    }
}

fn number() -> impl Strategy<Value = f64> {
    let special = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-310, f64::MAX, 0.5, -1.5];
    prop_oneof![proptest::sample::select(special.to_vec()), -100.0..100.0, any::<f64>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_programs(
        drawn in prop::collection::vec((0..10_u8, any::<[u32; 4]>(), number()), 1..160),
        stores in prop::collection::vec((0..STREAMS, any::<u32>()), 1..6),
        lanes in 0..27_usize,
        numbers in prop::collection::vec(number(), STREAMS as usize * 32),
    ) {
        let mut operations = Vec::new();
        for (kind, operands, number) in drawn {
            operations.push(operation(operations.len() as u32, (kind, operands), number));
        }
        let mut written: Vec<(u32, Value)> = Vec::new();
        for (stream, value) in stores {
            if written.iter().all(|(other, _)| *other != stream) {
                written.push((stream, Value(value % operations.len() as u32)));
            }
        }
        let program = Program::new(STREAMS, operations, written).unwrap();
        let before: Vec<Vec<f64>> = numbers.chunks(32).map(<[f64]>::to_vec).collect();
        let mut expected = before.clone();
        (0..lanes).for_each(|k| lane(&program, &mut expected, k));
        for set in InstructionSet::available() {
            let function = match Function::of(&program, set) {
                Err(CodeError::Values { .. }) => continue,
                function => function.unwrap(),
            };
            let mut numbers = before.clone();
            let mut streams = Streams::default();
            numbers.iter_mut().for_each(|numbers| streams.write(numbers));
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
        order in prop::collection::vec(any::<u32>(), 150),
        count in 10..70_u32,
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
        (0..lanes).for_each(|k| lane(&program, &mut expected, k));
        for set in InstructionSet::available() {
            let mut numbers = before.clone();
            let mut streams = Streams::default();
            numbers.iter_mut().for_each(|numbers| streams.write(numbers));
            match Function::of(&program, set) {
                Err(CodeError::Values { .. }) => continue,
                function => function.unwrap().run(&mut streams, lanes).unwrap(),
            }
            for (expected, numbers) in expected.iter().flatten().zip(numbers.iter().flatten()) {
                prop_assert_eq!(bits(*expected), bits(*numbers), "{:?}", set);
            }
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
