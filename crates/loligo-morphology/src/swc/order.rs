//! Sorting of points: by id, and parents before children.

use std::collections::HashMap;

use crate::error::MorphologyError;
use crate::swc::Node;
use crate::warning::Warning;

/// Sorts by id and drops exact repetitions.
pub(super) fn by_id(mut nodes: Vec<Node>, warnings: &mut Vec<Warning>) -> Result<Vec<Node>, MorphologyError> {
    if let Some(pair) = nodes.windows(2).find(|pair| pair[1].id < pair[0].id) {
        warnings.push(Warning::UnsortedIds { line: pair[1].line });
        nodes.sort_by_key(|node| node.id);
    }
    let mut repeated = Vec::new();
    let mut unique: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match unique.last() {
            Some(first) if first.id == node.id => {
                let again = Node { line: node.line, ..*first };
                if again != node {
                    return Err(MorphologyError::DuplicateId { line: node.line, first_line: first.line, id: node.id });
                }
                repeated.push(node.line);
            }
            _ => unique.push(node),
        }
    }
    if !repeated.is_empty() {
        repeated.sort_unstable();
        warnings.push(Warning::RepeatedLines { lines: repeated });
    }
    Ok(unique)
}

/// Index of each point's parent; `None` for roots and for parents that do not exist.
pub(super) fn parents(nodes: &[Node]) -> Vec<Option<usize>> {
    let index_of: HashMap<i64, usize> = nodes.iter().enumerate().map(|(i, node)| (node.id, i)).collect();
    nodes.iter().map(|node| (node.parent >= 0).then(|| index_of.get(&node.parent).copied()).flatten()).collect()
}

/// Reorders points and the indices of their parents so that parents come first and each
/// unbranched run stays together. A ring of points is an error, except a first point that is
/// its own parent.
pub(super) fn parents_first(
    nodes: &[Node],
    parents: &[Option<usize>],
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<Node>, Vec<Option<usize>>), MorphologyError> {
    let mut lines: Vec<usize> =
        (0..nodes.len()).filter(|&i| parents[i].is_some_and(|parent| parent > i)).map(|i| nodes[i].line).collect();
    lines.sort_unstable();
    if !lines.is_empty() {
        warnings.push(Warning::ParentsAfterChildren { lines });
    }

    let mut parents = parents.to_vec();
    if parents[0] == Some(0) {
        parents[0] = None;
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (i, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(i);
        }
    }
    let mut stack: Vec<usize> = (0..nodes.len()).rev().filter(|&i| parents[i].is_none()).collect();
    let mut new_index = vec![None; nodes.len()];
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(i) = stack.pop() {
        new_index[i] = Some(order.len());
        order.push(i);
        stack.extend(children[i].iter().rev());
    }
    if let Some(unreached) = new_index.iter().position(Option::is_none) {
        return Err(ring(nodes, &parents, unreached));
    }
    let parents = order.iter().map(|&i| parents[i].and_then(|parent| new_index[parent])).collect();
    let nodes = order.iter().map(|&i| nodes[i]).collect();
    Ok((nodes, parents))
}

/// The error for the ring that is found by following the ancestors of `start`.
fn ring(nodes: &[Node], parents: &[Option<usize>], start: usize) -> MorphologyError {
    let ancestor = |mut i: usize, steps: usize| {
        for _ in 0..steps {
            i = parents[i].unwrap_or(i);
        }
        i
    };
    // After as many steps as there are points, the current one is inside the ring.
    let inside = ancestor(start, nodes.len());
    let mut lowest = inside;
    let mut length = 1;
    let mut i = ancestor(inside, 1);
    while i != inside {
        lowest = lowest.min(i);
        length += 1;
        i = ancestor(i, 1);
    }
    MorphologyError::Cycle { line: nodes[lowest].line, id: nodes[lowest].id, length }
}

/// Warns of several roots, missing parents and a first point with a parent.
pub(super) fn warn_of_parents(nodes: &[Node], parents: &[Option<usize>], warnings: &mut Vec<Warning>) {
    let mut roots = Vec::new();
    for (i, node) in nodes.iter().enumerate() {
        if i == 0 && node.parent >= 0 {
            warnings.push(Warning::RootWithParent { line: node.line, parent: node.parent });
        } else if i == 0 || node.parent < 0 {
            roots.push(node.line);
        } else if parents[i].is_none() {
            warnings.push(Warning::MissingParent { line: node.line, id: node.id, parent: node.parent });
        }
    }
    if roots.len() > 1 {
        roots.sort_unstable();
        warnings.push(Warning::SeveralRoots { lines: roots, joined: true });
    }
}
