//! Errors and warnings of a model file, with the lines that they are about.

use std::io::IsTerminal;

use loligo::configuration::ConfigurationErrors;
use loligo::model_file::{Model, ModelFileErrors};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};

use crate::terminal::complain;

/// Prints every error with its line.
pub fn model_errors(errors: &ModelFileErrors) {
    let source = errors.path.display().to_string();
    for error in &errors.errors {
        print(&source, &errors.text, error.span.clone(), error.problem.to_string(), Severity::Error);
    }
    count(errors.errors.len(), &source);
}

/// Prints every error with its option and line.
pub fn configuration_errors(errors: &ConfigurationErrors) {
    let source = errors.path.display().to_string();
    for error in &errors.errors {
        let colon = if error.option.is_empty() { "" } else { ": " };
        let message = format!("{}{colon}{}", error.option, error.problem);
        print(&source, &errors.text, error.span.clone(), message, Severity::Error);
    }
    count(errors.errors.len(), &source);
}

fn count(count: usize, source: &str) {
    let (noun, verb) = if count == 1 { ("error", "is") } else { ("errors", "are") };
    complain!("There {verb} {count} {noun} in {source}.");
}

/// Prints every warning with its line.
pub fn model_warnings(model: &Model, path: &std::path::Path) {
    let source = path.display().to_string();
    for warning in &model.warnings {
        print(&source, &model.text, warning.span.clone(), warning.text.clone(), Severity::Warning);
    }
}

fn print(source: &str, text: &str, span: std::ops::Range<usize>, message: String, severity: Severity) {
    // What is said of a whole table points to its first line.
    let start = span.start.min(text.len());
    let rest = &text.as_bytes()[start..span.end.clamp(start, text.len())];
    let length = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len());
    let label = LabeledSpan::new_with_span(None, (start, length));
    let diagnostic = MietteDiagnostic::new(message).with_severity(severity).with_label(label);
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(source, text.to_owned()));
    let theme =
        if std::io::stderr().is_terminal() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_context_lines(1).with_width(4096);
    let mut rendered = String::new();
    if handler.render_report(&mut rendered, report.as_ref()).is_err() {
        rendered = report.to_string(); // without the line, rather than not at all
    }
    complain!("{rendered}");
}
