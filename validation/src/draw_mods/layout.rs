//! The layout of blocks: statements on lines of their own or several on one line, comments.

use crate::dice::Dice;

/// Length from which on a line is broken; NEURON refuses lines of more than 512 bytes.
const LONGEST: usize = 160;

/// The statement with long lines broken inside parentheses.
fn wrapped(statement: &str) -> String {
    let mut text = String::new();
    let (mut column, mut depth) = (0, 0);
    for c in statement.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        column = if c == '\n' { 0 } else { column + 1 };
        if c == ' ' && column > LONGEST && depth > 0 {
            text.push('\n');
            column = 0;
        } else {
            text.push(c);
        }
    }
    text
}

/// A block with a head and statements; a statement may have several lines.
pub(super) fn block(dice: &mut Dice, head: &str, statements: &[String]) -> String {
    let crowded = dice.chance(0.1);
    let mut text = format!("{head} {{");
    let mut commented = false;
    for statement in statements {
        let statement = &wrapped(statement);
        let is_short = text.len() - text.rfind('\n').unwrap_or(0) + statement.len() < LONGEST;
        let is_plain = !statement.contains('\n') && !statement.starts_with("LOCAL");
        let joined = crowded && !commented && is_plain && is_short;
        text.push_str(if joined { "  " } else { "\n    " });
        text.push_str(&statement.replace('\n', "\n    "));
        commented = !joined && dice.chance(0.04);
        if commented {
            text.push_str(dice.pick([" : a comment = 1", " ? if (x"]));
        }
    }
    text.push_str("\n}");
    text
}
