/// A stream of uniform random numbers on which a [`Sampler`](crate::Sampler) can draw.
///
/// Unlike the `rand` family, the stream itself says how a word becomes a fraction, because the
/// reference values of each generator depend on it.
pub trait Generator {
    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32;

    /// The next uniform number between 0 and 1, from one word.
    fn next_f64(&mut self) -> f64;
}
