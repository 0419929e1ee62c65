//! Draws LINEAR and NONLINEAR systems of equations. NEURON's C++ does not compile if a file has a DERIVATIVE block, too.

use super::draft::Draft;
use super::layout::block;
use super::range::Range;
use super::scope::Role;
use super::writer::Writer;

/// The range of the solutions: the equations are dominated by one unknown each.
const SOLUTION: Range = Range::new(-5.0, 5.0);

impl Draft<'_> {
    /// A LINEAR block with its states.
    pub(super) fn linear(&mut self) {
        // NEURON refuses states in parentheses
        let outside = self.scope.only(|variable| variable.role != Role::State);
        let unknowns: Vec<String> = (0..self.dice.count(2, 3)).map(|_| self.state(SOLUTION)).collect();
        let mut equations = Vec::new();
        for unknown in &unknowns {
            let mut writer = Writer::plain(self.dice, &outside);
            let mut left = vec![format!("{}*{unknown}", writer.within(Range::new(1.0, 2.0), 1).enclosed().text)];
            let mut right = vec![writer.within(Range::UNIT, 2).enclosed().text];
            for other in unknowns.iter().filter(|other| *other != unknown) {
                let term = format!("{}*{other}", self.dice.pick(["0.3", ".2", "0.1*0.5"]));
                if self.dice.chance(0.5) { left.push(term) } else { right.push(term) }
            }
            self.dice.shuffle(&mut left);
            let sign = self.dice.pick([" + ", " - "]);
            equations.push(format!("~ {} = {}", left.join(sign), right.join(" + ")));
        }
        self.system("LINEAR lines", "lines", equations);
    }

    /// A NONLINEAR block with its states.
    pub(super) fn nonlinear(&mut self) {
        // NEURON counts all states that occur as unknowns
        let outside = self.scope.only(|variable| variable.role != Role::State);
        let unknowns: Vec<String> = (0..self.dice.count(1, 3)).map(|_| self.state(SOLUTION)).collect();
        let mut equations = Vec::new();
        for (index, unknown) in unknowns.iter().enumerate() {
            let other = &unknowns[(index + 1) % unknowns.len()];
            let mut writer = Writer::plain(self.dice, &outside);
            let constant = writer.within(Range::UNIT, 2).text;
            let bent = self.dice.pick(["tanh", "sin", "atan"]);
            equations.push(format!("~ {unknown} + 0.3*{bent}({other}) = {constant}"));
        }
        self.system("NONLINEAR curves", "curves", equations);
    }

    fn system(&mut self, head: &str, name: &str, equations: Vec<String>) {
        let text = block(self.dice, head, &equations);
        self.routines.push(text);
        self.solve(&format!("SOLVE {name}"));
    }
}
