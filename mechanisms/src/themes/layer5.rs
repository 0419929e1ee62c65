//! A layer 5 pyramidal cell.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "layer5",
    summary: "a layer 5 pyramidal cell: ten channels, and calcium under the membrane",
    celsius: 34.0,
    files: &[
        mechanism_file!("layer5", "l5_ca"),
        mechanism_file!("layer5", "l5_cahva"),
        mechanism_file!("layer5", "l5_calva"),
        mechanism_file!("layer5", "l5_ih"),
        mechanism_file!("layer5", "l5_im"),
        mechanism_file!("layer5", "l5_kp"),
        mechanism_file!("layer5", "l5_kt"),
        mechanism_file!("layer5", "l5_kv31"),
        mechanism_file!("layer5", "l5_nap"),
        mechanism_file!("layer5", "l5_nat"),
        mechanism_file!("layer5", "l5_sk"),
    ],
};
