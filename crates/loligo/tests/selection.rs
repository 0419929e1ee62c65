//! Places on a cell by region, distance and form of the tree: the selections of a region are the same in all uses of it,
//! depend on the geometry alone, not on the numbers of segments (but for `segments` and `nearest`), and have stated
//! orders.

use loligo::prelude::*;
use loligo::{Place, PlaceError};

/// A soma of 20 um with a dendrite of 100 um that branches at its end, a third branch at its middle, and an axon.
fn cell() -> Cell {
    let mut cell = Cell::new("c");
    let soma = cell.add_section(Section::soma(20.0));
    let trunk = cell.add_section(Section::dendrite("trunk", 100.0, 2.0).with_segments(5).attached_to(soma, 1.0));
    cell.add_section(Section::dendrite("left", 50.0, 1.0).attached_to(trunk, 1.0));
    cell.add_section(Section::dendrite("right", 50.0, 1.0).attached_to(trunk, 1.0));
    cell.add_section(Section::dendrite("middle", 30.0, 1.0).attached_to(trunk, 0.5));
    let axon = cell.add_section(Section::axon("axon", 60.0, 1.0).attached_to(soma, 0.0));
    cell.add_section(Section::axon("more", 60.0, 1.0).attached_to(axon, 1.0));
    cell
}

fn spots(places: &[Place]) -> Vec<(usize, f64)> {
    places.iter().map(|place| (place.section, (place.x * 1e6).round() / 1e6)).collect()
}

#[test]
fn even_places_divide_the_length_of_a_selection() -> Result<(), PlaceError> {
    let cell = cell();
    let dendrite = cell.region("dendrite")?;
    assert_eq!(dendrite.length(), 230.0); // um
    let ten = dendrite.evenly(23);
    assert_eq!(spots(&ten)[..2], [(1, 0.05), (1, 0.15)]);
    assert_eq!(spots(&ten)[10..12], [(2, 0.1), (2, 0.3)]);
    assert_eq!(spots(&ten)[22], (4, 0.833333));
    // The distances are 10 um of soma more than the way along the dendrite.
    assert!((ten[11].distance - 125.0).abs() < 1e-9 && (ten[22].distance - 85.0).abs() < 1e-9, "{ten:?}");
    assert_eq!((dendrite.count_of(0.1), dendrite.count_of(0.0)), (23, 0));
    assert_eq!(cell.region(SectionKind::Axon)?.count_of(0.0125), 2); // 1.5 on 120 um
    Ok(())
}

#[test]
fn bounds_cut_sections_where_they_are() -> Result<(), PlaceError> {
    let cell = cell();
    let between = cell.region("dendrite")?.between(85.0, 120.0)?;
    assert!((between.length() - (25.0 + 10.0 + 10.0 + 5.0)).abs() < 1e-9); // um
    for place in between.random(1000, &mut Random123::new(1, 2, 3)) {
        assert!((85.0..=120.0).contains(&place.distance), "{place:?}");
    }
    // Further bounds apply to what is left.
    assert!((between.between(0.0, 90.0)?.length() - 10.0).abs() < 1e-9);
    let error = cell.region("dendrite")?.between(200.0, 300.0).expect_err("nothing is that far").to_string();
    assert_eq!(
        error,
        "nothing of region \"dendrite\" of cell \"c\" is 200 to 300 um from the soma; it is 10.0 to 160.0 um away"
    );
    for (near, far) in [(-1.0, 5.0), (5.0, 1.0), (f64::NAN, 1.0), (0.0, f64::NAN)] {
        assert!(matches!(cell.region("all")?.between(near, far), Err(PlaceError::Bounds { .. })));
    }
    assert!(matches!(cell.region("apical"), Err(PlaceError::EmptyRegion { .. })));
    assert!(matches!(cell.region("apikal"), Err(PlaceError::Model(_))));
    // Both sides of a soma.
    assert_eq!(cell.region("soma")?.between(5.0, 100.0)?.length(), 10.0);
    Ok(())
}

#[test]
fn random_places_come_from_the_stream_alone() -> Result<(), PlaceError> {
    let (cell, mut finer) = (cell(), cell());
    finer.for_each_section(&Region::All, |section| section.discretization = Discretization::Fixed(7));
    let drawn = |cell: &Cell, seed| -> Result<Vec<Place>, PlaceError> {
        Ok(cell.region("left")?.random(500, &mut Random123::new(seed, 0, 0)))
    };
    let (coarse, fine) = (drawn(&cell, 1)?, drawn(&finer, 1)?);
    assert_eq!(spots(&coarse), spots(&fine));
    assert_ne!(spots(&coarse), spots(&drawn(&cell, 2)?));
    let mut stream = Random123::new(1, 0, 0);
    assert!(coarse.iter().all(|place| (place.x - stream.next_f64()).abs() < 1e-9), "one number each");
    // Longer sections get more: 100, 50, 50 and 30 of 230 um.
    let all = cell.region("dendrite")?.random(23_000, &mut Random123::new(1, 0, 0));
    for (section, expected) in [(1, 10_000.0), (2, 5_000.0), (3, 5_000.0), (4, 3_000.0)] {
        let found = all.iter().filter(|place| place.section == section).count() as f64;
        assert!((found - expected).abs() < 250.0, "{found} on {section}"); // 3 standard deviations
    }
    Ok(())
}

#[test]
fn the_nearest_segment_is_the_first_of_equals() -> Result<(), PlaceError> {
    let cell = cell();
    let at = |region: &str, distance| -> Result<_, PlaceError> {
        Ok(cell.region(region)?.nearest(distance).map(|place| (place.section, place.x)))
    };
    assert_eq!(at("dendrite", 42.0)?, Some((1, 0.3)));
    // 20 and 40 um are equally near to 30 um.
    assert_eq!(at("dendrite", 30.0)?, Some((1, 0.1)));
    assert_eq!(at("dendrite", 135.0)?, Some((2, 0.5)), "left and right are equally far");
    assert_eq!(at("dendrite", 1e6)?, Some((2, 0.5)));
    assert_eq!(cell.region("right")?.between(112.0, 113.0)?.nearest(112.0), None, "no middle of a segment is there");
    Ok(())
}

#[test]
fn tips_and_branch_points_are_those_of_the_tree() -> Result<(), PlaceError> {
    let mut cell = cell();
    assert_eq!(spots(&cell.region("all")?.tips()), [(2, 1.0), (3, 1.0), (4, 1.0), (6, 1.0)]);
    assert_eq!(spots(&cell.region("dendrite")?.between(0.0, 100.0)?.tips()), [(4, 1.0)]);
    assert_eq!(spots(&cell.region("all")?.branch_points()), [(1, 0.5), (1, 1.0)]);
    assert_eq!(spots(&cell.region("axon")?.branch_points()), []);
    // A section at the attached end of another is attached to the parent of both.
    let soma_end = cell.add_section(Section::dendrite("third", 10.0, 1.0).attached_to(5, 0.0));
    cell.add_section(Section::dendrite("fourth", 10.0, 1.0).attached_to(2, 0.0));
    cell.add_section(Section::dendrite("fifth", 10.0, 1.0).attached_to(soma_end, 1.0));
    assert_eq!(spots(&cell.region("all")?.branch_points()), [(1, 0.5), (1, 1.0)]);
    // Without a soma both ends of a fibre are free.
    let mut fibre = Cell::new("fibre");
    fibre.add_section(Section::axon("axon", 100.0, 1.0));
    assert_eq!(spots(&fibre.region("axon")?.tips()), [(0, 0.0), (0, 1.0)]);
    // Attached by its 1 end.
    let mut reversed = Cell::new("reversed");
    let soma = reversed.add_section(Section::soma(20.0));
    let section = reversed.add_section(Section::dendrite("dend", 100.0, 1.0));
    assert!(reversed.connect(section, End::One, soma, 1.0));
    assert_eq!(spots(&reversed.region("all")?.tips()), [(1, 0.0)]);
    assert_eq!(reversed.region("dend")?.tips()[0].distance, 110.0); // um
    Ok(())
}

#[test]
fn a_table_gives_places_or_all_its_errors() -> Result<(), Box<dyn std::error::Error>> {
    let cell = cell();
    let places = cell.read_places("\u{feff}section, x\n\nleft, 0\ntrunk,0.25\n".as_bytes())?;
    assert_eq!(spots(&places), [(2, 0.0), (1, 0.25)]);
    let errors = cell.read_places("section,x\nlefft,0.5\nleft,1.5\nleft,half\n".as_bytes());
    assert_eq!(
        errors.expect_err("each row is wrong").to_string(),
        "line 2, column 1: cell \"c\" has no section \"lefft\"; did you mean \"left\"?\n\
         line 3, column 6: 1.5 is no position; give a number from 0 to 1\n\
         line 4, column 6: \"half\" for \"x\" is not a finite number"
    );
    for text in ["", "section,x\n", "left,0.5\n", "section,y\nleft,0.5\n"] {
        assert!(cell.read_places(text.as_bytes()).is_err(), "{text}");
    }
    let many = format!("section,x\n{}", "no,0.5\n".repeat(1000));
    assert_eq!(cell.read_places(many.as_bytes()).expect_err("all are wrong").0.len(), 101);
    Ok(())
}

/// Every branch of a reconstructed cell: its places are within the bounds, on the sections of the region.
#[test]
fn a_reconstructed_cell_has_places_everywhere() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
    let cell = Cell::from_morphology(path)?;
    let lengths: f64 = cell.apical_dendrites().iter().filter_map(|&index| Some(cell.section_info(index)?.length)).sum();
    let apical = cell.region("apic")?;
    assert!((apical.length() - lengths).abs() < 1e-6 * lengths);
    let farthest = apical.segments().iter().map(|place| place.distance).fold(0.0, f64::max);
    let (mut near, mut sum) = (0.0, 0.0);
    while near < 1e4 {
        if let Ok(part) = apical.clone().between(near, near + 100.0) {
            sum += part.length();
            assert!(part.evenly(100).iter().all(|place| (near - 1e-9..=near + 100.0 + 1e-9).contains(&place.distance)));
        }
        near += 100.0;
    }
    assert!((sum - lengths).abs() < 1e-6 * lengths && farthest < 1e4);
    assert_eq!(apical.tips().len(), apical.branch_points().len() + 1, "the apical tree branches in two everywhere");
    Ok(())
}
