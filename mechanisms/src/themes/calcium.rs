//! Calcium.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "calcium",
    summary: "calcium with diffusion, a buffer and a pump",
    celsius: 34.0,
    files: &[mechanism_file!("calcium", "ca_shells")],
};
