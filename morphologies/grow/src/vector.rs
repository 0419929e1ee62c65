//! Vectors in space, um, and random ones.

use rand::{Rng, RngExt};

/// x, y and z.
pub type Vector = [f64; 3];

/// Returns `a + factor * b`.
pub fn add(a: Vector, factor: f64, b: Vector) -> Vector {
    [0, 1, 2].map(|i| a[i] + factor * b[i])
}

pub fn distance(a: Vector, b: Vector) -> f64 {
    length(add(a, -1.0, b))
}

pub fn length(a: Vector) -> f64 {
    (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt()
}

/// The vector of length 1 in this direction; zero remains zero.
pub fn unit(a: Vector) -> Vector {
    let length = length(a);
    if length == 0.0 { a } else { a.map(|x| x / length) }
}

/// A random direction at right angles to another one.
pub fn across(direction: Vector, rng: &mut impl Rng) -> Vector {
    let any = ball(rng);
    let along = (0..3).map(|i| any[i] * direction[i]).sum::<f64>();
    unit(add(any, -along, direction))
}

/// A random point in the ball of radius 1, by rejection: no sines, which differ between platforms.
pub fn ball(rng: &mut impl Rng) -> Vector {
    loop {
        let place = [(); 3].map(|()| between(rng, -1.0, 1.0));
        if length(place) <= 1.0 {
            return place;
        }
    }
}

/// A random number between two bounds.
pub fn between(rng: &mut impl Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// The cube root, by Newton's method.
pub fn cube_root(x: f64) -> f64 {
    let mut root = x.max(1.0);
    for _ in 0..200 {
        root = (2.0 * root + x / (root * root)) / 3.0;
    }
    root
}
