//! Finds the cause of voltages that are no longer finite.

use super::Cells;
use super::installed::Evaluation;
use crate::error::{EngineError, Sender};
use crate::options::Options;

impl Cells {
    /// Describes the fault. One solution carries a value that is not finite to every row of a cell, so the row at which
    /// a mechanism is broken is reported; if there is none, the first row. The voltages are still those at the start of
    /// the step.
    pub(crate) fn describe_fault(&mut self, middle: f64, end: f64) -> Option<EngineError> {
        let factor = self.options.voltage_factor();
        let next: Vec<f64> =
            self.state.v.iter().zip(&self.workspace.matrix.rhs).map(|(v, dv)| v + factor * dv).collect(); // mV
        let rows = (0..self.rows()).filter(|&row| !next[row].is_finite());
        let mut suspects: Vec<((usize, u32), usize)> = rows.map(|row| (self.layout.origin(row), row)).collect();
        suspects.sort_unstable_by_key(|&((cell, node), row)| (self.cells[cell], node, row));
        let &((cell, first_node), first_row) = suspects.first()?;
        let mut of_cell = suspects.iter().filter(|((other, _), _)| *other == cell);
        let culprit = of_cell.find_map(|&((_, node), row)| Some((node, row, self.broken_mechanism(row, middle)?)));
        let (node, row) = culprit.as_ref().map_or((first_node, first_row), |&(node, row, _)| (node, row));
        Some(EngineError::NonFinite {
            cell: self.cells[cell],
            node,
            voltage: next[row],
            t: end,
            mechanism: culprit.map(|(_, _, name)| name),
        })
    }

    /// Describes the failure of a mechanism, if one has failed for an instance of these cells, at time `t` (ms).
    pub(crate) fn mechanism_fault(&mut self, t: f64) -> Option<EngineError> {
        let has_failed = self.kernels.iter().any(|kernel| kernel.has_failed())
            || self.lumps.iter().flatten().any(|lumps| lumps.have_failed());
        if has_failed { self.describe_failure(t) } else { None }
    }

    #[cold]
    fn describe_failure(&mut self, t: f64) -> Option<EngineError> {
        let Options { numerics, lanes, .. } = self.options;
        let (v, scratch) = (&self.state.v, &mut self.workspace.scratch);
        let mechanisms = self.installed.iter().zip(&self.kernels).zip(&mut self.state.blocks).zip(&mut self.lumps);
        for (((installed, kernel), block), lumps) in mechanisms {
            let of_lumps = lumps.as_ref().and_then(|lumps| lumps.fault());
            let Some(reason) = kernel.fault().or(of_lumps) else { continue };
            let evaluation = || Evaluation { kernel: &**kernel, numerics, lanes, t, v };
            let mut rows = 0..self.layout.area.len();
            // The kernel serves other cells as well; another group has the instance if none is found here.
            let row = rows.find(|&row| {
                installed.is_broken_at(row as u32, evaluation(), block, scratch)
                    || lumps.as_mut().is_some_and(|lumps| lumps.is_broken_at(row as u32, evaluation(), scratch))
            });
            let Some(row) = row else { continue };
            let (cell, node) = self.layout.origin(row);
            let instance = Sender::Point { cell: self.cells[cell], node };
            return Some(EngineError::MechanismFault {
                mechanism: installed.signature.name.clone(),
                reason,
                instance,
                t,
            });
        }
        None
    }

    /// The name of a mechanism with an instance at a row whose current or variables are not finite.
    fn broken_mechanism(&mut self, row: usize, t: f64) -> Option<String> {
        let Options { numerics, lanes, .. } = self.options;
        let (v, scratch) = (&self.state.v, &mut self.workspace.scratch);
        let mechanisms = self.installed.iter().zip(&self.kernels).zip(&mut self.state.blocks).zip(&mut self.lumps);
        for (((installed, kernel), block), lumps) in mechanisms {
            let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v };
            let is_broken = installed.is_broken_at(row as u32, evaluation, block, scratch)
                || lumps.as_mut().is_some_and(|lumps| lumps.is_broken_at(row as u32, evaluation, scratch));
            if is_broken {
                return Some(installed.signature.name.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{FixedStep, Stepper};
    use crate::test_models::{MIDDLE, builtin, cable, cell, placed, started};

    /// The fault of two cells of three segments, with `pas` on two of them and `ExpSyn` on the last, after one variable
    /// of a mechanism has been set and a step has been made.
    fn fault(cell_index: usize, order: u32, instance: usize, column: usize, value: f64) -> Option<EngineError> {
        let pas = placed(&builtin("pas"), 3, &[1, 2]);
        let synapse = placed(&builtin("ExpSyn"), 5, &[3]);
        let blueprint = cell(&cable(3), vec![pas, synapse]);
        let mut cells = started(&[blueprint.clone(), blueprint], Options::default(), |_, _| {});
        cells.cells = vec![10, 20];
        let quantity = crate::test_models::variable(&mut cells, (cell_index, order, instance), column);
        cells.set_value(quantity, value);
        cells.compile_if_stale(&mut crate::kernel_cache::KernelCache::default()).expect("they compile");
        FixedStep.step(&mut cells, 0, 1.0);
        cells.fault
    }

    #[test]
    fn the_cell_and_node_of_the_broken_mechanism_are_named() {
        let Some(EngineError::NonFinite { cell, node, voltage, t, mechanism }) = fault(1, 3, 1, 1, f64::INFINITY)
        else {
            panic!("an infinite reversal potential is a fault");
        };
        assert_eq!((cell, node, t), (20, 2, 1.0 + 0.0125 + 0.0125)); // ms
        assert!(!voltage.is_finite());
        assert_eq!(mechanism.as_deref(), Some("pas"));
        let of_synapse = fault(0, 5, 0, 3, f64::NAN);
        assert!(matches!(of_synapse, Some(EngineError::NonFinite { cell: 10, node: 3, .. })), "{of_synapse:?}");
    }

    #[test]
    fn without_a_broken_mechanism_the_first_node_is_named() {
        // Two currents that are finite, but whose sum is not.
        let placed = [0, 1].map(|order| {
            let mut placed = placed(&builtin("pas"), order, &[MIDDLE + 1]);
            placed.block.fill(1, -1e308); // mV
            placed.block.fill(0, 1.7); // S/cm2
            placed
        });
        let mut cells = started(&[cell(&cable(2), placed.into())], Options::default(), |_, _| {});
        FixedStep.step(&mut cells, 0, 0.0);
        assert!(
            matches!(cells.fault, Some(EngineError::NonFinite { cell: 0, node: MIDDLE, mechanism: None, .. })),
            "{:?}",
            cells.fault
        );
    }

    #[test]
    fn of_several_broken_mechanisms_the_first_nodes_is_named() {
        let placed = [("hh", 4, [2, 3]), ("pas", 3, [1, 2])].map(|(name, order, nodes)| {
            let mechanism = builtin(name);
            let mut placed = placed(&mechanism, order, &nodes);
            let g = mechanism.signature().column(if name == "hh" { "gl" } else { "g" }).expect("it has a leak");
            placed.block.fill(g, f64::NAN);
            placed
        });
        let mut cells = started(&[cell(&cable(3), placed.into())], Options::default(), |_, _| {});
        FixedStep.step(&mut cells, 0, 0.0);
        let Some(EngineError::NonFinite { node, mechanism, .. }) = cells.fault else { panic!("all are broken") };
        assert_eq!((node, mechanism.as_deref()), (1, Some("pas")));
    }

    #[test]
    fn finite_voltages_are_no_fault() {
        assert_eq!(fault(0, 3, 0, 1, -60.0), None);
    }
}
