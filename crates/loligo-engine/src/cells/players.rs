//! Waveforms that are played onto variables.

use super::Cells;

impl Cells {
    /// Sets the variables of continuous waveforms to their values at `t` (ms).
    pub(crate) fn play(&mut self, t: f64) {
        for k in 0..self.state.players.len() {
            let (quantity, player) = &mut self.state.players[k];
            if player.waveform.is_continuous() {
                let (quantity, value) = (*quantity, player.value_at(t));
                self.assign(quantity, value);
            }
        }
    }

    /// Sets the variable of a step waveform that reaches its next time.
    pub(crate) fn play_step(&mut self, player: u32, t: f64) {
        let (quantity, player) = &mut self.state.players[player as usize];
        let value = player.reach(t);
        let quantity = *quantity;
        self.assign(quantity, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::LocalQuantity;
    use crate::options::Options;
    use crate::test_models::{passive, started};
    use crate::waveform::Waveform;

    /// The reversal potential of `pas`, mV.
    const E: LocalQuantity = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };

    fn played(waveform: Waveform) -> Cells {
        started(&[passive(Vec::new())], Options::default(), |cells, _| {
            assert_eq!(cells.add_player(E, waveform), 0);
        })
    }

    #[test]
    fn a_continuous_waveform_is_interpolated_at_any_time() {
        let mut cells = played(Waveform::continuous(vec![0.0, 1.0], vec![-70.0, -60.0]));
        cells.play_step(0, 0.0);
        cells.play_step(0, 1.0);
        cells.play(0.25);
        assert_eq!(cells.value(E), -67.5);
    }

    #[test]
    fn a_step_waveform_changes_at_its_own_times_alone() {
        let mut cells = played(Waveform::steps(vec![1.0, 2.0], vec![-50.0, -40.0]));
        cells.play(5.0);
        assert_eq!(cells.value(E), -70.0);
        cells.play_step(0, 1.0);
        assert_eq!(cells.value(E), -50.0);
        cells.play(1.5);
        assert_eq!(cells.value(E), -50.0);
        cells.play_step(0, 2.0);
        assert_eq!(cells.value(E), -40.0);
        cells.rewind();
        assert_eq!(cells.value(E), -70.0, "another run starts from what was there before");
        cells.play_step(0, 1.0);
        assert_eq!(cells.value(E), -50.0);
    }
}
