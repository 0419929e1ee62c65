//! Small cells and mechanisms shared by the unit tests of several modules.

use std::sync::Arc;

use loligo_cable::{Cable, CableSection, Shape};
use loligo_mechanisms::{
    Block, Catalogue, CompileError, Emission, Environment, Event, History, Instances, Kernel, Kind, Layout, Mechanism,
    Outbox, Procedure, Signature, Variable,
};
use loligo_random::Random123;

use crate::address::Address;
use crate::blueprint::{
    Blueprint, CellBlueprint, Connection, Connections, Placed, Population, Quantity, Source, Target,
};
use crate::cells::{Cells, LocalQuantity, Places};
use crate::engine::Engine;
use crate::kernel_cache::KernelCache;
use crate::options::Options;
use crate::router::{Activity, ArtificialCells, Destination, Fan, Limits, Route, Router};
use crate::step::{FixedStep, Group};

/// Area of every segment of the [`cable`], um2.
pub(crate) const AREA: f64 = std::f64::consts::PI * 400.0;

/// The node of the first segment of the [`cable`]. Node 0 is the end before it; the last node is the end after the last
/// segment. Both ends have no area.
pub(crate) const MIDDLE: u32 = 1;

/// An unbranched cable of 20 um thickness whose segments are 20 um long, of 100 Ohm cm and 1 uF/cm2.
pub(crate) fn cable(segments: usize) -> Arc<Cable> {
    let shape = Shape::Cylinder { length: 20.0 * segments as f64, diameters: vec![20.0; segments] };
    let section = CableSection { shape, segments, axial_resistance: 100.0, capacitance: 1.0, parent: None };
    Arc::new(Cable::build(&[section]).expect("a cylinder has a cable"))
}

/// A mechanism of the catalogue.
pub(crate) fn builtin(name: &str) -> Arc<dyn Mechanism> {
    Arc::clone(Catalogue::builtin().find(name).expect("it is built in"))
}

/// The default of each global.
fn globals(mechanism: &dyn Mechanism) -> Arc<[f64]> {
    mechanism.signature().globals.iter().map(|global| global.default).collect()
}

/// Instances of a mechanism with their defaults, and streams of the ids (0, 0, 0), (1, 0, 0), ...
fn block(mechanism: &dyn Mechanism, instances: usize) -> Block {
    let signature = mechanism.signature();
    let mut block = Block::new(signature.defaults(), instances);
    let streams = 0..(signature.streams.len() * instances) as u32;
    block.streams = streams.map(|stream| Random123::new(stream, 0, 0)).collect();
    block.vectors = vec![Arc::default(); signature.vectors.len() * instances];
    block.histories = vec![History::default(); signature.histories * instances];
    block
}

/// An instance of a mechanism at each of the given nodes, with this position in the order of
/// evaluation.
pub(crate) fn placed(mechanism: &Arc<dyn Mechanism>, order: u32, nodes: &[u32]) -> Placed {
    Placed {
        mechanism: Arc::clone(mechanism),
        order,
        globals: globals(&**mechanism),
        tables: Arc::default(),
        nodes: nodes.to_vec(),
        block: block(&**mechanism, nodes.len()),
        numbered_streams: Vec::new(),
    }
}

/// The same with some variables set in all instances.
pub(crate) fn placed_with(
    mechanism: &Arc<dyn Mechanism>,
    order: u32,
    nodes: &[u32],
    values: &[(usize, f64)],
) -> Placed {
    let mut placed = placed(mechanism, order, nodes);
    values.iter().for_each(|&(column, value)| placed.block.fill(column, value));
    placed
}

/// A cell of a cable with mechanisms.
pub(crate) fn cell(cable: &Arc<Cable>, placed: Vec<Placed>) -> CellBlueprint {
    CellBlueprint {
        cable: Arc::clone(cable),
        placed: Arc::new(placed),
        own: Vec::new(),
        first_stream: 0,
        voltage_is_set: false,
    }
}

/// A cell of one compartment with `pas` (g = 0.001 S/cm2, e = -70 mV) first, and other mechanisms.
pub(crate) fn passive(others: Vec<Placed>) -> CellBlueprint {
    let mut all = vec![placed(&builtin("pas"), 0, &[MIDDLE])];
    all.extend(others);
    cell(&cable(1), all)
}

/// The cells as a group at the start of a run, with the additions made by `observe`.
pub(crate) fn started(
    blueprints: &[CellBlueprint],
    options: Options,
    observe: impl FnOnce(&mut Cells, &[Places]),
) -> Cells {
    let (mut cells, places) = Cells::new(0, (0..blueprints.len()).collect(), blueprints, options);
    observe(&mut cells, &places);
    cells.drop_unobserved();
    start(&mut cells);
    cells
}

/// Initialises cells to t = 0 as an engine without events does.
pub(crate) fn start(cells: &mut Cells) {
    cells.compile_if_stale(&mut KernelCache::default()).expect("built-in mechanisms and those of tests compile");
    cells.rewind();
    cells.set_initial_voltage();
    cells.transfer_within();
    cells.initialize();
    cells.compile_if_stale(&mut KernelCache::default()).expect("they compile");
    cells.carry_out_first_answers();
    cells.evaluate_initial_currents();
}

/// A group with a stepper of fixed length.
pub(crate) fn group(cells: Cells) -> Group {
    Group { cells, stepper: Box::new(FixedStep) }
}

/// A variable of a mechanism, identified by the mechanism's position in the order of evaluation.
pub(crate) fn variable(
    cells: &mut Cells,
    (cell, order, instance): (usize, u32, usize),
    column: usize,
) -> LocalQuantity {
    cells.find(cell, &Address::Membrane { cell, order, column, instance }).expect("there is such a variable")
}

/// The voltage of a node with a row, mV.
pub(crate) fn voltage(cells: &mut Cells, cell: usize, node: u32) -> f64 {
    let quantity = cells.find(cell, &Address::Voltage { cell, node }).expect("the node has a row");
    cells.value_at(quantity).expect("there is such a row")
}

/// A router with a source for each list of connections; each connection has a delay (ms) and a destination. All sources
/// are reported, and events are in the order of the queue.
pub(crate) fn router(fans: &[&[(f64, Destination)]]) -> Router {
    let mut router = Router::default();
    router.in_order_of_queue = true;
    for connections in fans {
        let mut fan = Fan::with_capacity(connections.len());
        for &(delay, destination) in *connections {
            fan.connections.push(router.routes.len() as u32);
            router.routes.push(Route { destination, delay });
        }
        router.fans.push(fan);
    }
    router.reported = vec![true; fans.len()];
    router.limits = Limits::of(&Options::default(), router.routes.len());
    router.decide_fans();
    router
}

/// Artificial cells of an engine that has all of them; none of them is a source.
pub(crate) fn artificial_cells(mechanism: &Arc<dyn Mechanism>, instances: usize) -> ArtificialCells {
    ArtificialCells {
        mechanism: Arc::clone(mechanism),
        globals: globals(&**mechanism),
        tables: Arc::default(),
        kernel: None,
        kernel_is_stale: true,
        block: block(&**mechanism, instances),
        instances: (0..instances as u32).collect(),
        sources: vec![None; instances],
        movable: vec![None; instances],
        activity: vec![Activity::default(); instances],
    }
}

/// The same in a blueprint.
pub(crate) fn population(mechanism: &Arc<dyn Mechanism>, instances: usize) -> Population {
    Population {
        mechanism: Arc::clone(mechanism),
        globals: globals(&**mechanism),
        tables: Arc::default(),
        block: block(&**mechanism, instances),
    }
}

/// A connection of one weight.
pub(crate) fn connection(source: Option<u32>, target: Option<Target>, delay: f64, weight: f64) -> Connection {
    Connection { source, target, delay, weight: [weight].into() }
}

/// Connections in the given order.
pub(crate) fn connections(list: impl IntoIterator<Item = Connection>) -> Connections {
    let mut connections = Connections::default();
    list.into_iter().for_each(|connection| connections.push(connection));
    connections
}

/// The voltage of a cell's first compartment.
pub(crate) fn voltage_of(cell: usize) -> Quantity {
    Quantity::Voltage { cell, node: MIDDLE }
}

/// A ring of cells of one compartment, each with `pas`, an `ExpSyn` and a [`Responder`] with the given answer: the
/// voltage of every cell is a source of threshold -50 mV and excites the synapse of the next cell after 1 ms with 0.01
/// uS. The responders are the sources after these. The user's event on the first connection arrives at 0.5 ms.
pub(crate) fn ring(cells: usize, answer: f64) -> Blueprint {
    let responder = Responder::point();
    let cell = passive(vec![
        placed_with(&builtin("ExpSyn"), 1, &[MIDDLE], &[(0, 2.0)]),
        placed_with(&responder, 2, &[MIDDLE], &[(Responder::ANSWER, answer)]),
    ]);
    let crossings = (0..cells).map(|cell| Source::Crossing { quantity: voltage_of(cell), threshold: -50.0 });
    let points = (0..cells).map(|cell| Source::Point { cell, placed: 2, instance: 0 });
    let of_ring = (0..cells).map(|source| {
        let next = Target::Point { cell: ((source + 1) % cells) as u32, placed: 1, instance: 0 };
        connection(Some(source as u32), Some(next), 1.0, 0.01)
    });
    Blueprint {
        cells: vec![cell; cells],
        sources: crossings.chain(points).collect(),
        connections: connections(of_ring),
        events: vec![(0.5, 0)],
        ..Blueprint::default()
    }
}

/// An engine of the blueprint at t = 0.
pub(crate) fn running(blueprint: Blueprint, options: Options) -> Engine {
    let mut engine = Engine::new(blueprint, options).expect("the blueprint is sound");
    engine.initialize().expect("there are few events");
    engine
}

/// A mechanism that counts the events that it receives. Its parameter `answer` determines its reply to events of
/// connections; a self event or a condition makes it spike. At t = 0 it sends itself an event for the time `start`, if
/// that is not negative.
#[derive(Debug)]
pub(crate) struct Responder(Arc<Signature>);

impl Responder {
    /// Column of the answer, one of the constants below.
    pub(crate) const ANSWER: usize = 0;
    /// Column of the delay of the event that it sends or moves, ms.
    pub(crate) const DELAY: usize = 1;
    /// Column of the time of its first event, ms.
    pub(crate) const START: usize = 2;
    /// Column of the voltage above which the condition that it watches is true, mV.
    pub(crate) const THRESHOLD: usize = 3;
    /// Column of the number of events.
    pub(crate) const EVENTS: usize = 4;
    /// Column of the flag of the last event.
    pub(crate) const FLAG: usize = 5;
    /// Column with the flags of all events as decimal digits in order of arrival; 9 for connections of
    /// weight 9.
    pub(crate) const LOG: usize = 6;
    /// Column of the first weight of the last event, -1 if it had none.
    pub(crate) const WEIGHT: usize = 7;

    /// No reply.
    pub(crate) const SILENT: f64 = 0.0;
    /// Sends a spike.
    pub(crate) const SPIKES: f64 = 1.0;
    /// Sends itself an event of flag 1.
    pub(crate) const SENDS: f64 = 2.0;
    /// Moves that event.
    pub(crate) const MOVES: f64 = 3.0;
    /// Watches its condition, number 0, with flag 3.
    pub(crate) const WATCHES: f64 = 4.0;

    /// The mechanism as a point process without a current.
    pub(crate) fn point() -> Arc<dyn Mechanism> {
        Self::of_kind(Kind::Point { electrode: false })
    }

    /// The mechanism as an artificial cell.
    pub(crate) fn artificial() -> Arc<dyn Mechanism> {
        Self::of_kind(Kind::Artificial)
    }

    fn of_kind(kind: Kind) -> Arc<dyn Mechanism> {
        let mut signature = Signature::new("Responder", "answers events", kind);
        signature.variables = vec![
            Variable::parameter("answer", "1", Self::SILENT, "the answer to an event"),
            Variable::parameter("delay", "ms", 1.0, "time until the event to itself"),
            Variable::parameter("start", "ms", -1.0, "time of the first event to itself"),
            Variable::parameter("threshold", "mV", -50.0, "voltage of the condition"),
            Variable::assigned("events", "1", "events so far"),
            Variable::assigned("flag", "1", "flag of the last one"),
            Variable::assigned("log", "1", "digits of their flags"),
            Variable::assigned("weight", "1", "first weight of the last one"),
        ];
        signature.globals = vec![Variable::parameter("mark", "1", 0.0, "nothing")];
        signature.procedures = vec![Procedure::new("sum", &["a", "b"], "a + b + v; its time becomes the flag")];
        signature.weights = 2;
        signature.sends_events = true;
        Arc::new(Self(Arc::new(signature)))
    }
}

impl Mechanism for Responder {
    fn signature(&self) -> &Arc<Signature> {
        &self.0
    }

    fn compile(&self, _: &Environment, _: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
        Ok(Arc::new(ResponderKernel))
    }
}

#[derive(Debug)]
struct ResponderKernel;

impl Kernel for ResponderKernel {
    fn initialize(&self, _: f64, _: &[f64], mut instances: Instances<'_>, outbox: &mut Outbox) {
        for column in [Responder::EVENTS, Responder::FLAG, Responder::LOG] {
            instances.fill(column, 0.0);
        }
        for k in 0..instances.len() {
            let start = instances.value(Responder::START, k); // ms
            if start >= 0.0 {
                outbox.push(k, Emission::ToItself { at: start, flag: 2.0 });
            }
        }
    }

    fn receive(&self, event: Event<'_>, mut instance: Instances<'_>, outbox: &mut Outbox) {
        let Event { t, flag, weights, .. } = event;
        instance.add(Responder::EVENTS, 0, 1.0);
        instance.set(Responder::FLAG, 0, flag);
        instance.set(Responder::WEIGHT, 0, weights.get(0).unwrap_or(-1.0));
        let digit = if flag == 0.0 && weights.get(0) == Some(9.0) { 9.0 } else { flag };
        let log = instance.value(Responder::LOG, 0);
        instance.set(Responder::LOG, 0, 10.0 * log + digit);
        let at = t + instance.value(Responder::DELAY, 0); // ms
        let answer = instance.value(Responder::ANSWER, 0);
        let emission = match answer {
            _ if flag != 0.0 => Emission::Spike(t),
            Responder::SPIKES => Emission::Spike(t),
            Responder::SENDS => Emission::ToItself { at, flag: 1.0 },
            Responder::MOVES => Emission::MoveTo(at),
            Responder::WATCHES => Emission::Watch { condition: 0, flag: 3.0 },
            _ => return,
        };
        outbox.push(0, emission);
    }

    fn call(&self, _: usize, arguments: &[f64], (t, v): (f64, f64), mut instance: Instances<'_>) -> f64 {
        instance.set(Responder::FLAG, 0, t);
        arguments.iter().sum::<f64>() + v
    }

    fn condition(&self, _: u32, v: f64, instance: Instances<'_>) -> f64 {
        v - instance.value(Responder::THRESHOLD, 0) // mV
    }
}
