//! The picture of the spikes: a row for each source, and how often the populations spike.

use std::collections::BTreeMap;

use svg::Document;
use svg::node::element::{Group, Title};

use crate::draw::{
    Anchor, TEXT, Ticks, TimeAxis, WIDTH, clean, fit, line, path, px, round_step, sheet, spread, text, text_width,
};
use crate::legend::{Legend, cell_name, population_name};
use crate::table::{Source, SpikeTable};

/// Up to this many rows each is labelled.
const LABELLED: usize = 40;
/// From this many spikes on the rate is drawn.
const MANY_SPIKES: usize = 100;
/// Populations whose rates are drawn apart, at most.
const RATES: usize = 4;
const ROW: f64 = 16.0;
const RATE_HEIGHT: f64 = 110.0;
const TOP: f64 = 36.0;
const BAND_GAP: f64 = 34.0;
/// Least height of a band of points.
const BAND_HEIGHT: f64 = 48.0;

/// The spikes as SVG, or `None` if there are no sources.
///
/// A row is a gid, with the lowest at the bottom, and silent cells have theirs, too; above them artificial cells have rows of
/// their own, by their numbers. Up to forty sources are labelled; more are a field of points. Colours are populations. Under
/// many spikes there is their rate, per watched cell of the population. `span` (ms) widens the time axis.
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
    // From the top: bands of points, the last one uppermost, or the list.
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
    Some(axis.draw(document, bottom).to_string())
}

/// The sources from the lowest row to the highest: cells by gid, then artificial cells by number, or by their names as far as
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
    /// Sources of each.
    members: Vec<usize>,
    /// Name, and how many there are.
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

/// A row for each of few sources, with its name.
#[derive(Default)]
struct List {
    /// Name and what is said of the cell.
    labels: Vec<String>,
    /// The gid, or nothing.
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

/// A field of points: rows of many sources, by their numbers from the bottom.
struct Band {
    heading: &'static str,
    /// Sources and their rows.
    rows: Vec<(usize, usize)>,
    /// Rows, those between the numbers of sources included.
    count: usize,
    /// px.
    height: f64,
    /// Rows with a label.
    ticks: Vec<(usize, String)>,
}

/// The bands of the cells and of the artificial cells, as far as there are such.
fn bands(sources: &[Source], order: &[usize]) -> Vec<Band> {
    let cells = order.iter().take_while(|&&i| sources[i].gid.is_some()).count();
    let (cells, artificial) = order.split_at(cells);
    let known = artificial.iter().all(|&i| sources[i].artificial.is_some());
    let numbered = |order: &[usize]| -> Vec<(usize, u64)> {
        let number = |(rank, &i): (usize, &usize)| {
            (
                i,
                if sources[i].gid.is_some() || known { sources[i].gid.or(sources[i].artificial) } else { None }
                    .unwrap_or(rank as u64),
            )
        };
        order.iter().enumerate().map(number).collect()
    };
    let mut bands = vec![];
    if !cells.is_empty() {
        bands.push(Band::new("Spikes, by gid", &numbered(cells)));
    }
    if !artificial.is_empty() {
        let heading = if known { "Spikes of artificial cells, by number" } else { "Spikes of artificial cells" };
        bands.push(Band::new(heading, &numbered(artificial)));
    }
    let rows: usize = bands.iter().map(|band| band.count).sum();
    let total = (rows as f64 * 4.0).clamp(200.0, 420.0);
    for band in &mut bands {
        band.height = (total * band.count as f64 / rows as f64).max(BAND_HEIGHT);
    }
    bands
}

impl Band {
    /// `numbers`: sources and their numbers, which do not descend.
    fn new(heading: &'static str, numbers: &[(usize, u64)]) -> Self {
        let mut known: Vec<u64> = numbers.iter().map(|&(_, number)| number).collect();
        known.dedup();
        let (low, high) = (known.first().copied().unwrap_or(0), known.last().copied().unwrap_or(0));
        // Numbers that nobody watches leave their rows empty, unless most are such.
        let is_dense = (high - low) / 4 < known.len() as u64;
        let row_of = |number: u64| {
            if is_dense { (number - low) as usize } else { known.partition_point(|&other| other < number) }
        };
        let rows = numbers.iter().map(|&(source, number)| (source, row_of(number))).collect();
        let count = row_of(high) + 1;
        let label = |row: usize| if is_dense { low + row as u64 } else { known[row] };
        // Round numbers where rows are numbers; else rows at equal distances.
        let step = round_step(count as f64 / 6.0).map_or(1, |step| step.max(1.0) as u64);
        let first = if is_dense { (low.checked_next_multiple_of(step).unwrap_or(low) - low) as usize } else { 0 };
        let ticks = (first..count).step_by(step as usize).map(|row| (row, label(row).to_string())).collect();
        Self { heading, rows, count, height: 0.0, ticks }
    }

    fn y(&self, row: usize, top: f64) -> f64 {
        top + (1.0 - (row as f64 + 0.5) / self.count as f64) * self.height
    }

    fn draw(&self, mut document: Document, axis: &TimeAxis, top: f64, populations: &Populations) -> Document {
        let (left, right) = axis.edges;
        let bottom = top + self.height;
        document = document.add(text(left, top - 13.0, Anchor::Start, "ink head", self.heading));
        document = document.add(axis.grid(top, bottom));
        let mut grid = String::new();
        for (row, label) in &self.ticks {
            let y = self.y(*row, top);
            grid += &format!("M{} {}H{}", px(left), px(y), px(right));
            document = document.add(text(left - 8.0, y + 3.8, Anchor::End, "quiet", label));
        }
        document = document.add(path(&grid, "hair grid")).add(line(left, top, left, bottom, "hair axis"));
        // Lowest and highest row of each population that is here.
        let mut reach: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for &(source, row) in &self.rows {
            let (low, high) = reach.entry(populations.of[source]).or_insert((row, row));
            (*low, *high) = ((*low).min(row), (*high).max(row));
        }
        let shown: Vec<(usize, f64)> = reach
            .into_iter()
            .take((self.height / 14.0) as usize)
            .map(|(population, (low, high))| (population, 0.5 * (self.y(low, top) + self.y(high, top))))
            .collect();
        let wanted: Vec<f64> = shown.iter().map(|&(_, y)| y).collect();
        for (&(population, _), y) in shown.iter().zip(spread(&wanted, 14.0, top + 4.0, bottom - 4.0)) {
            let class = format!("f{}", populations.colours[population]);
            let label = fit(&populations.labels[population], TEXT, 200.0);
            document = document.add(text(right + 12.0, y + 3.8, Anchor::Start, &class, &label));
        }
        document
    }
}

/// Spikes of a population on a raster of half pixels: no more marks than can be seen.
#[derive(Default)]
struct Marks {
    by_row: BTreeMap<i64, Vec<i64>>,
}

impl Marks {
    fn add(&mut self, x: f64, y: f64) {
        self.by_row.entry((y * 2.0).round() as i64).or_default().push((x * 2.0).round() as i64);
    }

    fn data(&self, ticks: bool) -> String {
        let mut data = String::new();
        for (&y, xs) in &self.by_row {
            let mut xs = xs.clone();
            xs.sort_unstable();
            xs.dedup();
            let y = y as f64 * 0.5;
            if ticks {
                for x in xs {
                    data += &format!("M{} {}v11", px(x as f64 * 0.5), px(y - 5.5));
                }
                continue;
            }
            // Touching points are one line.
            for run in xs.chunk_by(|a, b| b - a <= 2) {
                let (from, to) = (run[0], run[run.len() - 1]);
                data += &format!("M{} {}h{}", px(from as f64 * 0.5), px(y), px((to - from) as f64 * 0.5));
            }
        }
        data
    }
}

/// Spikes per second and watched source over time.
struct Rates {
    /// Of one source: "watched cell"...
    of: String,
    /// ms.
    bin: f64,
    /// Population, or none for all together, and its rate in each bin.
    lines: Vec<(Option<usize>, Vec<f64>)>,
}

impl Rates {
    /// Of up to four populations, or of all together. Artificial cells count only where there are no others: they are what is
    /// given, and often spike far more. `None` if the range (ms) has no length.
    fn new(
        spikes: &[(f64, usize)],
        populations: &Populations,
        table: &SpikeTable,
        (low, high): (f64, f64),
    ) -> Option<Self> {
        let sources = &table.sources;
        let artificial = sources.iter().all(|source| source.gid.is_none());
        let counted = |source: usize| artificial || sources[source].gid.is_some();
        let mut members = vec![0usize; populations.names.len()];
        let mut gids = vec![];
        for source in (0..sources.len()).filter(|&source| counted(source)) {
            members[populations.of[source]] += 1;
            gids.extend(sources[source].gid);
        }
        let places = gids.len();
        gids.sort_unstable();
        gids.dedup();
        let noun = match (artificial, gids.len() < places) {
            (true, _) => "source",
            (false, true) => "watched place",
            (false, false) => "watched cell",
        };
        let of = if table.has_silent { noun.to_owned() } else { format!("{noun} that spiked") };
        let shown: Vec<usize> = (0..members.len()).filter(|&p| members[p] > 0).collect();
        let bin = round_step((high - low) / 160.0)?.max(1.0);
        let bins = ((high - low) / bin).ceil().max(1.0) as usize;
        let apart = shown.len() <= RATES;
        let mut lines: Vec<(Option<usize>, Vec<f64>)> = match apart {
            true => shown.iter().map(|&population| (Some(population), vec![0.0; bins])).collect(),
            false => vec![(None, vec![0.0; bins])],
        };
        for &(t, source) in spikes.iter().filter(|spike| counted(spike.1)) {
            let line = shown.iter().position(|&p| apart && p == populations.of[source]);
            lines[line.unwrap_or(0)].1[(((t - low) / bin) as usize).min(bins - 1)] += 1.0;
        }
        for (population, line) in &mut lines {
            let members = population.map_or_else(|| members.iter().sum(), |population| members[population]);
            for (k, count) in line.iter_mut().enumerate() {
                // The last bin may end early.
                let width = bin.min(high - low - k as f64 * bin).max(1e-9 * bin);
                *count *= 1000.0 / (width * members as f64);
            }
            if line.len() > 1 && (high - low) / bin - (bins as f64 - 1.0) < 0.2 {
                // A sliver of a bin says nothing about a rate.
                line.pop();
            }
        }
        Some(Self { of, bin, lines })
    }

    fn draw(&self, mut document: Document, axis: &TimeAxis, top: f64, populations: &Populations) -> Document {
        let (low, high) = axis.range;
        let bin = self.bin;
        let rates = self.lines.iter().flat_map(|(_, line)| line);
        let most = rates.fold(0.0f64, |a, &b| a.max(b)).max(1e-9) * 1.05;
        let (left, right) = axis.edges;
        let ticks = Ticks::new(0.0, most, 4);
        let y = |rate: f64| top + (1.0 - rate / most) * RATE_HEIGHT;
        let heading = format!("Rate per {} (spikes/s, bins of {} ms)", self.of, px(bin));
        document = document
            .add(text(left, top - 12.0, Anchor::Start, "ink head", &heading))
            .add(axis.grid(top, top + RATE_HEIGHT));
        let mut grid = String::new();
        for &value in &ticks.values {
            grid += &format!("M{} {}H{}", px(left), px(y(value)), px(right));
            document = document.add(text(left - 8.0, y(value) + 3.8, Anchor::End, "quiet", &ticks.label(value)));
        }
        document = document.add(path(&grid, "hair grid"));
        for (population, line) in &self.lines {
            let mut data = format!("M{} {}", px(left), px(y(0.0)));
            for (k, &rate) in line.iter().enumerate() {
                let end = axis.x((low + (k + 1) as f64 * bin).min(high));
                data += &format!("V{}H{}", px(y(rate)), px(end));
            }
            data += &format!("V{}", px(y(0.0)));
            let class =
                population.map_or("axis".to_owned(), |population| format!("s{}", populations.colours[population]));
            document = document.add(path(&data, &format!("line {class}")));
        }
        document
    }
}

#[cfg(test)]
mod tests {
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
