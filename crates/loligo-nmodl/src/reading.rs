//! A `.mod` file from its path to its model.

use std::path::{Path, PathBuf};

use loligo_io::InputFile;

use crate::lower::{Lowered, lower};
use crate::model::{Kind, Model};
use crate::syntax::File;
use crate::{Diagnostics, SourceError, Sources, parse, resolve};

/// All that was found in a `.mod` file.
///
/// ```
/// use std::path::Path;
/// use loligo_nmodl::{Reading, Severity};
/// let text = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
/// PARAMETER { g = .001 (S/cm2) e = -70 (mV) }
/// ASSIGNED { i (mA/cm2) v (mV) }
/// BREAKPOINT { i = g * (v - el) }";
/// let reading = Reading::of_text(Path::new("leak.mod"), text.into())?;
/// assert!(reading.model.is_none());
/// assert_eq!(
///     reading.diagnostics.render(&reading.sources, Severity::Note),
///     "error: there is no variable \"el\"
///  --> leak.mod:4:27
/// 4 | BREAKPOINT { i = g * (v - el) }
///   |                           ^^
///   help: did you mean \"e\"?
/// "
/// );
/// # Ok::<(), loligo_nmodl::SourceError>(())
/// ```
#[derive(Debug)]
pub struct Reading {
    /// The file and those that it includes.
    pub sources: Sources,
    /// What is wrong with it, or worth knowing.
    pub diagnostics: Diagnostics,
    /// Its syntax tree.
    pub tree: File,
    /// What it means; `None` if it has errors.
    pub model: Option<Model>,
}

impl Reading {
    /// Reads a file and those that it includes.
    ///
    /// # Errors
    /// A file that cannot be read or is no text. What is wrong with the text is in the diagnostics.
    pub fn of_file(path: &Path) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let file = sources.read(path)?;
        let mut include = |path: &Path| Ok(InputFile::open(path, Sources::LIMIT)?.contents()?);
        Ok(Self::of_source(sources, file, path, &mut include))
    }

    /// Reads a text as if it was that of a file; files that it includes are read.
    ///
    /// # Errors
    /// As [`of_file`](Self::of_file).
    pub fn of_text(path: &Path, text: Vec<u8>) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let file = sources.add(path, text)?;
        let mut include = |path: &Path| Ok(InputFile::open(path, Sources::LIMIT)?.contents()?);
        Ok(Self::of_source(sources, file, path, &mut include))
    }

    /// Makes programs of the model, and adds what is found on the way; nothing where there are errors, and of functions alone
    /// (`SUFFIX nothing`).
    pub fn lower(&mut self) -> Option<Lowered> {
        let model = self.model.as_ref().filter(|model| model.kind != Kind::Nothing)?;
        match lower(model) {
            Ok(mut lowered) => {
                self.diagnostics.append(std::mem::take(&mut lowered.findings));
                self.diagnostics.sort();
                Some(lowered)
            }
            Err(findings) => {
                self.diagnostics.append(findings);
                self.diagnostics.sort();
                None
            }
        }
    }

    fn of_source(
        mut sources: Sources,
        file: usize,
        path: &Path,
        include: &mut dyn FnMut(&Path) -> Result<Vec<u8>, SourceError>,
    ) -> Self {
        let mut diagnostics = Diagnostics::new();
        let tree = parse(&mut sources, file, include, &mut diagnostics);
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        // A tree with gaps would give errors that are none.
        let model = if diagnostics.has_errors() { None } else { resolve(&tree, &name, &mut diagnostics) };
        diagnostics.sort();
        Self { sources, diagnostics, tree, model }
    }
}

/// The `.mod` files of a folder, in bytewise order of their names, as nrnivmodl takes them.
///
/// # Errors
/// A folder that cannot be read.
pub fn mod_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "mod") {
            files.push(path);
        }
    }
    files.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    Ok(files)
}
