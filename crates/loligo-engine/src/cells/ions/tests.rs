use std::sync::Arc;

use loligo_mechanisms::{CompileError, Environment, IonUse, Kernel, Layout, Mechanism, Signature, Variable, nernst};

use super::*;
use crate::test_models::{builtin, placed};

/// A mechanism that uses calcium and has no other variables. Columns: eca, cai, ica, dica_dv.
#[derive(Debug)]
struct User(Arc<Signature>);

impl Mechanism for User {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        builtin("ca_ion").compile(environment, layout)
    }
}

const E: usize = 0;
const INSIDE: usize = 1;
const CURRENT: usize = 2;
const SLOPE: usize = 3;

fn user(kind: Kind, uses: IonUse) -> Arc<dyn Mechanism> {
    let variables = ["eca", "cai", "ica", "dica_dv"].map(|name| Variable::state(name, "1", "of calcium"));
    let mut signature = Signature::new("user", "uses calcium", kind);
    signature.variables = variables.into();
    signature.ions = vec![uses];
    Arc::new(User(Arc::new(signature)))
}

fn calcium() -> IonUse {
    IonUse::of("ca_ion")
}

/// Calcium on three rows of 200 um2, and users with their rows; the blocks have one instance for each
/// row.
fn ions(users: &[(Arc<dyn Mechanism>, &[u32])]) -> (Ions, Vec<Installed>, Vec<Block>) {
    let area = [200.0; 3]; // um2
    let all = [(builtin("ca_ion"), &[0, 1, 2][..])];
    let (mut installed, mut blocks) = (Vec::new(), Vec::new());
    for (order, (mechanism, rows)) in all.iter().chain(users).enumerate() {
        let placed = placed(mechanism, order as u32, rows);
        let (rows, handed_in) = (rows.to_vec(), (placed.globals, placed.tables));
        installed.push(Installed::new(Arc::clone(mechanism), handed_in, order as u32, rows, &area));
        blocks.push(placed.block);
    }
    let options = Options { celsius: 37.0, numerics: Numerics::Exact, ..Options::default() };
    (Ions::new(&installed, &area, &options), installed, blocks)
}

fn of_ion(blocks: &[Block], column: usize) -> [f64; 3] {
    [0, 1, 2].map(|instance| blocks[0].value(column, instance))
}

const GIVEN: f64 = 132.457_934_163_700_9; // mV

#[test]
fn the_mechanisms_of_a_segment_decide_where_the_reversal_potential_comes_from() {
    let reader = user(Kind::Density, calcium().reading(IonVariable::Inside, INSIDE));
    let writer = user(Kind::Density, calcium().writing(IonVariable::Inside, INSIDE));
    let (ions, _, mut blocks) = ions(&[(reader, &[1]), (writer, &[2])]);
    blocks[0].fill(Ion::INSIDE, 1e-3); // mM
    ions.initialize(0, &mut blocks);
    // No mechanism, a reader, and a writer, where both concentrations start from the ion's globals.
    assert_eq!(of_ion(&blocks, Ion::INSIDE), [1e-3, 1e-3, 5e-5]);
    let expected = [GIVEN, nernst(1e-3, 2.0, 2.0, 37.0), nernst(5e-5, 2.0, 2.0, 37.0)];
    assert_eq!(of_ion(&blocks, Ion::REVERSAL_POTENTIAL), expected);
    assert!((expected[1] - 101.57).abs() < 0.01, "25.69 mV at 37 degC x 1/2 ln(2000): {expected:?}");
    // In the step it follows only where a concentration is written.
    blocks[0].fill(Ion::INSIDE, 1e-2); // mM
    ions.begin_currents(0, &mut blocks, &mut KernelScratch::default(), true);
    let stepped = of_ion(&blocks, Ion::REVERSAL_POTENTIAL);
    assert_eq!(stepped, [expected[0], expected[1], nernst(1e-2, 2.0, 2.0, 37.0)]);
}

/// NEURON's ion_style: 4 concentrations start from globals, 32 Nernst at the start, 64 in every step.
#[test]
fn a_style_of_the_user_takes_the_place_of_that_of_the_mechanisms() {
    let writer = user(Kind::Density, calcium().writing(IonVariable::Inside, INSIDE));
    let (mut ions, _, mut blocks) = ions(&[(writer, &[0, 1, 2])]);
    let start = |ions: &Ions, blocks: &mut [Block]| {
        blocks[0].fill(Ion::INSIDE, 1e-3); // mM
        blocks[0].fill(Ion::REVERSAL_POTENTIAL, GIVEN);
        ions.initialize(0, blocks);
        let at_start = (of_ion(blocks, Ion::INSIDE), of_ion(blocks, Ion::REVERSAL_POTENTIAL));
        blocks[0].fill(Ion::REVERSAL_POTENTIAL, 0.0);
        ions.begin_currents(0, blocks, &mut KernelScratch::default(), true);
        (at_start, of_ion(blocks, Ion::REVERSAL_POTENTIAL))
    };
    let [given, of_global] = [1e-3, 5e-5].map(|inside| nernst(inside, 2.0, 2.0, 37.0));
    [3.0, 4.0 + 32.0, 64.0].into_iter().enumerate().for_each(|(k, style)| blocks[0].set(Ion::STYLE, k, style));
    ions.take_styles(0, &blocks[0]);
    let ((inside, at_start), stepped) = start(&ions, &mut blocks);
    assert_eq!(inside, [1e-3, 5e-5, 1e-3]);
    assert_eq!(at_start, [GIVEN, of_global, GIVEN]);
    assert_eq!(stepped, [0.0, 0.0, given]);
    blocks[0].fill(Ion::STYLE, -1.0);
    ions.take_styles(0, &blocks[0]);
    let ((inside, at_start), stepped) = start(&ions, &mut blocks);
    assert_eq!((inside, at_start, stepped), ([5e-5; 3], [of_global; 3], [of_global; 3]), "as the writer needs it");
}

#[test]
fn potentials_in_vector_lanes_are_those_of_the_formula() {
    let writer = user(Kind::Density, calcium().writing(IonVariable::Inside, INSIDE));
    let (mut ions, _, mut blocks) = ions(&[(writer, &[0, 1, 2])]);
    ions.numerics = Numerics::Fast;
    ions.take_styles(0, &blocks[0]);
    let inside = [1e-3, 0.0, 4.2e-5]; // mM
    inside.iter().enumerate().for_each(|(k, &inside)| blocks[0].set(Ion::INSIDE, k, inside));
    ions.begin_currents(0, &mut blocks, &mut KernelScratch::default(), true);
    for (k, potential) in of_ion(&blocks, Ion::REVERSAL_POTENTIAL).into_iter().enumerate() {
        let expected = nernst(inside[k], 2.0, 2.0, 37.0); // mV
        assert!((potential - expected).abs() <= 1e-13 * expected.abs(), "{potential} mV, not {expected}");
    }
}

#[test]
fn a_reversal_potential_that_nothing_reads_follows_in_the_last_step_of_an_epoch() {
    let writer = || user(Kind::Density, calcium().writing(IonVariable::Inside, INSIDE));
    let with_reader = user(Kind::Density, calcium().reading(IonVariable::ReversalPotential, E));
    let (unread, _, unread_blocks) = ions(&[(writer(), &[0, 1, 2])]);
    let (read, _, read_blocks) = ions(&[(writer(), &[0, 1, 2]), (with_reader, &[1])]);
    let (mut observed, _, observed_blocks) = ions(&[(writer(), &[0, 1, 2])]);
    observed.observe(0, Ion::REVERSAL_POTENTIAL);
    let before = nernst(5e-5, 2.0, 2.0, 37.0); // mV
    let after = nernst(1e-3, 2.0, 2.0, 37.0); // mV
    for (ions, mut blocks, within) in
        [(unread, unread_blocks, before), (read, read_blocks, after), (observed, observed_blocks, after)]
    {
        ions.initialize(0, &mut blocks);
        blocks[0].fill(Ion::INSIDE, 1e-3); // mM
        for (is_last, expected) in [(false, within), (true, after)] {
            ions.begin_currents(0, &mut blocks, &mut KernelScratch::default(), is_last);
            assert_eq!(of_ion(&blocks, Ion::REVERSAL_POTENTIAL), [expected; 3]);
        }
    }
}

#[test]
fn a_reversal_potential_that_a_mechanism_writes_is_not_computed() {
    let both = calcium().writing(IonVariable::Inside, INSIDE).writing(IonVariable::ReversalPotential, E);
    let (ions, _, mut blocks) = ions(&[(user(Kind::Density, both), &[1])]);
    ions.initialize(0, &mut blocks);
    blocks[1].fill(E, 20.0); // mV
    blocks[1].fill(INSIDE, 1e-4); // mM
    let (before, rest) = blocks.split_at_mut(1);
    ions.store(1, 0..1, before, &rest[0], true);
    ions.begin_currents(0, &mut blocks, &mut KernelScratch::default(), true);
    assert_eq!(of_ion(&blocks, Ion::REVERSAL_POTENTIAL), [GIVEN, 20.0, GIVEN]);
    assert_eq!(of_ion(&blocks, Ion::INSIDE), [5e-5, 1e-4, 5e-5]);
}

#[test]
fn a_concentration_stored_at_the_start_moves_the_reversal_potential_at_once() {
    let writer = user(Kind::Density, calcium().writing(IonVariable::Inside, INSIDE));
    let (ions, _, mut blocks) = ions(&[(writer, &[1])]);
    blocks[1].fill(INSIDE, 1e-4); // mM
    let (before, rest) = blocks.split_at_mut(1);
    ions.store(1, 0..1, before, &rest[0], false);
    assert_eq!(of_ion(&blocks, Ion::REVERSAL_POTENTIAL), [GIVEN; 3], "in a step it waits for the ion's turn");
    let (before, rest) = blocks.split_at_mut(1);
    ions.store(1, 0..1, before, &rest[0], true);
    assert_eq!(of_ion(&blocks, Ion::REVERSAL_POTENTIAL), [GIVEN, nernst(1e-4, 2.0, 2.0, 37.0), GIVEN]);
}

/// 1 nA through 200 um2 is 0.5 mA/cm2.
#[test]
fn currents_of_all_mechanisms_are_summed_by_area() {
    let current = || calcium().writing(IonVariable::Current, CURRENT).with_current_slope(SLOPE);
    let channel = user(Kind::Density, current());
    let synapse = user(Kind::Point { electrode: false }, current());
    let reader = user(Kind::Density, calcium().reading(IonVariable::Current, CURRENT));
    let (mut ions, _, mut blocks) = ions(&[(channel, &[0, 1]), (synapse, &[1, 1]), (reader, &[1])]);
    ions.observe(0, Ion::CURRENT_SLOPE);
    assert!(ions.slopes_wanted());
    blocks[1].fill(CURRENT, 0.25); // mA/cm2
    blocks[2].fill(CURRENT, 1.0); // nA
    blocks[2].fill(SLOPE, 0.1); // uS
    for _ in 0..2 {
        ions.begin_currents(0, &mut blocks, &mut KernelScratch::default(), true);
        for k in [1, 2] {
            let (before, rest) = blocks.split_at_mut(k);
            ions.add_currents(k, 0..2, before, &rest[0]);
        }
    }
    assert_eq!(of_ion(&blocks, Ion::CURRENT), [0.25, 0.25 + 0.5 + 0.5, 0.0], "once a step");
    assert_eq!(of_ion(&blocks, Ion::CURRENT_SLOPE), [0.0, 0.05 + 0.05, 0.0]);
    let (before, rest) = blocks.split_at_mut(3);
    ions.read(3, 0..1, before, &mut rest[0], false);
    assert_eq!(blocks[3].value(CURRENT, 0), 1.25);
}

#[test]
fn currents_are_summed_only_where_they_are_read() {
    let channel = || user(Kind::Density, calcium().writing(IonVariable::Current, CURRENT).with_current_slope(SLOPE));
    let (mut ions, ..) = ions(&[(channel(), &[0])]);
    assert!(!ions.needs(1, CURRENT) && !ions.needs(0, Ion::CURRENT));
    ions.observe(0, Ion::CURRENT);
    assert!(ions.needs(1, CURRENT) && ions.needs(0, Ion::CURRENT) && !ions.needs(1, SLOPE));
    ions.observe_all();
    assert!(ions.needs(1, SLOPE) && ions.needs(0, Ion::CURRENT_SLOPE));
}

#[test]
fn in_a_step_only_what_changes_is_read() {
    let reader = user(Kind::Density, calcium().reading(IonVariable::ReversalPotential, E));
    let (mut ions, _, mut blocks) = ions(&[(reader, &[1, 2])]);
    let mut read = |ions: &Ions, at_start| {
        blocks[1].fill(E, 0.0);
        let (before, rest) = blocks.split_at_mut(1);
        ions.read(1, 0..2, before, &mut rest[0], at_start);
        rest[0].value(E, 1)
    };
    assert_eq!([read(&ions, true), read(&ions, false)], [GIVEN, 0.0]);
    ions.note_change(0);
    assert_eq!(read(&ions, false), GIVEN);
}

#[test]
fn an_event_sees_and_stores_concentrations_alone() {
    let both = calcium().reading(IonVariable::ReversalPotential, E).writing(IonVariable::Inside, INSIDE);
    let (ions, _, mut blocks) = ions(&[(user(Kind::Point { electrode: false }, both), &[1, 1])]);
    let (before, rest) = blocks.split_at_mut(1);
    ions.read_concentrations(1, 1..2, before, &mut rest[0]);
    assert_eq!([rest[0].value(E, 1), rest[0].value(INSIDE, 0), rest[0].value(INSIDE, 1)], [0.0, 0.0, 5e-5]);
    rest[0].set(INSIDE, 1, 1e-4); // mM
    ions.store_states(1, 1..2, before, &rest[0]);
    assert_eq!(of_ion(&blocks, Ion::INSIDE), [5e-5, 1e-4, 5e-5]);
}

#[test]
fn several_that_store_at_one_place_are_computed_in_order() {
    let point = Kind::Point { electrode: false };
    let writer = || user(point, calcium().writing(IonVariable::Inside, INSIDE));
    let reader = || user(point, calcium().reading(IonVariable::Inside, INSIDE));
    let (ions, ..) = ions(&[(writer(), &[0, 1]), (writer(), &[1, 1]), (reader(), &[1, 1])]);
    assert_eq!([0, 1, 2, 3].map(|k| ions.need_order(k)), [false, false, true, false]);
}

#[test]
fn recorded_currents_of_the_second_order_step_belong_to_its_middle() {
    let (ions, installed, mut blocks) = ions(&[]);
    blocks[0].fill(Ion::CURRENT, 0.5); // mA/cm2
    blocks[0].fill(Ion::CURRENT_SLOPE, 0.1); // S/cm2
    ions.move_currents(&installed, &[1.0, -2.0, 0.0], &mut blocks);
    assert_eq!(of_ion(&blocks, Ion::CURRENT), [0.5 + 0.1, 0.5 - 0.2, 0.5]);
}

/// A pool on rows 1 and 2 that also reads the current.
#[test]
fn columns_of_an_ion_are_used_in_place_unless_copies_are_read_from_outside() {
    let both = calcium().reading(IonVariable::Current, CURRENT).writing(IonVariable::Inside, INSIDE);
    let potential = calcium().writing(IonVariable::ReversalPotential, E);
    let (mut ions, ..) = ions(&[
        (user(Kind::Density, both), &[1, 2]),
        (user(Kind::Density, calcium().reading(IonVariable::ReversalPotential, E)), &[0, 2]),
        (user(Kind::Density, potential), &[1]),
    ]);
    let place = |copy, column, is_stored| InPlace { copy, column: (0, column), first: 2, is_stored };
    let of_pool = vec![place(INSIDE, Ion::INSIDE, true), place(CURRENT, Ion::CURRENT, false)];
    assert_eq!(ions.in_place(1, 1..2), Some(of_pool));
    assert_eq!(ions.in_place(2, 0..2), None, "rows 0 and 2 do not follow each other");
    assert_eq!(ions.in_place(2, 1..2), Some(vec![place(E, Ion::REVERSAL_POTENTIAL, false)]));
    assert_eq!(ions.in_place(3, 0..1), None, "a potential that is written is not copied before");
    ions.observe(1, CURRENT);
    assert_eq!(ions.in_place(1, 1..2), None);
}
