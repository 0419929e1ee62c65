//! The actions of a run, and the part of the circuit that is used.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::configuration::error::ConfigurationError;
use crate::configuration::load_balance::LoadBalanceMode;
use crate::configuration::node_sets::Node;

/// The actions of a run, and the part of the circuit that is used: neurodamus's `CliOptions`.
///
/// Paths are relative to the configuration's folder. Options for features that Loligo lacks are not here; in a file
/// they are an error with the reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CliOptions {
    /// `true`: memory and time are only estimated; false by default.
    pub dry_run: bool,
    /// `true`: the network is run after it has been built; true by default.
    pub simulate_model: bool,
    /// `true`: numbers of cells, sections, compartments and connections are printed; false by default.
    pub model_stats: bool,
    /// The folder of the output; by default `out/NAME` for the configuration `NAME.toml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_path: Option<PathBuf>,
    /// The distribution of cells to ranks; chosen by [`LoadBalanceMode::auto_select`] by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lb_mode: Option<LoadBalanceMode>,
    /// The number of ranks for the estimate of a dry run and for the load balance; 1 if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_target_ranks: Option<usize>,
    /// Selects the connections that are made; all by default.
    pub restrict_connectivity: RestrictConnectivity,
    /// The only features that are active; all if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restrict_features: Option<BTreeSet<Feature>>,
    /// The only populations of cells that are simulated, by the names of their entries in the circuit; all if not
    /// given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restrict_node_populations: Option<BTreeSet<String>>,
    /// The only stimuli that are active, by the names of their point processes or `[[stimulus]]`; all if not given.
    /// `drive` also means all of `drive[0]`, `drive[1]`...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restrict_stimulus: Option<BTreeSet<String>>,
    /// The amount of printed messages.
    pub log_level: LogLevel,
    /// Gids of connections to print: all onto one cell, or those from the first to the second.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub debug_conn: Vec<u64>,
    /// The gid of a cell whose sections and synapses are printed before the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump_cell_state: Option<String>,
    /// The file in which the state is saved at the end of the run, or at [`save_time`](Self::save_time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save: Option<PathBuf>,
    /// The time at which the state is saved, ms; the run continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_time: Option<f64>,
    /// A file with a saved state, from which the run continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<PathBuf>,
}

impl Default for CliOptions {
    fn default() -> Self {
        Self {
            dry_run: false,
            simulate_model: true,
            model_stats: false,
            output_path: None,
            lb_mode: None,
            num_target_ranks: None,
            restrict_connectivity: RestrictConnectivity::default(),
            restrict_features: None,
            restrict_node_populations: None,
            restrict_stimulus: None,
            log_level: LogLevel::default(),
            debug_conn: Vec::new(),
            dump_cell_state: None,
            save: None,
            save_time: None,
            restore: None,
        }
    }
}

impl CliOptions {
    /// `true` if a feature is active.
    pub fn allows(&self, feature: Feature) -> bool {
        self.restrict_features.as_ref().is_none_or(|features| features.contains(&feature))
    }

    /// The settings of printed messages and connections: neurodamus's `GlobalConfig`, as a value.
    ///
    /// If connections are to be printed, the level is at least [`LogLevel::Debug`].
    pub fn global_config(&self) -> GlobalConfig {
        let verbosity = if self.debug_conn.is_empty() { self.log_level } else { LogLevel::Debug };
        GlobalConfig { verbosity, debug_conn: self.debug_conn.clone() }
    }
}

/// The gid in [`CliOptions::dump_cell_state`], if one is given: neurodamus's `get_debug_cell_gid`.
///
/// The gid is the cell's own; neurodamus added 1, because its gids once counted from 1.
///
/// # Errors
/// [`ConfigurationError::Gid`] for text that is not a gid.
///
/// ```
/// use loligo_format::configuration::{CliOptions, get_debug_cell_gid};
/// let options = CliOptions { dump_cell_state: Some("12".to_owned()), ..CliOptions::default() };
/// assert_eq!(get_debug_cell_gid(&options)?, Some(12));
/// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
/// ```
pub fn get_debug_cell_gid(options: &CliOptions) -> Result<Option<u64>, ConfigurationError> {
    let read = |text: &String| text.trim().parse().map_err(|_| ConfigurationError::Gid { text: text.clone() });
    options.dump_cell_state.as_ref().map(read).transpose()
}

/// The settings of printed messages and connections: neurodamus's `GlobalConfig`, as a value instead of a global.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalConfig {
    /// The amount of printed messages.
    pub verbosity: LogLevel,
    /// Gids of connections to print: all onto one cell, or those from the first to the second.
    pub debug_conn: Vec<u64>,
}

impl GlobalConfig {
    /// Reads the text of neurodamus's environment variable `ND_DEBUG_CONN`: `a`, or `a,b`.
    ///
    /// # Errors
    /// [`ConfigurationError::Gid`] for text that is not a list of one or two gids.
    pub fn from_debug_conn(text: &str) -> Result<Self, ConfigurationError> {
        let refuse = || ConfigurationError::Gid { text: text.to_owned() };
        let gids: Result<Vec<u64>, _> = text.split(',').map(|gid| gid.trim().parse()).collect();
        match gids {
            Ok(debug_conn) if debug_conn.len() <= 2 => Ok(Self { verbosity: LogLevel::Debug, debug_conn }),
            _ => Err(refuse()),
        }
    }
}

/// The amount of printed messages, by neurodamus's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum LogLevel {
    /// Errors.
    ErrorOnly = 0,
    /// Also warnings and the result.
    #[default]
    Default = 1,
    /// Also the changes made to the circuit.
    Verbose = 2,
    /// Also the number of connections of each override.
    Debug = 3,
}

/// Features that can be switched off, by neurodamus's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Feature {
    /// Replayed spikes: the times of `VecStim` cells, and the events of connections.
    Replay = 1,
    /// Spontaneous release (`spont_minis`).
    SpontMinis = 2,
    /// Assignments to synapses (`synapse_configure`).
    SynConfigure = 3,
    /// Current and voltage clamps, `[[stimulus]]`, and played waveforms.
    Stimulus = 4,
    /// Any distribution of cells other than in turn.
    LoadBalance = 5,
}

impl Feature {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Replay, Self::SpontMinis, Self::SynConfigure, Self::Stimulus, Self::LoadBalance];

    /// Its name, as in neurodamus.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replay => "Replay",
            Self::SpontMinis => "SpontMinis",
            Self::SynConfigure => "SynConfigure",
            Self::Stimulus => "Stimulus",
            Self::LoadBalance => "LoadBalance",
        }
    }
}

impl FromStr for Feature {
    type Err = ConfigurationError;

    /// Reads a name, ignoring case.
    fn from_str(name: &str) -> Result<Self, ConfigurationError> {
        let found = Self::ALL.into_iter().find(|feature| feature.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| ConfigurationError::Feature { name: name.to_owned() })
    }
}

/// Selects the connections that are made, by neurodamus's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum RestrictConnectivity {
    /// All.
    #[default]
    None = 0,
    /// Those between cells with membrane, without neurodamus's projections: connections from artificial cells and gap
    /// junctions.
    NoProjections = 1,
    /// None. Spikes of their sources are still recorded.
    NoConnections = 2,
}

impl RestrictConnectivity {
    /// `true` if connections from a node are not made.
    pub(super) fn leaves_out(self, source: Node) -> bool {
        match self {
            Self::None => false,
            Self::NoProjections => matches!(source, Node::Artificial(_)),
            Self::NoConnections => true,
        }
    }

    /// `true` if gap junctions are not made.
    pub(super) fn leaves_out_gap_junctions(self) -> bool {
        self != Self::None
    }
}

impl From<RestrictConnectivity> for u8 {
    fn from(restriction: RestrictConnectivity) -> Self {
        restriction as Self
    }
}

impl TryFrom<u8> for RestrictConnectivity {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            0 => Ok(Self::None),
            1 => Ok(Self::NoProjections),
            2 => Ok(Self::NoConnections),
            other => Err(format!("restrict_connectivity is 0, 1 (no projections) or 2 (no connections), not {other}")),
        }
    }
}
