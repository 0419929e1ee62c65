//! Finds the cells near a point.

use std::cell::Cell;

use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::network::positions::{Point, distance};
use crate::pattern::error::PatternError;

/// The largest number of pairs that are looked at: a minute.
const MOST_PAIRS: u64 = 4_000_000_000;

/// Cells with positions, of which those within a distance of a point can be listed.
pub(super) struct Candidates {
    points: Vec<Point>,
    reach: f64,
    /// Only if it saves work: the reach is shorter than the population is wide.
    tree: Option<RTree<GeomWithData<Point, u32>>>,
    /// Number of pairs looked at so far.
    pairs: Cell<u64>,
}

impl Candidates {
    pub(super) fn new(points: Vec<Point>, reach: f64) -> Self {
        let width = |axis: usize| {
            let coordinates = || points.iter().map(|point| point[axis]);
            coordinates().fold(f64::MIN, f64::max) - coordinates().fold(f64::MAX, f64::min)
        };
        let widest = (0..3).map(width).fold(0.0, f64::max);
        let tree = (reach < 0.5 * widest).then(|| {
            let entries = points.iter().enumerate().map(|(index, &point)| GeomWithData::new(point, index as u32));
            RTree::bulk_load(entries.collect())
        });
        Self { points, reach, tree, pairs: Cell::new(0) }
    }

    /// Passes on at least the cells within reach of a point, with their distances, in any order.
    ///
    /// # Errors
    /// More pairs so far than can be looked at in reasonable time.
    pub(super) fn near(&self, point: Point, mut take: impl FnMut(u32, f64)) -> Result<(), PatternError> {
        let mut pairs = self.pairs.get();
        match &self.tree {
            Some(tree) => tree.locate_within_distance(point, self.reach * self.reach).for_each(|found| {
                pairs += 1;
                take(found.data, distance(*found.geom(), point));
            }),
            None => {
                pairs += self.points.len() as u64;
                (0..).zip(&self.points).for_each(|(index, other)| take(index, distance(*other, point)));
            }
        }
        self.pairs.set(pairs);
        if pairs > MOST_PAIRS { Err(PatternError::TooManyPairs { limit: MOST_PAIRS }) } else { Ok(()) }
    }
}
