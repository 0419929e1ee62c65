//! The tables that a run writes: `traces.csv` and `spikes.csv`.

use std::collections::HashMap;
use std::path::Path;

use loligo_io::separator_hint;

use crate::csv_lines::{DRAWABLE, in_table, instant, line_of, next_line, not_a_number, number, open, too_many};
use crate::error::PlotError;
pub(super) use crate::sources::{MOST_SOURCES, Source, read_sources, whole};

/// Largest number of values kept of a table of traces: tables of longer runs are thinned out.
const MOST_VALUES: usize = 1 << 23;
/// Smallest number of rows kept for any number of columns: several for each pixel column of the
/// picture.
const FEWEST_ROWS: usize = 1 << 13;
/// Absolute limit of the number of values kept: with many thousand columns, fewer rows are kept.
const MOST_VALUES_OF_WIDE: usize = 1 << 26;

/// Largest number of columns: equal to the largest number of recordings of a model.
const MOST_COLUMNS: usize = 1_000_001;
/// Largest number of spikes.
const MOST_SPIKES: usize = 100_000_000;

/// The columns of a `traces.csv`; for a long run reduced so that the picture remains the same.
///
/// A table of more than some million values is thinned out while it is read: runs of equal numbers of rows become two
/// rows each, with the times of the first and the last row and, for each column, the smallest and the largest sample in
/// their order.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// let file = dir.path().join("traces.csv");
/// std::fs::write(&file, "t,a.soma(0.5).v\n0,-65\n0.025,NaN\n")?;
/// let table = loligo_plot::TraceTable::read(&file)?;
/// assert_eq!(table.time, [0.0, 0.025]); // ms
/// assert_eq!(table.columns[0].0, "a.soma(0.5).v");
/// assert!(table.columns[0].1[1].is_nan());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceTable {
    /// Time of the samples, ms; never decreasing.
    pub time: Vec<f64>,
    /// Name and samples of each recording. Missing samples are NaN.
    pub columns: Vec<(String, Vec<f64>)>,
}

impl TraceTable {
    /// Reads a table: first column `t` in ms, then one column per recording. A last line without a line break at its
    /// end is ignored, since writing it was interrupted ([`is_cut_off`](crate::is_cut_off)).
    ///
    /// # Errors
    /// If the file cannot be read, lines have unequal numbers of values, a value is not a number,
    /// or time decreases.
    pub fn read(path: &Path) -> Result<Self, PlotError> {
        let mut reader = open(path)?;
        let header = reader.byte_headers().map_err(|e| in_table(path, e))?;
        if header.len() > MOST_COLUMNS {
            return Err(too_many(path, 1, "columns", MOST_COLUMNS));
        }
        let names: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        if names.first().map(String::as_str) != Some("t") {
            return Err(PlotError::Table {
                path: path.into(),
                line: 1,
                problem: format!("the first column is not `t`{}", separator_hint(&names.join(","))),
                advice: "the header must be `t` and the names of the recordings",
            });
        }
        let columns: Vec<(String, Vec<f64>)> = names.into_iter().skip(1).map(|name| (name, vec![])).collect();
        let mut table = Self { time: vec![], columns };
        let rows_of = |values: usize| values / table.columns.len().max(1);
        let mut thinning = Thinning::new(rows_of(MOST_VALUES).max(FEWEST_ROWS).min(rows_of(MOST_VALUES_OF_WIDE)));
        let mut record = csv::ByteRecord::new();
        while next_line(&mut reader, &mut record, path)? {
            let line = || line_of(path, record.position());
            let t = instant(path, &line, record.get(0).unwrap_or_default())?;
            if table.time.last().is_some_and(|&before| t < before) {
                return Err(PlotError::Table {
                    path: path.into(),
                    line: line(),
                    problem: format!("time goes back to {t} ms"),
                    advice: "keep one run per file, its samples in order of time",
                });
            }
            table.time.push(t);
            for ((name, values), field) in table.columns.iter_mut().zip(record.iter().skip(1)) {
                let value = match number(field) {
                    Some(value) => value,
                    None if field.trim_ascii().is_empty() => f64::NAN,
                    None => return Err(not_a_number(path, line(), name, field)),
                };
                values.push(if value.abs() < DRAWABLE { value } else { f64::NAN });
            }
            thinning.follow(&mut table);
        }
        Ok(table)
    }

    /// Replaces every `stretch` rows from row `first` on by two.
    fn thin_out(&mut self, first: usize, stretch: usize) {
        let times: Vec<f64> =
            self.time[first..].chunks(stretch).flat_map(|times| [times[0], times[times.len() - 1]]).collect();
        self.time.truncate(first);
        self.time.extend(times);
        for (_, values) in &mut self.columns {
            let extremes: Vec<f64> = values[first..].chunks(stretch).flat_map(extremes_in_order).collect();
            values.truncate(first);
            values.extend(extremes);
        }
    }
}

/// The smallest and the largest value, in the order of their occurrence; NaN if all are NaN.
fn extremes_in_order(values: &[f64]) -> [f64; 2] {
    let numbers = || values.iter().copied().enumerate().filter(|(_, value)| !value.is_nan());
    let least = numbers().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::NAN));
    let greatest = numbers().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::NAN));
    if least.0 <= greatest.0 { [least.1, greatest.1] } else { [greatest.1, least.1] }
}

/// State of the thinning of a table while it is read.
struct Thinning {
    /// Largest number of rows to keep; a multiple of 4.
    most_rows: usize,
    /// Number of rows of the file that become two.
    stretch: usize,
    /// Number of rows of the table that are final.
    settled: usize,
}

impl Thinning {
    fn new(most_rows: usize) -> Self {
        Self { most_rows: most_rows.next_multiple_of(4), stretch: 2, settled: 0 }
    }

    /// Called after each row.
    fn follow(&mut self, table: &mut TraceTable) {
        if table.time.len() - self.settled < self.stretch {
            return;
        }
        // Two rows would become two, so there is nothing to do.
        if self.stretch > 2 {
            table.thin_out(self.settled, self.stretch);
        }
        self.settled += 2;
        if self.settled == self.most_rows {
            table.thin_out(0, 4);
            self.stretch *= 2;
            self.settled /= 2;
        }
    }
}

/// The spikes of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpikeTable {
    /// The sources of spikes; in the order of the first spikes if [silent ones](Self::has_silent) are not
    /// known.
    pub sources: Vec<Source>,
    /// True if silent sources are included.
    pub has_silent: bool,
    /// Time, ms, and index in `sources`, in the order of the file.
    pub spikes: Vec<(f64, usize)>,
}

impl SpikeTable {
    /// Reads a table with the columns `t` (ms), `source` and `gid` (-1 or empty for artificial cells), and from
    /// `sources` the sources of spikes, with the columns `source`, `gid` and `artificial`.
    ///
    /// A last line without a line break at its end is ignored, since writing it was interrupted
    /// ([`is_cut_off`](crate::is_cut_off)).
    ///
    /// # Errors
    /// If a file cannot be read, lines have unequal numbers of values, or a value is not a number.
    pub fn read(path: &Path, sources: Option<&Path>) -> Result<Self, PlotError> {
        let mut reader = open(path)?;
        let header = reader.byte_headers().map_err(|e| in_table(path, e))?;
        if !header.iter().eq([&b"t"[..], b"source", b"gid"]) {
            return Err(PlotError::Table {
                path: path.into(),
                line: 1,
                problem: format!(
                    "the columns are not `t,source,gid`{}",
                    separator_hint(&String::from_utf8_lossy(header.get(0).unwrap_or_default()))
                ),
                advice: "the header must be these three names",
            });
        }
        let sources = sources.map(read_sources).transpose()?;
        let mut table = Self { has_silent: sources.is_some(), sources: sources.unwrap_or_default(), spikes: vec![] };
        let names = table.sources.iter().enumerate().map(|(index, source)| ((source.gid, source.name.clone()), index));
        let mut known: HashMap<(Option<u64>, String), usize> = names.collect();
        let mut record = csv::ByteRecord::new();
        while next_line(&mut reader, &mut record, path)? {
            let line = || line_of(path, record.position());
            let field = |i| record.get(i).unwrap_or_default().trim_ascii();
            let t = instant(path, &line, field(0))?;
            let gid = whole(field(2)).ok_or_else(|| not_a_number(path, line(), "gid", field(2)))?;
            let source = (gid, String::from_utf8_lossy(field(1)).into_owned());
            let index = *known.entry(source).or_insert_with_key(|(gid, name)| {
                table.sources.push(Source { gid: *gid, artificial: None, name: name.clone() });
                table.sources.len() - 1
            });
            if table.spikes.len() == MOST_SPIKES {
                return Err(too_many(path, line(), "spikes", MOST_SPIKES));
            }
            if table.sources.len() > MOST_SOURCES {
                return Err(too_many(path, line(), "sources", MOST_SOURCES));
            }
            table.spikes.push((t, index));
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_lines::is_cut_off;

    fn with<T>(text: &str, read: impl Fn(&Path) -> Result<T, PlotError>) -> Result<T, PlotError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, word) in [
            ("", 1, "first column"),
            ("x,y\n1,2\n", 1, "first column"),
            ("t,a\n0,1\n1,2,3\n", 3, "3 values"),
            ("t,a\n0,1\n\n\n1,2,3\n", 5, "3 values"),
            ("t,a\r\n0,1\r\n1,2,3\r\n", 3, "3 values"),
            ("t,a\r\n0,1\r\n\r\n1,x\r\n", 4, "`x`"),
            ("t,a\n0,1\n1,\"x\"\n", 3, "`x`"),
            ("t,a\n0,1\nNaN,1\n", 3, "`t`"),
            ("t,a\n1,1\n0,1\n", 3, "goes back"),
        ] {
            let error = with(text, TraceTable::read).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
            assert!(matches!(error, PlotError::Table { line: l, .. } if l == line), "{error}");
        }
        for (text, line) in [("t,gid\n", 1), ("t,source,gid\n0,a,\n1,a,-2\n", 3)] {
            let error = with(text, |path| SpikeTable::read(path, None)).unwrap_err();
            assert!(matches!(error, PlotError::Table { line: l, .. } if l == line), "{error}");
        }
    }

    #[test]
    fn the_last_line_counts_only_with_its_line_break() {
        let text = "t,a.v,b.v\n0,-65,1\n0.025,-64.5,2\n";
        for length in 1..=text.len() {
            let read = with(&text[..length], TraceTable::read);
            let lines = text[..length].matches('\n').count();
            if lines == 0 {
                let error = read.unwrap_err().to_string();
                assert!(error.contains("line 1: the first line is cut off"), "{error}");
                continue;
            }
            let table = read.unwrap();
            assert_eq!(table.time, [0.0, 0.025][..lines - 1]);
            assert_eq!(table.columns[1].1, [1.0, 2.0][..lines - 1]);
            assert_eq!(with(&text[..length], is_cut_off).unwrap(), !text[..length].ends_with('\n'));
        }
        let spikes = "t,source,gid\n1.5,a.soma(0.5),7\n2.5,b.soma(0.5),12";
        let table = with(spikes, |path| SpikeTable::read(path, None)).unwrap();
        assert_eq!((table.sources.len(), table.spikes.len()), (1, 1), "gid 12 may be the beginning of 123");
        // Longer than the block that is read at once.
        let long = format!("t,a\n0,1\n1,{}", "2".repeat(10_000));
        assert_eq!(with(&long, TraceTable::read).unwrap().time, [0.0]);
    }

    #[test]
    fn gaps_are_not_errors() {
        let table = with("t,a,b\n0,nan,inf\n1,,-1e300\n", TraceTable::read).unwrap();
        assert!(table.columns.iter().flat_map(|c| &c.1).all(|v| v.is_nan()));
    }

    #[test]
    fn long_tables_keep_their_ends_and_extremes() {
        const ROWS: usize = 10_001;
        let mut table = TraceTable {
            time: vec![],
            columns: vec![("spikes".into(), vec![]), ("ramp".into(), vec![]), ("gap".into(), vec![])],
        };
        let mut thinning = Thinning::new(200);
        for row in 0..ROWS {
            let spike = match row {
                4711 => 30.0,
                4712 => -80.0,
                _ => -65.0,
            };
            let gap = if (4000..6000).contains(&row) { f64::NAN } else { 1.0 };
            table.time.push(row as f64);
            for ((_, values), value) in table.columns.iter_mut().zip([spike, row as f64, gap]) {
                values.push(value);
            }
            thinning.follow(&mut table);
            assert!(table.time.len() <= 200 + thinning.stretch);
        }
        assert_eq!((table.time.first(), table.time.last()), (Some(&0.0), Some(&10_000.0)));
        assert!(table.time.len() > 80 && table.time.is_sorted());
        let [spikes, ramp, gap] = [0, 1, 2].map(|column: usize| &table.columns[column].1);
        let peak = spikes.iter().position(|&v| v == 30.0).unwrap();
        assert_eq!(spikes[peak + 1], -80.0, "in their order");
        assert!((table.time[peak] - 4711.0).abs() <= thinning.stretch as f64);
        assert_eq!(*ramp, table.time);
        assert!(gap.iter().filter(|v| v.is_nan()).count() > 10);
        assert_eq!(gap.len(), table.time.len());
    }

    #[test]
    fn sources_are_found_once() {
        let text = "t,source,gid\n1,a.soma(0.5),7\n2,stim,\n3,a.soma(0.5),7\n4,stim,-1\n";
        let table = with(text, |path| SpikeTable::read(path, None)).unwrap();
        assert_eq!(table.sources.len(), 2);
        assert_eq!(table.sources[0].gid, Some(7));
        assert_eq!(table.spikes, [(1.0, 0), (2.0, 1), (3.0, 0), (4.0, 1)]);
    }
}
