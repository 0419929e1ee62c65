//! A compartment under a VClamp has NEURON 9.0.2's voltage and current, to the last bit (measured by
//! tests/data/measure.py).

use std::f64::consts::PI;
use std::sync::Arc;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Catalogue, Environment, Kernel, KernelScratch, Layout, Membrane, Numerics, Outbox, Signature,
};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(number).collect()
}

/// A mechanism with one instance.
struct Instance {
    signature: Arc<Signature>,
    kernel: Arc<dyn Kernel>,
    block: Block,
    scratch: KernelScratch,
}

impl Instance {
    fn new(mechanism: &str, numerics: Numerics, dt: f64) -> Self {
        let catalogue = Catalogue::builtin();
        let mechanism = catalogue.find(mechanism).unwrap();
        let signature = Arc::clone(mechanism.signature());
        let block = Block::new(signature.defaults(), 1);
        let environment = Environment {
            dt,
            celsius: 6.3,
            second_order: false,
            numerics,
            lanes: Lanes::detect(),
            current_slopes: false,
            globals: Arc::default(),
            tables: Arc::default(),
            usual_values: Arc::default(),
            first_values: Arc::default(),
        };
        let kernel = mechanism.compile(&environment, &Layout::of(&block)).unwrap();
        Self { signature, kernel, block, scratch: KernelScratch::default() }
    }

    fn column(&self, name: &str) -> usize {
        self.signature.column(name).unwrap_or_else(|| panic!("no variable {name}"))
    }

    fn set(&mut self, name: &str, value: f64) {
        let column = self.column(name);
        self.block.column_mut(column)[0] = value;
    }

    fn get(&self, name: &str) -> f64 {
        self.block.value(self.column(name), 0)
    }

    fn initialize(&mut self, v: f64) {
        let mut outbox = Outbox::default();
        self.kernel.initialize(0.0, &[v], self.block.instances(0..1, &mut self.scratch), &mut outbox);
        assert!(outbox.emissions.is_empty());
    }

    /// Current and conductance.
    fn current(&mut self, t: f64, v: f64) -> (f64, f64) {
        let (mut rhs, mut diagonal) = ([0.0], [0.0]);
        let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
        self.kernel.current(t, &[v], self.block.instances(0..1, &mut self.scratch), membrane);
        (-rhs[0], diagonal[0])
    }

    fn advance(&mut self, t: f64, v: f64) {
        self.kernel.advance(t, &[v], self.block.instances(0..1, &mut self.scratch));
    }
}

/// Runs a case, and compares voltage and current after each step.
fn check(case: &Value, numerics: Numerics) {
    let membrane = |name: &str| number(&case["membrane"][name]);
    let dt = membrane("dt"); // ms
    let area = PI * membrane("diam") * membrane("length"); // um2
    // The clamp must give the same result in both numerics; the leak is computed as in NEURON.
    let mut pas = Instance::new("pas", Numerics::Exact, dt);
    pas.set("g", membrane("g")); // S/cm2
    pas.set("e", membrane("e")); // mV
    let mut clamp = Instance::new("VClamp", numerics, dt);
    for (name, value) in case["parameters"].as_object().unwrap() {
        clamp.set(name, number(value));
    }

    let mut v = membrane("v_init"); // mV
    let mut t = 0.0; // ms
    pas.initialize(v);
    clamp.initialize(v);
    clamp.current(t, v);

    let expected: Vec<_> = numbers(&case["v"]).into_iter().zip(numbers(&case["i"])).collect();
    assert!(expected.len() > 400);
    for (step, &(expected_v, expected_i)) in expected.iter().enumerate() {
        if step > 0 {
            t += 0.5 * dt;
            let (leak, leak_slope) = pas.current(t, v); // mA/cm2, S/cm2
            let (current, slope) = clamp.current(t, v); // nA, uS
            let density = 1e2 / area; // from nA to mA/cm2
            let mut rhs = 0.0; // mA/cm2
            rhs -= leak;
            rhs += current * density;
            let mut d = leak_slope; // S/cm2
            d -= slope * density;
            d += 0.001 * (1.0 / dt) * membrane("cm");
            v += rhs / d;
            t += 0.5 * dt;
            clamp.advance(t, v);
        }
        let i = clamp.get("i");
        let what = format!("step {step} of {} {}", case["parameters"], case["membrane"]);
        assert_eq!(v.to_bits(), expected_v.to_bits(), "v {v:?}, not {expected_v:?} at {what}");
        assert_eq!(i.to_bits(), expected_i.to_bits(), "i {i:?}, not {expected_i:?} at {what}");
    }
    for (name, expected) in case["after"].as_object().unwrap() {
        let (value, expected) = (clamp.get(name), number(expected));
        assert_eq!(value.to_bits(), expected.to_bits(), "{name} is {value:?}, not {expected:?}");
    }
}

#[test]
fn vclamp_is_neurons() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/vclamp.json")).unwrap();
    assert!(cases.len() >= 15);
    for case in &cases {
        check(case, Numerics::Exact);
        check(case, Numerics::Fast);
    }
}

#[test]
fn equations_without_a_solution_give_nan() {
    let mut clamp = Instance::new("VClamp", Numerics::Exact, 0.025);
    clamp.set("dur[0]", 1.0); // ms
    clamp.set("tau1", 0.0); // ms
    clamp.set("tau2", -0.025); // ms: the control amplifier's own term is 0
    clamp.set("gain", 0.0);
    clamp.initialize(-65.0);
    let (current, _) = clamp.current(0.0, -65.0); // nA
    assert!(current.is_nan());
}
