//! Names of themes and of their mechanisms.

use std::path::{Path, PathBuf};

use loligo_io::closest;

use crate::theme::{MechanismFile, Theme};
use crate::themes::THEMES;

/// Error of a name that the library does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// No theme of that name.
    #[error(
        "there is no theme \"{theme}\" among Loligo's own mechanisms{}; there are {}",
        suggestion.as_ref().map_or_else(String::new, |name| format!(" (did you mean \"{name}\"?)")),
        themes.join(", ")
    )]
    Theme {
        /// The name.
        theme: String,
        /// The most similar theme, if any is similar.
        suggestion: Option<String>,
        /// All themes.
        themes: Vec<String>,
    },
    /// No mechanism of that name in a theme.
    #[error(
        "there is no mechanism \"{mechanism}\" in {PREFIX}{theme}{}; there are {}",
        suggestion.as_ref().map_or_else(String::new, |name| format!(" (did you mean \"{name}\"?)")),
        mechanisms.join(", ")
    )]
    Mechanism {
        /// The theme.
        theme: String,
        /// The name.
        mechanism: String,
        /// The most similar mechanism of the theme, if any is similar.
        suggestion: Option<String>,
        /// All mechanisms of the theme.
        mechanisms: Vec<String>,
    },
    /// A theme where a single mechanism is needed.
    #[error(
        "this is a theme of several mechanisms; name one of them: {}",
        mechanisms.iter().map(|name| format!("{PREFIX}{theme}/{name}")).collect::<Vec<_>>().join(", ")
    )]
    WholeTheme {
        /// The theme.
        theme: String,
        /// All mechanisms of the theme.
        mechanisms: Vec<String>,
    },
}

/// The beginning of all names of the library.
const PREFIX: &str = "loligo:";

/// The name of a theme (`loligo:layer5`) or of one of its mechanisms (`loligo:layer5/na_t`, also with `.mod` at its end).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryName {
    theme: String,
    mechanism: Option<String>,
}

impl LibraryName {
    /// Reads a name; `None` if it does not begin with `loligo:`, and is therefore the path of a file or folder. A folder
    /// whose name does begin so is written `./loligo:...`.
    ///
    /// ```
    /// use std::path::Path;
    /// use loligo_mechanism_library::LibraryName;
    /// let theme = LibraryName::of(Path::new("loligo:hodgkin-huxley")).unwrap();
    /// assert_eq!(theme.files()?[0].0, Path::new("loligo:hodgkin-huxley/squid_k.mod"));
    /// assert_eq!(LibraryName::of(Path::new("mods/squid_k.mod")), None);
    /// let unknown = LibraryName::of(Path::new("loligo:hodgkin-huxly")).unwrap().files();
    /// assert!(unknown.unwrap_err().to_string().contains("did you mean \"hodgkin-huxley\"?"));
    /// # Ok::<(), loligo_mechanism_library::LibraryError>(())
    /// ```
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.to_str()?.strip_prefix(PREFIX)?;
        let name = name.trim_end_matches(['/', std::path::MAIN_SEPARATOR]);
        Some(match name.split_once(['/', std::path::MAIN_SEPARATOR]) {
            None => Self { theme: name.to_owned(), mechanism: None },
            Some((theme, mechanism)) => {
                let mechanism = mechanism.strip_suffix(".mod").unwrap_or(mechanism);
                Self { theme: theme.to_owned(), mechanism: Some(mechanism.to_owned()) }
            }
        })
    }

    /// The files of the theme, or the file of the mechanism, each with its full name.
    ///
    /// # Errors
    /// If there is no such theme or mechanism.
    pub fn files(&self) -> Result<Vec<(PathBuf, MechanismFile)>, LibraryError> {
        let theme = self.theme()?;
        let files: Vec<_> = match &self.mechanism {
            None => theme.files.to_vec(),
            Some(name) => theme.files.iter().copied().filter(|file| file.name == name).collect(),
        };
        if let (Some(name), true) = (&self.mechanism, files.is_empty()) {
            let (theme, mechanism) = (self.theme.clone(), name.clone());
            let mechanisms = self.mechanisms()?;
            let suggestion = closest(name, &mechanisms);
            return Err(LibraryError::Mechanism { theme, mechanism, suggestion, mechanisms });
        }
        let path = |file: &MechanismFile| PathBuf::from(format!("{PREFIX}{}/{}.mod", theme.name, file.name));
        Ok(files.into_iter().map(|file| (path(&file), file)).collect())
    }

    /// The file of the mechanism.
    ///
    /// # Errors
    /// If there is no such theme or mechanism, or if the name is that of a theme.
    pub fn file(&self) -> Result<MechanismFile, LibraryError> {
        match (self.files()?.as_slice(), &self.mechanism) {
            ([(_, file)], Some(_)) => Ok(*file),
            _ => Err(LibraryError::WholeTheme { theme: self.theme.clone(), mechanisms: self.mechanisms()? }),
        }
    }

    fn mechanisms(&self) -> Result<Vec<String>, LibraryError> {
        Ok(self.theme()?.files.iter().map(|file| file.name.to_owned()).collect())
    }

    /// The theme.
    ///
    /// # Errors
    /// If there is no such theme.
    pub fn theme(&self) -> Result<&'static Theme, LibraryError> {
        THEMES.iter().find(|theme| theme.name == self.theme).ok_or_else(|| {
            let themes: Vec<_> = THEMES.iter().map(|theme| theme.name.to_owned()).collect();
            LibraryError::Theme { theme: self.theme.clone(), suggestion: closest(&self.theme, &themes), themes }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str) -> String {
        LibraryName::of(Path::new(name)).unwrap().files().unwrap_err().to_string()
    }

    #[test]
    fn one_mechanism_is_named_with_or_without_the_ending() {
        for name in ["loligo:hodgkin-huxley/squid_na", "loligo:hodgkin-huxley/squid_na.mod"] {
            let files = LibraryName::of(Path::new(name)).unwrap().files().unwrap();
            let [(path, file)] = files.as_slice() else { panic!("{files:?}") };
            assert_eq!((path.as_path(), file.name), (Path::new("loligo:hodgkin-huxley/squid_na.mod"), "squid_na"));
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let themes = THEMES.iter().map(|theme| theme.name).collect::<Vec<_>>().join(", ");
        let expected = format!("there is no theme \"\" among Loligo's own mechanisms; there are {themes}");
        assert_eq!(error("loligo:"), expected);
        assert_eq!(
            error("loligo:hodgkin-huxley/squid_nap/x.mod"),
            "there is no mechanism \"squid_nap/x\" in loligo:hodgkin-huxley (did you mean \"squid_na\"?); there are squid_k, \
             squid_leak, squid_na"
        );
    }

    #[test]
    fn a_theme_is_not_a_file() {
        let name = LibraryName::of(Path::new("loligo:hodgkin-huxley/")).unwrap();
        assert_eq!(
            name.file().unwrap_err().to_string(),
            "this is a theme of several mechanisms; name one of them: loligo:hodgkin-huxley/squid_k, loligo:hodgkin-huxley/squid_leak, \
             loligo:hodgkin-huxley/squid_na"
        );
    }

    #[test]
    fn files_are_in_order_and_complete() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for theme in THEMES {
            let mut on_disk = Vec::new();
            for entry in std::fs::read_dir(folder.join(theme.name)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "mod") {
                    on_disk.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
                }
            }
            on_disk.sort();
            let listed: Vec<_> = theme.files.iter().map(|file| file.name).collect();
            assert_eq!(listed, on_disk, "src/themes lists all files of {} in order", theme.name);
        }
        let names: Vec<_> = THEMES.iter().map(|theme| theme.name).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
