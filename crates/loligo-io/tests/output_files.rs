//! Contract: a file is replaced only by its own kind and as a whole. For any item at its place, and any end of the
//! writing, the result is either the previous item or the complete new file.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use loligo_io::{OutputError, OwnKind, check_folder, check_place, create, is_at, remove, replace};
use proptest::prelude::*;

const NOTE: OwnKind = OwnKind { name: "a note", is_own: |bytes| bytes.starts_with(b"note") };

/// The contents of a folder: names, and the contents of files.
fn contents(folder: &Path) -> Vec<(String, Option<Vec<u8>>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut found: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).ok())).collect();
    found.sort();
    found
}

/// An item that may exist at the place of a file.
#[derive(Clone, Debug)]
enum Occupant {
    Nothing,
    File(Vec<u8>),
    Folder,
    Link(&'static str),
}

fn occupant() -> impl Strategy<Value = Occupant> {
    prop_oneof![
        Just(Occupant::Nothing),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Occupant::File),
        (0..=4_usize, proptest::collection::vec(any::<u8>(), 0..100_000)).prop_map(|(length, rest)| {
            let mut bytes = b"note"[..length].to_vec();
            bytes.extend(rest);
            Occupant::File(bytes)
        }),
        Just(Occupant::Folder),
        prop_oneof![Just("other"), Just("nothing"), Just("file"), Just(".")].prop_map(Occupant::Link),
    ]
}

proptest! {
    #[test]
    fn any_input_is_replaced_as_a_whole_or_not_at_all(
        occupant in occupant(),
        written in proptest::collection::vec(any::<u8>(), 0..100_000),
        // Position at which writing fails.
        fails_at in proptest::option::of(0..100_000_usize),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(folder.path().join("other"), "note: not this one").unwrap();
        let may_be_replaced = match &occupant {
            Occupant::Nothing => true,
            Occupant::File(bytes) => {
                fs::write(&path, bytes).unwrap();
                bytes.is_empty() || bytes.starts_with(b"note")
            }
            Occupant::Folder => {
                fs::create_dir(&path).unwrap();
                false
            }
            #[cfg(unix)]
            Occupant::Link(target) => {
                std::os::unix::fs::symlink(target, &path).unwrap();
                false
            }
            #[cfg(not(unix))]
            Occupant::Link(_) => true,
        };
        let before = contents(folder.path());
        prop_assert_eq!(check_place(&path, NOTE).is_ok(), may_be_replaced);
        prop_assert_eq!(&contents(folder.path()), &before);
        let fails_at = fails_at.filter(|&at| at < written.len());
        let done = replace(&path, NOTE, |out| match fails_at {
            Some(at) => out.write_all(&written[..at]).and(Err(io::Error::other("no more"))),
            None => out.write_all(&written),
        });
        prop_assert_eq!(done.is_ok(), may_be_replaced && fails_at.is_none());
        if done.is_ok() {
            prop_assert_eq!(fs::read(&path).unwrap(), written);
            let mut expected = before;
            expected.retain(|(name, _)| name == "other");
            let mut found = contents(folder.path());
            found.retain(|(name, _)| name != "file");
            prop_assert_eq!(found, expected);
        } else {
            prop_assert_eq!(&contents(folder.path()), &before);
            if !may_be_replaced {
                prop_assert!(create(&path, NOTE).is_err() && remove(&path, NOTE).is_err());
                prop_assert_eq!(contents(folder.path()), before);
            }
        }
    }

    #[test]
    fn any_path_can_be_checked(path in "[a./ \\PC]{0,12}") {
        // Read-only: such a path may lead anywhere.
        let _ = check_place(&path, NOTE);
    }
}

#[test]
fn a_file_that_grows_takes_the_place_of_one_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut first = create(&path, NOTE).unwrap();
    first.write_all(b"note 1").unwrap();
    assert!(is_at(&first, &path));
    let second = create(&path, NOTE).unwrap();
    assert!(!is_at(&first, &path) && is_at(&second, &path), "whoever has the first open keeps it");
    first.write_all(b"more").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    fs::remove_file(&path).unwrap();
    assert!(!is_at(&second, &path));
    fs::write(&path, "mine").unwrap();
    assert_eq!(create(&path, NOTE).unwrap_err(), OutputError::Other { wanted: "a note" });
}

#[test]
fn folders_are_checked_before_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(check_folder(folder.path().join("a/b/c")), Ok(()));
    assert_eq!(check_folder(file.join("a")), Err(OutputError::NotAFolder { path: file.clone() }));
    assert_eq!(contents(folder.path()).len(), 1);
    let none = folder.path().join("none");
    assert_eq!(check_place(none.join("file"), NOTE), Err(OutputError::NoFolder { folder: none }));
    for path in ["", "..", "/", "none/"] {
        let error = check_place(path, NOTE).unwrap_err();
        assert!(matches!(error, OutputError::NoName | OutputError::NoFile { .. }), "{path:?}: {error}");
    }
}

/// Files are created with the usual permissions, not with those of temporary files.
#[cfg(unix)]
#[test]
fn rights_are_the_usual_ones_or_those_of_the_file_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let [usual, own] = ["usual", "own"].map(|name| folder.path().join(name));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::write(&usual, "").unwrap();
    replace(&own, NOTE, |out| out.write_all(b"note")).unwrap();
    assert_eq!(mode(&own), mode(&usual));
    fs::set_permissions(&own, fs::Permissions::from_mode(0o640)).unwrap();
    replace(&own, NOTE, |out| out.write_all(b"note")).unwrap();
    assert_eq!(mode(&own), 0o640);
    fs::set_permissions(&own, fs::Permissions::from_mode(0o444)).unwrap();
    assert_eq!(replace(&own, NOTE, |out| out.write_all(b"note")), Err(OutputError::Protected));
}
