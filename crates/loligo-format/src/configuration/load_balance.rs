//! Distribution of cells to ranks, by neurodamus's names.

use std::fmt;
use std::str::FromStr;

use loligo::{Distribution, Network};
use serde::{Deserialize, Serialize};

use crate::configuration::error::ConfigurationError;

/// The distribution of cells to ranks: neurodamus's `LoadBalanceMode`. Results do not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum LoadBalanceMode {
    /// Cells are assigned to the ranks in turn.
    RoundRobin = 0,
    /// Whole cells, the costliest first, each to the rank with the lowest cost so far.
    WholeCell = 1,
    /// Cells are split into pieces on different ranks; an error in Loligo, which does not split cells.
    MultiSplit = 2,
    /// Whole cells, with about the same memory on each rank.
    Memory = 3,
}

impl LoadBalanceMode {
    /// The reason why cells are not split.
    pub(super) const NO_MULTISPLIT: &str = "Loligo keeps cells whole; take \"wholecell\"";

    /// Reads the name of a mode, ignoring case: `rr` or `roundrobin`, `wholecell`, `loadbalance` or `multisplit`,
    /// `memory`.
    ///
    /// # Errors
    /// [`ConfigurationError::LoadBalance`] for any other name.
    ///
    /// ```
    /// use loligo_format::configuration::LoadBalanceMode;
    /// assert_eq!(LoadBalanceMode::parse("RR")?, LoadBalanceMode::RoundRobin);
    /// assert_eq!(LoadBalanceMode::parse("LoadBalance")?, LoadBalanceMode::MultiSplit);
    /// assert!(LoadBalanceMode::parse("fair").is_err());
    /// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
    /// ```
    pub fn parse(name: &str) -> Result<Self, ConfigurationError> {
        match name.to_lowercase().as_str() {
            "rr" | "roundrobin" => Ok(Self::RoundRobin),
            "wholecell" => Ok(Self::WholeCell),
            "loadbalance" | "multisplit" => Ok(Self::MultiSplit),
            "memory" => Ok(Self::Memory),
            _ => Err(ConfigurationError::LoadBalance { name: name.to_owned() }),
        }
    }

    /// Chooses a mode for a run, and returns the reason: neurodamus's rules, except for the mode that Loligo lacks.
    ///
    /// With one rank cells are assigned in turn. With many ranks too, unless the simulation is large (more than 1,000
    /// cells, 1,000 ms and 200 ranks), so that a better balance is worth its cost. `duration` is in ms.
    /// [`AutoBalanceModeParams`] may set other limits.
    ///
    /// ```
    /// use loligo_format::configuration::LoadBalanceMode;
    /// let (mode, reason) = LoadBalanceMode::auto_select(256, 10_000, 5_000.0);
    /// assert_eq!((mode, reason.to_string().as_str()), (LoadBalanceMode::WholeCell, "the simulation is large"));
    /// ```
    pub fn auto_select(ranks: usize, cells: usize, duration: f64) -> (Self, BalanceReason) {
        AutoBalanceModeParams::default().select(ranks, cells, duration)
    }

    /// The distribution of a network's cells.
    ///
    /// # Errors
    /// [`ConfigurationError::Refused`] for [`MultiSplit`](Self::MultiSplit).
    pub fn distribution(self, network: &Network) -> Result<Distribution, ConfigurationError> {
        match self {
            Self::RoundRobin => Ok(Distribution::RoundRobin),
            Self::WholeCell => Ok(Distribution::default()),
            Self::MultiSplit => Err(ConfigurationError::Refused {
                option: "lb_mode = \"multisplit\"".to_owned(),
                reason: Self::NO_MULTISPLIT,
            }),
            Self::Memory => {
                let size = |cell: &loligo::Cell| {
                    let segments: usize = cell.sections.iter().map(|section| section.segments()).sum();
                    (segments + cell.points.len()) as f64
                };
                let costs = network.cells.iter().map(size).collect();
                Ok(Distribution::LongestProcessingTimeFirst { costs: Some(costs) })
            }
        }
    }
}

impl FromStr for LoadBalanceMode {
    type Err = ConfigurationError;

    fn from_str(name: &str) -> Result<Self, ConfigurationError> {
        Self::parse(name)
    }
}

/// Limits above which [`LoadBalanceMode::auto_select`] treats a simulation as large: neurodamus's
/// `AutoBalanceModeParams`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoBalanceModeParams {
    /// Number of cells above which it is large; 1,000 by default.
    pub cell_count: usize,
    /// Duration above which it is large, ms; 1,000 by default.
    pub duration: f64,
    /// Number of ranks above which it is large; 200 by default.
    pub ranks: usize,
    /// Ratio of ranks to cells from which on most ranks have no cells; 4 by default.
    pub mpi_cells_ratio: usize,
}

impl Default for AutoBalanceModeParams {
    fn default() -> Self {
        Self { cell_count: 1000, duration: 1000.0, ranks: 200, mpi_cells_ratio: 4 }
    }
}

impl AutoBalanceModeParams {
    /// Chooses a mode for `ranks`, `cells` and a `duration` in ms, and returns the reason.
    ///
    /// ```
    /// use loligo_format::configuration::{AutoBalanceModeParams, LoadBalanceMode};
    /// let params = AutoBalanceModeParams { cell_count: 50, ranks: 8, ..AutoBalanceModeParams::default() };
    /// assert_eq!(params.select(16, 100, 2000.0).0, LoadBalanceMode::WholeCell);
    /// assert_eq!(params.select(16, 100, 500.0).0, LoadBalanceMode::RoundRobin);
    /// ```
    pub fn select(&self, ranks: usize, cells: usize, duration: f64) -> (LoadBalanceMode, BalanceReason) {
        if ranks <= 1 {
            (LoadBalanceMode::RoundRobin, BalanceReason::SingleRank)
        } else if ranks >= self.mpi_cells_ratio.saturating_mul(cells) {
            (LoadBalanceMode::RoundRobin, BalanceReason::MoreRanksThanCells { ranks, cells })
        } else if cells > self.cell_count && duration > self.duration && ranks > self.ranks {
            (LoadBalanceMode::WholeCell, BalanceReason::LargeSimulation)
        } else {
            (LoadBalanceMode::RoundRobin, BalanceReason::SmallSimulation)
        }
    }
}

/// The reason for the choice of [`LoadBalanceMode::auto_select`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BalanceReason {
    /// There is one rank.
    SingleRank,
    /// Most ranks have no cells; neurodamus would split cells.
    MoreRanksThanCells {
        /// Ranks.
        ranks: usize,
        /// Cells.
        cells: usize,
    },
    /// Many cells, a long run, many ranks.
    LargeSimulation,
    /// A better balance would not pay off.
    SmallSimulation,
    /// `restrict_features` switches load balance off, so that no mode has an effect.
    FeatureOff {
        /// The configured mode, which has no effect.
        configured: Option<LoadBalanceMode>,
    },
}

impl fmt::Display for BalanceReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SingleRank => f.write_str("there is a single rank"),
            Self::MoreRanksThanCells { ranks, cells } => {
                write!(f, "{ranks} ranks for {cells} cells: most have nothing to do, take fewer")
            }
            Self::LargeSimulation => f.write_str("the simulation is large"),
            Self::SmallSimulation => f.write_str("the simulation is small"),
            Self::FeatureOff { configured: None | Some(LoadBalanceMode::RoundRobin) } => {
                f.write_str("restrict_features leaves LoadBalance out")
            }
            Self::FeatureOff { configured: Some(mode) } => {
                write!(f, "restrict_features leaves LoadBalance out, so that lb_mode = {mode:?} does not act")
            }
        }
    }
}
