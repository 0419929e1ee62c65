//! The themes, one in each file.

mod calcium;
mod granule;
mod hippocampus;
mod hodgkin_huxley;
mod layer5;
mod purkinje;
mod synapses;

use crate::theme::Theme;

/// All themes, in alphabetical order.
pub const THEMES: &[Theme] = &[
    calcium::THEME,
    granule::THEME,
    hippocampus::THEME,
    hodgkin_huxley::THEME,
    layer5::THEME,
    purkinje::THEME,
    synapses::THEME,
];
