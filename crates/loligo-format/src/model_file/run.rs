//! `[run]` and `[output]`.

use std::collections::{HashMap, HashSet};

use loligo::{Options, PlausibilityRule, SecondOrder};
use loligo_mechanisms::Numerics;

use crate::model_file::decoder::Decoder;
use crate::model_file::limits;
use crate::model_file::model::Output;
use crate::model_file::table::{At, Errors, Span, Table};

/// The settings of the run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) tstop: f64,
    pub(crate) options: Options,
    /// The rules of plausibility that are silenced.
    pub(crate) quiet: HashSet<PlausibilityRule>,
    /// The places of the options in the file.
    pub(crate) spans: HashMap<String, Span>,
}

/// Reads `[run]`.
pub(crate) fn read_run(table: Option<&Table<'_>>, decoder: &mut Decoder) -> Run {
    let (quiet, spans) = (HashSet::new(), HashMap::new());
    let mut run = Run { tstop: 0.0, options: Options::default(), quiet, spans };
    let Some(table) = table else { return run };
    let errors = &mut decoder.errors;
    const KEYS: [&str; 10] = [
        "tstop",
        "dt",
        "v_init",
        "celsius",
        "second_order",
        "numerics",
        "largest_fast_response",
        "threads",
        "seed",
        "quiet",
    ];
    table.only(&KEYS, errors);
    run.spans = table.entries().map(|(key, At { span, .. })| (key.value.to_owned(), span)).collect();
    for At { value, span } in table.texts("quiet", "rules whose warnings are left out", errors).unwrap_or_default() {
        match PlausibilityRule::ALL.into_iter().find(|rule| rule.key() == value) {
            Some(rule) => {
                run.quiet.insert(rule);
            }
            None => {
                let keys = PlausibilityRule::ALL.map(|rule| format!("\"{}\"", rule.key())).join(", ");
                errors.range(span, "quiet", format!("\"{value}\""), format!("give one or more of {keys}"));
            }
        }
    }
    table.need("tstop", "the time at which the run ends, ms", errors);
    if let Some(tstop) = table.number("tstop", "the time at which the run ends, ms", "ms", errors) {
        if (0.0..=limits::TIME).contains(&tstop.value) {
            run.tstop = tstop.value;
        } else {
            errors.range(tstop.span, "tstop", loligo_io::plain(tstop.value), "give a time from 0 to 1e9 ms");
        }
    }
    let options = &mut run.options;
    if let Some(dt) = table.positive("dt", "the time step, ms (0.025 is usual)", "ms", errors) {
        if dt.value >= limits::STEP {
            options.dt = dt.value;
        } else {
            errors.range(dt.span, "dt", loligo_io::plain(dt.value), "give a step of at least 1e-6 ms (0.025 is usual)");
        }
    }
    if let Some(v_init) = table.number("v_init", "voltage at t = 0, mV", "mV", errors) {
        options.v_init = v_init.value;
    }
    if let Some(celsius) = table.number("celsius", "temperature, degC", "degC", errors) {
        if celsius.value > -273.15 {
            options.celsius = celsius.value;
        } else {
            errors.range(
                celsius.span,
                "celsius",
                loligo_io::plain(celsius.value),
                "give a temperature above absolute zero, degC",
            );
        }
    }
    if let Some(order) = table.whole("second_order", "0 backward Euler, 1 or 2 Crank-Nicolson", 0..=2, errors) {
        options.second_order = match order.value {
            1 => SecondOrder::CrankNicolson,
            2 => SecondOrder::CrankNicolsonCurrents,
            _ => SecondOrder::BackwardEuler,
        };
    }
    if let Some(At { value, span }) = table.text("numerics", "\"fast\" or \"exact\"", errors) {
        match value {
            "fast" => options.numerics = Numerics::Fast,
            "exact" => options.numerics = Numerics::Exact,
            other => {
                errors.range(span, "numerics", format!("\"{other}\""), "give \"fast\" or \"exact\" (NEURON's bits)")
            }
        }
    }
    const RESPONSE: &str = "response to large conductances up to which a cell is computed by \"fast\"";
    if let Some(response) = table.positive("largest_fast_response", RESPONSE, "1", errors) {
        options.largest_fast_response = response.value;
    }
    if let Some(threads) = table.whole("threads", "number of threads", 1..=limits::THREADS, errors) {
        options.threads = threads.value as usize;
    }
    if let Some(seed) = table.whole("seed", "seed of all random numbers", 0..=u64::from(u32::MAX), errors) {
        decoder.seed = seed.value as u32;
    }
    run
}

/// Reads `[output]`.
pub(crate) fn read_output(table: Option<&Table<'_>>, dt: f64, errors: &mut Errors) -> Output {
    let quarter_ms = (0.25 / dt).round().clamp(1.0, 1e9) as usize; // steps
    let mut output = Output { shape_voltage: false, shape_every: quarter_ms, positions: false, connections: false };
    let Some(table) = table else { return output };
    table.only(&["shape_voltage", "shape_every", "positions", "connections"], errors);
    if let Some(wanted) = table.truth("shape_voltage", "whether the cells' pictures show the highest voltage", errors) {
        output.shape_voltage = wanted.value;
    }
    if let Some(every) = table.whole("shape_every", "steps between two looks at the voltage", 1..=1_000_000_000, errors)
    {
        output.shape_every = every.value as usize;
    }
    let wanted = table.truth("positions", "whether the cells' positions are written", errors);
    output.positions = wanted.is_some_and(|wanted| wanted.value);
    let wanted = table.truth("connections", "whether the connections are written", errors);
    output.connections = wanted.is_some_and(|wanted| wanted.value);
    output
}
