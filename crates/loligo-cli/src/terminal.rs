//! Lines on the terminal. A reader such as `head` may close its end of the pipe: what can no longer be read is dropped,
//! and neither the run nor its exit code suffers. Other failures, such as a full disk, end in the exit code. Characters that
//! would act on the terminal are written as text.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// Why the first line that should have been printed was not.
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

/// Prints a line to the standard output; [`finish`] says whether that failed.
pub fn print(line: Arguments<'_>) {
    note(writeln!(io::stdout(), "{}", loligo_io::visible(line)));
}

/// Remembers a failure to print.
pub fn note(printed: io::Result<()>) {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            UNPRINTED.get_or_init(|| error.to_string());
        }
        _ => {}
    }
}

/// Prints what still waits.
///
/// # Errors
/// The reason why the standard output could not be written, unless nobody reads it any more.
pub fn finish() -> Result<(), &'static str> {
    note(io::stdout().flush());
    UNPRINTED.get().map_or(Ok(()), |reason| Err(reason))
}
