//! Numbers with units in text, as users write them: `200 pA`.

use super::{UnitError, UnitValue, evaluate, in_library, number_length, with_prefix};

/// Symbols of units with their meaning; any of them may follow one of [`PREFIXES`].
const SYMBOLS: [(&str, &str); 11] = [
    ("Ohm", "ohm"),
    ("ohm", "ohm"),
    ("\u{3a9}", "ohm"), // capital omega
    ("Hz", "/sec"),
    ("A", "amp"),
    ("F", "farad"),
    ("M", "mole/liter"),
    ("S", "siemens"),
    ("V", "volt"),
    ("m", "meter"),
    ("s", "sec"),
];

/// Prefixes of symbols, as powers of ten.
const PREFIXES: [(&str, i32); 11] = [
    ("f", -15),
    ("p", -12),
    ("n", -9),
    ("u", -6),
    ("\u{b5}", -6),  // micro sign
    ("\u{3bc}", -6), // small mu
    ("m", -3),
    ("c", -2),
    ("k", 3),
    ("M", 6),
    ("G", 9),
];

/// Error in a number with a unit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// The text does not start with a number, or ends with it.
    #[error("write a number and a unit, for example \"{example}\"")]
    Form {
        /// A text that would do.
        example: String,
    },
    /// The unit is unknown.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The unit is of another dimension.
    #[error("{given} cannot be converted to {wanted}")]
    Dimension {
        /// The unit given.
        given: String,
        /// The unit in which the number is read.
        wanted: String,
    },
    /// The number is read without a unit.
    #[error("it has no unit; write the number alone, without quotation marks")]
    NoUnit,
}

/// The number of a text such as `200 pA`, converted to a unit.
///
/// Units are symbols with prefixes (V, A, S, F, s, Hz, m, ohm, M for mole/liter), or names of the library of NMODL, with
/// powers, products and one `/`: `uF/cm2`, `ohm cm`, `pS/um2`, `millivolt`. Conversions by powers of ten are exact.
/// Temperatures are in degC.
///
/// ```
/// use loligo_nmodl::units::quantity;
/// assert_eq!(quantity("200 pA", "nA")?, 0.2);
/// assert_eq!(quantity("120 mS/cm2", "S/cm2")?, 0.12);
/// assert_eq!(quantity("5 nS", "nA").unwrap_err().to_string(), "nS cannot be converted to nA");
/// # Ok::<(), loligo_nmodl::units::QuantityError>(())
/// ```
///
/// # Errors
/// A text that is not a number with a unit, an unknown unit, a unit of another dimension.
pub fn quantity(text: &str, unit: &str) -> Result<f64, QuantityError> {
    let text = text.trim();
    let (number, given) = text.split_at(number_length(text));
    let given = given.trim();
    let wanted = unit.trim();
    if number.is_empty() || given.is_empty() {
        let example = format!("1 {}", if wanted.is_empty() { "ms" } else { wanted });
        return Err(QuantityError::Form { example });
    }
    let not_convertible = || QuantityError::Dimension { given: given.to_owned(), wanted: wanted.to_owned() };
    // Degrees have another zero than kelvins, so that no factor converts them.
    if wanted == "degC" || given == "degC" {
        let number = number.parse().map_err(|_| not_convertible())?;
        return if wanted == given { Ok(number) } else { Err(not_convertible()) };
    }
    let from = value_of(given)?;
    let to = value_of(wanted).map_err(|_| QuantityError::NoUnit)?;
    if !from.is_like(&to) {
        return Err(if to.is_number() { QuantityError::NoUnit } else { not_convertible() });
    }
    Ok(converted(number, from.factor / to.factor))
}

fn value_of(text: &str) -> Result<UnitValue, UnitError> {
    evaluate(text, &find).map_err(|unknown| match unknown {
        Some(name) => UnitError::Unknown { name, suggestion: None },
        None => UnitError::Syntax { text: text.to_owned() },
    })
}

fn find(name: &str) -> Option<UnitValue> {
    let library = |name: &str| in_library(name, 0);
    with_symbol(name).or_else(|| library(name)).or_else(|| with_prefix(name, &library))
}

fn with_symbol(name: &str) -> Option<UnitValue> {
    SYMBOLS.iter().find_map(|&(symbol, meaning)| {
        let prefix = name.strip_suffix(symbol)?;
        let power = match PREFIXES.iter().find(|&&(known, _)| known == prefix) {
            Some(&(_, power)) => power,
            None if prefix.is_empty() => 0,
            None => return None,
        };
        let unit = evaluate(meaning, &|name| in_library(name, 0)).ok()?;
        Some(UnitValue { factor: unit.factor * 10f64.powi(power), ..unit })
    })
}

/// A number in text times a factor; a factor that is a power of ten shifts the decimal exponent, so that the result is
/// the number nearest to the decimal one.
fn converted(number: &str, factor: f64) -> f64 {
    let value: f64 = number.parse().unwrap_or(f64::NAN); // `number_length` accepts only numbers
    let power = factor.log10().round();
    if (factor / 10f64.powf(power) - 1.0).abs() > 1e-12 {
        return value * factor;
    }
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let shifted = exponent.parse::<i64>().ok().and_then(|exponent| exponent.checked_add(power as i64));
    shifted.and_then(|exponent| format!("{digits}e{exponent}").parse().ok()).unwrap_or(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_converted_exactly() {
        for (text, unit, number) in [
            ("200 pA", "nA", 0.2),
            ("200pA", "nA", 0.2),
            ("-2.5e2 pA", "nA", -0.25),
            ("0.5 nS", "uS", 5e-4),
            ("0.2 mm", "um", 200.0),
            ("20e-6 m", "um", 20.0),
            ("10 \u{b5}m", "um", 10.0),
            ("1 pS/um2", "S/cm2", 1e-4),
            ("0.36 mho/cm2", "S/cm2", 0.36),
            ("1 ohm m", "ohm cm", 100.0),
            ("100 Mohm", "MOhm", 100.0),
            ("0.01 F/m2", "uF/cm2", 1.0),
            ("1.5 s", "ms", 1500.0),
            ("-65 mV", "mV", -65.0),
            ("50 nM", "mM", 5e-5),
            ("34 degC", "degC", 34.0),
            ("60 sec", "ms", 6e4),
        ] {
            assert_eq!(quantity(text, unit), Ok(number), "{text} in {unit}");
        }
        assert!((quantity("1 inch", "um").unwrap() - 25400.0).abs() < 1e-9);
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        let reason = |text, unit| quantity(text, unit).unwrap_err().to_string();
        assert_eq!(reason("200", "nA"), "write a number and a unit, for example \"1 nA\"");
        assert_eq!(reason("pA", "nA"), "write a number and a unit, for example \"1 nA\"");
        assert_eq!(reason("200 pX", "nA"), "there is no unit \"pX\"");
        assert_eq!(reason("200 mV", "nA"), "mV cannot be converted to nA");
        assert_eq!(reason("300 K", "degC"), "K cannot be converted to degC");
        assert!(reason("200 mV", "1").contains("it has no unit"));
        assert!(reason("200 mV", "").contains("it has no unit"));
        assert_eq!(reason("1 (nA)", "nA"), "\"(nA)\" is no unit");
    }
}
