//! Checks the lists of numbers and function tables that the user gives to mechanisms.

use loligo_io::closest;
use loligo_mechanisms::Signature;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;

impl Lowering<'_> {
    /// Checks a list of numbers of a mechanism.
    pub(super) fn check_vector(
        &mut self,
        place: &dyn Fn() -> String,
        signature: &Signature,
        vector: &str,
        values: &[f64],
    ) {
        let (mechanism, name) = (signature.name.clone(), vector.to_owned());
        let Some(slot) = signature.vector(vector).map(|index| &signature.vectors[index]) else {
            let suggestion = closest(vector, signature.vectors.iter().map(|slot| &slot.name));
            self.errors.push(ModelError::UnknownVector { place: place(), mechanism, vector: name, suggestion });
            return;
        };
        if slot.is_times {
            self.check_times(place, values, true);
        } else if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let value = values[index];
            self.errors.push(ModelError::VectorValue { place: place(), mechanism, vector: name, index, value });
        }
    }

    /// Reports the function tables of a mechanism that are not set.
    pub(super) fn check_tables(&mut self, place: &dyn Fn() -> String, signature: &Signature) {
        let given = self.network.function_tables.get(&signature.name);
        for slot in &signature.tables {
            if !given.is_some_and(|given| given.contains_key(&slot.name)) {
                self.errors.push(ModelError::UnsetFunctionTable {
                    place: place(),
                    mechanism: signature.name.clone(),
                    table: slot.name.clone(),
                    example: slot.example(),
                });
            }
        }
    }

    /// Checks the function tables that are set.
    pub(super) fn function_tables(&mut self) {
        let network = self.network;
        self.errors.part = ModelPart::FunctionTables;
        for (name, tables) in &network.function_tables {
            let Some(known) = self.known(name) else {
                let suggestion = closest(name, self.catalogue.iter().map(|m| m.signature().name.as_str()));
                let place = "function tables".to_owned();
                self.errors.push(ModelError::UnknownMechanism { place, name: name.clone(), suggestion });
                continue;
            };
            let signature = known.signature();
            for (table, values) in tables {
                let (mechanism, table_name) = (name.clone(), table.clone());
                let Some(slot) = signature.table(table).map(|index| &signature.tables[index]) else {
                    let suggestion = closest(table, signature.tables.iter().map(|slot| &slot.name));
                    self.errors.push(ModelError::UnknownFunctionTable { mechanism, table: table_name, suggestion });
                    continue;
                };
                if let Some(given) = values.arguments().filter(|&given| given != slot.arguments.len()) {
                    let arguments = slot.arguments.clone();
                    let error = ModelError::FunctionTableArguments { mechanism, table: table_name, given, arguments };
                    self.errors.push(error);
                }
            }
        }
    }
}
