//! A section: an unbranched run of 3-D points, and its connection to the parent.

use serde::{Deserialize, Serialize};

use crate::point_places::PointPlaces;
use crate::section_kind::SectionKind;

/// A 3-D point of a reconstruction and the diameter of the neurite there, all in um.
///
/// Values are `f32` because NEURON stores them so; lengths and areas computed from `f64`
/// coordinates would differ from NEURON's by about 5e-8.
///
/// ```
/// use loligo_morphology::Point3d;
///
/// let a = Point3d { x: 0.0, y: 0.0, z: 0.0, diameter: 2.0 };
/// let b = Point3d { x: 30.0, y: 40.0, z: 0.0, diameter: 1.0 };
/// assert_eq!(a.distance(&b), 50.0); // um
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point3d {
    /// x, um.
    pub x: f32,
    /// y, um.
    pub y: f32,
    /// z, um.
    pub z: f32,
    /// Diameter, um. Readers give absolute values; a sign has no effect.
    pub diameter: f32,
}

impl Point3d {
    /// Straight distance to another point, um.
    ///
    /// Differences are taken in `f32` and summed in `f64`, as NEURON measures arc lengths.
    pub fn distance(&self, other: &Point3d) -> f64 {
        let dx = f64::from(other.x - self.x);
        let dy = f64::from(other.y - self.y);
        let dz = f64::from(other.z - self.z);
        (dx * dx + dy * dy + dz * dz).sqrt()
    }

    /// True if both points are at one place; diameters are not compared.
    pub fn same_place(&self, other: &Point3d) -> bool {
        self.x == other.x && self.y == other.y && self.z == other.z
    }
}

/// The end of a child section that touches its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum End {
    /// The child's first point, as given by every file reader.
    Zero,
    /// The child's last point.
    One,
}

/// The connection of a section to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Index of the parent in [`Morphology::sections`](crate::Morphology::sections).
    pub parent: usize,
    /// Position on the parent, 0 to 1.
    pub parent_x: f64,
    /// The end of the child that touches the parent.
    pub child_end: End,
}

/// An unbranched piece of a neuron.
///
/// ```
/// use loligo_morphology::Morphology;
///
/// let cell = Morphology::from_swc_str("1 3 0 0 0 1 -1\n2 3 30 40 0 1 1\n").unwrap().morphology;
/// let dendrite = &cell.sections[0];
/// assert_eq!(dendrite.name, "dend[0]");
/// assert_eq!(dendrite.length(), 50.0); // um
/// // A cylinder of 2 um: pi * 2 * 50.
/// assert!((dendrite.area() - 314.159_265).abs() < 1e-5); // um2
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// NEURON's name: `soma[0]`, `dend[3]`, `dend_5[1]`.
    pub name: String,
    /// The part of the neuron to which it belongs.
    pub kind: SectionKind,
    /// Its points from the end at the parent outward.
    pub points: Vec<Point3d>,
    /// Its connection to the parent; `None` for a root.
    pub parent: Option<Attachment>,
    /// Positions of its points in the file from which it was read.
    #[serde(skip)]
    pub places: PointPlaces,
}

impl Section {
    /// Arc length along the points, um.
    pub fn length(&self) -> f64 {
        self.points.windows(2).fold(0.0, |arc, pair| arc + pair[0].distance(&pair[1]))
    }

    /// Lateral area of the frusta between the points, um2 (ends are not counted).
    pub fn area(&self) -> f64 {
        self.points
            .windows(2)
            .map(|pair| {
                let height = pair[0].distance(&pair[1]);
                let d0 = f64::from(pair[0].diameter).abs();
                let d1 = f64::from(pair[1].diameter).abs();
                let slant = height.hypot(0.5 * (d1 - d0));
                0.5 * std::f64::consts::PI * (d0 + d1) * slant
            })
            .sum()
    }

    /// Mean diameter along the length, um; for a section without length the mean of its points.
    pub fn mean_diameter(&self) -> f64 {
        let length = self.length();
        if length > 0.0 {
            let integral: f64 = self
                .points
                .windows(2)
                .map(|pair| {
                    let sum = f64::from(pair[0].diameter).abs() + f64::from(pair[1].diameter).abs();
                    0.5 * sum * pair[0].distance(&pair[1])
                })
                .sum();
            integral / length
        } else {
            let sum: f64 = self.points.iter().map(|p| f64::from(p.diameter).abs()).sum();
            sum / self.points.len().max(1) as f64
        }
    }
}
