//! The mechanisms of the catalogue that a network uses, and their instances.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use loligo_mechanisms::{FunctionTable, FunctionTableSlot, SetUpCall, Signature, Variable};

use crate::network::Network;

/// A mechanism of the catalogue, and its position in the order of evaluation.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) mechanism: Arc<dyn loligo_mechanisms::Mechanism>,
    /// Values of its globals.
    pub(super) globals: Arc<[f64]>,
    /// Its function tables; one that is not set is 0.
    pub(super) tables: Arc<[Arc<FunctionTable>]>,
    pub(super) order: u32,
}

impl Known {
    pub(super) fn signature(&self) -> &Signature {
        self.mechanism.signature()
    }
}

/// The mechanisms of a network's catalogue by name, with the network's values of their globals and their function
/// tables.
pub(super) fn known_mechanisms(network: &Network) -> HashMap<&str, Known> {
    let in_order = network.catalogue().in_order_of_evaluation().into_iter().zip(0..);
    let known = in_order.map(|(mechanism, order)| {
        let signature = mechanism.signature();
        let given = network.globals.get(&signature.name);
        let value =
            |global: &Variable| given.and_then(|given| given.get(&global.name)).copied().unwrap_or(global.default);
        let globals = signature.globals.iter().map(value).collect();
        let given = network.function_tables.get(&signature.name);
        let table =
            |slot: &FunctionTableSlot| given.and_then(|given| given.get(&slot.name)).cloned().unwrap_or_default();
        let tables = signature.tables.iter().map(table).collect();
        (signature.name.as_str(), Known { mechanism: Arc::clone(mechanism), globals, tables, order })
    });
    known.collect()
}

/// An instance of a mechanism on a cell while instances are being collected: node, order of creation, values of all
/// columns.
pub(super) struct Instance {
    pub(super) node: u32,
    pub(super) created: usize,
    /// Shared by most instances of a section.
    pub(super) columns: Rc<Vec<f64>>,
    /// The lists of numbers given by the user.
    pub(super) vectors: Vec<Arc<[f64]>>,
    pub(super) mechanism: Known,
    pub(super) point: Option<usize>,
    /// Ids of its first random stream, if they are given.
    pub(super) stream: Option<[u32; 3]>,
    /// Procedures that are called before the run.
    pub(super) calls: Rc<[SetUpCall]>,
}

/// The number on the cell, from 1, of the first random stream of each instance: in the order of creation of the
/// instances, density mechanisms first.
pub(super) fn first_streams(instances: &[Instance]) -> Vec<u32> {
    let streams = |instance: &Instance| instance.mechanism.signature().streams.len() as u32;
    let mut first = vec![0; instances.len()];
    let mut in_order: Vec<usize> = (0..instances.len()).filter(|&index| streams(&instances[index]) > 0).collect();
    in_order.sort_by_key(|&index| (instances[index].point.is_some(), instances[index].created));
    let mut next = 1;
    for index in in_order {
        first[index] = next;
        next += streams(&instances[index]);
    }
    first
}
