//! Findings in a file: errors, warnings and notes, with their places in the text.

use std::fmt::{self, Display, Write};

use loligo_io::{masked, visible};

use crate::source::{Location, Sources, Span};

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file behaves as in NEURON, but possibly not as its author expects.
    Note,
    /// A probable mistake; the mechanism still runs.
    Warning,
    /// An error: the mechanism cannot run.
    Error,
}

/// One kind of finding: `Display` gives the message, [`help`](Self::help) the remedy.
pub trait Problem: Display + fmt::Debug + Send + Sync {
    /// Severity of the finding.
    fn severity(&self) -> Severity;
    /// The remedy, in a sentence without a full stop.
    fn help(&self) -> Option<String>;
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Its description, such as "first declared here".
    pub text: String,
}

/// One finding with its place in the text.
#[derive(Debug)]
pub struct Diagnostic {
    /// The finding.
    pub problem: Box<dyn Problem>,
    /// Its place in the text.
    pub span: Span,
    /// Other places that belong to the finding.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(problem: impl Problem + 'static, span: Span) -> Self {
        Self { problem: Box::new(problem), span, labels: Vec::new() }
    }

    /// Adds another place that belongs to the finding.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Severity of the finding.
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }

    /// The finding as text: message, place, the underlined line and the remedy.
    pub fn render(&self, sources: &Sources) -> String {
        let severity = match self.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{severity}: {}", visible(&self.problem));
        if let Some(place) = sources.locate(self.span) {
            excerpt(&mut text, &place, sources.text(self.span), "");
        }
        for label in &self.labels {
            if let Some(place) = sources.locate(label.span) {
                excerpt(&mut text, &place, sources.text(label.span), &label.text);
            }
        }
        if let Some(help) = self.problem.help() {
            let _ = writeln!(text, "  help: {}", visible(help));
        }
        text
    }
}

/// The most characters of a line that are shown.
const WIDTH: usize = 120;

fn excerpt(text: &mut String, place: &Location<'_>, marked: &str, label: &str) {
    let Location { file, line, column, text: shown } = place;
    let gutter = line.to_string().len();
    let first_line = marked.split(['\n', '\r']).next().unwrap_or("");
    let skipped = column.saturating_sub(WIDTH / 2 + 1) / (WIDTH / 2) * (WIDTH / 2);
    let part = |from: usize, count: usize| shown.chars().skip(from).take(count).collect::<String>().replace('\t', " ");
    let shown = part(skipped, WIDTH);
    let at = column - 1 - skipped;
    let count = first_line.chars().count().clamp(1, WIDTH.saturating_sub(at).max(1));
    let line_text = masked(&shown);
    let _ = writeln!(text, "{:gutter$}--> {}:{line}:{column}", "", visible(file.display()));
    let _ = writeln!(text, "{line} | {}", line_text.trim_end());
    let _ = writeln!(text, "{:gutter$} | {:at$}{} {}", "", "", "^".repeat(count), visible(label));
    let trimmed = text.trim_end().len();
    text.truncate(trimmed);
    text.push('\n');
}

/// All findings of a file, in the order of the text.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Numbers of errors, warnings and notes beyond [`Self::MOST`], which are not kept.
    left_out: [usize; 3],
}

impl Diagnostics {
    /// The most findings that are kept.
    pub const MOST: usize = 200;

    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < Self::MOST {
            self.list.push(diagnostic);
        } else {
            self.left_out[rank(diagnostic.severity())] += 1;
        }
    }

    /// Adds a finding at a place.
    pub fn report(&mut self, problem: impl Problem + 'static, span: Span) {
        self.push(Diagnostic::new(problem, span));
    }

    /// Adds all findings of another list.
    pub fn append(&mut self, others: Self) {
        for (own, other) in self.left_out.iter_mut().zip(others.left_out) {
            *own += other;
        }
        others.list.into_iter().for_each(|found| self.push(found));
    }

    /// `true` if there are errors.
    pub fn has_errors(&self) -> bool {
        self.left_out[rank(Severity::Error)] > 0 || self.list.iter().any(|found| found.severity() == Severity::Error)
    }

    /// Sorts the findings by their place in the text.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|found| found.span);
    }

    /// All findings.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Number of findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|found| found.severity() == severity).count() + self.left_out[rank(severity)]
    }

    /// All findings of at least the severity `least`, as text.
    pub fn render(&self, sources: &Sources, least: Severity) -> String {
        let shown = self.list.iter().filter(|found| found.severity() >= least);
        let mut text = shown.map(|found| found.render(sources)).collect::<Vec<_>>().join("\n");
        for (severity, noun) in
            [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Note, "notes")]
        {
            let left_out = self.left_out[rank(severity)];
            if left_out > 0 && severity >= least {
                let _ = writeln!(text, "\n{left_out} further {noun} are not shown");
            }
        }
        text
    }
}

/// The place of a severity in a list of all, the most severe first.
fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("finding")]
    struct Finding(Severity);

    impl Problem for Finding {
        fn severity(&self) -> Severity {
            self.0
        }

        fn help(&self) -> Option<String> {
            None
        }
    }

    #[test]
    fn findings_beyond_the_limit_are_counted() {
        let mut found = Diagnostics::new();
        for _ in 0..Diagnostics::MOST + 2 {
            found.report(Finding(Severity::Warning), Span::default());
        }
        assert!(!found.has_errors());
        found.report(Finding(Severity::Error), Span::default());
        let mut all = Diagnostics::new();
        all.append(found);
        assert_eq!((all.count(Severity::Warning), all.count(Severity::Error)), (Diagnostics::MOST + 2, 1));
        assert!(all.has_errors());
        let text = all.render(&Sources::new(), Severity::Warning);
        assert!(text.ends_with("\n1 further errors are not shown\n\n2 further warnings are not shown\n"), "{text}");
    }
}
