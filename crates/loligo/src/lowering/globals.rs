//! From the name of a global to its place.

use loligo_engine::Address;
use loligo_io::closest;
use loligo_mechanisms::Catalogue;

use crate::error::ModelError;

/// Where a global is, by the engine's numbers.
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
