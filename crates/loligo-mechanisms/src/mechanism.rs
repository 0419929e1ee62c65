//! A mechanism: its signature, and the compilation to a kernel.

use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::block::Block;
use crate::environment::{Environment, Layout};
use crate::kernel::Kernel;
use crate::lumping::Lumping;
use crate::signature::{Role, Signature};

/// Identifies a mechanism by its content: a digest of the signature and of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity(pub u64);

/// A mechanism as a value, which a [`Catalogue`](crate::Catalogue) lists and a network uses.
///
/// It describes itself by a [`Signature`], and provides a [`Kernel`] that computes its instances. Built-in mechanisms
/// are one short file each under `builtin/`; a mechanism in another crate is written in the same way
/// (docs/add-a-mechanism.md).
pub trait Mechanism: Debug + Send + Sync {
    /// Names, units and defaults of the mechanism.
    fn signature(&self) -> &Arc<Signature>;

    /// Version number of the equations: to be raised when they change and the signature does not, so that a
    /// checkpoint of the earlier equations is rejected.
    fn version(&self) -> u64 {
        0
    }

    /// Compiles the kernel for one environment and one layout of the columns.
    ///
    /// The kernel may depend on the forms of the columns that it requested from the layout, and on no others: kernels
    /// are shared among blocks whose layouts give the same answers.
    ///
    /// # Errors
    /// Conditions for which a mechanism made at run time cannot be compiled; built-in mechanisms
    /// have no errors.
    fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError>;

    /// True if some instances amplify rounding errors so much that they become visible, so that their cell must be
    /// computed with exact arithmetic also in `Fast`. The default is the value in the
    /// [signature](Signature::amplifies_rounding), for any parameters.
    fn amplifies_rounding(&self, instances: &Block) -> bool {
        let _ = instances;
        self.signature().amplifies_rounding
    }

    /// The parameters that are conductances per area of membrane: their columns, each with the factor by which its values
    /// are S/cm2. The default is the parameters whose unit is S/cm2.
    fn conductances(&self) -> Vec<(usize, f64)> {
        let signature = self.signature();
        let is_conductance = |&column: &usize| {
            let variable = signature.variable(column);
            variable.role == Role::Parameter && &*variable.unit == "S/cm2"
        };
        (0..signature.width()).filter(is_conductance).map(|column| (column, 1.0)).collect()
    }

    /// The columns by which instances on one node can be computed as sums, if this is possible; the default is that it is
    /// not.
    fn lumping(&self) -> Option<Lumping> {
        None
    }

    /// The number of density instances on consecutive nodes for which one call of the kernel takes little more time than
    /// the instances themselves. If there are fewer on average, voltages are gathered, so that one call serves many runs
    /// of nodes. The default is 8, right for kernels without any work per call.
    fn worthwhile_run(&self) -> usize {
        8
    }

    /// True if kernels of this density mechanism may be [joined](Kernel::joint) with those of others; instances are then in
    /// an order in which those with the same mechanisms follow each other. The default is that they are not.
    fn can_be_joined(&self) -> bool {
        false
    }

    /// True if kernels use [`usual_values`](Environment::usual_values), which are found only for such mechanisms; the
    /// default is that they do not.
    fn uses_usual_values(&self) -> bool {
        false
    }

    /// The mechanism's identity: that of its signature and [`version`](Self::version).
    fn identity(&self) -> Identity {
        let mut digest = Xxh3::new();
        digest.update(&self.version().to_le_bytes());
        // The text is that of the signature's own data type, which is the same on every machine.
        digest.update(format!("{:?}", self.signature()).as_bytes());
        Identity(digest.digest())
    }
}

/// The reason why a mechanism cannot be compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the mechanism {mechanism} cannot be compiled: {reason}")]
pub struct CompileError {
    /// Name of the mechanism.
    pub mechanism: String,
    /// The reason, and the remedy.
    pub reason: String,
}
