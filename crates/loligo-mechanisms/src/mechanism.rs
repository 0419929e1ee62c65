//! A mechanism: a signature, and the way to a kernel.

use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::{Block, Environment, Kernel, Layout, Signature};

/// Tells two mechanisms apart by their content: a digest of the signature and of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity(pub u64);

/// A mechanism as a value, which a [`Catalogue`](crate::Catalogue) lists and a network uses.
///
/// It describes itself by a [`Signature`], and gives a [`Kernel`] that computes with its instances. Built-in mechanisms
/// are one short file each under `builtin/`; a mechanism of one's own is the same in one's own crate
/// (docs/add-a-mechanism.md).
pub trait Mechanism: Debug + Send + Sync {
    /// Its names, units and defaults.
    fn signature(&self) -> &Arc<Signature>;

    /// Number of this version of the equations: to be raised when they change and the signature does not, so that a
    /// checkpoint of the earlier equations is refused.
    fn version(&self) -> u64 {
        0
    }

    /// Makes the kernel for one environment and one layout of the columns.
    ///
    /// The kernel may rely on what it asked the layout for, and on nothing else of it: kernels are shared among blocks
    /// whose layouts give the same answers.
    ///
    /// # Errors
    /// What a mechanism made at run time cannot be compiled for; built-in ones have no errors.
    fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError>;

    /// Whether some instances turn rounding errors into visible ones, so that their cell is to be computed exactly in every
    /// profile: by default as the [signature](Signature::amplifies_rounding) says, whatever their parameters.
    fn amplifies_rounding(&self, instances: &Block) -> bool {
        let _ = instances;
        self.signature().amplifies_rounding
    }

    /// The mechanism's identity: that of its signature and [`version`](Self::version).
    fn identity(&self) -> Identity {
        let mut digest = Xxh3::new();
        digest.update(&self.version().to_le_bytes());
        // The signature's own data type decides the text, which is the same on every machine.
        digest.update(format!("{:?}", self.signature()).as_bytes());
        Identity(digest.digest())
    }
}

/// Why a mechanism cannot be compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the mechanism {mechanism} cannot be compiled: {reason}")]
pub struct CompileError {
    /// Name of the mechanism.
    pub mechanism: String,
    /// The reason, and what can be done.
    pub reason: String,
}
