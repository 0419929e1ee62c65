//! Sections removed, shortened and scaled after a cell was made.

use loligo::prelude::*;
use loligo::{PruneError, Shape};

/// A soma of 20 um with a dendrite of 100 um that branches at its end, and another at its middle.
fn cell() -> Cell {
    let mut cell = Cell::new("c");
    let soma = cell.add_section(Section::soma(20.0));
    let trunk = cell.add_section(Section::dendrite("trunk", 100.0, 2.0).attached_to(soma, 1.0));
    cell.add_section(Section::dendrite("left", 50.0, 1.0).attached_to(trunk, 1.0));
    cell.add_section(Section::dendrite("right", 50.0, 1.0).attached_to(trunk, 1.0));
    cell.add_section(Section::dendrite("middle", 50.0, 1.0).attached_to(trunk, 0.5));
    cell
}

fn names(cell: &Cell) -> Vec<&str> {
    cell.sections.iter().map(|section| section.name.as_str()).collect()
}

#[test]
fn a_removed_section_takes_its_children_along() {
    let mut cell = cell();
    cell.define_list("tuft", ["left", "right"]);
    cell.paint(Region::sections_named(["left", "middle"]), Pas::default());
    let synapse = cell.place("s", 4, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    assert_eq!(cell.remove_sections(Region::section_named("left")), Ok(1));
    assert_eq!(names(&cell), ["soma", "trunk", "right", "middle"]);
    assert_eq!(cell.section_lists["tuft"], ["right"]);
    assert_eq!(cell.painted[0].region, Region::section_named("middle"));
    assert_eq!(cell.points[synapse].section, 3);
    let occupied = PruneError::Occupied { point: "s".into(), section: "middle".into() };
    assert_eq!(cell.remove_sections(Region::section_named("trunk")), Err(occupied));
    assert_eq!(cell.remove_sections(Region::All), Err(PruneError::NothingRemains));
    assert!(matches!(cell.remove_sections(Region::section_named("left")), Err(PruneError::Model(_))));
    assert_eq!(names(&cell).len(), 4);
}

#[test]
fn sections_beyond_a_distance_are_removed_and_shortened() {
    let mut cell = cell();
    assert_eq!(cell.cut_beyond(90.0), Ok(2)); // um: left and right begin at 110
    assert_eq!(names(&cell), ["soma", "trunk", "middle"]);
    let lengths: Vec<f64> = cell.sections.iter().map(|section| section.info().length).collect();
    assert_eq!(lengths, [20.0, 80.0, 30.0]); // um
    // The branch stays 50 um from the start of the trunk.
    assert_eq!(cell.sections[2].parent.expect("it is attached").parent_x, 50.0 / 80.0);
    assert_eq!(cell.cut_beyond(5.0), Ok(2));
    assert_eq!(cell.sections[0].info().length, 20.0); // the soma stays whole
    assert!(matches!(cell.cut_beyond(f64::NAN), Err(PruneError::NotPositive { .. })));
}

#[test]
fn a_removal_that_fails_changes_nothing() {
    let mut cell = cell();
    cell.place("s", 2, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    let before = cell.clone();
    // The trunk would be shortened, and "left", which has the synapse, removed.
    assert!(matches!(cell.cut_beyond(90.0), Err(PruneError::Occupied { .. })));
    assert_eq!(cell, before);
    let mut hanging = Cell::new("hanging");
    let axon = hanging.add_section(Section::axon("axon", 100.0, 1.0));
    hanging.add_section(Section::soma(20.0).attached_to(axon, 1.0));
    hanging.add_section(Section::dendrite("free", 100.0, 1.0));
    let before = hanging.clone();
    assert_eq!(hanging.replace_axon(&[(30.0, 1.0)]), Err(PruneError::NoSoma));
    assert_eq!(hanging, before);
}

#[test]
fn points_are_cut_between_two_of_them() {
    let point = |y: f32, diameter: f32| Point3d { x: 0.0, y, z: 0.0, diameter };
    let mut cell = Cell::new("c");
    let soma = cell.add_section(Section::soma(20.0));
    let points = vec![point(0.0, 4.0), point(50.0, 2.0), point(100.0, 1.0)];
    cell.add_section(Section::points("dend", points).attached_to(soma, 1.0));
    assert_eq!(cell.cut_beyond(85.0), Ok(0));
    let Shape::Points(points) = &cell.sections[1].shape else { panic!("it has points") };
    assert_eq!(*points, [point(0.0, 4.0), point(50.0, 2.0), point(75.0, 1.5)]);
}

#[test]
fn an_axon_needs_a_soma_and_positive_lengths() {
    let mut cell = cell();
    assert!(matches!(cell.replace_axon(&[(30.0, 0.0)]), Err(PruneError::NotPositive { .. })));
    assert_eq!(cell.replace_axon(&[(30.0, 1.0)]), Ok(vec![5]));
    assert_eq!(cell.replace_axon(&[]), Ok(vec![]));
    assert_eq!(names(&cell).len(), 5);
    let mut fibre = Cell::new("fibre");
    fibre.add_section(Section::axon("axon", 100.0, 1.0));
    assert_eq!(fibre.replace_axon(&[(30.0, 1.0)]), Err(PruneError::NoSoma));
}

#[test]
fn a_painting_by_name_loses_a_removed_section_and_keeps_a_kind() {
    let mut cell = cell();
    cell.define_list("tuft", ["left", "right"]);
    for name in ["left", "dendrite", "tuft", "all"] {
        cell.paint(name, Pas::default());
    }
    assert_eq!(cell.remove_sections("left"), Ok(1));
    let painted: Vec<_> = cell.painted.iter().map(|painting| cell.sections_of(&painting.region)).collect();
    assert_eq!(painted, [Some(vec![]), Some(vec![1, 2, 3]), Some(vec![2]), Some(vec![0, 1, 2, 3])]);
    let error = cell.remove_sections("rigth").expect_err("there is no such region").to_string();
    assert_eq!(error, "cell \"c\" has no region \"rigth\"; did you mean \"right\"?");
}
