//! Translates loops: rounds that all instances make as they are, those of which an instance decides up to a number of rounds.
//! Instances that need more are left to the plain interpreter.

use super::translate::{Frame, Obstacle, Translation};
use crate::interpreter::arithmetic::is_true;
use crate::program::{Instruction, Real, Unary};

/// The rounds of a loop of which the instance decides when it ends. Each takes its time in all instances.
const ROUNDS: usize = 4;
/// The most instructions of these rounds: for a single instance, more take longer than the plain interpreter.
const MOST_INSTRUCTIONS: usize = 2_000;

/// A loop that repeats its body while a condition is true.
struct Loop<'a> {
    /// Computes the condition.
    test: &'a [Instruction],
    condition: Real,
    body: &'a [Instruction],
}

impl Translation<'_> {
    /// Translates a loop from its condition on, which `test` has computed for the first round.
    pub(super) fn repeat(
        &mut self,
        test: &[Instruction],
        condition: Real,
        body: &[Instruction],
        frame: Frame,
    ) -> Result<(), Obstacle> {
        let own = Loop { test, condition, body };
        self.repeat_at_most(&own, frame, (ROUNDS, self.instructions + MOST_INSTRUCTIONS))
    }

    /// Translates a loop with at most a number of rounds of which instances decide, until a number of instructions is reached.
    fn repeat_at_most(
        &mut self,
        own: &Loop<'_>,
        frame: Frame,
        (rounds, last_instruction): (usize, usize),
    ) -> Result<(), Obstacle> {
        loop {
            let condition = self.real(frame, own.condition);
            match self.graph.number(condition) {
                Some(number) if !is_true(number) => return Ok(()),
                Some(_) => self.round_of_loop(own, frame)?,
                None if rounds == 0 => {
                    let goes_on = self.graph.unary(Unary::IsTrue, condition);
                    self.leave_to_plain_if(goes_on);
                    return Ok(());
                }
                None if self.instructions > last_instruction => return Err(Obstacle::OfInstance),
                None => {
                    let more = |translation: &mut Self| {
                        translation.round_of_loop(own, frame)?;
                        translation.repeat_at_most(own, frame, (rounds - 1, last_instruction))
                    };
                    return self.choose(condition, more, |_| Ok(()));
                }
            }
        }
    }

    fn round_of_loop(&mut self, own: &Loop<'_>, frame: Frame) -> Result<(), Obstacle> {
        self.count_round()?;
        self.block(own.body, frame)?;
        self.block(own.test, frame)
    }
}
