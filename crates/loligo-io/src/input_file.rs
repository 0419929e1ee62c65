//! Opening a file that is read.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use thiserror::Error;

use crate::{NotText, decode};

/// Bytes that are read of a model, a configuration, a morphology or a table, at most: 256 MiB.
pub const USUAL_BYTES: u64 = 256 << 20;

/// A file that is open for reading: a regular one, of at most a given number of bytes.
///
/// Opening never waits, reading ends at the limit even if the file grows meanwhile, and folders, pipes, devices and
/// sockets are refused before anything is read of them. Symbolic links are followed.
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
    /// Bytes when it was opened.
    bytes: u64,
}

/// Why an input file cannot be read, and what to do; the path is left to whoever knows what the file is for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputError {
    /// The system cannot open or read it.
    #[error("{reason}; check the path and its permissions")]
    System {
        /// What kind of error it is.
        kind: io::ErrorKind,
        /// What the system says.
        reason: String,
    },
    /// Something that is no regular file.
    #[error("it is {0}")]
    NoFile(FileKind),
    /// More bytes than are read.
    #[error("it is larger than {}, the limit for such a file; check the path", in_units(*.limit))]
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// More bytes than there is memory for.
    #[error("its {} do not fit into this computer's memory", in_units(*.bytes))]
    NoMemory {
        /// Size of the file, bytes.
        bytes: u64,
    },
    /// What is no text in UTF-8.
    #[error(transparent)]
    NotText(#[from] NotText),
}

/// What a path leads to that is no regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A pipe, with a name or without.
    Pipe,
    /// A device such as a terminal, a disk or `/dev/zero`.
    Device,
    /// A socket.
    Socket,
    /// Something else that is no regular file.
    Other,
}

/// What it is, and what to do.
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
        // An error of this module comes back from readers that know only the system's.
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
    /// What cannot be opened, is no regular file, or is larger.
    pub fn open(path: impl AsRef<Path>, limit: u64) -> Result<Self, InputError> {
        let path = path.as_ref();
        // Before opening, which would make some devices act.
        regular(&std::fs::metadata(path)?)?;
        let mut options = OpenOptions::new();
        options.read(true);
        // If a pipe has taken the file's place since, opening must not wait for its other end.
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

    /// All that the file holds.
    ///
    /// # Errors
    /// What cannot be read, has grown beyond the limit, or does not fit into the memory.
    pub fn contents(mut self) -> Result<Vec<u8>, InputError> {
        let mut contents = Vec::new();
        let no_memory = InputError::NoMemory { bytes: self.bytes };
        let room = usize::try_from(self.bytes).ok().filter(|&bytes| contents.try_reserve_exact(bytes).is_ok());
        room.ok_or(no_memory)?;
        self.file.read_to_end(&mut contents)?;
        Ok(contents)
    }

    /// All that the file holds, as text in UTF-8.
    ///
    /// # Errors
    /// As [`contents`](Self::contents); what is no such text.
    pub fn text(self) -> Result<String, InputError> {
        Ok(decode(self.contents()?)?)
    }
}

/// Reads at most as many bytes as the limit; more of them are an error, which [`InputError::from`] gives back.
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

/// All that a reader gives, if that is at most `limit` bytes.
///
/// ```
/// use loligo_io::{InputError, contents};
/// assert_eq!(contents(&b"abc"[..], 3)?, b"abc");
/// assert_eq!(contents(std::io::repeat(0), 1 << 20), Err(InputError::TooLarge { limit: 1 << 20 }));
/// # Ok::<(), InputError>(())
/// ```
///
/// # Errors
/// What cannot be read, or is larger.
pub fn contents(reader: impl Read, limit: u64) -> Result<Vec<u8>, InputError> {
    let mut contents = Vec::new();
    Limited::new(reader, limit).read_to_end(&mut contents)?;
    Ok(contents)
}

/// A reader that gives an error instead of more bytes than a limit, which can be renewed, for instance with every line.
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
    /// Bytes that may still be read.
    left: u64,
}

impl<R> Limited<R> {
    /// A reader of at most `limit` bytes.
    pub fn new(reader: R, limit: u64) -> Self {
        Self { reader, limit, left: limit }
    }

    /// Lets as many bytes be read as in the beginning.
    pub fn renew(&mut self) {
        self.left = self.limit;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 && !buffer.is_empty() {
            // At the limit only the end is no error.
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

/// A number of bytes in the largest unit that gives a whole number.
fn in_units(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let power = (bytes.trailing_zeros() as usize / 10).min(units.len() - 1);
    if bytes == 0 { "0 bytes".to_owned() } else { format!("{} {}", bytes >> (10 * power), units[power]) }
}
