//! The `.mod` files of folders and of the library's themes.

use std::path::{Path, PathBuf};

use loligo_mechanism_library::{LibraryError, LibraryName};

/// Error of finding `.mod` files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// A folder that cannot be read.
    #[error("{}: {reason}; check the path and its permissions", path.display())]
    Folder {
        /// Its path.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// A folder without `.mod` files.
    #[error("{}: there are no .mod files in this folder; check the path", path.display())]
    NoFiles {
        /// Its path.
        path: PathBuf,
    },
    /// A name that the library does not have.
    #[error("{}: {error}", path.display())]
    Library {
        /// The name.
        path: PathBuf,
        /// The reason.
        error: LibraryError,
    },
}

impl FilesError {
    /// The folder or name that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder { path, .. } | Self::NoFiles { path } | Self::Library { path, .. } => path,
        }
    }
}

/// The `.mod` files that a path means: those of a folder in bytewise order of their names, the same order as in
/// nrnivmodl, those of a theme of Loligo's own mechanisms (`loligo:layer5`), or the file itself.
///
/// # Errors
/// If a folder cannot be read or has no `.mod` files, or the library has no such theme or mechanism.
pub fn mod_files(path: &Path) -> Result<Vec<PathBuf>, FilesError> {
    if let Some(name) = LibraryName::of(path) {
        let files = name.files().map_err(|error| FilesError::Library { path: path.to_owned(), error })?;
        return Ok(files.into_iter().map(|(path, _)| path).collect());
    }
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| FilesError::Folder { path: path.to_owned(), reason: error.to_string() };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|extension| extension == "mod") {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(FilesError::NoFiles { path: path.to_owned() });
    }
    files.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    Ok(files)
}
