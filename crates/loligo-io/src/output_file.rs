//! Output files: protection of existing files, and atomic writing.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;
use thiserror::Error;

/// Largest number of bytes by which a file is recognised.
const FIRST_BYTES: u64 = 1 << 16;

/// Beginning and end of the names of files that are not yet complete.
const PARTIAL: (&str, &str) = (".loligo-", ".partial");

/// A kind of file that Loligo writes, with a test by which such a file is recognised.
#[derive(Clone, Copy, Debug)]
pub struct OwnKind {
    /// Name with its article, such as "a checkpoint".
    pub name: &'static str,
    /// True if a file of this kind begins with these bytes: the first 64 KiB, or the whole file if it is shorter.
    pub is_own: fn(&[u8]) -> bool,
}

/// HDF5 files with any content.
pub const HDF5: OwnKind = OwnKind { name: "an HDF5 file", is_own: |bytes| bytes.starts_with(b"\x89HDF\r\n\x1a\n") };

/// The reason why a file cannot be written, and the remedy; the caller adds the path and the purpose of
/// the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A file of another kind exists at the path.
    #[error("a file that is not {wanted} has this name, and is not replaced; give another name, or move it away")]
    Other {
        /// The kind that may be replaced.
        wanted: &'static str,
    },
    /// Something that is not a regular file exists at the path.
    #[error("{found} has this name, and is not replaced; give the name of a file")]
    NoFile {
        /// The kind of the existing item, with its article.
        found: &'static str,
    },
    /// The file exists and is write-protected.
    #[error("it is write-protected, and is not replaced; give another name, or take the protection away")]
    Protected,
    /// The path does not end with a name.
    #[error("this is no name of a file; give one")]
    NoName,
    /// The folder does not exist.
    #[error("there is no folder {}; make it first, or give another path", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// A part of the path to the file is not a folder.
    #[error("{} is not a folder; give another path", path.display())]
    NotAFolder {
        /// The part that is not a folder.
        path: PathBuf,
    },
    /// Another error of the operating system.
    #[error("{reason}")]
    System {
        /// The kind of error.
        kind: io::ErrorKind,
        /// The operating system's message.
        reason: String,
    },
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        Self::System { kind: error.kind(), reason: error.to_string() }
    }
}

/// Checks that a file of a kind may be written at a path: the path must be free, or have a file of this kind, which
/// would be replaced. An empty file may be replaced, too. Nothing is changed, and only regular files are read.
///
/// ```
/// use loligo_io::{OutputError, OwnKind, check_place};
///
/// let note = OwnKind { name: "a note", is_own: |bytes| bytes.starts_with(b"note: ") };
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("file");
/// assert_eq!(check_place(&path, note), Ok(()));
/// std::fs::write(&path, "note: buy squid")?;
/// assert_eq!(check_place(&path, note), Ok(()));
/// std::fs::write(&path, "[run]")?;
/// assert_eq!(check_place(&path, note), Err(OutputError::Other { wanted: "a note" }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The path has something else; the folder does not exist.
pub fn check_place(path: impl AsRef<Path>, kind: OwnKind) -> Result<(), OutputError> {
    occupant(path.as_ref(), kind).map(drop)
}

/// The existing item that a file of a kind would replace, if any.
fn occupant(path: &Path, kind: OwnKind) -> Result<Option<Metadata>, OutputError> {
    let folder = folder_of(path)?;
    let data = match fs::symlink_metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !folder.is_dir() {
                return Err(OutputError::NoFolder { folder: folder.to_owned() });
            }
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(found) = no_file(&data) {
        return Err(OutputError::NoFile { found });
    }
    if data.permissions().readonly() {
        return Err(OutputError::Protected);
    }
    if data.len() > 0 {
        let mut first = Vec::new();
        File::open(path)?.take(FIRST_BYTES).read_to_end(&mut first)?;
        if !(kind.is_own)(&first) {
            return Err(OutputError::Other { wanted: kind.name });
        }
    }
    Ok(Some(data))
}

/// The folder of a file; an error if it does not exist.
fn folder_of(path: &Path) -> Result<&Path, OutputError> {
    let ends_in_separator =
        path.as_os_str().as_encoded_bytes().last().is_some_and(|&byte| std::path::is_separator(char::from(byte)));
    match path.parent().filter(|_| path.file_name().is_some() && !ends_in_separator) {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None if path.is_dir() => Err(OutputError::NoFile { found: "a folder" }),
        None => Err(OutputError::NoName),
    }
}

/// The kind of an item that is not a regular file; links are not followed.
fn no_file(data: &Metadata) -> Option<&'static str> {
    let kind = data.file_type();
    if kind.is_file() {
        return None;
    }
    if kind.is_symlink() {
        return Some("a symbolic link");
    }
    if kind.is_dir() {
        return Some("a folder");
    }
    Some("a pipe, socket or device")
}

/// Checks that files can be created in a folder, by creating one that is removed at once; for a folder that does not
/// exist yet, in its nearest existing parent.
///
/// # Errors
/// An error of the operating system; a part of the path that is not a folder.
pub fn check_folder(folder: impl AsRef<Path>) -> Result<(), OutputError> {
    let folder = folder.as_ref();
    let there = folder.ancestors().find(|path| fs::symlink_metadata(path).is_ok());
    let there = there.unwrap_or(Path::new("."));
    if !there.is_dir() {
        return Err(OutputError::NotAFolder { path: there.to_owned() });
    }
    tempfile::Builder::new().prefix(PARTIAL.0).suffix(PARTIAL.1).tempfile_in(there)?;
    Ok(())
}

/// Writes a file of a kind atomically: it is first written beside its place and then renamed. At any moment there is
/// either the old file or the complete new one, and an existing file keeps its permissions.
///
/// # Errors
/// As [`check_place`]; a file that cannot be written, in which case nothing has changed.
pub fn replace(
    path: impl AsRef<Path>,
    kind: OwnKind,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<(), OutputError> {
    let path = path.as_ref();
    let replaced = occupant(path, kind)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL.0).suffix(PARTIAL.1);
    #[cfg(unix)]
    let usual: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666); // less the umask
    #[cfg(unix)]
    builder.permissions(usual);
    let mut partial = builder.tempfile_in(folder_of(path)?)?;
    let mut out = BufWriter::new(partial.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(data) = replaced {
        partial.as_file().set_permissions(data.permissions())?;
    }
    partial.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Creates an empty file of a kind that is then written piece by piece. An existing file of this kind is removed, not
/// overwritten: programs that have it open can still read it.
///
/// # Errors
/// As [`check_place`]; an error of the operating system.
pub fn create(path: impl AsRef<Path>, kind: OwnKind) -> Result<File, OutputError> {
    let path = path.as_ref();
    remove(path, kind)?;
    Ok(OpenOptions::new().write(true).create_new(true).open(path)?)
}

/// Removes a file of a kind, if there is one.
///
/// # Errors
/// As [`check_place`]; an error of the operating system.
pub fn remove(path: impl AsRef<Path>, kind: OwnKind) -> Result<(), OutputError> {
    let path = path.as_ref();
    if occupant(path, kind)?.is_some() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// True for the name of a file that [`replace`] was writing when its process was killed.
pub fn is_partial(name: &str) -> bool {
    name.starts_with(PARTIAL.0) && name.ends_with(PARTIAL.1)
}

/// True if an open file is still the one at a path: neither removed, nor moved with its folder.
pub fn is_at(file: &File, path: impl AsRef<Path>) -> bool {
    let open = file.try_clone().and_then(Handle::from_file);
    // Without a handle the files cannot be compared; they are then assumed to be the same.
    open.map_or(true, |open| Handle::from_path(path).is_ok_and(|there| there == open))
}
