//! A page of documentation of a mechanism, made of its file.

use std::fmt::Write;

use loligo_mechanism_library::LibraryName;

use crate::curves::Curves;
use crate::model::{Kind, Model, Role, RoutineKind, Storage, Variable};
use crate::reading::Reading;
use crate::source::{Sources, Span};

/// A page of documentation in Markdown: the file's title and first COMMENT block, its ions and currents, and tables of its
/// parameters, of its variables that can be recorded, and of its functions. Their meanings are the comments behind the
/// declarations. `None` if the file has errors.
///
/// ```
/// use std::path::Path;
/// use loligo_nmodl::{Reading, page};
/// let text = "TITLE leak
/// COMMENT
/// Passive membrane.
/// ENDCOMMENT
/// NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
/// PARAMETER {
///   g = .001 (S/cm2) : conductance
///   e = -70 (mV) : reversal potential
/// }
/// ASSIGNED { i (mA/cm2) v (mV) }
/// BREAKPOINT { i = g * (v - e) }";
/// let page = page(&Reading::of_text(Path::new("leak.mod"), text.into())?).unwrap();
/// assert!(page.starts_with("# leak: leak\n\nPassive membrane.\n"));
/// assert!(page.contains("| `e` | -70 | mV | reversal potential |\n"));
/// # Ok::<(), loligo_nmodl::SourceError>(())
/// ```
pub fn page(reading: &Reading) -> Option<String> {
    let (model, sources) = (reading.model.as_ref()?, &reading.sources);
    let title = model.title.trim();
    let mut page =
        if title.is_empty() { format!("# {}\n", model.name) } else { format!("# {}: {title}\n", model.name) };
    for paragraph in
        [first_comment(sources), Some(use_of(model)), ions(model), curves(model, sources)].into_iter().flatten()
    {
        // Writing to a text cannot fail.
        let _ = write!(page, "\n{paragraph}\n");
    }
    let shown = |variable: &&Variable| variable.is_public && !matches!(variable.role, Role::Builtin(_));
    let (parameters, others): (Vec<_>, Vec<_>) =
        model.variables.iter().filter(shown).partition(|variable| variable.role == Role::Parameter);
    let start_values: Vec<_> = model.variables.iter().filter_map(|variable| variable.start).collect();
    let is_start = |variable: &Variable| start_values.iter().any(|id| std::ptr::eq(model.variable(*id), variable));
    let rows = parameters.into_iter().filter(|variable| !is_start(variable)).map(|variable| {
        let shared = if variable.storage == Storage::Instance { "" } else { "; one value for all, in `[globals]`" };
        let meaning = format!("{}{shared}", comment(sources, variable.span));
        [name(variable), variable.default.to_string(), unit(variable), meaning.trim_start_matches("; ").to_owned()]
    });
    table(&mut page, ["parameter", "default", "unit", ""], rows);
    let rows = others.into_iter().map(|variable| {
        let role = if variable.role == Role::State { "state" } else { "" };
        [name(variable), role.to_owned(), unit(variable), comment(sources, variable.span)]
    });
    table(&mut page, ["variable", "", "unit", ""], rows);
    let rows = model.routines.iter().filter_map(|routine| {
        let kind = match routine.kind {
            RoutineKind::Function => "function",
            RoutineKind::Procedure => "procedure",
            RoutineKind::FunctionTable => "function table, from the model",
            _ => return None,
        };
        let arguments: Vec<_> = routine.locals.iter().take(routine.arguments).map(|local| &*local.name).collect();
        let call = format!("`{}({})`", routine.name, arguments.join(", "));
        Some([call, kind.to_owned(), comment_above(sources, routine.span)])
    });
    table(&mut page, ["routine", "", ""], rows);
    Some(page)
}

fn name(variable: &Variable) -> String {
    let length = variable.length.map_or_else(String::new, |length| format!("[{length}]"));
    format!("`{}{length}`", variable.name)
}

fn unit(variable: &Variable) -> String {
    variable.unit.as_deref().unwrap_or("").to_owned()
}

fn use_of(model: &Model) -> String {
    match model.kind {
        Kind::Density => format!("On membrane: `{{ region = \"all\", mechanism = \"{}\" }}` in `paint`.", model.name),
        Kind::Point => format!("Point process: `mechanism = \"{}\"` in `[[cell.point]]`.", model.name),
        Kind::Artificial => format!("Artificial cell: `mechanism = \"{}\"` in `[[artificial_cell]]`.", model.name),
        Kind::Nothing => "Functions alone, without a mechanism.".to_owned(),
    }
}

/// The command that draws the mechanism's curves, if it has some; for one of Loligo's own also the picture, which is
/// beside the page.
fn curves(model: &Model, sources: &Sources) -> Option<String> {
    let summary = Curves::of(model)?.summary();
    let (path, _, _) = sources.file(0);
    let command = format!("`loligo nmodl curves {}` draws its {summary}", path.display());
    Some(match LibraryName::of(path) {
        Some(_) => format!("{command}:\n\n![{summary}]({}.svg)", model.name),
        None => format!("{command}."),
    })
}

/// The ions and currents in a sentence.
fn ions(model: &Model) -> Option<String> {
    let names = |list: &[(_, crate::model::VariableId)]| {
        list.iter().map(|(_, id)| format!("`{}`", model.variable(*id).name)).collect::<Vec<_>>()
    };
    let reads: Vec<_> = model.ions.iter().flat_map(|ion| names(&ion.reads)).collect();
    let mut writes: Vec<_> = model.ions.iter().flat_map(|ion| names(&ion.writes)).collect();
    let own = model.currents.iter().filter(|current| current.ion.is_none());
    writes.extend(own.map(|current| format!("`{}`", model.variable(current.variable).name)));
    match (reads.is_empty(), writes.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("It reads {}.", reads.join(", "))),
        (true, false) => Some(format!("It computes {}.", writes.join(", "))),
        (false, false) => Some(format!("It reads {} and computes {}.", reads.join(", "), writes.join(", "))),
    }
}

/// Adds a table, if it has rows. A column without head and entries is left out.
fn table<const N: usize>(page: &mut String, heads: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let kept: Vec<_> = (0..N).filter(|&k| !heads[k].is_empty() || rows.iter().any(|row| !row[k].is_empty())).collect();
    page.push('\n');
    let mut line = |cells: Vec<&str>| {
        page.push('|');
        for cell in cells {
            page.push(' ');
            page.push_str(&cell.replace('|', "\\|"));
            page.push_str(if cell.is_empty() { "|" } else { " |" });
        }
        page.push('\n');
    };
    line(kept.iter().map(|&k| heads[k]).collect());
    line(kept.iter().map(|_| "---").collect());
    for row in &rows {
        line(kept.iter().map(|&k| row[k].as_str()).collect());
    }
}

/// The text of the file's first COMMENT block, if it has one.
fn first_comment(sources: &Sources) -> Option<String> {
    let (_, text, _) = sources.file(0);
    let is = |line: &str, word: &str| line.trim() == word;
    let block = text.lines().skip_while(|line| !is(line, "COMMENT")).skip(1);
    let block: Vec<_> = block.take_while(|line| !is(line, "ENDCOMMENT")).map(str::trim_end).collect();
    let block = block.join("\n");
    Some(block.trim().to_owned()).filter(|block| !block.is_empty())
}

/// The comment behind a place, in the same line.
fn comment(sources: &Sources, span: Span) -> String {
    let Some(place) = sources.locate(span) else { return String::new() };
    let behind: String = place.text.chars().skip(place.column - 1).collect();
    behind.find([':', '?']).map_or_else(String::new, |at| behind[at + 1..].trim().to_owned())
}

/// The comment in the line above a place.
fn comment_above(sources: &Sources, span: Span) -> String {
    let Some(place) = sources.locate(span) else { return String::new() };
    let (_, text, _) = sources.file(0);
    let above = place.line.checked_sub(2).and_then(|line| text.lines().nth(line)).unwrap_or("").trim();
    above.strip_prefix(':').map_or_else(String::new, |comment| comment.trim().to_owned())
}
