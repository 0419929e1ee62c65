//! Sections, their shapes and their connections.

use std::f64::consts::PI;

use super::{Draft, Tree};
use crate::vocabulary::{Attachment, Section};

impl Draft {
    pub(super) fn morphology(&mut self) {
        let trees = self.dice.count(1, self.size.trees());
        let mut drawn: Vec<Vec<Section>> = Vec::new();
        for tree in 0..trees {
            let count = self.dice.count(1, self.size.sections());
            let mut sections: Vec<Section> = Vec::new();
            for index in 0..count {
                let section = self.section(format!("t{tree}s{index}"), &sections);
                sections.push(section);
            }
            drawn.push(sections);
        }
        self.trees = drawn.iter().map(|_| Tree { sections: vec![], area: 0.0, excitable: false }).collect();
        // trees one after the other, or with their sections interleaved
        let mut order: Vec<usize> = drawn.iter().enumerate().flat_map(|(tree, list)| vec![tree; list.len()]).collect();
        if self.dice.chance(0.4) {
            self.dice.shuffle(&mut order);
        }
        let mut queues: Vec<_> = drawn.into_iter().map(Vec::into_iter).collect();
        for tree in order {
            if let Some(section) = queues[tree].next() {
                self.trees[tree].area += area(&section);
                self.trees[tree].sections.push(self.case.sections.len());
                self.case.sections.push(section);
            }
        }
    }

    fn section(&mut self, name: String, earlier: &[Section]) -> Section {
        let dice = &mut self.dice;
        let mut section = Section::new(name);
        let root = earlier.is_empty();
        (section.length, section.diam) = if root {
            (dice.value(8.0, 30.0), dice.value(8.0, 30.0))
        } else {
            (dice.magnitude(12.0, 250.0), dice.magnitude(0.5, 5.0))
        };
        let most = if root { 3 } else { self.size.segments() };
        section.nseg = if dice.chance(0.3) { 1 } else { dice.count(1, most) };
        section.axial_resistivity = dice.weighted([(2.0, 100.0), (1.0, 35.4), (3.0, 0.0)]);
        if section.axial_resistivity == 0.0 {
            section.axial_resistivity = dice.value(30.0, 250.0);
        }
        section.membrane_capacitance = if dice.chance(0.6) { 1.0 } else { dice.value(0.5, 2.0) };
        if dice.chance(0.35) {
            section.points = self.points(section.length, section.diam);
        }
        let dice = &mut self.dice;
        if dice.chance(0.12) {
            let count = if dice.chance(0.8) { section.nseg } else { dice.count(1, section.nseg) };
            let diam = section.diam;
            section.segment_diameters = (0..count).map(|_| dice.value(0.6 * diam, 1.6 * diam)).collect();
        }
        // nearby sections more often than distant ones, so that trees become deep
        let parent = if dice.chance(0.5) { earlier.last() } else { dice.one_of(earlier) };
        if let Some(parent) = parent {
            let (name, nseg) = (parent.name.clone(), parent.nseg);
            section.attachment = Some(Attachment {
                parent: name,
                parent_x: if dice.chance(0.45) { 1.0 } else { self.position(nseg) },
                child_end: u32::from(self.dice.chance(0.15)),
            });
        }
        section
    }

    /// A winding and tapering row of 3-D points, with occasional jumps of diameter.
    fn points(&mut self, length: f64, diam: f64) -> Vec<[f64; 4]> {
        let dice = &mut self.dice;
        let steps = dice.count(1, 7);
        let taper = dice.uniform(0.4, 1.1).powf(1.0 / steps as f64);
        let mut here = [dice.value(-50.0, 50.0), dice.value(-50.0, 50.0), 0.0];
        let mut thickness = diam;
        let mut points = vec![[here[0], here[1], here[2], thickness]];
        let heading = [dice.uniform(-1.0, 1.0), dice.uniform(-1.0, 1.0), 0.4];
        for _ in 0..steps {
            if dice.chance(0.2) {
                // the same place with another (or the same) diameter
                thickness *= dice.pick([0.6, 1.5, 1.0]);
                points.push([here[0], here[1], here[2], thickness]);
            }
            let wander: [f64; 3] = std::array::from_fn(|i| heading[i] + dice.uniform(-0.4, 0.4));
            let norm = wander.iter().map(|c| c * c).sum::<f64>().sqrt().max(0.1);
            let stride = length / steps as f64 * dice.uniform(0.6, 1.4) / norm;
            for (coordinate, direction) in here.iter_mut().zip(wander) {
                *coordinate += stride * direction;
            }
            thickness *= taper * dice.uniform(0.9, 1.1);
            points.push([here[0], here[1], here[2], thickness]);
        }
        if dice.chance(0.1) {
            points.push([here[0], here[1], here[2], 0.7 * thickness]);
        }
        points
    }

    /// A position on a section: an end, a segment's centre or border, or anywhere.
    pub(super) fn position(&mut self, nseg: usize) -> f64 {
        let dice = &mut self.dice;
        let segments = nseg as f64;
        match dice.count(0, 9) {
            0 | 1 => 0.5,
            2 => 0.0,
            3 => 1.0,
            4 | 5 => (dice.count(0, nseg - 1) as f64 + 0.5) / segments,
            6 => dice.count(0, nseg) as f64 / segments,
            _ => dice.value(0.0, 1.0),
        }
    }
}

/// Approximate membrane area of a section (um2).
pub(super) fn area(section: &Section) -> f64 {
    PI * section.length * section.diam
}
