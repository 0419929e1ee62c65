use rand_core::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of uniform random numbers for a [`Sampler`](crate::Sampler).
///
/// Unlike in the `rand` family, the stream itself converts words to fractions, because the
/// reference values of each generator depend on this conversion.
pub trait Generator {
    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32;

    /// The next uniform number between 0 and 1, from one word.
    fn next_f64(&mut self) -> f64;
}

impl<G: Generator + ?Sized> Generator for &mut G {
    #[inline]
    fn next_u32(&mut self) -> u32 {
        (**self).next_u32()
    }

    #[inline]
    fn next_f64(&mut self) -> f64 {
        (**self).next_f64()
    }
}

impl Generator for Xoshiro256PlusPlus {
    #[inline]
    fn next_u32(&mut self) -> u32 {
        Rng::next_u32(self)
    }

    /// Greater than 0 and less than 1: the upper 52 bits of a word of 64, and a half, over 2^52.
    #[inline]
    fn next_f64(&mut self) -> f64 {
        ((Rng::next_u64(self) >> 12) as f64 + 0.5) * (1.0 / 4503599627370496.0)
    }
}

/// Implements [`Generator`] and the traits of the `rand` family for a type with its own `next_u32` and
/// `next_f64`.
macro_rules! words_as_generator {
    ($generator:ty) => {
        impl $crate::Generator for $generator {
            #[inline]
            fn next_u32(&mut self) -> u32 {
                self.next_u32()
            }

            #[inline]
            fn next_f64(&mut self) -> f64 {
                self.next_f64()
            }
        }

        impl rand_core::TryRng for $generator {
            type Error = std::convert::Infallible;

            #[inline]
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(self.next_u32())
            }

            #[inline]
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                rand_core::utils::next_u64_via_u32(self)
            }

            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                rand_core::utils::fill_bytes_via_next_word(bytes, || self.try_next_u32())
            }
        }
    };
}

pub(crate) use words_as_generator;
