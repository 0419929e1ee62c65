//! A configuration file, read with the place of everything that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use loligo_io::plain;
use loligo_mechanisms::Numerics;
use loligo_random::RngMode;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigurationErrors, OptionError};
use super::{
    CircuitConfig, CliOptions, ConnectionOverride, Feature, GlobalConfig, IntegrationMethod, LoadBalanceMode, LogLevel,
    MorphologyType, NodeSet, RestrictConnectivity, RngConfig, RunConfig, SimulationConfig, SourceText, json,
};
use crate::model_file::limits;
use crate::model_file::table::{At, Errors, Span, Table, describe, invisible_characters, number, whole};
use crate::model_file::{ModelFileError, Problem, json_problems, toml_problems};

/// An option of neurodamus whose subject Loligo lacks, and what to say of it.
type Refused = (&'static str, &'static str);

const CIRCUIT: [&str; 5] = ["circuit_path", "circuit_target", "morphology_path", "morphology_type", "population_id"];
const CIRCUIT_REFUSED: [Refused; 6] = [
    ("nrn_path", "the connections of a circuit are in its model file; take it out"),
    ("cell_library_file", "the cells of a circuit are in its model file; take it out"),
    ("engine", "Loligo is the only engine; take it out"),
    ("me_combo_info_file", "cells are described in the model file, not by tables of templates; take it out"),
    ("me_type_path", "cells are described in the model file, not by HOC templates; take it out"),
    ("detailed_axon", "axons are always kept as the morphology has them; take it out"),
];
const RUN: [&str; 8] =
    ["tstop", "dt", "v_init", "celsius", "spike_threshold", "integration_method", "numerics", "threads"];
const SEEDS: [&str; 4] = ["mode", "global_seed", "stimulus_seed", "minis_seed"];
const SEEDS_REFUSED: [Refused; 2] = [
    ("ion_channel_seed", "there are no stochastic ion channels; take it out"),
    ("synapse_seed", "there are no stochastic synapses; take it out"),
];
const OPTIONS: [&str; 16] = [
    "dry_run",
    "simulate_model",
    "model_stats",
    "output_path",
    "lb_mode",
    "num_target_ranks",
    "restrict_connectivity",
    "restrict_features",
    "restrict_node_populations",
    "restrict_stimulus",
    "log_level",
    "debug_conn",
    "dump_cell_state",
    "save",
    "save_time",
    "restore",
];
const OPTIONS_REFUSED: [Refused; 8] = [
    ("build_model", "a network is built in memory for every run, never on disk; take it out"),
    ("model_path", "a network is built in memory for every run, never on disk; take it out"),
    ("keep_build", "a network is built in memory for every run, never on disk; take it out"),
    ("modelbuilding_steps", "a network is built at once, in memory; take it out"),
    ("simulator", "Loligo is the only simulator; for NEURON's bits give numerics = \"exact\" in [run]"),
    ("enable_coord_mapping", "coordinates of segments are not written; take it out"),
    ("enable_shm", "no memory is shared between processes; take it out"),
    ("experimental_stims", "there are no experimental stimuli; take it out"),
];
const OVERRIDE: [&str; 8] =
    ["name", "source", "target", "weight", "delay", "synapse_delay_override", "spont_minis", "synapse_configure"];
const OVERRIDE_REFUSED: [Refused; 4] = [
    ("modoverride", "a synapse keeps its mechanism; change it in the circuit"),
    ("mod_override", "a synapse keeps its mechanism; change it in the circuit"),
    ("neuromodulation_dtc", "there is no neuromodulation; take it out"),
    ("neuromodulation_strength", "there is no neuromodulation; take it out"),
];

/// The table of SONATA that holds some of what is in `[run]` here.
const CONDITIONS: [&str; 2] = ["v_init", "celsius"];
const CONDITIONS_REFUSED: [Refused; 5] = [
    ("spike_location", "where spikes are looked for is said by the connections of the circuit; take it out"),
    ("extracellular_calcium", "no synapse depends on extracellular calcium; take it out"),
    ("randomize_gaba_rise_time", "there are no stochastic synapses; take it out"),
    ("mechanisms", "parameters of mechanisms are in the circuit; give them there"),
    ("modifications", "a circuit is changed in its model file; take it out"),
];

/// All tables.
const TABLES: [&str; 7] = ["circuit", "run", "conditions", "seeds", "options", "node_sets", "connection_overrides"];

/// What a configuration of SONATA has besides, and where its subject is here.
const SONATA_REFUSED: [Refused; 9] = [
    ("version", "a configuration here has no version; take it out"),
    ("manifest", "paths are relative to the configuration's folder; write them out"),
    ("network", "SONATA circuits cannot be read yet; give a model file as circuit_path in [circuit]"),
    ("node_set", "give the cells that are simulated as circuit_target in [circuit]"),
    ("node_sets_file", "give the sets themselves in [node_sets]"),
    ("target_simulator", "Loligo is the only simulator; take it out"),
    ("inputs", "stimuli are in the circuit; give a [[stimulus]] there"),
    ("reports", "recordings are in the circuit; give a [[record]] there"),
    ("output", "give the folder as output_path in [options]; what is recorded is in the circuit"),
];

/// Seeds that SONATA has in `run`, and what each is called in `[seeds]`.
const SEEDS_IN_RUN: [(&str, &str); 6] = [
    ("random_seed", "global_seed"),
    ("base_seed", "global_seed"),
    ("stimulus_seed", "stimulus_seed"),
    ("minis_seed", "minis_seed"),
    ("ionchannel_seed", "ion_channel_seed"),
    ("synapse_seed", "synapse_seed"),
];

/// Other names of options, as paths without what differs in writing, and the paths by which errors name them.
pub(super) const OTHER_NAMES: [(&str, &str); 12] = [
    ("seeds.global", "seeds.globalseed"),
    ("seeds.randomseed", "seeds.globalseed"),
    ("seeds.baseseed", "seeds.globalseed"),
    ("run.randomseed", "seeds.globalseed"),
    ("run.baseseed", "seeds.globalseed"),
    ("run.stimulusseed", "seeds.stimulusseed"),
    ("run.minisseed", "seeds.minisseed"),
    ("run.ionchannelseed", "seeds.ionchannelseed"),
    ("run.synapseseed", "seeds.synapseseed"),
    ("run.secondorder", "run.integrationmethod"),
    ("conditions.vinit", "run.vinit"),
    ("conditions.celsius", "run.celsius"),
];

/// Reads the text of a configuration; `path` names it in messages and says by its extension what it is.
pub(super) fn read(text: &str, path: &Path) -> Result<SimulationConfig, ConfigurationErrors> {
    let fail = |errors| ConfigurationErrors { path: path.to_owned(), text: text.to_owned(), errors };
    let document = parse(text, path).map_err(fail)?;
    let mut errors = Errors::default();
    invisible_characters(&document, &mut errors);
    let config = if errors.0.is_empty() { decode(&document, path, &mut errors) } else { SimulationConfig::default() };
    let mut errors = errors.0;
    if errors.is_empty() {
        return Ok(SimulationConfig { source_text: SourceText::new(path, text), ..config });
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    let options = OptionPlaces::of(&document);
    let located = errors.into_iter().map(|ModelFileError { problem, span }| OptionError {
        option: if span.end == 0 { String::new() } else { options.at(&span).to_owned() },
        problem: problem.into(),
        span,
        given_by: None,
    });
    Err(fail(located.collect()))
}

/// Whether a path is that of a JSON file.
pub(super) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

pub(super) fn parse<'a>(text: &'a str, path: &Path) -> Result<DeTable<'a>, Vec<OptionError>> {
    let of_file = |ModelFileError { problem, span }| OptionError {
        option: String::new(),
        problem: problem.into(),
        span,
        given_by: None,
    };
    if is_json(path) {
        return json::parse(text)
            .map_err(|error| json_problems(text, error.message, error.span).into_iter().map(of_file).collect());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(document.into_inner());
    }
    Err(toml_problems(text, &errors).into_iter().map(of_file).collect())
}

/// Where the options of a document stand: keys and values, which lie within each other or apart.
struct OptionPlaces {
    /// In the order of their beginnings, of those at one byte the longest first.
    places: Vec<OptionPlace>,
}

struct OptionPlace {
    span: Span,
    option: String,
    /// The place within which it lies.
    outer: Option<usize>,
}

impl OptionPlaces {
    fn of(document: &DeTable<'_>) -> Self {
        let mut places = Vec::new();
        Self::collect(document, "", &mut places);
        // Stable: what lies deeper has been collected later.
        places.sort_by_key(|place: &OptionPlace| (place.span.start, std::cmp::Reverse(place.span.end)));
        let mut around: Vec<usize> = Vec::new();
        for index in 0..places.len() {
            while let Some(&last) = around.last()
                && places[last].span.end < places[index].span.end
            {
                around.pop();
            }
            places[index].outer = around.last().copied();
            around.push(index);
        }
        Self { places }
    }

    fn collect(table: &DeTable<'_>, outer: &str, places: &mut Vec<OptionPlace>) {
        let add = |span, option: &str, places: &mut Vec<OptionPlace>| {
            places.push(OptionPlace { span, option: option.to_owned(), outer: None });
        };
        for (key, value) in table.iter() {
            let option = format!("{outer}{}", key.get_ref());
            add(key.span(), &option, places);
            add(value.span(), &option, places);
            match value.get_ref() {
                DeValue::Table(inner) => Self::collect(inner, &format!("{option}."), places),
                DeValue::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        if let DeValue::Table(inner) = item.get_ref() {
                            let option = format!("{option}[{index}]");
                            add(item.span(), &option, places);
                            Self::collect(inner, &format!("{option}."), places);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The innermost option that a place belongs to, empty if there is none.
    fn at(&self, span: &Span) -> &str {
        // At its end a place touches the next one.
        let around = |after: usize| {
            let mut next = after.checked_sub(1);
            while let Some(place) = next.map(|index| &self.places[index]) {
                if place.span.start <= span.start && span.end <= place.span.end {
                    return Some(place);
                }
                next = place.outer;
            }
            None
        };
        let found = around(self.places.partition_point(|place| place.span.start <= span.start))
            .or_else(|| around(self.places.partition_point(|place| place.span.start < span.start)));
        found.map_or("", |place| &place.option)
    }
}

/// A name without what neurodamus's and SONATA's ways of writing it differ in.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Whether a value of an option whose subject Loligo lacks asks for what is so anyway: off, none, 0.
fn asks_for_nothing(key: &str, value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(text) => {
            let text = text.to_lowercase();
            matches!(&*text, "" | "off" | "false" | "none" | "0") || (key == "build_model" && text == "auto")
        }
        DeValue::Boolean(truth) => !truth,
        DeValue::Integer(_) if key == "modelbuilding_steps" && whole(value) == Some(1) => true,
        DeValue::Array(items) => items.is_empty(),
        DeValue::Table(entries) => entries.is_empty(),
        other => number(other) == Some(0.0),
    }
}

/// An entry of a table.
type Entry<'a> = (At<&'a str>, At<&'a DeValue<'a>>);

/// Entries under the names that Loligo has for them, without those that say that nothing is given; `table` names them in
/// messages.
fn canonical<'a>(
    table: &Table<'_>,
    written: impl Iterator<Item = Entry<'a>>,
    known: &[&'static str],
    refused: &[Refused],
    others: &[(&str, &'static str)],
    errors: &mut Errors,
) -> DeTable<'a> {
    let mut entries = DeTable::new();
    for (key, value) in written {
        let wanted = folded(key.value);
        let names = known.iter().copied().chain(refused.iter().map(|&(name, _)| name));
        let own = names.clone().find(|name| folded(name) == wanted);
        let name = own.or_else(|| others.iter().find(|(other, _)| folded(other) == wanted).map(|&(_, name)| name));
        let Some(name) = name else {
            let names: Vec<&str> = names.collect();
            let mut problem = table.unknown_key(key.value, &names);
            if let Problem::UnknownKey { known: listed, .. } = &mut problem {
                *listed = known.iter().map(|&name| name.to_owned()).collect();
            }
            errors.push(key.span, problem);
            continue;
        };
        if value.value.as_str() == Some("<NONE>") {
            continue;
        }
        if let Some(&(_, reason)) = refused.iter().find(|(refused, _)| *refused == name) {
            if !asks_for_nothing(name, value.value) {
                errors.push(key.span, Problem::Refused { key: key.value.to_owned(), reason });
            }
            continue;
        }
        if entries.contains_key(name) {
            errors.push(key.span, Problem::Duplicate { what: "values for", name: name.to_owned() });
            continue;
        }
        entries.insert(Spanned::new(key.span, name.into()), Spanned::new(value.span, value.value.clone()));
    }
    entries
}

fn decode(document: &DeTable<'_>, path: &Path, errors: &mut Errors) -> SimulationConfig {
    let written = Table::new(document, "the configuration", 0..0);
    let entries = canonical(&written, written.entries(), &TABLES, &SONATA_REFUSED, &[], errors);
    let document = Table::new(&entries, "the configuration", 0..0);
    document.need("circuit", "a table [circuit] with the key circuit_path", errors);
    let mut config =
        SimulationConfig { folder: path.parent().unwrap_or(Path::new("")).to_owned(), ..Default::default() };
    if let Some(table) = document.table("circuit", "[circuit]", errors) {
        config.circuit = read_circuit(&table, errors);
    }
    let run = document.table("run", "[run]", errors);
    let conditions = document.table("conditions", "[conditions]", errors);
    let seeds = document.table("seeds", "[seeds]", errors);
    config.run = read_run(run.as_ref(), conditions.as_ref(), errors);
    config.seeds = read_seeds(seeds.as_ref(), run.as_ref(), errors);
    if let Some(table) = document.table("options", "[options]", errors) {
        config.options = read_options(&table, errors);
    }
    if let Some(table) = document.table("node_sets", "[node_sets]", errors) {
        config.node_sets = read_node_sets(&table, errors);
    }
    for (index, table) in document.tables("connection_overrides", "[[connection_overrides]]", errors).iter().enumerate()
    {
        config.connection_overrides.push(read_override(table, index, errors));
    }
    config
}

fn read_circuit(table: &Table<'_>, errors: &mut Errors) -> CircuitConfig {
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

/// A value that is one of some names, in any case.
fn choice<T>(
    table: &Table<'_>,
    key: &str,
    meaning: &str,
    errors: &mut Errors,
    read: &dyn Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let At { value, span } = table.text(key, meaning, errors)?;
    match read(&value.to_lowercase()) {
        Ok(choice) => Some(choice),
        Err(remedy) => {
            errors.range(span, key, format!("\"{value}\""), remedy);
            None
        }
    }
}

/// `true`, `false`, or the texts on, off, true and false in any case, as neurodamus's command line has them.
fn truth(table: &Table<'_>, key: &str, default: bool, errors: &mut Errors) -> bool {
    const MEANING: &str = "whether it is done";
    let Some(text) = table.get(key).and_then(|at| at.value.as_str()) else {
        return table.truth(key, MEANING, errors).map_or(default, |at| at.value);
    };
    match text.to_lowercase().as_str() {
        "on" | "true" => true,
        "off" | "false" => false,
        _ => table.truth(key, MEANING, errors).map_or(default, |at| at.value),
    }
}

/// Whether a key of `run` is a seed, which SONATA has there.
fn is_seed_in_run(key: &str) -> bool {
    SEEDS_IN_RUN.iter().any(|(name, _)| folded(name) == folded(key))
}

/// The entries of a table that is perhaps there.
fn entries_of<'a>(table: Option<&Table<'a>>) -> Vec<Entry<'a>> {
    table.into_iter().flat_map(Table::entries).collect()
}

/// A table without entries.
fn nothing(title: &'static str) -> Table<'static> {
    static EMPTY: std::sync::LazyLock<DeTable<'static>> = std::sync::LazyLock::new(DeTable::new);
    Table::new(&EMPTY, title, 0..0)
}

fn read_run(run: Option<&Table<'_>>, conditions: Option<&Table<'_>>, errors: &mut Errors) -> RunConfig {
    let others = [("second_order", "integration_method")];
    let empty = nothing("[run]");
    let table = run.unwrap_or(&empty);
    let mut written = entries_of(run);
    written.retain(|(key, _)| !is_seed_in_run(key.value));
    // What `conditions` says wrongly is told of that table.
    if let Some(conditions) = conditions {
        canonical(conditions, conditions.entries(), &CONDITIONS, &CONDITIONS_REFUSED, &[], errors);
        let known = |(key, _): &Entry<'_>| CONDITIONS.iter().any(|name| folded(name) == folded(key.value));
        written.extend(conditions.entries().filter(known));
    }
    let entries = canonical(table, written.into_iter(), &RUN, &[], &others, errors);
    let table = Table::new(&entries, "[run]", table.span());
    let within = |key: &'static str, meaning: &str, fits: &dyn Fn(f64) -> bool, remedy: &str, errors: &mut Errors| {
        let At { value, span } = table.number(key, meaning, errors)?;
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

/// SONATA's names, or NEURON's numbers, also as text.
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

fn read_seeds(seeds: Option<&Table<'_>>, run: Option<&Table<'_>>, errors: &mut Errors) -> RngConfig {
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

/// A generator by its name or neurodamus's number.
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

/// A list of names: a list, or one text in which commas divide them, as on neurodamus's command line.
fn names<'a>(table: &Table<'a>, key: &str, meaning: &str, errors: &mut Errors) -> Option<Vec<At<&'a str>>> {
    let texts = table.texts(key, meaning, errors)?;
    if table.get(key).is_some_and(|at| at.value.as_array().is_some()) {
        return Some(texts);
    }
    let divided = |At { value, span }: At<&'a str>| {
        value.split(',').map(str::trim).map(move |name| At { value: name, span: span.clone() })
    };
    Some(texts.into_iter().flat_map(divided).filter(|name| !name.value.is_empty()).collect())
}

fn read_options(table: &Table<'_>, errors: &mut Errors) -> CliOptions {
    let entries = canonical(table, table.entries(), &OPTIONS, &OPTIONS_REFUSED, &[], errors);
    let table = Table::new(&entries, "[options]", table.span());
    // neurodamus's `save` is false unless it is a path.
    let path = |key: &str, meaning: &str, errors: &mut Errors| match table.get(key).map(|at| at.value.as_bool()) {
        Some(Some(false)) => None,
        _ => table.text(key, meaning, errors).map(|path| PathBuf::from(path.value)),
    };
    let save = path("save", "the file that keeps the state", errors);
    if let Some(at) = table.get("save_time").filter(|_| save.is_none()) {
        errors
            .push(at.span, Problem::Conflict("\"save_time\" needs \"save\", the file that keeps the state".to_owned()));
    }
    let set = |key: &str, meaning: &str, errors: &mut Errors| -> Option<BTreeSet<String>> {
        let names = names(&table, key, meaning, errors)?;
        Some(names.into_iter().map(|name| name.value.to_owned()).collect())
    };
    CliOptions {
        dry_run: truth(&table, "dry_run", false, errors),
        simulate_model: truth(&table, "simulate_model", true, errors),
        model_stats: truth(&table, "model_stats", false, errors),
        output_path: path("output_path", "the folder of the output", errors),
        lb_mode: choice(&table, "lb_mode", "how cells are dealt out to ranks", errors, &|name| {
            match LoadBalanceMode::parse(name) {
                Ok(LoadBalanceMode::MultiSplit) => Err(LoadBalanceMode::NO_MULTISPLIT.to_owned()),
                Ok(mode) => Ok(mode),
                Err(_) => Err("give \"roundrobin\", \"wholecell\" or \"memory\"".to_owned()),
            }
        }),
        num_target_ranks: table
            .whole("num_target_ranks", "number of ranks", 1..=1 << 24, errors)
            .map(|ranks| ranks.value as usize),
        restrict_connectivity: match table
            .whole("restrict_connectivity", "0 all, 1 no projections, 2 no connections", 0..=2, errors)
            .map_or(0, |at| at.value)
        {
            0 => RestrictConnectivity::None,
            1 => RestrictConnectivity::NoProjections,
            _ => RestrictConnectivity::NoConnections,
        },
        restrict_features: read_features(&table, errors),
        restrict_node_populations: set("restrict_node_populations", "populations that are simulated", errors),
        restrict_stimulus: set("restrict_stimulus", "point processes that stimulate", errors),
        log_level: read_log_level(&table, errors),
        debug_conn: read_gids(&table, errors),
        dump_cell_state: match table.get("dump_cell_state").map(|at| at.value) {
            Some(DeValue::Integer(_)) => {
                let gid = table.whole("dump_cell_state", "gid of a cell", 0..=u64::MAX >> 1, errors);
                gid.map(|gid| gid.value.to_string())
            }
            _ => table.text("dump_cell_state", "gid of a cell", errors).map(|at| at.value.to_owned()),
        },
        save,
        save_time: table.number("save_time", "when the state is kept, ms", errors).and_then(|at| {
            if at.value < 0.0 {
                errors.range(at.span, "save_time", plain(at.value), "give a time of at least 0 ms");
                return None;
            }
            Some(at.value)
        }),
        restore: path("restore", "the file that has kept a state", errors),
    }
}

fn read_features(table: &Table<'_>, errors: &mut Errors) -> Option<BTreeSet<Feature>> {
    let names = names(table, "restrict_features", "the features that act", errors)?;
    let mut features = BTreeSet::new();
    for At { value, span } in names {
        match value.parse() {
            Ok(feature) => {
                features.insert(feature);
            }
            Err(_) => {
                let remedy = "give some of Replay, SpontMinis, SynConfigure, Stimulus, LoadBalance";
                errors.range(span, "restrict_features", format!("\"{value}\""), remedy);
            }
        }
    }
    Some(features)
}

fn read_log_level(table: &Table<'_>, errors: &mut Errors) -> LogLevel {
    const LEVELS: [LogLevel; 4] = [LogLevel::ErrorOnly, LogLevel::Default, LogLevel::Verbose, LogLevel::Debug];
    if table.get("log_level").is_some_and(|at| matches!(at.value, DeValue::Integer(_))) {
        let level = table.whole("log_level", "0 errors, 1, 2 verbose, 3 debug", 0..=3, errors);
        return level.map_or(LogLevel::Default, |level| LEVELS[level.value as usize]);
    }
    let level = choice(table, "log_level", "how much is printed", errors, &|name| match folded(name).as_str() {
        "erroronly" => Ok(LogLevel::ErrorOnly),
        "default" => Ok(LogLevel::Default),
        "verbose" => Ok(LogLevel::Verbose),
        "debug" => Ok(LogLevel::Debug),
        _ => Err("give \"error_only\", \"default\", \"verbose\" or \"debug\" (or 0 to 3)".to_owned()),
    });
    level.unwrap_or_default()
}

fn read_gids(table: &Table<'_>, errors: &mut Errors) -> Vec<u64> {
    const EXPECTED: &str = "a list of one gid or two, whole numbers";
    let Some(At { value, span }) = table.get("debug_conn") else { return Vec::new() };
    if let Some(text) = value.as_str() {
        return match GlobalConfig::from_debug_conn(text) {
            Ok(global) => global.debug_conn,
            Err(error) => {
                errors.push(span, Problem::Conflict(error.to_string()));
                Vec::new()
            }
        };
    } else if let Some(gid) = whole(value) {
        return vec![gid];
    }
    let gids = wholes("debug_conn", &At { value, span: span.clone() }, EXPECTED, errors).unwrap_or_default();
    if gids.len() > 2 {
        errors.range(span, "debug_conn", format!("{gids:?}"), "give one gid, or two");
    }
    gids
}

/// A list of whole numbers, at least 0.
fn wholes(key: &str, list: &At<&DeValue<'_>>, expected: &str, errors: &mut Errors) -> Option<Vec<u64>> {
    let mut wrong = |value: &DeValue<'_>, span: Span| {
        let (key, expected) = (key.to_owned(), expected.to_owned());
        errors.push(span, Problem::WrongType { key, expected, found: describe(value) });
        None
    };
    let Some(items) = list.value.as_array() else { return wrong(list.value, list.span.clone()) };
    let mut numbers = Vec::with_capacity(items.len());
    for item in items.iter() {
        match whole(item.get_ref()) {
            Some(number) => numbers.push(number),
            None => return wrong(item.get_ref(), item.span()),
        }
    }
    Some(numbers)
}

fn read_node_sets(table: &Table<'_>, errors: &mut Errors) -> BTreeMap<String, NodeSet> {
    let mut sets = BTreeMap::new();
    for (key, value) in table.entries() {
        let name = key.value.to_owned();
        match read_node_set(&value, errors) {
            Some(Ok(set)) => {
                sets.insert(name, set);
            }
            Some(Err(())) => {}
            None => {
                let expected = "a list of names, a list of gids, or { population = ..., node_id = [...] }".to_owned();
                errors.push(value.span, Problem::WrongType { key: name, expected, found: describe(value.value) });
            }
        }
    }
    sets
}

/// A node set; `Some(Err)` if what is wrong with it has been reported.
fn read_node_set(value: &At<&DeValue<'_>>, errors: &mut Errors) -> Option<Result<NodeSet, ()>> {
    match value.value {
        DeValue::String(name) => Some(Ok(NodeSet::Names(vec![name.to_string()]))),
        DeValue::Array(items) => {
            let names: Option<Vec<String>> =
                items.iter().map(|item| Some(item.get_ref().as_str()?.to_owned())).collect();
            let gids = || items.iter().map(|item| whole(item.get_ref())).collect::<Option<Vec<u64>>>();
            names.map(NodeSet::Names).or_else(|| gids().map(NodeSet::Gids)).map(Ok)
        }
        DeValue::Table(entries) => {
            let before = errors.0.len();
            let table = Table::new(entries, "a node set", value.span.clone());
            table.only(&["population", "node_id"], errors);
            table.need("population", "the name of an entry of the circuit", errors);
            let population = table.text("population", "the name of an entry of the circuit", errors);
            const IDS: &str = "a list of whole numbers, counted from 0";
            let ids = table.get("node_id").and_then(|at| wholes("node_id", &at, IDS, errors));
            let node_id = ids.map(|ids| ids.into_iter().map(|id| id as usize).collect());
            let population = population.map_or("", |at| at.value).to_owned();
            let fine = errors.0.len() == before;
            Some(if fine { Ok(NodeSet::Population { population, node_id }) } else { Err(()) })
        }
        _ => None,
    }
}

fn read_override(table: &Table<'_>, index: usize, errors: &mut Errors) -> ConnectionOverride {
    let errors_before = errors.0.len();
    let others = [("destination", "target")];
    let entries = canonical(table, table.entries(), &OVERRIDE, &OVERRIDE_REFUSED, &others, errors);
    let table = Table::new(&entries, "[[connection_overrides]]", table.span());
    let mut text = |key: &'static str, meaning: &'static str| {
        table.need(key, meaning, errors);
        table.text(key, meaning, errors).map_or("", |at| at.value).to_owned()
    };
    let source = text("source", "the cells that send: a node set, population or cell");
    let target = text("target", "the cells that receive: a node set, population or cell");
    let mut at_least_0 = |key: &str, meaning: &str, remedy: &str| {
        let At { value, span } = table.number(key, meaning, errors)?;
        if value < 0.0 {
            errors.range(span, key, plain(value), remedy);
            return None;
        }
        Some(value)
    };
    let delay =
        at_least_0("delay", "from when on the weight counts, ms", "give a time of at least 0 ms").unwrap_or(0.0);
    let synapse_delay_override =
        at_least_0("synapse_delay_override", "delay of the connections, ms", "give a delay of at least 0 ms");
    let spont_minis = at_least_0("spont_minis", "rate of spontaneous release, Hz", "give a rate of at least 0 Hz");
    let weight = table.number("weight", "factor of the weights", errors).map(|at| at.value);
    let configure = table.text("synapse_configure", "assignments: \"%s.tau = 3.0\"", errors);
    let name = table.text("name", "what it is called", errors).map(|at| at.value.to_owned());
    let block = ConnectionOverride {
        name: name.unwrap_or_else(|| format!("{index}")),
        source,
        target,
        weight,
        delay,
        synapse_delay_override,
        spont_minis,
        synapse_configure: configure.as_ref().map(|at| at.value.to_owned()),
    };
    if let (Some(configure), Err(error)) = (&configure, block.assignments()) {
        errors.push(configure.span.clone(), Problem::Conflict(error.to_string()));
    }
    // What cannot be read is there.
    let is_whole = errors.0.len() == errors_before;
    let is_true = |key: &str| if key.is_empty() { is_whole } else { key != "weight" || !table.has(key) };
    for (key, text) in block.contradictions().into_iter().filter(|(key, _)| is_true(key)) {
        errors.push(table.get(key).map_or_else(|| table.span(), |at| at.span), Problem::Conflict(text));
    }
    block
}

/// Whether a document is a configuration: it has a table that no model has.
pub(super) fn looks_like_configuration(text: &str) -> bool {
    let (document, _) = DeTable::parse_recoverable(text);
    TABLES.iter().any(|&name| name != "run" && document.get_ref().contains_key(name))
}
