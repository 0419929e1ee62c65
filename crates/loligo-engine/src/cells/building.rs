//! Construction of a group: finds quantities, and adds the variables that are read or set from
//! outside.

use std::collections::HashSet;
use std::sync::Arc;

use loligo_mechanisms::{CompileError, Kernel, Numerics, Role};

use super::joints::Mechanisms;
use super::lumps::{Compilation, Lumps};
use super::membrane_current::MembraneCurrents;
use super::schedule::Schedule;
use super::{Cells, LocalQuantity, Places, State};
use crate::blueprint::Quantity;
use crate::kernel_cache::{KernelCache, are_same};
use crate::player::Player;
use crate::waveform::Waveform;

impl Cells {
    /// Finds a quantity of one of the group's cells.
    pub(crate) fn locate(&mut self, quantity: Quantity, places: &[Places]) -> Option<LocalQuantity> {
        match quantity {
            Quantity::Voltage { cell, node } => Some(self.layout.voltage(cell - self.first_cell, node)),
            Quantity::CapacitiveCurrent { cell, node } => {
                let row = self.layout.row(cell - self.first_cell, node);
                Some(LocalQuantity::CapacitiveCurrent(row as usize))
            }
            Quantity::MembraneCurrent { cell, node } => {
                Some(self.watch_membrane(cell, node, LocalQuantity::MembraneCurrent))
            }
            Quantity::MembraneCurrentDensity { cell, node } => {
                Some(self.watch_membrane(cell, node, LocalQuantity::MembraneCurrentDensity))
            }
            Quantity::Membrane { cell, placed, column, instance } => {
                let (installed, ref instances) = places[cell - self.first_cell][placed];
                self.ions.observe(installed, column);
                let instance = instances[instance] as usize;
                self.observed.push((installed, column, instance));
                Some(LocalQuantity::Variable { installed, column, instance })
            }
            Quantity::Artificial { .. } => None,
        }
    }

    /// Requests the computation of membrane currents; does nothing at a node that has no row, since it has neither area
    /// nor point processes.
    fn watch_membrane(&mut self, cell: usize, node: u32, quantity: fn(usize) -> LocalQuantity) -> LocalQuantity {
        let Some(row) = self.layout.own_row(cell - self.first_cell, node) else { return LocalQuantity::Nothing };
        let rows = self.rows();
        self.workspace.membrane.get_or_insert_with(|| Box::new(MembraneCurrents::new(rows)));
        quantity(row)
    }

    /// Adds an instance that is the first one of its mechanism in the model.
    pub(crate) fn add_first_instance(&mut self, installed: usize, instance: usize) {
        self.first_instances.push((installed, instance));
    }

    pub(crate) fn add_detector(&mut self, source: u32, quantity: LocalQuantity, threshold: f64) {
        self.detectors.push(source, quantity, threshold);
        self.state.above.push(false);
    }

    pub(crate) fn add_recorder(&mut self, quantity: LocalQuantity, every: usize) -> usize {
        self.recorders.add(quantity, every)
    }

    pub(crate) fn add_player(&mut self, quantity: LocalQuantity, waveform: Waveform) -> u32 {
        self.note_change(quantity);
        self.unplayed.push(self.value(quantity));
        self.state.players.push((quantity, Player::new(waveform)));
        (self.state.players.len() - 1) as u32
    }

    /// Notes that a variable will be set during the run.
    pub(super) fn note_change(&mut self, quantity: LocalQuantity) {
        if let LocalQuantity::Variable { installed, .. } = quantity {
            self.ions.note_change(installed);
        }
    }

    /// Adds a variable that transfers read; returns its number among those of the group.
    pub(crate) fn add_source(&mut self, quantity: LocalQuantity) -> u32 {
        let value = self.value(quantity);
        self.ports.sources.push(quantity);
        self.ports.unread.push(value);
        self.ports.read.push(value);
        (self.ports.sources.len() - 1) as u32
    }

    /// Adds a variable that a transfer sets; `source` is the number of its source among the values that
    /// [`set_targets`](Self::set_targets) is given.
    pub(crate) fn add_target(&mut self, quantity: LocalQuantity, source: u32) {
        self.note_change(quantity);
        self.ports.add_target(quantity, source);
    }

    /// Adds an incoming connection to an instance; `created` is the position of its source in the
    /// order of creation.
    pub(crate) fn add_input(&mut self, installed: usize, instance: u32, weight: &[f64], created: u64) -> u32 {
        let visits = self.installed[installed].signature.visits_connections;
        self.state.inputs.add((installed as u32, instance), weight, visits.then_some(created))
    }

    /// Reserves memory for this many incoming connections, most of which have one weight.
    pub(crate) fn reserve_inputs(&mut self, inputs: usize) {
        self.state.inputs.reserve(inputs);
    }

    /// Makes a pointer of an instance refer to another variable of the group.
    pub(crate) fn add_pointer(&mut self, pointer: LocalQuantity, target: LocalQuantity) {
        if let LocalQuantity::Variable { installed, column, instance } = pointer {
            let own = &self.installed[installed];
            let written = own.signature.variable(column).role == Role::Pointer { written: true };
            self.pointers.add(installed, (column, written), instance, own.rows.len(), target);
            if written {
                self.note_change(target);
            }
        }
    }

    /// Drops outputs that are not read, and stores values that all instances share only once. To be called
    /// when all observed variables have been added.
    pub(crate) fn drop_unobserved(&mut self) {
        self.layout.forget_places();
        let observed = std::mem::take(&mut self.observed);
        let columns: HashSet<(usize, usize)> =
            observed.iter().map(|&(installed, column, _)| (installed, column)).collect();
        for (index, (installed, block)) in self.installed.iter().zip(&mut self.state.blocks).enumerate() {
            let signature = &installed.signature;
            for (column, variable) in signature.columns().enumerate() {
                // Slopes are computed from the other outputs.
                let wanted =
                    columns.contains(&(index, column)) || self.ions.needs(index, column) || self.ions.slopes_wanted();
                let follows = variable.role == Role::Output || signature.follows_voltage.contains(&column);
                if follows && !wanted {
                    block.discard(column);
                }
            }
            block.compact();
        }
        for (installed, column) in self.pointers.written() {
            self.state.blocks[installed].column_mut(column);
        }
        for (installed, block) in self.installed.iter().zip(&mut self.state.blocks) {
            for &column in &installed.signature.diffusion {
                block.column_mut(column);
            }
        }
        for index in 0..self.installed.len() {
            let ordered = self.pointers.need_order(index) || self.ions.need_order(index);
            let instances = 0..self.installed[index].rows.len() as u32;
            let mut order: Vec<u32> = if ordered { instances.collect() } else { Vec::new() };
            order.sort_by_key(|&instance| self.place_in_order(index as u32, instance));
            self.installed[index].one_by_one = order;
        }
        self.prepare_lumps();
        for (installed, column, instance) in observed {
            if let Some(lumps) = &mut self.lumps[installed] {
                lumps.watch(column, instance);
            }
        }
    }

    /// Decides which mechanisms have lumps: those that declare them, in `Fast`, except instances whose variables others
    /// set or refer to.
    fn prepare_lumps(&mut self) {
        if self.options.numerics == Numerics::Exact {
            return;
        }
        let mut apart: Vec<HashSet<usize>> = vec![HashSet::new(); self.installed.len()];
        let played = self.state.players.iter().map(|&(quantity, _)| quantity);
        for quantity in played.chain(self.pointers.targets()) {
            if let LocalQuantity::Variable { installed, instance, .. } = quantity {
                apart[installed].insert(instance);
            }
        }
        self.ports.set_instances().for_each(|(installed, instance)| _ = apart[installed].insert(instance));
        for ((installed, lumps), apart) in self.installed.iter().zip(&mut self.lumps).zip(apart) {
            if installed.one_by_one.is_empty() && installed.signature.ions.is_empty() {
                *lumps = Lumps::of(installed, apart);
            }
        }
    }

    /// Compiles the mechanisms, once the form of every column is fixed.
    pub(super) fn compile(&mut self, cache: &mut KernelCache) -> Result<(), CompileError> {
        for (index, block) in self.state.blocks.iter().enumerate() {
            self.ions.take_styles(index, block);
        }
        let slopes = self.ions.slopes_wanted();
        let kernels = self.installed.iter().zip(&self.state.blocks).map(|(installed, block)| {
            let environment = self.options.environment(slopes, &installed.globals, &installed.tables);
            cache.kernel(&*installed.mechanism, &environment, block)
        });
        let kernels: Vec<Arc<dyn Kernel>> = kernels.collect::<Result<_, _>>()?;
        let are_new = !are_same(&kernels, &self.kernels);
        self.kernels = kernels;
        let rows = self.rows();
        let Self { installed, kernels, ions, pointers, mechanism_times, .. } = self;
        let mechanisms = Mechanisms { installed, kernels, ions, pointers };
        // Finding joint mechanisms takes time for every row, and values may be set in every step.
        if are_new {
            self.schedule = Schedule::of(mechanisms, rows, cache, mechanism_times);
        } else {
            self.schedule.take_ions(mechanisms);
        }
        let State { v, blocks, advances, .. } = &mut self.state;
        let scratch = &mut self.workspace.scratch;
        for ((lumps, installed), own) in self.lumps.iter_mut().zip(&mut self.installed).zip(blocks) {
            let Some(lumps) = lumps else { continue };
            let environment = self.options.environment(slopes, &installed.globals, &installed.tables);
            let compilation = Compilation { cache, environment, v, scratch };
            lumps.compile((installed, own), *advances, &self.layout.area, compilation)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::ColumnView;

    use super::*;
    use crate::options::Options;
    use crate::test_models::{MIDDLE, builtin, cable, cell, passive, placed, started};

    #[test]
    fn quantities_are_found_by_cell_and_node() {
        let blueprint = cell(&cable(2), vec![placed(&builtin("pas"), 0, &[1, 2])]);
        started(&[blueprint.clone(), blueprint], Options::default(), |cells, places| {
            let mut locate = |quantity| cells.locate(quantity, places);
            let found = locate(Quantity::CapacitiveCurrent { cell: 1, node: 2 });
            assert!(matches!(found, Some(LocalQuantity::CapacitiveCurrent(3))), "{found:?}");
            let found = locate(Quantity::Membrane { cell: 1, placed: 0, column: 1, instance: 0 });
            assert!(
                matches!(found, Some(LocalQuantity::Variable { installed: 0, column: 1, instance: 1 })),
                "{found:?}"
            );
            assert!(locate(Quantity::Artificial { population: 0, column: 0, instance: 0 }).is_none());
        });
    }

    #[test]
    fn membrane_currents_are_computed_where_they_are_read_and_a_node_without_row_has_none() {
        let started = |node| {
            started(&[passive(Vec::new())], Options::default(), |cells, places| {
                assert!(cells.workspace.membrane.is_none());
                let current = cells.locate(Quantity::MembraneCurrent { cell: 0, node }, places);
                assert_eq!(matches!(current, Some(LocalQuantity::Nothing)), node != MIDDLE);
            })
        };
        assert!(started(MIDDLE).workspace.membrane.is_some());
        let without = started(0);
        assert!(without.workspace.membrane.is_none());
        assert_eq!(without.value(LocalQuantity::Nothing), 0.0);
    }

    #[test]
    fn only_outputs_that_are_looked_at_are_kept_and_equal_values_once() {
        let current = Quantity::Membrane { cell: 0, placed: 0, column: 2, instance: 0 };
        let one = cell(&cable(2), vec![placed(&builtin("pas"), 0, &[1, 2])]);
        let columns = |cells: &Cells| {
            [0, 1, 2].map(|column| match cells.state.blocks[0].column(column) {
                ColumnView::Each(_) => "each",
                ColumnView::Same(_) => "same",
                ColumnView::Discarded => "none",
            })
        };
        let without = started(std::slice::from_ref(&one), Options::default(), |_, _| {});
        assert_eq!(columns(&without), ["same", "same", "none"]);
        let mut with = started(&[one], Options::default(), |cells, places| {
            cells.locate(current, places);
        });
        with.evaluate_currents(0.0);
        assert_eq!(columns(&with), ["same", "same", "each"]);
    }

    #[test]
    fn instances_whose_pointers_lead_to_the_same_mechanism_are_computed_one_by_one_in_neurons_order() {
        // The second cell comes first in the blueprint; at a root come the instances of all cells before others.
        let blueprint = cell(&cable(1), vec![placed(&builtin("pas"), 0, &[0, MIDDLE])]);
        let exact = Options { numerics: loligo_mechanisms::Numerics::Exact, ..Options::default() };
        let (mut cells, places) = Cells::new(0, vec![5, 3], &[blueprint.clone(), blueprint], exact);
        let mut variable = |cell, instance| {
            let quantity = Quantity::Membrane { cell, placed: 0, column: 1, instance };
            cells.locate(quantity, &places).expect("there is such a variable")
        };
        let (pointer, target) = (variable(0, 0), variable(1, 0));
        cells.add_pointer(pointer, target);
        cells.drop_unobserved();
        let order: Vec<_> = cells.installed[0]
            .one_by_one
            .iter()
            .map(|&instance| {
                let (cell, node) = cells.layout.origin(cells.installed[0].rows[instance as usize] as usize);
                (cells.cells[cell], node)
            })
            .collect();
        assert_eq!(order, [(3, 0), (5, 0), (3, MIDDLE), (5, MIDDLE)]);
    }

    #[test]
    fn an_input_leads_to_its_instance_with_its_weights() {
        let synapses = placed(&builtin("ExpSyn"), 1, &[MIDDLE; 2]);
        let cells = started(&[passive(vec![synapses])], Options::default(), |cells, _| {
            cells.reserve_inputs(2);
            assert_eq!(cells.add_input(1, 1, &[0.5], 0), 0);
            assert_eq!(cells.add_input(1, 0, &[0.25, 3.0], 0), 1);
        });
        assert_eq!((cells.weights(0), cells.weights(1), cells.inputs()), (&[0.5][..], &[0.25, 3.0][..], 2));
        let event = cells.event_of_input(0);
        assert_eq!((event.installed, event.instance, event.flag, event.input), (1, 1, 0.0, 0));
    }
}
