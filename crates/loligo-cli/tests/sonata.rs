//! Contract: `loligo run --sonata` writes SONATA's files in addition to the tables, with the same values; a killed
//! process leaves them readable. Built without HDF5, the command reports this before it changes anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the temporary directory can be written");
    path
}

fn loligo(model: &str, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
    command.args(["run", model, "--sonata", "--no-plot", "--quiet", "--out"]).arg(out).args(more);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[cfg(not(feature = "hdf5"))]
#[test]
fn without_hdf5_it_is_refused() {
    let out = directory("sonata_refused");
    let refused = loligo("examples/hh_soma.toml", &out, &[]).output().expect("the command has been built");
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("--features hdf5"), "{message}");
    assert_eq!(fs::read_dir(&out).expect("it is there").count(), 0);
}

#[cfg(feature = "hdf5")]
mod with_hdf5 {
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use hdf5::File;

    use super::*;

    /// Columns of a table, without its last line if that is incomplete.
    fn table(path: &Path) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).expect("it is there");
        let columns = reader.headers().expect("it has a header").len();
        let lines = reader.records().map_while(Result::ok).filter(|line| line.len() == columns);
        lines.map(|line| line.iter().map(str::to_owned).collect()).collect()
    }

    fn values<T: hdf5::H5Type>(file: &File, name: &str) -> Vec<T> {
        file.dataset(name).and_then(|dataset| dataset.read_raw()).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Compares the ring's files with the tables; returns rows and spikes.
    fn compared(out: &Path, sample: f64) -> (usize, usize) {
        let report = File::open(out.join("report_v.h5")).expect("it opens");
        let time = values::<f64>(&report, "report/All/mapping/time");
        assert_eq!((time[0], time[2]), (0.0, sample));
        let rows = ((time[1] - time[0]) / time[2] - 1e-6).ceil() as usize;
        let data = report.dataset("report/All/data").and_then(|data| data.read_2d::<f32>()).expect("it has data");
        assert!(data.nrows() >= rows);
        let traces = table(&out.join("traces.csv"));
        assert!(traces.len() >= rows);
        for (row, line) in traces.iter().enumerate().take(rows) {
            let expected: Vec<f32> =
                line[1..].iter().map(|value| value.parse::<f64>().expect("a number") as f32).collect();
            assert_eq!(data.row(row).to_vec(), expected, "row {row}");
        }
        let spikes = File::open(out.join("spikes.h5")).expect("it opens");
        let times = values::<f64>(&spikes, "spikes/All/timestamps");
        let nodes = values::<u64>(&spikes, "spikes/All/node_ids");
        assert_eq!(times.len(), nodes.len());
        let lines = table(&out.join("spikes.csv")).into_iter().filter(|line| line[2] != "-1");
        for (line, (time, node)) in lines.zip(times.iter().zip(&nodes)) {
            assert_eq!((line[0].parse(), line[2].parse()), (Ok(*time), Ok(*node)));
        }
        (rows, times.len())
    }

    #[test]
    fn a_run_writes_reports_and_spikes() {
        let out = directory("sonata");
        // Files of an earlier run are removed.
        assert!(loligo("examples/ring.toml", &out, &[]).status().expect("the command has been built").success());
        fs::rename(out.join("report_v.h5"), out.join("report_old.h5")).expect("the run wrote it");
        let done = loligo("examples/ring.toml", &out, &[]).output().expect("the command has been built");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let (rows, spikes) = compared(&out, 0.1);
        assert_eq!((rows, table(&out.join("traces.csv")).len()), (1000, 1001));
        let cells = table(&out.join("spikes.csv")).iter().filter(|line| line[2] != "-1").count();
        assert_eq!(spikes, cells);
        assert!(!out.join("report_old.h5").exists());
        let summary = fs::read_to_string(out.join("summary.json")).expect("it is there");
        let summary: serde_json::Value = serde_json::from_str(&summary).expect("it is JSON");
        assert_eq!(summary["recordings"][0]["report"], "report_v.h5");
        assert_eq!(summary["recordings"][0]["file"], "traces.csv");
    }

    #[test]
    fn a_configured_run_writes_them_too() {
        let out = directory("sonata_configured");
        let folder = directory("sonata_configuration");
        let ring = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml");
        let text = format!(
            "[circuit]\ncircuit_path = {:?}\ncircuit_target = \"half\"\n[node_sets]\nhalf = [0, 2, 4, 6]\n\
             [[connection_overrides]]\nsource = \"ring\"\ntarget = \"half\"\nspont_minis = 100.0\nweight = 3.0\n",
            fs::canonicalize(ring).expect("it is there")
        );
        let path = folder.join("config.toml");
        fs::write(&path, text).expect("the temporary directory can be written");
        let done = loligo(&path.display().to_string(), &out, &[]).output().expect("the command has been built");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let (rows, spikes) = compared(&out, 0.1);
        assert_eq!(rows, 1000);
        assert_eq!(spikes, table(&out.join("spikes.csv")).iter().filter(|line| line[2] != "-1").count());
        let nodes = values::<u64>(&File::open(out.join("spikes.h5")).expect("it opens"), "spikes/All/node_ids");
        assert!(nodes.iter().all(|gid| gid % 2 == 0), "{nodes:?}");
    }

    #[test]
    fn what_is_no_sonata_file_stays() {
        let out = directory("sonata_foreign");
        assert!(loligo("examples/ring.toml", &out, &[]).status().expect("the command has been built").success());
        for name in ["report_v.h5", "spikes.h5", "report_notes.h5"] {
            let before = fs::read(out.join(name));
            fs::write(out.join(name), "mine").expect("the temporary directory can be written");
            let refused = loligo("examples/ring.toml", &out, &[]).output().expect("the command has been built");
            assert_eq!(refused.status.code(), Some(4));
            let message = String::from_utf8_lossy(&refused.stderr);
            assert!(message.contains(name) && message.contains("not an HDF5 file"), "{message}");
            assert_eq!(fs::read(out.join(name)).expect("it is there"), b"mine");
            fs::remove_file(out.join(name)).expect("it is there");
            before.into_iter().for_each(|bytes| fs::write(out.join(name), bytes).expect("it was there"));
        }
    }

    /// For a program, a limit of file size is the same as a full disk.
    #[cfg(unix)]
    #[test]
    fn a_full_disk_is_an_error() {
        let out = directory("sonata_full");
        let mut limited = Command::new("bash");
        limited.args(["-c", "ulimit -f 300; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_loligo")]);
        let run = loligo("examples/ring.toml", &out, &["--tstop", "1e5"]);
        let done = limited.args(run.get_args()).current_dir(run.get_current_dir().expect("it was set")).output();
        let done = done.expect("there is a shell");
        let message = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(4), "{message}");
        assert!(message.contains("cannot write "), "{message}");
    }

    #[test]
    fn a_killed_run_leaves_readable_files() {
        let out = directory("sonata_killed");
        let mut process =
            loligo("examples/ring.toml", &out, &["--tstop", "1e7"]).spawn().expect("the command has been built");
        // Waits until the files have been flushed a few times.
        let start = Instant::now();
        while fs::metadata(out.join("report_v.h5")).map_or(0, |file| file.len()) < 1_000_000 {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing is written");
            assert_eq!(process.try_wait().expect("it was started"), None, "it has ended");
            sleep(Duration::from_millis(10));
        }
        process.kill().expect("it runs");
        process.wait().expect("it was started");
        let (rows, spikes) = compared(&out, 0.1);
        assert!(rows > 1000 && spikes > 10, "{rows} rows, {spikes} spikes");
    }
}
