//! The layout of blocks: statements on lines of their own or several on one line, comments.

use crate::dice::Dice;

/// A block with a head and statements; a statement may have several lines.
pub(super) fn block(dice: &mut Dice, head: &str, statements: &[String]) -> String {
    let crowded = dice.chance(0.1);
    let mut text = format!("{head} {{");
    let mut commented = false;
    for statement in statements {
        let joined = crowded && !commented && !statement.contains('\n') && !statement.starts_with("LOCAL");
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
