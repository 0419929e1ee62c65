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

/// The next state of the generator of `scop_random`, a whole number of 32 bits, and the corresponding number between 0
/// and 1.
pub(super) fn next_uniform(state: f64) -> (f64, f64) {
    let next = (state as i64 as u32).wrapping_mul(2_147_437_301).wrapping_add(453_816_981);
    let next = f64::from(next);
    (next, next / 4_294_967_295.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers computed by NEURON 9.0.2.
    #[test]
    fn uniform_numbers_are_neurons() {
        let mut state = 1.0;
        for expected in [0.6056517089264588, 0.9659154210160289, 0.3236550931641029] {
            let (next, x) = next_uniform(state);
            assert_eq!(x, expected);
            state = next;
        }
    }
}
