//! A cerebellar granule cell.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "granule",
    summary: "channels and calcium of a cerebellar granule cell",
    celsius: 30.0,
    files: &[
        mechanism_file!("granule", "granule_ca"),
        mechanism_file!("granule", "granule_cahva"),
        mechanism_file!("granule", "granule_ka"),
        mechanism_file!("granule", "granule_kca"),
        mechanism_file!("granule", "granule_kir"),
        mechanism_file!("granule", "granule_km"),
        mechanism_file!("granule", "granule_kv"),
        mechanism_file!("granule", "granule_na"),
        mechanism_file!("granule", "granule_nap"),
    ],
};
