//! The mechanisms that a model can name.

use crate::builtin::{
    AlphaSynapse, ApCount, ConductanceSource, Exp2Syn, ExpSyn, HalfGap, Hh, IClamp, IntFire1, IntFire2, IntFire4,
    MembraneCurrentSource, NetStim, Pas, SEClamp, VClamp, VecStim,
};
use crate::{Mechanism, ion};

/// A set of mechanisms, found by name. A value: different models may use different ones.
///
/// ```
/// use loligo_mechanisms::Catalogue;
/// let catalogue = Catalogue::builtin();
/// let hh = catalogue.find("hh").unwrap().description();
/// assert_eq!(hh.variables[hh.column("gnabar").unwrap()].default, 0.12); // S/cm2
/// ```
#[derive(Clone, Debug)]
pub struct Catalogue {
    mechanisms: Vec<&'static dyn Mechanism>,
}

impl Catalogue {
    /// What Loligo comes with.
    pub fn builtin() -> Self {
        Self {
            mechanisms: vec![
                &Pas,
                &ion::NA,
                &ion::K,
                &ion::CA,
                &IClamp,
                &AlphaSynapse,
                &ExpSyn,
                &Exp2Syn,
                &SEClamp,
                &VClamp,
                &ApCount,
                &MembraneCurrentSource,
                &ConductanceSource,
                &HalfGap,
                &Hh::TABLE,
                &IntFire1,
                &IntFire2,
                &IntFire4,
                &NetStim,
                &VecStim,
            ],
        }
    }

    /// The mechanism of that name.
    pub fn find(&self, name: &str) -> Option<&'static dyn Mechanism> {
        self.mechanisms.iter().copied().find(|mechanism| mechanism.description().name == name)
    }

    /// All mechanisms.
    pub fn iter(&self) -> impl Iterator<Item = &'static dyn Mechanism> {
        self.mechanisms.iter().copied()
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::builtin()
    }
}
