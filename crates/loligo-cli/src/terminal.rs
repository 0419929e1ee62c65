//! Lines on the terminal. A reader such as `head` may close its end of the pipe: what can no longer be read is dropped,
//! and neither the run nor its exit code suffers. Characters that would act on the terminal are written as text.

/// Prints a line to the standard output.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), "{}", loligo_io::visible(format_args!($($text)*))); // nobody reads it any more
    }};
}

/// Prints a line to the standard error.
macro_rules! complain {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", loligo_io::visible(format_args!($($text)*))); // nobody reads it any more
    }};
}

/// Prints a line to the standard error that colours itself; what it quotes has been made visible.
macro_rules! complain_in_colour {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*); // nobody reads it any more
    }};
}

pub(crate) use {complain, complain_in_colour, say};
