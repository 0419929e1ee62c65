//! Positions of cells as comma-separated values.

use std::io::{self, Read, Write};

use loligo_io::USUAL_BYTES;

use crate::network::Network;
use crate::network::parameter_table::{TableError, TableErrors};
use crate::network::positions::{Point, Positions};
use crate::network::table_rows::{Column, read_rows};

/// The columns of a table of positions.
const COLUMNS: [Column; 4] = [
    Column { name: "x", is_required: true },
    Column { name: "y", is_required: true },
    Column { name: "z", is_required: true },
    Column { name: "cell", is_required: false },
];
const CELL: usize = 3;

impl Positions {
    /// Reads comma-separated values: a first line with the names `x`, `y`, `z` (um) and perhaps `cell`, then a line for
    /// each cell. With a column `cell`, which has the cells' names, the order is free, and there may be lines of other
    /// cells.
    ///
    /// ```
    /// use loligo::Positions;
    /// let positions = Positions::read("x,y,z\n0,0,0\n50,0,12.5\n".as_bytes())?;
    /// assert_eq!(positions, Positions::Listed(vec![[0.0; 3], [50.0, 0.0, 12.5]])); // um
    /// let error = Positions::read("x,y,z\n0,0,deep\n".as_bytes()).unwrap_err();
    /// assert_eq!(error.to_string(), "line 2, column 5: \"deep\" for \"z\" is not a finite number");
    /// # Ok::<(), loligo::TableErrors>(())
    /// ```
    ///
    /// # Errors
    /// All errors of text that cannot be read or is no such table.
    pub fn read(file: impl Read) -> Result<Self, TableErrors> {
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| TableErrors(vec![TableError::Unreadable(error.to_string())]))?;
        Self::parse(&text)
    }

    /// As [`read`](Self::read), from text.
    ///
    /// # Errors
    /// All errors of text that is no such table.
    pub fn parse(text: &str) -> Result<Self, TableErrors> {
        let mut points: Vec<Point> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        let errors = read_rows(text, &COLUMNS, |mut row| {
            let [x, y, z] = [0, 1, 2].map(|axis| row.number(axis).unwrap_or(f64::NAN));
            points.push([x, y, z]);
            if row.has(CELL) {
                names.push(row.text(CELL).to_owned());
            }
        });
        if !errors.is_empty() {
            return Err(TableErrors(errors));
        }
        let is_named = !names.is_empty();
        Ok(if is_named { Self::Named(names.into_iter().zip(points).collect()) } else { Self::Listed(points) })
    }
}

impl Network {
    /// Writes the positions of all cells that have one: a line `cell,x,y,z` (um) each, cells with membrane first.
    /// [`Positions::read`] reads them again, to the same bits.
    ///
    /// # Errors
    /// Those of `file`.
    pub fn write_positions(&self, file: impl Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(file);
        rows.write_record(["cell", "x", "y", "z"])?;
        let cells = self.cells.iter().map(|cell| &cell.name).zip(&self.positions);
        let artificial = self.artificial_cells.iter().map(|cell| &cell.name).zip(&self.artificial_positions);
        for (name, point) in cells.chain(artificial) {
            if let Some([x, y, z]) = point {
                rows.write_record([name, &x.to_string(), &y.to_string(), &z.to_string()])?;
            }
        }
        rows.flush()
    }
}
