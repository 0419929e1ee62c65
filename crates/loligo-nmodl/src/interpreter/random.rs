//! Random numbers of programs.

use loligo_random::Random123;

use crate::program::Draw;

/// Draws a random number from a stream; `arguments` holds the parameters of the draw.
pub(super) fn draw(stream: &mut Random123, draw: Draw, arguments: &[f64; 4]) -> f64 {
    let [first, second, ..] = *arguments;
    match draw {
        Draw::Uniform => stream.uniform(first, second),
        Draw::NegExp => stream.negexp(first),
        Draw::Normal => stream.normal(first, second),
        Draw::Whole => f64::from(stream.next_u32()),
        Draw::Fraction => stream.next_f64(),
    }
}

/// A non-negative number converted to an unsigned whole number of 32 bits as in C.
pub(super) fn whole(x: f64) -> u32 {
    x as u32
}
