//! Prints statements.

use super::expression::{list, text};
use super::{Printer, listed, target_text};
use crate::syntax::{Arrow, Block, Reactant, StatementKind, Table};

impl Printer {
    pub(super) fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Local(variables) => self.local(variables),
            StatementKind::Assign { target, value } => {
                self.line(&format!("{} = {}", target_text(target), text(value)));
            }
            StatementKind::Derivative { target, order, value } => {
                let index = target.index.as_ref().map_or(String::new(), |index| format!("[{}]", text(index)));
                self.line(&format!("{}{}{index} = {}", target.name.text, "'".repeat(*order), text(value)));
            }
            StatementKind::Equation { left, right } => self.line(&format!("~ {} = {}", text(left), text(right))),
            StatementKind::Reaction { left, arrow, right, rates } => {
                let arrow = match arrow {
                    Arrow::Both => "<->",
                    Arrow::Away => "->",
                    Arrow::Flux => "<<",
                };
                let right = if right.is_empty() { String::new() } else { format!(" {}", reactants(right)) };
                self.line(&format!("~ {} {arrow}{right} ({})", reactants(left), list(rates)));
            }
            StatementKind::Compartment { index, volume: value, states }
            | StatementKind::Diffusion { index, coefficient: value, states } => {
                let is_volume = matches!(kind, StatementKind::Compartment { .. });
                let word = if is_volume { "COMPARTMENT" } else { "LONGITUDINAL_DIFFUSION" };
                let index = index.as_ref().map_or(String::new(), |index| format!("{}, ", index.text));
                self.line(&format!("{word} {index}{} {{ {} }}", text(value), listed(states, " ")));
            }
            StatementKind::Conserve { terms, total } => {
                self.line(&format!("CONSERVE {} = {}", reactants(terms), text(total)));
            }
            StatementKind::Call { name, arguments } => self.line(&format!("{}({})", name.text, list(arguments))),
            StatementKind::If { condition, then, otherwise } => {
                self.conditional(&format!("if ({}) {{", text(condition)), then, otherwise.as_ref());
            }
            StatementKind::While { condition, body } => self.block(&format!("while ({})", text(condition)), body),
            StatementKind::From { variable, from, to, by, body } => {
                let by = by.as_ref().map_or(String::new(), |by| format!(" BY {}", text(by)));
                let head = format!("FROM {} = {} TO {}{by}", variable.text, text(from), text(to));
                self.block(&head, body);
            }
            StatementKind::Solve { block, steady_state, method, if_error } => {
                let word = if *steady_state { "STEADYSTATE" } else { "METHOD" };
                let method = method.as_ref().map_or(String::new(), |method| format!(" {word} {}", method.text));
                let line = format!("SOLVE {}{method}", block.text);
                match if_error {
                    Some(block) => self.block(&format!("{line} IFERROR"), block),
                    None => self.line(&line),
                }
            }
            StatementKind::Conductance { conductance, ion } => {
                let ion = ion.as_ref().map_or(String::new(), |ion| format!(" USEION {}", ion.text));
                self.line(&format!("CONDUCTANCE {}{ion}", conductance.text));
            }
            StatementKind::Lag { variable, by } => self.line(&format!("LAG {} BY {}", variable.text, by.text)),
            StatementKind::Table(table) => self.table(table),
            StatementKind::Watch(conditions) => {
                let conditions: Vec<String> = conditions
                    .iter()
                    .map(|watched| {
                        let [left, right, flag] = [&watched.left, &watched.right, &watched.flag].map(text);
                        format!("({left} {} {right}) {flag}", watched.operator.symbol())
                    })
                    .collect();
                self.line(&format!("WATCH {}", conditions.join(", ")));
            }
            StatementKind::ForNetcons { arguments, body } => {
                self.block(&format!("FOR_NETCONS({})", listed(arguments, ", ")), body);
            }
            StatementKind::Initial(block) => self.block("INITIAL", block),
            StatementKind::Protect(statement) => {
                self.line("PROTECT");
                self.statement(&statement.kind);
            }
            StatementKind::Verbatim(verbatim) => self.verbatim(&verbatim.text),
            StatementKind::Block(block) => self.block("", block),
            StatementKind::Mutex | StatementKind::Broken => {}
        }
    }

    /// `if`, `else if` and `else` at one level of indentation.
    fn conditional(&mut self, head: &str, then: &Block, otherwise: Option<&Block>) {
        self.line(head);
        self.body(then);
        let Some(block) = otherwise else { return self.line("}") };
        let [only] = block.statements.as_slice() else { return self.last_branch(block) };
        match &only.kind {
            // A block that starts where its only statement starts has no braces of its own.
            StatementKind::If { condition, then, otherwise } if only.span.start == block.span.start => {
                self.conditional(&format!("}} else if ({}) {{", text(condition)), then, otherwise.as_ref());
            }
            _ => self.last_branch(block),
        }
    }

    fn last_branch(&mut self, block: &Block) {
        self.line("} else {");
        self.body(block);
        self.line("}");
    }

    fn table(&mut self, table: &Table) {
        let mut line = "TABLE".to_owned();
        if !table.variables.is_empty() {
            line += &format!(" {}", listed(&table.variables, ", "));
        }
        if !table.depends.is_empty() {
            line += &format!(" DEPEND {}", listed(&table.depends, ", "));
        }
        let [from, to] = [&table.from, &table.to].map(text);
        self.line(&format!("{line} FROM {from} TO {to} WITH {}", table.intervals.value));
    }
}

fn reactants(reactants: &[Reactant]) -> String {
    let term = |reactant: &Reactant| {
        let count = reactant.count.as_ref().map_or(String::new(), |count| format!("{} ", count.value));
        format!("{count}{}", target_text(&reactant.target))
    };
    reactants.iter().map(term).collect::<Vec<_>>().join(" + ")
}
