//! Contract: C++ text in VERBATIM blocks gives the numbers that NEURON 9.0.2 computes with the same files
//! (`verbatim/*.mod`), to the last bit: arithmetic and control flow of C, streams of random numbers and lists that
//! procedures hand in. What is not understood is refused with its line.

mod common;

use common::{Single, mechanism};
use loligo_mechanisms::{Argument, Emission, Event, Mechanism, Outbox, RandomDistribution, SetUpCall, Weights, set_up};
use loligo_nmodl::{Reading, Severity};
use loligo_random::Random123;

const ARITHMETIC: &str = include_str!("verbatim/arithmetic.mod");
const DRAWS: &str = include_str!("verbatim/draws.mod");
const REPLAY: &str = include_str!("verbatim/replay.mod");

/// An instance with streams and empty lists.
fn single(text: &str) -> Single {
    let mechanism = mechanism(text);
    let mut single = Single::of(&mechanism, false);
    single.block.streams = mechanism.signature().streams.iter().map(|_| Random123::new(1, 0, 0)).collect();
    single.block.vectors = mechanism.signature().vectors.iter().map(|_| [].into()).collect();
    single
}

fn call(single: &mut Single, name: &str, arguments: &[f64]) -> f64 {
    let procedures = &single.signature.procedures;
    let number = procedures.iter().position(|procedure| procedure.name == name).expect("it is a procedure");
    let kernel = single.kernel.clone();
    let result = kernel.call(number, arguments, (0.0, -65.0), single.instances());
    assert_eq!(kernel.fault(), None, "{name}");
    result
}

#[test]
fn arithmetic_and_control_flow() {
    let expected: [(&str, &[f64], f64); 40] = [
        ("quotient", &[7.0, 2.0], 104.75),
        ("quotient", &[-7.0, 2.0], -104.75),
        ("quotient", &[9.0, -4.0], 100.25),
        ("quotient", &[100.0, 7.0], 239.0),
        ("collatz", &[1.0], 0.0),
        ("collatz", &[27.0], 111.0),
        ("collatz", &[97.0], 118.0),
        ("sum_odd", &[0.0], 0.0),
        ("sum_odd", &[1.0], 0.0),
        ("sum_odd", &[10.0], 62.5),
        ("early", &[-3.0], -1.0),
        ("early", &[0.0], 1.0),
        ("early", &[10.0], 4.0),
        ("early", &[40.0], 41.0),
        ("doing", &[0.5], 0.75),
        ("doing", &[100.0], 7.78125),
        ("doing", &[3000000000.0], 2881.02294921875),
        ("helpers", &[0.0], 10.125),
        ("helpers", &[1.7], 23.1),
        ("helpers", &[-8.2], -34.224999999999994),
        ("mixed", &[1.0], 1.0),
        ("mixed", &[4.9], 8.8),
        ("mixed", &[7.3], 11.15),
        ("arrays", &[0.0], -1.0),
        ("arrays", &[1.3], -0.11665565899848929),
        ("bits", &[0.0], 10052.5),
        ("bits", &[7.0], 10084.5),
        ("bits", &[-13.0], 9663.5),
        ("bits", &[100.9], 12829.5),
        ("chosen", &[-2.0], 2001.5),
        ("chosen", &[0.0], 2001.5),
        ("chosen", &[1.0], 2110.5),
        ("chosen", &[2.0], 1120.25),
        ("chosen", &[3.0], 220.0),
        ("chosen", &[5.0], 2100.5),
        ("chosen", &[9.0], 2000.75),
        ("chosen", &[20.0], -3000.75),
        ("assigned", &[0.0], -0.25),
        ("assigned", &[2.6], 120.35),
        ("assigned", &[-3.4], -0.6499999999999999),
    ];
    let mut single = single(ARITHMETIC);
    for (name, arguments, expected) in expected {
        let found = call(&mut single, name, arguments);
        assert_eq!(found.to_bits(), expected.to_bits(), "{name}({arguments:?}) = {found}, not {expected}");
    }
}

/// Variables of C that are not changed are constants; others keep their values from call to call, in each instance.
/// NEURON's macros compare its version, 9.0.2, with three numbers.
#[test]
fn versions_are_compared() {
    let text = |condition: &str| {
        format!(
            "NEURON {{ SUFFIX versions }}\nASSIGNED {{ v }}\nFUNCTION holds(x) {{\nVERBATIM\n#if {condition}\n\
             _lholds = 1;\n#else\n_lholds = 0;\n#endif\nENDVERBATIM\n}}\n"
        )
    };
    for (condition, expected) in [
        ("NRN_VERSION_EQ(9, 0, 2)", 1.0),
        ("NRN_VERSION_EQ(8, 2, 0)", 0.0),
        ("NRN_VERSION_NE(9, 0, 1)", 1.0),
        ("NRN_VERSION_LT(9, 0, 0)", 0.0),
        ("NRN_VERSION_LT(9, 1, 0)", 1.0),
        ("NRN_VERSION_LTEQ(9, 0, 2)", 1.0),
        ("NRN_VERSION_GT(9, 0, 2)", 0.0),
        ("NRN_VERSION_GTEQ(8, 2, 7)", 1.0),
        ("defined(NRN_VERSION_LT) && !NRN_VERSION_LT(9, 0, 0)", 1.0),
    ] {
        assert_eq!(call(&mut single(&text(condition)), "holds", &[0.0]), expected, "{condition}");
    }
}

#[test]
fn static_variables() {
    let text = "NEURON { SUFFIX kept RANGE x }
ASSIGNED { x }
VERBATIM
static int first = 1;
static const double half = 2;
static double total, step = -.5;
ENDVERBATIM
FUNCTION next(a) {
VERBATIM
    static int calls = 10;
    if (first) { first = 0; x = 5; }
    total += step * _la;
    calls++;
    _lnext = total + 100 * calls + 1 / half;
ENDVERBATIM
}
FUNCTION other() {
VERBATIM
    static double calls = 0;
    calls += .25;
    _lother = calls + first;
ENDVERBATIM
}";
    let mut single = single(text);
    let found = [("next", &[4.0][..]), ("next", &[2.0]), ("other", &[]), ("other", &[])]
        .map(|(name, arguments)| call(&mut single, name, arguments));
    assert_eq!(found, [1098.5, 1197.5, 0.25, 0.5]);
    assert_eq!(single.value("x"), 5.0);

    let mut reading = Reading::of_text(std::path::Path::new("kept.mod"), text.as_bytes().to_vec()).unwrap();
    reading.lower();
    let warnings = reading.diagnostics.render(&reading.sources, Severity::Warning);
    assert!(warnings.contains("`total` is one variable of all instances in NEURON"), "{warnings}");
    assert!(!warnings.contains("`step`"), "{warnings}");
}

/// The first draws after the start of a run, if a procedure is called before.
fn first_draws(arguments: Option<&[Argument]>) -> [f64; 4] {
    let mut single = single(DRAWS);
    if let Some(arguments) = arguments {
        let call = SetUpCall::new("streams", arguments.iter().cloned());
        set_up(&*single.kernel.clone(), &single.signature.clone(), (&mut single.block, 0), &call).expect("it fits");
    }
    start(&mut single);
    ["du", "de", "dn", "is_given"].map(|name| single.value(name))
}

fn start(single: &mut Single) -> Outbox {
    let (kernel, mut outbox) = (single.kernel.clone(), Outbox::default());
    kernel.initialize(0.0, &[-65.0], single.instances(), &mut outbox);
    assert_eq!(kernel.fault(), None);
    outbox
}

#[test]
fn streams_of_random_numbers() {
    let numbers = |ids: &[f64]| ids.iter().map(|&id| Argument::Number(id)).collect::<Vec<_>>();
    let object = |distribution| vec![Argument::Stream { ids: [7, 8, 9], distribution }];
    assert_eq!(first_draws(None), [-1.0, -2.0, -3.0, 0.0]);
    assert_eq!(
        first_draws(Some(&numbers(&[1.0, 2.0]))),
        [0.7127915477117543, 0.8141591208859859, 0.3716657537236183, 1.0]
    );
    assert_eq!(
        first_draws(Some(&numbers(&[3.0, 4.0, 5.0]))),
        [0.042199704553419794, 1.626940137669648, 1.4124241322917443, 1.0]
    );
    let exponential = object(RandomDistribution::Negexp { mean: 2.5 });
    assert_eq!(first_draws(Some(&exponential)), [-1.0, 3.2921031743314613, -3.0, 0.0]);
    let uniform = object(RandomDistribution::Uniform { low: -1.0, high: 3.0 });
    assert_eq!(first_draws(Some(&uniform)), [-1.0, 0.0719217776619081, -3.0, 0.0]);
}

#[test]
fn events_that_return_early() {
    let mut single = single(DRAWS);
    let call = SetUpCall::new("streams", [3.0, 4.0, 5.0]);
    set_up(&*single.kernel.clone(), &single.signature.clone(), (&mut single.block, 0), &call).expect("it fits");
    start(&mut single);
    let mut weights = [[0.3, 0.0], [-1.0, 0.0], [0.9, 0.0]];
    for t in [1.0, 2.0, 3.0] {
        for own in &mut weights {
            let (kernel, mut v, mut outbox) = (single.kernel.clone(), -65.0, Outbox::default());
            let weights = Weights::of_one(own);
            let event = Event { t, v: &mut v, flag: 0.0, weights };
            kernel.receive(event, single.instances(), &mut outbox);
            assert_eq!(kernel.fault(), None);
        }
    }
    assert_eq!(weights, [[0.3, 13.0], [-1.0, 0.0], [0.9, 33.0]]);
    assert_eq!(["hits", "dn", "seen"].map(|name| single.value(name)), [6.0, 33.0, 3.0]);
}

#[test]
fn lists_that_procedures_hand_in() {
    let mut single = single(REPLAY);
    let call = SetUpCall::new("play", [Argument::List([1.0, 2.5, 2.5, 4.1].into())]);
    set_up(&*single.kernel.clone(), &single.signature.clone(), (&mut single.block, 0), &call).expect("it fits");
    let mut outbox = start(&mut single);
    let (mut t, mut spikes) = (0.0, Vec::new());
    while let Some(at) = outbox.emissions.iter().find_map(|(_, emission)| match emission {
        Emission::ToItself { at, flag: 1.0 } => Some(*at),
        _ => None,
    }) {
        t = at;
        outbox = Outbox::default();
        let (kernel, mut v) = (single.kernel.clone(), f64::NAN);
        let event = Event { t, v: &mut v, flag: 1.0, weights: Weights::none() };
        kernel.receive(event, single.instances(), &mut outbox);
        spikes.extend(outbox.emissions.iter().filter_map(|(_, emission)| match emission {
            Emission::Spike(at) => Some(*at),
            _ => None,
        }));
    }
    assert_eq!((t, spikes), (4.1, vec![1.0, 2.5, 2.5, 4.1]));
    assert_eq!(["largest", "index", "etime"].map(|name| single.value(name)), [4.1, -1.0, 4.1]);
    // Without a call nothing is replayed.
    let mut silent = self::single(REPLAY);
    assert!(start(&mut silent).emissions.is_empty());
}

#[test]
fn objects_of_a_wrong_kind_are_refused() {
    let mut single = single(REPLAY);
    let mut error = |call: SetUpCall| {
        set_up(&*single.kernel.clone(), &single.signature.clone(), (&mut single.block, 0), &call)
            .expect_err("it does not fit")
            .to_string()
    };
    let stream = Argument::Stream { ids: [1, 2, 3], distribution: RandomDistribution::Negexp { mean: 1.0 } };
    assert_eq!(error(SetUpCall::new("play", [stream])), "argument 1 must be a list of numbers");
    assert_eq!(error(SetUpCall::new("play", [1.0, 2.0])), "it takes 1 arguments, not 2");
    assert_eq!(error(SetUpCall::new("stop", [1.0])), "it has no procedure of that name; it has next, play");
}

#[test]
fn text_that_is_not_understood_is_refused_with_its_line() {
    let text = "NEURON { SUFFIX other RANGE x }
ASSIGNED { x }
INITIAL {
VERBATIM
    x = 3;
    FILE* file = fopen(\"numbers\", \"r\");
    fscanf(file, \"%lf\", &x);
ENDVERBATIM
}";
    let reading = Reading::of_text(std::path::Path::new("other.mod"), text.into()).expect("it is text");
    let found = reading.diagnostics.render(&reading.sources, Severity::Error);
    assert!(found.contains("other.mod:7:5"), "{found}");
}

#[test]
fn a_new_stream_begins_with_its_first_number() {
    let mut single = single(
        "NEURON { POINT_PROCESS fresh POINTER rng }
ASSIGNED { rng }
FUNCTION draw() {
VERBATIM
    return nrnran123_dblpick((nrnran123_State*)_p_rng);
ENDVERBATIM
}
PROCEDURE seeds() {
VERBATIM
    nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
    *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
ENDVERBATIM
}",
    );
    call(&mut single, "draw", &[]);
    let seeds = SetUpCall::new("seeds", [1.0, 2.0, 3.0]);
    set_up(&*single.kernel.clone(), &single.signature.clone(), (&mut single.block, 0), &seeds).expect("it fits");
    let mut stream = Random123::new(1, 2, 3);
    for _ in 0..6 {
        assert_eq!(call(&mut single, "draw", &[]), stream.next_f64());
    }
}
