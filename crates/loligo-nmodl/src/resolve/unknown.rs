//! Suggestions for unknown names.

use super::Resolver;
use crate::model::Library;

impl Resolver<'_> {
    /// The remedy for an unknown variable.
    pub(super) fn help_on_variable<'n>(&'n self, name: &str, locals: impl Iterator<Item = &'n str>) -> String {
        if self.routines.contains_key(name) || Library::find(name).is_some() {
            return format!("{name} is a function: write its arguments in parentheses behind it");
        }
        let known = self.variables.keys().map(|known| &**known).chain(locals);
        match nearest(name, known) {
            Some(known) => format!("did you mean \"{known}\"?"),
            None => "declare it in PARAMETER, ASSIGNED or STATE, or as LOCAL of its block".to_owned(),
        }
    }

    /// `true` if the file's C++ text contains a word.
    pub(super) fn is_in_verbatim(&self, word: &str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        self.verbatim.match_indices(word).any(|(at, _)| {
            !self.verbatim[..at].ends_with(is_part) && !self.verbatim[at + word.len()..].starts_with(is_part)
        })
    }

    /// The remedy for an unknown function.
    pub(super) fn help_on_function(&self, name: &str) -> String {
        if self.variables.contains_key(name) {
            return format!("{name} is a variable; to multiply, write {name} * (...)");
        }
        let library = Library::ALL.iter().map(|known| known.name);
        match nearest(name, self.routines.keys().map(|known| &**known).chain(library)) {
            Some(known) => format!("did you mean \"{known}\"?"),
            None => format!("write it: FUNCTION {name}(...) {{ {name} = ... }}"),
        }
    }
}

/// The most similar known name, if it is similar enough.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let distance = |known: &&str| {
        let folded = strsim::damerau_levenshtein(&known.to_lowercase(), &lower);
        (folded, strsim::damerau_levenshtein(known, name))
    };
    // Ties are broken by name, so that messages do not depend on the order of a hash map.
    let nearest = known.min_by(|a, b| distance(a).cmp(&distance(b)).then(a.cmp(b)))?;
    (distance(&nearest).0 <= name.len().div_ceil(4)).then_some(nearest)
}
