//! Tests that drawn models are reproducible, consistent, and different from each other.

mod consistency;

use std::collections::BTreeSet;

use loligo_validation::draw::{Size, draw};

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed| -> Vec<String> {
        (0..50)
            .map(|index| draw(seed, index, Size::USUAL))
            .map(|case| serde_json::to_string(&case).expect("a definition can be written"))
            .collect()
    };
    assert_eq!(bytes(11), bytes(11));
    let all: BTreeSet<String> = bytes(11).into_iter().chain(bytes(12)).collect();
    assert_eq!(all.len(), 100);
}

#[test]
fn models_of_every_size_are_consistent() {
    for level in 0..=6 {
        for index in 0..200 {
            let case = draw(3, index, Size::new(level));
            if let Err(fault) = consistency::check(&case) {
                panic!("{}, size {level}: {fault}", case.name);
            }
        }
    }
}
