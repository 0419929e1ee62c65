//! `loligo run`.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use loligo::nmodl::vector::{CodeError, NoMachineCode, machine_code};
use loligo::{Checkpoint, Distribution, Simulation, SimulationError, StopRequest};
use loligo_format::Model;
use loligo_io::plain;

use crate::arguments::{DistributionArgument, RunArguments, numerics_of};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::cells::ShapeVoltages;
use crate::output::directory::OutputDirectory;
use crate::output::summary::{Ending, unusual_voltage};
use crate::places::{Places, ms, refuse_restore, unwritten};
use crate::progress::Bar;
use crate::run_input::RunInput;
use crate::signals::StopSignals;
use crate::terminal::{complain, say};
use crate::{plot, profile, ranks, sonata};

/// Data needed for a run, before its network has been checked.
struct Prepared {
    input: RunInput,
    shape: Option<ShapeVoltages>,
    /// The directory for the output, in rank 0.
    directory: Option<PathBuf>,
    /// The checkpoint to continue from.
    checkpoint: Option<Checkpoint>,
    /// The arguments, completed by those of a configuration.
    arguments: RunArguments,
}

/// Runs a model.
pub fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let mut line = ranks::communicator()?;
    let is_root = line.rank() == 0;
    let prepared = prepare(arguments, is_root, line.size());
    let Some(mut prepared) = ranks::agree(&mut *line, prepared)? else { return Ok(()) };
    let Model { network, options, .. } = prepared.input.model();
    let simulation = Simulation::with_communicator(network, options, ranks::communicator()?);
    let simulation = simulation.map_err(|error| prepared.explain(error));
    let mut simulation = ranks::agree(&mut *line, simulation)?;
    let opened = ranks::agree(&mut *line, prepared.open_output())?;
    let Prepared { input, shape, checkpoint, arguments, .. } = prepared;
    let (model, configuration) = input.into_model();
    let mut output = Output::new(shape, opened, configuration, arguments.sonata);
    let arguments = &arguments;
    let quiet = arguments.quiet || !is_root;
    let stop = StopRequest::default();
    simulation.stop_when(stop.clone());
    ranks::agree(&mut *line, restore(arguments, checkpoint, &mut simulation))?;
    // Before this point there is nothing to save, and a signal ends the program at once.
    let signals = listen_to_signals(stop);
    let received = || signals.as_ref().and_then(StopSignals::received);
    ranks::agree(&mut *line, output.begin(&model, &arguments.model, &simulation))?;
    let bar = Bar::new(simulation.time(), model.tstop, quiet);
    let start = Instant::now();
    let mut run_until = |simulation: &mut Simulation, t: f64| {
        simulation.run_into(&mut output, t, |progress| {
            bar.show(progress.t, progress.spikes);
            ControlFlow::Continue(())
        })
    };
    let mut outcome = run_until(&mut simulation, arguments.save_time.unwrap_or(model.tstop));
    let mut wall = start.elapsed();
    // The state is also valid if the output could not be written; there may be enough space for it
    // elsewhere.
    let is_good = matches!(outcome, Ok(()) | Err(SimulationError::Sink(_)));
    let saved = if is_good { save(arguments, &mut simulation, is_root) } else { Ok(()) };
    // A failure to save the state does not end the run.
    let saved = ranks::agree(&mut *line, saved);
    let has_come_to = |simulation: &Simulation, t: f64| simulation.time() >= t - model.options.dt / 2.0;
    if outcome.is_ok() && arguments.save_time.is_some_and(|t| has_come_to(&simulation, t)) {
        let start = Instant::now();
        outcome = run_until(&mut simulation, model.tstop);
        wall += start.elapsed();
    }
    bar.finish();
    if let Some(unusual) = unusual_voltage(&model, &simulation).filter(|_| !quiet) {
        complain!("warning: {unusual}");
    }

    // A signal to any rank stops all.
    let interrupted = outcome.is_ok() && !has_come_to(&simulation, model.tstop);
    let status = match &outcome {
        Err(_) => "failed",
        Ok(()) if interrupted => "interrupted",
        Ok(()) => "complete",
    };
    let ending = Ending { status, error: outcome.as_ref().err().map(ToString::to_string), wall };
    let finished: Result<(), Failure> = output.directory().map_or(Ok(()), |directory| {
        output.end(&model, &arguments.model, &simulation, &ending)?;
        if !quiet {
            print_result(&simulation, &ending, directory);
        }
        if !quiet && let Err(NoMachineCode::Code(CodeError::Memory(reason))) = machine_code(model.options.lanes) {
            say!("mechanisms of .mod files ran in the interpreter: the system forbids machine code at run time ({reason})");
        }
        if arguments.profile {
            profile::print(&simulation, output.writing());
        }
        // All files are written. From now on a signal ends the program at once, so that it need not wait for the
        // pictures; some systems kill a process soon after a signal.
        if let Some(signals) = &signals {
            signals.end_at_once();
        }
        let hurries = received().is_some_and(|signal| !signal.is_by_hand());
        let drawn = if arguments.no_plot || hurries { Ok(Vec::new()) } else { plot::draw(directory) };
        // Pictures that cannot be drawn are reported only if the run itself was complete.
        if ending.status == "complete"
            && let Some(page) = drawn?.last().filter(|_| !quiet)
        {
            say!("pictures in {}", page.display());
        }
        Ok(())
    });
    let finished = match outcome {
        // The exit code is that of the first failure.
        Err(error) => {
            if let Err(later) = finished {
                later.tell();
            }
            Err(error.into())
        }
        Ok(()) if interrupted => finished.and(Err(Failure::Interrupted(received()))),
        Ok(()) => finished,
    };
    ranks::agree(&mut *line, finished.and(saved))
}

/// Restores the state from `--restore`.
fn restore(
    arguments: &RunArguments,
    checkpoint: Option<Checkpoint>,
    simulation: &mut Simulation,
) -> Result<(), Failure> {
    let (Some(path), Some(checkpoint)) = (&arguments.restore, checkpoint) else { return Ok(()) };
    simulation.restore(&checkpoint).map_err(|error| refuse_restore(path, &error))
}

/// Saves the state to `--save`.
fn save(arguments: &RunArguments, simulation: &mut Simulation, is_root: bool) -> Result<(), Failure> {
    let Some(path) = &arguments.save else { return Ok(()) };
    let checkpoint = simulation.checkpoint()?;
    if is_root {
        checkpoint.write(path).map_err(|error| unwritten(path, error))?;
    }
    Ok(())
}

/// Reads the model or configuration and the checkpoint to continue from, and checks the files that the run writes;
/// `None` if nothing must be run.
fn prepare(arguments: &RunArguments, is_root: bool, ranks: usize) -> Result<Option<Prepared>, Failure> {
    if arguments.sonata {
        sonata::check()?;
    }
    let mut arguments = arguments.clone();
    check_times(&arguments)?;
    let mut input = RunInput::read(&mut arguments, ranks)?;
    let places = override_settings(&arguments, input.model_mut()).and_then(|()| {
        let is_run = !input.is_done();
        is_run.then(|| check_places(&arguments, input.model(), is_root)).transpose()
    });
    let Ok(Some((checkpoint, directory))) = places else {
        // Without a simulation nothing else finds errors of the network, which are reported before all others.
        input.check()?;
        if is_root {
            input.describe(&arguments)?;
        }
        return places.map(|_| None);
    };
    let shape = ShapeVoltages::add(input.model_mut());
    Ok(Some(Prepared { input, shape, directory, checkpoint, arguments }))
}

/// Reads the checkpoint to continue from, and checks in rank 0 that all files of the run can be written; returns the
/// directory for the output.
fn check_places(
    arguments: &RunArguments,
    model: &Model,
    is_root: bool,
) -> Result<(Option<Checkpoint>, Option<PathBuf>), Failure> {
    let places = Places {
        dt: model.options.dt,
        tstop: model.tstop,
        files: &model.files,
        model_path: &arguments.model,
        out: arguments.out.as_deref(),
        save: arguments.save.as_deref(),
        save_time: arguments.save_time,
        restore: arguments.restore.as_deref(),
    };
    let checkpoint = places.checkpoint()?;
    if !is_root {
        return Ok((checkpoint, None));
    }
    let directory = places.directory(checkpoint.as_ref());
    places.check_output(&directory, checkpoint.as_ref())?;
    places.check_save(&directory)?;
    Ok((checkpoint, Some(directory)))
}

impl Prepared {
    /// The failure to make a simulation; errors of the network have their places in the file.
    fn explain(&mut self, error: SimulationError) -> Failure {
        let SimulationError::Model(errors) = error else { return error.into() };
        if let Some(shape) = &self.shape {
            shape.remove(self.input.model_mut());
        }
        self.input.check().err().unwrap_or_else(|| Failure::Input(errors.to_string()))
    }

    /// In rank 0, prints the warnings of a model without errors, and opens the directory for the output.
    fn open_output(&self) -> Result<Option<OutputDirectory>, Failure> {
        let Some(path) = &self.directory else { return Ok(None) };
        self.input.describe(&self.arguments)?;
        if let Some(checkpoint) = self.checkpoint.as_ref().filter(|_| !self.arguments.quiet) {
            say!("goes on from {} ms; output goes to {}", ms(checkpoint.time()), path.display());
        }
        OutputDirectory::open(path).map(Some)
    }
}

/// Rejects times that are invalid for any model.
fn check_times(arguments: &RunArguments) -> Result<(), Failure> {
    if let Some(tstop) = arguments.tstop.filter(|tstop| !(0.0..=1e9).contains(tstop)) {
        return Err(Failure::Input(format!("--tstop {}: give a time from 0 to 1e9 ms", plain(tstop))));
    }
    if let Some(dt) = arguments.dt.filter(|dt| !(*dt >= 1e-6 && dt.is_finite())) {
        return Err(Failure::Input(format!("--dt {}: give a step of at least 1e-6 ms (0.025 is usual)", plain(dt))));
    }
    Ok(())
}

fn override_settings(arguments: &RunArguments, model: &mut Model) -> Result<(), Failure> {
    model.tstop = arguments.tstop.unwrap_or(model.tstop);
    if let Some(time) = arguments.save_time
        && !(0.0..=model.tstop).contains(&time)
    {
        return Err(Failure::Input(format!(
            "--save-time {}: give a time from 0 to the end of the run, {} ms",
            plain(time),
            plain(model.tstop)
        )));
    }
    model.options.dt = arguments.dt.unwrap_or(model.options.dt);
    if let Some(threads) = arguments.threads {
        model.options.threads = usize::from(threads);
    }
    if let Some(numerics) = arguments.numerics {
        model.options.numerics = numerics_of(numerics);
    }
    match arguments.distribution {
        Some(DistributionArgument::Cost) => model.options.distribution = Distribution::default(),
        Some(DistributionArgument::RoundRobin) => model.options.distribution = Distribution::RoundRobin,
        None => {}
    }
    model.options.profile = arguments.profile;
    if let Some(problem) = model.too_large() {
        return Err(Failure::Input(problem.to_string()));
    }
    Ok(())
}

/// Starts to handle signals during a run, which then request a stop.
fn listen_to_signals(stop: StopRequest) -> Option<StopSignals> {
    match StopSignals::listen(stop) {
        Ok(signals) => Some(signals),
        Err(error) => {
            complain!("warning: Ctrl-C will end the run without output ({error})");
            None
        }
    }
}

fn print_result(simulation: &Simulation, ending: &Ending, directory: &Path) {
    let (steps, compartments) = (simulation.own_steps(), simulation.compartments());
    let seconds = ending.wall.as_secs_f64();
    let work = compartments as f64 * steps as f64;
    let speed =
        if work > 0.0 { format!(" ({:.2} ns per compartment and step)", seconds * 1e9 / work) } else { String::new() };
    let (status, t) = (ending.status, simulation.time());
    // Spikes are omitted if they are not recorded: "0 spikes" would be misleading for a cell that
    // fires.
    let watches = |artificial: bool| simulation.sources().iter().any(|source| source.is_artificial() == artificial);
    let spikes = simulation.spike_counts();
    let mut said = match watches(false) {
        true => counted(spikes.cells as u64, "spike"),
        false => "spikes not recorded (no [[detector]] or [[connection]] begins at a cell)".to_owned(),
    };
    if watches(true) {
        said += &format!(" and {} of artificial cells", spikes.artificial);
    }
    let (steps, compartments) = (counted(steps, "step"), counted(compartments as u64, "compartment"));
    say!("{status}: {t:.3} ms in {steps}, {compartments}, {said}, {seconds:.3} s{speed}");
    say!("output in {}", directory.display());
}

/// "1 spike", "2 spikes".
fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
