//! Converts contours to somas, and attaches trees to them.

use crate::asc::contour::{Outline, distance};
use crate::asc::objects::Contour;
use crate::error::MorphologyError;
use crate::parsed_section::{EPSILON, ParsedPoint, ParsedSection};
use crate::warning::Warning;

/// A bounding box in x and y, um.
#[derive(Clone, Copy)]
struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    fn of(points: &[ParsedPoint]) -> Self {
        let fold = |axis: usize, start: f64, pick: fn(f64, f64) -> f64| {
            points.iter().map(|point| point.at[axis]).fold(start, pick)
        };
        Self {
            low: [0, 1].map(|axis| fold(axis, f64::INFINITY, f64::min)),
            high: [0, 1].map(|axis| fold(axis, f64::NEG_INFINITY, f64::max)),
        }
    }

    fn overlaps(&self, other: &Extent) -> bool {
        (0..2).all(|axis| self.low[axis] <= other.high[axis] + EPSILON && other.low[axis] <= self.high[axis] + EPSILON)
    }

    fn joined(&self, other: &Extent) -> Self {
        Self {
            low: [0, 1].map(|axis| self.low[axis].min(other.low[axis])),
            high: [0, 1].map(|axis| self.high[axis].max(other.high[axis])),
        }
    }

    fn widened(&self, by: f64) -> Self {
        Self { low: self.low.map(|x| x - by), high: self.high.map(|x| x + by) }
    }

    fn contains(&self, at: [f64; 3]) -> bool {
        (0..2).all(|axis| self.low[axis] <= at[axis] && at[axis] <= self.high[axis])
    }
}

/// A soma: the positions for attaching trees, and its section.
struct Soma {
    extent: Extent,
    centre: [f64; 3],
    draft: ParsedSection,
}

/// Puts the somas first, then the trees, attached to them.
pub(super) fn connect(
    contours: Vec<Contour>,
    mut trees: Vec<ParsedSection>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<ParsedSection>, MorphologyError> {
    let somas: Vec<Soma> = stacks(contours).iter().map(|stack| soma(stack, warnings)).collect::<Result<_, _>>()?;
    for tree in &mut trees {
        match tree.parent {
            Some(parent) => tree.parent = Some(parent + somas.len()),
            None => attach(tree, &somas, warnings),
        }
    }
    let mut drafts: Vec<ParsedSection> = somas.into_iter().map(|soma| soma.draft).collect();
    drafts.append(&mut trees);
    Ok(drafts)
}

/// Groups consecutive contours that overlap in x and y.
fn stacks(contours: Vec<Contour>) -> Vec<Vec<Contour>> {
    let mut stacks: Vec<Vec<Contour>> = Vec::new();
    let mut before: Option<Extent> = None;
    for contour in contours {
        let extent = Extent::of(&contour.points);
        match (stacks.last_mut(), before) {
            (Some(stack), Some(before)) if before.overlaps(&extent) => stack.push(contour),
            _ => stacks.push(vec![contour]),
        }
        before = Some(extent);
    }
    stacks
}

fn soma(stack: &[Contour], warnings: &mut Vec<Warning>) -> Result<Soma, MorphologyError> {
    let outlines: Vec<Outline> = stack.iter().map(|contour| Outline::of(&contour.points)).collect();
    let line = stack[0].line;
    let (extent, centre, points) = match (stack, &outlines[..]) {
        ([contour], [outline]) => {
            let points = outline.along_axis().ok_or(MorphologyError::FlatContour { line })?;
            (Extent::of(&contour.points).widened(0.5), outline.centre, points)
        }
        _ => {
            warn_of_stack(stack, warnings);
            let extents = stack.iter().map(|contour| Extent::of(&contour.points));
            let extent = extents.reduce(|a, b| a.joined(&b)).unwrap_or_else(|| Extent::of(&[]));
            let circles =
                outlines.iter().zip(stack).map(|(outline, contour)| outline.as_circle(&contour.points)).collect();
            (extent, middle(&outlines), circles)
        }
    };
    let draft = ParsedSection { code: 1, points, parent: None, parent_x: 0.0, wired: false, line };
    Ok(Soma { extent, centre, draft })
}

/// The midpoint of the line through the centres of a stack.
fn middle(outlines: &[Outline]) -> [f64; 3] {
    let mut arc = vec![0.0];
    for (i, pair) in outlines.windows(2).enumerate() {
        arc.push(arc[i] + distance(pair[1].centre, pair[0].centre));
    }
    let half = arc[arc.len() - 1] / 2.0;
    match arc.iter().position(|&place| place > half + EPSILON) {
        Some(i) if half > EPSILON => {
            let part = (half - arc[i - 1]) / (arc[i] - arc[i - 1]);
            [0, 1, 2].map(|axis| part * outlines[i].centre[axis] + (1.0 - part) * outlines[i - 1].centre[axis])
        }
        _ => outlines[0].centre,
    }
}

/// Warns if contours of a stack are not at constant z, or do not proceed in one direction in z.
fn warn_of_stack(stack: &[Contour], warnings: &mut Vec<Warning>) {
    let z = |contour: &Contour| contour.points[0].at[2];
    for contour in stack {
        if contour.points.iter().any(|point| point.at[2] != z(contour)) {
            warnings.push(Warning::ContourNotLevel { line: contour.line });
        }
    }
    let direction = z(&stack[1]) - z(&stack[0]);
    for pair in stack.windows(2) {
        let step = z(&pair[1]) - z(&pair[0]);
        if step == 0.0 || (step > 0.0) != (direction > 0.0) {
            warnings.push(Warning::StackNotMonotonic { line: pair[1].line });
        }
    }
}

/// Attaches a tree to the first soma that contains its first point, else to the nearest.
fn attach(tree: &mut ParsedSection, somas: &[Soma], warnings: &mut Vec<Warning>) {
    let start = tree.points[0].at;
    let around = somas.iter().position(|soma| soma.extent.contains(start));
    let nearest = || {
        let mut best: Option<(usize, f64)> = None;
        for (i, soma) in somas.iter().enumerate() {
            let away = distance(start, soma.centre);
            if best.is_none_or(|(_, least)| away < least - EPSILON) {
                best = Some((i, away));
            }
        }
        best.map(|(i, _)| i)
    };
    let Some(soma) = around.or_else(nearest) else {
        return;
    };
    if around.is_none() {
        warnings.push(Warning::OutsideSoma { line: tree.line });
    }
    tree.parent = Some(soma);
    tree.parent_x = 0.5;
    tree.wired = true;
    tree.points.insert(0, ParsedPoint { at: somas[soma].centre, diameter: 0.01, line: tree.line as u32 });
}
