//! Layout of cells on a plane: 3-D points are projected, sections without points are fanned out.

use std::f64::consts::{FRAC_PI_2, PI};

use nalgebra::{Matrix3, SymmetricEigen, Vector2, Vector3};

use crate::cells::{CellShape, SectionShape, ShapeKind};
use crate::error::PlotError;

/// A point on the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Position, um; y points up.
    pub at: Vector2<f64>,
    /// Diameter, um.
    pub diameter: f64,
    /// Arc length in space from the beginning of the section, um.
    pub arc: f64,
}

/// A section on the plane.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The part of the neuron to which it belongs.
    pub kind: ShapeKind,
    /// Its points; at least one.
    pub spots: Vec<Spot>,
    /// Position of the middle of its parent, if that is a soma.
    pub soma: Option<Vector2<f64>>,
    /// Highest potential of each segment, mV.
    pub v_max: Vec<f64>,
}

/// A cell on the plane.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Name of the plane, as shown to the user.
    pub plane: &'static str,
    /// The sections, in the order of the cell.
    pub sections: Vec<Placed>,
}

/// Larger coordinates (um) are treated as errors.
const FARTHEST: f64 = 1e12;

/// A range of directions for the layout of a subtree.
#[derive(Clone, Copy)]
struct Wedge {
    middle: f64,
    width: f64,
}

impl Layout {
    /// Lays out a cell.
    ///
    /// # Errors
    /// If parents are missing or form a ring, or a section has neither points nor length and
    /// diameter, or a value is not finite.
    pub fn of(cell: &CellShape) -> Result<Self, PlotError> {
        let sections = &cell.sections;
        for section in sections {
            check(section, sections.len()).map_err(|problem| PlotError::Shape {
                cell: cell.name.clone(),
                section: section.name.clone(),
                problem,
            })?;
        }
        let order = parents_first(cell)?;
        let (plane, axes) = plane(sections);
        let leaves = leaves(sections, &order);
        let mut placed: Vec<Option<Placed>> = vec![None; sections.len()];
        // Cells are laid out upwards, cables without soma from left to right.
        let mut wedges: Vec<Wedge> = sections
            .iter()
            .map(|section| Wedge {
                middle: if section.kind == ShapeKind::Soma { FRAC_PI_2 } else { 0.0 },
                width: 2.0 * PI,
            })
            .collect();
        let mut children: Vec<Vec<usize>> = vec![vec![]; sections.len()];
        for &i in &order {
            if let Some(parent) = sections[i].parent {
                children[parent].push(i);
            }
        }
        for &i in &order {
            let section = &sections[i];
            let parent = section.parent.and_then(|p| placed[p].as_ref().map(|placed| (p, placed)));
            let soma =
                parent.and_then(|(p, placed)| (sections[p].kind == ShapeKind::Soma).then(|| middle(&placed.spots)));
            let spots = if section.points.is_empty() {
                cylinder(section, parent.map(|(p, q)| (&sections[p], q)), wedges[i])
            } else {
                project(&section.points, &axes)
            };
            let wedge = growth(section, &spots, wedges[i], parent.is_none());
            share(wedge, parent.is_none(), &children[i], sections, &leaves, &mut wedges);
            placed[i] =
                Some(Placed { kind: section.kind, spots, soma, v_max: section.v_max.clone().unwrap_or_default() });
        }
        let mut placed: Vec<Placed> = placed.into_iter().flatten().collect();
        part_trees(sections, &order, &mut placed);
        Ok(Self { plane, sections: placed })
    }
}

/// Moves the trees whose root has no points below the ones already placed.
fn part_trees(sections: &[SectionShape], order: &[usize], placed: &mut [Placed]) {
    let mut tree: Vec<usize> = (0..sections.len()).collect();
    for &i in order {
        if let Some(parent) = sections[i].parent {
            tree[i] = tree[parent];
        }
    }
    // Lowest and highest y of each tree, stored at its root.
    let mut reach = vec![(f64::INFINITY, f64::NEG_INFINITY); sections.len()];
    for (i, section) in placed.iter().enumerate() {
        let (low, high) = &mut reach[tree[i]];
        for spot in &section.spots {
            *low = low.min(spot.at.y - 0.5 * spot.diameter);
            *high = high.max(spot.at.y + 0.5 * spot.diameter);
        }
    }
    let is_free = |i: usize| sections[i].parent.is_none() && sections[i].points.is_empty();
    let roots: Vec<usize> = (0..sections.len()).filter(|&i| tree[i] == i).collect();
    let mut floor = roots.iter().filter(|&&i| !is_free(i)).map(|&i| reach[i].0).reduce(f64::min);
    let mut shift = vec![0.0; sections.len()];
    for &root in roots.iter().filter(|&&i| is_free(i)) {
        let (low, high) = reach[root];
        if let Some(floor) = floor {
            let gap = 10.0 + 0.1 * (high - low);
            shift[root] = floor - gap - high;
        }
        floor = Some(low + shift[root]);
    }
    for (i, section) in placed.iter_mut().enumerate() {
        let by = Vector2::new(0.0, shift[tree[i]]);
        section.spots.iter_mut().for_each(|spot| spot.at += by);
        if let Some(soma) = &mut section.soma {
            *soma += by;
        }
    }
}

fn check(section: &SectionShape, sections: usize) -> Result<(), String> {
    let fine = |value: f64| value.abs() < FARTHEST;
    if section.parent.is_some_and(|parent| parent >= sections) {
        return Err(format!(
            "its parent is section {}, but there are only {sections}; count from 0",
            section.parent.unwrap_or_default()
        ));
    }
    if section.points.iter().flatten().any(|&value| !fine(value)) {
        return Err("a point is not finite; write measured numbers, in um".into());
    }
    if section.points.is_empty() {
        match (section.length, section.diam) {
            (Some(length), Some(diam)) if fine(length) && fine(diam) => {}
            (Some(_), Some(_)) => {
                return Err("length or diameter is not finite; write measured numbers, in um".into());
            }
            _ => {
                return Err("there are neither points nor length and diam; give one of them".into());
            }
        }
    }
    Ok(())
}

/// All sections, parents before their children.
fn parents_first(cell: &CellShape) -> Result<Vec<usize>, PlotError> {
    let sections = &cell.sections;
    let mut children: Vec<Vec<usize>> = vec![vec![]; sections.len()];
    let mut order = vec![];
    for (i, section) in sections.iter().enumerate() {
        match section.parent {
            Some(parent) => children[parent].push(i),
            None => order.push(i),
        }
    }
    let mut next = 0;
    while let Some(&i) = order.get(next) {
        order.extend(&children[i]);
        next += 1;
    }
    if order.len() < sections.len() {
        let mut reached = vec![false; sections.len()];
        order.iter().for_each(|&i| reached[i] = true);
        let lost = reached.iter().position(|r| !r).unwrap_or_default();
        return Err(PlotError::Shape {
            cell: cell.name.clone(),
            section: sections[lost].name.clone(),
            problem: "it is its own ancestor, or hangs on one that is; give one section of the \
                      ring another parent, or null"
                .into(),
        });
    }
    Ok(order)
}

/// Number of tips of each subtree.
fn leaves(sections: &[SectionShape], order: &[usize]) -> Vec<f64> {
    let mut leaves = vec![0.0; sections.len()];
    for &i in order.iter().rev() {
        leaves[i] = f64::max(leaves[i], 1.0);
        if let Some(parent) = sections[i].parent {
            leaves[parent] += leaves[i];
        }
    }
    leaves
}

/// The projection plane, and its axes: x and y as recorded if their extent is almost as large as
/// that of any other plane, otherwise the two principal axes, turned so that y (or else z) points
/// up.
fn plane(sections: &[SectionShape]) -> (&'static str, [Vector3<f64>; 2]) {
    let points: Vec<Vector3<f64>> =
        sections.iter().flat_map(|s| &s.points).map(|p| Vector3::new(p[0], p[1], p[2])).collect();
    let recorded = [Vector3::x(), Vector3::y()];
    if points.is_empty() {
        return ("tree diagram, lengths to scale", recorded);
    }
    let mean = points.iter().sum::<Vector3<f64>>() / points.len() as f64;
    let covariance: Matrix3<f64> = points.iter().map(|p| (p - mean) * (p - mean).transpose()).sum();
    let eigen = SymmetricEigen::new(covariance);
    let mut principal: Vec<usize> = vec![0, 1, 2];
    principal.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
    let best = eigen.eigenvalues[principal[0]] + eigen.eigenvalues[principal[1]];
    let shown = covariance[(0, 0)] + covariance[(1, 1)];
    if !best.is_finite() || shown >= 0.75 * best {
        return ("x–y projection", recorded);
    }
    let a = eigen.eigenvectors.column(principal[0]).into_owned();
    let b = eigen.eigenvectors.column(principal[1]).into_owned();
    let flat = |axis: Vector3<f64>| a * a.dot(&axis) + b * b.dot(&axis);
    let up = if flat(Vector3::y()).norm() > 0.3 { flat(Vector3::y()) } else { flat(Vector3::z()) };
    let up = up.try_normalize(1e-9).unwrap_or(b);
    let mut right = a.cross(&b).cross(&up);
    if right.x + right.z < 0.0 {
        right = -right;
    }
    ("projection on the principal plane", [right, up])
}

fn project(points: &[[f64; 4]], [right, up]: &[Vector3<f64>; 2]) -> Vec<Spot> {
    let mut arc = 0.0;
    let mut before: Option<Vector3<f64>> = None;
    points
        .iter()
        .map(|&[x, y, z, diameter]| {
            let point = Vector3::new(x, y, z);
            arc += before.map_or(0.0, |b| (point - b).norm());
            before = Some(point);
            Spot { at: Vector2::new(point.dot(right), point.dot(up)), diameter: diameter.abs(), arc }
        })
        .collect()
}

fn middle(spots: &[Spot]) -> Vector2<f64> {
    spots.iter().map(|s| s.at).sum::<Vector2<f64>>() / spots.len().max(1) as f64
}

fn along(spots: &[Spot], x: f64) -> Vector2<f64> {
    let wanted = x * spots.last().map_or(0.0, |s| s.arc);
    let after = spots.partition_point(|s| s.arc < wanted).clamp(1, spots.len().max(2) - 1);
    match (spots.get(after - 1), spots.get(after)) {
        (Some(a), Some(b)) if b.arc > a.arc => {
            a.at + (b.at - a.at) * ((wanted - a.arc) / (b.arc - a.arc)).clamp(0.0, 1.0)
        }
        (Some(a), _) => a.at,
        _ => Vector2::zeros(),
    }
}

/// Places a section without points: straight, in the middle of its wedge.
fn cylinder(section: &SectionShape, parent: Option<(&SectionShape, &Placed)>, wedge: Wedge) -> Vec<Spot> {
    let length = section.length.unwrap_or_default().abs();
    let diameter = section.diam.unwrap_or_default().abs();
    let direction = Vector2::new(wedge.middle.cos(), wedge.middle.sin());
    let begin = match parent {
        // Children of a soma begin at its rim.
        Some((p, placed)) if p.kind == ShapeKind::Soma => {
            let radius = if p.points.is_empty() {
                0.5 * p.length.unwrap_or_default().abs().min(p.diam.unwrap_or_default().abs())
            } else {
                0.0
            };
            middle(&placed.spots) + direction * radius
        }
        Some((_, placed)) => along(&placed.spots, section.parent_x.unwrap_or(1.0).clamp(0.0, 1.0)),
        None if section.kind == ShapeKind::Soma => Vector2::new(0.0, -0.5 * length),
        None => Vector2::zeros(),
    };
    [(begin, 0.0), (begin + direction * length, length)].map(|(at, arc)| Spot { at, diameter, arc }).to_vec()
}

/// The wedge for the children of a section.
fn growth(section: &SectionShape, spots: &[Spot], own: Wedge, root: bool) -> Wedge {
    if section.kind == ShapeKind::Soma {
        return Wedge { middle: FRAC_PI_2, width: 2.0 * PI };
    }
    let mut wedge = own;
    if let (false, [.., before, last]) = (section.points.is_empty(), spots) {
        let d = last.at - before.at;
        if d.norm() > 0.0 {
            wedge.middle = d.y.atan2(d.x);
        }
    }
    wedge.width = wedge.width.min(if root { 0.8 * PI } else { 0.6 * PI });
    wedge
}

/// Divides a wedge among children in proportion to their tips. Around a soma the apical dendrites
/// are placed at the top, the axon at the bottom.
fn share(
    wedge: Wedge,
    root: bool,
    children: &[usize],
    sections: &[SectionShape],
    leaves: &[f64],
    wedges: &mut [Wedge],
) {
    let around = root && wedge.width > 1.9 * PI;
    if !around {
        let total: f64 = children.iter().map(|&c| leaves[c]).sum();
        let mut from = wedge.middle - 0.5 * wedge.width;
        for &child in children {
            let width = wedge.width * leaves[child] / total;
            wedges[child] = Wedge { middle: from + 0.5 * width, width };
            from += width;
        }
        return;
    }
    let of = |wanted: fn(ShapeKind) -> bool| -> Vec<usize> {
        children.iter().copied().filter(|&c| wanted(sections[c].kind)).collect()
    };
    let up = of(|k| k == ShapeKind::Apical);
    let down = of(|k| k == ShapeKind::Axon);
    let sides = of(|k| !matches!(k, ShapeKind::Apical | ShapeKind::Axon));
    if up.is_empty() && down.is_empty() {
        // Without top or bottom: evenly around, the first to the right.
        let total: f64 = sides.iter().map(|&c| leaves[c]).sum();
        let mut from = sides.first().map_or(0.0, |&c| -PI * leaves[c] / total);
        for &child in &sides {
            let width = 2.0 * PI * leaves[child] / total;
            wedges[child] = Wedge { middle: from + 0.5 * width, width: width.min(0.8 * PI) };
            from += width;
        }
        return;
    }
    let mut give = |members: &[usize], middle: f64, width: f64| {
        let total: f64 = members.iter().map(|&c| leaves[c]).sum();
        // Clockwise, so that the sections at the top run from left to right in their order.
        let mut from = middle + 0.5 * width;
        for &child in members {
            let own = width * leaves[child] / total;
            wedges[child] = Wedge { middle: from - 0.5 * own, width: own };
            from -= own;
        }
    };
    give(&up, FRAC_PI_2, 0.4 * PI);
    give(&down, -FRAC_PI_2, 0.3 * PI);
    let half = sides.len().div_ceil(2);
    let (right, left) = sides.split_at(half);
    // Between the top and the bottom, on both sides.
    give(right, -0.06 * PI, 0.62 * PI);
    give(left, 1.06 * PI, 0.62 * PI);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(sections: Vec<SectionShape>) -> CellShape {
        CellShape { name: "c".into(), sections, ..CellShape::default() }
    }

    fn stick(kind: ShapeKind, parent: Option<usize>, length: f64) -> SectionShape {
        SectionShape {
            name: "s".into(),
            kind,
            parent,
            length: Some(length),
            diam: Some(1.0),
            segments: 1,
            ..SectionShape::default()
        }
    }

    #[test]
    fn the_apical_dendrite_is_up_and_the_axon_down() {
        let cell = cell(vec![
            stick(ShapeKind::Soma, None, 20.0),
            stick(ShapeKind::Apical, Some(0), 300.0),
            stick(ShapeKind::Axon, Some(0), 100.0),
            stick(ShapeKind::Dendrite, Some(0), 100.0),
            stick(ShapeKind::Dendrite, Some(3), 100.0),
            stick(ShapeKind::Dendrite, Some(3), 100.0),
        ]);
        let layout = Layout::of(&cell).unwrap();
        let tip = |i: usize| layout.sections[i].spots[1].at;
        assert!(tip(1).y > 290.0 && tip(2).y < -90.0 && tip(3).x > 80.0);
        assert!((tip(4) - tip(5)).norm() > 30.0);
    }

    #[test]
    fn a_flat_cell_is_seen_from_its_side() {
        let mut section = stick(ShapeKind::Dendrite, None, 0.0);
        section.points = (0..20).map(|i| [0.0, f64::from(i), f64::from(i * i), 1.0]).collect();
        let layout = Layout::of(&cell(vec![section])).unwrap();
        assert_eq!(layout.plane, "projection on the principal plane");
        let spots = &layout.sections[0].spots;
        let extent = (spots[19].at - spots[0].at).norm();
        assert!((extent - 361.0f64.hypot(19.0)).abs() < 1e-6);
        assert!(spots[19].at.y > spots[0].at.y);
    }

    #[test]
    fn rings_and_missing_parents_are_errors() {
        let ring = cell(vec![
            stick(ShapeKind::Soma, None, 1.0),
            stick(ShapeKind::Axon, Some(2), 1.0),
            stick(ShapeKind::Axon, Some(1), 1.0),
        ]);
        assert!(Layout::of(&ring).unwrap_err().to_string().contains("own ancestor"));
        let lost = cell(vec![stick(ShapeKind::Soma, Some(3), 1.0)]);
        assert!(Layout::of(&lost).unwrap_err().to_string().contains("section 3"));
        let bare = cell(vec![SectionShape::default()]);
        assert!(Layout::of(&bare).unwrap_err().to_string().contains("neither"));
    }

    #[test]
    fn trees_do_not_overlap() {
        let cell = cell(vec![
            stick(ShapeKind::Dendrite, None, 50.0),
            stick(ShapeKind::Dendrite, Some(0), 50.0),
            stick(ShapeKind::Dendrite, Some(0), 50.0),
            stick(ShapeKind::Dendrite, None, 50.0),
        ]);
        let layout = Layout::of(&cell).unwrap();
        let y = |i: usize| layout.sections[i].spots.iter().map(|s| s.at.y);
        let lowest = (0..3).flat_map(y).fold(f64::INFINITY, f64::min);
        assert!(y(3).all(|y| y < lowest));
        assert_eq!(layout.sections[0].spots[1].at.x, 50.0);
    }

    #[test]
    fn a_long_chain_is_no_problem() {
        let sections = (0..100_000usize).map(|i| stick(ShapeKind::Dendrite, i.checked_sub(1), 1.0)).collect();
        assert_eq!(Layout::of(&cell(sections)).unwrap().sections.len(), 100_000);
    }
}
