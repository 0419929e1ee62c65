//! Lines on the terminal. If a reader such as `head` closes its end of the pipe, the remaining lines are dropped,
//! without effect on the run and its exit code. Other failures, such as a full disk, cause an error exit code. Control
//! characters are written as text.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// The reason why the first line that could not be printed was not.
static UNPRINTED: OnceLock<String> = OnceLock::new();

/// Prints a line to the standard output.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::terminal::print(format_args!($($text)*))
    };
}

/// Prints a line to the standard error.
macro_rules! complain {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", loligo_io::visible(format_args!($($text)*))); // the reader has closed the pipe
    }};
}

/// Prints a line with its own colours to the standard error; quoted text must have been made
/// visible.
macro_rules! complain_in_colour {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*); // the reader has closed the pipe
    }};
}

pub(crate) use {complain, complain_in_colour, say};

/// Prints a line to the standard output; failures are reported by [`finish`].
pub fn print(line: Arguments<'_>) {
    note(writeln!(io::stdout(), "{}", loligo_io::visible(line)));
}

/// Stores a failure to print.
pub fn note(printed: io::Result<()>) {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            UNPRINTED.get_or_init(|| error.to_string());
        }
        _ => {}
    }
}

/// Prints buffered output.
///
/// # Errors
/// The reason why the standard output could not be written, unless its reader has closed it.
pub fn finish() -> Result<(), &'static str> {
    note(io::stdout().flush());
    UNPRINTED.get().map_or(Ok(()), |reason| Err(reason))
}
