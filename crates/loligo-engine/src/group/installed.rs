//! A mechanism in a group: which rows its instances sit on, and how it gets at their voltages and equations.

use std::ops::Range;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::{Block, CHUNK, Context, Ion, IonUse, Kind, Mechanism, Membrane, Outbox};

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

/// A mechanism in a group: what never changes of it. Its state is a [`Block`].
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

/// Voltages and equations of instances whose rows are scattered, [`CHUNK`] at a time.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    v: [f64; CHUNK],
    rhs: [f64; CHUNK],
    diagonal: [f64; CHUNK],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { v: [0.0; CHUNK], rhs: [0.0; CHUNK], diagonal: [0.0; CHUNK] }
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
        let kind = mechanism.description().kind;
        if runs.len() * WORTHWHILE_RUN > rows.len() || matches!(kind, Kind::Point { .. }) {
            runs.clear();
        }
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

    /// Sets the states; `v` are the voltages of all rows.
    pub(crate) fn initialize(&self, context: &Context, v: &[f64], block: &mut Block) {
        let v: Vec<f64> = self.rows.iter().map(|&row| v[row as usize]).collect(); // mV
        // Point processes that send events to themselves do not exist yet; an outbox that is dropped serves the others.
        self.mechanism.initialize(context, &v, block, &mut Outbox::default());
    }

    /// Advances the states; `v` are the voltages of all rows.
    pub(crate) fn advance(&self, context: &Context, v: &[f64], block: &mut Block, scratch: &mut Scratch) {
        for Run { row, instance, length } in self.chunks_of_runs() {
            let instances = block.instances(instance..instance + length);
            self.mechanism.advance(context, &v[row..row + length], instances);
        }
        for (first, rows) in self.scattered_chunks() {
            let v = gather(v, rows, &mut scratch.v);
            self.mechanism.advance(context, v, block.instances(first..first + rows.len()));
        }
    }

    /// Adds the currents to the rows' equations.
    pub(crate) fn add_currents(
        &self,
        context: &Context,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
        matrix: &mut HinesMatrix,
    ) {
        for Run { row, instance, length } in self.chunks_of_runs() {
            let rows = row..row + length;
            let membrane =
                Membrane { rhs: &mut matrix.rhs[rows.clone()], diagonal: &mut matrix.diagonal[rows.clone()] };
            self.mechanism.current(context, &v[rows], block.instances(instance..instance + length), membrane);
        }
        for (first, rows) in self.scattered_chunks() {
            let instances = first..first + rows.len();
            let (rhs, diagonal) = self.scattered_current(context, v, block, scratch, rows, instances.clone());
            let sign = if self.electrode { -1.0 } else { 1.0 };
            add_to_rows(rows, sign, rhs, &mut matrix.rhs); // mA/cm2
            add_to_rows(rows, sign, diagonal, &mut matrix.diagonal); // S/cm2
        }
    }

    /// What a chunk of scattered instances adds to their rows' equations: mA/cm2 and S/cm2.
    fn scattered_current<'a>(
        &self,
        context: &Context,
        v: &[f64],
        block: &mut Block,
        scratch: &'a mut Scratch,
        rows: &[u32],
        instances: Range<usize>,
    ) -> (&'a [f64], &'a [f64]) {
        let Scratch { v: own, rhs, diagonal } = scratch;
        let v = gather(v, rows, own);
        let (rhs, diagonal) = (&mut rhs[..rows.len()], &mut diagonal[..rows.len()]);
        rhs.fill(0.0);
        diagonal.fill(0.0);
        self.mechanism.current(context, v, block.instances(instances.clone()), Membrane { rhs, diagonal });
        if let Some(scale) = self.scale.get(instances) {
            for ((i, g), scale) in rhs.iter_mut().zip(&mut *diagonal).zip(scale) {
                *i *= scale; // mA/cm2
                *g *= scale; // S/cm2
            }
        }
        (rhs, diagonal)
    }

    /// Consecutive instances on consecutive rows, [`CHUNK`] at a time; none if that is not worth it.
    fn chunks_of_runs(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().flat_map(|run| {
            (0..run.length).step_by(CHUNK).map(|done| Run {
                row: run.row + done,
                instance: run.instance + done,
                length: CHUNK.min(run.length - done),
            })
        })
    }

    /// The rows of all instances, [`CHUNK`] at a time, with the index of the first of them; none if there are runs.
    fn scattered_chunks(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let rows = if self.runs.is_empty() { &self.rows[..] } else { &[] };
        (0..).step_by(CHUNK).zip(rows.chunks(CHUNK))
    }

    /// Fetches the reversal potentials of the mechanism's ions; `blocks` are those of the mechanisms before this one.
    pub(crate) fn read_ions(&self, blocks: &[Block], block: &mut Block) {
        for link in &self.ions {
            for (own, &instance) in link.instances.iter().enumerate() {
                let reversal_potential = blocks[link.ion].value(Ion::REVERSAL_POTENTIAL, instance as usize); // mV
                block.set(link.columns.reversal_potential, own, reversal_potential);
            }
        }
    }

    /// Adds the mechanism's ion currents, and their slopes, to the ions'.
    pub(crate) fn add_ion_currents(&self, blocks: &mut [Block], block: &Block) {
        for link in &self.ions {
            let pairs = [(link.columns.current, Ion::CURRENT), (link.columns.current_slope, Ion::CURRENT_SLOPE)];
            for (own, column) in pairs {
                let sum = blocks[link.ion].column_mut(column);
                for (share, &instance) in link.instances.iter().enumerate() {
                    sum[instance as usize] += block.value(own, share); // mA/cm2 or S/cm2
                }
            }
        }
    }

    /// Whether an instance at `row` has a variable, or at voltages `v` a current, that is not finite.
    pub(crate) fn is_broken_at(
        &self,
        row: u32,
        context: &Context,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
    ) -> bool {
        let here = self.rows.iter().enumerate().filter(|(_, own)| **own == row);
        let instances: Vec<usize> = here.map(|(instance, _)| instance).collect();
        instances.into_iter().any(|instance| {
            let range = instance..instance + 1;
            let current_is_finite = !self.mechanism.description().has_current || {
                let (rhs, diagonal) = self.scattered_current(context, v, block, scratch, &[row], range);
                rhs[0].is_finite() && diagonal[0].is_finite()
            };
            !current_is_finite || (0..block.width()).any(|column| !block.value(column, instance).is_finite())
        })
    }
}

/// Voltages of some rows.
fn gather<'a>(v: &[f64], rows: &[u32], scratch: &'a mut [f64; CHUNK]) -> &'a [f64] {
    for (own, &row) in scratch.iter_mut().zip(rows) {
        *own = v[row as usize]; // mV
    }
    &scratch[..rows.len()]
}

/// Adds each value to the sum of its row, one after the other; a sum stays in a register as long as the row is the same.
fn add_to_rows(rows: &[u32], sign: f64, values: &[f64], sums: &mut [f64]) {
    let Some(&first) = rows.first() else { return };
    let mut row = first as usize;
    let mut sum = sums[row];
    for (&next, value) in rows.iter().zip(values) {
        if next as usize != row {
            sums[row] = sum;
            row = next as usize;
            sum = sums[row];
        }
        sum += sign * value;
    }
    sums[row] = sum;
}
