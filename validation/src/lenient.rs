//! Accepts different spellings of the same value: `3` and `3.0`, `true` and `1`, an empty list and
//! `null`, one weight and a list of weights.

use serde::{Deserialize, Serialize};

use crate::parameter_value::ParameterValue;

/// A whole number, also if written as `3.0`.
pub(crate) fn whole<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: TryFrom<u64>,
{
    let written = f64::deserialize(deserializer)?;
    // 2^53: every smaller whole number is exact as a double
    if written.fract() == 0.0
        && (0.0..9_007_199_254_740_992.0).contains(&written)
        && let Ok(value) = T::try_from(written as u64)
    {
        return Ok(value);
    }
    Err(serde::de::Error::custom(format!("{written} is not a whole number in range")))
}

pub(crate) fn optional_whole<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: TryFrom<u64>,
{
    struct Written<T>(T);
    impl<'de, T: TryFrom<u64>> Deserialize<'de> for Written<T> {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            whole(deserializer).map(Written)
        }
    }
    Ok(Option::<Written<T>>::deserialize(deserializer)?.map(|Written(value)| value))
}

/// `true`/`false` or 1/0.
pub(crate) fn flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Truth(bool),
        Number(f64),
    }
    match Written::deserialize(deserializer)? {
        Written::Truth(truth) => Ok(truth),
        Written::Number(number) => Ok(number != 0.0),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
pub(crate) fn zero_or_one<S: serde::Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*value))
}

/// A collection, or `null` for an empty one.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

pub(crate) fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    Ok(match Option::<ParameterValue>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(ParameterValue::Number(one)) => vec![one],
        Some(ParameterValue::Array(many)) => many,
    })
}

pub(crate) fn as_one_or_many<S: serde::Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    match values {
        [one] => serializer.serialize_f64(*one),
        many => many.serialize(serializer),
    }
}
