//! Finds the address of a global by its name.

use loligo_engine::Address;
use loligo_io::closest;
use loligo_mechanisms::Catalogue;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;

/// The address of a global, by the engine's numbers.
pub(crate) fn address_of_global(catalogue: &Catalogue, name: &str, global: &str) -> Result<Address, ModelError> {
    let place = || "globals".to_owned();
    let Some(mechanism) = catalogue.find(name) else {
        let suggestion = closest(name, catalogue.iter().map(|mechanism| mechanism.signature().name.as_str()));
        return Err(ModelError::UnknownMechanism { place: place(), name: name.to_owned(), suggestion });
    };
    let signature = mechanism.signature();
    let found = signature.global(global).ok_or_else(|| ModelError::UnknownParameter {
        place: place(),
        mechanism: name.to_owned(),
        parameter: global.to_owned(),
        suggestion: closest(global, signature.globals.iter().map(|global| &global.name)),
    })?;
    Ok(Address::Global { mechanism: mechanism.identity(), global: found })
}

impl<'a> Lowering<'a> {
    /// Checks the values given to globals.
    pub(super) fn globals(&mut self) {
        let network = self.network;
        self.errors.part = ModelPart::Globals;
        for (name, values) in &network.globals {
            let place = || "globals".to_owned();
            let Some(known) = self.known(name) else {
                let names = self.catalogue.iter().map(|m| m.signature().name.as_str());
                let suggestion = closest(name, names);
                self.errors.push(ModelError::UnknownMechanism { place: place(), name: name.clone(), suggestion });
                continue;
            };
            for (parameter, &value) in values {
                let signature = known.signature();
                let Some(global) = signature.global(parameter).map(|global| &signature.globals[global]) else {
                    self.errors.push(ModelError::UnknownParameter {
                        place: place(),
                        mechanism: name.clone(),
                        parameter: parameter.clone(),
                        suggestion: closest(parameter, signature.globals.iter().map(|global| &global.name)),
                    });
                    continue;
                };
                self.check_range(&place, signature, parameter, global, value);
            }
        }
    }
}
