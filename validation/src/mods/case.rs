//! Cases of mechanisms in NMODL: the definition of a case, and the places of the mechanisms' texts.

use loligo::{Argument, Network, RandomDistribution, SetUpCall};
use serde::Deserialize;
use serde_json::Value;

use crate::mechanism_text::MechanismText;
use crate::vocabulary::{Definition, Probe};

/// A `.mod` file of a public repository.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ModFile {
    /// Owner and name of the repository.
    pub(super) repo: String,
    /// Path in the repository.
    pub(super) path: String,
    /// Name of its mechanism in the case.
    pub(super) name: String,
}

/// A pointer of the mechanism.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pointer {
    /// `mech`, the density mechanism, or `pp`, the point process.
    target: String,
    name: String,
    sec: String,
    x: f64,
    var: String,
}

/// A procedure that is called before the run.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Call {
    /// `mech`, the density mechanism, or `pp`, the point process or artificial cell.
    target: String,
    /// Its name.
    #[serde(rename = "fn")]
    function: String,
    #[serde(default)]
    args: Vec<CallArgument>,
}

/// An argument of a call.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum CallArgument {
    Number(f64),
    Vector {
        vector: Vec<f64>,
    },
    Random {
        random123: [u32; 3],
        dist: String,
        #[serde(default)]
        args: Vec<f64>,
    },
}

impl Call {
    /// Adds the call to the mechanism that it is for.
    pub(super) fn add_to(&self, case: &ModCase, network: &mut Network) -> Result<(), String> {
        let arguments: Result<Vec<Argument>, String> = self.args.iter().map(CallArgument::argument).collect();
        let call = SetUpCall::new(self.function.clone(), arguments?);
        let name = case.mods.first().map_or("", |file| &file.name);
        for cell in &mut network.cells {
            if self.target == "mech" {
                for painted in cell.painted.iter_mut().filter(|painted| painted.mechanism.name == name) {
                    painted.mechanism.calls.push(call.clone());
                }
            } else {
                for point in cell.points.iter_mut().filter(|point| point.mechanism.name == name) {
                    point.mechanism.calls.push(call.clone());
                }
            }
        }
        for artificial in network.artificial_cells.iter_mut().filter(|cell| cell.mechanism.name == name) {
            artificial.mechanism.calls.push(call.clone());
        }
        Ok(())
    }
}

impl CallArgument {
    fn argument(&self) -> Result<Argument, String> {
        Ok(match self {
            Self::Number(value) => Argument::Number(*value),
            Self::Vector { vector } => Argument::List(vector.as_slice().into()),
            Self::Random { random123, dist, args } => {
                let at = |number: usize, default| args.get(number).copied().unwrap_or(default);
                let distribution = match dist.as_str() {
                    "uniform" => RandomDistribution::Uniform { low: at(0, 0.0), high: at(1, 1.0) },
                    "negexp" => RandomDistribution::Negexp { mean: at(0, 1.0) },
                    other => return Err(format!("the distribution {other} of a Random object")),
                };
                Argument::Stream { ids: *random123, distribution }
            }
        })
    }
}

/// A case.
#[derive(Clone, Debug)]
pub(super) struct ModCase {
    pub(super) definition: Definition,
    pub(super) mods: Vec<ModFile>,
    /// Small additional mechanisms.
    pub(super) companions: Vec<MechanismText>,
    pub(super) pointers: Vec<Pointer>,
    pub(super) calls: Vec<Call>,
}

/// The parts of a definition that only cases of mechanisms in NMODL have.
#[derive(Deserialize)]
struct Extras {
    #[serde(rename = "mod")]
    single: Option<ModFile>,
    mods: Option<Vec<ModFile>>,
    companions: Option<Vec<MechanismText>>,
    pointers: Option<Vec<Pointer>>,
    calls: Option<Vec<Call>>,
}

impl ModCase {
    /// Reads a definition.
    pub(super) fn of(mut definition: Value) -> Result<Self, serde_json::Error> {
        let extras = Extras::deserialize(&definition)?;
        if let Some(entries) = definition.as_object_mut() {
            for key in ["mod", "mods", "companions", "pointers", "calls", "protocol", "defaults", "probes_left_out"] {
                entries.remove(key);
            }
            for probe in entries.get_mut("probes").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(probe) = probe.as_object_mut() {
                    probe.remove("of");
                }
            }
        }
        Ok(Self {
            definition: Definition::deserialize(definition)?,
            mods: extras.mods.unwrap_or_default().into_iter().chain(extras.single).collect(),
            companions: extras.companions.unwrap_or_default(),
            pointers: extras.pointers.unwrap_or_default(),
            calls: extras.calls.unwrap_or_default(),
        })
    }
}

impl Pointer {
    /// The pointer at every place of the mechanism, and the variable that it refers to.
    pub(super) fn references(&self, case: &ModCase) -> (Vec<Probe>, Probe) {
        let to = Probe::Membrane { sec: self.sec.clone(), x: self.x, var: self.var.clone() };
        if self.target == "pp" {
            return (vec![Probe::Object { id: "pp".to_owned(), var: self.name.clone() }], to);
        }
        let name = case.mods.first().map_or("", |file| &file.name);
        let mut places = Vec::new();
        for density in case.definition.density.iter().filter(|density| density.mech == name) {
            let section = case.definition.sections.iter().find(|section| section.name == density.sec);
            let segments = section.map_or(1, |section| section.nseg);
            places.extend((0..segments).map(|segment| Probe::Membrane {
                sec: density.sec.clone(),
                x: (segment as f64 + 0.5) / segments as f64,
                var: format!("{}_{name}", self.name),
            }));
        }
        (places, to)
    }
}
