//! `loligo morphology`.

use std::path::Path;

use loligo::morphology::Morphology;

use crate::failure::Failure;
use crate::terminal::{complain, say};

/// Prints the section tree and the totals of a morphology; warnings go to the error stream.
pub fn morphology(file: &Path) -> Result<(), Failure> {
    let imported = Morphology::read(file).map_err(Failure::Morphology)?;
    say!("{}", imported.morphology.summary());
    for warning in &imported.warnings {
        complain!("warning: {}: {warning}", file.display());
    }
    Ok(())
}
