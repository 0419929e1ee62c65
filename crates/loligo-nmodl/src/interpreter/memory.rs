//! The numbers that programs read and write.

use std::sync::Arc;

use loligo_mechanisms::{FunctionTable, Instances, Outbox, Weights};
use loligo_random::Random123;

use super::fault::FaultReason;
use crate::program::Place;

/// Values that are the same for all instances while a hook runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constants<'a> {
    /// Values of the mechanism's globals.
    pub(super) globals: &'a [f64],
    /// For each column the model's first instance's value, if instances differ in it.
    pub(super) first_values: &'a [Option<f64>],
    /// The functions that are given as tables.
    pub(super) function_tables: &'a [Arc<FunctionTable>],
    /// The whole step, ms.
    pub(super) dt: f64,
    /// Temperature, degC.
    pub(super) celsius: f64,
    /// `true` if the step is of second order.
    pub(super) second_order: bool,
}

/// The model's first instance's value of a column, if instances differ in it.
pub(super) fn first_value(first_values: &[Option<f64>], column: u32) -> Option<f64> {
    first_values.get(column as usize).copied().flatten()
}

/// Data of an event or of the start of a run.
#[derive(Debug, Default)]
pub(super) struct EventPart<'a> {
    /// 0 for an event from a connection.
    pub(super) flag: f64,
    /// Weights of the connections to the instance.
    pub(super) weights: Option<Weights<'a>>,
    /// The connection that a loop over all connections has reached.
    pub(super) visited: Option<usize>,
    /// Receives the events and spikes that are sent.
    pub(super) outbox: Option<&'a mut Outbox>,
}

/// All numbers that programs can access for the current instance.
#[derive(Debug)]
pub(super) struct Memory<'a> {
    pub(super) constants: Constants<'a>,
    pub(super) instances: Instances<'a>,
    /// Number of the current instance among `instances`.
    pub(super) instance: usize,
    /// Voltage, mV.
    pub(super) v: f64,
    /// Time, ms.
    pub(super) t: f64,
    /// The step that programs see, ms.
    pub(super) dt: f64,
    /// `true` while a table is checked for all instances, with the parameters of the model's first one.
    pub(super) is_for_all: bool,
    /// `true` while currents are evaluated at v + 0.001 mV.
    pub(super) is_shifted: bool,
    pub(super) event: EventPart<'a>,
    pub(super) temporaries: &'a mut [f64],
    /// By column: its value while a hook runs, if the column is computed but not stored.
    pub(super) unstored: &'a mut [Option<f64>],
}

impl Memory<'_> {
    /// Selects an instance and sets its voltage (mV).
    pub(super) fn turn_to(&mut self, instance: usize, v: f64) {
        self.instance = instance;
        self.v = v;
        self.dt = self.constants.dt;
        self.temporaries.fill(0.0);
    }

    /// The value of the model's first instance, while a table is checked for all of them.
    #[inline]
    fn first_value(&self, column: u32) -> Option<f64> {
        if self.is_for_all { first_value(self.constants.first_values, column) } else { None }
    }

    /// The present instance's own value of a column.
    #[inline]
    pub(super) fn own(&self, column: u32) -> f64 {
        match self.unstored.get(column as usize) {
            Some(Some(x)) => *x,
            _ => self.instances.value(column as usize, self.instance),
        }
    }

    /// The value of a column that programs see.
    #[inline]
    pub(super) fn column(&self, column: u32) -> f64 {
        self.first_value(column).unwrap_or_else(|| self.own(column))
    }

    #[inline]
    pub(super) fn set_column(&mut self, column: u32, x: f64) {
        match self.unstored.get_mut(column as usize) {
            Some(Some(own)) => *own = x,
            _ => self.instances.set(column as usize, self.instance, x),
        }
    }

    pub(super) fn read(&self, place: Place) -> Result<f64, FaultReason> {
        Ok(match place {
            Place::Column(column) => self.column(column),
            Place::Global(global) => self.constants.globals[global as usize],
            Place::Temporary(temporary) => self.temporaries[temporary as usize],
            Place::Weight(weight) => {
                let weights = self.event.weights.as_ref();
                let own = weights.and_then(|weights| weights.get(weight as usize));
                own.ok_or(FaultReason::NoWeight { weight })?
            }
            Place::VisitedWeight(weight) => {
                return Err(FaultReason::NoWeight { weight }); // `visited` reads and changes these
            }
            Place::Voltage => self.v,
            Place::Time => self.t,
            Place::Step => self.dt,
            Place::Celsius => self.constants.celsius,
            Place::Flag => self.event.flag,
            Place::SecondOrder => f64::from(u8::from(self.constants.second_order)),
            Place::ShiftedEvaluation => f64::from(u8::from(self.is_shifted)),
        })
    }

    pub(super) fn write(&mut self, place: Place, x: f64) -> Result<(), FaultReason> {
        match place {
            Place::Column(column) => self.set_column(column, x),
            Place::Temporary(temporary) => self.temporaries[temporary as usize] = x,
            Place::Weight(weight) => {
                let own = self.event.weights.as_mut().map(Weights::own);
                let own = own.and_then(|own| own.get_mut(weight as usize));
                *own.ok_or(FaultReason::NoWeight { weight })? = x;
            }
            Place::VisitedWeight(weight) => *self.visited(weight)? = x,
            Place::Voltage => self.v = x,
            Place::Time => self.t = x,
            Place::Step => self.dt = x,
            // Verified programs do not write these.
            Place::Global(_) | Place::Celsius | Place::Flag | Place::SecondOrder | Place::ShiftedEvaluation => {}
        }
        Ok(())
    }

    /// A random stream of the current instance.
    pub(super) fn stream(&mut self, stream: u32) -> &mut Random123 {
        self.instances.stream(self.instance, stream as usize)
    }

    /// The value of a variable of the current instance `lag` ms ago, of which `x` is the present value.
    pub(super) fn lagged(&mut self, history: u32, x: f64, lag: f64) -> Option<f64> {
        self.instances.history(self.instance, history as usize).lagged(x, self.t, lag)
    }

    /// A list of the current instance.
    pub(super) fn list(&self, list: u32) -> &[f64] {
        self.instances.vector(list as usize, self.instance)
    }

    /// A weight of the connection that the loop over connections has reached.
    pub(super) fn visited(&mut self, weight: u32) -> Result<&mut f64, FaultReason> {
        let EventPart { visited, weights, .. } = &mut self.event;
        let (Some(connection), Some(weights)) = (*visited, weights) else {
            return Err(FaultReason::NoWeight { weight });
        };
        weights.of_connection(connection).get_mut(weight as usize).ok_or(FaultReason::NoWeight { weight })
    }
}
