//! A mechanism in a group: which rows its instances sit on, and how it gets at their voltages and equations.

use std::ops::Range;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::math::{Kernel, Simd};
use loligo_mechanisms::{Block, CHUNK, Context, Ion, IonUse, Kind, Mechanism, Membrane, Numerics, Outbox};

/// Consecutive instances on consecutive rows.
#[derive(Clone, Copy, Debug)]
struct Run {
    row: usize,
    instance: usize,
    length: usize,
}

/// Consecutive instances on one row.
#[derive(Clone, Copy, Debug)]
struct Bundle {
    row: u32,
    instance: u32,
    length: u32,
    /// Of a point process 100 / area: nA to mA/cm2, uS to S/cm2.
    scale: f64,
}

/// The most scattered instances that are worked on at a time: fewer than a [`CHUNK`], since their voltages and sums share the
/// innermost cache with their columns.
const SCATTERED_CHUNK: usize = 248;

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
    /// All instances in bundles of one row, if there are no runs.
    bundles: Vec<Bundle>,
    /// Consecutive bundles of at most [`SCATTERED_CHUNK`] instances.
    chunks: Vec<Range<usize>>,
    electrode: bool,
    pub(crate) ions: Vec<IonLink>,
}

/// Voltages and equations of instances whose rows are scattered, [`SCATTERED_CHUNK`] at a time.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    v: [f64; SCATTERED_CHUNK],
    rhs: [f64; SCATTERED_CHUNK],
    diagonal: [f64; SCATTERED_CHUNK],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { v: [0.0; SCATTERED_CHUNK], rhs: [0.0; SCATTERED_CHUNK], diagonal: [0.0; SCATTERED_CHUNK] }
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
        let scale = |row: u32| match kind {
            Kind::Point { .. } => 1e2 / area[row as usize],
            _ => 1.0,
        };
        let bundles = if runs.is_empty() { bundles(&rows, scale) } else { Vec::new() };
        let chunks = chunks(&bundles);
        let electrode = kind == Kind::Point { electrode: true };
        Self { mechanism, rows, runs, bundles, chunks, electrode, ions: Vec::new() }
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
        for bundles in self.scattered_chunks() {
            let instances = instances_of(bundles);
            let v = match self.mechanism.description().state_reads_voltage {
                true => gather(v, bundles, &mut scratch.v),
                false => &scratch.v[..instances.len()],
            };
            self.mechanism.advance(context, v, block.instances(instances));
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
        for bundles in self.scattered_chunks() {
            self.scattered_current(context, v, block, scratch, bundles);
            let sign = if self.electrode { -1.0 } else { 1.0 };
            let sums = Sums { bundles, sign, own: &scratch.rhs, rows: &mut matrix.rhs }; // mA/cm2
            sums.add(context);
            let sums = Sums { bundles, sign, own: &scratch.diagonal, rows: &mut matrix.diagonal }; // S/cm2
            sums.add(context);
        }
    }

    /// Leaves in the scratch what the instances of bundles add to their rows' equations, not yet scaled.
    fn scattered_current(
        &self,
        context: &Context,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
        bundles: &[Bundle],
    ) {
        let instances = instances_of(bundles);
        let Scratch { v: own, rhs, diagonal } = scratch;
        let v = gather(v, bundles, own);
        let (rhs, diagonal) = (&mut rhs[..instances.len()], &mut diagonal[..instances.len()]);
        rhs.fill(0.0);
        diagonal.fill(0.0);
        self.mechanism.current(context, v, block.instances(instances), Membrane { rhs, diagonal });
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

    /// The bundles of all instances, at most [`SCATTERED_CHUNK`] instances at a time; none if there are runs.
    fn scattered_chunks(&self) -> impl Iterator<Item = &[Bundle]> {
        self.chunks.iter().map(|chunk| &self.bundles[chunk.clone()])
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
        let scale = self.bundles.iter().find(|bundle| bundle.row == row).map_or(1.0, |bundle| bundle.scale);
        instances.into_iter().any(|instance| {
            let alone = Bundle { row, instance: instance as u32, length: 1, scale };
            let current_is_finite = !self.mechanism.description().has_current || {
                self.scattered_current(context, v, block, scratch, &[alone]);
                (scratch.rhs[0] * scale).is_finite() && (scratch.diagonal[0] * scale).is_finite()
            };
            !current_is_finite || (0..block.width()).any(|column| !block.value(column, instance).is_finite())
        })
    }
}

/// Bundles of consecutive instances on one row, at most [`SCATTERED_CHUNK`] in each.
///
/// Where a row's instances are divided depends on that row alone, and so do the bits of their sum.
fn bundles(rows: &[u32], scale: impl Fn(u32) -> f64) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for (&row, instance) in rows.iter().zip(0..) {
        match bundles.last_mut() {
            Some(bundle) if bundle.row == row && (bundle.length as usize) < SCATTERED_CHUNK => bundle.length += 1,
            _ => bundles.push(Bundle { row, instance, length: 1, scale: scale(row) }),
        }
    }
    bundles
}

/// Divides bundles into chunks of at most [`SCATTERED_CHUNK`] instances.
fn chunks(bundles: &[Bundle]) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let mut instances = 0;
    for (index, bundle) in bundles.iter().enumerate() {
        let length = bundle.length as usize;
        match chunks.last_mut() {
            Some(chunk) if instances + length <= SCATTERED_CHUNK => chunk.end = index + 1,
            _ => {
                chunks.push(index..index + 1);
                instances = 0;
            }
        }
        instances += length;
    }
    chunks
}

/// All instances of consecutive bundles.
fn instances_of(bundles: &[Bundle]) -> Range<usize> {
    let first = bundles.first().map_or(0, |bundle| bundle.instance);
    let end = bundles.last().map_or(0, |bundle| bundle.instance + bundle.length);
    first as usize..end as usize
}

/// Voltages of the instances of some bundles.
fn gather<'a>(v: &[f64], bundles: &[Bundle], scratch: &'a mut [f64; SCATTERED_CHUNK]) -> &'a [f64] {
    let mut end = 0;
    for bundle in bundles {
        let start = end;
        end += bundle.length as usize;
        scratch[start..end].fill(v[bundle.row as usize]); // mV
    }
    &scratch[..end]
}

/// Values of instances that are to be added to those of their rows.
struct Sums<'a> {
    bundles: &'a [Bundle],
    sign: f64,
    own: &'a [f64; SCATTERED_CHUNK],
    rows: &'a mut [f64],
}

impl Sums<'_> {
    fn add(self, context: &Context) {
        match context.numerics {
            Numerics::Exact => self.add_one_by_one(),
            Numerics::Fast => context.lanes.run(self),
        }
    }

    /// In NEURON's order.
    fn add_one_by_one(self) {
        let mut values = self.own.iter();
        for bundle in self.bundles {
            let scale = self.sign * bundle.scale;
            let sum = &mut self.rows[bundle.row as usize];
            values.by_ref().take(bundle.length as usize).for_each(|value| *sum += value * scale);
        }
    }
}

impl Kernel for Sums<'_> {
    type Output = ();

    /// Eight sums side by side for each bundle.
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let mut start = 0;
        for bundle in self.bundles {
            let end = start + bundle.length as usize;
            let (groups, rest) = self.own[start..end].as_chunks::<8>();
            let mut sums = [0.0; 8];
            for group in groups {
                for lane in 0..8 {
                    sums[lane] += group[lane];
                }
            }
            let [a, b, c, d, e, f, g, h] = sums;
            let mut sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
            for value in rest {
                sum += value;
            }
            self.rows[bundle.row as usize] += self.sign * bundle.scale * sum;
            start = end;
        }
    }
}
