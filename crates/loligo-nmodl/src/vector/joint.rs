//! Several mechanisms on the same nodes, computed together: voltages are looked up once, the polynomials of all stand side
//! by side, and the arithmetic of all is one piece of machine code. Results have the bits of the separate kernels.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use loligo_machine_code::InstructionSet;
use loligo_mechanisms::math::{Exact, ExactLanes, Fast, Lanes, Math};
use loligo_mechanisms::{
    Block, BoundColumns, ColumnView, Instances, JointInstances, JointKernel, Membrane, Numerics, OpenColumns, Rows,
};

use super::by_bits::ByBits;
use super::choice::{VariantPlan, has_only, never_has};
use super::code::Code;
use super::code_run::run_code;
use super::fusion::fused;
use super::graph::{Graph, Input, Node};
use super::interpolation::Interpolation;
use super::machine_code::instruction_set;
use super::members::{Bound, COMPARED, Given, Members, place};
use super::part::Part;
use super::passes::Computation;
use super::plan::{Operand, Outputs};
use super::run::{Memory, Run};

/// The plans of a hook of several mechanisms.
#[derive(Debug)]
struct Joint {
    parts: Vec<Arc<Part>>,
    first_columns: Vec<u32>,
    target: Target,
    /// Temperature, degC.
    celsius: f64,
    /// The plan for instances with the usual values.
    usual: JointPlan,
    /// The plans for instances of which some mechanisms, one bit each, do not have them.
    others: ByBits<JointPlan>,
}

/// The most plans for instances without the usual values: one takes as long to make as thousands of steps of a cell.
const MOST_PLANS: usize = 16;

/// The conditions of a run for which plans are made.
#[derive(Clone, Copy, Debug)]
struct Target {
    numerics: Numerics,
    lanes: Lanes,
    set: InstructionSet,
}

/// A plan for rows on which all instances of a mechanism have the usual values, or none of them.
#[derive(Debug)]
struct JointPlan {
    plan: VariantPlan,
    /// True if the plan [is code](super::plan::Plan::is_code).
    is_code: bool,
    /// The columns that are loaded into rows, in ascending order.
    inputs: Vec<u32>,
    /// For each mechanism without the usual values its columns that have them elsewhere, with these values: one of the
    /// columns has another value in every instance.
    unusual: Vec<Vec<(u32, f64)>>,
}

/// Joins the parts of mechanisms; `None` if one of them cannot be joined, or there is no machine code.
pub(super) fn joint(
    parts: Vec<Arc<Part>>,
    (numerics, lanes, celsius): (Numerics, Lanes, f64),
) -> Option<Arc<dyn JointKernel>> {
    let target = Target { numerics, lanes, set: instruction_set(lanes)? };
    if parts.len() > u128::BITS as usize {
        return None;
    }
    let first_column = |next: &mut u32, part: &Arc<Part>| {
        let first = *next;
        *next += part.width().max(1);
        Some(first)
    };
    let first_columns: Vec<u32> = parts.iter().scan(0, first_column).collect();
    let usual = JointPlan::of((&parts, &first_columns), 0, (target, celsius))?;
    Some(Arc::new(Joint { parts, first_columns, target, celsius, usual, others: ByBits::default() }))
}

/// Adds a mechanism's computation to a graph; `first` is the number of its first column.
fn append(graph: &mut Graph, computation: &Computation, first: u32) -> Outputs {
    let mut new = Vec::with_capacity(computation.graph.nodes().len());
    for node in computation.graph.nodes() {
        let node = match node {
            Node::Input(Input::Column(column)) => Node::Input(Input::Column(column + first)),
            other => other.map(|operand| new[operand.index()]),
        };
        new.push(graph.add(node));
    }
    let mut outputs = computation.outputs.map(|value| new[value.index()]);
    outputs.columns.iter_mut().for_each(|(column, _)| *column += first);
    outputs
}

impl JointPlan {
    /// The plan of mechanisms of which some, those with a bit in `unusual`, do not have the usual values; `None` if one of
    /// them cannot be joined.
    fn of(
        (parts, first_columns): (&[Arc<Part>], &[u32]),
        unusual: u128,
        (Target { numerics, lanes, set }, celsius): (Target, f64),
    ) -> Option<Self> {
        let members = || {
            parts
                .iter()
                .zip(first_columns)
                .zip(0..u128::BITS)
                .map(|((part, &first), member)| (part, first, unusual & (1 << member) != 0))
        };
        let with_columns = |values: &[(u32, f64)], first: u32| -> Vec<(u32, f64)> {
            values.iter().map(|&(column, x)| (column + first, x)).collect()
        };
        let (mut graph, mut usual, mut unobserved, mut assumed) =
            (Graph::new(celsius), Outputs::default(), BTreeSet::new(), Vec::new());
        let mut currents = Vec::new();
        for (part, first, is_unusual) in members() {
            unobserved.extend(part.unobserved.iter().map(|column| column + first));
            if !is_unusual {
                let own = append(&mut graph, part.joinable(true)?, first);
                currents.push(own.membrane.len());
                usual.columns.extend(own.columns);
                usual.membrane.extend(own.membrane);
                assumed.extend(with_columns(&part.assumed, first));
            }
        }
        // Only usual values have polynomials, so that each instance has the bits that it has alone.
        let computation = Computation { graph, outputs: usual };
        let Interpolation { computation, interpolants, exceptions } =
            Interpolation::by(numerics, computation, &unobserved, lanes);
        let Computation { mut graph, outputs: usual } = computation;
        let (mut outputs, mut usual_currents, mut currents) = (
            Outputs { columns: usual.columns, ..Outputs::default() },
            usual.membrane.into_iter(),
            currents.into_iter(),
        );
        for (part, first, is_unusual) in members() {
            if is_unusual {
                let own = append(&mut graph, part.joinable(false)?, first);
                outputs.columns.extend(own.columns);
                outputs.membrane.extend(own.membrane);
            } else {
                outputs.membrane.extend(usual_currents.by_ref().take(currents.next().unwrap_or(0)));
            }
        }
        let plan = fused(&graph, &outputs.without(&unobserved), first_columns, (numerics, set)).ok()?;
        let mut inputs: Vec<u32> = plan.inputs().collect();
        inputs.sort_unstable();
        inputs.dedup();
        let unusual = members().filter(|(.., is_unusual)| *is_unusual);
        let unusual = unusual.map(|(part, first, _)| with_columns(&part.assumed, first)).collect();
        let is_code = plan.is_code();
        Some(Self { plan: VariantPlan { plan, assumed, interpolants, exceptions }, is_code, inputs, unusual })
    }

    /// True if the instances have the values for which the plan is made.
    fn fits(&self, columns: &OpenColumns<'_>) -> bool {
        let mut compared = columns.columns(COMPARED).peekable();
        // There are none if their values can only change with the form of their columns.
        compared.peek().is_none() || self.has_values(compared)
    }

    /// True if the values of the [compared](Self::compared) columns are those for which the plan is made.
    fn has_values<'c>(&self, mut columns: impl Iterator<Item = ColumnView<'c>>) -> bool {
        let has_assumed =
            self.plan.assumed.iter().all(|&(_, x)| columns.next().is_some_and(|column| has_only(column, x)));
        has_assumed
            && self.unusual.iter().all(|values| {
                let mut is_unusual = false;
                for (&(_, x), column) in values.iter().zip(columns.by_ref()) {
                    is_unusual |= never_has(column, x);
                }
                is_unusual
            })
    }

    /// The columns whose values are compared.
    fn compared(&self) -> impl Iterator<Item = u32> {
        self.plan.assumed.iter().chain(self.unusual.iter().flatten()).map(|&(column, _)| column)
    }

    /// True if the plan can be run with columns of these instances that are found before.
    fn can_be_bound(&self, blocks: &[Block], instances: JointInstances<'_>, first_columns: &[u32]) -> bool {
        let column = |of| instances.column(blocks, of);
        let changes = self.plan.plan.codes.iter().flat_map(Code::columns).filter(|(_, is_changed)| *is_changed);
        if !changes.into_iter().all(|(of, _)| instances.may_be_changed(of)) {
            return false;
        }
        let keeps = |&(number, x): &(u32, Operand)| match (column(place(first_columns, number)), x) {
            (ColumnView::Same(own), Operand::Number(x)) => own.to_bits() == x.to_bits(),
            (own, _) => matches!(own, ColumnView::Discarded),
        };
        self.plan.plan.codes.iter().all(|code| code.can_be_bound(column)) && self.plan.plan.stores.iter().all(keeps)
    }
}

impl Joint {
    /// The plan of mechanisms of which some do not have the usual values; `None` if it cannot be made.
    fn plan(&self, unusual: u128) -> Option<&JointPlan> {
        if unusual == 0 {
            return Some(&self.usual);
        }
        let make = || JointPlan::of((&self.parts, &self.first_columns), unusual, (self.target, self.celsius));
        self.others.get(unusual, MOST_PLANS, make)
    }

    /// One bit for each mechanism of which no instance has the usual values; `None` if some have.
    fn unusual<'c>(&self, view: impl Fn((usize, usize)) -> ColumnView<'c>) -> Option<u128> {
        let mut unusual = 0;
        for (part, member) in self.parts.iter().zip(0..) {
            let view = |column: u32| view((member, column as usize));
            if part.assumed.iter().all(|&(column, x)| has_only(view(column), x)) {
                continue;
            }
            if !part.assumed.iter().any(|&(column, x)| never_has(view(column), x)) {
                return None;
            }
            unusual |= 1 << member;
        }
        Some(unusual)
    }

    fn run_for(&self, plan: &VariantPlan, t: f64, v: &[f64], members: Members<'_, '_>, membrane: Option<Membrane<'_>>) {
        match self.target.numerics {
            Numerics::Exact if ExactLanes::is_available() => self.run_with::<ExactLanes>(plan, t, v, members, membrane),
            Numerics::Exact => self.run_with::<Exact>(plan, t, v, members, membrane),
            Numerics::Fast => self.run_with::<Fast>(plan, t, v, members, membrane),
        }
    }

    fn run_with<M: Math>(
        &self,
        variant: &VariantPlan,
        t: f64,
        v: &[f64],
        members: Members<'_, '_>,
        membrane: Option<Membrane<'_>>,
    ) {
        let plan = &variant.plan;
        Rows::of_this_thread(|rows| {
            self.target.lanes.run(Run {
                plan,
                interpolants: &variant.interpolants,
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
}

impl JointKernel for Joint {
    fn run(&self, t: f64, v: &[f64], members: &mut [Instances<'_>], membrane: Option<Membrane<'_>>) -> bool {
        let given = Given { all: members, first_columns: &self.first_columns };
        let plan = &self.usual.plan;
        let fits = || plan.fits(|column| given.column(column), (v, self.target.lanes), 0..given.len());
        if given.all.len() != self.first_columns.len() || !fits() {
            return false;
        }
        self.run_for(plan, t, v, Members::Given(given), membrane);
        true
    }

    fn bind(&self, blocks: &mut [Block], instances: JointInstances<'_>) -> BoundColumns {
        if instances.members.len() != self.first_columns.len() {
            return BoundColumns::of(blocks, instances, [], []);
        }
        let column = |of| instances.column(blocks, of);
        let plan = self.unusual(column).and_then(|unusual| Some((unusual, self.plan(unusual)?)));
        let can_be_bound = |plan: &JointPlan| plan.can_be_bound(blocks, instances, &self.first_columns);
        let Some((unusual, plan)) = plan.filter(|(_, plan)| can_be_bound(plan)) else {
            return BoundColumns::of(blocks, instances, [], []);
        };
        let place = |column| place(&self.first_columns, column);
        let mut compared: Vec<(usize, usize)> = plan.compared().map(place).collect();
        if !compared.iter().any(|&of| matches!(column(of), ColumnView::Each(_))) {
            compared.clear();
        }
        let inputs = plan.inputs.iter().copied().map(place).collect();
        let streams = plan.plan.plan.codes.iter().map(|code| code.columns().map(|(of, _)| of).collect());
        BoundColumns::of(blocks, instances, [inputs, compared], streams).for_plan(unusual)
    }

    fn run_bound(&self, t: f64, v: &[f64], columns: OpenColumns<'_>, membrane: Option<Membrane<'_>>) -> bool {
        let Some(plan) = self.plan(columns.plan()) else { return false };
        let is_own = columns.lists() == (2, plan.plan.plan.codes.len());
        if !is_own || !plan.fits(&columns) {
            return false;
        }
        if plan.is_code {
            return run_code(&plan.plan, self.target.lanes, v, columns, membrane);
        }
        if !plan.plan.covers_all(v, self.target.lanes) {
            return false;
        }
        self.run_for(&plan.plan, t, v, Members::Bound(Bound { columns, inputs: &plan.inputs }), membrane);
        true
    }
}
