//! Waveforms that are played onto variables.

use super::Cells;

impl Cells {
    /// Sets what is played continuously to its values at `t` (ms).
    pub(crate) fn play(&mut self, t: f64) {
        for k in 0..self.state.players.len() {
            let (quantity, player) = &mut self.state.players[k];
            if player.waveform.is_continuous() {
                let (quantity, value) = (*quantity, player.value_at(t));
                self.assign(quantity, value);
            }
        }
    }

    /// A waveform that is played in steps reaches its next time.
    pub(crate) fn play_step(&mut self, player: u32, t: f64) {
        let (quantity, player) = &mut self.state.players[player as usize];
        let value = player.reach(t);
        let quantity = *quantity;
        self.assign(quantity, value);
    }
}
