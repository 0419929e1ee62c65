//! Keys of `[[cell]]` that change a morphology after it was read: `cut_beyond`, `remove`, `replace_axon`,
//! `scale_diameters`, in this order.

use loligo::{Cell, PruneError, Region};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Span, Table, describe, no_number, number_in};

/// The keys.
pub(super) const KEYS: [&str; 4] = ["cut_beyond", "remove", "replace_axon", "scale_diameters"];

const STUB: &str = "a list of pairs [length, diameter], um";
const FACTORS: &str = "a table of regions with factors, as in { apical = 1.2 }";

impl Decoder {
    /// Changes the cell of a morphology as its entry says.
    pub(super) fn prune(&mut self, table: &Table<'_>, cell: &mut Cell) {
        if !table.has("morphology") {
            if let Some(At { span, .. }) = KEYS.iter().find_map(|key| table.get(key)) {
                let text = "this changes a morphology, but the cell has none; give the sections as they are to be";
                self.errors.push(span, Problem::Conflict(text.to_owned()));
            }
            return;
        }
        let errors = &mut self.errors;
        const CUT: &str = "distance from the middle of the soma along the tree, um";
        if let Some(At { value, span }) = table.number("cut_beyond", CUT, "um", errors) {
            report(cell.cut_beyond(value), "cut_beyond", span, errors);
        }
        const REMOVE: &str = "lists, sections or kinds (axon, dendrite, apical) of sections";
        for At { value, span } in table.texts("remove", REMOVE, errors).unwrap_or_default() {
            if let Some(region) = region(value, &span, cell, errors) {
                report(cell.remove_sections(region), "remove", span, errors);
            }
        }
        if let Some(At { value: stub, span }) = stub(table, errors) {
            report(cell.replace_axon(&stub), "replace_axon", span, errors);
        }
        let Some(At { value, span }) = table.get("scale_diameters") else { return };
        let DeValue::Table(factors) = value else {
            let (key, found) = ("scale_diameters".to_owned(), describe(value));
            return errors.push(span, Problem::WrongType { key, expected: FACTORS.to_owned(), found });
        };
        for (name, factor) in Table::new(factors, "scale_diameters", span).entries() {
            let Some(region) = region(name.value, &name.span, cell, errors) else { continue };
            match number_in("", factor.value) {
                Ok(number) => report(cell.scale_diameters(region, number), "scale_diameters", factor.span, errors),
                Err(error) => {
                    let problem = no_number(name.value, "a finite number: a factor", factor.value, error);
                    errors.push(factor.span, problem);
                }
            }
        }
    }
}

/// Reads `replace_axon = [[30.0, 1.0], [30.0, 1.0]]`.
fn stub(table: &Table<'_>, errors: &mut Errors) -> Option<At<Vec<(f64, f64)>>> {
    let At { value, span } = table.get("replace_axon")?;
    let pair = |item: &DeValue<'_>| match item.as_array()?.as_ref() {
        [length, diameter] => {
            Some((number_in("um", length.get_ref()).ok()?, number_in("um", diameter.get_ref()).ok()?))
        }
        _ => None,
    };
    let pairs = value.as_array().and_then(|list| list.iter().map(|item| pair(item.get_ref())).collect());
    let Some(value) = pairs else {
        let (key, found) = ("replace_axon".to_owned(), describe(value));
        errors.push(span, Problem::WrongType { key, expected: STUB.to_owned(), found });
        return None;
    };
    Some(At { value, span })
}

fn region(name: &str, span: &Span, cell: &Cell, errors: &mut Errors) -> Option<Region> {
    let region = Region::named(name, cell);
    if region.is_none() {
        let suggestion = loligo_io::closest(name, cell.sections.iter().map(|section| section.name.as_str()));
        let (what, name, place) = ("region", name.to_owned(), String::new());
        errors.push(span.clone(), Problem::Unknown { what, name, place, suggestion });
    }
    region
}

fn report<T>(result: Result<T, PruneError>, key: &str, span: Span, errors: &mut Errors) {
    if let Err(error) = result {
        errors.push(span, Problem::Conflict(format!("\"{key}\": {error}")));
    }
}
