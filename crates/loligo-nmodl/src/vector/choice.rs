//! Chooses the plan for each instance.

use std::ops::Range;
use std::sync::Arc;

use loligo_mechanisms::math::{Interpolant, Lanes, Simd, VectorLoop};
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

/// The next instances from `start` on that share a plan: their range, and `true` if it is the variant's plan and not the
/// one for any instances. The choice depends on the instance alone, not on its neighbours.
pub(super) fn next_run(
    variant: Option<&VariantPlan>,
    instances: &Instances<'_>,
    (v, lanes): (&[f64], Lanes),
    start: usize,
) -> (Range<usize>, bool) {
    let all = start..instances.len();
    let Some(variant) = variant else { return (all, false) };
    let column = |column: u32| instances.column(column as usize);
    // Usually, all instances are of the variant.
    if variant.fits(column, (v, lanes), all.clone()) {
        return (all, true);
    }
    let fitting = variant.first_that_differs(column, v, all.clone());
    if fitting > start {
        return (start..fitting, true);
    }
    (start..variant.first_that_fits(column, v, all), false)
}

impl VariantPlan {
    /// `true` if all instances of a range have the values and the voltages for which the plan is made.
    pub(super) fn fits<'c>(
        &self,
        view: impl Fn(u32) -> ColumnView<'c>,
        (v, lanes): (&[f64], Lanes),
        range: Range<usize>,
    ) -> bool {
        let has_values = self.assumed.iter().all(|&(column, x)| match view(column) {
            ColumnView::Each(values) => has_only(ColumnView::Each(&values[range.clone()]), x),
            other => has_only(other, x),
        });
        has_values && (self.interpolants.is_empty() || v.get(range).is_some_and(|v| self.covers_all(v, lanes)))
    }

    /// `true` if the plan has no polynomials, or they are used at all voltages (mV).
    pub(super) fn covers_all(&self, v: &[f64], lanes: Lanes) -> bool {
        self.interpolants.is_empty() || lanes.run(Coverage { v, exceptions: &self.exceptions })
    }

    /// `true` if the polynomials are used at a voltage (mV).
    fn covers(&self, v: f64) -> bool {
        Interpolant::covers(v) && !self.exceptions.contains(&v)
    }

    /// The first instance of a range that is not of the variant, or else its end.
    fn first_that_differs<'c>(&self, view: impl Fn(u32) -> ColumnView<'c>, v: &[f64], range: Range<usize>) -> usize {
        let columns = self.assumed.iter().map(|&(column, x)| match view(column) {
            ColumnView::Each(values) => position(&values[range.clone()], |value| value.to_bits() != x.to_bits()),
            ColumnView::Same(value) if value.to_bits() == x.to_bits() => range.len(),
            _ => 0,
        });
        let covered = match self.interpolants.is_empty() {
            true => range.len(),
            false => v.get(range.clone()).map_or(0, |v| position(v, |v| !self.covers(v))),
        };
        range.start + columns.fold(covered, usize::min)
    }

    /// The first instance of a range that is of the variant, or else its end.
    fn first_that_fits<'c>(&self, view: impl Fn(u32) -> ColumnView<'c>, v: &[f64], range: Range<usize>) -> usize {
        let mut candidate = range.start;
        loop {
            let rest = candidate..range.end;
            // Until then, one of the columns has another value, or the voltage is not covered.
            let columns = self.assumed.iter().map(|&(column, x)| match view(column) {
                ColumnView::Each(values) => position(&values[rest.clone()], |value| value.to_bits() == x.to_bits()),
                ColumnView::Same(value) if value.to_bits() == x.to_bits() => 0,
                _ => rest.len(),
            });
            let covered = match self.interpolants.is_empty() {
                true => 0,
                false => v.get(rest.clone()).map_or(rest.len(), |v| position(v, |v| self.covers(v))),
            };
            match columns.fold(covered, usize::max) {
                0 => return candidate,
                further => candidate += further,
            }
        }
    }
}

/// Number of numbers before the first one that is wanted.
fn position(numbers: &[f64], is_wanted: impl Fn(f64) -> bool) -> usize {
    numbers.iter().position(|&x| is_wanted(x)).unwrap_or(numbers.len())
}

/// True if polynomials are used at all voltages.
struct Coverage<'a> {
    /// mV.
    v: &'a [f64],
    /// Voltages at which they are not used, mV.
    exceptions: &'a [f64],
}

impl VectorLoop for Coverage<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        let mut covered = true;
        for &v in self.v {
            covered &= Interpolant::covers(v);
        }
        for &exception in self.exceptions {
            for &v in self.v {
                covered &= v != exception;
            }
        }
        covered
    }
}

/// `true` if all numbers of a column have the bits of one.
pub(super) fn has_only(column: ColumnView<'_>, x: f64) -> bool {
    match column {
        ColumnView::Each(numbers) => {
            let mut differences = 0;
            for number in numbers {
                differences |= number.to_bits() ^ x.to_bits();
            }
            differences == 0
        }
        ColumnView::Same(number) => number.to_bits() == x.to_bits(),
        ColumnView::Discarded => false,
    }
}

/// `true` if no number of a column has the bits of one.
pub(super) fn never_has(column: ColumnView<'_>, x: f64) -> bool {
    match column {
        ColumnView::Each(numbers) => {
            let mut equal = false;
            for number in numbers {
                equal |= number.to_bits() == x.to_bits();
            }
            !equal
        }
        ColumnView::Same(number) => number.to_bits() != x.to_bits(),
        ColumnView::Discarded => true,
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::{Block, KernelScratch};

    use super::*;

    /// The runs of instances with these values in one column, for a plan that assumes 2 there, and polynomials unless there
    /// are no voltages.
    fn runs(values: &[f64], v: &[f64]) -> Vec<(Range<usize>, bool)> {
        let functions: Vec<Interpolant> = v.first().map(|_| Interpolant::new(8, |v| [v; 8])).into_iter().collect();
        let variant = VariantPlan {
            plan: Plan::default(),
            assumed: vec![(1, 2.0), (0, 0.0)],
            interpolants: functions.into(),
            exceptions: vec![-40.0],
        };
        let (mut block, mut scratch) = (Block::new([0.0, 0.0], values.len()), KernelScratch::default());
        block.column_mut(1).copy_from_slice(values);
        let instances = block.instances(0..values.len(), &mut scratch);
        let (mut found, mut start) = (Vec::new(), 0);
        while start < values.len() {
            let run = next_run(Some(&variant), &instances, (v, Lanes::detect()), start);
            start = run.0.end;
            found.push(run);
        }
        found
    }

    #[test]
    fn instances_with_other_values_or_voltages_have_the_plan_for_any() {
        let rest = [-65.0; 6]; // mV
        assert_eq!(runs(&[2.0; 6], &rest), [(0..6, true)]);
        assert_eq!(runs(&[3.0; 6], &rest), [(0..6, false)]);
        let mixed = runs(&[1.0, 3.0, 2.0, 2.0, 1.0, 2.0], &rest);
        assert_eq!(mixed, [(0..2, false), (2..4, true), (4..5, false), (5..6, true)]);
        assert_eq!(runs(&[1.0, 3.0, 2.0, 2.0, 1.0, 2.0], &[]), mixed, "artificial cells have no voltage");
        let v = [-65.0, -40.0, 128.0, -65.0, f64::NAN, -65.0]; // mV
        let at = runs(&[2.0, 2.0, 2.0, 3.0, 2.0, 2.0], &v);
        assert_eq!(at, [(0..1, true), (1..5, false), (5..6, true)]);
    }
}
