//! Random streams of the field: Random123, MCellRan4 and NEURON's distributions on them.
//!
//! Every number is a function of the ids and the position of its stream, to the last bit the
//! same as in NEURON 9.0.2. Nothing is shared between streams: what NEURON keeps once per process
//! (Random123's global index, MCellRan4's low index) belongs to each value here.
//!
//! * [`Random123`] and [`MCellRan4`] give uniform numbers; both are also generators of the `rand`
//!   family ([`rand_core::Rng`], [`rand_core::SeedableRng`]).
//! * [`Sampler`] draws from a [`Distribution`], as an `h.Random` does; [`gamma()`] draws what NEURON has no distribution of.
//!
//! ```
//! use loligo_random::{Distribution, Random123, Sampler};
//!
//! let normal = Distribution::Normal { mean: 3.0, variance: 4.0 };
//! let mut sampler = Sampler::new(Random123::new(1, 2, 3), normal)?;
//! assert_eq!(sampler.pick(), 5.3395411560156507);
//! # Ok::<(), loligo_random::RandomError>(())
//! ```

mod distribution;
mod error;
mod gamma;
mod generator;
mod mcell_ran4;
pub mod philox;
mod random123;
mod sampler;

pub use distribution::Distribution;
pub use error::RandomError;
pub use gamma::gamma;
pub use generator::Generator;
pub use mcell_ran4::MCellRan4;
pub use random123::Random123;
pub use sampler::Sampler;
