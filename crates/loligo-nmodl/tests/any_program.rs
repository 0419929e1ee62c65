//! Contract: the verifier refuses a program, or the program runs without a panic and ends; the block interpreter and machine
//! code for one instance give the bits, events and faults of the plain interpreter.

mod common;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Environment, Event, Kernel, KernelScratch, Kind, Membrane, Numerics, Outbox, Role, Signature, Variable,
    Weights,
};
use loligo_nmodl::interpreter::Interpreter;
use loligo_nmodl::program::{
    Array, Binary, Current, Draw, Function, Hooks, Instruction, Integer, IntegerBinary, Operation, Place, Program,
    ProgramId, Programs, Range, Real, Sparse, Table, Unary,
};
use loligo_nmodl::vector::{BlockInterpreter, Columns};
use loligo_nmodl::{ProgrammedMechanism, Span};
use loligo_random::Random123;
use proptest::prelude::*;

use common::Single;

/// Number 0 in almost all cases.
fn only() -> impl Strategy<Value = u32> {
    prop_oneof![200 => Just(0), 1 => 0..3_u32]
}

/// Numbers of registers, columns, programs, ...; mostly numbers that exist.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![1000 => 0..4_u32, 1 => 0..9_u32, 1 => any::<u32>()]
}

fn real() -> impl Strategy<Value = Real> {
    number().prop_map(Real)
}

fn integer() -> impl Strategy<Value = Integer> {
    number().prop_map(Integer)
}

fn program() -> impl Strategy<Value = ProgramId> {
    number().prop_map(ProgramId)
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![-3.0..3.0, Just(0.0), Just(f64::NAN), Just(1e300), any::<f64>()]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        number().prop_map(Place::Column),
        number().prop_map(Place::Global),
        number().prop_map(Place::Temporary),
        (0..2_u32).prop_map(Place::Weight),
        (0..2_u32).prop_map(Place::VisitedWeight),
        Just(Place::Voltage),
        Just(Place::Time),
        Just(Place::Step),
        Just(Place::Flag),
        Just(Place::ShiftedEvaluation),
    ]
}

/// Places that can be written, in almost all cases.
fn written() -> impl Strategy<Value = Place> {
    prop_oneof![
        100 => number().prop_map(Place::Column),
        100 => number().prop_map(Place::Temporary),
        20 => (0..2_u32).prop_map(Place::Weight),
        20 => Just(Place::Voltage),
        20 => Just(Place::Time),
        20 => Just(Place::Step),
        1 => place(),
    ]
}

/// Places that can be unknowns.
fn unknown() -> impl Strategy<Value = Place> {
    prop_oneof![number().prop_map(Place::Column), number().prop_map(Place::Temporary)]
}

fn array() -> impl Strategy<Value = Array> {
    let range = (0..3_u32, 1..3_u32).prop_map(|(first, length)| Range { first, length });
    let kinds = prop_oneof![
        Just(Array::Columns as fn(Range) -> Array),
        Just(Array::Globals as fn(Range) -> Array),
        Just(Array::Temporaries as fn(Range) -> Array),
        Just(Array::Registers as fn(Range) -> Array)
    ];
    (kinds, range).prop_map(|(kind, range)| kind(range))
}

fn simple() -> impl Strategy<Value = Operation> {
    let unary = prop_oneof![Just(Unary::Exp), Just(Unary::Log), Just(Unary::Not), Just(Unary::Floor), Just(Unary::Erf)];
    let binary = prop_oneof![
        Just(Binary::Add),
        Just(Binary::Divide),
        Just(Binary::Power),
        Just(Binary::Less),
        Just(Binary::Remainder)
    ];
    let whole = prop_oneof![Just(IntegerBinary::Add), Just(IntegerBinary::Multiply), Just(IntegerBinary::Divide)];
    let unknowns = || prop::collection::vec(unknown(), 2);
    prop_oneof![
        (real(), value()).prop_map(|(to, value)| Operation::Constant { to, value }),
        (real(), real()).prop_map(|(to, x)| Operation::Copy { to, x }),
        (real(), unary, real()).prop_map(|(to, function, x)| Operation::Unary { to, function, x }),
        (real(), binary, real(), real()).prop_map(|(to, function, x, y)| Operation::Binary { to, function, x, y }),
        (real(), prop::collection::vec(real(), 3..5)).prop_map(|(to, arguments)| {
            let function = if arguments.len() == 4 { Function::Ghk } else { Function::Nernst };
            Operation::Function { to, function, arguments }
        }),
        (integer(), any::<i32>()).prop_map(|(to, value)| Operation::IntegerConstant { to, value }),
        (integer(), -1..4_i32).prop_map(|(to, value)| Operation::IntegerConstant { to, value }),
        (integer(), whole, integer(), integer()).prop_map(|(to, function, x, y)| Operation::IntegerBinary {
            to,
            function,
            x,
            y
        }),
        (integer(), real()).prop_map(|(to, x)| Operation::Truncate { to, x }),
        (real(), place()).prop_map(|(to, from)| Operation::Load { to, from }),
        (written(), real()).prop_map(|(to, x)| Operation::Store { to, x }),
        (real(), array(), integer()).prop_map(|(to, from, index)| Operation::LoadElement { to, from, index }),
        (array(), integer(), real()).prop_map(|(to, index, x)| match to {
            Array::Globals(range) => Operation::StoreElement { to: Array::Columns(range), index, x },
            to => Operation::StoreElement { to, index, x },
        }),
        (program(), real()).prop_map(|(program, x)| {
            let arguments = if program.0 == 2 { vec![x] } else { Vec::new() };
            Operation::Call { to: Some(x), program, arguments }
        }),
        (only(), real()).prop_map(|(table, x)| Operation::Tabulated { to: None, table, x }),
        (real(), real()).prop_map(|(at, flag)| Operation::Send { at, flag }),
        real().prop_map(|at| Operation::Move { at }),
        (only(), real()).prop_map(|(condition, flag)| Operation::Watch { condition, flag }),
        (real(), only())
            .prop_map(|(to, stream)| { Operation::Draw { to, stream, draw: Draw::NegExp, arguments: vec![to] } }),
        (unknowns(), (0..2_u32).prop_map(ProgramId), 0..2_u32).prop_map(|(unknowns, program, first)| {
            let pivots = vec![first, 1 - first];
            Operation::Newton { unknowns, program, residuals: Range { first: 0, length: 2 }, pivots }
        }),
        (unknowns(), (0..2_u32).prop_map(ProgramId)).prop_map(|(unknowns, program)| {
            Operation::Linear { unknowns, program, coefficients: Range { first: 0, length: 6 } }
        }),
        (unknowns(), (0..2_u32).prop_map(ProgramId), any::<bool>(), any::<bool>()).prop_map(
            |(unknowns, program, is_linear, steady)| {
                Operation::Sparse(Box::new(Sparse {
                    unknowns,
                    conserved: u32::from(steady),
                    program,
                    matrix: Range { first: 0, length: 4 },
                    right: Range { first: 1, length: 2 },
                    old: Range { first: 4, length: 2 },
                    derivatives: Range { first: 6, length: 2 },
                    pattern: vec![(0, 1)],
                    is_linear,
                    steady,
                    must_converge: steady,
                }))
            }
        ),
    ]
}

fn instruction() -> impl Strategy<Value = Instruction> {
    let instruction = |operation| Instruction { operation, span: Span::default() };
    simple().prop_map(instruction).prop_recursive(3, 24, 4, move |inner| {
        let block = || prop::collection::vec(inner.clone(), 0..4);
        let nested = prop_oneof![
            (real(), block(), block()).prop_map(|(condition, then, otherwise)| Operation::If {
                condition,
                then,
                otherwise
            }),
            (real(), block(), block()).prop_map(|(condition, test, body)| Operation::While { test, condition, body }),
            (integer(), integer(), integer(), block(), block()).prop_map(|(variable, last, step, bounds, body)| {
                Operation::Count { variable, first: variable, bounds, last, step, body }
            }),
            block().prop_map(|body| Operation::ForConnections { body }),
        ];
        nested.prop_map(instruction)
    })
}

fn programs() -> impl Strategy<Value = Programs> {
    let body = prop::collection::vec(instruction(), 0..6);
    let program = body.prop_map(|body| Program {
        name: "any".to_owned(),
        arguments: 0,
        result: Some(Real(1)),
        reals: 5,
        integers: 5,
        body,
    });
    (prop::collection::vec(program, 4), place()).prop_map(|(mut programs, place)| {
        programs[2].arguments = 1;
        let table = Table {
            program: ProgramId(2),
            from: ProgramId(0),
            to: ProgramId(1),
            intervals: 3,
            outputs: vec![Place::Column(2)],
            depends: vec![place],
            per_call: false,
            order: 0,
            switch: None,
        };
        let first = Some(ProgramId(0));
        Programs {
            programs,
            hooks: Hooks {
                initialize: first,
                current: Some(ProgramId(1)),
                advance: first,
                receive: Some(ProgramId(1)),
                conditions: vec![ProgramId(0)],
                ..Hooks::default()
            },
            currents: vec![Current { place: Place::Column(0), slope: Some(1) }],
            temporaries: 8,
            tables: vec![table],
            columns: 4,
            globals: 4,
            weights: 2,
            streams: 1,
            ..Programs::default()
        }
    })
}

fn signature() -> Signature {
    let columns = ["a", "b", "c", "d"].map(|name| Variable { role: Role::State, ..Variable::state(name, "1", "") });
    let globals = ["p", "q", "r", "s"].map(|name| Variable::parameter(name, "1", 0.5, ""));
    Signature {
        variables: columns.to_vec(),
        globals: globals.to_vec(),
        weights: 2,
        streams: vec!["random".to_owned()],
        has_current: true,
        has_state: true,
        ..Signature::new("any", "anything", Kind::Point { electrode: false })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_program_panics(programs in programs()) {
        let Ok(mechanism) = ProgrammedMechanism::new(signature(), programs) else { return Ok(()) };
        let mut single = Single::of(&mechanism, false);
        single.block.streams = vec![Random123::new(1, 2, 3)];
        let (kernel, mut outbox) = (single.kernel.clone(), Outbox::default());
        kernel.initialize(0.0, &[-65.0], single.instances(), &mut outbox);
        let (mut rhs, mut diagonal) = ([0.0], [0.0]);
        kernel.current(0.0125, &[-65.0], single.instances(), Membrane { rhs: &mut rhs, diagonal: &mut diagonal });
        kernel.advance(0.025, &[-64.0], single.instances());
        let (mut v, mut weights) = (-64.0, [0.5, 1.0]);
        let event = Event { t: 0.03, v: &mut v, flag: 0.0, weights: Weights::of_one(&mut weights) };
        kernel.receive(event, single.instances(), &mut outbox);
        kernel.condition(0, -64.0, single.instances());
    }
}

/// The numbers of three instances after each hook, NaN as one number, with events and spikes; or the fault, after which
/// numbers have no meaning.
fn results(kernel: &dyn Kernel) -> (Vec<Vec<u64>>, String) {
    const INSTANCES: usize = 3;
    let mut block = Block::new([0.5, -1.0, 2.0, 0.0], INSTANCES);
    block.set(2, 1, 3.0);
    block.streams = (0..INSTANCES).map(|k| Random123::new(1, 2, k as u32)).collect();
    let (mut scratch, mut outbox) = (KernelScratch::default(), Outbox::default());
    let v = [-65.0, 0.0, 20.0]; // mV
    let mut numbers = Vec::new();
    let mut note = |block: &Block, membrane: &[f64]| {
        let columns = (0..4).flat_map(|column| (0..INSTANCES).map(move |instance| block.value(column, instance)));
        let all = columns.chain(membrane.iter().copied());
        numbers.push(all.map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect());
    };
    kernel.initialize(0.0, &v, block.instances(0..INSTANCES, &mut scratch), &mut outbox);
    note(&block, &[]);
    let (mut rhs, mut diagonal) = ([0.0; INSTANCES], [0.0; INSTANCES]);
    let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
    kernel.current(0.0125, &v, block.instances(0..INSTANCES, &mut scratch), membrane);
    note(&block, &[rhs, diagonal].concat());
    kernel.advance(0.025, &v, block.instances(0..INSTANCES, &mut scratch));
    note(&block, &[]);
    for (k, mut own) in v.into_iter().enumerate() {
        let mut weights = [0.5, 1.0];
        let event = Event { t: 0.03, v: &mut own, flag: 0.0, weights: Weights::of_one(&mut weights) };
        kernel.receive(event, block.instances(k..k + 1, &mut scratch), &mut outbox);
        let condition = kernel.condition(0, own, block.instances(k..k + 1, &mut scratch));
        note(&block, &[own, weights[0], weights[1], condition]);
    }
    match kernel.fault() {
        Some(fault) => (Vec::new(), fault),
        None => (numbers, format!("{outbox:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn interpreters_and_machine_code_give_the_same_bits(programs in programs()) {
        let Ok(mechanism) = ProgrammedMechanism::new(signature(), programs) else { return Ok(()) };
        let environment = |lanes| Environment {
            numerics: Numerics::Exact,
            lanes,
            dt: 0.025,
            celsius: 6.3,
            second_order: false,
            current_slopes: true,
            globals: [0.5; 4].into(),
            tables: std::sync::Arc::default(),
            usual_values: std::sync::Arc::default(),
            first_values: std::sync::Arc::default(),
        };
        let programs = std::sync::Arc::new(mechanism.programs().clone());
        let plain = Interpreter::new(programs.clone(), &environment(Lanes::baseline()), vec![0, 1, 2, 3]);
        let expected = results(&plain);
        let code = Interpreter::new(programs.clone(), &environment(Lanes::baseline()), vec![0, 1, 2, 3]);
        prop_assert_eq!(&expected, &results(&code.with_machine_code()), "machine code");
        for lanes in Lanes::available() {
            let columns = Columns { states: vec![0, 1, 2, 3], ..Columns::default() };
            let block = BlockInterpreter::new(programs.clone(), &environment(lanes), columns);
            prop_assert_eq!(&expected, &results(&block), "{:?}", lanes);
        }
    }
}
