//! The themes of Loligo's own mechanisms that a case uses.

use loligo::kernels::Catalogue;
use loligo::nmodl::{library::THEMES, load};

use crate::simulator::SimulatorError;
use crate::vocabulary::Definition;

/// Adds the themes that have a mechanism of the case to a catalogue.
///
/// # Errors
/// If they cannot be loaded.
pub(crate) fn with_themes(catalogue: Catalogue, case: &Definition) -> Result<Catalogue, SimulatorError> {
    let points = case.points.iter().map(|point| point.kind.as_str());
    let names = points.chain(case.art.iter().map(|cell| cell.kind.as_str()));
    let names: Vec<_> = names.chain(case.density.iter().map(|entry| entry.mech.as_str())).collect();
    let used = THEMES.iter().filter(|theme| theme.files.iter().any(|file| names.contains(&file.name)));
    let loaded = load(catalogue, used.map(|theme| format!("loligo:{}", theme.name)));
    Ok(loaded.map_err(|errors| SimulatorError::Refused { message: errors.to_string() })?.catalogue)
}
