//! The key `include`: parts of a model in files of their own.
//!
//! The texts of all files form one range of bytes, each file beginning where the one before it ends, so that a span
//! belongs to exactly one file. The tables of included files are merged into the one that includes them before anything
//! is interpreted.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model_file::error::{IncludedFile, ModelFileError, Problem};
use crate::model_file::table::{Errors, Span, Table, invisible_characters};
use crate::model_file::text::{read_text, toml_problems};

/// The largest number of files that are included, each as often as it is.
const MOST_INCLUDES: usize = 10_000;

const KEY: &str = "include";

/// The place of an `include`, which decides about the keys of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Above all tables: the file has tables of a model.
    Model,
    /// In a `[[cell]]`: the file has keys of this cell, and `mechanisms`, `globals` and `function_tables` of the model.
    Cell,
}

/// Keys of a model whose lists are joined.
const LISTS_OF_MODELS: [&str; 12] = [
    "mechanisms",
    "cell",
    "artificial_cell",
    "stimulus",
    "gap_junction",
    "transfer",
    "pointer",
    "intervention",
    "connection",
    "detector",
    "waveform",
    "record",
];

/// Keys of a cell whose lists are joined.
const LISTS_OF_CELLS: [&str; 4] = ["section", "cable", "paint", "point"];

/// Keys whose tables are joined, key by key.
const TABLES: [&str; 3] = ["globals", "function_tables", "lists"];

/// Keys of a file for a cell that belong to the model.
const OF_THE_MODEL: [&str; 3] = ["mechanisms", "globals", "function_tables"];

/// The files that a model includes.
#[derive(Debug, Default)]
pub(super) struct Includes {
    pub(super) files: Vec<IncludedFile>,
    /// The number of each file, by its canonical path.
    numbers: HashMap<PathBuf, usize>,
    /// The files that are included by the key at a byte, in order.
    targets: HashMap<usize, Vec<usize>>,
    uses: usize,
    pub(super) errors: Errors,
}

/// `true` if the document may include files.
pub(super) fn has_includes(document: &DeTable<'_>) -> bool {
    let cells = document.get("cell").and_then(|cells| cells.get_ref().as_array());
    let cells = cells.into_iter().flat_map(|cells| cells.iter());
    document.contains_key(KEY) || cells.filter_map(|cell| cell.get_ref().as_table()).any(|cell| cell.contains_key(KEY))
}

impl Includes {
    /// Reads all files that a model includes, directly or through others; `length` is that of its text.
    pub(super) fn read(path: &Path, length: usize, document: &DeTable<'_>) -> Self {
        let mut includes = Self::default();
        let chain = vec![(path.to_owned(), canonical(path))];
        includes.gather(document, Level::Model, &chain, 0, length + 1);
        includes
    }

    /// Reads the files that a document includes; `start` is that of its own file, `next` the end of all files so far.
    /// Returns the new end.
    fn gather(
        &mut self,
        document: &DeTable<'_>,
        level: Level,
        chain: &[(PathBuf, PathBuf)],
        start: usize,
        next: usize,
    ) -> usize {
        let mut next = self.gather_table(document, level, chain, start, next);
        let cells = document.get("cell").and_then(|cells| cells.get_ref().as_array()).filter(|_| level == Level::Model);
        for cell in cells.into_iter().flat_map(|cells| cells.iter()).filter_map(|cell| cell.get_ref().as_table()) {
            next = self.gather_table(cell, Level::Cell, chain, start, next);
        }
        next
    }

    fn gather_table(
        &mut self,
        entries: &DeTable<'_>,
        level: Level,
        chain: &[(PathBuf, PathBuf)],
        start: usize,
        mut next: usize,
    ) -> usize {
        const MEANING: &str = "path of a file whose keys are used here, or a list of paths";
        let table = Table::new(entries, "the file", start..start);
        let Some(place) = table.get(KEY) else { return next };
        let mut errors = Errors::default();
        let texts = table.texts(KEY, MEANING, &mut errors).unwrap_or_default();
        self.errors.0.extend(errors.0.into_iter().map(|error| moved(error, start)));
        let mut targets = Vec::new();
        for text in texts {
            let span = text.span.start + start..text.span.end + start;
            self.uses += 1;
            if self.uses > MOST_INCLUDES {
                let count = format!("more than {MOST_INCLUDES}");
                let limit = MOST_INCLUDES as u64;
                self.errors.push(span, Problem::TooMany { what: "included files", count, limit });
                return next;
            }
            // The chain is never empty: it begins with the model.
            let folder = chain.last().and_then(|(path, _)| path.parent()).unwrap_or(Path::new(""));
            let path = folder.join(text.value);
            let canonical = canonical(&path);
            if let Some(first) = chain.iter().position(|(_, known)| *known == canonical) {
                let circle = chain[first..].iter().map(|(path, _)| path.display().to_string());
                let circle: Vec<String> = circle.chain([path.display().to_string()]).collect();
                let text =
                    format!("the files include each other in a circle: {}; remove one include", circle.join(" -> "));
                self.errors.push(span, Problem::Conflict(text));
                continue;
            }
            let (number, is_new) = match self.numbers.get(&canonical) {
                Some(&number) => (number, false),
                None => match read_text(&path) {
                    Ok(text) => {
                        let number = self.files.len();
                        let end = next + text.len() + 1;
                        self.files.push(IncludedFile { path: path.clone(), text, start: next });
                        self.numbers.insert(canonical.clone(), number);
                        next = end;
                        (number, true)
                    }
                    Err(error) => {
                        let text = format!(
                            "cannot include \"{}\": {error}; paths are relative to the file that names them",
                            text.value
                        );
                        self.errors.push(span, Problem::Conflict(text));
                        continue;
                    }
                },
            };
            targets.push(number);
            let mut chain = chain.to_vec();
            chain.push((path, canonical));
            next = self.gather_file(number, is_new, level, &chain, next);
        }
        self.targets.insert(place.span.start + start, targets);
        next
    }

    /// Reads the files that an included file includes, and reports errors of its syntax.
    fn gather_file(
        &mut self,
        number: usize,
        is_new: bool,
        level: Level,
        chain: &[(PathBuf, PathBuf)],
        next: usize,
    ) -> usize {
        // A copy, because further files are added below.
        let IncludedFile { text, start, .. } = self.files[number].clone();
        let (document, syntax_errors) = DeTable::parse_recoverable(&text);
        if !syntax_errors.is_empty() {
            if is_new {
                let errors = toml_problems(&text, &syntax_errors);
                self.errors.0.extend(errors.into_iter().map(|error| moved(error, start)));
            }
            return next;
        }
        if is_new {
            let mut errors = Errors::default();
            invisible_characters(document.get_ref(), &mut errors);
            self.errors.0.extend(errors.0.into_iter().map(|error| moved(error, start)));
        }
        self.gather(document.get_ref(), level, chain, start, next)
    }

    /// The document of a model with all that it includes; `own` is its own.
    pub(super) fn merge<'a>(&'a self, own: DeTable<'a>, errors: &mut Errors) -> DeTable<'a> {
        let mut model = self.with_included(own, Level::Model, errors);
        let mut hoisted = Vec::new();
        if let Some(DeValue::Array(cells)) = model.get_mut("cell").map(|cells| cells.get_mut()) {
            for cell in cells.iter_mut() {
                let DeValue::Table(cell) = cell.get_mut() else { continue };
                if !cell.contains_key(KEY) {
                    continue;
                }
                let own = std::mem::take(cell);
                *cell = self.with_included(own, Level::Cell, errors);
                for key in OF_THE_MODEL {
                    hoisted.extend(cell.remove(key).map(|value| (key, value)));
                }
            }
        }
        for (key, value) in hoisted {
            let mut base = DeTable::new();
            base.insert(Spanned::new(value.span(), key.into()), value);
            model = over(base, model, &LISTS_OF_MODELS);
        }
        model
    }

    /// A table over those of the files that it includes.
    fn with_included<'a>(&'a self, mut own: DeTable<'a>, level: Level, errors: &mut Errors) -> DeTable<'a> {
        let Some(place) = own.remove(KEY) else { return own };
        let lists: &[&str] = if level == Level::Model { &LISTS_OF_MODELS } else { &LISTS_OF_CELLS };
        let lists: Vec<&str> = lists.iter().copied().chain(["mechanisms"]).collect();
        let mut base = DeTable::new();
        for &number in self.targets.get(&place.span().start).into_iter().flatten() {
            let IncludedFile { text, start, .. } = &self.files[number];
            let (document, _) = DeTable::parse_recoverable(text);
            let document = at(document.into_inner(), *start);
            if level == Level::Model {
                for key in ["run", "output"] {
                    if let Some(value) = document.get(key) {
                        let text = format!("[{key}] belongs to the model itself; write it there");
                        errors.push(value.span(), Problem::Conflict(text));
                    }
                }
            }
            base = over(base, self.with_included(document, level, errors), &lists);
        }
        over(base, own, &lists)
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn moved(ModelFileError { problem, span }: ModelFileError, start: usize) -> ModelFileError {
    ModelFileError { problem, span: span.start + start..span.end + start }
}

/// Puts a table over another: its keys replace those of the other, except lists and tables that are joined.
fn over<'a>(mut base: DeTable<'a>, own: DeTable<'a>, lists: &[&str]) -> DeTable<'a> {
    for (key, value) in own {
        let name: &str = key.get_ref();
        let is_list = lists.contains(&name);
        let is_table = TABLES.contains(&name);
        let joined = match (base.remove(name), value) {
            (Some(below), value) if is_list => join(below, value),
            (Some(below), value) if is_table => {
                let span = value.span();
                match (below.into_inner(), value.into_inner()) {
                    (DeValue::Table(below), DeValue::Table(own)) => {
                        Spanned::new(span, DeValue::Table(over(below, own, &[])))
                    }
                    (_, own) => Spanned::new(span, own),
                }
            }
            (_, value) => value,
        };
        base.insert(key, joined);
    }
    base
}

/// A list after another; single values are lists of one.
fn join<'a>(below: Spanned<DeValue<'a>>, own: Spanned<DeValue<'a>>) -> Spanned<DeValue<'a>> {
    let span = own.span();
    let mut list = toml::de::DeArray::new();
    for part in [below, own] {
        let span = part.span();
        match part.into_inner() {
            DeValue::Array(items) => items.into_iter().for_each(|item| list.push(item)),
            single => list.push(Spanned::new(span, single)),
        }
    }
    Spanned::new(span, DeValue::Array(list))
}

/// The table with all spans moved by `start`.
fn at(table: DeTable<'_>, start: usize) -> DeTable<'_> {
    let shift = |span: Span| span.start + start..span.end + start;
    let entries = table.into_iter().map(|(key, value)| {
        let (key_span, value_span) = (shift(key.span()), shift(value.span()));
        (Spanned::new(key_span, key.into_inner()), Spanned::new(value_span, value_at(value.into_inner(), start)))
    });
    entries.collect()
}

fn value_at(value: DeValue<'_>, start: usize) -> DeValue<'_> {
    match value {
        DeValue::Table(table) => DeValue::Table(at(table, start)),
        DeValue::Array(list) => {
            let mut moved = toml::de::DeArray::new();
            for item in list {
                let span = item.span();
                let span = span.start + start..span.end + start;
                moved.push(Spanned::new(span, value_at(item.into_inner(), start)));
            }
            DeValue::Array(moved)
        }
        other => other,
    }
}
