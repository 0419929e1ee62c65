//! Prints programs as text, to read and to compare.

use std::fmt::{self, Write};

use loligo_mechanisms::Signature;

use super::instruction::{Array, Binary, Instruction, Integer, IntegerBinary, Operation, Place, Range, Real, Sparse};
use super::programs::{Program, Programs, Table};

/// All programs of a mechanism as text; columns and globals have their names from the signature.
pub fn print(programs: &Programs, signature: &Signature) -> String {
    let mut printer = Printer { programs, signature, text: String::new(), indent: 0 };
    // Writing to a String cannot fail.
    let _ = printer.all();
    printer.text
}

struct Printer<'a> {
    programs: &'a Programs,
    signature: &'a Signature,
    text: String,
    indent: usize,
}

impl Printer<'_> {
    fn all(&mut self) -> fmt::Result {
        let Programs { programs, tables, .. } = self.programs;
        self.head()?;
        for (number, table) in tables.iter().enumerate() {
            self.table(number, table)?;
        }
        for program in programs {
            self.program(program)?;
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> fmt::Result {
        writeln!(self.text, "{:indent$}{line}", "", indent = 4 * self.indent)
    }

    fn head(&mut self) -> fmt::Result {
        let Programs { hooks, currents, conductances, is_inward, kept_voltage, temporaries, .. } = self.programs;
        self.line(&format!("mechanism {}, {temporaries} temporaries", self.signature.name))?;
        let single = [
            ("construct", hooks.construct),
            ("initialize", hooks.initialize),
            ("current", hooks.current),
            ("advance", hooks.advance),
            ("receive", hooks.receive),
            ("initialize_connection", hooks.initialize_connection),
        ];
        let many = [("stage", &hooks.stages), ("procedure", &hooks.procedures), ("condition", &hooks.conditions)];
        for (hook, id) in single.into_iter().filter_map(|(hook, id)| Some((hook, id?))) {
            self.line(&format!("{hook}: {}", self.name(id.0)))?;
        }
        for (hook, ids) in many {
            for (number, id) in ids.iter().enumerate() {
                self.line(&format!("{hook} {number}: {}", self.name(id.0)))?;
            }
        }
        for diffusion in &hooks.diffusion {
            let [column, conductance, volume] =
                [Place::Column(diffusion.column), diffusion.conductance, diffusion.volume]
                    .map(|place| self.place(place));
            let program = self.name(diffusion.program.0);
            self.line(&format!("diffusion of {column}: {program}, conductance {conductance}, volume {volume}"))?;
        }
        for current in currents {
            let kind = if *is_inward { "inward current" } else { "current" };
            let slope = current.slope.map(|slope| format!(", slope in {}", self.place(Place::Column(slope))));
            self.line(&format!("{kind} {}{}", self.place(current.place), slope.unwrap_or_default()))?;
        }
        for conductance in conductances.iter().flatten() {
            self.line(&format!("conductance {}", self.place(conductance.place)))?;
        }
        if let Some(column) = kept_voltage {
            self.line(&format!("voltage kept in {}", self.place(Place::Column(*column))))?;
        }
        Ok(())
    }

    fn table(&mut self, number: usize, table: &Table) -> fmt::Result {
        let Table { program, from, to, intervals, outputs, depends, per_call, order, switch } = table;
        let outputs = self.places(outputs);
        let (program, from, to) = (self.name(program.0), self.name(from.0), self.name(to.0));
        let check = if *per_call { "at each call" } else { "at each hook" };
        self.line(&format!(
            "table {number}: {program} [{outputs}] from {from} to {to}, {intervals} intervals, checked {check}, in order \
             {order}"
        ))?;
        if !depends.is_empty() {
            self.line(&format!("    depends on {}", self.places(depends)))?;
        }
        match switch {
            Some(switch) => self.line(&format!("    used if {}", self.place(*switch))),
            None => Ok(()),
        }
    }

    fn program(&mut self, program: &Program) -> fmt::Result {
        let Program { name, arguments, result, body, .. } = program;
        let arguments = (0..*arguments).map(|argument| real(Real(argument))).collect::<Vec<_>>().join(", ");
        let result = result.map(|result| format!(" -> {}", real(result))).unwrap_or_default();
        self.line(&format!("\nprogram {name}({arguments}){result}"))?;
        self.block(body)
    }

    fn block(&mut self, block: &[Instruction]) -> fmt::Result {
        self.indent += 1;
        for instruction in block {
            self.operation(&instruction.operation)?;
        }
        self.indent -= 1;
        Ok(())
    }

    fn operation(&mut self, operation: &Operation) -> fmt::Result {
        match operation {
            Operation::If { condition, then, otherwise } => {
                self.line(&format!("if {}", real(*condition)))?;
                self.block(then)?;
                if otherwise.is_empty() {
                    return Ok(());
                }
                self.line("else")?;
                self.block(otherwise)
            }
            Operation::While { test, condition, body } => {
                self.line(&format!("while {} after", real(*condition)))?;
                self.block(test)?;
                self.line("do")?;
                self.block(body)
            }
            Operation::Count { variable, first, bounds, last, step, body } => {
                let [variable, first, last, step] = [variable, first, last, step].map(|&register| integer(register));
                self.line(&format!("count {variable} from {first} to {last} by {step} after"))?;
                self.block(bounds)?;
                self.line("do")?;
                self.block(body)
            }
            Operation::ForConnections { body } => {
                self.line("for each connection")?;
                self.block(body)
            }
            Operation::Newton { unknowns, program, residuals, .. } => {
                let line = format!(
                    "newton [{}] so that {} makes {} 0",
                    self.places(unknowns),
                    self.name(program.0),
                    temporaries(*residuals)
                );
                self.line(&line)
            }
            Operation::Linear { unknowns, program, coefficients } => {
                let line = format!(
                    "linear [{}] from {} in {}",
                    self.places(unknowns),
                    self.name(program.0),
                    temporaries(*coefficients)
                );
                self.line(&line)
            }
            Operation::Sparse(sparse) => self.sparse(sparse),
            simple => {
                let line = self.simple(simple);
                self.line(&line)
            }
        }
    }

    fn sparse(&mut self, sparse: &Sparse) -> fmt::Result {
        let Sparse { unknowns, program, matrix, right, old, derivatives, pattern, is_linear, steady, .. } = sparse;
        let Sparse { conserved, must_converge, .. } = sparse;
        let kind = if *is_linear { "linear" } else { "nonlinear" };
        let steady = if *steady { " steady" } else { "" };
        let must = if *must_converge { ", must converge" } else { "" };
        let sums = if *conserved > 0 { format!(", {conserved} by sums") } else { String::new() };
        let (unknowns, program) = (self.places(unknowns), self.name(program.0));
        let line = format!("sparse {kind}{steady} [{unknowns}]{sums} from {program}{must}");
        self.line(&line)?;
        let rooms = [("matrix", matrix), ("right", right), ("old", old), ("derivatives", derivatives)];
        let rooms = rooms.map(|(name, range)| format!("{name} {}", temporaries(*range)));
        self.line(&format!("    {}", rooms.join(", ")))?;
        let elements: Vec<_> = pattern.iter().map(|(row, column)| format!("{row},{column}")).collect();
        self.line(&format!("    elements {}", elements.join(" ")))
    }

    /// An instruction that fits on one line.
    fn simple(&self, operation: &Operation) -> String {
        match operation {
            Operation::Constant { to, value } => format!("{} = {value:?}", real(*to)),
            Operation::Copy { to, x } => format!("{} = {}", real(*to), real(*x)),
            Operation::Unary { to, function, x } => {
                format!("{} = {}({})", real(*to), lower(function), real(*x))
            }
            Operation::Binary { to, function, x, y } => {
                format!("{} = {}", real(*to), binary(*function, &real(*x), &real(*y)))
            }
            Operation::Function { to, function, arguments } => {
                format!("{} = {}({})", real(*to), lower(function), reals(arguments))
            }
            Operation::IntegerConstant { to, value } => format!("{} = {value}", integer(*to)),
            Operation::IntegerCopy { to, x } => format!("{} = {}", integer(*to), integer(*x)),
            Operation::IntegerBinary { to, function, x, y } => {
                let sign = match function {
                    IntegerBinary::Add => '+',
                    IntegerBinary::Subtract => '-',
                    IntegerBinary::Multiply => '*',
                    IntegerBinary::Divide => '/',
                };
                format!("{} = {} {sign} {}", integer(*to), integer(*x), integer(*y))
            }
            Operation::Truncate { to, x } => format!("{} = truncate({})", integer(*to), real(*x)),
            Operation::Float { to, x } => format!("{} = float({})", real(*to), integer(*x)),
            Operation::Load { to, from } => format!("{} = {}", real(*to), self.place(*from)),
            Operation::Store { to, x } => format!("{} = {}", self.place(*to), real(*x)),
            Operation::LoadElement { to, from, index } => {
                format!("{} = {}[{}]", real(*to), self.array(*from), integer(*index))
            }
            Operation::StoreElement { to, index, x } => {
                format!("{}[{}] = {}", self.array(*to), integer(*index), real(*x))
            }
            Operation::Call { to, program, arguments } => {
                let to = to.map(|to| format!("{} = ", real(to))).unwrap_or_default();
                format!("{to}call {}({})", self.name(program.0), reals(arguments))
            }
            Operation::Tabulated { to, table, x } => {
                let to = to.map(|to| format!("{} = ", real(to))).unwrap_or_default();
                format!("{to}table {table}({})", real(*x))
            }
            Operation::FunctionTable { to, table, arguments } => {
                format!("{} = function table {table}({})", real(*to), reals(arguments))
            }
            Operation::Fail { message } => format!("fail {message:?}"),
            Operation::Send { at, flag } => format!("send at {} flag {}", real(*at), real(*flag)),
            Operation::Spike { at } => format!("spike at {}", real(*at)),
            Operation::Move { at } => format!("move to {}", real(*at)),
            Operation::Watch { condition, flag } => format!("watch condition {condition} flag {}", real(*flag)),
            Operation::Draw { to, stream, draw, arguments } => {
                format!("{} = draw {}({}) of stream {stream}", real(*to), lower(draw), reals(arguments))
            }
            Operation::Lag { to, history, x, lag } => {
                format!("{} = lag({}, {}) of history {history}", real(*to), real(*x), real(*lag))
            }
            Operation::ListLength { to, list } => format!("{} = length of list {list}", real(*to)),
            Operation::ListElement { to, list, index } => format!("{} = list {list}[{}]", real(*to), integer(*index)),
            Operation::Sequence { to, stream } => format!("{} = place of stream {stream}", real(*to)),
            Operation::SetSequence { stream, to } => format!("stream {stream} at {}", real(*to)),
            Operation::SetIds { stream, ids } => format!("stream {stream} ids {}", reals(ids)),
            nested => format!("{nested:?}"),
        }
    }

    fn name(&self, program: u32) -> &str {
        self.programs.programs.get(program as usize).map_or("?", |program| &program.name)
    }

    fn places(&self, places: &[Place]) -> String {
        places.iter().map(|&place| self.place(place)).collect::<Vec<_>>().join(" ")
    }

    fn place(&self, place: Place) -> String {
        match place {
            Place::Column(column) if (column as usize) < self.signature.width() => {
                self.signature.column_name(column as usize)
            }
            Place::Column(column) => format!("column {column}"),
            Place::Global(global) => match self.signature.globals.get(global as usize) {
                Some(variable) => format!("global {}", variable.name),
                None => format!("global {global}"),
            },
            Place::Temporary(temporary) => format!("t{temporary}"),
            Place::Weight(weight) => format!("weight {weight}"),
            Place::VisitedWeight(weight) => format!("visited weight {weight}"),
            Place::Voltage => "v".to_owned(),
            Place::Time => "t".to_owned(),
            Place::Step => "dt".to_owned(),
            Place::Celsius => "celsius".to_owned(),
            Place::Flag => "flag".to_owned(),
            Place::SecondOrder => "second order".to_owned(),
            Place::ShiftedEvaluation => "shifted evaluation".to_owned(),
        }
    }

    fn array(&self, array: Array) -> String {
        let ends = |range: Range| (range.first, range.first + range.length.saturating_sub(1));
        match array {
            Array::Columns(range) => {
                let (first, last) = ends(range);
                format!("({} .. {})", self.place(Place::Column(first)), self.place(Place::Column(last)))
            }
            Array::Globals(range) => {
                let (first, last) = ends(range);
                format!("({} .. {})", self.place(Place::Global(first)), self.place(Place::Global(last)))
            }
            Array::Temporaries(range) => temporaries(range),
            Array::Registers(range) => {
                let (first, last) = ends(range);
                format!("({} .. {})", real(Real(first)), real(Real(last)))
            }
        }
    }
}

fn real(register: Real) -> String {
    format!("%{}", register.0)
}

fn integer(register: Integer) -> String {
    format!("#{}", register.0)
}

fn reals(registers: &[Real]) -> String {
    registers.iter().map(|&register| real(register)).collect::<Vec<_>>().join(", ")
}

fn temporaries(range: Range) -> String {
    format!("(t{} .. t{})", range.first, range.first + range.length.saturating_sub(1))
}

/// The name of a function: its variant in lower case.
fn lower(function: &impl fmt::Debug) -> String {
    format!("{function:?}").to_lowercase()
}

fn binary(function: Binary, x: &str, y: &str) -> String {
    let sign = match function {
        Binary::Add => "+",
        Binary::Subtract => "-",
        Binary::Multiply => "*",
        Binary::Divide => "/",
        Binary::Less => "<",
        Binary::LessOrEqual => "<=",
        Binary::Greater => ">",
        Binary::GreaterOrEqual => ">=",
        Binary::Equal => "==",
        Binary::NotEqual => "!=",
        Binary::Power => "^",
        Binary::Remainder | Binary::Atan2 => return format!("{}({x}, {y})", lower(&function)),
    };
    format!("{x} {sign} {y}")
}
