//! Values of a running engine, to be read and set between steps.

use loligo_mechanisms::Identity;

use super::Engine;
use crate::address::{Address, Called};
use crate::cells::LocalQuantity;
use crate::error::EngineError;

/// degC.
const ABSOLUTE_ZERO: f64 = -273.15;

/// Refers to a value of one engine.
#[derive(Clone, Copy, Debug)]
pub struct Handle(Location);

#[derive(Clone, Copy, Debug)]
enum Location {
    Group { group: u32, quantity: LocalQuantity },
    Artificial { population: u32, column: u32, instance: u32 },
    Weight { route: u32, weight: u32 },
    Global { mechanism: Identity, global: u32 },
    Celsius,
    Elsewhere,
}

impl Engine {
    /// Finds a value; `None` if the model has no such value. An output that was not kept is kept from now on;
    /// until the next step it is 0, unless it follows the voltage.
    pub fn find(&mut self, address: &Address) -> Option<Handle> {
        let place = match *address {
            Address::Voltage { cell, .. } | Address::Membrane { cell, .. } => {
                let Some(own) = self.cells.iter().position(|&own| own == cell) else {
                    return Some(Handle(Location::Elsewhere));
                };
                let group = self.group_of_cell[own];
                let cells = &mut self.groups[group].cells;
                let quantity = cells.find(own, address)?;
                if cells.has_unfilled() {
                    // An error comes again, and is returned, when the next step is made.
                    let _ = cells.compile_if_stale(&mut self.kernels);
                }
                Location::Group { group: group as u32, quantity }
            }
            Address::Artificial { population, column, instance } => {
                let cells = self.router.populations.get(population)?;
                match cells.instances.binary_search(&(instance as u32)) {
                    Ok(_) if column >= cells.block.width() => return None,
                    Ok(own) => Location::Artificial {
                        population: population as u32,
                        column: column as u32,
                        instance: own as u32,
                    },
                    Err(_) => Location::Elsewhere,
                }
            }
            Address::Weight { connection, weight } => {
                let route = u32::try_from(connection).ok().and_then(|connection| self.router.route(connection));
                let Some(route) = route else { return Some(Handle(Location::Elsewhere)) };
                match self.weights_mut(route) {
                    Some(weights) if weight >= weights.len() => return None,
                    Some(_) => Location::Weight { route, weight: weight as u32 },
                    None => Location::Elsewhere,
                }
            }
            Address::Global { mechanism, global } => Location::Global { mechanism, global: global as u32 },
            Address::Celsius => Location::Celsius,
        };
        Some(Handle(place))
    }

    /// The present value of a handle; NaN if it is in another rank. `None` for the handle of another engine.
    pub fn read(&self, handle: Handle) -> Option<f64> {
        match handle.0 {
            Location::Group { group, quantity } => self.groups.get(group as usize)?.cells.value_at(quantity),
            Location::Artificial { population, column, instance } => {
                let block = &self.router.populations.get(population as usize)?.block;
                let exists = (column as usize) < block.width() && (instance as usize) < block.len();
                exists.then(|| block.value(column as usize, instance as usize))
            }
            Location::Weight { route, weight } => {
                let weights = self.weights(route)?;
                weights.get(weight as usize).copied()
            }
            Location::Global { mechanism, global } => {
                let of_groups = self.groups.iter().find_map(|group| group.cells.globals_of(mechanism));
                let globals = of_groups.or_else(|| self.router.globals_of(mechanism));
                globals.map_or(Some(f64::NAN), |globals| globals.get(global as usize).copied())
            }
            Location::Celsius => Some(self.options.celsius),
            Location::Elsewhere => Some(f64::NAN),
        }
    }

    /// The smallest and the largest value that can be set: those of a parameter's range.
    pub fn range(&self, handle: Handle) -> (f64, f64) {
        let any = (f64::MIN, f64::MAX);
        match handle.0 {
            Location::Group { group, quantity } => {
                self.groups.get(group as usize).map_or(any, |group| group.cells.range(quantity))
            }
            Location::Artificial { population, column, .. } => self
                .signature_of_population(population as usize)
                .filter(|signature| (column as usize) < signature.width())
                .map_or(any, |signature| signature.variable(column as usize).range),
            Location::Global { mechanism, global } => {
                let here = self.groups.iter().find_map(|group| group.cells.range_of_global(mechanism, global as usize));
                here.unwrap_or(any)
            }
            Location::Celsius => (ABSOLUTE_ZERO.next_up(), f64::MAX),
            Location::Weight { .. } | Location::Elsewhere => any,
        }
    }

    /// Sets the value of a handle, with effect from the next step on; does nothing if it is in another rank. Returns
    /// false for the handle of another engine. Kernels that were compiled for the old value are recompiled before the
    /// next step.
    pub fn set(&mut self, handle: Handle, value: f64) -> bool {
        if self.read(handle).is_none() {
            return false;
        }
        match handle.0 {
            Location::Group { group, quantity } => self.groups[group as usize].cells.set_value(quantity, value),
            Location::Artificial { population, column, instance } => {
                let population = &mut self.router.populations[population as usize];
                population.block.set(column as usize, instance as usize, value);
                population.kernel_is_stale = true;
            }
            Location::Weight { route, weight } => {
                if let Some(weights) = self.weights_mut(route) {
                    weights[weight as usize] = value;
                }
            }
            Location::Global { mechanism, global } => {
                self.groups.iter_mut().for_each(|group| group.cells.set_global(mechanism, global as usize, value));
                self.router.set_global(mechanism, global as usize, value);
            }
            Location::Celsius => self.set_celsius(value),
            Location::Elsewhere => {}
        }
        true
    }

    /// Calls a procedure of the mechanism instance that has the handle's variable.
    ///
    /// # Errors
    /// A kernel that cannot be compiled for values that were set.
    pub fn call(&mut self, handle: Handle, name: &str, arguments: &[f64]) -> Result<Called, EngineError> {
        if let Location::Group { group, quantity } = handle.0
            && let Some(group) = self.groups.get_mut(group as usize)
        {
            group.cells.store_followers(quantity);
        }
        self.compile_stale()?;
        Ok(match handle.0 {
            Location::Elsewhere => Called::Result(f64::NAN),
            Location::Group { group, quantity } if self.read(handle).is_some() => {
                self.groups[group as usize].cells.call(quantity, name, arguments, self.clock.t)
            }
            _ => Called::NoProcedure,
        })
    }

    pub(super) fn set_celsius(&mut self, celsius: f64) {
        self.options.celsius = celsius;
        self.groups.iter_mut().for_each(|group| group.cells.set_celsius(celsius));
        self.router.populations.iter_mut().for_each(|population| population.kernel_is_stale = true);
        // The cache does not compare the run's own conditions, such as the temperature.
        self.kernels.clear();
    }

    /// Recompiles the kernels for which values have changed.
    pub(super) fn compile_stale(&mut self) -> Result<(), EngineError> {
        for group in &mut self.groups {
            group.cells.compile_if_stale(&mut self.kernels)?;
        }
        self.router.compile(&self.options, &mut self.kernels)?;
        // Values that are set repeatedly leave unused kernels in the cache.
        self.kernels.retain_used();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{MIDDLE, Responder, builtin, connection, connections, population, ring, running};
    use crate::{Blueprint, Target};

    /// A ring with two responders that are artificial cells, of which the second has a connection.
    fn blueprint() -> Blueprint {
        let mut blueprint = ring(3, Responder::SILENT);
        let to_artificial = connection(None, Some(Target::Artificial { population: 0, instance: 1 }), 1.0, 0.5);
        blueprint.populations = vec![population(&Responder::artificial(), 2)];
        let own: Vec<_> =
            blueprint.connections.iter().chain([to_artificial, connection(None, None, 1.0, 2.0)]).collect();
        blueprint.connections = connections(own);
        blueprint
    }

    fn membrane(cell: usize, order: u32, column: usize) -> Address {
        Address::Membrane { cell, order, column, instance: 0 }
    }

    fn all() -> Vec<(Address, f64)> {
        let responder = Responder::artificial().identity();
        vec![
            (Address::Voltage { cell: 2, node: MIDDLE }, -65.0),
            (membrane(1, 0, 1), -70.0),
            (Address::Artificial { population: 0, column: Responder::DELAY, instance: 1 }, 1.0),
            (Address::Weight { connection: 1, weight: 0 }, 0.01),
            (Address::Weight { connection: 3, weight: 0 }, 0.5),
            (Address::Global { mechanism: responder, global: 0 }, 0.0),
            (Address::Celsius, 6.3),
        ]
    }

    #[test]
    fn every_value_is_read_set_and_read_again() {
        let mut engine = running(blueprint(), Options { group_nodes: 1, ..Options::default() });
        for (address, value) in all() {
            let handle = engine.find(&address).expect("the model has it");
            assert_eq!(engine.read(handle), Some(value), "{address:?}");
            assert!(engine.set(handle, 7.0));
            assert_eq!(engine.read(handle), Some(7.0), "{address:?}");
            assert!(engine.set(handle, value));
        }
        engine.advance(10).expect("nothing has changed");
    }

    #[test]
    fn kernels_are_compiled_anew_for_values_that_were_set() {
        let mut engine = running(blueprint(), Options::default());
        let address = Address::Artificial { population: 0, column: Responder::DELAY, instance: 1 };
        let handle = engine.find(&address).expect("the model has it");
        assert!(!engine.router.populations[0].kernel_is_stale);
        assert!(engine.set(handle, 7.0) && engine.router.populations[0].kernel_is_stale);
        engine.advance(1).expect("it goes on");
        assert!(!engine.router.populations[0].kernel_is_stale);
        let celsius = engine.find(&Address::Celsius).expect("every model has it");
        assert!(engine.set(celsius, 20.0) && engine.router.populations[0].kernel_is_stale);
    }

    #[test]
    fn procedures_are_called_at_the_present_time() {
        let mut engine = running(blueprint(), Options::default());
        engine.advance(4).expect("it goes on");
        let flag = engine.find(&membrane(1, 2, Responder::FLAG)).expect("it has it");
        let v = engine.find(&Address::Voltage { cell: 1, node: MIDDLE }).expect("the cell is here");
        let expected = engine.read(v).map(|v| Called::Result(1.0 + v));
        assert_eq!(engine.call(flag, "sum", &[1.0, 0.0]).ok(), expected);
        assert_eq!(engine.read(flag), Some(engine.time()));
        assert_eq!(engine.call(v, "sum", &[1.0, 0.0]), Ok(Called::NoProcedure));
        let elsewhere = engine.find(&Address::Voltage { cell: 9, node: 0 }).expect("another rank may have it");
        assert!(matches!(engine.call(elsewhere, "sum", &[]), Ok(Called::Result(result)) if result.is_nan()));
    }

    #[test]
    fn what_the_model_does_not_have_is_not_found() {
        let mut engine = running(blueprint(), Options::default());
        let none = [
            Address::Voltage { cell: 0, node: 99 },
            membrane(0, 0, 99),
            membrane(0, 9, 0),
            Address::Artificial { population: 1, column: 0, instance: 0 },
            Address::Artificial { population: 0, column: 99, instance: 0 },
            Address::Weight { connection: 0, weight: 1 },
        ];
        assert!(none.iter().all(|address| engine.find(address).is_none()));
    }

    #[test]
    fn what_is_elsewhere_is_nan_and_setting_it_does_nothing() {
        let mut engine = running(blueprint(), Options::default());
        let elsewhere = [
            Address::Voltage { cell: 9, node: 0 },
            Address::Artificial { population: 0, column: 0, instance: 9 },
            Address::Weight { connection: 4, weight: 0 },
            Address::Weight { connection: 99, weight: 0 },
            Address::Global { mechanism: Identity(1), global: 0 },
        ];
        for address in elsewhere {
            let handle = engine.find(&address).expect("another rank may have it");
            assert!(engine.read(handle).is_some_and(f64::is_nan), "{address:?}");
            assert!(engine.set(handle, 1.0));
        }
    }

    #[test]
    fn handles_of_another_engine_are_refused() {
        let mut engine = running(blueprint(), Options { group_nodes: 1, ..Options::default() });
        let handles: Vec<_> = all()[..5].iter().filter_map(|(address, _)| engine.find(address)).collect();
        let mut other = running(Blueprint::default(), Options::default());
        assert_eq!(handles.len(), 5);
        for handle in handles {
            assert_eq!(other.read(handle), None, "{handle:?}");
            assert!(!other.set(handle, 1.0));
        }
    }

    #[test]
    fn what_is_set_acts_from_the_next_step_on() {
        let mut engine = running(blueprint(), Options::default());
        let e = engine.find(&membrane(0, 0, 1)).expect("pas has it");
        let v = engine.find(&Address::Voltage { cell: 0, node: MIDDLE }).expect("the cell is here");
        assert!(engine.set(e, -65.0));
        engine.advance(1).expect("it goes on");
        assert_eq!(engine.read(v), Some(-65.0), "nothing drives it away");
        assert!(engine.set(v, -40.0));
        engine.advance(1).expect("it goes on");
        let expected = -65.0 + 25.0 / 1.025; // mV
        assert!(engine.read(v).is_some_and(|v| (v - expected).abs() < 1e-9));
    }

    #[test]
    fn an_output_that_was_not_kept_is_kept_once_it_is_found() {
        let mut engine = running(blueprint(), Options::default());
        let current = engine.find(&membrane(0, 0, 2)).expect("pas has it");
        assert_eq!(engine.read(current), Some(0.0));
        engine.advance(1).expect("it goes on");
        assert_eq!(engine.read(current), Some(0.001 * 5.0)); // mA/cm2
        assert_eq!(builtin("pas").signature().column("i"), Some(2));
    }
}
