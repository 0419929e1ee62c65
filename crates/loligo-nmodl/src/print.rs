//! Prints a syntax tree as text in one layout, which can be parsed again.

mod declaration;
mod expression;
mod statement;

use crate::syntax::{Block, Event, File, ItemKind, LocalVariable, Name, Procedure, Target};

/// The text of a tree: blocks in their order, indented by two spaces, without comments. The blocks of included files
/// take the place of the INCLUDE line.
pub fn print(file: &File) -> String {
    let mut printer = Printer { text: String::new(), indent: 0 };
    for item in &file.items {
        printer.item(&item.kind);
    }
    printer.text
}

struct Printer {
    text: String,
    indent: usize,
}

impl Printer {
    fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n("  ", self.indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn item(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Title(title) => self.line(&format!("TITLE {title}")),
            ItemKind::Define(name, count) => self.line(&format!("DEFINE {} {}", name.text, count.value)),
            // The included blocks follow.
            ItemKind::Include(_) => {}
            ItemKind::Neuron(entries) => self.entries("NEURON", entries, Self::neuron_entry),
            ItemKind::Units(entries) => self.entries("UNITS", entries, Self::unit_entry),
            ItemKind::Parameter(entries) => self.entries("PARAMETER", entries, Self::parameter_entry),
            ItemKind::Constant(entries) => self.entries("CONSTANT", entries, Self::parameter_entry),
            ItemKind::Assigned(entries) => self.entries("ASSIGNED", entries, Self::declaration),
            ItemKind::State(entries) => self.entries("STATE", entries, Self::state_entry),
            ItemKind::Independent(names) => self.line(&format!("INDEPENDENT {{ {} }}", listed(names, " "))),
            ItemKind::Local(variables) => self.local(variables),
            ItemKind::Initial(block) => self.block("INITIAL", block),
            ItemKind::Breakpoint(block) => self.block("BREAKPOINT", block),
            ItemKind::Derivative(name, block) => self.block(&format!("DERIVATIVE {}", name.text), block),
            ItemKind::Kinetic(name, block) => self.block(&format!("KINETIC {}", name.text), block),
            ItemKind::Linear(name, block) => self.block(&format!("LINEAR {}", name.text), block),
            ItemKind::Nonlinear(name, block) => self.block(&format!("NONLINEAR {}", name.text), block),
            ItemKind::Discrete(name, block) => self.block(&format!("DISCRETE {}", name.text), block),
            ItemKind::Function(function) => self.block(&head("FUNCTION ", function), &function.body),
            ItemKind::Procedure(procedure) => self.block(&head("PROCEDURE ", procedure), &procedure.body),
            ItemKind::FunctionTable(table) => self.line(&head("FUNCTION_TABLE ", table)),
            ItemKind::NetReceive(procedure) => self.block(&head("", procedure), &procedure.body),
            ItemKind::At(event, block) => self.block(event_text(*event), block),
            ItemKind::Constructor(block) => self.block("CONSTRUCTOR", block),
            ItemKind::Destructor(block) => self.block("DESTRUCTOR", block),
            ItemKind::Verbatim(verbatim) => self.verbatim(&verbatim.text),
        }
    }

    fn verbatim(&mut self, text: &str) {
        self.text.push_str(&format!("VERBATIM{text}ENDVERBATIM\n"));
    }

    fn local(&mut self, variables: &[LocalVariable]) {
        let names: Vec<String> = variables
            .iter()
            .map(|variable| match &variable.length {
                Some(length) => format!("{}[{}]", variable.name.text, length.value),
                None => variable.name.text.to_string(),
            })
            .collect();
        self.line(&format!("LOCAL {}", names.join(", ")));
    }

    fn entries<T>(&mut self, head: &str, entries: &[T], text: impl Fn(&T) -> String) {
        self.line(&format!("{head} {{"));
        self.indent += 1;
        for entry in entries {
            self.line(&text(entry));
        }
        self.indent -= 1;
        self.line("}");
    }

    fn block(&mut self, head: &str, block: &Block) {
        self.line(&format!("{head} {{"));
        self.body(block);
        self.line("}");
    }

    /// The statements of a block, indented.
    fn body(&mut self, block: &Block) {
        self.indent += 1;
        for statement in &block.statements {
            self.statement(&statement.kind);
        }
        self.indent -= 1;
    }
}

fn listed(names: &[Name], between: &str) -> String {
    names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(between)
}

fn head(word: &str, procedure: &Procedure) -> String {
    let arguments: Vec<String> = procedure.arguments.iter().map(Printer::declaration).collect();
    let unit = procedure.unit.as_ref().map_or(String::new(), |unit| format!(" ({})", unit.text));
    format!("{word}{}({}){unit}", procedure.name.text, arguments.join(", "))
}

fn event_text(event: Event) -> &'static str {
    match event {
        Event::BeforeInitial => "BEFORE INITIAL",
        Event::AfterInitial => "AFTER INITIAL",
        Event::BeforeBreakpoint => "BEFORE BREAKPOINT",
        Event::AfterSolve => "AFTER SOLVE",
        Event::BeforeStep => "BEFORE STEP",
    }
}

fn target_text(target: &Target) -> String {
    let index = target.index.as_ref().map_or(String::new(), |index| format!("[{}]", expression::text(index)));
    format!("{}{index}", target.name.text)
}
