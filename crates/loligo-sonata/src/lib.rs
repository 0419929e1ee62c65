//! Traces and spikes in SONATA's layout: HDF5 files for `libsonata`, `h5py` and tools based on them.
//!
//! The whole crate is behind the feature `hdf5`, which needs the HDF5 library; `hdf5-static` builds it from source,
//! which needs cmake and a C compiler.
#![cfg_attr(
    feature = "hdf5",
    doc = r#"
[`SonataFiles`] is a [`Sink`](loligo::Sink): it writes while a simulation runs.

```
use std::ops::ControlFlow;

use loligo::prelude::*;
use loligo_sonata::{Populations, SonataFiles};

let mut cell = Cell::new("squid");
let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
cell.paint(Region::All, Hh::default());
cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 10.0, amp: 0.3 }); // ms, ms, nA
let mut network = Network::new();
let cell = network.add_cell(cell);
network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0); // mV
network.record(VariableRef::voltage(cell, soma, 0.5));

let mut simulation = Simulation::new(&network, &Options::default())?;
let directory = std::env::temp_dir().join("loligo_sonata_doc");
std::fs::create_dir_all(&directory)?;
let mut files = SonataFiles::create(&directory, &network, &simulation, 0..1, &Populations::default())?;
simulation.run_into(&mut files, 20.0, |_| ControlFlow::Continue(()))?; // ms
drop(files);

let report = hdf5::File::open(directory.join("report_v.h5"))?;
let v = report.dataset("report/All/data")?.read_2d::<f32>()?; // mV
assert_eq!((v.dim(), v[(0, 0)]), ((800, 1), -65.0));
let spikes = hdf5::File::open(directory.join("spikes.h5"))?;
assert_eq!(spikes.dataset("spikes/All/node_ids")?.read_raw::<u64>()?, [0]);
# std::fs::remove_dir_all(&directory)?;
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]

#[cfg(feature = "hdf5")]
mod columns;
#[cfg(feature = "hdf5")]
mod error;
#[cfg(feature = "hdf5")]
mod files;
#[cfg(feature = "hdf5")]
mod layout;
#[cfg(feature = "hdf5")]
mod populations;
#[cfg(feature = "hdf5")]
mod report;
#[cfg(feature = "hdf5")]
mod spikes;

#[cfg(feature = "hdf5")]
pub use error::SonataError;
#[cfg(feature = "hdf5")]
pub use files::SonataFiles;
#[cfg(feature = "hdf5")]
pub use populations::Populations;
