//! An electrode that injects a sequence of currents, each from a given time on, `stepseq`: two lists of numbers.

use std::sync::Arc;

use loligo::kernels::{
    CompileError, Environment, Instances, Kernel, Kind, Layout, Mechanism, Membrane, Outbox, Signature, Variable,
    VectorSlot,
};

/// The electrode.
#[derive(Debug)]
pub struct CurrentSequence(Arc<Signature>);

const GAIN: usize = 0; // 1
const NEXT: usize = 1; // 1
const I: usize = 2; // nA

const ONSETS: usize = 0; // ms, a list
const AMPLITUDES: usize = 1; // nA, a list

impl Default for CurrentSequence {
    fn default() -> Self {
        Self(Arc::new(Signature {
            variables: vec![
                Variable::parameter("gain", "1", 1.0, "factor of the currents"),
                Variable::assigned("next", "1", "number of the current that comes next"),
                Variable::output("i", "nA", "current"),
            ],
            vectors: vec![
                VectorSlot::times("onsets", "when the currents begin"),
                VectorSlot::new("amplitudes", "nA", "the currents; positive depolarises"),
            ],
            has_current: true,
            ..Signature::new("stepseq", "currents one after the other", Kind::Point { electrode: true })
        }))
    }
}

impl Mechanism for CurrentSequence {
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
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, _: &mut Outbox) {
        instances.fill(NEXT, 0.0);
        instances.fill(I, 0.0);
    }

    fn current(&self, t: f64, v: &[f64], mut instances: Instances<'_>, mut membrane: Membrane<'_>) {
        for k in 0..v.len() {
            let (onsets, amplitudes) = (instances.vector(ONSETS, k), instances.vector(AMPLITUDES, k));
            let mut next = instances.value(NEXT, k) as usize;
            next += onsets[next..].iter().take_while(|&&onset| onset <= t).count();
            let amplitude = next.checked_sub(1).and_then(|now| amplitudes.get(now)).copied().unwrap_or(0.0);
            let i = instances.value(GAIN, k) * amplitude; // nA
            instances.set(NEXT, k, next as f64);
            instances.set(I, k, i);
            membrane.add(k, i, 0.0);
        }
    }
}
