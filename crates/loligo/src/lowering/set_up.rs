//! Calls the procedures of mechanisms that a model calls before the run.

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{Block, Environment, Layout, Numerics, SetUpCall, set_up};

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::known::Known;

impl Lowering<'_> {
    /// Calls procedures for an instance of a block. They see the step and the temperature that are NEURON's defaults,
    /// since a run has not begun.
    pub(super) fn set_up(
        &mut self,
        place: &dyn Fn() -> String,
        Known { mechanism, globals, tables, .. }: &Known,
        (block, instance): (&mut Block, usize),
        calls: &[SetUpCall],
    ) {
        if calls.is_empty() {
            return;
        }
        let environment = Environment {
            numerics: Numerics::Exact,
            lanes: Lanes::baseline(),
            dt: 0.025,
            celsius: 6.3,
            second_order: false,
            current_slopes: false,
            globals: globals.clone(),
            tables: tables.clone(),
            usual_values: std::sync::Arc::default(),
            first_values: std::sync::Arc::default(),
        };
        let signature = mechanism.signature();
        // A mechanism that cannot be compiled is reported when the engine is built.
        let Ok(kernel) = mechanism.compile(&environment, &Layout::of(block)) else { return };
        for call in calls {
            if let Err(error) = set_up(&*kernel, signature, (block, instance), call) {
                let (mechanism, procedure) = (signature.name.clone(), call.procedure.clone());
                self.errors.push(ModelError::SetUp { place: place(), mechanism, procedure, error });
            }
        }
    }
}
