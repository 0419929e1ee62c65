//! A section without membrane, or with a too small membrane capacitance, is an error before the run, in Rust as in a
//! model file. The error gives the place in the morphology's file and a remedy that works. Sections whose points are
//! all at one place run, with NEURON's bits.

use loligo::Numerics;
use loligo::prelude::*;
use loligo_format::ModelFile;

fn zoo(name: &str) -> String {
    format!("{}/../../morphologies/zoo/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The errors of a cell read from a file and changed.
fn errors(file: &str, change: impl Fn(&mut Section)) -> Vec<String> {
    let mut cell = Cell::from_morphology(file).expect("it can be read");
    cell.for_each_section(&Region::All, change);
    cell.paint(Region::All, Pas::default());
    let mut network = Network::new();
    network.add_cell(cell);
    let errors: Vec<String> = network.check().iter().map(ToString::to_string).collect();
    assert_eq!(Simulation::new(&network, &Options::default()).is_err(), !errors.is_empty());
    errors
}

/// The errors of a model file with such a cell.
fn errors_of_file(file: &str, keys: &str) -> String {
    let text = format!(
        "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nmorphology = \"{file}\"\n{keys}\n[[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n"
    );
    ModelFile::parse(&text, zoo("model.toml")).map_or_else(|errors| errors.to_string(), |_| "no errors".to_owned())
}

const BY_LAMBDA: Discretization = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };

#[test]
fn sections_without_diameter_are_named_with_their_lines() {
    let rules: [fn(&mut Section); 3] = [
        |_| (),
        |section| section.discretization = Discretization::Fixed(7),
        |section| section.discretization = BY_LAMBDA,
    ];
    let keys = ["", "nseg = 7", "d_lambda = 0.1"];
    for (file, place, remedy) in [
        (
            "dendrite_without_radius.swc",
            "section \"dend[1]\" (lines 4 to 6 of its file): 3-D points 0 to 2 have no diameter",
            "give diameters of at least 1e-6 um there (the sixth number of a line is the radius",
        ),
        (
            "soma_is_an_outline_without_radius.swc",
            "section \"soma[0]\" (lines 2 to 5 of its file): 3-D points 0 to 3 have no diameter",
            "put one point in their place, at its centre and with its radius",
        ),
    ] {
        for rule in rules {
            let found = errors(&zoo(file), rule);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(place) && found[0].contains(remedy), "{found:?}");
            assert!(!found[0].contains("nseg") && !found[0].contains("lambda"), "{found:?}");
        }
        for key in keys {
            let found = errors_of_file(file, key);
            assert!(found.contains(place) && found.contains(remedy), "{found}");
            assert!(
                found.starts_with(&format!("{}:5:14: ", zoo("model.toml"))) && found.lines().count() == 1,
                "{found}"
            );
        }
    }
}

#[test]
fn a_tip_without_diameter_is_no_error() {
    assert_eq!(errors(&zoo("tip_without_radius.swc"), |section| section.discretization = BY_LAMBDA), [""; 0]);
    assert_eq!(errors_of_file("tip_without_radius.swc", "nseg = 5"), "no errors");
}

#[test]
fn part_of_a_section_without_diameter() {
    let point = |x, diameter| Point3d { x, y: 0.0, z: 0.0, diameter };
    let points = vec![point(0.0, 1.0), point(10.0, 0.0), point(20.0, 0.0), point(30.0, 1.0)];
    let check = |rule| {
        let mut cell = Cell::new("c");
        cell.add_section(Section::points("dend", points.clone()).with_discretization(rule));
        let mut network = Network::new();
        network.add_cell(cell);
        network.check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(check(Discretization::Fixed(1)), [""; 0]);
    let error = "cell \"c\", section \"dend\": 3-D points 1 to 2 have no diameter, so there is no membrane; \
                 give diameters of at least 1e-6 um there";
    for rule in [Discretization::Fixed(3), BY_LAMBDA] {
        assert_eq!(check(rule), [error]);
    }
}

#[test]
fn membrane_that_cannot_be_charged() {
    for cm in [0.0, 1e-300, 1e-7] {
        let found = errors(&zoo("soma_only.swc"), |section| section.membrane_capacitance = cm);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("of its file): membrane capacitance cm = "), "{found:?}");
        assert!(found[0].ends_with("give a positive number of at least 1e-6 uF/cm2 (1 is usual)"), "{found:?}");
        let found = errors_of_file("soma_only.swc", &format!("cm = {cm:e}"));
        assert!(found.contains("\"cm\" = ") && found.contains("a capacitance of at least 1e-6 uF/cm2"), "{found}");
    }
    let smallest = errors(&zoo("soma_only.swc"), |section| section.membrane_capacitance = 1e-6);
    assert_eq!(smallest, [""; 0]);
}

/// The sections of the file with NEURON's default `pas`, from -60 mV, after 40 steps of 0.025 ms.
#[test]
fn points_at_one_place_run_as_in_neuron() {
    let neuron = [
        -62.034641648817434,
        -62.012728521301575,
        -61.982026029104304,
        -62.012992961721295,
        -62.04073701553447,
        -62.04073701553447,
    ];
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let mut cell = Cell::from_morphology(zoo("points_coincide.swc")).expect("it can be read");
        cell.paint(Region::All, Pas::default());
        assert_eq!(cell.section_info(2).expect("it is there").length, 1e-9); // um
        let mut network = Network::new();
        let sections = cell.all();
        let cell = network.add_cell(cell);
        let recorded: Vec<_> = sections.map(|s| network.record(VariableRef::voltage(cell, s, 0.5))).collect();
        let options = Options { numerics, v_init: -60.0, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).expect("NEURON runs it");
        simulation.run_until(1.0).expect("it stays finite");
        let found: Vec<f64> = recorded
            .iter()
            .map(|&v| *simulation.samples(v).expect("it is recorded").last().expect("40 steps"))
            .collect();
        assert_eq!(found, neuron, "{numerics:?}");
    }
}

#[test]
fn points_at_one_place_are_warned_of() {
    let text = "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\n[[cell.section]]\nname = \"a\"\npoints = [[1, 2, 3, 1], [1, 2, 3, 2]]\n";
    let model = ModelFile::parse(text, "model.toml").expect("NEURON takes it");
    let [warning] = &model.warnings[..] else { panic!("{:?}", model.warnings) };
    assert!(
        warning.text.contains("the points of section \"a\" are at one place: it is 1e-9 um long"),
        "{}",
        warning.text
    );
    assert!(text[warning.span.clone()].starts_with("[[cell.section]]"), "{:?}", warning.span);
}

#[test]
fn many_sections_without_diameter_are_told_in_a_few_lines() {
    let folder = std::env::temp_dir().join(format!("loligo-membrane-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let mut text = "1 1 0 0 0 5 -1\n".to_owned();
    for i in 0..500 {
        text += &format!("{} 3 {i} 9 0 0 1\n{} 3 {i} 19 0 0 {}\n", 2 * i + 2, 2 * i + 3, 2 * i + 2);
    }
    let file = folder.join("many.swc");
    std::fs::write(&file, text).expect("the temporary folder can be written");
    let found = errors_of_file(&file.display().to_string(), "d_lambda = 0.1");
    std::fs::remove_dir_all(&folder).expect("it can go");
    assert_eq!(found.lines().count(), 11, "{found}");
    assert!(found.contains("490 more sections of the morphology cannot be used"), "{found}");
}
