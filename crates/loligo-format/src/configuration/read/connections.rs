//! Node sets and connection overrides of a configuration.

use std::collections::BTreeMap;

use loligo_io::plain;
use toml::de::DeValue;

use crate::configuration::connection_override::ConnectionOverride;
use crate::configuration::node_sets::NodeSet;
use crate::configuration::read::keys::{OVERRIDE, OVERRIDE_REFUSED};
use crate::configuration::read::values::{canonical, wholes};
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Table, describe, whole};

pub(super) fn read_node_sets(table: &Table<'_>, errors: &mut Errors) -> BTreeMap<String, NodeSet> {
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

/// Reads a node set; `Some(Err)` if its errors have been reported.
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

pub(super) fn read_override(table: &Table<'_>, index: usize, errors: &mut Errors) -> ConnectionOverride {
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
        let At { value, span } = table.number(key, meaning, "", errors)?;
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
    let weight = table.number("weight", "factor of the weights", "", errors).map(|at| at.value);
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
    // A key whose value cannot be read is not missing, and has been reported.
    let is_whole = errors.0.len() == errors_before;
    let is_true = |key: &str| if key.is_empty() { is_whole } else { key != "weight" || !table.has(key) };
    for (key, text) in block.contradictions().into_iter().filter(|(key, _)| is_true(key)) {
        errors.push(table.get(key).map_or_else(|| table.span(), |at| at.span), Problem::Conflict(text));
    }
    block
}
