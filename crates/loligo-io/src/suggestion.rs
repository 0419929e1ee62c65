//! Suggestions for names that do not exist.

/// The candidate most similar to `name`, if any is similar.
///
/// ```
/// use loligo_io::closest;
/// assert_eq!(closest("ExpSin", ["ExpSyn", "Exp2Syn", "hh"]).as_deref(), Some("ExpSyn"));
/// assert_eq!(closest("ExpSyn2", ["ExpSyn", "Exp2Syn", "hh"]).as_deref(), Some("Exp2Syn"));
/// assert_eq!(closest("nax", ["ExpSyn", "Exp2Syn", "hh"]), None);
/// ```
pub fn closest<T: AsRef<str>>(name: &str, candidates: impl IntoIterator<Item = T>) -> Option<String> {
    let name = name.to_lowercase();
    let letters = sorted(&name);
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // The same letters in another order are a likelier mistake than a missing one.
        let has_same_letters = sorted(&candidate) == letters;
        strsim::jaro_winkler(&name, &candidate) + if has_same_letters { 0.2 } else { 0.0 }
    };
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate.as_ref()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.as_ref().to_owned())
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// Suggestions for names that do not exist, for many names and many candidates: after some million comparisons no more
/// suggestions are made.
#[derive(Clone, Debug)]
pub struct Suggestions {
    comparisons_left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { comparisons_left: 5_000_000 }
    }
}

impl Suggestions {
    /// The candidate most similar to `name`, if any is similar.
    pub fn closest<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        let compared = candidates.into_iter().take(self.comparisons_left);
        closest(name, compared.inspect(|_| self.comparisons_left -= 1))
    }
}
