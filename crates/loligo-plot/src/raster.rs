//! The picture of the spikes: a row for each source, and how often the populations spike.

use std::collections::BTreeMap;

use svg::Document;
use svg::node::element::{Group, Title};

use crate::draw::{
    Anchor, TEXT, Ticks, TimeAxis, WIDTH, clean, fit, line, path, px, round_step, sheet, spread, text, text_width,
};
use crate::palette::SERIES;
use crate::table::{Source, SpikeTable};

/// Up to this many rows each is labelled.
const LABELLED: usize = 40;
/// From this many spikes on the rate is drawn.
const MANY_SPIKES: usize = 100;
const RATE_HEIGHT: f64 = 110.0;
const TOP: f64 = 36.0;

/// The spikes as SVG, or `None` if there are none.
///
/// Up to forty sources are labelled rows; more are a field of points over gid. Colours are
/// populations: the names of the sources without numbers and places. Under many spikes there is
/// their rate. `span` (ms) widens the time axis.
///
/// ```
/// use loligo_plot::{Source, SpikeTable, raster_picture};
///
/// let table = SpikeTable {
///     sources: vec![Source { gid: Some(3), name: "cell[3].soma(0.5)".into() }],
///     spikes: vec![(1.5, 0), (12.0, 0)], // ms
/// };
/// assert!(raster_picture(&table, Some((0.0, 20.0))).unwrap().starts_with("<svg"));
/// ```
pub fn raster_picture(table: &SpikeTable, span: Option<(f64, f64)>) -> Option<String> {
    let spikes: Vec<(f64, usize)> =
        table.spikes.iter().copied().filter(|&(t, source)| t.is_finite() && source < table.sources.len()).collect();
    let range = spikes.iter().map(|&(t, _)| (t, t)).chain(span).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))?;
    if spikes.is_empty() {
        return None;
    }
    let rows = Rows::new(&table.sources);
    let labels: Vec<String> = rows.order.iter().map(|&i| clean(&table.sources[i].name)).collect();
    let names: Vec<String> = rows.populations.iter().map(|p| clean(&format!("{} ({})", p.name, p.members))).collect();
    let few = rows.order.len() <= LABELLED;
    let (left_texts, right_texts) = if few { (&labels[..], &[][..]) } else { (&[][..], &names[..]) };
    let widest = |texts: &[String]| texts.iter().map(|t| text_width(t, TEXT)).fold(0.0, f64::max);
    let left = (widest(left_texts).min(230.0) + 24.0).max(72.0);
    let right = (widest(right_texts).min(200.0) + 24.0).max(24.0);
    let axis = TimeAxis::over(range, (left, WIDTH - right));
    let height = if few { rows.order.len() as f64 * 16.0 } else { (rows.height as f64 * 4.0).clamp(200.0, 420.0) };
    let rate = spikes.len() >= MANY_SPIKES && range.1 > range.0;
    let total = TOP + height + if rate { RATE_HEIGHT + 48.0 } else { 0.0 } + 50.0;
    let mut document = sheet(total, "Spikes over time").add(text(
        left,
        TOP - 13.0,
        Anchor::Start,
        "ink head",
        if few { "Spikes" } else { rows.heading() },
    ));
    document = document.add(axis.grid(TOP, TOP + height));
    // A list is read from its top; an axis counts upwards.
    let y = |row: usize| {
        let part = (row as f64 + 0.5) / rows.height.max(1) as f64;
        TOP + height * if few { part } else { 1.0 - part }
    };
    document = if few {
        let mut grid = String::new();
        for (i, name) in labels.iter().enumerate() {
            grid += &format!("M{} {}H{}", px(left), px(y(i)), px(axis.edges.1));
            document = document.add(text(left - 10.0, y(i) + 3.8, Anchor::End, "ink", &fit(name, TEXT, left - 20.0)));
        }
        document.add(path(&grid, "hair grid"))
    } else {
        rows.draw_scale(document, &axis, height, &names)
    };
    let mut marks: Vec<Marks> = (0..rows.populations.len()).map(|_| Marks::default()).collect();
    for &(t, source) in &spikes {
        let row = rows.row[source];
        let x = axis.x(t);
        marks[rows.population[source]].add(x, y(row));
    }
    for (i, (marks, population)) in marks.iter().zip(&rows.populations).enumerate() {
        let class = format!("{} s{}", if few { "tick" } else { "round" }, colour(i));
        let width = if few { 1.4 } else { 2.0 };
        document = document.add(
            Group::new()
                .add(Title::new(clean(&population.name)))
                .add(path(&marks.data(few), &class).set("stroke-width", px(width)).set("fill", "none")),
        );
    }
    let mut bottom = TOP + height + 6.0;
    if rate {
        document = rates(document, &spikes, &rows, &table.sources, &axis, bottom + 42.0);
        bottom += 42.0 + RATE_HEIGHT;
    }
    Some(axis.draw(document, bottom).to_string())
}

fn colour(population: usize) -> usize {
    population % SERIES
}

/// A name without numbers and places: `L5_pyramidal[3].soma(0.5)` is an `L5_pyramidal`.
fn population_name(source: &str) -> &str {
    let name = source.split(['[', '(', '.']).next().unwrap_or(source);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = bare.trim_end_matches(['_', '-', '#', ' ']);
    if bare.is_empty() { name } else { bare }
}

struct Population {
    name: String,
    members: usize,
    /// Lowest and highest row.
    rows: (usize, usize),
}

/// Who has which row.
struct Rows {
    /// Row of each source.
    row: Vec<usize>,
    /// Population of each source.
    population: Vec<usize>,
    populations: Vec<Population>,
    /// Sources in order of their rows.
    order: Vec<usize>,
    /// Rows, those of silent cells included.
    height: usize,
    /// First gid and its row, if rows are gids.
    gids: Option<(u64, u64)>,
}

impl Rows {
    fn new(sources: &[Source]) -> Self {
        let mut order: Vec<usize> = (0..sources.len()).collect();
        // Cells by gid, artificial cells after them.
        order.sort_by_key(|&i| (sources[i].gid.is_none(), &sources[i]));
        let mut gids: Vec<u64> = order.iter().filter_map(|&i| sources[i].gid).collect();
        let cells = gids.len();
        gids.dedup();
        let by_gid = match (gids.first(), gids.last()) {
            // Cells that stay silent leave their rows empty, as long as most are not.
            (Some(&low), Some(&high))
                if sources.len() > LABELLED && gids.len() == cells && (high - low) / 4 < cells as u64 =>
            {
                Some((low, high))
            }
            _ => None,
        };
        let mut row = vec![0; sources.len()];
        let artificial_from = match by_gid {
            Some((low, high)) => (high - low + 1) as usize + cells.div_ceil(50),
            None => cells,
        };
        for (rank, &i) in order.iter().enumerate() {
            row[i] = match (by_gid, sources[i].gid) {
                (Some((low, _)), Some(gid)) => (gid - low) as usize,
                (Some(_), None) => artificial_from + rank - cells,
                (None, _) => rank,
            };
        }
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut populations: Vec<Population> = vec![];
        let mut population = vec![0; sources.len()];
        for &i in &order {
            let name = population_name(&sources[i].name);
            let number = *numbers.entry(name).or_insert_with(|| {
                populations.push(Population { name: name.to_owned(), members: 0, rows: (row[i], row[i]) });
                populations.len() - 1
            });
            population[i] = number;
            let p = &mut populations[number];
            p.members += 1;
            p.rows = (p.rows.0.min(row[i]), p.rows.1.max(row[i]));
        }
        Self { height: row.iter().max().map_or(0, |r| r + 1), row, population, populations, order, gids: by_gid }
    }

    fn heading(&self) -> &'static str {
        if self.gids.is_some() { "Spikes, by gid" } else { "Spikes, by source" }
    }

    fn draw_scale(&self, mut document: Document, axis: &TimeAxis, height: f64, names: &[String]) -> Document {
        let (left, right) = axis.edges;
        let y = |row: f64| TOP + (1.0 - (row + 0.5) / self.height as f64) * height;
        let first = self.gids.map_or(0, |(low, _)| low);
        let last = self.gids.map_or(self.height as u64 - 1, |(_, high)| high);
        let ticks = Ticks::new(first as f64, last as f64, 6);
        let mut grid = String::new();
        for &value in ticks.values.iter().filter(|v| v.fract() == 0.0) {
            let at = y(value - first as f64);
            grid += &format!("M{} {}H{}", px(left), px(at), px(right));
            document = document.add(text(left - 8.0, at + 3.8, Anchor::End, "quiet", &ticks.label(value)));
        }
        document = document.add(path(&grid, "hair grid")).add(line(left, TOP, left, TOP + height, "hair axis"));
        let shown = names.len().min((height / 14.0) as usize);
        let wanted: Vec<f64> =
            self.populations[..shown].iter().map(|p| y(0.5 * (p.rows.0 + p.rows.1) as f64)).collect();
        for (i, at) in spread(&wanted, 14.0, TOP + 4.0, TOP + height - 4.0).into_iter().enumerate() {
            document = document.add(text(
                right + 12.0,
                at + 3.8,
                Anchor::Start,
                &format!("f{}", colour(i)),
                &fit(&names[i], TEXT, 200.0),
            ));
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

/// Spikes per second and source, of up to four populations, or of all together. Artificial cells
/// count only where there are no others: they are what is given, and often spike far more.
fn rates(
    mut document: Document,
    spikes: &[(f64, usize)],
    rows: &Rows,
    sources: &[Source],
    axis: &TimeAxis,
    top: f64,
) -> Document {
    let (low, high) = axis.range;
    let artificial = sources.iter().all(|source| source.gid.is_none());
    let counted = |source: usize| artificial || sources[source].gid.is_some();
    let mut members = vec![0usize; rows.populations.len()];
    for source in (0..sources.len()).filter(|&source| counted(source)) {
        members[rows.population[source]] += 1;
    }
    let shown: Vec<usize> = (0..members.len()).filter(|&p| members[p] > 0).collect();
    let Some(bin) = round_step((high - low) / 160.0).map(|b| b.max(1.0)) else {
        return document;
    };
    let bins = ((high - low) / bin).ceil().max(1.0) as usize;
    let apart = shown.len() <= 4;
    let mut counts = vec![vec![0.0f64; bins]; if apart { shown.len() } else { 1 }];
    for &(t, source) in spikes.iter().filter(|spike| counted(spike.1)) {
        let line = shown.iter().position(|&p| apart && p == rows.population[source]);
        counts[line.unwrap_or(0)][(((t - low) / bin) as usize).min(bins - 1)] += 1.0;
    }
    for (i, line) in counts.iter_mut().enumerate() {
        let members = if apart { members[shown[i]] } else { members.iter().sum() };
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
    let most = counts.iter().flatten().fold(0.0f64, |a, &b| a.max(b)).max(1e-9) * 1.05;
    let (left, right) = axis.edges;
    let ticks = Ticks::new(0.0, most, 4);
    let y = |rate: f64| top + (1.0 - rate / most) * RATE_HEIGHT;
    let heading =
        format!("Rate per active {} (spikes/s, bins of {} ms)", if artificial { "source" } else { "cell" }, px(bin));
    document = document
        .add(text(left, top - 12.0, Anchor::Start, "ink head", &heading))
        .add(axis.grid(top, top + RATE_HEIGHT));
    let mut grid = String::new();
    for &value in &ticks.values {
        grid += &format!("M{} {}H{}", px(left), px(y(value)), px(right));
        document = document.add(text(left - 8.0, y(value) + 3.8, Anchor::End, "quiet", &ticks.label(value)));
    }
    document = document.add(path(&grid, "hair grid"));
    for (i, line) in counts.iter().enumerate() {
        let mut data = format!("M{} {}", px(left), px(y(0.0)));
        for (k, &rate) in line.iter().enumerate() {
            let end = axis.x((low + (k + 1) as f64 * bin).min(high));
            data += &format!("V{}H{}", px(y(rate)), px(end));
        }
        data += &format!("V{}", px(y(0.0)));
        let colour = if apart { colour(shown[i]) } else { SERIES - 1 };
        document = document.add(path(&data, &format!("line s{colour}")));
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populations_are_named_alike() {
        for (source, name) in [
            ("L5_pyramidal[3].soma(0.5)", "L5_pyramidal"),
            ("basket_12", "basket"),
            ("stim7", "stim"),
            ("42", "42"),
            ("", ""),
        ] {
            assert_eq!(population_name(source), name);
        }
    }

    fn cells(gids: impl Iterator<Item = u64>) -> Vec<Source> {
        gids.map(|gid| Source { gid: Some(gid), name: format!("cell[{gid}]") }).collect()
    }

    #[test]
    fn silent_cells_keep_their_rows() {
        let mut sources = cells((10..210).filter(|g| g % 2 == 0));
        sources.push(Source { gid: None, name: "stim".into() });
        let rows = Rows::new(&sources);
        assert_eq!(rows.gids, Some((10, 208)));
        assert_eq!(rows.row[1], 2);
        assert!(rows.row[100] > 198);
        assert_eq!(rows.populations.len(), 2);
    }

    #[test]
    fn sparse_gids_are_ranked() {
        let rows = Rows::new(&cells((0..100).map(|g| g * g * 1_000_000_007)));
        assert_eq!(rows.gids, None);
        assert_eq!(rows.height, 100);
        let rows = Rows::new(&cells([u64::MAX, 0].into_iter()));
        assert_eq!(rows.row, [1, 0]);
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
