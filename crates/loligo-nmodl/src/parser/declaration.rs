//! The entries of UNITS, PARAMETER, CONSTANT, ASSIGNED, STATE, INDEPENDENT.

use super::{Failed, Parsed, Parser};
use crate::syntax::{Declaration, Limits, Name, ParameterEntry, StateEntry, UnitEntry, Value};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Entries in braces; an entry with an error is skipped with the rest of its line.
    pub(super) fn entries<T>(&mut self, read: impl Fn(&mut Self) -> Parsed<Option<T>>) -> Parsed<Vec<T>> {
        self.expect_sign("{")?;
        let mut entries = Vec::new();
        while !self.is_sign("}") {
            if self.is_end() {
                return self.expected("\"}\" at the end of the block");
            }
            if self.take_units_switch() || self.take_sign(",") {
                continue;
            }
            let before = self.at;
            match read(self) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => {}
                Err(Failed) => {
                    if self.at == before && !self.is_sign("}") {
                        self.next();
                    }
                    self.skip_line();
                }
            }
        }
        self.next();
        Ok(entries)
    }

    /// A number with its sign.
    pub(super) fn value(&mut self) -> Parsed<Value> {
        let start = self.span();
        let is_negative = self.take_sign("-");
        let value = match self.kind() {
            TokenKind::Number { value, .. } => *value,
            TokenKind::Word => match self.defined.get(self.text()) {
                Some(&value) => value as f64,
                None => return self.expected("a number"),
            },
            _ => return self.expected("a number"),
        };
        self.next();
        Ok(Value { value: if is_negative { -value } else { value }, span: self.since(start) })
    }

    fn name_and_length(&mut self) -> Parsed<Declaration> {
        let name = self.name("the name of a variable")?;
        let mut length = None;
        if self.take_sign("[") {
            length = Some(self.count("the length of an array")?);
            self.expect_sign("]")?;
        }
        Ok(Declaration { name, length, unit: None })
    }

    pub(super) fn parameter_entry(&mut self) -> Parsed<Option<ParameterEntry>> {
        let mut declaration = self.name_and_length()?;
        let value = if self.take_sign("=") { Some(self.value()?) } else { None };
        declaration.unit = self.optional_unit()?;
        let limits = self.limits()?;
        Ok(Some(ParameterEntry { declaration, value, limits }))
    }

    /// `<low, high>` or `<tolerance>`, if present.
    fn limits(&mut self) -> Parsed<Option<Limits>> {
        if !self.take_sign("<") {
            return Ok(None);
        }
        let low = self.value()?;
        let high = if self.take_sign(",") { Some(self.value()?) } else { None };
        self.expect_sign(">")?;
        Ok(high.map(|high| Limits { low, high }))
    }

    /// An entry of ASSIGNED or STATE.
    pub(super) fn state_entry(&mut self) -> Parsed<Option<StateEntry>> {
        let mut declaration = self.name_and_length()?;
        let mut start = None;
        loop {
            if self.take_word("FROM") {
                self.value()?;
                self.expect_word("TO")?;
                self.value()?;
            } else if self.take_word("START") {
                start = Some(self.value()?);
            } else if self.is_sign("(") && declaration.unit.is_none() {
                declaration.unit = Some(self.unit()?);
            } else if self.is_sign("<") {
                self.limits()?;
            } else {
                return Ok(Some(StateEntry { declaration, start }));
            }
        }
    }

    pub(super) fn assigned_entry(&mut self) -> Parsed<Option<Declaration>> {
        Ok(self.state_entry()?.map(|entry| entry.declaration))
    }

    pub(super) fn unit_entry(&mut self) -> Parsed<Option<UnitEntry>> {
        if self.is_sign("(") {
            let name = self.unit()?;
            self.expect_sign("=")?;
            return Ok(Some(UnitEntry::Alias { name, meaning: self.unit()? }));
        }
        let name = self.name("a unit in parentheses, or the name of a constant")?;
        self.expect_sign("=")?;
        if self.is_sign("(") {
            let of = self.unit()?;
            self.take_sign("->");
            return Ok(Some(UnitEntry::Factor { name, of, to: self.unit()? }));
        }
        let value = self.value()?;
        Ok(Some(UnitEntry::Constant { name, value, unit: self.optional_unit()? }))
    }

    /// The names of INDEPENDENT; the rest is skipped.
    pub(super) fn independent(&mut self) -> Parsed<Vec<Name>> {
        self.expect_sign("{")?;
        let mut names = Vec::new();
        while !self.take_sign("}") {
            if self.is_end() {
                return self.expected("\"}\" at the end of the block");
            }
            if self.is_name() {
                names.push(self.name("a name")?);
            } else if self.is_sign("(") {
                self.unit()?;
            } else {
                self.next();
            }
        }
        Ok(names)
    }
}
