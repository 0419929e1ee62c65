//! The key `mechanisms`: files and folders with mechanisms in NMODL, and names of Loligo's own mechanisms.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_nmodl::library::LibraryName;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Span, Table};

impl Decoder {
    /// Loads the mechanisms of the files and folders that the model names, and adds them to the catalogue of the model.
    pub(crate) fn mod_files(&mut self, document: &Table<'_>) {
        const MEANING: &str = "files and folders with mechanisms in NMODL, and names such as loligo:layer5";
        let Some(names) = document.texts("mechanisms", MEANING, &mut self.errors) else { return };
        let full = |name: &At<&str>| {
            let is_own = LibraryName::of(Path::new(name.value)).is_some();
            if is_own { PathBuf::from(name.value) } else { self.folder_of(&name.span).join(name.value) }
        };
        // Several cells may include a file that names them.
        let mut seen = HashSet::new();
        let paths = names.into_iter().map(|name| (full(&name), name.span));
        let paths: Vec<(PathBuf, Span)> = paths.filter(|(path, _)| seen.insert(path.clone())).collect();
        let span_of = |path: &Path| {
            let named = paths.iter().find(|(named, _)| path.starts_with(named));
            named.map_or(0..0, |(_, span)| span.clone())
        };
        match loligo_nmodl::load((*self.catalogue).clone(), paths.iter().map(|(path, _)| path)) {
            Ok(loaded) => {
                for (path, name) in &loaded.mechanisms {
                    if loaded.replaced.contains(name) {
                        let text =
                            format!("\"{name}\" of {} takes the place of the built-in mechanism", path.display());
                        self.warn(span_of(path), text);
                    }
                    if LibraryName::of(path).is_none() {
                        self.files.push(path.clone());
                    }
                }
                for (path, text) in loaded.warnings {
                    self.warn(span_of(&path), text);
                }
                self.catalogue = Arc::new(loaded.catalogue);
                self.network.set_catalogue(Arc::clone(&self.catalogue));
            }
            Err(errors) => {
                self.lacks_mechanisms = true;
                for error in errors.0 {
                    self.errors.push(span_of(error.path()), Problem::Mechanism(error.to_string()));
                }
            }
        }
    }
}
