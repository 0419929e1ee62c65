//! Sets parameter values of a cell that replace those of its description.

use indexmap::IndexMap;

use crate::cell::Cell;
use crate::cell::own_values::ParameterRef;

impl Cell {
    /// Sets a parameter to another value than the description does; if it is set more than once, the last value
    /// applies.
    ///
    /// Other copies of the cell continue to share the description, also if they set values of their own. (`L`, `diam`,
    /// `Ra` and `cm` are the exception: a cell with its own values of these has its own sections.) [`ParameterRef`]
    /// describes the names of parameters; a name that the cell lacks is reported when the network is checked.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("soma alone");
    /// cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    /// cell.paint(Region::All, Hh::default());
    /// let mut weak = cell.clone();
    /// weak.set("soma.hh.gnabar", 0.08); // S/cm2
    /// assert!(weak.painted.is_shared_with(&cell.painted));
    /// ```
    pub fn set(&mut self, parameter: impl Into<ParameterRef>, value: f64) {
        let parameter = parameter.into();
        if self.set_section_property(&parameter, value) {
            self.own.push_property(parameter, value);
        } else {
            self.own.push(parameter, value);
        }
    }

    /// Its own values, in their units, by names as in [`ParameterRef`]: those [set](Self::set) one by one, and its row
    /// of an ensemble's table.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    /// cell.paint(Region::All, Pas::default());
    /// cell.set("soma.pas.g", 2e-4); // S/cm2
    /// cell.set("soma.L", 30.0); // um
    /// assert_eq!(cell.own_values(), [("soma.pas.g".to_owned(), 2e-4), ("soma.L".to_owned(), 30.0)]);
    /// ```
    pub fn own_values(&self) -> Vec<(String, f64)> {
        let all = self.own.iter().chain(self.own.properties());
        // If a parameter is set more than once, the last value applies.
        let named: IndexMap<String, f64> = all.map(|(parameter, value)| (self.full_name(parameter), value)).collect();
        named.into_iter().collect()
    }

    /// `region.mechanism.parameter` or `point_process.parameter`.
    fn full_name(&self, parameter: &ParameterRef) -> String {
        match parameter {
            ParameterRef::Named(name) => name.clone(),
            ParameterRef::Painted { painted, parameter } => match self.painted.get(*painted) {
                Some(painted) => format!("{}.{}.{parameter}", painted.region, painted.mechanism.name),
                None => parameter.clone(),
            },
            ParameterRef::Point { point, parameter } => match self.points.get(*point) {
                Some(point) => format!("{}.{parameter}", point.name),
                None => parameter.clone(),
            },
        }
    }
}
