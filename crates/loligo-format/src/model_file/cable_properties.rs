//! Resistivity, capacitance and number of segments of sections.

use loligo::{Discretization, LEAST_CAPACITANCE, Section};
use loligo_io::plain;
use toml::de::DeValue;

use crate::model_file::table::{At, Errors, Table};

/// Electrical properties and the rule for the number of segments, if a table gives them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CableProperties {
    axial_resistance: Option<f64>,
    capacitance: Option<f64>,
    discretization: Option<Discretization>,
}

impl CableProperties {
    pub(super) fn read(table: &Table<'_>, errors: &mut Errors) -> Self {
        let axial_resistance = table.positive("Ra", "axial resistivity, ohm cm", "ohm cm", errors).map(|ra| ra.value);
        let capacitance = table.number("cm", "membrane capacitance, uF/cm2", "uF/cm2", errors).and_then(|cm| {
            if cm.value < LEAST_CAPACITANCE {
                let remedy = format!("give a capacitance of at least {LEAST_CAPACITANCE:e} uF/cm2 (1 is usual)");
                errors.range(cm.span, "cm", plain(cm.value), remedy);
                return None;
            }
            Some(cm.value)
        });
        let discretization = table.one_of(&SEGMENT_KEYS, errors).and_then(|key| match key {
            "nseg" => {
                let nseg = table.whole("nseg", "number of segments", 1..=32767, errors)?;
                Some(Discretization::Fixed(nseg.value as usize))
            }
            "max_segment_length" => {
                let length = table.positive(key, "the longest segment, um", "um", errors)?;
                Some(Discretization::MaximumLength(length.value))
            }
            _ => d_lambda(table, errors),
        });
        Self { axial_resistance, capacitance, discretization }
    }

    pub(super) fn apply(&self, section: &mut Section) {
        section.axial_resistance = self.axial_resistance.unwrap_or(section.axial_resistance);
        section.membrane_capacitance = self.capacitance.unwrap_or(section.membrane_capacitance);
        section.discretization = self.discretization.unwrap_or(section.discretization);
    }
}

/// Reads `d_lambda = 0.1` or `d_lambda = { fraction = 0.1, frequency = 100 }`.
fn d_lambda(table: &Table<'_>, errors: &mut Errors) -> Option<Discretization> {
    const FRACTION: &str = "fraction of the length constant, usually 0.1";
    if let Some(At { value: DeValue::Table(entries), span }) = table.get("d_lambda") {
        let inner = Table::new(entries, "d_lambda", span);
        inner.only(&["fraction", "frequency"], errors);
        inner.need("fraction", FRACTION, errors);
        let frequency = inner.positive("frequency", "Hz, usually 100", "Hz", errors).map_or(100.0, |at| at.value);
        let fraction = inner.positive("fraction", FRACTION, "", errors)?.value;
        return Some(Discretization::DLambda { fraction, frequency });
    }
    let fraction = table.positive("d_lambda", FRACTION, "", errors)?.value;
    Some(Discretization::DLambda { fraction, frequency: 100.0 })
}

pub(super) const SEGMENT_KEYS: [&str; 3] = ["nseg", "max_segment_length", "d_lambda"];
