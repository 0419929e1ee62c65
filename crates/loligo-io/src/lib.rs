//! Files: opened without blocking, read without filling the memory, decoded with helpful errors; and written such that
//! files of other origin are never replaced, links are not followed, and no reader ever finds an incomplete file.
//!
//! Every reader of Loligo opens its file as an [`InputFile`]; every file that a command writes is made by [`replace`]
//! or [`create`]. Names are checked by [`check_name`]; text of other origin is printed through [`visible`], and numbers
//! in messages are formatted by [`plain`].

mod encoding;
mod input_file;
mod name;
mod number;
mod output_file;
mod suggestion;

pub use encoding::{NotText, decode, foreign_format, position};
pub use input_file::{FileKind, InputError, InputFile, Limited, USUAL_BYTES, contents};
pub use name::{NameError, Visible, check_name, describe_character, first_invisible, is_invisible, masked, visible};
pub use number::{as_number, bounds, is_dash, number_hint, plain, plain_time, separator_hint, shortened};
pub use output_file::{
    HDF5, OutputError, OwnKind, check_folder, check_place, create, is_at, is_partial, remove, replace,
};
pub use suggestion::{Suggestions, closest};
