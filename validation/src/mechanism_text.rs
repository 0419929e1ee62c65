//! A mechanism that a model brings with it, in NMODL.

use serde::{Deserialize, Serialize};

/// A mechanism in NMODL, the language of NEURON's `.mod` files. NEURON compiles it with `nrnivmodl`, Loligo reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MechanismText {
    /// Its name, the same as in the text.
    pub name: String,
    /// The text of the `.mod` file.
    pub text: String,
}
