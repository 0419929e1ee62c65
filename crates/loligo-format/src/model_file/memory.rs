//! The memory of this computer.

use sysinfo::System;

/// Memory available to a program on this computer, bytes: the installed memory, or the limit of its container; `None`
/// if the operating system does not report it.
pub(crate) fn of_this_computer() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let container = system.cgroup_limits().map(|limits| limits.total_memory);
    container.into_iter().chain([system.total_memory()]).filter(|&bytes| bytes > 0).min()
}
