//! A model read from a file, with a network that has not been checked.

use std::path::PathBuf;

use crate::model_file::error::ModelFileErrors;
use crate::model_file::model::Model;
use crate::model_file::source_map::SourceMap;
use crate::model_file::text::in_order;

/// A model of [`ModelFile::load_unchecked`](crate::ModelFile::load_unchecked): the file has no errors, the network has
/// not been checked. [`Simulation::new`](loligo::Simulation::new) checks it; [`check`](Self::check) finds the places of
/// its errors in the file.
///
/// ```
/// use loligo::Simulation;
/// use loligo_format::ModelFile;
/// # let path = std::env::temp_dir().join(format!("loligo-unchecked-{}.toml", std::process::id()));
/// # std::fs::write(&path, "
/// # [run]
/// # tstop = 1.0
/// # [[cell]]
/// # name = 'squid'
/// # section = [{ name = 'soma', L = 20.0, diam = 20.0 }]
/// # [[record]]
/// # place = 'squid.soma(0.5).m_hh'
/// # ")?;
/// let unchecked = ModelFile::load_unchecked(&path)?; // records m_hh in a section without hh
/// # std::fs::remove_file(&path)?;
/// let model = &unchecked.model;
/// assert!(Simulation::new(&model.network, &model.options).is_err());
/// let errors = unchecked.check().unwrap_err();
/// assert_eq!(errors.position(errors.errors[0].span.start), (8, 9)); // line and column
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UncheckedModel {
    /// The model.
    pub model: Model,
    pub(super) source_map: SourceMap,
    pub(super) path: PathBuf,
}

impl UncheckedModel {
    /// Checks the network. Errors of parts that were added since the file was read are omitted, as they have no place
    /// there.
    ///
    /// # Errors
    /// All errors of the network, with their places in the file.
    pub fn check(&self) -> Result<(), ModelFileErrors> {
        let errors = in_order(self.source_map.errors_of(&self.model.network));
        if errors.is_empty() {
            return Ok(());
        }
        let (text, included) = (self.model.text.clone(), self.model.included.clone());
        Err(ModelFileErrors { path: self.path.clone(), text, included, errors })
    }
}
