//! Reads the C++ text of VERBATIM blocks and writes it as NMODL.
//!
//! The text is read for its meaning in a plain NEURON: control flow, arithmetic, functions, and the objects that
//! variables hold by pointers. A text that is not understood stays in its block, with the reason.

mod body;
mod constant;
mod facts;
mod handle;
mod names;
mod parse;
mod preprocess;
mod refusal;
mod token;
mod tree;
mod writer;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use self::body::tokens_of;
use self::facts::Facts;
use self::parse::file_text;
use self::preprocess::Preprocessor;
use self::writer::{Needs, Output, RoutineFacts, Writer};
use crate::source::Span;
use crate::syntax::{
    Block, Declaration, Expression, ExpressionKind, File, Item, ItemKind, LocalVariable, Name, NeuronEntry, Number,
    ParameterEntry, Procedure, Statement, StatementKind, Target, Value,
};
pub(crate) use handle::{Held, HeldObjects};
pub(crate) use refusal::Refusal;

/// The whole part of a number: a function that only translated text calls, as the others here.
pub(crate) const WHOLE: &str = "(whole)";
/// `x & y` of whole numbers.
pub(crate) const AND: &str = "(and)";
/// `x | y` of whole numbers.
pub(crate) const OR: &str = "(or)";
/// `x ^ y` of whole numbers.
pub(crate) const EXCLUSIVE_OR: &str = "(exclusive or)";
/// `x << y` of whole numbers.
pub(crate) const SHIFT_LEFT: &str = "(shift left)";
/// `x >> y` of whole numbers.
pub(crate) const SHIFT_RIGHT: &str = "(shift right)";
/// The number of elements of a list.
pub(crate) const LENGTH: &str = "vector_capacity";
/// An element of a list.
pub(crate) const ELEMENT: &str = "vector_vec";
/// A self event at a time.
pub(crate) const SEND_AT: &str = "artcell_net_send";

/// A file whose C++ text is written as NMODL.
#[derive(Debug)]
pub(crate) struct Translation {
    /// The file.
    pub(crate) file: File,
    /// The variables that hold lists and streams.
    pub(crate) held: HeldObjects,
    /// Pointers that always are null, since nothing can be handed in to them.
    pub(crate) null: BTreeSet<Arc<str>>,
    /// Procedures with arguments that NMODL does not declare, and the number of these arguments.
    pub(crate) set_up: BTreeMap<Arc<str>, usize>,
    /// The texts that are not understood, by the place of their block.
    pub(crate) refusals: BTreeMap<Span, Refusal>,
}

/// The name of the variable with the origin of the object that a variable holds: 0 if there is none.
pub(crate) fn source_name(name: &str) -> Arc<str> {
    format!("{name}_source").into()
}

/// The name of the variable with the first parameter of the distribution of a Random object.
pub(crate) fn first_name(name: &str) -> Arc<str> {
    format!("{name}_first").into()
}

/// The name of the variable with its second parameter.
pub(crate) fn second_name(name: &str) -> Arc<str> {
    format!("{name}_second").into()
}

/// The name of an argument that NMODL does not declare.
fn argument_name(number: usize) -> Arc<str> {
    format!("argument_{number}").into()
}

/// The name of the argument with the kind of such an argument.
fn kind_name(number: usize) -> Arc<str> {
    format!("kind_{number}").into()
}

/// Writes the C++ text of a file as NMODL; `None` if it has none.
pub(crate) fn translate(file: &File) -> Option<Translation> {
    let has_text = |item: &Item| match &item.kind {
        ItemKind::Verbatim(_) => true,
        kind => kind.body().is_some_and(|body| !texts(&body.statements).is_empty()),
    };
    if !file.items.iter().any(has_text) {
        return None;
    }
    let mut preprocessor = Preprocessor::new();
    let mut tokens = Vec::new();
    for item in &file.items {
        if let ItemKind::Verbatim(text) = &item.kind {
            // A text with an unbalanced condition keeps what was read of it.
            tokens.extend(preprocessor.process(tokens_of(text)).unwrap_or_default());
        }
    }
    preprocessor.close();
    let facts = Facts::of(file, file_text(&tokens), &preprocessor);
    let mut translator = Translator {
        facts: &facts,
        preprocessor: &preprocessor,
        needs: Needs::default(),
        is_search: true,
        translated: Vec::new(),
    };
    // The objects that variables hold are found first: a pointer that holds none is null.
    translator.items(file);
    translator.is_search = false;
    translator.needs.functions.clear();
    Some(translator.items(file))
}

struct Translator<'f> {
    facts: &'f Facts,
    preprocessor: &'f Preprocessor,
    needs: Needs,
    is_search: bool,
    /// The places of the texts that are translated: C++ has no units.
    translated: Vec<Span>,
}

impl Translator<'_> {
    fn items(&mut self, file: &File) -> Translation {
        let mut translation = Translation {
            file: file.clone(),
            held: HeldObjects::new(),
            null: BTreeSet::new(),
            set_up: BTreeMap::new(),
            refusals: BTreeMap::new(),
        };
        for item in &mut translation.file.items {
            let (set_up, refusals) = (&mut translation.set_up, &mut translation.refusals);
            self.item(item, set_up, refusals);
        }
        translation.file.items.retain(|item| !matches!(item.kind, ItemKind::Verbatim(_)));
        self.functions(&mut translation);
        translation.held = self.needs.held.clone();
        let is_null = |(name, is_number): (&Arc<str>, &bool)| {
            (!is_number && !translation.held.contains_key(name)).then(|| name.clone())
        };
        translation.null = self.facts.pointers.iter().filter_map(is_null).collect();
        self.declarations(&mut translation);
        translation.file.units_off.append(&mut self.translated);
        translation
    }

    fn item(
        &mut self,
        item: &mut Item,
        set_up: &mut BTreeMap<Arc<str>, usize>,
        refusals: &mut BTreeMap<Span, Refusal>,
    ) {
        let facts = routine_facts(&item.kind);
        match &mut item.kind {
            // It runs when an instance is removed.
            ItemKind::Destructor(body) => body.statements.clear(),
            ItemKind::NetReceive(procedure) => {
                for statement in &mut procedure.body.statements {
                    if let StatementKind::Initial(inner) = &mut statement.kind {
                        self.block(inner, &facts, refusals);
                    }
                }
                self.block(&mut procedure.body, &facts, refusals);
            }
            ItemKind::Function(procedure) | ItemKind::Procedure(procedure) => {
                let passed = self.block(&mut procedure.body, &facts, refusals);
                if passed > 0 {
                    let names = (1..=passed).map(argument_name).chain((1..=passed).map(kind_name));
                    let span = procedure.name.span;
                    procedure.arguments =
                        names.map(|text| Declaration { name: Name { text, span }, length: None, unit: None }).collect();
                    set_up.insert(procedure.name.text.clone(), passed);
                }
            }
            ItemKind::Initial(body)
            | ItemKind::Breakpoint(body)
            | ItemKind::Derivative(_, body)
            | ItemKind::Kinetic(_, body)
            | ItemKind::Linear(_, body)
            | ItemKind::Nonlinear(_, body)
            | ItemKind::Discrete(_, body)
            | ItemKind::At(_, body)
            | ItemKind::Constructor(body) => {
                self.block(body, &facts, refusals);
            }
            _ => {}
        }
    }

    /// Writes the C text of a block; returns the number of arguments that NMODL does not declare.
    fn block(&mut self, body: &mut Block, facts: &RoutineFacts, refusals: &mut BTreeMap<Span, Refusal>) -> usize {
        // INITIAL within NET_RECEIVE is a block of its own.
        let own = body.statements.iter().filter(|statement| !matches!(statement.kind, StatementKind::Initial(_)));
        let texts = texts(own);
        if texts.is_empty() {
            return 0;
        }
        let read = body::read(body, &mut self.preprocessor.clone());
        let written = read.and_then(|statements| {
            let known = (self.facts, self.preprocessor);
            Writer::write(known, &mut self.needs, facts, (&statements, &[]), self.is_search)
        });
        match written {
            Ok(Output { statements, passed }) => {
                self.translated.extend(texts);
                body.statements = statements;
                passed
            }
            Err(refusal) => {
                refusals.extend(texts.into_iter().map(|span| (span, refusal.clone())));
                0
            }
        }
    }

    /// Adds the functions of C that are called, as functions of NMODL.
    fn functions(&mut self, translation: &mut Translation) {
        let mut done = BTreeSet::new();
        let called: Vec<Arc<str>> =
            self.facts.functions.keys().filter(|name| self.facts.names.contains(*name)).cloned().collect();
        self.needs.functions.extend(called);
        while let Some(name) = self.needs.functions.iter().find(|name| !done.contains(*name)).cloned() {
            done.insert(name.clone());
            if self.facts.routines.contains_key(&name) {
                continue;
            }
            let Some(function) = self.facts.functions.get(&name) else { continue };
            let is_function = function.result.is_number();
            let arguments: Vec<(Arc<str>, bool)> = function
                .arguments
                .iter()
                .map(|argument| (argument.name.clone(), argument.own_type.base == tree::Base::Whole))
                .collect();
            let facts = RoutineFacts {
                result: is_function.then(|| name.clone()),
                result_is_whole: function.result.base == tree::Base::Whole,
                arguments: Vec::new(),
                locals: HashSet::new(),
                is_callable: false,
                can_end_early: true,
                has_weights: false,
            };
            let known = (self.facts, self.preprocessor);
            let written = Writer::write(known, &mut self.needs, &facts, (&function.body, &arguments), self.is_search);
            let span = function.span;
            let statements = written.map_or_else(
                |refusal| {
                    translation.refusals.insert(span, refusal);
                    let text = crate::syntax::Verbatim { text: "".into(), span };
                    vec![Statement { kind: StatementKind::Verbatim(text), span }]
                },
                |output| output.statements,
            );
            let declared =
                |(name, _): (Arc<str>, bool)| Declaration { name: Name { text: name, span }, length: None, unit: None };
            let procedure = Procedure {
                name: Name { text: name, span },
                arguments: arguments.into_iter().map(declared).collect(),
                unit: None,
                body: Block { statements, span },
            };
            let kind = if is_function { ItemKind::Function(procedure) } else { ItemKind::Procedure(procedure) };
            translation.file.items.push(Item { kind, head: span, span });
        }
    }

    /// Declares the variables that translated text uses, and the constants of C that NMODL uses.
    fn declarations(&self, translation: &mut Translation) {
        let held: Vec<(Arc<str>, Held)> = translation.held.iter().map(|(name, held)| (name.clone(), *held)).collect();
        let span = Span::default();
        let declaration = |text: Arc<str>| Declaration { name: Name { text, span }, length: None, unit: None };
        let mut variables = Vec::new();
        for (name, held) in &held {
            variables.push(declaration(source_name(name)));
            if *held == Held::Stream {
                variables.extend([first_name(name), second_name(name)].map(declaration));
            }
        }
        let is_held = |name: &Name| translation.held.contains_key(&name.text);
        for item in &mut translation.file.items {
            match &mut item.kind {
                ItemKind::Assigned(list) => list.retain(|declaration| !is_held(&declaration.name)),
                ItemKind::Parameter(list) => list.retain(|entry| !is_held(&entry.declaration.name)),
                ItemKind::Neuron(entries) => {
                    for entry in entries {
                        if let NeuronEntry::Range(names) = entry {
                            names.retain(|name| !is_held(name));
                        }
                    }
                }
                _ => {}
            }
        }
        let declared = names::declared_names(&translation.file.items);
        let used = names::used_names(&translation.file.items);
        let is_wanted = |name: &Arc<str>| {
            used.contains(name)
                && !declared.contains_key(name)
                && !self.facts.routines.contains_key(name)
                && self.facts.names.contains(name)
        };
        let mut constants: Vec<ParameterEntry> = Vec::new();
        for (name, known) in self.facts.constants.iter().filter(|(name, _)| is_wanted(name)) {
            let value = Some(Value { value: known.value, span });
            constants.push(ParameterEntry { declaration: declaration(name.clone()), value, limits: None });
        }
        constants.sort_by(|a, b| a.declaration.name.text.cmp(&b.declaration.name.text));
        let items = [ItemKind::Assigned(variables), ItemKind::Constant(constants)];
        translation.file.items.extend(items.map(|kind| Item { kind, head: span, span }));
        self.shared(translation);
    }

    /// Declares the variables that keep their values from call to call, as LOCAL variables of the file, whose initial
    /// values CONSTRUCTOR assigns.
    fn shared(&self, translation: &mut Translation) {
        if self.needs.shared.is_empty() {
            return;
        }
        let span = Span::default();
        let variables =
            || self.needs.shared.iter().map(|(text, &(value, span))| (Name { text: text.clone(), span }, value));
        let locals = variables().map(|(name, _)| LocalVariable { name, length: None }).collect();
        let assigned = variables().map(|(name, value)| {
            let span = name.span;
            let number = Number { text: format!("{value}"), value, is_integer: false, unit: None };
            let value = Expression { kind: ExpressionKind::Number(number), span };
            Statement { kind: StatementKind::Assign { target: Target { name, index: None }, value }, span }
        });
        let items = &mut translation.file.items;
        items.push(Item { kind: ItemKind::Local(locals), head: span, span });
        let own = items.iter_mut().find_map(|item| match &mut item.kind {
            ItemKind::Constructor(body) => Some(body),
            _ => None,
        });
        match own {
            Some(body) => body.statements.splice(0..0, assigned).for_each(drop),
            None => {
                let body = Block { statements: assigned.collect(), span };
                items.push(Item { kind: ItemKind::Constructor(body), head: span, span });
            }
        }
    }
}

/// The places of the C texts in statements.
fn texts<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> Vec<Span> {
    let mut spans = Vec::new();
    for statement in statements {
        statement.visit(&mut |inner| {
            if let StatementKind::Verbatim(text) = &inner.kind {
                spans.push(text.span);
            }
        });
    }
    spans
}

fn routine_facts(kind: &ItemKind) -> RoutineFacts {
    let mut facts = RoutineFacts {
        result: None,
        result_is_whole: false,
        arguments: Vec::new(),
        locals: HashSet::new(),
        is_callable: false,
        can_end_early: true,
        has_weights: false,
    };
    match kind {
        ItemKind::Function(procedure) | ItemKind::Procedure(procedure) => {
            facts.is_callable = true;
            facts.arguments = procedure.arguments.iter().map(|argument| argument.name.text.clone()).collect();
            facts.locals.extend(facts.arguments.iter().cloned());
            if matches!(kind, ItemKind::Function(_)) {
                facts.result = Some(procedure.name.text.clone());
                facts.locals.insert(procedure.name.text.clone());
            }
        }
        ItemKind::NetReceive(procedure) => {
            facts.has_weights = true;
            facts.arguments = procedure.arguments.iter().map(|argument| argument.name.text.clone()).collect();
        }
        ItemKind::Breakpoint(_) | ItemKind::Kinetic(..) | ItemKind::Linear(..) | ItemKind::Nonlinear(..) => {
            facts.can_end_early = false;
        }
        _ => {}
    }
    if let Some(body) = kind.body() {
        body.visit(&mut |statement| match &statement.kind {
            StatementKind::Local(variables) => facts.locals.extend(variables.iter().map(|own| own.name.text.clone())),
            StatementKind::From { variable, .. } => {
                facts.locals.insert(variable.text.clone());
            }
            _ => {}
        });
    }
    facts
}
