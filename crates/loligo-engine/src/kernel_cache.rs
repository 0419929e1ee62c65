//! Kernels shared by the groups of cells.

use std::sync::Arc;

use loligo_mechanisms::{
    Block, ColumnLayout, CompileError, Environment, Identity, JointHook, JointKernel, Kernel, Layout, Mechanism,
    Numerics,
};

use crate::usual_values::{ModelValues, UsualValues};

/// A kernel, and the values for which it was compiled; the rest of the environment is that of the
/// run.
#[derive(Debug)]
struct Compiled {
    mechanism: Identity,
    numerics: Numerics,
    current_slopes: bool,
    globals: Arc<[f64]>,
    /// Digests of the function tables.
    tables: Vec<u64>,
    answers: Vec<(usize, ColumnLayout)>,
    kernel: Arc<dyn Kernel>,
}

/// Kernels that were joined, with the result.
#[derive(Debug)]
struct Joined {
    kernels: Vec<Arc<dyn Kernel>>,
    hook: JointHook,
    joint: Option<Arc<dyn JointKernel>>,
}

/// The kernels of one run, each compiled once for all blocks that can use it.
#[derive(Debug, Default)]
pub(crate) struct KernelCache {
    kernels: Vec<Compiled>,
    joined: Vec<Joined>,
    usual: UsualValues,
}

impl KernelCache {
    /// A cache for mechanisms with these usual values.
    pub(crate) fn new(usual: UsualValues) -> Self {
        Self { kernels: Vec::new(), joined: Vec::new(), usual }
    }

    /// Drops all kernels: the conditions of the run have changed.
    pub(crate) fn clear(&mut self) {
        self.kernels.clear();
        self.joined.clear();
    }

    /// Drops the kernels that are no longer used.
    pub(crate) fn retain_used(&mut self) {
        self.joined.retain(|known| known.joint.as_ref().is_some_and(|joint| Arc::strong_count(joint) > 1));
        self.kernels.retain(|known| Arc::strong_count(&known.kernel) > 1);
    }

    /// Kernels for instances on the same nodes, joined at the first request.
    pub(crate) fn joint<'a>(
        &mut self,
        kernels: impl Iterator<Item = &'a Arc<dyn Kernel>>,
        hook: JointHook,
    ) -> Option<Arc<dyn JointKernel>> {
        let kernels: Vec<Arc<dyn Kernel>> = kernels.map(Arc::clone).collect();
        let is_same = |known: &&Joined| known.hook == hook && are_same(&known.kernels, &kernels);
        if let Some(known) = self.joined.iter().find(is_same) {
            return known.joint.clone();
        }
        let references: Vec<&dyn Kernel> = kernels.iter().map(|kernel| &**kernel).collect();
        let joint = references.first()?.joint(&references, hook);
        self.joined.push(Joined { kernels, hook, joint: joint.clone() });
        joint
    }

    /// The kernel of a mechanism for a block, compiled at the first request.
    pub(crate) fn kernel(
        &mut self,
        mechanism: &dyn Mechanism,
        environment: &Environment,
        block: &Block,
    ) -> Result<Arc<dyn Kernel>, CompileError> {
        let layout = Layout::of(block);
        let Environment { numerics, current_slopes, ref globals, ref tables, .. } = *environment;
        let tables: Vec<u64> = tables.iter().map(|table| table.digest()).collect();
        let identity = mechanism.identity();
        let known = self.kernels.iter().find(|known| {
            (known.mechanism, known.numerics, known.current_slopes) == (identity, numerics, current_slopes)
                && known.globals.iter().map(|value| value.to_bits()).eq(globals.iter().map(|value| value.to_bits()))
                && known.tables == tables
                && layout.agrees(&known.answers)
        });
        if let Some(known) = known {
            return Ok(Arc::clone(&known.kernel));
        }
        let ModelValues { usual: usual_values, first: first_values, .. } =
            self.usual.get(&identity).cloned().unwrap_or_default();
        let environment = Environment { usual_values, first_values, ..environment.clone() };
        let kernel = mechanism.compile(&environment, &layout)?;
        let compiled = Compiled {
            mechanism: identity,
            numerics,
            current_slopes,
            globals: Arc::clone(globals),
            tables,
            answers: layout.answers(),
            kernel: Arc::clone(&kernel),
        };
        self.kernels.push(compiled);
        Ok(kernel)
    }
}

/// True if both lists are the same kernels.
pub(crate) fn are_same(own: &[Arc<dyn Kernel>], others: &[Arc<dyn Kernel>]) -> bool {
    own.len() == others.len() && own.iter().zip(others).all(|(own, other)| Arc::ptr_eq(own, other))
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::FunctionTable;

    use super::*;
    use crate::options::Options;
    use crate::test_models::{MIDDLE, builtin, placed};

    #[test]
    fn what_a_kernel_was_compiled_for_decides_whether_it_serves() {
        let (mut cache, options) = (KernelCache::default(), Options::default());
        let [hh, pas] = ["hh", "pas"].map(builtin);
        let block = placed(&hh, 0, &[MIDDLE; 3]).block;
        let none: Arc<[f64]> = Arc::default();
        let environment = |slopes| options.environment(slopes, &none, &Arc::default());
        let mut kernel = |mechanism: &Arc<dyn Mechanism>, environment, block: &Block| {
            Arc::as_ptr(&cache.kernel(&**mechanism, &environment, block).expect("it is built in")).addr()
        };
        let own = kernel(&hh, environment(false), &block);
        assert_eq!(kernel(&hh, environment(false), &block), own);
        assert_eq!(kernel(&hh, environment(false), &placed(&hh, 0, &[MIDDLE; 9]).block), own, "other instances");
        let mut untabulated = block.clone();
        untabulated.fill(hh.signature().column("table").expect("hh asks for it"), 0.0);
        let others = [
            kernel(&hh, environment(false), &untabulated),
            kernel(&pas, environment(false), &placed(&pas, 0, &[MIDDLE]).block),
            kernel(&hh, environment(true), &block),
            kernel(&hh, Environment { numerics: Numerics::Exact, ..environment(false) }, &block),
            kernel(&hh, Environment { globals: [1.0].into(), ..environment(false) }, &block),
            kernel(&hh, Environment { globals: [-0.0].into(), ..environment(false) }, &block),
            kernel(&hh, Environment { globals: [0.0].into(), ..environment(false) }, &block),
        ];
        assert!(others.iter().enumerate().all(|(k, kernel)| *kernel != own && !others[..k].contains(kernel)));
        assert_eq!(kernel(&hh, Environment { globals: [-0.0].into(), ..environment(false) }, &block), others[5]);
    }

    #[test]
    fn kernels_of_other_function_tables_are_told_apart() {
        let (mut cache, options, pas) = (KernelCache::default(), Options::default(), builtin("pas"));
        let block = placed(&pas, 0, &[MIDDLE]).block;
        let mut kernel = |tables: &[FunctionTable]| {
            let tables: Arc<[Arc<FunctionTable>]> = tables.iter().cloned().map(Arc::new).collect();
            let environment = options.environment(false, &Arc::default(), &tables);
            Arc::as_ptr(&cache.kernel(&*pas, &environment, &block).expect("it is built in")).addr()
        };
        let uniform = |last| FunctionTable::uniform([0.0, last], -1.0, 1.0).expect("finite numbers");
        let constant = |value| FunctionTable::constant(value).expect("a finite number");
        let sets: [&[FunctionTable]; 5] =
            [&[], &[uniform(0.0)], &[uniform(-0.0)], &[constant(0.0)], &[constant(0.0), constant(0.0)]];
        let kernels = sets.map(&mut kernel);
        assert!((0..5).all(|k| !kernels[..k].contains(&kernels[k])), "{kernels:?}");
        assert_eq!(kernel(&[uniform(0.0)]), kernels[1], "equal numbers in another place");
    }
}
