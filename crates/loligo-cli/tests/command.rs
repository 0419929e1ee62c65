//! Contract: output, files and exit codes of the `loligo` command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn loligo(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
    command.args(arguments).current_dir(root);
    command.output().expect("the command has been built")
}

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the temporary directory can be written");
    path
}

fn write(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    fs::write(&path, text).expect("the temporary directory can be written");
    path.display().to_string()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn run(model: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.display().to_string();
    loligo(&[&["run", model, "--out", &out, "--no-plot"], more].concat())
}

#[test]
fn a_run_writes_traces_spikes_cells_and_summary() {
    let out = directory("hh_soma");
    let done = run("examples/hh_soma.toml", &out, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stderr), "", "the progress bar is silent where there is no terminal");

    let traces = read(out.join("traces.csv"));
    let mut lines = traces.lines();
    assert!(lines.next().unwrap_or_default().starts_with("t,squid.soma(0.5).v,squid.soma(0.5).m_hh,"));
    assert!(lines.next().unwrap_or_default().starts_with("0,-65,"));
    assert_eq!(traces.lines().count(), 1 + 1601);

    let spikes = read(out.join("spikes.csv"));
    assert_eq!(spikes.lines().count(), 1 + 3);
    assert!(spikes.starts_with("t,source,gid\n6.47500000010"), "{spikes}");

    let summary: serde_json::Value = serde_json::from_str(&read(out.join("summary.json"))).unwrap();
    assert_eq!(summary["status"], "complete");
    assert_eq!(summary["steps"], 1600);
    assert_eq!(summary["compartments"], 1);
    assert_eq!(summary["settings"]["dt"], 0.025);
    assert_eq!(summary["recordings"][0]["unit"], "mV");
    assert_eq!(summary["model_hash"].as_str().map(str::len), Some(64));
    let cells: serde_json::Value = serde_json::from_str(&read(out.join("cells.json"))).unwrap();
    assert_eq!(cells[0]["sections"][0]["kind"], "soma");
    assert_eq!(
        read(out.join("model.toml")),
        read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/hh_soma.toml"))
    );
}

#[test]
fn a_run_draws_pictures_and_plot_draws_them_again() {
    let out = directory("pictures");
    let done = loligo(&["run", "examples/ball_and_stick.toml", "--tstop", "30", "--out", &out.display().to_string()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let page = read(out.join("index.html"));
    assert!(page.contains("<svg"));
    for picture in ["traces.svg", "raster.svg", "shape.svg", "shape_v_max.svg"] {
        assert!(read(out.join(picture)).starts_with("<svg"), "{picture}");
    }
    fs::remove_file(out.join("index.html")).expect("it was there");
    let done = loligo(&["plot", &out.display().to_string()]);
    assert!(text(&done.stdout).contains("index.html"), "{}", text(&done.stderr));
    assert_eq!(read(out.join("index.html")), page);
}

#[test]
fn every_example_runs() {
    for example in ["ball_and_stick", "pyramidal", "ring", "noisy_network", "ensemble"] {
        let out = directory(example);
        let done = run(&format!("examples/{example}.toml"), &out, &["--tstop", "20"]);
        assert!(done.status.success(), "{example}: {}", text(&done.stderr));
        assert!(read(out.join("spikes.csv")).lines().count() > 1, "{example} spikes");
    }
}

#[test]
fn results_do_not_depend_on_threads() {
    let (one, two) = (directory("one_thread"), directory("two_threads"));
    for (out, threads) in [(&one, "1"), (&two, "2")] {
        let done = run("examples/noisy_network.toml", out, &["--tstop", "50", "--threads", threads]);
        assert!(done.status.success(), "{}", text(&done.stderr));
    }
    for file in ["traces.csv", "spikes.csv"] {
        assert_eq!(read(one.join(file)), read(two.join(file)), "{file}");
    }
}

/// Everything but the first line of a file.
fn body(path: PathBuf) -> String {
    read(path).split_once('\n').map(|(_, body)| body.to_owned()).unwrap_or_default()
}

#[test]
fn a_run_goes_on_from_what_another_saved() {
    let model = "examples/noisy_network.toml";
    let out = directory("saved");
    let state = out.join("state").display().to_string();
    let (whole, first, second) = (out.join("whole"), out.join("first"), out.join("second"));
    assert!(run(model, &whole, &[]).status.success());
    assert!(run(model, &first, &["--save", &state, "--save-time", "33.3"]).status.success());
    let done = run(model, &second, &["--restore", &state, "--threads", "2"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    for file in ["traces.csv", "spikes.csv"] {
        let (whole, rest) = (body(whole.join(file)), body(second.join(file)));
        assert_eq!(body(first.join(file)), whole, "to save changes nothing");
        assert!(!rest.is_empty() && rest.len() < whole.len() && whole.ends_with(&rest), "{file}");
    }
    let (steps, rest) = (8000, 8000 - 1332);
    assert!(text(&done.stdout).contains(&format!("in {rest} steps")), "{}", text(&done.stdout));
    let summary: serde_json::Value = serde_json::from_str(&read(second.join("summary.json"))).unwrap();
    assert_eq!(summary["steps"], steps);
    let whole: serde_json::Value = serde_json::from_str(&read(whole.join("summary.json"))).unwrap();
    for key in ["spikes", "artificial_spikes"] {
        assert!(whole[key].as_u64() > Some(0) && summary[key] == whole[key], "{key} before the checkpoint count, too");
    }

    for (arguments, exit_code, reason) in [
        (["--restore", &state, "--tstop", "20"], 1, "give a later --tstop"),
        (["--restore", &state, "--dt", "0.05"], 1, "what differs is dt (0.025 ms there, 0.05 ms here)"),
        (["--restore", "examples/ring.toml", "--tstop", "20"], 1, "no checkpoint"),
        (["--save", "/nonexistent/state", "--tstop", "1"], 4, "cannot write /nonexistent/state"),
        (["--save", &state, "--save-time", "201"], 1, "--save-time 201"),
    ] {
        let refused = run(model, &out.join("refused"), &arguments);
        assert_eq!(refused.status.code(), Some(exit_code), "{arguments:?}");
        assert!(text(&refused.stderr).contains(reason), "{}", text(&refused.stderr));
    }
}

/// Two cells, of which one fires, a spike train, and a detector: the recorded sources and their
/// spikes.
#[test]
fn the_summary_tells_who_spikes_and_who_is_watched() {
    let out = directory("counts");
    let model = "[run]\ntstop = 20.0\n\
         [[cell]]\nname = \"c\"\ncount = 3\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n\
         [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n\
         [[cell.point]]\nname = \"syn\"\nmechanism = \"ExpSyn\"\nsection = \"soma\"\n\
         [[artificial_cell]]\nname = \"train\"\ncount = 2\nmechanism = \"NetStim\"\nstart = 2.0\nnumber = 3\ninterval = 5.0\n";
    let connected = format!(
        "{model}[[connection]]\nfrom = \"train[0]\"\nto = \"c[0].syn\"\nweight = 0.05\ndelay = 1.0\n\
         [[detector]]\nplace = [\"c[0].soma\", \"c[1].soma\"]\n"
    );
    let done = run(&write(&out, "m.toml", &connected), &out.join("out"), &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("spikes and 3 of artificial cells"), "{}", text(&done.stdout));
    let summary = |out: &Path| -> serde_json::Value { serde_json::from_str(&read(out.join("summary.json"))).unwrap() };
    let summary_of_run = summary(&out.join("out"));
    let number = |key: &str| summary_of_run[key].as_u64();
    let spikes = read(out.join("out/spikes.csv"));
    let of_cells = spikes.lines().filter(|line| line.ends_with("c[0].soma(0.5).v,0")).count();
    assert!(of_cells > 0);
    assert_eq!(number("spikes"), Some(of_cells as u64));
    let expected = [
        ("artificial_spikes", 3),
        ("cells", 3),
        ("artificial_cells", 2),
        ("connections", 1),
        ("detectors", 2),
        ("event_trains", 0),
        ("watched_cells", 2),
        ("watched_artificial_cells", 1),
    ];
    for (key, count) in expected {
        assert_eq!(number(key), Some(count), "{key}");
    }
    assert_eq!(
        summary_of_run["populations"],
        serde_json::json!([
            {"name": "c", "artificial": false, "cells": 3, "watched": 2},
            {"name": "train", "artificial": true, "cells": 2, "watched": 1},
        ])
    );
    // A column of whole numbers, without gaps.
    assert!(spikes.lines().skip(1).all(|line| line.rsplit(',').next().is_some_and(|gid| gid.parse::<i64>().is_ok())));
    assert!(spikes.contains(",train[0],-1\n"));
    assert_eq!(
        read(out.join("out/sources.csv")),
        "source,gid,artificial\ntrain[0],-1,0\nc[0].soma(0.5).v,0,-1\nc[1].soma(0.5).v,1,-1\n"
    );

    // No source is recorded: there is no number of spikes.
    let done = run(&write(&out, "unwatched.toml", model), &out.join("unwatched"), &[]);
    assert!(text(&done.stdout).contains("spikes not recorded"), "{}", text(&done.stdout));
    let unwatched = summary(&out.join("unwatched"));
    assert!(unwatched["spikes"].is_null() && unwatched["artificial_spikes"].is_null());
    assert_eq!(unwatched["watched_cells"], 0);
    assert!(loligo(&["plot", &out.join("unwatched").display().to_string()]).status.success());
    assert!(read(out.join("unwatched/index.html")).contains("not recorded"));
    // Recorded, but silent.
    let silent = format!("{model}[[detector]]\nplace = \"c.soma\"\n");
    assert!(run(&write(&out, "silent.toml", &silent), &out.join("silent"), &[]).status.success());
    assert_eq!(summary(&out.join("silent"))["spikes"], 0);
}

#[test]
fn results_of_an_ensemble_come_with_its_parameters() {
    let out = directory("ensemble_parameters");
    let rows: String =
        (0..30).map(|k| format!("{},{},{}\n", 0.1 + 0.001 * f64::from(k), 0.01 * f64::from(k), 20 + k)).collect();
    write(&out, "sweep.csv", &format!("soma.hh.gnabar,electrode.amp,soma.L\n{rows}"));
    let model = "[run]\ntstop = 5.0\n\
         [[cell]]\nname = \"sweep\"\nparameters = \"sweep.csv\"\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n\
         [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n\
         [[cell.point]]\nname = \"electrode\"\nmechanism = \"IClamp\"\nsection = \"soma\"\ndur = 4.0\n\
         [[record]]\nplace = \"sweep[29].soma(0.5).v\"\n";
    let to = out.join("out").display().to_string();
    let done = loligo(&["run", &write(&out, "m.toml", model), "--out", &to]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let json = |name: &str| -> serde_json::Value { serde_json::from_str(&read(out.join("out").join(name))).unwrap() };
    let cells = json("cells.json");
    // All cells with values of their own, including those without a shape in the file.
    assert_eq!(cells.as_array().map(Vec::len), Some(30));
    assert!(cells[29].get("sections").is_none() && cells[0].get("sections").is_some());
    assert_eq!(
        cells[7]["parameters"],
        serde_json::json!({"soma.hh.gnabar": 0.1 + 0.001 * 7.0, "electrode.amp": 0.07, "soma.L": 27.0})
    );
    let ensemble = &json("summary.json")["ensembles"][0];
    assert_eq!((&ensemble["population"], &ensemble["gids"][29]), (&"sweep".into(), &29.into()));
    assert_eq!(ensemble["parameters"]["soma.L"][29], 49.0);
    let traces = read(out.join("out/traces.svg"));
    assert!(traces.contains("gnabar 0.129, amp 0.29, L 49"), "{traces}");
}

#[test]
fn recordings_of_different_intervals_go_to_different_files() {
    let out = directory("intervals");
    let model = write(
        &out,
        "m.toml",
        "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nsection = [{ name = \"soma\", L = 10.0, diam = 10.0 }]\n\
         [[record]]\nplace = \"c.soma(0.5)\"\nevery = 4\n[[record]]\nplace = \"c.soma(1)\"\n",
    );
    let done = run(&model, &out, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(read(out.join("traces.csv")).starts_with("t,c.soma(1).v\n0,-65\n0.025,-65"));
    assert!(read(out.join("traces_every_4.csv")).starts_with("t,c.soma(0.5).v\n0,-65\n0.099"));
}

#[test]
fn a_directory_of_models_is_not_written_to() {
    let out = directory("models");
    let model =
        write(&out, "model.toml", "[run]\ntstop = 1.0\n[[artificial_cell]]\nname = \"a\"\nmechanism = \"NetStim\"\n");
    let done = run(&model, &out, &[]);
    assert_eq!(done.status.code(), Some(4));
    assert!(text(&done.stderr).contains("give another directory"), "{}", text(&done.stderr));
    let inner = out.join("out");
    let done = loligo(&["run", &model, "--out", &inner.display().to_string()]);
    assert!(done.status.success());
    assert!(text(&done.stdout).contains("spikes not recorded"), "{}", text(&done.stdout));
    // A run can be repeated from its copy of the model.
    let copy = inner.join("model.toml").display().to_string();
    assert!(loligo(&["run", &copy, "--out", &inner.display().to_string()]).status.success());
}

#[test]
fn exact_and_fast_spike_in_the_same_steps() {
    let (exact, fast) = (directory("exact"), directory("fast"));
    for (out, numerics) in [(&exact, "exact"), (&fast, "fast")] {
        assert!(run("examples/ring.toml", out, &["--numerics", numerics]).status.success());
    }
    assert_eq!(read(exact.join("spikes.csv")), read(fast.join("spikes.csv")));
}

#[test]
fn a_broken_model_is_refused_with_places() {
    let out = directory("broken");
    let model = write(&out, "broken.toml", "[run]\ntstop = 10.0\ndtt = 0.1\n[[cell]]\nname = \"c\"\n");
    for command in ["run", "check"] {
        let done = loligo(&[command, &model]);
        assert_eq!(done.status.code(), Some(1));
        let report = text(&done.stderr).replace(&model, "broken.toml");
        insta::assert_snapshot!("a_broken_model", report);
    }
}

/// A run checks the network when it makes its simulation. Errors of the model are still reported before all others,
/// with the text of `loligo check`, and nothing is written.
#[test]
fn errors_of_the_network_come_before_warnings_and_other_errors() {
    let folder = directory("broken_network");
    let circuit = "[run]\ntstop = 10.0\n[[cell]]\nname = \"c\"\nsection = [{ name = \"soma\", L = 20000.0, diam = 20.0 }]\n\
                   [[cell.point]]\nname = \"syn\"\nmechanism = \"ExpSyn\"\nsection = \"soma\"\n\
                   [[record]]\nplace = \"c.soma(0.5).m_hh\"\n[[record]]\nplace = \"c.syn.q\"\n";
    let model = write(&folder, "m.toml", circuit);
    let configuration = write(&folder, "c.toml", "circuit.circuit_path = \"m.toml\"\n");
    let overridden = write(
        &folder,
        "overridden.toml",
        "circuit.circuit_path = \"m.toml\"\noptions.restrict_stimulus = [\"drive\"]\n",
    );
    let taken = write(&folder, "taken", "");
    let out = folder.join("out").display().to_string();
    for path in [&model, &configuration, &overridden] {
        let checked = loligo(&["check", path]);
        let report = text(&checked.stderr);
        assert!(report.contains("m.toml:11:9") && report.contains("m.toml:13:9"), "{report}");
        assert!(report.contains("There are 2 errors") && !report.contains('⚠'), "{report}");
        for more in [
            &["--out", &*out][..],
            &["--out", &*taken],
            &["--out", &*out, "--save-time", "20", "--save", "s"],
            &["--out", &*out, "--restore", "nothing"],
            &["--out", &*out, "--dry-run"],
        ] {
            let done = loligo(&[&["run", path.as_str()], more].concat());
            assert_eq!((done.status.code(), text(&done.stderr)), (Some(1), report.clone()), "{path} {more:?}");
            assert_eq!(text(&done.stdout), "", "{path} {more:?}");
        }
    }
    assert!(!folder.join("out").exists());
}

#[test]
fn a_run_that_leaves_the_numbers_keeps_its_output() {
    let out = directory("failed");
    let model = write(
        &out,
        "m.toml",
        "[run]\ntstop = 10.0\n[[cell]]\nname = \"c\"\nsection = [{ name = \"soma\", L = 10.0, diam = 10.0 }]\n\
         [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n\
         [[cell.point]]\nname = \"clamp\"\nmechanism = \"IClamp\"\nsection = \"soma\"\ndelay = 1.0\ndur = 1.0\namp = 1e308\n\
         [[record]]\nplace = \"c.soma(0.5)\"\n",
    );
    let done = run(&model, &out, &[]);
    assert_eq!(done.status.code(), Some(3), "{}", text(&done.stderr));
    let message = text(&done.stderr);
    assert!(message.contains("cell \"c\" at soma(") && message.contains("ms"), "{message}");
    let summary: serde_json::Value = serde_json::from_str(&read(out.join("summary.json"))).unwrap();
    assert_eq!(summary["status"], "failed");
    assert!(summary["error"].as_str().is_some_and(|error| error.contains("soma(")));
    assert!(read(out.join("traces.csv")).lines().count() > 30);
}

#[cfg(unix)]
#[test]
fn a_mechanism_from_text_that_fails_is_named_with_its_line() {
    let folder = directory("failing_mechanisms");
    let endless = "FUNCTION f() {\nLOCAL x\nx = 1\nWHILE (x > 0) {\nx = x + 1\n}\nf = x\n}";
    let files = [
        (
            "endless_channel",
            format!(
                "NEURON {{ SUFFIX endless_channel NONSPECIFIC_CURRENT i }}\nASSIGNED {{ v i }}\n\
                 BREAKPOINT {{ i = 0 if (t > 1) {{ i = f() }} }}\n{endless}"
            ),
        ),
        (
            "EndlessCell",
            format!("NEURON {{ ARTIFICIAL_CELL EndlessCell }}\nASSIGNED {{ y }}\nINITIAL {{ net_send(2, 1) }}\nNET_RECEIVE (w) {{ y = f() }}\n{endless}"),
        ),
        (
            "DeepCell",
            "NEURON { ARTIFICIAL_CELL DeepCell }\nASSIGNED { y }\nINITIAL { net_send(2, 1) }\nNET_RECEIVE (w) { y = f(1) }\n\
             FUNCTION f(x) {\nf = f(x + 1)\n}"
                .to_owned(),
        ),
    ];
    for (name, file) in &files {
        write(&folder, &format!("{name}.mod"), file);
    }
    let cell = "[[cell]]\nname = \"c\"\nsection = [{ name = \"s\", L = 20.0, diam = 20.0 }]\n\
                paint = [{ region = \"all\", mechanism = \"endless_channel\" }]";
    let artificial = |name: &str| format!("[[artificial_cell]]\nname = \"a\"\nmechanism = \"{name}\"");
    for (entry, expected) in [
        (cell.to_owned(), "endless_channel of cell \"c\" at s(0.5) failed before t = 1"),
        (artificial("EndlessCell"), "EndlessCell of \"a\" failed before t = 2 ms"),
        (artificial("DeepCell"), "DeepCell of \"a\" failed before t = 2 ms"),
    ] {
        let model = write(&folder, "model.toml", &format!("mechanisms = [\"./\"]\n[run]\ntstop = 3.0\n{entry}\n"));
        let done = run(&model, &folder.join("out"), &[]);
        let errors = text(&done.stderr);
        assert_eq!(done.status.code(), Some(3), "{errors}");
        assert!(errors.contains(expected), "{errors}");
        let line = if entry.contains("Deep") {
            "DeepCell.mod:6: functions call each other"
        } else {
            ": a loop or calls of functions do not end"
        };
        assert!(errors.contains(line), "{errors}");
    }
}

#[test]
fn ctrl_c_keeps_what_was_computed() {
    let out = directory("interrupted").join("out");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut child = Command::new(env!("CARGO_BIN_EXE_loligo"))
        .args(["run", "examples/noisy_network.toml", "--tstop", "1e6", "--no-plot", "--out"])
        .arg(&out)
        .current_dir(root)
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the command has been built");
    // The directory is created just before the run begins.
    let started = std::time::Instant::now();
    while !out.is_dir() && started.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    let status = child.wait().expect("the child was started");
    assert_eq!(status.code(), Some(130));
    let summary: serde_json::Value = serde_json::from_str(&read(out.join("summary.json"))).unwrap();
    assert_eq!(summary["status"], "interrupted");
    let t = summary["t"].as_f64().unwrap();
    assert!(t > 0.0 && t < 1e6);
    let last = read(out.join("traces.csv")).lines().last().unwrap_or_default().to_owned();
    let last: f64 = last.split(',').next().and_then(|t| t.parse().ok()).unwrap();
    assert!((last - t).abs() < 0.11, "the traces reach {last} ms of {t} ms");
}

/// After a kill, no final files are written.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_what_it_recorded() {
    let out = directory("killed").join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_loligo"))
        .args(["run", "examples/noisy_network.toml", "--tstop", "1e6", "--quiet", "--out"])
        .arg(&out)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .spawn()
        .expect("the command has been built");
    let started = std::time::Instant::now();
    let rows = || fs::read_to_string(out.join("traces.csv")).map_or(0, |traces| traces.lines().count());
    while rows() < 500 && started.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    child.kill().expect("it still runs");
    child.wait().expect("the child was started");
    assert!(rows() >= 500, "{} rows while it ran", rows());
    let summary: serde_json::Value = serde_json::from_str(&read(out.join("summary.json"))).unwrap();
    assert_eq!(summary["status"], "running");
    let done = loligo(&["plot", &out.display().to_string()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    // A complete run writes the same bytes. The system can break off a write in the middle of a line when it ends the
    // process, so that the last line may be the beginning of one.
    let traces = read(out.join("traces.csv"));
    let (rows, _) = traces.rsplit_once('\n').unwrap();
    let last: f64 = rows.lines().last().and_then(|line| line.split(',').next()?.parse().ok()).unwrap();
    let whole = out.with_file_name("whole");
    assert!(run("examples/noisy_network.toml", &whole, &["--tstop", &(last + 1.0).to_string()]).status.success());
    for file in ["traces.csv", "spikes.csv"] {
        assert!(read(whole.join(file)).starts_with(&read(out.join(file))), "{file}");
    }
}

#[test]
fn the_profile_shows_every_phase() {
    let out = directory("profile");
    let started = std::time::Instant::now();
    let done = run("examples/noisy_network.toml", &out, &["--tstop", "20", "--profile"]);
    let wall = started.elapsed().as_secs_f64() * 1e3;
    let printed = text(&done.stdout);
    // Name, ms, %, ns per compartment and step.
    let row = |phase: &str| -> [f64; 3] {
        let line = printed.lines().find(|line| line.split_whitespace().next() == Some(phase));
        let numbers = line.into_iter().flat_map(|line| line.split_whitespace().skip(1)).map(|number| number.parse());
        let numbers: Vec<f64> = numbers.collect::<Result<_, _>>().expect("numbers");
        numbers.try_into().unwrap_or_else(|_| panic!("{phase} in {printed}"))
    };
    let phases = ["threshold", "deliver", "current", "solve", "state", "record", "exchange"].map(row);
    let [ms, percent, ns] = row("sum");
    let sum = |column: usize| phases.iter().map(|phase| phase[column]).sum::<f64>();
    assert!((sum(0) - ms).abs() < 0.01 && (sum(1) - percent).abs() < 0.5 && (sum(2) - ns).abs() < 0.05, "{printed}");
    assert!(phases.iter().all(|phase| phase[0] > 0.0) && ms < wall, "{printed}");
    let summary: serde_json::Value = serde_json::from_str(&read(out.join("summary.json"))).unwrap();
    let work = summary["steps"].as_f64().unwrap() * summary["compartments"].as_f64().unwrap();
    assert!((ms * 1e6 / work - ns).abs() < 0.01, "{printed}");
    assert!(ms > 0.3 * summary["wall_s"].as_f64().unwrap() * 1e3, "most of the time is accounted for: {printed}");
}

#[test]
fn check_summarises_and_warns() {
    let done = loligo(&["check", "examples/ring.toml"]);
    assert!(done.status.success());
    insta::assert_snapshot!("check_ring", text(&done.stdout));
    assert!(text(&done.stderr).contains("longer than 0.3 length constants"), "{}", text(&done.stderr));
}

#[test]
fn check_says_why_every_step_is_an_exchange() {
    let model = |delay: f64, to: &str, numerics: &str| {
        format!(
            "[run]\ntstop = 1.0\nnumerics = \"{numerics}\"\n[[cell]]\nname = \"c\"\ncount = 2\n\
             section = [{{ name = \"soma\", L = 10.0, diam = 10.0 }}]\n\
             [[cell.point]]\nname = \"syn\"\nmechanism = \"ExpSyn\"\nsection = \"soma\"\n\
             [[artificial_cell]]\nname = \"fire\"\nmechanism = \"IntFire1\"\n\
             [[connection]]\nfrom = \"c[0].soma\"\nto = \"{to}\"\nweight = 0.1\ndelay = {delay:?}\n"
        )
    };
    let out = directory("epochs");
    let epoch = |model: String| {
        let done = loligo(&["check", &write(&out, "m.toml", &model)]);
        let lines = text(&done.stdout);
        let epoch = lines.lines().find(|line| line.starts_with("epoch")).expect("there is a line on the epoch");
        epoch.trim_start_matches("epoch").trim_start().to_owned()
    };
    assert_eq!(epoch(model(1.0, "c[1].syn", "fast")), "39 steps between two exchanges of spikes");
    for (delay, to, numerics, why) in [
        (0.0, "c[1].syn", "fast", "the shortest delay is not longer than two steps; longer ones make the run faster"),
        (0.05, "c[1].syn", "fast", "the shortest delay is not longer than two steps; longer ones make the run faster"),
        (1.0, "fire", "fast", "artificial cells take input, in the order of events"),
        (1.0, "c[1].syn", "exact", "exact arithmetic sums in the order of events"),
    ] {
        let expected = format!("1 step: spikes are exchanged after every one, because {why}");
        assert_eq!(epoch(model(delay, to, numerics)), expected);
    }
}

#[test]
fn mechanisms_are_listed() {
    let done = loligo(&["mechanisms", "pas"]);
    insta::assert_snapshot!("mechanism_pas", text(&done.stdout));
    let done = loligo(&["mechanisms", "VecStim"]);
    insta::assert_snapshot!("mechanism_vecstim", text(&done.stdout));
    let done = loligo(&["mechanisms", "pass"]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn morphologies_are_described() {
    let out = directory("morphology");
    let file = write(&out, "cell.swc", "1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 95 0 0 1 2\nthis is no point\n");
    let done = loligo(&["morphology", &file]);
    assert!(done.status.success());
    assert!(text(&done.stdout).contains("dend[0]"), "{}", text(&done.stdout));
    assert!(text(&done.stderr).contains("line"), "{}", text(&done.stderr));
    // A chain of 200 branches: depth and distance are numbers, so that no line runs off the page.
    let mut points = String::from("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n");
    for k in 0..200 {
        points += &format!("{} 3 {} 0 0 1 {}\n", 2 * k + 3, 15 + 10 * k, if k == 0 { 2 } else { 2 * k + 1 });
        points += &format!("{} 3 {} 5 0 1 {}\n", 2 * k + 4, 15 + 10 * k, if k == 0 { 2 } else { 2 * k + 1 });
    }
    let done = loligo(&["morphology", &write(&out, "chain.swc", &points)]);
    let said = text(&done.stdout);
    assert!(said.lines().all(|line| line.len() < 120), "{said}");
    let depth = |line: &str| line.split_whitespace().nth(1)?.parse::<usize>().ok();
    let deepest = said.lines().filter(|line| line.starts_with("dend[")).filter_map(depth).max();
    assert!(deepest >= Some(199), "{said}");
    assert!(said.contains(" to 200"), "the last tips are 2 mm away: {said}");
    let done = loligo(&["morphology", "nowhere.swc"]);
    assert_eq!(done.status.code(), Some(1));
}

/// A run that leaves the voltages of membranes says so at its end, on the terminal and in the summary.
#[test]
fn a_voltage_that_no_membrane_has_is_told_at_the_end() {
    let folder = directory("unusual_voltage");
    let model = |quiet: &str| {
        format!(
            "[run]\ntstop = 5.0\nquiet = [{quiet}]\n[[cell]]\nname = \"granule\"\nsection = [{{ name = \"soma\", L = 10.0, diam = \
             10.0 }}]\npaint = [{{ region = \"all\", mechanism = \"pas\" }}]\npoint = [{{ name = \"e\", section = \"soma\", mechanism \
             = \"IClamp\", delay = 1.0, dur = 2.0, amp = 200.0 }}]\n"
        )
    };
    for (quiet, is_told) in [("\"parameter\"", true), ("\"parameter\", \"voltage\"", false)] {
        let done = run(&write(&folder, "model.toml", &model(quiet)), &folder.join("out"), &[]);
        let said = text(&done.stderr);
        let warning = "warning: the voltage of cell \"granule\" at soma(0.5) left -200 to 200 mV at t = 1.025000 ms";
        assert_eq!(said.contains(warning), is_told, "{said}");
        let summary = std::fs::read_to_string(folder.join("out/summary.json")).expect("a summary");
        assert_eq!(summary.contains("left -200 to 200 mV at t = 1.025000 ms"), is_told, "{summary}");
    }
}

#[test]
fn sections_without_membrane_are_refused_before_the_run() {
    let folder = directory("without_membrane");
    let zoo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../morphologies/zoo").canonicalize().expect("it is there");
    let file = zoo.join("dendrite_without_radius.swc").display().to_string();
    let described = loligo(&["morphology", &file]);
    let said = text(&described.stderr);
    assert!(described.status.success() && said.contains("lines 4 to 6: every diameter of dend[1] is 0"), "{said}");
    for rule in ["nseg = 1", "d_lambda = 0.1"] {
        let model = format!(
            "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nmorphology = '{file}'\n{rule}\n[[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n"
        );
        let model = write(&folder, "model.toml", &model);
        for done in [loligo(&["check", &model]), run(&model, &folder.join("out"), &[])] {
            let said = text(&done.stderr);
            assert_eq!(done.status.code(), Some(1), "{said}");
            // For any line breaks.
            let said = said.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                said.contains("\"dend[1]\" (lines 4 to 6 of its file): 3-D points 0 to 2 have no diameter"),
                "{said}"
            );
            assert!(!said.contains("NaN") && !said.contains("smaller dt"), "{said}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_costs_neither_the_run_nor_the_exit_code() {
    let out = directory("no_reader");
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    let unheard = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
        command.args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        command.stdout(closed()).stderr(closed()).status().expect("the command has been built").code()
    };
    // The ring's model has a warning, which must not be printed.
    let to = out.display().to_string();
    assert_eq!(unheard(&["run", "examples/ring.toml", "--tstop", "5", "--no-plot", "--out", &to]), Some(0));
    assert!(read(out.join("summary.json")).contains("\"complete\""));
    assert_eq!(unheard(&["mechanisms"]), Some(0));
    assert_eq!(unheard(&["check", "nowhere.toml"]), Some(1));
}

#[test]
fn wrong_use_is_told_apart() {
    assert_eq!(loligo(&["run"]).status.code(), Some(2));
    assert_eq!(loligo(&["run", "nowhere.toml"]).status.code(), Some(1));
    assert_eq!(loligo(&["plot", "nowhere"]).status.code(), Some(1));
    assert_eq!(loligo(&["run", "examples/hh_soma.toml", "--dt", "0"]).status.code(), Some(1));
    let done = loligo(&["run", "examples/hh_soma.toml", "--tstop", "-3"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("--tstop -3: give a time from 0"), "{}", text(&done.stderr));
    let file = write(&directory("wrong_use"), "file", "");
    let done = loligo(&["run", "examples/hh_soma.toml", "--out", &format!("{file}/out")]);
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
}

#[test]
fn a_configuration_is_run_like_a_model() {
    let out = directory("configuration");
    let done = run("examples/ring_configuration.toml", &out, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let said = text(&done.stdout);
    assert!(said.contains("8 cells, 1 artificial cells, 64 sections"), "{said}");
    assert!(said.contains("load balance WholeCell: as configured"), "{said}");
    assert!(said.contains("8 connections overridden, 1 weights that change during the run"), "{said}");
    let checked = loligo(&["check", "examples/ring_configuration.toml"]);
    assert!(checked.status.success() && text(&checked.stdout).contains("no errors, "));
}

#[test]
fn what_a_configuration_says_is_done() {
    let folder = directory("configurations");
    fs::create_dir_all(&folder).unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml");
    let root = fs::canonicalize(root).unwrap();
    let run_config = |name: &str, options: &str, more: &str| {
        let path = folder.join(format!("{name}.json"));
        let circuit = root.display();
        let text = format!(
            "{{\"circuit\": {{\"circuit_path\": \"{circuit}\"}}, \"run\": {{\"tstop\": 5}}, \"options\": {{{options}}} {more}}}"
        );
        fs::write(&path, text).unwrap();
        loligo(&["run", &path.display().to_string(), "--no-plot"])
    };
    let dry = run_config("dry", "\"dry_run\": true, \"num_target_ranks\": 4", "");
    assert!(dry.status.success() && text(&dry.stdout).contains("dry run: on 4 ranks about"), "{}", text(&dry.stdout));
    let built = run_config("built", "\"simulate_model\": false, \"output_path\": \"nowhere\"", "");
    assert!(built.status.success() && text(&built.stdout).contains("built, not run"));
    assert!(!folder.join("nowhere").exists());
    let silent = run_config("silent", "\"log_level\": \"error_only\", \"output_path\": \"silent\"", "");
    assert!(silent.status.success() && text(&silent.stdout).is_empty(), "{}", text(&silent.stdout));
    assert!(folder.join("silent/spikes.csv").exists());
    let shown = run_config("shown", "\"debug_conn\": [0, 1], \"output_path\": \"shown\"", "");
    assert!(text(&shown.stdout).contains("ring[0] -> ring[1], weight [0.01], delay 1 ms"), "{}", text(&shown.stdout));
    let dumped = run_config("dumped", "\"dump_cell_state\": \"3\", \"output_path\": \"dumped\"", "");
    assert!(text(&dumped.stdout).contains("cell 3: ring[3]"), "{}", text(&dumped.stdout));
    let saved = run_config("saved", "\"save\": \"state\", \"save_time\": 2, \"output_path\": \"saved\"", "");
    assert!(saved.status.success() && folder.join("state").exists(), "{}", text(&saved.stderr));
    let restored = run_config("restored", "\"restore\": \"state\", \"output_path\": \"restored\"", "");
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let traces = read(folder.join("restored/traces.csv"));
    assert!(traces.lines().nth(1).is_some_and(|line| line.starts_with('2')), "{traces}");
    let override_nothing = ", \"connection_overrides\": [{\"name\": \"late\", \"source\": \"start\", \"target\": \"ring\", \
                            \"weight\": 1, \"delay\": 3}]";
    let warned = run_config("warned", "\"output_path\": \"warned\"", override_nothing);
    assert!(text(&warned.stderr).contains("\"late\" begins at 3 ms, but overrides no connections"));
    let debug = run_config("debug", "\"output_path\": \"debug\", \"log_level\": 3", override_nothing);
    let line = "connection override \"late\": 1 connection from \"start\" to \"ring\"";
    assert!(text(&debug.stdout).contains(line), "{}", text(&debug.stdout));
    let wrong = run_config("wrong", "\"lb_mod\": 1", "");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("options.lb_mod: [options] has no key \"lb_mod\"; did you mean \"lb_mode\"?"));
}

/// Output that a configuration's options request by name is printed at every level; other output only at its own level
/// and above.
#[test]
fn levels_of_the_log_are_obeyed() {
    let folder = directory("levels");
    let ring = fs::canonicalize(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml")).unwrap();
    let said = |options: &str, more: &[&str]| {
        let block = "[[connection_overrides]]\nname = \"x\"\nsource = \"start\"\ntarget = \"ring\"\nweight = 2\n";
        let text = format!("circuit.circuit_path = {:?}\nrun.tstop = 2\n{options}{block}", ring.display().to_string());
        let path = write(&folder, "config.toml", &text);
        let out = folder.join("out").display().to_string();
        let done = loligo(&[&["run", &path, "--no-plot", "--out", &out], more].concat());
        assert!(done.status.success(), "{}", text_of(&done));
        text_of_output(&done)
    };
    let lines = ["load balance ", "connection override \"x\"", "complete: "];
    let has = |text: &str| lines.map(|line| text.contains(line));
    assert_eq!(has(&said("", &[])), [false, false, true]);
    assert_eq!(has(&said("options.log_level = \"verbose\"\n", &[])), [true, false, true]);
    assert_eq!(has(&said("options.log_level = \"debug\"\n", &[])), [true, true, true]);
    assert_eq!(has(&said("", &["--verbose"])), [true, false, true]);
    assert_eq!(has(&said("options.log_level = \"error_only\"\n", &["--debug"])), [true, true, true]);
    for quiet in [said("options.log_level = \"debug\"\n", &["-q"]), said("options.log_level = \"error_only\"\n", &[])] {
        assert_eq!(quiet, "");
    }
    assert_eq!(said("options.simulate_model = false\n", &["-q"]), "");
    // By name
    for (options, more) in [("options.log_level = \"error_only\"\n", &[][..]), ("", &["-q"])] {
        let of = |asked: &str| said(&format!("{options}{asked}\n"), more);
        assert!(of("options.dry_run = true").starts_with("dry run: on 1 rank about "));
        assert!(of("options.model_stats = true").starts_with("8 cells, 1 artificial cells, "));
        assert!(of("options.dump_cell_state = 3").starts_with("cell 3: ring[3]"));
        let connection = of("options.debug_conn = [0, 1]");
        assert!(connection.contains("ring[0] -> ring[1], weight "), "{connection}");
    }
    assert_eq!(said("options.debug_conn = [0, 1]\n", &["-q"]).lines().count(), 1);
    assert_eq!(loligo(&["run", "examples/ring.toml", "-q", "--debug"]).status.code(), Some(2));
}

/// The reported load balance is that of the run.
#[test]
fn the_load_balance_that_is_reported_is_that_of_the_run() {
    let folder = directory("balance");
    let ring = fs::canonicalize(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml")).unwrap();
    let reported = |options: &str, more: &[&str]| {
        let text = format!("circuit.circuit_path = {:?}\n{options}", ring.display().to_string());
        let path = write(&folder, "config.toml", &text);
        let done = loligo(&[&["run", &path, "--simulate-model", "off", "--verbose"], more].concat());
        assert!(done.status.success(), "{}", text_of(&done));
        let text = text_of_output(&done);
        text.lines().find_map(|line| line.strip_prefix("load balance ")).unwrap_or_default().to_owned()
    };
    assert_eq!(reported("options.lb_mode = \"wholecell\"\n", &[]), "WholeCell: as configured");
    let off = "options.lb_mode = \"wholecell\"\noptions.restrict_features = [\"Replay\"]\n";
    let in_vain = "RoundRobin: restrict_features leaves LoadBalance out, so that lb_mode = WholeCell does not act";
    assert_eq!(reported(off, &[]), in_vain);
    assert_eq!(reported("", &["--lb-mode", "wholecell", "--restrict-features", "Replay"]), in_vain);
    assert_eq!(reported("", &[]), "RoundRobin: there is a single rank");
    assert_eq!(
        reported("", &["--num-target-ranks", "64"]),
        "RoundRobin: 64 ranks for 8 cells: most have nothing to do, take fewer"
    );
    assert_eq!(reported("", &["--lb-mode", "Memory"]), "Memory: as configured");
    assert_eq!(reported(off, &["--distribution", "cost"]), "WholeCell: --distribution cost");
    let model = loligo(&["run", "examples/ring.toml", "--simulate-model", "off", "--verbose"]);
    assert!(text(&model.stdout).contains("load balance WholeCell: as for every model\n"), "{}", text(&model.stdout));
}

/// neurodamus's flags and its environment variable have the same effect as the options, for configurations
/// and for models.
#[test]
fn options_can_be_given_on_the_command_line() {
    let folder = directory("flags");
    let circuit = "examples/noisy_stimuli.toml";
    let path = fs::canonicalize(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(circuit)).unwrap();
    let config = write(
        &folder,
        "config.toml",
        &format!("circuit.circuit_path = {:?}\noptions.output_path = \"out\"\n", path.display().to_string()),
    );
    let ring = fs::canonicalize(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml")).unwrap();
    let ring_config = format!("circuit.circuit_path = {:?}\n", ring.display().to_string());
    let ring_config = write(&folder, "ring.toml", &ring_config);
    let said = |model: &str, more: &[&str]| {
        let done = loligo(&[&["run", model], more].concat());
        assert!(done.status.success(), "{more:?}: {}", text_of(&done));
        text_of_output(&done)
    };
    for model in ["examples/ring.toml", &ring_config] {
        let dry = said(model, &["--dry-run", "--num-target-ranks", "4"]);
        assert!(dry.starts_with("dry run: on 4 ranks about ") && dry.lines().count() == 1, "{dry}");
        let stats = |more: &[&str]| {
            let base = ["--model-stats", "--simulate-model", "OFF", "-q"];
            said(model, &[&base, more].concat()).lines().next().unwrap_or_default().to_owned()
        };
        assert!(stats(&[]).contains("8 cells, 1 artificial cells") && stats(&[]).contains(" 9 connections"));
        assert!(stats(&["--restrict-connectivity", "1"]).contains(" 8 connections"));
        assert!(stats(&["--restrict-connectivity=2"]).contains(" 0 connections"));
        assert!(stats(&["--restrict-node-populations", "ring"]).contains("8 cells, 0 artificial cells"));
        assert!(said(model, &["--dry-run", "--dump-cell-state", "3"]).contains("cell 3: ring[3]"));
        let debug_conn = |gids: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
            command.args(["run", model, "--dry-run", "-q"]).env("ND_DEBUG_CONN", gids);
            command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).output().unwrap()
        };
        assert!(text(&debug_conn("0,1").stdout).contains("ring[0] -> ring[1], weight "));
        assert_eq!(text(&debug_conn("").stdout).lines().count(), 1);
        for (gids, message) in
            [("77", "error: ND_DEBUG_CONN: no cell has the gid 77"), ("x", "error: ND_DEBUG_CONN: \"x\" is no gid")]
        {
            let refused = debug_conn(gids);
            assert_eq!(refused.status.code(), Some(1));
            assert!(text_of(&refused).starts_with(message), "{}", text_of(&refused));
        }
        let refused = loligo(&["run", model, "--restrict-node-populations", "ring,strat"]);
        assert_eq!(refused.status.code(), Some(1));
        let message =
            "error: --restrict-node-populations: node set \"strat\": there is none; did you mean \"start\"?\n";
        assert_eq!(text_of(&refused), message);
    }
    // The results equal those of the same options in the file; a flag overrides the file.
    let traces = |name: &str, text: &str, more: &[&str]| {
        let file = write(&folder, name, &(read(PathBuf::from(&config)) + text));
        let done = loligo(&[&["run", &file, "--no-plot", "--tstop", "5"], more].concat());
        assert!(done.status.success(), "{}", text_of(&done));
        body(folder.join("out/traces.csv"))
    };
    let all = traces("all.toml", "", &[]);
    let off = traces("off.toml", "options.restrict_features = [\"Replay\"]\n", &[]);
    assert_ne!(all, off);
    assert_eq!(traces("flag.toml", "", &["--restrict-features", "Replay,SpontMinis"]), off);
    assert_eq!(
        traces("both.toml", "options.restrict_features = [\"Stimulus\"]\n", &["--restrict-features", "Replay"]),
        off
    );
    let out = folder.join("model").display().to_string();
    let done =
        loligo(&["run", circuit, "--no-plot", "--tstop", "5", "--output-path", &out, "--restrict-features", "Replay"]);
    assert!(done.status.success(), "{}", text_of(&done));
    assert_eq!(body(folder.join("model/traces.csv")), off);
    assert!(!folder.join("model/configuration.toml").exists());
    for (wrong, message) in [
        (["--lb-mode", "multisplit"], "Loligo keeps cells whole; take wholecell"),
        (["--lb-mode", "fair"], "give roundrobin, wholecell or memory"),
        (["--restrict-features", "Stimuli"], "there is no feature \"Stimuli\""),
        (["--restrict-connectivity", "3"], "3 is not in 0..=2"),
        (["--simulate-model", "perhaps"], "give ON or OFF"),
    ] {
        let refused = loligo(&[&["run", "examples/ring.toml"][..], &wrong].concat());
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        assert!(text_of(&refused).contains(message), "{}", text_of(&refused));
    }
    // Errors of a model are reported as such.
    let broken = write(&folder, "broken.toml", "[run]\ntstp = 1\n");
    let refused = loligo(&["run", &broken, "--dry-run"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text_of(&refused).contains("has no key \"tstp\"") && !text_of(&refused).contains("circuit"),
        "{}",
        text_of(&refused)
    );
}

/// The estimate is for the run requested on the command line.
#[test]
fn a_dry_run_knows_the_threads() {
    let time = |threads: &str| {
        let done =
            loligo(&["run", "examples/noisy_network.toml", "--dry-run", "--tstop", "100000", "--threads", threads]);
        let said = text(&done.stdout);
        let time =
            said.rsplit_once(" s without").and_then(|(before, _)| before.rsplit(' ').next()?.parse::<f64>().ok());
        time.unwrap_or_else(|| panic!("{said}"))
    };
    let (one, four) = (time("1"), time("4"));
    assert!((one / four - 4.0).abs() < 0.2, "{one} s, {four} s");
}

#[test]
fn the_output_keeps_the_configuration() {
    let folder = directory("kept");
    fs::create_dir_all(&folder).unwrap();
    let ring = fs::canonicalize(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml")).unwrap();
    let ring = ring.display().to_string();
    let run_config = |name: &str, weight: f64, out: &str| {
        let text = format!(
            "{{\"circuit\": {{\"circuit_path\": \"{ring}\"}}, \"run\": {{\"tstop\": 5}}, \"connection_overrides\": \
             [{{\"source\": \"ring\", \"target\": \"ring\", \"weight\": {weight}}}]}}"
        );
        let path = write(&folder, name, &text);
        let out = folder.join(out).display().to_string();
        let done = loligo(&["run", &path, "--no-plot", "--out", &out]);
        assert!(done.status.success(), "{}", text_of(&done));
        text
    };
    let hash = |out: &str| {
        let summary: serde_json::Value = serde_json::from_str(&read(folder.join(out).join("summary.json"))).unwrap();
        summary["model_hash"].as_str().unwrap().to_owned()
    };
    let text = run_config("one.json", 0.5, "one");
    assert_eq!(read(folder.join("one/configuration.json")), text);
    assert_eq!(read(folder.join("one/model.toml")), read(PathBuf::from(&ring)));
    run_config("two.json", 0.6, "two");
    assert_ne!(hash("one"), hash("two"));
    let toml = write(&folder, "three.toml", &format!("[circuit]\ncircuit_path = \"{ring}\"\n[run]\ntstop = 5\n"));
    let out = folder.join("one").display().to_string();
    assert!(loligo(&["run", &toml, "--no-plot", "--out", &out]).status.success());
    assert!(folder.join("one/configuration.toml").exists() && !folder.join("one/configuration.json").exists());
    // A model has no copy of a configuration.
    assert!(loligo(&["run", &ring, "--no-plot", "--tstop", "5", "--out", &out]).status.success());
    assert!(!folder.join("one/configuration.toml").exists());
    // A user's own configuration is not treated as a copy.
    let own = folder.join("own");
    fs::create_dir_all(&own).unwrap();
    write(&own, "configuration.toml", "mine");
    let done = loligo(&["run", &toml, "--no-plot", "--out", &own.display().to_string()]);
    assert_eq!(done.status.code(), Some(4));
    assert_eq!(read(own.join("configuration.toml")), "mine");
}

#[test]
fn a_configured_run_goes_on_to_the_same_bits() {
    let folder = directory("configured_checkpoint");
    fs::create_dir_all(&folder).unwrap();
    let ring = read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/ring.toml"));
    let noise = "[[stimulus]]\nregion = \"soma\"\nshape = [{ type = \"noise\", mean = 0.1, variance = 0.01, duration = 20.0 }]\n";
    write(&folder, "circuit.toml", &format!("{ring}\n{noise}"));
    let config = |seed: u32| {
        format!(
            "[circuit]\ncircuit_path = \"circuit.toml\"\n[run]\ntstop = 20\n[seeds]\nstimulus_seed = {seed}\nglobal_seed = 2\n\
             [[connection_overrides]]\nsource = \"ring\"\ntarget = \"ring\"\nweight = 0\nspont_minis = 50\n\
             [[connection_overrides]]\nsource = \"ring\"\ntarget = \"ring\"\nweight = 2\ndelay = 8\n"
        )
    };
    let path = write(&folder, "config.toml", &config(3));
    let state = folder.join("state").display().to_string();
    let run_to = |path: &str, out: &str, more: &[&str]| {
        let out = folder.join(out).display().to_string();
        loligo(&[&["run", path, "--no-plot", "--out", &out], more].concat())
    };
    assert!(run_to(&path, "whole", &["--save", &state, "--save-time", "7"]).status.success());
    assert!(run_to(&path, "rest", &["--restore", &state, "--threads", "2"]).status.success());
    let (whole, rest) = (read(folder.join("whole/traces.csv")), read(folder.join("rest/traces.csv")));
    let rest: Vec<&str> = rest.lines().skip(1).collect();
    assert!(rest.len() > 100, "{} rows", rest.len());
    assert!(whole.ends_with(&format!("{}\n", rest.join("\n"))), "the rest differs");
    // A changed trial is a different model.
    let other = write(&folder, "other.toml", &config(4));
    let refused = run_to(&other, "other", &["--restore", &state]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text_of(&refused).contains("what differs is its played waveforms"), "{}", text_of(&refused));
}

#[test]
fn errors_in_long_lines_and_many_errors_are_printed_shortly() {
    let folder = directory("long_lines");
    fs::create_dir_all(&folder).unwrap();
    let sets: Vec<String> = (0..20_000).map(|k| format!("\"k{k}\": [\"ring\"]")).collect();
    let text = format!(
        "{{\"circuit\": {{\"circuit_path\": \"c\"}}, \"node_sets\": {{{}}}, \"run\": {{\"tstop\": -1}}}}",
        sets.join(", ")
    );
    let done = loligo(&["check", &write(&folder, "long.json", &text)]);
    assert_eq!(done.status.code(), Some(1));
    let said = text_of(&done);
    assert!(said.contains("run.tstop: \"tstop\" = -1; give a time from 0 to 1e9 ms"), "{said}");
    assert!(said.len() < 1000 && said.contains(", \"run\": {\"tstop\": -1}} ..."), "{said}");
    let keys: String = (0..500).map(|k| format!("k{k} = 1\n")).collect();
    let done = loligo(&["check", &write(&folder, "many.toml", &format!("[circuit]\n{keys}"))]);
    assert!(text_of(&done).ends_with("many.toml; these are the first 100.\n"), "{}", text_of(&done));
}

/// The standard output.
fn text_of_output(done: &std::process::Output) -> String {
    text(&done.stdout)
}

/// The error output.
fn text_of(done: &std::process::Output) -> String {
    text(&done.stderr)
}

#[test]
fn mod_files_are_checked() {
    let folder = directory("nmodl");
    let leak = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }\nPARAMETER { g = .001 (S/cm2) e = -70 (mV) }
ASSIGNED { i (mA/cm2) v (mV) }\nBREAKPOINT { i = g * (v - e) }\n";
    let sound = write(&folder, "leak.mod", leak);
    let broken = write(&folder, "broken.mod", &leak.replace("v - e", "v - el"));

    let done = loligo(&["nmodl", "check", &sound]);
    assert!(done.status.success() && done.stderr.is_empty(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), format!("{sound} (leak): no errors, no warnings\n"));

    let done = loligo(&["nmodl", "check", &folder.display().to_string()]);
    assert_eq!(done.status.code(), Some(1));
    let expected = format!("{broken}: 1 error, no warnings\n{sound} (leak): no errors, no warnings\n");
    assert_eq!(text(&done.stdout), expected, "in bytewise order of names");
    let error = text(&done.stderr);
    assert!(error.starts_with("error: there is no variable \"el\"\n"), "{error}");
    assert!(error.contains("broken.mod:4:27") && error.contains("  help: did you mean \"e\"?"), "{error}");

    let done = loligo(&["nmodl", "doc", &sound]);
    let shown = text(&done.stdout);
    assert!(
        shown.starts_with("leak (on membrane)\n  g                = 0.001            S/cm2      parameter\n"),
        "{shown}"
    );
    let done = loligo(&["nmodl", "explain", &sound]);
    assert!(text(&done.stdout).contains("\nBREAKPOINT {\n  i = g * (v - e)\n}\n"), "{}", text(&done.stdout));
    let done = loligo(&["nmodl", "explain", &sound, "--stage", "program"]);
    assert!(done.status.success() && text(&done.stdout).contains("current"), "{}", text(&done.stdout));
    assert_eq!(loligo(&["nmodl", "check", "nowhere.mod"]).status.code(), Some(1));

    let done = loligo(&["mechanisms", "leak", "--from", &sound]);
    assert!(
        text(&done.stdout).contains("  e            = -70                  mV       parameter"),
        "{}",
        text(&done.stdout)
    );
    let done = loligo(&["mechanisms", "--from", &broken]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("there is no variable \"el\""), "{}", text(&done.stderr));
}

#[test]
fn own_mechanisms_are_documented_and_drawn() {
    let list = text(&loligo(&["mechanisms"]).stdout);
    assert!(list.contains("\n  loligo:layer5          a layer 5 pyramidal cell: "), "{list}");

    let folder = directory("own_mechanisms");
    let page = text(&loligo(&["nmodl", "doc", "--page", "loligo:layer5/l5_sk"]).stdout);
    assert!(page.starts_with("# l5_sk: potassium current that calcium activates (SK)\n"), "{page}");
    assert!(page.contains("| `tau` | 1 | ms | time constant of z |\n"), "{page}");

    let unknown = loligo(&["mechanisms", "--from", "loligo:layr5"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text_of(&unknown).contains("(did you mean \"layer5\"?); there are "), "{}", text_of(&unknown));

    for (name, axis) in [("l5_im", "Voltage (mV)"), ("l5_sk", "cai (mM)")] {
        let picture = folder.join(name).with_extension("svg");
        let name = format!("loligo:layer5/{name}");
        let done = loligo(&["nmodl", "curves", &name, "--out", &picture.display().to_string()]);
        assert!(done.status.success(), "{}", text_of(&done));
        assert!(read(picture).contains(axis));
    }
    for wrong in [["--over", "volts"], ["--from", "nan"]] {
        let done = loligo(&["nmodl", "curves", "loligo:layer5/l5_im", wrong[0], wrong[1]]);
        assert_eq!(done.status.code(), Some(1));
        assert!(text_of(&done).starts_with(&format!("error: {}", wrong[0])), "{}", text_of(&done));
    }
    let picture = folder.join("synapse.svg").display().to_string();
    let done = loligo(&["nmodl", "curves", "loligo:synapses/NmdaSyn", "--celsius", "20", "--out", &picture]);
    assert!(done.status.success(), "{}", text_of(&done));
    let axis = "Time (ms); a spike, weight 1 nS, -65 mV at 20 °C";
    assert!(read(PathBuf::from(picture)).contains(axis));
    for (name, told) in [
        ("layer5/l5_ca", "l5_ca has no state and no RANGE variable in ms, or computes a concentration"),
        ("synapses/Gap", "Gap receives no events"),
    ] {
        let done = loligo(&["nmodl", "curves", &format!("loligo:{name}")]);
        assert_eq!(done.status.code(), Some(1));
        assert!(text_of(&done).contains(told), "{}", text_of(&done));
    }
    let done = loligo(&["nmodl", "curves", "loligo:synapses/NmdaSyn", "--over", "v"]);
    assert!(text_of(&done).contains("leave out --over, --from and --to"), "{}", text_of(&done));
}
