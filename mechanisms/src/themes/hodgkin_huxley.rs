//! The squid's giant axon.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "hodgkin-huxley",
    summary: "the squid's giant axon: sodium channel, potassium channel and leak",
    celsius: 6.3,
    files: &[
        mechanism_file!("hodgkin-huxley", "squid_k"),
        mechanism_file!("hodgkin-huxley", "squid_leak"),
        mechanism_file!("hodgkin-huxley", "squid_na"),
    ],
};
