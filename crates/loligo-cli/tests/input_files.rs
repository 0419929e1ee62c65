//! Contract: for any kind of file at an input path (a folder, a pipe, an endless device, a file of a terabyte),
//! every command that reads it ends soon, uses little memory, and reports the file and the fault.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Paths without a usable file, with a word of the expected message.
fn unusable(folder: &Path) -> Vec<(PathBuf, &'static str)> {
    let at = |name: &str| folder.join(name);
    let mut paths = vec![
        (PathBuf::from("/dev/zero"), "device"),
        (at("pipe"), "pipe"),
        (at("folder"), "folder"),
        (at("nothing"), "No such file"),
    ];
    fs::create_dir(at("folder")).unwrap();
    let made = Command::new("mkfifo").arg(at("pipe")).status().unwrap();
    assert!(made.success());
    // Not every file system supports a sparse file of a terabyte.
    if fs::File::create(at("terabyte")).and_then(|file| file.set_len(1 << 40)).is_ok() {
        paths.push((at("terabyte"), "terabyte"));
    }
    paths
}

/// The error output of a command that must fail, in a process with 3 GB of address space and a time
/// limit of a minute.
fn refused(arguments: &[&str]) -> String {
    let limited = "ulimit -v 3000000; exec \"$0\" \"$@\"";
    let mut child = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_loligo")])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("loligo {arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "loligo {arguments:?}: {said}");
    said
}

#[test]
fn every_reader_refuses_what_is_no_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no input files");
    let _ = fs::remove_dir_all(&folder); // it may not be there
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let model = |cell: &str| format!("[run]\ntstop = 1.0\n[[cell]]\nname = \"a\"\n{cell}\n");
    const SOMA: &str = "section = [{ name = \"soma\", L = 20.0, diam = 20.0 }]";
    let good = write("good.toml", &model(SOMA));
    let out = folder.join("out").display().to_string();
    for (path, word) in unusable(&folder) {
        let text = path.display().to_string();
        let mut sayings = vec![
            refused(&["check", &text]),
            refused(&["run", &text, "--out", &out]),
            refused(&["morphology", &text]),
            refused(&["run", &good, "--out", &out, "--restore", &text]),
            refused(&["check", &write("morphology.toml", &model(&format!("morphology = \"{text}\"")))]),
            refused(&["check", &write("parameters.toml", &model(&format!("parameters = \"{text}\"\n{SOMA}")))]),
        ];
        // Files that a program finds by fixed names: links to the path.
        let link = |name: &str| {
            let at = folder.join(name);
            let _ = fs::remove_file(&at);
            std::os::unix::fs::symlink(&path, &at).unwrap();
            at.display().to_string()
        };
        let configuration = link("configuration.json");
        sayings.push(refused(&["check", &configuration]));
        for name in ["traces.csv", "traces_every_2.csv", "spikes.csv", "cells.json", "summary.json"] {
            let drawn = folder.join("drawn");
            let _ = fs::remove_dir_all(&drawn);
            fs::create_dir(&drawn).unwrap();
            fs::write(drawn.join("spikes.csv"), "t,source,gid\n").unwrap();
            link(&format!("drawn/{name}"));
            sayings.push(refused(&["plot", &drawn.display().to_string()]));
        }
        for said in sayings {
            // A terabyte of zeros exceeds every limit, for a whole file or for a line of a table.
            let words = ["256 MiB", "1 GiB", "64 GiB", "128 MiB"];
            let fits =
                if word == "terabyte" { words.iter().any(|word| said.contains(word)) } else { said.contains(word) };
            assert!(fits, "{word}: {said}");
        }
    }
    // A regular file that is not text.
    let said = refused(&["check", &write("excel.toml", "PK\u{3}\u{4}...")]);
    assert!(said.contains("Excel"), "{said}");
}

#[test]
fn nothing_that_is_read_acts_on_the_terminal() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("characters");
    let _ = fs::remove_dir_all(&folder); // it may not be there
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("a\u{1b}[31m\u{202e}.toml");
    let run = "[run]\ntstop = 1.0\n";
    for text in [
        format!("{run}[[cell]]\nname = \"a\\u001b[31m\"\n"),
        format!("{run}[[cell]]\n# \u{1b}[31m\u{202e}\nname = \"a\" \"b\"\n"),
        format!("{run}\"key\\u0007\" = 1\n"),
        format!("{run}[[cell]]\nname = \"a\"\nmorphology = \"x\u{1b}.swc\"\n"),
        format!("{run}[[cell]]\nname = \"=1+1\"\nmorphology = \"x.swc\"\n"),
    ] {
        fs::write(&path, text).unwrap();
        let said = refused(&["check", &path.display().to_string()]);
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
        assert!(said.contains("a\\u{1b}[31m\\u{202e}.toml"), "{said}");
    }
    let drawn = folder.join("drawn");
    fs::create_dir(&drawn).unwrap();
    fs::write(drawn.join("traces.csv"), "t,a\n0,\u{1b}[31m\n").unwrap();
    let said = refused(&["plot", &drawn.display().to_string()]);
    assert!(!said.contains('\u{1b}') && said.contains("\\u{1b}[31m"), "{said:?}");
}
