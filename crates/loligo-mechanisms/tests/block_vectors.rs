//! Lists of numbers stay with their instances when blocks are reordered, joined and divided, and are not copied.

use std::sync::Arc;

use loligo_mechanisms::{Block, KernelScratch};

/// A block whose instance k has the lists [k] and [k, k + 0.5].
fn block(numbers: &[f64]) -> Block {
    let mut block = Block::new([0.0], numbers.len());
    block.vectors = numbers.iter().flat_map(|&k| [Arc::from([k]), Arc::from([k, k + 0.5])]).collect();
    block
}

fn lists(block: &mut Block, range: std::ops::Range<usize>) -> Vec<[Vec<f64>; 2]> {
    let mut scratch = KernelScratch::default();
    let instances = block.instances(range, &mut scratch);
    (0..instances.len()).map(|k| [0, 1].map(|vector| instances.vector(vector, k).to_vec())).collect()
}

fn expected(numbers: &[f64]) -> Vec<[Vec<f64>; 2]> {
    numbers.iter().map(|&k| [vec![k], vec![k, k + 0.5]]).collect()
}

#[test]
fn lists_follow_their_instances() {
    let mut own = block(&[0.0, 1.0, 2.0]);
    own.append(&block(&[3.0, 4.0]));
    assert_eq!(lists(&mut own, 0..5), expected(&[0.0, 1.0, 2.0, 3.0, 4.0]));
    let mut own = own.reordered(&[4, 0, 2]);
    assert_eq!(lists(&mut own, 0..3), expected(&[4.0, 0.0, 2.0]));
    assert_eq!(lists(&mut own, 1..3), expected(&[0.0, 2.0]));
    let mut scratch = KernelScratch::default();
    let mut instances = own.instances(0..3, &mut scratch);
    let mut rest = instances.part(1..3);
    assert_eq!(rest.part(1..2).vector(1, 0), [2.0, 2.5]);
    assert_eq!(rest.again().vector(0, 0), [0.0]);
}

#[test]
fn copies_share_their_lists() {
    let own = block(&[0.0, 1.0]);
    let mut joined = own.clone();
    joined.append(&own);
    let joined = joined.reordered(&[3, 2, 1, 0]);
    assert!(Arc::ptr_eq(&joined.vectors[1], &own.vectors[3]) && Arc::ptr_eq(&joined.vectors[7], &own.vectors[1]));
}

#[test]
fn lists_that_are_not_given_are_empty() {
    let mut scratch = KernelScratch::default();
    assert!(Block::new([0.0], 2).instances(0..2, &mut scratch).vector(0, 1).is_empty());
    let mut own = block(&[0.0]);
    assert!(own.instances(0..1, &mut scratch).vector(2, 0).is_empty());
}
