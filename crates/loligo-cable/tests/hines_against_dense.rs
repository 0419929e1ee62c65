//! The elimination on a tree gives the solution of the linear system: the same as a dense LU decomposition with
//! pivoting (nalgebra), within rounding, for trees and forests of every shape, chains and stars among them.

use loligo_cable::{HinesMatrix, NO_PARENT};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

/// A system like those of an implicit step: couplings at most 0, the diagonal larger than the sum of the row's
/// couplings.
#[derive(Clone, Debug)]
struct System {
    parent: Vec<u32>,
    to_parent: Vec<f64>,
    from_parent: Vec<f64>,
    /// The part of the diagonal that does not result from the couplings.
    excess: Vec<f64>,
    rhs: Vec<f64>,
}

/// Largest distance in the list from a node to its parent: 1 gives chains, the number of nodes
/// gives bushy trees.
fn systems() -> impl Strategy<Value = System> {
    let coupling = || (-3.0..2.0).prop_map(|exponent: f64| -10f64.powf(exponent));
    (1usize..=200, prop_oneof![Just(1usize), 2usize..6, Just(200)], 0.0..0.3).prop_flat_map(move |(n, reach, roots)| {
        let node = (any::<prop::sample::Index>(), 0.0..1.0, coupling(), coupling(), 0.01..10.0, -100.0..100.0);
        prop::collection::vec(node, n).prop_map(move |nodes| {
            let mut system =
                System { parent: vec![], to_parent: vec![], from_parent: vec![], excess: vec![], rhs: vec![] };
            for (i, (parent, chance, to_parent, from_parent, excess, rhs)) in nodes.into_iter().enumerate() {
                let is_root = i == 0 || chance < roots;
                system.parent.push(if is_root { NO_PARENT } else { (i - 1 - parent.index(reach.min(i))) as u32 });
                system.to_parent.push(if is_root { 0.0 } else { to_parent });
                system.from_parent.push(if is_root { 0.0 } else { from_parent });
                system.excess.push(excess);
                system.rhs.push(rhs);
            }
            system
        })
    })
}

impl System {
    fn tree(&self) -> HinesMatrix {
        let mut tree = HinesMatrix::new(self.parent.clone(), self.to_parent.clone(), self.from_parent.clone());
        tree.diagonal.copy_from_slice(&self.excess);
        tree.rhs.copy_from_slice(&self.rhs);
        tree
    }

    /// The same matrix in dense form: row = equation.
    fn dense(&self) -> DMatrix<f64> {
        let n = self.parent.len();
        let mut dense = DMatrix::zeros(n, n);
        for (i, &parent) in self.parent.iter().enumerate() {
            dense[(i, i)] += self.excess[i];
            if parent != NO_PARENT {
                let p = parent as usize;
                dense[(p, i)] = self.to_parent[i];
                dense[(i, p)] = self.from_parent[i];
                dense[(i, i)] -= self.from_parent[i];
                dense[(p, p)] -= self.to_parent[i];
            }
        }
        dense
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_solution_is_that_of_a_dense_solver(system in systems()) {
        let mut tree = system.tree();
        tree.add_axial_conductance();
        tree.solve();
        let dense = system.dense();
        let expected = dense.clone().lu().solve(&DVector::from_vec(system.rhs.clone())).expect("diagonally dominant");
        let scale = expected.amax().max(1e-300);
        for (i, (found, expected)) in tree.rhs.iter().zip(expected.iter()).enumerate() {
            prop_assert!((found - expected).abs() <= 1e-10 * scale, "row {}: {} and {}", i, found, expected);
        }
        // It also solves the equations, each within the rounding of its own terms.
        let solution = DVector::from_vec(tree.rhs.clone());
        for (i, row) in dense.row_iter().enumerate() {
            let terms: f64 = row.iter().zip(solution.iter()).map(|(a, x)| (a * x).abs()).sum();
            let residual = (row * &solution)[0] - system.rhs[i];
            let bound = 1e-12 * (terms + system.rhs[i].abs());
            prop_assert!(residual.abs() <= bound, "row {}: residual {}", i, residual);
        }
    }

    #[test]
    fn axial_currents_are_the_couplings_times_the_differences(system in systems(), seed in 0.1f64..10.0) {
        let n = system.parent.len();
        let v: Vec<f64> = (0..n).map(|i| -65.0 + 30.0 * (seed * i as f64).sin()).collect();
        let mut tree = system.tree();
        tree.clear();
        tree.add_axial_current(&v);
        // The axial currents from the dense matrix: -(A v) without the excess.
        let mut axial = system.dense();
        for i in 0..n {
            axial[(i, i)] -= system.excess[i];
        }
        let expected = -(&axial * DVector::from_vec(v.clone()));
        for i in 0..n {
            let terms: f64 = axial.row(i).iter().zip(&v).map(|(a, v)| (a * v).abs()).sum();
            prop_assert!((tree.rhs[i] - expected[i]).abs() <= 1e-12 * terms.max(1e-300));
        }
        // A uniform voltage drives no current.
        tree.clear();
        tree.add_axial_current(&vec![-65.0; n]);
        prop_assert!(tree.rhs.iter().all(|&i| i == 0.0));
    }

    /// Trees of a forest are independent: changing one does not change the bits of the others.
    #[test]
    fn trees_are_independent(system in systems(), scale in 0.1f64..10.0) {
        let n = system.parent.len();
        let mut root = vec![0; n];
        for i in 0..n {
            root[i] = if system.parent[i] == NO_PARENT { i } else { root[system.parent[i] as usize] };
        }
        let solve = |system: &System| {
            let mut tree = system.tree();
            tree.add_axial_conductance();
            tree.solve();
            tree.rhs
        };
        let before = solve(&system);
        let mut changed = system.clone();
        for i in (0..n).filter(|&i| root[i] == 0) {
            changed.rhs[i] *= scale;
            changed.excess[i] += 1.0;
        }
        let after = solve(&changed);
        for i in (0..n).filter(|&i| root[i] != 0) {
            prop_assert_eq!(before[i].to_bits(), after[i].to_bits());
        }
    }
}
