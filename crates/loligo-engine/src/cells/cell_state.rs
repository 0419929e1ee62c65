//! The state of a group, cell by cell: the part of a cell does not depend on the other cells of its
//! group.

use std::sync::Arc;

use loligo_mechanisms::ColumnView;

use super::Cells;
use super::detectors::Detector;
use super::lumps::{Lumps, SavedRows};
use crate::state::{CellState, MechanismState, PlayerState, StateMismatch, Variables, Watched};

/// The rows and instances of a cell in its group.
struct Whereabouts {
    /// In the order of the cell's nodes.
    rows: Vec<usize>,
    /// The mechanisms that the cell has, in the order of evaluation, each with its index among the installed and its
    /// instances in the order of their rows.
    mechanisms: Vec<(usize, Vec<usize>)>,
}

impl Cells {
    /// The state of each cell, with the blueprint's index of the cell.
    pub(crate) fn cell_states(&self) -> Vec<(usize, CellState)> {
        let state_of = |whereabouts: &Whereabouts| CellState {
            v: whereabouts.rows.iter().map(|&row| self.state.v[row]).collect(),
            dv: whereabouts.rows.iter().map(|&row| self.workspace.matrix.rhs[row]).collect(),
            mechanisms: whereabouts
                .mechanisms
                .iter()
                .map(|(installed, instances)| {
                    let installed_mechanism = &self.installed[*installed];
                    let signature = &installed_mechanism.signature;
                    MechanismState {
                        mechanism: installed_mechanism.identity,
                        variables: Variables::of(signature, &self.state.blocks[*installed], instances),
                        lumped: self.lumps[*installed]
                            .as_ref()
                            .map(|lumps| lumps.saved(installed_mechanism, instances)),
                    }
                })
                .collect(),
        };
        self.cells.iter().copied().zip(self.whereabouts().iter().map(state_of)).collect()
    }

    /// Sets the states of this group's cells after `step` steps, given those of all cells. Then stale mechanisms are to be
    /// compiled, and [`finish_restoring`](Self::finish_restoring) to be called.
    pub(crate) fn restore_cells(&mut self, states: &[CellState], step: u64) -> Result<(), StateMismatch> {
        self.state.advances = step;
        let mut saved: Vec<SavedRows> = Vec::new();
        saved.resize_with(self.installed.len(), SavedRows::default);
        for (index, whereabouts) in self.whereabouts().into_iter().enumerate() {
            let state = states.get(self.cells[index]).ok_or(StateMismatch("the number of cells"))?;
            let rows = whereabouts.rows.len();
            if state.v.len() != rows || state.dv.len() != rows {
                return Err(StateMismatch("the voltages of a cell"));
            }
            for (&row, (&v, &dv)) in whereabouts.rows.iter().zip(state.v.iter().zip(&state.dv)) {
                self.state.v[row] = v;
                self.workspace.matrix.rhs[row] = dv;
            }
            if state.mechanisms.len() != whereabouts.mechanisms.len() {
                return Err(StateMismatch("the mechanisms of a cell"));
            }
            for ((installed, instances), state) in whereabouts.mechanisms.iter().zip(&state.mechanisms) {
                if state.mechanism != self.installed[*installed].identity {
                    return Err(StateMismatch("the mechanisms of a cell"));
                }
                state.variables.restore(&mut self.state.blocks[*installed], instances)?;
                let signature = Arc::clone(&self.installed[*installed].signature);
                for &column in &signature.follows_voltage {
                    let is_stored = self.state.blocks[*installed].column(column) != ColumnView::Discarded;
                    if is_stored && state.variables.lack(column) {
                        self.note_unfilled(*installed, column);
                    }
                }
                match (&mut self.lumps[*installed], &state.lumped) {
                    (Some(lumps), Some(state)) => {
                        lumps.take((&self.installed[*installed], instances), state, &mut saved[*installed])?;
                    }
                    (None, None) => {}
                    _ => return Err(StateMismatch("the synapses of a cell")),
                }
            }
        }
        for (k, saved) in saved.into_iter().enumerate() {
            if let Some(lumps) = &mut self.lumps[k] {
                lumps.restore(&self.installed[k], step, saved)?;
                self.is_stale = true;
            }
        }
        if !self.is_stale {
            self.fill_in();
        }
        self.forget_membrane_currents();
        self.inbox.clear();
        self.detected.clear();
        self.forget_events();
        self.fault = None;
        Ok(())
    }

    /// Sets the synapses that are computed as sums to the restored state.
    pub(crate) fn finish_restoring(&mut self) -> Result<(), StateMismatch> {
        self.lumps.iter_mut().flatten().try_for_each(Lumps::finish_restoring)
    }

    /// The watched variables, by source.
    pub(crate) fn watched(&self) -> impl Iterator<Item = (u32, Watched)> {
        self.detectors.iter().zip(&self.state.above).map(|(detector, &above)| {
            let value = self.value(detector.quantity);
            (detector.source, Watched { above, value })
        })
    }

    /// Sets the watched variables of this group, given those of all groups in the order of their sources. The cells
    /// must have been restored before.
    pub(crate) fn restore_watched(&mut self, watched: &[(u32, Watched)]) -> Result<(), StateMismatch> {
        for k in 0..self.detectors.len() {
            let Detector { source, quantity, .. } = self.detectors[k];
            let found = watched.binary_search_by_key(&source, |&(source, _)| source);
            let Watched { above, value } = watched[found.map_err(|_| StateMismatch("the watched variables"))?].1;
            self.state.above[k] = above;
            self.assign(quantity, Some(value));
        }
        Ok(())
    }

    /// The weights of an incoming connection.
    pub(crate) fn weights(&self, input: u32) -> &[f64] {
        self.state.inputs.weights(input)
    }

    /// The weights of an incoming connection, mutable.
    pub(crate) fn weights_mut(&mut self, input: u32) -> &mut [f64] {
        self.state.inputs.weights_mut(input)
    }

    pub(crate) fn player(&self, player: u32) -> PlayerState {
        self.state.players[player as usize].1.state()
    }

    pub(crate) fn restore_player(&mut self, player: u32, place: PlayerState) -> Result<(), StateMismatch> {
        self.state.players[player as usize].1.restore(place)
    }

    /// The mechanisms of each cell in the order of evaluation, with the index among the installed and the instances in
    /// the order of their nodes.
    pub(crate) fn instances_by_cell(&self) -> impl Iterator<Item = (usize, Vec<(usize, Vec<usize>)>)> {
        self.cells.iter().copied().zip(self.whereabouts().into_iter().map(|whereabouts| whereabouts.mechanisms))
    }

    /// The rows and instances of each cell.
    fn whereabouts(&self) -> Vec<Whereabouts> {
        let mut rows: Vec<Vec<(u32, usize)>> = vec![Vec::new(); self.cells.len()];
        for row in 0..self.rows() {
            let (cell, node) = self.layout.origin(row);
            rows[cell].push((node, row));
        }
        let mut mechanisms: Vec<Vec<(usize, Vec<usize>)>> = vec![Vec::new(); self.cells.len()];
        for installed in 0..self.installed.len() {
            let mut instances: Vec<Vec<(u32, usize)>> = vec![Vec::new(); self.cells.len()];
            for (instance, &row) in self.installed[installed].rows.iter().enumerate() {
                let (cell, node) = self.layout.origin(row as usize);
                instances[cell].push((node, instance));
            }
            for (mechanisms, instances) in mechanisms.iter_mut().zip(instances) {
                if !instances.is_empty() {
                    mechanisms.push((installed, by_node(instances)));
                }
            }
        }
        rows.into_iter()
            .zip(mechanisms)
            .map(|(rows, mechanisms)| Whereabouts { rows: by_node(rows), mechanisms })
            .collect()
    }
}

/// Rows or instances sorted by their nodes; several at one node keep their order.
fn by_node(mut places: Vec<(u32, usize)>) -> Vec<usize> {
    places.sort_by_key(|&(node, _)| node);
    places.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::CellBlueprint;
    use crate::cells::LocalQuantity;
    use crate::kernel_cache::KernelCache;
    use crate::options::Options;
    use crate::step::{FixedStep, Stepper};
    use crate::test_models::{MIDDLE, builtin, cable, cell, passive, placed, started};

    /// Cells of different sizes and mechanisms.
    fn blueprints() -> [CellBlueprint; 3] {
        let hh = |segments: u32| cell(&cable(segments as usize), vec![placed(&builtin("hh"), 4, &[1, segments])]);
        [hh(4), passive(vec![placed(&builtin("ExpSyn"), 9, &[MIDDLE; 2])]), hh(2)]
    }

    /// Cells that have made some steps from different initial voltages.
    fn advanced(blueprints: &[CellBlueprint]) -> Cells {
        let mut cells = started(blueprints, Options::default(), |_, _| {});
        for row in 0..cells.rows() {
            let (_, node) = cells.layout.origin(row);
            cells.set_value(LocalQuantity::Voltage(row), -60.0 - f64::from(node)); // mV
        }
        (0..5).for_each(|step| _ = FixedStep.step(&mut cells, step, 0.025 * step as f64));
        cells
    }

    #[test]
    fn a_cells_state_does_not_depend_on_the_others_of_its_group() {
        let blueprints = blueprints();
        let together = advanced(&blueprints).cell_states();
        assert_eq!(together.iter().map(|&(cell, _)| cell).collect::<Vec<_>>(), [0, 1, 2]);
        for (blueprint, (_, state)) in blueprints.into_iter().zip(together) {
            assert_eq!(advanced(&[blueprint]).cell_states()[0].1, state);
        }
    }

    #[test]
    fn a_state_is_in_the_order_of_nodes_and_not_of_rows() {
        let synapses = placed(&builtin("ExpSyn"), 9, &[0, 2]);
        let mut cells = started(&[cell(&cable(2), vec![synapses])], Options::default(), |_, _| {});
        for row in 0..3 {
            let (_, node) = cells.layout.origin(row);
            cells.set_value(LocalQuantity::Voltage(row), f64::from(node)); // mV
        }
        assert_eq!(cells.layout.origin(0), (0, 1), "the end has the last row");
        assert_eq!(cells.cell_states()[0].1.v, [0.0, 1.0, 2.0]);
        let (_, mechanisms) = cells.instances_by_cell().next().expect("there is a cell");
        assert_eq!(mechanisms, [(0, vec![1, 0])]);
    }

    #[test]
    fn a_state_that_is_put_back_is_the_state() {
        let states: Vec<CellState> =
            advanced(&blueprints()).cell_states().into_iter().map(|(_, state)| state).collect();
        let mut others = started(&blueprints(), Options::default(), |_, _| {});
        others.fault = Some(crate::EngineError::Stopped { step: 0, t: 0.0 });
        others.restore_cells(&states, 5).expect("it is of the same cells");
        others.compile_if_stale(&mut KernelCache::default()).expect("they are built in");
        others.finish_restoring().expect("it has the same synapses");
        assert_eq!(others.cell_states().into_iter().map(|(_, state)| state).collect::<Vec<_>>(), states);
        assert!(others.fault.is_none());
    }

    #[test]
    fn the_state_of_other_cells_does_not_fit() {
        let states: Vec<CellState> =
            advanced(&blueprints()).cell_states().into_iter().map(|(_, state)| state).collect();
        let misfit = |change: &dyn Fn(&mut Vec<CellState>)| {
            let mut states = states.clone();
            change(&mut states);
            let mut cells = started(&blueprints(), Options::default(), |_, _| {});
            cells.restore_cells(&states, 5).err().map(|StateMismatch(what)| what)
        };
        assert_eq!(misfit(&|_| {}), None);
        assert_eq!(misfit(&|states| _ = states.pop()), Some("the number of cells"));
        assert_eq!(misfit(&|states| states.swap(0, 2)), Some("the voltages of a cell"));
        assert_eq!(misfit(&|states| _ = states[0].dv.pop()), Some("the voltages of a cell"));
        assert_eq!(misfit(&|states| _ = states[1].mechanisms.pop()), Some("the mechanisms of a cell"));
        assert_eq!(misfit(&|states| states[1].mechanisms.swap(0, 1)), Some("the mechanisms of a cell"));
        assert_eq!(
            misfit(&|states| states[1].mechanisms[0].variables = Variables::default()),
            Some("the variables of a mechanism")
        );
    }

    #[test]
    fn watched_variables_keep_whether_they_were_above() {
        let observe = |cells: &mut Cells| {
            cells.add_detector(4, LocalQuantity::Voltage(0), -70.0);
            cells.add_detector(2, LocalQuantity::Voltage(0), 0.0);
        };
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| observe(cells));
        cells.detect(0.0);
        let mut watched: Vec<_> = cells.watched().collect();
        watched.sort_by_key(|&(source, _)| source);
        assert_eq!(
            watched.iter().map(|(source, own)| (*source, own.above)).collect::<Vec<_>>(),
            [(2, false), (4, true)]
        );
        let mut others = started(&[passive(Vec::new())], Options::default(), |cells, _| observe(cells));
        others.restore_watched(&watched).expect("it has the same sources");
        others.detect(0.0);
        let mut spikes = Vec::new();
        others.take_spikes(&mut spikes);
        assert!(spikes.is_empty(), "it was above before");
        assert!(others.restore_watched(&watched[..1]).is_err());
    }
}
