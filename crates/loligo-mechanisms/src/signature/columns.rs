//! The columns of a mechanism, by number and by name.

use super::{Role, Signature, Variable};

impl Signature {
    /// Number of columns: the elements of all variables.
    pub fn width(&self) -> usize {
        self.variables.iter().map(|variable| variable.length).sum()
    }

    /// The variable of a column.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn variable(&self, column: usize) -> &Variable {
        self.element(column).0
    }

    /// The variable of a column, and the index of the element.
    fn element(&self, column: usize) -> (&Variable, usize) {
        let mut first = 0;
        for variable in &self.variables {
            if column < first + variable.length {
                return (variable, column - first);
            }
            first += variable.length;
        }
        panic!("column {column} of {first} in {}", self.name)
    }

    /// The spelling of a column: `g`, or `amp[1]` for an element of an array.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column_name(&self, column: usize) -> String {
        match self.element(column) {
            (Variable { name, length: 1, .. }, _) => name.clone(),
            (Variable { name, .. }, index) => format!("{name}[{index}]"),
        }
    }

    /// The column of a variable, or of an element of an array by `name[index]`.
    pub fn column(&self, name: &str) -> Option<usize> {
        let (name, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
            None => (name, None),
        };
        let mut first = 0;
        for variable in &self.variables {
            if variable.name == name {
                return match index {
                    None if variable.length == 1 => Some(first),
                    Some(index) if variable.length > 1 && index < variable.length => Some(first + index),
                    _ => None,
                };
            }
            first += variable.length;
        }
        None
    }

    /// The variable of each column.
    pub fn columns(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().flat_map(|variable| std::iter::repeat_n(variable, variable.length))
    }

    /// Spellings of the columns, for messages.
    pub fn column_names(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.width()).map(|column| self.column_name(column))
    }

    /// Spellings of the parameters' columns, for messages.
    pub fn parameter_names(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.width()).filter(|&column| self.variable(column).role == Role::Parameter).map(|c| self.column_name(c))
    }

    /// The index of a global among the globals.
    pub fn global(&self, name: &str) -> Option<usize> {
        self.globals.iter().position(|global| global.name == name)
    }

    /// The index of a list among the lists of numbers.
    pub fn vector(&self, name: &str) -> Option<usize> {
        self.vectors.iter().position(|vector| vector.name == name)
    }

    /// The index of a function among the function tables.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name == name)
    }

    /// The defaults of the globals.
    pub fn global_defaults(&self) -> impl Iterator<Item = f64> + '_ {
        self.globals.iter().map(|global| global.default)
    }

    /// The defaults of all columns.
    pub fn defaults(&self) -> impl Iterator<Item = f64> + '_ {
        self.columns().map(|variable| variable.default)
    }
}
