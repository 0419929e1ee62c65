//! Simplifications of the mechanisms in NMODL that a model brings with it.
//!
//! They work on lines and brackets. Many of the resulting texts are not valid; both simulators refuse those.

use crate::mechanism_text::MechanismText;
use crate::vocabulary::Definition;

/// A copy of the model in which a text is replaced by the `index`-th of its `simpler` texts, counted over all texts.
fn with_text(case: &Definition, mut index: usize, simpler: impl Fn(&str) -> Vec<String>) -> Option<Definition> {
    for (position, mechanism) in case.mechanisms.iter().enumerate() {
        let mut texts = simpler(&mechanism.text);
        if index < texts.len() {
            let mut smaller = case.clone();
            smaller.mechanisms[position] = MechanismText { text: texts.swap_remove(index), ..mechanism.clone() };
            return Some(smaller);
        }
        index -= texts.len();
    }
    None
}

/// Removes a line, and all up to the bracket that closes what it opens: a statement, or a block.
pub(super) fn without_statement(case: &Definition, index: usize) -> Option<Definition> {
    with_text(case, index, |text| {
        let lines: Vec<&str> = text.lines().collect();
        let mut starts: Vec<usize> = (0..lines.len()).filter(|&line| !is_closing(lines[line])).collect();
        // blocks first, the last ones before those that they may need
        starts.sort_by_key(|&line| (lines[line].starts_with(' '), !lines[line].ends_with('{'), lines.len() - line));
        starts.into_iter().map(|line| joined(&[&lines[..line], &lines[end_of(&lines, line)..]])).collect()
    })
}

/// Replaces a nested block by its statements.
pub(super) fn with_block_opened(case: &Definition, index: usize) -> Option<Definition> {
    with_text(case, index, |text| {
        let lines: Vec<&str> = text.lines().collect();
        let nested = (0..lines.len()).filter(|&line| lines[line].starts_with(' ') && lines[line].ends_with('{'));
        let opened = nested.map(|line| {
            let inner = lines[line + 1..].iter().scan(1, |depth, line| {
                *depth += opened_by(line);
                // at "} ELSE {" the first branch ends
                (*depth > 0 && !line.trim_start().starts_with('}') || *depth > 1).then_some(*line)
            });
            let inner: Vec<&str> = inner.collect();
            joined(&[&lines[..line], &inner, &lines[end_of(&lines, line)..]])
        });
        opened.collect()
    })
}

/// Removes an element of a list such as RANGE.
pub(super) fn without_element(case: &Definition, index: usize) -> Option<Definition> {
    with_text(case, index, |text| {
        let commas = text.match_indices(", ").map(|(at, _)| at);
        let after = commas.clone().map(|at| {
            let end = text[at + 2..].find([',', '\n', ')']).map_or(text.len(), |length| at + 2 + length);
            [&text[..at], &text[end..]].concat()
        });
        let before = commas.map(|at| {
            let start = text[..at].rfind([' ', '(', '\n']).map_or(0, |start| start + 1);
            [&text[..start], &text[at + 2..]].concat()
        });
        after.chain(before).collect()
    })
}

/// Replaces the right side of a statement, an expression in parentheses or a call by a number, or by what is in its
/// parentheses.
pub(super) fn with_plainer_expression(case: &Definition, index: usize) -> Option<Definition> {
    with_text(case, index, |text| {
        let mut texts = Vec::new();
        for (at, _) in text.match_indices(" = ") {
            let (start, end) = (at + 3, text[at..].find('\n').map_or(text.len(), |length| at + length));
            if text[start..end].len() > 3 {
                texts.push([&text[..start], "0.5", &text[end..]].concat());
            }
        }
        for (open, _) in text.match_indices('(') {
            let Some(close) = closing(text, open) else { continue };
            let name = text[..open].rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
            let (before, inner, after) = (&text[..name], &text[open + 1..close], &text[close + 1..]);
            texts.push([before, "0.5", after].concat());
            texts.push([before, inner, after].concat());
        }
        texts
    })
}

/// Removes an operator with its operand on the left or on the right.
pub(super) fn without_operand(case: &Definition, index: usize) -> Option<Definition> {
    with_text(case, index, |text| {
        let mut texts = Vec::new();
        for (at, _) in text.match_indices(['+', '-', '*', '/', '^']) {
            let line_start = text[..at].rfind('\n').map_or(0, |start| start + 1);
            let line_end = text[at..].find('\n').map_or(text.len(), |length| at + length);
            let (left, right) = (operand_start(text, at, line_start), operand_end(text, at + 1, line_end));
            texts.push([&text[..at], &text[right..]].concat());
            texts.push([&text[..left], &text[at + 1..]].concat());
        }
        texts
    })
}

/// The ids of the objects of a mechanism, and the indices of its entries on sections.
pub(super) fn users_of(case: &Definition, mechanism: &str) -> (Vec<String>, Vec<usize>) {
    let points = case.points.iter().filter(|point| point.kind == mechanism).map(|point| point.id.clone());
    let cells = case.art.iter().filter(|cell| cell.kind == mechanism).map(|cell| cell.id.clone());
    let density = case.density.iter().enumerate().filter(|(_, density)| density.mech == mechanism);
    (points.chain(cells).collect(), density.map(|(index, _)| index).collect())
}

fn joined(parts: &[&[&str]]) -> String {
    parts.concat().join("\n") + "\n"
}

fn is_closing(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('}')
}

/// The number of brackets that a line opens, less those that it closes; comments do not count.
fn opened_by(line: &str) -> i32 {
    let code = line.split([':', '?']).next().unwrap_or_default();
    code.chars().map(|c| i32::from(matches!(c, '{' | '(')) - i32::from(matches!(c, '}' | ')'))).sum()
}

/// The line after a statement or block that begins at `start`.
fn end_of(lines: &[&str], start: usize) -> usize {
    let mut depth = 0;
    for (line, text) in lines.iter().enumerate().skip(start) {
        depth += opened_by(text);
        if depth <= 0 {
            return line + 1;
        }
    }
    lines.len()
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// The start of the operand that ends before `at`.
fn operand_start(text: &str, at: usize, limit: usize) -> usize {
    let mut depth = 0;
    let mut start = at;
    for (position, c) in text[limit..at].char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            '+' | '-' | '*' | '/' | '^' | '=' | ',' | '<' | '>' | '&' | '|' if depth == 0 => return start,
            _ => {}
        }
        if depth < 0 {
            return start;
        }
        start = limit + position;
    }
    start
}

/// The end of the operand that starts at `from`.
fn operand_end(text: &str, from: usize, limit: usize) -> usize {
    let mut depth = 0;
    let mut begun = false;
    for (position, c) in text[from..limit].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '+' | '-' | '*' | '/' | '^' | '=' | ',' | '<' | '>' | '&' | '|' if depth == 0 && begun => {
                return from + position;
            }
            _ => {}
        }
        if depth < 0 {
            return from + position;
        }
        begun |= !c.is_whitespace() && c != '-';
    }
    limit
}
