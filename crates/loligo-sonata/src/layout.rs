//! Groups, datasets and attributes, as SONATA's readers want them.

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, Group, H5Type, Location, Result};

/// Gives something a `units` attribute.
pub(crate) fn set_units(object: &Location, units: &str) -> Result<()> {
    // No unit holds a zero byte, the only thing refused.
    let units: VarLenUnicode = units.parse().unwrap_or_default();
    object.new_attr::<VarLenUnicode>().create("units")?.write_scalar(&units)
}

/// A dataset that stays as it is.
pub(crate) fn fixed<T: H5Type>(group: &Group, name: &str, values: &[T]) -> Result<Dataset> {
    let dataset = group.new_dataset::<T>().shape(values.len()).create(name)?;
    if !values.is_empty() {
        dataset.write_raw(values)?;
    }
    Ok(dataset)
}

/// A file in the layout of HDF5 1.8. Later ones carry a mark that a writer has them open, and a file whose writer was killed
/// would not open without `h5clear`.
pub(crate) fn create_file(path: &std::path::Path) -> Result<File> {
    File::with_options().with_fapl(|access| access.libver_v18()).create(path)
}
