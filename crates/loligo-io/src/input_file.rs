//! Opening and reading input files.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use thiserror::Error;

use crate::encoding::{NotText, decode};

/// Largest number of bytes read from a model, a configuration, a morphology or a table: 256 MiB.
pub const USUAL_BYTES: u64 = 256 << 20;

/// An input file that is open for reading: a regular file, of at most a given number of bytes.
///
/// Opening never blocks, reading stops at the limit even if the file grows meanwhile, and folders, pipes, devices
/// and sockets are rejected before anything is read from them. Symbolic links are followed.
///
/// ```
/// use loligo_io::{FileKind, InputError, InputFile, USUAL_BYTES};
///
/// let folder = tempfile::tempdir()?;
/// assert_eq!(InputFile::open(folder.path(), USUAL_BYTES).unwrap_err(), InputError::NoFile(FileKind::Folder));
/// let path = folder.path().join("model.toml");
/// std::fs::write(&path, "[run]\n")?;
/// assert_eq!(InputFile::open(&path, USUAL_BYTES)?.text()?, "[run]\n");
/// assert_eq!(InputFile::open(&path, 5).unwrap_err(), InputError::TooLarge { limit: 5 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct InputFile {
    file: Limited<File>,
    /// Size in bytes at opening.
    bytes: u64,
}

/// The reason why an input file cannot be read, and the remedy; the caller adds the path and the purpose of
/// the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputError {
    /// The operating system cannot open or read it.
    #[error("{reason}; check the path and its permissions")]
    System {
        /// The kind of error.
        kind: io::ErrorKind,
        /// The operating system's message.
        reason: String,
    },
    /// The path leads to something that is not a regular file.
    #[error("it is {0}")]
    NoFile(FileKind),
    /// The file is larger than the limit.
    #[error("it is larger than {}, the limit for such a file; check the path", in_units(*.limit))]
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// The file does not fit into memory.
    #[error("its {} do not fit into this computer's memory", in_units(*.bytes))]
    NoMemory {
        /// Size of the file, bytes.
        bytes: u64,
    },
    /// The file is not UTF-8 text.
    #[error(transparent)]
    NotText(#[from] NotText),
}

/// The kind of a path that is not a regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A pipe, named or unnamed.
    Pipe,
    /// A device such as a terminal, a disk or `/dev/zero`.
    Device,
    /// A socket.
    Socket,
    /// Any other kind.
    Other,
}

/// The kind and the remedy.
impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder, not a file; give the path of a file in it",
            Self::Pipe => "a pipe, not a file; write what comes through it to a file, and give the path of that",
            Self::Device => "a device, not a file; check the path",
            Self::Socket => "a socket, not a file; check the path",
            Self::Other => "no regular file; check the path",
        })
    }
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        // Recovers an error of this module from a reader that returns errors of the operating
        // system's type.
        let system = |error: &io::Error| Self::System { kind: error.kind(), reason: error.to_string() };
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            Some(own) => own.clone(),
            None => system(&error),
        }
    }
}

impl InputFile {
    /// Opens a regular file of at most `limit` bytes.
    ///
    /// # Errors
    /// A file that cannot be opened, is not regular, or is larger than the limit.
    pub fn open(path: impl AsRef<Path>, limit: u64) -> Result<Self, InputError> {
        let path = path.as_ref();
        // Before opening, because opening has an effect on some devices.
        regular(&std::fs::metadata(path)?)?;
        let mut options = OpenOptions::new();
        options.read(true);
        // If the file has been replaced by a pipe since, opening must not wait for its other end.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
        let file = options.open(path)?;
        let data = file.metadata()?;
        regular(&data)?;
        let bytes = data.len();
        if bytes > limit {
            return Err(InputError::TooLarge { limit });
        }
        Ok(Self { file: Limited::new(file, limit), bytes })
    }

    /// Size of the file when it was opened, bytes.
    pub fn size(&self) -> u64 {
        self.bytes
    }

    /// Reads the whole contents of the file.
    ///
    /// # Errors
    /// A file that cannot be read, has grown beyond the limit, or does not fit into memory.
    pub fn contents(mut self) -> Result<Vec<u8>, InputError> {
        let mut contents = Vec::new();
        let no_memory = InputError::NoMemory { bytes: self.bytes };
        let room = usize::try_from(self.bytes).ok().filter(|&bytes| contents.try_reserve_exact(bytes).is_ok());
        room.ok_or(no_memory)?;
        self.file.read_to_end(&mut contents)?;
        Ok(contents)
    }

    /// Reads the whole contents of the file as UTF-8 text.
    ///
    /// # Errors
    /// As [`contents`](Self::contents); contents that are not UTF-8 text.
    pub fn text(self) -> Result<String, InputError> {
        Ok(decode(self.contents()?)?)
    }
}

/// Reads at most as many bytes as the limit; more bytes are an error, which [`InputError::from`] converts
/// back.
impl Read for InputFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for InputFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.reader.seek(position)
    }
}

/// Reads everything from a reader, if that is at most `limit` bytes.
///
/// ```
/// use loligo_io::{InputError, contents};
/// assert_eq!(contents(&b"abc"[..], 3)?, b"abc");
/// assert_eq!(contents(std::io::repeat(0), 1 << 20), Err(InputError::TooLarge { limit: 1 << 20 }));
/// # Ok::<(), InputError>(())
/// ```
///
/// # Errors
/// Data that cannot be read, or exceed the limit.
pub fn contents(reader: impl Read, limit: u64) -> Result<Vec<u8>, InputError> {
    let mut contents = Vec::new();
    Limited::new(reader, limit).read_to_end(&mut contents)?;
    Ok(contents)
}

/// A reader that returns an error instead of more bytes than a limit; the limit can be renewed, for instance with every
/// line.
///
/// ```
/// use std::io::{BufRead, BufReader};
/// use loligo_io::Limited;
/// let mut lines = BufReader::new(Limited::new(std::io::repeat(b'0'), 1 << 20));
/// assert!(lines.read_line(&mut String::new()).is_err());
/// ```
#[derive(Debug)]
pub struct Limited<R> {
    reader: R,
    limit: u64,
    /// Number of bytes that may still be read.
    left: u64,
}

impl<R> Limited<R> {
    /// A reader of at most `limit` bytes.
    pub fn new(reader: R, limit: u64) -> Self {
        Self { reader, limit, left: limit }
    }

    /// Resets the number of bytes that may be read to the limit.
    pub fn renew(&mut self) {
        self.left = self.limit;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 && !buffer.is_empty() {
            // At the limit, everything except the end is an error.
            return match self.reader.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other(InputError::TooLarge { limit: self.limit })),
            };
        }
        let count = self.reader.read(&mut buffer[..room])?;
        self.left -= count as u64;
        Ok(count)
    }
}

fn regular(data: &Metadata) -> Result<(), InputError> {
    let kind = data.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(InputError::NoFile(FileKind::Folder));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Err(InputError::NoFile(FileKind::Pipe));
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Err(InputError::NoFile(FileKind::Device));
        }
        if kind.is_socket() {
            return Err(InputError::NoFile(FileKind::Socket));
        }
    }
    Err(InputError::NoFile(FileKind::Other))
}

/// Formats a number of bytes in the largest unit that gives a whole number.
fn in_units(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let power = (bytes.trailing_zeros() as usize / 10).min(units.len() - 1);
    if bytes == 0 { "0 bytes".to_owned() } else { format!("{} {}", bytes >> (10 * power), units[power]) }
}
