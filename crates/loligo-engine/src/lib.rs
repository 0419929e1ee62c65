//! The engine: lowering to arrays, cell groups, the step.
