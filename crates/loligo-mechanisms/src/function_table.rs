//! Functions given by their values (FUNCTION_TABLE in NMODL).

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// A function given by its values: a constant, or values on a grid of arguments, with NEURON's interpolation between
/// them.
///
/// For arguments beyond the ends the value is that at the end. A table of one or two arguments is linear between its
/// points; one with more arguments takes the value of the point below. If an argument is NaN, the result is NaN too
/// (NEURON gives the first value in this case, or reads outside the table).
///
/// ```
/// use loligo_mechanisms::FunctionTable;
/// let steady_state = FunctionTable::uniform([0.0, 0.5, 1.0], -80.0, 0.0)?; // at -80, -40 and 0 mV
/// assert_eq!([-90.0, -60.0, 0.0].map(|v| steady_state.value(&[v])), [0.0, 0.25, 1.0]);
/// # Ok::<(), loligo_mechanisms::FunctionTableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct FunctionTable {
    form: Form,
    digest: u64,
}

/// The points of a grid along one argument: at equal distances, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Number of points, at least 1.
    pub points: usize,
    /// The first point, in the argument's unit.
    pub from: f64,
    /// The last point, not below the first.
    pub to: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Constant(f64),
    Grid { values: Vec<f64>, axes: Vec<Axis> },
    Points { values: Vec<f64>, positions: Vec<f64> },
}

/// The reason why numbers are not a valid function table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FunctionTableError {
    /// There are no values.
    #[error("it has no values; give at least one")]
    Empty,
    /// A value is not finite.
    #[error("value number {} is {value}; give finite numbers", .index + 1)]
    Value {
        /// Index of the first such value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// The number of values differs from the number of points.
    #[error("it has {values} values at {points} points; give a value for each point")]
    Count {
        /// Number of values.
        values: usize,
        /// Number of points.
        points: usize,
    },
    /// The ends of an axis are not finite, or the last is below the first.
    #[error("argument number {} runs from {from} to {to}; give finite ends, the lower one first", .argument + 1)]
    Ends {
        /// Index of the argument.
        argument: usize,
        /// The first point.
        from: f64,
        /// The last point.
        to: f64,
    },
    /// Positions that decrease or are not finite.
    #[error("position number {} is {value}; give finite positions in ascending order", .index + 1)]
    Position {
        /// Index of the first invalid position.
        index: usize,
        /// The position.
        value: f64,
    },
}

impl Axis {
    /// The points between `from` and `to`, both included.
    pub fn new(points: usize, from: f64, to: f64) -> Self {
        Self { points, from, to }
    }

    /// The index of the point below an argument, and the fraction of the distance to the next
    /// point.
    fn place(&self, argument: f64) -> (usize, f64) {
        let last = self.points - 1;
        if argument <= self.from {
            return (0, 0.0);
        }
        if argument >= self.to {
            return (last, 0.0);
        }
        let distance = (self.to - self.from) / last as f64;
        let place = (argument - self.from) / distance;
        let below = place as usize;
        // Rounding may give an index beyond the last point; NaN has no index.
        if below >= last { (last, if place.is_nan() { place } else { 0.0 }) } else { (below, place - below as f64) }
    }
}

/// Interpolates between a value and the next one, which is only computed if it is needed.
fn blend(value: f64, fraction: f64, next: impl FnOnce() -> f64) -> f64 {
    if fraction == 0.0 { value } else { (1.0 - fraction) * value + fraction * next() }
}

impl FunctionTable {
    /// A function with one value for all arguments.
    ///
    /// # Errors
    /// A value that is not finite.
    pub fn constant(value: f64) -> Result<Self, FunctionTableError> {
        Self::try_from(Form::Constant(value))
    }

    /// A function of one argument, given by its values at equal distances from the argument `from`
    /// to the argument `to`.
    ///
    /// # Errors
    /// No values, values or ends that are not finite, a last end below the first.
    pub fn uniform(values: impl Into<Vec<f64>>, from: f64, to: f64) -> Result<Self, FunctionTableError> {
        let values = values.into();
        let axes = [Axis::new(values.len(), from, to)];
        Self::grid(values, axes)
    }

    /// A function of one argument, given by its values at the given positions, in ascending order; at two equal
    /// positions it jumps.
    ///
    /// # Errors
    /// No values, different numbers of positions and values, numbers that are not finite, positions that
    /// decrease.
    ///
    /// ```
    /// use loligo_mechanisms::FunctionTable;
    /// let table = FunctionTable::irregular([1.0, 2.0, 4.0], [0.0, 10.0, 100.0])?;
    /// assert_eq!([5.0, 10.0, 55.0].map(|x| table.value(&[x])), [1.5, 2.0, 3.0]);
    /// assert!(FunctionTable::irregular([1.0, 2.0], [10.0, 0.0]).is_err());
    /// # Ok::<(), loligo_mechanisms::FunctionTableError>(())
    /// ```
    pub fn irregular(values: impl Into<Vec<f64>>, positions: impl Into<Vec<f64>>) -> Result<Self, FunctionTableError> {
        Self::try_from(Form::Points { values: values.into(), positions: positions.into() })
    }

    /// A function of one or several arguments, given by its values on a grid; values along the last argument are
    /// adjacent.
    ///
    /// # Errors
    /// As [`uniform`](Self::uniform); different numbers of values and points.
    ///
    /// ```
    /// use loligo_mechanisms::{Axis, FunctionTable};
    /// let axes = [Axis::new(2, 0.0, 1.0), Axis::new(3, 0.0, 2.0)];
    /// let table = FunctionTable::grid([0.0, 1.0, 2.0, 10.0, 11.0, 12.0], axes)?;
    /// assert_eq!(table.value(&[0.5, 1.5]), 6.5);
    /// # Ok::<(), loligo_mechanisms::FunctionTableError>(())
    /// ```
    pub fn grid(values: impl Into<Vec<f64>>, axes: impl Into<Vec<Axis>>) -> Result<Self, FunctionTableError> {
        Self::try_from(Form::Grid { values: values.into(), axes: axes.into() })
    }

    /// The value for some arguments; NaN if there are too few.
    pub fn value(&self, arguments: &[f64]) -> f64 {
        let argument = |index: usize| arguments.get(index).copied().unwrap_or(f64::NAN);
        match &self.form {
            Form::Constant(value) => *value,
            Form::Points { values, positions } => at_position(values, positions, argument(0)),
            Form::Grid { values, axes } => match **axes {
                [axis] => {
                    let (below, fraction) = axis.place(argument(0));
                    blend(values[below], fraction, || values.get(below + 1).copied().unwrap_or(f64::NAN))
                }
                [rows, columns] => {
                    let (column, along) = columns.place(argument(1));
                    let in_row = |row: usize| {
                        let start = row * columns.points + column;
                        blend(values[start], along, || values.get(start + 1).copied().unwrap_or(f64::NAN))
                    };
                    let (row, across) = rows.place(argument(0));
                    blend(in_row(row), across, || if row + 1 < rows.points { in_row(row + 1) } else { f64::NAN })
                }
                ref several => {
                    let place = several.iter().enumerate().try_fold(0, |place, (index, axis)| {
                        let (below, fraction) = axis.place(argument(index));
                        (!fraction.is_nan()).then_some(place * axis.points + below)
                    });
                    place.map_or(f64::NAN, |place| values[place])
                }
            },
        }
    }

    /// Number of its arguments; `None` for a constant, which can be called with any number.
    pub fn arguments(&self) -> Option<usize> {
        match &self.form {
            Form::Constant(_) => None,
            Form::Points { .. } => Some(1),
            Form::Grid { axes, .. } => Some(axes.len()),
        }
    }

    /// Number of values and positions that it stores.
    pub fn size(&self) -> usize {
        match &self.form {
            Form::Constant(_) => 1,
            Form::Points { values, positions } => values.len() + positions.len(),
            Form::Grid { values, axes } => values.len() + 3 * axes.len(),
        }
    }

    /// A digest of the bits of its numbers, by which tables are distinguished.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}

impl Form {
    fn digest(&self) -> u64 {
        let mut digest = Xxh3::new();
        let mut add = |numbers: &[f64]| {
            digest.update(&(numbers.len() as u64).to_le_bytes());
            numbers.iter().for_each(|number| digest.update(&number.to_bits().to_le_bytes()));
        };
        match self {
            Self::Constant(value) => add(&[*value]),
            Self::Points { values, positions } => [positions, values].into_iter().for_each(|numbers| add(numbers)),
            Self::Grid { values, axes } => {
                axes.iter().for_each(|axis| add(&[axis.points as f64, axis.from, axis.to]));
                add(values);
            }
        }
        digest.digest()
    }
}

/// The value at a position between the given ones.
fn at_position(values: &[f64], positions: &[f64], position: f64) -> f64 {
    let last = positions.len() - 1;
    if position.is_nan() {
        return position;
    }
    if position <= positions[0] {
        return values[0];
    }
    if position >= positions[last] {
        return values[last];
    }
    let below = positions.partition_point(|&own| own <= position) - 1;
    let fraction = (position - positions[below]) / (positions[below + 1] - positions[below]);
    blend(values[below], fraction, || values[below + 1])
}

/// 0 for all arguments.
impl Default for FunctionTable {
    fn default() -> Self {
        let form = Form::Constant(0.0);
        Self { digest: form.digest(), form }
    }
}

impl TryFrom<Form> for FunctionTable {
    type Error = FunctionTableError;

    fn try_from(form: Form) -> Result<Self, FunctionTableError> {
        let (values, points) = match &form {
            Form::Constant(value) => (std::slice::from_ref(value), 1),
            Form::Points { values, positions } => {
                let descends = |&(index, &own): &(usize, &f64)| {
                    !own.is_finite() || index.checked_sub(1).is_some_and(|before| own < positions[before])
                };
                if let Some((index, &value)) = positions.iter().enumerate().find(descends) {
                    return Err(FunctionTableError::Position { index, value });
                }
                (&values[..], positions.len())
            }
            Form::Grid { values, axes } => {
                let is_wrong = |axis: &Axis| !(axis.from.is_finite() && axis.to.is_finite() && axis.from <= axis.to);
                if let Some(argument) = axes.iter().position(is_wrong) {
                    let Axis { from, to, .. } = axes[argument];
                    return Err(FunctionTableError::Ends { argument, from, to });
                }
                let points = axes.iter().try_fold(1, |points: usize, axis| points.checked_mul(axis.points));
                // No list is as long as the largest number.
                (&values[..], if axes.is_empty() { 0 } else { points.unwrap_or(usize::MAX) })
            }
        };
        if values.is_empty() {
            return Err(FunctionTableError::Empty);
        }
        if let Some((index, &value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(FunctionTableError::Value { index, value });
        }
        if values.len() != points {
            return Err(FunctionTableError::Count { values: values.len(), points });
        }
        Ok(Self { digest: form.digest(), form })
    }
}

impl From<FunctionTable> for Form {
    fn from(table: FunctionTable) -> Self {
        table.form
    }
}
