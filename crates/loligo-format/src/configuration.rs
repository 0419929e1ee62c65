#![doc = include_str!("configuration/guide.md")]
//!
//! # Names
//!
#![doc = include_str!("configuration/names.md")]

pub(crate) mod apply;
pub(crate) mod build;
pub(crate) mod check_connections;
pub(crate) mod circuit;
pub(crate) mod configured_circuit;
pub(crate) mod connection_conflict;
pub(crate) mod connection_override;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod input_file;
pub(crate) mod json;
pub(crate) mod load;
pub(crate) mod load_balance;
pub(crate) mod node_sets;
pub(crate) mod options;
pub(crate) mod read;
pub(crate) mod run;
pub(crate) mod seeds;
pub(crate) mod simulation_config;
pub(crate) mod source_text;
pub(crate) mod stdrun;
pub(crate) mod subjects;
pub(crate) mod subset;

pub use apply::Changes;
pub use check_connections::{ChainLink, ConnectionReport, ConnectionWarning, check_connections_configure};
pub use circuit::{CircuitConfig, MorphologyType};
pub use configured_circuit::{ConfiguredCircuit, DryRun, ModelStats};
pub use connection_conflict::ConnectionConflict;
pub use connection_override::{AssignedVariable, Assignment, ConnectionOverride};
pub use error::{ConfigurationError, ConfigurationErrors, OptionError, OptionProblem};
pub use input_file::find_input_file;
pub use load_balance::{AutoBalanceModeParams, BalanceReason, LoadBalanceMode};
pub use node_sets::{Node, NodeNames, NodeSet};
pub use options::{CliOptions, Feature, GlobalConfig, LogLevel, RestrictConnectivity, get_debug_cell_gid};
pub use run::{IntegrationMethod, RunConfig};
pub use seeds::RngConfig;
pub use simulation_config::SimulationConfig;
pub use source_text::SourceText;
pub use stdrun::NeuronStdrunDefaults;
