//! Replaces functions of the voltage by polynomials, for [`Numerics::Fast`](loligo_mechanisms::Numerics).
//!
//! A function here is a value that depends on nothing but the voltage and that is used by a value which depends on more:
//! the steady state of a gate, the part of the distance to it that is covered in a step, the block of a synapse by
//! magnesium. A function whose polynomials differ from its formula by more than [`TOLERANCE`] keeps its formula.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use loligo_mechanisms::math::{BATCH, FUNCTIONS, Fast, Interpolant, Lanes, Simd, Values, VectorLoop};
use loligo_mechanisms::{Block, Instances, KernelScratch, Membrane, Numerics, Rows};

use super::dependence::{Dependence, dependences};
use super::graph::{Graph, Input, Node, Value};
use super::members::{Given, Members};
use super::passes::Computation;
use super::plan::{Outputs, Plan};
use super::run::{Memory, Run};

/// The largest difference of a polynomial from the formula, relative to the formula's largest value within 1 mV.
const TOLERANCE: f64 = 2e-13;
/// Positions in an interval, from -1 to 1, at which polynomials are compared with the formula: the whole mV, and places
/// between the sample points.
const COMPARED: [f64; 4] = [-1.0, -0.634, 0.098, 0.882];
/// The most voltages at which formulas are used in spite of the polynomials.
const MOST_EXCEPTIONS: usize = 8;

/// A computation in which functions of the voltage are interpolated.
#[derive(Debug)]
pub(super) struct Interpolation {
    pub(super) computation: Computation,
    pub(super) interpolants: Arc<[Interpolant]>,
    /// Voltages (mV) for which the polynomials are wrong: whole mV at which a formula jumps or has a value of its own.
    pub(super) exceptions: Vec<f64>,
}

impl Interpolation {
    /// Interpolates the functions that observed results use, if the arithmetic allows it.
    pub(super) fn by(numerics: Numerics, computation: Computation, unobserved: &BTreeSet<u32>, lanes: Lanes) -> Self {
        match numerics {
            Numerics::Fast => Self::of(&computation, &computation.outputs.without(unobserved), lanes),
            Numerics::Exact => Self::none(computation),
        }
    }

    /// A computation as it is.
    fn none(computation: Computation) -> Self {
        Self { computation, interpolants: Arc::default(), exceptions: Vec::new() }
    }

    /// Interpolates the functions that the results in `needed` use. A function within the formula of another one gets no
    /// polynomials for that. The bits of a result do not depend on others.
    fn of(computation: &Computation, needed: &Outputs, lanes: Lanes) -> Self {
        let is_function = |dependence| dependence == Dependence::Voltage { is_dear: true };
        let functions = functions((&computation.graph, needed), &BTreeMap::new(), is_function);
        let formulas = Formulas::sampled(&computation.graph, &functions, lanes);
        let mut exceptions = Vec::new();
        let (mut interpolants, mut found) = (Vec::new(), Vec::new());
        for (group, functions) in functions.chunks(FUNCTIONS).enumerate() {
            let of_group = |values: &[f64]| -> [f64; FUNCTIONS] {
                std::array::from_fn(|k| values.get(group * FUNCTIONS + k).copied().unwrap_or(0.0))
            };
            let samples: Vec<_> = formulas.samples.iter().map(|values| of_group(values)).collect();
            let compared: Vec<_> = formulas.compared.iter().map(|values| of_group(values)).collect();
            let interpolant = Interpolant::of_samples(functions.len(), &samples);
            let errors =
                Errors { samples: &samples, formulas: &compared, polynomials: &evaluated(&interpolant, lanes) };
            let (number, of) = (interpolants.len() as u32, interpolant.functions() as u32);
            for (&function, k) in functions.iter().zip(0..) {
                let Some(wrong) = errors.exceptions(k as usize) else { continue };
                exceptions.extend(wrong);
                found.push((function, Node::Interpolated { interpolant: number, function: k, of, x: function }));
            }
            interpolants.push(interpolant);
        }
        exceptions.sort_by(f64::total_cmp);
        exceptions.dedup();
        Self { computation: replaced(computation, &found), interpolants: interpolants.into(), exceptions }
    }
}

/// The constants that expensive functions of constants or, with `of_voltage`, of the voltage and constants use; `None` if
/// there are no such functions.
pub(super) fn constants_of_functions(
    computation: &Computation,
    constants: &BTreeMap<u32, f64>,
    of_voltage: bool,
) -> Option<BTreeSet<u32>> {
    let is_wanted = |dependence| match dependence {
        Dependence::Constants { is_dear } => is_dear,
        Dependence::Voltage { is_dear } => is_dear && of_voltage,
        Dependence::More => false,
    };
    let functions = functions((&computation.graph, &computation.outputs), constants, is_wanted);
    if functions.is_empty() {
        return None;
    }
    let is_used = computation.graph.used_by(functions);
    let inputs = computation.graph.nodes().iter().zip(is_used).filter_map(|(node, is_used)| match node {
        Node::Input(Input::Column(column)) if is_used => Some(*column),
        _ => None,
    });
    Some(inputs.collect())
}

/// The values of a wanted dependence that results, or values of another dependence that results need, use.
fn functions(
    (graph, outputs): (&Graph, &Outputs),
    constants: &BTreeMap<u32, f64>,
    is_wanted: impl Fn(Dependence) -> bool,
) -> Vec<Value> {
    let (dependences, used) = (dependences(graph, constants), graph.used_by(outputs.values()));
    let mut is_asked = vec![false; graph.nodes().len()];
    for value in outputs.values() {
        is_asked[value.index()] = true;
    }
    for (index, node) in graph.nodes().iter().enumerate() {
        if used[index] && !is_wanted(dependences[index]) {
            node.operands(|operand| is_asked[operand.index()] = true);
        }
    }
    let is_function = |&index: &usize| is_asked[index] && is_wanted(dependences[index]);
    (0..is_asked.len()).filter(is_function).map(|index| Value(index as u32)).collect()
}

/// The computation with functions replaced where values that depend on more use them. Formulas keep their own parts:
/// a function that is not interpolated has the same bits whichever others are.
fn replaced(computation: &Computation, found: &[(Value, Node)]) -> Computation {
    let dependences = dependences(&computation.graph, &BTreeMap::new());
    let mut graph = Graph::new(computation.graph.celsius());
    let v = graph.add(Node::Input(Input::Voltage));
    // By value: the formula, and the value that others use.
    let (mut formulas, mut seen) = (Vec::new(), Vec::<Value>::new());
    for (index, node) in computation.graph.nodes().iter().enumerate() {
        let is_more = dependences[index] == Dependence::More;
        let node = node.map(|operand| if is_more { seen[operand.index()] } else { formulas[operand.index()] });
        let formula = graph.add(node);
        formulas.push(formula);
        let replacement = found.iter().find(|(function, _)| function.index() == index);
        seen.push(match replacement {
            Some((_, node)) => graph.add(node.map(|_| v)),
            None => formula,
        });
    }
    Computation { graph, outputs: computation.outputs.map(|value| seen[value.index()]) }
}

/// Values of formulas at the sample points, and at those where they are compared with polynomials.
struct Formulas {
    samples: Vec<Vec<f64>>,
    compared: Vec<Vec<f64>>,
}

impl Formulas {
    fn sampled(graph: &Graph, functions: &[Value], lanes: Lanes) -> Self {
        let outputs = Outputs {
            columns: functions.iter().zip(0..).map(|(&function, column)| (column, function)).collect(),
            ..Outputs::default()
        };
        let plan = Plan::of(graph, &outputs);
        let points: Vec<f64> = Interpolant::sample_points().collect();
        let values = |v: &[f64]| {
            let mut block = Block::new(functions.iter().map(|_| f64::NAN), v.len());
            let mut scratch = KernelScratch::default();
            let instances = block.instances(0..v.len(), &mut scratch);
            Rows::of_this_thread(|rows| {
                lanes.run(Run {
                    plan: &plan,
                    interpolants: &[],
                    members: Members::Given(Given { all: &mut [instances], first_columns: &[0] }),
                    v,
                    t: 0.0,
                    membrane: None,
                    memory: Memory {
                        rows: rows.at_least(plan.rows + 1 + plan.spare_rows),
                        tables: &[],
                        function_tables: &[],
                        celsius: graph.celsius(),
                    },
                    plain: |_: &[f64], _: Instances<'_>, _: Option<Membrane<'_>>| {},
                    profile: PhantomData::<Fast>,
                });
            });
            let of_voltage = |k| (0..functions.len()).map(|column| block.value(column, k)).collect();
            (0..v.len()).map(of_voltage).collect()
        };
        Self { samples: values(&points), compared: values(&compared_voltages()) }
    }
}

/// The voltages at which polynomials and formulas are compared, mV.
fn compared_voltages() -> Vec<f64> {
    let intervals = (Interpolant::HIGH - Interpolant::LOW) as usize;
    let of_interval = |interval: usize| {
        let middle = Interpolant::LOW + interval as f64 + 0.5; // mV
        COMPARED.map(|x| middle + 0.5 * x)
    };
    (0..intervals).flat_map(of_interval).collect()
}

/// The values of polynomials where they are compared with formulas.
fn evaluated(interpolant: &Interpolant, lanes: Lanes) -> Vec<[f64; FUNCTIONS]> {
    struct Evaluate<'a>(&'a Interpolant, &'a [f64], &'a mut Values);

    impl VectorLoop for Evaluate<'_> {
        type Output = ();

        #[inline(always)]
        fn run<S: Simd>(self, simd: S) {
            self.0.evaluate(simd, self.1, self.2);
        }
    }

    let mut all = Vec::new();
    let mut values = Values::default();
    for v in compared_voltages().chunks(BATCH) {
        lanes.run(Evaluate(interpolant, v, &mut values));
        all.extend((0..v.len()).map(|k| std::array::from_fn(|function| values.function(function)[k])));
    }
    all
}

/// Samples and compared values of the functions of an interpolant.
struct Errors<'a> {
    samples: &'a [[f64; FUNCTIONS]],
    formulas: &'a [[f64; FUNCTIONS]],
    polynomials: &'a [[f64; FUNCTIONS]],
}

impl Errors<'_> {
    /// The whole mV at which the polynomials of a function are wrong; `None` if there are many, or other places.
    fn exceptions(&self, function: usize) -> Option<Vec<f64>> {
        let mut exceptions = Vec::new();
        let intervals = self.samples.chunks(Interpolant::SAMPLES).zip(self.formulas.chunks(COMPARED.len()));
        for ((samples, formulas), (polynomials, number)) in
            intervals.zip(self.polynomials.chunks(COMPARED.len()).zip(0..))
        {
            let largest = samples.iter().map(|values| values[function].abs()).fold(0.0, f64::max);
            for ((formula, polynomial), x) in formulas.iter().zip(polynomials).zip(COMPARED) {
                let is_close = (formula[function] - polynomial[function]).abs() <= TOLERANCE * largest;
                if !is_close && x == -1.0 && exceptions.len() < MOST_EXCEPTIONS {
                    exceptions.push(Interpolant::LOW + f64::from(number)); // mV
                } else if !is_close {
                    return None;
                }
            }
        }
        Some(exceptions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Binary, Unary};
    use crate::vector::passes::tests::of_voltage;

    /// 1 / (1 + exp((offset - v) / 5)) times a column.
    fn gate(graph: &mut Graph, v: Value, offset: f64) -> Value {
        let [offset, scale, one] = [offset, 5.0, 1.0].map(|x| graph.constant(x));
        let distance = graph.binary(Binary::Subtract, offset, v);
        let exponent = graph.binary(Binary::Divide, distance, scale);
        let exponential = graph.unary(Unary::Exp, exponent);
        let sum = graph.binary(Binary::Add, one, exponential);
        graph.binary(Binary::Divide, one, sum)
    }

    fn times_column(graph: &mut Graph, x: Value) -> Value {
        let column = graph.add(Node::Input(Input::Column(1)));
        graph.binary(Binary::Multiply, x, column)
    }

    fn interpolated(computation: &Computation) -> (usize, Vec<f64>) {
        let found = Interpolation::of(computation, &computation.outputs, Lanes::detect());
        let nodes = found.computation.graph.nodes().iter();
        (nodes.filter(|node| matches!(node, Node::Interpolated { .. })).count(), found.exceptions)
    }

    #[test]
    fn a_smooth_function_of_the_voltage_becomes_polynomials() {
        let computation = of_voltage(|graph, v| {
            let gate = gate(graph, v, -40.0);
            times_column(graph, gate)
        });
        assert_eq!(interpolated(&computation), (1, Vec::new()));
    }

    /// The steady state, which column 1 shows, is part of the formula of the function that column 0 uses.
    #[test]
    fn a_function_that_only_another_function_uses_gets_no_polynomials() {
        let mut computation = of_voltage(|graph, v| {
            let steady = gate(graph, v, -40.0);
            let function = graph.binary(Binary::Divide, v, steady);
            times_column(graph, function)
        });
        let steady = gate(&mut computation.graph, Value(0), -40.0);
        computation.outputs.columns.push((1, steady));
        let count = |needed: &Outputs| {
            let found = Interpolation::of(&computation, needed, Lanes::detect()).computation.graph;
            found.nodes().iter().filter(|node| matches!(node, Node::Interpolated { .. })).count()
        };
        assert_eq!(count(&computation.outputs), 2);
        assert_eq!(count(&computation.outputs.without(&[1].into())), 1);
    }

    #[test]
    fn a_cheap_function_keeps_its_formula() {
        let computation = of_voltage(|graph, v| {
            let offset = graph.constant(65.0);
            let sum = graph.binary(Binary::Add, v, offset);
            times_column(graph, sum)
        });
        assert_eq!(interpolated(&computation), (0, Vec::new()));
    }

    /// A gate that is 1 above a voltage.
    fn with_jump(at: f64, comparison: Binary) -> Computation {
        of_voltage(|graph, v| {
            let below = gate(graph, v, -40.0);
            let [at, one] = [at, 1.0].map(|x| graph.constant(x));
            let is_below = graph.binary(comparison, v, at);
            let gate = graph.select(is_below, below, one);
            times_column(graph, gate)
        })
    }

    #[test]
    fn jumps_are_only_allowed_at_whole_millivolts() {
        assert_eq!(interpolated(&with_jump(-30.0, Binary::Less)), (1, Vec::new()));
        assert_eq!(interpolated(&with_jump(-30.0, Binary::LessOrEqual)), (1, vec![-30.0]));
        assert_eq!(interpolated(&with_jump(-30.5, Binary::Less)), (0, Vec::new()));
    }

    #[test]
    fn constants_of_expensive_functions_are_found() {
        let computation = of_voltage(|graph, v| {
            let [tau, scale] = [2, 3].map(|column| graph.add(Node::Input(Input::Column(column))));
            let step = graph.constant(-0.025);
            let exponent = graph.binary(Binary::Divide, step, tau);
            let factor = graph.unary(Unary::Exp, exponent);
            let scaled = graph.binary(Binary::Multiply, v, scale);
            let product = graph.binary(Binary::Multiply, factor, scaled);
            times_column(graph, product)
        });
        let constants = [(2, 5.0), (3, 1.0)].into();
        assert_eq!(constants_of_functions(&computation, &constants, false), Some([2].into()));
        assert_eq!(constants_of_functions(&computation, &[(3, 1.0)].into(), false), None);
    }
}
