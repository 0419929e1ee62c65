//! Circuit, run, conditions and seeds of a configuration.

use loligo_io::plain;
use loligo_mechanisms::Numerics;
use loligo_random::RngMode;
use toml::de::DeValue;

use crate::configuration::circuit::{CircuitConfig, MorphologyType};
use crate::configuration::read::keys::{
    CIRCUIT, CONDITIONS, CONDITIONS_REFUSED, RUN, SEEDS_IN_RUN, folded, is_seed_in_run,
};
use crate::configuration::read::keys::{CIRCUIT_REFUSED, SEEDS, SEEDS_REFUSED};
use crate::configuration::read::values::{Entry, canonical, choice, entries_of, nothing};
use crate::configuration::run::{IntegrationMethod, RunConfig};
use crate::configuration::seeds::RngConfig;
use crate::model_file::limits;
use crate::model_file::table::{At, Errors, Table, describe, whole};

pub(super) fn read_circuit(table: &Table<'_>, errors: &mut Errors) -> CircuitConfig {
    let entries = canonical(table, table.entries(), &CIRCUIT, &CIRCUIT_REFUSED, &[], errors);
    let table = Table::new(&entries, "[circuit]", table.span());
    const PATH: &str = "the model file of the circuit";
    table.need("circuit_path", PATH, errors);
    let text = |key: &str, meaning: &str, errors: &mut Errors| table.text(key, meaning, errors).map(|at| at.value);
    CircuitConfig {
        circuit_path: text("circuit_path", PATH, errors).unwrap_or("").into(),
        circuit_target: text("circuit_target", "a node set, population or cell", errors).map(str::to_owned),
        morphology_path: text("morphology_path", "the folder of the morphology files", errors).map(Into::into),
        morphology_type: choice(&table, "morphology_type", "the format of the morphology files", errors, &|name| {
            match name {
                "asc" => Ok(MorphologyType::Asc),
                "swc" => Ok(MorphologyType::Swc),
                "h5" => Ok(MorphologyType::H5),
                "hoc" => Err("HOC files cannot be read; give asc, swc or h5".to_owned()),
                _ => Err("give asc, swc or h5".to_owned()),
            }
        }),
        population_id: table
            .whole("population_id", "the circuit's number in random streams", 0..=0xffff, errors)
            .map_or(0, |at| at.value as u16),
    }
}

pub(super) fn read_run(run: Option<&Table<'_>>, conditions: Option<&Table<'_>>, errors: &mut Errors) -> RunConfig {
    let others = [("second_order", "integration_method")];
    let empty = nothing("[run]");
    let table = run.unwrap_or(&empty);
    let mut written = entries_of(run);
    written.retain(|(key, _)| !is_seed_in_run(key.value));
    // Errors of `conditions` are reported for that table.
    if let Some(conditions) = conditions {
        canonical(conditions, conditions.entries(), &CONDITIONS, &CONDITIONS_REFUSED, &[], errors);
        let known = |(key, _): &Entry<'_>| CONDITIONS.iter().any(|name| folded(name) == folded(key.value));
        written.extend(conditions.entries().filter(known));
    }
    let entries = canonical(table, written.into_iter(), &RUN, &[], &others, errors);
    let table = Table::new(&entries, "[run]", table.span());
    let within = |key: &'static str, meaning: &str, fits: &dyn Fn(f64) -> bool, remedy: &str, errors: &mut Errors| {
        let At { value, span } = table.number(key, meaning, "", errors)?;
        if !fits(value) {
            errors.range(span, key, plain(value), remedy);
            return None;
        }
        Some(value)
    };
    let any = |_: f64| true;
    let is_time = |ms: f64| (0.0..=limits::TIME).contains(&ms);
    let is_step = |ms: f64| ms >= limits::STEP;
    let is_temperature = |celsius: f64| celsius > -273.15;
    RunConfig {
        tstop: within("tstop", "when the run ends, ms", &is_time, "give a time from 0 to 1e9 ms", errors),
        dt: within("dt", "the time step, ms", &is_step, "give a step of at least 1e-6 ms (0.025 is usual)", errors),
        v_init: within("v_init", "voltage at t = 0, mV", &any, "", errors),
        celsius: within(
            "celsius",
            "temperature, degC",
            &is_temperature,
            "give a temperature above absolute zero",
            errors,
        ),
        spike_threshold: within("spike_threshold", "threshold of spikes, mV", &any, "", errors),
        integration_method: read_method(&table, errors),
        numerics: choice(&table, "numerics", "\"fast\" or \"exact\"", errors, &|name| match name {
            "fast" => Ok(Numerics::Fast),
            "exact" => Ok(Numerics::Exact),
            _ => Err("give \"fast\" or \"exact\" (NEURON's bits)".to_owned()),
        }),
        threads: table
            .whole("threads", "number of threads", 1..=limits::THREADS, errors)
            .map(|threads| threads.value as usize),
    }
}

/// Reads SONATA's names, or NEURON's numbers, also as text.
fn read_method(table: &Table<'_>, errors: &mut Errors) -> Option<IntegrationMethod> {
    const KEY: &str = "integration_method";
    let of_number = |number| match number {
        0 => IntegrationMethod::Euler,
        1 => IntegrationMethod::CrankNicolson,
        _ => IntegrationMethod::CrankNicolsonIon,
    };
    if table.get(KEY).is_some_and(|at| matches!(at.value, DeValue::Integer(_))) {
        return table.whole(KEY, "0, 1 or 2", 0..=2, errors).map(|at| of_number(at.value));
    }
    let meaning = "\"euler\", \"crank_nicolson\" or \"crank_nicolson_ion\"";
    choice(table, KEY, meaning, errors, &|name| match name {
        "euler" | "0" => Ok(IntegrationMethod::Euler),
        "crank_nicolson" | "1" => Ok(IntegrationMethod::CrankNicolson),
        "crank_nicolson_ion" | "2" => Ok(IntegrationMethod::CrankNicolsonIon),
        _ => Err("give \"euler\", \"crank_nicolson\" or \"crank_nicolson_ion\" (or 0, 1 or 2)".to_owned()),
    })
}

pub(super) fn read_seeds(seeds: Option<&Table<'_>>, run: Option<&Table<'_>>, errors: &mut Errors) -> RngConfig {
    let others = [("global", "global_seed"), ("random_seed", "global_seed"), ("base_seed", "global_seed")];
    let others: Vec<_> = others.into_iter().chain(SEEDS_IN_RUN).collect();
    let empty = nothing("[seeds]");
    let table = seeds.unwrap_or(&empty);
    let mut written = entries_of(seeds);
    written.extend(entries_of(run).into_iter().filter(|(key, _)| is_seed_in_run(key.value)));
    let entries = canonical(table, written.into_iter(), &SEEDS, &SEEDS_REFUSED, &others, errors);
    let table = Table::new(&entries, "[seeds]", table.span());
    let seed = |key, errors: &mut Errors| {
        let seed = table.whole(key, "a seed", 0..=u64::from(u32::MAX), errors);
        seed.map_or(0, |seed| seed.value as u32)
    };
    RngConfig {
        mode: read_mode(&table, errors),
        global_seed: seed("global_seed", errors),
        stimulus_seed: seed("stimulus_seed", errors),
        minis_seed: seed("minis_seed", errors),
        ..RngConfig::default()
    }
}

/// Reads a generator by its name or neurodamus's number.
fn read_mode(table: &Table<'_>, errors: &mut Errors) -> RngMode {
    const REMEDY: &str = "give \"Random123\", \"Compatibility\" or \"UpMCellRan4\" (or 2, 1 or 3)";
    let Some(At { value, span }) = table.get("mode") else { return RngMode::default() };
    let of_number = |value| whole(value).and_then(|number| RngMode::try_from(u8::try_from(number).ok()?).ok());
    let mode = value.as_str().map_or_else(|| of_number(value), |name| name.parse().ok());
    mode.unwrap_or_else(|| {
        let value = value.as_str().map_or_else(|| describe(value), |name| format!("\"{name}\""));
        errors.range(span, "mode", value, REMEDY);
        RngMode::default()
    })
}
