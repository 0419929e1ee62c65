//! `[[stimulus]]`: currents and conductances that follow a signal.

use loligo::stimulus::{PointName, place_all};
use loligo::{
    AttachError, ConductanceSource, CurrentSource, Location, Mechanism, Selection, SignalSource, Waveform, names,
};
use loligo_random::{Random123, RngMode, Seeds, Stream};

use crate::model_file::chosen_cells::ChosenCells;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::limits;
use crate::model_file::placement::{self, Placed, Placement};
use crate::model_file::region_places::PlacesOfCell;
use crate::model_file::signal::Recipe;
use crate::model_file::table::{At, Span, Table};

/// Third id of the Random123 streams of stimuli: 's'.
const STREAM: u32 = 115;

/// Distance between consecutive seeds of a configuration's `stimulus_seed` in the second id, which also counts the
/// stimuli of a file: 2^32 divided by the golden ratio. With up to 1,000 stimuli, two seeds that differ by less than
/// 2,600,000 never give different stimuli the same numbers.
const SEED_STRIDE: u32 = 2_654_435_761;

/// The source that follows the signal.
#[derive(Clone, Copy)]
enum Follower {
    Current { electrode: bool },
    Conductance { reversal: f64, electrode: bool },
}

/// A point process, and the parameter and signal to play there.
struct Driven {
    mechanism: Mechanism,
    played: Option<(&'static str, Waveform)>,
}

impl Follower {
    fn of(self, signal: SignalSource) -> Result<Driven, AttachError> {
        match self {
            Self::Current { electrode } => {
                let source = CurrentSource::new(signal);
                let source = if electrode { source.electrode() } else { source };
                Ok(Driven { mechanism: source.mechanism()?, played: source.waveform() })
            }
            Self::Conductance { reversal, electrode } => {
                let source = ConductanceSource::new(signal, reversal);
                let source = if electrode { source.electrode() } else { source };
                Ok(Driven { mechanism: source.mechanism()?, played: Some(source.waveform()) })
            }
        }
    }
}

/// The random streams of a stimulus.
struct Streams {
    /// The generator.
    mode: RngMode,
    /// The seeds of the configuration.
    seeds: Seeds,
    /// The stimulus's own seed, or the model's.
    seed: u32,
    /// The ids given in the file.
    given: Option<[u32; 3]>,
    /// The number of the stimulus in the file, from 1.
    entry: u32,
    /// Number of noisy stimuli before it.
    block: u32,
}

impl Streams {
    /// The stream of the k-th of its cells.
    ///
    /// Ids given in the file are interpreted as those of neurodamus's noise in the mode Random123, 100 + block, 500 +
    /// seed, 301 + gid, so that other modes obtain block, seed and gid from them.
    fn of_cell(&self, k: usize, gid: u32) -> Stream {
        let Self { mode, seeds, seed, given, entry, block } = *self;
        let global = seed.wrapping_add(seeds.global);
        match (mode, given) {
            (RngMode::Random123, Some([id1, id2, id3])) => {
                let id2 = id2.wrapping_add(seeds.stimulus);
                Random123::new(id1, id2, id3 + k as u32).with_global_index(global).into()
            }
            (RngMode::Random123, None) => {
                let id2 = entry.wrapping_add(seeds.stimulus.wrapping_mul(SEED_STRIDE));
                Random123::new(k as u32, id2, STREAM).with_global_index(global).into()
            }
            (_, given) => {
                let (block, shift, gid) = match given {
                    Some([id1, id2, id3]) => {
                        let gid = id3.wrapping_sub(301).wrapping_add(k as u32);
                        (id1.wrapping_sub(100), id2.wrapping_sub(500), gid)
                    }
                    None => (block, 0, gid),
                };
                let stimulus = seeds.stimulus.wrapping_add(shift);
                // neurodamus's seeds have no effect on an ACG; the file's seed has.
                let block = if mode == RngMode::Compatibility { block.wrapping_add(seed) } else { block };
                Seeds { global, stimulus, ..seeds }.noise_in(mode, block, gid)
            }
        }
    }
}

impl Decoder {
    /// Reads a `[[stimulus]]`.
    pub(crate) fn stimulus(&mut self, table: &Table<'_>) {
        const KEYS: [&str; 9] = ["cell", "region", "x", "name", "kind", "reversal", "electrode", "stream", "seed"];
        let errors_before = self.errors.0.len();
        self.stimulus_entries += 1;
        let known: Vec<&str> =
            KEYS.into_iter().chain(Recipe::KEYS).chain(["add", placement::TABLE]).chain(placement::KEYS).collect();
        table.only(&known, &mut self.errors);
        let chosen = self.chosen_cells(table, "stimuli");
        for ChosenCells { group, count, .. } in &chosen {
            if self.rehearses && *count < self.source_map.groups[*group].count {
                // Other members do not have the point processes of the selected ones.
                self.source_map.groups[*group].hides_points = true;
            }
        }
        let places = self.places_of_stimulus(table, &chosen);
        let name = self.name_of_stimulus(table, &chosen);
        let follower = self.follower(table);
        let amplitude_unit = match follower {
            Follower::Current { .. } => "nA",
            Follower::Conductance { .. } => "uS",
        };
        let recipe = Recipe::read(table, amplitude_unit, &mut self.errors);
        let cells = places.chunk_by(|a, b| a.cell == b.cell).count();
        let given = table.stream(cells, &mut self.errors);
        let seed = table.whole("seed", "seed of its random numbers", 0..=u64::from(u32::MAX), &mut self.errors);
        let (mode, seeds) = match (self.configured.mode, self.configured.seeds) {
            (mode, seeds) if recipe.is_noise || mode == RngMode::Random123 => (mode, seeds),
            // The global seed is Random123's global index only in the mode of that name.
            (_, seeds) => (RngMode::Random123, Seeds { global: 0, ..seeds }),
        };
        let streams = Streams {
            mode,
            seeds,
            seed: seed.map_or(self.seed, |seed| seed.value as u32),
            given,
            entry: self.stimulus_entries,
            block: self.subjects.noise,
        };
        let kind = if recipe.is_noise { &mut self.subjects.noise } else { &mut self.subjects.other_noise };
        *kind += u32::from(recipe.is_random);
        if self.errors.0.len() == errors_before {
            let name = name.as_ref().map_or(PointName::Unused("stimulus"), |name| PointName::Given(name.value));
            self.attach(&table.span(), &places, name, follower, &recipe, &streams);
        }
        if self.errors.0.len() > errors_before {
            for ChosenCells { group, .. } in chosen {
                self.source_map.groups[group].hides_points = true;
            }
        }
    }

    fn attach(
        &mut self,
        span: &Span,
        places: &[Location],
        name: PointName<'_>,
        follower: Follower,
        recipe: &Recipe,
        streams: &Streams,
    ) {
        const WHAT: &str = "points of stimuli";
        let count = places.len() as u64;
        // The points are counted before they are computed.
        let points = (recipe.points() as u64).saturating_mul(count);
        if !self.allow(span, WHAT, self.stimulus_points, points, limits::STIMULUS_POINTS) {
            return;
        }
        let gid = |network: &loligo::Network, cell: usize| network.gid(cell) as u32;
        let first = places.first().map_or(0, |place| gid(&self.network, place.cell));
        let first = match recipe.build(&mut streams.of_cell(0, first)) {
            Ok(signal) => signal,
            Err((error, span)) => return self.errors.push(span, Problem::Conflict(error.to_string())),
        };
        let points = (first.len() as u64).saturating_mul(count);
        if !self.allow(span, WHAT, self.stimulus_points, points, limits::STIMULUS_POINTS) {
            return;
        }
        self.stimulus_points += points;
        self.counts.points += count as f64;
        self.counts.waveforms += count as f64;
        let draws = recipe.is_random && !self.only_counts;
        self.counts.waveform_points += if recipe.is_random { points as f64 } else { first.len() as f64 };
        if !self.allow_memory(span) {
            return;
        }
        let attached = follower
            .of(first)
            .and_then(|driven| Ok((place_all(&mut self.network, places, name, driven.mechanism)?, driven.played)));
        let (attached, played) = match attached {
            Ok(attached) => attached,
            Err(error) => return self.errors.push(span.clone(), Problem::Conflict(error.to_string())),
        };
        for (k, sources) in attached.chunk_by(|a, b| a.cell() == b.cell()).enumerate() {
            let mut stream = streams.of_cell(k, gid(&self.network, sources[0].cell()));
            for source in sources {
                let own = draws.then(|| {
                    let signal = recipe.build(&mut stream).map_err(|(error, _)| error.to_string())?;
                    follower.of(signal).map(|driven| driven.played).map_err(|error| error.to_string())
                });
                match own.unwrap_or_else(|| Ok(played.clone())) {
                    Ok(Some((parameter, waveform))) => {
                        self.network.play(source.variable(parameter), waveform);
                        self.source_map.spans.waveforms.push(span.clone());
                    }
                    Ok(None) => {}
                    Err(text) => return self.errors.push(span.clone(), Problem::Conflict(text)),
                }
            }
        }
    }

    /// The places of the keys "region" and "x" on some cells, cell by cell.
    fn places_of_stimulus(&mut self, table: &Table<'_>, chosen: &[ChosenCells]) -> Vec<Location> {
        let Some(placement) = self.placement(table, Placed::Stimuli) else { return Vec::new() };
        if !placement.is_whole_region() {
            return self.chosen_places_of_stimulus(table, &placement, chosen);
        }
        let sections = self.sections_of_region(table, chosen);
        let x = self.position(table, "x", 0.5);
        let mut places = Vec::new();
        for (ChosenCells { cells, .. }, mut sections) in chosen.iter().zip(sections) {
            let Some(cell) = cells.first().map(|&first| &self.network.cells[first]) else { continue };
            // The order of a morphology's sections in NEURON, in which scripts draw random numbers.
            sections.sort_by_key(|&section| (cell.sections[section].kind, section));
            let on_cell = |&cell| sections.iter().map(move |&section| Location::new(cell, section, x));
            places.extend(cells.iter().flat_map(on_cell));
        }
        places
    }

    /// The places of the keys of a placement; without a rule, the position x of each section that is between the bounds.
    fn chosen_places_of_stimulus(
        &mut self,
        table: &Table<'_>,
        placement: &Placement,
        chosen: &[ChosenCells],
    ) -> Vec<Location> {
        let x = self.position(table, "x", 0.5);
        if let Some(value) = table.get("x").filter(|_| !placement.is_everywhere()) {
            let text = "\"x\" has no meaning for chosen places; take it out".to_owned();
            self.errors.push(value.span, Problem::Conflict(text));
        }
        let on_sections = |selection: &Selection<'_>| {
            let mut places = selection.at_position(x);
            places.sort_by_key(|place| (selection.cell().sections[place.section].kind, place.section));
            places
        };
        let found = self.places_on(table, placement, chosen, on_sections).unwrap_or_default();
        let on_cell = |(cell, places): &PlacesOfCell| {
            let cell = *cell;
            places.iter().map(|&(section, x)| Location::new(cell, section, x)).collect::<Vec<_>>()
        };
        found.iter().flat_map(on_cell).collect()
    }

    /// The key "name", if no selected cell has a point process of that name.
    fn name_of_stimulus<'t>(&mut self, table: &Table<'t>, chosen: &[ChosenCells]) -> Option<At<&'t str>> {
        let name = table.text("name", "the name by which recordings refer to it", &mut self.errors)?;
        if !self.errors.check_name(&name.span, "name", name.value, names::RESERVED_IN_GROUPS) {
            return None;
        }
        let cells = chosen.iter().flat_map(|chosen| &chosen.cells).map(|&cell| &self.network.cells[cell]);
        let numbered = format!("{}[0]", name.value);
        let mut last: Option<&loligo::Cell> = None;
        for cell in cells {
            if last.is_some_and(|last| last.points.is_shared_with(&cell.points)) {
                continue;
            }
            if cell.point(name.value).or_else(|| cell.point(&numbered)).is_some() {
                let problem = Problem::Duplicate { what: "point processes", name: name.value.to_owned() };
                self.errors.push(name.span, problem);
                return None;
            }
            last = Some(cell);
        }
        Some(name)
    }

    fn follower(&mut self, table: &Table<'_>) -> Follower {
        let errors = &mut self.errors;
        let electrode = table.truth("electrode", "whether it comes from an electrode", errors);
        let electrode = electrode.is_some_and(|electrode| electrode.value);
        let reversal = table.number("reversal", "reversal potential of the conductance, mV", "mV", errors);
        match table.text("kind", "\"current\" or \"conductance\"", errors).map(|kind| (kind.value, kind.span)) {
            Some(("conductance", _)) => {
                let reversal = reversal.map_or(0.0, |reversal| reversal.value);
                return Follower::Conductance { reversal, electrode };
            }
            None | Some(("current", _)) => {
                if let Some(reversal) = reversal {
                    let text =
                        "\"reversal\" belongs to kind = \"conductance\"; take it out, or give the kind".to_owned();
                    errors.push(reversal.span, Problem::Conflict(text));
                }
            }
            Some((other, span)) => {
                errors.range(span, "kind", format!("\"{other}\""), "give \"current\" or \"conductance\"");
            }
        }
        Follower::Current { electrode }
    }
}
