//! Instances whose rows are scattered: in bundles of one row, in chunks that are computed together.

use std::ops::Range;
use std::slice;

use loligo_mechanisms::Numerics;
use loligo_mechanisms::math::{Lanes, Simd, VectorLoop};

/// Consecutive instances on one row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bundle {
    pub(super) row: u32,
    pub(super) instance: u32,
    pub(super) length: u32,
    /// For a point process 100 / area, which converts nA to mA/cm2 and uS to S/cm2.
    pub(super) scale: f64,
}

/// The largest number of scattered instances that are computed together: fewer than a [`CHUNK`], since their voltages
/// and sums share the first-level cache with their columns.
pub(super) const SCATTERED_CHUNK: usize = 248;

/// Bundles of consecutive instances on one row, at most [`SCATTERED_CHUNK`] in each.
///
/// The division of a row's instances depends on that row alone, and therefore so do the bits of
/// their sum.
pub(super) fn bundles(rows: &[u32], scale: impl Fn(u32) -> f64) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for (&row, instance) in rows.iter().zip(0..) {
        match bundles.last_mut() {
            Some(bundle) if bundle.row == row && (bundle.length as usize) < SCATTERED_CHUNK => bundle.length += 1,
            _ => bundles.push(Bundle { row, instance, length: 1, scale: scale(row) }),
        }
    }
    bundles
}

/// The parts of bundles that have some of the instances.
pub(super) fn parts(bundles: &[Bundle], is_wanted: impl Fn(usize) -> bool) -> Vec<Bundle> {
    let mut parts: Vec<Bundle> = Vec::new();
    for bundle in bundles {
        let mut goes_on = false;
        for instance in bundle.instance..bundle.instance + bundle.length {
            let is_wanted = is_wanted(instance as usize);
            match parts.last_mut() {
                Some(part) if is_wanted && goes_on => part.length += 1,
                _ if is_wanted => parts.push(Bundle { instance, length: 1, ..*bundle }),
                _ => {}
            }
            goes_on = is_wanted;
        }
    }
    parts
}

/// Bundles in chunks of at most [`SCATTERED_CHUNK`] consecutive instances.
#[derive(Clone, Debug, Default)]
pub(super) struct BundleChunks {
    rows: Vec<u32>,
    lengths: Vec<u32>,
    scales: Vec<f64>,
    chunks: Vec<Part>,
    runs: Vec<RowRun>,
}

/// A chunk: its bundles and instances.
#[derive(Clone, Debug)]
struct Part {
    bundles: Range<usize>,
    instances: Range<usize>,
    runs: Range<usize>,
}

/// Bundles of a chunk whose rows follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowRun {
    row: usize,
    length: usize,
}

/// Bundles of consecutive instances: the row, number of instances and scale of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct BundleChunk<'a> {
    pub(super) rows: &'a [u32],
    pub(super) lengths: &'a [u32],
    pub(super) scales: &'a [f64],
    pub(super) first_instance: usize,
    pub(super) instance_count: usize,
    /// All bundles in runs of rows; empty if these are too short to pay.
    pub(super) runs: &'a [RowRun],
}

/// The runs of some rows, if they are long enough on average to be computed one by one.
fn runs_of(rows: &[u32]) -> Vec<RowRun> {
    const LENGTH: usize = 8;
    let runs = rows.chunk_by(|&row, &next| row + 1 == next);
    let runs: Vec<_> = runs.map(|run| RowRun { row: run[0] as usize, length: run.len() }).collect();
    if runs.len() == 1 || runs.len() * LENGTH <= rows.len() { runs } else { Vec::new() }
}

impl BundleChunks {
    pub(super) fn of(bundles: &[Bundle]) -> Self {
        let mut chunks: Vec<Part> = Vec::new();
        for (index, bundle) in bundles.iter().enumerate() {
            let instances = bundle.instance as usize..(bundle.instance + bundle.length) as usize;
            let goes_on = |part: &Part| {
                instances.end - part.instances.start <= SCATTERED_CHUNK && instances.start == part.instances.end
            };
            match chunks.last_mut().filter(|part| goes_on(part)) {
                Some(part) => (part.bundles.end, part.instances.end) = (index + 1, instances.end),
                None => chunks.push(Part { bundles: index..index + 1, instances, runs: 0..0 }),
            }
        }
        let rows: Vec<u32> = bundles.iter().map(|bundle| bundle.row).collect();
        let mut runs = Vec::new();
        for part in &mut chunks {
            let first = runs.len();
            runs.extend(runs_of(&rows[part.bundles.clone()]));
            part.runs = first..runs.len();
        }
        Self {
            rows,
            runs,
            lengths: bundles.iter().map(|bundle| bundle.length).collect(),
            scales: bundles.iter().map(|bundle| bundle.scale).collect(),
            chunks,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = BundleChunk<'_>> {
        self.chunks.iter().map(|Part { bundles, instances, runs }| BundleChunk {
            rows: &self.rows[bundles.clone()],
            lengths: &self.lengths[bundles.clone()],
            scales: &self.scales[bundles.clone()],
            first_instance: instances.start,
            instance_count: instances.len(),
            runs: &self.runs[runs.clone()],
        })
    }
}

impl<'a> BundleChunk<'a> {
    /// One bundle.
    pub(super) fn of(bundle: &'a Bundle) -> Self {
        Self {
            rows: slice::from_ref(&bundle.row),
            lengths: slice::from_ref(&bundle.length),
            scales: slice::from_ref(&bundle.scale),
            first_instance: bundle.instance as usize,
            instance_count: bundle.length as usize,
            runs: &[],
        }
    }

    /// All instances.
    pub(super) fn instances(&self) -> Range<usize> {
        self.first_instance..self.first_instance + self.instance_count
    }

    /// True if every row has one instance, as with density mechanisms.
    fn are_single(&self) -> bool {
        self.instance_count == self.rows.len()
    }

    /// The voltage of each row, copied unless the rows follow each other.
    pub(super) fn of_rows<'v>(&self, v: &'v [f64], scratch: &'v mut [f64; SCATTERED_CHUNK]) -> &'v [f64] {
        if let &[RowRun { row, length }] = self.runs {
            return &v[row..row + length];
        }
        let mut end = 0;
        for &RowRun { row, length } in self.runs {
            scratch[end..end + length].copy_from_slice(&v[row..row + length]);
            end += length;
        }
        if self.runs.is_empty() {
            scratch.iter_mut().zip(self.rows).for_each(|(own, &row)| *own = v[row as usize]);
        }
        &scratch[..self.rows.len()]
    }

    /// The voltage of each instance.
    pub(super) fn of_instances<'v>(&self, v: &'v [f64], scratch: &'v mut [f64; SCATTERED_CHUNK]) -> &'v [f64] {
        if self.are_single() {
            return self.of_rows(v, scratch);
        }
        let mut end = 0;
        for (&row, &length) in self.rows.iter().zip(self.lengths) {
            let (start, v) = (end, v[row as usize]); // mV
            end += length as usize;
            match length {
                1 => scratch[start] = v,
                _ => scratch[start..end].fill(v),
            }
        }
        &scratch[..end]
    }
}

/// Values of bundles that are added to those of their rows.
pub(super) struct Sums<'a> {
    pub(super) chunk: BundleChunk<'a>,
    pub(super) sign: f64,
    /// One for each bundle.
    pub(super) own: &'a [f64],
    pub(super) rows: &'a mut [f64],
}

impl VectorLoop for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { chunk, sign, own, rows } = self;
        if chunk.runs.is_empty() {
            for (&row, (scale, own)) in chunk.rows.iter().zip(chunk.scales.iter().zip(own)) {
                rows[row as usize] += sign * scale * own;
            }
            return;
        }
        let mut end = 0;
        for &RowRun { row, length } in chunk.runs {
            let run = end..end + length;
            let scaled = chunk.scales[run.clone()].iter().zip(&own[run]);
            rows[row..row + length].iter_mut().zip(scaled).for_each(|(sum, (scale, own))| *sum += sign * scale * own);
            end += length;
        }
    }
}

/// Values of instances that are added to those of their rows.
pub(super) struct InstanceSums<'a> {
    pub(super) chunk: BundleChunk<'a>,
    pub(super) sign: f64,
    pub(super) own: &'a [f64; SCATTERED_CHUNK],
    pub(super) rows: &'a mut [f64],
}

impl InstanceSums<'_> {
    pub(super) fn add(self, numerics: Numerics, lanes: Lanes) {
        match numerics {
            _ if self.chunk.are_single() => {
                let Self { chunk, sign, own, rows } = self;
                lanes.run(Sums { chunk, sign, own, rows });
            }
            Numerics::Exact => self.add_one_by_one(),
            Numerics::Fast => lanes.run(self),
        }
    }

    /// Adds in NEURON's order.
    fn add_one_by_one(self) {
        let Self { chunk: BundleChunk { rows, lengths, scales, .. }, sign, own, rows: sums } = self;
        let mut values = own.iter();
        for ((&row, &length), scale) in rows.iter().zip(lengths).zip(scales) {
            let scale = sign * scale;
            let sum = &mut sums[row as usize];
            values.by_ref().take(length as usize).for_each(|value| *sum += value * scale);
        }
    }
}

impl VectorLoop for InstanceSums<'_> {
    type Output = ();

    /// Adds eight sums in parallel for each bundle.
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { chunk: BundleChunk { rows, lengths, scales, .. }, sign, own, rows: sums } = self;
        let mut start = 0;
        for ((&row, &length), scale) in rows.iter().zip(lengths).zip(scales) {
            let end = start + length as usize;
            if length == 1 {
                sums[row as usize] += sign * scale * own[start];
                start = end;
                continue;
            }
            let (groups, rest) = own[start..end].as_chunks::<8>();
            let mut lanes = [0.0; 8];
            for group in groups {
                for lane in 0..8 {
                    lanes[lane] += group[lane];
                }
            }
            let [a, b, c, d, e, f, g, h] = lanes;
            let mut sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
            for value in rest {
                sum += value;
            }
            sums[row as usize] += sign * scale * sum;
            start = end;
        }
    }
}
