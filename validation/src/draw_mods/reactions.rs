//! Draws KINETIC schemes.

use super::draft::{Draft, Kind};
use super::layout::block;
use super::range::Range;
use super::scope::{Role, Scope};
use super::statements::body;
use super::term::Level;
use super::writer::Writer;

/// The range of states that reactions move, of which none is larger than 1 at first.
const AMOUNT: Range = Range::new(-2.0, 8.0);

impl Draft<'_> {
    /// A KINETIC block with its states.
    pub(super) fn kinetic(&mut self) {
        // NEURON's C++ does not compile if an explicit method follows another block
        let method = match self.states.is_empty() {
            true => self.dice.weighted([(4.0, "sparse"), (1.0, "euler"), (1.0, "runge")]),
            false => "sparse",
        };
        self.has_runge |= method == "runge";
        let outside = self.scope.clone();
        let is_array = self.dice.chance(0.2);
        let states: Vec<String> = match is_array {
            true => self.state_array(AMOUNT, 3),
            false => (0..self.dice.count(2, 5)).map(|_| self.state(AMOUNT)).collect(),
        };
        let mut statements = match self.dice.chance(0.4) {
            true if method == "sparse" => self.repeatable(&outside),
            true => {
                let count = self.dice.count(0, 2);
                body(self.dice, &outside, count, 1)
            }
            false => Vec::new(),
        };
        self.compartments(&states, &outside, &mut statements);
        let is_closed = self.dice.chance(0.6);
        for pair in states.windows(2) {
            let (forward, back) = (self.rate(&outside), self.rate(&outside));
            let reaction = match self.dice.count(0, 9) {
                0 => format!("~ 2 {} <-> {} ({forward}, {back})", pair[0], pair[1]),
                _ => format!("~ {} <-> {} ({forward}, {back})", pair[0], pair[1]),
            };
            statements.push(reaction);
        }
        let is_simple = !statements.iter().any(|statement| statement.starts_with("~ 2"));
        if states.len() > 2 && self.dice.chance(0.3) {
            let (forward, back) = (self.rate(&outside), self.rate(&outside));
            let binding = is_simple && !is_closed && self.dice.chance(0.5);
            let left = if binding { format!("{} + {}", states[0], states[1]) } else { states[0].clone() };
            let last = &states[states.len() - 1];
            statements.push(format!("~ {left} <-> {last} ({forward}, {back})"));
        }
        self.fluxes(&mut statements);
        if !is_closed {
            let (rate, state) = (self.rate(&outside), self.dice.count(0, states.len() - 1));
            statements.push(format!("~ {} -> ({rate})", states[state]));
            let inflow = Writer::new(self.dice, &outside).within(Range::new(0.0, 0.1), 2).text;
            statements.push(format!("~ {} << ({inflow})", states[self.dice.count(0, states.len() - 1)]));
        }
        let is_conserved =
            is_closed && is_simple && !is_array && !self.scope_has_compartments() && self.dice.chance(0.7);
        if is_conserved {
            let total = self.dice.pick(["1", "1.", "2"]);
            statements.push(format!("CONSERVE {} = {total}", states.join(" + ")));
        }
        for state in &states {
            if self.dice.chance(0.7) {
                let start = Writer::new(self.dice, &outside).unit(1).text;
                self.initial.push(format!("{state} = {start}"));
            }
        }
        if is_conserved && method == "sparse" && self.dice.chance(0.4) {
            self.initial.push("SOLVE scheme STEADYSTATE sparse".into());
        }
        let text = block(self.dice, "KINETIC scheme", &statements);
        self.routines.push(text);
        self.solve(&format!("SOLVE scheme METHOD {method}"));
    }

    /// A rate: a product or an expression in parentheses, and in a few cases a sum, which NEURON pastes.
    fn rate(&mut self, scope: &Scope) -> String {
        let rate = Writer::plain(self.dice, scope).within(Range::new(0.01, 2.0), 2);
        let is_pasted = rate.level < Level::Product && !self.dice.chance(0.04);
        if is_pasted { rate.enclosed().text } else { rate.text }
    }

    /// COMPARTMENT and LONGITUDINAL_DIFFUSION.
    fn compartments(&mut self, states: &[String], scope: &Scope, statements: &mut Vec<String>) {
        self.has_compartments = self.dice.chance(0.25);
        if !self.has_compartments {
            return;
        }
        let constants = scope.only(|variable| variable.role == Role::Constant);
        let mut volume = || Writer::plain(self.dice, &constants).within(Range::new(0.5, 3.0), 1).text;
        let (volume, diffusion) = (volume(), volume());
        let array = states[0].split_once('[').map(|(name, _)| name.to_owned());
        let list = array.clone().unwrap_or_else(|| states.join(" "));
        let index = if array.is_some() { "ii, " } else { "" };
        statements.push(format!("COMPARTMENT {index}{volume} {{{list}}}"));
        if self.kind == Kind::Density && self.dice.chance(0.5) {
            let list = array.unwrap_or_else(|| states[0].clone());
            statements.push(format!("LONGITUDINAL_DIFFUSION {index}{diffusion} {{{list}}}"));
        }
    }

    fn scope_has_compartments(&self) -> bool {
        self.has_compartments
    }

    /// An assignment of the fluxes of a reaction, behind it, to a variable that the scheme does not read.
    fn fluxes(&mut self, statements: &mut Vec<String>) {
        let is_read = |name: &str| {
            let mut words = statements.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
            words.any(|word| word == name)
        };
        let name = |text: &str| text.split('[').next().unwrap_or(text).to_owned();
        let wide = |range: Range| range.low <= -20.0 && range.high >= 20.0;
        let targets: Vec<_> = self
            .scope
            .variables
            .iter()
            .filter(|v| v.role == Role::Assigned && wide(v.range) && !is_read(&name(&v.text)))
            .collect();
        let reactions: Vec<usize> = (0..statements.len()).filter(|&k| statements[k].starts_with('~')).collect();
        if self.dice.chance(0.4)
            && let Some(target) = self.dice.one_of(&targets)
            && let Some(&reaction) = self.dice.one_of(&reactions)
        {
            statements.insert(reaction + 1, format!("{} = (f_flux - b_flux)", target.text));
        }
    }

    /// Assignments that have the same effect when they are executed again: NEURON executes a scheme twice more before
    /// the first step of a mechanism.
    fn repeatable(&mut self, scope: &Scope) -> Vec<String> {
        let mut fixed = scope.only(|variable| variable.role != Role::Assigned);
        fixed.functions.clear();
        let targets: Vec<_> = scope.variables.iter().filter(|variable| variable.role == Role::Assigned).collect();
        let Some(target) = self.dice.one_of(&targets) else { return Vec::new() };
        let value = Writer::new(self.dice, &fixed).changing(target.range, 2).text;
        vec![format!("{} = {value}", target.text)]
    }
}
