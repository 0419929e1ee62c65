//! Contract: omitting rows for nodes without area changes the result only by rounding. For every tree, the voltage step
//! of every node is that of the matrix with all nodes.

use loligo_cable::{Attachment, Cable, CableSection, End, HinesMatrix, RowPlace, Rows, Shape};
use proptest::prelude::*;

/// A section for every entry: index of the earlier section to which it is attached (any number; taken modulo),
/// position, end, number of segments, diameter.
fn cable(entries: &[(usize, f64, bool, usize, f64)]) -> Cable {
    let sections: Vec<CableSection> = entries
        .iter()
        .enumerate()
        .map(|(index, &(parent, parent_x, by_one_end, segments, diameter))| CableSection {
            shape: Shape::Cylinder { length: 30.0, diameters: vec![diameter] },
            segments,
            axial_resistance: 100.0,
            capacitance: 1.0,
            parent: (index > 0).then(|| Attachment {
                parent: parent % index,
                parent_x,
                child_end: if by_one_end { End::One } else { End::Zero },
            }),
        })
        .collect();
    Cable::build(&sections).expect("the sections make a tree")
}

/// The voltage step (mV) of every node after one implicit step of 0.025 ms from `v`.
fn step(cable: &Cable, rows: &Rows, v: &[f64], current: &[f64]) -> Vec<f64> {
    let mut matrix = HinesMatrix::from_couplings(rows.nodes.len(), rows.couplings.clone());
    matrix.add_axial_conductance();
    for (row, &node) in rows.nodes.iter().enumerate() {
        matrix.diagonal[row] += 0.001 / 0.025 * cable.capacitance[node as usize]; // S/cm2
        matrix.rhs[row] -= current[node as usize]; // mA/cm2
    }
    let v_of_rows: Vec<f64> = rows.nodes.iter().map(|&node| v[node as usize]).collect();
    matrix.solve_with_axial_current(&v_of_rows);
    let value = |place: &RowPlace| match *place {
        RowPlace::Row(row) | RowPlace::Beside(row) => matrix.rhs[row as usize],
        RowPlace::Between { first, second, share } => {
            share * matrix.rhs[first as usize] + (1.0 - share) * matrix.rhs[second as usize]
        }
    };
    rows.places.iter().map(value).collect()
}

proptest! {
    #[test]
    fn nodes_without_area_can_be_left_out(
        entries in prop::collection::vec(
            (0usize..100, prop_oneof![Just(0.0), Just(1.0), 0.0f64..1.0], any::<bool>(), 1usize..5, 0.3f64..5.0),
            1..25,
        ),
        drive in 0usize..1000,
        occupied in 0usize..1000,
    ) {
        let cable = cable(&entries);
        let mut is_occupied = vec![false; cable.len()];
        is_occupied[occupied % cable.len()] = true;
        // Starting from a uniform voltage, where every voltage divider is balanced, with a current
        // into one segment.
        let v = vec![-65.0; cable.len()];
        let mut current = vec![0.0; cable.len()];
        let segments: Vec<usize> = (0..cable.len()).filter(|&node| cable.nodes[node].segment.is_some()).collect();
        current[segments[drive % segments.len()]] = 0.1;
        let all = step(&cable, &Rows::all(&cable), &v, &current);
        let needed = Rows::needed(&cable, &is_occupied);
        let few = step(&cable, &needed, &v, &current);
        prop_assert!(needed.nodes.contains(&((occupied % cable.len()) as u32)));
        prop_assert!(needed.nodes.len() >= segments.len());
        let largest = all.iter().fold(0.0f64, |largest, dv| largest.max(dv.abs()));
        for (node, (all, few)) in all.iter().zip(&few).enumerate() {
            prop_assert!((all - few).abs() <= 1e-11 * largest, "node {}: {} mV, {} mV", node, all, few);
        }
    }
}
