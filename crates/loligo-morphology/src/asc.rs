//! Neurolucida ASC files: not read yet.

use crate::{Imported, MorphologyError};

pub(crate) fn read(_text: &str) -> Result<Imported, MorphologyError> {
    Err(MorphologyError::UnknownFormat)
}
