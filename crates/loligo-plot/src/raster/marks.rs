//! Marks of spikes.

use std::collections::BTreeMap;

use crate::draw::px;

/// Spikes of a population on a grid of half pixels: limits the marks to those that are visible.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) by_row: BTreeMap<i64, Vec<i64>>,
}

impl Marks {
    pub(super) fn add(&mut self, x: f64, y: f64) {
        self.by_row.entry((y * 2.0).round() as i64).or_default().push((x * 2.0).round() as i64);
    }

    pub(super) fn data(&self, ticks: bool) -> String {
        let mut data = String::new();
        for (&y, xs) in &self.by_row {
            let mut xs = xs.clone();
            xs.sort_unstable();
            xs.dedup();
            let y = y as f64 * 0.5;
            if ticks {
                for x in xs {
                    data += &format!("M{} {}v11", px(x as f64 * 0.5), px(y - 5.5));
                }
                continue;
            }
            // Adjacent points are merged to one line.
            for run in xs.chunk_by(|a, b| b - a <= 2) {
                let (from, to) = (run[0], run[run.len() - 1]);
                data += &format!("M{} {}h{}", px(from as f64 * 0.5), px(y), px((to - from) as f64 * 0.5));
            }
        }
        data
    }
}
