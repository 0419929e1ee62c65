//! Units and their values in SI base units, with NEURON's rounding.
//!
//! A unit is a sequence of names with exponents, separated by blanks or `-`, and at most one `/`; all names behind the
//! `/`
//! divide. Examples: `joule/degC`, `k-mole`, `um2 um2/ms`, `10000 coulomb`. The factor is computed in the order of the
//! text, with one multiplication or division per name, as in NEURON; constants such as `(faraday) (coulomb)` are
//! quotients of two factors.

mod library;
mod quantity;

use std::collections::HashMap;
use std::sync::Arc;

use library::{BASE, PREFIXES, UNITS};

pub use quantity::{QuantityError, quantity};

/// Number of base units.
const BASES: usize = BASE.len();

/// A unit expressed in base units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitValue {
    /// The number of products of base units that it equals.
    pub factor: f64,
    /// The powers of the base units.
    pub powers: [i16; BASES],
}

impl UnitValue {
    /// `true` if it has no dimension.
    pub fn is_number(&self) -> bool {
        self.powers == [0; BASES]
    }

    /// The product with another unit.
    #[must_use]
    pub fn times(mut self, other: Self) -> Self {
        self.apply(other, false);
        self
    }

    /// The quotient by another unit.
    #[must_use]
    pub fn per(mut self, other: Self) -> Self {
        self.apply(other, true);
        self
    }

    /// `true` if it has the dimension of another unit.
    pub fn is_like(&self, other: &Self) -> bool {
        self.powers == other.powers
    }

    /// The base units with their powers: "m2 kg / sec3 coul".
    pub fn dimension(&self) -> String {
        let part = |is_divisor: bool| {
            let units = BASE.iter().zip(self.powers).filter(|(_, power)| (*power < 0) == is_divisor && *power != 0);
            let texts = units.map(|(base, power)| match power.unsigned_abs() {
                1 => (*base).to_owned(),
                power => format!("{base}{power}"),
            });
            texts.collect::<Vec<_>>().join(" ")
        };
        let (above, below) = (part(false), part(true));
        match (above.is_empty(), below.is_empty()) {
            (true, true) => "1".to_owned(),
            (true, false) => format!("1 / {below}"),
            (false, true) => above,
            (false, false) => format!("{above} / {below}"),
        }
    }

    /// The number 1.
    pub const ONE: Self = Self { factor: 1.0, powers: [0; BASES] };

    /// Multiplies or divides by another unit.
    fn apply(&mut self, other: Self, divides: bool) {
        if divides {
            self.factor /= other.factor;
        } else {
            self.factor *= other.factor;
        }
        for (power, others) in self.powers.iter_mut().zip(other.powers) {
            *power = if divides { power.saturating_sub(others) } else { power.saturating_add(others) };
        }
    }
}

/// Error in a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// An unknown unit.
    #[error("there is no unit \"{name}\"")]
    Unknown {
        /// The name.
        name: String,
        /// A similar name.
        suggestion: Option<String>,
    },
    /// Text that contains something else than names, numbers and signs.
    #[error("\"{text}\" is no unit")]
    Syntax {
        /// The text.
        text: String,
    },
    /// A new definition, with another meaning, of a unit that exists already.
    #[error("the unit \"{name}\" exists already, with another meaning")]
    Redefined {
        /// The name.
        name: String,
    },
    /// A new definition, with the same meaning, of a unit that exists already.
    #[error("the unit \"{name}\" exists already; NEURON refuses to translate a file that defines it")]
    Repeated {
        /// The name.
        name: String,
    },
}

/// The units of a file: those of the library and those of UNITS.
///
/// ```
/// use loligo_nmodl::units::Units;
/// let units = Units::new();
/// assert_eq!(units.quotient("k-mole", "joule/degC")?, 8.31446261815324);
/// assert_eq!(units.quotient("faraday", "10000 coulomb")?, 9.648533212331001);
/// # Ok::<(), loligo_nmodl::units::UnitError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Units {
    added: HashMap<Arc<str>, UnitValue>,
}

impl Units {
    /// Creates the units of the library.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a unit: `(mV) = (millivolt)`.
    ///
    /// # Errors
    /// If the meaning is not a unit, or if the name is already a unit of the library or of the file.
    pub fn define(&mut self, name: &str, meaning: &str) -> Result<(), UnitError> {
        let value = self.value(meaning)?;
        let name = name.trim();
        let known = self.added.get(name).copied().or_else(|| in_library(name, 0));
        if let Some(known) = known {
            let name = name.to_owned();
            return Err(if known == value { UnitError::Repeated { name } } else { UnitError::Redefined { name } });
        }
        self.added.insert(name.into(), value);
        Ok(())
    }

    /// The quotient of two units: `(faraday) (coulomb)`. Dimensions are not compared.
    ///
    /// # Errors
    /// If one of them is not a unit.
    pub fn quotient(&self, of: &str, to: &str) -> Result<f64, UnitError> {
        Ok(self.value(of)?.factor / self.value(to)?.factor)
    }

    /// A unit expressed in base units.
    ///
    /// # Errors
    /// If the text is not a unit.
    pub fn value(&self, text: &str) -> Result<UnitValue, UnitError> {
        evaluate(text, &|name| self.find(name)).map_err(|problem| match problem {
            None => UnitError::Syntax { text: text.to_owned() },
            Some(name) => UnitError::Unknown { suggestion: self.suggestion(&name), name },
        })
    }

    fn find(&self, name: &str) -> Option<UnitValue> {
        let own = |name: &str| self.added.get(name).copied();
        let whole = |name: &str| own(name).or_else(|| in_library(name, 0));
        whole(name).or_else(|| with_prefix(name, &whole)).or_else(|| {
            let singular = name.strip_suffix('s').filter(|name| !name.is_empty())?;
            whole(singular).or_else(|| with_prefix(singular, &whole))
        })
    }

    fn suggestion(&self, name: &str) -> Option<String> {
        let plain =
            UNITS.iter().map(|(known, _)| (*known).to_owned()).chain(self.added.keys().map(ToString::to_string));
        let long = UNITS.iter().filter(|(known, _)| known.len() > 2);
        let prefixed = long.flat_map(|(known, _)| PREFIXES.iter().map(move |(prefix, _)| format!("{prefix}{known}")));
        let near = plain.chain(prefixed).map(|known| (strsim::damerau_levenshtein(&known, name), known));
        let (distance, nearest) = near.min()?;
        (distance <= 1 + name.len() / 5).then_some(nearest)
    }
}

fn with_prefix(name: &str, find: &dyn Fn(&str) -> Option<UnitValue>) -> Option<UnitValue> {
    PREFIXES.iter().find_map(|&(prefix, factor)| {
        let rest = name.strip_prefix(prefix)?;
        let unit = if rest.is_empty() { UnitValue::ONE } else { find(rest)? };
        Some(UnitValue { factor: factor * unit.factor, ..unit })
    })
}

/// The deepest chain of definitions in the library.
const DEEPEST: usize = 12;

fn in_library(name: &str, depth: usize) -> Option<UnitValue> {
    if let Some(base) = BASE.iter().position(|&base| base == name) {
        let mut powers = [0; BASES];
        powers[base] = 1;
        return Some(UnitValue { factor: 1.0, powers });
    }
    let meaning = UNITS.iter().find(|(known, _)| *known == name)?.1;
    let find = |name: &str| {
        let whole = |name: &str| if depth < DEEPEST { in_library(name, depth + 1) } else { None };
        whole(name).or_else(|| with_prefix(name, &whole))
    };
    evaluate(meaning, &find).ok()
}

/// The value of a unit's text; the error is the unknown name, or `None` if the text cannot be parsed.
fn evaluate(text: &str, find: &dyn Fn(&str) -> Option<UnitValue>) -> Result<UnitValue, Option<String>> {
    let text = text.trim();
    let length = number_length(text);
    let mut value = UnitValue::ONE;
    if let Ok(number) = text[..length].parse::<f64>()
        && number != 0.0
    {
        value.factor = number;
    }
    let mut rest = &text[length..];
    let mut divides = false;
    while let Some(c) = rest.chars().next() {
        if c == '/' {
            divides = true;
            rest = &rest[1..];
        } else if c == '-' || c == '*' || c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if c.is_alphabetic() || c == '_' || c == '%' || c == '$' {
            let end = rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '_' | '%' | '$'))).unwrap_or(rest.len());
            let unit = find(&rest[..end]).ok_or_else(|| Some(rest[..end].to_owned()))?;
            rest = &rest[end..];
            let power = rest.chars().next().and_then(|c| c.to_digit(10)).filter(|&power| power > 1);
            if power.is_some() {
                rest = &rest[1..];
            }
            for _ in 0..power.unwrap_or(1) {
                value.apply(unit, divides);
            }
        } else {
            return Err(None);
        }
    }
    Ok(value)
}

/// Number of bytes of the number at the start of a text.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut length = usize::from(text.starts_with('-'));
    length += digits(&text[length..]);
    if text[length..].starts_with('.') {
        length += 1;
        length += digits(&text[length..]);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let count = digits(&text[length + 1 + sign..]);
        if count > 0 && length > 0 {
            length += 1 + sign + count;
        }
    }
    if text[..length].parse::<f64>().is_ok() { length } else { 0 }
}
