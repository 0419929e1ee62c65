//! The contract: SONATA's files have the recorded data of a simulation value by value, with the types, shapes and
//! attributes that readers expect; at every moment of a run the files are consistent.
#![cfg(feature = "hdf5")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use hdf5::types::{FloatSize, IntSize, TypeDescriptor, VarLenUnicode};
use hdf5::{Dataset, File};
use loligo::prelude::*;
use loligo::{Attachment, GapSide, Recorded, Sink, SinkError};
use loligo_sonata::{Populations, SonataError, SonataFiles};

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path); // it may not be there
    fs::create_dir_all(&path).expect("the target directory can be written");
    path
}

/// Two cells of a dendrite, an apical dendrite and a soma, in this order, joined by a gap junction; the first is driven
/// by a NetStim and drives the second.
fn network() -> Network {
    let mut network = Network::new();
    for name in ["one", "two"] {
        let mut cell = Cell::new(name);
        let soma = Section::cylinder("soma", 20.0, 20.0); // um
        let mut dendrite = Section::cylinder("dend", 100.0, 1.0);
        let mut apical = Section::cylinder("apic", 100.0, 1.0);
        (dendrite.kind, apical.kind) = (SectionKind::Dendrite, SectionKind::Apical);
        dendrite.discretization = Discretization::Fixed(3);
        let soma = cell.add_section(soma);
        for mut section in [dendrite, apical] {
            section.parent = Some(Attachment { parent: soma, parent_x: 1.0, child_end: End::Zero });
            cell.add_section(section);
        }
        cell.sections[soma].kind = SectionKind::Soma;
        cell.paint(Region::All, Hh::default());
        cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, ..ExpSyn::default() }); // ms
        network.add_cell(cell);
    }
    network.gap_junction(Location::new(0, 1, 1.0), Location::new(1, 2, 0.5), 1e-4); // uS
    let stimulus = network.add_artificial_cell("stimulus", NetStim { start: 1.0, interval: 5.0, ..NetStim::default() });
    for (source, cell) in [(SourceRef::Artificial(stimulus), 0), (SourceRef::voltage(0, 0, 0.5), 1)] {
        network.connect(Connection {
            source: Some(source),
            target: Some(TargetRef::Point { cell, point: 0 }),
            weight: vec![0.05], // uS
            delay: 1.0,         // ms
            threshold: None,
            events: Vec::new(),
        });
    }
    network.watch(SourceRef::voltage(1, 0, 0.5), 0.0); // mV
    network
}

fn options() -> Options {
    // Few samples at a time, so that a run is handed over in many batches.
    Options { recording_room: 64, ..Options::default() }
}

fn on(_: loligo::Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn create(directory: &Path, network: &Network, simulation: &Simulation) -> SonataFiles {
    let recordings = 0..network.recordings.len();
    SonataFiles::create(directory, network, simulation, recordings, &Populations::default()).expect("it can be written")
}

fn open(directory: &Path, name: &str) -> File {
    File::open(directory.join(name)).expect("the file opens")
}

fn values<T: hdf5::H5Type>(file: &File, name: &str) -> Vec<T> {
    file.dataset(name).and_then(|dataset| dataset.read_raw()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn units(dataset: &Dataset) -> String {
    dataset.attr("units").and_then(|units| units.read_scalar::<VarLenUnicode>()).expect("it has units").to_string()
}

/// Rows of a report.
fn rows(file: &File, population: &str) -> Vec<Vec<f32>> {
    let data = file.dataset(&format!("report/{population}/data")).expect("it has data");
    assert_eq!(
        data.dtype().expect("a type").to_descriptor().expect("a known type"),
        TypeDescriptor::Float(FloatSize::U4)
    );
    let data = data.read_2d::<f32>().expect("it has two dimensions");
    data.rows().into_iter().map(|row| row.to_vec()).collect()
}

#[test]
fn a_report_has_nodes_elements_and_times() {
    let directory = directory("report");
    let mut network = network();
    // Unsorted.
    network.record(VariableRef::voltage(1, 2, 0.5));
    network.record(VariableRef::voltage(0, 1, 5.0 / 6.0));
    network.record(VariableRef::voltage(0, 1, 1.0 / 6.0));
    network.record(VariableRef::voltage(1, 0, 0.5));
    network.record(VariableRef::voltage(0, 0, 0.5));
    let mut simulation = Simulation::new(&network, &options()).expect("it is right");
    let mut files = create(&directory, &network, &simulation);
    simulation.run_into(&mut files, 10.0, on).expect("it runs");
    assert_eq!(files.file_of_recording(3), Some("report_v.h5"));
    assert_eq!(files.file_of_recording(5), None);
    drop(files);

    let file = open(&directory, "report_v.h5");
    let mapping = "report/All/mapping";
    let type_of = |name: &str| {
        let dataset = file.dataset(&format!("{mapping}/{name}")).expect("it is there");
        dataset.dtype().expect("a type").to_descriptor().expect("a known type")
    };
    assert_eq!(type_of("node_ids"), TypeDescriptor::Unsigned(IntSize::U8));
    assert_eq!(type_of("index_pointers"), TypeDescriptor::Unsigned(IntSize::U8));
    assert_eq!(type_of("element_ids"), TypeDescriptor::Unsigned(IntSize::U4));
    assert_eq!(type_of("element_pos"), TypeDescriptor::Float(FloatSize::U4));
    assert_eq!(type_of("time"), TypeDescriptor::Float(FloatSize::U8));
    assert_eq!(values::<u64>(&file, "report/All/mapping/node_ids"), [0, 1]);
    assert_eq!(values::<u64>(&file, "report/All/mapping/index_pointers"), [0, 3, 5]);
    assert_eq!(values::<u32>(&file, "report/All/mapping/element_ids"), [0, 1, 1, 0, 2]);
    assert_eq!(values::<f32>(&file, "report/All/mapping/element_pos"), [0.5, 1.0 / 6.0, 5.0 / 6.0, 0.5, 0.5]);
    assert_eq!(values::<f64>(&file, "report/All/mapping/time"), [0.0, 10.0, 0.025]);
    assert_eq!(units(&file.dataset("report/All/mapping/time").expect("it is there")), "ms");
    assert_eq!(units(&file.dataset("report/All/data").expect("it is there")), "mV");
    let sorted = file.dataset("report/All/mapping/node_ids").and_then(|ids| ids.attr("sorted")).expect("it is there");
    assert_eq!(sorted.read_scalar::<u8>().expect("a number"), 1);

    // The same in memory, without the sample at 10 ms.
    let mut again = Simulation::new(&network, &options()).expect("it is right");
    again.run_until(10.0).expect("it runs");
    let expected: Vec<Vec<f32>> =
        (0..400).map(|row| [4, 2, 1, 3, 0].map(|k| again.samples(k).unwrap()[row] as f32).to_vec()).collect();
    assert_eq!(rows(&file, "All"), expected);
}

#[test]
fn spikes_of_cells_and_of_artificial_cells() {
    let directory = directory("spikes");
    let network = network();
    let mut simulation = Simulation::new(&network, &options()).expect("it is right");
    let mut files = create(&directory, &network, &simulation);
    simulation.run_into(&mut files, 60.0, on).expect("it runs");
    drop(files);
    let mut again = Simulation::new(&network, &options()).expect("it is right");
    again.run_until(60.0).expect("it runs");

    let file = open(&directory, "spikes.h5");
    assert_eq!(
        file.group("spikes").and_then(|group| group.member_names()).expect("it is there"),
        ["All", "Artificial"]
    );
    for (name, is_artificial) in [("All", false), ("Artificial", true)] {
        let expected: Vec<(f64, u64)> = again
            .spikes()
            .iter()
            .filter_map(|spike| match &again.sources()[spike.source] {
                SourceRef::Artificial(cell) => is_artificial.then_some((spike.t, *cell as u64)),
                SourceRef::Point { cell, .. } => (!is_artificial).then_some((spike.t, *cell as u64)),
                SourceRef::Variable(variable) => {
                    (!is_artificial).then(|| (spike.t, network.cell_of(variable).expect("a cell") as u64))
                }
            })
            .collect();
        assert!(expected.len() > 3, "{name}");
        let times = values::<f64>(&file, &format!("spikes/{name}/timestamps"));
        let nodes = values::<u64>(&file, &format!("spikes/{name}/node_ids"));
        assert_eq!(times.into_iter().zip(nodes).collect::<Vec<_>>(), expected, "{name}");
        assert_eq!(units(&file.dataset(&format!("spikes/{name}/timestamps")).expect("it is there")), "ms");
        let sorting =
            file.group(&format!("spikes/{name}")).and_then(|group| group.attr("sorting")).expect("it is there");
        let TypeDescriptor::Enum(orders) = sorting.dtype().expect("a type").to_descriptor().expect("a known type")
        else {
            panic!("sorting is no enumeration");
        };
        let orders: Vec<(&str, u64)> = orders.members.iter().map(|order| (&*order.name, order.value)).collect();
        assert_eq!(orders, [("none", 0), ("by_id", 1), ("by_time", 2)]);
    }
}

#[test]
fn a_variable_and_interval_a_file() {
    let directory = directory("variables");
    let mut network = network();
    network.record(VariableRef::voltage(0, 0, 0.5));
    network.record_as("slow", VariableRef::voltage(1, 0, 0.5), 8);
    network.record(VariableRef::section(0, 0, 0.5, "m_hh"));
    network.record(VariableRef::point(1, 0, "i"));
    network.record(VariableRef::gap_junction(0, GapSide::B, "i"));
    network.record(VariableRef::section(0, 0, 0.5, "ina"));
    let simulation = Simulation::new(&network, &options()).expect("it is right");
    let files = create(&directory, &network, &simulation);
    let names = ["report_v", "report_v_every_8", "report_m_hh", "report_point_i", "report_gap_i", "report_ina"];
    for (recording, name) in names.into_iter().enumerate() {
        assert_eq!(files.file_of_recording(recording), Some(&*format!("{name}.h5")));
        let file = open(&directory, &format!("{name}.h5"));
        let data = file.dataset("report/All/data").expect("it is there");
        assert_eq!(units(&data), simulation.recording_unit(recording).unwrap());
        assert_eq!(data.shape(), [0, 1]);
    }
    // The gap junction's side B is on cell 1.
    let gap = open(&directory, "report_gap_i.h5");
    assert_eq!(values::<u64>(&gap, "report/All/mapping/node_ids"), [1]);
}

/// Passes everything on, and checks the file after every batch.
struct Inspected<'a> {
    files: SonataFiles,
    path: PathBuf,
    times: &'a mut Vec<[f64; 3]>,
}

impl Sink for Inspected<'_> {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        self.files.take(recorded)?;
        self.files.finish()?;
        let file = File::open(&self.path).expect("it opens while it is written");
        let time = values::<f64>(&file, "report/All/mapping/time");
        let shape = file.dataset("report/All/data").expect("it is there").shape();
        let [start, stop, interval] = time[..] else { panic!("{time:?}") };
        assert_eq!(((stop - start) / interval - 1e-6).ceil() as usize, shape[0], "{time:?}");
        self.times.push([start, stop, interval]);
        Ok(())
    }
}

#[test]
fn times_and_rows_agree_all_along() {
    for (every, tstop, rows) in
        [(1, 10.0, 400), (7, 10.0, 58), (16, 10.0, 25), (400, 10.0, 1), (400, 10.025, 2), (3, 0.0, 0)]
    {
        let directory = directory(&format!("times_{every}_{tstop}"));
        let mut network = network();
        network.record_as("v", VariableRef::voltage(0, 0, 0.5), every);
        let mut simulation = Simulation::new(&network, &options()).expect("it is right");
        let files = create(&directory, &network, &simulation);
        let mut times = Vec::new();
        let mut sink = Inspected { files, path: directory.join("report_v.h5"), times: &mut times };
        simulation.run_into(&mut sink, tstop, on).expect("it runs");
        drop(sink);
        let [start, stop, interval] = *times.last().expect("it was handed over");
        assert_eq!((start, interval), (0.0, 0.025 * every as f64));
        assert!((stop - tstop).abs() < 1e-9, "{stop}, not {tstop}");
        let file = open(&directory, "report_v.h5");
        assert_eq!(file.dataset("report/All/data").expect("it is there").shape(), [rows, 1]);
    }
}

#[test]
fn a_run_that_goes_on_fills_the_same_files() {
    let directory = directory("continued");
    let mut network = network();
    network.record_as("v", VariableRef::voltage(0, 0, 0.5), 3);
    let mut simulation = Simulation::new(&network, &options()).expect("it is right");
    let mut files = create(&directory, &network, &simulation);
    for tstop in [3.0, 3.1, 10.0] {
        simulation.run_into(&mut files, tstop, on).expect("it runs");
    }
    drop(files);
    let mut again = Simulation::new(&network, &options()).expect("it is right");
    again.run_until(10.0).expect("it runs");
    let expected: Vec<Vec<f32>> = again.samples(0).unwrap().iter().map(|&v| vec![v as f32]).collect();
    assert_eq!(rows(&open(&directory, "report_v.h5"), "All"), expected);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let directory = directory("refused");
    let mut network = network();
    network.record(VariableRef::voltage(0, 0, 0.5));
    let simulation = Simulation::new(&network, &options()).expect("it is right");
    let refused = |recordings, cells: &str, artificial: &str| {
        let populations = Populations { cells: cells.to_owned(), artificial_cells: artificial.to_owned() };
        SonataFiles::create(&directory, &network, &simulation, recordings, &populations).expect_err("it makes no sense")
    };
    for name in ["", ".", "a/b", "a\0"] {
        assert_eq!(refused(0..1, name, "b"), SonataError::PopulationName { name: name.to_owned() });
    }
    assert_eq!(refused(0..1, "a", "a"), SonataError::SamePopulation { name: "a".to_owned() });
    assert_eq!(refused(0..2, "a", "b"), SonataError::OtherNetwork { recording: 1 });
    let nowhere = directory.join("nowhere");
    let error =
        SonataFiles::create(&nowhere, &network, &simulation, 0..1, &Populations::default()).expect_err("no directory");
    assert!(matches!(&error, SonataError::Unwritable { path, .. } if path.starts_with(&nowhere)), "{error}");
}
