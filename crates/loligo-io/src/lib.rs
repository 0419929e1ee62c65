//! Input files: opened without waiting, read without filling the memory, and decoded with errors that say what to do.
//!
//! Every reader of Loligo opens its file as an [`InputFile`]. Names are checked by [`check_name`]; text of others is printed
//! as [`visible`], and numbers in messages are written [`plain`].

mod encoding;
mod input_file;
mod name;
mod number;

pub use encoding::{NotText, decode, foreign_format, position};
pub use input_file::{FileKind, InputError, InputFile, Limited, USUAL_BYTES, contents};
pub use name::{NameError, Visible, check_name, describe_character, first_invisible, is_invisible, masked, visible};
pub use number::{as_number, is_dash, number_hint, plain, separator_hint, shortened};
