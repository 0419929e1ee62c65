//! Loligo's own mechanisms: texts in NMODL by theme, part of the program.
//!
//! A theme is used by the name `loligo:` and the theme's, one of its mechanisms by that and the mechanism's, wherever the
//! path of a folder or file of mechanisms can be given: `loligo:layer5`, `loligo:layer5/na_t`.

mod name;
mod theme;
mod themes;

pub use name::{LibraryError, LibraryName};
pub use theme::{MechanismFile, Theme};
pub use themes::THEMES;
