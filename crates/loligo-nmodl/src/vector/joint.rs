//! Several mechanisms on the same nodes, computed together: voltages are looked up once, the polynomials of all stand side
//! by side, and the arithmetic of all is one piece of machine code. Results have the bits of the separate kernels.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::{Exact, ExactLanes, Fast, Lanes, Math};
use loligo_mechanisms::{
    Block, BoundColumns, ColumnMut, ColumnView, Instances, JointKernel, Membrane, Numerics, OpenColumns, Rows,
};

use super::choice::{VariantPlan, has_only};
use super::fusion::fused;
use super::graph::{Graph, Input, Node};
use super::interpolation::Interpolation;
use super::machine_code::instruction_set;
use super::members::{Bound, FIRST_CODE, Given, Members, place};
use super::part::Part;
use super::passes::Computation;
use super::plan::{Operand, Outputs};
use super::run::{Memory, Run};

/// The plan of a hook of several mechanisms.
#[derive(Debug)]
struct Joint {
    plan: VariantPlan,
    first_columns: Vec<u32>,
    /// The columns that are loaded into rows, in ascending order.
    inputs: Vec<u32>,
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
    let plan = fused(&computation.graph, &outputs, &first_columns, (numerics, set)).ok()?;
    let mut inputs: Vec<u32> = plan.inputs().collect();
    inputs.sort_unstable();
    inputs.dedup();
    assumed.sort_unstable_by_key(|&(column, _)| column);
    let plan = VariantPlan { plan, assumed, interpolants, exceptions };
    Some(Arc::new(Joint { plan, first_columns, inputs, numerics, lanes, celsius }))
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
    fn run_for(&self, t: f64, v: &[f64], members: Members<'_, '_>, membrane: Option<Membrane<'_>>) {
        match self.numerics {
            Numerics::Exact if ExactLanes::is_available() => self.run_with::<ExactLanes>(t, v, members, membrane),
            Numerics::Exact => self.run_with::<Exact>(t, v, members, membrane),
            Numerics::Fast => self.run_with::<Fast>(t, v, members, membrane),
        }
    }

    fn run_with<M: Math>(&self, t: f64, v: &[f64], members: Members<'_, '_>, membrane: Option<Membrane<'_>>) {
        let plan = &self.plan.plan;
        Rows::of_this_thread(|rows| {
            self.lanes.run(Run {
                plan,
                interpolants: &self.plan.interpolants,
                members,
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

    /// The list of the assumed columns.
    fn assumed_list(&self) -> usize {
        FIRST_CODE + self.plan.plan.codes.len()
    }

    /// True if the plan can be run with columns that were found before: then it changes no column that all instances share.
    fn can_be_bound(&self, blocks: &[Block], members: &[(usize, Range<usize>)]) -> bool {
        let column = |(member, column): (usize, usize)| blocks[members[member].0].column(column);
        let at = |number: u32| column(place(&self.first_columns, number));
        let mut changed =
            self.plan.plan.codes.iter().flat_map(|code| code.columns()).filter(|(_, is_changed)| *is_changed);
        let keep = |&(number, x): &(u32, Operand)| match (at(number), x) {
            (ColumnView::Same(own), Operand::Number(x)) => own.to_bits() == x.to_bits(),
            (own, _) => matches!(own, ColumnView::Discarded),
        };
        changed.all(|(place, _)| !matches!(column(place), ColumnView::Same(_)))
            && self.plan.plan.stores.iter().all(keep)
    }
}

impl JointKernel for Joint {
    fn run(&self, t: f64, v: &[f64], members: &mut [Instances<'_>], membrane: Option<Membrane<'_>>) -> bool {
        let given = Given { all: members, first_columns: &self.first_columns };
        let fits = || self.plan.fits(|column| given.column(column), (v, self.lanes), 0..given.len());
        if given.all.len() != self.first_columns.len() || !fits() {
            return false;
        }
        self.run_for(t, v, Members::Given(given), membrane);
        true
    }

    fn bind(&self, blocks: &mut [Block], members: &[(usize, Range<usize>)]) -> BoundColumns {
        if members.len() != self.first_columns.len() || !self.can_be_bound(blocks, members) {
            return BoundColumns::of(blocks, members, [[]; 0]);
        }
        let places = |columns: &[u32]| columns.iter().map(|&column| place(&self.first_columns, column)).collect();
        let inputs: Vec<(usize, usize)> = places(&self.inputs);
        let codes = self.plan.plan.codes.iter().map(|code| code.columns().map(|(place, _)| place).collect());
        let assumed: Vec<u32> = self.plan.assumed.iter().map(|&(column, _)| column).collect();
        BoundColumns::of(blocks, members, std::iter::once(inputs).chain(codes).chain([places(&assumed)]))
    }

    fn run_bound(&self, t: f64, v: &[f64], mut columns: OpenColumns<'_>, membrane: Option<Membrane<'_>>) -> bool {
        if columns.lists() != self.assumed_list() + 1 {
            return false;
        }
        let has_value = |(column, &(_, x)): (ColumnMut<'_>, &(u32, f64))| has_only(column.view(), x);
        let has_values = columns.list(self.assumed_list()).zip(&self.plan.assumed).all(has_value);
        if !has_values || !self.plan.covers_all(v, self.lanes) {
            return false;
        }
        self.run_for(t, v, Members::Bound(Bound { columns, inputs: &self.inputs }), membrane);
        true
    }
}
