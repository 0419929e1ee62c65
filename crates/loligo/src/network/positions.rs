//! Positions of cells in space.

use loligo_io::plain;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::draw_stream::DrawStream;

/// A point in space: x, y and z, um.
pub type Point = [f64; 3];

/// The largest coordinate, um: distances of such points are finite.
const FARTHEST: f64 = 1e12;

/// The rule by which the cells of a population are placed in space; lengths are in um.
///
/// The position of a cell is that of its soma; distances between cells are distances between positions.
///
/// ```
/// use loligo::prelude::*;
/// let mut network = Network::new();
/// for k in 0..6 {
///     let mut cell = Cell::new(format!("cell[{k}]"));
///     cell.add_section(Section::soma(20.0)); // um
///     network.add_cell(cell);
/// }
/// network.place_cells(0..6, &Positions::grid([3, 2, 1], [50.0; 3]))?; // um
/// assert_eq!(network.positions[4], Some([50.0, 50.0, 0.0]));
/// # Ok::<(), loligo::PositionsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Positions {
    /// The points of a grid; x varies fastest, z slowest.
    Grid {
        /// Number of points along x, y and z.
        shape: [usize; 3],
        /// Distances of neighbours along x, y and z.
        spacing: Point,
        /// The first point.
        origin: Point,
    },
    /// Drawn uniformly in a box.
    Box {
        /// The corner of the smallest coordinates.
        low: Point,
        /// The corner of the largest coordinates.
        high: Point,
        /// The stream; it gives every cell its own numbers.
        stream: DrawStream,
    },
    /// Drawn uniformly in a sphere.
    Sphere {
        /// The middle.
        center: Point,
        /// The radius, greater than 0.
        radius: f64,
        /// The stream; it gives every cell its own numbers.
        stream: DrawStream,
    },
    /// One by one, in the order of the cells.
    Listed(Vec<Point>),
    /// By the names of the cells; those of other cells may be among them.
    Named(Vec<(String, Point)>),
}

/// The reason why cells cannot be placed.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PositionsError {
    /// Not one position for each cell.
    #[error("these are {positions} positions for {cells} cells; give one for each")]
    Count {
        /// The number of positions.
        positions: usize,
        /// The number of cells.
        cells: usize,
    },
    /// A number that gives no positions.
    #[error("{what} = {}; {remedy}", plain(*.value))]
    Value {
        /// The name of the number, with its unit.
        what: &'static str,
        /// The number.
        value: f64,
        /// The remedy.
        remedy: &'static str,
    },
    /// A cell without a position.
    #[error("there is no position for the cell \"{cell}\"; give it one")]
    Missing {
        /// The cell's name.
        cell: String,
    },
    /// A cell with more than one position.
    #[error("there are two positions for the cell \"{cell}\"; give it one")]
    Twice {
        /// The cell's name.
        cell: String,
    },
    /// Cells that the network does not have.
    #[error("there are {cells} such cells, numbered from 0; the range ends at {end}")]
    NoCells {
        /// The number of cells.
        cells: usize,
        /// The end of the range given.
        end: usize,
    },
}

impl Positions {
    /// The points of a grid of some points along x, y and z, beginning at 0; x varies fastest.
    pub fn grid(shape: [usize; 3], spacing: Point) -> Self {
        Self::Grid { shape, spacing, origin: [0.0; 3] }
    }

    /// Drawn uniformly in a box between two corners.
    pub fn random_in_box(low: Point, high: Point, stream: DrawStream) -> Self {
        Self::Box { low, high, stream }
    }

    /// Drawn uniformly in a sphere.
    pub fn random_in_sphere(center: Point, radius: f64, stream: DrawStream) -> Self {
        Self::Sphere { center, radius, stream }
    }

    /// The number of positions; `None` for rules that give as many as there are cells.
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::Grid { shape, .. } => Some(shape.iter().fold(1, |product: usize, &n| product.saturating_mul(n))),
            Self::Listed(points) => Some(points.len()),
            Self::Box { .. } | Self::Sphere { .. } | Self::Named(_) => None,
        }
    }

    /// Checks that there is a position for each of some cells, except the names.
    ///
    /// # Errors
    /// Another number of positions, or numbers that give none.
    pub fn check(&self, cells: usize) -> Result<(), PositionsError> {
        let finite = |what, point: &Point| match point.iter().find(|x| x.is_nan() || x.abs() > FARTHEST) {
            Some(&value) => Err(PositionsError::Value { what, value, remedy: "give numbers from -1e12 to 1e12 um" }),
            None => Ok(()),
        };
        match self {
            Self::Grid { spacing, origin, .. } => {
                finite("spacing (um)", spacing)?;
                finite("origin (um)", origin)?;
            }
            Self::Box { low, high, .. } => {
                finite("low (um)", low)?;
                finite("high (um)", high)?;
                if let Some(axis) = (0..3).find(|&axis| low[axis] > high[axis]) {
                    let remedy = "give first the smallest coordinates, then the largest";
                    return Err(PositionsError::Value { what: "high (um)", value: high[axis], remedy });
                }
            }
            Self::Sphere { center, radius, .. } => {
                finite("center (um)", center)?;
                if !(*radius > 0.0 && *radius <= FARTHEST) {
                    let remedy = "give a radius greater than 0 and up to 1e12 um";
                    return Err(PositionsError::Value { what: "radius (um)", value: *radius, remedy });
                }
            }
            Self::Listed(points) => points.iter().try_for_each(|point| finite("position (um)", point))?,
            Self::Named(points) => points.iter().try_for_each(|(_, point)| finite("position (um)", point))?,
        }
        match self.count() {
            Some(positions) if positions != cells => Err(PositionsError::Count { positions, cells }),
            _ => Ok(()),
        }
    }

    /// The positions of cells with these names, in their order.
    ///
    /// # Errors
    /// Not one position for each cell, or numbers that give none.
    pub fn points<'a>(&self, names: impl ExactSizeIterator<Item = &'a str>) -> Result<Vec<Point>, PositionsError> {
        let cells = names.len();
        self.check(cells)?;
        Ok(match self {
            Self::Grid { shape: [nx, ny, _], spacing, origin } => {
                let at = |k: usize| [k % nx, k / nx % ny, k / nx / ny];
                let point = |k: usize| {
                    let index = at(k);
                    std::array::from_fn(|axis| origin[axis] + index[axis] as f64 * spacing[axis])
                };
                (0..cells).map(point).collect()
            }
            Self::Box { low, high, stream } => {
                let point = |k: usize| {
                    let mut draws = stream.position(k as u32);
                    std::array::from_fn(|axis| draws.uniform(low[axis], high[axis]))
                };
                (0..cells).map(point).collect()
            }
            Self::Sphere { center, radius, stream } => {
                let point = |k: usize| {
                    let mut draws = stream.position(k as u32);
                    loop {
                        let point: Point = std::array::from_fn(|_| draws.uniform(-1.0, 1.0));
                        if point.iter().map(|x| x * x).sum::<f64>() <= 1.0 {
                            return std::array::from_fn(|axis| center[axis] + radius * point[axis]);
                        }
                    }
                };
                (0..cells).map(point).collect()
            }
            Self::Listed(points) => points.clone(),
            Self::Named(points) => {
                let mut of_name = std::collections::HashMap::with_capacity(points.len());
                for (name, point) in points {
                    if of_name.insert(name.as_str(), *point).is_some() {
                        return Err(PositionsError::Twice { cell: name.clone() });
                    }
                }
                let missing = |name: &str| PositionsError::Missing { cell: name.to_owned() };
                let found = names.map(|name| of_name.get(name).copied().ok_or_else(|| missing(name)));
                found.collect::<Result<_, _>>()?
            }
        })
    }
}

/// The distance of two points, um.
pub(crate) fn distance(a: Point, b: Point) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
}
