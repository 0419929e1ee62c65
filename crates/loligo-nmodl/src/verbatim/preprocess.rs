//! The preprocessor: conditions, macros. The text is read as NEURON's compiler reads it for a plain NEURON of version 9.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::constant::{Constant, constant};
use super::parse::expression_of;
use super::refusal::Refusal;
use super::token::{Token, TokenKind};

/// The most tokens that the expansion of macros may make of the text of a routine.
const MOST_TOKENS: usize = 200_000;

/// The deepest nesting of macros in macros.
const DEEPEST: usize = 20;

/// The version of NEURON for which the text is read.
const VERSION: [f64; 3] = [9.0, 0.0, 2.0];

/// The name of a macro, and the orders of NEURON's version and the macro's numbers for which it is true.
type Comparison = (&'static str, fn(Ordering) -> bool);

/// NEURON's macros that compare its version with three numbers.
const COMPARISONS: [Comparison; 6] = [
    ("NRN_VERSION_EQ", Ordering::is_eq),
    ("NRN_VERSION_NE", Ordering::is_ne),
    ("NRN_VERSION_LT", Ordering::is_lt),
    ("NRN_VERSION_LTEQ", Ordering::is_le),
    ("NRN_VERSION_GT", Ordering::is_gt),
    ("NRN_VERSION_GTEQ", Ordering::is_ge),
];

/// A macro.
#[derive(Clone, Debug)]
struct Macro {
    /// The names of its arguments; `None` for a macro without parentheses. The last may be `...`.
    arguments: Option<Vec<Arc<str>>>,
    body: Vec<Token>,
}

/// The macros that are known, and the open conditions.
#[derive(Clone, Debug)]
pub(super) struct Preprocessor {
    macros: HashMap<Arc<str>, Macro>,
    /// For each open `#if`: `true` if the text is kept; `true` if a part of it was kept.
    conditions: Vec<(bool, bool)>,
    made: usize,
}

impl Preprocessor {
    pub(super) fn new() -> Self {
        let mut macros = HashMap::new();
        let empty = |arguments| Macro { arguments, body: Vec::new() };
        // Arguments that NEURON adds to calls between a mechanism's functions.
        for name in ["_threadargs_", "_threadargscomma_", "_threadargsproto_", "_threadargsprotocomma_"] {
            macros.insert(name.into(), empty(None));
        }
        for name in ["NRN_VERSION_GTEQ_8_2_0", "NRN_VERSION_GTEQ_9_0_0", "NRN_MECHANISM_DATA_IS_SOA"] {
            let one = Token { kind: TokenKind::Number(1.0, true), span: Default::default() };
            macros.insert(name.into(), Macro { arguments: None, body: vec![one] });
        }
        for (name, _) in COMPARISONS {
            macros.insert(name.into(), empty(None));
        }
        Self { macros, conditions: Vec::new(), made: 0 }
    }

    /// The macros without arguments, with their tokens.
    pub(super) fn constants(&self) -> impl Iterator<Item = (&Arc<str>, &[Token])> {
        let plain = self.macros.iter().filter(|(_, known)| known.arguments.is_none() && !known.body.is_empty());
        plain.map(|(name, known)| (name, known.body.as_slice()))
    }

    /// The tokens that remain after directives and macros.
    pub(super) fn process(&mut self, tokens: Vec<Token>) -> Result<Vec<Token>, Refusal> {
        self.made = 0;
        let mut kept = Vec::new();
        // Text between directives is expanded together, since the arguments of a macro may go over lines.
        let mut pending = Vec::new();
        for token in tokens {
            let TokenKind::Directive(parts, has_arguments) = &token.kind else {
                if self.is_kept() {
                    pending.push(token);
                }
                continue;
            };
            self.expand(&std::mem::take(&mut pending), 0, &mut kept)?;
            self.directive(parts, *has_arguments, &token)?;
        }
        self.expand(&pending, 0, &mut kept)?;
        Ok(kept)
    }

    /// Forgets conditions that the text of a routine has left open.
    pub(super) fn close(&mut self) -> bool {
        let was_open = !self.conditions.is_empty();
        self.conditions.clear();
        was_open
    }

    fn is_kept(&self) -> bool {
        self.conditions.iter().all(|(kept, _)| *kept)
    }

    fn directive(&mut self, parts: &[Token], has_arguments: bool, whole: &Token) -> Result<(), Refusal> {
        let Some(word) = parts.first().and_then(Token::word) else { return Ok(()) };
        let rest = &parts[1..];
        let name = rest.first().and_then(Token::word);
        match &**word {
            "if" | "ifdef" | "ifndef" => {
                let holds = self.is_kept()
                    && match &**word {
                        "if" => self.condition(rest, whole)?,
                        "ifdef" => name.is_some_and(|name| self.macros.contains_key(name)),
                        _ => !name.is_some_and(|name| self.macros.contains_key(name)),
                    };
                self.conditions.push((holds, holds));
            }
            "elif" | "else" => {
                let Some((_, was_kept)) = self.conditions.pop() else {
                    return Err(Refusal::at(whole.span, "an #else without #if"));
                };
                let holds = !was_kept && (&**word == "else" || (self.is_kept() && self.condition(rest, whole)?));
                self.conditions.push((holds, was_kept || holds));
            }
            "endif" if self.conditions.pop().is_none() => {
                return Err(Refusal::at(whole.span, "an #endif without #if"));
            }
            "endif" => {}
            "define" if self.is_kept() => {
                if let Some(name) = name {
                    self.define(name.clone(), &rest[1..], has_arguments);
                }
            }
            "undef" if self.is_kept() => {
                if let Some(name) = name {
                    self.macros.remove(name);
                }
            }
            _ => {} // #include, #pragma and others
        }
        Ok(())
    }

    fn define(&mut self, name: Arc<str>, rest: &[Token], has_arguments: bool) {
        let close = rest.iter().position(|token| token.is_sign(")")).filter(|_| has_arguments);
        let Some(close) = close else {
            self.macros.insert(name, Macro { arguments: None, body: rest.to_vec() });
            return;
        };
        let arguments = rest[1..close].iter().filter_map(|token| match &token.kind {
            TokenKind::Word(word) => Some(word.clone()),
            TokenKind::Sign("...") => Some("...".into()),
            _ => None,
        });
        let arguments = Some(arguments.collect());
        self.macros.insert(name, Macro { arguments, body: rest[close + 1..].to_vec() });
    }

    /// The value of the condition of `#if`.
    fn condition(&mut self, tokens: &[Token], whole: &Token) -> Result<bool, Refusal> {
        let mut known = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let is_defined = token.word().is_some_and(|word| &**word == "defined");
            let comparison = token.word().and_then(|word| COMPARISONS.iter().find(|(name, _)| *name == &**word));
            let number =
                |holds: bool| Token { kind: TokenKind::Number(f64::from(u8::from(holds)), true), span: token.span };
            if is_defined {
                let open = usize::from(tokens.get(at).is_some_and(|token| token.is_sign("(")));
                let name = tokens.get(at + open).and_then(Token::word);
                known.push(number(name.is_some_and(|name| self.macros.contains_key(name))));
                at += 1 + 2 * open;
            } else if let Some((_, holds)) = comparison {
                let end =
                    tokens[at..].iter().position(|token| token.is_sign(")")).map_or(tokens.len(), |end| at + end + 1);
                let parts = tokens[at..end].iter().filter_map(|token| match token.kind {
                    TokenKind::Number(value, _) => Some(value),
                    _ => None,
                });
                let asked: Vec<f64> = parts.collect();
                known.push(number(VERSION.as_slice().partial_cmp(asked.as_slice()).is_some_and(holds)));
                at = end;
            } else {
                known.push(token.clone());
            }
        }
        let mut expanded = Vec::new();
        self.expand(&known, 0, &mut expanded)?;
        let zero = Constant { value: 0.0, is_whole: true };
        let value = expression_of(&expanded).ok().and_then(|condition| constant(&condition, &|_| Some(zero)));
        value
            .map(|known| known.value != 0.0)
            .ok_or_else(|| Refusal::at(whole.span, "an #if whose condition is not understood"))
    }

    /// Appends tokens with their macros replaced.
    fn expand(&mut self, tokens: &[Token], depth: usize, into: &mut Vec<Token>) -> Result<(), Refusal> {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            self.made += 1;
            if self.made > MOST_TOKENS {
                return Err(Refusal::at(token.span, "macros that expand to a very long text"));
            }
            let known = token.word().and_then(|word| self.macros.get(word)).filter(|_| depth < DEEPEST).cloned();
            let Some(Macro { arguments, body }) = known else {
                into.push(token.clone());
                continue;
            };
            let body = match arguments {
                None => body,
                Some(names) => {
                    let Some((given, end)) = given_arguments(tokens, at) else {
                        into.push(token.clone());
                        continue;
                    };
                    at = end;
                    replaced(&body, &names, &given)
                }
            };
            let placed: Vec<Token> = body.into_iter().map(|inner| Token { span: token.span, ..inner }).collect();
            self.expand(&placed, depth + 1, into)?;
        }
        Ok(())
    }
}

/// The arguments in parentheses at a place, and the place behind them.
fn given_arguments(tokens: &[Token], at: usize) -> Option<(Vec<Vec<Token>>, usize)> {
    if !tokens.get(at)?.is_sign("(") {
        return None;
    }
    let (mut given, mut depth) = (vec![Vec::new()], 0);
    for (offset, token) in tokens[at + 1..].iter().enumerate() {
        match &token.kind {
            TokenKind::Sign(")") if depth == 0 => return Some((given, at + offset + 2)),
            TokenKind::Sign(",") if depth == 0 => {
                given.push(Vec::new());
                continue;
            }
            TokenKind::Sign("(") => depth += 1,
            TokenKind::Sign(")") => depth -= 1,
            _ => {}
        }
        given.last_mut()?.push(token.clone());
    }
    None
}

/// The body of a macro with its arguments replaced.
fn replaced(body: &[Token], names: &[Arc<str>], given: &[Vec<Token>]) -> Vec<Token> {
    let mut replaced = Vec::new();
    for token in body {
        let position = token.word().and_then(|word| names.iter().position(|name| name == word));
        let is_rest = token.word().is_some_and(|word| &**word == "__VA_ARGS__");
        match (position, is_rest) {
            (Some(position), _) => replaced.extend(given.get(position).into_iter().flatten().cloned()),
            (None, true) => {
                let first = names.iter().position(|name| &**name == "...").unwrap_or(names.len());
                for (number, tokens) in given.iter().skip(first).enumerate() {
                    if number > 0 {
                        replaced.push(Token { kind: TokenKind::Sign(","), span: token.span });
                    }
                    replaced.extend(tokens.iter().cloned());
                }
            }
            (None, false) => replaced.push(token.clone()),
        }
    }
    replaced
}
