//! Blocks and the whole file.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{Failed, Parsed, Parser, SyntaxProblem};
use crate::diagnostic::Diagnostics;
use crate::lexer::tokens;
use crate::source::{SourceError, Sources, Span};
use crate::syntax::{Block, Declaration, Event, File, Item, ItemKind, Name, Procedure, Verbatim};
use crate::token::{TokenKind, WORDS};

/// The most included files.
const MOST_INCLUDES: usize = 64;

/// Parses a file into its syntax tree; `file` is its number among the sources. `include` reads the files that it
/// includes, from their paths; they are added to the sources.
///
/// Errors are added to the diagnostics; the tree contains all parts without errors.
///
/// ```
/// use std::path::Path;
/// use loligo_nmodl::{Diagnostics, Severity, SourceError, Sources, parse};
/// let mut sources = Sources::new();
/// let text = "NEURON { SUFFIX leak RANGE g }\nPARAMETER { g = }";
/// let file = sources.add(Path::new("leak.mod"), text.into())?;
/// let mut diagnostics = Diagnostics::new();
/// let tree = parse(&mut sources, file, &mut |_| unreachable!("nothing is included"), &mut diagnostics);
/// assert_eq!(tree.items.len(), 2);
/// let error = diagnostics.render(&sources, Severity::Error);
/// assert!(error.starts_with("error: expected a number, found \"}\"\n --> leak.mod:2:17\n"), "{error}");
/// # Ok::<(), SourceError>(())
/// ```
pub fn parse(
    sources: &mut Sources,
    file: usize,
    include: &mut dyn FnMut(&Path) -> Result<Vec<u8>, SourceError>,
    diagnostics: &mut Diagnostics,
) -> File {
    let tokens = tokens(sources, file, diagnostics);
    let (defined, names, known) = (HashMap::new(), Vec::new(), HashSet::new());
    let mut parser = Parser {
        sources,
        tokens,
        at: 0,
        diagnostics,
        defined,
        names,
        known,
        depth: 0,
        units_off: Vec::new(),
        lagged: Vec::new(),
        unclosed_before: None,
        lacks_brace: false,
    };
    let mut items = Vec::new();
    let mut includes = 0;
    while !parser.is_end() {
        let start = parser.span();
        if parser.take_units_switch() {
            continue;
        }
        match parser.item() {
            Ok(kind) => {
                let span = parser.since(start);
                if let ItemKind::Include(name) = &kind {
                    includes += 1;
                    if includes > MOST_INCLUDES {
                        parser.report(SyntaxProblem::TooManyIncludes, span);
                        break;
                    }
                    parser.include(name, span, include);
                }
                items.push(Item { kind, head: start, span });
            }
            Err(Failed) => parser.skip_to_block(),
        }
    }
    if let Some(first) = parser.lagged.first() {
        let span = first.name.span;
        items.push(Item { kind: ItemKind::Local(parser.lagged), head: span, span });
    }
    File { items, names: parser.names, units_off: parser.units_off }
}

impl Parser<'_> {
    fn item(&mut self) -> Parsed<ItemKind> {
        let start = self.span();
        match self.kind().clone() {
            TokenKind::Title(title) => {
                self.next();
                return Ok(ItemKind::Title(title));
            }
            TokenKind::Verbatim(text) => {
                self.next();
                return Ok(ItemKind::Verbatim(Verbatim { text: text.into(), span: start }));
            }
            TokenKind::Word => {}
            _ => return self.expected("a block"),
        }
        if self.is_word("LOCAL") {
            return self.local().map(ItemKind::Local);
        }
        let word = self.text().to_owned();
        self.next();
        Ok(match word.as_str() {
            "DEFINE" => {
                let name = self.name("a name")?;
                let is_negative = self.take_sign("-");
                let mut count = self.count("a whole number")?;
                if is_negative {
                    count.value = -count.value;
                }
                self.defined.insert(name.text.clone(), count.value);
                ItemKind::Define(name, count)
            }
            "INCLUDE" => {
                let TokenKind::Text(name) = self.kind().clone() else {
                    return self.expected("the name of a file in quotes");
                };
                self.next();
                ItemKind::Include(name)
            }
            "NEURON" => ItemKind::Neuron(self.entries(Self::neuron_entry)?),
            "UNITS" => ItemKind::Units(self.entries(Self::unit_entry)?),
            "PARAMETER" => ItemKind::Parameter(self.entries(Self::parameter_entry)?),
            "CONSTANT" => ItemKind::Constant(self.entries(Self::parameter_entry)?),
            "ASSIGNED" => ItemKind::Assigned(self.entries(Self::assigned_entry)?),
            "STATE" => ItemKind::State(self.entries(Self::state_entry)?),
            "INDEPENDENT" => ItemKind::Independent(self.independent()?),
            "INITIAL" => ItemKind::Initial(self.block()?),
            "BREAKPOINT" => ItemKind::Breakpoint(self.block()?),
            "DERIVATIVE" => self.named(ItemKind::Derivative)?,
            "KINETIC" => self.named(ItemKind::Kinetic)?,
            "LINEAR" => self.named(ItemKind::Linear)?,
            "NONLINEAR" => self.named(ItemKind::Nonlinear)?,
            "DISCRETE" => self.named(ItemKind::Discrete)?,
            "FUNCTION" => ItemKind::Function(self.procedure("FUNCTION")?),
            "PROCEDURE" => ItemKind::Procedure(self.procedure("PROCEDURE")?),
            "FUNCTION_TABLE" => ItemKind::FunctionTable(self.head(None)?),
            "NET_RECEIVE" => {
                let name = Name { text: "NET_RECEIVE".into(), span: start };
                let mut head = self.head(Some(name))?;
                head.body = self.block()?;
                ItemKind::NetReceive(head)
            }
            "BEFORE" | "AFTER" => ItemKind::At(self.event(word == "BEFORE")?, self.block()?),
            "CONSTRUCTOR" => ItemKind::Constructor(self.block()?),
            "DESTRUCTOR" => ItemKind::Destructor(self.block()?),
            _ => return self.unknown_block(word, start),
        })
    }

    fn unknown_block(&mut self, word: String, span: Span) -> Parsed<ItemKind> {
        let suggestion = match word.as_str() {
            "EQUATION" => Some("BREAKPOINT".to_owned()),
            "DEPENDENT" => Some("ASSIGNED".to_owned()),
            _ => {
                let distance = |known: &str| strsim::damerau_levenshtein(&word.to_uppercase(), known);
                let nearest = WORDS.iter().min_by_key(|known| distance(known));
                nearest.filter(|known| distance(known) <= 1 + word.len() / 4).map(|&known| known.to_owned())
            }
        };
        self.report(SyntaxProblem::UnknownBlock { word, suggestion }, span);
        Err(Failed)
    }

    fn named(&mut self, kind: impl FnOnce(Name, Block) -> ItemKind) -> Parsed<ItemKind> {
        let name = self.name("the name of the block")?;
        if self.take_word("SOLVEFOR") {
            self.names("a state")?;
        }
        Ok(kind(name, self.block()?))
    }

    fn procedure(&mut self, what: &str) -> Parsed<Procedure> {
        if self.is_name() && *self.following(1) != TokenKind::Sign("(") {
            self.next();
            return self.expected(&format!("\"(\" and the arguments of the {what}, or \"()\" if it has none"));
        }
        let mut procedure = self.head(None)?;
        procedure.body = self.block()?;
        Ok(procedure)
    }

    /// `name(a (mV), b) (unit)`
    fn head(&mut self, name: Option<Name>) -> Parsed<Procedure> {
        let name = match name {
            Some(name) => name,
            None => self.name("a name")?,
        };
        let arguments = self.declared_arguments("the name of an argument")?;
        let unit = self.optional_unit()?;
        Ok(Procedure { name, arguments, unit, body: Block::default() })
    }

    /// `(a (mV), b)`
    pub(super) fn declared_arguments(&mut self, what: &str) -> Parsed<Vec<Declaration>> {
        self.expect_sign("(")?;
        let mut arguments = Vec::new();
        while !self.take_sign(")") {
            if !arguments.is_empty() && !self.take_sign(",") {
                return self.expected("\",\" or \")\"");
            }
            let name = self.name(what)?;
            let unit = self.optional_unit()?;
            arguments.push(Declaration { name, length: None, unit });
        }
        Ok(arguments)
    }

    fn event(&mut self, is_before: bool) -> Parsed<Event> {
        let events: &[(&str, Event)] = match is_before {
            true => &[
                ("INITIAL", Event::BeforeInitial),
                ("BREAKPOINT", Event::BeforeBreakpoint),
                ("STEP", Event::BeforeStep),
            ],
            false => &[("INITIAL", Event::AfterInitial), ("SOLVE", Event::AfterSolve)],
        };
        match events.iter().find(|(word, _)| self.is_word(word)) {
            Some(&(_, event)) => {
                self.next();
                Ok(event)
            }
            None if is_before => self.expected("INITIAL, BREAKPOINT or STEP"),
            None => self.expected("INITIAL or SOLVE"),
        }
    }

    /// Inserts the tokens of a file at the INCLUDE line.
    fn include(&mut self, name: &str, span: Span, include: &mut dyn FnMut(&Path) -> Result<Vec<u8>, SourceError>) {
        let path = match self.sources.locate(span).and_then(|place| place.file.parent()) {
            Some(folder) => folder.join(name),
            None => Path::new(name).to_owned(),
        };
        match include(&path).and_then(|contents| self.sources.add(&path, contents)) {
            Ok(file) => {
                let mut tokens = tokens(self.sources, file, self.diagnostics);
                tokens.pop(); // the end-of-file token
                self.tokens.splice(self.at..self.at, tokens);
            }
            Err(error) => self.report(SyntaxProblem::Include { path, error }, span),
        }
    }

    /// After an error: skips to a word that begins a block, at the start of a line.
    fn skip_to_block(&mut self) {
        while !self.is_end() {
            let is_block = match self.kind() {
                TokenKind::Word => self.token().begins_line && (begins_block(self.text()) || self.resembles_block()),
                TokenKind::Title(_) => true,
                _ => false,
            };
            if is_block {
                return;
            }
            self.next();
        }
    }
}

impl Parser<'_> {
    /// `true` if a block of the file begins with the next token, on a line of its own.
    pub(super) fn is_at_block(&self) -> bool {
        *self.kind() == TokenKind::Word && self.token().begins_line && begins_block(self.text())
    }

    /// `true` if the next tokens look like a block whose first word is misspelt.
    fn resembles_block(&self) -> bool {
        let word = self.text();
        let is_word = word.len() > 3 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let opens = |kind: &TokenKind| matches!(kind, TokenKind::Sign("{" | "("));
        is_word
            && match self.following(1) {
                TokenKind::Sign("{") => true,
                TokenKind::Word => opens(self.following(2)),
                _ => false,
            }
    }
}

/// `true` if a word begins a block and has no other use.
fn begins_block(word: &str) -> bool {
    matches!(
        word,
        "NEURON"
            | "UNITS"
            | "PARAMETER"
            | "CONSTANT"
            | "ASSIGNED"
            | "STATE"
            | "INDEPENDENT"
            | "BREAKPOINT"
            | "DERIVATIVE"
            | "KINETIC"
            | "LINEAR"
            | "NONLINEAR"
            | "FUNCTION"
            | "PROCEDURE"
            | "FUNCTION_TABLE"
            | "NET_RECEIVE"
            | "BEFORE"
            | "AFTER"
            | "CONSTRUCTOR"
            | "DESTRUCTOR"
            | "DEFINE"
            | "INCLUDE"
    )
}
