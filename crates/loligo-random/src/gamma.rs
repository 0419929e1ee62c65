use crate::error::RandomError;
use crate::generator::Generator;
use crate::polar::polar_pair;

/// Draws gamma numbers with a shape and a scale, like neurodamus's `gamma(rng, a, b, N)`.
///
/// The method is that of Marsaglia and Tsang (2001, doi:10.1145/358407.358414); mean `shape * scale`, variance
/// `shape * scale^2`, in the unit of the scale. Draws are in neurodamus's order: each trial draws a new pair of normal
/// deviates and discards the second, then a uniform number if it is needed. For a shape below 1 the numbers are those
/// of `shape + 1` times a power of uniform numbers, all of which are drawn first, after one that is discarded.
///
/// # Errors
///
/// [`RandomError::Parameter`] if the shape is not greater than 0 or if a parameter is not finite;
/// [`RandomError::Count`] if that many numbers do not fit into memory.
///
/// ```
/// use loligo_random::{Random123, gamma};
///
/// let mut stream = Random123::new(0, 1, 2);
/// assert_eq!(gamma(&mut stream, 2.0, 0.5, 2)?, [0.8397378967738001, 2.6230209518410685]);
/// # Ok::<(), loligo_random::RandomError>(())
/// ```
pub fn gamma<G: Generator>(stream: &mut G, shape: f64, scale: f64, count: usize) -> Result<Vec<f64>, RandomError> {
    let refuse = |parameter, value, requirement| {
        Err(RandomError::Parameter { distribution: "gamma", parameter, value, requirement })
    };
    if !(shape > 0.0 && shape.is_finite()) {
        return refuse("shape", shape, "greater than 0 and finite");
    }
    if !scale.is_finite() {
        return refuse("scale", scale, "finite");
    }
    let mut values = Vec::new();
    values.try_reserve_exact(count).map_err(|_| RandomError::Count { count })?;
    if shape >= 1.0 {
        values.extend((0..count).map(|_| large_shape(stream, shape, scale)));
        return Ok(values);
    }
    // Setting a distribution in NEURON draws one number.
    stream.next_f64();
    values.extend((0..count).map(|_| stream.next_f64().powf(1.0 / shape)));
    for value in &mut values {
        *value *= large_shape(stream, 1.0 + shape, scale);
    }
    Ok(values)
}

/// A gamma number of a shape of at least 1.
fn large_shape<G: Generator>(stream: &mut G, shape: f64, scale: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / 3.0 / d.sqrt();
    loop {
        let (x, _) = polar_pair(stream);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        let u = stream.next_f64();
        if u < 1.0 - 0.0331 * x * x * x * x || u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
            return scale * d * v;
        }
    }
}
