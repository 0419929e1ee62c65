//! Ratios of the times of Loligo, NEURON, CoreNEURON and Arbor for short versions of the workloads, measured in
//! turn. The other simulators are those installed by `python3 benches/peers/install.py`; their spikes must agree with
//! Loligo's.

use std::path::Path;
use std::process::{Command, ExitCode};

/// Name of this benchmark for `cargo bench -- NAME`.
const NAME: &str = "peers";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if has("--list") {
        println!("{NAME}: benchmark");
        return ExitCode::SUCCESS;
    }
    let mut filters = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    if filters.peek().is_some() && !filters.any(|filter| NAME.contains(filter.as_str())) {
        return ExitCode::SUCCESS;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/run.py");
    let mut command = Command::new("python3");
    command.arg(script).args(["--short", "--loligo", env!("CARGO_BIN_EXE_workload")]);
    if has("--test") {
        // As with the other benchmarks: a single run, to check that it works.
        command.args(["--rounds", "1", "--only", "ring-default"]);
    }
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the peers cannot be compared without python3: {error}");
            ExitCode::SUCCESS
        }
    }
}
