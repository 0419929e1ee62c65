//! Pictures of an output directory.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::terminal::{complain, say};

/// Draws the pictures of an output directory; returns their files. Notes on omitted data go to the error stream.
pub fn draw(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let pictures = loligo_plot::draw_directory(directory).map_err(Failure::Plot)?;
    for note in &pictures.notes {
        complain!("warning: {note}");
    }
    Ok(pictures.files)
}

/// `loligo plot`: draws the pictures and prints their names.
pub fn plot(directory: &Path) -> Result<(), Failure> {
    for picture in draw(directory)? {
        say!("{}", picture.display());
    }
    Ok(())
}
