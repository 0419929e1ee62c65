//! A mechanism in a group: the rows of its instances, and access to their voltages and equations.

mod bundles;

use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{
    Block, CHUNK, ColumnView, DiffusionTerms, FunctionTable, Identity, Instances, Kernel, KernelScratch, Kind,
    Mechanism, Membrane, NodeSums, Numerics, Outbox, Role, Signature,
};

use super::membrane_current::Equations;
use bundles::{Bundle, BundleChunk, BundleChunks, InstanceSums, SCATTERED_CHUNK, Sums, bundles, parts};

/// Consecutive instances on consecutive rows.
#[derive(Clone, Copy, Debug)]
struct Run {
    row: usize,
    instance: usize,
    length: usize,
}

/// The constant data of a mechanism in a group. Its state is a [`Block`].
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    pub(crate) mechanism: Arc<dyn Mechanism>,
    pub(crate) signature: Arc<Signature>,
    /// Values of its globals.
    pub(crate) globals: Arc<[f64]>,
    /// Its function tables.
    pub(crate) tables: Arc<[Arc<FunctionTable>]>,
    pub(crate) identity: Identity,
    /// Position in the order of evaluation.
    pub(crate) order: u32,
    pub(crate) rows: Vec<u32>,
    /// The order in which instances are computed one by one, because each depends on the effects of the previous ones;
    /// empty if all are computed at once.
    pub(crate) one_by_one: Vec<u32>,
    runs: Vec<Run>,
    /// All instances in bundles of one row; empty if there are runs.
    bundles: Vec<Bundle>,
    /// Those that are computed.
    computed: BundleChunks,
    /// True if they are all.
    are_all_computed: bool,
    electrode: bool,
}

/// Voltages and equations of instances whose rows are scattered, [`SCATTERED_CHUNK`] at a time.
///
/// Aligned to cache lines, which [`SCATTERED_CHUNK`] numbers fill, so that no vector crosses one; in the order of C, so
/// that no field stands before the arrays.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Scratch {
    v: [f64; SCATTERED_CHUNK],
    rhs: [f64; SCATTERED_CHUNK],
    diagonal: [f64; SCATTERED_CHUNK],
    pub(crate) kernel: KernelScratch,
}

/// The evaluation of a mechanism's currents at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluation<'a> {
    pub(crate) kernel: &'a dyn Kernel,
    pub(crate) numerics: Numerics,
    pub(crate) lanes: Lanes,
    /// ms.
    pub(crate) t: f64,
    /// Voltages of all rows, mV.
    pub(crate) v: &'a [f64],
}

/// True if a mechanism can be computed together with others on the same rows.
pub(super) fn can_be_joined(mechanism: &dyn Mechanism) -> bool {
    mechanism.can_be_joined() && mechanism.signature().kind == Kind::Density
}

impl Default for Scratch {
    fn default() -> Self {
        let [v, rhs, diagonal] = [[0.0; SCATTERED_CHUNK]; 3];
        Self { v, rhs, diagonal, kernel: KernelScratch::default() }
    }
}

impl Installed {
    /// Name of the mechanism, and number of instances.
    pub(crate) fn name_and_number(&self) -> (&str, usize) {
        (&self.signature.name, self.rows.len())
    }

    pub(crate) fn new(
        mechanism: Arc<dyn Mechanism>,
        (globals, tables): (Arc<[f64]>, Arc<[Arc<FunctionTable>]>),
        order: u32,
        rows: Vec<u32>,
        area: &[f64],
    ) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (instance, &row) in rows.iter().enumerate() {
            let row = row as usize;
            match runs.last_mut() {
                Some(run) if run.row + run.length == row => run.length += 1,
                _ => runs.push(Run { row, instance, length: 1 }),
            }
        }
        let signature = Arc::clone(mechanism.signature());
        let kind = signature.kind;
        let are_short = runs.len() > 1 && runs.len() * mechanism.worthwhile_run() > rows.len();
        if are_short || matches!(kind, Kind::Point { .. }) {
            runs.clear();
        }
        let scale = |row: u32| match kind {
            Kind::Point { .. } => 1e2 / area[row as usize],
            _ => 1.0,
        };
        let bundles = if runs.is_empty() { bundles(&rows, scale) } else { Vec::new() };
        let computed = BundleChunks::of(&bundles);
        let electrode = kind == Kind::Point { electrode: true };
        let identity = mechanism.identity();
        let one_by_one = Vec::new();
        Self {
            mechanism,
            signature,
            globals,
            tables,
            identity,
            order,
            rows,
            one_by_one,
            runs,
            bundles,
            computed,
            are_all_computed: true,
            electrode,
        }
    }

    /// True if it is a density mechanism whose instances are in the order of regions.
    pub(crate) fn is_by_region(&self) -> bool {
        can_be_joined(&*self.mechanism)
    }

    /// The same mechanism with one instance for each of these rows; `area` (um2) is that of every row.
    pub(crate) fn on_rows(&self, rows: Vec<u32>, area: &[f64]) -> Self {
        let handed_in = (Arc::clone(&self.globals), Arc::clone(&self.tables));
        Self::new(Arc::clone(&self.mechanism), handed_in, self.order, rows, area)
    }

    /// Computes currents and states of some instances of a point process only.
    pub(crate) fn compute_only(&mut self, is_computed: impl Fn(usize) -> bool) {
        self.computed = BundleChunks::of(&parts(&self.bundles, is_computed));
        self.are_all_computed = false;
    }

    /// The instances in the pieces in which they are computed: all at once, or one after the other.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Range<usize>> {
        let all = self.one_by_one.is_empty().then_some(0..self.rows.len());
        let one_by_one = self.one_by_one.iter().map(|&instance| instance as usize..instance as usize + 1);
        all.into_iter().chain(one_by_one)
    }

    /// Sets the states of some instances; `v` are the voltages of all rows.
    pub(crate) fn initialize(
        &self,
        kernel: &dyn Kernel,
        instances: Range<usize>,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
        outbox: &mut Outbox,
    ) {
        outbox.first = instances.start as u32;
        let v: Vec<f64> = self.rows[instances.clone()].iter().map(|&row| v[row as usize]).collect(); // mV
        let instances = block.instances(instances, &mut scratch.kernel);
        kernel.initialize(0.0, &v, instances, outbox);
    }

    /// Advances the states of a [piece](Self::pieces); `v` are the voltages of all rows.
    pub(crate) fn advance(
        &self,
        piece: Range<usize>,
        kernel: &dyn Kernel,
        t: f64,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
    ) {
        let reads_voltage = self.signature.state_reads_voltage;
        self.for_each_chunk(piece, reads_voltage, v, block, scratch, |v, instances| kernel.advance(t, v, instances));
    }

    /// Executes the work of a mechanism at one of its stages, for a [piece](Self::pieces); `v` are the voltages of all
    /// rows.
    pub(crate) fn at(
        &self,
        (stage, piece): (usize, Range<usize>),
        kernel: &dyn Kernel,
        t: f64,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
    ) {
        self.for_each_chunk(piece, true, v, block, scratch, |v, instances| kernel.at(stage, t, v, instances));
    }

    /// Computes the diffusion terms of the diffusing column number `which`, for a [piece](Self::pieces); `v` are the
    /// voltages of all rows. There is a term for every instance.
    pub(crate) fn diffusion(
        &self,
        (which, piece): (usize, Range<usize>),
        kernel: &dyn Kernel,
        (t, v): (f64, &[f64]),
        block: &mut Block,
        scratch: &mut Scratch,
        terms: DiffusionTerms<'_>,
    ) {
        let DiffusionTerms { conductance, volume } = terms;
        // Chunks are in the order of their instances.
        let mut next = piece.start;
        self.for_each_chunk(piece, true, v, block, scratch, |v, instances| {
            let chunk = next..next + instances.len();
            next = chunk.end;
            let terms = DiffusionTerms { conductance: &mut conductance[chunk.clone()], volume: &mut volume[chunk] };
            kernel.diffusion(which, t, v, instances, terms);
        });
    }

    /// Calls `work` with the instances of a [piece](Self::pieces), as many as fit into the cache at a time, and with
    /// their voltages, taken from those of all rows. The voltages have no meaning unless the piece `reads_voltage`.
    fn for_each_chunk(
        &self,
        piece: Range<usize>,
        reads_voltage: bool,
        v: &[f64],
        block: &mut Block,
        scratch: &mut Scratch,
        mut work: impl FnMut(&[f64], Instances<'_>),
    ) {
        if !self.one_by_one.is_empty() {
            let v = v[self.rows[piece.start] as usize]; // mV
            return work(&[v], block.instances(piece, &mut scratch.kernel));
        }
        if !reads_voltage && self.are_all_computed {
            // Their rows do not matter.
            for first in (0..self.rows.len()).step_by(SCATTERED_CHUNK) {
                let instances = first..self.rows.len().min(first + SCATTERED_CHUNK);
                let v = &scratch.v[..instances.len()];
                work(v, block.instances(instances, &mut scratch.kernel));
            }
            return;
        }
        for Run { row, instance, length } in self.chunks_of_runs() {
            let instances = block.instances(instance..instance + length, &mut scratch.kernel);
            work(&v[row..row + length], instances);
        }
        for chunk in self.computed.iter() {
            let v = match reads_voltage {
                true => chunk.of_instances(v, &mut scratch.v),
                false => &scratch.v[..chunk.instance_count],
            };
            work(v, block.instances(chunk.instances(), &mut scratch.kernel));
        }
    }

    /// Adds the currents of a [piece](Self::pieces) to the rows' equations.
    pub(crate) fn add_currents(
        &self,
        piece: Range<usize>,
        evaluation: Evaluation<'_>,
        block: &mut Block,
        scratch: &mut Scratch,
        equations: &mut Equations<'_>,
    ) {
        if !self.one_by_one.is_empty() {
            let alone = self.alone(piece.start);
            return self.add_scattered_currents(BundleChunk::of(&alone), evaluation, block, scratch, equations);
        }
        let Evaluation { kernel, numerics, t, v, .. } = evaluation;
        if let (Numerics::Fast, Some(sums)) = (numerics, kernel.node_sums()) {
            self.add_node_sums(sums, evaluation, block, scratch, equations);
            if self.stores_outputs(block) {
                self.computed.iter().for_each(|chunk| scattered_current(kernel, t, v, block, scratch, chunk));
            }
            return;
        }
        for Run { row, instance, length } in self.chunks_of_runs() {
            let rows = row..row + length;
            let matrix = &mut *equations.matrix;
            let membrane =
                Membrane { rhs: &mut matrix.rhs[rows.clone()], diagonal: &mut matrix.diagonal[rows.clone()] };
            let instances = block.instances(instance..instance + length, &mut scratch.kernel);
            kernel.current(t, &v[rows], instances, membrane);
        }
        for chunk in self.computed.iter() {
            self.add_scattered_currents(chunk, evaluation, block, scratch, equations);
        }
    }

    /// True if a variable is stored that is computed for the user alone.
    fn stores_outputs(&self, block: &Block) -> bool {
        let outputs = self.signature.columns().enumerate().filter(|(_, variable)| variable.role == Role::Output);
        outputs.map(|(column, _)| column).any(|column| block.column(column) != ColumnView::Discarded)
    }

    /// Adds the currents of all instances to the rows' equations, by the sums for each node that the kernel computes.
    fn add_node_sums(
        &self,
        sums: &dyn NodeSums,
        Evaluation { v, lanes, .. }: Evaluation<'_>,
        block: &mut Block,
        scratch: &mut Scratch,
        equations: &mut Equations<'_>,
    ) {
        let Scratch { v: own, rhs, diagonal, kernel } = scratch;
        let sign = if self.electrode { -1.0 } else { 1.0 };
        for chunk in self.computed.iter() {
            let count = chunk.rows.len();
            let (rhs, diagonal) = (&mut rhs[..count], &mut diagonal[..count]);
            rhs.fill(0.0);
            diagonal.fill(0.0);
            let instances = block.instances(chunk.instances(), kernel);
            sums.current(chunk.of_rows(v, own), chunk.lengths, instances, Membrane { rhs, diagonal });
            let Equations { matrix, membrane } = equations;
            let add = |sums: (&mut [f64], &mut [f64])| {
                lanes.run(Sums { chunk, sign, own: rhs, rows: sums.0 }); // mA/cm2
                lanes.run(Sums { chunk, sign, own: diagonal, rows: sums.1 }); // S/cm2
            };
            add((&mut matrix.rhs, &mut matrix.diagonal));
            if let (true, Some(membrane)) = (self.electrode, membrane) {
                add((&mut membrane.rhs, &mut membrane.diagonal));
            }
        }
    }

    /// A bundle of one instance.
    fn alone(&self, instance: usize) -> Bundle {
        let row = self.rows[instance];
        let bundle = self.bundles.partition_point(|bundle| bundle.row < row);
        let scale = self.bundles.get(bundle).map_or(1.0, |bundle| bundle.scale);
        Bundle { row, instance: instance as u32, length: 1, scale }
    }

    fn add_scattered_currents(
        &self,
        chunk: BundleChunk<'_>,
        evaluation: Evaluation<'_>,
        block: &mut Block,
        scratch: &mut Scratch,
        equations: &mut Equations<'_>,
    ) {
        let Evaluation { kernel, numerics, lanes, t, v } = evaluation;
        scattered_current(kernel, t, v, block, scratch, chunk);
        let sign = if self.electrode { -1.0 } else { 1.0 };
        let add = |rhs: &mut [f64], diagonal: &mut [f64]| {
            InstanceSums { chunk, sign, own: &scratch.rhs, rows: rhs }.add(numerics, lanes); // mA/cm2
            InstanceSums { chunk, sign, own: &scratch.diagonal, rows: diagonal }.add(numerics, lanes); // S/cm2
        };
        let Equations { matrix, membrane } = equations;
        add(&mut matrix.rhs, &mut matrix.diagonal);
        if let (true, Some(membrane)) = (self.electrode, membrane) {
            add(&mut membrane.rhs, &mut membrane.diagonal);
        }
    }

    /// Consecutive instances on consecutive rows, [`CHUNK`] at a time; none if runs are too short to
    /// pay.
    fn chunks_of_runs(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().flat_map(|run| {
            (0..run.length).step_by(CHUNK).map(|done| Run {
                row: run.row + done,
                instance: run.instance + done,
                length: CHUNK.min(run.length - done),
            })
        })
    }

    /// True if an instance at `row` has a variable, or at voltages `v` a current, that is not finite.
    pub(crate) fn is_broken_at(
        &self,
        row: u32,
        Evaluation { kernel, t, v, .. }: Evaluation<'_>,
        block: &mut Block,
        scratch: &mut Scratch,
    ) -> bool {
        let here = self.rows.iter().enumerate().filter(|(_, own)| **own == row);
        let instances: Vec<usize> = here.map(|(instance, _)| instance).collect();
        instances.into_iter().any(|instance| {
            let alone = self.alone(instance);
            let current_is_finite = !self.signature.has_current || {
                scattered_current(kernel, t, v, block, scratch, BundleChunk::of(&alone));
                (scratch.rhs[0] * alone.scale).is_finite() && (scratch.diagonal[0] * alone.scale).is_finite()
            };
            !current_is_finite || (0..block.width()).any(|column| !block.value(column, instance).is_finite())
        })
    }
}

/// Computes in the scratch memory what the instances of bundles add to the equations of their rows,
/// before scaling.
fn scattered_current(
    kernel: &dyn Kernel,
    t: f64,
    v: &[f64],
    block: &mut Block,
    scratch: &mut Scratch,
    chunk: BundleChunk<'_>,
) {
    let Scratch { v: own, rhs, diagonal, kernel: room } = scratch;
    let v = chunk.of_instances(v, own);
    let (rhs, diagonal) = (&mut rhs[..chunk.instance_count], &mut diagonal[..chunk.instance_count]);
    rhs.fill(0.0);
    diagonal.fill(0.0);
    kernel.current(t, v, block.instances(chunk.instances(), room), Membrane { rhs, diagonal });
}

#[cfg(test)]
mod tests;
