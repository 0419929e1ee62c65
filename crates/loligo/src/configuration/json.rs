//! JSON as a document of the kind that TOML gives: values with their places.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model_file::table::Span;

/// Text that is no JSON object, and the byte where that shows.
pub(super) struct NotJson {
    pub(super) message: String,
    pub(super) span: Span,
}

/// Reads a JSON object. Null is left out: it says that nothing is given.
pub(super) fn parse(text: &str) -> Result<DeTable<'_>, NotJson> {
    let not_json = |error: serde_json::Error| {
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let byte = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.rsplit_once(" at line").map_or(message.as_str(), |(message, _)| message).to_owned();
        NotJson { message, span: byte.min(text.len())..byte.min(text.len()) }
    };
    // Once as a whole, so that an error is found at its place.
    serde_json::from_str::<&RawValue>(text).map_err(not_json)?;
    let document = Reader { text }.object(text).map_err(not_json)?;
    Ok(document)
}

/// The text within which all values lie.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
}

impl<'a> Reader<'a> {
    /// Where a piece of the text is in it.
    fn span(self, piece: &str) -> Span {
        let start = piece.as_ptr().addr() - self.text.as_ptr().addr();
        start..start + piece.len()
    }

    fn object(self, piece: &'a str) -> Result<DeTable<'a>, serde_json::Error> {
        let Entries(entries) = serde_json::from_str(piece)?;
        let mut table = DeTable::new();
        for (key, value) in entries {
            let piece = value.get().trim();
            if let Some(value) = self.value(piece)? {
                // The place of a key is not known; it stands before its value.
                let span = self.span(piece);
                table.insert(Spanned::new(span.clone(), key), Spanned::new(span, value));
            }
        }
        Ok(table)
    }

    fn value(self, piece: &'a str) -> Result<Option<DeValue<'a>>, serde_json::Error> {
        Ok(Some(match piece.as_bytes().first() {
            Some(b'{') => DeValue::Table(self.object(piece)?),
            Some(b'[') => {
                let items: Vec<&'a RawValue> = serde_json::from_str(piece)?;
                let mut list = toml::de::DeArray::new();
                for item in items {
                    let piece = item.get().trim();
                    if let Some(value) = self.value(piece)? {
                        list.push(Spanned::new(self.span(piece), value));
                    }
                }
                DeValue::Array(list)
            }
            Some(b'"') => DeValue::String(Cow::Owned(serde_json::from_str(piece)?)),
            Some(b't') => DeValue::Boolean(true),
            Some(b'f') => DeValue::Boolean(false),
            Some(b'n') | None => return Ok(None),
            // A number of JSON is one of TOML.
            Some(_) => match DeValue::parse(piece) {
                Ok(number) => number.into_inner(),
                Err(_) => DeValue::String(Cow::Borrowed(piece)),
            },
        }))
    }
}

/// The entries of an object in their order.
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
                    if entries.iter().any(|(known, _)| *known == key) {
                        return Err(serde::de::Error::custom(format_args!("the key \"{key}\" comes twice")));
                    }
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
