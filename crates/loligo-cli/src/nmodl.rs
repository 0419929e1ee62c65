//! `loligo nmodl`: checks `.mod` files and prints their contents.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use loligo_nmodl::model::{Kind, Model, Role, Storage, Variable, VariableId};
use loligo_nmodl::{Reading, Severity, mod_files};

use crate::curves::{CurvesArguments, curves};
use crate::failure::Failure;
use crate::terminal::{complain, say};

/// Actions on `.mod` files.
#[derive(Subcommand)]
pub enum NmodlCommand {
    /// Check files, all `.mod` files of folders, or Loligo's own mechanisms (loligo:layer5): every error with its line and column, warnings, and notes.
    Check {
        /// Files, folders, and names of Loligo's own mechanisms.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Leave out notes on code that is valid but may be misunderstood.
        #[arg(long)]
        no_notes: bool,
    },
    /// Print the interface of a mechanism: parameters with units and defaults, states, ions, globals, functions.
    Doc {
        /// A `.mod` file, or the name of one of Loligo's own mechanisms, such as loligo:layer5/l5_im.
        file: PathBuf,
        /// As a page in Markdown, with the file's comments.
        #[arg(long)]
        page: bool,
    },
    /// Draw the steady states and time constants of a mechanism over the voltage or a concentration, or the conductance of a
    /// synapse after a spike.
    Curves(CurvesArguments),
    /// Print a stage of the translation of a file.
    Explain {
        /// A `.mod` file, or the name of one of Loligo's own mechanisms, such as loligo:layer5/l5_im.
        file: PathBuf,
        /// The stage to print.
        #[arg(long, value_enum, default_value_t = Stage::Syntax)]
        stage: Stage,
    },
}

/// A stage of the translation.
#[derive(Clone, Copy, ValueEnum)]
pub enum Stage {
    /// The syntax tree as text: blocks and statements, included files in their places.
    Syntax,
    /// The variables, ions and routines with their roles.
    Model,
    /// The programs that the hooks run.
    Program,
}

/// Runs an action.
pub fn nmodl(command: &NmodlCommand) -> Result<(), Failure> {
    match command {
        NmodlCommand::Check { paths, no_notes } => check(paths, *no_notes),
        NmodlCommand::Doc { file, page: true } => {
            let reading = read(file)?;
            print(&reading, Severity::Error);
            let page = loligo_nmodl::page(&reading).ok_or(Failure::Told { exit_code: 1 })?;
            say!("{}", page.trim_end());
            Ok(())
        }
        NmodlCommand::Doc { file, page: false } => {
            print_model(&model(file)?, false);
            Ok(())
        }
        NmodlCommand::Curves(arguments) => curves(arguments, &model(&arguments.file)?),
        NmodlCommand::Explain { file, stage: Stage::Syntax } => {
            let reading = read(file)?;
            print(&reading, Severity::Error);
            say!("{}", loligo_nmodl::print(&reading.tree).trim_end());
            told(reading.diagnostics.has_errors())
        }
        NmodlCommand::Explain { file, stage: Stage::Program } => {
            let mut reading = read(file)?;
            let lowered = reading.lower();
            print(&reading, Severity::Error);
            if let Some(lowered) = lowered {
                say!("{}", loligo_nmodl::program::print(&lowered.programs, &lowered.signature).trim_end());
            }
            told(reading.diagnostics.has_errors())
        }
        NmodlCommand::Explain { file, stage: Stage::Model } => {
            print_model(&model(file)?, true);
            Ok(())
        }
    }
}

fn read(path: &Path) -> Result<Reading, Failure> {
    Reading::of_file(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

/// The model of a file; a failure if the file has errors.
fn model(path: &Path) -> Result<Model, Failure> {
    let reading = read(path)?;
    print(&reading, Severity::Error);
    reading.model.ok_or(Failure::Told { exit_code: 1 })
}

fn print(reading: &Reading, least: Severity) {
    for line in reading.diagnostics.render(&reading.sources, least).lines() {
        complain!("{line}");
    }
}

fn told(has_errors: bool) -> Result<(), Failure> {
    if has_errors { Err(Failure::Told { exit_code: 1 }) } else { Ok(()) }
}

fn check(paths: &[PathBuf], no_notes: bool) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(mod_files(path).map_err(|error| Failure::Input(error.to_string()))?);
    }
    let least = if no_notes { Severity::Warning } else { Severity::Note };
    let mut has_errors = false;
    for file in &files {
        let mut reading = match read(file) {
            Ok(reading) => reading,
            Err(failure) => {
                failure.tell();
                has_errors = true;
                continue;
            }
        };
        if let Some(lowered) = reading.lower() {
            reading.note_slow_code(&lowered);
        }
        print(&reading, least);
        has_errors |= reading.diagnostics.has_errors();
        let [errors, warnings] =
            [Severity::Error, Severity::Warning].map(|severity| reading.diagnostics.count(severity));
        let name = reading.model.as_ref().map_or(String::new(), |model| format!(" ({})", model.name));
        say!("{}{name}: {}, {}", file.display(), counted(errors, "error"), counted(warnings, "warning"));
    }
    told(has_errors)
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        more => format!("{more} {noun}s"),
    }
}

/// Prints the variables and routines of a mechanism; with `all` also those that are not visible from outside.
fn print_model(model: &Model, all: bool) {
    let kind = match model.kind {
        Kind::Density => "on membrane",
        Kind::Point => "point process",
        Kind::Artificial => "artificial cell",
        Kind::Nothing => "functions and globals alone",
    };
    let title = if model.title.is_empty() { String::new() } else { format!(": {}", model.title) };
    say!("{} ({kind}){title}", model.name);
    for ion in &model.ions {
        let names = |list: &[(_, VariableId)]| {
            list.iter().map(|(_, id)| model.variable(*id).name.to_string()).collect::<Vec<_>>().join(", ")
        };
        let (reads, writes) = (names(&ion.reads), names(&ion.writes));
        let part = |word: &str, names: String| if names.is_empty() { names } else { format!(", {word} {names}") };
        say!("  ion {}{}{}", ion.name, part("reads", reads), part("writes", writes));
    }
    // The value at which a state starts is shown with the state, unless the text declares it.
    let starts: Vec<_> = model.variables.iter().filter_map(|state| Some((state.start?, state))).collect();
    let is_own_start = |id: VariableId, variable: &Variable| {
        starts.iter().any(|(start, state)| *start == id && variable.span == state.span)
    };
    let shown = |(id, variable): &(VariableId, &Variable)| {
        all || (variable.is_public && !matches!(variable.role, Role::Builtin(_)) && !is_own_start(*id, variable))
    };
    for (_, variable) in (0..).map(VariableId).zip(&model.variables).filter(shown) {
        let length = variable.length.map_or(String::new(), |length| format!("[{length}]"));
        let value = match variable.role {
            Role::Parameter | Role::Constant => format!("= {}", variable.default),
            Role::State => match variable.start.map(|start| model.variable(start)) {
                Some(start) if start.default != 0.0 => format!("from {} = {}", start.name, start.default),
                _ => String::new(),
            },
            _ => String::new(),
        };
        let (name, unit) = (format!("{}{length}", variable.name), variable.unit.as_deref().unwrap_or(""));
        say!("  {name:<16} {value:<18} {unit:<10} {}", role(variable));
    }
    for routine in &model.routines {
        use loligo_nmodl::model::RoutineKind as Kind;
        let is_callable = matches!(routine.kind, Kind::Function | Kind::Procedure | Kind::FunctionTable);
        if all || is_callable {
            let names = routine.locals.iter().take(routine.arguments).map(|local| local.name.to_string());
            let arguments = names.collect::<Vec<_>>().join(", ");
            let cannot = if routine.opaque.is_some() { ", cannot be called" } else { "" };
            say!("  {}({arguments}): {:?}{cannot}", routine.name, routine.kind);
        }
    }
}

fn role(variable: &Variable) -> &'static str {
    match (variable.role, variable.storage) {
        (Role::Parameter, Storage::Instance) => "parameter",
        (Role::Parameter, _) => "parameter of all instances",
        (Role::Assigned, Storage::Global) => "assigned, one for all instances",
        (Role::Assigned, _) => "assigned",
        (Role::State, _) => "state",
        (Role::Constant, _) => "constant",
        (Role::FileLocal, _) => "local to the file",
        (Role::Pointer | Role::BbcorePointer, _) => "pointer",
        (Role::Random, _) => "stream of random numbers",
        (Role::List, _) => "list of numbers",
        (Role::External, _) => "of another mechanism",
        (Role::Rate, _) => "rate of change of a state",
        (Role::Builtin(_), _) => "of the simulation",
    }
}
