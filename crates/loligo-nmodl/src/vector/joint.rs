//! Several mechanisms on the same nodes, computed together: voltages are looked up once, the polynomials of all stand side
//! by side, and the arithmetic of all is one piece of machine code. Results have the bits of the separate kernels.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use loligo_mechanisms::math::{Exact, ExactLanes, Fast, Lanes, Math};
use loligo_mechanisms::{Instances, JointKernel, Membrane, Numerics, Rows};

use super::choice::VariantPlan;
use super::fusion::fused;
use super::graph::{Graph, Input, Node};
use super::interpolation::Interpolation;
use super::machine_code::instruction_set;
use super::members::Members;
use super::part::Part;
use super::passes::Computation;
use super::plan::Outputs;
use super::run::{Memory, Run};

/// The plan of a hook of several mechanisms.
#[derive(Debug)]
struct Joint {
    plan: VariantPlan,
    first_columns: Vec<u32>,
    numerics: Numerics,
    lanes: Lanes,
    /// Temperature, degC.
    celsius: f64,
}

/// Joins the parts of mechanisms; `None` if one of them cannot be joined, or there is no machine code.
pub(super) fn joint(
    parts: &[&Part],
    (numerics, lanes, celsius): (Numerics, Lanes, f64),
) -> Option<Arc<dyn JointKernel>> {
    let set = instruction_set(lanes)?;
    let (mut graph, mut outputs, mut unobserved) = (Graph::new(celsius), Outputs::default(), BTreeSet::new());
    let (mut first_columns, mut assumed, mut next) = (Vec::new(), Vec::new(), 0);
    for part in parts {
        if !part.can_be_joined() {
            return None;
        }
        first_columns.push(next);
        append(&mut graph, part, next, &mut outputs);
        unobserved.extend(part.unobserved.iter().map(|column| column + next));
        assumed.extend(part.assumed.iter().map(|&(column, x)| (column + next, x)));
        next += part.width().max(1);
    }
    let computation = Computation { graph, outputs };
    let interpolation = Interpolation::by(numerics, computation, &unobserved, lanes);
    let Interpolation { computation, interpolants, exceptions } = interpolation;
    let outputs = computation.outputs.without(&unobserved);
    let plan = fused(&computation.graph, &outputs, &first_columns, set).ok()?;
    let plan = VariantPlan { plan, assumed, interpolants, exceptions };
    Some(Arc::new(Joint { plan, first_columns, numerics, lanes, celsius }))
}

/// Adds a mechanism's computation to a graph; `first` is the number of its first column.
fn append(graph: &mut Graph, part: &Part, first: u32, outputs: &mut Outputs) {
    let mut new = Vec::with_capacity(part.computation.graph.nodes().len());
    for node in part.computation.graph.nodes() {
        let node = match node {
            Node::Input(Input::Column(column)) => Node::Input(Input::Column(column + first)),
            other => other.map(|operand| new[operand.index()]),
        };
        new.push(graph.add(node));
    }
    let own = part.computation.outputs.map(|value| new[value.index()]);
    outputs.columns.extend(own.columns.iter().map(|&(column, value)| (column + first, value)));
    outputs.membrane.extend(own.membrane);
}

impl Joint {
    fn run_with<M: Math>(&self, t: f64, v: &[f64], members: &mut [Instances<'_>], membrane: Option<Membrane<'_>>) {
        let plan = &self.plan.plan;
        Rows::of_this_thread(|rows| {
            self.lanes.run(Run {
                plan,
                interpolants: &self.plan.interpolants,
                members: Members { all: members, first_columns: &self.first_columns },
                v,
                t,
                membrane,
                memory: Memory {
                    rows: rows.at_least(plan.rows + 1 + plan.spare_rows),
                    tables: &[],
                    function_tables: &[],
                    celsius: self.celsius,
                },
                plain: |_: &[f64], _: Instances<'_>, _: Option<Membrane<'_>>| {},
                profile: PhantomData::<M>,
            });
        });
    }
}

impl JointKernel for Joint {
    fn run(&self, t: f64, v: &[f64], members: &mut [Instances<'_>], membrane: Option<Membrane<'_>>) -> bool {
        let all = Members { all: members, first_columns: &self.first_columns };
        let fits = || self.plan.fits(|column| all.column(column), (v, self.lanes), 0..all.len());
        if all.all.len() != self.first_columns.len() || !fits() {
            return false;
        }
        match self.numerics {
            Numerics::Exact if ExactLanes::is_available() => self.run_with::<ExactLanes>(t, v, members, membrane),
            Numerics::Exact => self.run_with::<Exact>(t, v, members, membrane),
            Numerics::Fast => self.run_with::<Fast>(t, v, members, membrane),
        }
        true
    }
}
