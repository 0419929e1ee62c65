//! Storage of a model's variables, and the variables of the signature.

use loligo_mechanisms::{Geometry, Role as SignatureRole, Variable as SignatureVariable};

use crate::model::{Builtin, Model, Role, Storage, Variable, VariableId};
use crate::program::{Array, Place, Range};

/// Storage of a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    /// Columns of the instance.
    Columns(Range),
    /// Globals of the mechanism.
    Globals(Range),
    /// A constant in the program.
    Constant(f64),
    /// A place of the engine.
    Engine(Place),
    /// A random stream.
    Stream(u32),
    /// A list of numbers.
    List(u32),
    /// None: the variable cannot be used.
    None,
}

/// Storage of all variables.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    /// The signature's variables.
    pub(super) variables: Vec<SignatureVariable>,
    /// The signature's globals.
    pub(super) globals: Vec<SignatureVariable>,
    /// The signature's random streams.
    pub(super) streams: Vec<String>,
    /// The signature's lists of numbers.
    pub(super) lists: Vec<String>,
    /// For ions' variables that are only read from the ion but assigned in the text: the ion's column and the
    /// variable's own.
    pub(super) copies: Vec<(u32, u32)>,
    /// The columns of diameter and area.
    pub(super) geometry: Vec<(Geometry, usize)>,
    columns: u32,
    /// The column with the state of the generator of `scop_random`, if a program draws from it.
    generator: Option<u32>,
    /// The global that switches tables off, if there is a table.
    table_switch: Option<u32>,
}

impl Slots {
    pub(super) fn of(model: &Model) -> Self {
        let mut slots = Self::default();
        for variable in &model.variables {
            let slot = slots.place(variable);
            slots.slots.push(slot);
        }
        slots
    }

    fn place(&mut self, variable: &Variable) -> Slot {
        match variable.role {
            Role::Constant => return Slot::Constant(variable.default),
            Role::Builtin(builtin) => return self.builtin(builtin, variable),
            Role::Random => {
                self.streams.push(variable.name.to_string());
                return Slot::Stream(self.streams.len() as u32 - 1);
            }
            Role::List => {
                self.lists.push(variable.name.to_string());
                return Slot::List(self.lists.len() as u32 - 1);
            }
            Role::Rate if !variable.is_read => return Slot::None,
            Role::External => return Slot::None,
            Role::BbcorePointer if !variable.is_read && !variable.is_written => return Slot::None,
            _ => {}
        }
        if variable.storage == Storage::Constant {
            return Slot::Constant(variable.default);
        }
        let described = described(variable);
        if variable.storage == Storage::Global && !variable.is_written && variable.role != Role::FileLocal {
            let first = self.globals.len() as u32;
            match variable.length {
                None => self.globals.push(described),
                Some(length) => self.globals.extend((0..length).map(|index| SignatureVariable {
                    name: format!("{}[{index}]", described.name),
                    length: 1,
                    ..described.clone()
                })),
            }
            return Slot::Globals(Range::new(first, variable.elements() as u32));
        }
        Slot::Columns(self.add(described))
    }

    fn builtin(&mut self, builtin: Builtin, variable: &Variable) -> Slot {
        match builtin {
            Builtin::Voltage => Slot::Engine(Place::Voltage),
            Builtin::Time => Slot::Engine(Place::Time),
            Builtin::Step => Slot::Engine(Place::Step),
            Builtin::Celsius => Slot::Engine(Place::Celsius),
            Builtin::Diameter if variable.is_read => self.geometry(Geometry::Diameter, variable),
            Builtin::Area if variable.is_read => self.geometry(Geometry::Area, variable),
            Builtin::Diameter | Builtin::Area => Slot::None,
        }
    }

    fn geometry(&mut self, what: Geometry, variable: &Variable) -> Slot {
        let columns = self.add(described(variable));
        self.geometry.push((what, columns.first as usize));
        Slot::Columns(columns)
    }

    /// Adds a variable to the signature and returns its columns.
    pub(super) fn add(&mut self, variable: SignatureVariable) -> Range {
        let length = variable.length as u32;
        self.variables.push(variable);
        self.columns += length;
        Range::new(self.columns - length, length)
    }

    /// The column with the state of the generator of `scop_random`.
    pub(super) fn generator(&mut self) -> Place {
        let column = match self.generator {
            Some(column) => column,
            None => {
                let state = SignatureVariable {
                    default: 1.0,
                    ..SignatureVariable::assigned(
                        "scop_random_state",
                        "1",
                        "state of the random numbers of scop_random",
                    )
                };
                self.add(state).first
            }
        };
        self.generator = Some(column);
        Place::Column(column)
    }

    /// The global that switches tables off.
    pub(super) fn table_switch(&mut self) -> Place {
        let global = *self.table_switch.get_or_insert_with(|| {
            let meaning = "1: functions and procedures with TABLE are tabulated, 0: they are computed";
            self.globals.push(SignatureVariable::parameter("usetable", "1", 1.0, meaning));
            self.globals.len() as u32 - 1
        });
        Place::Global(global)
    }

    pub(super) fn slot(&self, id: VariableId) -> Slot {
        self.slots.get(id.0 as usize).copied().unwrap_or(Slot::None)
    }

    /// The column that an ion fills for a variable that is only read from the ion. If the text assigns to the variable,
    /// the variable has another column, which receives the ion's value before each hook.
    pub(super) fn filled(&mut self, id: VariableId, variable: &Variable) -> Option<u32> {
        let Slot::Columns(range) = self.slot(id) else { return None };
        if !variable.is_written {
            return Some(range.first);
        }
        let known = self.copies.iter().find(|(_, own)| *own == range.first);
        if let Some(&(filled, _)) = known {
            return Some(filled);
        }
        let unit = variable.unit.as_deref().unwrap_or("1");
        let name = format!("{}_of_ion", variable.name);
        let filled =
            self.add(SignatureVariable::assigned(&name, unit, "the ion's value, which the mechanism replaces")).first;
        self.copies.push((filled, range.first));
        Some(filled)
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> u32 {
        self.columns
    }

    /// The place of an element of a variable, by the number of the element.
    pub(super) fn element(&self, id: VariableId, element: u32) -> Option<Place> {
        match self.slot(id) {
            Slot::Columns(range) if element < range.length => Some(Place::Column(range.first + element)),
            Slot::Globals(range) if element < range.length => Some(Place::Global(range.first + element)),
            Slot::Engine(place) if element == 0 => Some(place),
            _ => None,
        }
    }

    /// The array of a variable.
    pub(super) fn array(&self, id: VariableId) -> Option<Array> {
        match self.slot(id) {
            Slot::Columns(range) => Some(Array::Columns(range)),
            Slot::Globals(range) => Some(Array::Globals(range)),
            _ => None,
        }
    }
}

/// The signature's description of a variable.
fn described(variable: &Variable) -> SignatureVariable {
    let role = match variable.role {
        Role::Parameter => SignatureRole::Parameter,
        Role::State => SignatureRole::State,
        Role::Pointer | Role::BbcorePointer => SignatureRole::Pointer { written: variable.is_written },
        _ => SignatureRole::Assigned,
    };
    let unit = variable.unit.as_deref().unwrap_or("1");
    let limits = variable.limits.unwrap_or((f64::MIN, f64::MAX));
    SignatureVariable {
        role,
        default: if role == SignatureRole::Parameter { variable.default } else { 0.0 },
        length: variable.elements(),
        plausible: limits,
        ..SignatureVariable::parameter(&variable.name, unit, 0.0, "")
    }
}
