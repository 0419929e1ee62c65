//! A theme: mechanisms that belong together.

/// Mechanisms that belong together, such as the channels of one kind of cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// Its name: letters, digits and hyphens. It is also the name of its folder.
    pub name: &'static str,
    /// Its contents in some words.
    pub summary: &'static str,
    /// The temperature of its pictures, degC.
    pub celsius: f64,
    /// Its files, in bytewise order of their names, the order of evaluation.
    pub files: &'static [MechanismFile],
}

/// A mechanism in NMODL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MechanismFile {
    /// Name of the file without `.mod`, which is also the mechanism's name in a model.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The file of a mechanism, given the names of its theme and of itself.
macro_rules! mechanism_file {
    ($theme:literal, $name:literal) => {
        $crate::theme::MechanismFile {
            name: $name,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $theme, "/", $name, ".mod")),
        }
    };
}

pub(crate) use mechanism_file;
