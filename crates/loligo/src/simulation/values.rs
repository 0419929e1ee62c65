//! Reads and sets values of a simulation between steps.

use loligo_engine::{Address, Called};
use loligo_io::closest;

use crate::error::{ModelError, ModelErrors};
use crate::lowering::find_on_cell;
use crate::lowering::globals::address_of_global;
use crate::network::intervention::ValueRef;
use crate::network::references::VariableRef;
use crate::simulation::Simulation;
use crate::simulation::error::SimulationError;
use crate::simulation::schedule::Handle;

impl Simulation {
    /// Makes a handle by which a value can be [read](Self::read) and [set](Self::set), in this simulation only. Every
    /// rank must make the call.
    ///
    /// # Errors
    /// A value that the network does not have, with a suggestion.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// use loligo::ValueRef;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// let e = simulation.handle(&VariableRef::section(cell, soma, 0.5, "e_pas").into())?;
    /// let v = simulation.handle(&VariableRef::voltage(cell, soma, 0.5).into())?;
    /// for step in 0..4 {
    ///     simulation.set(e, simulation.read(e)? - 1.0)?; // mV
    ///     simulation.run_until(100.0 * f64::from(step + 1))?; // ms
    /// }
    /// assert!((simulation.read(v)? + 69.0).abs() < 1e-3); // mV
    /// assert!(simulation.handle(&VariableRef::section(cell, soma, 0.5, "e_pass").into()).is_err());
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn handle(&mut self, value: &ValueRef) -> Result<Handle, SimulationError> {
        let address = self.address(value).map_err(ModelErrors)?;
        let place = self.engine.find(&address).ok_or_else(|| {
            let reason = "is not stored by itself; record it";
            ModelErrors(vec![ModelError::NotSettable { value: self.name_of_value(value), reason }])
        })?;
        Ok(Handle(place))
    }

    /// The present value of a handle; NaN in ranks that do not have it. Outputs of mechanisms that were not requested
    /// before are 0 until the next step.
    ///
    /// # Errors
    /// The handle of another simulation, if that can be detected.
    pub fn read(&self, handle: Handle) -> Result<f64, SimulationError> {
        self.engine.read(handle.0).ok_or(SimulationError::ForeignHandle)
    }

    /// Sets the value of a handle, from the next step on; every rank must make the call. The value is kept by
    /// [`initialize`](Self::initialize), as in NEURON, unless that computes it again, and is part of a
    /// [checkpoint](Self::checkpoint).
    ///
    /// # Errors
    /// The handle of another simulation, if that can be detected; a value that is not finite, or outside the range of
    /// its parameter.
    pub fn set(&mut self, handle: Handle, value: f64) -> Result<(), SimulationError> {
        if !value.is_finite() {
            let (place, remedy) = ("a value".to_owned(), "give a finite one");
            return Err(ModelErrors(vec![ModelError::Value { place, what: "value", value, remedy }]).into());
        }
        let (low, high) = self.engine.range(handle.0);
        if !(low..=high).contains(&value) {
            let (place, remedy) =
                ("a value".to_owned(), "give one in the parameter's range (Signature, or `loligo mechanisms`)");
            return Err(ModelErrors(vec![ModelError::Value { place, what: "value", value, remedy }]).into());
        }
        match self.engine.set(handle.0, value) {
            true => Ok(()),
            false => Err(SimulationError::ForeignHandle),
        }
    }

    /// Calls a procedure (a PROCEDURE or FUNCTION in NMODL) of an instance of a mechanism on a cell; `instance` is a
    /// handle of any of its variables. Returns its result, or NaN in ranks that do not have the instance. Every rank
    /// must make the call.
    ///
    /// # Errors
    /// No such procedure (also for an artificial cell or the handle of another simulation), a wrong number of
    /// arguments, a kernel that cannot be compiled for values that were set.
    pub fn call(&mut self, instance: Handle, procedure: &str, arguments: &[f64]) -> Result<f64, SimulationError> {
        let given = arguments.len();
        match self.engine.call(instance.0, procedure, arguments)? {
            Called::Result(result) => Ok(result),
            Called::NoProcedure => Err(SimulationError::NoProcedure { procedure: procedure.to_owned() }),
            Called::WrongArguments { expected } => {
                Err(SimulationError::ProcedureArguments { procedure: procedure.to_owned(), expected, given })
            }
        }
    }

    /// The address of a value, by the engine's numbers; or the reason why it cannot be found.
    fn address(&self, value: &ValueRef) -> Result<Address, Vec<ModelError>> {
        match value {
            ValueRef::Celsius => Ok(Address::Celsius),
            &ValueRef::Weight { connection, weight } if connection < self.starts.len() => {
                Ok(Address::Weight { connection, weight })
            }
            &ValueRef::Weight { connection: index, .. } => {
                Err(vec![ModelError::Missing { place: "a weight".to_owned(), what: "connection", index }])
            }
            ValueRef::Global { mechanism, global } => {
                address_of_global(self.parts.catalogue(), mechanism, global).map_err(|error| vec![error])
            }
            ValueRef::Variable(variable) => self.address_of_variable(variable),
        }
    }

    fn address_of_variable(&self, variable: &VariableRef) -> Result<Address, Vec<ModelError>> {
        let place = || "a value".to_owned();
        if let VariableRef::Artificial { cell, variable } = variable {
            let missing = || ModelError::Missing { place: place(), what: "artificial cell", index: *cell };
            let found = self.artificial_cells.get(*cell).and_then(|(name, place)| Some((name, (*place)?)));
            let (name, (population, instance)) = found.ok_or_else(|| vec![missing()])?;
            let signature = self.engine.signature_of_population(population).ok_or_else(|| vec![missing()])?;
            let column = signature.column(variable).ok_or_else(|| {
                vec![ModelError::UnknownVariable {
                    place: name.clone(),
                    location: name.clone(),
                    variable: variable.clone(),
                    suggestion: closest(variable, signature.column_names()),
                }]
            })?;
            return Ok(Address::Artificial { population, column, instance });
        }
        let missing = |what, index| vec![ModelError::Missing { place: place(), what, index }];
        let cell = match variable {
            VariableRef::Section { cell, .. }
            | VariableRef::Point { cell, .. }
            | VariableRef::Artificial { cell, .. } => *cell,
            VariableRef::GapJunction { junction, .. } => {
                self.parts.cell_of(variable).ok_or_else(|| missing("gap junction", *junction))?
            }
        };
        let description = self.cells.get(cell).ok_or_else(|| missing("cell", cell))?;
        match find_on_cell(&self.parts, cell, description, variable)? {
            Some(Address::Voltage { node, .. }) => Ok(Address::Voltage { cell, node }),
            Some(Address::Membrane { order, column, instance, .. }) => {
                Ok(Address::Membrane { cell, order, column, instance })
            }
            _ => {
                let reason = "follows from the step; record it";
                let value = self.name_of_value(&ValueRef::Variable(variable.clone()));
                Err(vec![ModelError::NotSettable { value, reason }])
            }
        }
    }

    /// A readable name of a value.
    fn name_of_value(&self, value: &ValueRef) -> String {
        match value {
            ValueRef::Celsius => "celsius".to_owned(),
            ValueRef::Weight { connection, weight } => format!("weight {weight} of connection {connection}"),
            ValueRef::Global { mechanism, global } => format!("{global} of {mechanism}"),
            ValueRef::Variable(variable) => match variable {
                VariableRef::Section { variable, .. }
                | VariableRef::Point { variable, .. }
                | VariableRef::Artificial { variable, .. }
                | VariableRef::GapJunction { variable, .. } => variable.clone(),
            },
        }
    }
}
