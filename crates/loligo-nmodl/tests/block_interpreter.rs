//! Contract: in `Exact`, the block interpreter and machine code for one instance give the bits of the plain interpreter, for
//! every mechanism, any number of instances and all vector instructions.
//!
//! The mechanisms are those of `tests/mods`, `examples/mods` and `mechanisms`, of the idioms below and, if the environment variable
//! `LOLIGO_MOD_FILES` names a folder, of all `.mod` files in it.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loligo_mechanisms::Mechanism;
use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Environment, History, IonVariable, Kernel, KernelScratch, Kind, Membrane, Numerics, Outbox, Role, Signature,
};
use loligo_nmodl::interpreter::Interpreter;
use loligo_nmodl::vector::{self, BlockInterpreter, Columns};
use loligo_nmodl::{ProgrammedMechanism, Reading};
use loligo_random::Random123;

/// More than a row, and not a multiple of the lanes.
const INSTANCES: usize = 131;
const STEPS: usize = 12;
const DT: f64 = 0.025; // ms

/// The columns of all instances, and what they add to the equations of the membrane.
struct Subject {
    kernel: Arc<dyn Kernel>,
    block: Block,
    scratch: KernelScratch,
    rhs: Vec<f64>,
    diagonal: Vec<f64>,
}

impl Subject {
    fn new(signature: &Signature, kernel: Arc<dyn Kernel>) -> Self {
        let mut block = Block::new(signature.defaults(), INSTANCES);
        block.streams = (0..INSTANCES * signature.streams.len()).map(|k| Random123::new(1, 2, k as u32)).collect();
        block.histories = vec![History::default(); INSTANCES * signature.histories];
        block.vectors = vec![Arc::default(); INSTANCES * signature.vectors.len()];
        for (column, variable) in signature.columns().enumerate() {
            // Every third parameter differs from instance to instance.
            if variable.role == Role::Parameter && column % 3 == 0 {
                for instance in 0..INSTANCES {
                    block.set(column, instance, variable.default * (1.0 + 1e-3 * (instance % 7) as f64));
                }
            }
        }
        for ion in &signature.ions {
            for &(variable, column) in &ion.reads {
                for instance in 0..INSTANCES {
                    let x = match variable {
                        IonVariable::ReversalPotential => -77.0 + 0.01 * instance as f64, // mV
                        IonVariable::Inside => 5e-5 * (1.0 + instance as f64),            // mM
                        IonVariable::Outside => 2.0 + 0.01 * instance as f64,             // mM
                        _ => 1e-3 * instance as f64,
                    };
                    block.set(column, instance, x);
                }
            }
        }
        for &(_, column) in &signature.geometry {
            block.fill(column, 10.0);
        }
        Self {
            kernel,
            block,
            scratch: KernelScratch::default(),
            rhs: vec![0.0; INSTANCES],
            diagonal: vec![0.0; INSTANCES],
        }
    }

    fn initialize(&mut self, v: &[f64]) {
        let instances = self.block.instances(0..INSTANCES, &mut self.scratch);
        self.kernel.initialize(0.0, v, instances, &mut Outbox::default());
    }

    fn current(&mut self, t: f64, v: &[f64]) {
        let membrane = Membrane { rhs: &mut self.rhs, diagonal: &mut self.diagonal };
        self.kernel.current(t, v, self.block.instances(0..INSTANCES, &mut self.scratch), membrane);
    }

    fn advance(&mut self, t: f64, v: &[f64]) {
        self.kernel.advance(t, v, self.block.instances(0..INSTANCES, &mut self.scratch));
    }

    /// The first number that differs from another subject's, with its name. After a fault, which ends a run, the numbers have
    /// no meaning.
    fn difference(&self, other: &Self, signature: &Signature) -> Option<String> {
        let faults = [self, other].map(|subject| subject.kernel.fault());
        if let [Some(own), Some(others)] = &faults {
            return (own != others).then(|| format!("faults: {own} {others}"));
        }
        let is_same = |x: f64, y: f64| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
        for instance in 0..INSTANCES {
            let equations = [("rhs", &self.rhs, &other.rhs), ("diagonal", &self.diagonal, &other.diagonal)];
            for (name, own, others) in equations {
                if !is_same(own[instance], others[instance]) {
                    return Some(format!("{name} of instance {instance}: {} {}", own[instance], others[instance]));
                }
            }
            for column in 0..signature.width() {
                let (own, others) = (self.block.value(column, instance), other.block.value(column, instance));
                if !is_same(own, others) {
                    return Some(format!("{} of instance {instance}: {own} {others}", signature.column_name(column)));
                }
            }
        }
        (faults != [None, None]).then(|| format!("faults: {faults:?}"))
    }
}

fn environment(signature: &Signature, lanes: Lanes, variant: usize) -> Environment {
    Environment {
        numerics: Numerics::Exact,
        lanes,
        dt: DT,
        celsius: 6.3 + 10.0 * variant as f64,
        second_order: variant == 1,
        current_slopes: variant == 1,
        globals: signature.global_defaults().collect(),
        tables: Arc::default(),
        usual_values: usual_values(signature, variant),
        first_values: Arc::default(),
    }
}

/// Values that no instance, or in the last variant some instances have.
fn usual_values(signature: &Signature, variant: usize) -> Arc<[f64]> {
    let factor = if variant == 1 { 1.0 + 1e-3 * 3.0 } else { 1.0 };
    signature.defaults().enumerate().map(|(column, x)| if column % 3 == 0 { x * factor } else { x }).collect()
}

/// Compares the interpreters and the machine code for one instance after the other over some steps; returns the first
/// difference.
fn compare(mechanism: &ProgrammedMechanism, lanes: Lanes, variant: usize) -> Option<String> {
    let signature = mechanism.signature().clone();
    let environment = environment(&signature, lanes, variant);
    let programs = Arc::new(mechanism.programs().clone());
    let states: Vec<usize> =
        (0..signature.width()).filter(|&column| signature.variable(column).role == Role::State).collect();
    let interpreter = || Interpreter::new(programs.clone(), &environment, states.clone());
    let mut plain = Subject::new(&signature, Arc::new(interpreter()));
    let code = Subject::new(&signature, Arc::new(interpreter().with_machine_code()));
    let constants = vector::constants(&programs, &signature, &environment);
    let columns = Columns { states: states.clone(), constants, unobserved: BTreeSet::new() };
    let block = Subject::new(&signature, Arc::new(BlockInterpreter::new(programs.clone(), &environment, columns)));
    let mut others = [("machine code", code), ("block", block)];
    let v = |step: usize| -> Vec<f64> {
        if signature.kind == Kind::Artificial {
            return Vec::new();
        }
        (0..INSTANCES).map(|k| -90.0 + (k as f64 * 1.03 + step as f64 * 1.7) % 140.0).collect() // mV
    };
    let (initial, mut t) = (v(0), 0.0);
    plain.initialize(&initial);
    others.iter_mut().for_each(|(_, other)| other.initialize(&initial));
    let found = |hook: &str, plain: &Subject, others: &[(&str, Subject)]| {
        others.iter().find_map(|(name, other)| {
            let difference = plain.difference(other, &signature)?;
            Some(format!("{name}, {hook}: {difference}"))
        })
    };
    if let Some(difference) = found("initialize", &plain, &others) {
        return Some(difference);
    }
    for step in 1..=STEPS {
        let v = v(step);
        if signature.has_current {
            plain.current(t + DT / 2.0, &v);
            others.iter_mut().for_each(|(_, other)| other.current(t + DT / 2.0, &v));
            if let Some(difference) = found("current", &plain, &others) {
                return Some(difference);
            }
        }
        t += DT;
        plain.advance(t, &v);
        others.iter_mut().for_each(|(_, other)| other.advance(t, &v));
        if let Some(difference) = found("advance", &plain, &others) {
            return Some(difference);
        }
    }
    None
}

/// Texts with idioms that the project's mechanisms do not have.
const IDIOMS: [(&str, &str); 14] = [
    (
        "a linear scheme",
        "NEURON { SUFFIX scheme USEION k READ ek WRITE ik RANGE g }
         PARAMETER { g = 0.01 (S/cm2) }
         STATE { c1 c2 o }
         ASSIGNED { v (mV) ek (mV) ik (mA/cm2) a b }
         INITIAL { SOLVE scheme STEADYSTATE sparse }
         BREAKPOINT { SOLVE scheme METHOD sparse ik = g*o*(v - ek) }
         KINETIC scheme { rates(v) ~ c1 <-> c2 (3*a, b) ~ c2 <-> o (a, 3*b) CONSERVE c1 + c2 + o = 1 }
         PROCEDURE rates(v) { a = 0.2*exp(v/20) b = 0.1*exp(-v/30) }",
    ),
    (
        "a scheme that is singular at some voltages",
        "NEURON { SUFFIX singular NONSPECIFIC_CURRENT i }
         STATE { x y }
         ASSIGNED { v (mV) i (mA/cm2) a }
         INITIAL { x = 1 y = 0 }
         BREAKPOINT { SOLVE scheme METHOD sparse i = 1e-3*x }
         KINETIC scheme { a = 0 if (v > -20) { a = -1/dt } ~ x <-> y (a, 0) ~ y << (0.1*v) }",
    ),
    (
        "a scheme that is not linear, with more rounds at some voltages",
        "NEURON { SUFFIX buffered USEION ca READ ica WRITE cai RANGE total }
         PARAMETER { total = 0.1 }
         STATE { cai (mM) free bound }
         ASSIGNED { v (mV) ica (mA/cm2) }
         INITIAL { cai = 1e-4 free = total bound = 0 }
         BREAKPOINT { SOLVE scheme METHOD sparse }
         KINETIC scheme {
           ~ cai + free <-> bound (100*exp(v/20), 1)
           ~ cai + bound <-> free (1, 0.1)
           ~ cai << (1e-3*exp(v/12) - 20*ica) }",
    ),
    (
        "implicit gates, which share no variable",
        "NEURON { SUFFIX gates NONSPECIFIC_CURRENT i RANGE tau }
         PARAMETER { tau = 2 (ms) }
         STATE { m h }
         ASSIGNED { v (mV) i (mA/cm2) minf hinf }
         INITIAL { rates(v) m = minf h = hinf }
         BREAKPOINT { SOLVE states METHOD derivimplicit i = 1e-3*m^3*h*(v + 80) }
         DERIVATIVE states { rates(v) m' = (minf - m)/tau h' = (hinf - h)/(5 + tau*exp(-v/30)) }
         PROCEDURE rates(v) { minf = 1/(1 + exp(-(v + 40)/5)) hinf = 1/(1 + exp((v + 60)/6)) }",
    ),
    (
        "implicit equations that need more rounds, or exchanged rows, at some voltages",
        "NEURON { SUFFIX implicit NONSPECIFIC_CURRENT i RANGE k }
         PARAMETER { k = 0.1 }
         STATE { x y z }
         ASSIGNED { v (mV) i (mA/cm2) }
         INITIAL { x = 0.5 y = 0 z = 1 }
         BREAKPOINT { SOLVE states METHOD derivimplicit i = 1e-4*(x + z)*v }
         DERIVATIVE states {
           x' = -k*exp(v/10)*x^3 + y
           y' = 200*exp(v/25)*z - y
           z' = if_above(v)*z*y - 1e3*x*z }
         FUNCTION if_above(v) { if_above = 0 if (v > 0) { if_above = 40 } }",
    ),
    (
        "implicit equations that have no solution at some voltages",
        "NEURON { SUFFIX unsolved NONSPECIFIC_CURRENT i }
         STATE { x }
         ASSIGNED { v (mV) i (mA/cm2) }
         INITIAL { x = 1 }
         BREAKPOINT { SOLVE states METHOD derivimplicit i = 1e-4*x }
         DERIVATIVE states { x' = if_high(v)*(1 + x*x) - x }
         FUNCTION if_high(v) { if_high = 0 if (v > 30) { if_high = 1e3 } }",
    ),
    (
        "branches, loops and arrays",
        "NEURON { SUFFIX branches NONSPECIFIC_CURRENT i RANGE w, n, last }
         PARAMETER { n = 1.5 w = 3 }
         STATE { s[3] }
         ASSIGNED { v (mV) i (mA/cm2) last }
         INITIAL { FROM k = 0 TO 2 { s[k] = 0.1*k } }
         BREAKPOINT { SOLVE states i = 1e-4*(v + 70)*sum(w) }
         PROCEDURE states() { LOCAL x
           FROM k = 0 TO 2 { x = v/(10 + k) if (x > 0 && s[k] < 1) { s[k] = s[k] + x*dt last = k } else if (x < -6) {
             s[k] = fabs(s[k])^n } else { s[k] = s[k] - 1e-3*tanh(x) } } }
         FUNCTION sum(w) { LOCAL k sum = 0 k = 0 WHILE (k < 3) { sum = sum + w*s[k] k = k + 1 } }",
    ),
    (
        "tables of functions that depend on a parameter",
        "NEURON { SUFFIX tables NONSPECIFIC_CURRENT i RANGE shift }
         PARAMETER { shift = 1.5 }
         STATE { m }
         ASSIGNED { v (mV) i (mA/cm2) }
         INITIAL { m = inf(v) }
         BREAKPOINT { SOLVE states METHOD cnexp i = 1e-4*m*(v + 70) }
         DERIVATIVE states { m' = (inf(v) - m)/5 }
         FUNCTION inf(v) { TABLE DEPEND shift FROM -80 TO 20 WITH 50 inf = 1/(1 + exp(-(v + shift)/7)) }",
    ),
    (
        "a table that each instance checks by itself, and that leaves a variable",
        "NEURON { SUFFIX own NONSPECIFIC_CURRENT i RANGE m, minf, mtau GLOBAL vmin, vmax, tadj }
         PARAMETER { vmin = -80 (mV) vmax = 20 (mV) }
         STATE { m }
         ASSIGNED { v (mV) i (mA/cm2) minf mtau tadj }
         INITIAL { trates(v) m = minf }
         BREAKPOINT { SOLVE states METHOD cnexp i = 1e-4*tadj*m*(v + 70) }
         DERIVATIVE states { trates(v) m' = (minf - m)/mtau }
         PROCEDURE trates(v) { TABLE minf, mtau DEPEND celsius FROM vmin TO vmax WITH 99 rates(v) }
         PROCEDURE rates(v) { tadj = 2.3^((celsius - 23)/10) minf = 1/(1 + exp(-(v + 40)/7)) mtau = (1 + minf)/tadj }",
    ),
    (
        "tables that each instance checks by itself: of parameters that differ, of a variable that the same code changes",
        "NEURON { SUFFIX own NONSPECIFIC_CURRENT i RANGE a, shift, scale, x, y GLOBAL seen }
         PARAMETER { a = 1 shift = 1.5 scale = 2 }
         STATE { m }
         ASSIGNED { v (mV) i (mA/cm2) x y seen }
         INITIAL { seen = 1 m = inf(v) y = 0 }
         BREAKPOINT { SOLVE states METHOD cnexp i = 1e-4*(m + y)*(v + 70) if (y > 0.1) { x = changed(v) } }
         DERIVATIVE states { m' = (inf(v) - m)/5 x = a*exp(v/50) y = changed(v) }
         FUNCTION inf(v) { TABLE DEPEND shift FROM -80 TO 20 WITH 50 inf = scale/(1 + exp(-(v + shift + a)/7)) }
         FUNCTION changed(v) { TABLE DEPEND x FROM -80 TO 20 WITH 10 changed = x/(1 + exp(-v/7)) }",
    ),
    (
        "a table that few instances need",
        "NEURON { SUFFIX seldom NONSPECIFIC_CURRENT i GLOBAL last }
         ASSIGNED { v (mV) i (mA/cm2) last }
         INITIAL { last = 0 }
         BREAKPOINT { i = 1e-4*(v + 70) if (v > 30) { last = steep(v) i = i*last } }
         FUNCTION steep(v) { TABLE FROM -80 TO 80 WITH 50 steep = 1/(1 + exp(-v/7)) }",
    ),
    (
        "implicit equations in another order than the states",
        "NEURON { SUFFIX order NONSPECIFIC_CURRENT i }
         STATE { a b c d }
         ASSIGNED { v (mV) i (mA/cm2) }
         INITIAL { a = 0.2 b = 0.5 c = 0 d = 1 }
         BREAKPOINT { SOLVE states METHOD derivimplicit i = 1e-4*(a + b + c + d)*(v + 70) }
         DERIVATIVE states {
           d' = b - exp(v/40)*d
           b' = (0.5 - b)/(2 + exp(-v/30))
           c' = 0.1*d*a - c
           a' = exp(v/20)*(1 - a) - 0.1*a }",
    ),
    (
        "a loop with a number of rounds that the instance decides",
        "NEURON { SUFFIX rounds NONSPECIFIC_CURRENT i RANGE n, sum }
         STATE { m }
         ASSIGNED { v (mV) i (mA/cm2) n sum }
         INITIAL { m = 0 n = 0 sum = 0 }
         BREAKPOINT { SOLVE states i = 1e-4*m*(v + 70) if (m > 2) { WHILE (sum > 1) { sum = sum/2 } } }
         PROCEDURE states() { LOCAL x
           x = v n = 0 sum = 0.5
           WHILE (x > -70) { x = x - 25 n = n + 1 if (n > 2) { sum = sum + x*x/900 } }
           m = m + dt*n }",
    ),
    (
        "random numbers of a generator of the instance",
        "NEURON { SUFFIX noise NONSPECIFIC_CURRENT i RANGE x, u, n }
         ASSIGNED { v (mV) i (mA/cm2) x u n }
         INITIAL { set_seed(5 + v) x = 0 u = 0 n = 0 }
         BREAKPOINT { SOLVE states i = 1e-4*x*(v + 70) }
         PROCEDURE states() { x = 0.9*x + normrand(0, 0.1) u = scop_random()
           if (v > 0) { n = poisrand(0.7) x = x + exprand(2) } }",
    ),
];

#[test]
fn idioms_keep_their_bits() {
    for (name, text) in IDIOMS {
        let mechanism = common::mechanism(text);
        for lanes in Lanes::available() {
            for variant in 0..2 {
                assert_eq!(compare(&mechanism, lanes, variant), None, "{name}");
            }
        }
    }
}

/// Of the idioms, only a table of a variable that the same code changes is computed for one instance after the other.
#[test]
fn hooks_are_computed_for_many_instances_at_once() {
    for (name, text) in IDIOMS {
        let mechanism = common::mechanism(text);
        let environment = environment(mechanism.signature(), Lanes::detect(), 0);
        let kernel = BlockInterpreter::new(Arc::new(mechanism.programs().clone()), &environment, Columns::default());
        for (hook, obstacle) in kernel.hooks().filter(|(hook, _)| *hook != "initialize") {
            let is_expected = name.ends_with("that the same code changes");
            assert_eq!(obstacle.is_some(), is_expected, "{name}, {hook}: {obstacle:?}");
        }
    }
}

/// The mechanism of a file, if it has no errors.
fn read(path: &Path) -> Option<ProgrammedMechanism> {
    let mut reading = Reading::of_file(path).ok()?;
    let lowered = reading.lower()?;
    ProgrammedMechanism::new(lowered.signature, lowered.programs).ok()
}

fn mod_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            mod_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "mod") {
            found.push(path);
        }
    }
}

fn check(files: &[PathBuf]) {
    let (mut differing, mut compared, mut in_rows, mut hooks) = (Vec::new(), 0, 0, 0);
    for path in files {
        let Some(mechanism) = read(path) else { continue };
        for (lanes, variant) in Lanes::available().into_iter().flat_map(|lanes| [(lanes, 0), (lanes, 1)]) {
            if let Some(difference) = compare(&mechanism, lanes, variant) {
                differing.push(format!("{}, {lanes:?}: {difference}", path.display()));
            }
        }
        compared += 1;
        let signature = mechanism.signature();
        let environment = environment(signature, Lanes::detect(), 0);
        let kernel = BlockInterpreter::new(Arc::new(mechanism.programs().clone()), &environment, Columns::default());
        for (hook, obstacle) in kernel.hooks() {
            hooks += 1;
            match obstacle {
                None => in_rows += 1,
                Some(obstacle) => println!("{}: {hook}: {obstacle}", path.display()),
            }
        }
    }
    println!("{compared} mechanisms, {in_rows} of {hooks} hooks computed in rows");
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(compared > 0);
}

#[test]
fn mechanisms_of_the_project_keep_their_bits() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["tests/mods", "examples/mods", "mechanisms"] {
        mod_files(&project.join(folder), &mut files);
    }
    files.sort();
    check(&files);
}

#[test]
fn mechanisms_of_a_given_folder_keep_their_bits() {
    let Some(folder) = std::env::var_os("LOLIGO_MOD_FILES") else {
        println!("LOLIGO_MOD_FILES is not set");
        return;
    };
    let mut files = Vec::new();
    mod_files(Path::new(&folder), &mut files);
    files.sort();
    check(&files);
}
