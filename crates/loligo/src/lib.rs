//! Loligo: compartmental neuron simulation with NEURON's numbers.
//!
//! A description is a value: [`Cell`]s of sections with [`Mechanism`]s, joined to a [`Network`] by connections. A
//! [`Simulation`] turns the description into arrays and advances time.
//!
//! ```
//! use loligo::prelude::*;
//!
//! // The squid's giant axon, as one compartment, with a current step.
//! let mut cell = Cell::new("squid");
//! let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
//! cell.paint(Region::All, Hh::default());
//! cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 10.0, amp: 0.3 }); // ms, ms, nA
//!
//! let mut network = Network::new();
//! let cell = network.add_cell(cell);
//! network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0); // mV
//! let v = network.record(VariableRef::voltage(cell, soma, 0.5));
//!
//! let mut simulation = Simulation::new(&network, &Options { numerics: Numerics::Exact, ..Options::default() })?;
//! simulation.run_until(20.0)?; // ms
//! assert_eq!(simulation.spikes().len(), 1);
//! assert_eq!(simulation.samples(v)?[0], -65.0); // mV
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Overview
//!
//! | task | see |
//! |---|---|
//! | find a name of NEURON or neurodamus | [`guide::names`] |
//! | build cells, or read them from files | [`guide::cells`]; [`CellBuilder`], [`Cell::from_morphology`], [`Section`] |
//! | put channels and synapses on them | [`guide::mechanisms`]; [`mechanisms`], [`Region`], [`SpatialProfile`] |
//! | find places on them by region and distance | [`Cell::region`]; [`Selection`], [`Cell::read_places`] |
//! | use mechanisms of `.mod` files | [`nmodl::load`], [`Network::with_catalogue`] |
//! | stimulate them | [`guide::stimuli`]; [`SignalSource`], [`CurrentSource`], [`ConductanceSource`], [`mechanisms::IClamp`] |
//! | connect them | [`Network`]; [`Connection`], [`NetCon`], [`Connections::update_all`], [`Network::gap_junction`] |
//! | run many variants of one cell | [`Network::add_ensemble`], [`ParameterTable`] |
//! | record, and write results during a run | [`Network::record`], [`Simulation::run_into`], [`Sink`], [`TraceFiles`]; [`guide::files`] |
//! | draw random numbers | [`guide::random`]; [`mod@random`] |
//! | interrupt and continue a run | [`guide::checkpoints`]; [`Checkpoint`] |
//! | read models from TOML, or run them with neurodamus's options | the crate `loligo-format` |
//! | use threads, ranks, other arithmetic | [`Options`], [`Simulation::with_communicator`], [`Numerics`] |
//!
//! Units are NEURON's throughout: ms, mV, um, nA and uS for point processes, mA/cm2 and S/cm2 for the membrane, ohm cm,
//! uF/cm2, mM, degC.

mod cell;
mod draw_stream;
mod error;
pub mod guide;
mod lowering;
mod name_index;
pub mod names;
mod network;
mod pattern;
mod plausibility;
mod shared;
mod simulation;
pub mod stimulus;

pub use cell::build_error::BuildError;
pub use cell::builder::CellBuilder;
pub use cell::mechanism::Mechanism;
pub use cell::mechanism::builtin as mechanisms;
pub use cell::own_values::{OwnValues, ParameterRef};
pub use cell::place::{Place, PlaceError};
pub use cell::pruning::PruneError;
pub use cell::region::Region;
pub use cell::section::{Section, SectionInfo};
pub use cell::section_property::SectionProperty;
pub use cell::selection::Selection;
pub use cell::spatial_profile::{Curve, SegmentPlace, SpatialProfile};
pub use cell::topology::Topology;
pub use cell::{Cell, PaintedMechanism, PointProcess};
pub use draw_stream::{ConnectionDraw, DrawStream, with_repetitions};
pub use error::{ModelError, ModelErrors};
pub use loligo_cable::{
    Cable, CableError, Discretization, LEAST_CAPACITANCE, LEAST_DIAMETER, LEAST_LENGTH, SectionGeometry, Shape,
    arc_lengths, assign_segment_diameters, lambda_f, segment_middles,
};
#[cfg(feature = "mpi")]
pub use loligo_engine::Mpi;
pub use loligo_engine::{
    Alone, CommunicationError, Communicator, Distribution, Epoch, EpochBound, Estimate, MechanismTime, MemoryPart,
    Messages, ModelCounts, Options, Phase, Profile, SecondOrder, StopRequest, Threads, Waveform, sample_times,
};
pub use loligo_mechanisms as kernels;
pub use loligo_mechanisms::math::Lanes;
pub use loligo_mechanisms::{
    Argument, Catalogue, CatalogueError, Kind, Numerics, RandomDistribution, Role, SetUpCall, SetUpError, Signature,
    Variable, nernst,
};
pub use loligo_morphology as morphology;
pub use loligo_morphology::{Attachment, End, Point3d, SectionKind};
pub use loligo_nmodl as nmodl;
pub use loligo_random as random;
pub use lowering::model_part::ModelPart;
pub use network::Network;
pub use network::connection::Connection;
pub use network::connections::{ConnectionCounts, ConnectionView, Connections};
pub use network::connections_table::CONNECTION_COLUMNS;
pub use network::intervention::{Intervention, ValueRef};
pub use network::parameter_table::{ParameterTable, TableError, TableErrors};
pub use network::parts::{ArtificialCell, GapJunction, PlayedWaveform, Pointer, Recording, Transfer, WeightChange};
pub use network::positions::{Point, Positions, PositionsError};
pub use network::references::{GapSide, Location, SourceRef, TargetRef, VariableRef};
pub use network::synapse::{CellSynapse, NetCon};
pub use network::table_rows;
pub use network::table_text;
pub use pattern::connection_pattern::{ConnectionPattern, check_velocity};
pub use pattern::error::PatternError;
pub use pattern::probability::{ConnectionProbability, DistanceCurve};
pub use pattern::random_pattern::{Partners, RandomPattern};
pub use pattern::random_value::RandomValue;
pub use pattern::side::{PatternCell, PatternSide};
pub use plausibility::{ImplausibleValue, PlausibilityRule, UsualRange};
pub use shared::Shared;
pub use simulation::checkpoint::Checkpoint;
pub use simulation::error::{CheckpointError, SimulationError, SinkError};
pub use simulation::recorded::{Recorded, Sink, Spike, SpikeCounts};
pub use simulation::schedule::Handle;
pub use simulation::trace_files::TraceFiles;
pub use simulation::unusual_voltage::UnusualVoltage;
pub use simulation::{Progress, Simulation};
pub use stimulus::{
    AttachError, AttachedSource, ConductanceSource, CurrentSource, ShotNoise, SignalError, SignalFileError,
    SignalSource,
};

/// The items that most models need: `use loligo::prelude::*;`.
pub mod prelude {
    pub use crate::mechanisms::*;
    pub use crate::random::Random123;
    pub use crate::{
        ArtificialCell, Attachment, Cell, CellBuilder, CellSynapse, ConductanceSource, Connection, ConnectionPattern,
        ConnectionProbability, CurrentSource, Curve, Discretization, DistanceCurve, DrawStream, End, GapSide, Location,
        Mechanism, NetCon, Network, Numerics, Options, ParameterRef, ParameterTable, Partners, PatternCell,
        PatternSide, Point3d, Positions, RandomPattern, RandomValue, Region, SecondOrder, Section, SectionKind,
        ShotNoise, SignalSource, Simulation, SourceRef, SpatialProfile, TargetRef, VariableRef, Waveform,
    };
}
