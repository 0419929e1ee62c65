//! The picture of the recordings: panels by unit over one time axis.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use svg::Document;
use svg::node::element::{Group, Polyline, Title};

use crate::decimate::decimate;
use crate::draw::{
    Anchor, TEXT, TIME, Ticks, TimeAxis, WIDTH, clean, fit, path, pretty_unit, px, sheet, spread, text, text_width,
};
use crate::legend::{Legend, cell_name, population_name};
use crate::palette::{SERIES, VARIANTS};

/// Limit of a scale, so that its length is a finite number.
const LARGEST: f64 = 5e307;
const LEFT: f64 = 72.0;
const LABEL_GAP: f64 = 14.0;
const LANE: f64 = 40.0;
const LANE_GAP: f64 = 8.0;
const MOST_LANES: usize = 64;
const PANEL_GAP: f64 = 20.0;
const HEADING: f64 = 24.0;
/// Traces whose magnitudes differ by a larger factor get separate panels.
const SAME_SCALE: f64 = 30.0;

/// One recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Name, such as `pyramidal.apic[12](0.5).v`.
    pub name: String,
    /// Name of its cell, if the name does not begin with it.
    pub cell: Option<String>,
    /// Unit, such as `mV`; empty if there is none.
    pub unit: String,
    /// Time of the samples, ms.
    pub time: Arc<[f64]>,
    /// The samples, in `unit`. Values that are not finite are drawn as gaps.
    pub values: Vec<f64>,
}

impl Trace {
    fn cell(&self) -> &str {
        self.cell.as_deref().unwrap_or_else(|| cell_name(&self.name))
    }

    fn population(&self) -> &str {
        population_name(self.cell())
    }
}

/// The traces as SVG, or `None` if there is no sample to draw.
///
/// Traces of one unit share a panel (more than one if their magnitudes are far apart); more than
/// eight get a lane each, with one scale. Colours are populations; traces of one population differ in shade and dashes.
/// `span` (ms) widens the time axis.
///
/// ```
/// use loligo_plot::{Legend, Trace, traces_picture};
///
/// let trace = Trace {
///     name: "cell.soma(0.5).v".into(),
///     unit: "mV".into(),
///     time: [0.0, 0.025].into(), // ms
///     values: vec![-65.0, -64.9],
///     ..Trace::default()
/// };
/// assert!(traces_picture(&[trace], None, &Legend::default()).unwrap().starts_with("<svg"));
/// assert!(traces_picture(&[], None, &Legend::default()).is_none());
/// ```
pub fn traces_picture(traces: &[Trace], span: Option<(f64, f64)>, legend: &Legend) -> Option<String> {
    let drawable: Vec<&Trace> = traces.iter().filter(|trace| trace.values.iter().any(|v| v.is_finite())).collect();
    let range = drawable
        .iter()
        .filter_map(|trace| Some((*trace.time.first()?, *trace.time.last()?)))
        .chain(span)
        .filter(|(a, b)| a.is_finite() && b.is_finite())
        .reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))?;
    let mut legend = legend.clone();
    for trace in &drawable {
        legend.add_population(trace.population(), None);
    }
    draw(panels(&drawable, &legend), range, "Recordings over time", TIME)
}

/// A signal given by points as SVG, or `None` if there is no point to draw. Two points at one time are a jump, drawn as
/// a vertical line.
///
/// `limits` are the ends of the scale, in the trace's unit; values beyond are drawn at its edge.
///
/// ```
/// use loligo_plot::{Trace, signal_picture};
///
/// let pulse = Trace {
///     name: "pulse".into(),
///     unit: "nA".into(),
///     time: [0.0, 0.0, 5.0, 5.0].into(), // ms
///     values: vec![0.0, 0.1, 0.1, 0.0],
///     ..Trace::default()
/// };
/// assert!(signal_picture(&pulse, Some((0.0, 0.2))).unwrap().starts_with("<svg"));
/// ```
pub fn signal_picture(signal: &Trace, limits: Option<(f64, f64)>) -> Option<String> {
    let range = (*signal.time.first()?, *signal.time.last()?);
    let is_drawable = range.0.is_finite() && range.1.is_finite() && signal.values.iter().any(|v| v.is_finite());
    let mut panels = if is_drawable { panels(&[signal], &Legend::default()) } else { Vec::new() };
    if let (Some(limits), [panel]) = (limits, &mut panels[..]) {
        panel.range = limits;
    }
    draw(panels, range, "Recordings over time", TIME)
}

/// Curves over another quantity than time as SVG, or `None` if there is no value to draw: `time` has the values of the
/// quantity, and `axis` its name and unit. Curves of one unit share a panel, as in [`traces_picture`].
///
/// ```
/// use loligo_plot::{Trace, curves_picture};
///
/// let curve = Trace {
///     name: "mtau".into(),
///     unit: "ms".into(),
///     time: [-100.0, 50.0].into(), // mV
///     values: vec![0.1, 0.3],
///     ..Trace::default()
/// };
/// assert!(curves_picture(&[curve], "Voltage (mV)").unwrap().contains("Voltage (mV)"));
/// ```
pub fn curves_picture(curves: &[Trace], axis: &str) -> Option<String> {
    let drawable: Vec<&Trace> = curves.iter().filter(|curve| curve.values.iter().any(|v| v.is_finite())).collect();
    let first = drawable.first()?;
    let range = (*first.time.first()?, *first.time.last()?);
    let mut legend = Legend::default();
    for curve in &drawable {
        legend.add_population(curve.population(), None);
    }
    draw(panels(&drawable, &legend), range, "Curves", axis)
}

/// Panels over an axis of time or another quantity; `None` if there are none.
fn draw(mut panels: Vec<Panel<'_>>, range: (f64, f64), title: &str, quantity: &str) -> Option<String> {
    if panels.is_empty() {
        return None;
    }
    let height_one = match panels.iter().filter(|p| !p.lanes()).count() {
        1 => 300.0,
        2 => 230.0,
        _ => 180.0,
    };
    let mut widest = 0.0f64;
    for panel in &mut panels {
        panel.height =
            if panel.lanes() { panel.traces.len() as f64 * (LANE + LANE_GAP) - LANE_GAP } else { height_one };
        for label in &panel.labels {
            widest = widest.max(text_width(label, TEXT));
        }
    }
    let label_width = widest.clamp(30.0, 330.0);
    let axis = TimeAxis::over(range, (LEFT, WIDTH - label_width - 40.0));
    let height: f64 =
        12.0 + panels.iter().map(|p| HEADING + p.height + p.note_height() + PANEL_GAP).sum::<f64>() + 30.0;
    let mut document = sheet(height, title);
    let mut y = 12.0;
    for panel in &panels {
        y += HEADING;
        document = document.add(text(LEFT, y - 9.0, Anchor::Start, "ink head", &panel.heading));
        document = if panel.lanes() {
            panel.draw_lanes(document, &axis, y, label_width)
        } else {
            panel.draw_together(document, &axis, y, label_width)
        };
        y += panel.height + panel.note_height() + PANEL_GAP;
    }
    Some(axis.draw(document, y - PANEL_GAP + 8.0, quantity).to_string())
}

struct Panel<'a> {
    heading: String,
    traces: Vec<&'a Trace>,
    /// Number of traces that do not fit.
    left_out: usize,
    /// Names of the traces, without the part in the heading, and with the notes on their cells.
    labels: Vec<String>,
    /// Index of the colour of each trace, and of its variant.
    colours: Vec<(usize, usize)>,
    range: (f64, f64),
    height: f64,
}

/// The recorded variable: the part of the name after the place.
fn variable(name: &str) -> Option<&str> {
    let rest = match name.rfind(')') {
        Some(end) => &name[end + 1..],
        None => &name[name.rfind('.')?..],
    };
    rest.strip_prefix('.').filter(|v| !v.is_empty())
}

fn extremes(trace: &Trace) -> (f64, f64) {
    trace
        .values
        .iter()
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)))
}

fn magnitude(trace: &Trace) -> f64 {
    let (low, high) = extremes(trace);
    low.abs().max(high.abs())
}

fn panels<'a>(traces: &[&'a Trace], legend: &Legend) -> Vec<Panel<'a>> {
    let unit_of = |trace: &'a Trace| match (trace.unit.as_str(), variable(&trace.name)) {
        ("", Some("v")) => "mV",
        ("", Some(other)) => other,
        (unit, _) => unit,
    };
    let mut units: Vec<&str> = vec![];
    for trace in traces {
        let unit = unit_of(trace);
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    // Potentials come first, as they are the most important.
    units.sort_by_key(|&unit| unit != "mV");
    let mut panels = vec![];
    for unit in units {
        let members: Vec<&Trace> = traces.iter().copied().filter(|t| unit_of(t) == unit).collect();
        for members in by_magnitude(members) {
            panels.push(Panel::new(unit, members, legend));
        }
    }
    panels
}

/// Groups of traces that can share a scale, in their order.
fn by_magnitude(members: Vec<&Trace>) -> Vec<Vec<&Trace>> {
    let mut sorted: Vec<(f64, usize)> = members.iter().enumerate().map(|(i, trace)| (magnitude(trace), i)).collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut groups: Vec<(f64, Vec<usize>)> = vec![];
    for (size, i) in sorted {
        match groups.last_mut() {
            Some((largest, group)) if size == 0.0 || size * SAME_SCALE >= *largest => group.push(i),
            _ => groups.push((size, vec![i])),
        }
    }
    groups
        .into_iter()
        .map(|(_, mut group)| {
            group.sort_unstable();
            group.into_iter().map(|i| members[i]).collect()
        })
        .collect()
}

impl<'a> Panel<'a> {
    fn new(unit: &str, mut traces: Vec<&'a Trace>, legend: &Legend) -> Self {
        let variables: BTreeSet<Option<&str>> = traces.iter().map(|t| variable(&t.name)).collect();
        let common = match variables.first() {
            Some(&one) if variables.len() == 1 => one,
            _ => None,
        };
        let named: Vec<&str> = variables.iter().flatten().copied().collect();
        let quantity = match (named.as_slice(), unit) {
            (["v"], "mV") => "Membrane potential".to_owned(),
            (some, _) if some.len() <= 4 => some.join(", "),
            (many, _) => format!("{}, …", many[..4].join(", ")),
        };
        let unit = if named.contains(&unit) { String::new() } else { pretty_unit(unit) };
        let heading = match (quantity.as_str(), unit.as_str()) {
            ("", "") => "No unit".to_owned(),
            ("", unit) => unit.to_owned(),
            (_, "") => quantity,
            _ => format!("{quantity} ({unit})"),
        };
        let left_out = traces.len().saturating_sub(MOST_LANES);
        traces.truncate(MOST_LANES);
        let (low, high) = traces
            .iter()
            .map(|t| extremes(t))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let size = low.abs().max(high.abs());
        let room = if high - low > 1e-9 * size {
            0.05 * (high - low)
        } else if size > 0.0 {
            0.05 * size
        } else {
            1.0
        };
        let mut drawn: HashMap<&str, usize> = HashMap::new();
        let colours = traces.iter().map(|trace| {
            let before = drawn.entry(trace.population()).or_default();
            *before += 1;
            (legend.colour(trace.population()), (*before - 1) % VARIANTS.len())
        });
        let labels = traces.iter().map(|trace| {
            let name = common.and_then(|variable| trace.name.strip_suffix(variable)).unwrap_or(&trace.name);
            clean(&legend.noted(name.strip_suffix('.').unwrap_or(name), trace.cell()))
        });
        let (labels, colours) = (labels.collect(), colours.collect());
        let range = (low - room, high + room);
        Self { heading: clean(&heading), labels, colours, traces, left_out, range, height: 0.0 }
    }

    fn lanes(&self) -> bool {
        self.traces.len() > SERIES
    }

    fn note_height(&self) -> f64 {
        if self.left_out > 0 { 18.0 } else { 0.0 }
    }

    fn y(&self, value: f64, top: f64, height: f64) -> f64 {
        let (low, high) = self.range;
        top + (high - value.clamp(low, high)) / (high - low) * height
    }

    fn scale(&self, mut document: Document, axis: &TimeAxis, (top, height): (f64, f64), count: usize) -> Document {
        let (left, right) = axis.edges;
        let ticks = Ticks::new(self.range.0, self.range.1, count);
        let mut grid = String::new();
        for &value in &ticks.values {
            let y = self.y(value, top, height);
            grid += &format!("M{} {}H{}", px(left), px(y), px(right));
            document = document.add(text(left - 8.0, y + 3.8, Anchor::End, "quiet", &ticks.label(value)));
        }
        document.add(path(&grid, "hair grid")).add(axis.grid(top, top + height))
    }

    fn draw_together(&self, document: Document, axis: &TimeAxis, top: f64, label_width: f64) -> Document {
        let count = (self.height / 48.0) as usize;
        let mut document = self.scale(document, axis, (top, self.height), count);
        let right = axis.edges.1;
        let wanted: Vec<f64> = self
            .traces
            .iter()
            .map(|trace| {
                let last = trace.values.iter().rev().find(|v| v.is_finite());
                self.y(*last.unwrap_or(&0.0), top, self.height)
            })
            .collect();
        let placed = spread(&wanted, LABEL_GAP, top + 4.0, top + self.height - 4.0);
        // The first trace is drawn last, on top of the others.
        for (i, trace) in self.traces.iter().enumerate().rev() {
            document = document.add(self.trace(trace, self.colours[i], axis, top, self.height));
        }
        for (i, label) in self.labels.iter().enumerate() {
            let (colour, variant) = self.colours[i];
            let (shade, dashes) = VARIANTS[variant];
            let (from, to) = (wanted[i], placed[i]);
            let leader =
                format!("M{} {}L{} {}H{}", px(right + 3.0), px(from), px(right + 14.0), px(to), px(right + 18.0));
            let mut leader = path(&leader, &format!("hair s{colour}{shade}"));
            if !dashes.is_empty() {
                leader = leader.set("stroke-dasharray", dashes);
            }
            document = document.add(leader).add(text(
                right + 22.0,
                to + 3.8,
                Anchor::Start,
                &format!("f{colour}"),
                &fit(label, TEXT, label_width),
            ));
        }
        document
    }

    fn draw_lanes(&self, mut document: Document, axis: &TimeAxis, top: f64, label_width: f64) -> Document {
        let right = axis.edges.1;
        for (i, (trace, label)) in self.traces.iter().zip(&self.labels).enumerate() {
            let colour = self.colours[i].0;
            let y = top + i as f64 * (LANE + LANE_GAP);
            document = self.scale(document, axis, (y, LANE), 3);
            document = document.add(self.trace(trace, (colour, 0), axis, y, LANE)).add(text(
                right + 12.0,
                y + 0.5 * LANE + 3.8,
                Anchor::Start,
                &format!("f{colour}"),
                &fit(label, TEXT, label_width),
            ));
        }
        if self.left_out > 0 {
            document = document.add(text(
                LEFT,
                top + self.height + 16.0,
                Anchor::Start,
                "quiet",
                &format!("and {} more recordings, which are not drawn", self.left_out),
            ));
        }
        document
    }

    fn trace(&self, trace: &Trace, (colour, variant): (usize, usize), axis: &TimeAxis, top: f64, height: f64) -> Group {
        let columns = (axis.edges.1 - axis.edges.0) as usize;
        let (shade, dashes) = VARIANTS[variant];
        let mut group = Group::new().set("class", format!("line s{colour}{shade}")).add(Title::new(clean(&trace.name)));
        if !dashes.is_empty() {
            group = group.set("stroke-dasharray", dashes);
        }
        for samples in decimate(&trace.time, &trace.values, axis.range, columns) {
            let points: Vec<(f64, f64)> = samples.iter().map(|&(t, v)| (axis.x(t), self.y(v, top, height))).collect();
            group = group.add(Polyline::new().set("points", polyline(&points)));
        }
        group
    }
}

/// The points as text, without those inside a horizontal line.
fn polyline(points: &[(f64, f64)]) -> String {
    let rounded: Vec<(String, String)> = points.iter().map(|&(x, y)| (format!("{x:.1}"), format!("{y:.1}"))).collect();
    let mut text = String::new();
    for (i, (x, y)) in rounded.iter().enumerate() {
        let level = i > 0 && i + 1 < rounded.len() && rounded[i - 1].1 == *y && rounded[i + 1].1 == *y;
        if !level {
            if !text.is_empty() {
                text.push(' ');
            }
            text += x;
            text.push(',');
            text += y;
        }
    }
    if points.len() == 1 {
        // A line of zero length with round ends is a dot.
        text = format!("{text} {text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(name: &str, unit: &str, values: &[f64]) -> Trace {
        Trace {
            name: name.into(),
            unit: unit.into(),
            time: (0..values.len()).map(|i| i as f64).collect(),
            values: values.to_vec(),
            ..Trace::default()
        }
    }

    #[test]
    fn names_are_understood() {
        assert_eq!(variable("pyramidal.apic[12](0.5).v"), Some("v"));
        assert_eq!(variable("cell.synapse.g"), Some("g"));
        assert_eq!(variable("cell(0.5)"), None);
        assert_eq!(variable("x"), None);
    }

    #[test]
    fn units_and_magnitudes_make_panels() {
        let traces = [
            trace("a(0.5).cai", "mM", &[5e-5, 1e-4]),
            trace("a(0.5).ki", "mM", &[54.0, 54.5]),
            trace("a(0.5).v", "mV", &[-65.0, 30.0]),
            trace("b(0.5).v", "mV", &[0.0, 0.0]),
        ];
        let panels = panels(&traces.iter().collect::<Vec<_>>(), &Legend::default());
        let headings: Vec<&str> = panels.iter().map(|p| p.heading.as_str()).collect();
        assert_eq!(headings, ["Membrane potential (mV)", "ki (mM)", "cai (mM)"]);
        assert_eq!(panels[0].labels, ["a(0.5)", "b(0.5)"]);
    }

    #[test]
    fn level_lines_need_two_points() {
        let points: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i), 5.0)).collect();
        assert_eq!(polyline(&points), "0.0,5.0 99.0,5.0");
        assert_eq!(polyline(&points[..1]), "0.0,5.0 0.0,5.0");
    }
}
