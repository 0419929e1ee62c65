//! Longitudinal diffusion: once a step, after all states have been advanced, substances move between neighbouring
//! segments.
//!
//! For every diffusing column of a mechanism, one implicit step is made on the tree of the segments that have the
//! mechanism. The tree depends only on the cells' cables, not on the order in which the rows of the group are stored.
//! Both kinds of arithmetic use NEURON's order of operations.

use std::collections::HashMap;

use loligo_cable::{Cable, NO_PARENT};
use loligo_mechanisms::{DiffusionTerms, IonUse};

use super::installed::Installed;
use super::{Cells, Places, State};
use crate::blueprint::CellBlueprint;

/// The diffusing substances of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Diffusion {
    /// Installed mechanisms with diffusing columns, in the order in which they were registered.
    mechanisms: Vec<(usize, Tree)>,
    terms: Terms,
    equations: Equations,
}

/// The segments that have a mechanism, cell by cell in NEURON's order of nodes, so that parents come before their
/// children.
#[derive(Clone, Debug, Default)]
struct Tree {
    segments: Vec<Segment>,
}

/// A segment that exchanges a substance with its neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    instance: u32,
    neighbour: Option<Neighbour>,
}

/// The neighbouring segment towards the root.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Neighbour {
    /// Its index in the tree.
    parent: u32,
    /// Factor of the child's effect on the parent, 1/um2: 2 / (dx of the parent) / (sum of both
    /// dx).
    to_parent: f64,
    /// Factor of the parent's effect on the child, 1/um2: the same with the child's dx.
    from_parent: f64,
}

/// The diffusion terms of each instance, in the order of the instances.
#[derive(Clone, Debug, Default)]
struct Terms {
    /// um4/ms.
    conductance: Vec<f64>,
    /// um2.
    volume: Vec<f64>,
}

/// The equations of one column, in the order of the tree.
#[derive(Clone, Debug, Default)]
struct Equations {
    /// Present values before the solution, new values after it.
    rhs: Vec<f64>,
    /// 1/ms, as are the off-diagonal elements.
    diagonal: Vec<f64>,
    to_parent: Vec<f64>,
    from_parent: Vec<f64>,
}

impl Diffusion {
    /// Finds the trees of the mechanisms that have diffusing columns; `places` has the positions of the cells'
    /// mechanisms.
    pub(super) fn new(cells: &[CellBlueprint], installed: &[Installed], places: &[Places]) -> Self {
        let mut mechanisms: Vec<(usize, Tree)> = Vec::new();
        for (index, own) in installed.iter().enumerate().filter(|(_, own)| !own.signature.diffusion.is_empty()) {
            let mut tree = Tree::default();
            for (cell, places) in cells.iter().zip(places) {
                let mut at: Vec<(u32, u32)> = Vec::new();
                for (placed, (_, instances)) in cell.placed.iter().zip(places).filter(|(_, place)| place.0 == index) {
                    at.extend(placed.nodes.iter().copied().zip(instances.iter().copied()));
                }
                at.sort_unstable();
                tree.add(&cell.cable, &at);
            }
            debug_assert_eq!(tree.segments.len(), own.rows.len());
            mechanisms.push((index, tree));
        }
        // Mechanisms that write concentrations are evaluated before the others, in the reverse order of their
        // registration.
        let writes =
            |(index, _): &(usize, Tree)| installed[*index].signature.ions.iter().any(IonUse::writes_concentration);
        let (mut mechanisms, others): (Vec<_>, Vec<_>) = mechanisms.into_iter().partition(writes);
        mechanisms.reverse();
        mechanisms.extend(others);
        Self { mechanisms, ..Self::default() }
    }
}

impl Tree {
    /// Adds the segments of a cell that have the mechanism, given as (node, instance) by ascending nodes.
    fn add(&mut self, cable: &Cable, at: &[(u32, u32)]) {
        let first = self.segments.len() as u32;
        let known: HashMap<u32, u32> = at.iter().map(|&(node, _)| node).zip(first..).collect();
        let length = |node: u32| cable.segment_length(cable.nodes[node as usize].section as usize); // um
        for &(node, instance) in at {
            let neighbour = neighbour(cable, node, |node| known.contains_key(&node)).map(|parent| {
                let (own, others) = (length(node), length(parent)); // um
                Neighbour {
                    parent: known[&parent],
                    to_parent: 2.0 / others / (own + others),
                    from_parent: 2.0 / own / (own + others),
                }
            });
            self.segments.push(Segment { instance, neighbour });
        }
    }
}

/// The neighbour of a node towards the root, if any: its parent; if the parent does not have the mechanism (as is the
/// case for every node without area), the parent's parent; otherwise the first segment of the section to which its own
/// is attached.
fn neighbour(cable: &Cable, node: u32, has: impl Fn(u32) -> bool) -> Option<u32> {
    let above = |node: u32| Some(cable.parent[node as usize]).filter(|&parent| parent != NO_PARENT);
    let parent = above(node)?;
    let first_of_section = || {
        let section = cable.parent_section(cable.nodes[node as usize].section as usize)?;
        Some(cable.segment_nodes(section).start)
    };
    let candidates = [Some(parent), above(parent), first_of_section()];
    candidates.into_iter().flatten().find(|&candidate| has(candidate))
}

impl Terms {
    /// Resets the terms for this many instances to values with which nothing diffuses.
    fn clear(&mut self, instances: usize) {
        for (terms, value) in [(&mut self.conductance, 0.0), (&mut self.volume, 1.0)] {
            terms.clear();
            terms.resize(instances, value);
        }
    }
}

impl Equations {
    /// Makes an implicit step of `dt` (ms) from the values in `rhs`, and replaces them by the new
    /// ones.
    fn step(&mut self, tree: &Tree, terms: &Terms, dt: f64) {
        let Self { rhs, diagonal, to_parent: a, from_parent: b } = self;
        for list in [&mut *diagonal, &mut *a, &mut *b] {
            list.clear();
            list.resize(tree.segments.len(), 0.0);
        }
        for (i, &Segment { instance, neighbour }) in tree.segments.iter().enumerate() {
            diagonal[i] += 1.0 / dt; // 1/ms
            rhs[i] /= dt;
            if let Some(Neighbour { parent, to_parent, from_parent }) = neighbour {
                let p = parent as usize;
                let (own, others) = (instance as usize, tree.segments[p].instance as usize);
                let conductance = (terms.conductance[own] + terms.conductance[others]) / 2.0; // um4/ms
                a[i] = -to_parent * conductance / terms.volume[others]; // 1/ms
                b[i] = -from_parent * conductance / terms.volume[own]; // 1/ms
                diagonal[i] -= b[i];
                diagonal[p] -= a[i];
            }
        }
        for (i, segment) in tree.segments.iter().enumerate().rev() {
            if let Some(Neighbour { parent, .. }) = segment.neighbour {
                let (p, q) = (parent as usize, a[i] / diagonal[i]);
                diagonal[p] -= q * b[i];
                rhs[p] -= q * rhs[i];
            }
        }
        for (i, segment) in tree.segments.iter().enumerate() {
            if let Some(Neighbour { parent, .. }) = segment.neighbour {
                rhs[i] -= b[i] * rhs[parent as usize];
            }
            rhs[i] /= diagonal[i];
        }
    }
}

impl Cells {
    /// Makes the diffusion step of all diffusing columns, for a step that ends at `t` (ms).
    pub(crate) fn diffuse(&mut self, t: f64) {
        let Diffusion { mechanisms, terms, equations } = &mut self.diffusion;
        let State { v, blocks, .. } = &mut self.state;
        for &(k, ref tree) in mechanisms.iter() {
            let (installed, kernel) = (&self.installed[k], &*self.kernels[k]);
            for (which, &column) in installed.signature.diffusion.iter().enumerate() {
                terms.clear(tree.segments.len());
                for piece in installed.pieces() {
                    self.pointers.read(k, piece.clone(), v, blocks);
                    let terms = DiffusionTerms { conductance: &mut terms.conductance, volume: &mut terms.volume };
                    let scratch = &mut self.workspace.scratch;
                    installed.diffusion((which, piece), kernel, (t, v), &mut blocks[k], scratch, terms);
                }
                let of_ion = self.ions.concentration(k, column);
                let place = |instance: u32| match of_ion {
                    Some((ion, column, instances)) => (ion, column, instances[instance as usize] as usize),
                    None => (k, column, instance as usize),
                };
                let places = || tree.segments.iter().map(|segment| place(segment.instance));
                equations.rhs.clear();
                equations.rhs.extend(places().map(|(block, column, instance)| blocks[block].value(column, instance)));
                equations.step(tree, terms, self.options.dt);
                for ((block, column, instance), &value) in places().zip(&equations.rhs) {
                    blocks[block].set(column, instance, value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loligo_cable::{Attachment, CableSection, End, Shape};
    use loligo_mechanisms::{
        CompileError, Environment, Instances, Kernel, Kind, Layout, Mechanism, Numerics, Outbox, Signature, Variable,
    };

    use super::*;
    use crate::cells::LocalQuantity;
    use crate::options::Options;
    use crate::test_models::{cable, cell, placed, started};

    /// A mechanism whose only effect is diffusion: `x` with the constants given by its parameters,
    /// `y` ten times as fast.
    #[derive(Debug)]
    struct Spreads(Arc<Signature>);

    const CONDUCTANCE: usize = 0; // um4/ms
    const VOLUME: usize = 1; // um2
    const X: usize = 2;
    const Y: usize = 3;

    impl Spreads {
        fn mechanism() -> Arc<dyn Mechanism> {
            Arc::new(Self(Arc::new(Signature {
                variables: vec![
                    Variable::parameter("conductance", "um4/ms", 3.0, "coefficient times cross-section"),
                    Variable::parameter("volume", "um2", 2.0, "volume per length"),
                    Variable::state("x", "mM", "a concentration"),
                    Variable::state("y", "mM", "another"),
                ],
                diffusion: vec![X, Y],
                ..Signature::new("spreads", "spreads", Kind::Density)
            })))
        }
    }

    impl Mechanism for Spreads {
        fn signature(&self) -> &Arc<Signature> {
            &self.0
        }

        fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
            Ok(Arc::new(SpreadsKernel))
        }
    }

    #[derive(Debug)]
    struct SpreadsKernel;

    impl Kernel for SpreadsKernel {
        fn initialize(&self, _: f64, _: &[f64], _: Instances<'_>, _: &mut Outbox) {}

        fn diffusion(&self, which: usize, _: f64, v: &[f64], instances: Instances<'_>, terms: DiffusionTerms<'_>) {
            for k in 0..v.len() {
                terms.conductance[k] = instances.value(CONDUCTANCE, k) * [1.0, 10.0][which];
                terms.volume[k] = instances.value(VOLUME, k);
            }
        }
    }

    fn section(length: f64, segments: usize, parent: Option<(usize, f64)>) -> CableSection {
        let parent = parent.map(|(parent, parent_x)| Attachment { parent, parent_x, child_end: End::Zero });
        let shape = Shape::Cylinder { length, diameters: vec![2.0] };
        CableSection { shape, segments, axial_resistance: 100.0, capacitance: 1.0, parent }
    }

    /// A trunk of 3 segments, with a branch of 2 at its end, one of 2 in its middle, and one of 1 at its beginning.
    fn branched() -> Arc<Cable> {
        let sections = [
            section(30.0, 3, None),
            section(25.0, 2, Some((0, 1.0))),
            section(14.0, 2, Some((0, 0.5))),
            section(9.0, 1, Some((0, 0.0))),
        ];
        Arc::new(Cable::build(&sections).expect("cylinders have a cable"))
    }

    fn segments(cable: &Cable) -> Vec<u32> {
        let nodes = 0..cable.len() as u32;
        nodes.filter(|&node| cable.nodes[node as usize].segment.is_some()).collect()
    }

    /// Cells with the mechanism on all segments, where segment k of a cell has volume 2 + k and x starts from `x(k)`.
    fn spreading(cables: &[Arc<Cable>], numerics: Numerics, x: fn(usize) -> f64) -> (Cells, Vec<Places>) {
        let mechanism = Spreads::mechanism();
        let blueprints: Vec<CellBlueprint> = cables
            .iter()
            .map(|cable| {
                let mut own = placed(&mechanism, 0, &segments(cable));
                for k in 0..own.nodes.len() {
                    own.block.set(VOLUME, k, 2.0 + k as f64);
                    own.block.set(X, k, x(k));
                    own.block.set(Y, k, x(k));
                }
                cell(cable, vec![own])
            })
            .collect();
        let mut places = Vec::new();
        let options = Options { numerics, ..Options::default() };
        let cells = started(&blueprints, options, |_, own| places = own.to_vec());
        (cells, places)
    }

    fn values(cells: &Cells, places: &Places, column: usize) -> Vec<f64> {
        let (installed, instances) = &places[0];
        let of = |&instance: &u32| {
            cells.value(LocalQuantity::Variable { installed: *installed, column, instance: instance as usize })
        };
        instances.iter().map(of).collect()
    }

    fn ramp(k: usize) -> f64 {
        0.1 + 0.37 * (k * k) as f64
    }

    #[test]
    fn a_step_of_two_segments_is_backward_eulers() {
        let (mut cells, places) = spreading(&[cable(2)], Numerics::Exact, ramp);
        cells.diffuse(0.025);
        let (dt, dx, conductance, volumes) = (0.025, 20.0, 3.0, [2.0, 3.0]); // ms, um, um4/ms, um2
        let x = values(&cells, &places[0], X);
        let flux = conductance / (dx * dx) * (x[1] - x[0]); // um2 mM/ms, at the end of the step
        assert!((x[0] - (ramp(0) + dt * flux / volumes[0])).abs() < 1e-15);
        assert!((x[1] - (ramp(1) - dt * flux / volumes[1])).abs() < 1e-15);
        let y = values(&cells, &places[0], Y);
        let flux = 10.0 * conductance / (dx * dx) * (y[1] - y[0]); // um2 mM/ms
        assert!((y[0] - (ramp(0) + dt * flux / volumes[0])).abs() < 1e-15);
    }

    #[test]
    fn the_amount_is_kept() {
        let cable = branched();
        let (mut cells, places) = spreading(&[Arc::clone(&cable)], Numerics::Fast, ramp);
        let sections = segments(&cable).into_iter().map(|node| cable.nodes[node as usize].section as usize);
        let sizes = sections.zip(2..).map(|(section, volume)| cable.segment_length(section) * f64::from(volume)); // um3
        let sizes = sizes.collect::<Vec<_>>();
        let amount =
            |cells: &Cells| values(cells, &places[0], Y).iter().zip(&sizes).map(|(y, size)| y * size).sum::<f64>();
        let before = (values(&cells, &places[0], Y), amount(&cells));
        (0..100).for_each(|_| cells.diffuse(0.025));
        let after = (values(&cells, &places[0], Y), amount(&cells));
        assert!((after.1 / before.1 - 1.0).abs() < 1e-13, "{} {}", before.1, after.1);
        assert!(before.0.iter().zip(&after.0).all(|(before, after)| (before - after).abs() > 1e-3));
    }

    #[test]
    fn what_is_equal_everywhere_stays() {
        let (mut cells, places) = spreading(&[branched()], Numerics::Fast, |_| 0.7);
        (0..100).for_each(|_| cells.diffuse(0.025));
        assert!(values(&cells, &places[0], Y).iter().all(|y| (y - 0.7).abs() < 1e-13));
    }

    #[test]
    fn the_bits_depend_neither_on_the_arithmetic_nor_on_other_cells() {
        let run = |cables: &[Arc<Cable>], numerics, cell: usize| {
            let (mut cells, places) = spreading(cables, numerics, ramp);
            (0..20).for_each(|_| cells.diffuse(0.025));
            values(&cells, &places[cell], Y).into_iter().map(f64::to_bits).collect::<Vec<_>>()
        };
        let alone = run(&[branched()], Numerics::Exact, 0);
        assert_eq!(run(&[branched()], Numerics::Fast, 0), alone);
        assert_eq!(run(&[cable(4), branched(), cable(1), branched()], Numerics::Fast, 1), alone);
        assert_eq!(run(&[cable(4), branched(), cable(1), branched()], Numerics::Exact, 3), alone);
    }

    #[test]
    fn a_segment_exchanges_with_the_nearest_that_neurons_rule_finds() {
        let cable = branched();
        let nodes = |section| cable.segment_nodes(section).collect::<Vec<u32>>();
        let (trunk, end, middle, beginning) = (nodes(0), nodes(1), nodes(2), nodes(3));
        let everywhere = |node: u32| neighbour(&cable, node, |other| cable.nodes[other as usize].segment.is_some());
        assert_eq!(
            trunk.iter().map(|&node| everywhere(node)).collect::<Vec<_>>(),
            [None, Some(trunk[0]), Some(trunk[1])]
        );
        assert_eq!(end.iter().map(|&node| everywhere(node)).collect::<Vec<_>>(), [Some(trunk[2]), Some(end[0])]);
        assert_eq!(everywhere(middle[0]), Some(trunk[1]));
        assert_eq!(everywhere(beginning[0]), Some(trunk[0]), "at the root's end with its first segment");
        let without =
            |left_out: &[u32], node| neighbour(&cable, node, |other| !left_out.contains(&other) && other != 0);
        let ends = [*trunk.last().expect("it has segments") + 1];
        assert_eq!(without(&[&ends[..], &trunk[1..]].concat(), end[0]), Some(trunk[0]));
        assert_eq!(without(&[&ends[..], &trunk].concat(), end[0]), None);
    }

    #[test]
    fn writers_of_concentrations_come_first_in_the_order_of_their_registration() {
        let of = |name: &str, order: u32, writes: bool| {
            let mut signature = (*Spreads::mechanism().signature().as_ref()).clone();
            signature.name = name.to_owned();
            if writes {
                signature.ions = vec![IonUse::of("ca_ion").writing(loligo_mechanisms::IonVariable::Inside, X)];
            }
            let mechanism: Arc<dyn Mechanism> = Arc::new(Spreads(Arc::new(signature)));
            placed(&mechanism, order, &[1])
        };
        let placed = vec![of("second", 3, true), of("first", 5, true), of("third", 7, false), of("fourth", 9, false)];
        let cells = started(&[cell(&cable(1), placed)], Options::default(), |_, _| {});
        let names = cells.diffusion.mechanisms.iter().map(|&(index, _)| cells.installed[index].signature.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["first", "second", "third", "fourth"]);
    }
}
