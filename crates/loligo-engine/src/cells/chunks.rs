//! Rows that are computed in one call: in place if they are one long run, else copied.

use std::ops::Range;

use loligo_mechanisms::CHUNK;

/// The largest number of rows that are copied for a call.
pub(super) const JOINT_CHUNK: usize = 504;

/// Some rows of a region.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chunk {
    /// Indices in the region.
    pub(super) range: Range<usize>,
    pub(super) rows: ChunkRows,
}

/// The rows of a chunk.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ChunkRows {
    /// One run, which is computed in place.
    Run(Range<usize>),
    /// Runs, each of which is copied as a whole.
    Runs(Vec<Range<usize>>),
    /// Rows that are copied one by one.
    Scattered(Vec<u32>),
}

impl ChunkRows {
    /// The runs; none for rows that are copied one by one.
    fn runs(&self) -> &[Range<usize>] {
        match self {
            Self::Run(run) => std::slice::from_ref(run),
            Self::Runs(runs) => runs,
            Self::Scattered(_) => &[],
        }
    }

    /// Copies the numbers of the rows, of each of some columns.
    pub(super) fn gather<const N: usize>(&self, from: [&[f64]; N], to: [&mut [f64]; N]) {
        let columns = from.into_iter().zip(to);
        if let Self::Scattered(rows) = self {
            for (from, to) in columns {
                to.iter_mut().zip(rows).for_each(|(to, &row)| *to = from[row as usize]);
            }
            return;
        }
        for (from, mut rest) in columns {
            for run in self.runs() {
                let (own, others) = rest.split_at_mut(run.len());
                own.copy_from_slice(&from[run.clone()]);
                rest = others;
            }
        }
    }

    /// Copies numbers back to the rows.
    pub(super) fn scatter<const N: usize>(&self, from: [&[f64]; N], to: [&mut [f64]; N]) {
        let columns = from.into_iter().zip(to);
        if let Self::Scattered(rows) = self {
            for (from, to) in columns {
                from.iter().zip(rows).for_each(|(&from, &row)| to[row as usize] = from);
            }
            return;
        }
        for (mut rest, to) in columns {
            for run in self.runs() {
                let (own, others) = rest.split_at(run.len());
                to[run.clone()].copy_from_slice(own);
                rest = others;
            }
        }
    }
}

/// Divides rows into runs that are long enough to be computed in place, and others.
pub(super) fn chunks(rows: &[u32]) -> Vec<Chunk> {
    /// Copying the voltages and equations of fewer rows takes less time than a call.
    const LEAST_RUN: usize = 252;
    let mut chunks = Vec::new();
    // The rows from `waiting` on have no chunk yet.
    let (mut waiting, mut start) = (0, 0);
    for run in rows.chunk_by(|&a, &b| a + 1 == b) {
        let end = start + run.len();
        if run.len() >= LEAST_RUN || run.len() == rows.len() {
            chunks.extend(copied(rows, waiting..start));
            let parts = (start..end).step_by(CHUNK).map(|part| part..(part + CHUNK).min(end));
            chunks.extend(parts.map(|range| {
                let first = rows[range.start] as usize;
                Chunk { rows: ChunkRows::Run(first..first + range.len()), range }
            }));
            waiting = end;
        }
        start = end;
    }
    chunks.extend(copied(rows, waiting..rows.len()));
    chunks
}

/// Divides a range of rows into chunks, for which they are copied.
fn copied(rows: &[u32], all: Range<usize>) -> impl Iterator<Item = Chunk> {
    /// Shorter runs are copied in less time row by row.
    const LEAST_MEAN: usize = 12;
    let of_range = move |range: Range<usize>| {
        let own = &rows[range.clone()];
        let runs: Vec<Range<usize>> =
            own.chunk_by(|&a, &b| a + 1 == b).map(|run| run[0] as usize..run[0] as usize + run.len()).collect();
        let rows = match own.len() >= LEAST_MEAN * runs.len() {
            true => ChunkRows::Runs(runs),
            false => ChunkRows::Scattered(own.to_vec()),
        };
        Chunk { range, rows }
    };
    all.clone().step_by(JOINT_CHUNK).map(move |start| of_range(start..(start + JOINT_CHUNK).min(all.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_computed_in_place() {
        let rows: Vec<u32> = (0..20).chain([30, 31, 40]).chain(50..1400).chain(2000..2090).chain([3000]).collect();
        let found: Vec<(Range<usize>, bool)> =
            chunks(&rows).into_iter().map(|chunk| (chunk.range, matches!(chunk.rows, ChunkRows::Run(_)))).collect();
        let expected = [(0..23, false), (23..1039, true), (1039..1373, true), (1373..1464, false)];
        assert_eq!(found, expected);
        assert_eq!(chunks(&[3, 4]), [Chunk { range: 0..2, rows: ChunkRows::Run(3..5) }]);
    }

    #[test]
    fn copies_return_to_their_rows() {
        let scattered: Vec<u32> = (0..400).map(|k| 3 * k).collect();
        let in_runs: Vec<u32> = (0..40).flat_map(|run| 30 * run..30 * run + 20).collect();
        for rows in [scattered, in_runs, vec![7]] {
            let numbers: Vec<f64> = (0..1200).map(f64::from).collect();
            let mut doubled = numbers.clone();
            for Chunk { range, rows: own } in chunks(&rows) {
                let mut copy = vec![0.0; range.len()];
                own.gather([&numbers], [&mut copy]);
                let expected: Vec<f64> = rows[range].iter().map(|&row| f64::from(row)).collect();
                assert_eq!(copy, expected);
                copy.iter_mut().for_each(|x| *x *= 2.0);
                own.scatter([&copy], [&mut doubled]);
            }
            for (row, &x) in doubled.iter().enumerate() {
                let factor = if rows.contains(&(row as u32)) { 2.0 } else { 1.0 };
                assert_eq!(x, factor * row as f64);
            }
        }
    }
}
