//! A mechanism in a group: which rows its instances sit on, and the arrays it works on.

use loligo_cable::HinesMatrix;
use loligo_mechanisms::{Block, Context, Ion, IonUse, Kind, Mechanism, Membrane, Outbox};

/// Consecutive instances on consecutive rows.
#[derive(Clone, Copy, Debug)]
struct Run {
    row: usize,
    instance: usize,
    length: usize,
}

/// Runs shorter than this on average are not worth their loop: instances are then visited one by one.
const WORTHWHILE_RUN: usize = 8;

/// An ion that the mechanism uses.
#[derive(Clone, Debug)]
pub(crate) struct IonLink {
    /// Index of the ion among the group's installed mechanisms.
    pub(crate) ion: usize,
    /// The ion's instance for each of the mechanism's.
    instances: Vec<u32>,
    columns: IonUse,
}

/// A mechanism in a group: what never changes of it. Its state is a [`Block`], its workspace a [`Scratch`].
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    pub(crate) mechanism: &'static dyn Mechanism,
    pub(crate) rows: Vec<u32>,
    runs: Vec<Run>,
    /// 100 / area of each point process's row: nA to mA/cm2, uS to S/cm2.
    scale: Vec<f64>,
    electrode: bool,
    pub(crate) ions: Vec<IonLink>,
}

/// Voltage, current and conductance of each instance.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    v: Vec<f64>,
    current: Vec<f64>,
    conductance: Vec<f64>,
}

impl Scratch {
    pub(crate) fn new(instances: usize) -> Self {
        Self { v: vec![0.0; instances], current: vec![0.0; instances], conductance: vec![0.0; instances] }
    }
}

impl Installed {
    pub(crate) fn new(mechanism: &'static dyn Mechanism, rows: Vec<u32>, area: &[f64]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (instance, &row) in rows.iter().enumerate() {
            let row = row as usize;
            match runs.last_mut() {
                Some(run) if run.row + run.length == row => run.length += 1,
                _ => runs.push(Run { row, instance, length: 1 }),
            }
        }
        if runs.len() * WORTHWHILE_RUN > rows.len() {
            runs.clear();
        }
        let kind = mechanism.description().kind;
        let scale = match kind {
            Kind::Point { .. } => rows.iter().map(|&row| 1e2 / area[row as usize]).collect(),
            _ => Vec::new(),
        };
        let electrode = kind == Kind::Point { electrode: true };
        Self { mechanism, rows, runs, scale, electrode, ions: Vec::new() }
    }

    /// Finds, for each ion that the mechanism uses, the ion's instance at each of the mechanism's rows.
    pub(crate) fn link_ions(&mut self, others: &[Self]) {
        let link = |columns: &IonUse| {
            let ion = others.iter().position(|other| other.mechanism.description().name == columns.ion)?;
            let mut instance_at: Vec<(u32, u32)> = others[ion].rows.iter().copied().zip(0..).collect();
            instance_at.sort_unstable();
            let find = |row: &u32| {
                let found = instance_at.binary_search_by_key(row, |&(row, _)| row).ok()?;
                Some(instance_at[found].1)
            };
            let instances: Option<Vec<u32>> = self.rows.iter().map(find).collect();
            Some(IonLink { ion, instances: instances?, columns: *columns })
        };
        self.ions = self.mechanism.description().ions.iter().filter_map(link).collect();
    }

    /// Fetches the voltages of the instances' rows.
    fn gather(&self, v: &[f64], scratch: &mut Scratch) {
        if self.runs.is_empty() {
            for (own, &row) in scratch.v.iter_mut().zip(&self.rows) {
                *own = v[row as usize]; // mV
            }
        }
        for run in &self.runs {
            let rows = &v[run.row..run.row + run.length];
            scratch.v[run.instance..run.instance + run.length].copy_from_slice(rows); // mV
        }
    }

    pub(crate) fn initialize(&self, context: &Context, v: &[f64], block: &mut Block, scratch: &mut Scratch) {
        self.gather(v, scratch);
        // Point processes that send events to themselves do not exist yet; an outbox that is dropped serves the others.
        self.mechanism.initialize(context, &scratch.v, block, &mut Outbox::default());
    }

    pub(crate) fn advance(&self, context: &Context, v: &[f64], block: &mut Block, scratch: &mut Scratch) {
        self.gather(v, scratch);
        self.mechanism.advance(context, &scratch.v, block);
    }

    /// Computes the currents and adds them to the rows' equations.
    pub(crate) fn add_currents(
        &self,
        context: &Context,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
        matrix: &mut HinesMatrix,
    ) {
        self.gather(v, scratch);
        let Scratch { v, current, conductance } = scratch;
        self.mechanism.current(context, v, block, Membrane { current, conductance });
        for ((i, g), scale) in current.iter_mut().zip(&mut *conductance).zip(&self.scale) {
            *i *= scale; // mA/cm2
            *g *= scale; // S/cm2
        }
        if self.electrode {
            for (k, &row) in self.rows.iter().enumerate() {
                matrix.rhs[row as usize] += current[k]; // mA/cm2
                matrix.diagonal[row as usize] -= conductance[k]; // S/cm2
            }
        } else if self.runs.is_empty() {
            for (k, &row) in self.rows.iter().enumerate() {
                matrix.rhs[row as usize] -= current[k]; // mA/cm2
                matrix.diagonal[row as usize] += conductance[k]; // S/cm2
            }
        } else {
            for run in &self.runs {
                let instances = run.instance..run.instance + run.length;
                let rows = run.row..run.row + run.length;
                let rhs = matrix.rhs[rows.clone()].iter_mut().zip(&current[instances.clone()]);
                rhs.for_each(|(rhs, i)| *rhs -= i); // mA/cm2
                let diagonal = matrix.diagonal[rows].iter_mut().zip(&conductance[instances]);
                diagonal.for_each(|(d, g)| *d += g); // S/cm2
            }
        }
    }

    /// Fetches the reversal potentials of the mechanism's ions; `blocks` are those of the mechanisms before this one.
    pub(crate) fn read_ions(&self, blocks: &[Block], block: &mut Block) {
        for link in &self.ions {
            let source = blocks[link.ion].column(Ion::REVERSAL_POTENTIAL);
            let target = block.column_mut(link.columns.reversal_potential);
            for (e, &instance) in target.iter_mut().zip(&link.instances) {
                *e = source[instance as usize]; // mV
            }
        }
    }

    /// Adds the mechanism's ion currents, and their slopes, to the ions'.
    pub(crate) fn add_ion_currents(&self, blocks: &mut [Block], block: &Block) {
        for link in &self.ions {
            let pairs = [(link.columns.current, Ion::CURRENT), (link.columns.current_slope, Ion::CURRENT_SLOPE)];
            for (own, column) in pairs {
                let sum = blocks[link.ion].column_mut(column);
                for (share, &instance) in block.column(own).iter().zip(&link.instances) {
                    sum[instance as usize] += share; // mA/cm2 or S/cm2
                }
            }
        }
    }

    /// Whether an instance at `row` has a current or variable that is not finite.
    pub(crate) fn is_broken_at(&self, row: u32, block: &Block, scratch: &Scratch) -> bool {
        let has_current = self.mechanism.description().has_current;
        self.rows.iter().enumerate().filter(|(_, own)| **own == row).any(|(k, _)| {
            (has_current && !(scratch.current[k].is_finite() && scratch.conductance[k].is_finite()))
                || (0..block.width()).any(|column| !block.column(column)[k].is_finite())
        })
    }
}
