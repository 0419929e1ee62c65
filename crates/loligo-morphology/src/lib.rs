//! Morphologies: SWC and Neurolucida readers, the section tree, 3-D points, writing.
#![allow(missing_docs)]
use serde::{Deserialize, Serialize};
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point { pub x: f32, pub y: f32, pub z: f32, pub diameter: f32 }
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SectionKind { Soma, Axon, Dendrite, Apical, Custom(i32) }
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End { Zero, One }
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment { pub parent: usize, pub parent_x: f64, pub child_end: End }
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section { pub name: String, pub kind: SectionKind, pub points: Vec<Point>, pub parent: Option<Attachment> }
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Morphology { pub sections: Vec<Section> }
