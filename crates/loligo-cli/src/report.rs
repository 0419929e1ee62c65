//! Errors and warnings of a model file, with the lines to which they refer.

use std::io::IsTerminal;
use std::path::Path;

use loligo_format::configuration::ConfigurationErrors;
use loligo_format::model_file::{IncludedFile, ModelFileErrors, ModelWarning, Positions, included_at};
use loligo_io::{masked, visible};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError, MietteSpanContents, Report,
    Severity, SourceCode, SourceSpan, SpanContents,
};

use crate::terminal::{complain, complain_in_colour};

/// Largest number of errors, or of warnings, that are printed.
const SHOWN: usize = 100;
/// Largest number of bytes of a line that are printed.
const WIDTH: usize = 400;

/// Prints every error with its line.
pub fn model_errors(errors: &ModelFileErrors) {
    let mut texts = Texts::new(&errors.path, &errors.text, &errors.included);
    for error in errors.errors.iter().take(SHOWN) {
        texts.print(error.span.clone(), error.problem.to_string(), Severity::Error);
    }
    texts.model.count(errors.errors.len(), ["error", "errors"]);
}

/// Prints every error with its option and line.
pub fn configuration_errors(errors: &ConfigurationErrors) {
    let mut text = Text::new(&errors.path, &errors.text);
    for error in errors.errors.iter().take(SHOWN) {
        if let Some(given_by) = &error.given_by {
            complain!("error: {given_by}: {}", error.problem);
            continue;
        }
        let colon = if error.option.is_empty() { "" } else { ": " };
        let message = format!("{}{colon}{}", error.option, error.problem);
        text.print(error.span.clone(), message, Severity::Error);
    }
    // Errors in flags refer to no file.
    let in_file = errors.errors.iter().filter(|error| error.given_by.is_none()).count();
    if in_file > 0 {
        text.count(in_file, ["error", "errors"]);
    }
}

/// Prints every warning with its line.
pub fn model_warnings(warnings: &[ModelWarning], path: &Path, text: &str, included: &[IncludedFile]) {
    let mut texts = Texts::new(path, text, included);
    for warning in warnings.iter().take(SHOWN) {
        texts.print(warning.span.clone(), warning.text.clone(), Severity::Warning);
    }
    if warnings.len() > SHOWN {
        texts.model.count(warnings.len(), ["warning", "warnings"]);
    }
}

/// A model and the files that it includes.
struct Texts<'a> {
    model: Text<'a>,
    included: &'a [IncludedFile],
}

impl<'a> Texts<'a> {
    fn new(path: &Path, text: &'a str, included: &'a [IncludedFile]) -> Self {
        Self { model: Text::new(path, text), included }
    }

    fn print(&mut self, span: std::ops::Range<usize>, message: String, severity: Severity) {
        match included_at(self.included, span.start) {
            Some((file, start)) => {
                let end = start + (span.end - span.start);
                Text::new(&file.path, &file.text).print(start..end, message, severity);
            }
            None => self.model.print(span, message, severity),
        }
    }
}

/// A file whose lines are shown, in ascending order.
struct Text<'a> {
    source: String,
    text: &'a str,
    positions: Positions<'a>,
}

impl<'a> Text<'a> {
    fn new(path: &Path, text: &'a str) -> Self {
        Self { source: path.display().to_string(), text, positions: Positions::of(text) }
    }

    fn count(&self, count: usize, nouns: [&str; 2]) {
        let (noun, verb) = if count == 1 { (nouns[0], "is") } else { (nouns[1], "are") };
        let shown = if count > SHOWN { format!("; these are the first {SHOWN}") } else { String::new() };
        complain!("There {verb} {count} {noun} in {}{shown}.", self.source);
    }

    fn print(&mut self, span: std::ops::Range<usize>, message: String, severity: Severity) {
        let (line, column) = self.positions.at(span.start);
        let lines = self.lines_around(span.start);
        if let Some(excerpt) = self.excerpt(span.start, lines.clone()) {
            let sign = if severity == Severity::Error { '×' } else { '⚠' };
            return complain!("  {sign} {message}\n    {}:{line}:{column}: {excerpt}", self.source);
        }
        // The span of a whole table is reduced to its first line.
        let start = span.start.min(self.text.len());
        let rest = &self.text.as_bytes()[start..span.end.clamp(start, self.text.len())];
        let length = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len());
        let label = LabeledSpan::new_with_span(None, (start - lines.start, length));
        let first_line = line - 1 - self.text[lines.start..self.text.floor_char_boundary(start)].matches('\n').count();
        let excerpt =
            Excerpt { source: visible(&self.source).to_string(), text: masked(&self.text[lines]), first_line };
        let message = visible(message).to_string();
        let diagnostic = MietteDiagnostic::new(message).with_severity(severity).with_label(label);
        let report = Report::new(diagnostic).with_source_code(excerpt);
        let theme =
            if std::io::stderr().is_terminal() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_context_lines(1).with_width(4096);
        let mut rendered = String::new();
        if handler.render_report(&mut rendered, report.as_ref()).is_err() {
            rendered = report.to_string(); // fallback: the message without the line
        }
        complain_in_colour!("{rendered}");
    }

    /// The line of a byte, with the one before and the one after it.
    fn lines_around(&self, byte: usize) -> std::ops::Range<usize> {
        let byte = self.text.floor_char_boundary(byte);
        let start_of_line = |byte: usize| self.text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
        let start = start_of_line(start_of_line(byte).saturating_sub(1));
        let next = |byte: usize| self.text[byte..].find('\n').map_or(self.text.len(), |newline| byte + newline + 1);
        start..next(next(byte))
    }

    /// The text at a byte, if the lines around it are too long to be printed.
    fn excerpt(&self, byte: usize, lines: std::ops::Range<usize>) -> Option<String> {
        if self.text[lines].split('\n').map(str::len).max().unwrap_or(0) <= WIDTH {
            return None;
        }
        const AROUND: usize = 40;
        let text = self.text;
        let byte = text.floor_char_boundary(byte);
        let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = byte + text[byte..].find('\n').unwrap_or(text.len() - byte);
        let from = text.floor_char_boundary(byte.saturating_sub(AROUND)).max(start);
        let to = text.floor_char_boundary((byte + AROUND).min(line_end));
        Some(format!("... {} ...", &text[from..to]))
    }
}

/// Some lines of a file, so that a report does not process all of it.
#[derive(Debug)]
struct Excerpt {
    source: String,
    text: String,
    /// The number of its first line, from 0.
    first_line: usize,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.source.clone(),
            contents.data(),
            *contents.span(),
            self.first_line + contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}
