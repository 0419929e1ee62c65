//! Models in TOML files.
//!
//! `docs/model-format.md` describes every key. All errors of a file are reported at once, each with its place:
//!
//! ```
//! use loligo_format::model_file::ModelFile;
//!
//! let text = "[run]\ntstop = 5.0\ndtt = 0.01\n";
//! let errors = ModelFile::parse(text, "model.toml").unwrap_err();
//! assert_eq!(errors.errors.len(), 2); // no cells, and the key dtt
//! assert!(errors.to_string().contains("model.toml:3:1: [run] has no key \"dtt\"; did you mean \"dt\"?"));
//! ```

pub(crate) mod cable_properties;
pub(crate) mod calls;
pub(crate) mod cell;
pub(crate) mod chosen;
pub(crate) mod chosen_cells;
pub(crate) mod configured;
pub(crate) mod connect;
pub(crate) mod connection_file;
pub(crate) mod connection_numbers;
pub(crate) mod couple;
pub(crate) mod decoder;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod function_tables;
pub(crate) mod globals;
pub(crate) mod groups;
pub(crate) mod include;
pub(crate) mod intervene;
pub(crate) mod landmark;
pub(crate) mod limits;
pub(crate) mod mechanism;
pub(crate) mod memory;
pub(crate) mod mod_files;
pub(crate) mod model;
pub(crate) mod observe;
pub(crate) mod oddities;
pub(crate) mod pairing;
pub(crate) mod parameter_file;
pub(crate) mod parameters;
pub(crate) mod place;
pub(crate) mod placement;
pub(crate) mod point_process;
pub(crate) mod positions;
pub(crate) mod pruning;
pub(crate) mod random_pairs;
pub(crate) mod reading;
pub(crate) mod region_places;
pub(crate) mod rehearsal;
pub(crate) mod run;
pub(crate) mod section;
mod shared_concentrations;
pub(crate) mod signal;
pub(crate) mod source_map;
pub(crate) mod spatial;
pub(crate) mod stand_ins;
pub(crate) mod stimulus;
pub(crate) mod syntax;
pub(crate) mod table;
pub(crate) mod table_places;
pub(crate) mod targets;
pub(crate) mod text;
pub(crate) mod unchecked;
pub(crate) mod vary;

pub use error::{IncludedFile, LoadError, ModelFileError, ModelFileErrors, Positions, Problem, included_at, position};
pub use model::{Examined, Model, ModelWarning, Output};
pub use reading::ModelFile;
pub use unchecked::UncheckedModel;
