//! Lowers connections, their sources and targets.

use loligo_engine::{Quantity, Source, Target};
use smallvec::SmallVec;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;
use crate::lowering::variables::PointPlace;
use crate::network::connection::Connection;
use crate::network::references::{SourceRef, TargetRef};

/// Identity of a source.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SourceKey {
    Variable(Quantity),
    Point { cell: usize, placed: usize, instance: usize },
    Artificial { population: usize, instance: usize },
}

impl<'a> Lowering<'a> {
    pub(super) fn connections(&mut self) {
        let network = self.network;
        self.source_of_start = vec![None; network.connections.start_count()];
        for (index, connection) in network.connections.iter().enumerate() {
            self.errors.part = ModelPart::Connection(index);
            let place = || format!("connection {index}");
            if !(connection.delay >= 0.0 && connection.delay.is_finite()) {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "delay (ms)",
                    value: connection.delay,
                    remedy: "give a delay of at least 0 ms",
                });
            }
            if let Some(&value) = connection.weight.iter().find(|weight| !weight.is_finite()) {
                let remedy = "give a finite weight";
                self.errors.push(ModelError::Value { place: place(), what: "weight", value, remedy });
            }
            self.check_times(&place, connection.events, false);
            let source = connection.source.and_then(|source| self.source_of(&place, index, source));
            if let (Some(source), Some(threshold)) = (source, connection.threshold) {
                self.set_threshold(&place, source, threshold);
            }
            let target = connection.target.and_then(|target| self.target(&place, target));
            let mut weight = SmallVec::from_slice(connection.weight);
            let weights = target.map_or(1, |(_, weights)| weights).max(1);
            if target.is_some() && weight.len() > weights {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "number of weights",
                    value: weight.len() as f64,
                    remedy: "give at most as many as the target takes, which is one for the built-in synapses",
                });
            }
            weight.resize(weights, 0.0);
            let lowered = loligo_engine::Connection {
                source: source.map(|source| source as u32),
                target: target.map(|(target, _)| target),
                delay: connection.delay,
                weight,
            };
            if self.keeps_connections {
                self.blueprint.connections.push(lowered);
            } else {
                self.census.count(&lowered, &self.blueprint.sources);
            }
            self.blueprint.events.extend(connection.events.iter().map(|&t| (t, index)));
        }
    }

    /// The source of a connection, looked up once for all connections that start there.
    fn source_of(&mut self, place: &dyn Fn() -> String, connection: usize, source: &SourceRef) -> Option<usize> {
        let start = self.network.connections.starts()[connection] as usize;
        if self.source_of_start[start].is_none() {
            self.source_of_start[start] = self.source(place, source);
        }
        self.source_of_start[start]
    }

    fn source(&mut self, place: &dyn Fn() -> String, source: &SourceRef) -> Option<usize> {
        let key = match source {
            SourceRef::Variable(variable) => SourceKey::Variable(self.variable(place, variable)?.quantity),
            SourceRef::Artificial(cell) => {
                let (population, instance) = self.artificial_place(place, *cell)?;
                SourceKey::Artificial { population, instance }
            }
            SourceRef::Point { cell, point } => {
                let (placed, instance) = self.point_place(place, *cell, *point)?;
                let signature = self.blueprint.cells[*cell].placed[placed].mechanism.signature();
                if !signature.sends_events {
                    self.errors.push(ModelError::SendsNoEvents {
                        place: place(),
                        source_name: self.network.cells[*cell].points[*point].name.clone(),
                        mechanism: signature.name.clone(),
                    });
                    return None;
                }
                SourceKey::Point { cell: *cell, placed, instance }
            }
        };
        if let Some(&index) = self.source_index.get(&key) {
            return Some(index);
        }
        let index = self.sources.len();
        self.source_index.insert(key, index);
        self.sources.push(source.clone());
        self.blueprint.sources.push(match key {
            SourceKey::Variable(quantity) => Source::Crossing { quantity, threshold: Connection::DEFAULT_THRESHOLD },
            SourceKey::Artificial { population, instance } => Source::Artificial { population, instance },
            SourceKey::Point { cell, placed, instance } => Source::Point { cell, placed, instance },
        });
        Some(index)
    }

    fn set_threshold(&mut self, place: &dyn Fn() -> String, source: usize, given: f64) {
        if !given.is_finite() {
            let remedy = "give a finite threshold";
            self.errors.push(ModelError::Value { place: place(), what: "threshold", value: given, remedy });
        }
        if let Source::Crossing { threshold, .. } = &mut self.blueprint.sources[source] {
            *threshold = given;
        }
    }

    /// Finds a target, and the number of its weights.
    pub(super) fn target(&mut self, place: &dyn Fn() -> String, target: TargetRef) -> Option<(Target, usize)> {
        let (name, signature, found) = match target {
            TargetRef::Point { cell, point } => {
                let (placed, instance) = self.point_place(place, cell, point)?;
                let signature = self.blueprint.cells[cell].placed[placed].mechanism.signature();
                let name = &self.network.cells[cell].points[point].name;
                let [cell, placed, instance] = [cell, placed, instance].map(|index| index as u32);
                (name, signature, Target::Point { cell, placed, instance })
            }
            TargetRef::Artificial(cell) => {
                let (population, instance) = self.artificial_place(place, cell)?;
                let signature = self.blueprint.populations[population].mechanism.signature();
                let name = &self.network.artificial_cells[cell].name;
                let [population, instance] = [population, instance].map(|index| index as u32);
                (name, signature, Target::Artificial { population, instance })
            }
        };
        if signature.weights == 0 {
            self.errors.push(ModelError::TakesNoEvents {
                place: place(),
                target: name.clone(),
                mechanism: signature.name.clone(),
            });
            return None;
        }
        Some((found, signature.weights))
    }

    pub(super) fn point_place(&mut self, place: &dyn Fn() -> String, cell: usize, point: usize) -> Option<PointPlace> {
        let Some(points) = self.points.get(cell) else {
            self.errors.push(ModelError::Missing { place: place(), what: "cell", index: cell });
            return None;
        };
        let Some(found) = points.get(point) else {
            self.errors.push(ModelError::Missing { place: place(), what: "point process", index: point });
            return None;
        };
        // A point process that was rejected has been reported.
        *found
    }

    pub(super) fn artificial_place(&mut self, place: &dyn Fn() -> String, cell: usize) -> Option<(usize, usize)> {
        let Some(found) = self.artificial.get(cell) else {
            self.errors.push(ModelError::Missing { place: place(), what: "artificial cell", index: cell });
            return None;
        };
        // An artificial cell that was rejected has been reported.
        *found
    }
}
