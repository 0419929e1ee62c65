//! Contract: the pictures beside the pages of Loligo's own mechanisms (`mechanisms/THEME/NAME.svg`) are those that
//! `loligo nmodl curves loligo:THEME/NAME` draws, each smaller than 40 kB; there is one for every mechanism that has
//! curves. With the environment variable `UPDATE_PAGES` the test writes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use loligo_nmodl::library::THEMES;
use loligo_nmodl::{Curves, Reading};

/// The largest size of a picture, bytes.
const LARGEST: usize = 40_000;

#[test]
fn pictures_are_those_that_the_command_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let drawn = Path::new(env!("CARGO_TARGET_TMPDIR")).join("picture.svg");
    let mut count = 0;
    for (theme, file) in THEMES.iter().flat_map(|theme| theme.files.iter().map(move |file| (theme, file))) {
        let name = format!("loligo:{}/{}", theme.name, file.name);
        let committed = root.join(format!("mechanisms/{}/{}.svg", theme.name, file.name));
        let model = Reading::of_file(Path::new(&name)).unwrap().model.unwrap();
        if Curves::of(&model).is_none() {
            assert!(!committed.exists(), "{} has no curves: remove it", committed.display());
            continue;
        }
        let _ = fs::remove_file(&drawn); // it may not be there
        let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
        let done = command.args(["nmodl", "curves", &name, "--out"]).arg(&drawn).output().unwrap();
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let expected = fs::read_to_string(&drawn).unwrap();
        assert!(expected.len() < LARGEST, "{name}: {} bytes", expected.len());
        if std::env::var_os("UPDATE_PAGES").is_some() {
            fs::write(&committed, &expected).unwrap();
        }
        let found = fs::read_to_string(&committed).unwrap_or_default();
        assert!(found == expected, "{}: make it again with UPDATE_PAGES=1", committed.display());
        count += 1;
    }
    assert!(count > 25, "{count} pictures");
}
