//! Draws blocks that NEURON calls at other stages of a step, random streams and pointers.

use super::draft::{Draft, Kind};
use super::layout::block;
use super::range::Range;
use super::scope::Role;
use super::statements::body;

impl Draft<'_> {
    /// A BEFORE or AFTER block.
    pub(super) fn hook(&mut self) {
        let stage =
            self.dice.pick(["BEFORE BREAKPOINT", "AFTER SOLVE", "BEFORE INITIAL", "AFTER INITIAL", "BEFORE STEP"]);
        let count = self.dice.count(1, 2);
        let scope = match stage {
            "BEFORE INITIAL" if !self.first_calls.is_empty() => {
                self.scope.only(|variable| variable.role != Role::Assigned)
            }
            _ => self.scope.clone(),
        };
        let statements = body(self.dice, &scope, count, 1);
        let text = block(self.dice, stage, &statements);
        self.routines.push(text);
    }

    /// A PROCEDURE that SOLVE calls in every step.
    pub(super) fn solved_procedure(&mut self) {
        let count = self.dice.count(1, 3);
        let statements = body(self.dice, &self.scope, count, 2);
        let text = block(self.dice, "PROCEDURE turn1()", &statements);
        self.routines.push(text);
        // NEURON's C++ does not compile if a SOLVE without METHOD follows another one
        let method = match self.states.is_empty() {
            true => self.dice.pick(["", " METHOD after_cvode", " METHOD cvode_t"]),
            false => self.dice.pick([" METHOD after_cvode", " METHOD cvode_t"]),
        };
        self.solve(&format!("SOLVE turn1{method}"));
    }

    /// A random stream, with ids so that its numbers do not depend on other mechanisms.
    pub(super) fn stream(&mut self) {
        let seed = self.dice.count(0, 1000);
        self.neuron.push("RANDOM noise".into());
        self.initial.push(format!("random_setids(noise, 3, {seed}, 1)"));
        self.initial.push("random_setseq(noise, 0)".into());
        let target = self.assigned(Range::new(-50.0, 50.0));
        let draw = self.dice.pick([
            "random_uniform(noise)",
            "random_uniform(noise, -2, 3)",
            "random_negexp(noise, 2.5)",
            "random_normal(noise, 1, 0.5)",
            "random_negexp(noise)",
            "random_normal(noise)",
        ]);
        let statement = format!("{target} = {draw}");
        match self.kind {
            Kind::Artificial => self.initial.push(statement),
            _ => self.breakpoint.push(statement),
        }
    }

    /// A POINTER of a point process to the voltage.
    pub(super) fn pointer(&mut self) {
        self.neuron.push("POINTER seen".into());
        self.assigned.push("seen".into());
        self.scope.add("seen", Range::new(-250.0, 250.0), Role::Cell);
        self.has_pointer = true;
    }
}
