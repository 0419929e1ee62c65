//! Places on a cell from a table of comma-separated values.

use std::fmt;
use std::io::Read;

use loligo_io::{USUAL_BYTES, closest, number_hint, shortened, visible};
use thiserror::Error;

use crate::cell::Cell;
use crate::cell::place::Place;
use crate::error::ModelError;
use crate::network::table_text::{MOST_ERRORS, line_of, reader};

/// An error of a table of places.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PlaceTableError {
    /// An invalid geometry of the cell.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Text that is not a table.
    #[error("{0}")]
    Unreadable(String),
    /// A first line that does not name the two columns.
    #[error("the first line is \"{}\"; it must be: section,x", visible(shortened(.line)))]
    Header {
        /// The line.
        line: String,
    },
    /// A table without rows.
    #[error("the table has no rows; below the line \"section,x\" give each place one")]
    Empty,
    /// A line that does not give a place.
    #[error("line {line}: {problem}")]
    Row {
        /// The line, from 1.
        line: usize,
        /// The fault found, and the remedy.
        problem: String,
    },
    /// More errors than are shown.
    #[error("these are the first {shown} errors; there are more")]
    More {
        /// Number of errors shown before.
        shown: usize,
    },
}

/// All errors of a table of places, in the order of its lines; the first hundred if there are more.
///
/// `Display` writes one line an error.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceTableErrors(pub Vec<PlaceTableError>);

impl fmt::Display for PlaceTableErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if k == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PlaceTableErrors {}

impl Cell {
    /// Reads places from a table of comma-separated values: a first line `section,x`, then a line for each place with
    /// the name of a section and a position on it, 0 to 1.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::dendrite("dend", 100.0, 2.0)).create()?; // um
    /// let places = cell.read_places("section,x\ndend,0.25\nsoma,0.5\n".as_bytes())?;
    /// assert_eq!((places[0].section, places[0].x, places[0].distance), (1, 0.25, 35.0)); // um
    /// cell.place_many("synapse", places, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// All errors of a text that is not such a table, sections that the cell lacks, positions that are not from 0 to 1.
    pub fn read_places(&self, file: impl Read) -> Result<Vec<Place>, PlaceTableErrors> {
        let fail = |error| PlaceTableErrors(vec![error]);
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| fail(PlaceTableError::Unreadable(error.to_string())))?;
        let cable = self.sound_cable().map_err(|error| fail(error.into()))?;
        let paths = self.section_paths(&cable);
        let mut rows = reader(&text).into_records();
        let header = match rows.next() {
            None => return Err(fail(PlaceTableError::Empty)),
            Some(Err(error)) => return Err(fail(PlaceTableError::Unreadable(error.to_string()))),
            Some(Ok(header)) => header,
        };
        let names: Vec<&str> = header.iter().map(|name| name.trim().trim_start_matches('\u{feff}')).collect();
        if names != ["section", "x"] {
            return Err(fail(PlaceTableError::Header { line: names.join(",") }));
        }
        let (mut places, mut errors) = (Vec::new(), Vec::new());
        for row in rows {
            let place = match &row {
                Ok(row) => {
                    self.place_of(row).map_err(|problem| PlaceTableError::Row { line: line_of(row, &text), problem })
                }
                Err(error) => Err(PlaceTableError::Unreadable(error.to_string())),
            };
            match place {
                Ok((section, x)) => places.push(Place { section, x, distance: paths[section].distance(x) }),
                Err(_) if errors.len() == MOST_ERRORS => {
                    errors.push(PlaceTableError::More { shown: MOST_ERRORS });
                    break;
                }
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(PlaceTableErrors(errors));
        }
        if places.is_empty() { Err(fail(PlaceTableError::Empty)) } else { Ok(places) }
    }

    fn place_of(&self, row: &csv::StringRecord) -> Result<(usize, f64), String> {
        let fields: Vec<&str> = row.iter().map(str::trim).collect();
        let [name, x] = fields[..] else {
            return Err(format!("{} values; give a section and a position, as in dend[3],0.5", fields.len()));
        };
        let section = self.section(name).ok_or_else(|| {
            let suggestion = closest(name, self.sections.iter().map(|section| section.name.as_str()));
            let hint = suggestion.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
            format!("cell \"{}\" has no section \"{}\"{hint}", self.name, visible(shortened(name)))
        })?;
        match x.parse() {
            Ok(x) if (0.0..=1.0).contains(&x) => Ok((section, x)),
            _ => Err(format!(
                "\"{}\" is no position; give a number from 0 to 1{}",
                visible(shortened(x)),
                number_hint(x)
            )),
        }
    }
}
