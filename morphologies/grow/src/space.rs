//! Branches that grow towards free space (space colonisation): the flat, dense tree of a Purkinje
//! cell.

use crate::tree::Tree;
use crate::vector::{Vector, add, distance, unit};

/// Parameters of the growth of a tree into free space. Lengths in um.
pub struct Filling {
    pub code: u8,
    /// Distance between points.
    pub step: f64,
    /// Distance within which free places attract points.
    pub sight: f64,
    /// Distance from a point within which places are no longer free.
    pub own: f64,
}

/// Grows from the points of `tree` with index `from` and above until no free place is within
/// `sight` of them.
pub fn fill(tree: &mut Tree, from: usize, mut free: Vec<Vector>, filling: &Filling) {
    // The nearest point of each free place; only new points can be nearer.
    let mut nearest: Vec<(usize, f64)> = vec![(from, f64::INFINITY); free.len()];
    let mut new = from;
    // Enough for any tree of this size; growth ends much earlier.
    for _ in 0..1_000 {
        for i in new..tree.points.len() {
            for (place, nearest) in free.iter().zip(&mut nearest) {
                let away = distance(*place, tree.points[i].at);
                if away < nearest.1 {
                    *nearest = (i, away);
                }
            }
        }
        let mut kept = nearest.iter().map(|&(_, away)| away > filling.own);
        free.retain(|_| kept.next().unwrap_or(false));
        nearest.retain(|&(_, away)| away > filling.own);

        let mut pulls: Vec<(usize, Vector)> = Vec::new();
        let mut seen: Vec<(usize, usize)> = nearest
            .iter()
            .enumerate()
            .filter(|(_, (_, away))| *away < filling.sight)
            .map(|(place, &(point, _))| (point, place))
            .collect();
        seen.sort_unstable();
        for (point, place) in seen {
            let toward = unit(add(free[place], -1.0, tree.points[point].at));
            match pulls.last_mut() {
                Some((last, pull)) if *last == point => *pull = add(*pull, 1.0, toward),
                _ => pulls.push((point, toward)),
            }
        }
        new = tree.points.len();
        for (point, pull) in pulls {
            let here = tree.points[point].at;
            // Keep part of the previous direction.
            let before = tree.points[point].parent.map_or(here, |parent| tree.points[parent].at);
            let heading = unit(add(unit(pull), 0.35, unit(add(here, -1.0, before))));
            let there = add(here, filling.step, heading);
            // If two attractions balanced, a point would branch at the same place without end.
            let crowded = tree.points[from..].iter().any(|other| distance(other.at, there) < 0.6 * filling.step);
            if !crowded {
                tree.push(point, filling.code, there, 1.0);
            }
        }
        if new == tree.points.len() {
            return;
        }
    }
}
