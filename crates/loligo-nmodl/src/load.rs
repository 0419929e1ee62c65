//! Loads files and folders of `.mod` files into a catalogue of mechanisms.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_mechanisms::{Catalogue, CatalogueError, Ion, IonVariable, Mechanism};

use crate::diagnostic::Severity;
use crate::files::{FilesError, mod_files};
use crate::mechanism::{ProgrammedMechanism, ProgrammedMechanismError};
use crate::model::Model;
use crate::reading::Reading;
use crate::source::SourceError;

/// Error of loading mechanisms from `.mod` files.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A folder or theme without files that could be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A file that cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The reason.
        error: SourceError,
    },
    /// A file with errors.
    #[error("{text}")]
    Invalid {
        /// Its path.
        path: PathBuf,
        /// All errors with their places and remedies.
        text: String,
    },
    /// A file whose programs are not valid, which is a fault of Loligo.
    #[error("{}: {error}; please report this", path.display())]
    Program {
        /// Its path.
        path: PathBuf,
        /// The fault found.
        error: ProgrammedMechanismError,
    },
    /// A file whose CONSTRUCTOR cannot be run.
    #[error("{}: {error}", path.display())]
    Constructor {
        /// Its path.
        path: PathBuf,
        /// The failure.
        error: ProgrammedMechanismError,
    },
    /// A mechanism that the catalogue refuses.
    #[error("{}: {error}", path.display())]
    Catalogue {
        /// Path of the file.
        path: PathBuf,
        /// The reason.
        error: CatalogueError,
    },
    /// An ion whose charge no file gives, while a file uses one of its concentrations.
    #[error("{}: the charge of the ion {ion} is not known; write USEION {ion} ... VALENCE and its charge in one of the files", path.display())]
    NoValence {
        /// Path of the first file that uses it.
        path: PathBuf,
        /// The ion.
        ion: String,
    },
    /// An ion with two different charges.
    #[error("{}: the ion {ion} has the charge {here} here and {there} elsewhere; give it the same VALENCE everywhere", path.display())]
    TwoValences {
        /// Path of the file.
        path: PathBuf,
        /// The ion.
        ion: String,
        /// The charge in this file.
        here: f64,
        /// The charge in the catalogue.
        there: f64,
    },
}

impl LoadError {
    /// The file or folder that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Files(error) => error.path(),
            Self::Unreadable { path, .. }
            | Self::Invalid { path, .. }
            | Self::Program { path, .. }
            | Self::Constructor { path, .. }
            | Self::Catalogue { path, .. }
            | Self::NoValence { path, .. }
            | Self::TwoValences { path, .. } => path,
        }
    }
}

/// All errors of loading mechanisms.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct LoadErrors(pub Vec<LoadError>);

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            let line = if number > 0 { "\n" } else { "" };
            write!(f, "{line}{error}")?;
        }
        Ok(())
    }
}

/// A catalogue with the mechanisms of `.mod` files, and a list of the changes.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The files whose mechanisms were added, with the mechanisms' names, in order.
    pub mechanisms: Vec<(PathBuf, String)>,
    /// Names of the built-in mechanisms that were replaced.
    pub replaced: Vec<String>,
    /// Paths of the files and their warnings, as text that contains the places.
    pub warnings: Vec<(PathBuf, String)>,
}

/// Adds mechanisms to a catalogue: those of the files, those of all `.mod` files in the folders, in bytewise order of
/// their names, and Loligo's own by the name of a theme (`loligo:hodgkin-huxley`) or of a mechanism
/// (`loligo:hodgkin-huxley/squid_na`). New ions are added with a reversal potential of 0 mV and concentrations of 1 mM, as in NEURON.
///
/// A mechanism replaces the built-in one of the same name. Files with functions only (`SUFFIX nothing`) are read and
/// add nothing.
///
/// ```
/// use loligo_mechanisms::Catalogue;
/// let folder = tempfile::tempdir()?;
/// std::fs::write(
///     folder.path().join("leak.mod"),
///     "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
///      PARAMETER { g = .001 (S/cm2) e = -70 (mV) }
///      ASSIGNED { i (mA/cm2) v (mV) }
///      BREAKPOINT { i = g * (v - e) }",
/// )?;
/// let loaded = loligo_nmodl::load(Catalogue::builtin(), [folder.path()])?;
/// let leak = loaded.catalogue.find("leak").unwrap().signature();
/// assert_eq!(leak.variable(leak.column("e").unwrap()).default, -70.0); // mV
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// All errors in all files.
pub fn load<P: AsRef<Path>>(catalogue: Catalogue, paths: impl IntoIterator<Item = P>) -> Result<Loaded, LoadErrors> {
    let loaded = Loaded { catalogue, mechanisms: Vec::new(), replaced: Vec::new(), warnings: Vec::new() };
    let mut loader = Loader { loaded, errors: Vec::new(), wanted: BTreeMap::new() };
    for path in paths {
        loader.path(path.as_ref());
    }
    loader.ions_without_charge();
    if loader.errors.is_empty() { Ok(loader.loaded) } else { Err(LoadErrors(loader.errors)) }
}

struct Loader {
    loaded: Loaded,
    errors: Vec<LoadError>,
    /// Ions in use whose charge is not yet given: the first file that uses the ion, and `true` if a concentration is
    /// used.
    wanted: BTreeMap<String, (PathBuf, bool)>,
}

impl Loader {
    fn path(&mut self, path: &Path) {
        match mod_files(path) {
            Ok(files) => files.iter().for_each(|file| self.file(file)),
            Err(error) => self.errors.push(error.into()),
        }
    }

    fn file(&mut self, path: &Path) {
        let owned = path.to_owned();
        let mut reading = match Reading::of_file(path) {
            Ok(reading) => reading,
            Err(error) => return self.errors.push(LoadError::Unreadable { path: owned, error }),
        };
        let lowered = reading.lower();
        let Reading { sources, diagnostics, model, .. } = reading;
        if diagnostics.has_errors() {
            let text = diagnostics.render(&sources, Severity::Error);
            return self.errors.push(LoadError::Invalid { path: owned, text: text.trim_end().to_owned() });
        }
        let shown = diagnostics.iter().filter(|found| found.severity() == Severity::Warning);
        let shown = shown.map(|found| (owned.clone(), found.render(&sources).trim_end().to_owned()));
        self.loaded.warnings.extend(shown);
        let (Some(model), Some(lowered)) = (model, lowered) else { return };
        self.ions(&model, path);
        use ProgrammedMechanismError::{ConstructedArray, Constructor};
        match ProgrammedMechanism::new(lowered.signature, lowered.programs) {
            Ok(mechanism) => self.add(Arc::new(mechanism.with_sources(sources)), path),
            Err(error @ (Constructor { .. } | ConstructedArray { .. })) => {
                self.errors.push(LoadError::Constructor { path: owned, error });
            }
            Err(error) => self.errors.push(LoadError::Program { path: owned, error }),
        }
    }

    fn add(&mut self, mechanism: Arc<dyn Mechanism>, path: &Path) {
        let name = mechanism.signature().name.clone();
        let is_known = self.loaded.catalogue.find(&name).is_some();
        match self.loaded.catalogue.clone().with(mechanism) {
            Ok(catalogue) => {
                self.loaded.catalogue = catalogue;
                if is_known {
                    self.loaded.replaced.push(name.clone());
                }
                self.loaded.mechanisms.push((path.to_owned(), name));
            }
            Err(error) => self.errors.push(LoadError::Catalogue { path: path.to_owned(), error }),
        }
    }

    /// Adds the ions of a mechanism that are missing in the catalogue, once their charge is given.
    fn ions(&mut self, model: &Model, path: &Path) {
        for ion in &model.ions {
            let name = format!("{}_ion", ion.name);
            let known = self.loaded.catalogue.find(&name).map(|ion| ion.signature().valence);
            match (known, ion.valence) {
                (Some(there), Some(here)) => {
                    if let Some(there) = there
                        && there != here
                    {
                        let (path, ion) = (path.to_owned(), ion.name.to_string());
                        self.errors.push(LoadError::TwoValences { path, ion, here, there });
                    }
                }
                (Some(_), None) => {}
                (None, None) => {
                    let of_concentration = |(variable, _): &(IonVariable, _)| {
                        matches!(variable, IonVariable::Inside | IonVariable::Outside)
                    };
                    let needs_charge = ion.reads.iter().chain(&ion.writes).any(of_concentration);
                    let wanted = self.wanted.entry(ion.name.to_string()).or_insert_with(|| (path.to_owned(), false));
                    wanted.1 |= needs_charge;
                }
                (None, Some(valence)) => {
                    self.wanted.remove(&*ion.name);
                    let ion = Ion::new(&ion.name, &ion.name, valence, 0.0, 1.0, 1.0);
                    self.add_ion(ion, path);
                }
            }
        }
    }

    /// Adds the ions without a given charge, if only their currents and reversal potentials are used.
    fn ions_without_charge(&mut self) {
        for (ion, (path, needs_charge)) in std::mem::take(&mut self.wanted) {
            if needs_charge {
                self.errors.push(LoadError::NoValence { path, ion });
                continue;
            }
            self.add_ion(Ion::new(&ion, &ion, 0.0, 0.0, 1.0, 1.0), &path);
            let text = format!(
                "warning: no file gives the charge of the ion {ion}, which NEURON needs\n  help: write USEION {ion} ... VALENCE and \
                 its charge in one of the files"
            );
            self.loaded.warnings.push((path, text));
        }
    }

    fn add_ion(&mut self, ion: Ion, path: &Path) {
        match self.loaded.catalogue.clone().with(Arc::new(ion)) {
            Ok(catalogue) => self.loaded.catalogue = catalogue,
            Err(error) => self.errors.push(LoadError::Catalogue { path: path.to_owned(), error }),
        }
    }
}
