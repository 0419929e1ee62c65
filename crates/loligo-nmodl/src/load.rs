//! Files and folders of `.mod` files into a catalogue of mechanisms.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_mechanisms::{Catalogue, CatalogueError, Ion, IonVariable, Mechanism};

use crate::model::Model;
use crate::{ProgrammedMechanism, ProgrammedMechanismError, Reading, Severity, SourceError, mod_files};

/// Why mechanisms cannot be loaded from `.mod` files.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A folder that cannot be read.
    #[error("{}: {reason}; check the path and its permissions", path.display())]
    Folder {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A folder without `.mod` files.
    #[error("{}: there are no .mod files in this folder; check the path", path.display())]
    NoFiles {
        /// Its path.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: SourceError,
    },
    /// A file with errors.
    #[error("{text}")]
    Invalid {
        /// Its path.
        path: PathBuf,
        /// All errors with their places and what to do.
        text: String,
    },
    /// A file whose programs do not hold what they should, which is an error of Loligo's.
    #[error("{}: {error}; please report this", path.display())]
    Program {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        error: ProgrammedMechanismError,
    },
    /// A mechanism that the catalogue does not take.
    #[error("{}: {error}", path.display())]
    Catalogue {
        /// Path of the file.
        path: PathBuf,
        /// Why.
        error: CatalogueError,
    },
    /// An ion of which no file says the charge, and one uses a concentration.
    #[error("{}: the charge of the ion {ion} is not known; write USEION {ion} ... VALENCE and its charge in one of the files", path.display())]
    NoValence {
        /// Path of the first file that uses it.
        path: PathBuf,
        /// The ion.
        ion: String,
    },
    /// An ion with two charges.
    #[error("{}: the ion {ion} has the charge {here} here and {there} elsewhere; give it the same VALENCE everywhere", path.display())]
    TwoValences {
        /// Path of the file.
        path: PathBuf,
        /// The ion.
        ion: String,
        /// The charge that this file gives.
        here: f64,
        /// The charge that it has already.
        there: f64,
    },
}

impl LoadError {
    /// The file or folder that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder { path, .. }
            | Self::NoFiles { path }
            | Self::Unreadable { path, .. }
            | Self::Invalid { path, .. }
            | Self::Program { path, .. }
            | Self::Catalogue { path, .. }
            | Self::NoValence { path, .. }
            | Self::TwoValences { path, .. } => path,
        }
    }
}

/// Everything that keeps mechanisms from being loaded.
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

/// A catalogue with the mechanisms of `.mod` files.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The files whose mechanisms were added, with the names of these, in order.
    pub mechanisms: Vec<(PathBuf, String)>,
    /// Built-in mechanisms that others replaced.
    pub replaced: Vec<String>,
    /// Warnings with the paths of the files, as text that has the places.
    pub warnings: Vec<(PathBuf, String)>,
}

/// Adds the mechanisms of files, and of all `.mod` files of folders in bytewise order of their names, to a catalogue, and the
/// ions that they bring (reversal potential 0 mV, concentrations 1 mM, as in NEURON).
///
/// A mechanism takes the place of a built-in one of its name. Files with functions alone (`SUFFIX nothing`) are read and
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
/// All that is wrong with any of the files.
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
    /// Ions that are used and have no charge yet, with the first files that use them, and whether one uses a concentration.
    wanted: BTreeMap<String, (PathBuf, bool)>,
}

impl Loader {
    fn path(&mut self, path: &Path) {
        if !path.is_dir() {
            return self.file(path);
        }
        match mod_files(path) {
            Ok(files) if files.is_empty() => self.errors.push(LoadError::NoFiles { path: path.to_owned() }),
            Ok(files) => files.iter().for_each(|file| self.file(file)),
            Err(error) => self.errors.push(LoadError::Folder { path: path.to_owned(), reason: error.to_string() }),
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
        match ProgrammedMechanism::new(lowered.signature, lowered.programs) {
            Ok(mechanism) => self.add(Arc::new(mechanism), path),
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

    /// Adds the ions of a mechanism that the catalogue has not, as soon as their charge is known.
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

    /// Adds ions whose charge nothing needs, since only their currents and reversal potentials are used.
    fn ions_without_charge(&mut self) {
        for (ion, (path, needs_charge)) in std::mem::take(&mut self.wanted) {
            if needs_charge {
                self.errors.push(LoadError::NoValence { path, ion });
                continue;
            }
            self.add_ion(Ion::new(&ion, &ion, 0.0, 0.0, 1.0, 1.0), &path);
            let text = format!(
                "warning: no file gives the charge of the ion {ion}, which NEURON wants\n  help: write USEION {ion} ... VALENCE and \
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
