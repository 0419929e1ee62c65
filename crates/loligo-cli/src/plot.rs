//! Pictures of an output directory.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::terminal::say;

/// Draws the pictures of an output directory; returns their files.
pub fn draw(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    loligo_plot::plot_directory(directory).map_err(Failure::Plot)
}

/// `loligo plot`: draws the pictures and prints their names.
pub fn plot(directory: &Path) -> Result<(), Failure> {
    for picture in draw(directory)? {
        say!("{}", picture.display());
    }
    Ok(())
}
