//! Models in TOML files.
//!
//! `docs/model-format.md` describes every key. Everything wrong with a file is reported at once, each with its place:
//!
//! ```
//! use loligo_format::model_file::ModelFile;
//!
//! let text = "[run]\ntstop = 5.0\ndtt = 0.01\n";
//! let errors = ModelFile::parse(text, "model.toml").unwrap_err();
//! assert_eq!(errors.errors.len(), 2); // no cells, and the key dtt
//! assert!(errors.to_string().contains("model.toml:3:1: [run] has no key \"dtt\"; did you mean \"dt\"?"));
//! ```

mod cell;
mod chosen_cells;
mod connect;
mod couple;
mod decoder;
mod error;
mod globals;
mod intervene;
pub(crate) mod limits;
mod mechanism;
mod memory;
mod model;
mod observe;
mod origin;
mod parameter_file;
mod parameters;
mod place;
mod rehearsal;
mod run;
mod signal;
mod spatial;
mod stimulus;
mod syntax;
pub(crate) mod table;
mod table_places;
mod vary;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_io::{InputError, InputFile, USUAL_BYTES};
use loligo_mechanisms::Catalogue;
use loligo_random::{RngMode, Seeds};
use toml::de::DeTable;

use decoder::Decoder;
use table::{Errors, Table, invisible_characters};

use loligo::ModelCounts;

pub use error::{LoadError, ModelFileError, ModelFileErrors, Positions, Problem, position};
pub use model::{Examined, Model, ModelWarning, Output};

/// Reading models from TOML files.
///
/// ```
/// use loligo_format::ModelFile;
/// let text = r#"
///     [run]
///     tstop = 10.0 # ms
///     [[cell]]
///     name = "cell"
///     section = [{ name = "soma", L = 20.0, diam = 20.0 }] # um
/// "#;
/// let model = ModelFile::parse(text, "model.toml")?;
/// assert_eq!((model.tstop, model.options.dt), (10.0, 0.025)); // ms
/// # Ok::<(), loligo_format::model_file::LoadError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ModelFile;

impl ModelFile {
    /// Reads and checks a model file; paths in it are relative to its folder.
    ///
    /// # Errors
    /// A file that cannot be read, or everything wrong with it.
    pub fn load(path: impl AsRef<Path>) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured::default())?.0)
    }

    /// The same, with the mechanisms of a catalogue instead of the built-in ones.
    ///
    /// # Errors
    /// As those of [`load`](Self::load).
    pub fn load_in(path: impl AsRef<Path>, catalogue: impl Into<Arc<Catalogue>>) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured { catalogue: catalogue.into(), ..Configured::default() })?.0)
    }

    /// The same for a computer with so many bytes of memory, where a model is refused that needs more; [`load`](Self::load) takes
    /// the memory of this one.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for(path: impl AsRef<Path>, memory: u64) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured { memory: Some(memory), ..Configured::default() })?.0)
    }

    /// Checks a model file and counts what its model holds, which takes much less memory than a run.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ring.toml");
    /// let examined = loligo_format::ModelFile::examine(path)?; // examples/ring.toml
    /// assert!(examined.estimate()?.memory < 5e7); // bytes
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn examine(path: impl AsRef<Path>) -> Result<Examined, LoadError> {
        let path = path.as_ref();
        let unreadable = |reason| LoadError::Unreadable { path: path.to_owned(), reason };
        let text = read_text(path).map_err(unreadable)?;
        let configured = Configured { only_counts: true, ..Configured::default() };
        let (model, counts, _) = Self::decode(&text, path, configured)?;
        Ok(Examined { model, waveform_points: counts.waveform_points })
    }

    /// The same, with what a configuration says; and what there was for its options to act on.
    pub(crate) fn load_with(path: &Path, configured: Configured) -> Result<(Model, Subjects), LoadError> {
        let unreadable = |reason| LoadError::Unreadable { path: path.to_owned(), reason };
        let text = read_text(path).map_err(unreadable)?;
        Ok(Self::parse_with(&text, path, configured)?)
    }

    /// Reads and checks the text of a model file; `path` names it in messages, and paths in it are relative to its folder.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Model, ModelFileErrors> {
        Ok(Self::parse_with(text, path.as_ref(), Configured::default())?.0)
    }

    fn parse_with(text: &str, path: &Path, configured: Configured) -> Result<(Model, Subjects), ModelFileErrors> {
        Self::decode(text, path, configured).map(|(model, _, subjects)| (model, subjects))
    }

    fn decode(
        text: &str,
        path: &Path,
        configured: Configured,
    ) -> Result<(Model, ModelCounts, Subjects), ModelFileErrors> {
        let fail = |errors: Vec<ModelFileError>| ModelFileErrors {
            path: path.to_owned(),
            text: text.to_owned(),
            errors: in_order(errors),
        };
        let (document, syntax_errors) = DeTable::parse_recoverable(text);
        if !syntax_errors.is_empty() {
            return Err(fail(toml_problems(text, &syntax_errors)));
        }
        let mut invisible = Errors::default();
        invisible_characters(document.get_ref(), &mut invisible);
        if !invisible.0.is_empty() {
            return Err(fail(invisible.0));
        }
        let memory = configured.memory.or_else(memory::of_this_computer);
        let new_decoder = || {
            let mut decoder = Decoder::new(path.parent().unwrap_or(Path::new("")));
            decoder.network.set_catalogue(Arc::clone(&configured.catalogue));
            decoder.catalogue = Arc::clone(&configured.catalogue);
            decoder.only_counts = configured.only_counts;
            decoder.memory = memory.map_or(f64::INFINITY, |bytes| bytes as f64);
            decoder.configured = configured.clone();
            decoder
        };
        if rehearsal::is_worthwhile(document.get_ref()) {
            let errors = rehearsal::errors(new_decoder(), document.get_ref());
            if !errors.is_empty() {
                return Err(fail(errors));
            }
        }
        let mut decoder = new_decoder();
        let (run, output) = decode(&mut decoder, document.get_ref());
        decoder.check_network();
        decoder.check_memory(&run, &output);
        if !decoder.errors.0.is_empty() {
            return Err(fail(decoder.errors.0));
        }
        decoder.look_for_oddities(&run);
        decoder.warnings.sort_by_key(|warning| warning.span.start);
        let model = Model {
            network: decoder.network,
            options: run.options,
            tstop: run.tstop,
            seed: decoder.seed,
            output,
            warnings: decoder.warnings,
            files: decoder.files,
            text: text.to_owned(),
        };
        Ok((model, decoder.counts, decoder.subjects))
    }
}

/// What a configuration says that counts while its circuit is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configured {
    /// The folder that paths of morphologies are relative to, instead of the model's.
    pub(crate) morphology_folder: Option<PathBuf>,
    /// The extension that morphologies have instead of the model's.
    pub(crate) morphology_extension: Option<&'static str>,
    /// The generator of the noise of stimuli.
    pub(crate) mode: RngMode,
    /// What is added to the seeds of stimuli.
    pub(crate) seeds: Seeds,
    /// The mechanisms that a model can name.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The memory that the model may need, bytes, instead of that of this computer.
    pub(crate) memory: Option<u64>,
    /// Whether the model is only counted and checked, not run.
    pub(crate) only_counts: bool,
}

/// What a circuit has for a configuration's options to act on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subjects {
    /// Names of morphology files.
    pub(crate) morphologies: usize,
    /// Those that are relative to a folder.
    pub(crate) relative_morphologies: usize,
    /// `[[stimulus]]` with the shape "noise".
    pub(crate) noise: u32,
    /// `[[stimulus]]` that draw other random numbers alone.
    pub(crate) other_noise: u32,
}

/// What is wrong with the syntax of a text that should be TOML.
pub(crate) fn toml_problems(text: &str, errors: &[toml::de::Error]) -> Vec<ModelFileError> {
    let mut found: Vec<(String, table::Span)> =
        errors.iter().map(|error| (error.message().to_owned(), error.span().unwrap_or(0..0))).collect();
    found.sort_by_key(|(_, span)| span.start);
    syntax::problems(text, "TOML", found.into_iter())
}

/// What is wrong with the syntax of a text that should be JSON.
pub(crate) fn json_problems(text: &str, message: String, span: table::Span) -> Vec<ModelFileError> {
    syntax::problems(text, "JSON", std::iter::once((message, span)))
}

/// The text of a file of reasonable size, or why it cannot be read.
pub(crate) fn read_text(path: &Path) -> Result<String, InputError> {
    InputFile::open(path, USUAL_BYTES)?.text()
}

/// By place; of two errors that say the same of one place only one.
fn in_order(mut errors: Vec<ModelFileError>) -> Vec<ModelFileError> {
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    errors
}

fn decode(decoder: &mut Decoder, entries: &DeTable<'_>) -> (run::Run, Output) {
    const KEYS: [&str; 14] = [
        "run",
        "output",
        "globals",
        "cell",
        "artificial_cell",
        "stimulus",
        "gap_junction",
        "transfer",
        "pointer",
        "intervention",
        "connection",
        "detector",
        "waveform",
        "record",
    ];
    let document = Table::new(entries, "the model", 0..0);
    document.only(&KEYS, &mut decoder.errors);
    document.need("run", "a table [run] with the key tstop", &mut decoder.errors);
    let run = document.table("run", "[run]", &mut decoder.errors);
    let run = run::read_run(run.as_ref(), decoder);
    let output = document.table("output", "[output]", &mut decoder.errors);
    let output = run::read_output(output.as_ref(), run.options.dt, &mut decoder.errors);
    if !document.has("cell") && !document.has("artificial_cell") {
        let meaning = "at least one [[cell]] or [[artificial_cell]]";
        document.need("cell", meaning, &mut decoder.errors);
    }
    if let Some(table) = document.table("globals", "[globals]", &mut decoder.errors) {
        decoder.globals(&table);
    }
    for table in document.tables("cell", "[[cell]]", &mut decoder.errors) {
        decoder.cell(&table);
    }
    for table in document.tables("artificial_cell", "[[artificial_cell]]", &mut decoder.errors) {
        decoder.artificial_cell(&table);
    }
    for table in document.tables("stimulus", "[[stimulus]]", &mut decoder.errors) {
        decoder.stimulus(&table);
    }
    for table in document.tables("gap_junction", "[[gap_junction]]", &mut decoder.errors) {
        decoder.gap_junction(&table);
    }
    for table in document.tables("pointer", "[[pointer]]", &mut decoder.errors) {
        decoder.pointer(&table);
    }
    for table in document.tables("intervention", "[[intervention]]", &mut decoder.errors) {
        decoder.intervention(&table);
    }
    for table in document.tables("transfer", "[[transfer]]", &mut decoder.errors) {
        decoder.transfer(&table);
    }
    for table in document.tables("connection", "[[connection]]", &mut decoder.errors) {
        decoder.connection(&table);
    }
    for table in document.tables("detector", "[[detector]]", &mut decoder.errors) {
        decoder.detector(&table);
    }
    for table in document.tables("waveform", "[[waveform]]", &mut decoder.errors) {
        decoder.waveform(&table);
    }
    for table in document.tables("record", "[[record]]", &mut decoder.errors) {
        decoder.record(&table);
    }
    (run, output)
}
