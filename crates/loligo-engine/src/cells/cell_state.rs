//! A group's state, cell by cell: how it is told does not depend on the company that a cell keeps.

use super::Cells;
use super::detectors::Detector;
use crate::state::{CellState, MechanismState, Misfit, PlayerState, Variables, Watched};

/// Where a cell's rows and instances are in its group.
struct Whereabouts {
    /// In the order of the cell's nodes.
    rows: Vec<usize>,
    /// The mechanisms that the cell has, in the order of evaluation, each with its index among the installed and its instances in
    /// the order of their rows.
    mechanisms: Vec<(usize, Vec<usize>)>,
}

impl Cells {
    /// The state of each cell, by the blueprint's index.
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
                    }
                })
                .collect(),
        };
        self.cells.iter().copied().zip(self.whereabouts().iter().map(state_of)).collect()
    }

    /// Takes the states of its cells from those of all cells.
    pub(crate) fn restore_cells(&mut self, states: &[CellState]) -> Result<(), Misfit> {
        for (index, whereabouts) in self.whereabouts().into_iter().enumerate() {
            let state = states.get(self.cells[index]).ok_or(Misfit("the number of cells"))?;
            let rows = whereabouts.rows.len();
            if state.v.len() != rows || state.dv.len() != rows {
                return Err(Misfit("the voltages of a cell"));
            }
            for (&row, (&v, &dv)) in whereabouts.rows.iter().zip(state.v.iter().zip(&state.dv)) {
                self.state.v[row] = v;
                self.workspace.matrix.rhs[row] = dv;
            }
            if state.mechanisms.len() != whereabouts.mechanisms.len() {
                return Err(Misfit("the mechanisms of a cell"));
            }
            for ((installed, instances), state) in whereabouts.mechanisms.iter().zip(&state.mechanisms) {
                if state.mechanism != self.installed[*installed].identity {
                    return Err(Misfit("the mechanisms of a cell"));
                }
                state.variables.restore(&mut self.state.blocks[*installed], instances)?;
            }
        }
        self.forget_membrane_currents();
        self.inbox.clear();
        self.detected.clear();
        self.forget_events();
        self.fault = None;
        Ok(())
    }

    /// The watched variables, by source.
    pub(crate) fn watched(&self) -> impl Iterator<Item = (u32, Watched)> {
        self.detectors.iter().zip(&self.state.above).map(|(detector, &above)| {
            let value = self.value(detector.quantity);
            (detector.source, Watched { above, value })
        })
    }

    /// Takes its watched variables from those of all groups, which are in the order of their sources; the cells come before.
    pub(crate) fn restore_watched(&mut self, watched: &[(u32, Watched)]) -> Result<(), Misfit> {
        for k in 0..self.detectors.len() {
            let Detector { source, quantity, .. } = self.detectors[k];
            let found = watched.binary_search_by_key(&source, |&(source, _)| source);
            let Watched { above, value } = watched[found.map_err(|_| Misfit("the watched variables"))?].1;
            self.state.above[k] = above;
            self.assign(quantity, Some(value));
        }
        Ok(())
    }

    /// The weights of a connection that ends here.
    pub(crate) fn weights(&self, input: u32) -> &[f64] {
        self.state.inputs.weights(input)
    }

    /// The same, to change them.
    pub(crate) fn weights_mut(&mut self, input: u32) -> &mut [f64] {
        self.state.inputs.weights_mut(input)
    }

    pub(crate) fn player(&self, player: u32) -> PlayerState {
        self.state.players[player as usize].1.state()
    }

    pub(crate) fn restore_player(&mut self, player: u32, place: PlayerState) -> Result<(), Misfit> {
        self.state.players[player as usize].1.restore(place)
    }

    /// The mechanisms of each cell in the order of evaluation, with the index among the installed and the instances in the order of
    /// their nodes.
    pub(crate) fn instances_by_cell(&self) -> impl Iterator<Item = (usize, Vec<(usize, Vec<usize>)>)> {
        self.cells.iter().copied().zip(self.whereabouts().into_iter().map(|whereabouts| whereabouts.mechanisms))
    }

    /// Where each cell's rows and instances are.
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

/// What belongs to nodes, in their order; of several at one node as they come.
fn by_node(mut places: Vec<(u32, usize)>) -> Vec<usize> {
    places.sort_by_key(|&(node, _)| node);
    places.into_iter().map(|(_, place)| place).collect()
}
