//! Finds input files.

use std::path::{Path, PathBuf};

use crate::configuration::error::ConfigurationError;

/// Finds an input file: neurodamus's `find_input_file`.
///
/// An absolute path is taken as it is; a relative one is searched for in the search paths, in their order, and never in
/// the folder in which the program was started. If the path leads to a folder, `alternative` is searched for in it; a
/// file takes precedence over folders of later search paths.
///
/// # Errors
/// [`ConfigurationError::NoInputFile`], with all places that were searched.
///
/// ```
/// use loligo_format::configuration::find_input_file;
/// let folder = env!("CARGO_MANIFEST_DIR");
/// let found = find_input_file("src", &[folder], Some("lib.rs"))?;
/// assert!(found.ends_with("src/lib.rs"));
/// assert!(find_input_file("lib.rs", &[folder], None).is_err());
/// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
/// ```
pub fn find_input_file(
    path: impl AsRef<Path>,
    search_paths: &[impl AsRef<Path>],
    alternative: Option<&str>,
) -> Result<PathBuf, ConfigurationError> {
    let path = path.as_ref();
    let candidates: Vec<PathBuf> = if path.is_absolute() {
        vec![path.to_owned()]
    } else {
        search_paths.iter().map(|folder| folder.as_ref().join(path)).collect()
    };
    let found = candidates.iter().find_map(|candidate| match alternative {
        Some(name) if candidate.is_dir() => Some(candidate.join(name)).filter(|file| file.is_file()),
        _ => candidate.is_file().then(|| candidate.clone()),
    });
    found.ok_or_else(|| ConfigurationError::NoInputFile { path: path.to_owned(), looked_at: candidates })
}
