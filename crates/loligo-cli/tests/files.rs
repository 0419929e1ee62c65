//! Contract: the files that the command writes. It replaces only files that it recognises as its own, follows no links,
//! lets only one run at a time write to a directory, and reports before the first step files that cannot be written or
//! read. A run that is stopped by a signal, a full disk or a removed directory ends with an exit code of its own, and
//! leaves readable files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// An empty directory for this test, with a model in it.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the temporary directory can be written");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hh_soma.toml");
    fs::copy(example, path.join("m.toml")).expect("the example is there");
    write(
        path.join("long.toml"),
        "[run]\ntstop = 40.0\n[[cell]]\nname = \"c\"\nsection = [{ name = \"soma\", L = 10.0, diam = 10.0 }]\n\
         [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n\
         [[record]]\nplace = \"c.soma(0.5)\"\nevery = 100\n",
    );
    path
}

fn loligo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
    command.args(arguments).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn done(folder: &Path, arguments: &[&str]) -> Output {
    loligo(folder, arguments).output().expect("the command has been built")
}

/// The printed output, errors last.
fn said(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

fn run(folder: &Path, more: &[&str]) -> String {
    let done = done(folder, &[&["run", "m.toml", "--no-plot"], more].concat());
    assert!(done.status.success(), "{more:?}: {}", said(&done));
    said(&done)
}

fn refused(folder: &Path, arguments: &[&str], exit_code: i32, reason: &str) {
    let done = done(folder, arguments);
    assert_eq!(done.status.code(), Some(exit_code), "{arguments:?}: {}", said(&done));
    assert!(said(&done).contains(reason), "{arguments:?}: {}", said(&done));
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: PathBuf, text: &str) {
    fs::write(path, text).expect("the temporary directory can be written");
}

/// Every file of a folder and its folders with its contents.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it is there").path()) {
        if entry.is_dir() && !entry.is_symlink() {
            files.push((entry.clone(), Vec::new()));
            files.extend(contents(&entry));
        } else {
            let is_file = fs::symlink_metadata(&entry).is_ok_and(|data| data.is_file());
            let bytes = if is_file { fs::read(&entry).expect("it is there") } else { Vec::new() };
            files.push((entry, bytes));
        }
    }
    files.sort();
    files
}

fn summary(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&read(folder.join("summary.json"))).expect("it is whole")
}

/// A process that is killed at the end of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}

/// A run of several hours, once it has started to write.
fn long_run(folder: &Path, more: &[&str]) -> Running {
    let arguments = [&["run", "long.toml", "--no-plot", "--quiet", "--tstop", "1e9", "--out", "out"], more].concat();
    let child = Running(loligo(folder, &arguments).spawn().expect("the command has been built"));
    wait_until("it writes", || fs::metadata(folder.join("out/traces.csv")).is_ok_and(|data| data.len() > 1000));
    child
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "not after a minute: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn save_replaces_only_checkpoints() {
    let folder = directory("save");
    run(&folder, &["--out", "old", "--save", "state", "--tstop", "5"]);
    write(folder.join("empty"), "");
    fs::create_dir(folder.join("folder")).unwrap();
    let names: &[&str] =
        &["m.toml", "old/traces.csv", "old/summary.json", "folder", "folder/", ".", "old", "..", "none/state"];
    let before = contents(&folder);
    for name in names {
        for command in ["run", "check"] {
            refused(&folder, &[command, "m.toml", "--out", "new", "--save", name], 4, "cannot write ");
        }
    }
    // Names that are free now, but not after the run has begun.
    for name in ["new", "new/traces.csv", "new/summary.json", "new/index.html", "./new/model.toml", "new/.loligo.lock"]
    {
        refused(&folder, &["run", "m.toml", "--out", "new", "--save", name], 4, "with --save");
    }
    assert!(contents(&folder) == before, "nothing was made or changed");

    for (name, tstop) in [("state", "10"), ("empty", "10"), ("new/state", "10"), ("new/state", "15")] {
        run(&folder, &["--out", "new", "--save", name, "--tstop", tstop]);
        let said = run(&folder, &["--restore", name, "--tstop", "20"]);
        assert!(said.contains(&format!("goes on from {tstop} ms")), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn links_pipes_and_protected_files_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = directory("links");
    run(&folder, &["--save", "state", "--tstop", "5", "--out", "out"]);
    for (target, link) in
        [("m.toml", "to_model"), ("state", "to_state"), ("nothing", "to_nothing"), ("out", "to_folder")]
    {
        symlink(target, folder.join(link)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().is_ok_and(|status| status.success()));
    write(folder.join("protected"), "");
    fs::copy(folder.join("state"), folder.join("protected")).unwrap();
    fs::set_permissions(folder.join("protected"), fs::Permissions::from_mode(0o444)).unwrap();
    let before = contents(&folder);
    for name in ["to_model", "to_state", "to_nothing", "to_folder", "pipe", "protected"] {
        refused(&folder, &["run", "m.toml", "--out", "new", "--save", name], 4, "not replaced");
    }
    assert!(contents(&folder) == before);

    // The directory can be a link, but not its files.
    fs::create_dir(folder.join("elsewhere")).unwrap();
    symlink("elsewhere", folder.join("to_elsewhere")).unwrap();
    run(&folder, &["--out", "to_elsewhere"]);
    assert!(folder.join("elsewhere/traces.csv").exists());
    for name in ["traces.csv", "spikes.csv", "cells.json", "summary.json", "model.toml", "shape.svg", "report_v.h5"] {
        let path = folder.join("elsewhere").join(name);
        let kept = fs::read(&path).ok();
        let _ = fs::remove_file(&path); // it may not be there
        symlink("../m.toml", &path).unwrap();
        let model = read(folder.join("m.toml"));
        refused(&folder, &["run", "m.toml", "--out", "elsewhere"], 4, name);
        assert_eq!(read(folder.join("m.toml")), model);
        fs::remove_file(&path).unwrap();
        kept.into_iter().for_each(|bytes| fs::write(&path, bytes).unwrap());
    }
    // A saved state keeps the permissions of the replaced file.
    fs::set_permissions(folder.join("state"), fs::Permissions::from_mode(0o600)).unwrap();
    run(&folder, &["--out", "new", "--save", "state"]);
    assert_eq!(fs::metadata(folder.join("state")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_no_run_wrote_stays() {
    let folder = directory("foreign");
    for (name, text) in [
        ("traces.csv", "t,v\n0,1\n"),
        ("spikes.csv", "t,source,gid\n"),
        ("traces_every_4.csv", "t\n"),
        ("cells.json", "[]"),
        ("summary.json", "{\"status\": \"mine\", \"version\": 2}"),
        ("index.html", "<!DOCTYPE html>"),
        ("shape.svg", "<svg></svg>"),
        ("report_v.h5", "\u{0}HDF"),
        ("spikes.h5", "mine"),
        ("model.toml", "mine"),
        ("configuration.json", "{}"),
    ] {
        let own = folder.join(format!("own {name}"));
        fs::create_dir(&own).unwrap();
        write(own.join(name), text);
        write(own.join("notes"), "mine");
        for command in ["run", "check"] {
            let reason = format!("it holds a {name} that no run wrote; give another directory with --out");
            refused(&folder, &[command, "m.toml", "--out", &own.display().to_string()], 4, &reason);
        }
        assert_eq!(contents(&own).len(), 2, "nothing was made");
        assert_eq!(read(own.join(name)), text);
    }

    // In the output directory of a run, its files are replaced, and others remain.
    run(&folder, &["--out", "out"]);
    let other = ["notes", "traces_every_day.csv", "report.txt", "states.csv"];
    other.iter().for_each(|name| write(folder.join("out").join(name), "mine"));
    write(folder.join("out/traces_every_4.csv"), "t,c.v\n");
    run(&folder, &["--out", "out"]);
    other.iter().for_each(|name| assert_eq!(read(folder.join("out").join(name)), "mine"));
    assert!(!folder.join("out/traces_every_4.csv").exists(), "what an earlier run left goes");
    // Files changed since then belong to the user.
    for (name, text) in
        [("traces.csv", "time;v\n0;1\n"), ("index.html", "<html>"), ("spikes.csv", "t,source,gid,cell\n")]
    {
        let before = fs::read(folder.join("out").join(name)).ok();
        write(folder.join("out").join(name), text);
        refused(&folder, &["run", "m.toml", "--out", "out"], 4, "is not replaced");
        assert_eq!(read(folder.join("out").join(name)), text);
        fs::remove_file(folder.join("out").join(name)).unwrap();
        before.into_iter().for_each(|bytes| fs::write(folder.join("out").join(name), bytes).unwrap());
    }
    // A run that does not start removes nothing.
    let before = contents(&folder.join("out"));
    refused(&folder, &["run", "m.toml", "--out", "out", "--restore", "none"], 1, "cannot read none");
    refused(&folder, &["run", "m.toml", "--out", "out", "--save", "none/state"], 4, "there is no folder none");
    assert!(contents(&folder.join("out")) == before);
}

#[test]
fn what_the_model_reads_is_not_replaced() {
    let folder = directory("inputs");
    run(&folder, &["--out", "out"]);
    let model = "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nparameters = \"out/spikes.csv\"\n\
                 section = [{ name = \"soma\", L = 10.0, diam = 10.0 }]\n\
                 [[cell.paint]]\nregion = \"all\"\nmechanism = \"pas\"\n";
    write(folder.join("ensemble.toml"), model);
    // A table of parameters with that name, which looks like a table of spikes.
    write(folder.join("out/traces.csv"), "t,a\n");
    write(folder.join("out/spikes.csv"), "soma.pas.g\n1e-4\n2e-4\n");
    refused(&folder, &["run", "ensemble.toml", "--out", "out"], 4, "out/spikes.csv");
    assert_eq!(read(folder.join("out/spikes.csv")), "soma.pas.g\n1e-4\n2e-4\n");
}

#[test]
fn a_run_that_goes_on_has_its_own_directory() {
    let folder = directory("going_on");
    run(&folder, &["--tstop", "50", "--save", "w"]);
    let first = contents(&folder.join("out/m"));
    let said = run(&folder, &["--tstop", "100", "--restore", "w", "--save", "w"]);
    assert!(said.contains("goes on from 50 ms; output goes to out/m_from_50ms\n"), "{said}");
    assert!(contents(&folder.join("out/m")) == first, "the first part stays");
    assert_eq!(summary(&folder.join("out/m_from_50ms"))["start"].as_f64().map(f64::round), Some(50.0));
    let said = run(&folder, &["--tstop", "133.3", "--restore", "w", "--save", "w"]);
    assert!(said.contains("out/m_from_100ms"), "{said}");
    let said = run(&folder, &["--tstop", "140", "--restore", "w"]);
    assert!(said.contains("out/m_from_133.3ms"), "{said}");
    // The parts together equal the whole run.
    run(&folder, &["--tstop", "140", "--out", "whole"]);
    for file in ["traces.csv", "spikes.csv"] {
        let body = |out: &str| read(folder.join(out).join(file)).split_once('\n').map(|(_, body)| body.to_owned());
        let parts =
            ["out/m", "out/m_from_50ms", "out/m_from_100ms", "out/m_from_133.3ms"].map(|out| body(out).unwrap());
        assert_eq!(Some(parts.concat()), body("whole"), "{file}");
    }
    // Even if `--out` names it, the run that it continues is not replaced; its own earlier output is.
    let reason = "it holds a run from 0 ms on, which this one, from 133.3 ms on, would replace";
    refused(&folder, &["run", "m.toml", "--tstop", "150", "--out", "whole", "--restore", "w"], 4, reason);
    run(&folder, &["--tstop", "150", "--out", "out/m_from_133.3ms", "--restore", "w"]);
}

/// Times whose sums of steps of 0.025 ms are slightly less or more than the number.
#[test]
fn a_run_can_be_restored_at_its_own_end() {
    let folder = directory("own_end");
    for tstop in ["0", "5", "10", "33.3", "60", "80", "100", "1000"] {
        run(&folder, &["--tstop", tstop, "--save", "w", "--out", "out"]);
        let said = run(&folder, &["--tstop", tstop, "--restore", "w"]);
        assert!(said.contains(" in 0 steps"), "{said}");
        assert_eq!(read(folder.join(format!("out/m_from_{tstop}ms/traces.csv"))).lines().count(), 1);
        run(&folder, &["--tstop", "2000", "--save-time", tstop, "--save", "w2", "--restore", "w"]);
        assert_eq!(fs::read(folder.join("w2")).unwrap(), fs::read(folder.join("w")).unwrap(), "at the same step");
    }
    refused(
        &folder,
        &["run", "m.toml", "--tstop", "999.97", "--restore", "w"],
        1,
        "its time is 1000 ms, after 999.97 ms",
    );
    refused(
        &folder,
        &["check", "m.toml", "--restore", "w"],
        1,
        "its time is 1000 ms, after 40 ms; give a later --tstop",
    );
}

#[test]
fn check_finds_what_a_run_would_be_refused_for() {
    let folder = directory("check");
    let checked = done(&folder, &["check", "m.toml", "--save", "none/w", "--restore", "gone", "--out", "m.toml"]);
    let said = said(&checked);
    for reason in ["cannot read gone", "cannot write none/w: there is no folder none", "m.toml is not a folder"] {
        assert!(said.contains(reason), "{said}");
    }
    assert!(!checked.status.success());
    // Settings of a configuration.
    let config = |options: &str| {
        format!(
            "{{\"circuit\": {{\"circuit_path\": \"m.toml\"}}, \"run\": {{\"tstop\": 5}}, \"options\": {{{options}}}}}"
        )
    };
    fs::create_dir(folder.join("own")).unwrap();
    write(folder.join("own/traces.csv"), "mine");
    for (options, exit_code, reason) in [
        ("\"save\": \"none/w\"", 4, "there is no folder"),
        ("\"save\": \"m.toml\"", 4, "not a checkpoint"),
        ("\"restore\": \"gone\"", 1, "cannot read"),
        ("\"restore\": \"m.toml\"", 1, "no checkpoint"),
        ("\"output_path\": \"own\"", 4, "that no run wrote"),
    ] {
        write(folder.join("config.json"), &config(options));
        for command in ["run", "check"] {
            refused(&folder, &[command, "config.json"], exit_code, reason);
        }
    }
    write(folder.join("config.json"), &config("\"save\": \"w\", \"output_path\": \"out\""));
    let before = contents(&folder);
    assert!(done(&folder, &["check", "config.json"]).status.success());
    assert!(contents(&folder) == before, "to check changes nothing");
    // Without a requested directory, the run may be intended to run elsewhere.
    fs::create_dir_all(folder.join("out/m")).unwrap();
    write(folder.join("out/m/traces.csv"), "mine");
    let checked = done(&folder, &["check", "m.toml"]);
    assert!(
        checked.status.success() && self::said(&checked).contains("warning: cannot write out/m: it holds a traces.csv")
    );
    assert!(self::said(&checked).contains("no errors, 1 warning"), "{}", self::said(&checked));
}

#[test]
fn one_run_at_a_time_writes_to_a_directory() {
    let folder = directory("locked");
    let mut first = long_run(&folder, &[]);
    let reason = format!("another run writes to it (process {}); wait for its end", first.0.id());
    refused(&folder, &["run", "m.toml", "--out", "out"], 4, &reason);
    refused(&folder, &["run", "m.toml", "--out", "./out/"], 4, &reason);
    assert_eq!(first.0.try_wait().expect("it was started"), None, "the first goes on");
    // A killed run leaves no lock.
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    assert_eq!(summary(&folder.join("out"))["status"], "running");
    run(&folder, &["--out", "out"]);
    assert_eq!(summary(&folder.join("out"))["status"], "complete");
}

/// For any number of simultaneous starts: those that end successfully have not been disturbed.
#[test]
fn runs_that_start_together_do_not_mix() {
    let folder = directory("together");
    let start = |k: usize| {
        let tstop = format!("{}", 200 + 10 * k);
        loligo(&folder, &["run", "m.toml", "--no-plot", "--out", "out", "--tstop", &tstop]).spawn().unwrap()
    };
    let mut successes = Vec::new();
    for (k, child) in (0..8).map(start).enumerate().collect::<Vec<_>>() {
        let done = child.wait_with_output().unwrap();
        match done.status.code() {
            Some(0) => successes.push(200 + 10 * k),
            code => {
                assert_eq!(code, Some(4), "{}", said(&done));
                assert!(said(&done).contains("another run writes to it"), "{}", said(&done));
            }
        }
    }
    assert!(!successes.is_empty());
    let tstop = summary(&folder.join("out"))["settings"]["tstop"].as_f64().unwrap();
    let rows = read(folder.join("out/traces.csv")).lines().count();
    assert!(successes.contains(&(tstop as usize)) && rows == 2 + (tstop / 0.025).round() as usize, "{rows} rows");
}

/// The command with a limit of file size in KiB: for a program the same as a full disk.
#[cfg(unix)]
fn limited(folder: &Path, kib: usize, arguments: &[&str]) -> Output {
    let script = format!("ulimit -f {kib}; exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_loligo")]).args(arguments).current_dir(folder);
    command.output().expect("there is a shell")
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_leaves_whole_lines() {
    let folder = directory("full");
    let full = limited(&folder, 100, &["run", "m.toml", "--tstop", "1000", "--out", "out", "--save", "w"]);
    assert_eq!(full.status.code(), Some(4), "{}", said(&full));
    assert!(said(&full).contains("cannot write out/traces.csv: File too large"), "{}", said(&full));
    let traces = read(folder.join("out/traces.csv"));
    assert!(traces.ends_with('\n') && traces.len() > 90 << 10, "{} bytes", traces.len());
    let columns = traces.lines().next().unwrap().split(',').count();
    assert!(traces.lines().all(|line| line.split(',').count() == columns));
    assert_eq!(summary(&folder.join("out"))["status"], "failed");
    assert!(done(&folder, &["plot", "out"]).status.success());
    // The state was valid, and there was enough space for it.
    assert!(run(&folder, &["--tstop", "1000", "--restore", "w"]).contains("goes on from"));

    // Files that are written as a whole are either unchanged or absent.
    let before = contents(&folder.join("out"));
    let full = limited(&folder, 1, &["plot", "out"]);
    assert_eq!(full.status.code(), Some(4), "{}", said(&full));
    assert!(contents(&folder.join("out")) == before);
    let state = fs::read(folder.join("w")).unwrap();
    let full = limited(&folder, 0, &["run", "m.toml", "--out", "none", "--save", "w"]);
    assert_eq!(full.status.code(), Some(4), "{}", said(&full));
    assert_eq!(fs::read(folder.join("w")).unwrap(), state);
    assert!(!folder.join("none/summary.json").exists());
}

/// As left by a process that is killed while it writes.
#[test]
fn half_a_last_line_is_left_out_of_the_pictures() {
    let folder = directory("half");
    run(&folder, &["--out", "out"]);
    for file in ["traces.csv", "spikes.csv"] {
        let text = read(folder.join("out").join(file));
        write(folder.join("out").join(file), &text[..text.len() - 3]);
    }
    let plotted = done(&folder, &["plot", "out"]);
    assert!(plotted.status.success(), "{}", said(&plotted));
    for file in ["traces.csv", "spikes.csv"] {
        let note = format!("{file}: the last line is incomplete and left out");
        assert!(said(&plotted).contains(&note), "{}", said(&plotted));
    }
}

#[test]
fn a_directory_that_is_gone_is_noticed_soon() {
    let folder = directory("gone");
    for moved in [false, true] {
        let mut child = long_run(&folder, &[]);
        if moved {
            fs::rename(folder.join("out"), folder.join("moved")).unwrap();
        } else {
            fs::remove_dir_all(folder.join("out")).unwrap();
        }
        wait_until("it ends", || child.0.try_wait().expect("it was started").is_some());
        assert_eq!(child.0.wait().unwrap().code(), Some(4));
        let mut errors = String::new();
        std::io::Read::read_to_string(child.0.stderr.as_mut().unwrap(), &mut errors).unwrap();
        assert!(errors.contains("traces.csv: it has been removed, moved or replaced"), "{errors}");
        assert!(!folder.join("out").exists(), "it is not made again");
    }
}

/// The usual signals with their names, and the exit codes that shells use for them.
#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_and_is_called_by_its_name() {
    let folder = directory("signals");
    for (signal, exit_code, name) in
        [("INT", 130, "stopped by Ctrl-C;"), ("TERM", 143, "stopped by SIGTERM;"), ("HUP", 129, "stopped by SIGHUP (")]
    {
        let mut child = long_run(&folder, &["--save", "w"]);
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.0.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let status = child.0.wait().expect("it was started");
        let mut errors = String::new();
        std::io::Read::read_to_string(child.0.stderr.as_mut().unwrap(), &mut errors).unwrap();
        assert_eq!(status.code(), Some(exit_code), "{errors}");
        assert!(errors.starts_with(name) && errors.contains("what was computed is in the output"), "{errors}");
        assert_eq!(summary(&folder.join("out"))["status"], "interrupted");
        let t = summary(&folder.join("out"))["t"].as_f64().expect("it has a time");
        let more =
            done(&folder, &["run", "long.toml", "--no-plot", "--tstop", &format!("{}", t + 1.0), "--restore", "w"]);
        assert!(more.status.success() && self::said(&more).contains(" in 40 steps"), "{}", self::said(&more));
        fs::remove_dir_all(folder.join("out")).unwrap();
    }
}

/// A process started by `nohup` outlives its terminal.
#[cfg(unix)]
#[test]
fn a_hangup_that_is_ignored_stays_so() {
    let folder = directory("nohup");
    let mut command = Command::new("bash");
    let script = "trap '' HUP; exec \"$0\" \"$@\"";
    command.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_loligo"),
        "run",
        "long.toml",
        "--tstop",
        "1e9",
        "--no-plot",
        "--out",
        "out",
    ]);
    let child = command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = Running(child.expect("there is a shell"));
    let size = || fs::metadata(folder.join("out/traces.csv")).map_or(0, |data| data.len());
    wait_until("it writes", || size() > 0);
    assert!(
        Command::new("kill").args(["-HUP", &child.0.id().to_string()]).status().is_ok_and(|status| status.success())
    );
    let before = size();
    wait_until("it goes on", || size() > before + 10_000);
    assert_eq!(child.0.try_wait().expect("it was started"), None);
}

/// To a full disk this is an error; a closed pipe is not (see the tests of the command).
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_an_error() {
    let folder = directory("printed");
    run(&folder, &["--out", "out"]);
    let swc = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../morphologies/pyramidal_l5.swc").display().to_string();
    for arguments in [
        &["check", "m.toml"][..],
        &["mechanisms"],
        &["mechanisms", "hh"],
        &["morphology", &swc],
        &["plot", "out"],
        &["run", "m.toml", "--no-plot", "--out", "out"],
        &["--help"],
        &["--version"],
        &["run", "--help"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let done = loligo(&folder, arguments).stdout(full).output().expect("the command has been built");
        assert_eq!(done.status.code(), Some(4), "{arguments:?}: {}", said(&done));
        assert!(said(&done).contains("cannot write the standard output: No space left"), "{}", said(&done));
    }
    assert_eq!(summary(&folder.join("out"))["status"], "complete", "the run itself is whole");
    // Nothing is printed, so nothing is missing.
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let quiet = loligo(&folder, &["run", "m.toml", "--no-plot", "--quiet", "--out", "out"]).stdout(full).status();
    assert!(quiet.is_ok_and(|status| status.success()));
}
