//! The methods of `CellBuilder` do what neurodamus's `Cell.Builder` is meant to do: every section has its kind and is
//! in the cell, whichever method added it and wherever `create` is called; sections that form no tree are an error with
//! a reason. Also tests cells from files, and receptors and connections by neurodamus's names.

use loligo::morphology::MorphologyError;
use loligo::prelude::*;
use loligo::{BuildError, ModelError};

fn dendrite(name: &str) -> Section {
    Section::dendrite(name, 50.0, 1.0) // um, um
}

fn names(cell: &Cell, sections: &[usize]) -> Vec<String> {
    sections.iter().map(|&section| cell.sections[section].name.clone()).collect()
}

fn parent<'a>(cell: &'a Cell, section: &str) -> (&'a str, f64) {
    let section = cell.section(section).expect("it is there");
    let parent = cell.sections[section].parent.expect("it has a parent");
    (&cell.sections[parent.parent].name, parent.parent_x)
}

#[test]
fn add_stays_and_append_moves() {
    let cell = Cell::builder()
        .add_soma(20.0)
        .add(dendrite("a"))
        .append(dendrite("b"))
        .add(dendrite("c"))
        .append(dendrite("d"))
        .add(dendrite("e"))
        .create()
        .expect("it is a tree");
    let parents = ["a", "b", "c", "d", "e"].map(|name| parent(&cell, name));
    assert_eq!(parents, [("soma", 1.0), ("soma", 1.0), ("b", 1.0), ("b", 1.0), ("d", 1.0)]);
    assert_eq!(cell.all(), 0..6);
    assert_eq!(cell.sections[0], Section::cylinder("soma", 20.0, 20.0));
}

#[test]
fn kinds_are_those_of_the_verbs_and_else_of_the_parents() {
    let cell = Cell::builder()
        .add_soma(20.0)
        .append_axon(dendrite("hillock"))
        .append(dendrite("internode"))
        .add(Section::axon("terminal", 10.0, 0.5))
        .root()
        .append_apical(dendrite("trunk"))
        .append(dendrite("oblique"))
        .append_axon(dendrite("axon of a dendrite"))
        .root()
        .append_dendrite(Section::cylinder("axe", 10.0, 1.0))
        .add(dendrite("basal"))
        .add_apical(dendrite("odd"))
        .create()
        .expect("it is a tree");
    assert_eq!(cell.soma(), Some(0));
    assert_eq!(cell.sections_of(&SectionKind::Soma.into()), Some(vec![0]));
    assert_eq!(names(&cell, &cell.axons()), ["hillock", "internode", "terminal", "axon of a dendrite"]);
    assert_eq!(names(&cell, &cell.apical_dendrites()), ["trunk", "oblique", "odd"]);
    assert_eq!(names(&cell, &cell.dendrites()), ["axe", "basal"]);
}

#[test]
fn a_chain_is_part_of_the_cell() {
    let cell = Cell::builder()
        .add_soma(20.0)
        .append_axon(dendrite("ais"))
        .chain([dendrite("node0"), dendrite("node1"), dendrite("node2")])
        .add(dendrite("end"))
        .create()
        .expect("it is a tree");
    let parents = ["node0", "node1", "node2", "end"].map(|name| parent(&cell, name).0);
    assert_eq!(parents, ["ais", "node0", "node1", "node2"]);
    assert_eq!(cell.axons().len(), 5);
    assert!(cell.dendrites().is_empty());
}

#[test]
fn branches_are_attached_by_their_roots() {
    let branch = |name: &str| CellBuilder::branch(dendrite(name)).append(dendrite(&format!("{name}1")));
    let cell = Cell::builder()
        .add_soma(20.0)
        .at(0.5)
        .attach([branch("a"), branch("b")])
        .add(dendrite("c"))
        .create()
        .expect("it is a tree");
    let parents = ["a", "a1", "b", "b1", "c"].map(|name| parent(&cell, name));
    assert_eq!(parents, [("soma", 0.5), ("a", 1.0), ("soma", 0.5), ("b", 1.0), ("soma", 0.5)]);
    assert_eq!(names(&cell, &[0, 1, 2, 3, 4, 5]), ["soma", "a", "a1", "b", "b1", "c"]);
}

#[test]
fn parents_come_before_children() {
    let cell = Cell::builder()
        .add_soma(20.0)
        .free_branch(dendrite("leaf"))
        .free_branch(dendrite("stem"))
        .set_parent("leaf", "stem")
        .set_parent_at("stem", "soma", 0.0)
        .create()
        .expect("it is a tree");
    assert_eq!(names(&cell, &[0, 1, 2]), ["soma", "stem", "leaf"]);
    assert_eq!(parent(&cell, "stem"), ("soma", 0.0));
}

#[test]
fn what_is_no_tree_is_refused() {
    let soma = || Cell::builder().add_soma(20.0);
    let refused = |builder: CellBuilder| builder.create().expect_err("it is no tree");

    let error = refused(CellBuilder::branch(dendrite("a")).append(dendrite("b")));
    assert_eq!(error, BuildError::Disconnected { sections: vec!["a".into()] });
    assert_eq!(error.to_string(), "not connected to a soma: \"a\"; attach what is free to a section of the cell");
    let error = refused(soma().free_branch(dendrite("a")).free_branch(dendrite("b")));
    assert_eq!(error, BuildError::Disconnected { sections: vec!["a".into(), "b".into()] });

    let twice = soma().add(dendrite("a")).add(dendrite("b")).set_parent("b", "a");
    assert_eq!(refused(twice), BuildError::AlreadyAttached { section: "b".into(), parent: "soma".into() });

    let ring = soma().free_branch(dendrite("a")).append(dendrite("b")).set_parent("a", "b");
    assert_eq!(refused(ring), BuildError::Cycle { section: "a".into(), parent: "b".into() });
    let itself = soma().free_branch(dendrite("a")).set_parent("a", "a");
    assert_eq!(refused(itself), BuildError::Cycle { section: "a".into(), parent: "a".into() });

    assert_eq!(refused(Cell::builder()), BuildError::Empty);
    assert_eq!(refused(Cell::builder().add(dendrite("a"))), BuildError::NothingToGrowFrom { section: "a".into() });
    let second = BuildError::SecondSoma { first: "soma".into(), second: "soma".into() };
    assert_eq!(refused(soma().add_soma(10.0)), second);
    assert_eq!(refused(soma().attach([soma()])), second);
    assert_eq!(refused(soma().add(dendrite("a")).add(dendrite("a"))), BuildError::DuplicateName { name: "a".into() });
    let same = CellBuilder::branch(dendrite("a"));
    assert_eq!(refused(soma().attach([same.clone(), same])), BuildError::DuplicateName { name: "a".into() });
    assert_eq!(
        refused(soma().add(dendrite("dend")).select("dent")),
        BuildError::UnknownSection { name: "dent".into(), suggestion: Some("dend".into()) }
    );
    let outside = BuildError::Position { section: "soma".into(), x: 1.5 };
    assert_eq!(refused(soma().at(1.5).add(dendrite("a"))), outside);
    let error = refused(soma().add(Section::dendrite("thin", 10.0, 0.0)));
    assert_eq!(error.to_string(), "section \"thin\": segment 0: diameter = 0 um; give a positive diameter");
    assert!(refused(soma().add(dendrite("fine").with_segments(0))).to_string().starts_with("section \"fine\": "));
}

#[test]
fn a_branch_that_has_more_than_sections_is_refused() {
    let mut painted = Cell::new("branch");
    painted.add_section(dendrite("a"));
    let branch = |cell: &Cell| Cell::builder().add_soma(20.0).attach([cell.clone().into_builder()]).create();
    assert_eq!(branch(&painted).map(|cell| cell.sections.len()), Ok(2));
    painted.paint(Region::All, Pas::default());
    let error = branch(&painted).expect_err("what is painted would be lost");
    assert_eq!(error, BuildError::MoreThanSections { section: "a".into() });
}

#[test]
fn rules_for_segments_that_make_no_sense_are_refused() {
    for wrong in [f64::NAN, -1.0, 0.0] {
        for rule in [
            Discretization::MaximumLength(wrong),
            Discretization::DLambda { fraction: wrong, frequency: 100.0 },
            Discretization::DLambda { fraction: 0.1, frequency: wrong },
        ] {
            let error = Cell::builder().add_soma(20.0).add(dendrite("a").with_discretization(rule)).create();
            let error = error.expect_err("it is no rule").to_string();
            assert!(error.starts_with("section \"a\": nseg = 0; give"), "{rule:?}: {error}");
        }
    }
}

#[test]
fn what_is_no_cell_can_be_printed_and_asked() {
    let mut cell = Cell::new("cell");
    cell.add_section(dendrite("a").with_segments(usize::MAX));
    cell.add_section(dendrite("b").with_segments(0).attached_to(0, 0.5));
    let text = cell.topology().to_string();
    assert!(text.len() < 100_000 && text.contains("a(0-1)") && text.contains("b(0-1)"));
    let error = cell.segments().expect_err("it is no cell").to_string();
    assert!(error.contains("section \"a\""), "{error}");

    let mut ring = Cell::new("ring");
    ring.add_section(dendrite("a").attached_to(1, 1.0));
    ring.add_section(dendrite("b").attached_to(0, 1.0));
    let error = ring.segments().expect_err("it is no tree").to_string();
    assert_eq!(error, "cell \"ring\", section \"a\": is its own ancestor; disconnect the loop");
}

#[test]
fn long_chains_take_no_time() {
    let chain = Cell::builder().add_soma(20.0).chain((0..100_000).map(|k| dendrite(&k.to_string())));
    assert_eq!(chain.create().expect("it is a tree").dendrites().len(), 100_000);
    let mut builder = Cell::builder().add_soma(20.0);
    for k in 0..100_000 {
        builder = builder.free_branch(dendrite(&k.to_string()));
    }
    for k in 1..100_000 {
        builder = builder.set_parent(&k.to_string(), &(k - 1).to_string());
    }
    let cell = builder.set_parent("0", "soma").create().expect("it is a tree");
    assert_eq!(cell.dendrites().len(), 100_000);

    let mut builder = Cell::builder().add_soma(20.0);
    for k in 0..50_000 {
        builder = builder.append(dendrite(&k.to_string()));
    }
    let cell = builder.create().expect("it is a tree");
    assert_eq!(cell.dendrites().len(), 50_000);
    let cell = cell.into_builder().select("49999").add(dendrite("last")).create().expect("it is a tree");
    assert_eq!(parent(&cell, "last").0, "49999");
}

#[test]
fn an_empty_branch_is_refused() {
    let parent = |name: &str| BuildError::EmptyBranch { parent: Some(name.to_owned()) };
    let cell = || Cell::builder().add_soma(20.0).append(dendrite("dend"));
    assert_eq!(cell().attach([CellBuilder::new()]).create(), Err(parent("dend")));
    assert_eq!(cell().root().chain([CellBuilder::new()]).create(), Err(parent("soma")));
    assert_eq!(cell().attach([Cell::new("void").into_builder()]).create(), Err(parent("dend")));
    let error = Cell::builder().attach([CellBuilder::new()]).create().expect_err("there is nothing");
    assert_eq!(
        error.to_string(),
        "a branch without sections was attached; begin it with branch(section), or take it out"
    );
    // An empty list of branches adds nothing.
    assert!(cell().attach(Vec::<CellBuilder>::new()).create().is_ok());
}

#[test]
fn kinds_have_the_numbers_of_neurodamus_builder() {
    use SectionKind::{Apical, Axon, Custom, Dendrite, Soma};
    for (number, kind) in [(0, Soma), (1, Dendrite), (2, Apical), (3, Axon)] {
        assert_eq!(SectionKind::from_builder_number(number), Some(kind));
        assert_eq!(kind.builder_number(), Some(number));
    }
    assert_eq!((SectionKind::from_builder_number(4), Custom(5).builder_number()), (None, None));
}

#[test]
fn section_info_has_one_line_or_four() {
    let cell = Cell::builder().add_soma(20.0).create().expect("a tree");
    let info = cell.section_info(0).expect("it is there");
    assert_eq!(info.to_string(), "soma: L 20 um, diam 20 um, nseg 1, Ra 35.4 ohm cm");
    assert_eq!(
        format!("{info:#}").lines().collect::<Vec<_>>(),
        ["|length: 20.0 um", "|diameter: 20.0 um", "|N_segments: 1", "|axial resistance: 35.4 ohm.cm"]
    );
}

#[test]
fn a_cell_can_be_continued() {
    let mut cell = Cell::new("void");
    assert_eq!((cell.soma(), cell.axons(), cell.section_info(0)), (None, vec![], None));
    cell = cell.into_builder().add_soma(20.0).add(dendrite("a")).add(dendrite("b")).create().expect("it is a tree");
    cell.paint(SectionKind::Dendrite, Pas::default());
    cell.place("synapse", 2, 0.5, ExpSyn::default());
    let cell = cell.into_builder().select("a").add(dendrite("a1")).create().expect("it is a tree");
    assert_eq!(cell.name, "void");
    assert_eq!(names(&cell, &[0, 1, 2, 3]), ["soma", "a", "b", "a1"]);
    assert_eq!((cell.painted.len(), cell.points[0].section), (1, 2));

    // Sections keep their indices, whatever their order in the tree, because point processes and profiles refer to
    // them.
    let mut cell = Cell::new("backwards");
    let leaf = cell.add_section(dendrite("leaf").attached_to(1, 1.0));
    cell.add_section(Section::soma(20.0));
    cell.place("synapse", leaf, 0.5, ExpSyn::default());
    let cell = cell.into_builder().append(dendrite("more")).add(dendrite("most")).create().expect("it is a tree");
    assert_eq!(names(&cell, &[0, 1, 2, 3]), ["leaf", "soma", "more", "most"]);
    assert_eq!((parent(&cell, "leaf"), parent(&cell, "more")), (("soma", 1.0), ("leaf", 1.0)));
    assert_eq!(cell.points[0].section, leaf);
    assert!(cell.cable().is_ok());

    // A cell whose sections form a cycle is an error, not an endless loop.
    let mut ring = Cell::new("ring");
    ring.add_section(dendrite("a").attached_to(1, 1.0));
    ring.add_section(dendrite("b").attached_to(0, 1.0));
    let error = ring.clone().into_builder().root().create().expect_err("it is no tree");
    assert!(matches!(error, BuildError::Disconnected { .. }), "{error}");
    assert_eq!(ring.topology().to_string(), "\n\n");
}

#[test]
fn morphologies_come_from_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies");
    let cell = Cell::from_morphology(format!("{folder}/interneuron.asc")).expect("it is there");
    assert_eq!(cell.name, "interneuron");
    let soma = cell.soma().expect("it has one");
    assert!(cell.sections[soma].segments() == 1 && cell.sections[soma].axial_resistance == 35.4);
    assert!(!cell.axons().is_empty() && !cell.dendrites().is_empty());
    let error = Cell::from_morphology(format!("{folder}/README.md")).expect_err("it is a text");
    assert!(matches!(error, MorphologyError::InFile { .. }), "{error}");
}

#[test]
fn receptors_and_connections_by_neurodamus_names() {
    let mut network = Network::new();
    for name in ["pre", "post"] {
        network.add_cell(Cell::builder().named(name).add_soma(20.0).add(dendrite("dend")).create().expect("a tree"));
    }
    let excitation = CellSynapse::new(ExpSyn { tau: 2.0, e: 0.0 }, NetCon::new(0.01).with_delay(2.0));
    for (number, section) in [(0, 0), (1, 1)] {
        let (receptor, connection) = network
            .add_synapse(SourceRef::voltage(0, 0, 0.5), Location::new(1, section, 0.5), excitation.clone())
            .expect("the cell is there");
        assert_eq!(receptor, TargetRef::Point { cell: 1, point: number });
        assert_eq!(network.cells[1].points[number].name, format!("ExpSyn[{number}]"));
        assert_eq!(network.connections.get(connection).map(|made| made.delay), Some(2.0));
    }
    let receptor = network.add_synaptic_receptor(Location::new(1, 0, 0.5), Exp2Syn::default()).expect("it is there");
    let connection = network.connect_cell(0, receptor, NetCon::new(0.5).with_weights([0.01])).expect("a soma");
    let made = network.connections.get(connection).expect("it is there");
    assert_eq!(made.source, Some(&SourceRef::voltage(0, 0, 1.0)));
    assert_eq!((made.weight, made.delay, made.threshold), (&[0.01][..], 1.0, None));
    let source = network.add_artificial_cell("source", VirtualSpikeSource { number: 1.0, ..Default::default() });
    let connection = network.connect_spike_source(source, receptor, NetCon::new(0.01));
    assert_eq!(network.connections.get(connection).and_then(|made| made.target), Some(receptor));
    assert_eq!(network.check(), []);

    let nowhere = network.connect_cell(7, receptor, NetCon::new(0.01)).expect_err("there is no such cell");
    assert!(matches!(nowhere, ModelError::Missing { index: 7, .. }));
    network.cells[0].sections[0].kind = SectionKind::Dendrite;
    let none = network.connect_cell(0, receptor, NetCon::new(0.01)).expect_err("there is no soma");
    assert_eq!(none, ModelError::NoSoma { cell: "pre".into() });
    assert!(network.add_synaptic_receptor(Location::new(9, 0, 0.5), ExpSyn::default()).is_err());
}

#[test]
fn a_name_that_is_taken_is_passed_over() {
    let mut cell = Cell::builder().add_soma(20.0).create().expect("a tree");
    cell.place("ExpSyn[0]", 0, 0.5, IClamp::default());
    let receptor = cell.add_synaptic_receptor(0, 0.5, ExpSyn::default());
    assert_eq!(cell.points[receptor].name, "ExpSyn[1]");
}

#[test]
fn what_cannot_be_painted_by_a_function_is_refused() {
    let mut cell = Cell::builder().add_soma(20.0).add(dendrite("dend").with_segments(3)).create().expect("a tree");
    let error =
        cell.paint_with(Region::section_named("dent"), |_| Pas::default()).expect_err("there is no such section");
    assert!(error.to_string().contains("did you mean \"dend\"?"), "{error}");
    let either = |x: f64| Mechanism::new(if x < 0.5 { "pas" } else { "hh" });
    let error = cell.paint_with(Region::section_named("dend"), |at| either(at.x)).expect_err("two mechanisms");
    assert!(matches!(error, ModelError::DifferentMechanisms { .. }), "{error}");
    assert!(cell.painted.is_empty());

    let check = |cell: &Cell| {
        let mut network = Network::new();
        network.add_cell(cell.clone());
        network.check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    cell.paint_with(Region::All, |at| Pas { g: at.x, e: -65.0 }).expect("it can be painted");
    assert_eq!(check(&cell), Vec::<String>::new());
    let mut finer = cell.clone();
    finer.sections[1].discretization = Discretization::Fixed(5);
    let expected = "cell \"cell\", section \"dend\": g was given for 3 segments, and there are 5; \
                    paint when the number of segments is final";
    assert_eq!(check(&finer), [expected]);
    let falling = || SpatialProfile::of_distance(Curve::Linear { at_zero: 0.001, slope: -1e-5 });
    let mut wrong = Cell { painted: Vec::new().into(), ..cell };
    wrong.paint_varying(
        Region::section_named("dend"),
        Pas::default(),
        [("g", SpatialProfile::of_x(rising_beyond_numbers()))],
    );
    wrong.paint_varying(Region::All, Pas::default(), [("gee", falling())]);
    let found = check(&wrong);
    assert!(found[0].starts_with("cell \"cell\" at dend(0.5): pas's g = inf S/cm2"), "{found:?}");
    assert!(found[1].contains("\"pas\" has no parameter \"gee\"") && found.len() == 2, "{found:?}");
}

/// Finite at x = 1/6, infinite from the middle on.
fn rising_beyond_numbers() -> Curve {
    Curve::Exponential { offset: 0.0, scale: 1e-4, rate: 2000.0 }
}

#[test]
fn a_later_painting_counts() {
    let mut cell = Cell::builder().add_soma(20.0).add(dendrite("dend").with_segments(3)).create().expect("a tree");
    let rising = SpatialProfile::of_distance(Curve::Linear { at_zero: 0.0, slope: 1e-5 });
    cell.paint_varying(Region::All, Pas::default(), [("g", rising.clone())]);
    cell.paint(Region::section_named("dend"), Pas { g: 0.002, e: -65.0 });
    let g = |cell: &Cell, section: usize, x: f64| {
        let mut network = Network::new();
        network.add_cell(cell.clone());
        let g = network.record(VariableRef::section(0, section, x, "g_pas"));
        Simulation::new(&network, &Options::default()).expect("it is sound").samples(g).unwrap()[0]
    };
    assert_eq!(g(&cell, 1, 0.9), 0.002);
    cell.paint_varying(Region::section_named("dend"), Mechanism::new("pas"), [("g", rising)]);
    assert_eq!(g(&cell, 1, 0.5), 1e-5 * (10.0 + 25.0));
    cell.set("dend.pas.g", 0.003);
    assert_eq!(g(&cell, 1, 0.5), 0.003);
}
