//! Places on a cell from a table of comma-separated values.

use std::io::Read;

use loligo_io::{USUAL_BYTES, closest, plain, shortened, visible};

use crate::cell::Cell;
use crate::cell::place::Place;
use crate::network::parameter_table::{TableError, TableErrors};
use crate::network::table_rows::{Column, read_rows};

/// The columns of a table of places.
const COLUMNS: [Column; 2] = [Column { name: "section", is_required: true }, Column { name: "x", is_required: true }];
const SECTION: usize = 0;
const X: usize = 1;

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
    /// All errors of a text that is not such a table, sections that the cell lacks, positions that are not from 0 to 1,
    /// invalid geometry.
    pub fn read_places(&self, file: impl Read) -> Result<Vec<Place>, TableErrors> {
        let fail = |reason: String| TableErrors(vec![TableError::Unreadable(reason)]);
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| fail(error.to_string()))?;
        let cable = self.sound_cable().map_err(|error| fail(error.to_string()))?;
        let paths = self.section_paths(&cable);
        let mut places = Vec::new();
        let errors = read_rows(&text, &COLUMNS, |mut row| {
            let section = self.section(row.text(SECTION));
            if section.is_none() {
                let reason = self.no_section(row.text(SECTION));
                row.refuse(SECTION, reason);
            }
            let Some(x) = row.number(X) else { return };
            if !(0.0..=1.0).contains(&x) {
                row.refuse(X, format!("{} is no position; give a number from 0 to 1", plain(x)));
            } else if let Some(section) = section {
                places.push(Place { section, x, distance: paths[section].distance(x) });
            }
        });
        if !errors.is_empty() {
            return Err(TableErrors(errors));
        }
        let none = "the table has no places; below the line \"section,x\" give each a line, such as dend[3],0.5";
        if places.is_empty() { Err(fail(none.to_owned())) } else { Ok(places) }
    }

    fn no_section(&self, name: &str) -> String {
        let suggestion = closest(name, self.sections.iter().map(|section| section.name.as_str()));
        let hint = suggestion.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
        format!("cell \"{}\" has no section \"{}\"{hint}", self.name, visible(shortened(name)))
    }
}
