//! Synapses.

use crate::theme::{Theme, mechanism_file};

pub(super) const THEME: Theme = Theme {
    name: "synapses",
    summary: "synapses: NMDA, random release, short-term and spike-timing-dependent plasticity, graded, gap junction",
    celsius: 34.0,
    files: &[
        mechanism_file!("synapses", "Gap"),
        mechanism_file!("synapses", "GradedSyn"),
        mechanism_file!("synapses", "NmdaSyn"),
        mechanism_file!("synapses", "ProbAmpaNmda"),
        mechanism_file!("synapses", "ProbGaba"),
        mechanism_file!("synapses", "StdpSyn"),
        mechanism_file!("synapses", "TsodyksMarkram"),
    ],
};
