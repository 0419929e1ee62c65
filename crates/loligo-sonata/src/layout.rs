//! Groups, datasets and attributes in the form that SONATA's readers expect.

use std::path::Path;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, Group, H5Type, Location};

use crate::error::{SonataError, unwritable};

/// Sets the `units` attribute of an object.
pub(crate) fn set_units(object: &Location, units: &str) -> hdf5::Result<()> {
    // Units have no zero byte, which is the only invalid character.
    let units: VarLenUnicode = units.parse().unwrap_or_default();
    object.new_attr::<VarLenUnicode>().create("units")?.write_scalar(&units)
}

/// A dataset of fixed size.
pub(crate) fn fixed<T: H5Type>(group: &Group, name: &str, values: &[T]) -> hdf5::Result<Dataset> {
    let dataset = group.new_dataset::<T>().shape(values.len()).create(name)?;
    if !values.is_empty() {
        dataset.write_raw(values)?;
    }
    Ok(dataset)
}

/// Creates a file in the layout of HDF5 1.8. Later layouts mark a file as open for writing, and after the writer has
/// been killed the file could not be opened without `h5clear`. An existing HDF5 file with this name is replaced, other
/// files are not.
pub(crate) fn create_file(path: &Path) -> Result<File, SonataError> {
    let reason =
        |error: loligo_io::OutputError| SonataError::Unwritable { path: path.to_owned(), reason: error.to_string() };
    loligo_io::remove(path, loligo_io::HDF5).map_err(reason)?;
    let mut options = File::with_options();
    options.with_fapl(|access| access.libver_v18()).create_excl(path).map_err(unwritable(path))
}

/// Checks that a file still exists: otherwise a run could continue for days after its file has been
/// removed.
pub(crate) fn check_presence(path: &Path) -> Result<(), SonataError> {
    let reason = || "it has been removed or moved since the run began".to_owned();
    if path.exists() { Ok(()) } else { Err(SonataError::Unwritable { path: path.to_owned(), reason: reason() }) }
}
