//! C text outside the blocks of a file: functions, constants, types.

use super::{Parsed, Parser};
use crate::verbatim::refusal::Refusal;
use crate::verbatim::token::{Token, TokenKind};
use crate::verbatim::tree::{Base, Declared, Function, Type};

/// The contents of C text outside all blocks.
#[derive(Clone, Debug, Default)]
pub(in crate::verbatim) struct FileText {
    pub(in crate::verbatim) functions: Vec<Function>,
    /// Functions that are not understood, by name.
    pub(in crate::verbatim) unread: Vec<(std::sync::Arc<str>, Refusal)>,
    pub(in crate::verbatim) variables: Vec<Declared>,
}

/// Reads C text outside all blocks. What is not understood is skipped.
pub(in crate::verbatim) fn file_text(tokens: &[Token]) -> FileText {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let mut found = FileText::default();
    while parser.peek().is_some() {
        let start = parser.at;
        parser.depth = 0;
        if parser.definition(&mut found).is_err() || parser.at == start {
            parser.at = start;
            parser.skip_definition();
        }
    }
    found
}

/// The result, the arguments and the body of a function.
type Definition = (Type, Vec<Declared>, Vec<super::Statement>);

impl Parser<'_> {
    fn definition(&mut self, found: &mut FileText) -> Parsed<()> {
        let skipped = ["typedef", "struct", "union", "enum", "extern", "template", "namespace", "using"];
        if skipped.iter().any(|word| self.is_word(word)) || !self.begins_declaration() {
            return self.fail("no declaration");
        }
        let (own_type, _) = self.type_name()?;
        let span = self.span();
        let Some(TokenKind::Word(name)) = self.peek() else { return self.expected("a name") };
        self.at += 1;
        if !self.take_sign("(") {
            let base = own_type.base.clone();
            let variable = self.declared(name.clone(), own_type, span)?;
            found.variables.push(variable);
            return self.further_variables(&base, found);
        }
        let read = self.function(own_type);
        match read {
            Ok(Some((result, arguments, body))) => {
                let function = Function { name: name.clone(), span, result, arguments, body };
                found.functions.push(function);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(refusal) => {
                found.unread.push((name.clone(), refusal.clone()));
                Err(refusal)
            }
        }
    }

    /// The rest of a declaration behind its first variable, with the semicolon.
    fn further_variables(&mut self, base: &Base, found: &mut FileText) -> Parsed<()> {
        while self.take_sign(",") {
            let mut pointers = 0;
            while self.take_sign("*") {
                pointers += 1;
            }
            let span = self.span();
            let Some(TokenKind::Word(name)) = self.peek() else { return self.expected("a name") };
            self.at += 1;
            let variable = self.declared(name.clone(), Type { base: base.clone(), pointers }, span)?;
            found.variables.push(variable);
        }
        self.expect_sign(";")
    }

    /// A function behind the parenthesis that opens its arguments; `None` for a declaration only.
    fn function(&mut self, result: Type) -> Parsed<Option<Definition>> {
        let mut arguments = Vec::new();
        while !self.take_sign(")") {
            if self.take_sign(",") {
                continue;
            }
            if self.peek().is_none() {
                return self.expected("\")\"");
            }
            let (own_type, _) = self.type_name()?;
            let span = self.span();
            let Some(TokenKind::Word(name)) = self.peek() else {
                if own_type != (Type { base: Base::Void, pointers: 0 }) && !self.is_sign(",") && !self.is_sign(")") {
                    return self.expected("the name of an argument");
                }
                continue;
            };
            self.at += 1;
            arguments.push(self.declared(name.clone(), own_type, span)?);
        }
        if self.take_sign(";") {
            return Ok(None);
        }
        self.expect_sign("{")?;
        let body = self.statements()?;
        self.expect_sign("}")?;
        Ok(Some((result, arguments, body)))
    }

    /// Skips a declaration, or a function with its body.
    fn skip_definition(&mut self) {
        let mut depth = 0;
        while self.peek().is_some() {
            let (opens, closes) = (self.is_sign("{"), self.is_sign("}"));
            let ends = self.is_sign(";");
            self.at += 1;
            depth += i32::from(opens) - i32::from(closes);
            if depth <= 0 && (ends || closes) {
                // The semicolon behind a type.
                self.take_sign(";");
                return;
            }
        }
    }
}
