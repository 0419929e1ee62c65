//! Reads models and configurations from files.
//!
//! A [`ModelFile`] is a TOML file that describes cells, their connections, and a run; [`configuration`] describes runs
//! with neurodamus's options. Both give a [`Model`]: a network, the options of its simulation, and the output to write.
//!
//! ```
//! use loligo::Simulation;
//! use loligo_format::ModelFile;
//!
//! let text = r#"
//!     [run]
//!     tstop = 1.0 # ms
//!
//!     [[cell]]
//!     name = "squid"
//!     section = [{ name = "soma", L = 20.0, diam = 20.0 }] # um
//!     paint = [{ region = "all", mechanism = "pas", e = -70.0 }] # mV
//!
//!     [[record]]
//!     place = "squid.soma(0.5).v"
//! "#;
//! let model = ModelFile::parse(text, "model.toml")?;
//! let mut simulation = Simulation::new(&model.network, &model.options)?;
//! simulation.run_until(model.tstop)?;
//! assert!(simulation.samples(0)?.last().is_some_and(|&v| v < -68.0)); // mV
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod configuration;
pub mod model_file;

pub use model_file::{Model, ModelFile};
