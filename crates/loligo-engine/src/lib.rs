//! The engine: advances a [`Blueprint`], a model given as arrays, in time.
//!
//! The engine works with indices, not names. It gathers cells into groups that fit a core's cache, advances each group
//! alone for an *epoch* (the steps between two exchanges of spikes, as many as the shortest delay between cells allows),
//! and then exchanges spikes. The step follows NEURON's rules: deliver the events due by the middle of the
//! step, evaluate currents there, solve, advance the voltage, then the states, record, deliver the events due by the
//! end.

mod address;
mod blueprint;
mod cache;
mod cells;
mod census;
mod communicator;
mod conductances;
mod cost;
mod coupling;
mod distribution;
mod emissions;
mod engine;
mod epoch;
mod error;
mod estimate;
mod event_names;
mod excess;
mod fingerprint;
mod globals;
mod inputs;
mod kernel_cache;
mod mechanism_times;
mod options;
mod player;
mod profile;
mod ranks;
mod router;
mod samples;
mod shape;
mod share;
mod spike;
mod state;
mod step;
mod stop;
#[cfg(test)]
mod test_models;
mod transfer;
mod usual_values;
mod waveform;

pub use address::{Address, Called};
pub use blueprint::{
    Blueprint, CellBlueprint, Connection, Connections, Placed, Pointer, Population, Quantity, Recording, Source,
    Target, Transfer, VariablePlace,
};
pub use census::ConnectionCensus;
#[cfg(feature = "mpi")]
pub use communicator::Mpi;
pub use communicator::{Alone, CommunicationError, Communicator, Messages, Threads};
pub use engine::{Engine, Handle, sample_times};
pub use epoch::{Epoch, EpochBound};
pub use error::{EngineError, Sender, SendingFault};
pub use estimate::{Estimate, MemoryPart, ModelCounts};
pub use excess::{Excess, USUAL_VOLTAGE};
pub use mechanism_times::MechanismTime;
pub use options::{Distribution, Options, SecondOrder};
pub use profile::{Phase, Profile};
pub use spike::Spike;
pub use state::State;
pub use stop::StopRequest;
pub use waveform::Waveform;
