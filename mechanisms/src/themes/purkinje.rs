//! A cerebellar Purkinje cell.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "purkinje",
    summary: "channels and calcium of a cerebellar Purkinje cell",
    celsius: 22.0,
    files: &[
        mechanism_file!("purkinje", "purkinje_bk"),
        mechanism_file!("purkinje", "purkinje_ca"),
        mechanism_file!("purkinje", "purkinje_cap"),
        mechanism_file!("purkinje", "purkinje_ih"),
        mechanism_file!("purkinje", "purkinje_ka"),
        mechanism_file!("purkinje", "purkinje_kdr"),
        mechanism_file!("purkinje", "purkinje_kv3"),
        mechanism_file!("purkinje", "purkinje_na"),
    ],
};
