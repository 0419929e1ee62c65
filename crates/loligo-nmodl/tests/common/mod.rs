//! Makes mechanisms from text, and single instances to test them.
#![allow(dead_code, reason = "each test uses some of it")]

use std::path::Path;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Environment, Instances, IonVariable, Kernel, KernelScratch, Layout, Mechanism, Numerics, Signature,
};
use loligo_nmodl::lower::lower;
use loligo_nmodl::{Diagnostics, ProgrammedMechanism, Severity, Sources, parse, resolve};

/// Makes a mechanism from its text.
///
/// # Panics
/// If the text has errors; the message contains them.
pub fn mechanism(text: &str) -> ProgrammedMechanism {
    let mut sources = Sources::new();
    let file = sources.add(Path::new("test.mod"), text.as_bytes().to_vec()).expect("it is text");
    let mut found = Diagnostics::new();
    let tree = parse(&mut sources, file, &mut |_| Ok(Vec::new()), &mut found);
    let model = resolve(&tree, "test", &mut found);
    assert!(!found.has_errors(), "{}\n{text}", found.render(&sources, Severity::Error));
    let model = model.expect("there are no errors");
    let lowered = lower(&model).unwrap_or_else(|found| panic!("{}\n{text}", found.render(&sources, Severity::Error)));
    ProgrammedMechanism::new(lowered.signature, lowered.programs).expect("lowered programs are valid")
}

/// A single instance.
pub struct Single {
    pub signature: std::sync::Arc<Signature>,
    pub kernel: std::sync::Arc<dyn Kernel>,
    pub block: Block,
    scratch: KernelScratch,
}

impl Single {
    /// An instance with default values, in a compartment with a diameter of 20 um and NEURON's usual concentrations.
    pub fn of(mechanism: &dyn Mechanism, second_order: bool) -> Self {
        let signature = mechanism.signature().clone();
        let mut block = Block::new(signature.defaults(), 1);
        if let Some(column) = signature.column("diam") {
            block.set(column, 0, 20.0);
        }
        for ion in &signature.ions {
            for &(variable, column) in &ion.reads {
                let x = match (ion.ion.as_str(), variable) {
                    ("na_ion", IonVariable::ReversalPotential) => 50.0,
                    ("k_ion", IonVariable::ReversalPotential) => -77.0,
                    _ => continue,
                };
                block.set(column, 0, x);
            }
        }
        let environment = Environment {
            numerics: Numerics::Exact,
            lanes: Lanes::baseline(),
            dt: 0.025,
            celsius: 6.3,
            second_order,
            current_slopes: false,
            globals: signature.global_defaults().collect(),
            tables: std::sync::Arc::default(),
            usual_values: std::sync::Arc::default(),
            first_values: std::sync::Arc::default(),
        };
        let kernel = mechanism.compile(&environment, &Layout::of(&block)).expect("it compiles");
        Self { signature, kernel, block, scratch: KernelScratch::default() }
    }

    pub fn instances(&mut self) -> Instances<'_> {
        self.block.instances(0..1, &mut self.scratch)
    }

    /// The value of a variable, by its name.
    ///
    /// # Panics
    /// If there is no variable of that name.
    pub fn value(&self, name: &str) -> f64 {
        let column = self.signature.column(name).unwrap_or_else(|| panic!("{name} is a variable"));
        self.block.value(column, 0)
    }
}
