//! The simulators available to commands.

use std::path::PathBuf;
use std::time::Duration;

use crate::loligo_simulator::LoligoSimulator;
use crate::neuron_simulator::NeuronSimulator;
use crate::simulator::{Simulator, SimulatorError};

/// Arithmetic of Loligo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Numerics {
    /// NEURON's bits.
    Exact,
    /// NEURON's numbers within 1e-9 mV.
    Fast,
}

/// Options for starting NEURON.
#[derive(Clone, Debug, clap::Args)]
pub struct NeuronOptions {
    /// Python with NEURON (default: $LOLIGO_NEURON_PYTHON, validation/.venv/bin/python, or python3)
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
    /// Longest time for one case on NEURON (s)
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub timeout: u64,
}

impl NeuronOptions {
    /// Starts NEURON.
    ///
    /// # Errors
    /// If Python or NEURON is not available.
    pub fn start(&self) -> Result<NeuronSimulator, SimulatorError> {
        let python = self.python.clone().unwrap_or_else(NeuronSimulator::default_python);
        NeuronSimulator::start(&python, Duration::from_secs(self.timeout))
    }
}

/// Loligo with one kind of arithmetic.
pub fn loligo(numerics: Numerics) -> Box<dyn Simulator> {
    Box::new(LoligoSimulator::new(match numerics {
        Numerics::Exact => loligo::Numerics::Exact,
        Numerics::Fast => loligo::Numerics::Fast,
    }))
}
