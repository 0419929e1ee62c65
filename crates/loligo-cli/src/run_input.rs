//! The model or configuration of `loligo run`.

use loligo_format::model_file::UncheckedModel;
use loligo_format::{Model, ModelFile};

use crate::arguments::RunArguments;
use crate::configured::Configured;
use crate::failure::Failure;
use crate::output::ConfigurationFile;
use crate::report;

/// A model or configuration that was read. Its network is checked by its simulation, or by [`check`](Self::check).
pub enum RunInput {
    Model(Box<UncheckedModel>),
    Configured(Box<Configured>),
}

impl RunInput {
    /// Reads it; completes `arguments` by those of a configuration.
    pub fn read(arguments: &mut RunArguments, ranks: usize) -> Result<Self, Failure> {
        if let Some(configured) = Configured::build(arguments, ranks)? {
            return Ok(Self::Configured(Box::new(configured)));
        }
        let unchecked = ModelFile::load_unchecked(&arguments.model).map_err(Failure::Model)?;
        Ok(Self::Model(Box::new(unchecked)))
    }

    pub fn model(&self) -> &Model {
        match self {
            Self::Model(unchecked) => &unchecked.model,
            Self::Configured(configured) => &configured.circuit.model,
        }
    }

    pub fn model_mut(&mut self) -> &mut Model {
        match self {
            Self::Model(unchecked) => &mut unchecked.model,
            Self::Configured(configured) => &mut configured.circuit.model,
        }
    }

    /// The model, and the configuration for the output; `None` for a model.
    pub fn into_model(self) -> (Model, Option<ConfigurationFile>) {
        match self {
            Self::Model(unchecked) => (unchecked.model, None),
            Self::Configured(configured) => configured.into_model(),
        }
    }

    /// `true` if a configuration requests that nothing is run.
    pub fn is_done(&self) -> bool {
        match self {
            Self::Model(_) => false,
            Self::Configured(configured) => configured.is_done(),
        }
    }

    /// Checks the network; its errors have their places in the file.
    pub fn check(&self) -> Result<(), Failure> {
        match self {
            Self::Model(unchecked) => unchecked.check().map_err(|errors| Failure::Model(errors.into())),
            Self::Configured(configured) => configured.check(),
        }
    }

    /// Prints the warnings, and the output that a configuration requests.
    pub fn describe(&self, arguments: &RunArguments) -> Result<(), Failure> {
        match self {
            Self::Model(_) if arguments.quiet => {}
            Self::Model(unchecked) => {
                let Model { warnings, text, included, .. } = &unchecked.model;
                report::model_warnings(warnings, &arguments.model, text, included);
            }
            Self::Configured(configured) => configured.describe()?,
        }
        Ok(())
    }
}
