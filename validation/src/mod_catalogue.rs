//! Catalogues of mechanisms from texts in NMODL.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use loligo_mechanisms::{Catalogue, Ion};
use loligo_nmodl::lower::lower;
use loligo_nmodl::model::Model;
use loligo_nmodl::{Diagnostics, ProgrammedMechanism, Reading, Severity, Sources};

use crate::mechanism_text::MechanismText;

/// The reason for which a mechanism cannot be made, in one line.
fn reason(found: &Diagnostics, sources: &Sources) -> String {
    let text = found.render(sources, Severity::Error);
    text.lines().next().unwrap_or("the file has errors").trim_start_matches("error: ").to_owned()
}

pub(crate) fn model_of(reading: Reading, name: &str) -> Result<(Model, Sources), String> {
    let Reading { sources, diagnostics, model, .. } = reading;
    let mut model = model.ok_or_else(|| reason(&diagnostics, &sources))?;
    model.name = name.into();
    Ok((model, sources))
}

/// The built-in mechanisms and those of some texts, in their order.
pub(crate) fn catalogue_of_texts(texts: &[MechanismText]) -> Result<Catalogue, String> {
    with_models(texts.iter().map(model_of_text).collect::<Result<_, _>>()?)
}

pub(crate) fn model_of_text(mechanism: &MechanismText) -> Result<(Model, Sources), String> {
    let path = PathBuf::from(format!("{}.mod", mechanism.name));
    let reading = Reading::of_text(&path, mechanism.text.clone().into()).map_err(|error| error.to_string())?;
    model_of(reading, &mechanism.name)
}

pub(crate) fn with_models(models: Vec<(Model, Sources)>) -> Result<Catalogue, String> {
    let ions = models.iter().flat_map(|(model, _)| &model.ions);
    let valences: HashMap<String, f64> = ions.filter_map(|ion| Some((ion.name.to_string(), ion.valence?))).collect();
    let mut catalogue = Catalogue::builtin();
    for (model, sources) in models {
        for ion in &model.ions {
            if catalogue.find(&format!("{}_ion", ion.name)).is_none() {
                // No case uses the charge of an ion for which no file gives one.
                let valence = valences.get(&*ion.name).copied().unwrap_or(0.0);
                let own = Ion::new(&ion.name, &ion.name, valence, 0.0, 1.0, 1.0); // mV, mM, mM
                catalogue = catalogue.with(Arc::new(own)).map_err(|error| error.to_string())?;
            }
        }
        let lowered = lower(&model).map_err(|found| reason(&found, &sources))?;
        let mechanism =
            ProgrammedMechanism::new(lowered.signature, lowered.programs).map_err(|error| error.to_string())?;
        catalogue = catalogue.with(Arc::new(mechanism)).map_err(|error| error.to_string())?;
    }
    Ok(catalogue)
}
