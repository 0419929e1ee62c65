//! The targets of a `[[connection]]`: a synapse of each cell, or several of which each connection takes one.

use loligo::{DrawStream, TargetRef};

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::pairing::Pair;
use crate::model_file::place::{Places, Spots};
use crate::model_file::table::{At, Table};

const TO: &str = "what receives: \"cell.synapse\" or an artificial cell";
const SYNAPSE: &str = "\"each\" or \"random\"";

/// The places that receive events.
pub(crate) struct Targets {
    /// One place on each target cell, or several if each of them is a target.
    cells: Places,
    /// Lists of places on the same cells, from all of which each connection takes one.
    choices: Vec<Places>,
}

impl Targets {
    /// The places that are paired with sources.
    pub(crate) fn cells(&self) -> &Places {
        &self.cells
    }

    /// The target of a connection.
    pub(crate) fn target(&self, stream: DrawStream, pair: Pair, repetition: u32) -> Option<TargetRef> {
        let target = pair.1 as usize;
        let count: usize = self.choices.iter().map(Places::per_cell).sum();
        if count == 0 {
            return self.cells.target(target);
        }
        let mut choice = stream.synapse(pair, repetition, count);
        for places in &self.choices {
            if choice < places.per_cell() {
                return places.target(target * places.per_cell() + choice);
            }
            choice -= places.per_cell();
        }
        None
    }
}

impl Decoder {
    /// Reads `to` and `synapse`.
    pub(crate) fn targets(&mut self, table: &Table<'_>) -> Option<Targets> {
        table.need("to", TO, &mut self.errors);
        let chooses = match table.text("synapse", SYNAPSE, &mut self.errors) {
            None => false,
            Some(At { value: "each", .. }) => false,
            Some(At { value: "random", .. }) => true,
            Some(At { value, span }) => {
                let remedy = "give \"each\" (every synapse is a target) or \"random\" (each connection takes one)";
                self.errors.range(span, "synapse", format!("\"{value}\""), remedy);
                return None;
            }
        };
        let texts = table.texts("to", TO, &mut self.errors)?;
        let mut lists = Vec::with_capacity(texts.len());
        for text in &texts {
            lists.push(self.receivers(text)?);
        }
        let first = lists.first()?;
        if let Some(at) = lists.iter().position(|places| places.cells != first.cells) {
            let text = "all synapses of \"to\" must be on the same cells, since each connection takes one of them";
            self.errors.push(texts[at].span.clone(), Problem::Conflict(text.to_owned()));
            return None;
        }
        if lists.len() > 1 && !chooses {
            let text = "\"to\" names several synapses; add synapse = \"random\", so that each connection takes one of \
                        them, or write an entry for each";
            self.errors.push(table.get("to")?.span, Problem::Conflict(text.to_owned()));
            return None;
        }
        if chooses {
            return Some(Targets { cells: first.one_on_each_cell(), choices: lists });
        }
        Some(Targets { cells: lists.pop()?, choices: Vec::new() })
    }

    /// Reads places that receive events.
    fn receivers(&mut self, text: &At<&str>) -> Option<Places> {
        let places = self.places(text)?;
        let receives_nothing = match places.spots {
            Spots::Sections(_) => Some("section"),
            Spots::HalfGap(_) => Some("gap junction"),
            Spots::Points(_) | Spots::Artificial => None,
        };
        if let Some(what) = receives_nothing {
            let reason = format!("a {what} receives no events; name a point process (a synapse) of the cell");
            self.errors.push(text.span.clone(), Problem::Location { text: text.value.to_owned(), reason });
            return None;
        }
        Some(places)
    }
}
