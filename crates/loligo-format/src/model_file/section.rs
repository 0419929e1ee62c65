//! `[[cell.section]]`, morphologies and lists: the sections of a cell.

use std::collections::HashSet;
use std::path::Path;

use loligo::morphology::{Attachment, End, Morphology, MorphologyError, Point3d, SectionKind};
use loligo::{CableError, Cell, LEAST_LENGTH, Section, Shape, arc_lengths, names};
use loligo_io::{InputError, plain};
use toml::de::DeValue;

use crate::model_file::cable_properties::CableProperties;
use crate::model_file::cell::Template;
use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Errors, Span, Table, describe, number};

/// Number of sections of one morphology whose errors are reported one by one.
const MOST_SECTIONS_NAMED: usize = 10;

/// Reads `points = [[x, y, z, diam], ...]`.
fn points(table: &Table<'_>, errors: &mut Errors) -> Option<Vec<Point3d>> {
    const EXPECTED: &str = "a list of 3-D points [x, y, z, diam], um";
    let wrong = |value: &DeValue<'_>| Problem::WrongType {
        key: "points".to_owned(),
        expected: EXPECTED.to_owned(),
        found: describe(value),
    };
    let At { value, span } = table.get("points")?;
    let DeValue::Array(list) = value else {
        errors.push(span, wrong(value));
        return None;
    };
    let mut points = Vec::with_capacity(list.len());
    for item in list.iter() {
        let numbers = item.get_ref().as_array().map(|four| four.iter().map(|n| number(n.get_ref())).collect());
        let numbers: Option<Vec<f64>> = numbers.and_then(|numbers: Vec<Option<f64>>| numbers.into_iter().collect());
        let count = item.get_ref().as_array().map(|numbers| numbers.len()).filter(|count| *count != 4);
        let Some(Ok([x, y, z, diameter])) = numbers.map(<[f64; 4]>::try_from) else {
            let mut problem = wrong(item.get_ref());
            if let (Problem::WrongType { found, .. }, Some(count)) = (&mut problem, count) {
                *found = format!("a point of {count} numbers");
            }
            errors.push(item.span(), problem);
            return None;
        };
        if diameter <= 0.0 {
            errors.range(
                item.span(),
                "points",
                diameter,
                "the fourth number is the diameter; give one greater than 0 um",
            );
            return None;
        }
        points.push(Point3d { x: x as f32, y: y as f32, z: z as f32, diameter: diameter as f32 });
    }
    Some(points)
}

impl Decoder {
    pub(super) fn morphology(&mut self, path: &At<&str>, template: &mut Template) {
        let mut full =
            self.configured.morphology_folder.as_deref().unwrap_or_else(|| self.folder_of(&path.span)).join(path.value);
        if let Some(extension) = self.configured.morphology_extension {
            full.set_extension(extension);
        }
        self.subjects.morphologies += 1;
        self.subjects.relative_morphologies += usize::from(Path::new(path.value).is_relative());
        let refuse = |reason: String| Problem::Morphology(reason);
        match Morphology::read(&full) {
            Ok(imported) => {
                for warning in imported.warnings {
                    self.warn(path.span.clone(), format!("{}: {warning}", path.value));
                }
                template.cell.sections = Cell::of_morphology("", &imported.morphology).sections;
                template.section_spans = vec![path.span.clone(); template.cell.sections.len()];
                self.files.push(full);
            }
            Err(error) => {
                let found = !matches!(&error, MorphologyError::InFile { source, .. }
                    if matches!(**source, MorphologyError::Unreadable(InputError::System { .. })));
                let hint = if found { "" } else { "; paths are relative to the file that names them" };
                self.errors.push(path.span.clone(), refuse(format!("{error}{hint}")));
            }
        }
    }

    pub(super) fn sections(&mut self, table: &Table<'_>, defaults: &CableProperties, template: &mut Template) {
        let entries = table.tables("section", "[[cell.section]]", &mut self.errors);
        let mut names: HashSet<String> = template.cell.sections.iter().map(|section| section.name.clone()).collect();
        let first = template.cell.sections.len();
        for entry in &entries {
            let section = self.section(entry, defaults);
            self.warn_of_coinciding_points(entry, &section);
            template.opaque |= section.name.is_empty();
            let name = entry.get("name").filter(|name| matches!(name.value, DeValue::String(_)));
            if !name.is_some_and(|At { span, .. }| {
                self.errors.check_name(&span, "name", &section.name, names::RESERVED_IN_PARTS)
            }) {
                // The error has been reported.
            } else if !names.insert(section.name.clone()) {
                let span = entry.get("name").map_or_else(|| entry.span(), |name| name.span);
                self.errors.push(span, Problem::Duplicate { what: "sections", name: section.name.clone() });
            }
            template.cell.sections.push(section);
            template.section_spans.push(entry.span());
        }
        let mut attachments = Vec::with_capacity(entries.len());
        for (k, entry) in entries.iter().enumerate() {
            let attachment = self.attachment(entry, &template.cell);
            if attachment.is_none() && first + k > 0 && !entry.has("parent") {
                let section = &template.cell.sections[first + k].name;
                let text = format!("section \"{section}\" has no parent: it is not connected to the rest of the cell");
                self.warn(entry.span(), text);
            }
            attachments.push(attachment);
        }
        for (section, attachment) in template.cell.sections[first..].iter_mut().zip(attachments) {
            section.parent = attachment;
        }
    }

    fn warn_of_coinciding_points(&mut self, entry: &Table<'_>, section: &Section) {
        let Shape::Points(points) = &section.shape else { return };
        if points.len() > 1 && arc_lengths(points).last().is_some_and(|&length| length < LEAST_LENGTH) {
            let text = format!(
                "the points of section \"{}\" are at one place: it is 1e-9 um long, as in NEURON, and rounding then changes \
                 the cell's voltages by millivolts; give two different points, or L and diam",
                section.name
            );
            self.warn(entry.span(), text);
        }
    }

    fn section(&mut self, table: &Table<'_>, defaults: &CableProperties) -> Section {
        const KEYS: [&str; 13] = [
            "name",
            "kind",
            "L",
            "diam",
            "points",
            "parent",
            "parent_x",
            "child_end",
            "Ra",
            "cm",
            "nseg",
            "max_segment_length",
            "d_lambda",
        ];
        let errors = &mut self.errors;
        table.only(&KEYS, errors);
        table.need("name", "the section's name", errors);
        let name = table.text("name", "the section's name", errors).map_or("", |name| name.value);
        // The error has been reported; a placeholder allows reading the rest.
        let mut section = match self.shape(table) {
            Some(Shape::Points(points)) => Section::points(name, points),
            Some(shape) => Section { shape, ..Section::cylinder(name, 1.0, 1.0) },
            None => Section::cylinder(name, 1.0, 1.0),
        };
        if let Some(kind) = table.get("kind").and_then(|value| self.kind(&value)) {
            section.kind = kind;
        }
        defaults.apply(&mut section);
        CableProperties::read(table, &mut self.errors).apply(&mut section);
        section
    }

    fn shape(&mut self, table: &Table<'_>) -> Option<Shape> {
        let errors = &mut self.errors;
        if table.has("points") {
            for key in ["L", "diam"] {
                if let Some(value) = table.get(key) {
                    let text = format!("\"points\" and \"{key}\" exclude each other; give points, or L and diam");
                    errors.push(value.span, Problem::Conflict(text));
                }
            }
            return points(table, errors).map(Shape::Points);
        }
        table.need("L", "length, um (or give \"points\")", errors);
        table.need("diam", "diameter, um (or give \"points\")", errors);
        let length = table.positive("L", "length, um", "um", errors);
        let diameters = match table.get("diam") {
            Some(At { value: DeValue::Array(_), span }) => {
                let list = table.numbers("diam", "one diameter a segment, um", "um", errors)?.value;
                if let Some(wrong) = list.iter().find(|&&diameter| diameter <= 0.0) {
                    errors.range(span, "diam", wrong, "give diameters greater than 0 um");
                    return None;
                }
                list
            }
            _ => vec![table.positive("diam", "diameter, um", "um", errors)?.value],
        };
        Some(Shape::Cylinder { length: length?.value, diameters })
    }

    fn kind(&mut self, value: &At<&DeValue<'_>>) -> Option<SectionKind> {
        const EXPECTED: &str =
            "\"soma\", \"axon\", \"dendrite\", \"apical\" or a whole number (a type of the SWC format)";
        let found = match value.value {
            DeValue::String(name) => SectionKind::named(name),
            DeValue::Integer(code) => i32::from_str_radix(code.as_str(), code.radix()).ok().map(SectionKind::from_code),
            _ => None,
        };
        if found.is_none() {
            let (key, expected) = ("kind".to_owned(), EXPECTED.to_owned());
            let problem = Problem::WrongType { key, expected, found: describe(value.value) };
            self.errors.push(value.span.clone(), problem);
        }
        found
    }

    fn attachment(&mut self, table: &Table<'_>, cell: &Cell) -> Option<Attachment> {
        let parent = table.text("parent", "name of the section it is attached to", &mut self.errors);
        let parent_x = self.position(table, "parent_x", 1.0);
        let child_end = table.whole("child_end", "the end that touches the parent", 0..=1, &mut self.errors);
        for key in ["parent_x", "child_end"] {
            if let Some(value) = table.get(key).filter(|_| !table.has("parent")) {
                let text = format!("\"{key}\" needs a \"parent\"; name the section that this one is attached to");
                self.errors.push(value.span, Problem::Conflict(text));
            }
        }
        let parent = parent?;
        let Some(index) = cell.section(parent.value) else {
            self.unknown_section(&parent, cell);
            return None;
        };
        let child_end = if child_end.is_some_and(|end| end.value == 1) { End::One } else { End::Zero };
        Some(Attachment { parent: index, parent_x, child_end })
    }

    pub(super) fn unknown_section(&mut self, name: &At<&str>, cell: &Cell) {
        let suggestion =
            self.suggestions.closest(name.value, cell.sections.iter().map(|section| section.name.as_str()));
        let place = format!(" in cell \"{}\"", cell.name);
        let problem = Problem::Unknown { what: "section", name: name.value.to_owned(), place, suggestion };
        self.errors.push(name.span.clone(), problem);
    }

    /// A position on a section, 0 to 1.
    pub(crate) fn position(&mut self, table: &Table<'_>, key: &str, default: f64) -> f64 {
        let meaning = "a place on the section, 0 to 1";
        let Some(x) = table.number(key, meaning, "", &mut self.errors) else { return default };
        if !(0.0..=1.0).contains(&x.value) {
            self.errors.range(x.span, key, plain(x.value), format!("give {meaning}"));
            return default;
        }
        x.value
    }

    pub(super) fn lists(&mut self, table: &Table<'_>, cell: &mut Cell) {
        let Some(lists) = table.table("lists", "[cell.lists]", &mut self.errors) else { return };
        for (key, _) in lists.entries() {
            let Some(names) = lists.texts(key.value, "names of sections", &mut self.errors) else { continue };
            for name in names.iter().filter(|name| cell.section(name.value).is_none()) {
                self.unknown_section(name, cell);
            }
            self.errors.check_name(&key.span, "lists", key.value, names::RESERVED_IN_COLUMNS);
            if key.value == "all" {
                let text = "\"all\" means every section; give the list another name".to_owned();
                self.errors.push(key.span, Problem::Conflict(text));
                continue;
            }
            let known = names.iter().map(|name| name.value).filter(|name| cell.section(name).is_some());
            let known: Vec<_> = known.map(str::to_owned).collect();
            cell.define_list(key.value, known);
        }
    }

    /// Reports sections with invalid geometry; returns the number of segments of one cell.
    pub(super) fn check_geometry(&mut self, template: &mut Template, entry: &Span) -> u64 {
        let mut sound = true;
        let mut segments = 0u64;
        // Sections of one morphology with errors.
        let mut found: Vec<(Span, usize)> = Vec::new();
        for (section, span) in template.cell.sections.iter_mut().zip(&template.section_spans) {
            segments = segments.saturating_add(section.segments() as u64);
            if let Err(error) = section.check_geometry() {
                match found.last_mut() {
                    Some((last, count)) if last == span => *count += 1,
                    _ => found.push((span.clone(), 1)),
                }
                if found.last().is_some_and(|(_, count)| *count <= MOST_SECTIONS_NAMED) {
                    let problem = Problem::Model(section.geometry_error(&template.cell.name, error));
                    self.errors.push(span.clone(), problem);
                }
                let name = std::mem::take(&mut section.name);
                *section = Section { parent: section.parent, ..Section::cylinder(name, 1.0, 1.0) };
                sound = false;
            }
        }
        for (span, count) in found.into_iter().filter(|(_, count)| *count > MOST_SECTIONS_NAMED) {
            let more = count - MOST_SECTIONS_NAMED;
            let text = format!("{more} more sections of the morphology cannot be used; mend the diameters of the file");
            self.errors.push(span, Problem::Conflict(text));
        }
        if !sound {
            return 0;
        }
        if let Err(error) = template.cell.cable() {
            let index = match error {
                CableError::Loop { section } | CableError::Parent { section, .. } => section,
                CableError::ParentPosition { section, .. } => section,
                _ => 0,
            };
            let span = template.section_spans.get(index).unwrap_or(entry).clone();
            if let Some(section) = template.cell.sections.get(index) {
                self.errors.push(span, Problem::Model(section.geometry_error(&template.cell.name, error)));
            }
            for section in &mut template.cell.sections {
                section.parent = None;
            }
        }
        segments
    }
}
