//! Pictures of a run.
//!
//! [`plot_directory`] reads the output directory of a run and writes into it:
//!
//! | file | from | shows |
//! |---|---|---|
//! | `traces.svg` | `traces.csv`, `traces_every_K.csv` | recordings over time, in panels by unit |
//! | `raster.svg` | `spikes.csv`, `sources.csv` | spikes by gid, rows of silent cells included, and the rate of each population |
//! | `shape.svg` | `cells.json` | the cells, coloured by kind of section |
//! | `shape_v_max.svg` | `cells.json` | the cells, coloured by the highest potential, if known |
//! | `index.html` | `summary.json` and all of these | one page that needs nothing else |
//!
//! A population has one colour in all pictures. Missing data are omitted, and so is the last line of a table if writing
//! it was interrupted. Times are in ms, potentials in mV, lengths in um throughout. The pictures adapt to light and
//! dark colour schemes and need no fonts of their own.
//!
//! ```
//! let dir = tempfile::tempdir()?;
//! std::fs::write(dir.path().join("traces.csv"), "t,cell.soma(0.5).v\n0,-65\n0.025,-64.9\n")?;
//! let files = loligo_plot::plot_directory(dir.path())?;
//! assert!(files[0].ends_with("traces.svg"));
//! assert!(files[1].ends_with("index.html"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cells;
mod csv_lines;
mod decimate;
mod directory;
mod draw;
mod error;
mod json;
mod layout;
mod legend;
mod page;
mod palette;
mod raster;
mod shape;
mod sources;
mod summary;
mod table;
mod traces;

pub use cells::{CellShape, SectionShape, ShapeKind};
pub use csv_lines::is_cut_off;
pub use decimate::decimate;
pub use directory::{Pictures, PlotNote, draw_directory, picture_kind, plot_directory};
pub use error::PlotError;
pub use legend::{Legend, population_name};
pub use page::{Figure, page};
pub use raster::raster_picture;
pub use shape::{shape_picture, v_max_picture};
pub use sources::Source;
pub use summary::{PopulationFacts, RecordingFacts, Summary};
pub use table::{SpikeTable, TraceTable};
pub use traces::{Trace, curves_picture, signal_picture, traces_picture};
