//! Lines on the terminal. A reader such as `head` may close its end of the pipe: what can no longer be read is dropped,
//! and neither the run nor its exit code suffers.

/// Prints a line to the standard output.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($text)*); // nobody reads it any more
    }};
}

/// Prints a line to the standard error.
macro_rules! complain {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*); // nobody reads it any more
    }};
}

pub(crate) use {complain, say};
