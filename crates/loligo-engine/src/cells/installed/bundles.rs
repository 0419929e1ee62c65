//! Instances whose rows are scattered: in bundles of one row, in chunks that are computed together.

use std::ops::Range;

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

/// Divides bundles into chunks of at most [`SCATTERED_CHUNK`] consecutive instances.
pub(super) fn chunks(bundles: &[Bundle]) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let (mut instances, mut next) = (0, 0);
    for (index, bundle) in bundles.iter().enumerate() {
        let length = bundle.length as usize;
        match chunks.last_mut() {
            Some(chunk) if instances + length <= SCATTERED_CHUNK && bundle.instance == next => chunk.end = index + 1,
            _ => {
                chunks.push(index..index + 1);
                instances = 0;
            }
        }
        instances += length;
        next = bundle.instance + bundle.length;
    }
    chunks
}

/// All instances of consecutive bundles.
pub(super) fn instances_of(bundles: &[Bundle]) -> Range<usize> {
    let first = bundles.first().map_or(0, |bundle| bundle.instance);
    let end = bundles.last().map_or(0, |bundle| bundle.instance + bundle.length);
    first as usize..end as usize
}

/// True if every row has one instance, as with density mechanisms.
fn are_single(bundles: &[Bundle]) -> bool {
    instances_of(bundles).len() == bundles.len()
}

/// Copies the voltages of the instances of some bundles.
pub(super) fn gather<'a>(v: &[f64], bundles: &[Bundle], scratch: &'a mut [f64; SCATTERED_CHUNK]) -> &'a [f64] {
    if are_single(bundles) {
        scratch.iter_mut().zip(bundles).for_each(|(own, bundle)| *own = v[bundle.row as usize]);
        return &scratch[..bundles.len()];
    }
    let mut end = 0;
    for bundle in bundles {
        let (start, v) = (end, v[bundle.row as usize]); // mV
        end += bundle.length as usize;
        match bundle.length {
            1 => scratch[start] = v,
            _ => scratch[start..end].fill(v),
        }
    }
    &scratch[..end]
}

/// Values of instances that are added to those of their rows.
pub(super) struct Sums<'a> {
    pub(super) bundles: &'a [Bundle],
    pub(super) sign: f64,
    pub(super) own: &'a [f64; SCATTERED_CHUNK],
    pub(super) rows: &'a mut [f64],
}

impl Sums<'_> {
    pub(super) fn add(self, numerics: Numerics, lanes: Lanes) {
        if are_single(self.bundles) {
            for (bundle, value) in self.bundles.iter().zip(self.own) {
                self.rows[bundle.row as usize] += self.sign * bundle.scale * value;
            }
            return;
        }
        match numerics {
            Numerics::Exact => self.add_one_by_one(),
            Numerics::Fast => lanes.run(self),
        }
    }

    /// Adds in NEURON's order.
    fn add_one_by_one(self) {
        let mut values = self.own.iter();
        for bundle in self.bundles {
            let scale = self.sign * bundle.scale;
            let sum = &mut self.rows[bundle.row as usize];
            values.by_ref().take(bundle.length as usize).for_each(|value| *sum += value * scale);
        }
    }
}

impl VectorLoop for Sums<'_> {
    type Output = ();

    /// Adds eight sums in parallel for each bundle.
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let mut start = 0;
        for bundle in self.bundles {
            let end = start + bundle.length as usize;
            if bundle.length == 1 {
                self.rows[bundle.row as usize] += self.sign * bundle.scale * self.own[start];
                start = end;
                continue;
            }
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
