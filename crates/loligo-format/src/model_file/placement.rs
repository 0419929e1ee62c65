//! The keys that say at which places of a region something is: `at`, `count`, `density`, `distance`..., and `places`.

use loligo::{Cell, Place, Region, Selection};
use loligo_io::{InputError, plain};
use loligo_random::Random123;
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::landmark::Landmark;
use crate::model_file::limits;
use crate::model_file::table::{At, Span, Table};
use crate::model_file::text::read_text;

/// The keys, all of which belong to a `region`.
pub(super) const KEYS: [&str; 7] = ["distance", "at", "count", "density", "spacing", "seed", "own_places"];

/// The key of a table of places, which takes the place of a region.
pub(super) const TABLE: &str = "places";

/// Third id of the Random123 streams that draw places: 'x'.
const STREAM: u32 = 120;

/// The part of a model file that has places; each counts its entries with drawn places by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    Points,
    Stimuli,
    Recordings,
}

/// The places of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    rule: Rule,
    /// Bounds of the distance from the soma, um.
    distance: Option<(f64, f64)>,
    /// `true` if every cell of the entry has drawn places of its own.
    pub(crate) is_own: bool,
    /// The key that gives the rule, or the table.
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
enum Rule {
    /// Everywhere in the region.
    Everywhere,
    At(Landmark),
    Even(Number),
    Random {
        number: Number,
        seed: u32,
        entry: u32,
    },
    Table {
        path: String,
        text: String,
    },
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Count(usize),
    /// Per um.
    Density(f64),
}

impl Number {
    fn on(self, selection: &Selection<'_>) -> Result<usize, String> {
        let density = match self {
            Self::Count(count) => return Ok(count),
            Self::Density(density) => density,
        };
        let (count, length) = (selection.count_of(density), selection.length());
        let density = plain(density);
        match count {
            0 => Err(format!("{density} per um on the {length:.1} um of {selection} is less than one place")),
            count if count as u64 > limits::PLACES => {
                let most = limits::PLACES;
                Err(format!(
                    "{density} per um on the {length:.1} um of {selection} are {count} places; at most {most} are taken"
                ))
            }
            count => Ok(count),
        }
    }
}

impl Placement {
    /// `true` if no key says at which places of the region.
    pub(crate) fn is_everywhere(&self) -> bool {
        matches!(self.rule, Rule::Everywhere)
    }

    /// `true` if the entry says no more than its region.
    pub(crate) fn is_whole_region(&self) -> bool {
        self.is_everywhere() && self.distance.is_none()
    }

    /// `true` if the places of a cell are one place, which has no number.
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.rule, Rule::At(Landmark::Distance(_)))
    }

    /// The part of the cell that has the places.
    pub(crate) fn select<'c>(&self, cell: &'c Cell, region: Region) -> Result<Selection<'c>, String> {
        let region = if matches!(self.rule, Rule::Table { .. }) { Region::All } else { region };
        let selection = cell.region(region).map_err(|error| error.to_string())?;
        match self.distance {
            Some((near, far)) => selection.between(near, far).map_err(|error| error.to_string()),
            None => Ok(selection),
        }
    }

    /// The places; those that are drawn are the ones of the entry's cell number `k`.
    pub(crate) fn places(
        &self,
        selection: &Selection<'_>,
        k: usize,
        everywhere: impl Fn(&Selection<'_>) -> Vec<Place>,
    ) -> Result<Vec<Place>, String> {
        match &self.rule {
            Rule::Everywhere => {
                let places = everywhere(selection);
                if places.is_empty() { Err(format!("{selection} has no place at these distances")) } else { Ok(places) }
            }
            Rule::At(landmark) => landmark.places(selection),
            Rule::Even(number) => Ok(selection.evenly(number.on(selection)?)),
            Rule::Random { number, seed, entry } => {
                let mut stream = Random123::new(k as u32, *entry, STREAM).with_global_index(*seed);
                Ok(selection.random(number.on(selection)?, &mut stream))
            }
            Rule::Table { path, text } => {
                let places = selection.cell().read_places(text.as_bytes());
                places.map_err(|errors| format!("\"{path}\": {}", errors.to_string().replace('\n', "\n  ")))
            }
        }
    }
}

impl Decoder {
    /// Reads the keys; `None` after an error.
    pub(super) fn placement(&mut self, table: &Table<'_>, placed: Placed) -> Option<Placement> {
        let errors_before = self.errors.0.len();
        let distance = self.bounds_of_distance(table);
        let rule = table.one_of(&["at", "count", "density", TABLE], &mut self.errors);
        let span = rule.and_then(|key| table.get(key)).map_or_else(|| table.span(), |value| value.span);
        let (rule, is_own) = match rule {
            None => (Some(Rule::Everywhere), false),
            Some("at") => (self.landmark_of_key(table).map(Rule::At), false),
            Some(TABLE) => (self.table_of_places(table), false),
            Some(key) => self.along(table, key, placed),
        };
        let is_drawn = matches!(rule, Some(Rule::Random { .. }));
        let is_along = is_drawn || matches!(rule, Some(Rule::Even(_)) | None);
        for (key, has_meaning, needs) in [
            ("spacing", is_along, "\"count\" or \"density\""),
            ("seed", is_drawn || rule.is_none(), "random places; give \"count\" or \"density\""),
            ("own_places", is_drawn || rule.is_none(), "random places; give \"count\" or \"density\""),
            ("distance", !matches!(rule, Some(Rule::Table { .. })), "a region"),
        ] {
            // A stimulus has a seed of its own.
            let is_others = key == "seed" && placed == Placed::Stimuli;
            if let Some(value) = table.get(key).filter(|_| !has_meaning && !is_others) {
                self.errors.push(value.span, Problem::Conflict(format!("\"{key}\" belongs to {needs}; take it out")));
            }
        }
        (self.errors.0.len() == errors_before).then_some(())?;
        Some(Placement { rule: rule?, distance, is_own, span })
    }

    fn bounds_of_distance(&mut self, table: &Table<'_>) -> Option<(f64, f64)> {
        const MEANING: &str = "lower and upper bound of the distance from the soma, um";
        let At { value, span } = table.numbers("distance", MEANING, "um", &mut self.errors)?;
        match value[..] {
            [near, far] if 0.0 <= near && near <= far => Some((near, far)),
            _ => {
                let list: Vec<String> = value.iter().map(|&um| plain(um)).collect();
                let remedy = "give two numbers from 0 um on, the smaller one first";
                self.errors.range(span, "distance", format!("[{}]", list.join(", ")), remedy);
                None
            }
        }
    }

    fn landmark_of_key(&mut self, table: &Table<'_>) -> Option<Landmark> {
        const MEANING: &str = "a distance from the soma, um, \"tips\" or \"branch points\"";
        let value = table.get("at")?;
        let landmark = match value.value {
            DeValue::String(text) => Landmark::read(text)
                .unwrap_or_else(|| Err(format!("\"{text}\" is no place; give {MEANING}, as in 200.0 or \"200 um\""))),
            _ => Landmark::distance(table.number("at", MEANING, "um", &mut self.errors)?.value),
        };
        landmark.map_err(|reason| self.errors.push(value.span, Problem::Conflict(format!("\"at\": {reason}")))).ok()
    }

    /// Reads a number of places along a region.
    fn along(&mut self, table: &Table<'_>, key: &str, placed: Placed) -> (Option<Rule>, bool) {
        let errors = &mut self.errors;
        let number = if key == "count" {
            let count = table.whole("count", "number of places on each cell", 1..=limits::PLACES, errors);
            count.map(|count| Number::Count(count.value as usize))
        } else {
            table.positive("density", "places per um", "/um", errors).map(|density| Number::Density(density.value))
        };
        let spacing = table.text("spacing", "\"random\" or \"even\"", errors);
        let is_random = match spacing.as_ref().map(|spacing| spacing.value) {
            None | Some("random") => true,
            Some("even") => false,
            Some(other) => {
                let span = spacing.map_or_else(|| table.span(), |spacing| spacing.span);
                errors.range(span, "spacing", format!("\"{other}\""), "give \"random\" or \"even\"");
                return (None, false);
            }
        };
        if !is_random {
            return (number.map(Rule::Even), false);
        }
        let seed = table.whole("seed", "seed of the places", 0..=u64::from(u32::MAX), errors);
        let own = table.truth("own_places", "whether each cell has places of its own", errors);
        let counter = &mut self.placement_entries[placed as usize];
        *counter += 1;
        // Entries of different kinds do not change each other's numbers.
        let entry = ((placed as u32) << 30) + *counter;
        let seed = seed.map_or(self.seed, |seed| seed.value as u32);
        (number.map(|number| Rule::Random { number, seed, entry }), own.is_some_and(|own| own.value))
    }

    fn table_of_places(&mut self, table: &Table<'_>) -> Option<Rule> {
        let path = table.text(TABLE, "path of a table with the columns section,x", &mut self.errors)?;
        let full = self.folder_of(&path.span).join(path.value);
        match read_text(&full) {
            Ok(text) => {
                self.files.push(full);
                Some(Rule::Table { path: path.value.to_owned(), text })
            }
            Err(error) => {
                let hint = match error {
                    InputError::System { .. } => "; paths are relative to the model file",
                    _ => "",
                };
                let text = format!("\"{TABLE}\" = \"{}\": {error}{hint}", path.value);
                self.errors.push(path.span, Problem::Conflict(text));
                None
            }
        }
    }
}
