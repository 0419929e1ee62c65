//! Reduces the number of samples without a visible change of the picture.

/// Lines for the samples within `range` (ms): for each of `columns` of equal width the first,
/// smallest, largest and last sample, so that even the shortest spike is kept.
///
/// Samples that are NaN interrupt the line if the gap is wider than a column. With few samples all
/// are kept.
///
/// ```
/// let time: Vec<f64> = (0..100_000).map(|i| f64::from(i) * 0.01).collect();
/// let mut v = vec![-65.0; 100_000];
/// v[4711] = 30.0; // mV
/// let lines = loligo_plot::decimate(&time, &v, (0.0, 1000.0), 800);
/// assert!(lines[0].len() < 4 * 801);
/// assert!(lines[0].contains(&(time[4711], 30.0)));
/// ```
pub fn decimate(time: &[f64], values: &[f64], range: (f64, f64), columns: usize) -> Vec<Vec<(f64, f64)>> {
    let samples = time.len().min(values.len());
    let keep_all = samples <= 2 * columns;
    let per_ms = columns as f64 / (range.1 - range.0);
    let mut lines = vec![];
    let mut line = vec![];
    let mut column: Option<Column> = None;
    let mut in_gap = false;
    for (i, (&t, &v)) in time.iter().zip(values).enumerate() {
        if !(t >= range.0 && t <= range.1) {
            continue;
        }
        if !v.is_finite() {
            in_gap = true;
            continue;
        }
        let at = if keep_all { i } else { ((t - range.0) * per_ms) as usize };
        match &mut column {
            Some(column) if column.at == at => column.take((t, v)),
            _ => {
                if let Some(full) = column.take() {
                    full.write(&mut line);
                    if in_gap {
                        lines.push(std::mem::take(&mut line));
                    }
                }
                column = Some(Column::new(at, (t, v)));
            }
        }
        in_gap = false;
    }
    if let Some(last) = column {
        last.write(&mut line);
        lines.push(line);
    }
    lines
}

struct Column {
    at: usize,
    first: (f64, f64),
    least: (f64, f64),
    greatest: (f64, f64),
    last: (f64, f64),
}

impl Column {
    fn new(at: usize, sample: (f64, f64)) -> Self {
        Self { at, first: sample, least: sample, greatest: sample, last: sample }
    }

    fn take(&mut self, sample: (f64, f64)) {
        if sample.1 < self.least.1 {
            self.least = sample;
        }
        if sample.1 > self.greatest.1 {
            self.greatest = sample;
        }
        self.last = sample;
    }

    fn write(&self, line: &mut Vec<(f64, f64)>) {
        let mut inner = [self.least, self.greatest];
        inner.sort_by(|a, b| a.0.total_cmp(&b.0));
        let before = line.len();
        for sample in [self.first, inner[0], inner[1], self.last] {
            if line.len() == before || line.last() != Some(&sample) {
                line.push(sample);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_part_the_line() {
        let time = [0.0, 1.0, 2.0, 3.0, 4.0];
        let values = [1.0, 2.0, f64::NAN, 4.0, f64::NAN];
        let lines = decimate(&time, &values, (0.0, 4.0), 100);
        assert_eq!(lines, [vec![(0.0, 1.0), (1.0, 2.0)], vec![(3.0, 4.0)]]);
        assert!(decimate(&time, &[f64::NAN; 5], (0.0, 4.0), 100).is_empty());
        assert!(decimate(&[], &[], (0.0, 0.0), 100).is_empty());
    }

    proptest! {
        #[test]
        fn extremes_stay_and_order_stays(
            values in proptest::collection::vec(
                prop_oneof![9 => -100.0..100.0f64, 1 => Just(f64::NAN)], 1..3000),
            columns in 1..300usize,
        ) {
            let time: Vec<f64> = (0..values.len()).map(|i| i as f64 * 0.025).collect();
            let range = (time[0], time[time.len() - 1]);
            let lines = decimate(&time, &values, range, columns);
            let kept: Vec<(f64, f64)> = lines.iter().flatten().copied().collect();
            let extremes = |v: &mut dyn Iterator<Item = f64>| v.filter(|v| !v.is_nan())
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            prop_assert_eq!(
                extremes(&mut values.iter().copied()),
                extremes(&mut kept.iter().map(|s| s.1))
            );
            prop_assert!(kept.len() <= (4 * (columns + 1)).max(2 * columns));
            prop_assert!(kept.windows(2).all(|w| w[0].0 <= w[1].0));
            for (t, v) in kept {
                let i = (t / 0.025).round() as usize;
                prop_assert_eq!(values[i], v);
            }
        }
    }
}
