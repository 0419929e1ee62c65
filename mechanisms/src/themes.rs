//! The themes, one in each file.

mod hodgkin_huxley;
mod layer5;

use crate::theme::Theme;

/// All themes, in alphabetical order.
pub const THEMES: &[Theme] = &[hodgkin_huxley::THEME, layer5::THEME];
