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
    /// 1: steps of variable length; 0: fixed steps.
    #[serde(rename = "using_cvode_")]
    pub using_cvode: u8,
    /// 1: the run is stopped before it begins; 0: it is not.
    pub stoprun: u8,
    /// End time of the run, ms.
    pub tstop: f64,
    /// Number of calls per ms, each of [`nstep_steprun`](Self::nstep_steprun) steps.
    pub steps_per_ms: f64,
    /// Number of steps per call.
    pub nstep_steprun: u32,
    /// Axial resistivity of new sections, ohm cm.
    pub global_ra: f64,
    /// Voltage at t = 0, mV.
    pub v_init: f64,
    /// Wall-clock time of the run, s; a result.
    pub realtime: f64,
    /// 1: plots are drawn after the run has ended; 0: during the run.
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
    /// The corresponding run: its step is 1 / (`steps_per_ms` `nstep_steprun`), as by NEURON's `setdt`.
    ///
    /// The wall-clock time and the time of plotting (`realtime`, `stdrun_quiet`) are ignored.
    ///
    /// # Errors
    /// [`ConfigurationError::Refused`] for settings that a run cannot have: variable steps, an axial resistivity, a
    /// stop before it begins. [`ConfigurationError::Value`] for an invalid step.
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
