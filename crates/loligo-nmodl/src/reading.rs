//! Reads a `.mod` file and makes its model.

use std::path::Path;

use loligo_io::InputFile;

use crate::diagnostic::Diagnostics;
use crate::lower::{LowerProblem, Lowered, lower};
use crate::mechanism::usual_environment;
use crate::model::{Kind, Model};
use crate::parser::parse;
use crate::resolve::resolve;
use crate::source::{SourceError, Sources};
use crate::syntax::File;
use crate::vector::slow_code;

/// The result of reading a `.mod` file.
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
    /// The file and the files that it includes.
    pub sources: Sources,
    /// Errors, warnings and notes.
    pub diagnostics: Diagnostics,
    /// Its syntax tree.
    pub tree: File,
    /// Its model; `None` if it has errors.
    pub model: Option<Model>,
}

impl Reading {
    /// Reads a file and the files that it includes, or one of Loligo's own mechanisms by its name
    /// (`loligo:hodgkin-huxley/squid_na`).
    ///
    /// # Errors
    /// If the file cannot be read or is not text. Errors in the text are in the diagnostics instead.
    pub fn of_file(path: &Path) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let file = sources.read(path)?;
        let mut include = |path: &Path| Ok(InputFile::open(path, Sources::LIMIT)?.contents()?);
        Ok(Self::of_source(sources, file, path, &mut include))
    }

    /// Reads a text as the contents of a file; the files that it includes are read from the disk.
    ///
    /// # Errors
    /// As [`of_file`](Self::of_file).
    pub fn of_text(path: &Path, text: Vec<u8>) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let file = sources.add(path, text)?;
        let mut include = |path: &Path| Ok(InputFile::open(path, Sources::LIMIT)?.contents()?);
        Ok(Self::of_source(sources, file, path, &mut include))
    }

    /// Translates the model into programs, and adds the findings to the diagnostics. Returns `None` if there are
    /// errors, or if the file has functions only (`SUFFIX nothing`).
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

    /// Adds a note for each hook of a step that is computed for one instance after the other.
    pub fn note_slow_code(&mut self, lowered: &Lowered) {
        for (span, reason) in slow_code(&lowered.programs, &usual_environment(&lowered.signature)) {
            self.diagnostics.report(LowerProblem::SlowCode { reason }, span);
        }
        self.diagnostics.sort();
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
        // A tree with missing parts would give false errors.
        let model = if diagnostics.has_errors() { None } else { resolve(&tree, &name, &mut diagnostics) };
        diagnostics.sort();
        Self { sources, diagnostics, tree, model }
    }
}
