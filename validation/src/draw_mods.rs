//! Random mechanisms in NMODL in small models: the same seed gives the same bytes.
//!
//! The texts are drawn from a grammar that has the blocks, statements and functions of NMODL, and the places where its
//! meaning is unexpected: names that differ by case, forms of numbers, powers and minus signs, the order of equations.
//! Every expression is drawn together with the range of its values, so that rates and currents have bounds and no
//! model diverges; a LOCAL variable has a value before it is read, because the value would be undefined in C++.

mod currents;
mod draft;
mod equations;
mod events;
mod hooks;
mod ions;
mod layout;
mod model;
mod range;
mod reactions;
mod routines;
mod scope;
mod statements;
mod systems;
mod term;
mod writer;

use crate::dice::Dice;
use crate::draw::Size;
use crate::vocabulary::Definition;

/// Draws the `index`-th model of a seed that brings mechanisms of its own.
pub fn draw_with_mechanisms(seed: u64, index: u64, size: Size) -> Definition {
    let mut case = Definition { name: format!("mods-{seed}-{index}"), ..Definition::default() };
    model::complete(&mut case, &mut Dice::new(seed ^ 0x6d6f_6473, index), size);
    case
}
