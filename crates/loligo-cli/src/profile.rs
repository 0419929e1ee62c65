//! Where the time of a run went, as a table.

use loligo::{Phase, Simulation};

use crate::terminal::say;

/// Prints the table of phases: ms, share, ns per compartment and step.
pub fn print(simulation: &Simulation) {
    let profile = simulation.profile();
    let work = simulation.compartments() as f64 * simulation.steps() as f64;
    let total: f64 = Phase::ALL.iter().map(|&phase| profile.spent(phase).as_secs_f64()).sum();
    say!("{:<10} {:>12} {:>8} {:>26}", "phase", "ms", "%", "ns/(compartment x step)");
    let line = |name: &str, seconds: f64| {
        let share = if total > 0.0 { 100.0 * seconds / total } else { 0.0 };
        let each = if work > 0.0 { format!("{:.2}", seconds * 1e9 / work) } else { "-".to_owned() };
        say!("{name:<10} {:>12.3} {share:>8.1} {each:>26}", seconds * 1e3);
    };
    for phase in Phase::ALL {
        line(phase.name(), profile.spent(phase).as_secs_f64());
    }
    line("sum", total);
    if simulation.options().threads > 1 {
        say!("(summed over {} threads)", simulation.options().threads);
    }
}
