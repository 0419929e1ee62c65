//! Tests that drawn mechanisms are reproducible, are accepted, have all constructs, and become small.

mod consistency;

use std::collections::BTreeSet;
use std::path::Path;

use loligo_nmodl::{Reading, Severity};
use loligo_validation::constructs::{all_constructs, constructs};
use loligo_validation::draw::Size;
use loligo_validation::draw_mods::draw_with_mechanisms;
use loligo_validation::shrink::shrink;
use loligo_validation::vocabulary::Definition;

fn drawn(count: u64) -> impl Iterator<Item = Definition> {
    (0..count).map(|index| draw_with_mechanisms(7, index, Size::USUAL))
}

#[test]
fn the_same_seed_gives_the_same_models() {
    for (first, second) in drawn(20).zip(drawn(20)) {
        assert_eq!(first, second);
    }
}

#[test]
fn every_text_is_accepted() {
    for case in drawn(300) {
        consistency::check(&case).unwrap_or_else(|fault| panic!("{}: {fault}", case.name));
        for mechanism in &case.mechanisms {
            let path = Path::new("drawn.mod");
            let mut reading = Reading::of_text(path, mechanism.text.clone().into()).expect("the text is ASCII");
            let lowered = reading.lower();
            let errors = reading.diagnostics.render(&reading.sources, Severity::Error);
            assert!(lowered.is_some(), "{}: {errors}\n{}", case.name, mechanism.text);
        }
    }
}

#[test]
fn all_constructs_are_drawn() {
    let found: BTreeSet<_> =
        drawn(300).flat_map(|case| case.mechanisms).flat_map(|mechanism| constructs(&mechanism.text)).collect();
    let missing: Vec<_> = all_constructs().difference(&found).copied().collect();
    assert!(missing.is_empty(), "never drawn: {missing:?}");
}

#[test]
fn a_text_shrinks_to_the_construct_that_fails() {
    let fails = |case: &Definition| case.mechanisms.iter().any(|mechanism| mechanism.text.contains("<->"));
    let mut shrunk = 0;
    for case in drawn(40).filter(|case| fails(case)) {
        let smallest = shrink(&case, 4000, |smaller| {
            consistency::check(smaller).unwrap_or_else(|fault| panic!("{fault}"));
            fails(smaller)
        });
        let text = &smallest.mechanisms[0].text;
        assert_eq!(smallest.mechanisms.len(), 1);
        assert!(text.lines().filter(|line| !line.trim().is_empty()).count() < 8, "{text}");
        shrunk += 1;
    }
    assert!(shrunk > 5, "only {shrunk} drawn models have reactions");
}
