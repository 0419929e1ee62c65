//! Random streams used in computational neuroscience: Random123, MCellRan4, and NEURON's
//! distributions.
//!
//! Every number is a function of the ids and the position of its stream, and equal to NEURON 9.0.2's to the last bit
//! (8.2.6's for the generator that 9 no longer has). Nothing is shared between streams: values that NEURON stores once
//! per process (Random123's global index, MCellRan4's low index) belong to each stream here.
//!
//! * [`Random123`], [`MCellRan4`] and [`Acg`] give uniform numbers; they are also generators of the `rand`
//!   family ([`rand_core::Rng`], [`rand_core::SeedableRng`]). A [`Stream`] is any of them.
//! * [`Seeds`] hold a simulation's seeds and provide the streams of its parts; [`Xoshiro256PlusPlus`] is for numbers
//!   that need not equal those of another program.
//! * [`Sampler`] draws from a [`Distribution`], like an `h.Random`; [`gamma()`] draws from a distribution that NEURON
//!   does not have.
//!
//! ```
//! use loligo_random::{Distribution, Random123, Sampler};
//!
//! let normal = Distribution::Normal { mean: 3.0, variance: 4.0 };
//! let mut sampler = Sampler::new(Random123::new(1, 2, 3), normal)?;
//! assert_eq!(sampler.pick(), 5.3395411560156507);
//! # Ok::<(), loligo_random::RandomError>(())
//! ```

mod acg;
mod distribution;
mod error;
mod gamma;
mod generator;
mod mcell_ran4;
pub mod philox;
mod polar;
mod random123;
mod sampler;
mod seeds;
mod stream;

pub use acg::Acg;
pub use distribution::Distribution;
pub use error::RandomError;
pub use gamma::gamma;
pub use generator::Generator;
pub use mcell_ran4::MCellRan4;
pub use rand_xoshiro::Xoshiro256PlusPlus;
pub use random123::Random123;
pub use sampler::Sampler;
pub use seeds::Seeds;
pub use stream::{RngMode, Stream};
