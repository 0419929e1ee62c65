//! The places of a placement on each of some cells.

use std::rc::Rc;

use loligo::{Place, Region, Selection};

use crate::model_file::chosen_cells::ChosenCells;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::placement::{self, Placement};
use crate::model_file::table::Table;

/// Places on a cell: section and position.
type Spots = Rc<Vec<(usize, f64)>>;

/// A cell of the network, and its places.
pub(crate) type PlacesOfCell = (usize, Spots);

impl Decoder {
    /// The places on each cell that has the key "region", or a section of the table of places; cells of one description
    /// share them, unless they have places of their own. `None` after an error.
    pub(super) fn places_on(
        &mut self,
        table: &Table<'_>,
        placement: &Placement,
        chosen: &[ChosenCells],
        everywhere: impl Fn(&Selection<'_>) -> Vec<Place>,
    ) -> Option<Vec<PlacesOfCell>> {
        let by_table = table.has(placement::TABLE);
        if let (true, Some(value)) = (by_table, table.get("region")) {
            let text = "a table of places names its sections; leave \"region\" out".to_owned();
            self.errors.push(value.span, Problem::Conflict(text));
            return None;
        }
        let sections = if by_table { vec![vec![0]; chosen.len()] } else { self.sections_of_region(table, chosen) };
        let name = table.get("region").and_then(|region| region.value.as_str());
        let mut found: Vec<PlacesOfCell> = Vec::new();
        let mut count = 0u64;
        for (ChosenCells { cells, .. }, sections) in chosen.iter().zip(&sections) {
            let Some(first) = cells.first().map(|&first| &self.network.cells[first]) else { continue };
            if sections.is_empty() || first.sections.is_empty() {
                continue;
            }
            let region = match name {
                _ if by_table => Region::All,
                Some(name) => Region::from(name),
                None => Region::sections_named(sections.iter().map(|&section| first.sections[section].name.as_str())),
            };
            // The selection on cells of this description, and the places that they share.
            let mut of_shape: Option<(usize, Selection<'_>, Spots)> = None;
            for &index in cells {
                let cell = &self.network.cells[index];
                let is_same = of_shape
                    .as_ref()
                    .is_some_and(|(other, ..)| cell.sections.is_shared_with(&self.network.cells[*other].sections));
                let draw = |selection: &Selection<'_>, k: usize| {
                    let places = placement.places(selection, k, &everywhere)?;
                    Ok(Rc::new(places.into_iter().map(Into::into).collect()))
                };
                let k = if placement.is_own { found.len() } else { 0 };
                let places = match &of_shape {
                    Some((_, _, places)) if is_same && !placement.is_own => Ok(Rc::clone(places)),
                    Some((_, selection, _)) if is_same => draw(selection, k),
                    _ => placement.select(cell, region.clone()).and_then(|selection| {
                        let places = draw(&selection, k)?;
                        of_shape = Some((index, selection, Rc::clone(&places)));
                        Ok(places)
                    }),
                };
                match places {
                    Ok(places) => {
                        count = count.saturating_add(places.len() as u64);
                        found.push((index, places));
                    }
                    Err(reason) => {
                        self.errors.push(placement.span.clone(), Problem::Conflict(reason));
                        return None;
                    }
                }
                if count > limits::POINTS {
                    self.allow(&placement.span, "places", 0, count, limits::POINTS);
                    return None;
                }
            }
        }
        Some(found)
    }
}
