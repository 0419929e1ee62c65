//! Runs plans that are machine code alone, for columns that were found before, with few instructions besides the plan's own:
//! in a single cell each call is made once in a step, and its instructions come from the second-level cache.

use loligo_mechanisms::math::{Lanes, Simd, VectorLoop};
use loligo_mechanisms::{Membrane, OpenColumns, ROW, Rows};

use super::choice::VariantPlan;
use super::code::Surroundings;
use super::plan::Step;
use super::run::{locate_eights, part_of, two};

/// Computes all instances at voltages `v` (mV) by a plan that [is code](super::plan::Plan::is_code). Returns false and changes
/// nothing if its polynomials do not cover all voltages.
pub(super) fn run_code(
    variant: &VariantPlan,
    lanes: Lanes,
    v: &[f64],
    mut columns: OpenColumns<'_>,
    mut membrane: Option<Membrane<'_>>,
) -> bool {
    let (plan, count) = (&variant.plan, columns.len());
    let batch = plan.batch(count);
    // One batch is located and computed before the next one, so that all must be covered before.
    if (batch < count || !variant.exceptions.is_empty()) && !variant.covers_all(v, lanes) {
        return false;
    }
    Rows::of_this_thread(|rows| {
        let rows = rows.at_least(plan.rows);
        for start in (0..count).step_by(batch) {
            let range = start..count.min(start + batch);
            let v = v.get(range.clone()).unwrap_or(&[]);
            for step in &plan.steps {
                match *step {
                    Step::Locate { places, intervals } => {
                        let (places, intervals) = two(rows, places, intervals);
                        if !lanes.run(LocateAll { v, places: &mut places.0, intervals: &mut intervals.0 }) {
                            return false;
                        }
                    }
                    Step::Code { number } => {
                        let membrane = membrane.as_mut().map(|membrane| part_of(membrane, range.clone()));
                        let surroundings = Surroundings { v, membrane, rows, interpolants: &variant.interpolants };
                        plan.codes[number].run_bound((&mut columns, range.clone(), number), surroundings);
                    }
                    _ => {} // it has no others
                }
            }
        }
        true
    })
}

/// Finds the intervals of voltages; those after them, up to a multiple of eight, get that of the last one. Returns true if all are
/// covered.
struct LocateAll<'a> {
    /// mV.
    v: &'a [f64],
    places: &'a mut [f64; ROW],
    intervals: &'a mut [f64; ROW],
}

impl VectorLoop for LocateAll<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        locate_eights(self.v, self.places, self.intervals)
    }
}
