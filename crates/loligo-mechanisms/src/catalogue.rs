//! The set of mechanisms available to a model.

use std::sync::Arc;

use crate::builtin::alpha_synapse::AlphaSynapse;
use crate::builtin::ap_count::ApCount;
use crate::builtin::ca_pool::CaPool;
use crate::builtin::clamp::iclamp::{IClamp, MembraneCurrentSource};
use crate::builtin::clamp::seclamp::{ConductanceSource, SEClamp};
use crate::builtin::clamp::vclamp::VClamp;
use crate::builtin::exp_syn::ExpSyn;
use crate::builtin::exp2_syn::Exp2Syn;
use crate::builtin::half_gap::HalfGap;
use crate::builtin::hh::Hh;
use crate::builtin::int_fire1::IntFire1;
use crate::builtin::int_fire2::IntFire2;
use crate::builtin::int_fire4::IntFire4;
use crate::builtin::net_stim::NetStim;
use crate::builtin::pas::Pas;
use crate::builtin::vec_stim::VecStim;
use crate::ion::Ion;
use crate::mechanism::Mechanism;
use crate::signature::{IonUse, Kind, Role, Signature};

/// A set of mechanisms with lookup by name and an order of evaluation. It is a value: different networks may use
/// different catalogues.
///
/// ```
/// use loligo_mechanisms::Catalogue;
/// let catalogue = Catalogue::builtin();
/// let hh = catalogue.find("hh").unwrap().signature();
/// assert_eq!(hh.variable(hh.column("gnabar").unwrap()).default, 0.12); // S/cm2
/// ```
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Mechanisms in the order of registration.
    mechanisms: Vec<Arc<dyn Mechanism>>,
    /// Number of built-in mechanisms among them.
    builtin: usize,
}

/// The reason why a mechanism cannot be added to a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// Another mechanism that was added before has the same name.
    #[error("the catalogue has a mechanism called {name} already; give one of the two another name")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// Two variables of the mechanism have the same name; lists of numbers that are given to it count as
    /// variables.
    #[error("the mechanism {mechanism} has two variables called {variable}; rename one of them")]
    DuplicateVariable {
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the variables.
        variable: String,
    },
    /// The mechanism declares a diffusing column that cannot diffuse.
    #[error("the mechanism {mechanism} cannot let its column {column} diffuse: {reason}")]
    Diffusion {
        /// Name of the mechanism.
        mechanism: String,
        /// The column listed in its `diffusion`.
        column: usize,
        /// The reason, and the remedy.
        reason: String,
    },
}

impl Catalogue {
    /// The built-in mechanisms of Loligo.
    pub fn builtin() -> Self {
        // NEURON's order of types. The last membrane mechanisms are those that NEURON's users add in NMODL; NEURON
        // evaluates them after its own, in the order of their names.
        let mechanisms: Vec<Arc<dyn Mechanism>> = vec![
            Arc::new(Pas),
            Arc::new(Ion::sodium()),
            Arc::new(Ion::potassium()),
            Arc::new(Ion::calcium()),
            Arc::new(IClamp),
            Arc::new(AlphaSynapse),
            Arc::new(ExpSyn),
            Arc::new(Exp2Syn),
            Arc::new(SEClamp),
            Arc::new(VClamp),
            Arc::new(ApCount),
            Arc::new(Hh),
            Arc::new(NetStim),
            Arc::new(IntFire1),
            Arc::new(IntFire2),
            Arc::new(IntFire4),
            Arc::new(VecStim),
            Arc::new(ConductanceSource),
            Arc::new(HalfGap),
            Arc::new(MembraneCurrentSource),
            Arc::new(CaPool),
        ];
        Self { builtin: mechanisms.len(), mechanisms }
    }

    /// The catalogue with one more mechanism, which is evaluated after the present ones, except for NEURON's rule that
    /// ions come early. It replaces a built-in mechanism of the same name.
    ///
    /// # Errors
    /// Another mechanism of the same name that was added before; a mechanism with two variables, lists or function
    /// tables of one name, or with a [diffusing](Signature::diffusion) column that is not a state of a density
    /// mechanism.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use loligo_mechanisms::{Catalogue, Ion};
    /// let chloride = Ion::new("cl", "chloride", -1.0, -65.0, 7.0, 110.0); // e, mV, mM, mM
    /// let catalogue = Catalogue::builtin().with(Arc::new(chloride))?;
    /// assert!(catalogue.find("cl_ion").is_some());
    /// # Ok::<(), loligo_mechanisms::CatalogueError>(())
    /// ```
    pub fn with(mut self, mechanism: Arc<dyn Mechanism>) -> Result<Self, CatalogueError> {
        let signature = mechanism.signature();
        let variables = signature.variables.iter().map(|variable| &variable.name);
        let vectors = signature.vectors.iter().map(|vector| &vector.name);
        let tables = signature.tables.iter().map(|table| &table.name);
        for names in [variables.chain(vectors).collect::<Vec<_>>(), tables.collect()] {
            if let Some(index) = (1..names.len()).find(|&index| names[..index].contains(&names[index])) {
                let (mechanism, variable) = (signature.name.clone(), names[index].clone());
                return Err(CatalogueError::DuplicateVariable { mechanism, variable });
            }
        }
        check_diffusion(signature)?;
        match self.mechanisms.iter().position(|known| known.signature().name == signature.name) {
            Some(index) if index < self.builtin => {
                self.mechanisms.remove(index);
                self.builtin -= 1;
            }
            Some(_) => return Err(CatalogueError::Duplicate { name: signature.name.clone() }),
            None => {}
        }
        self.mechanisms.push(mechanism);
        Ok(self)
    }

    /// The mechanism with that name.
    pub fn find(&self, name: &str) -> Option<&Arc<dyn Mechanism>> {
        self.mechanisms.iter().find(|mechanism| mechanism.signature().name == name)
    }

    /// All mechanisms, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Mechanism>> {
        self.mechanisms.iter()
    }

    /// All mechanisms, in the order in which they are evaluated at a node and their currents are summed. It is NEURON's
    /// order of registration, with two exceptions: all ions come at the position of the first of them, and mechanisms
    /// that write a concentration come directly after the ions, in reverse order of registration.
    pub fn in_order_of_evaluation(&self) -> Vec<&Arc<dyn Mechanism>> {
        let is_ion = |mechanism: &Arc<dyn Mechanism>| mechanism.signature().kind == Kind::Ion;
        let writes =
            |mechanism: &Arc<dyn Mechanism>| mechanism.signature().ions.iter().any(IonUse::writes_concentration);
        let before = self.mechanisms.iter().position(is_ion).unwrap_or(0);
        let (first, rest) = self.mechanisms.split_at(before);
        let ions = rest.iter().filter(|mechanism| is_ion(mechanism));
        let writers = rest.iter().rev().filter(|mechanism| writes(mechanism));
        let others = rest.iter().filter(|mechanism| !is_ion(mechanism) && !writes(mechanism));
        first.iter().chain(ions).chain(writers).chain(others).collect()
    }
}

/// Checks that each diffusing column is a state of a density mechanism, and listed once.
fn check_diffusion(signature: &Signature) -> Result<(), CatalogueError> {
    for (index, &column) in signature.diffusion.iter().enumerate() {
        let reason = if signature.kind != Kind::Density {
            "only density mechanisms stand on all segments of a section, along which something can diffuse".to_owned()
        } else if column >= signature.width() {
            format!("it has {} columns, counted from 0", signature.width())
        } else if signature.variable(column).role != Role::State {
            format!("{} is no state; declare it as one", signature.column_name(column))
        } else if signature.diffusion[..index].contains(&column) {
            format!("{} is listed twice; list it once", signature.column_name(column))
        } else {
            continue;
        };
        return Err(CatalogueError::Diffusion { mechanism: signature.name.clone(), column, reason });
    }
    Ok(())
}

impl PartialEq for Catalogue {
    /// True if both have the same mechanisms, by content, in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.mechanisms.iter().map(|own| own.identity()).eq(other.mechanisms.iter().map(|other| other.identity()))
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::builtin()
    }
}
