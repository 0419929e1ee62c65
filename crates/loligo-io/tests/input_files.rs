//! An input file is a regular file of bounded size: for any kind of path, opening and reading it ends soon, takes no
//! more memory than its limit, and reports the fault.

use std::io::Read;
use std::path::Path;

use loligo_io::{FileKind, InputError, InputFile, NotText, USUAL_BYTES, decode};
use proptest::prelude::*;

fn refused(path: impl AsRef<Path>) -> InputError {
    InputFile::open(path, USUAL_BYTES).expect_err("it is no file")
}

#[cfg(unix)]
#[test]
fn pipes_devices_sockets_and_links_to_them_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let path = std::ffi::CString::new(at("pipe").to_str().unwrap()).unwrap();
    // SAFETY: `path` is a valid path that ends with a zero byte.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("link to a device")).unwrap();
    std::os::unix::fs::symlink(at("pipe"), at("link to a pipe")).unwrap();
    std::os::unix::fs::symlink(at("loop"), at("loop")).unwrap();
    assert_eq!(refused(at("pipe")), InputError::NoFile(FileKind::Pipe));
    assert_eq!(refused(at("link to a pipe")), InputError::NoFile(FileKind::Pipe));
    assert_eq!(refused(at("link to a device")), InputError::NoFile(FileKind::Device));
    assert_eq!(refused("/dev/zero"), InputError::NoFile(FileKind::Device));
    assert_eq!(refused(at("socket")), InputError::NoFile(FileKind::Socket));
    assert_eq!(refused(folder.path()), InputError::NoFile(FileKind::Folder));
    assert!(matches!(refused(at("loop")), InputError::System { .. }));
    assert!(refused(at("nothing")).to_string().contains("No such file"));
}

#[test]
fn the_limit_is_said_and_holds_for_files_that_grow() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, b"12345678").unwrap();
    assert_eq!(InputFile::open(&path, 8).unwrap().contents().unwrap(), b"12345678");
    assert_eq!(InputFile::open(&path, 7).unwrap_err(), InputError::TooLarge { limit: 7 });
    let open = InputFile::open(&path, 8).unwrap();
    std::fs::write(&path, b"123456789").unwrap();
    assert_eq!(open.contents().unwrap_err(), InputError::TooLarge { limit: 8 });
    let mut open = InputFile::open(&path, 9).unwrap();
    let mut all = Vec::new();
    assert_eq!(open.read_to_end(&mut all).unwrap(), 9);
    let said = |limit| InputError::TooLarge { limit }.to_string();
    assert!(said(256 << 20).starts_with("it is larger than 256 MiB, the limit"), "{}", said(256 << 20));
    assert!(said(64 << 30).contains("64 GiB") && said(1000).contains("1000 bytes"));
}

/// A sparse file, with a size larger than its stored data.
#[cfg(target_os = "linux")]
#[test]
fn a_size_beyond_the_memory_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let made = std::fs::File::create(&path).and_then(|file| file.set_len(1 << 42));
    if made.is_ok() {
        assert_eq!(InputFile::open(&path, USUAL_BYTES).unwrap_err(), InputError::TooLarge { limit: USUAL_BYTES });
        let open = InputFile::open(&path, u64::MAX).unwrap();
        assert_eq!(open.contents().unwrap_err(), InputError::NoMemory { bytes: 1 << 42 });
    }
}

#[test]
fn what_is_no_text_is_named() {
    let said = |bytes: &[u8]| decode(bytes.to_vec()).unwrap_err().to_string();
    assert!(said(b"PK\x03\x04...").contains("Excel"));
    assert!(said(b"{\\rtf1\\ansi [run]}").contains("RTF"));
    assert!(said(b"\n<!DOCTYPE HTML><p>").contains("web page"));
    assert!(said(b"\xff\xfe[\0r\0").contains("UTF-16"));
    assert!(said("[\0r\0u\0n\0]\0".as_bytes()).contains("UTF-16"));
    assert!(said(b"\0[\0r\0u\0n\0]").contains("UTF-16"));
    assert!(said(b"version https://git-lfs.github.com/spec/v1\n").contains("git lfs pull"));
    assert!(said(b"a = \"\x93b\x94\"").contains("line 1, column 6: the byte 0x93 (\"“\" in Windows-1252)"));
    assert_eq!(decode(b"\r\n\xc3\xa4 \xa0".to_vec()), Err(NotText::Byte { line: 2, column: 3, byte: 0xa0 }));
    assert!(said(b"\xa0").starts_with("line 1, column 1: the byte 0xA0 is not UTF-8"));
    assert_eq!(decode(Vec::new()).unwrap(), "");
}

proptest! {
    #[test]
    fn any_input_is_text_or_has_a_place(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        match decode(bytes.clone()) {
            Ok(text) => prop_assert_eq!(text.as_bytes(), &bytes[..]),
            Err(NotText::Byte { line, column, byte }) => {
                prop_assert!(byte >= 0x80 && column >= 1);
                let of_line = bytes.split(|&byte| byte == b'\n').nth(line - 1);
                prop_assert!(of_line.is_some_and(|bytes| bytes.contains(&byte) && column <= bytes.len()));
            }
            Err(other) => prop_assert!(!other.to_string().is_empty()),
        }
    }
}
