//! A neuron as connected points, and its SWC and ASC texts.

use std::fmt::Write;

use crate::vector::{Vector, cube_root};

pub const SOMA: u8 = 1;
pub const AXON: u8 = 2;
pub const DENDRITE: u8 = 3;
pub const APICAL: u8 = 4;

#[derive(Clone, Copy)]
pub struct Point3d {
    pub at: Vector,
    pub diameter: f64,
    pub code: u8,
    /// Index of an earlier point.
    pub parent: Option<usize>,
}

/// Points, parents first; the first is the soma's.
pub struct Tree {
    pub points: Vec<Point3d>,
    /// Outline of the soma for ASC, um; empty if there is none.
    pub outline: Vec<Vector>,
}

impl Tree {
    pub fn with_soma(diameter: f64) -> Self {
        let soma = Point3d { at: [0.0; 3], diameter, code: SOMA, parent: None };
        Self { points: vec![soma], outline: Vec::new() }
    }

    /// Adds a point and returns its index.
    pub fn push(&mut self, parent: usize, code: u8, at: Vector, diameter: f64) -> usize {
        self.points.push(Point3d { at, diameter, code, parent: Some(parent) });
        self.points.len() - 1
    }

    fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.points.len()];
        for (i, point) in self.points.iter().enumerate() {
            if let Some(parent) = point.parent {
                children[parent].push(i);
            }
        }
        children
    }

    /// Widens every point so that the sum of the cubes of diameters is conserved at branch points,
    /// starting from tips of the given diameter. (Rall's power of 3/2 would make a trunk with a
    /// thousand tips as wide as a soma; dense trees are closer to a power of 3.)
    pub fn widen_from_tips(&mut self, tip: f64, thickening: f64) {
        let mut cubes = vec![0.0; self.points.len()];
        for i in (1..self.points.len()).rev() {
            if cubes[i] == 0.0 {
                cubes[i] = tip * tip * tip;
            }
            // Slightly thicker with every step towards the soma.
            let root = cube_root(cubes[i]) + thickening;
            self.points[i].diameter = root;
            if let Some(parent) = self.points[i].parent {
                cubes[parent] += if self.points[parent].code == SOMA { 0.0 } else { root * root * root };
            }
        }
    }

    /// The text as SWC, point by point, with each branch as a continuous run.
    pub fn swc(&self, title: &str) -> String {
        let mut text = format!("# {title}, grown by loligo-grow; um\n# id type x y z radius parent\n");
        let children = self.children();
        let mut ids = vec![0; self.points.len()];
        let mut stack = vec![0];
        let mut id = 0;
        while let Some(i) = stack.pop() {
            id += 1;
            ids[i] = id;
            let Point3d { at: [x, y, z], diameter, code, parent } = self.points[i];
            let radius = diameter / 2.0;
            // Writing to a String cannot fail.
            let _ = write!(text, "{id} {code} {x:.2} {y:.2} {z:.2} {radius:.3} ");
            let _ = match parent {
                Some(parent) => writeln!(text, "{}", ids[parent]),
                None => writeln!(text, "-1"),
            };
            stack.extend(children[i].iter().rev());
        }
        text
    }

    /// The text as ASC, with the outline of the soma and each tree as nested branches.
    pub fn asc(&self) -> String {
        let mut text = String::from("; grown by loligo-grow; um\n(\"CellBody\"\n  (Color Blue)\n  (CellBody)\n");
        for [x, y, z] in &self.outline {
            let _ = writeln!(text, "  ({x:9.2} {y:9.2} {z:9.2}      0.10)");
        }
        text.push_str(")  ; End of contour\n");
        let children = self.children();
        for &root in &children[0] {
            let (color, kind) = match self.points[root].code {
                AXON => ("Cyan", "Axon"),
                APICAL => ("Red", "Apical"),
                _ => ("Red", "Dendrite"),
            };
            let _ = write!(text, "\n( (Color {color})\n  ({kind})\n");
            self.branches(&mut text, &children, root);
            text.push_str(")  ; End of tree\n");
        }
        text
    }

    fn branches(&self, text: &mut String, children: &[Vec<usize>], root: usize) {
        /// A part that has not been written yet.
        enum Part {
            Branch(usize),
            Next,
            Close,
        }
        let mut parts = vec![Part::Branch(root)];
        let mut depth = 1;
        while let Some(part) = parts.pop() {
            match part {
                Part::Branch(mut i) => loop {
                    let Point3d { at: [x, y, z], diameter, .. } = self.points[i];
                    let _ =
                        writeln!(text, "{:indent$}({x:9.2} {y:9.2} {z:9.2} {diameter:9.2})", "", indent = 2 * depth);
                    match children[i][..] {
                        [only] => i = only,
                        [] => {
                            let _ = writeln!(text, "{:indent$}Normal", "", indent = 2 * depth);
                            break;
                        }
                        [first, ref rest @ ..] => {
                            let _ = writeln!(text, "{:indent$}(", "", indent = 2 * depth);
                            depth += 1;
                            parts.push(Part::Close);
                            for &branch in rest.iter().rev() {
                                parts.push(Part::Branch(branch));
                                parts.push(Part::Next);
                            }
                            parts.push(Part::Branch(first));
                            break;
                        }
                    }
                },
                Part::Next => {
                    let _ = writeln!(text, "{:indent$}|", "", indent = 2 * depth - 2);
                }
                Part::Close => {
                    depth -= 1;
                    let _ = writeln!(text, "{:indent$})  ; End of split", "", indent = 2 * depth);
                }
            }
        }
    }
}
