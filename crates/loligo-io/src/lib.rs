//! Output files: what somebody else wrote is never replaced, links are not followed, and no reader ever finds half a file.
//!
//! Every file that a command of Loligo writes is made by [`replace`] or [`create`].

mod output_file;

pub use output_file::{
    HDF5, OutputError, OwnKind, check_folder, check_place, create, is_at, is_partial, remove, replace,
};
