//! Rules for names of the parts of a network, the same in Rust as in model files.

use loligo_io::{NameError, check_name};

/// Characters that names of cells, gap junctions and stimuli may not have.
pub const RESERVED_IN_GROUPS: &str = ".()[]";
/// Characters that names of sections and point processes may not have; brackets number them, as in `dend[3]`.
pub const RESERVED_IN_PARTS: &str = ".()";
/// Characters that names of recordings and lists of sections may not have.
pub const RESERVED_IN_COLUMNS: &str = "";

/// Checks the name of one of several cells or gap junctions, which may have a number: `ring[3]`.
///
/// # Errors
/// The first fault found in it.
pub fn check_member(name: &str) -> Result<(), NameError> {
    let unnumbered = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let base = unnumbered.filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    check_name(base.map_or(name, |(base, _)| base), RESERVED_IN_GROUPS)
}
