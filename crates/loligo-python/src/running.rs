//! Runs a simulation with the global interpreter lock released, and watches for Ctrl-C.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use loligo::{SimulationError, Sink, StopRequest};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::errors::{OrRaise, wrong_type};
use crate::objects::Simulation;

/// Time between two checks for signals.
const WATCH: Duration = Duration::from_millis(10);

/// Time between two calls of a progress function.
const PROGRESS: Duration = Duration::from_millis(50);

/// Products of steps and segments of a run that is over before anybody could press a key.
const SHORT: f64 = 20_000.0;

/// The progress of a run, written by the thread that runs it.
#[derive(Default)]
struct Progress {
    /// Simulated time, ms, as bits.
    t: AtomicU64,
    spikes: AtomicUsize,
}

/// A sink for the samples and spikes of a run, if the simulation does not keep them.
type Taker = Option<Box<dyn Sink + Send>>;

/// The samples and spikes are kept in memory.
pub(crate) fn keep(_: &loligo::Simulation) -> PyResult<Taker> {
    Ok(None)
}

/// Runs until `tstop` (ms); true if it was reached.
pub(crate) fn run(
    py: Python<'_>,
    simulation: &Simulation,
    tstop: f64,
    progress: Option<&Bound<'_, PyAny>>,
    budget: Option<f64>,
    create: impl FnOnce(&loligo::Simulation) -> PyResult<Taker>,
) -> PyResult<bool> {
    let report = report_of(py, progress)?;
    let budget = budget.map(Duration::try_from_secs_f64).transpose();
    let budget = budget.map_err(|_| PyValueError::new_err("budget: give a time in seconds, at least 0"))?;
    let mut inner = simulation.idle(py)?;
    let taker = create(&inner)?;
    if let Some(budget) = budget {
        simulation.stop.stop_after(budget);
    }
    let dt = inner.options().dt;
    let steps = (tstop - inner.time()) / dt;
    let outcome = if steps * (inner.compartments().max(10) as f64) < SHORT && report.is_none() && taker.is_none() {
        let inner = &mut *inner;
        let outcome = py.detach(|| inner.run_until(tstop));
        outcome.or_raise(py).and_then(|()| py.check_signals())
    } else {
        watched(py, &mut inner, taker, &simulation.stop, tstop, report.as_ref())
    };
    simulation.stop.withdraw();
    outcome?;
    let reached = inner.time() >= tstop - dt / 2.0;
    if let Some(report) = report {
        report.call1(py, (inner.time(), tstop, inner.spike_count()))?;
    }
    Ok(reached)
}

/// The progress function of an argument.
fn report_of(py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Py<PyAny>>> {
    let Some(progress) = progress else { return Ok(None) };
    if let Ok(wanted) = progress.cast::<PyBool>() {
        if !wanted.is_true() {
            return Ok(None);
        }
        let bar = py.import("loligo._progress")?.getattr("bar")?.call0()?;
        return Ok(Some(bar.unbind()));
    }
    if progress.is_callable() {
        return Ok(Some(progress.clone().unbind()));
    }
    Err(wrong_type("progress: give True, False, or a function of t, tstop (ms) and the number of spikes"))
}

/// Runs in another thread, while this one looks for signals and reports the progress.
fn watched(
    py: Python<'_>,
    simulation: &mut loligo::Simulation,
    mut taker: Taker,
    stop: &StopRequest,
    tstop: f64,
    report: Option<&Py<PyAny>>,
) -> PyResult<()> {
    let progress = Progress::default();
    progress.t.store(simulation.time().to_bits(), Ordering::Relaxed);
    let mut interrupted: PyResult<()> = Ok(());
    let outcome = py.detach(|| {
        thread::scope(|scope| {
            let (done, waiting) = channel();
            let progress = &progress;
            let runner = thread::Builder::new().name("loligo".to_owned()).spawn_scoped(scope, move || {
                let report = |now: loligo::Progress| {
                    progress.t.store(now.t.to_bits(), Ordering::Relaxed);
                    progress.spikes.store(now.spikes, Ordering::Relaxed);
                    ControlFlow::Continue(())
                };
                let outcome = match &mut taker {
                    Some(sink) => simulation.run_into(&mut **sink, tstop, report),
                    None => simulation.run_with(tstop, report),
                };
                // The other thread waits for this message, or for the end of this one.
                let _ = done.send(());
                outcome
            });
            let runner = match runner {
                Ok(runner) => runner,
                Err(error) => return Err(format!("no thread can be started ({error}); end other programs")),
            };
            let mut reported = Instant::now();
            while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(WATCH) {
                if interrupted.is_err() {
                    continue;
                }
                let due = report.filter(|_| reported.elapsed() >= PROGRESS);
                interrupted = Python::attach(|py| {
                    py.check_signals()?;
                    let Some(report) = due else { return Ok(()) };
                    let t = f64::from_bits(progress.t.load(Ordering::Relaxed));
                    let returned = report.call1(py, (t, tstop, progress.spikes.load(Ordering::Relaxed)))?;
                    if returned.bind(py).cast::<PyBool>().is_ok_and(|go_on| !go_on.is_true()) {
                        stop.stop();
                    }
                    Ok(())
                });
                if due.is_some() {
                    reported = Instant::now();
                }
                if interrupted.is_err() {
                    stop.stop();
                }
            }
            match runner.join() {
                Ok(outcome) => Ok(outcome),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    });
    let outcome: Result<(), SimulationError> =
        outcome.map_err(|text| crate::errors::exception(py, "SimulationError", text, None))?;
    interrupted?;
    outcome.or_raise(py)
}
