//! Errors and warnings of a model file, with the lines that they are about.

use std::io::IsTerminal;

use loligo::configuration::ConfigurationErrors;
use loligo::model_file::{Model, ModelFileErrors};
use loligo_io::{masked, visible};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};

use crate::terminal::{complain, complain_in_colour};

/// How many errors are printed at most.
const SHOWN: usize = 100;
/// How many bytes of a line are printed at most.
const WIDTH: usize = 400;

/// Prints every error with its line.
pub fn model_errors(errors: &ModelFileErrors) {
    let source = errors.path.display().to_string();
    for error in errors.errors.iter().take(SHOWN) {
        print(&source, &errors.text, error.span.clone(), error.problem.to_string(), Severity::Error);
    }
    count(errors.errors.len(), &source);
}

/// Prints every error with its option and line.
pub fn configuration_errors(errors: &ConfigurationErrors) {
    let source = errors.path.display().to_string();
    for error in errors.errors.iter().take(SHOWN) {
        if let Some(given_by) = &error.given_by {
            complain!("error: {given_by}: {}", error.problem);
            continue;
        }
        let colon = if error.option.is_empty() { "" } else { ": " };
        let message = format!("{}{colon}{}", error.option, error.problem);
        print(&source, &errors.text, error.span.clone(), message, Severity::Error);
    }
    // Flags are in no file.
    let in_file = errors.errors.iter().filter(|error| error.given_by.is_none()).count();
    if in_file > 0 {
        count(in_file, &source);
    }
}

fn count(count: usize, source: &str) {
    let (noun, verb) = if count == 1 { ("error", "is") } else { ("errors", "are") };
    let shown = if count > SHOWN { format!("; these are the first {SHOWN}") } else { String::new() };
    complain!("There {verb} {count} {noun} in {source}{shown}.");
}

/// Prints every warning with its line.
pub fn model_warnings(model: &Model, path: &std::path::Path) {
    let source = path.display().to_string();
    for warning in &model.warnings {
        print(&source, &model.text, warning.span.clone(), warning.text.clone(), Severity::Warning);
    }
}

fn print(source: &str, text: &str, span: std::ops::Range<usize>, message: String, severity: Severity) {
    if let Some(excerpt) = excerpt(text, span.start) {
        let sign = if severity == Severity::Error { '×' } else { '⚠' };
        let (line, column) = loligo::model_file::position(text, span.start);
        return complain!("  {sign} {message}\n    {source}:{line}:{column}: {excerpt}");
    }
    let (source, message) = (visible(source).to_string(), visible(message).to_string());
    // What is said of a whole table points to its first line.
    let start = span.start.min(text.len());
    let rest = &text.as_bytes()[start..span.end.clamp(start, text.len())];
    let length = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len());
    let label = LabeledSpan::new_with_span(None, (start, length));
    let diagnostic = MietteDiagnostic::new(message).with_severity(severity).with_label(label);
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(source, masked(text)));
    let theme =
        if std::io::stderr().is_terminal() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_context_lines(1).with_width(4096);
    let mut rendered = String::new();
    if handler.render_report(&mut rendered, report.as_ref()).is_err() {
        rendered = report.to_string(); // without the line, rather than not at all
    }
    complain_in_colour!("{rendered}");
}

/// What stands at a byte of a text whose lines thereabouts are too long to be printed.
fn excerpt(text: &str, byte: usize) -> Option<String> {
    let byte = text.floor_char_boundary(byte.min(text.len()));
    let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    let lines = text[..start].trim_end_matches('\n').rsplit('\n').take(1).chain(text[start..].split('\n').take(2));
    if lines.map(str::len).max().unwrap_or(0) <= WIDTH {
        return None;
    }
    const AROUND: usize = 40;
    let line_end = byte + text[byte..].find('\n').unwrap_or(text.len() - byte);
    let from = text.floor_char_boundary(byte.saturating_sub(AROUND)).max(start);
    let to = text.floor_char_boundary((byte + AROUND).min(line_end));
    Some(format!("... {} ...", &text[from..to]))
}
