//! Weights and delays of a `[[connection]]`.

use loligo::{ConnectionDraw, DrawStream, ImplausibleValue, PatternError, PatternSide, check_velocity};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::pairing::Pair;
use crate::model_file::table::{At, Table};
use crate::model_file::vary::Vary;

const WEIGHT: &str = "weight of each event (uS for synapses)";

/// The rules for the weights and delays of an entry.
pub(crate) struct ConnectionNumbers {
    weight: Vary,
    /// Further weights, for targets with several.
    more_weights: Vec<f64>,
    delay: Vary,
    /// um/ms, with its place.
    velocity: Option<At<f64>>,
}

/// The times that spikes need for the distances of pairs.
#[derive(Default)]
pub(crate) struct Flights {
    /// ms; empty if delays do not depend on distance.
    times: Vec<f64>,
}

impl ConnectionNumbers {
    /// Reads `weight`, `delay` and `velocity`.
    pub(crate) fn read(table: &Table<'_>, decoder: &mut Decoder) -> Option<Self> {
        table.need("weight", WEIGHT, &mut decoder.errors);
        let mut more_weights = Vec::new();
        let weight = match table.get("weight") {
            Some(At { value: DeValue::Array(_), span }) => {
                let list = table.numbers("weight", WEIGHT, "uS", &mut decoder.errors)?.value;
                let Some((&first, rest)) = list.split_first() else {
                    decoder.errors.range(span, "weight", "[]", "give at least one number");
                    return None;
                };
                more_weights.extend_from_slice(rest);
                Some(Vary::Same(first))
            }
            Some(value) => Vary::read("weight", "uS", " (for synapses)", &value, &mut decoder.errors),
            None => None,
        };
        let delay = match table.get("delay") {
            Some(value) => {
                let delay = Vary::read("delay", "ms", "", &value, &mut decoder.errors);
                if let Some(Vary::Same(ms)) = delay
                    && ms < 0.0
                {
                    decoder.errors.range(value.span, "delay", loligo_io::plain(ms), "give a delay of at least 0 ms");
                    return None;
                }
                delay
            }
            None => Some(Vary::Same(1.0)),
        };
        let meaning = "velocity of the spikes, um/ms (1 m/s is 1000 um/ms)";
        let velocity = table.number("velocity", meaning, "um/ms", &mut decoder.errors);
        if table.has("velocity") && velocity.is_none() {
            return None;
        }
        if let Some(At { value, span }) = &velocity {
            if check_velocity(*value).is_err() {
                let remedy = "give a velocity greater than 0 um/ms (1 m/s is 1000 um/ms)";
                decoder.errors.range(span.clone(), "velocity", loligo_io::plain(*value), remedy);
                return None;
            }
            decoder.unusual.extend(ImplausibleValue::of_velocity(*value).map(|found| (span.clone(), found)));
        }
        Some(Self { weight: weight?, more_weights, delay: delay?, velocity })
    }

    /// Reports lists whose length is not `count`.
    pub(crate) fn fit(&self, count: usize, table: &Table<'_>, decoder: &mut Decoder) -> bool {
        let place = |key: &str| table.get(key).map_or(table.span(), |at| at.span);
        [("weight", &self.weight), ("delay", &self.delay)]
            .into_iter()
            .all(|(key, vary)| vary.fits(count, key, place(key), &mut decoder.errors))
    }

    /// The flight times of pairs.
    ///
    /// # Errors
    /// A cell without a position.
    pub(crate) fn flights(
        &self,
        pairs: &[Pair],
        sources: &PatternSide<'_>,
        targets: &PatternSide<'_>,
    ) -> Result<Flights, PatternError> {
        let Some(At { value: velocity, .. }) = &self.velocity else { return Ok(Flights::default()) };
        for side in [sources, targets] {
            side.positions()?;
        }
        let time = |&(from, to): &Pair| {
            let distance = sources.distance_to(from as usize, targets, to as usize);
            distance.map_or(0.0, |distance| distance / velocity)
        };
        Ok(Flights { times: pairs.iter().map(time).collect() })
    }

    /// The weights of the `k`-th of `count` connections.
    pub(crate) fn weights(&self, (k, count): (usize, usize), stream: DrawStream, pair: (Pair, u32)) -> Vec<f64> {
        let drawn = || stream.of_connection(ConnectionDraw::Weight, pair.0, pair.1);
        let mut weights = Vec::with_capacity(1 + self.more_weights.len());
        weights.push(self.weight.of(k, count, drawn));
        weights.extend_from_slice(&self.more_weights);
        weights
    }

    /// The delay of the `k`-th of `count` connections, ms.
    pub(crate) fn delay(
        &self,
        (k, count): (usize, usize),
        stream: DrawStream,
        pair: (Pair, u32),
        flights: &Flights,
    ) -> f64 {
        let drawn = || stream.of_connection(ConnectionDraw::Delay, pair.0, pair.1);
        let delay = self.delay.of(k, count, drawn);
        flights.times.get(k).map_or(delay, |flight| delay + flight)
    }
}
