//! Chooses the plan for each instance.

use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::Interpolant;
use loligo_mechanisms::{ColumnView, Instances};

use super::plan::Plan;

/// The plan of a hook for the instances of a variant.
#[derive(Debug)]
pub(super) struct VariantPlan {
    pub(super) plan: Plan,
    /// The columns, with their values, that the plan uses as numbers.
    pub(super) assumed: Vec<(u32, f64)>,
    /// The polynomials of the plan.
    pub(super) interpolants: Arc<[Interpolant]>,
    /// Voltages at which the polynomials are not used, mV.
    pub(super) exceptions: Vec<f64>,
}

/// The next instances from `start` on that share a plan: their range, and the number of the variant's plan, or `None` for
/// the plan for any instances. The choice depends on the instance alone, not on its neighbours.
pub(super) fn next_run(
    variants: &[VariantPlan],
    instances: &Instances<'_>,
    v: &[f64],
    start: usize,
) -> (Range<usize>, Option<usize>) {
    let all = start..instances.len();
    if variants.is_empty() {
        return (all, None);
    }
    // Usually, all instances are of one variant.
    let column = |column: u32| instances.column(column as usize);
    if let Some(variant) = variants.iter().position(|variant| variant.fits(column, v, all.clone())) {
        return (all, Some(variant));
    }
    let of_instance = |k: usize| variants.iter().position(|variant| variant.fits(column, v, k..k + 1));
    let first = of_instance(start);
    let end = all.clone().find(|&k| of_instance(k) != first).unwrap_or(all.end);
    (start..end, first)
}

impl VariantPlan {
    /// `true` if all instances of a range have the values and the voltages for which the plan is made.
    pub(super) fn fits<'c>(&self, view: impl Fn(u32) -> ColumnView<'c>, v: &[f64], range: Range<usize>) -> bool {
        let has_values = self.assumed.iter().all(|&(column, x)| match view(column) {
            ColumnView::Each(values) => is_everywhere(&values[range.clone()], x),
            ColumnView::Same(value) => value.to_bits() == x.to_bits(),
            ColumnView::Discarded => false,
        });
        has_values && (self.interpolants.is_empty() || v.get(range).is_some_and(|v| self.covers(v)))
    }

    fn covers(&self, v: &[f64]) -> bool {
        let mut outside = 0_u32;
        for &v in v {
            outside |= u32::from(!Interpolant::covers(v));
        }
        for &exception in &self.exceptions {
            for &v in v {
                outside |= u32::from(v == exception);
            }
        }
        outside == 0
    }
}

/// `true` if all numbers have the bits of one.
fn is_everywhere(numbers: &[f64], x: f64) -> bool {
    let mut differences = 0;
    for number in numbers {
        differences |= number.to_bits() ^ x.to_bits();
    }
    differences == 0
}
