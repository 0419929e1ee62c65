//! A mechanism made of data: a signature, and a program for each hook.

use std::sync::Arc;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, ColumnLayout, CompileError, Environment, Kernel, KernelScratch, Layout, Lumping, Mechanism, Numerics,
    Outbox, Role, Signature,
};
use xxhash_rust::xxh3::xxh3_64;

use crate::conserved;
use crate::interpreter::Interpreter;
use crate::interpreter::code::Codes;
use crate::lumping::lumping;
use crate::program::{Hooks, Programs, VerifyError, print, verify};
use crate::source::Sources;
use crate::units::quantity;
use crate::vector::{self, BlockInterpreter, Columns};

/// A mechanism whose hooks are programs.
#[derive(Clone, Debug)]
pub struct ProgrammedMechanism {
    signature: Arc<Signature>,
    programs: Arc<Programs>,
    version: u64,
    lumping: Option<Lumping>,
    /// The parameters that are conductances per area, with the size of their unit in S/cm2.
    conductances: Arc<[(usize, f64)]>,
    /// The texts that the spans of its programs refer to.
    sources: Arc<Sources>,
    /// Machine code of its programs, for one instance after the other.
    codes: Arc<Codes>,
}

/// Error of making a mechanism from a signature and programs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProgrammedMechanismError {
    /// A program refers to an item that does not exist.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The signature and the programs have different numbers of an item.
    #[error("the signature of {mechanism} has {expected} {what}, its programs have {found}")]
    Mismatch {
        /// Name of the mechanism.
        mechanism: String,
        /// The items that are counted.
        what: &'static str,
        /// The number in the signature.
        expected: usize,
        /// The number in the programs.
        found: usize,
    },
    /// The program that computes the values of a new instance fails.
    #[error("{mechanism} cannot be made: its CONSTRUCTOR fails: {reason}")]
    Constructor {
        /// Name of the mechanism.
        mechanism: String,
        /// The failure.
        reason: String,
    },
    /// An array whose elements start with different values.
    #[error(
        "CONSTRUCTOR of {mechanism} gives the elements of {variable} different values, which is not supported; assign them \
         in INITIAL"
    )]
    ConstructedArray {
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the array.
        variable: String,
    },
}

impl ProgrammedMechanism {
    /// Makes a mechanism from a signature and programs, after a check of both.
    ///
    /// `hooks.construct` (CONSTRUCTOR) runs here, once: it starts from the defaults for every instance, so that what it
    /// computes are the defaults of the mechanism. A temperature of 6.3 degC and a step of 0.025 ms are NEURON's when
    /// an instance is made.
    ///
    /// # Errors
    /// If a program refers to an item that does not exist, if the signature and the programs do not match, or if
    /// `hooks.construct` fails.
    pub fn new(signature: Signature, programs: Programs) -> Result<Self, ProgrammedMechanismError> {
        verify(&programs)?;
        let hooks = &programs.hooks;
        let counts = [
            ("columns", signature.width(), programs.columns as usize),
            ("globals", signature.globals.len(), programs.globals as usize),
            ("weights", signature.weights, programs.weights as usize),
            ("random streams", signature.streams.len(), programs.streams as usize),
            ("lists of numbers", signature.vectors.len(), programs.lists as usize),
            ("stages", signature.stages.len(), hooks.stages.len()),
            ("diffusing columns", signature.diffusion.len(), hooks.diffusion.len()),
            ("function tables", signature.tables.len(), programs.function_tables.len()),
            ("procedures", signature.procedures.len(), hooks.procedures.len()),
        ];
        if let Some(&(what, expected, found)) = counts.iter().find(|(_, expected, found)| expected != found) {
            let mechanism = signature.name;
            return Err(ProgrammedMechanismError::Mismatch { mechanism, what, expected, found });
        }
        let mut signature = construct(signature, &programs)?;
        let programs = Arc::new(programs);
        let environment = usual_environment(&signature);
        signature.amplifies_rounding |= vector::iterates_function(&programs, &environment)
            || conserved::makes_rounding_errors(&signature, &programs, &environment);
        signature.follows_voltage = vector::follows_voltage(&programs, &signature, &environment);
        let version = xxh3_64(print(&programs, &signature).as_bytes());
        let lumping = lumping(&signature, &programs);
        let conductances = conductances(&signature);
        let codes = Arc::new(Codes::new(&programs));
        let (signature, sources) = (Arc::new(signature), Arc::default());
        Ok(Self { signature, programs, version, lumping, conductances, sources, codes })
    }

    /// The same mechanism with the texts that it was made of, for messages.
    #[must_use]
    pub fn with_sources(self, sources: Sources) -> Self {
        Self { sources: Arc::new(sources), ..self }
    }

    /// The programs of the mechanism.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }
}

impl Mechanism for ProgrammedMechanism {
    fn signature(&self) -> &Arc<Signature> {
        &self.signature
    }

    /// A digest of the programs.
    fn version(&self) -> u64 {
        self.version
    }

    /// The parameters whose unit can be converted to S/cm2.
    fn conductances(&self) -> Vec<(usize, f64)> {
        self.conductances.to_vec()
    }

    /// Found by the programs.
    fn lumping(&self) -> Option<Lumping> {
        self.lumping.clone()
    }

    /// Every operation of the block interpreter takes as long for few instances as for a block of lanes.
    fn worthwhile_run(&self) -> usize {
        16
    }

    /// With those of other mechanisms in NMODL.
    fn can_be_joined(&self) -> bool {
        true
    }

    /// For plans in which these values are numbers.
    fn uses_usual_values(&self) -> bool {
        true
    }

    fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        let of_role = |role| {
            let columns =
                (0..self.signature.width()).filter(move |&column| self.signature.variable(column).role == role);
            columns.collect::<Vec<_>>()
        };
        let mut states = of_role(Role::State);
        if states.is_empty() {
            states = of_role(Role::Assigned);
        }
        if states.is_empty() {
            states = of_role(Role::Parameter);
        }
        let constants = vector::constants(&self.programs, &self.signature, environment);
        let may_be_unobserved = of_role(Role::Output).into_iter().chain(self.signature.follows_voltage.iter().copied());
        let unobserved = may_be_unobserved.filter(|&column| layout.column(column) == ColumnLayout::Unobserved);
        let unobserved = unobserved.map(|column| column as u32).collect();
        let columns = Columns { states, constants, unobserved };
        let kernel = BlockInterpreter::new(self.programs.clone(), environment, columns);
        Ok(Arc::new(kernel.with_sources(self.sources.clone()).with_codes(self.codes.clone())))
    }
}

/// The parameters that are conductances per area, with the size of their unit in S/cm2.
fn conductances(signature: &Signature) -> Arc<[(usize, f64)]> {
    let size = |column: usize| {
        let variable = signature.variable(column);
        let is_parameter = variable.role == Role::Parameter;
        is_parameter.then(|| quantity(&format!("1 {}", variable.unit), "S/cm2").ok()).flatten()
    };
    (0..signature.width()).filter_map(|column| Some((column, size(column)?))).collect()
}

/// The environment in which NEURON makes an instance: its default temperature and step, and the globals' defaults.
pub(crate) fn usual_environment(signature: &Signature) -> Environment {
    Environment {
        numerics: Numerics::Exact,
        lanes: Lanes::baseline(),
        dt: 0.025,    // ms
        celsius: 6.3, // degC
        second_order: false,
        current_slopes: false,
        globals: signature.global_defaults().collect(),
        tables: Arc::default(),
        usual_values: Arc::default(),
        first_values: Arc::default(),
    }
}

/// The signature with the values that CONSTRUCTOR computes as defaults.
fn construct(mut signature: Signature, programs: &Programs) -> Result<Signature, ProgrammedMechanismError> {
    let Some(construct) = programs.hooks.construct else { return Ok(signature) };
    let hooks = Hooks { initialize: Some(construct), ..Hooks::default() };
    let environment = usual_environment(&signature);
    let kernel = Interpreter::new(Arc::new(Programs { hooks, ..programs.clone() }), &environment, Vec::new());
    let mut block = Block::new(signature.defaults(), 1);
    let mut scratch = KernelScratch::default();
    kernel.initialize(0.0, &[0.0], block.instances(0..1, &mut scratch), &mut Outbox::default());
    if let Some(reason) = kernel.fault() {
        return Err(ProgrammedMechanismError::Constructor { mechanism: signature.name, reason });
    }
    let mut first = 0;
    for variable in &mut signature.variables {
        let mut values = (first..first + variable.length).map(|column| block.value(column, 0));
        first += variable.length;
        let Some(value) = values.next() else { continue };
        if values.any(|other| other.to_bits() != value.to_bits()) {
            let (mechanism, variable) = (signature.name, variable.name.clone());
            return Err(ProgrammedMechanismError::ConstructedArray { mechanism, variable });
        }
        variable.default = value;
    }
    Ok(signature)
}
