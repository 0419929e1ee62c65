//! Outlines of sections: neurites as frusta, somata as filled outlines.

use std::collections::BTreeMap;

use nalgebra::Vector2;

use crate::draw::px;
use crate::layout::{Placed, Spot};

/// Minimal line width, px.
pub(super) const THINNEST: f64 = 1.0;

/// Conversion from um to px.
pub(super) struct Place {
    pub(super) scale: f64,
    pub(super) middle: Vector2<f64>,
    pub(super) origin: Vector2<f64>,
}

impl Place {
    pub(super) fn at(&self, point: Vector2<f64>) -> Vector2<f64> {
        let d = (point - self.middle) * self.scale;
        Vector2::new(self.origin.x + d.x, self.origin.y - d.y)
    }

    fn width(&self, diameter: f64) -> f64 {
        (diameter * self.scale).max(THINNEST)
    }
}

/// Paths of one colour: strokes by width in tenths of a pixel, and filled outlines.
#[derive(Default)]
pub(super) struct Ink {
    pub(super) strokes: BTreeMap<i64, String>,
    pub(super) fills: String,
}

pub(super) fn segment(a: Vector2<f64>, b: Vector2<f64>) -> String {
    format!("M{} {}L{} {}", px(a.x), px(a.y), px(b.x), px(b.y))
}

/// Draws strokes where the width changes little, outlines of frusta where it changes much.
pub(super) fn neurite(ink: &mut Ink, spots: &[Spot], place: &Place) {
    let mut before = place.at(spots[0].at);
    let mut width_before = place.width(spots[0].diameter);
    let mut open: Option<i64> = None;
    for (i, spot) in spots.iter().enumerate().skip(1) {
        let at = place.at(spot.at);
        let width = place.width(spot.diameter);
        // Points too close to be distinguished are omitted, except the last.
        if (at - before).norm() < 0.35 && (width - width_before).abs() < 0.3 && i + 1 < spots.len() {
            continue;
        }
        if (width - width_before).abs() > 0.5 {
            frustum(&mut ink.fills, before, at, width_before, width, true);
            open = None;
        } else {
            let key = (5.0 * (width + width_before)).round() as i64;
            let data = ink.strokes.entry(key).or_default();
            if open != Some(key) {
                *data += &format!("M{} {}", px(before.x), px(before.y));
            }
            *data += &format!("L{} {}", px(at.x), px(at.y));
            open = Some(key);
        }
        before = at;
        width_before = width;
    }
    if spots.len() == 1 {
        disc(&mut ink.fills, before, 0.5 * width_before);
    }
}

/// A soma: a circle if its length equals its diameter, else its frusta.
pub(super) fn soma(ink: &mut Ink, spots: &[Spot], section: &Placed, place: &Place) {
    let whole = &section.spots;
    let length = whole.last().map_or(0.0, |s| s.arc);
    let diameter = whole.iter().fold(0.0f64, |d, s| d.max(s.diameter));
    let level = whole.iter().all(|s| s.diameter > 0.99 * diameter);
    let ball = level && (length - diameter).abs() < 0.02 * diameter || length == 0.0;
    if ball {
        let middle = whole.iter().map(|s| s.at).sum::<Vector2<f64>>() / whole.len().max(1) as f64;
        // The same for a view along its axis or across it, and for any number of segments.
        if spots.first() == whole.first() {
            disc(&mut ink.fills, place.at(middle), 0.5 * place.width(diameter));
        }
        return;
    }
    for pair in spots.windows(2) {
        let (a, b) = (place.at(pair[0].at), place.at(pair[1].at));
        let (wa, wb) = (place.width(pair[0].diameter), place.width(pair[1].diameter));
        frustum(&mut ink.fills, a, b, wa, wb, false);
        // Hides the gap to the next frustum.
        *ink.strokes.entry(5).or_default() += &across(b, b - a, wb);
    }
}

fn across(at: Vector2<f64>, direction: Vector2<f64>, width: f64) -> String {
    match Vector2::new(-direction.y, direction.x).try_normalize(1e-9) {
        Some(normal) => {
            let half = normal * (0.5 * width - 0.25).max(0.0);
            segment(at - half, at + half)
        }
        None => String::new(),
    }
}

fn disc(data: &mut String, at: Vector2<f64>, radius: f64) {
    let (r, d) = (px(radius), px(2.0 * radius));
    *data += &format!("M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z", px(at.x - radius), px(at.y));
}

/// The outline of a frustum, with or without round ends. All outlines have the same orientation, so
/// that overlapping areas are filled.
fn frustum(data: &mut String, a: Vector2<f64>, b: Vector2<f64>, width_a: f64, width_b: f64, round: bool) {
    let direction = b - a;
    let Some(normal) = Vector2::new(-direction.y, direction.x).try_normalize(1e-9) else {
        disc(data, a, 0.5 * width_a.max(width_b));
        return;
    };
    let (ha, hb) = (normal * (0.5 * width_a), normal * (0.5 * width_b));
    let p = |v: Vector2<f64>| format!("{} {}", px(v.x), px(v.y));
    *data += &format!("M{}L{}L{}L{}z", p(a - ha), p(a + ha), p(b + hb), p(b - hb));
    if round {
        disc(data, a, 0.5 * width_a);
        disc(data, b, 0.5 * width_b);
    }
}
