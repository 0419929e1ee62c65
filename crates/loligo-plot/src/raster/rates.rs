//! Firing rates of populations below a raster plot.

use svg::Document;

use crate::draw::{Anchor, Ticks, TimeAxis, path, px, round_step, text};
use crate::raster::Populations;
use crate::table::SpikeTable;

/// Largest number of populations whose rates are drawn separately.
const RATES: usize = 4;

pub(super) const RATE_HEIGHT: f64 = 110.0;

/// Spikes per second and recorded source over time.
pub(super) struct Rates {
    /// The unit of counting: "watched cell"...
    pub(super) of: String,
    /// ms.
    pub(super) bin: f64,
    /// Population, or `None` for all together, and its rate in each bin.
    pub(super) lines: Vec<(Option<usize>, Vec<f64>)>,
}

impl Rates {
    /// The rates of up to four populations, or of all together. Artificial cells are included only if there are no
    /// other sources: they are inputs, and often have much higher rates. `None` if the range (ms) has no length.
    pub(super) fn new(
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
                // The last bin may be shorter.
                let width = bin.min(high - low - k as f64 * bin).max(1e-9 * bin);
                *count *= 1000.0 / (width * members as f64);
            }
            if line.len() > 1 && (high - low) / bin - (bins as f64 - 1.0) < 0.2 {
                // A very short last bin gives no meaningful rate.
                line.pop();
            }
        }
        Some(Self { of, bin, lines })
    }

    pub(super) fn draw(
        &self,
        mut document: Document,
        axis: &TimeAxis,
        top: f64,
        populations: &Populations,
    ) -> Document {
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
