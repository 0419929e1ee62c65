//! Reads JSON as a document of the same type as that of TOML: values with their places.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model_file::table::Span;

/// The error of text that is not a JSON object, and the byte at which it was found.
pub(super) struct NotJson {
    pub(super) message: String,
    pub(super) span: Span,
}

/// Largest depth of nested objects and lists; configurations need much less.
const DEPTH: usize = 64;

/// Reads a JSON object. Null values are left out: they stand for missing values.
pub(super) fn parse(text: &str) -> Result<DeTable<'_>, NotJson> {
    let reader = Reader { text };
    // First as a whole, so that an error has its place in the text.
    reader.read::<&RawValue>(text)?;
    reader.object(text, 1)
}

/// The text that contains all values.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
}

impl<'a> Reader<'a> {
    /// The position of a piece of the text.
    fn span(self, piece: &str) -> Span {
        let start = piece.as_ptr().addr() - self.text.as_ptr().addr();
        start..start + piece.len()
    }

    fn read<T: Deserialize<'a>>(self, piece: &'a str) -> Result<T, NotJson> {
        serde_json::from_str(piece).map_err(|error| {
            let lines = piece.split_inclusive('\n').take(error.line().saturating_sub(1));
            let byte = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
            let byte = self.span(piece).start + byte.min(piece.len());
            let message = error.to_string();
            let message = message.rsplit_once(" at line").map_or(message.as_str(), |(message, _)| message).to_owned();
            NotJson { message, span: byte..byte }
        })
    }

    fn object(self, piece: &'a str, depth: usize) -> Result<DeTable<'a>, NotJson> {
        let Entries(entries) = self.read(piece)?;
        let mut table = DeTable::new();
        let mut keys = HashSet::new();
        for (key, value) in entries {
            let piece = value.get().trim();
            // The place of a key is not available; its value's place is used.
            let span = self.span(piece);
            if !keys.insert(key.clone()) {
                return Err(NotJson { message: format!("the key \"{key}\" comes twice"), span });
            }
            if let Some(value) = self.value(piece, depth)? {
                table.insert(Spanned::new(span.clone(), key), Spanned::new(span, value));
            }
        }
        Ok(table)
    }

    fn value(self, piece: &'a str, depth: usize) -> Result<Option<DeValue<'a>>, NotJson> {
        if depth > DEPTH {
            let message = format!("objects and lists are nested more than {DEPTH} deep");
            return Err(NotJson { message, span: self.span(piece) });
        }
        Ok(Some(match piece.as_bytes().first() {
            Some(b'{') => DeValue::Table(self.object(piece, depth + 1)?),
            Some(b'[') => {
                let items: Vec<&'a RawValue> = self.read(piece)?;
                let mut list = toml::de::DeArray::new();
                for item in items {
                    let piece = item.get().trim();
                    if let Some(value) = self.value(piece, depth + 1)? {
                        list.push(Spanned::new(self.span(piece), value));
                    }
                }
                DeValue::Array(list)
            }
            Some(b'"') => DeValue::String(Cow::Owned(self.read(piece)?)),
            Some(b't') => DeValue::Boolean(true),
            Some(b'f') => DeValue::Boolean(false),
            Some(b'n') | None => return Ok(None),
            // A JSON number is also a TOML number.
            Some(_) => match DeValue::parse(piece) {
                Ok(number) => number.into_inner(),
                Err(_) => DeValue::String(Cow::Borrowed(piece)),
            },
        }))
    }
}

/// The entries of an object in order.
struct Entries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;
        impl<'de> Visitor<'de> for OfObject {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object: { ... }")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, _>()? {
                    entries.push((Cow::Owned(key), value));
                }
                Ok(Entries(entries))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, _: S) -> Result<Self::Value, S::Error> {
                Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self))
            }
        }
        deserializer.deserialize_map(OfObject)
    }
}
