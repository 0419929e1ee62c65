//! The variables whose curves show what a mechanism does.

use loligo_mechanisms::IonVariable;

use crate::model::{Kind, Model, Role, Storage, Variable};
use crate::units::quantity;

/// The size of a unit of conductance in nS; `None` for other units.
///
/// ```
/// assert_eq!(loligo_nmodl::nanosiemens("uS"), Some(1000.0));
/// assert_eq!(loligo_nmodl::nanosiemens("micromho"), Some(1000.0));
/// assert_eq!(loligo_nmodl::nanosiemens("mV"), None);
/// ```
pub fn nanosiemens(unit: &str) -> Option<f64> {
    quantity(&format!("1 {unit}"), "nS").ok()
}

/// The curves of a mechanism.
#[derive(Clone, Debug)]
pub enum Curves<'a> {
    /// Steady states and time constants of a mechanism on membrane, over the voltage or a concentration: the states after
    /// INITIAL, and then the RANGE variables in ms.
    Steady(Vec<&'a Variable>),
    /// Conductances of a synapse after a spike, over time: the RANGE variables in a unit of conductance, or the states in
    /// such a unit if there are none.
    Conductances(Vec<&'a Variable>),
}

impl<'a> Curves<'a> {
    /// The curves of a mechanism; `None` if it has none: it has neither gates nor conductances, computes a concentration,
    /// receives no events, or is an artificial cell.
    ///
    /// ```
    /// use std::path::Path;
    /// use loligo_nmodl::{Curves, Reading};
    /// let of = |file: &str| {
    ///     let model = Reading::of_file(Path::new(file)).ok()?.model?;
    ///     Curves::of(&model).map(|curves| curves.variables().len())
    /// };
    /// assert_eq!(of("loligo:layer5/l5_im"), Some(2)); // m and mtau
    /// assert_eq!(of("loligo:synapses/NmdaSyn"), Some(1)); // g
    /// assert_eq!(of("loligo:layer5/l5_ca"), None);
    /// ```
    pub fn of(model: &'a Model) -> Option<Self> {
        let curves = match model.kind {
            Kind::Density if !writes_concentration(model) => Self::Steady(steady(model)),
            Kind::Point if model.net_receive.is_some() => Self::Conductances(conductances(model)),
            _ => return None,
        };
        Some(curves).filter(|curves| !curves.variables().is_empty())
    }

    /// The variables that are drawn.
    pub fn variables(&self) -> &[&'a Variable] {
        let (Self::Steady(variables) | Self::Conductances(variables)) = self;
        variables
    }

    /// The curves in words: `steady states and time constants`.
    pub fn summary(&self) -> &'static str {
        let is_state = |variable: &&Variable| variable.role == Role::State;
        match self {
            Self::Conductances(_) => "conductance after a spike",
            Self::Steady(variables) if variables.iter().all(is_state) => "steady states",
            Self::Steady(variables) if !variables.iter().any(is_state) => "time constants",
            Self::Steady(_) => "steady states and time constants",
        }
    }
}

fn writes_concentration(model: &Model) -> bool {
    let mut written = model.ions.iter().flat_map(|ion| &ion.writes);
    written.any(|(kind, _)| matches!(kind, IonVariable::Inside | IonVariable::Outside))
}

/// Single variables, not of an ion, that a predicate selects.
fn single(model: &Model, selects: impl Fn(&Variable) -> bool) -> Vec<&Variable> {
    let own = model.variables.iter().filter(|own| own.ion.is_none() && own.length.is_none());
    own.filter(|own| selects(own)).collect()
}

fn is_range(variable: &Variable) -> bool {
    variable.role == Role::Assigned && variable.is_public && variable.storage == Storage::Instance
}

fn steady(model: &Model) -> Vec<&Variable> {
    let mut variables = single(model, |own| own.role == Role::State);
    variables.extend(single(model, |own| is_range(own) && own.unit.as_deref() == Some("ms")));
    variables
}

fn conductances(model: &Model) -> Vec<&Variable> {
    let is_conductance = |own: &Variable| own.unit.as_deref().and_then(nanosiemens).is_some();
    let computed = single(model, |own| is_range(own) && is_conductance(own));
    match computed.is_empty() {
        true => single(model, |own| own.role == Role::State && is_conductance(own)),
        false => computed,
    }
}
