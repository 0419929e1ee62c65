//! Positions of options in the text of a configuration.

use toml::de::{DeTable, DeValue};

use crate::model_file::table::Span;

/// Positions of the options of a document: keys and values, nested or disjoint.
pub(super) struct OptionPlaces {
    /// Ordered by their start; at the same start the longest first.
    places: Vec<OptionPlace>,
}

struct OptionPlace {
    span: Span,
    option: String,
    /// The place that contains it.
    outer: Option<usize>,
}

impl OptionPlaces {
    pub(super) fn of(document: &DeTable<'_>) -> Self {
        let mut places = Vec::new();
        Self::collect(document, "", &mut places);
        // The sort is stable, because a nested place was collected later.
        places.sort_by_key(|place: &OptionPlace| (place.span.start, std::cmp::Reverse(place.span.end)));
        let mut around: Vec<usize> = Vec::new();
        for index in 0..places.len() {
            while let Some(&last) = around.last()
                && places[last].span.end < places[index].span.end
            {
                around.pop();
            }
            places[index].outer = around.last().copied();
            around.push(index);
        }
        Self { places }
    }

    fn collect(table: &DeTable<'_>, outer: &str, places: &mut Vec<OptionPlace>) {
        let add = |span, option: &str, places: &mut Vec<OptionPlace>| {
            places.push(OptionPlace { span, option: option.to_owned(), outer: None });
        };
        for (key, value) in table.iter() {
            let option = format!("{outer}{}", key.get_ref());
            add(key.span(), &option, places);
            add(value.span(), &option, places);
            match value.get_ref() {
                DeValue::Table(inner) => Self::collect(inner, &format!("{option}."), places),
                DeValue::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        if let DeValue::Table(inner) = item.get_ref() {
                            let option = format!("{option}[{index}]");
                            add(item.span(), &option, places);
                            Self::collect(inner, &format!("{option}."), places);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The innermost option that contains a place; empty if there is none.
    pub(super) fn at(&self, span: &Span) -> &str {
        // The end of a place touches the next one.
        let around = |after: usize| {
            let mut next = after.checked_sub(1);
            while let Some(place) = next.map(|index| &self.places[index]) {
                if place.span.start <= span.start && span.end <= place.span.end {
                    return Some(place);
                }
                next = place.outer;
            }
            None
        };
        let found = around(self.places.partition_point(|place| place.span.start <= span.start))
            .or_else(|| around(self.places.partition_point(|place| place.span.start < span.start)));
        found.map_or("", |place| &place.option)
    }
}
