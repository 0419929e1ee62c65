//! Currents that are a conductance times a driving force.

use std::marker::PhantomData;

use crate::builtin::arithmetic::Arithmetic;
use crate::builtin::cnexp::numerical_slope;
use crate::kernel::Membrane;
use crate::math::lanes::VectorLoop;
use crate::math::{Math, Simd};

/// Computes i = g (v - e) of every instance: mA/cm2 from S/cm2, or nA from uS.
pub(super) fn ohmic_current<M: Math>(
    arithmetic: &Arithmetic<M>,
    v: &[f64],
    g: &[f64],
    e: &[f64],
    i: &mut [f64],
    membrane: Membrane<'_>,
) {
    arithmetic.lanes.run(Ohmic::<M> { v, g, e, i, membrane, profile: PhantomData });
}

struct Ohmic<'a, M> {
    v: &'a [f64],
    g: &'a [f64],
    e: &'a [f64],
    i: &'a mut [f64],
    membrane: Membrane<'a>,
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Ohmic<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        ohmic::<M>(self.v, self.g, self.e, self.i, self.membrane.rhs, self.membrane.diagonal);
    }
}

#[inline(always)]
fn ohmic<M: Math>(v: &[f64], g: &[f64], e: &[f64], i: &mut [f64], rhs: &mut [f64], diagonal: &mut [f64]) {
    let n = v.len();
    let (g, e, i, rhs, diagonal) = (&g[..n], &e[..n], &mut i[..n], &mut rhs[..n], &mut diagonal[..n]);
    for k in 0..n {
        let current = g[k] * (v[k] - e[k]); // mA/cm2 or nA
        i[k] = current;
        rhs[k] -= current;
        diagonal[k] += numerical_slope::<M>(current, g[k] * (v[k] + 0.001 - e[k])); // S/cm2 or uS
    }
}

/// Adds i = (g - minus) (v - e) of the instances at each node to the node's equation (nA from uS); `minus` is 0 if there is
/// none. `counts` has the number of instances at each node, whose entries of `g`, `minus` and `e` follow one another.
///
/// The slope of the sum is that of NEURON without the rounding of the product: the conductance times the numerical slope of
/// the driving force.
pub(super) fn ohmic_node_sums<M: Math>(
    arithmetic: &Arithmetic<M>,
    (v, counts): (&[f64], &[u32]),
    (g, minus): (&[f64], Option<&[f64]>),
    e: &[f64],
    membrane: Membrane<'_>,
) {
    let Membrane { rhs, diagonal } = membrane;
    match minus {
        None => arithmetic.lanes.run(OhmicSums::<false> { v, counts, g, minus: g, e, rhs, diagonal }),
        Some(minus) => arithmetic.lanes.run(OhmicSums::<true> { v, counts, g, minus, e, rhs, diagonal }),
    }
}

struct OhmicSums<'a, const IS_DIFFERENCE: bool> {
    v: &'a [f64],
    counts: &'a [u32],
    g: &'a [f64],
    minus: &'a [f64],
    e: &'a [f64],
    rhs: &'a mut [f64],
    diagonal: &'a mut [f64],
}

impl<const IS_DIFFERENCE: bool> VectorLoop for OhmicSums<'_, IS_DIFFERENCE> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { v, counts, g, minus, e, rhs, diagonal } = self;
        if counts.len() == g.len() {
            return one_at_each_node::<IS_DIFFERENCE>(v, g, minus, e, rhs, diagonal);
        }
        let mut start = 0;
        for ((&count, &v), (rhs, diagonal)) in counts.iter().zip(v).zip(rhs.iter_mut().zip(diagonal)) {
            let end = start + count as usize;
            let (current, slope) =
                ohmic_sum::<S, IS_DIFFERENCE>(simd, v, &g[start..end], &minus[start..end], &e[start..end]);
            *rhs -= current; // nA
            *diagonal += slope; // uS
            start = end;
        }
    }
}

/// The same as [`ohmic_sum`] where each node has one instance.
#[inline(always)]
fn one_at_each_node<const IS_DIFFERENCE: bool>(
    v: &[f64],
    g: &[f64],
    minus: &[f64],
    e: &[f64],
    rhs: &mut [f64],
    diagonal: &mut [f64],
) {
    let n = v.len();
    let (g, minus, e, rhs, diagonal) = (&g[..n], &minus[..n], &e[..n], &mut rhs[..n], &mut diagonal[..n]);
    for k in 0..n {
        let g = if IS_DIFFERENCE { g[k] - minus[k] } else { g[k] }; // uS
        let drive = v[k] - e[k]; // mV
        rhs[k] -= g * drive; // nA
        diagonal[k] += g * ((v[k] + 0.001 - e[k]) - drive) * 1000.0; // uS
    }
}

/// The current at `v` (mV), and its slope: eight sums in parallel, by explicit vectors, because the compiler divides loops
/// over several sums into pairs.
#[inline(always)]
fn ohmic_sum<S: Simd, const IS_DIFFERENCE: bool>(simd: S, v: f64, g: &[f64], minus: &[f64], e: &[f64]) -> (f64, f64) {
    let above = v + 0.001; // mV
    let whole = g.len() & !7;
    let ((g, g_rest), (minus, minus_rest)) = (g.split_at(whole), minus[..g.len()].split_at(whole));
    let (e, e_rest) = e[..whole + g_rest.len()].split_at(whole);
    let (mut current, mut change) = (0.0, 0.0);
    if whole > 0 {
        let vectors = 8 / S::F64_LANES;
        let [g, minus, e] = [g, minus, e].map(|values| S::as_simd_f64s(values).0);
        let (v, above) = (simd.splat_f64s(v), simd.splat_f64s(above));
        let [mut currents, mut changes] = [[simd.splat_f64s(0.0); 8]; 2];
        for k in 0..whole / 8 {
            for j in 0..vectors {
                let at = k * vectors + j;
                let g = if IS_DIFFERENCE { simd.sub_f64s(g[at], minus[at]) } else { g[at] };
                let drive = simd.sub_f64s(v, e[at]); // mV
                let more = simd.sub_f64s(simd.sub_f64s(above, e[at]), drive); // mV
                currents[j] = simd.add_f64s(currents[j], simd.mul_f64s(g, drive));
                changes[j] = simd.add_f64s(changes[j], simd.mul_f64s(g, more));
            }
        }
        (current, change) = (sum(simd, currents), sum(simd, changes));
    }
    for k in 0..g_rest.len() {
        let g = if IS_DIFFERENCE { g_rest[k] - minus_rest[k] } else { g_rest[k] };
        let drive = v - e_rest[k]; // mV
        current += g * drive;
        change += g * ((above - e_rest[k]) - drive);
    }
    (current, change * 1000.0)
}

/// The sum of eight lanes, which are divided over some vectors, by halves.
#[inline(always)]
fn sum<S: Simd>(simd: S, mut vectors: [S::f64s; 8]) -> f64 {
    let mut count = 8 / S::F64_LANES;
    while count > 1 {
        count /= 2;
        for k in 0..count {
            vectors[k] = simd.add_f64s(vectors[k], vectors[k + count]);
        }
    }
    // The lanes of a vector are added by halves, too.
    simd.reduce_sum_f64s(vectors[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{Fast, Lanes};

    /// The equations of nodes with so many instances each, of conductances b - a.
    fn sums(lanes: Lanes, counts: &[u32]) -> Vec<(u64, u64)> {
        let instances = counts.iter().sum::<u32>() as usize;
        let series =
            |scale: f64, offset: f64| (0..instances).map(|k| offset + scale * (k as f64).sin()).collect::<Vec<_>>();
        let (a, b, e) = (series(1e-4, 1e-4), series(3e-4, 5e-4), series(70.0, -10.0)); // uS, uS, mV
        let v: Vec<f64> = (0..counts.len()).map(|node| -65.0 + 0.37 * node as f64).collect(); // mV
        let (mut rhs, mut diagonal) = (vec![0.0; v.len()], vec![0.0; v.len()]);
        let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
        let arithmetic = Arithmetic::<Fast> { lanes, dt: 0.025, profile: PhantomData };
        ohmic_node_sums(&arithmetic, (&v, counts), (&b, Some(&a)), &e, membrane);
        rhs.iter().zip(&diagonal).map(|(rhs, diagonal)| (rhs.to_bits(), diagonal.to_bits())).collect()
    }

    #[test]
    fn the_sum_of_one_instance_does_not_depend_on_other_nodes() {
        for lanes in Lanes::available() {
            let alone = sums(lanes, &[1; 19]);
            let beside_two = sums(lanes, &[[1; 19].as_slice(), &[2]].concat());
            assert_eq!(alone, beside_two[..19]);
        }
    }
}
