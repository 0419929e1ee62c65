//! Invariants of every tree of sections, for any branching and any connected ends:
//!
//! * every segment is one node, every section has one more at its distal end, every tree one at its root; parents
//!   come first;
//! * a section's parent is the given one, and its segments are equally long;
//! * the areas of a section's nodes sum up to its membrane;
//! * an axial conductance is the same from both sides: area_i * from_parent_i = area_parent * to_parent_i, and between
//!   two centres it is the inverse of the two half segments' resistances in series;
//! * x gives the node that contains it: 0 and 1 the ends, floor(n x) the segment, and segments run from 0 to 1 in both
//!   orientations;
//! * a tree with all sections reversed (their points reversed, attached by their 1 ends) is the same tree.

use std::f64::consts::PI;

use loligo_cable::{Attachment, Cable, CableSection, End, NO_PARENT, Point3d, Shape, ZERO_AREA_NODE_AREA};
use proptest::prelude::*;

fn shapes(segments: usize) -> impl Strategy<Value = Shape> {
    let diameters = prop_oneof![prop::collection::vec(0.2f64..20.0, 1), prop::collection::vec(0.2f64..20.0, segments),];
    let cylinder = (1.0f64..500.0, diameters).prop_map(|(length, diameters)| Shape::Cylinder { length, diameters });
    let point = (-100f32..100.0, -100f32..100.0, -100f32..100.0, 0.2f32..15.0)
        .prop_map(|(x, y, z, diameter)| Point3d { x, y, z, diameter });
    let points = prop::collection::vec(point, 2..12).prop_map(Shape::Points);
    prop_oneof![cylinder, points]
}

/// Trees and forests of up to 30 sections; a section's parent comes before it in the list.
fn cells() -> impl Strategy<Value = Vec<CableSection>> {
    let section = (1usize..=9).prop_flat_map(|segments| {
        let x = prop_oneof![Just(0.0), Just(1.0), Just(0.5), 0.0..1.0];
        (Just(segments), shapes(segments), 20.0..300.0, 0.5..3.0, any::<prop::sample::Index>(), x, any::<bool>(), 0..10)
    });
    prop::collection::vec(section, 1..30).prop_map(|sections| {
        let mut cell: Vec<CableSection> = Vec::new();
        for (segments, shape, axial_resistance, capacitance, parent, parent_x, reversed, root) in sections {
            let child_end = if reversed { End::One } else { End::Zero };
            let parent = (!cell.is_empty() && root > 0).then(|| Attachment {
                parent: parent.index(cell.len()),
                parent_x,
                child_end,
            });
            cell.push(CableSection { shape, segments, axial_resistance, capacitance, parent });
        }
        cell
    })
}

/// The membrane of a section by the formulas for cylinders and truncated cones, um2.
fn membrane(section: &CableSection) -> f64 {
    match &section.shape {
        Shape::Cylinder { length, diameters } => {
            let dx = length / section.segments as f64;
            (0..section.segments).map(|k| PI * diameters[k.min(diameters.len() - 1)] * dx).sum()
        }
        Shape::Points(points) => points
            .windows(2)
            .map(|pair| {
                let (r1, r2) = (f64::from(pair[0].diameter) / 2.0, f64::from(pair[1].diameter) / 2.0);
                let slant = (pair[0].distance(&pair[1]).powi(2) + (r2 - r1).powi(2)).sqrt();
                PI * (r1 + r2) * slant
            })
            .sum(),
    }
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nodes_and_areas(cell in cells()) {
        let cable = Cable::build(&cell).expect("the sections are sound");
        let roots = cell.iter().filter(|section| section.parent.is_none()).count();
        let segments: usize = cell.iter().map(|section| section.segments).sum();
        prop_assert_eq!(cable.len(), segments + cell.len() + roots);
        prop_assert_eq!(cable.parent.iter().filter(|&&p| p == NO_PARENT).count(), roots);
        for (i, &parent) in cable.parent.iter().enumerate() {
            prop_assert!(parent == NO_PARENT || (parent as usize) < i);
            let has_membrane = cable.nodes[i].segment.is_some();
            prop_assert!(has_membrane || cable.area[i] == ZERO_AREA_NODE_AREA && cable.capacitance[i] == 0.0);
            prop_assert!(cable.area[i] > 0.0);
        }
        for (index, section) in cell.iter().enumerate() {
            let sum: f64 = cable.segment_nodes(index).map(|node| cable.area[node as usize]).sum();
            // Coordinates have single precision: `distance` rounds in another order than arc
            // lengths.
            prop_assert!(close(sum, membrane(section), 1e-6), "section {}: {} and {}", index, sum, membrane(section));
            prop_assert!(cable.segment_nodes(index).all(|n| cable.capacitance[n as usize] == section.capacitance));
            prop_assert_eq!(cable.parent_section(index), section.parent.as_ref().map(|attachment| attachment.parent));
            let length = cable.segment_length(index) * section.segments as f64; // um
            prop_assert!(close(length, cable.geometry[index].length, 1e-15));
        }
    }

    #[test]
    fn couplings_are_symmetrical(cell in cells()) {
        let cable = Cable::build(&cell).expect("the sections are sound");
        for i in 0..cable.len() {
            let parent = cable.parent[i];
            if parent == NO_PARENT {
                prop_assert_eq!((cable.to_parent[i], cable.from_parent[i]), (0.0, 0.0));
                continue;
            }
            let from = cable.area[i] * cable.from_parent[i];
            let to = cable.area[parent as usize] * cable.to_parent[i];
            prop_assert!(from < 0.0 && close(from, to, 1e-14), "node {}: {} and {}", i, from, to);
            // The conductance is the inverse of the resistance: 1e-2 um2 S/cm2 are a uS.
            let conductance = 1.0 / cable.resistance_to_parent(i as u32); // uS
            prop_assert!(close(-from * 1e-2, conductance, 1e-14));
        }
        for (index, section) in cell.iter().enumerate() {
            let Shape::Cylinder { length, diameters } = &section.shape else { continue };
            if diameters.len() > 1 {
                continue;
            }
            // A cylinder's resistance from end to end, MOhm.
            let whole: f64 = cable.segment_nodes(index).map(|node| cable.resistance_to_parent(node)).sum::<f64>()
                + cable.resistance_to_parent(cable.segment_nodes(index).end);
            let expected = 1e-2 * section.axial_resistance * length / (PI * diameters[0] * diameters[0] / 4.0);
            prop_assert!(close(whole, expected, 1e-12));
        }
    }

    #[test]
    fn x_finds_its_node(cell in cells(), x in 0.0f64..=1.0) {
        let cable = Cable::build(&cell).expect("the sections are sound");
        for (index, section) in cell.iter().enumerate() {
            let n = section.segments;
            let reversed = section.parent.is_some_and(|attachment| attachment.child_end == End::One);
            let nodes = cable.segment_nodes(index);
            let inside = x > 0.0 && x < 1.0;
            if inside {
                let node = cable.node_at(index, x);
                prop_assert!(nodes.contains(&node));
                prop_assert_eq!(cable.nodes[node as usize].segment, Some(((n as f64 * x) as u32).min(n as u32 - 1)));
            }
            // Every centre gives its own node; from 0 to 1 they are consecutive.
            let found: Vec<u32> = (0..n).map(|k| cable.node_at(index, (k as f64 + 0.5) / n as f64)).collect();
            let mut expected: Vec<u32> = nodes.clone().collect();
            if reversed {
                expected.reverse();
            }
            prop_assert_eq!(found, expected);
            // The ends: one is the distal node, the other the node to which the section is
            // attached.
            let (proximal, distal) = if reversed { (1.0, 0.0) } else { (0.0, 1.0) };
            prop_assert_eq!(cable.node_at(index, distal), nodes.end);
            let attached = cable.parent[nodes.start as usize];
            prop_assert_eq!(cable.node_at(index, proximal), attached);
            if let Some(attachment) = section.parent {
                prop_assert_eq!(cable.node_at(attachment.parent, attachment.parent_x), attached);
            } else {
                prop_assert_eq!(cable.parent[attached as usize], NO_PARENT);
            }
        }
    }

    /// A cylinder attached by its other end, its diameters reversed, and its children attached at 1 - x.
    #[test]
    fn a_tree_turned_about_is_the_same(cell in cells()) {
        let straight: Vec<CableSection> = cell
            .iter()
            .map(|section| {
                let attach = |a: Attachment| Attachment { child_end: End::Zero, ..a };
                CableSection { parent: section.parent.map(attach), ..section.clone() }
            })
            .collect();
        let turned: Vec<CableSection> = straight
            .iter()
            .map(|section| {
                let mut turned = section.clone();
                if let (Some(_), Shape::Cylinder { diameters, .. }) = (section.parent, &mut turned.shape) {
                    diameters.reverse();
                }
                turned.parent = section.parent.map(|attachment| {
                    let is_root = straight[attachment.parent].parent.is_none();
                    let x = attachment.parent_x;
                    // A position on the border of two segments belongs to the other segment if it is counted from the
                    // other end.
                    let n = straight[attachment.parent].segments as f64;
                    let x = if x > 0.0 && x < 1.0 { ((n * x).floor() + 0.5) / n } else { x };
                    Attachment { parent_x: if is_root { x } else { 1.0 - x }, child_end: End::One, ..attachment }
                });
                turned
            })
            .collect();
        let (a, b) = (Cable::build(&straight).expect("sound"), Cable::build(&turned).expect("sound"));
        // The order of children at different positions of one segment may differ, so sections are compared
        // one by one.
        for index in 0..cell.len() {
            let pairs = a.segment_nodes(index).chain([a.segment_nodes(index).end]);
            for (i, j) in pairs.zip(b.segment_nodes(index).chain([b.segment_nodes(index).end])) {
                let (i, j) = (i as usize, j as usize);
                prop_assert_eq!(a.area[i].to_bits(), b.area[j].to_bits());
                prop_assert_eq!(a.from_parent[i].to_bits(), b.from_parent[j].to_bits());
                prop_assert_eq!(a.to_parent[i].to_bits(), b.to_parent[j].to_bits());
            }
        }
    }
}
