//! Which names the parts of a network may have, in Rust as in files.

use loligo_io::{NameError, check_name};

/// What names of cells, gap junctions and stimuli may not hold.
pub(crate) const OF_GROUP: &str = ".()[]";
/// What names of sections and point processes may not hold: brackets number them, as in `dend[3]`.
pub(crate) const OF_PART: &str = ".()";
/// What names of recordings and lists of sections may not hold.
pub(crate) const OF_COLUMN: &str = "";

/// Checks the name of one of several cells or gap junctions, which may have a number: `ring[3]`.
pub(crate) fn check_member(name: &str) -> Result<(), NameError> {
    let unnumbered = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let base = unnumbered.filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    check_name(base.map_or(name, |(base, _)| base), OF_GROUP)
}
