//! A mechanism's text while it is drawn: the entries of its blocks, and the names declared so far.

use super::layout::block;
use super::range::Range;
use super::scope::{Names, Role, Scope};
use super::writer::{Writer, number};
use crate::dice::Dice;
use crate::mechanism_text::MechanismText;

/// The kinds of mechanisms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Density,
    Point,
    Artificial,
}

/// A mechanism whose text is being drawn.
pub(super) struct Draft<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) names: Names,
    /// All names of the file.
    pub(super) scope: Scope,
    /// Statements of the NEURON block.
    pub(super) neuron: Vec<String>,
    pub(super) ranges: Vec<String>,
    pub(super) globals: Vec<String>,
    pub(super) parameters: Vec<String>,
    pub(super) constants: Vec<String>,
    pub(super) assigned: Vec<String>,
    pub(super) states: Vec<String>,
    pub(super) initial: Vec<String>,
    pub(super) breakpoint: Vec<String>,
    /// Blocks that follow BREAKPOINT.
    pub(super) routines: Vec<String>,
    /// Variables to record.
    pub(super) probes: Vec<String>,
    /// Number of arguments of NET_RECEIVE.
    pub(super) weights: usize,
    /// True if it sends spikes.
    pub(super) sends: bool,
    /// True if it has a POINTER `seen`.
    pub(super) has_pointer: bool,
    /// True if it has a RANDOM.
    pub(super) has_stream: bool,
    /// True if a method is `runge`.
    pub(super) has_runge: bool,
    /// True if the KINETIC block has a COMPARTMENT.
    pub(super) has_compartments: bool,
    /// Concentrations that are states, and the levels that they follow.
    pub(super) pools: Vec<(String, String)>,
    /// Calls of procedures that set tabulated variables. NEURON sets these also when it makes the table, so that they
    /// have other values before the first call.
    pub(super) first_calls: Vec<String>,
    /// Statements of BREAKPOINT that follow all SOLVEs.
    pub(super) currents: Vec<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(dice: &'a mut Dice, kind: Kind, name: String) -> Self {
        Self {
            dice,
            kind,
            name,
            names: Names::default(),
            scope: Scope::default(),
            neuron: Vec::new(),
            ranges: Vec::new(),
            globals: Vec::new(),
            parameters: Vec::new(),
            constants: Vec::new(),
            assigned: Vec::new(),
            states: Vec::new(),
            initial: Vec::new(),
            breakpoint: Vec::new(),
            routines: Vec::new(),
            probes: Vec::new(),
            weights: 0,
            sends: false,
            has_pointer: false,
            has_stream: false,
            has_runge: false,
            has_compartments: false,
            pools: Vec::new(),
            first_calls: Vec::new(),
            currents: Vec::new(),
        }
    }

    /// Draws expressions with all names of the file.
    pub(super) fn writer(&mut self) -> Writer<'_> {
        Writer::new(self.dice, &self.scope)
    }

    /// Declares a constant: PARAMETER, RANGE or GLOBAL or neither, or CONSTANT.
    pub(super) fn constant(&mut self, range: Range) -> String {
        let name = self.names.variable(self.dice);
        let value = self.dice.value(range.low, range.high);
        let sign = if value < 0.0 { "-" } else { "" };
        let digits = number(self.dice, value.abs());
        let is_known = self.dice.chance(0.15);
        if is_known {
            self.constants.push(format!("{name} = {sign}{digits}"));
        } else {
            let limits = self.dice.pick(["", "", "", " (mV)", " (1) <-1e9,1e9>"]);
            self.parameters.push(format!("{name} = {sign}{digits}{limits}"));
            match self.dice.count(0, 2) {
                0 => self.ranges.push(name.clone()),
                1 => self.globals.push(name.clone()),
                _ => {}
            }
        }
        self.scope.add(&name, range, if is_known { Role::Known } else { Role::Constant });
        name
    }

    /// Declares an ASSIGNED variable, which is 0 at first.
    pub(super) fn assigned(&mut self, range: Range) -> String {
        let name = self.names.variable(self.dice);
        self.assigned.push(name.clone());
        self.record(&name);
        self.scope.add(&name, range, Role::Assigned);
        name
    }

    /// Declares an ASSIGNED array; its elements become variables.
    pub(super) fn array(&mut self, range: Range, length: usize) -> String {
        let name = self.names.variable(self.dice).replace('_', "x");
        self.assigned.push(format!("{name}[{length}]"));
        self.ranges.push(name.clone());
        for index in 0..length {
            let element = format!("{name}[{index}]");
            self.probes.push(element.clone());
            self.scope.add(element, range, Role::Assigned);
        }
        name
    }

    /// Makes a variable RANGE, and one to record.
    pub(super) fn record(&mut self, name: &str) {
        self.ranges.push(name.to_owned());
        self.probes.push(name.to_owned());
    }

    /// Declares a state.
    pub(super) fn state(&mut self, range: Range) -> String {
        let name = self.names.state(self.dice);
        let start = if self.dice.chance(0.2) { " START 0.25" } else { "" };
        let bounds = if self.dice.chance(0.15) { " FROM 0 TO 1" } else { "" };
        self.states.push(format!("{name}{bounds}{start}"));
        if start.is_empty() && self.dice.chance(0.2) {
            self.parameters.push(format!("{name}0 = {}", number(self.dice, 0.375)));
        }
        if self.dice.chance(0.5) {
            self.ranges.push(name.clone());
        }
        self.probes.push(name.clone());
        self.scope.add(&name, range, Role::State);
        name
    }

    /// True if a state has no equation yet.
    pub(super) fn needs_equations(&self) -> bool {
        !self.pools.is_empty()
    }

    /// Declares an array of states; its elements become variables.
    pub(super) fn state_array(&mut self, range: Range, length: usize) -> Vec<String> {
        let name = self.names.state(self.dice);
        self.states.push(format!("{name}[{length}]"));
        let elements: Vec<String> = (0..length).map(|index| format!("{name}[{index}]")).collect();
        for element in &elements {
            self.probes.push(element.clone());
            self.scope.add(element, range, Role::State);
        }
        elements
    }

    /// The text of the file.
    pub(super) fn finish(mut self) -> MechanismText {
        self.breakpoint.append(&mut self.currents);
        let after_locals = usize::from(self.initial.first().is_some_and(|first| first.starts_with("LOCAL")));
        self.initial.splice(after_locals..after_locals, std::mem::take(&mut self.first_calls));
        let mut neuron = vec![match self.kind {
            Kind::Density => format!("SUFFIX {}", self.name),
            Kind::Point => format!("POINT_PROCESS {}", self.name),
            Kind::Artificial => format!("ARTIFICIAL_CELL {}", self.name),
        }];
        neuron.append(&mut self.neuron);
        self.dice.shuffle(&mut self.ranges);
        for (keyword, list) in [("RANGE", &self.ranges), ("GLOBAL", &self.globals)] {
            if !list.is_empty() {
                neuron.push(format!("{keyword} {}", list.join(", ")));
            }
        }
        if self.dice.chance(0.3) {
            neuron.push("THREADSAFE".into());
        }
        let units =
            ["(mV) = (millivolt)", "(mA) = (milliamp)", "FARADAY = (faraday) (coulomb)", "R = (k-mole) (joule/degC)"];
        let mut head = vec![block(self.dice, "NEURON", &neuron)];
        let mut declarations = vec![block(self.dice, "UNITS", &units.map(str::to_owned))];
        if self.kind != Kind::Artificial {
            self.assigned.extend(["v (mV)", "celsius (degC)"].map(str::to_owned));
            // NEURON ends with a failed assertion if a file has these and a RANDOM
            if !self.has_stream {
                self.assigned.extend(["area", "diam"].map(str::to_owned));
            }
        }
        self.assigned.push("dt".into());
        for (keyword, list) in [
            ("PARAMETER", &self.parameters),
            ("CONSTANT", &self.constants),
            ("ASSIGNED", &self.assigned),
            ("STATE", &self.states),
        ] {
            if !list.is_empty() {
                declarations.push(block(self.dice, keyword, list));
            }
        }
        if self.dice.chance(0.3) {
            self.dice.shuffle(&mut declarations);
        }
        head.append(&mut declarations);
        if !self.initial.is_empty() {
            head.push(block(self.dice, "INITIAL", &self.initial));
        }
        if !self.breakpoint.is_empty() {
            head.push(block(self.dice, "BREAKPOINT", &self.breakpoint));
        }
        self.dice.shuffle(&mut self.routines);
        head.append(&mut self.routines);
        MechanismText { name: self.name, text: head.join("\n\n") + "\n" }
    }
}
