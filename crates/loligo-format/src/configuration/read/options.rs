//! Options of a configuration.

use std::collections::BTreeSet;
use std::path::PathBuf;

use loligo_io::plain;
use toml::de::DeValue;

use crate::configuration::load_balance::LoadBalanceMode;
use crate::configuration::options::{CliOptions, Feature, GlobalConfig, LogLevel, RestrictConnectivity};
use crate::configuration::read::keys::{OPTIONS, OPTIONS_REFUSED, folded};
use crate::configuration::read::values::{canonical, choice, names, truth, wholes};
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Table, whole};

pub(super) fn read_options(table: &Table<'_>, errors: &mut Errors) -> CliOptions {
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
        save_time: table.number("save_time", "when the state is kept, ms", "", errors).and_then(|at| {
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
