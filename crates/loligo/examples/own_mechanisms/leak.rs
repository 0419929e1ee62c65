//! A leak with three reversal potentials, given as arrays: i = sum of g[k] (v - level[k]), `multileak`.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox, Signature, Variable,
};

use super::add_current;

/// The leak.
#[derive(Debug)]
pub struct Leak(Arc<Signature>);

const G: usize = 0; // S/cm2, 3 of them
const LEVEL: usize = 3; // mV, 3 of them
const I: usize = 6; // mA/cm2

impl Default for Leak {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("g", "S/cm2", 0.0, "conductances").array(3),
                Variable::parameter("level", "mV", 0.0, "reversal potentials").array(3),
                Variable::output("i", "mA/cm2", "current"),
            ],
            has_current: true,
            ..Signature::new("multileak", "leak to three levels", Kind::Density)
        }))
    }
}

impl Mechanism for Leak {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(Compiled))
    }
}

#[derive(Debug)]
struct Compiled;

impl Kernel for Compiled {
    fn initialize(&self, _: f64, _: &[f64], _: Instances<'_>, _: &mut Outbox) {}

    fn current(&self, _: f64, v: &[f64], instances: Instances<'_>, membrane: Membrane<'_>) {
        let read = [G, G + 1, G + 2, LEVEL, LEVEL + 1, LEVEL + 2];
        let ([g0, g1, g2, level0, level1, level2], [i]) = instances.columns(read, [I]);
        let parts = [(g0, level0), (g1, level1), (g2, level2)];
        add_current(v, i, membrane, |k, v| parts.iter().fold(0.0, |sum, (g, level)| sum + g[k] * (v - level[k])));
    }
}
