//! Data shared by the pictures of a page: a colour for each population, and notes on cells.

use std::collections::HashMap;

use crate::draw::significant;
use crate::palette::SERIES;

/// Largest number of parameters in a note.
const MOST_PARAMETERS: usize = 4;

/// A colour for each population, and notes on cells, for all pictures of a page.
///
/// Populations get their colours in the order in which they are added; populations of a picture that were not added
/// come after them. From the ninth on colours are reused.
///
/// ```
/// use loligo_plot::{Legend, Trace, traces_picture};
///
/// let mut legend = Legend::default();
/// legend.add_population("basket", Some(20));
/// legend.add_population("pyramidal", Some(80));
/// legend.add_note("pyramidal[3]", [("soma.hh.gnabar", 0.14), ("electrode.amp", 0.3)]);
/// let trace = Trace {
///     name: "pyramidal[3].soma(0.5).v".into(),
///     time: [0.0, 0.025].into(), // ms
///     values: vec![-65.0, -64.9],
///     ..Trace::default()
/// };
/// let picture = traces_picture(&[trace], None, &legend).unwrap();
/// assert!(picture.contains("gnabar 0.14, amp 0.3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// Number of each population.
    numbers: HashMap<String, usize>,
    /// Number of cells of each population, including those that are not recorded.
    sizes: HashMap<String, usize>,
    notes: HashMap<String, String>,
}

impl Legend {
    /// Adds a population if it is new, and sets its number of cells if that is given.
    pub fn add_population(&mut self, name: &str, size: Option<usize>) {
        let next = self.numbers.len();
        if !self.numbers.contains_key(name) {
            self.numbers.insert(name.to_owned(), next);
        }
        if let Some(size) = size {
            self.sizes.insert(name.to_owned(), size);
        }
    }

    /// Adds a note on a cell: the values of parameters that are specific to it. In pictures a parameter has the last
    /// part of its name (`gnabar` of `soma.hh.gnabar`) if no other has the same last part.
    pub fn add_note<'a>(&mut self, cell: &str, parameters: impl IntoIterator<Item = (&'a str, f64)>) {
        let parameters: Vec<(&str, f64)> = parameters.into_iter().collect();
        let last = |name: &'a str| name.rsplit('.').next().unwrap_or(name);
        let texts = parameters.iter().take(MOST_PARAMETERS).map(|&(name, value)| {
            let alike = parameters.iter().filter(|(other, _)| last(other) == last(name)).count();
            format!("{} {}", if alike > 1 { name } else { last(name) }, significant(value))
        });
        let mut note = texts.collect::<Vec<_>>().join(", ");
        if parameters.len() > MOST_PARAMETERS {
            note += ", …";
        }
        if !note.is_empty() {
            self.notes.insert(cell.to_owned(), note);
        }
    }

    /// The colour of a population.
    pub(crate) fn colour(&self, population: &str) -> usize {
        self.numbers.get(population).map_or(0, |number| number % SERIES)
    }

    /// Number of its cells, if known.
    pub(crate) fn size(&self, population: &str) -> Option<usize> {
        self.sizes.get(population).copied()
    }

    /// A name followed by the note on its cell.
    pub(crate) fn noted(&self, name: &str, cell: &str) -> String {
        match self.notes.get(cell) {
            Some(note) => format!("{name}  {note}"),
            None => name.to_owned(),
        }
    }
}

/// The population of a cell or of a part of it: `L5` for `L5[3].soma(0.5)` and, for a name without index, `basket` for
/// `basket_12`.
///
/// ```
/// use loligo_plot::population_name;
///
/// assert_eq!(population_name("L5[3].soma(0.5)"), "L5");
/// assert_eq!(population_name("basket_12"), "basket");
/// ```
pub fn population_name(name: &str) -> &str {
    let end = name.find(['[', '(', '.']).unwrap_or(name.len());
    let (before, rest) = name.split_at(end);
    if before.is_empty() {
        return name;
    }
    if rest.starts_with('[') {
        return before;
    }
    let bare = before.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['_', '-', '#', ' ']);
    if bare.is_empty() { before } else { bare }
}

/// The cell at the beginning of a name: the text before the first point.
pub(crate) fn cell_name(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populations_are_named_alike() {
        for (source, name) in [
            ("L5_pyramidal[3].soma(0.5)", "L5_pyramidal"),
            ("L5[0].soma(0.5)", "L5"),
            ("L6[0].soma(0.5)", "L6"),
            ("basket_12", "basket"),
            ("stim7", "stim"),
            ("cell.soma[0](0.5).v", "cell"),
            ("42", "42"),
            ("[3]", "[3]"),
            ("", ""),
        ] {
            assert_eq!(population_name(source), name);
        }
    }

    #[test]
    fn names_of_parameters_are_short_unless_two_end_alike() {
        let mut legend = Legend::default();
        legend.add_note("a", [("soma.hh.gnabar", 0.1 + 0.2), ("soma.L", 20.0)]);
        legend.add_note("b", [("soma.hh.gnabar", 0.12), ("dend.hh.gnabar", 1.25e-7)]);
        legend.add_note("c", []);
        assert_eq!(legend.noted("a.v", "a"), "a.v  gnabar 0.3, L 20");
        assert_eq!(legend.noted("b.v", "b"), "b.v  soma.hh.gnabar 0.12, dend.hh.gnabar 1.25e-7");
        assert_eq!(legend.noted("c.v", "c"), "c.v");
    }

    #[test]
    fn colours_follow_the_order_of_populations() {
        let mut legend = Legend::default();
        for k in 0..SERIES + 1 {
            legend.add_population(&format!("p{k}"), None);
        }
        legend.add_population("p0", Some(3));
        assert_eq!([legend.colour("p1"), legend.colour("p8"), legend.size("p0").unwrap_or(0)], [1, 0, 3]);
    }
}
