//! Errors found while a network is lowered, each with the part of the model that it belongs to.

use loligo_io::NameError;

use crate::error::ModelError;
use crate::lowering::model_part::ModelPart;

/// Collects errors, each with the part of the network that is being lowered.
pub(super) struct Errors<'a> {
    pub(super) part: ModelPart,
    pub(super) count: usize,
    pub(super) report: &'a mut dyn FnMut(ModelPart, ModelError),
}

impl Errors<'_> {
    pub(super) fn push(&mut self, error: ModelError) {
        self.count += 1;
        (self.report)(self.part, error);
    }

    pub(super) fn extend(&mut self, errors: impl IntoIterator<Item = ModelError>) {
        errors.into_iter().for_each(|error| self.push(error));
    }

    /// Reports a name that cannot be used.
    pub(super) fn name(&mut self, what: &'static str, name: &str, checked: Result<(), NameError>) {
        if let Err(error) = checked {
            self.push(ModelError::Name { what, name: name.to_owned(), error });
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }
}
