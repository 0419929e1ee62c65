//! Networks in files by the command: connections and positions are written on request, a run with the table of
//! connections that was written has the same output, and messages about included files show the line in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn loligo(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
    command.current_dir(folder).args(arguments).output().expect("the command starts")
}

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the temporary directory can be written");
    path
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const EXAMPLE: &str = include_str!("../../../examples/network_in_space.toml");

#[test]
fn a_run_with_the_written_connections_is_the_same_run() {
    let folder = directory("networks_drawn");
    let path = &*folder;
    fs::write(path.join("drawn.toml"), EXAMPLE).expect("a file");
    done(&loligo(path, &["run", "drawn.toml", "--no-plot", "--out", "drawn"]));
    done(&loligo(path, &["check", "drawn.toml", "--connections", "checked.csv"]));
    let read = |name: &str| fs::read_to_string(path.join(name)).expect("a file");
    assert_eq!(read("checked.csv"), read("drawn/connections.csv"));
    assert_eq!(read("drawn/positions.csv").lines().count(), 1 + 120 + 25);

    let (start, rest) = EXAMPLE.split_once("[[connection]]").expect("connections");
    let (_, record) = rest.split_once("[[record]]").expect("recordings");
    let listed = format!("{start}[[connection]]\nfile = \"checked.csv\"\n[[record]]{record}");
    fs::write(path.join("listed.toml"), listed).expect("a file");
    done(&loligo(path, &["run", "listed.toml", "--no-plot", "--out", "listed"]));
    assert!(read("drawn/spikes.csv").lines().count() > 500);
    for name in ["spikes.csv", "traces.csv", "connections.csv"] {
        assert!(read(&format!("drawn/{name}")) == read(&format!("listed/{name}")), "{name} differs");
    }
    // Without the keys the files of the earlier run are removed; a file of another kind is never replaced.
    let silent = EXAMPLE.replace("positions = true\nconnections = true\n", "");
    fs::write(path.join("silent.toml"), silent).expect("a file");
    done(&loligo(path, &["run", "silent.toml", "--no-plot", "--out", "drawn"]));
    assert!(!path.join("drawn/connections.csv").exists() && !path.join("drawn/positions.csv").exists());
    fs::write(path.join("mine.csv"), "my own table\n").expect("a file");
    let refused = loligo(path, &["check", "silent.toml", "--connections", "mine.csv"]);
    assert_eq!((refused.status.code(), read("mine.csv")), (Some(4), "my own table\n".to_owned()));
}

#[test]
fn messages_show_the_line_of_an_included_file() {
    let folder = directory("networks_included");
    let path = &*folder;
    fs::create_dir(path.join("cells")).expect("a folder");
    fs::write(path.join("model.toml"), "[run]\ntstop = 1.0\n[[cell]]\nname = \"a\"\ninclude = \"cells/soma.toml\"\n")
        .expect("a file");
    let soma =
        "section = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n\n[[paint]]\nmechanism = \"hh\"\nregion = \"soma\"\n";
    for (key, code, message, shown) in [
        ("gnabar = 120.0", 0, "gnabar = 120 S/cm2", "3 │ [[paint]]"),
        ("gnabra = 0.1", 1, "has no key \"gnabra\"", "6 │ gnabra = 0.1"),
    ] {
        fs::write(path.join("cells/soma.toml"), format!("{soma}{key}\n")).expect("a file");
        for command in ["check", "run"] {
            let output = loligo(path, &[command, "model.toml"]);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(code), "{told}");
            assert!(told.contains("cells/soma.toml:") && told.contains(shown) && told.contains(message), "{told}");
        }
    }
}
