//! Declarations of C.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::verbatim::token::TokenKind;
use crate::verbatim::tree::{Base, Declared, Initial, StatementKind, Type};

/// Words that stand before a type.
const QUALIFIERS: [&str; 11] = [
    "static",
    "const",
    "extern",
    "volatile",
    "register",
    "inline",
    "struct",
    "union",
    "enum",
    "constexpr",
    "thread_local",
];

/// The kind of values of a type's name, if it is known.
fn base_of(word: &str) -> Option<Base> {
    Some(match word {
        "int" | "long" | "short" | "char" | "unsigned" | "signed" | "bool" | "size_t" | "ssize_t" | "int8_t"
        | "int16_t" | "int32_t" | "int64_t" | "uint8_t" | "uint16_t" | "uint32_t" | "uint64_t" | "u_int32_t"
        | "uint" => Base::Whole,
        "double" => Base::Double,
        "float" => Base::Single,
        "void" => Base::Void,
        "auto" | "FILE" | "Object" | "Symbol" | "Section" | "Rand" | "IvocVect" | "Point_process" | "Prop" | "Node"
        | "NrnThread" | "_NrnThread" | "Datum" | "nrnran123_State" | "Memb_list" | "NetCon" => Base::Other,
        _ => return None,
    })
}

impl Parser<'_> {
    /// `true` if the next tokens declare something.
    pub(super) fn begins_declaration(&self) -> bool {
        let Some(TokenKind::Word(word)) = self.peek() else { return false };
        if QUALIFIERS.contains(&&**word) || base_of(word).is_some() {
            return !matches!(self.peek_at(1), Some(TokenKind::Sign("(" | "=" | "." | "->")));
        }
        // `Name x` and `Name* x`
        let mut ahead = 1;
        while matches!(self.peek_at(ahead), Some(TokenKind::Sign("*"))) {
            ahead += 1;
        }
        let is_named = matches!(self.peek_at(ahead), Some(TokenKind::Word(_)));
        let behind = self.peek_at(ahead + 1);
        let ends = ahead == 1 || matches!(behind, Some(TokenKind::Sign("=" | ";" | "," | "(" | "[")));
        is_named && ends
    }

    /// `true` if the parenthesis at the next token encloses a type.
    pub(super) fn begins_cast(&self) -> bool {
        let Some(TokenKind::Word(word)) = self.peek_at(1) else { return false };
        let is_known = QUALIFIERS.contains(&&**word) || base_of(word).is_some();
        let mut ahead = 2;
        while matches!(self.peek_at(ahead), Some(TokenKind::Sign("*"))) {
            ahead += 1;
        }
        let is_closed = matches!(self.peek_at(ahead), Some(TokenKind::Sign(")")));
        is_known || (ahead > 2 && is_closed)
    }

    /// A type with its stars; also `true` if it is static.
    pub(super) fn type_name(&mut self) -> Parsed<(Type, bool)> {
        let (mut base, mut is_static, mut pointers) = (None, false, 0);
        loop {
            match self.peek() {
                Some(TokenKind::Word(word)) if QUALIFIERS.contains(&&**word) => {
                    is_static |= &**word == "static";
                }
                Some(TokenKind::Word(word)) if pointers == 0 => match (base_of(word), &base) {
                    // `long double`, `unsigned int`
                    (Some(known), None | Some(Base::Whole)) => base = Some(known),
                    (None, None) => base = Some(Base::Other),
                    _ => break,
                },
                Some(TokenKind::Sign("*" | "&")) if base.is_some() => pointers += 1,
                _ => break,
            }
            self.at += 1;
        }
        match base {
            Some(base) => Ok((Type { base, pointers }, is_static)),
            None => self.expected("a type"),
        }
    }

    /// A declaration of variables, with its semicolon. Declarations of functions declare nothing that matters.
    pub(super) fn declaration(&mut self) -> Parsed<StatementKind> {
        let is_extern = self.is_word("extern");
        let (first, is_static) = self.type_name()?;
        let base = first.base.clone();
        let mut variables = Vec::new();
        let mut own_type = first;
        loop {
            let span = self.span();
            let Some(TokenKind::Word(name)) = self.peek() else {
                if is_extern || self.is_sign("(") {
                    return self.skip_declaration();
                }
                return self.expected("the name of a variable");
            };
            self.at += 1;
            if self.is_sign("(") || is_extern {
                return self.skip_declaration();
            }
            variables.push(self.declared(name.clone(), own_type, span)?);
            if self.take_sign(";") {
                return Ok(StatementKind::Declare { variables, is_static });
            }
            self.expect_sign(",")?;
            let mut pointers = 0;
            while self.take_sign("*") {
                pointers += 1;
            }
            own_type = Type { base: base.clone(), pointers };
        }
    }

    fn skip_declaration(&mut self) -> Parsed<StatementKind> {
        while self.peek().is_some() && !self.take_sign(";") {
            if self.is_sign("{") || self.is_sign("}") {
                return self.fail("a function in a function");
            }
            self.at += 1;
        }
        Ok(StatementKind::Block(Vec::new()))
    }

    /// A variable behind its name: the length of an array, and the initial value.
    pub(super) fn declared(&mut self, name: Arc<str>, own_type: Type, span: crate::source::Span) -> Parsed<Declared> {
        let mut length = None;
        if self.take_sign("[") {
            length = Some(if self.is_sign("]") { None } else { Some(self.expression()?) });
            self.expect_sign("]")?;
        }
        if self.is_sign("[") {
            return self.fail("an array of more than one dimension");
        }
        let value = if !self.take_sign("=") {
            Initial::None
        } else if self.take_sign("{") {
            let mut values = Vec::new();
            while !self.take_sign("}") {
                values.push(self.assignment()?);
                if !self.take_sign(",") && !self.is_sign("}") {
                    return self.expected("\"}\"");
                }
            }
            Initial::List(values)
        } else {
            Initial::Value(self.assignment()?)
        };
        Ok(Declared { name, span, own_type, length, value })
    }
}
