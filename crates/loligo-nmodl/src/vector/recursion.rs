//! Finds variables that a mechanism computes from their own former values by functions that are not linear.
//!
//! Such a variable, x' = f(x) from step to step, can grow away from a neighbouring value by a factor in every step: with
//! `u = 100*sin(u)` a difference in the last bit is a different number after eight steps. The states of a differential
//! equation are not among them: each is its former value plus a change, also with `cnexp`.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::Environment;

use super::graph::{Graph, Input, Node, Value};
use super::translate::{Known, Translation};
use crate::program::{Binary, Function, Place, ProgramId, Programs, Unary};

/// The columns that a value depends on; `true` for those on which the dependence is not linear. A function that is
/// constant between jumps counts as independent.
type Dependence = BTreeMap<u32, bool>;

/// `true` if a variable depends on its own former value, directly or by others, and not linearly.
///
/// Hooks that cannot be translated, for example because they draw random numbers, are left out.
pub fn iterates_function(programs: &Programs, environment: &Environment) -> bool {
    let hooks = &programs.hooks;
    let steps = hooks.current.into_iter().chain(hooks.advance).chain(hooks.stages.iter().copied());
    let mut sources: BTreeMap<u32, Dependence> = BTreeMap::new();
    for hook in steps {
        for (column, dependence) in written(programs, environment, hook) {
            let own = sources.entry(column).or_default();
            *own = union(std::mem::take(own), &dependence);
        }
    }
    sources.iter().any(|(&column, dependence)| {
        dependence.iter().any(|(&source, &is_curved)| is_curved && depends_on(&sources, source, column))
    })
}

/// `true` if a column is another one, or is computed from it in any number of steps.
fn depends_on(sources: &BTreeMap<u32, Dependence>, column: u32, other: u32) -> bool {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![column]);
    while let Some(next) = waiting.pop() {
        if next == other {
            return true;
        }
        if seen.insert(next) {
            waiting.extend(sources.get(&next).into_iter().flat_map(BTreeMap::keys));
        }
    }
    false
}

/// The columns that a hook writes, without the states of differential equations, with what their new values depend on.
fn written(programs: &Programs, environment: &Environment, hook: ProgramId) -> Vec<(u32, Dependence)> {
    let columns = BTreeMap::new();
    let mut translation = Translation::new(programs, Known::of(environment, &columns));
    let Ok(v) = translation.read(Place::Voltage) else { return Vec::new() };
    if translation.run_hook(hook, v, false).is_err() {
        return Vec::new();
    }
    let all = dependences(&translation.graph);
    let graph = &translation.graph;
    let own = translation.columns().into_iter().filter(|&(column, value)| !is_step(graph, column, value));
    own.filter_map(|(column, value)| Some((column, all.get(value.index())?.clone()))).collect()
}

/// `true` if a new value of a column is the former one plus a change: a step of a differential equation, which amplifies
/// no more than the equation does.
fn is_step(graph: &Graph, column: u32, value: Value) -> bool {
    let is_former = |operand| *graph.node(operand) == Node::Input(Input::Column(column));
    match *graph.node(value) {
        Node::Binary(Binary::Add, x, y) => is_former(x) || is_former(y),
        Node::Binary(Binary::Subtract, x, _) => is_former(x),
        _ => false,
    }
}

/// By value: the columns that it depends on.
fn dependences(graph: &Graph) -> Vec<Dependence> {
    let mut all: Vec<Dependence> = Vec::with_capacity(graph.nodes().len());
    for node in graph.nodes() {
        let of = |operand: Value| &all[operand.index()];
        let own = match node {
            Node::Input(Input::Column(column)) => Dependence::from([(*column, false)]),
            Node::Unary(Unary::Negative | Unary::Abs, x) => of(*x).clone(),
            Node::Unary(Unary::Not | Unary::IsTrue | Unary::Floor | Unary::Ceil, _) => Dependence::new(),
            // A whole number without rounding errors.
            Node::Function(Function::NextState, _) => Dependence::new(),
            Node::Binary(function, ..) if function.is_comparison() => Dependence::new(),
            Node::Binary(Binary::Add | Binary::Subtract, x, y) => union(of(*x).clone(), of(*y)),
            Node::Binary(Binary::Multiply, x, y) => product(of(*x), of(*y)),
            Node::Binary(Binary::Divide, x, y) => union(curved(of(*y).clone()), of(*x)),
            Node::Select { then, otherwise, .. } => union(of(*then).clone(), of(*otherwise)),
            other => {
                let mut own = Dependence::new();
                other.operands(|operand| own = union(std::mem::take(&mut own), of(operand)));
                curved(own)
            }
        };
        all.push(own);
    }
    all
}

/// The dependence of a sum.
fn union(mut own: Dependence, other: &Dependence) -> Dependence {
    for (&column, &is_curved) in other {
        *own.entry(column).or_default() |= is_curved;
    }
    own
}

/// The dependence of a product: not linear in what both factors depend on.
fn product(x: &Dependence, y: &Dependence) -> Dependence {
    let mut own = union(x.clone(), y);
    for (column, is_curved) in &mut own {
        *is_curved |= x.contains_key(column) && y.contains_key(column);
    }
    own
}

/// The dependence of a function of a value.
fn curved(mut own: Dependence) -> Dependence {
    own.values_mut().for_each(|is_curved| *is_curved = true);
    own
}
