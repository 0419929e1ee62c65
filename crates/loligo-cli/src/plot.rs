//! Pictures of an output directory.

use std::path::Path;

use crate::failure::Failure;

/// Draws the pictures of an output directory and prints their names.
pub fn plot(directory: &Path) -> Result<(), Failure> {
    if !directory.join("summary.json").is_file() {
        let path = directory.display();
        return Err(Failure::Input(format!("{path} holds no summary.json; give a directory that `loligo run` wrote")));
    }
    let pictures = loligo_plot::plot_directory(directory).map_err(|error| Failure::Plot(error.to_string()))?;
    for picture in pictures {
        println!("{}", picture.display());
    }
    Ok(())
}
