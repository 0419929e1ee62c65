//! A parameter that varies from segment to segment: `{ distance = { linear = { at_zero = 0.1, slope = 1e-4 } } }`.

use loligo::{Curve, SpatialProfile};
use toml::de::DeValue;

use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Table, describe, number};

const VARIABLES: [&str; 3] = ["distance", "diameter", "x"];
const CURVES: [&str; 5] = ["linear", "exponential", "sigmoid", "step", "points"];

/// `true` if a value is a profile: a table with one of the profile's variables.
pub(crate) fn is_profile(value: &DeValue<'_>) -> bool {
    value.as_table().is_some_and(|table| VARIABLES.iter().any(|variable| table.contains_key(*variable)))
}

/// Reads a profile of a parameter.
pub(crate) fn read(value: &At<&DeValue<'_>>, errors: &mut Errors) -> Option<SpatialProfile> {
    let table = Table::new(value.value.as_table()?, "a parameter that varies along the cell", value.span.clone());
    table.only(&VARIABLES, errors);
    let variable = table.one_of(&VARIABLES, errors)?;
    let inner =
        table.table(variable, "distance = { exponential = { offset = ..., scale = ..., rate = ... } }", errors)?;
    inner.only(&CURVES, errors);
    let Some(kind) = inner.one_of(&CURVES, errors) else {
        let text = format!("\"{variable}\" is given no curve; give one of {}", CURVES.join(", "));
        errors.push(inner.span(), Problem::Conflict(text));
        return None;
    };
    let curve = curve(&inner, kind, errors)?;
    Some(match variable {
        "distance" => SpatialProfile::Distance(curve),
        "diameter" => SpatialProfile::Diameter(curve),
        _ => SpatialProfile::X(curve),
    })
}

fn curve(table: &Table<'_>, kind: &'static str, errors: &mut Errors) -> Option<Curve> {
    if kind == "points" {
        return points(table, errors).map(Curve::Points);
    }
    let inner = table.table(kind, "a table of the curve's numbers", errors)?;
    match kind {
        "linear" => {
            let [at_zero, slope] = numbers(&inner, ["at_zero", "slope"], errors)?;
            Some(Curve::Linear { at_zero, slope })
        }
        "exponential" => {
            let [offset, scale, rate] = numbers(&inner, ["offset", "scale", "rate"], errors)?;
            Some(Curve::Exponential { offset, scale, rate })
        }
        "sigmoid" => {
            let [low, high, middle, width] = numbers(&inner, ["low", "high", "middle", "width"], errors)?;
            inner.positive("width", "how wide the slope is", "", errors)?;
            Some(Curve::Sigmoid { low, high, middle, width })
        }
        _ => {
            let [inside, outside, from, to] = numbers(&inner, ["inside", "outside", "from", "to"], errors)?;
            Some(Curve::Step { inside, outside, from, to })
        }
    }
}

/// The numbers of a curve; all are required.
fn numbers<const N: usize>(table: &Table<'_>, keys: [&'static str; N], errors: &mut Errors) -> Option<[f64; N]> {
    const MEANING: &str = "a number of the curve";
    table.only(&keys, errors);
    let found =
        keys.map(|key| table.need(key, MEANING, errors).then(|| table.number(key, MEANING, "", errors)).flatten());
    found.iter().all(Option::is_some).then(|| found.map(|at| at.map_or(0.0, |at| at.value)))
}

/// Reads `points = [[0, 0.1], [100, 0.2]]`, with ascending first numbers.
fn points(table: &Table<'_>, errors: &mut Errors) -> Option<Vec<[f64; 2]>> {
    let At { value, span } = table.get("points")?;
    let expected = "a list of at least one pair [u, value], u ascending".to_owned();
    let pair = |item: &DeValue<'_>| -> Option<[f64; 2]> {
        let numbers: Vec<f64> = item.as_array()?.iter().map(|n| number(n.get_ref())).collect::<Option<_>>()?;
        <[f64; 2]>::try_from(numbers).ok()
    };
    let pairs: Option<Vec<[f64; 2]>> =
        value.as_array().and_then(|list| list.iter().map(|item| pair(item.get_ref())).collect());
    match pairs.filter(|pairs| !pairs.is_empty() && pairs.is_sorted_by(|a, b| a[0] < b[0])) {
        Some(pairs) => Some(pairs),
        None => {
            let found = if value.as_array().is_some() { "this list".to_owned() } else { describe(value) };
            errors.push(span, Problem::WrongType { key: "points".to_owned(), expected, found });
            None
        }
    }
}
