//! Lowers cells: checks each description once, and builds trees of nodes.

use std::collections::{HashMap, HashSet};

use loligo_cable::{Cable, CableError};
use loligo_io::check_name;

use crate::cell::Cell;
use crate::error::ModelError;
use crate::lowering::Lowering;
use crate::lowering::model_part::ModelPart;
use crate::lowering::template::{Template, key_of};
use crate::names;

impl<'a> Lowering<'a> {
    pub(super) fn cell(&mut self, index: usize, cell: &Cell) {
        self.errors.part = ModelPart::Cell(index);
        self.errors.name("cell", &cell.name, names::check_member(&cell.name));
        let key = key_of(cell);
        let mut template = self.templates.remove(&key).unwrap_or_else(|| self.template(index, cell));
        self.cell_like(index, cell, &mut template);
        self.templates.insert(key, template);
    }

    /// Lowers the description of a cell. A description with errors becomes a template to which references can still
    /// resolve.
    fn template(&mut self, index: usize, cell: &Cell) -> Template {
        let errors_before = self.errors.len();
        self.check_names(cell);
        let cable = match cell.cable() {
            Ok(cable) if cell.sections.is_empty() => {
                self.errors.push(ModelError::NoSections { cell: cell.name.clone() });
                cable
            }
            Ok(cable) => {
                self.membrane_errors(index, cell, &cable);
                cable
            }
            Err(error) => {
                self.geometry_errors(index, cell, error);
                Cable::build(&[]).unwrap_or_else(|_| unreachable!("no sections, no errors"))
            }
        };
        let mut instances = Vec::new();
        // A cell of invalid geometry has no nodes for mechanisms, but its mechanisms are still checked.
        let broken = self.errors.len() > errors_before;
        self.painted(index, cell, (!broken).then_some(&cable), &mut instances);
        self.placed(index, cell, (!broken).then_some(&cable), &mut instances);
        let (placed, points) = self.gather(instances, cell.points.len(), &cable);
        Template::new(cable, placed, points, self.errors.len() == errors_before)
    }

    fn check_names(&mut self, cell: &Cell) {
        let parts = cell.sections.iter().map(|section| ("section", &section.name));
        let parts = parts.chain(cell.points.iter().map(|point| ("point process", &point.name)));
        for (what, name) in parts {
            self.errors.name(what, name, check_name(name, names::RESERVED_IN_PARTS));
        }
        for name in cell.section_lists.keys() {
            self.errors.name("section list", name, check_name(name, names::RESERVED_IN_COLUMNS));
        }
        let mut check = |what: &'static str, names: &mut dyn Iterator<Item = &String>| {
            let mut seen = HashSet::new();
            let twice = names.filter(|name| !seen.insert(name.as_str())).cloned().collect::<Vec<_>>();
            self.errors.extend(twice.into_iter().map(|name| ModelError::DuplicateName {
                cell: cell.name.clone(),
                what,
                name,
            }));
        };
        check("sections", &mut cell.sections.iter().map(|section| &section.name));
        check("point processes", &mut cell.points.iter().map(|point| &point.name));
    }

    /// Reports sections without membrane, or with a membrane whose capacitance is too small.
    fn membrane_errors(&mut self, cell_index: usize, cell: &Cell, cable: &Cable) {
        for (index, (section, geometry)) in cell.sections.iter().zip(&cable.geometry).enumerate() {
            if let Err(error) = geometry.check_membrane(index, &section.shape, section.membrane_capacitance) {
                self.errors.part = ModelPart::Section { cell: cell_index, section: index };
                self.errors.push(section.geometry_error(&cell.name, error));
            }
        }
    }

    /// Reports the errors of every section, not only the first.
    fn geometry_errors(&mut self, cell_index: usize, cell: &Cell, first: CableError) {
        let mut errors = Vec::new();
        for (index, section) in cell.sections.iter().enumerate() {
            if let Err(error) = section.check_geometry() {
                errors.push((index, error));
            }
            if let Some(attachment) = &section.parent {
                if attachment.parent >= cell.sections.len() {
                    errors.push((index, CableError::Parent { section: index, parent: attachment.parent }));
                }
                if !(0.0..=1.0).contains(&attachment.parent_x) {
                    errors.push((index, CableError::ParentPosition { section: index, x: attachment.parent_x }));
                }
            }
        }
        if errors.is_empty() {
            errors.push((first.section(), first));
        }
        for (index, error) in errors {
            self.errors.part = ModelPart::Section { cell: cell_index, section: index };
            self.errors.push(cell.sections[index].geometry_error(&cell.name, error));
        }
    }

    pub(super) fn gids(&mut self) {
        if self.network.gids.is_empty() {
            return;
        }
        let cells = &self.network.cells;
        let mut cell_of = HashMap::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate() {
            let gid = self.network.gid(index);
            if let Some(first) = cell_of.insert(gid, index) {
                self.errors.part = ModelPart::Cell(index);
                let (first, second) = (cells[first].name.clone(), cell.name.clone());
                self.errors.push(ModelError::DuplicateGid { gid, first, second });
            }
        }
    }
}
