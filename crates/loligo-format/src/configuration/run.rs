//! Settings of the run of a configured circuit.

use loligo::SecondOrder;
use loligo_mechanisms::Numerics;
use serde::{Deserialize, Serialize};

/// Settings of the run of a configured circuit; those not given are the circuit's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunConfig {
    /// End time of the run, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tstop: Option<f64>,
    /// The step, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt: Option<f64>,
    /// Voltage at t = 0, mV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_init: Option<f64>,
    /// Temperature, degC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub celsius: Option<f64>,
    /// Threshold for the detection of spikes at every voltage, mV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spike_threshold: Option<f64>,
    /// The order of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_method: Option<IntegrationMethod>,
    /// The arithmetic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerics: Option<Numerics>,
    /// Number of threads; results do not depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

/// The order of the step, by SONATA's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationMethod {
    /// [`SecondOrder::BackwardEuler`], 0.
    Euler,
    /// [`SecondOrder::CrankNicolson`], 1.
    CrankNicolson,
    /// [`SecondOrder::CrankNicolsonCurrents`], 2.
    CrankNicolsonIon,
}

impl From<IntegrationMethod> for SecondOrder {
    fn from(method: IntegrationMethod) -> Self {
        match method {
            IntegrationMethod::Euler => Self::BackwardEuler,
            IntegrationMethod::CrankNicolson => Self::CrankNicolson,
            IntegrationMethod::CrankNicolsonIon => Self::CrankNicolsonCurrents,
        }
    }
}
