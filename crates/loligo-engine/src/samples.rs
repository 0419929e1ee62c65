//! Samples of recorded variables.

/// Takes from the samples of every `every` steps those of the steps after `step`, if they go as far as `last`.
pub(crate) fn cut_samples(samples: &mut Vec<f64>, every: usize, step: u64, last: u64) {
    let every = every as u64;
    let surplus = (last / every).saturating_sub(step / every);
    samples.truncate(samples.len().saturating_sub(surplus as usize));
}
