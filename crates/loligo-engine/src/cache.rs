//! Capacity of a core's second-level cache, in nodes.

use std::fs;
use std::sync::OnceLock;

/// Bytes for each node with hh and pas, including its share of the matrix and of the synapses' rows
/// (measured, see `docs/performance.md`).
const BYTES_PER_NODE: usize = 128;

/// Used where the operating system reports no size: most server cores have at least this much.
const USUAL_BYTES: usize = 1 << 20;

/// Number of nodes that fit into the second-level cache of a core.
pub(crate) fn nodes() -> usize {
    static NODES: OnceLock<usize> = OnceLock::new();
    *NODES.get_or_init(|| second_level_bytes().unwrap_or(USUAL_BYTES) / BYTES_PER_NODE)
}

/// Size of the second-level cache of the first core, as reported by Linux.
fn second_level_bytes() -> Option<usize> {
    let directory = "/sys/devices/system/cpu/cpu0/cache";
    let of_index = |index: u32| {
        let read = |file: &str| fs::read_to_string(format!("{directory}/index{index}/{file}")).ok();
        (read("level")?.trim() == "2").then(|| parse_size(&read("size")?)).flatten()
    };
    (0..8).find_map(of_index)
}

/// Converts a size such as `1024K` to bytes.
fn parse_size(text: &str) -> Option<usize> {
    let kibibytes: usize = text.trim().strip_suffix('K')?.parse().ok()?;
    (kibibytes > 0).then(|| kibibytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_linux_writes_them() {
        assert_eq!(parse_size("1024K\n"), Some(1 << 20));
        assert_eq!(parse_size("0K"), None);
        assert_eq!(parse_size("big"), None);
    }
}
