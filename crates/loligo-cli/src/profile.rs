//! The time spent in each phase of a run, as a table.

use std::time::Duration;

use loligo::nmodl::vector::machine_code;
use loligo::{MechanismTime, Numerics, Phase, Profile, Simulation};

use crate::terminal::say;

/// Prints the table of phases: ms, share, ns per compartment and step; with several ranks the mean and the largest ms,
/// and the share of the mean. `writing` is the additional time of the output.
pub fn print(simulation: &Simulation, writing: Duration) {
    let profiles = simulation.profiles();
    let ranks = profiles.len().max(1) as f64;
    let work = simulation.compartments() as f64 * simulation.own_steps() as f64;
    // Seconds in each rank.
    let spent = |phase: Phase| profiles.iter().map(move |profile| profile.spent(phase).as_secs_f64());
    let all = |profile: &Profile| profile.total().as_secs_f64();
    let total: f64 = profiles.iter().map(all).sum();
    let several = profiles.len() > 1;
    let largest_title = if several { format!("{:>12} ", "max ms") } else { String::new() };
    let title = if several { "mean ms" } else { "ms" };
    say!("{:<10} {title:>12} {largest_title}{:>8} {:>26}", "phase", "%", "ns/(compartment x step)");
    let line = |name: &str, spent: &mut dyn Iterator<Item = f64>| {
        let (mut sum, mut largest) = (0.0, 0.0_f64);
        for seconds in spent {
            sum += seconds;
            largest = largest.max(seconds);
        }
        let share = if total > 0.0 { 100.0 * sum / total } else { 0.0 };
        let each = if work > 0.0 { format!("{:.2}", sum * 1e9 / work) } else { "-".to_owned() };
        let largest = if several { format!("{:>12.3} ", largest * 1e3) } else { String::new() };
        say!("{name:<10} {:>12.3} {largest}{share:>8.1} {each:>26}", sum / ranks * 1e3);
    };
    for phase in Phase::ALL.into_iter().filter(|&phase| several || phase != Phase::Ranks) {
        line(phase.name(), &mut spent(phase));
    }
    line("sum", &mut profiles.iter().map(all));
    print_mechanisms(simulation);
    say!("(and {:.3} ms for writing traces and spikes)", writing.as_secs_f64() * 1e3);
    match machine_code(simulation.options().lanes) {
        Ok(set) => say!("(mechanisms of .mod files in machine code: {set:?})"),
        Err(reason) => say!("(mechanisms of .mod files in the interpreter: {reason})"),
    }
    if simulation.options().numerics == Numerics::Fast && simulation.exact_cells() > 0 {
        say!(
            "(cells computed exactly, which takes longer: {}; docs/numerics.md has the reasons)",
            simulation.exact_cells()
        );
    }
    if simulation.options().threads > 1 {
        say!("(summed over {} threads)", simulation.options().threads);
    }
    if several {
        say!("({} ranks; \"ranks\" is the exchange between them, with the wait for the slowest)", profiles.len());
    }
}

/// Prints the time of each mechanism: ms for currents and for states, and ns per instance and step. Mechanisms that are
/// computed together have one line.
fn print_mechanisms(simulation: &Simulation) {
    let times = simulation.mechanism_times();
    if times.is_empty() {
        return;
    }
    say!("{:>12} {:>12} {:>12} {:>22}  mechanism", "current ms", "state ms", "instances", "ns/(instance x step)");
    for time in times {
        let MechanismTime { mechanisms, instances, current, state } = &time;
        let work = *instances as f64 * simulation.own_steps() as f64;
        let each = time.total().as_secs_f64() * 1e9 / work.max(1.0);
        let [current, state] = [current, state].map(|spent| spent.as_secs_f64() * 1e3);
        say!("{current:>12.3} {state:>12.3} {instances:>12} {each:>22.2}  {}", mechanisms.join(" + "));
    }
}
