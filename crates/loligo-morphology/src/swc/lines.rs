//! Reads the lines of an SWC file: seven numbers, a comment, or a line that causes a warning.

use std::collections::BTreeMap;

use crate::error::MorphologyError;
use crate::line_fault::LineFault;
use crate::number::leading_number;
use crate::swc::Node;
use crate::warning::Warning;

/// The points in the order of the file.
pub(super) fn read(text: &str, warnings: &mut Vec<Warning>) -> Result<Vec<Node>, MorphologyError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut nodes = Vec::new();
    let mut unreadable = Vec::new();
    let mut first_fault = None;
    let mut fault_of_a_point = None;
    for (i, text) in lines_of(text).enumerate() {
        let line = i + 1;
        match columns(text) {
            Some(columns) => nodes.push(node(line, columns)?),
            None => {
                let text = text.trim();
                if !text.is_empty() && !text.starts_with('#') {
                    unreadable.push(line);
                    if first_fault.is_none() || (nodes.is_empty() && fault_of_a_point.is_none()) {
                        let fault = LineFault::of(text);
                        if fault.is_of_a_point() {
                            fault_of_a_point.get_or_insert((line, fault.clone()));
                        }
                        first_fault.get_or_insert((line, fault));
                    }
                }
            }
        }
    }
    match (nodes.is_empty(), first_fault) {
        (false, None) => {}
        (false, Some((_, fault))) => warnings.push(Warning::UnreadableLines { lines: unreadable, fault }),
        (true, None) => return Err(MorphologyError::Empty),
        (true, Some(first)) => {
            let (line, fault) = fault_of_a_point.unwrap_or(first);
            return Err(MorphologyError::NoReadableLine { line, fault, lines: unreadable.len() });
        }
    }
    Ok(nodes)
}

/// Lines ended by LF or CRLF, or by CR alone in files from old Macintosh computers.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split(end)
}

fn columns(text: &str) -> Option<[f32; 7]> {
    let mut columns = [0.0; 7];
    let mut rest = text;
    for column in &mut columns {
        let (number, after) = leading_number(rest)?;
        *column = number.parse().ok()?;
        rest = after;
    }
    Some(columns)
}

fn node(line: usize, columns: [f32; 7]) -> Result<Node, MorphologyError> {
    let [id, code, x, y, z, radius, parent] = columns;
    let whole = |quantity: &'static str, value: f32| {
        let value = f64::from(value);
        if !value.is_finite() {
            Err(MorphologyError::NotFinite { line, quantity, value })
        } else if value.fract() != 0.0 || value.abs() > f64::from(i32::MAX) {
            Err(MorphologyError::NotWhole { line, quantity, value })
        } else {
            Ok(value as i32)
        }
    };
    let id = i64::from(whole("id", id)?);
    let code = whole("type", code)?;
    let parent = i64::from(whole("parent", parent)?);
    for (quantity, value) in [("x", x), ("y", y), ("z", z), ("diameter", 2.0 * radius)] {
        if !value.is_finite() {
            let value = f64::from(value);
            return Err(MorphologyError::NotFinite { line, quantity, value });
        }
    }
    if id < 0 {
        return Err(MorphologyError::NegativeId { line, id });
    }
    Ok(Node { line, id, code, at: [x, y, z], diameter: 2.0 * f64::from(radius), parent })
}

/// Warns of unusual types and diameters, and of points at the same place as their parents.
pub(super) fn warn_of_values(nodes: &[Node], parents: &[Option<usize>], warnings: &mut Vec<Warning>) {
    let lines_where = |odd: &dyn Fn(usize, &Node) -> bool| -> Vec<usize> {
        let mut lines: Vec<usize> =
            nodes.iter().enumerate().filter(|(i, node)| odd(*i, node)).map(|(_, node)| node.line).collect();
        lines.sort_unstable();
        lines
    };
    let mut first_lines = BTreeMap::new();
    for node in nodes.iter().filter(|node| !(1..=4).contains(&node.code)) {
        let line = first_lines.entry(node.code).or_insert(node.line);
        *line = node.line.min(*line);
    }
    if !first_lines.is_empty() {
        warnings.push(Warning::UnknownTypes {
            lines: first_lines.values().copied().collect(),
            codes: first_lines.keys().copied().collect(),
        });
    }
    let zero = lines_where(&|_, node| node.diameter == 0.0);
    if !zero.is_empty() {
        warnings.push(Warning::ZeroDiameters { lines: zero });
    }
    let negative = lines_where(&|_, node| node.diameter < 0.0);
    if !negative.is_empty() {
        warnings.push(Warning::NegativeDiameters { lines: negative });
    }
    let duplicates = lines_where(&|i, node| {
        parents[i].is_some_and(|parent| nodes[parent].at == node.at && nodes[parent].code == node.code)
    });
    if !duplicates.is_empty() {
        warnings.push(Warning::DuplicatePoints { lines: duplicates });
    }
}
