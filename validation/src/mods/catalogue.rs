//! The catalogue of mechanisms of a case.

use std::path::{Path, PathBuf};

use loligo_mechanisms::Catalogue;
use loligo_nmodl::Reading;

use super::case::ModCase;
use crate::mod_catalogue::{model_of, model_of_text, with_models};

/// The built-in mechanisms and those of a case, in the order in which the case names them.
pub(super) fn catalogue(case: &ModCase, sources: &Path) -> Result<Catalogue, String> {
    let mut models = Vec::new();
    for file in &case.mods {
        let path: PathBuf = sources.join(file.repo.replace('/', "+")).join(&file.path);
        let reading = Reading::of_file(&path).map_err(|error| error.to_string())?;
        models.push(model_of(reading, &file.name)?);
    }
    for companion in &case.companions {
        models.push(model_of_text(companion)?);
    }
    with_models(models)
}
