//! The loligo command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(loligo_cli::run_command(std::env::args_os()))
}
