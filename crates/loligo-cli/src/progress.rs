//! A progress bar of simulated time.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar of simulated time; not drawn if the error stream is not a terminal.
pub struct Bar {
    bar: ProgressBar,
    from: f64,
    to: f64,
}

const TICKS: u64 = 10_000;

impl Bar {
    /// A bar for the time from `from` to `to`, ms.
    pub fn new(from: f64, to: f64, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(8) };
        let bar = ProgressBar::with_draw_target(Some(TICKS), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}  {eta} left") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Self { bar, from, to }
    }

    /// Shows the progress of the run.
    pub fn show(&self, t: f64, spikes: usize) {
        let share = ((t - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.bar.set_position((share * TICKS as f64) as u64);
        self.bar.set_message(format!("{t:.1} of {} ms, {spikes} spikes", self.to));
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
