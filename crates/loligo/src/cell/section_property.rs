//! Lengths, diameters, resistivities and capacitances that are set by name, as parameters are.

use loligo_cable::Shape;

use crate::cell::Cell;
use crate::cell::own_values::ParameterRef;
use crate::cell::region::Region;
use crate::cell::section::Section;

/// A property of some sections of a cell.
#[derive(Clone, Debug)]
pub struct SectionProperty {
    sections: Vec<usize>,
    property: Property,
}

#[derive(Clone, Copy, Debug)]
enum Property {
    Length,
    Diameter,
    AxialResistance,
    Capacitance,
}

impl SectionProperty {
    /// Sets it, in the property's unit, in the sections of a cell with the same sections as the one in which it was
    /// found.
    pub(crate) fn set(&self, all: &mut [Section], value: f64) {
        for &section in &self.sections {
            let section = &mut all[section];
            match (self.property, &mut section.shape) {
                (Property::AxialResistance, _) => section.axial_resistance = value,
                (Property::Capacitance, _) => section.membrane_capacitance = value,
                (Property::Length, Shape::Cylinder { length, .. }) => *length = value,
                (Property::Diameter, Shape::Cylinder { diameters, .. }) => *diameters = vec![value],
                (Property::Length | Property::Diameter, Shape::Points(_)) => {}
            }
        }
    }
}

impl Cell {
    /// The sections and the property of `region.L`, `region.diam`, `region.Ra` or `region.cm`, if it is one of these.
    pub fn section_property(&self, parameter: &ParameterRef) -> Option<SectionProperty> {
        let ParameterRef::Named(name) = parameter else { return None };
        let (region, property) = name.rsplit_once('.').filter(|(place, _)| self.point(place).is_none())?;
        let property = match property {
            "Ra" => Property::AxialResistance,
            "cm" => Property::Capacitance,
            "L" => Property::Length,
            "diam" => Property::Diameter,
            _ => return None,
        };
        let sections = Region::named(region, self).and_then(|region| self.sections_of(&region));
        let sections = sections.filter(|sections| !sections.is_empty())?;
        let is_cylinder = |&section: &usize| matches!(self.sections[section].shape, Shape::Cylinder { .. });
        let is_of_all = matches!(property, Property::AxialResistance | Property::Capacitance);
        (is_of_all || sections.iter().all(is_cylinder)).then_some(SectionProperty { sections, property })
    }

    /// Sets `region.L`, `region.diam`, `region.Ra` or `region.cm`; false if it is none of these.
    pub(super) fn set_section_property(&mut self, parameter: &ParameterRef, value: f64) -> bool {
        let property = self.section_property(parameter);
        let found = property.is_some();
        if let Some(property) = property {
            property.set(&mut self.sections, value);
        }
        found
    }
}
