//! Reads a model file: text to document, document to network.

use std::path::Path;
use std::sync::Arc;

use loligo::ModelCounts;
use loligo_mechanisms::Catalogue;
use toml::de::DeTable;

use crate::model_file::configured::{Configured, Subjects};
use crate::model_file::decoder::Decoder;
use crate::model_file::document::decode_document;
use crate::model_file::error::{IncludedFile, LoadError, ModelFileError, ModelFileErrors};
use crate::model_file::include::Includes;
use crate::model_file::model::{Examined, Model};
use crate::model_file::table::{Errors, invisible_characters};
use crate::model_file::text::{in_order, read_text, toml_problems};
use crate::model_file::unchecked::UncheckedModel;
use crate::model_file::{include, memory, rehearsal};

/// Reads models from TOML files.
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
    /// A file that cannot be read, or all its errors.
    pub fn load(path: impl AsRef<Path>) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured::default())?.0)
    }

    /// The same, with the mechanisms of a catalogue instead of the built-in ones.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_in(path: impl AsRef<Path>, catalogue: impl Into<Arc<Catalogue>>) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured { catalogue: catalogue.into(), ..Configured::default() })?.0)
    }

    /// The same for a computer with `memory` bytes of memory: a model that needs more is an error. [`load`](Self::load)
    /// uses the memory of this computer.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for(path: impl AsRef<Path>, memory: u64) -> Result<Model, LoadError> {
        Ok(Self::load_with(path.as_ref(), Configured { memory: Some(memory), ..Configured::default() })?.0)
    }

    /// Reads a model file for a run, without the check of the network, which [`Simulation::new`](loligo::Simulation::new)
    /// does too. If the file itself has errors, the network is checked, so that all errors are reported.
    ///
    /// # Errors
    /// A file that cannot be read, or all its errors, except those of the network of an otherwise valid file.
    pub fn load_unchecked(path: impl AsRef<Path>) -> Result<UncheckedModel, LoadError> {
        let configured = Configured { defers_check: true, ..Configured::default() };
        Ok(Self::decode_file(path.as_ref(), configured)?.unchecked)
    }

    /// Checks a model file and counts the parts of its model, which takes much less memory than a run.
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
        let configured = Configured { only_counts: true, ..Configured::default() };
        let Decoded { unchecked, counts, .. } = Self::decode_file(path.as_ref(), configured)?;
        Ok(Examined { model: unchecked.model, waveform_points: counts.waveform_points })
    }

    /// As [`load`](Self::load), with the settings of a configuration; also returns the parts that its options can
    /// affect.
    pub(crate) fn load_with(path: &Path, configured: Configured) -> Result<(Model, Subjects), LoadError> {
        let Decoded { unchecked, subjects, .. } = Self::decode_file(path, configured)?;
        Ok((unchecked.model, subjects))
    }

    fn decode_file(path: &Path, configured: Configured) -> Result<Decoded, LoadError> {
        let unreadable = |reason| LoadError::Unreadable { path: path.to_owned(), reason };
        let text = read_text(path).map_err(unreadable)?;
        Ok(Self::decode(&text, path, configured)?)
    }

    /// Reads and checks the text of a model file; `path` is its name in messages, and paths in it are relative to its
    /// folder.
    ///
    /// # Errors
    /// All its errors.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Model, ModelFileErrors> {
        Ok(Self::decode(text, path.as_ref(), Configured::default())?.unchecked.model)
    }

    fn decode(text: &str, path: &Path, configured: Configured) -> Result<Decoded, ModelFileErrors> {
        let fail = |included: &[IncludedFile], errors: Vec<ModelFileError>| ModelFileErrors {
            path: path.to_owned(),
            text: text.to_owned(),
            included: included.to_vec(),
            errors: in_order(errors),
        };
        let (document, syntax_errors) = DeTable::parse_recoverable(text);
        if !syntax_errors.is_empty() {
            return Err(fail(&[], toml_problems(text, &syntax_errors)));
        }
        let mut invisible = Errors::default();
        invisible_characters(document.get_ref(), &mut invisible);
        if !invisible.0.is_empty() {
            return Err(fail(&[], invisible.0));
        }
        let includes = match include::has_includes(document.get_ref()) {
            true => Includes::read(path, text.len(), document.get_ref()),
            false => Includes::default(),
        };
        let included = &includes.files;
        if !includes.errors.0.is_empty() {
            return Err(fail(included, includes.errors.0.clone()));
        }
        let mut errors = Errors::default();
        let document = includes.merge(document.into_inner(), &mut errors);
        if !errors.0.is_empty() {
            return Err(fail(included, errors.0));
        }
        let memory = configured.memory.or_else(memory::of_this_computer);
        let new_decoder = || {
            let mut decoder = Decoder::new(path.parent().unwrap_or(Path::new("")));
            decoder.included = included.iter().map(|file| (file.start, file.path.clone())).collect();
            decoder.files = included.iter().map(|file| file.path.clone()).collect();
            decoder.network.set_catalogue(Arc::clone(&configured.catalogue));
            decoder.catalogue = Arc::clone(&configured.catalogue);
            decoder.only_counts = configured.only_counts;
            decoder.memory = memory.map_or(f64::INFINITY, |bytes| bytes as f64);
            decoder.configured = configured.clone();
            decoder
        };
        if rehearsal::is_worthwhile(&document) {
            let errors = rehearsal::errors(new_decoder(), &document);
            if !errors.is_empty() {
                return Err(fail(included, errors));
            }
        }
        let mut decoder = new_decoder();
        let (run, output) = decode_document(&mut decoder, &document);
        let too_large = decoder.too_large(&run, &output);
        let has_errors = too_large.is_some() || !decoder.errors.0.is_empty();
        if has_errors || !configured.defers_check {
            decoder.check_network();
        }
        decoder.errors.0.extend(too_large);
        if !decoder.errors.0.is_empty() {
            return Err(fail(included, decoder.errors.0));
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
            quiet: run.quiet,
            files: decoder.files,
            text: text.to_owned(),
            included: included.clone(),
        };
        Ok(Decoded {
            unchecked: UncheckedModel { model, source_map: decoder.source_map, path: path.to_owned() },
            counts: decoder.counts,
            subjects: decoder.subjects,
        })
    }
}

/// The contents of a file.
struct Decoded {
    /// The model, with a checked network unless [`Configured::defers_check`] is set.
    unchecked: UncheckedModel,
    counts: ModelCounts,
    subjects: Subjects,
}
