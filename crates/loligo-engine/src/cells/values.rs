//! Values of a group that are read and set from outside, between steps.

use loligo_mechanisms::{CompileError, Identity, Role};

use super::{Cells, LocalQuantity};
use crate::engine::{Address, Called};
use crate::kernel_cache::KernelCache;
use crate::router::set_global;

impl Cells {
    /// Finds a value of a cell, which is number `own_cell` among those of its rank.
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
                Some(LocalQuantity::Variable { installed, column, instance })
            }
            _ => None,
        }
    }

    /// A value, if there is such a one.
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

    /// Sets a voltage or a variable of a mechanism.
    pub(crate) fn set_value(&mut self, quantity: LocalQuantity, value: f64) {
        match quantity {
            LocalQuantity::Voltage(row) => self.state.v[row] = value, // mV
            LocalQuantity::Variable { .. } => {
                self.note_change(quantity);
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

    /// Calls a procedure of the instance to which a variable belongs, at `t` (ms); nothing if it is no such variable.
    pub(crate) fn call(&mut self, quantity: LocalQuantity, name: &str, arguments: &[f64], t: f64) -> Called {
        let LocalQuantity::Variable { installed: k, instance, .. } = quantity else { return Called::NoProcedure };
        let installed = &self.installed[k];
        let procedures = &installed.signature.procedures;
        let Some(procedure) = procedures.iter().position(|procedure| procedure.name == name) else {
            return Called::NoProcedure;
        };
        let expected = procedures[procedure].arguments.len();
        if arguments.len() != expected {
            return Called::WrongArguments { expected };
        }
        let alone = instance..instance + 1;
        let v = self.state.v[installed.rows[instance] as usize]; // mV
        self.pointers.read(k, alone.clone(), &self.state.v, &mut self.state.blocks);
        let own = self.state.blocks[k].instances(alone.clone(), &mut self.workspace.scratch.kernel);
        let result = self.kernels[k].call(procedure, arguments, (t, v), own);
        self.pointers.write(k, alone, &mut self.state.v, &mut self.state.blocks);
        self.is_stale = true;
        Called::Result(result)
    }

    /// The globals of a mechanism, if it is here.
    pub(crate) fn globals_of(&self, mechanism: Identity) -> Option<&[f64]> {
        self.globals().find(|(own, _)| *own == mechanism).map(|(_, globals)| globals)
    }

    /// The globals of all mechanisms here that have some.
    pub(crate) fn globals(&self) -> impl Iterator<Item = (Identity, &[f64])> {
        let with_globals = self.installed.iter().filter(|installed| !installed.globals.is_empty());
        with_globals.map(|installed| (installed.identity, &*installed.globals))
    }

    /// Sets a global of a mechanism.
    pub(crate) fn set_global(&mut self, mechanism: Identity, global: usize, value: f64) {
        for (index, installed) in self.installed.iter_mut().enumerate() {
            if installed.identity == mechanism && set_global(&mut installed.globals, global, value) {
                self.ions.take_globals(index, &installed.globals);
                self.is_stale = true;
            }
        }
    }

    pub(crate) fn set_celsius(&mut self, celsius: f64) {
        self.options.celsius = celsius;
        self.ions.set_celsius(celsius);
        self.is_stale = true;
    }

    /// Compiles the mechanisms anew, if values have changed for which they were compiled.
    pub(crate) fn compile_if_stale(&mut self, cache: &mut KernelCache) -> Result<(), CompileError> {
        if self.is_stale {
            self.compile(cache)?;
            self.is_stale = false;
        }
        Ok(())
    }
}
