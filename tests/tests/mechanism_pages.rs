//! The pages of Loligo's own mechanisms (`mechanisms/THEME/NAME.md`) say what the files say: they are made of them by
//! `loligo nmodl doc --page loligo:THEME/NAME`. With the environment variable `UPDATE_PAGES` the test writes them.

use std::path::Path;

use loligo::nmodl::library::THEMES;
use loligo::nmodl::{Reading, page};
use loligo_tests::project_file;

#[test]
fn pages_are_those_of_the_files() {
    for theme in THEMES {
        for file in theme.files {
            let reading = Reading::of_file(Path::new(&format!("loligo:{}/{}", theme.name, file.name))).unwrap();
            let expected = page(&reading).unwrap();
            let path = project_file(&format!("mechanisms/{}/{}.md", theme.name, file.name));
            if std::env::var_os("UPDATE_PAGES").is_some() {
                std::fs::write(&path, &expected).unwrap();
            }
            let found = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(found, expected, "{}: make it again with UPDATE_PAGES=1", path.display());
        }
    }
}
