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
    /// Number of errors beyond [`Self::MOST`], which are not kept.
    left_out: usize,
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
        } else if diagnostic.severity() == Severity::Error {
            self.left_out += 1;
        }
    }

    /// Adds a finding at a place.
    pub fn report(&mut self, problem: impl Problem + 'static, span: Span) {
        self.push(Diagnostic::new(problem, span));
    }

    /// Adds all findings of another list.
    pub fn append(&mut self, others: Self) {
        self.left_out += others.left_out;
        others.list.into_iter().for_each(|found| self.push(found));
    }

    /// `true` if there are errors.
    pub fn has_errors(&self) -> bool {
        self.left_out > 0 || self.list.iter().any(|found| found.severity() == Severity::Error)
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
        let left_out = if severity == Severity::Error { self.left_out } else { 0 };
        self.list.iter().filter(|found| found.severity() == severity).count() + left_out
    }

    /// All findings of at least the severity `least`, as text.
    pub fn render(&self, sources: &Sources, least: Severity) -> String {
        let shown = self.list.iter().filter(|found| found.severity() >= least);
        let mut text = shown.map(|found| found.render(sources)).collect::<Vec<_>>().join("\n");
        if self.left_out > 0 {
            let _ = writeln!(text, "\n{} further errors are not shown", self.left_out);
        }
        text
    }
}
