//! The execution of programs with forms instead of numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{Array, Binary, Instruction, Operation, Place, Program, ProgramId, Programs, Real, Unary, flow};

/// The most instructions that are executed.
const MOST_INSTRUCTIONS: usize = 100_000;
/// The deepest nesting of blocks and calls.
const MOST_DEPTH: usize = 60;

/// The dependence of a number on the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 0.
    Zero,
    /// Independent of the states.
    Free,
    /// A state, by its column, times a number that is independent of the states.
    Scaled(u32),
    /// A sum of such products.
    Linear,
    /// A sum of such products and a number that is independent of the states.
    Affine,
    /// A state plus a number that is independent of the states.
    Added(u32),
    /// Any other.
    Other,
}

/// The form that states have at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// [`Form::Scaled`], for currents and steps, which draw no random numbers and send no events.
    Scaled,
    /// [`Form::Added`], for events.
    Added,
}

impl Form {
    pub(super) fn is_free(self) -> bool {
        matches!(self, Self::Zero | Self::Free)
    }

    /// The form of a number that has one of two forms.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Zero, form @ (Self::Free | Self::Scaled(_) | Self::Linear))
            | (form @ (Self::Free | Self::Scaled(_) | Self::Linear), Self::Zero) => form,
            (Self::Scaled(_) | Self::Linear, Self::Scaled(_) | Self::Linear) => Self::Linear,
            (Self::Added(_) | Self::Other, _) | (_, Self::Added(_) | Self::Other) => Self::Other,
            _ => Self::Affine,
        }
    }

    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Zero, form) | (form, Self::Zero) => form,
            (Self::Added(state), Self::Free) | (Self::Free, Self::Added(state)) => Self::Added(state),
            (Self::Added(_), _) | (_, Self::Added(_)) => Self::Other,
            _ => self.or(other),
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Zero, Self::Added(_) | Self::Other) | (Self::Added(_) | Self::Other, Self::Zero) => Self::Other,
            (Self::Zero, _) | (_, Self::Zero) => Self::Zero,
            (Self::Free, form @ (Self::Free | Self::Scaled(_) | Self::Linear | Self::Affine))
            | (form @ (Self::Scaled(_) | Self::Linear | Self::Affine), Self::Free) => form,
            _ => Self::Other,
        }
    }

    fn negative(self) -> Self {
        match self {
            Self::Added(_) => Self::Other,
            form => form,
        }
    }

    /// The form of a function of numbers.
    fn of(arguments: impl IntoIterator<Item = Self>) -> Self {
        if arguments.into_iter().all(Self::is_free) { Self::Free } else { Self::Other }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct State {
    places: BTreeMap<Place, Form>,
    /// The registers of all calls under way.
    reals: Vec<Form>,
}

impl State {
    /// The forms after one of two ways.
    fn or(&mut self, other: Self, initial: impl Fn(Place) -> Form) {
        let places: BTreeSet<Place> = self.places.keys().chain(other.places.keys()).copied().collect();
        for place in places {
            let form = |own: &Self| own.places.get(&place).copied().unwrap_or_else(|| initial(place));
            self.places.insert(place, form(self).or(form(&other)));
        }
        self.reals.iter_mut().zip(other.reals).for_each(|(own, other)| *own = own.or(other));
    }
}

/// The forms of numbers at a point of a program.
pub(super) struct Forms<'a> {
    programs: &'a Programs,
    states: &'a BTreeSet<u32>,
    start: Start,
    state: State,
    instructions: usize,
    depth: usize,
}

impl<'a> Forms<'a> {
    /// The forms after a program; `None` if something else than numbers depends on the states, or if the program does what
    /// is not followed here.
    pub(super) fn after(
        programs: &'a Programs,
        id: ProgramId,
        states: &'a BTreeSet<u32>,
        start: Start,
    ) -> Option<Self> {
        let mut forms = Self { programs, states, start, state: State::default(), instructions: 0, depth: 0 };
        forms.run(id, &[])?;
        Some(forms)
    }

    /// The form at a place.
    pub(super) fn at(&self, place: Place) -> Form {
        self.state.places.get(&place).copied().unwrap_or_else(|| self.initial(place))
    }

    /// The places that the program has written.
    pub(super) fn places(&self) -> impl Iterator<Item = (Place, Form)> + '_ {
        self.state.places.iter().map(|(&place, &form)| (place, form))
    }

    fn initial(&self, place: Place) -> Form {
        match (place, self.start) {
            (Place::Column(column), Start::Scaled) if self.states.contains(&column) => Form::Scaled(column),
            (Place::Column(column), Start::Added) if self.states.contains(&column) => Form::Added(column),
            (Place::Temporary(_), _) => Form::Zero,
            _ => Form::Free,
        }
    }

    fn run(&mut self, id: ProgramId, arguments: &[Form]) -> Option<Form> {
        let Program { reals, result, body, .. } = self.programs.program(id);
        let frame = self.state.reals.len();
        self.state.reals.extend_from_slice(arguments);
        self.state.reals.resize(frame + *reals as usize, Form::Zero);
        self.block(body, frame)?;
        let result = result.map_or(Form::Zero, |result| self.real(frame, result));
        self.state.reals.truncate(frame);
        Some(result)
    }

    fn real(&self, frame: usize, register: Real) -> Form {
        self.state.reals[frame + register.0 as usize]
    }

    fn set(&mut self, frame: usize, register: Real, form: Form) {
        self.state.reals[frame + register.0 as usize] = form;
    }

    /// `Some` if the registers are independent of the states.
    fn free(&self, frame: usize, registers: &[Real]) -> Option<()> {
        registers.iter().all(|&register| self.real(frame, register).is_free()).then_some(())
    }

    fn block(&mut self, block: &[Instruction], frame: usize) -> Option<()> {
        self.depth += 1;
        self.instructions += block.len();
        if self.depth > MOST_DEPTH || self.instructions > MOST_INSTRUCTIONS {
            return None;
        }
        for instruction in block {
            self.operation(&instruction.operation, frame)?;
        }
        self.depth -= 1;
        Some(())
    }

    /// Executes blocks any number of times.
    fn repeat(&mut self, blocks: [&[Instruction]; 2], condition: Option<Real>, frame: usize) -> Option<()> {
        loop {
            let before = self.state.clone();
            for block in blocks {
                self.block(block, frame)?;
                if let Some(condition) = condition {
                    self.free(frame, &[condition])?;
                }
            }
            self.join(before.clone());
            if self.state == before {
                return Some(());
            }
        }
    }

    fn join(&mut self, other: State) {
        let mut own = std::mem::take(&mut self.state);
        own.or(other, |place| self.initial(place));
        self.state = own;
    }

    fn operation(&mut self, operation: &Operation, frame: usize) -> Option<()> {
        match operation {
            Operation::Constant { to, value } => {
                self.set(frame, *to, if *value == 0.0 { Form::Zero } else { Form::Free });
            }
            Operation::Copy { to, x } => self.set(frame, *to, self.real(frame, *x)),
            Operation::Unary { to, function, x } => {
                let x = self.real(frame, *x);
                self.set(frame, *to, if *function == Unary::Negative { x.negative() } else { Form::of([x]) });
            }
            Operation::Binary { to, function, x, y } => {
                let (x, y) = (self.real(frame, *x), self.real(frame, *y));
                let form = match function {
                    Binary::Add => x.plus(y),
                    Binary::Subtract => x.plus(y.negative()),
                    Binary::Multiply => x.times(y),
                    Binary::Divide if y == Form::Free => x.times(y),
                    _ => Form::of([x, y]),
                };
                self.set(frame, *to, form);
            }
            Operation::Function { to, arguments, .. } | Operation::FunctionTable { to, arguments, .. } => {
                let form = Form::of(arguments.iter().map(|&argument| self.real(frame, argument)));
                self.set(frame, *to, form);
            }
            Operation::Load { to, from } => self.set(frame, *to, self.at(*from)),
            Operation::Store { to, x } => _ = self.state.places.insert(*to, self.real(frame, *x)),
            Operation::LoadElement { to, from, .. } => {
                let form = self.elements(*from, frame)?;
                self.set(frame, *to, form);
            }
            Operation::StoreElement { to, x, .. } => self.store_element(*to, self.real(frame, *x), frame)?,
            Operation::If { condition, then, otherwise } => {
                self.free(frame, &[*condition])?;
                let before = self.state.clone();
                self.block(then, frame)?;
                let after = std::mem::replace(&mut self.state, before);
                self.block(otherwise, frame)?;
                self.join(after);
            }
            Operation::While { test, condition, body } => {
                self.block(test, frame)?;
                self.free(frame, &[*condition])?;
                self.repeat([body, test], Some(*condition), frame)?;
            }
            Operation::Count { bounds, body, .. } => {
                self.block(bounds, frame)?;
                self.repeat([body, bounds], None, frame)?;
            }
            Operation::Call { to, program, arguments } => {
                let arguments: Vec<Form> = arguments.iter().map(|&argument| self.real(frame, argument)).collect();
                let result = self.run(*program, &arguments)?;
                if let Some(to) = to {
                    self.set(frame, *to, result);
                }
            }
            Operation::Tabulated { to, table, x } => {
                self.free(frame, &[*x])?;
                self.tabulated(*table)?;
                if let Some(to) = to {
                    self.set(frame, *to, Form::Free);
                }
            }
            Operation::Truncate { x, .. } => self.free(frame, &[*x])?,
            Operation::Float { to, .. } => self.set(frame, *to, Form::Free),
            Operation::ListLength { to, .. } | Operation::ListElement { to, .. } => self.set(frame, *to, Form::Free),
            Operation::IntegerConstant { .. } | Operation::IntegerCopy { .. } | Operation::IntegerBinary { .. } => {}
            of_events => return if self.start == Start::Added { self.event(of_events, frame) } else { None },
        }
        Some(())
    }

    /// Executes an instruction that only programs of events have.
    fn event(&mut self, operation: &Operation, frame: usize) -> Option<()> {
        match operation {
            Operation::Fail { .. } => Some(()),
            Operation::ForConnections { body } => self.repeat([body, &[]], None, frame),
            Operation::Send { at, flag } => self.free(frame, &[*at, *flag]),
            Operation::Spike { at } | Operation::Move { at } => self.free(frame, &[*at]),
            Operation::Draw { to, arguments, .. } => {
                self.free(frame, arguments)?;
                self.set(frame, *to, Form::Free);
                Some(())
            }
            Operation::Sequence { to, .. } => {
                self.set(frame, *to, Form::Free);
                Some(())
            }
            Operation::SetSequence { to, .. } => self.free(frame, &[*to]),
            Operation::SetIds { ids, .. } => self.free(frame, ids),
            // Watched conditions, past values, solvers, and instructions that are added later.
            _ => None,
        }
    }

    /// The form of any element of an array.
    fn elements(&self, array: Array, frame: usize) -> Option<Form> {
        let forms: Vec<Form> = match array {
            Array::Registers(range) => range.numbers().map(|number| self.real(frame, Real(number as u32))).collect(),
            _ => self.places_of(array)?.into_iter().map(|place| self.at(place)).collect(),
        };
        forms.into_iter().reduce(Form::or)
    }

    /// Stores a number in any element of an array.
    fn store_element(&mut self, array: Array, x: Form, frame: usize) -> Option<()> {
        if let Array::Registers(range) = array {
            for number in range.numbers() {
                let register = Real(number as u32);
                self.set(frame, register, self.real(frame, register).or(x));
            }
            return Some(());
        }
        for place in self.places_of(array)? {
            self.state.places.insert(place, self.at(place).or(x));
        }
        Some(())
    }

    /// The elements of an array that has no states.
    fn places_of(&self, array: Array) -> Option<Vec<Place>> {
        let places: Vec<Place> = match array {
            Array::Columns(range) => range.numbers().map(|number| Place::Column(number as u32)).collect(),
            Array::Globals(range) => range.numbers().map(|number| Place::Global(number as u32)).collect(),
            Array::Temporaries(range) => range.numbers().map(|number| Place::Temporary(number as u32)).collect(),
            Array::Registers(_) => return None,
        };
        let is_state = |place: &Place| matches!(place, Place::Column(column) if self.states.contains(column));
        (!places.iter().any(is_state)).then_some(places)
    }

    /// Sets the outputs of a table that does not depend on the states.
    fn tabulated(&mut self, number: u32) -> Option<()> {
        let table = self.programs.tables.get(number as usize)?;
        let made_of = [table.program, table.from, table.to].map(|id| flow(self.programs, id));
        let reads = made_of.iter().flat_map(|own| &own.reads_first).chain(&table.depends).chain(&table.switch);
        if reads.copied().any(|place| !self.at(place).is_free()) {
            return None;
        }
        let writes: Vec<Place> = made_of.iter().flat_map(|own| &own.may_write).chain(&table.outputs).copied().collect();
        for place in writes {
            self.state.places.insert(place, self.at(place).or(Form::Free));
        }
        Some(())
    }
}
