//! An entry of the table: a feature, a text that uses it, and what happens with it.

/// The fate of a text.
pub(crate) enum Outcome {
    /// It is loaded and run.
    Runs,
    /// It is refused with a message that contains these words.
    Refused(&'static str),
}

/// A feature of the language.
pub(crate) struct Entry {
    /// Its name on the page.
    pub(crate) feature: &'static str,
    /// The fate of the text.
    pub(crate) outcome: Outcome,
    head: &'static str,
    blocks: &'static str,
}

impl Entry {
    /// The complete text.
    pub(crate) fn text(&self) -> String {
        format!("{}{}\n", self.head, self.blocks)
    }

    /// The same entry for a text that is refused.
    pub(crate) const fn refused(self, reason: &'static str) -> Self {
        Self { outcome: Outcome::Refused(reason), ..self }
    }
}

/// A whole text.
pub(crate) const fn text(feature: &'static str, text: &'static str) -> Entry {
    Entry { feature, outcome: Outcome::Runs, head: "", blocks: text }
}

/// Blocks of a mechanism on the membrane, with a parameter `k`, a variable `x`, an array `r` and a state `n`.
pub(crate) const fn density(feature: &'static str, blocks: &'static str) -> Entry {
    const HEAD: &str = "NEURON { SUFFIX tested RANGE x, r, k }
PARAMETER { k = 2 }
ASSIGNED { v (mV) x r[4] }
STATE { n }
";
    Entry { feature, outcome: Outcome::Runs, head: HEAD, blocks }
}

/// The same for a point process.
pub(crate) const fn point(feature: &'static str, blocks: &'static str) -> Entry {
    const HEAD: &str = "NEURON { POINT_PROCESS Tested RANGE x, r, k }
PARAMETER { k = 2 }
ASSIGNED { v (mV) x r[4] }
STATE { n }
";
    Entry { feature, outcome: Outcome::Runs, head: HEAD, blocks }
}
