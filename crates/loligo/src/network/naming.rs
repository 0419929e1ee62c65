//! Readable names of the parts of a network.

use crate::network::Network;
use crate::network::references::{GapSide, VariableRef};

impl Network {
    /// A cell's global id (gid): given in `gids`, else its index.
    pub fn gid(&self, cell: usize) -> u64 {
        self.gids.get(cell).copied().unwrap_or(cell as u64)
    }

    /// The cell with membrane that a variable belongs to; `None` for artificial cells, and gap junctions that do not
    /// exist.
    pub fn cell_of(&self, variable: &VariableRef) -> Option<usize> {
        match *variable {
            VariableRef::Section { cell, .. } | VariableRef::Point { cell, .. } => Some(cell),
            VariableRef::Artificial { .. } => None,
            VariableRef::GapJunction { junction, side, .. } => {
                self.gap_junctions.get(junction).map(|junction| junction.place(side).cell)
            }
        }
    }

    /// A name for a variable: `cell.section(x).variable`, `gap.a.variable`, as far as its indices exist.
    pub fn name_of(&self, variable: &VariableRef) -> String {
        format!("{}.{}", self.name_of_location(variable), variable.name())
    }

    /// A name for the location of a variable: `cell.section(x)`, `cell.synapse`, `gap.a`.
    pub fn name_of_location(&self, variable: &VariableRef) -> String {
        let cell_name = |cell: usize| self.cells.get(cell).map_or_else(|| format!("cell {cell}"), |c| c.name.clone());
        match variable {
            VariableRef::Section { cell, section, x, .. } => {
                let section_name = self.cells.get(*cell).and_then(|c| c.sections.get(*section));
                let section_name = section_name.map_or_else(|| format!("section {section}"), |s| s.name.clone());
                format!("{}.{section_name}({x})", cell_name(*cell))
            }
            VariableRef::Point { cell, point, .. } => self.name_of_point(*cell, *point),
            VariableRef::Artificial { cell, .. } => {
                self.artificial_cells.get(*cell).map_or_else(|| format!("cell {cell}"), |c| c.name.clone())
            }
            VariableRef::GapJunction { junction, side, .. } => {
                let name = self.gap_junctions.get(*junction);
                let name = name.map_or_else(|| format!("gap junction {junction}"), |gap| gap.name.clone());
                let side = match side {
                    GapSide::A => "a",
                    GapSide::B => "b",
                };
                format!("{name}.{side}")
            }
        }
    }

    /// A readable name of a point process: `cell.synapse`.
    pub fn name_of_point(&self, cell: usize, point: usize) -> String {
        let of_cell = self.cells.get(cell);
        let name = of_cell.and_then(|cell| cell.points.get(point)).map(|point| point.name.as_str());
        let name = name.map_or_else(|| format!("point {point}"), str::to_owned);
        of_cell.map_or_else(|| format!("cell {cell}.{name}"), |cell| format!("{}.{name}", cell.name))
    }
}
