//! Contract: `mpirun -n N loligo run` writes the same files as `loligo run`, prints once, and ends every process with
//! the same exit code. Built without MPI, the command refuses to be started in several processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the temporary directory can be written");
    path
}

fn loligo(mut command: Command, model: &str, out: &Path, more: &[&str]) -> Output {
    command.args(["run", model, "--no-plot", "--out"]).arg(out).args(more);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command.output().expect("the command has been built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(not(feature = "mpi"))]
mod without_mpi {
    use super::*;

    fn started(processes: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loligo"));
        command.env("OMPI_COMM_WORLD_SIZE", processes);
        loligo(command, "examples/hh_soma.toml", &directory(&format!("started {processes}")), &[])
    }

    #[test]
    fn several_processes_are_refused() {
        let refused = started("2");
        assert_eq!(refused.status.code(), Some(2));
        let message = text(&refused.stderr);
        assert!(message.contains("started 2 processes") && message.contains("--features mpi"), "{message}");
    }

    #[test]
    fn one_process_is_a_run_like_any_other() {
        assert!(started("1").status.success());
    }
}

#[cfg(feature = "mpi")]
mod with_mpi {
    use super::*;

    /// The command in `processes` processes; prints that the test is skipped if there is no launcher.
    fn mpirun(processes: usize) -> Option<Command> {
        if Command::new("mpirun").arg("--version").output().is_err() {
            eprintln!("skipped: there is no mpirun");
            return None;
        }
        let mut command = Command::new("mpirun");
        // Like Open MPI's --allow-run-as-root and --oversubscribe, which other launchers do not
        // accept.
        command.envs([("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")]);
        command.envs([
            ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
            ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"),
        ]);
        command.arg("-n").arg(processes.to_string());
        command.arg(env!("CARGO_BIN_EXE_loligo"));
        Some(command)
    }

    fn serial(model: &str, out: &Path, more: &[&str]) -> Output {
        loligo(Command::new(env!("CARGO_BIN_EXE_loligo")), model, out, more)
    }

    fn files(directory: &Path) -> Vec<(String, String)> {
        ["traces.csv", "spikes.csv", "cells.json", "model.toml"]
            .map(|name| (name.to_owned(), fs::read_to_string(directory.join(name)).unwrap_or_default()))
            .into()
    }

    fn same_files(model: &str, name: &str, more: &[&str]) {
        let out = directory(&format!("{name} serial"));
        assert!(serial(model, &out, more).status.success());
        let expected = files(&out);
        for processes in 1..=4 {
            let Some(command) = mpirun(processes) else { return };
            let out = directory(&format!("{name} {processes}"));
            let done = loligo(command, model, &out, more);
            assert!(done.status.success(), "{}", text(&done.stderr));
            assert_eq!(text(&done.stdout).matches("output in").count(), 1, "{}", text(&done.stdout));
            assert!(files(&out) == expected, "the output of {processes} processes differs");
            let summary: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
            assert_eq!(summary["settings"]["ranks"], processes);
        }
    }

    #[test]
    fn the_same_files_for_any_number_of_processes() {
        same_files("examples/ring.toml", "ring", &["--tstop", "50"]);
        same_files("examples/noisy_network.toml", "noisy", &["--tstop", "20", "--threads", "2"]);
        same_files("examples/ring.toml", "exact ring", &["--tstop", "10", "--numerics", "exact"]);
        same_files("examples/ring.toml", "round robin", &["--tstop", "10", "--distribution", "round-robin"]);
    }

    /// Four processes save, three restore.
    #[test]
    fn a_state_is_gone_on_from_by_another_number_of_processes() {
        let model = "examples/noisy_network.toml";
        let out = directory("saved");
        let state = out.join("state").display().to_string();
        let (Some(four), Some(three)) = (mpirun(4), mpirun(3)) else { return };
        let saved = loligo(four, model, &out.join("four"), &["--tstop", "20", "--save", &state]);
        assert!(saved.status.success(), "{}", text(&saved.stderr));
        let resumed = loligo(three, model, &out.join("three"), &["--tstop", "40", "--restore", &state]);
        assert!(resumed.status.success(), "{}", text(&resumed.stderr));
        assert!(serial(model, &out.join("whole"), &["--tstop", "40"]).status.success());
        for name in ["traces.csv", "spikes.csv"] {
            let [whole, first, second] = ["whole", "four", "three"].map(|run| {
                let file = fs::read_to_string(out.join(run).join(name)).unwrap_or_default();
                file.split_once('\n').map(|(_, body)| body.to_owned()).unwrap_or_default()
            });
            assert!(!first.is_empty() && !second.is_empty() && whole == first + &second, "{name}");
        }
    }

    #[test]
    fn the_profile_shows_the_exchange_between_ranks() {
        let Some(command) = mpirun(2) else { return };
        let done = loligo(command, "examples/ring.toml", &directory("profile"), &["--profile"]);
        let printed = text(&done.stdout);
        assert!(printed.contains("max ms") && printed.contains("\nranks ") && printed.contains("2 ranks"), "{printed}");
    }

    /// The exit code and a single message, for an error that all ranks find, and for one during the
    /// run.
    #[test]
    fn errors_are_told_once() {
        let own = directory("errors");
        let broken = own.join("broken.toml");
        fs::write(&broken, "[run]\ntstop = -1.0\n").unwrap();
        let overflowing = own.join("overflowing.toml");
        let model =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hh_soma.toml")).unwrap();
        assert!(model.contains("amp = 0.2"), "the example has changed: {model}");
        fs::write(&overflowing, model.replace("amp = 0.2", "amp = 1e308")).unwrap();
        for (model, exit_code, message) in [(&broken, 1, "tstop"), (&overflowing, 3, "the voltage of cell \"squid\"")] {
            let model = model.display().to_string();
            assert_eq!(serial(&model, &own.join("serial"), &[]).status.code(), Some(exit_code));
            let Some(command) = mpirun(3) else { return };
            let failed = loligo(command, &model, &own.join("three"), &[]);
            assert_eq!(failed.status.code(), Some(exit_code), "{}", text(&failed.stderr));
            let told = text(&failed.stderr);
            let lines = told.lines().filter(|line| line.contains(message) && !line.contains("\u{2502}")).count();
            assert!(lines == 1, "told {lines} times: {told}");
        }
        assert!(own.join("three/traces.csv").exists(), "what was computed is written");
    }
}
