//! The raster plot: a row for each source of spikes, and the firing rates of the populations.

pub(crate) mod bands;
pub(crate) mod marks;
pub(crate) mod rates;

use std::collections::BTreeMap;

use svg::Document;
use svg::node::element::{Group, Title};

use crate::draw::{Anchor, TEXT, TIME, TimeAxis, WIDTH, clean, fit, path, px, sheet, text, text_width};
use crate::legend::{Legend, cell_name, population_name};
use crate::raster::bands::{BAND_GAP, bands};
use crate::raster::marks::Marks;
use crate::raster::rates::{RATE_HEIGHT, Rates};
use crate::sources::Source;
use crate::table::SpikeTable;

/// Up to this number of rows, each is labelled.
const LABELLED: usize = 40;
/// Number of spikes from which the rate is drawn.
const MANY_SPIKES: usize = 100;
const ROW: f64 = 16.0;
const TOP: f64 = 36.0;

/// The spikes as SVG, or `None` if there are no sources.
///
/// A row is a gid, with the lowest at the bottom; silent cells have rows, too. Above them artificial cells have rows of
/// their own, by their numbers. Up to forty sources are labelled; more are drawn as points. Colours are populations. If
/// there are many spikes, their rate per recorded cell of the population is drawn below them. `span` (ms) widens the
/// time axis.
///
/// ```
/// use loligo_plot::{Legend, Source, SpikeTable, raster_picture};
///
/// let table = SpikeTable {
///     sources: vec![Source { gid: Some(3), name: "cell[3].soma(0.5)".into(), ..Source::default() }],
///     spikes: vec![(1.5, 0), (12.0, 0)], // ms
///     has_silent: true,
/// };
/// assert!(raster_picture(&table, Some((0.0, 20.0)), &Legend::default()).unwrap().starts_with("<svg"));
/// ```
pub fn raster_picture(table: &SpikeTable, span: Option<(f64, f64)>, legend: &Legend) -> Option<String> {
    let spikes: Vec<(f64, usize)> =
        table.spikes.iter().copied().filter(|&(t, source)| t.is_finite() && source < table.sources.len()).collect();
    let range = spikes.iter().map(|&(t, _)| (t, t)).chain(span).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))?;
    if table.sources.is_empty() || (spikes.is_empty() && !table.has_silent) {
        return None;
    }
    let mut legend = legend.clone();
    let sources = &table.sources;
    let order = in_order(sources);
    for &source in &order {
        legend.add_population(population_name(&sources[source].name), None);
    }
    let populations = Populations::new(sources, &order, &legend);
    let few = order.len() <= LABELLED;
    let (list, bands) =
        if few { (List::new(sources, &order, &legend), vec![]) } else { (List::default(), bands(sources, &order)) };
    let widest = |texts: &[String]| texts.iter().map(|t| text_width(t, TEXT)).fold(0.0, f64::max);
    let ticks: Vec<String> = bands.iter().flat_map(|band| band.ticks.iter().map(|(_, label)| label.clone())).collect();
    let left = (widest(&list.labels).min(300.0) + widest(&list.numbers) + 34.0).max(widest(&ticks) + 24.0).max(72.0);
    let right = if few { 24.0 } else { widest(&populations.labels).min(200.0) + 24.0 };
    let axis = TimeAxis::over(range, (left, WIDTH - right));
    // From the top: bands of points, of which the last one is uppermost, or the list.
    let mut tops = vec![0.0; bands.len()];
    let mut bottom = TOP;
    for (top, band) in tops.iter_mut().zip(&bands).rev() {
        *top = bottom;
        bottom += band.height + BAND_GAP;
    }
    bottom = if few { TOP + list.labels.len() as f64 * ROW } else { bottom - BAND_GAP };
    let rates = (spikes.len() >= MANY_SPIKES).then(|| Rates::new(&spikes, &populations, table, axis.range)).flatten();
    let total = bottom + if rates.is_some() { RATE_HEIGHT + 48.0 } else { 0.0 } + 50.0;
    let mut document = sheet(total, "Spikes over time");
    if few {
        document = list.draw(document, &axis, bottom, &populations, &order);
    }
    for (band, &top) in bands.iter().zip(&tops) {
        document = band.draw(document, &axis, top, &populations);
    }
    let mut rows = vec![0.0; sources.len()]; // px
    for (row, &source) in order.iter().enumerate().filter(|_| few) {
        rows[source] = list.y(row, bottom);
    }
    for (band, &top) in bands.iter().zip(&tops) {
        band.rows.iter().for_each(|&(source, row)| rows[source] = band.y(row, top));
    }
    let mut marks: Vec<Marks> = (0..populations.names.len()).map(|_| Marks::default()).collect();
    for &(t, source) in &spikes {
        marks[populations.of[source]].add(axis.x(t), rows[source]);
    }
    for (number, marks) in marks.iter().enumerate() {
        let class = format!("{} s{}", if few { "tick" } else { "round" }, populations.colours[number]);
        let width = if few { 1.4 } else { 2.0 };
        document = document.add(
            Group::new()
                .add(Title::new(clean(&populations.names[number])))
                .add(path(&marks.data(few), &class).set("stroke-width", px(width)).set("fill", "none")),
        );
    }
    bottom += 6.0;
    if let Some(rates) = rates {
        document = rates.draw(document, &axis, bottom + 42.0, &populations);
        bottom += 42.0 + RATE_HEIGHT;
    }
    Some(axis.draw(document, bottom, TIME).to_string())
}

/// The sources from the lowest row to the highest: cells by gid, then artificial cells by number, or by name if their
/// numbers are not known.
fn in_order(sources: &[Source]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_cached_key(|&i| {
        let Source { gid, artificial, name } = &sources[i];
        let number = gid.or(*artificial);
        // Sources of one cell stay in the order of the table.
        let by_name = number.is_none().then(|| (population_name(name).to_owned(), index_in(name), name.clone()));
        (gid.is_none(), number.is_none(), number, by_name)
    });
    order
}

/// The number at the end of a name or of its index.
fn index_in(name: &str) -> u64 {
    let digits: String = name.trim_end_matches(']').chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or(0)
}

/// The populations of the sources, in the order of their first rows.
struct Populations {
    /// Number of each source's population.
    of: Vec<usize>,
    names: Vec<String>,
    colours: Vec<usize>,
    /// Number of sources in each population.
    members: Vec<usize>,
    /// Name and number of cells.
    labels: Vec<String>,
}

impl Populations {
    fn new(sources: &[Source], order: &[usize], legend: &Legend) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut all =
            Self { of: vec![0; sources.len()], names: vec![], colours: vec![], members: vec![], labels: vec![] };
        for &i in order {
            let name = population_name(&sources[i].name);
            let number = *numbers.entry(name).or_insert_with(|| {
                all.names.push(name.to_owned());
                all.colours.push(legend.colour(name));
                all.members.push(0);
                all.names.len() - 1
            });
            all.of[i] = number;
            all.members[number] += 1;
        }
        all.labels = all
            .names
            .iter()
            .zip(&all.members)
            .map(|(name, &members)| match legend.size(name) {
                Some(size) if size > members => clean(&format!("{name} ({members} of {size} watched)")),
                _ => clean(&format!("{name} ({members})")),
            })
            .collect();
        all
    }
}

/// A labelled row for each source, for few sources.
#[derive(Default)]
struct List {
    /// Name of the source and note on the cell.
    labels: Vec<String>,
    /// The gid, or empty.
    numbers: Vec<String>,
}

impl List {
    fn new(sources: &[Source], order: &[usize], legend: &Legend) -> Self {
        let label = |&i: &usize| clean(&legend.noted(&sources[i].name, cell_name(&sources[i].name)));
        let number = |&i: &usize| sources[i].gid.map_or_else(String::new, |gid| gid.to_string());
        Self { labels: order.iter().map(label).collect(), numbers: order.iter().map(number).collect() }
    }

    fn y(&self, row: usize, bottom: f64) -> f64 {
        bottom - (row as f64 + 0.5) * ROW
    }

    fn draw(
        &self,
        mut document: Document,
        axis: &TimeAxis,
        bottom: f64,
        populations: &Populations,
        order: &[usize],
    ) -> Document {
        let left = axis.edges.0;
        document = document.add(text(left, TOP - 13.0, Anchor::Start, "ink head", "Spikes"));
        if self.numbers.iter().any(|number| !number.is_empty()) {
            document = document.add(text(left - 10.0, TOP - 13.0, Anchor::End, "quiet", "gid"));
        }
        document = document.add(axis.grid(TOP, bottom));
        let widest = self.numbers.iter().map(|number| text_width(number, TEXT)).fold(0.0, f64::max);
        let end = left - widest - 20.0;
        let mut grid = String::new();
        for (row, (label, number)) in self.labels.iter().zip(&self.numbers).enumerate() {
            let y = self.y(row, bottom);
            grid += &format!("M{} {}H{}", px(left), px(y), px(axis.edges.1));
            let class = format!("f{}", populations.colours[populations.of[order[row]]]);
            document = document.add(text(end, y + 3.8, Anchor::End, &class, &fit(label, TEXT, end - 10.0))).add(text(
                left - 10.0,
                y + 3.8,
                Anchor::End,
                "quiet",
                number,
            ));
        }
        document.add(path(&grid, "hair grid"))
    }
}

#[cfg(test)]
mod tests {
    use super::bands::Band;
    use super::*;

    fn cells(gids: impl Iterator<Item = u64>) -> Vec<Source> {
        gids.map(|gid| Source { gid: Some(gid), name: format!("cell[{gid}]"), ..Source::default() }).collect()
    }

    fn band(sources: &[Source]) -> Band {
        bands(sources, &in_order(sources)).swap_remove(0)
    }

    #[test]
    fn rows_are_gids() {
        let mut sources = cells((10..210).filter(|g| g % 2 == 0));
        sources.push(Source { artificial: Some(0), name: "stim".into(), ..Source::default() });
        let bands = bands(&sources, &in_order(&sources));
        assert_eq!(bands.len(), 2);
        assert_eq!((bands[0].count, bands[0].rows[1]), (199, (1, 2)));
        let ticks: Vec<&str> = bands[0].ticks.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(ticks, ["50", "100", "150", "200"]);
        assert_eq!(bands[0].ticks[0].0, 40);
        assert_eq!((bands[1].count, &bands[1].rows[..]), (1, &[(100, 0)][..]));
    }

    #[test]
    fn sparse_gids_are_ranked_and_named() {
        let ranked = band(&cells((0..100).map(|g| g * g * 1_000_000_007)));
        assert_eq!((ranked.count, ranked.ticks[1].clone()), (100, (20, (400u64 * 1_000_000_007).to_string())));
        let ranked = band(&cells([u64::MAX, 0].into_iter()));
        assert_eq!(ranked.rows, [(1, 0), (0, 1)]);
        let one = band(&cells([u64::MAX].into_iter()));
        assert_eq!((one.count, one.rows), (1, vec![(0, 0)]));
    }

    #[test]
    fn rates_are_per_watched_cell_not_per_cell_that_fired() {
        let sources = cells(0..100);
        let order = in_order(&sources);
        let populations = Populations::new(&sources, &order, &Legend::default());
        // Half of the cells spike once in the first of two bins.
        let spikes: Vec<(f64, usize)> = (0..50).map(|cell| (0.5, cell)).collect();
        let mut table = SpikeTable { sources, spikes: spikes.clone(), has_silent: true };
        let rates = Rates::new(&spikes, &populations, &table, (0.0, 2.0)).unwrap();
        assert_eq!((rates.bin, &rates.lines[..]), (1.0, &[(Some(0), vec![500.0, 0.0])][..]));
        assert_eq!(rates.of, "watched cell");
        table.sources[99].gid = Some(98);
        assert_eq!(Rates::new(&spikes, &populations, &table, (0.0, 2.0)).unwrap().of, "watched place");
        table.has_silent = false;
        assert_eq!(Rates::new(&spikes, &populations, &table, (0.0, 2.0)).unwrap().of, "watched place that spiked");
    }

    #[test]
    fn artificial_cells_without_numbers_are_in_natural_order() {
        let names = ["drive[10]", "drive[2]", "b3"];
        let sources = names.map(|name| Source { name: name.into(), ..Source::default() });
        assert_eq!(in_order(&sources), [2, 1, 0]);
    }

    #[test]
    fn touching_points_are_one_line() {
        let mut marks = Marks::default();
        for i in 0..1000 {
            marks.add(f64::from(i) * 0.1, 5.0);
        }
        assert_eq!(marks.data(false), "M0 5h100");
    }
}
