//! The defaults of NEURON's standard run system.

use serde::{Deserialize, Serialize};

use super::{ConfigurationError, RunConfig};

/// The defaults of NEURON's standard run system (`stdrun.hoc`): neurodamus's `NeuronStdrunDefaults`.
///
/// ```
/// use loligo::configuration::NeuronStdrunDefaults;
/// let run = NeuronStdrunDefaults::default().run_config()?;
/// assert_eq!((run.dt, run.tstop, run.v_init), (Some(0.025), Some(5.0), Some(-65.0))); // ms, ms, mV
/// # Ok::<(), loligo::configuration::ConfigurationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NeuronStdrunDefaults {
    /// Whether steps are of variable length; 0: they are not.
    #[serde(rename = "using_cvode_")]
    pub using_cvode: u8,
    /// Whether the run is stopped; 0: it is not.
    pub stoprun: u8,
    /// Time at which the run ends, ms.
    pub tstop: f64,
    /// Steps per ms: 1 / dt.
    pub steps_per_ms: f64,
    /// Steps that one call makes.
    pub nstep_steprun: u32,
    /// Axial resistivity of new sections, ohm cm.
    pub global_ra: f64,
    /// Voltage at t = 0, mV.
    pub v_init: f64,
    /// Wall-clock time taken so far, s.
    pub realtime: f64,
    /// Whether plots wait until the run has ended; 0: they do not.
    pub stdrun_quiet: u8,
}

impl Default for NeuronStdrunDefaults {
    fn default() -> Self {
        Self {
            using_cvode: 0,
            stoprun: 0,
            tstop: 5.0,
            steps_per_ms: 40.0,
            nstep_steprun: 1,
            global_ra: crate::Section::DEFAULT_AXIAL_RESISTANCE,
            v_init: -65.0,
            realtime: 0.0,
            stdrun_quiet: 0,
        }
    }
}

impl NeuronStdrunDefaults {
    /// The run that they describe. (`global_ra` belongs to sections, which have it by default.)
    ///
    /// # Errors
    /// [`ConfigurationError::Refused`] for variable steps.
    pub fn run_config(&self) -> Result<RunConfig, ConfigurationError> {
        if self.using_cvode != 0 {
            let option = format!("using_cvode_ = {}", self.using_cvode);
            return Err(ConfigurationError::Refused { option, reason: "Loligo has fixed steps only" });
        }
        Ok(RunConfig {
            tstop: Some(self.tstop),
            dt: Some(1.0 / self.steps_per_ms),
            v_init: Some(self.v_init),
            ..RunConfig::default()
        })
    }
}
