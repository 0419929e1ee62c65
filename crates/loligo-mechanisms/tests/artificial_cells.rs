//! Artificial cells spike when NEURON 9.0.2's do, to the last bit (measured by tests/data/measure.py).

use std::sync::Arc;

use loligo_events::{EventHandle, EventQueue};
use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, Catalogue, Emission, Environment, Event, Kernel, KernelScratch, Layout, Numerics, Outbox, Signature, Weights,
};
use loligo_random::Random123;
use serde_json::Value;

/// An item of the queue.
#[derive(Clone, Copy, Debug)]
enum Item {
    Input { weight: f64 },
    ToItself { flag: f64 },
}

/// One cell with a queue of its own.
struct Cell {
    signature: Arc<Signature>,
    kernel: Arc<dyn Kernel>,
    block: Block,
    scratch: KernelScratch,
    queue: EventQueue<Item>,
    movable: Option<EventHandle>,
    spikes: Vec<f64>,
}

impl Cell {
    fn new(mechanism: &str) -> Self {
        let catalogue = Catalogue::builtin();
        let mechanism = catalogue.find(mechanism).unwrap();
        let environment = Environment {
            dt: 0.025,
            celsius: 6.3,
            second_order: false,
            numerics: Numerics::Exact,
            lanes: Lanes::detect(),
            current_slopes: false,
            globals: Arc::default(),
            tables: Arc::default(),
            usual_values: Arc::default(),
            first_values: Arc::default(),
        };
        let signature = Arc::clone(mechanism.signature());
        let mut block = Block::new(signature.defaults(), 1);
        let kernel = mechanism.compile(&environment, &Layout::of(&block)).unwrap();
        block.streams.push(Random123::new(1, 0, 0));
        Self {
            signature,
            kernel,
            block,
            scratch: KernelScratch::default(),
            queue: EventQueue::default(),
            movable: None,
            spikes: Vec::new(),
        }
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

    /// Runs from 0 to `stop` (ms) with inputs of given times (ms) and weights; stops after `most` events.
    fn run(&mut self, inputs: &[(f64, f64)], stop: f64, most: usize) {
        let mut outbox = Outbox::default();
        self.kernel.initialize(0.0, &[], self.block.instances(0..1, &mut self.scratch), &mut outbox);
        self.carry_out(outbox);
        for &(t, weight) in inputs {
            self.queue.insert(t, Item::Input { weight });
        }
        let mut delivered = 0;
        while let Some((t, item)) = self.queue.pop_until(stop) {
            let mut outbox = Outbox::default();
            match item {
                Item::Input { weight } => {
                    let (mut v, mut weight) = (f64::NAN, [weight]);
                    let event = Event { t, v: &mut v, flag: 0.0, weights: Weights::of_one(&mut weight) };
                    self.kernel.receive(event, self.block.instances(0..1, &mut self.scratch), &mut outbox);
                }
                Item::ToItself { flag } => {
                    let mut v = f64::NAN;
                    let event = Event { t, v: &mut v, flag, weights: Weights::none() };
                    self.kernel.receive(event, self.block.instances(0..1, &mut self.scratch), &mut outbox);
                }
            }
            self.carry_out(outbox);
            delivered += 1;
            if delivered == most {
                break;
            }
        }
    }

    fn carry_out(&mut self, outbox: Outbox) {
        for (instance, emission) in outbox.emissions {
            assert_eq!(instance, 0);
            match emission {
                Emission::Spike(t) => self.spikes.push(t),
                Emission::ToItself { at, flag } => {
                    let handle = self.queue.insert(at, Item::ToItself { flag });
                    if flag == 1.0 {
                        self.movable = Some(handle);
                    }
                }
                Emission::MoveTo(at) => {
                    assert!(self.queue.reschedule(self.movable.unwrap(), at), "an event to itself waits always");
                }
                Emission::Watch { .. } => panic!("artificial cells have nothing to watch"),
            }
        }
    }
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

/// Compares all measured cases of a mechanism, of which there must be at least `count`.
fn check(mechanism: &str, count: usize) {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/artificial-cells.json")).unwrap();
    let cases: Vec<_> = cases.iter().filter(|case| case["mechanism"] == mechanism).collect();
    assert!(cases.len() >= count, "only {} cases", cases.len());
    assert!(cases.iter().any(|case| !numbers(&case["spikes"]).is_empty()));
    for case in cases {
        let mut cell = Cell::new(mechanism);
        for (name, value) in case["parameters"].as_object().unwrap() {
            cell.set(name, value.as_f64().unwrap());
        }
        if let Some(ids) = case.get("ids") {
            let ids: Vec<u32> = numbers(ids).into_iter().map(|id| id as u32).collect();
            cell.block.streams[0] = Random123::new(ids[0], ids[1], ids.get(2).copied().unwrap_or(0));
        }
        if let Some(schedule) = case.get("schedule") {
            cell.block.vectors = vec![numbers(schedule).into()];
        }
        let inputs: Vec<_> = case["inputs"].as_array().unwrap().iter().map(numbers).collect();
        let inputs: Vec<_> = inputs.iter().map(|input| (input[0], input[1])).collect();
        cell.run(&inputs, case["stop"].as_f64().unwrap(), usize::MAX);

        let expected = numbers(&case["spikes"]);
        let what = format!("{mechanism} {} {}", case["parameters"], case["inputs"]);
        for (k, (spike, expected)) in cell.spikes.iter().zip(&expected).enumerate() {
            assert_eq!(spike.to_bits(), expected.to_bits(), "spike {k}: {spike:?}, not {expected:?} in {what}");
        }
        assert_eq!(cell.spikes.len(), expected.len(), "number of spikes in {what}");
        for (name, expected) in case["after"].as_object().unwrap() {
            let (value, expected) = (cell.get(name), expected.as_f64().unwrap());
            assert_eq!(value.to_bits(), expected.to_bits(), "{name} is {value:?}, not {expected:?} after {what}");
        }
    }
}

#[test]
fn int_fire1_is_neurons() {
    check("IntFire1", 20);
}

#[test]
fn int_fire2_is_neurons() {
    check("IntFire2", 60);
}

#[test]
fn int_fire4_is_neurons() {
    check("IntFire4", 60);
}

#[test]
fn net_stim_is_neurons() {
    check("NetStim", 20);
}

#[test]
fn vec_stim_is_neurons() {
    check("VecStim", 6);
}

#[test]
fn absurd_parameters_do_no_harm() {
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1e-300, 1e300, 1.0];
    let inputs: Vec<_> = values.iter().chain(&[1e17, -1e17]).map(|&weight| (1.0, weight)).collect();
    for mechanism in ["IntFire1", "IntFire2", "IntFire4", "NetStim"] {
        let catalogue = Catalogue::builtin();
        let signature = catalogue.find(mechanism).unwrap().signature();
        let names: Vec<_> = signature.parameter_names().collect();
        // Every pair of parameters with every pair of values.
        for (j, a) in names.iter().enumerate() {
            for b in &names[..=j] {
                for x in values {
                    for y in values {
                        let mut cell = Cell::new(mechanism);
                        cell.set(a, x);
                        cell.set(b, y);
                        cell.run(&inputs, 100.0, 200);
                        assert!(cell.spikes.iter().all(|&t| t >= 0.0), "{mechanism} {a} {x} {b} {y}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_spike_that_follows_at_once_comes_later() {
    for mechanism in ["IntFire2", "IntFire4"] {
        let mut cell = Cell::new(mechanism);
        cell.run(&[(1.0, 1e20)], 2.0, 1000);
        assert!(cell.spikes.len() > 100);
        assert!(cell.spikes[1..].windows(2).all(|pair| pair[0] < pair[1]), "{mechanism} {:?}", &cell.spikes[..5]);
    }
}
