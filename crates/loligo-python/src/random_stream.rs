//! Streams of random numbers that are handed to mechanisms.

use loligo::random::{Distribution, Random123, Sampler};
use loligo::{Argument, RandomDistribution};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::arrays::{MOST_NUMBERS, array, within};
use crate::errors::invalid;

/// A stream of random numbers (Random123), by its three ids: for a procedure of a mechanism, or for its numbers.
///
/// Parameters
/// ----------
/// id1, id2, id3 : int
///     The ids of the stream.
/// low, high : float, default 0 and 1
///     The limits of uniform numbers.
/// mean : float, optional
///     The mean of exponential numbers, instead of uniform ones.
///
/// Examples
/// --------
/// >>> loligo.RandomStream(1, 2, 3)
/// RandomStream(1, 2, 3, low=0, high=1)
/// >>> loligo.RandomStream(1, 2, 3).uniform(2) == loligo.RandomStream(1, 2, 3).uniform(2)
/// array([ True,  True])
#[pyclass(frozen, module = "loligo")]
pub(crate) struct RandomStream {
    ids: [u32; 3],
    distribution: RandomDistribution,
}

impl RandomStream {
    fn numbers<'py>(
        &self,
        py: Python<'py>,
        count: usize,
        distribution: Distribution,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        within(count, MOST_NUMBERS)?;
        let [id1, id2, id3] = self.ids;
        let sampler = Sampler::new(Random123::new(id1, id2, id3), distribution);
        let mut sampler = sampler.map_err(|error| invalid(py, error.to_string()))?;
        Ok(array(py, (0..count).map(|_| sampler.pick()).collect()))
    }

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

    /// The first numbers of the stream between two limits.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A distribution that does not exist, such as one of a negative variance.
    ///
    /// Examples
    /// --------
    /// >>> loligo.RandomStream(1, 2, 3).uniform(2, low=0, high=10).round(3)
    /// array([9.809, 2.291])
    #[pyo3(signature = (count, low = 0.0, high = 1.0))]
    fn uniform<'py>(&self, py: Python<'py>, count: usize, low: f64, high: f64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.numbers(py, count, Distribution::Uniform { low, high })
    }

    /// The first Gaussian numbers of the stream, of a mean and a variance.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A distribution that does not exist, such as one of a negative variance.
    ///
    /// Examples
    /// --------
    /// >>> loligo.RandomStream(1, 2, 3).normal(2, mean=5, variance=4).round(3)
    /// array([7.34 , 6.308])
    #[pyo3(signature = (count, mean = 0.0, variance = 1.0))]
    fn normal<'py>(
        &self,
        py: Python<'py>,
        count: usize,
        mean: f64,
        variance: f64,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.numbers(py, count, Distribution::Normal { mean, variance })
    }

    /// The first exponential numbers of the stream, of a mean.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A distribution that does not exist, such as one of a negative variance.
    ///
    /// Examples
    /// --------
    /// >>> loligo.RandomStream(1, 2, 3).exponential(2, mean=10).round(3)
    /// array([ 0.193, 14.736])
    #[pyo3(signature = (count, mean = 1.0))]
    fn exponential<'py>(&self, py: Python<'py>, count: usize, mean: f64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.numbers(py, count, Distribution::NegativeExponential { mean })
    }

    /// The first numbers of events of a Poisson process, of a mean.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A distribution that does not exist, such as one of a negative variance.
    ///
    /// Examples
    /// --------
    /// >>> loligo.RandomStream(1, 2, 3).poisson(4, mean=3).round(3)
    /// array([2., 4., 2., 5.])
    fn poisson<'py>(&self, py: Python<'py>, count: usize, mean: f64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.numbers(py, count, Distribution::Poisson { mean })
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
