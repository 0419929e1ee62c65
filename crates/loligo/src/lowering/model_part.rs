//! The parts of a model to which errors belong.

/// The part of a network that an error concerns, by its indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelPart {
    /// A cell as a whole.
    Cell(usize),
    /// A section.
    Section {
        /// Index of the cell.
        cell: usize,
        /// Index of the section.
        section: usize,
    },
    /// A painted mechanism.
    Painted {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's paintings.
        painted: usize,
    },
    /// A point process.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
    /// A cell's own value.
    OwnValue {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's own values.
        value: usize,
    },
    /// An artificial cell.
    ArtificialCell(usize),
    /// A connection.
    Connection(usize),
    /// A gap junction.
    GapJunction(usize),
    /// A transfer.
    Transfer(usize),
    /// A pointer.
    Pointer(usize),
    /// The values of globals.
    Globals,
    /// The function tables.
    FunctionTables,
    /// A value that is set during the run.
    Intervention(usize),
    /// A waveform.
    Waveform(usize),
    /// A recording.
    Recording(usize),
}
