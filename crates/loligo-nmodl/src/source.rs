//! The texts of a `.mod` file and the files that it includes, and places in these texts.

use std::path::{Path, PathBuf};

use loligo_io::{InputError, InputFile, NotText, foreign_format};
use loligo_mechanism_library::{LibraryError, LibraryName};

/// A span of text: bytes of the [`Sources`], counted over all their files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from the start of this one to the end of another that follows it.
    #[must_use]
    pub fn to(self, last: Self) -> Self {
        Self { start: self.start.min(last.start), end: self.end.max(last.end) }
    }
}

/// A place to show to a user: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The file's path as given.
    pub file: &'a Path,
    /// Number of the line, from 1.
    pub line: usize,
    /// Number of the character in the line, from 1.
    pub column: usize,
    /// The text of the line.
    pub text: &'a str,
}

/// Error of reading a source text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The library has no such mechanism.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The file is not text.
    #[error(transparent)]
    Foreign(#[from] NotText),
    /// The file and its included files are longer than [`Sources::LIMIT`].
    #[error("it is longer, with the files that it includes, than {} bytes, the limit for NMODL", Sources::LIMIT)]
    TooLong,
}

/// A `.mod` file and the files that it includes, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    path: PathBuf,
    /// The first byte of its text, counted over all sources.
    start: u32,
    text: String,
    /// The first byte of each line, counted from `start`.
    lines: Vec<u32>,
    /// `true` if its bytes were not UTF-8 and were read as ISO 8859-1 (Latin-1).
    is_latin: bool,
}

impl Sources {
    /// The most bytes of a file and its included files together.
    pub const LIMIT: u64 = 4 << 20;

    /// Creates an empty set of files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file, or a mechanism of the library, and adds it; returns its number.
    ///
    /// # Errors
    /// If the file cannot be read, is not text, or is too long, or the library has no such mechanism.
    pub fn read(&mut self, path: &Path) -> Result<usize, SourceError> {
        let contents = match LibraryName::of(path) {
            Some(name) => name.file()?.text.into(),
            None => InputFile::open(path, Self::LIMIT)?.contents()?,
        };
        self.add(path, contents)
    }

    /// Adds a file with its contents; returns its number. Bytes that are not UTF-8 are read as ISO 8859-1 (Latin-1).
    ///
    /// # Errors
    /// If the contents are not text, or too long.
    pub fn add(&mut self, path: &Path, contents: Vec<u8>) -> Result<usize, SourceError> {
        if let Some(foreign) = foreign_format(&contents) {
            return Err(foreign.into());
        }
        let (text, is_latin) = match String::from_utf8(contents) {
            Ok(text) => (text, false),
            Err(error) => (error.as_bytes().iter().map(|&byte| char::from(byte)).collect(), true),
        };
        let start = self.files.last().map_or(0, |last| u64::from(last.start) + last.text.len() as u64 + 1);
        if start + text.len() as u64 > Self::LIMIT {
            return Err(SourceError::TooLong);
        }
        let lines = line_starts(&text);
        // Below the limit, which fits into a u32.
        self.files.push(File { path: path.to_owned(), start: start as u32, text, lines, is_latin });
        Ok(self.files.len() - 1)
    }

    /// Path, text and first byte of a file, by its number.
    ///
    /// # Panics
    /// If there is no file of that number.
    pub fn file(&self, number: usize) -> (&Path, &str, u32) {
        let file = &self.files[number];
        (&file.path, &file.text, file.start)
    }

    /// `true` if the bytes of a file, by its number, were not UTF-8.
    ///
    /// # Panics
    /// If there is no file of that number.
    pub fn is_latin(&self, number: usize) -> bool {
        self.files[number].is_latin
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.find(span.start).map_or("", |file| {
            let [start, end] = [span.start, span.end].map(|at| (at - file.start) as usize);
            file.text.get(start..end).unwrap_or("")
        })
    }

    /// The start of a span as a place to show; `None` without files.
    pub fn locate(&self, span: Span) -> Option<Location<'_>> {
        let file = self.find(span.start)?;
        let at = (span.start - file.start).min(file.text.len() as u32);
        let line = file.lines.partition_point(|&start| start <= at);
        let start = file.lines[line - 1] as usize; // the first line begins at 0
        let text = file.text[start..].split(['\n', '\r']).next().unwrap_or("");
        let before = file.text.get(start..at as usize).unwrap_or("");
        Some(Location { file: &file.path, line, column: before.chars().count() + 1, text })
    }

    fn find(&self, at: u32) -> Option<&File> {
        let number = self.files.partition_point(|file| file.start <= at);
        self.files.get(number.checked_sub(1)?)
    }
}

/// The first bytes of the lines; lines end with a newline, a carriage return, or both.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let ends = |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    let starts = (0..bytes.len()).filter(|&at| ends(at)).map(|at| at as u32 + 1);
    std::iter::once(0).chain(starts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let mut sources = Sources::new();
        sources.add(Path::new("a.mod"), b"one\ntwo\r\nthree\rfour".to_vec()).unwrap();
        let number = sources.add(Path::new("b.inc"), b"caf\xe9 five".to_vec()).unwrap();
        let at = |start| sources.locate(Span { start, end: start }).map(|place| (place.line, place.column, place.text));
        assert_eq!(
            [at(0), at(4), at(9), at(15)],
            [Some((1, 1, "one")), Some((2, 1, "two")), Some((3, 1, "three")), Some((4, 1, "four"))]
        );
        let (path, text, start) = sources.file(number);
        assert_eq!((path, text, sources.is_latin(number)), (Path::new("b.inc"), "café five", true));
        let five = start + 6; // é has two bytes
        assert_eq!(at(five), Some((1, 6, "café five")));
        assert_eq!(sources.text(Span { start: five, end: five + 4 }), "five");
    }
}
