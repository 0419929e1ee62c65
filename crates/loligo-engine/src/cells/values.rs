//! Values of a group that are read and set from outside, between steps.

use std::sync::Arc;

use loligo_mechanisms::{ColumnView, CompileError, Identity, Outbox, Role};

use super::{Cells, LocalQuantity};
use crate::address::{Address, Called};
use crate::globals::set_global;
use crate::kernel_cache::KernelCache;

impl Cells {
    /// Finds a value of a cell; `own_cell` is the cell's number among those of its rank.
    pub(crate) fn find(&mut self, own_cell: usize, address: &Address) -> Option<LocalQuantity> {
        let cell = own_cell - self.first_cell;
        match *address {
            Address::Voltage { node, .. } => {
                let row = (0..self.rows()).find(|&row| self.layout.origin(row) == (cell, node))?;
                Some(LocalQuantity::Voltage(row))
            }
            Address::Membrane { order, column, instance, .. } => {
                let installed = self.installed.iter().position(|installed| installed.order == order)?;
                let own = &self.installed[installed];
                let on_cell = own.rows.iter().enumerate().filter_map(|(instance, &row)| {
                    let (other, node) = self.layout.origin(row as usize);
                    (other == cell).then_some((node, instance))
                });
                let mut on_cell: Vec<(u32, usize)> = on_cell.collect();
                on_cell.sort_by_key(|&(node, _)| node); // stable
                let &(_, instance) = on_cell.get(instance)?;
                if column >= own.signature.width() {
                    return None;
                }
                if own.signature.variable(column).role == Role::Output {
                    self.ions.observe(installed, column);
                    self.state.blocks[installed].column_mut(column);
                    self.is_stale = true;
                }
                self.store_column(installed, column);
                if let Some(lumps) = &mut self.lumps[installed] {
                    lumps.watch(column, instance);
                }
                Some(LocalQuantity::Variable { installed, column, instance })
            }
            _ => None,
        }
    }

    /// Stores a column from now on if it is not stored.
    fn store_column(&mut self, installed: usize, column: usize) {
        if self.state.blocks[installed].column(column) == ColumnView::Discarded {
            self.state.blocks[installed].column_mut(column);
            self.note_unfilled(installed, column);
            self.is_stale = true;
        }
    }

    /// Stores the variables that [follow the voltage](loligo_mechanisms::Signature::follows_voltage) of the mechanism of
    /// a variable, since a procedure may change them.
    pub(crate) fn store_followers(&mut self, quantity: LocalQuantity) {
        if let LocalQuantity::Variable { installed, .. } = quantity
            && let Some(own) = self.installed.get(installed)
        {
            let signature = Arc::clone(&own.signature);
            signature.follows_voltage.iter().for_each(|&column| self.store_column(installed, column));
        }
    }

    /// The present value of a quantity, if it has one.
    pub(crate) fn value_at(&self, quantity: LocalQuantity) -> Option<f64> {
        let exists = match quantity {
            LocalQuantity::Voltage(row)
            | LocalQuantity::CapacitiveCurrent(row)
            | LocalQuantity::MembraneCurrent(row)
            | LocalQuantity::MembraneCurrentDensity(row) => row < self.rows(),
            LocalQuantity::Nothing => true,
            LocalQuantity::VoltageBetween { first, second, .. } => first.max(second) < self.rows(),
            LocalQuantity::Variable { installed, column, instance } => {
                self.state.blocks.get(installed).is_some_and(|b| column < b.width() && instance < b.len())
            }
        };
        exists.then(|| self.value(quantity))
    }

    /// The smallest and the largest value of a variable.
    pub(crate) fn range(&self, quantity: LocalQuantity) -> (f64, f64) {
        match quantity {
            LocalQuantity::Variable { installed, column, .. } if self.value_at(quantity).is_some() => {
                self.installed[installed].signature.variable(column).range
            }
            _ => (f64::MIN, f64::MAX),
        }
    }

    /// Sets a voltage or a variable of a mechanism.
    pub(crate) fn set_value(&mut self, quantity: LocalQuantity, value: f64) {
        match quantity {
            LocalQuantity::Voltage(row) => self.state.v[row] = value, // mV
            LocalQuantity::Variable { .. } => {
                self.note_change(quantity);
                self.prepare_change(quantity);
                self.assign(quantity, Some(value));
                self.is_stale = true;
            }
            LocalQuantity::VoltageBetween { .. }
            | LocalQuantity::CapacitiveCurrent(_)
            | LocalQuantity::MembraneCurrent(_)
            | LocalQuantity::MembraneCurrentDensity(_)
            | LocalQuantity::Nothing => {}
        }
    }

    /// Prepares lumps for a change of a variable.
    fn prepare_change(&mut self, quantity: LocalQuantity) {
        if let LocalQuantity::Variable { installed: k, column, instance } = quantity
            && let Some(lumps) = &mut self.lumps[k]
        {
            lumps.change((&self.installed[k], &mut self.state.blocks[k]), column, instance, self.state.advances);
        }
    }

    /// Prepares the lumps of a mechanism for a change of their decay.
    fn prepare_change_of_all(&mut self, k: usize) {
        if let Some(lumps) = &mut self.lumps[k] {
            lumps.change_all((&self.installed[k], &mut self.state.blocks[k]), self.state.advances);
        }
    }

    /// Calls a procedure of the instance to which a variable belongs, at `t` (ms); `None` if it is no such variable.
    pub(crate) fn call(&mut self, quantity: LocalQuantity, name: &str, arguments: &[f64], t: f64) -> Called {
        let LocalQuantity::Variable { installed: k, instance, .. } = quantity else { return Called::NoProcedure };
        let installed = &self.installed[k];
        let procedures = &installed.signature.procedures;
        let Some(procedure) = procedures.iter().position(|procedure| procedure.name == name) else {
            return Called::NoProcedure;
        };
        let expected = procedures[procedure].arguments.len();
        let may_be_fewer = procedures[procedure].is_set_up && arguments.len() < expected;
        if arguments.len() != expected && !may_be_fewer {
            return Called::WrongArguments { expected };
        }
        let alone = instance..instance + 1;
        let v = self.state.v[installed.rows[instance] as usize]; // mV
        if let Some(lumps) = &mut self.lumps[k] {
            lumps.change_any((installed, &mut self.state.blocks[k]), instance, self.state.advances);
        }
        self.pointers.read(k, alone.clone(), &self.state.v, &mut self.state.blocks);
        let own = self.state.blocks[k].instances(alone.clone(), &mut self.workspace.scratch.kernel);
        let result = self.kernels[k].call(procedure, arguments, (t, v), own);
        self.pointers.write(k, alone, &mut self.state.v, &mut self.state.blocks);
        self.is_stale = true;
        Called::Result(result)
    }

    /// The globals of a mechanism, if the group has it.
    pub(crate) fn globals_of(&self, mechanism: Identity) -> Option<&[f64]> {
        self.globals().find(|(own, _)| *own == mechanism).map(|(_, globals)| globals)
    }

    /// The globals of all mechanisms of the group that have some.
    pub(crate) fn globals(&self) -> impl Iterator<Item = (Identity, &[f64])> {
        let with_globals = self.installed.iter().filter(|installed| !installed.globals.is_empty());
        with_globals.map(|installed| (installed.identity, &*installed.globals))
    }

    /// The smallest and the largest value of a global of a mechanism, if the group has it.
    pub(crate) fn range_of_global(&self, mechanism: Identity, global: usize) -> Option<(f64, f64)> {
        let installed = self.installed.iter().find(|installed| installed.identity == mechanism)?;
        installed.signature.globals.get(global).map(|global| global.range)
    }

    /// Sets a global of a mechanism.
    pub(crate) fn set_global(&mut self, mechanism: Identity, global: usize, value: f64) {
        for k in 0..self.installed.len() {
            let own = &self.installed[k];
            let changes = own.globals.get(global).is_some_and(|own| own.to_bits() != value.to_bits());
            if own.identity != mechanism || !changes {
                continue;
            }
            self.prepare_change_of_all(k);
            let own = &mut self.installed[k];
            if set_global(&mut own.globals, global, value) {
                self.ions.take_globals(k, &own.globals);
                self.is_stale = true;
            }
        }
    }

    pub(crate) fn set_celsius(&mut self, celsius: f64) {
        (0..self.installed.len()).for_each(|k| self.prepare_change_of_all(k));
        self.options.celsius = celsius;
        self.ions.set_celsius(celsius);
        self.is_stale = true;
    }

    /// Recompiles the mechanisms if values have changed for which they were compiled.
    pub(crate) fn compile_if_stale(&mut self, cache: &mut KernelCache) -> Result<(), CompileError> {
        if self.is_stale {
            self.compile(cache)?;
            self.is_stale = false;
            self.fill_in();
        }
        Ok(())
    }

    /// True if variables are to be stored that have no value yet.
    pub(crate) fn has_unfilled(&self) -> bool {
        !self.unfilled.is_empty()
    }

    /// Computes columns that were not stored until now, and follow the voltage: as at the start of the run, or as in the
    /// last step.
    pub(super) fn fill_in(&mut self) {
        let scratch = &mut self.workspace.scratch;
        let is_start = self.state.advances == 0;
        for (k, column) in std::mem::take(&mut self.unfilled) {
            let (installed, block, v) = (&self.installed[k], &mut self.state.blocks[k], &self.state.v);
            let (kernel, mut copy) = (&*self.kernels[k], block.clone());
            for piece in installed.pieces() {
                match is_start {
                    true => installed.initialize(kernel, piece, v, &mut copy, scratch, &mut Outbox::default()),
                    false => installed.advance(piece, kernel, 0.0, v, &mut copy, scratch),
                }
            }
            (0..block.len()).for_each(|instance| block.set(column, instance, copy.value(column, instance)));
        }
    }

    /// Notes that a column is stored, and has no value.
    pub(super) fn note_unfilled(&mut self, installed: usize, column: usize) {
        if !self.unfilled.contains(&(installed, column)) {
            self.unfilled.push((installed, column));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{Responder, builtin, cable, cell, placed, started};

    /// Two cells of three segments, with `pas` at 1 and 3, of two conductances, and responders at 2.
    fn cells() -> Cells {
        let mut pas = placed(&builtin("pas"), 4, &[1, 3]);
        pas.block.set(0, 1, 0.5); // S/cm2
        let blueprint = cell(&cable(3), vec![pas, placed(&Responder::point(), 7, &[2, 2])]);
        started(&[blueprint.clone(), blueprint], Options::default(), |_, _| {})
    }

    fn membrane(order: u32, column: usize, instance: usize) -> Address {
        Address::Membrane { cell: 0, order, column, instance }
    }

    #[test]
    fn instances_are_numbered_in_the_order_of_the_cells_nodes() {
        let mut cells = cells();
        for cell in 0..2 {
            let found = [0, 1].map(|k| cells.find(cell, &membrane(4, 0, k)).and_then(|own| cells.value_at(own)));
            assert_eq!(found, [Some(0.001), Some(0.5)]);
        }
    }

    /// A point process at an end needs a row there, which is stored after all rows with area.
    #[test]
    fn the_order_of_nodes_counts_and_not_that_of_rows() {
        let mut synapses = placed(&builtin("ExpSyn"), 4, &[0, 2]);
        synapses.block.set(0, 1, 0.5); // ms
        let mut cells = started(&[cell(&cable(2), vec![synapses])], Options::default(), |_, _| {});
        assert_eq!(cells.layout.origin(cells.installed[0].rows[0] as usize), (0, 2));
        let found = [0, 1].map(|k| cells.find(0, &membrane(4, 0, k)).and_then(|own| cells.value_at(own)));
        assert_eq!(found, [Some(0.1), Some(0.5)]);
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        let mut cells = cells();
        let none = [membrane(4, 3, 0), membrane(4, 0, 2), membrane(5, 0, 0), Address::Celsius];
        assert!(none.iter().all(|address| cells.find(0, address).is_none()));
        assert!(cells.find(0, &Address::Voltage { cell: 0, node: 0 }).is_none(), "Fast has no row for it");
        assert!(cells.value_at(LocalQuantity::Voltage(6)).is_none());
        assert!(cells.value_at(LocalQuantity::Variable { installed: 2, column: 0, instance: 0 }).is_none());
        assert!(cells.value_at(LocalQuantity::Variable { installed: 0, column: 0, instance: 4 }).is_none());
    }

    #[test]
    fn a_set_variable_belongs_to_its_instance_and_has_kernels_compiled_anew() {
        let mut cells = cells();
        let [first, second] = [0, 1].map(|cell| cells.find(cell, &membrane(4, 1, 1)).expect("pas has it"));
        cells.set_value(LocalQuantity::Voltage(2), 0.0);
        assert!(!cells.is_stale);
        cells.set_value(second, -50.0);
        assert_eq!((cells.value_at(first), cells.value_at(second)), (Some(-70.0), Some(-50.0)));
        assert!(cells.is_stale);
        cells.compile_if_stale(&mut KernelCache::default()).expect("they compile");
        assert!(!cells.is_stale);
    }

    #[test]
    fn an_output_that_was_not_kept_is_kept_once_it_is_found() {
        let mut cells = cells();
        let current = cells.find(0, &membrane(4, 2, 0)).expect("pas has it");
        assert_eq!(cells.value_at(current), Some(0.0));
        cells.compile_if_stale(&mut KernelCache::default()).expect("they compile");
        cells.evaluate_currents(0.0);
        assert_eq!(cells.value_at(current), Some(0.001 * 5.0)); // mA/cm2
    }

    #[test]
    fn a_global_is_set_in_its_mechanism_alone() {
        let mut cells = cells();
        let identity = |cells: &Cells, k: usize| cells.installed[k].identity;
        let (pas, responder) = (identity(&cells, 0), identity(&cells, 1));
        assert_eq!(cells.globals_of(responder), Some(&[0.0][..]));
        cells.set_global(pas, 0, 3.0);
        cells.set_global(responder, 1, 3.0);
        cells.set_global(responder, 0, 0.0);
        assert!(!cells.is_stale, "nothing has changed");
        cells.set_global(responder, 0, 3.0);
        assert_eq!((cells.globals_of(responder), cells.globals_of(pas)), (Some(&[3.0][..]), None));
        assert!(cells.is_stale);
    }

    #[test]
    fn a_procedure_is_called_for_its_instance() {
        let mut cells = cells();
        let found = [0, 1].map(|cell| cells.find(cell, &membrane(7, Responder::FLAG, 0)).expect("it has it"));
        cells.set_value(LocalQuantity::Voltage(3), -30.0); // mV, of node 2 of the second cell
        assert_eq!(cells.layout.origin(3), (1, 2));
        assert_eq!(cells.call(found[1], "sum", &[1.0, 2.0], 5.0), Called::Result(-27.0));
        assert_eq!(found.map(|own| cells.value_at(own)), [Some(0.0), Some(5.0)]);
        assert!(cells.is_stale, "it may have changed what kernels were compiled for");
        assert_eq!(cells.call(found[1], "sum", &[1.0], 5.0), Called::WrongArguments { expected: 2 });
        assert_eq!(cells.call(found[1], "product", &[1.0, 2.0], 5.0), Called::NoProcedure);
        assert_eq!(cells.call(LocalQuantity::Voltage(0), "sum", &[1.0, 2.0], 5.0), Called::NoProcedure);
    }

    #[test]
    fn another_temperature_has_kernels_compiled_anew() {
        let mut cells = cells();
        cells.set_celsius(37.0);
        assert!(cells.is_stale && cells.options.celsius == 37.0); // degC
    }
}
