//! Groups, datasets and attributes, as SONATA's readers want them.

use std::path::Path;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, Group, H5Type, Location};

use crate::SonataError;
use crate::error::unwritable;

/// Gives something a `units` attribute.
pub(crate) fn set_units(object: &Location, units: &str) -> hdf5::Result<()> {
    // No unit holds a zero byte, the only thing refused.
    let units: VarLenUnicode = units.parse().unwrap_or_default();
    object.new_attr::<VarLenUnicode>().create("units")?.write_scalar(&units)
}

/// A dataset that stays as it is.
pub(crate) fn fixed<T: H5Type>(group: &Group, name: &str, values: &[T]) -> hdf5::Result<Dataset> {
    let dataset = group.new_dataset::<T>().shape(values.len()).create(name)?;
    if !values.is_empty() {
        dataset.write_raw(values)?;
    }
    Ok(dataset)
}

/// A file in the layout of HDF5 1.8. Later ones carry a mark that a writer has them open, and a file whose writer was killed
/// would not open without `h5clear`. An HDF5 file that has the name is replaced, nothing else.
pub(crate) fn create_file(path: &Path) -> Result<File, SonataError> {
    let reason =
        |error: loligo_io::OutputError| SonataError::Unwritable { path: path.to_owned(), reason: error.to_string() };
    loligo_io::remove(path, loligo_io::HDF5).map_err(reason)?;
    let mut options = File::with_options();
    options.with_fapl(|access| access.libver_v18()).create_excl(path).map_err(unwritable(path))
}

/// Checks that a file is still there: a run can go on for days after somebody has removed it.
pub(crate) fn check_presence(path: &Path) -> Result<(), SonataError> {
    let reason = || "it has been removed or moved since the run began".to_owned();
    if path.exists() { Ok(()) } else { Err(SonataError::Unwritable { path: path.to_owned(), reason: reason() }) }
}
