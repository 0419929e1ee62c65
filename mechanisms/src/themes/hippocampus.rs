//! A hippocampal pyramidal cell.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "hippocampus",
    summary: "A-type and D-type potassium channels of a hippocampal pyramidal cell",
    celsius: 34.0,
    files: &[mechanism_file!("hippocampus", "hippocampus_ka"), mechanism_file!("hippocampus", "hippocampus_kd")],
};
