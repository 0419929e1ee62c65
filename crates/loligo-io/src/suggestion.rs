//! Suggestions for names that do not exist.

/// The candidate most similar to `name`, if any is similar.
pub fn closest<T: AsRef<str>>(name: &str, candidates: impl IntoIterator<Item = T>) -> Option<String> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate.as_ref()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.as_ref().to_owned())
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
