//! Names of the populations of nodes.

use crate::error::SonataError;

/// Names of the populations of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Populations {
    /// Cells with membrane; "All" by default.
    pub cells: String,
    /// Artificial cells; "Artificial" by default.
    pub artificial_cells: String,
}

impl Default for Populations {
    fn default() -> Self {
        Self { cells: "All".to_owned(), artificial_cells: "Artificial".to_owned() }
    }
}

impl Populations {
    pub(crate) fn check(&self) -> Result<(), SonataError> {
        for name in [&self.cells, &self.artificial_cells] {
            if name.is_empty() || name == "." || name.contains(['/', '\0']) {
                return Err(SonataError::PopulationName { name: name.clone() });
            }
        }
        if self.cells == self.artificial_cells {
            return Err(SonataError::SamePopulation { name: self.cells.clone() });
        }
        Ok(())
    }
}
