//! The defaults of NEURON's standard run system.

use serde::{Deserialize, Serialize};

use crate::configuration::error::ConfigurationError;
use crate::configuration::run::RunConfig;

/// The defaults of NEURON's standard run system (`stdrun.hoc`): neurodamus's `NeuronStdrunDefaults`.
///
/// ```
/// use loligo_format::configuration::NeuronStdrunDefaults;
/// let run = NeuronStdrunDefaults::default().run_config()?;
/// assert_eq!((run.dt, run.tstop, run.v_init), (Some(0.025), Some(5.0), Some(-65.0))); // ms, ms, mV
/// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NeuronStdrunDefaults {
    /// Whether steps are of variable length; 0: they are not.
    #[serde(rename = "using_cvode_")]
    pub using_cvode: u8,
    /// Whether the run is stopped before it begins; 0: it is not.
    pub stoprun: u8,
    /// Time at which the run ends, ms.
    pub tstop: f64,
    /// Steps of [`nstep_steprun`](Self::nstep_steprun) steps each in a ms.
    pub steps_per_ms: f64,
    /// Steps that one call makes.
    pub nstep_steprun: u32,
    /// Axial resistivity of new sections, ohm cm.
    pub global_ra: f64,
    /// Voltage at t = 0, mV.
    pub v_init: f64,
    /// Wall-clock time that the run has taken, s; a result.
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
            global_ra: loligo::Section::DEFAULT_AXIAL_RESISTANCE,
            v_init: -65.0,
            realtime: 0.0,
            stdrun_quiet: 0,
        }
    }
}

impl NeuronStdrunDefaults {
    /// The run that they describe: its step is 1 / (`steps_per_ms` `nstep_steprun`), as NEURON's `setdt` makes it.
    ///
    /// How long a run took and when plots are drawn (`realtime`, `stdrun_quiet`) is no part of it.
    ///
    /// # Errors
    /// [`ConfigurationError::Refused`] for what a run cannot have: variable steps, an axial resistivity, a stop before it begins.
    /// [`ConfigurationError::Value`] for a step that is none.
    pub fn run_config(&self) -> Result<RunConfig, ConfigurationError> {
        let refuse = |option: String, reason| Err(ConfigurationError::Refused { option, reason });
        if self.using_cvode != 0 {
            return refuse(format!("using_cvode_ = {}", self.using_cvode), "Loligo has fixed steps only");
        }
        if self.stoprun != 0 {
            return refuse(format!("stoprun = {}", self.stoprun), "the run would not begin; give a tstop of 0 ms");
        }
        if self.global_ra != Self::default().global_ra {
            let reason = "axial resistivity belongs to sections; give it to them";
            return refuse(format!("global_ra = {}", self.global_ra), reason);
        }
        let dt = 1.0 / (self.steps_per_ms * f64::from(self.nstep_steprun));
        if !(dt > 0.0 && dt.is_finite()) {
            let option = "1 / (steps_per_ms nstep_steprun)".to_owned();
            let remedy = "give finite numbers greater than 0 (40 and 1 make steps of 0.025 ms)";
            return Err(ConfigurationError::Value { option, value: dt.to_string(), remedy });
        }
        let (tstop, v_init) = (Some(self.tstop), Some(self.v_init));
        Ok(RunConfig { tstop, dt: Some(dt), v_init, ..RunConfig::default() })
    }
}
