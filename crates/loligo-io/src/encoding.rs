//! Decoding of text, and detection of files that are not text.

use thiserror::Error;

/// The reason why the contents of a file are not UTF-8 text, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotText {
    /// A file of another kind.
    #[error("it is {what}; {remedy}")]
    Foreign {
        /// The kind of file.
        what: &'static str,
        /// The remedy.
        remedy: &'static str,
    },
    /// Text in UTF-16.
    #[error("it is text in UTF-16; save it as UTF-8 (Notepad: Save as, Encoding)")]
    Utf16,
    /// A byte that is not UTF-8.
    #[error(
        "line {line}, column {column}: the byte 0x{byte:02X}{} is not UTF-8 text; \
         save the file in the encoding UTF-8, or replace this character",
        in_windows_1252(*.byte)
    )]
    Byte {
        /// The line, from 1.
        line: usize,
        /// The column, counted in characters from 1.
        column: usize,
        /// The byte.
        byte: u8,
    },
}

/// Decodes bytes as UTF-8 text.
///
/// ```
/// use loligo_io::decode;
/// assert_eq!(decode("µm".into())?, "µm");
/// let error = decode(b"# 20\n# W\xe4rme".to_vec()).unwrap_err(); // Windows-1252
/// assert!(error.to_string().starts_with("line 2, column 4: the byte 0xE4 (\"ä\" in Windows-1252) is not UTF-8 text"));
/// # Ok::<(), loligo_io::NotText>(())
/// ```
///
/// # Errors
/// Bytes that are not UTF-8, with the kind of data that they seem to be.
pub fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    if let Some(foreign) = foreign_format(&bytes) {
        return Err(foreign);
    }
    String::from_utf8(bytes).map_err(|error| {
        let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let (line, column) = position(bytes, at);
        NotText::Byte { line, column, byte: bytes[at] }
    })
}

/// Line and column of a byte of a text, both from 1; columns count characters. A byte beyond the end has the
/// position of the end.
///
/// ```
/// assert_eq!(loligo_io::position("L = 1 # µm\ndiam".as_bytes(), 12), (2, 1));
/// ```
pub fn position(text: &[u8], byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
    (line, String::from_utf8_lossy(&before[line_start..]).chars().count() + 1)
}

/// Detects, by its first bytes, a kind of file that is often given by mistake in place of UTF-8
/// text.
pub fn foreign_format(bytes: &[u8]) -> Option<NotText> {
    const EXPORT: &str = "export what it holds as text (a spreadsheet: as CSV in UTF-8)";
    const PLAIN: &str = "save what it holds as plain text";
    const UNPACK: &str = "unpack it";
    const SIGNATURES: [(&[u8], &str, &str); 9] = [
        (b"PK\x03\x04", "a packed file (ZIP, as those of Excel and Word are), not text", EXPORT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a file of an old Excel or Word, not text", EXPORT),
        (b"{\\rtf", "a formatted text (RTF)", PLAIN),
        (b"%PDF-", "a PDF, not text", PLAIN),
        (b"\x1f\x8b", "a packed file (gzip), not text", UNPACK),
        (b"\x28\xb5\x2f\xfd", "a packed file (zstd), not text", UNPACK),
        (b"\xfd7zXZ\0", "a packed file (xz), not text", UNPACK),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file, not text", "check the path"),
        (b"version https://git-lfs.", "the pointer of Git LFS to a file", "get the file itself with `git lfs pull`"),
    ];
    let found = SIGNATURES.iter().find(|(signature, ..)| bytes.starts_with(signature));
    if let Some(&(_, what, remedy)) = found {
        return Some(NotText::Foreign { what, remedy });
    }
    if is_utf16(bytes) {
        return Some(NotText::Utf16);
    }
    let start = bytes.trim_ascii_start();
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let page = begins(b"<!doctype html") || begins(b"<html");
    page.then_some(NotText::Foreign { what: "a web page", remedy: "download the file itself (on GitHub: Raw)" })
}

/// True if a text has the byte order mark of UTF-16, or a zero byte next to each of its first
/// characters.
fn is_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    let start = &pairs[..pairs.len().min(16)];
    bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || (!start.is_empty() && start.iter().all(|&[first, second]| first != 0 && second == 0))
        || (!start.is_empty() && start.iter().all(|&[first, second]| first == 0 && second != 0))
}

/// The character of a byte in the usual encoding of older Windows programs.
fn in_windows_1252(byte: u8) -> String {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    let character = match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        0xa0 => '\0', // a no-break space, which looks like any other
        _ => char::from(byte),
    };
    if character == '\0' { String::new() } else { format!(" (\"{character}\" in Windows-1252)") }
}
