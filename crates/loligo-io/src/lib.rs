//! Input files: opened without waiting, read without filling the memory, and decoded with errors that say what to do.
//!
//! Every reader of Loligo opens its file as an [`InputFile`].

mod encoding;
mod input_file;

pub use encoding::{NotText, decode, foreign_format, position};
pub use input_file::{FileKind, InputError, InputFile, Limited, USUAL_BYTES, contents};
