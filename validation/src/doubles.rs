//! Doubles in JSON: exact, with infinities and NaN as text, because JSON has no numbers for them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One double in its serialised form.
struct Written(f64);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Written(value) = *self;
        if value.is_finite() {
            serializer.serialize_f64(value)
        } else if value.is_nan() {
            serializer.serialize_str("NaN")
        } else if value > 0.0 {
            serializer.serialize_str("Infinity")
        } else {
            serializer.serialize_str("-Infinity")
        }
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(f64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(value) => Ok(Written(value)),
            Form::Text(text) => match text.as_str() {
                "NaN" => Ok(Written(f64::NAN)),
                "Infinity" => Ok(Written(f64::INFINITY)),
                "-Infinity" => Ok(Written(f64::NEG_INFINITY)),
                _ => Err(serde::de::Error::custom(format!("{text:?} is not a number"))),
            },
        }
    }
}

fn plain(list: Vec<Written>) -> Vec<f64> {
    list.into_iter().map(|Written(value)| value).collect()
}

/// For a field of type `f64`.
pub mod one {
    use super::*;

    /// Writes the double.
    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Written(*value).serialize(serializer)
    }

    /// Reads a double.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Written::deserialize(deserializer)?.0)
    }
}

/// For a field of type `Vec<f64>`.
pub mod list {
    use super::*;

    /// Writes the doubles.
    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| Written(*value)))
    }

    /// Reads doubles.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        Ok(plain(Vec::deserialize(deserializer)?))
    }
}

/// For a field of type `Option<Vec<f64>>`.
pub mod optional_list {
    use super::*;

    /// Writes the doubles, or `null`.
    pub fn serialize<S: Serializer>(values: &Option<Vec<f64>>, serializer: S) -> Result<S::Ok, S::Error> {
        match values {
            Some(values) => list::serialize(values, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads doubles, or `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<f64>>, D::Error> {
        Ok(Option::<Vec<Written>>::deserialize(deserializer)?.map(plain))
    }
}

/// For a field of type `Vec<Vec<f64>>`.
pub mod lists {
    use super::*;

    struct Row<'a>(&'a [f64]);

    impl Serialize for Row<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            list::serialize(self.0, serializer)
        }
    }

    /// Writes the lists of doubles.
    pub fn serialize<S: Serializer>(rows: &[Vec<f64>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(rows.iter().map(|row| Row(row)))
    }

    /// Reads lists of doubles.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<f64>>, D::Error> {
        let rows: Vec<Vec<Written>> = Vec::deserialize(deserializer)?;
        Ok(rows.into_iter().map(plain).collect())
    }
}
