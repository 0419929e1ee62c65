//! Errors of a configuration.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use loligo::SimulationError;
use loligo_io::{InputError, visible};
use thiserror::Error;

use crate::configuration::connection_conflict::ConnectionConflict;
use crate::model_file::error::{LoadError, Positions, Problem, position};

/// An error of a configuration: neurodamus's `ConfigurationError`.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", visible(path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason, and the remedy.
        reason: InputError,
    },
    /// The file has errors.
    #[error(transparent)]
    Invalid(#[from] ConfigurationErrors),
    /// The circuit's model file has errors.
    #[error("the circuit: {0}")]
    Circuit(#[from] LoadError),
    /// The circuit with its overrides is not a valid model, or cannot be run.
    #[error("the configured circuit: {0}")]
    Simulation(#[from] SimulationError),
    /// An option for a feature that Loligo lacks.
    #[error("{option}: {reason}")]
    Refused {
        /// The option, with its value.
        option: String,
        /// The missing feature, and the remedy.
        reason: &'static str,
    },
    /// A value that an option cannot have.
    #[error("{option} = {value}; {remedy}")]
    Value {
        /// The option.
        option: String,
        /// Its value.
        value: String,
        /// The remedy.
        remedy: &'static str,
    },
    /// An override that contradicts itself.
    #[error("connection override \"{block}\": {reason}")]
    Contradiction {
        /// The override.
        block: String,
        /// The contradiction, and the remedy.
        reason: String,
    },
    /// A load balance mode that does not exist.
    #[error(
        "there is no load balance mode \"{name}\"; give rr, roundrobin, wholecell, loadbalance, multisplit or memory"
    )]
    LoadBalance {
        /// The name given.
        name: String,
    },
    /// A feature that does not exist.
    #[error("there is no feature \"{name}\"; there are Replay, SpontMinis, SynConfigure, Stimulus and LoadBalance")]
    Feature {
        /// The name given.
        name: String,
    },
    /// A stimulus that does not exist.
    #[error("no cell has a stimulus \"{name}\"; {}", meant_or(.suggestion, .known))]
    Stimulus {
        /// The name given.
        name: String,
        /// The closest existing name.
        suggestion: Option<String>,
        /// The existing names, or the first few.
        known: String,
    },
    /// A file that is in none of the search paths.
    #[error("there is no file {} at {}; check the path (a folder is no file)", visible(path.display()), paths(.looked_at))]
    NoInputFile {
        /// The path given.
        path: PathBuf,
        /// The places that were searched.
        looked_at: Vec<PathBuf>,
    },
    /// Text that is not a gid (global identifier of a cell).
    #[error(
        "\"{text}\" is no gid; give a whole number of at least 0 (or two, with a comma, for the connections between them)"
    )]
    Gid {
        /// The text.
        text: String,
    },
    /// A gid that does not exist.
    #[error("no cell has the gid {gid}")]
    NoSuchGid {
        /// The gid.
        gid: u64,
    },
    /// A node set that cannot be resolved.
    #[error("node set \"{name}\": {reason}")]
    NodeSet {
        /// Its name.
        name: String,
        /// The fault found.
        reason: String,
    },
    /// Text that is not an assignment to a synapse.
    #[error(
        "connection override \"{block}\": \"{text}\" is no assignment; write \"%s.PARAMETER = NUMBER\" or \
         \"%s.PARAMETER *= NUMBER\""
    )]
    Assignment {
        /// The override.
        block: String,
        /// The text.
        text: String,
    },
    /// An assignment to a parameter that a synapse lacks.
    #[error("connection override \"{block}\": \"{mechanism}\" has no parameter \"{parameter}\"{}", meant(.suggestion))]
    Parameter {
        /// The override.
        block: String,
        /// The synapse's mechanism.
        mechanism: String,
        /// The name given.
        parameter: String,
        /// The closest existing parameter.
        suggestion: Option<String>,
    },
    /// More spontaneous release than fits into memory.
    #[error(
        "spontaneous release up to the end of the run: some {count:.0e} events; at most {limit} are taken, to protect this \
         computer's memory: lower \"spont_minis\", or shorten \"tstop\""
    )]
    TooManyMinis {
        /// Expected number of events so far.
        count: f64,
        /// The limit.
        limit: u64,
    },
    /// A `circuit_target` or `restrict_node_populations` without any cell.
    #[error("none of the circuit's cells is left; {remedy}")]
    NoCells {
        /// The remedy.
        remedy: &'static str,
    },
    /// Several of these at once.
    #[error("{}", lines(.0))]
    Several(Vec<ConfigurationError>),
    /// An override that contradicts another.
    #[error(transparent)]
    Conflict(#[from] ConnectionConflict),
}

fn paths(paths: &[PathBuf]) -> String {
    match paths {
        [] => "no place, since none was given to look at".to_owned(),
        some => some.iter().map(|path| visible(path.display()).to_string()).collect::<Vec<_>>().join(", "),
    }
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

fn meant_or(suggestion: &Option<String>, known: &str) -> String {
    match suggestion {
        Some(name) => format!("did you mean \"{name}\"?"),
        None if known.is_empty() => "there is none at all".to_owned(),
        None => format!("there are {known}"),
    }
}

fn lines(items: &[impl fmt::Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// An error of a configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionError {
    /// The option, as a path: `connection_overrides[1].weight`. Empty for an error of the whole file.
    pub option: String,
    /// The fault found.
    pub problem: OptionProblem,
    /// Its place: a range of bytes of the file.
    pub span: Range<usize>,
    /// The source of an option that is not in the file: a flag of the command, an environment variable.
    pub given_by: Option<String>,
}

/// The fault of an option.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum OptionProblem {
    /// An error of its text.
    #[error(transparent)]
    Written(#[from] Problem),
    /// An error that is found when the circuit is built.
    #[error(transparent)]
    Built(Box<ConfigurationError>),
}

/// All errors of a configuration file, in the order of the file.
///
/// `Display` writes one line per error: `file:line:column: option: message`, or `--flag: message`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationErrors {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The errors.
    pub errors: Vec<OptionError>,
}

impl ConfigurationErrors {
    /// Line and column of a byte of the file, both from 1; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        position(&self.text, byte)
    }
}

impl fmt::Display for ConfigurationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut positions = Positions::of(&self.text);
        for (k, error) in self.errors.iter().enumerate() {
            let separator = if k == 0 { "" } else { "\n" };
            if let Some(given_by) = &error.given_by {
                write!(f, "{separator}{given_by}: {}", error.problem)?;
                continue;
            }
            let (line, column) = positions.at(error.span.start);
            write!(f, "{separator}{}:{line}:{column}: ", visible(self.path.display()))?;
            if !error.option.is_empty() {
                write!(f, "{}: ", error.option)?;
            }
            write!(f, "{}", error.problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigurationErrors {}
