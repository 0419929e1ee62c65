//! The response of a passive tree within one step.

use crate::cable::{Cable, NO_PARENT};

impl Cable {
    /// For each node, the change of voltage in an implicit step of `dt` (ms) if the `conductance` of each node (uS, one for
    /// each) carries its current at a driving force of 1 mV, mV.
    ///
    /// This is the ratio of large conductances to their load: the capacitance C/dt of their nodes and of all others, as far
    /// as the axial conductances couple them in this time. An isolated compartment has g / (C/dt). Without any capacitance
    /// the response is infinite or not a number.
    ///
    /// ```
    /// use loligo_cable::{Cable, CableSection, Shape};
    /// let soma = CableSection {
    ///     shape: Shape::Cylinder { length: 20.0, diameters: vec![20.0] },
    ///     segments: 1,
    ///     axial_resistance: 100.0,
    ///     capacitance: 1.0,
    ///     parent: None,
    /// };
    /// let cable = Cable::build(&[soma])?;
    /// let conductance: Vec<f64> = cable.area.iter().map(|area| if *area < 200.0 { 0.0 } else { 1e-2 * area }).collect();
    /// let response = cable.step_response(&conductance, 0.025); // 1 S/cm2, ms
    /// assert!((response[1] - 25.0).abs() < 1e-9);
    /// # Ok::<(), loligo_cable::CableError>(())
    /// ```
    #[must_use]
    pub fn step_response(&self, conductance: &[f64], dt: f64) -> Vec<f64> {
        let axial = |node: usize| match self.parent[node] {
            NO_PARENT => 0.0,
            _ => 1.0 / self.resistance_to_parent(node as u32), // uS
        };
        // uF/cm2 um2 / ms is 1e-5 uS. From here on, of each node and those beyond it.
        let capacitances = self.capacitance.iter().zip(&self.area);
        let mut load: Vec<f64> = capacitances.map(|(c, area)| 1e-5 * c * area / dt).collect(); // uS
        let mut response = conductance.to_vec(); // nA
        for node in (0..self.len()).rev().filter(|&node| self.parent[node] != NO_PARENT) {
            let (parent, axial) = (self.parent[node] as usize, axial(node));
            let share = axial / (load[node] + axial);
            load[parent] += load[node] * share;
            response[parent] += response[node] * share;
        }
        for node in 0..self.len() {
            let axial = axial(node);
            let from_parent = if axial > 0.0 { axial * response[self.parent[node] as usize] } else { 0.0 };
            response[node] = (response[node] + from_parent) / (load[node] + axial);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use loligo_morphology::{Attachment, End};

    use crate::{Cable, CableSection, HinesMatrix, Shape};

    fn section(length: f64, diameter: f64, segments: usize, parent: Option<usize>) -> CableSection {
        CableSection {
            shape: Shape::Cylinder { length, diameters: vec![diameter] },
            segments,
            axial_resistance: 100.0,
            capacitance: 1.0,
            parent: parent.map(|parent| Attachment { parent, parent_x: 1.0, child_end: End::Zero }),
        }
    }

    /// The same by the matrix of a step.
    fn by_matrix(cable: &Cable, conductance: &[f64], dt: f64) -> Vec<f64> {
        let mut matrix = HinesMatrix::new(cable.parent.clone(), cable.to_parent.clone(), cable.from_parent.clone());
        matrix.add_axial_conductance();
        for (node, conductance) in conductance.iter().enumerate() {
            // Rows of nodes without area are in uS and nA.
            matrix.diagonal[node] += 1e-3 * cable.capacitance[node] / dt;
            matrix.rhs[node] = if cable.capacitance[node] > 0.0 { 1e2 * conductance / cable.area[node] } else { 0.0 };
        }
        matrix.solve();
        matrix.rhs
    }

    #[test]
    fn it_solves_the_equations_of_a_step() {
        let tree = [
            section(20.0, 20.0, 1, None),
            section(300.0, 2.0, 7, Some(0)),
            section(100.0, 1.0, 3, Some(1)),
            section(150.0, 1.5, 3, Some(1)),
            section(30.0, 1.0, 2, Some(0)),
        ];
        let cable = Cable::build(&tree).expect("it is a tree");
        let conductance: Vec<f64> = (0..cable.len())
            .map(|node| if cable.capacitance[node] > 0.0 { 1e-2 * cable.area[node] * (node % 3) as f64 } else { 0.0 })
            .collect();
        for dt in [0.005, 0.025, 0.1] {
            let expected = by_matrix(&cable, &conductance, dt);
            for (node, (own, expected)) in cable.step_response(&conductance, dt).iter().zip(expected).enumerate() {
                assert!((own - expected).abs() < 1e-9 * expected, "node {node}, {dt} ms: {own} {expected}");
            }
        }
    }

    #[test]
    fn the_number_of_segments_of_a_compact_cell_has_no_effect() {
        let largest = |segments| {
            let cable = Cable::build(&[section(20.0, 20.0, segments, None)]).expect("it is a tree");
            let conductance: Vec<f64> =
                cable.area.iter().zip(&cable.capacitance).map(|(area, c)| 1e-2 * area * c).collect();
            cable.step_response(&conductance, 0.025).into_iter().fold(0.0, f64::max)
        };
        assert!((largest(1) - 25.0).abs() < 1e-9 && (largest(9) - 25.0).abs() < 1e-9);
    }
}
