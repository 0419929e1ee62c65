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
    /// Copies the numbers of the rows, of each of some columns.
    pub(super) fn gather<const N: usize>(&self, from: [&[f64]; N], mut to: [&mut [f64]; N]) {
        match self {
            Self::Run(run) => gather_run(run, &from, &mut to, 0),
            Self::Runs(runs) => {
                let mut place = 0;
                for run in runs {
                    gather_run(run, &from, &mut to, place);
                    place += run.len();
                }
            }
            Self::Scattered(rows) => {
                for (from, to) in from.into_iter().zip(to) {
                    to.iter_mut().zip(rows).for_each(|(to, &row)| *to = from[row as usize]);
                }
            }
        }
    }

    /// Copies numbers back to the rows.
    pub(super) fn scatter<const N: usize>(&self, from: [&[f64]; N], to: [&mut [f64]; N]) {
        for (from, to) in from.into_iter().zip(to) {
            match self {
                Self::Run(run) => to[run.clone()].copy_from_slice(from),
                Self::Runs(runs) => {
                    let mut rest = from;
                    for run in runs {
                        let (own, others) = rest.split_at(run.len());
                        to[run.clone()].copy_from_slice(own);
                        rest = others;
                    }
                }
                Self::Scattered(rows) => from.iter().zip(rows).for_each(|(&from, &row)| to[row as usize] = from),
            }
        }
    }
}

fn gather_run<const N: usize>(run: &Range<usize>, from: &[&[f64]; N], to: &mut [&mut [f64]; N], place: usize) {
    for (from, to) in from.iter().zip(to) {
        to[place..place + run.len()].copy_from_slice(&from[run.clone()]);
    }
}

/// Divides rows into runs that are long enough to be computed in place, and others.
pub(super) fn chunks(rows: &[u32]) -> Vec<Chunk> {
    /// Copying the voltages and equations of fewer rows takes less time than a call.
    const LEAST_RUN: usize = 252;
    let (mut chunks, mut waiting) = (Vec::new(), Vec::new());
    let mut start = 0;
    for run in rows.chunk_by(|&a, &b| a + 1 == b) {
        let end = start + run.len();
        if run.len() >= LEAST_RUN || run.len() == rows.len() {
            chunks.append(&mut copied(rows, std::mem::take(&mut waiting)));
            let parts = (start..end).step_by(CHUNK).map(|part| part..(part + CHUNK).min(end));
            chunks.extend(parts.map(|range| {
                let first = rows[range.start] as usize;
                Chunk { rows: ChunkRows::Run(first..first + range.len()), range }
            }));
        } else {
            waiting.push(start..end);
        }
        start = end;
    }
    chunks.append(&mut copied(rows, waiting));
    chunks
}

/// Divides runs that follow each other into chunks, for which their rows are copied.
fn copied(rows: &[u32], runs: Vec<Range<usize>>) -> Vec<Chunk> {
    /// Shorter runs are copied in less time row by row.
    const LEAST_MEAN: usize = 12;
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Vec::new() };
    let all = first.start..last.end;
    let of_range = |range: Range<usize>| {
        let own = &rows[range.clone()];
        let runs: Vec<Range<usize>> =
            own.chunk_by(|&a, &b| a + 1 == b).map(|run| run[0] as usize..run[0] as usize + run.len()).collect();
        let rows = match own.len() >= LEAST_MEAN * runs.len() {
            true => ChunkRows::Runs(runs),
            false => ChunkRows::Scattered(own.to_vec()),
        };
        Chunk { range, rows }
    };
    all.clone().step_by(JOINT_CHUNK).map(|start| of_range(start..(start + JOINT_CHUNK).min(all.end))).collect()
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
