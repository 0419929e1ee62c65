//! H5 v1 files, by the rules of MorphIO and of neurodamus.
//!
//! Available with the crate's feature `hdf5`, which needs the HDF5 library (`hdf5-static` builds it).
//!
//! # The file
//! - `/points`: x, y, z and diameter (um) of all points, `n` x 4, floating point; read as `f32`.
//! - `/structure`: first point, type and parent row of each section, `m` x 3, integers. A section's points go up to the
//!   first point of the next row. The first row is the soma (type 1, parent -1); its points are its contour. Neurites
//!   at the soma have parent 0 (or -1). Types 2 to 4 are axon, dendrite and apical dendrite; others up to 18 have no
//!   name.
//! - `/metadata` may have the attributes `version` (1, minor) and `cell_family` (0). Everything else is ignored.
//!
//! # The sections
//! Neurites at the soma are taken by type, then in order of the file, each with its whole tree before the next. They
//! connect to the soma's 0.5, their branches to 1 of their parents. A section has the points given in the file, which
//! begin with its parent's last point; the line from the soma to the first point is not membrane.
//!
//! # The soma's points
//! - A contour becomes 21 points along its longest axis in the same way as in an [ASC file](crate::asc), in
//!   neurodamus's variant of the arithmetic, which differs in the last bits and in which end comes first.
//! - A single point becomes 20 points on a circle, with the radius as diameter: neurodamus's sphere, whose area is
//!   2 pi^2 r^2 instead of 4 pi r^2.
//! - Two points are an error, and so is a missing soma.
//!
//! All coordinates and diameters are rounded to eight significant digits, because neurodamus passes them to NEURON as
//! text.
//!
//! # Intended differences from neurodamus
//! A flat contour is an error, not a soma without membrane. A section of one point, or of two at one place, is ignored
//! with a [warning](crate::Warning::SectionLeftOut), whose line is the row of `/structure` counted from 1. Sections are
//! numbered by type even if types alternate along a tree.

mod eigen;
mod error;
mod fields;
mod soma;
mod structure;

use std::path::Path;

use hdf5::types::TypeDescriptor;
use hdf5::{Container, Dataset, File};
use loligo_io::{InputFile, USUAL_BYTES};

use crate::error::MorphologyError;
use crate::format::Format;
use crate::morphology::Imported;
use crate::parsed_section::{ParsedPoint, ParsedSection, finish};
pub use error::H5Error;

const SOMA: i64 = 1;
/// Upper limit of the uncompressed size for each byte of a compressed file: above deflate's 1032.
const LARGEST_COMPRESSION: u64 = 1100;
/// The largest type that MorphIO supports.
const LAST_TYPE: i64 = 18;

/// Reads a file; see the [module](self) for the rules.
///
/// # Errors
/// [`MorphologyError::InFile`] with the path, the fault and its row.
pub fn read(path: impl AsRef<Path>) -> Result<Imported, MorphologyError> {
    let path = path.as_ref();
    let in_file = |source: MorphologyError| MorphologyError::InFile { path: path.to_owned(), source: Box::new(source) };
    // Checked here first, because the library opens any path and gives less helpful messages.
    let mut file = InputFile::open(path, USUAL_BYTES).map_err(|error| in_file(error.into()))?;
    let bytes = file.size();
    structure::check(&mut file, bytes).and_then(|()| sections(path, bytes)).map_err(|error| in_file(error.into()))
}

/// A row of `/structure`.
struct Row {
    /// First point.
    offset: usize,
    code: i32,
    /// Row of the parent; `None` for the soma.
    parent: Option<usize>,
}

fn sections(path: &Path, bytes: u64) -> Result<Imported, H5Error> {
    let file = File::open(path).map_err(|error| H5Error::Broken(error.to_string()))?;
    check_metadata(&file)?;
    let points: Vec<f32> = table(&file, "points", 4, bytes)?;
    let structure: Vec<i64> = table(&file, "structure", 3, bytes)?;
    if let Some(at) = points.iter().position(|value| !value.is_finite()) {
        return Err(H5Error::NotFinite { point: at / 4, value: points[at] });
    }
    let points: Vec<[f32; 4]> = points.as_chunks().0.to_vec();
    let rows = rows(structure.as_chunks().0, points.len())?;

    let end = |row: usize| rows.get(row + 1).map_or(points.len(), |next| next.offset);
    let mut drafts = Vec::with_capacity(rows.len());
    let mut draft_of = vec![0; rows.len()];
    for row in connection_order(&rows)? {
        let own = &points[rows[row].offset..end(row)];
        let points = if row == 0 {
            soma::soma(own)?
        } else {
            let first = rows[row].offset;
            own.iter().enumerate().map(|(i, point)| draft_point(point.map(f64::from), (first + i) as u32)).collect()
        };
        draft_of[row] = drafts.len();
        drafts.push(ParsedSection {
            code: rows[row].code,
            points: points
                .iter()
                .map(|p| draft_point([p.at[0], p.at[1], p.at[2], p.diameter].map(eight_digits), p.line))
                .collect(),
            parent: (row > 0).then(|| rows[row].parent.map_or(0, |parent| draft_of[parent])),
            parent_x: if rows[row].parent.is_some() { 1.0 } else { 0.5 },
            wired: false,
            line: row + 1,
        });
    }
    let mut warnings = Vec::new();
    let morphology = finish(drafts, Format::H5, &mut warnings);
    Ok(Imported { morphology, warnings })
}

fn draft_point([x, y, z, diameter]: [f64; 4], row: u32) -> ParsedPoint {
    ParsedPoint { at: [x, y, z], diameter, line: row }
}

/// Rounds to the number that `%.8g` prints.
fn eight_digits(value: f64) -> f64 {
    // The text printed by Rust can always be parsed by Rust.
    format!("{value:.7e}").parse().unwrap_or(value)
}

fn check_metadata(file: &File) -> Result<(), H5Error> {
    if !file.link_exists("points") && file.link_exists("neuron1") {
        return Err(H5Error::Version { version: 2 });
    }
    // Arrays longer than a version number, or values of another type, are not read.
    const MOST_NUMBERS: usize = 16;
    let number = |name: &str| {
        let attribute = file.group("metadata").and_then(|group| group.attr(name)).ok()?;
        let size = attribute.space().ok()?.size();
        let is_sound = (1..=MOST_NUMBERS).contains(&size) && number_size(&attribute).is_some();
        let values: Vec<u32> = is_sound.then(|| attribute.read_raw().ok()).flatten()?;
        values.first().copied()
    };
    match (number("version"), number("cell_family")) {
        (Some(version), _) if version != 1 => Err(H5Error::Version { version }),
        (_, Some(family)) if family != 0 => Err(H5Error::NotANeuron { family }),
        _ => Ok(()),
    }
}

/// Reads a dataset with this number of columns, row by row.
fn table<T: hdf5::H5Type>(file: &File, name: &'static str, columns: usize, bytes: u64) -> Result<Vec<T>, H5Error> {
    let dataset: Dataset = file.dataset(name).map_err(|_| H5Error::Missing { dataset: name })?;
    let unreadable = |error: hdf5::Error| H5Error::Unreadable { dataset: name, reason: error.to_string() };
    let shape = dataset.space().map_err(unreadable)?.shape();
    let &[rows, found] = &shape[..] else { return Err(H5Error::Shape { dataset: name, columns, shape }) };
    if found != columns {
        return Err(H5Error::Shape { dataset: name, columns, shape });
    }
    // Even compressed, a row takes at least a byte: a false number of rows must not fill the
    // memory.
    if rows as u64 > bytes {
        return Err(H5Error::TooLarge { dataset: name, rows, bytes });
    }
    // The library allocates the size declared by the datatype and the chunks, regardless of the
    // size of the file.
    let size = number_size(&dataset).ok_or_else(|| H5Error::Unreadable {
        dataset: name,
        reason: "its values are no numbers of at most 8 bytes".to_owned(),
    })?;
    let chunk = dataset.chunk().unwrap_or_default();
    let chunk_bytes = chunk.iter().fold(size as u64, |product, &side| product.saturating_mul(side as u64));
    if !chunk.is_empty() && chunk_bytes > bytes.saturating_mul(LARGEST_COMPRESSION) {
        return Err(H5Error::ChunkTooLarge { dataset: name, chunk, bytes });
    }
    dataset.read_raw().map_err(unreadable)
}

/// Bytes of one number, if the container holds numbers.
fn number_size(container: &Container) -> Option<usize> {
    const LARGEST: usize = 8;
    let datatype = container.dtype().ok()?;
    let size = datatype.size();
    // More of the type is requested only if its size is plausible.
    let descriptor = (1..=LARGEST).contains(&size).then(|| datatype.to_descriptor().ok()).flatten()?;
    let is_number =
        matches!(descriptor, TypeDescriptor::Integer(_) | TypeDescriptor::Unsigned(_) | TypeDescriptor::Float(_));
    is_number.then_some(size)
}

/// The rows of `/structure`, each of them checked.
fn rows(structure: &[[i64; 3]], points: usize) -> Result<Vec<Row>, H5Error> {
    let mut rows = Vec::with_capacity(structure.len());
    let mut least = 0;
    for (row, &[offset, code, parent]) in structure.iter().enumerate() {
        let most = points;
        let inside = usize::try_from(offset).ok().filter(|&first| offset >= least && first <= most);
        // The soma's points come first.
        let inside = inside.filter(|&first| row > 0 || first == 0);
        let offset_at = inside.ok_or(H5Error::Offset { row, offset, least, most: if row == 0 { 0 } else { most } })?;
        least = offset;
        if row == 0 && (2..=LAST_TYPE).contains(&code) {
            return Err(H5Error::NoSoma);
        }
        if (row == 0) != (code == SOMA) || !(SOMA..=LAST_TYPE).contains(&code) {
            return Err(H5Error::Type { row, code });
        }
        let parent = match usize::try_from(parent) {
            Ok(0) => None,
            Ok(parent) if parent < structure.len() && row > 0 => Some(parent),
            Err(_) if parent == -1 => None,
            _ => return Err(H5Error::Parent { row, parent }),
        };
        rows.push(Row { offset: offset_at, code: code as i32, parent });
    }
    if rows.is_empty() { Err(H5Error::NoSoma) } else { Ok(rows) }
}

/// The soma, then neurites by type, each with its tree, parents first.
fn connection_order(rows: &[Row]) -> Result<Vec<usize>, H5Error> {
    let mut children = vec![Vec::new(); rows.len()];
    let mut roots = Vec::new();
    for (row, section) in rows.iter().enumerate().skip(1) {
        match section.parent {
            Some(parent) => children[parent].push(row),
            None => roots.push(row),
        }
    }
    roots.sort_by_key(|&root| rows[root].code);
    let mut order = vec![0];
    let mut stack: Vec<usize> = roots.into_iter().rev().collect();
    while let Some(row) = stack.pop() {
        order.push(row);
        stack.extend(children[row].iter().rev());
    }
    if order.len() < rows.len() {
        let mut reached = vec![false; rows.len()];
        order.iter().for_each(|&row| reached[row] = true);
        let row = reached.iter().position(|reached| !reached).unwrap_or(0);
        return Err(H5Error::Cycle { row });
    }
    Ok(order)
}
