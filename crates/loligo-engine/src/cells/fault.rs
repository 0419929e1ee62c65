//! Where voltages that are no longer finite come from.

use super::Cells;
use super::installed::Evaluation;
use crate::error::EngineError;
use crate::options::Options;

impl Cells {
    /// One solution carries what is not finite to every row of a cell: the one where a mechanism is broken is the one to
    /// name, and only without one the first. The voltages are still those at the start of the step.
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

    /// The name of a mechanism with an instance at a row whose current or variables are not finite.
    fn broken_mechanism(&mut self, row: usize, t: f64) -> Option<String> {
        let Options { numerics, lanes, .. } = self.options;
        let (v, scratch) = (&self.state.v, &mut self.workspace.scratch);
        for ((installed, kernel), block) in self.installed.iter().zip(&self.kernels).zip(&mut self.state.blocks) {
            let evaluation = Evaluation { kernel: &**kernel, numerics, lanes, t, v };
            if installed.is_broken_at(row as u32, evaluation, block, scratch) {
                return Some(installed.signature.name.clone());
            }
        }
        None
    }
}
