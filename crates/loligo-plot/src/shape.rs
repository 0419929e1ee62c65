//! The pictures of the cells: by kind of section, and by highest potential.

pub(crate) mod outline;

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::Vector2;
use svg::Document;
use svg::node::element::{Group, Rectangle, Title};

use crate::cells::{CellShape, ShapeKind};
use crate::draw::{Anchor, TEXT, Ticks, WIDTH, clean, fit, line, px, round_step, sheet, text, text_width};
use crate::error::PlotError;
use crate::layout::{Layout, Placed, Spot};
use crate::legend::{Legend, population_name};
use crate::palette::{SCALE_STEPS, kind_index, scale_step};
use crate::shape::outline::{Ink, Place, THINNEST, neurite, segment, soma};

const MARGIN: f64 = 24.0;
/// Largest number of different shapes in one picture.
const MOST_CELLS: usize = 12;
const HEADER: f64 = 44.0;
const FOOTER: f64 = 44.0;

/// The cells as SVG, coloured by kind of section, or `None` if there are none.
///
/// Cells of the same shape are drawn once. Lines are as wide as the neurites, with a visible
/// minimum.
///
/// ```
/// use loligo_plot::{CellShape, Legend, SectionShape, shape_picture};
///
/// let cable = SectionShape {
///     name: "cable".into(),
///     length: Some(1000.0), // um
///     diam: Some(2.0),      // um
///     segments: 10,
///     ..SectionShape::default()
/// };
/// let cell = CellShape { name: "cell".into(), sections: vec![cable], ..CellShape::default() };
/// assert!(shape_picture(&[cell], &Legend::default())?.unwrap().starts_with("<svg"));
/// # Ok::<(), loligo_plot::PlotError>(())
/// ```
///
/// # Errors
/// [`PlotError::Shape`] if a cell is not a tree or has no geometry.
pub fn shape_picture(cells: &[CellShape], legend: &Legend) -> Result<Option<String>, PlotError> {
    picture(cells, None, legend)
}

/// The cells as SVG, coloured by the highest potential of each segment (mV), or `None` if no
/// cell has `v_max`.
///
/// # Errors
/// [`PlotError::Shape`] if a cell is not a tree or has no geometry.
pub fn v_max_picture(cells: &[CellShape], legend: &Legend) -> Result<Option<String>, PlotError> {
    let known: Vec<CellShape> = cells.iter().filter(|cell| potentials(cell).next().is_some()).cloned().collect();
    let range = known.iter().flat_map(potentials).map(|v| (v, v)).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
    match range {
        Some(range) => picture(&known, Some(range), legend),
        None => Ok(None),
    }
}

fn potentials(cell: &CellShape) -> impl Iterator<Item = f64> {
    cell.sections.iter().flat_map(|section| section.v_max.iter().flatten()).copied().filter(|v| v.abs() < 1e100)
}

/// Cells with the same appearance.
struct Alike<'a> {
    cell: &'a CellShape,
    count: usize,
    layout: Layout,
    low: Vector2<f64>,
    high: Vector2<f64>,
}

impl Alike<'_> {
    fn size(&self) -> Vector2<f64> {
        self.high - self.low
    }

    fn title(&self, legend: &Legend) -> String {
        let name = &self.cell.name;
        clean(&match (self.count, self.cell.gid) {
            (1, Some(gid)) => legend.noted(&format!("{name} (gid {gid})"), name),
            (1, None) => legend.noted(name, name),
            (count, _) => format!("{name} ({count} cells of this shape)"),
        })
    }
}

fn picture(cells: &[CellShape], potentials: Option<(f64, f64)>, legend: &Legend) -> Result<Option<String>, PlotError> {
    let mut legend = legend.clone();
    for cell in cells {
        legend.add_population(population_name(&cell.name), None);
    }
    let mut alike: Vec<Alike> = vec![];
    let mut left_out = 0;
    for cell in cells.iter().filter(|cell| !cell.sections.is_empty()) {
        if let Some(known) = alike.iter_mut().find(|a| same_shape(a.cell, cell, potentials.is_some())) {
            known.count += 1;
            continue;
        }
        let layout = Layout::of(cell)?;
        if alike.len() == MOST_CELLS {
            left_out += 1;
            continue;
        }
        let (low, high) = bounds(&layout);
        alike.push(Alike { cell, count: 1, layout, low, high });
    }
    if alike.is_empty() {
        return Ok(None);
    }
    let columns = match alike.len() {
        n @ 1..=3 => n,
        4 => 2,
        5..=9 => 3,
        _ => 4,
    };
    let cell_width = (WIDTH - 2.0 * MARGIN) / columns as f64;
    let room = Vector2::new(cell_width - 24.0, if columns == 1 { 760.0 } else { 640.0 / (columns as f64).sqrt() });
    let own: Vec<f64> = alike.iter().map(|a| scale(a.size(), room)).collect();
    let (least, most) = own.iter().fold((f64::INFINITY, 0.0f64), |(l, m), &s| (l.min(s), m.max(s)));
    // One scale for all, unless some cells would be too small.
    let shared = most <= 5.0 * least;
    let scales: Vec<f64> = own.iter().map(|&s| if shared { least } else { s }).collect();
    let bar = |scale: f64| {
        // The longest round length that is at most 140 px.
        [140.0, 70.0, 40.0, 20.0]
            .into_iter()
            .filter_map(|most| round_step(0.5 * most / scale))
            .find(|um| um * scale <= 150.0)
            .unwrap_or(1.0)
    };
    let titles = alike.len() > 1 || alike[0].count > 1 || !alike[0].cell.name.is_empty();
    let title_height = if titles { 24.0 } else { 0.0 };
    let own_bar = if shared { 0.0 } else { 46.0 };
    let row_heights: Vec<f64> = alike
        .chunks(columns)
        .zip(scales.chunks(columns))
        .map(|(row, scales)| {
            let tallest = row.iter().zip(scales).fold(0.0f64, |h, (a, s)| h.max(a.size().y * s));
            tallest.max(24.0) + title_height + own_bar + 20.0
        })
        .collect();
    let footer = FOOTER + if left_out > 0 { 20.0 } else { 0.0 };
    let height = HEADER + row_heights.iter().sum::<f64>() + footer;
    let name = if potentials.is_some() { "Highest potential in each segment" } else { "Shape of the cells" };
    let mut document = sheet(height, name);
    document = match potentials {
        Some(range) => colour_bar(document, range),
        None => kinds(document, &alike),
    };
    let mut y = HEADER;
    for (r, row) in alike.chunks(columns).enumerate() {
        for (c, alike) in row.iter().enumerate() {
            let scale = scales[r * columns + c];
            let left = MARGIN + c as f64 * cell_width;
            let centre = left + 0.5 * cell_width;
            if titles {
                document = document.add(text(
                    centre,
                    y + 14.0,
                    Anchor::Middle,
                    &format!("bold f{}", legend.colour(population_name(&alike.cell.name))),
                    &fit(&alike.title(&legend), TEXT * 1.08, cell_width - 12.0),
                ));
            }
            let content = row_heights[r] - title_height - own_bar;
            let middle = 0.5 * (alike.low + alike.high);
            let origin = Vector2::new(centre, y + title_height + 0.5 * content);
            let place = Place { scale, middle, origin };
            document = document.add(draw(alike, &place, potentials, &legend));
            if !shared {
                document = scale_bar(document, centre, y + row_heights[r] - 36.0, bar(scale), scale, true);
            }
        }
        y += row_heights[r];
    }
    let mut planes: Vec<&str> = alike.iter().map(|a| a.layout.plane).collect();
    planes.sort_unstable();
    planes.dedup();
    if left_out > 0 {
        let more = format!("and {left_out} more cells of other shapes, which are not drawn");
        document = document.add(text(MARGIN, y + 12.0, Anchor::Start, "quiet", &more));
        y += 20.0;
    }
    document = document.add(text(WIDTH - MARGIN, y + 22.0, Anchor::End, "quiet", &planes.join("; ")));
    if shared {
        document = scale_bar(document, MARGIN, y + 12.0, bar(least), least, false);
    }
    Ok(Some(document.to_string()))
}

fn same_shape(a: &CellShape, b: &CellShape, with_potentials: bool) -> bool {
    a.sections.len() == b.sections.len()
        && a.sections.iter().zip(&b.sections).all(|(a, b)| {
            a.kind == b.kind
                && a.parent == b.parent
                && a.points == b.points
                && a.length == b.length
                && a.diam == b.diam
                && (!with_potentials || a.v_max == b.v_max)
        })
}

/// Corners of the drawn area, um.
fn bounds(layout: &Layout) -> (Vector2<f64>, Vector2<f64>) {
    let mut low = Vector2::repeat(f64::INFINITY);
    let mut high = Vector2::repeat(f64::NEG_INFINITY);
    for spot in layout.sections.iter().flat_map(|s| &s.spots) {
        let radius = Vector2::repeat(0.5 * spot.diameter);
        low = low.inf(&(spot.at - radius));
        high = high.sup(&(spot.at + radius));
    }
    (low, high)
}

/// Scale, px per um.
fn scale(size: Vector2<f64>, room: Vector2<f64>) -> f64 {
    let x = room.x / size.x.max(1e-3);
    let y = room.y / size.y.max(1e-3);
    // A single small sphere does not fill the page.
    let largest = size.max().max(1e-3);
    x.min(y).min(f64::max(12.0, 240.0 / largest))
}

/// Drawing order: the soma is in front.
fn rank(kind: ShapeKind) -> usize {
    match kind {
        ShapeKind::Axon => 0,
        ShapeKind::Other(_) => 1,
        ShapeKind::Dendrite => 2,
        ShapeKind::Apical => 3,
        ShapeKind::Soma => 4,
    }
}

fn draw(alike: &Alike, place: &Place, potentials: Option<(f64, f64)>, legend: &Legend) -> Group {
    let mut inks: BTreeMap<(usize, usize), Ink> = BTreeMap::new();
    for section in &alike.layout.sections {
        let layer = rank(section.kind);
        let colour = |v: f64| match potentials {
            None => Some(kind_index(section.kind)),
            Some((low, high)) if v.is_finite() => {
                Some(scale_step(if high > low { (v - low) / (high - low) } else { 0.5 }))
            }
            Some(_) => None,
        };
        // Dendrites begin at the rim of the soma; a thin line connects them to its middle.
        if let (Some(soma), Some(first), Some(colour)) =
            (section.soma, section.spots.first(), colour(section.v_max.first().copied().unwrap_or(f64::NAN)))
        {
            let (a, b) = (place.at(soma), place.at(first.at));
            let ink = inks.entry((layer, colour)).or_default();
            let width = (THINNEST * 10.0) as i64;
            *ink.strokes.entry(width).or_default() += &segment(a, b);
        }
        for (spots, value) in pieces(section, potentials.is_some()) {
            let Some(colour) = colour(value) else {
                continue;
            };
            let ink = inks.entry((layer, colour)).or_default();
            if section.kind == ShapeKind::Soma {
                soma(ink, &spots, section, place);
            } else {
                neurite(ink, &spots, place);
            }
        }
    }
    let mut group = Group::new().add(Title::new(alike.title(legend)));
    let (stroke, fill) = if potentials.is_some() { ("m", "mf") } else { ("k", "kf") };
    for ((_, colour), ink) in inks {
        for (width, data) in ink.strokes {
            group = group.add(
                crate::draw::path(&data, &format!("round {stroke}{colour}"))
                    .set("stroke-width", px(width as f64 * 0.1)),
            );
        }
        if !ink.fills.is_empty() {
            group = group.add(crate::draw::path(&ink.fills, &format!("{fill}{colour}")));
        }
    }
    group
}

/// The section in pieces of one potential each; in one piece unless `by_potential`.
fn pieces(section: &Placed, by_potential: bool) -> Vec<(Vec<Spot>, f64)> {
    let spots = &section.spots;
    let length = spots.last().map_or(0.0, |s| s.arc);
    let n = section.v_max.len();
    if !by_potential || n == 0 {
        return vec![(spots.clone(), f64::NAN)];
    }
    if n == 1 || length <= 0.0 {
        return vec![(spots.clone(), section.v_max[0])];
    }
    let mut pieces = vec![];
    let mut piece = vec![spots[0]];
    let mut k = 0;
    for pair in spots.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        while k + 1 < n {
            let border = length * (k + 1) as f64 / n as f64;
            if border >= b.arc {
                break;
            }
            let f = if b.arc > a.arc { (border - a.arc) / (b.arc - a.arc) } else { 1.0 };
            let cut = Spot {
                at: a.at + (b.at - a.at) * f,
                diameter: a.diameter + (b.diameter - a.diameter) * f,
                arc: border,
            };
            piece.push(cut);
            pieces.push((std::mem::replace(&mut piece, vec![cut]), section.v_max[k]));
            k += 1;
        }
        piece.push(b);
    }
    pieces.push((piece, section.v_max[k]));
    pieces
}

fn kinds(mut document: Document, alike: &[Alike]) -> Document {
    let kinds: BTreeSet<ShapeKind> = alike.iter().flat_map(|a| a.layout.sections.iter().map(|s| s.kind)).collect();
    let mut x = MARGIN;
    for kind in kinds {
        let label = kind.label();
        document = document
            .add(
                Rectangle::new()
                    .set("x", px(x))
                    .set("y", 16)
                    .set("width", 16)
                    .set("height", 6)
                    .set("rx", 3)
                    .set("class", format!("kf{}", kind_index(kind))),
            )
            .add(text(x + 22.0, 23.0, Anchor::Start, "ink", &label));
        x += 22.0 + text_width(&label, TEXT) + 18.0;
        if x > WIDTH - 140.0 {
            break;
        }
    }
    document
}

fn colour_bar(mut document: Document, (low, high): (f64, f64)) -> Document {
    let (left, width, top) = (MARGIN + 184.0, 256.0, 13.0);
    document = document.add(text(MARGIN, 23.0, Anchor::Start, "ink head", "Highest potential (mV)"));
    let step = width / SCALE_STEPS as f64;
    for i in 0..SCALE_STEPS {
        document = document.add(
            Rectangle::new()
                .set("x", px(left + i as f64 * step))
                .set("y", px(top))
                // Each rectangle extends to the end, so that no gaps are visible.
                .set("width", px(width - i as f64 * step))
                .set("height", 10)
                .set("class", format!("mf{i}")),
        );
    }
    let mut ticks: Vec<(f64, String)> = vec![];
    if high > low {
        let round = Ticks::new(low, high, 5);
        for &v in &round.values {
            ticks.push((left + (v - low) / (high - low) * width, round.label(v)));
        }
    } else {
        ticks.push((left + 0.5 * width, px(low).replace('-', "\u{2212}")));
    }
    for (x, label) in ticks {
        document = document.add(line(x, top + 10.0, x, top + 14.0, "hair axis")).add(text(
            x,
            top + 26.0,
            Anchor::Middle,
            "quiet",
            &label,
        ));
    }
    document
}

fn scale_bar(document: Document, x: f64, y: f64, um: f64, scale: f64, centred: bool) -> Document {
    let length = um * scale;
    let x = if centred { x - 0.5 * length } else { x };
    let label = if um >= 1000.0 { format!("{} mm", px(um / 1000.0)) } else { format!("{} µm", px(um)) };
    document.add(line(x, y, x + length, y, "bar").set("stroke-width", 2)).add(text(
        x + 0.5 * length,
        y + 15.0,
        Anchor::Middle,
        "ink",
        &label,
    ))
}
