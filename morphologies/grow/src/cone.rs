//! Growth cones: neurites with random changes of direction, mutual repulsion, branching and taper.

use rand::Rng;

use crate::tree::Tree;
use crate::vector::{Vector, across, add, ball, between, cube_root, distance, unit};

/// Growth parameters of a kind of neurite. Lengths in um.
#[derive(Clone, Copy)]
pub struct Habit {
    pub code: u8,
    /// Distance between points.
    pub step: f64,
    /// Size of the random change of direction in a step, relative to 1 for the present direction.
    pub wander: f64,
    /// A constant vector added to the direction of every step.
    pub pull: Vector,
    /// Mean distance between branch points.
    pub branch_every: f64,
    /// Largest number of branch points between the start and a tip.
    pub max_order: usize,
    /// Lateral part of a daughter's direction at a branch point.
    pub spread: f64,
    /// Shortest and longest path from the start to a tip.
    pub reach: [f64; 2],
    /// Diameter at the start, and smallest diameter.
    pub diameter: [f64; 2],
    /// Decrease of the diameter per um of length.
    pub taper: f64,
    /// Distance below which neurites of the same cell repel each other.
    pub avoid: f64,
    /// Factor of all displacements in z.
    pub flatness: f64,
}

struct Cone {
    at: usize,
    direction: Vector,
    diameter: f64,
    order: usize,
    grown: f64,
    reach: f64,
    until_branch: f64,
}

/// Grows a tree of neurites outwards from a point.
pub fn grow(tree: &mut Tree, from: usize, start: Vector, direction: Vector, habit: &Habit, rng: &mut impl Rng) {
    let first = tree.push(from, habit.code, start, habit.diameter[0]);
    let next_branch = |rng: &mut _| habit.branch_every * between(rng, 0.35, 1.65);
    let mut cones = vec![Cone {
        at: first,
        direction: unit(direction),
        diameter: habit.diameter[0],
        order: 0,
        grown: 0.0,
        reach: between(rng, habit.reach[0], habit.reach[1]),
        until_branch: next_branch(rng),
    }];
    // In turn, one step each, so that neighbours interact from the beginning.
    let mut turn = 0;
    while !cones.is_empty() {
        turn %= cones.len();
        let cone = &mut cones[turn];
        if cone.grown >= cone.reach {
            cones.remove(turn);
            continue;
        }
        let here = tree.points[cone.at].at;
        let mut heading = add(cone.direction, habit.wander, ball(rng));
        heading = add(heading, 1.0, habit.pull);
        heading = add(heading, 1.0, repulsion(tree, cone.at, habit.avoid));
        heading[2] *= habit.flatness;
        // The new direction is a mixture with the old one, which gives smooth bends.
        cone.direction = unit(add(cone.direction, 0.5, unit(heading)));
        cone.diameter = (cone.diameter - habit.taper * habit.step).max(habit.diameter[1]);
        let there = add(here, habit.step, cone.direction);
        cone.at = tree.push(cone.at, habit.code, there, cone.diameter);
        cone.grown += habit.step;
        cone.until_branch -= habit.step;
        let left = cone.reach - cone.grown;
        if cone.until_branch <= 0.0 && cone.order < habit.max_order && left > 4.0 * habit.step {
            let (one, other) = branch(cone, habit, rng);
            cones.push(one);
            cones.push(other);
            cones.remove(turn);
        } else {
            turn += 1;
        }
    }
}

/// Two daughters whose diameters follow from the parent's by Rall's power of 3/2.
fn branch(cone: &Cone, habit: &Habit, rng: &mut impl Rng) -> (Cone, Cone) {
    let mut aside = across(cone.direction, rng);
    aside[2] *= habit.flatness;
    let aside = unit(aside);
    let share = between(rng, 0.4, 0.6);
    // Dendrites become thinner at branch points less than by Rall's law, so their diameters are
    // raised by a tenth.
    let diameter =
        |share: f64| (1.1 * cone.diameter * cube_root(share * share)).clamp(habit.diameter[1], cone.diameter);
    let mut daughter = |side: f64, share: f64| Cone {
        at: cone.at,
        direction: unit(add(cone.direction, side * habit.spread, aside)),
        diameter: diameter(share),
        order: cone.order + 1,
        grown: cone.grown,
        reach: between(rng, habit.reach[0], habit.reach[1]).max(cone.grown + 5.0 * habit.step),
        until_branch: habit.branch_every * between(rng, 0.35, 1.65),
    };
    (daughter(1.0, share), daughter(-1.0, 1.0 - share))
}

/// The repulsion by all neurites within `avoid`, except the path of the growth cone itself.
fn repulsion(tree: &Tree, at: usize, avoid: f64) -> Vector {
    let mut own_way = [at; 12];
    for i in 1..own_way.len() {
        own_way[i] = tree.points[own_way[i - 1]].parent.unwrap_or(0);
    }
    let here = tree.points[at].at;
    let mut push = [0.0; 3];
    for (i, point) in tree.points.iter().enumerate() {
        // Compares coordinates first: a square root for each pair would take most of the time.
        let near = (0..3).all(|axis| (point.at[axis] - here[axis]).abs() < avoid);
        if near && !own_way.contains(&i) {
            let away = distance(here, point.at);
            if away > 0.0 && away < avoid {
                let weight = 0.15 * (1.0 - away / avoid);
                push = add(push, weight, unit(add(here, -1.0, point.at)));
            }
        }
    }
    let length = crate::vector::length(push);
    if length > 0.8 { push.map(|x| x * 0.8 / length) } else { push }
}
