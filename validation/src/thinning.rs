//! Results with fewer samples, and digests of all samples: small enough to be stored with the
//! source, and still a verification of every bit.

use sha2::{Digest, Sha256};

use crate::vocabulary::{Results, Thinning};

/// Keeps the samples 0, `every`, 2 `every`, ... and the last of every trace.
///
/// Results that are already thinned out are returned unchanged.
pub fn thin(results: &Results, every: usize) -> Results {
    if results.thinned.is_some() {
        return results.clone();
    }
    let every = every.max(1);
    let keep = |trace: &Vec<f64>| {
        let last = trace.len().saturating_sub(1);
        let kept = trace.iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last);
        kept.map(|(_, value)| *value).collect::<Vec<_>>()
    };
    let times = results.t.as_deref().unwrap_or_default();
    Results {
        t: results.t.as_ref().map(keep),
        probes: results.probes.iter().map(keep).collect(),
        thinned: Some(Thinning {
            every,
            samples: results.probes.first().map_or(times.len(), Vec::len),
            t_sha256: sha256_of(times),
            probes_sha256: results.probes.iter().map(|trace| sha256_of(trace)).collect(),
        }),
        ..results.clone()
    }
}

/// SHA-256, in hexadecimal, of doubles as little-endian bytes, with -0 as 0.
fn sha256_of(values: &[f64]) -> String {
    let mut digest = Sha256::new();
    for value in values {
        digest.update((value + 0.0).to_le_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
