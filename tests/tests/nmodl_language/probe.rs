//! A case of the reference: its mechanisms, a small model with them, and the values that NEURON printed.

use std::path::PathBuf;

use loligo::prelude::*;
use loligo::{Catalogue, nmodl};
use loligo_tests::{outside_reference, read_json};
use serde_json::Value;

/// A case of the reference.
pub(crate) struct Case {
    name: &'static str,
    mods: Value,
    lines: Vec<String>,
}

impl Case {
    /// The case of a name; `None` where the reference is absent.
    pub(crate) fn find(name: &'static str) -> Option<Self> {
        let reference = read_json(&outside_reference("nmodl-language.json")?);
        let case = &reference["cases"][name];
        let lines = match &case["stdout"] {
            Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect(),
            text => text.as_str().unwrap().lines().map(str::to_owned).collect(),
        };
        Some(Self { name, mods: case["mods"].clone(), lines })
    }

    /// The built-in mechanisms and those of some of the texts, by their file names without `.mod`.
    pub(crate) fn catalogue(&self, names: &[&str]) -> Catalogue {
        let folder: PathBuf =
            std::env::temp_dir().join(format!("loligo_{}_{}_{}", std::process::id(), self.name, names.join("_")));
        std::fs::create_dir_all(&folder).unwrap();
        for (file, text) in self.mods.as_object().unwrap() {
            let is_used = names.iter().any(|name| file == &format!("{name}.mod"));
            if is_used || file.ends_with(".inc") {
                let text = text.as_str().map_or_else(
                    || {
                        text.as_array()
                            .unwrap()
                            .iter()
                            .map(|line| line.as_str().unwrap())
                            .collect::<Vec<_>>()
                            .join("\n")
                    },
                    str::to_owned,
                );
                std::fs::write(folder.join(file), text).unwrap();
            }
        }
        let loaded = nmodl::load(Catalogue::builtin(), [&folder]).unwrap_or_else(|error| panic!("{error}"));
        std::fs::remove_dir_all(&folder).unwrap();
        loaded.catalogue
    }

    /// The numbers that NEURON printed in the first line with a beginning, behind it.
    pub(crate) fn printed(&self, beginning: &str) -> Vec<f64> {
        self.printed_after("", beginning)
    }

    /// The same, in the lines after one that begins with `after`.
    pub(crate) fn printed_after(&self, after: &str, beginning: &str) -> Vec<f64> {
        let from = self.lines.iter().position(|line| line.starts_with(after)).unwrap();
        let line = self.lines[from..].iter().find_map(|line| line.strip_prefix(beginning));
        numbers_of(line.unwrap_or_else(|| panic!("NEURON printed a line \"{beginning}\"")))
    }

    /// The lines behind the first one that begins with a text.
    pub(crate) fn lines_after(&self, beginning: &str) -> impl Iterator<Item = &str> {
        let from = self.lines.iter().position(|line| line.starts_with(beginning)).unwrap();
        self.lines[from + 1..].iter().map(String::as_str)
    }

    /// All lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

/// The numbers of a text; digits that belong to a word are no numbers.
pub(crate) fn numbers_of(text: &str) -> Vec<f64> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    text.split(|c| !is_part(c)).filter_map(|word| word.parse().ok()).collect()
}

/// A cell of NEURON's default section (100 um by 500 um), and what is on it.
pub(crate) fn section() -> Cell {
    section_of(1)
}

/// The same, of several segments.
pub(crate) fn section_of(segments: usize) -> Cell {
    let mut cell = Cell::new("cell");
    let section = Section::cylinder("s", 100.0, 500.0).with_axial_resistance(35.4); // um, ohm cm
    cell.add_section(section.with_segments(segments));
    cell
}

/// A network of one cell.
pub(crate) fn network(catalogue: Catalogue, cell: Cell) -> Network {
    let mut network = Network::with_catalogue(catalogue);
    network.add_cell(cell);
    network
}

/// A running model whose values are read by names.
pub(crate) struct Probe {
    pub(crate) simulation: Simulation,
}

impl Probe {
    /// Starts a network at a voltage (mV), with NEURON's arithmetic.
    pub(crate) fn start(network: &Network, v_init: f64) -> Self {
        Self::with_options(network, &Options { v_init, ..exact() })
    }

    /// Starts a network.
    pub(crate) fn with_options(network: &Network, options: &Options) -> Self {
        Self { simulation: Simulation::new(network, options).unwrap_or_else(|error| panic!("{error}")) }
    }

    /// The value of a variable at a place of the section.
    pub(crate) fn at(&mut self, x: f64, variable: &str) -> f64 {
        self.value(VariableRef::section(0, 0, x, variable))
    }

    /// Elements of an array at a place of the section.
    pub(crate) fn elements_at(
        &mut self,
        x: f64,
        array: &str,
        suffix: &str,
        which: impl IntoIterator<Item = usize>,
    ) -> Vec<f64> {
        which.into_iter().map(|k| self.at(x, &format!("{array}[{k}]_{suffix}"))).collect()
    }

    /// The value of a variable of a point process.
    pub(crate) fn point(&mut self, point: usize, variable: &str) -> f64 {
        self.value(VariableRef::point(0, point, variable))
    }

    /// The first elements of an array of a point process.
    pub(crate) fn elements(&mut self, point: usize, array: &str, count: usize) -> Vec<f64> {
        (0..count).map(|k| self.point(point, &format!("{array}[{k}]"))).collect()
    }

    fn value(&mut self, variable: VariableRef) -> f64 {
        let handle = self.simulation.handle(&variable.into()).unwrap_or_else(|error| panic!("{error}"));
        self.simulation.read(handle).unwrap()
    }

    /// Sets a value at a place of the section.
    pub(crate) fn set(&mut self, x: f64, variable: &str, value: f64) {
        let handle = self.simulation.handle(&VariableRef::section(0, 0, x, variable).into()).unwrap();
        self.simulation.set(handle, value).unwrap();
    }

    /// Sets a global variable.
    pub(crate) fn set_global(&mut self, mechanism: &str, global: &str, value: f64) {
        let global = loligo::ValueRef::Global { mechanism: mechanism.to_owned(), global: global.to_owned() };
        let handle = self.simulation.handle(&global).unwrap_or_else(|error| panic!("{error}"));
        self.simulation.set(handle, value).unwrap();
    }

    /// Makes steps.
    pub(crate) fn step(&mut self, count: usize) {
        for _ in 0..count {
            self.simulation.step().unwrap();
        }
    }

    /// Makes steps until a time (ms) is reached, as `while h.t < tstop: h.fadvance()` does.
    pub(crate) fn run(&mut self, tstop: f64) {
        while self.simulation.time() < tstop {
            self.simulation.step().unwrap();
        }
    }
}

/// NEURON's arithmetic and defaults.
pub(crate) fn exact() -> Options {
    Options { numerics: Numerics::Exact, ..Options::default() }
}

/// Requires equal bits; every NaN is the same.
#[track_caller]
pub(crate) fn same(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: {found:?}, in NEURON {expected:?}");
    for (k, (found_one, expected_one)) in found.iter().zip(expected).enumerate() {
        let equal = found_one.to_bits() == expected_one.to_bits()
            || found_one.is_nan() && expected_one.is_nan()
            || *found_one == 0.0 && *expected_one == 0.0;
        assert!(equal, "{what}: value {k} is {found_one:?}, in NEURON {expected_one:?}\n{found:?}\n{expected:?}");
    }
}
