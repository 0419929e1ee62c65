//! The cells: sizes and growth parameters of each kind.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::cone::{Habit, grow};
use crate::space::{Filling, fill};
use crate::tree::{APICAL, AXON, DENDRITE, Point3d, SOMA, Tree};
use crate::vector::{Vector, add, between, unit};

type Rng = Xoshiro256PlusPlus;

/// A soma of 20 um and one dendrite of 500 um, straight and 2 um wide.
pub fn ball_and_stick() -> Tree {
    let mut tree = Tree::with_soma(20.0);
    let mut at = 0;
    for i in 0..=20 {
        at = tree.push(at, DENDRITE, [10.0 + 25.0 * f64::from(i), 0.0, 0.0], 2.0);
    }
    tree
}

/// A cerebellar granule cell: four short dendrites with claws, an axon that rises and splits
/// into a parallel fibre.
pub fn granule() -> Tree {
    let mut rng = Rng::seed_from_u64(1);
    let mut tree = Tree::with_soma(6.0);
    let dendrite = Habit {
        code: DENDRITE,
        step: 1.0,
        wander: 0.9,
        pull: [0.0; 3],
        branch_every: 1e9,
        max_order: 0,
        spread: 0.0,
        reach: [11.0, 17.0],
        diameter: [0.9, 0.5],
        taper: 0.02,
        avoid: 3.0,
        flatness: 1.0,
    };
    let claw = Habit {
        step: 0.7,
        branch_every: 1.5,
        max_order: 1,
        spread: 0.9,
        reach: [3.0, 5.0],
        diameter: [0.6, 0.35],
        avoid: 2.0,
        ..dendrite
    };
    for direction in [[1.0, 0.5, 0.2], [-1.0, 0.3, -0.3], [0.4, -1.0, 0.5], [-0.5, -0.9, -0.4]] {
        let start = add([0.0; 3], 3.0, unit(direction));
        grow(&mut tree, 0, start, direction, &dendrite, &mut rng);
        let tip = tree.points.len() - 1;
        let (at, before) = (tree.points[tip].at, tree.points[tip - 1].at);
        let onward = unit(add(at, -1.0, before));
        for side in [-1.0, 0.0, 1.0] {
            let aside = unit([-onward[1], onward[0], 0.3]);
            let direction = add(onward, side, aside);
            let start = add(at, 0.7, unit(direction));
            grow(&mut tree, tip, start, direction, &claw, &mut rng);
        }
    }
    let rising = Habit {
        code: AXON,
        step: 4.0,
        wander: 0.35,
        pull: [0.0, 0.25, 0.0],
        reach: [140.0, 140.0],
        diameter: [0.5, 0.3],
        taper: 0.002,
        ..dendrite
    };
    grow(&mut tree, 0, [0.0, 3.0, 0.0], [0.0, 1.0, 0.0], &rising, &mut rng);
    let top = tree.points.len() - 1;
    let parallel = Habit { step: 10.0, wander: 0.12, reach: [500.0, 500.0], diameter: [0.25, 0.2], ..rising };
    for side in [-1.0, 1.0] {
        let direction = [side, 0.0, 0.0];
        let habit = Habit { pull: [0.2 * side, 0.0, 0.0], ..parallel };
        let start = add(tree.points[top].at, 6.0, direction);
        grow(&mut tree, top, start, direction, &habit, &mut rng);
    }
    tree
}

/// An interneuron: six dendrites in all directions, and an axon that fills the surrounding space.
pub fn interneuron() -> Tree {
    let mut rng = Rng::seed_from_u64(1_500);
    let mut tree = Tree::with_soma(13.0);
    let dendrite = Habit {
        code: DENDRITE,
        step: 4.0,
        wander: 0.7,
        pull: [0.0; 3],
        branch_every: 45.0,
        max_order: 3,
        spread: 0.55,
        reach: [90.0, 190.0],
        diameter: [1.7, 0.45],
        taper: 0.004,
        avoid: 14.0,
        flatness: 0.7,
    };
    for direction in
        [[1.0, 0.6, 0.1], [0.1, 1.0, -0.4], [-0.9, 0.7, 0.2], [-1.0, -0.4, -0.2], [-0.2, -1.0, 0.4], [0.8, -0.7, -0.1]]
    {
        let start = add([0.0; 3], 6.0, unit(direction));
        grow(&mut tree, 0, start, direction, &dendrite, &mut rng);
    }
    let axon = Habit {
        code: AXON,
        step: 5.0,
        wander: 0.9,
        branch_every: 55.0,
        max_order: 8,
        spread: 0.9,
        reach: [260.0, 480.0],
        diameter: [0.9, 0.25],
        taper: 0.002,
        avoid: 11.0,
        ..dendrite
    };
    grow(&mut tree, 0, [1.0, -5.9, 2.0], [0.3, -1.0, 0.4], &axon, &mut rng);
    // An ellipse with the irregularities of a manual tracing.
    const OUTLINE: [(f64, f64); 12] = [
        (1.0, 0.0),
        (0.87, 0.5),
        (0.5, 0.87),
        (0.0, 1.0),
        (-0.5, 0.87),
        (-0.87, 0.5),
        (-1.0, 0.0),
        (-0.87, -0.5),
        (-0.5, -0.87),
        (0.0, -1.0),
        (0.5, -0.87),
        (0.87, -0.5),
    ];
    for (i, (x, y)) in OUTLINE.into_iter().enumerate() {
        let (x1, y1) = OUTLINE[(i + 1) % OUTLINE.len()];
        for part in [0.0, 0.5] {
            let r = between(&mut rng, 0.93, 1.07);
            let [x, y] = [x + part * (x1 - x), y + part * (y1 - y)];
            tree.outline.push([8.6 * r * x + 1.2 * y, 6.4 * r * y, 0.0]);
        }
    }
    tree
}

/// A layer 5 pyramidal cell: trunk with obliques, tuft, basal dendrites, and the beginning of the
/// axon.
pub fn pyramidal_l5() -> Tree {
    let mut rng = Rng::seed_from_u64(5);
    // A pear shape of five points, with its tip upwards.
    let mut tree = Tree { points: Vec::new(), outline: Vec::new() };
    for (i, (y, diameter)) in [(-9.0, 8.0), (-5.0, 14.5), (0.0, 16.5), (5.0, 12.0), (10.0, 6.0)].into_iter().enumerate()
    {
        tree.points.push(Point3d { at: [0.0, y, 0.0], diameter, code: SOMA, parent: i.checked_sub(1) });
    }
    let (bottom, middle, top) = (0, 2, 4);
    let trunk = Habit {
        code: APICAL,
        step: 6.0,
        wander: 0.25,
        pull: [0.0, 0.12, 0.0],
        branch_every: 1e9,
        max_order: 0,
        spread: 0.0,
        reach: [480.0, 480.0],
        diameter: [4.2, 2.0],
        taper: 0.0045,
        avoid: 1.0,
        flatness: 0.8,
    };
    let first = tree.points.len();
    grow(&mut tree, top, [0.0, 12.0, 0.0], [0.0, 1.0, 0.0], &trunk, &mut rng);
    let tip = tree.points.len() - 1;
    let oblique = Habit {
        step: 5.0,
        wander: 0.6,
        pull: [0.0, 0.03, 0.0],
        branch_every: 55.0,
        max_order: 1,
        spread: 0.5,
        reach: [70.0, 150.0],
        diameter: [1.3, 0.5],
        taper: 0.004,
        avoid: 14.0,
        ..trunk
    };
    for (i, at) in [7, 13, 18, 25, 33, 44].into_iter().enumerate() {
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        let direction = [side, between(&mut rng, 0.25, 0.7), between(&mut rng, -0.6, 0.6)];
        let start = add(tree.points[first + at].at, 4.0, unit(direction));
        grow(&mut tree, first + at, start, direction, &oblique, &mut rng);
    }
    let tuft = Habit {
        wander: 0.55,
        pull: [0.0, 0.06, 0.0],
        branch_every: 50.0,
        max_order: 2,
        reach: [120.0, 190.0],
        diameter: [1.6, 0.5],
        spread: 0.6,
        ..oblique
    };
    for side in [-1.0, 1.0] {
        let direction = [side * 0.8, 1.0, between(&mut rng, -0.3, 0.3)];
        let start = add(tree.points[tip].at, 4.0, unit(direction));
        grow(&mut tree, tip, start, direction, &tuft, &mut rng);
    }
    let basal = Habit {
        code: DENDRITE,
        pull: [0.0, -0.03, 0.0],
        branch_every: 38.0,
        max_order: 2,
        reach: [110.0, 190.0],
        diameter: [1.9, 0.5],
        taper: 0.005,
        ..oblique
    };
    for direction in [[1.0, -0.3, 0.3], [-1.0, -0.35, -0.2], [0.7, -1.0, -0.5], [-0.75, -1.0, 0.5], [0.9, -0.6, 0.6]] {
        let start = add([0.0, -2.0, 0.0], 7.5, unit(direction));
        grow(&mut tree, middle, start, direction, &basal, &mut rng);
    }
    let axon = Habit {
        code: AXON,
        wander: 0.2,
        pull: [0.0, -0.1, 0.0],
        branch_every: 1e9,
        max_order: 0,
        reach: [120.0, 120.0],
        diameter: [2.2, 1.0],
        taper: 0.03,
        ..trunk
    };
    grow(&mut tree, bottom, [0.0, -10.0, 0.0], [0.1, -1.0, 0.0], &axon, &mut rng);
    tree
}

/// A Purkinje cell: a trunk whose single flat tree fills the plane above the soma.
pub fn purkinje() -> Tree {
    let mut rng = Rng::seed_from_u64(1837);
    let mut tree = Tree::with_soma(24.0);
    let mut at = 0;
    for i in 0..6 {
        let rise = f64::from(i);
        at = tree.push(at, DENDRITE, [0.6 * rise, 11.5 + 3.0 * rise, 0.1 * rise], 1.0);
    }
    let mut free = Vec::new();
    while free.len() < 7_500 {
        let place: Vector =
            [between(&mut rng, -125.0, 125.0), between(&mut rng, 14.0, 215.0), between(&mut rng, -7.0, 7.0)];
        // A fan shape: narrow at the soma, round at the top.
        let [x, y, _] = place;
        let below = x.abs() < 8.0 + 1.1 * (y - 14.0);
        let inside = (x / 125.0) * (x / 125.0) + ((y - 85.0) / 130.0) * ((y - 85.0) / 130.0) < 1.0;
        if below && inside {
            free.push(place);
        }
    }
    let filling = Filling { code: DENDRITE, step: 2.5, sight: 45.0, own: 4.0 };
    fill(&mut tree, 1, free, &filling);
    tree.widen_from_tips(0.7, 0.003);
    let axon = Habit {
        code: AXON,
        step: 5.0,
        wander: 0.25,
        pull: [0.0, -0.1, 0.0],
        branch_every: 1e9,
        max_order: 0,
        spread: 0.0,
        reach: [110.0, 110.0],
        diameter: [1.4, 0.7],
        taper: 0.01,
        avoid: 1.0,
        flatness: 0.6,
    };
    grow(&mut tree, 0, [0.0, -12.0, 0.0], [-0.1, -1.0, 0.0], &axon, &mut rng);
    tree
}
