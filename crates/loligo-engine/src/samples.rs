//! Samples of recorded variables.

/// Drops the samples taken after `step` steps, out of samples of every `every` steps, if they extend to
/// `last`.
pub(crate) fn cut_samples(samples: &mut Vec<f64>, every: usize, step: u64, last: u64) {
    let every = every as u64;
    let surplus = (last / every).saturating_sub(step / every);
    samples.truncate(samples.len().saturating_sub(surplus as usize));
}
