//! Draws NET_RECEIVE blocks.

use super::draft::{Draft, Kind};
use super::layout::block;
use super::range::Range;
use super::scope::{Role, Scope};
use super::statements::{assignment, body};
use super::writer::Writer;

impl Draft<'_> {
    /// A NET_RECEIVE block. Arguments are used only where there are some: in events of connections, and in self events
    /// that those send.
    pub(super) fn receive(&mut self) {
        self.weights = self.dice.count(1, 3);
        let names = &["w", "a1", "b1"][..self.weights];
        // an ion's current and reversal potential cannot stand here
        let scope = self.scope.only(|variable| variable.role != Role::Ion);
        let scope = without_ions(scope, self);
        let mut with_arguments = scope.clone();
        for name in names {
            with_arguments.arguments.push((*name).to_owned());
            with_arguments.add(*name, Range::new(-10.0, 10.0), Role::Local);
        }
        let has_initial = self.dice.chance(0.5);
        let watches = self.kind == Kind::Point && self.dice.chance(0.3);
        let moves = self.dice.chance(0.3);
        let mut statements = Vec::new();
        if has_initial {
            let mut starts: Vec<String> = Vec::new();
            for name in &names[1..] {
                starts.push(format!("{name} = {}", Writer::new(self.dice, &scope).within(Range::UNIT, 1).text));
            }
            statements.push(block(self.dice, "INITIAL", &starts));
        }
        let count = self.dice.count(1, 3);
        let mut first = body(self.dice, &with_arguments, count, 1);
        for state in self.scope.variables.iter().filter(|variable| variable.role == Role::State) {
            if self.dice.chance(0.5) {
                let value = format!("0.5*{0} + 0.25*fabs(sin(w))", state.text);
                first.push(match self.dice.chance(0.2) {
                    true => format!("state_discontinuity({}, {value})", state.text),
                    false => format!("{} = {value}", state.text),
                });
            }
        }
        let mut turns = Vec::new();
        if self.dice.chance(0.7) {
            let after = self.delay(&with_arguments);
            first.push(format!("net_send({after}, 4)"));
            let mut fourth = vec![assignment(self.dice, &with_arguments)];
            if self.dice.chance(0.3) {
                let inner: Vec<String> = names.iter().map(|name| format!("{name}_")).collect();
                let change = format!("{0} = 0.5*{0}", inner[0]);
                fourth.push(block(self.dice, &format!("FOR_NETCONS({})", inner.join(", ")), &[change]));
            }
            turns.push((4, fourth));
        }
        let pending = moves.then(|| self.assigned(Range::UNIT));
        if self.dice.chance(0.6) || moves {
            let after = self.delay(&scope);
            let mut turn = vec![assignment(self.dice, &scope)];
            if let Some(pending) = &pending {
                first.push(block(self.dice, &format!("IF ({pending})"), &[format!("net_move(t + {after})")]));
                first.push(format!("net_send({after}, 1)\n{pending} = 1"));
                turn.push(format!("{pending} = 0"));
                self.initial.push(format!("{pending} = 0"));
            } else {
                self.initial.push(format!("net_send({after}, 1)"));
                turn.push(format!("net_send({after}, 1)"));
            }
            if self.dice.chance(0.6) {
                turn.push("net_event(t)".into());
                self.sends = true;
            }
            turns.push((1, turn));
        }
        if watches {
            self.initial.push("net_send(0, 3)".into());
            let level = Writer::new(self.dice, &scope).literal(Range::new(-64.5, -40.0)).text;
            let sign = self.dice.pick([">", "<"]);
            turns.push((3, vec![format!("WATCH (v {sign} {level}) 2")]));
            turns.push((2, vec![assignment(self.dice, &scope)]));
        }
        if self.dice.chance(0.3) {
            first.push("net_event(t)".into());
            self.sends = true;
        }
        let mut text = block(self.dice, "IF (flag == 0)", &first);
        for (flag, turn) in turns {
            text.push_str(&block(self.dice, &format!(" ELSE IF (flag == {flag})"), &turn));
        }
        statements.push(text);
        let list: Vec<String> = names.iter().map(|name| format!("{name}{}", self.dice.pick(["", " (uS)"]))).collect();
        let text = block(self.dice, &format!("NET_RECEIVE({})", list.join(", ")), &statements);
        self.routines.push(text);
    }

    /// The time after which a self event is due, ms.
    fn delay(&mut self, scope: &Scope) -> String {
        Writer::new(self.dice, scope).within(Range::new(0.3, 2.5), 2).text
    }
}

/// Without procedures, which may use currents of ions.
fn without_ions(mut scope: Scope, draft: &Draft<'_>) -> Scope {
    if draft.scope.variables.iter().any(|variable| variable.role == Role::Ion) {
        scope.procedures.clear();
        scope.functions.clear();
    }
    scope
}
