//! Kernels shared by the groups of cells.

use std::sync::Arc;

use loligo_mechanisms::{
    Block, ColumnLayout, CompileError, Environment, Identity, Kernel, Layout, Mechanism, Numerics,
};

/// A kernel, and what it was compiled for: the rest of the environment is that of the run.
#[derive(Debug)]
struct Compiled {
    mechanism: Identity,
    numerics: Numerics,
    current_slopes: bool,
    globals: Arc<[f64]>,
    answers: Vec<(usize, ColumnLayout)>,
    kernel: Arc<dyn Kernel>,
}

/// The kernels of one run, each compiled once for all blocks that it serves.
#[derive(Debug, Default)]
pub(crate) struct KernelCache {
    kernels: Vec<Compiled>,
}

impl KernelCache {
    /// The kernel of a mechanism for a block, compiled when it is first asked for.
    pub(crate) fn kernel(
        &mut self,
        mechanism: &dyn Mechanism,
        environment: &Environment,
        block: &Block,
    ) -> Result<Arc<dyn Kernel>, CompileError> {
        let layout = Layout::of(block);
        let Environment { numerics, current_slopes, ref globals, .. } = *environment;
        let identity = mechanism.identity();
        let known = self.kernels.iter().find(|known| {
            (known.mechanism, known.numerics, known.current_slopes) == (identity, numerics, current_slopes)
                && known.globals.iter().map(|value| value.to_bits()).eq(globals.iter().map(|value| value.to_bits()))
                && layout.agrees(&known.answers)
        });
        if let Some(known) = known {
            return Ok(Arc::clone(&known.kernel));
        }
        let kernel = mechanism.compile(environment, &layout)?;
        let compiled = Compiled {
            mechanism: identity,
            numerics,
            current_slopes,
            globals: Arc::clone(globals),
            answers: layout.answers(),
            kernel: Arc::clone(&kernel),
        };
        self.kernels.push(compiled);
        Ok(kernel)
    }
}
