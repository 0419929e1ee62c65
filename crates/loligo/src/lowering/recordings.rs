//! Lowers recordings and played waveforms.

use loligo_engine::Quantity;
use loligo_io::check_name;
use loligo_mechanisms::Role;

use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;
use crate::names;

impl<'a> Lowering<'a> {
    pub(super) fn waveforms(&mut self) {
        let network = self.network;
        self.blueprint.waveforms.reserve_exact(network.waveforms.len());
        for (index, played) in network.waveforms.iter().enumerate() {
            self.errors.part = ModelPart::Waveform(index);
            let place = || format!("waveform {index}");
            self.check_times(&place, played.waveform.times(), false);
            let Some(found) = self.variable(&place, &played.target) else { continue };
            if found.role != Role::Parameter || matches!(found.quantity, Quantity::Artificial { .. }) {
                self.errors.push(ModelError::NotPlayable { place: place(), variable: network.name_of(&played.target) });
                continue;
            }
            self.blueprint.waveforms.push((found.quantity, played.waveform.clone()));
        }
    }

    pub(super) fn recordings(&mut self) {
        let network = self.network;
        self.blueprint.recordings.reserve_exact(network.recordings.len());
        for (index, recording) in network.recordings.iter().enumerate() {
            self.errors.part = ModelPart::Recording(index);
            let place = || format!("recording \"{}\"", recording.name);
            self.errors.name("recording", &recording.name, check_name(&recording.name, names::RESERVED_IN_COLUMNS));
            if recording.every == 0 {
                self.errors.push(ModelError::Value {
                    place: place(),
                    what: "every (steps)",
                    value: 0.0,
                    remedy: "give 1 for every step",
                });
            }
            if let Some(found) = self.variable(&place, &recording.variable) {
                let every = recording.every;
                self.blueprint.recordings.push(loligo_engine::Recording { quantity: found.quantity, every });
                self.recording_units.push(found.unit);
            }
        }
    }
}
