//! Loligo as a simulator of cases.

use std::collections::{BTreeMap, HashMap};

use loligo::kernels::Catalogue;
use loligo::prelude::*;
use loligo::{Cable, ImplausibleValue, Shape, SimulationError, ValueRef};

use crate::mod_catalogue::catalogue_of_texts;
use crate::parameter_value::ParameterValue;
use crate::simulator::{Simulator, SimulatorError};
use crate::themes::with_themes;
use crate::vocabulary::{Definition, Geometry, Method, Parameters, Probe, Results, Source, Value};

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

/// Interval of a recording that is read only at the end.
const NEVER: usize = u32::MAX as usize;

/// NEURON's limit, and Loligo's: a section with more segments is rejected before memory is
/// allocated for them.
const MOST_SEGMENTS: usize = 32767;

/// Loligo with one kind of arithmetic.
#[derive(Clone, Copy, Debug)]
pub struct LoligoSimulator {
    numerics: Numerics,
}

impl LoligoSimulator {
    /// Loligo with this kind of arithmetic.
    pub fn new(numerics: Numerics) -> Self {
        Self { numerics }
    }
}

impl Simulator for LoligoSimulator {
    fn name(&self) -> String {
        format!("Loligo {} {:?}", env!("CARGO_PKG_VERSION"), self.numerics)
    }

    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError> {
        self.run_with(case, catalogue_of(case)?, |_| Ok(()))
    }
}

impl LoligoSimulator {
    /// Runs a case with the mechanisms of a catalogue, once `adjust` has changed the network.
    ///
    /// # Errors
    /// A case with a part that Loligo does not have or refuses.
    pub(crate) fn run_with(
        self,
        case: &Definition,
        catalogue: Catalogue,
        adjust: impl FnOnce(&mut Translation) -> Result<(), SimulatorError>,
    ) -> Result<Results, SimulatorError> {
        if case.method == Method::Cvode {
            return Err(unsupported("method cvode"));
        }
        let mut translation = Translation::of(case, catalogue)?;
        adjust(&mut translation)?;
        let options = self.options(case)?;
        let mut simulation = Simulation::new(&translation.network, &options).map_err(refused)?;
        simulation.run_until(case.tstop).map_err(refused)?;
        translation.results(case, &mut simulation)
    }

    /// Values of a case that no neuron has.
    ///
    /// # Errors
    /// A case with a part that Loligo does not have or refuses.
    pub fn implausible_values(self, case: &Definition) -> Result<Vec<ImplausibleValue>, SimulatorError> {
        let translation = Translation::of(case, catalogue_of(case)?)?;
        Ok(translation.network.implausible_values(&self.options(case)?, Some(case.tstop)))
    }

    fn options(self, case: &Definition) -> Result<Options, SimulatorError> {
        let second_order = match case.secondorder {
            0 => SecondOrder::BackwardEuler,
            1 => SecondOrder::CrankNicolson,
            2 => SecondOrder::CrankNicolsonCurrents,
            other => return Err(unsupported(format!("secondorder {other}"))),
        };
        let (dt, v_init, celsius) = (case.dt, case.v_init, case.celsius);
        Ok(Options { dt, v_init, celsius, second_order, numerics: self.numerics, ..Options::default() })
    }
}

/// The mechanisms that a case brings, or else those of the example and of the library's themes.
fn catalogue_of(case: &Definition) -> Result<Catalogue, SimulatorError> {
    let refused = |message| SimulatorError::Refused { message };
    if !case.mechanisms.is_empty() {
        return catalogue_of_texts(&case.mechanisms).map_err(refused);
    }
    with_themes(own_mechanisms::catalogue().map_err(|error| refused(error.to_string()))?, case)
}

fn unsupported(feature: impl Into<String>) -> SimulatorError {
    SimulatorError::Unsupported { feature: feature.into() }
}

fn refused(error: SimulationError) -> SimulatorError {
    SimulatorError::Refused { message: error.to_string() }
}

fn no_such(what: &str, name: &str) -> SimulatorError {
    SimulatorError::Refused { message: format!("there is no {what} \"{name}\"") }
}

/// A case as a network, and the places of its names in it.
pub(crate) struct Translation {
    pub(crate) network: Network,
    /// Cell and section of each section's name.
    sections: HashMap<String, (usize, usize)>,
    /// Cell and point process of each id.
    points: HashMap<String, (usize, usize)>,
    artificial: HashMap<String, usize>,
    /// Diameters of single segments assigned over 3-D points.
    assigned_diameters: HashMap<String, Vec<f64>>,
}

impl Translation {
    fn of(case: &Definition, catalogue: Catalogue) -> Result<Self, SimulatorError> {
        let mut translation = Self {
            network: Network::with_catalogue(catalogue),
            sections: HashMap::new(),
            points: HashMap::new(),
            artificial: HashMap::new(),
            assigned_diameters: HashMap::new(),
        };
        translation.add_sections(case)?;
        translation.add_density(case)?;
        for point in &case.points {
            let (cell, section) = translation.section(&point.sec)?;
            let mut mechanism = mechanism(&point.kind, &point.params);
            mechanism.parameters =
                mechanism.parameters.into_iter().map(|(name, v)| (spelling(&point.kind, &name).into(), v)).collect();
            mechanism.stream = stream(point.r123.as_ref());
            let index = translation.network.cells[cell].place(&point.id, section, point.x, mechanism);
            translation.points.insert(point.id.clone(), (cell, index));
        }
        for cell in &case.art {
            let mut mechanism = mechanism(&cell.kind, &cell.params);
            mechanism.stream = stream(cell.r123.as_ref());
            let index = translation.network.add_artificial_cell(&cell.id, mechanism);
            translation.artificial.insert(cell.id.clone(), index);
        }
        translation.add_connections(case)?;
        for transfer in &case.transfers {
            let (source, target) = (translation.variable(&transfer.from)?, translation.variable(&transfer.to)?);
            translation.network.transfer(source, target);
        }
        for pointer in &case.pointers {
            let of = translation.object_variable(&pointer.of, &pointer.var)?;
            let to = translation.variable(&pointer.to)?;
            translation.network.point_to(of, to);
        }
        translation.network.globals.clone_from(&case.globals);
        for intervention in &case.interventions {
            let value = translation.value(&intervention.value)?;
            translation.network.intervene(intervention.t, value, intervention.to);
        }
        for play in &case.plays {
            let (times, values) = (play.t.clone(), play.y.clone());
            let waveform =
                if play.continuous { Waveform::continuous(times, values) } else { Waveform::steps(times, values) };
            let target = translation.object_variable(&play.target, &play.var)?;
            translation.network.play(target, waveform);
        }
        let finals = case.final_probes.iter().filter(|probe| !matches!(probe, Probe::Weight { .. }));
        for (probe, every) in case.probes.iter().map(|p| (p, 1)).chain(finals.map(|p| (p, NEVER))) {
            let variable = translation.variable(probe)?;
            translation.network.record_as(probe.to_string(), variable, every);
        }
        Ok(translation)
    }

    /// Converts every tree of sections to a cell.
    fn add_sections(&mut self, case: &Definition) -> Result<(), SimulatorError> {
        for entry in &case.sections {
            if entry.nseg > MOST_SEGMENTS {
                let message =
                    format!("section \"{}\": nseg = {}; give at most {MOST_SEGMENTS}", entry.name, entry.nseg);
                return Err(SimulatorError::Refused { message });
            }
            let shape = if entry.points.is_empty() {
                let mut diameters = vec![entry.diam; entry.nseg];
                diameters.iter_mut().zip(&entry.segment_diameters).for_each(|(d, given)| *d = *given);
                Shape::Cylinder { length: entry.length, diameters }
            } else {
                let single = |value: f64| value as f32;
                let point = |p: &[f64; 4]| Point3d {
                    x: single(p[0]),
                    y: single(p[1]),
                    z: single(p[2]),
                    diameter: single(p[3]),
                };
                let mut points: Vec<Point3d> = entry.points.iter().map(point).collect();
                let assigned = &entry.segment_diameters;
                if !assigned.is_empty() {
                    let kept = loligo::assign_segment_diameters(&mut points, entry.nseg, assigned);
                    self.assigned_diameters.insert(entry.name.clone(), kept);
                }
                Shape::Points(points)
            };
            let mut section = Section::cylinder(&entry.name, entry.length, entry.diam)
                .with_segments(entry.nseg)
                .with_axial_resistance(entry.axial_resistivity)
                .with_membrane_capacitance(entry.membrane_capacitance);
            section.shape = shape;
            let cell = match &entry.attachment {
                None => self.network.add_cell(Cell::new(&entry.name)),
                Some(attachment) => {
                    let (cell, parent) = self.section(&attachment.parent)?;
                    let child_end = if attachment.child_end == 0 { End::Zero } else { End::One };
                    section.parent = Some(Attachment { parent, parent_x: attachment.parent_x, child_end });
                    cell
                }
            };
            let index = self.network.cells[cell].add_section(section);
            self.sections.insert(entry.name.clone(), (cell, index));
        }
        Ok(())
    }

    fn add_density(&mut self, case: &Definition) -> Result<(), SimulatorError> {
        for entry in &case.density {
            if entry.mech == "extracellular" {
                return Err(unsupported("mechanism extracellular"));
            }
            let (cell, _) = self.section(&entry.sec)?;
            let mut mechanism = mechanism(&entry.mech, &entry.params);
            if entry.mech == "hh" {
                mechanism = mechanism.with("table", f64::from(u8::from(case.usetable_hh)));
            }
            self.network.cells[cell].paint(Region::section_named(&entry.sec), mechanism);
        }
        Ok(())
    }

    fn add_connections(&mut self, case: &Definition) -> Result<(), SimulatorError> {
        for netcon in &case.netcons {
            let source = match &netcon.src {
                None => None,
                Some(Source::Membrane { sec, x, var }) => {
                    let (cell, section) = self.section(sec)?;
                    Some(SourceRef::Variable(VariableRef::section(cell, section, *x, var)))
                }
                Some(Source::Cell { id }) => Some(match (self.points.get(id), self.artificial.get(id)) {
                    (Some(&(cell, point)), _) => SourceRef::Point { cell, point },
                    (None, Some(&cell)) => SourceRef::Artificial(cell),
                    (None, None) => return Err(no_such("point process or artificial cell", id)),
                }),
            };
            let target = match &netcon.tgt {
                None => None,
                Some(id) => Some(match (self.points.get(id), self.artificial.get(id)) {
                    (Some(&(cell, point)), _) => TargetRef::Point { cell, point },
                    (None, Some(&cell)) => TargetRef::Artificial(cell),
                    (None, None) => return Err(no_such("point process or artificial cell", id)),
                }),
            };
            let weight = if netcon.weight.is_empty() { vec![0.0] } else { netcon.weight.clone() };
            self.network.connect(Connection {
                source,
                target,
                weight,
                delay: netcon.delay,
                threshold: netcon.threshold,
                events: netcon.events.clone(),
            });
        }
        Ok(())
    }

    fn section(&self, name: &str) -> Result<(usize, usize), SimulatorError> {
        self.sections.get(name).copied().ok_or_else(|| no_such("section", name))
    }

    fn object_variable(&self, id: &str, variable: &str) -> Result<VariableRef, SimulatorError> {
        match (self.points.get(id), self.artificial.get(id)) {
            (Some(&(cell, point)), _) => {
                let kind = &self.network.cells[cell].points[point].mechanism.name;
                Ok(VariableRef::point(cell, point, spelling(kind, variable)))
            }
            (None, Some(&cell)) => Ok(VariableRef::artificial(cell, variable)),
            (None, None) => Err(no_such("point process or artificial cell", id)),
        }
    }

    pub(crate) fn variable(&self, probe: &Probe) -> Result<VariableRef, SimulatorError> {
        match probe {
            Probe::Membrane { sec, x, var } => {
                let (cell, section) = self.section(sec)?;
                Ok(VariableRef::section(cell, section, *x, var))
            }
            Probe::Object { id, var } => self.object_variable(id, var),
            Probe::Weight { .. } => Err(unsupported(format!("recording {probe}"))),
        }
    }

    fn value(&self, value: &Value) -> Result<ValueRef, SimulatorError> {
        Ok(match value {
            Value::Celsius => ValueRef::Celsius,
            Value::Global { mech, global } => ValueRef::Global { mechanism: mech.clone(), global: global.clone() },
            &Value::Of(Probe::Weight { netcon, weight }) => ValueRef::Weight { connection: netcon, weight },
            Value::Of(probe) => self.variable(probe)?.into(),
        })
    }

    fn results(&self, case: &Definition, simulation: &mut Simulation) -> Result<Results, SimulatorError> {
        // Without sections, NEURON's vectors record nothing once there is a NetCon.
        let silent = case.sections.is_empty() && !case.netcons.is_empty();
        let samples = |k| if silent { Vec::new() } else { simulation.samples(k).unwrap().to_vec() };
        let probes: Vec<_> = (0..case.probes.len()).map(samples).collect();
        let mut final_values = Vec::new();
        let mut recording = case.probes.len();
        for probe in &case.final_probes {
            final_values.push(match *probe {
                Probe::Weight { netcon, weight } => {
                    let handle =
                        simulation.handle(&ValueRef::Weight { connection: netcon, weight }).map_err(refused)?;
                    simulation.read(handle).map_err(refused)?
                }
                _ => {
                    recording += 1;
                    simulation.value(recording - 1).unwrap()
                }
            });
        }
        let has_times = !case.probes.is_empty() && !case.sections.is_empty();
        let samples = usize::try_from(simulation.steps()).unwrap_or(usize::MAX).saturating_add(1);
        Ok(Results {
            n_fadvance: simulation.steps(),
            t_end: simulation.time(),
            probes,
            spikes: self.spikes(case, simulation),
            final_values,
            t: has_times.then(|| loligo::sample_times(case.dt, 1, samples)),
            geometry: self.geometry(case)?,
            thinned: None,
        })
    }

    /// Spike times by connection. As in NEURON, a source records to one place: the last connection that records gets
    /// the spikes.
    fn spikes(&self, case: &Definition, simulation: &Simulation) -> BTreeMap<usize, Vec<f64>> {
        let recorded = || case.netcons.iter().enumerate().filter(|(_, netcon)| netcon.rec).map(|(k, _)| k);
        let mut last = HashMap::new();
        for index in recorded() {
            last.insert(simulation.source_of_connection(index), index);
        }
        recorded()
            .map(|index| {
                let is_last = last.get(&simulation.source_of_connection(index)) == Some(&index);
                (index, if is_last { simulation.spikes_of_connection(index) } else { Vec::new() })
            })
            .collect()
    }

    fn geometry(&self, case: &Definition) -> Result<BTreeMap<String, Geometry>, SimulatorError> {
        let build = |cell: &Cell| cell.cable().map_err(|error| SimulatorError::Refused { message: error.to_string() });
        let cables: Vec<Cable> = self.network.cells.iter().map(build).collect::<Result<_, _>>()?;
        let mut geometry = BTreeMap::new();
        for entry in &case.sections {
            let (cell, section) = self.section(&entry.name)?;
            let cable = &cables[cell];
            let first = cable.segment_nodes(section).start;
            let nodes = || (0..entry.nseg).map(|k| cable.node_at(section, (k as f64 + 0.5) / entry.nseg as f64));
            let own = &cable.geometry[section];
            let mut diam: Vec<f64> = nodes().map(|node| own.diameter[(node - first) as usize]).collect();
            // Assigned diameters are kept if integration yields the same within 1e-9 um: by position on the section,
            // for either direction in which it was connected afterwards.
            if let Some(assigned) = self.assigned_diameters.get(&entry.name) {
                for (diameter, assigned) in diam.iter_mut().zip(assigned) {
                    if (*diameter - assigned).abs() <= 1e-9 {
                        *diameter = *assigned;
                    }
                }
            }
            geometry.insert(
                entry.name.clone(),
                Geometry {
                    length: own.length,
                    diam,
                    area: nodes().map(|node| cable.area[node as usize]).collect(),
                    ri: nodes().map(|node| cable.resistance_to_parent(node)).collect(),
                    ri_at_1: cable.resistance_to_parent(cable.node_at(section, 1.0)),
                },
            );
        }
        Ok(geometry)
    }
}

/// Loligo's name for a variable of a point process: NEURON accepts IClamp's `delay` also as `del`.
fn spelling<'a>(kind: &str, variable: &'a str) -> &'a str {
    match (kind, variable) {
        ("IClamp", "del") => "delay",
        _ => variable,
    }
}

/// Ids of a random stream; missing ones are 0.
fn stream(ids: Option<&Vec<u32>>) -> Option<[u32; 3]> {
    ids.map(|ids| [0, 1, 2].map(|k| ids.get(k).copied().unwrap_or(0)))
}

/// A mechanism with its parameters; each element of an array is a separate parameter.
fn mechanism(name: &str, params: &Parameters) -> Mechanism {
    let mut mechanism = Mechanism::new(name);
    for (key, value) in params {
        match value {
            ParameterValue::Number(value) => mechanism = mechanism.with(key, *value),
            ParameterValue::Array(values) => {
                for (k, value) in values.iter().enumerate() {
                    mechanism = mechanism.with(format!("{key}[{k}]"), *value);
                }
            }
        }
    }
    mechanism
}
