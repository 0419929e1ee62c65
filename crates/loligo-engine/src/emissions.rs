//! Executes the actions that instances request in reply to events.

use loligo_mechanisms::Emission;

use crate::error::SendingFault;

/// Executes the requested actions of instances: an event queue, with the pending movable event of
/// each instance.
pub(crate) trait Carrier {
    /// Sends a spike of an instance at `at` (ms).
    fn spike(&mut self, instance: u32, at: f64);

    /// Queues a self event of an instance, due at `at` (ms).
    fn send(&mut self, instance: u32, at: f64, flag: f64);

    /// Moves the last self event of flag 1 of an instance to `at` (ms); false if none is pending.
    fn reschedule(&mut self, instance: u32, at: f64) -> bool;

    /// Starts watching a condition of an instance, and stops watching all others if it is the first of this reply;
    /// false if the instance cannot watch conditions.
    fn watch(&mut self, instance: u32, condition: u32, flag: f64, is_first: bool) -> bool;
}

/// Executes actions requested at `t` (ms), in their order; stops at an impossible one and returns its instance and the
/// reason.
pub(crate) fn carry_out(
    emissions: impl IntoIterator<Item = (u32, Emission)>,
    t: f64,
    carrier: &mut impl Carrier,
) -> Result<(), (u32, SendingFault)> {
    let mut watching = None;
    for (instance, emission) in emissions {
        // NaN is rejected as well.
        let in_time = |at: f64| if at >= t { Ok(at) } else { Err((instance, SendingFault::Past { at })) };
        match emission {
            Emission::Spike(at) => carrier.spike(instance, in_time(at)?),
            Emission::ToItself { at, flag } => carrier.send(instance, in_time(at)?, flag),
            Emission::MoveTo(at) => {
                if !carrier.reschedule(instance, in_time(at)?) {
                    return Err((instance, SendingFault::NothingToMove));
                }
            }
            Emission::Watch { condition, flag } => {
                let is_first = watching.replace(instance) != Some(instance);
                if !carrier.watch(instance, condition, flag, is_first) {
                    return Err((instance, SendingFault::NothingToWatch));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records the calls.
    #[derive(Default)]
    struct Log(Vec<String>);

    impl Carrier for Log {
        fn spike(&mut self, instance: u32, at: f64) {
            self.0.push(format!("spike {instance} {at}"));
        }

        fn send(&mut self, instance: u32, at: f64, flag: f64) {
            self.0.push(format!("send {instance} {at} {flag}"));
        }

        fn reschedule(&mut self, instance: u32, at: f64) -> bool {
            self.0.push(format!("move {instance} {at}"));
            instance == 0
        }

        fn watch(&mut self, instance: u32, condition: u32, _: f64, is_first: bool) -> bool {
            self.0.push(format!("watch {instance} {condition} {is_first}"));
            true
        }
    }

    #[test]
    fn answers_are_carried_out_in_their_order() {
        let watch = |condition| Emission::Watch { condition, flag: 2.0 };
        let emissions = [(0, watch(0)), (0, watch(1)), (0, Emission::Spike(1.0)), (1, watch(0))];
        let mut log = Log::default();
        assert_eq!(carry_out(emissions, 1.0, &mut log), Ok(()));
        assert_eq!(log.0, ["watch 0 0 true", "watch 0 1 false", "spike 0 1", "watch 1 0 true"]);
    }

    #[test]
    fn the_past_and_nothing_to_move_are_faults() {
        let mut log = Log::default();
        let past = [(3, Emission::ToItself { at: 0.5, flag: 0.0 })];
        assert_eq!(carry_out(past, 1.0, &mut log), Err((3, SendingFault::Past { at: 0.5 })));
        let never = [(3, Emission::Spike(f64::NAN))];
        assert!(matches!(carry_out(never, 1.0, &mut log), Err((3, SendingFault::Past { .. }))));
        assert_eq!(carry_out([(1, Emission::MoveTo(2.0))], 1.0, &mut log), Err((1, SendingFault::NothingToMove)));
        assert_eq!(carry_out([(0, Emission::MoveTo(2.0))], 1.0, &mut log), Ok(()));
    }
}
