//! Bands of points in a raster plot with many sources.

use std::collections::BTreeMap;

use svg::Document;

use crate::draw::{Anchor, TEXT, TimeAxis, fit, line, path, px, round_step, spread, text};
use crate::raster::Populations;
use crate::sources::Source;

pub(super) const BAND_GAP: f64 = 34.0;

/// Smallest height of a band of points, px.
const BAND_HEIGHT: f64 = 48.0;

/// A band of points: rows of many sources, by their numbers from the bottom.
pub(super) struct Band {
    pub(super) heading: &'static str,
    /// Sources and their rows.
    pub(super) rows: Vec<(usize, usize)>,
    /// Number of rows, including those for numbers without source.
    pub(super) count: usize,
    /// px.
    pub(super) height: f64,
    /// Labelled rows.
    pub(super) ticks: Vec<(usize, String)>,
}

/// The bands of the cells and of the artificial cells, if there are any.
pub(super) fn bands(sources: &[Source], order: &[usize]) -> Vec<Band> {
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
    /// A band of `numbers`: sources and their numbers, which must not decrease.
    fn new(heading: &'static str, numbers: &[(usize, u64)]) -> Self {
        let mut known: Vec<u64> = numbers.iter().map(|&(_, number)| number).collect();
        known.dedup();
        let (low, high) = (known.first().copied().unwrap_or(0), known.last().copied().unwrap_or(0));
        // Numbers that are not recorded have empty rows, unless they are the majority.
        let is_dense = (high - low) / 4 < known.len() as u64;
        let row_of = |number: u64| {
            if is_dense { (number - low) as usize } else { known.partition_point(|&other| other < number) }
        };
        let rows = numbers.iter().map(|&(source, number)| (source, row_of(number))).collect();
        let count = row_of(high) + 1;
        let label = |row: usize| if is_dense { low + row as u64 } else { known[row] };
        // Round numbers if rows are numbers; else rows at equal distances.
        let step = round_step(count as f64 / 6.0).map_or(1, |step| step.max(1.0) as u64);
        let first = if is_dense { (low.checked_next_multiple_of(step).unwrap_or(low) - low) as usize } else { 0 };
        let ticks = (first..count).step_by(step as usize).map(|row| (row, label(row).to_string())).collect();
        Self { heading, rows, count, height: 0.0, ticks }
    }

    pub(super) fn y(&self, row: usize, top: f64) -> f64 {
        top + (1.0 - (row as f64 + 0.5) / self.count as f64) * self.height
    }

    pub(super) fn draw(
        &self,
        mut document: Document,
        axis: &TimeAxis,
        top: f64,
        populations: &Populations,
    ) -> Document {
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
        // Lowest and highest row of each population in the band.
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
