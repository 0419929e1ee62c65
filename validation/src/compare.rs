//! Comparison of two results of one model.
//!
//! All quantities of the results are compared, each in units in the last place and in its own unit.
//! [`Bounds::Exact`] allows 0 ULP for all of them. [`Bounds::Fast`] allows the differences that a
//! change of the last bits of every `exp` may cause:
//!
//! | quantity | largest difference allowed |
//! |---|---|
//! | voltages and reversal potentials (`v`, `vc`, `ena`, ...) | 1e-9 mV |
//! | gates, conductances, densities of current, counts | 1e-9 of the largest value of the trace, and no less than 1e-9 of the unit (1, S/cm2, uS, mA/cm2) |
//! | `i` of a point process | 1e-9 of the largest value, and no less than 1e-9 nA; of a SEClamp or ConductanceSource no less than 1e-9 mV / `rs` |
//! | `i`, `vo`, `vi`, `e` of a VClamp | as above, and no less than 1e-12 mV `gain` (over `rstim` for `i`): the amplifier multiplies rounding errors of v |
//! | spike times, `time` of an APCount | 1e-9 ms, and the same number of spikes |
//! | lengths, diameters, areas, resistances | 1e-12 of the value |
//! | number of steps, `t` | none |
//!
//! The slope of a variable with respect to v is at most about one unit per mV (.12 S/cm2 for a
//! sodium current), so that a difference of 1e-9 mV causes at most 1e-9 units in it.

use std::fmt;

use crate::thinning::thin;
use crate::vocabulary::{Definition, Probe, Results, number};

/// The allowed differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Bounds {
    /// None: equal to the bit.
    Exact,
    /// Within the bounds of the table above.
    Fast,
}

/// A quantity of the results.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// Number of steps.
    Steps,
    /// Time at the end (ms).
    EndTime,
    /// Times of the samples (ms).
    Times,
    /// A probe's trace.
    Trace {
        /// Index among the probes.
        index: usize,
        /// The probed variable.
        probe: String,
    },
    /// A final probe's value.
    Final {
        /// Index among the final probes.
        index: usize,
        /// The probed variable.
        probe: String,
    },
    /// Spike times (ms) recorded by a connection.
    Spikes {
        /// Index of the connection.
        netcon: usize,
    },
    /// A geometric property of a section.
    Geometry {
        /// Section.
        section: String,
        /// `L`, `diam`, `area`, `ri` or `ri_at_1`.
        property: &'static str,
    },
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::Steps => write!(f, "number of steps"),
            Quantity::EndTime => write!(f, "time at the end"),
            Quantity::Times => write!(f, "times of the samples"),
            Quantity::Trace { index, probe } => write!(f, "probe {index} {probe}"),
            Quantity::Final { index, probe } => write!(f, "final probe {index} {probe}"),
            Quantity::Spikes { netcon } => write!(f, "spikes of netcon {netcon}"),
            Quantity::Geometry { section, property } => write!(f, "{property} of {section}"),
        }
    }
}

/// The difference of one quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The quantity.
    pub quantity: Quantity,
    /// Largest distance in units in the last place; `u64::MAX` if the two cannot be compared.
    pub ulps: u64,
    /// Largest distance in the quantity's unit.
    pub absolute: f64,
    /// Position at which `absolute` was found: the time of the sample (ms), or its index.
    pub at: Option<Position>,
    /// The first position at which the two differ at all.
    pub first: Option<Position>,
    /// The difference that [`Bounds::Fast`] allows.
    pub allowed: f64,
    /// The reason why the two cannot be compared number by number.
    pub mismatch: Option<String>,
}

/// A position in a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Position {
    /// Time of a sample (ms).
    Time(f64),
    /// Index of an element.
    Index(usize),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::Time(t) => write!(f, "t = {t} ms"),
            Position::Index(index) => write!(f, "index {index}"),
        }
    }
}

impl Difference {
    /// True if the difference is within the bounds.
    pub fn within(&self, bounds: Bounds) -> bool {
        match bounds {
            Bounds::Exact => self.ulps == 0,
            // not `absolute > allowed`: NaN is never within
            Bounds::Fast => self.mismatch.is_none() && self.absolute <= self.allowed,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.quantity)?;
        if let Some(mismatch) = &self.mismatch {
            return write!(f, "{mismatch}");
        }
        write!(f, "{} ULP, {:.3e} (Fast allows {:.1e})", self.ulps, self.absolute, self.allowed)?;
        if let Some(at) = self.at {
            write!(f, ", largest at {at}")?;
        }
        if let Some(first) = self.first {
            write!(f, ", first at {first}")?;
        }
        Ok(())
    }
}

/// The differences between two results.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// One entry for each quantity, including those that agree.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// The quantities that are out of bounds.
    pub fn violations(&self, bounds: Bounds) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(move |difference| !difference.within(bounds))
    }

    /// True if all quantities are within the bounds.
    pub fn within(&self, bounds: Bounds) -> bool {
        self.violations(bounds).next().is_none()
    }

    /// The quantities that are out of bounds, in words: the first few, and the number of further
    /// ones.
    pub fn summary(&self, bounds: Bounds) -> Vec<String> {
        const MOST: usize = 4;
        let mut lines: Vec<String> = self.violations(bounds).map(ToString::to_string).collect();
        if lines.len() > MOST {
            let more = format!("and {} more", lines.len() - MOST);
            lines.truncate(MOST);
            lines.push(more);
        }
        lines
    }

    /// Largest distance in units in the last place.
    pub fn ulps(&self) -> u64 {
        self.differences.iter().map(|difference| difference.ulps).max().unwrap_or(0)
    }

    /// Largest difference of a probed voltage (mV); infinite if the traces cannot be compared.
    pub fn voltage(&self) -> f64 {
        self.differences
            .iter()
            .filter(|difference| match &difference.quantity {
                Quantity::Trace { probe, .. } | Quantity::Final { probe, .. } => probe.ends_with(".v"),
                _ => false,
            })
            .map(|difference| difference.absolute)
            .fold(0.0, worse)
    }

    /// Largest difference of a spike time (ms); infinite if the numbers of spikes differ.
    pub fn spike_time(&self) -> f64 {
        self.differences
            .iter()
            .filter(|difference| matches!(difference.quantity, Quantity::Spikes { .. }))
            .map(|difference| difference.absolute)
            .fold(0.0, worse)
    }
}

/// The larger of the two; NaN counts as larger than every number.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::INFINITY } else { a.max(b) }
}

/// Compares results found for `case` with those expected.
///
/// If one of the two is thinned out, the other is thinned out in the same way. For
/// [`Bounds::Exact`], the digests of the omitted samples must then be equal.
pub fn compare(case: &Definition, expected: &Results, found: &Results) -> Comparison {
    let thinned = match (&expected.thinned, &found.thinned) {
        (Some(thinning), None) => Some((None, Some(thin(found, thinning.every)))),
        (None, Some(thinning)) => Some((Some(thin(expected, thinning.every)), None)),
        _ => None,
    };
    let (expected, found) = match &thinned {
        Some((Some(expected), _)) => (expected, found),
        Some((_, Some(found))) => (expected, found),
        _ => (expected, found),
    };
    let mut differences = Vec::new();
    let one = std::slice::from_ref;
    differences.push(difference(Quantity::Steps, &[expected.n_fadvance as f64], &[found.n_fadvance as f64], 0.0, None));
    differences.push(difference(Quantity::EndTime, one(&expected.t_end), one(&found.t_end), 0.0, None));
    let times = expected.t.as_deref();
    let found_times = found.t.as_deref();
    differences.push(difference(
        Quantity::Times,
        times.unwrap_or_default(),
        found_times.unwrap_or_default(),
        0.0,
        times,
    ));
    compare_values(&mut differences, case, &case.probes, (&expected.probes, &found.probes), times, |index, probe| {
        Quantity::Trace { index, probe }
    });
    let rows = |values: &[f64]| values.iter().map(|value| vec![*value]).collect::<Vec<_>>();
    compare_values(
        &mut differences,
        case,
        &case.final_probes,
        (&rows(&expected.final_values), &rows(&found.final_values)),
        None,
        |index, probe| Quantity::Final { index, probe },
    );
    for netcon in keys(&expected.spikes, &found.spikes) {
        let mut spikes = difference(
            Quantity::Spikes { netcon: *netcon },
            expected.spikes.get(netcon).map(Vec::as_slice).unwrap_or_default(),
            found.spikes.get(netcon).map(Vec::as_slice).unwrap_or_default(),
            1e-9,
            None,
        );
        spikes.mismatch = spikes.mismatch.map(|text| format!("spikes: {text}"));
        differences.push(spikes);
    }
    for section in keys(&expected.geometry, &found.geometry) {
        let (expected, found) = (expected.geometry.get(section), found.geometry.get(section));
        let (Some(expected), Some(found)) = (expected, found) else {
            let mut missing =
                difference(Quantity::Geometry { section: section.clone(), property: "geometry" }, &[], &[], 0.0, None);
            missing.refuse("only one of the two has it".into());
            differences.push(missing);
            continue;
        };
        let properties: [(&'static str, &[f64], &[f64]); 5] = [
            ("L", one(&expected.length), one(&found.length)),
            ("diam", &expected.diam, &found.diam),
            ("area", &expected.area, &found.area),
            ("ri", &expected.ri, &found.ri),
            ("ri_at_1", one(&expected.ri_at_1), one(&found.ri_at_1)),
        ];
        for (property, expected, found) in properties {
            differences.push(relative_difference(
                Quantity::Geometry { section: section.clone(), property },
                expected,
                found,
                1e-12,
            ));
        }
    }
    compare_digests(&mut differences, expected, found);
    Comparison { differences }
}

/// The keys of both maps, in order.
fn keys<'a, K: Ord, V>(
    a: &'a std::collections::BTreeMap<K, V>,
    b: &'a std::collections::BTreeMap<K, V>,
) -> std::collections::BTreeSet<&'a K> {
    a.keys().chain(b.keys()).collect()
}

fn compare_values(
    differences: &mut Vec<Difference>,
    case: &Definition,
    probes: &[Probe],
    (expected, found): (&[Vec<f64>], &[Vec<f64>]),
    times: Option<&[f64]>,
    quantity: impl Fn(usize, String) -> Quantity,
) {
    for index in 0..expected.len().max(found.len()) {
        let probe = probes.get(index);
        let name = probe.map_or_else(|| "(not in the definition)".into(), Probe::to_string);
        let (Some(expected), Some(found)) = (expected.get(index), found.get(index)) else {
            let mut missing = difference(quantity(index, name), &[], &[], 0.0, None);
            missing.refuse("only one of the two has it".into());
            differences.push(missing);
            continue;
        };
        let peak = expected.iter().chain(found).fold(0.0, |peak: f64, value| peak.max(value.abs()));
        let allowed = probe.map_or(0.0, |probe| fast_allowance(case, probe, peak));
        differences.push(difference(quantity(index, name), expected, found, allowed, times));
    }
}

/// The difference that [`Bounds::Fast`] allows for a probe whose largest magnitude is `peak`.
fn fast_allowance(case: &Definition, probe: &Probe, peak: f64) -> f64 {
    const PORTION: f64 = 1e-9;
    let voltages = ["v", "vc", "ena", "ek", "eca"];
    match probe {
        _ if voltages.contains(&probe.var()) => PORTION,
        Probe::Membrane { .. } | Probe::Weight { .. } => PORTION * peak.max(1.0),
        Probe::Object { id, var } => {
            let point = case.points.iter().find(|point| point.id == *id);
            let parameter =
                |name: &str, default: f64| point.and_then(|point| number(&point.params, name)).unwrap_or(default);
            match (point.map(|point| point.kind.as_str()), var.as_str()) {
                (_, "time") => PORTION,
                (Some("SEClamp" | "ConductanceSource" | "OClamp"), "i") => {
                    PORTION * peak.max(1.0).max(1.0 / parameter("rs", 1.0))
                }
                (Some("VClamp"), "i") => {
                    (PORTION * peak.max(1.0)).max(1e-12 * parameter("gain", 1e5) / parameter("rstim", 1.0))
                }
                (Some("VClamp"), _) => (PORTION * peak.max(1.0)).max(1e-12 * parameter("gain", 1e5)),
                _ => PORTION * peak.max(1.0),
            }
        }
    }
}

fn difference(quantity: Quantity, expected: &[f64], found: &[f64], allowed: f64, times: Option<&[f64]>) -> Difference {
    let mut difference =
        Difference { quantity, ulps: 0, absolute: 0.0, at: None, first: None, allowed, mismatch: None };
    let place = |index: usize| match times.and_then(|times| times.get(index)) {
        Some(time) => Position::Time(*time),
        None => Position::Index(index),
    };
    for (index, (a, b)) in expected.iter().zip(found).enumerate() {
        let ulps = ulp_distance(*a, *b);
        if ulps == 0 {
            continue;
        }
        difference.first.get_or_insert(place(index));
        difference.ulps = difference.ulps.max(ulps);
        let apart = worse((a - b).abs(), 0.0);
        if difference.at.is_none() || apart > difference.absolute {
            difference.absolute = apart;
            difference.at = Some(place(index));
        }
    }
    if expected.len() != found.len() {
        difference.refuse(format!("{} expected, {} found", expected.len(), found.len()));
        if difference.first.is_none() {
            difference.first = Some(place(expected.len().min(found.len())));
        }
    }
    difference
}

/// Like [`difference`], allowing a fraction `portion` of every value.
fn relative_difference(quantity: Quantity, expected: &[f64], found: &[f64], portion: f64) -> Difference {
    let mut difference = difference(quantity, expected, found, 0.0, None);
    let inside = |(a, b): (&f64, &f64)| ulp_distance(*a, *b) == 0 || (a - b).abs() <= portion * a.abs();
    difference.allowed = if expected.iter().zip(found).all(inside) {
        difference.absolute
    } else {
        expected.iter().fold(f64::INFINITY, |least, value| least.min(portion * value.abs()))
    };
    difference
}

impl Difference {
    fn refuse(&mut self, mismatch: String) {
        self.ulps = u64::MAX;
        self.absolute = f64::INFINITY;
        self.mismatch = Some(mismatch);
    }
}

/// If both are thinned out, differing digests are a difference of at least one ULP.
fn compare_digests(differences: &mut [Difference], expected: &Results, found: &Results) {
    let (Some(a), Some(b)) = (&expected.thinned, &found.thinned) else {
        return;
    };
    for difference in differences {
        let same = match difference.quantity {
            Quantity::Times => a.t_sha256 == b.t_sha256 && a.samples == b.samples,
            Quantity::Trace { index, .. } => a.probes_sha256.get(index) == b.probes_sha256.get(index),
            _ => true,
        };
        if !same {
            difference.ulps = difference.ulps.max(1);
        }
    }
}

/// The number of doubles between two doubles, plus one if they differ; 0 and -0 are the same, as
/// are all NaNs. The distance between NaN and a number is `u64::MAX`.
pub fn ulp_distance(a: f64, b: f64) -> u64 {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (true, false) | (false, true) => u64::MAX,
        (false, false) => ordinal(a).abs_diff(ordinal(b)),
    }
}

/// Maps doubles to integers in the same order.
fn ordinal(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}
