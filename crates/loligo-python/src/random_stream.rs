//! Streams of random numbers that are handed to mechanisms.

use loligo::{Argument, RandomDistribution};
use pyo3::prelude::*;

/// A stream of random numbers (Random123) for a procedure of a mechanism, by its three ids.
///
/// Parameters
/// ----------
/// id1, id2, id3 : int
///     The ids of the stream.
/// low, high : float, default 0 and 1
///     The limits of uniform numbers.
/// mean : float, optional
///     The mean of exponential numbers, instead of uniform ones.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct RandomStream {
    ids: [u32; 3],
    distribution: RandomDistribution,
}

impl RandomStream {
    /// The stream as an argument of a procedure.
    pub(crate) fn argument(&self) -> Argument {
        Argument::Stream { ids: self.ids, distribution: self.distribution }
    }
}

#[pymethods]
impl RandomStream {
    #[new]
    #[pyo3(signature = (id1, id2 = 0, id3 = 0, *, low = 0.0, high = 1.0, mean = None))]
    fn new(id1: u32, id2: u32, id3: u32, low: f64, high: f64, mean: Option<f64>) -> Self {
        let distribution = match mean {
            Some(mean) => RandomDistribution::Negexp { mean },
            None => RandomDistribution::Uniform { low, high },
        };
        Self { ids: [id1, id2, id3], distribution }
    }

    fn __repr__(&self) -> String {
        let [id1, id2, id3] = self.ids;
        match self.distribution {
            RandomDistribution::Uniform { low, high } => {
                format!("RandomStream({id1}, {id2}, {id3}, low={low}, high={high})")
            }
            RandomDistribution::Negexp { mean } => format!("RandomStream({id1}, {id2}, {id3}, mean={mean})"),
        }
    }
}
