//! Changes of connections by a configuration.

use serde::{Deserialize, Serialize};

use crate::configuration::error::ConfigurationError;

/// A change of the connections from one node set to another: an entry of SONATA's `connection_overrides`.
///
/// If several concern a connection, the last one that gives a value applies.
///
/// ```
/// use loligo_format::configuration::ConnectionOverride;
/// let silent_at_first = ConnectionOverride { weight: Some(0.0), ..ConnectionOverride::default() };
/// let later = ConnectionOverride { weight: Some(1.0), delay: 50.0, ..ConnectionOverride::default() }; // from 50 ms on
/// assert_ne!(silent_at_first, later);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionOverride {
    /// Its name in messages.
    pub name: String,
    /// The source cells: a node set, a population, or a cell.
    pub source: String,
    /// The target cells.
    pub target: String,
    /// Factor of the circuit's weights. Connections of weight 0 are not made, unless a later block with a
    /// [`delay`](Self::delay) gives them a weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Time from which the weight applies, ms; 0: from the start.
    pub delay: f64,
    /// Delay of the connections, ms; replaces the circuit's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synapse_delay_override: Option<f64>,
    /// Rate of spontaneous release at each synapse, Hz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spont_minis: Option<f64>,
    /// Assignments to the parameters of the synapses, separated by blanks or semicolons: `%s.tau = 3.0 %s.e *= 0.5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synapse_configure: Option<String>,
}

/// One assignment of [`ConnectionOverride::synapse_configure`].
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The variable to set: a parameter of the synapse, or any other variable.
    pub variable: AssignedVariable,
    /// `true` if the present value is multiplied (`*=`).
    pub multiplies: bool,
    /// The value, or the factor.
    pub value: f64,
}

/// The left side of an [`Assignment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignedVariable {
    /// `%s.NAME`: a parameter of the synapse.
    Synapse(String),
    /// Any other variable, which is global.
    Global(String),
}

impl ConnectionOverride {
    /// The assignments of [`synapse_configure`](Self::synapse_configure), in their order.
    ///
    /// # Errors
    /// [`ConfigurationError::Assignment`] for text that is not an assignment of a number.
    ///
    /// ```
    /// use loligo_format::configuration::{AssignedVariable, ConnectionOverride};
    /// let configure = Some("%s.tau = 3.0; %s.e*=0.5 celsius = 35".to_owned());
    /// let block = ConnectionOverride { synapse_configure: configure, ..ConnectionOverride::default() };
    /// let assignments = block.assignments()?;
    /// assert_eq!(assignments[0].variable, AssignedVariable::Synapse("tau".to_owned()));
    /// assert_eq!((assignments[1].multiplies, assignments[1].value), (true, 0.5));
    /// assert_eq!(assignments[2].variable, AssignedVariable::Global("celsius".to_owned()));
    /// # Ok::<(), loligo_format::configuration::ConfigurationError>(())
    /// ```
    pub fn assignments(&self) -> Result<Vec<Assignment>, ConfigurationError> {
        let mut rest = self.synapse_configure.as_deref().unwrap_or("");
        let mut assignments = Vec::new();
        let is_gap = |c: char| c.is_whitespace() || c == ';';
        loop {
            rest = rest.trim_start_matches(is_gap);
            if rest.is_empty() {
                return Ok(assignments);
            }
            let refuse = |text: &str| {
                let text = text.split([';', '\n']).next().unwrap_or(text).trim().to_owned();
                Err(ConfigurationError::Assignment { block: self.name.clone(), text })
            };
            let statement = rest;
            let Some((left, right)) = rest.split_once('=') else { return refuse(statement) };
            let (left, multiplies) = left.strip_suffix('*').map_or((left, false), |left| (left, true));
            let left = left.trim_end();
            let right = right.trim_start_matches([' ', '\t']);
            let (number, after) = right.split_at(right.find(is_gap).unwrap_or(right.len()));
            let value = number.parse().ok().filter(|value: &f64| value.is_finite());
            let variable = match left.strip_prefix("%s.") {
                Some(parameter) => AssignedVariable::Synapse(parameter.to_owned()),
                None => AssignedVariable::Global(left.to_owned()),
            };
            let is_name = |name: &str| {
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
            };
            let (AssignedVariable::Synapse(name) | AssignedVariable::Global(name)) = &variable;
            match value {
                Some(value) if is_name(name) => assignments.push(Assignment { variable, multiplies, value }),
                _ => return refuse(statement),
            }
            rest = after;
        }
    }

    /// The names of all variables that it sets; none if its assignments cannot be read.
    pub(super) fn assigned(&self) -> Vec<String> {
        let name = |assignment: Assignment| match assignment.variable {
            AssignedVariable::Synapse(name) | AssignedVariable::Global(name) => name,
        };
        self.assignments().unwrap_or_default().into_iter().map(name).collect()
    }

    /// The names of the global variables among its assignments.
    pub(super) fn globals(&self) -> Vec<String> {
        let of_global = |assignment: Assignment| match assignment.variable {
            AssignedVariable::Global(name) => Some(name),
            AssignedVariable::Synapse(_) => None,
        };
        self.assignments().unwrap_or_default().into_iter().filter_map(of_global).collect()
    }

    /// The message for an override without effect.
    const NOTHING: &str = "it changes nothing; give it a \"weight\", \"synapse_delay_override\", \"spont_minis\" or \
                           \"synapse_configure\", or take it out";

    /// `true` if it gives no value to its connections.
    fn changes_nothing(&self) -> bool {
        let configures = self.synapse_configure.as_ref().is_some_and(|text| !text.trim().is_empty());
        self.weight.is_none() && self.synapse_delay_override.is_none() && self.spont_minis.is_none() && !configures
    }

    /// Its contradictory or missing options: the option (empty for the whole override), and the remedy.
    pub(super) fn contradictions(&self) -> Vec<(&'static str, String)> {
        if self.delay <= 0.0 {
            return if self.changes_nothing() { vec![("", Self::NOTHING.to_owned())] } else { Vec::new() };
        }
        let given = [
            ("synapse_delay_override", self.synapse_delay_override.is_some()),
            ("spont_minis", self.spont_minis.is_some()),
            ("synapse_configure", self.synapse_configure.is_some()),
        ];
        let mut found: Vec<_> = given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(key, _)| {
                (key, format!("\"{key}\" cannot change during a run; give it in an override without \"delay\""))
            })
            .collect();
        if self.weight.is_none() {
            let text = "an override with a \"delay\" changes the weight alone; give it a \"weight\"";
            found.push(("weight", text.to_owned()));
        }
        found
    }

    /// `true` if it gives its connections weight 0 from the start.
    pub(super) fn silences(&self) -> bool {
        self.delay == 0.0 && self.weight == Some(0.0)
    }
}
