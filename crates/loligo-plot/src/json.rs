//! JSON files of an output directory.

use std::path::Path;

use loligo_io::InputFile;
use serde::de::DeserializeOwned;

use crate::error::PlotError;

/// Largest number of bytes read from such a file: 1 GiB.
const MOST_BYTES: u64 = 1 << 30;

/// Reads the value in a file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, PlotError> {
    let text = InputFile::open(path, MOST_BYTES).and_then(InputFile::text);
    let text = text.map_err(|source| PlotError::Unreadable { path: path.into(), source })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    serde_json::from_str(text).map_err(|source| PlotError::Json { path: path.into(), source })
}
