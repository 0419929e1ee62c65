//! The memory of the computer.

use sysinfo::System;

/// Memory that a program can have on this computer, bytes: what is built in, or what its container is given of it; `None` if the
/// system does not say.
pub(crate) fn of_this_computer() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let container = system.cgroup_limits().map(|limits| limits.total_memory);
    container.into_iter().chain([system.total_memory()]).filter(|&bytes| bytes > 0).min()
}
