//! The axes of a cloud of points: eigenvectors of its scatter matrix.

use nalgebra::{Matrix3, SymmetricEigen, Vector3};

/// Rounding error of the scatter in z, relative to the largest entry, below which the outline
/// counts as flat. With coordinates of 16 digits about 1e-30 remains; a tilted outline has far
/// more.
const FLAT: f64 = 1e-20;

/// Eigenvalues, in no order, and the eigenvectors as columns; `None` if they cannot be found.
///
/// For a symmetric outline, the last bits of the eigenvectors decide between corners at the same
/// distance from the centre. Outlines at constant z, the usual case, are therefore computed in the
/// order of operations of NEURON's solver; others may differ from NEURON's in the last bits.
pub(super) fn eigen(scatter: &Matrix3<f64>) -> Option<(Vector3<f64>, Matrix3<f64>)> {
    let size = scatter.amax();
    if !scatter.iter().all(|value| value.is_finite()) || size == 0.0 {
        return None;
    }
    if scatter[(2, 2)] <= FLAT * size {
        return Some(flat_eigen(scatter[(0, 0)], scatter[(0, 1)], scatter[(1, 1)]));
    }
    let eigen = SymmetricEigen::try_new(*scatter, f64::EPSILON, 10_000)?;
    Some((eigen.eigenvalues, eigen.eigenvectors))
}

/// The eigenvectors of `[[a, b, 0], [b, d, 0], [0, 0, 0]]`: one plane rotation (the real Schur
/// form), then back substitution with the rounding error that remains above the diagonal.
fn flat_eigen(a: f64, b: f64, d: f64) -> (Vector3<f64>, Matrix3<f64>) {
    let scale = a.abs().max(b.abs()).max(d.abs());
    let [a, b, d] = [a, b, d].map(|x| x / scale);
    // The upper triangle after the rotation, and the rotation.
    let (mut t00, mut t01, mut t11) = (a, b, d);
    let (mut c, mut s) = (1.0, 0.0);
    if b.abs() > (a.abs() + d.abs()) * f64::EPSILON {
        let p = 0.5 * (a - d);
        let z = (p * p + b * b).abs().sqrt();
        (c, s) = rotation(if p >= 0.0 { p + z } else { p - z }, b);
        let above = [c * a - s * b, c * b - s * d];
        let below = [s * a + c * b, s * b + c * d];
        t00 = c * above[0] - s * above[1];
        t01 = s * above[0] + c * above[1];
        t11 = s * below[0] + c * below[1];
    }
    let [t00, t01, t11] = [t00, t01, t11].map(|x| x * scale);
    let gap = t00 - t11;
    let rest = if gap != 0.0 { -t01 / gap } else { -t01 / (f64::EPSILON * (t00.abs() + t01.abs() + t11.abs())) };
    let unit = |x: f64, y: f64| {
        let length = (x * x + y * y).sqrt();
        Vector3::new(x * length / (length * length), y * length / (length * length), 0.0)
    };
    let vectors = [unit(c, -s), unit(c * rest + s, -s * rest + c), Vector3::z()];
    (Vector3::new(t00, t11, 0.0), Matrix3::from_columns(&vectors))
}

/// Cosine and sine of the plane rotation that turns `(p, q)` onto the first axis.
fn rotation(p: f64, q: f64) -> (f64, f64) {
    if q == 0.0 {
        (if p < 0.0 { -1.0 } else { 1.0 }, 0.0)
    } else if p == 0.0 {
        (0.0, if q < 0.0 { 1.0 } else { -1.0 })
    } else if p.abs() > q.abs() {
        let t = q / p;
        let u = (1.0 + t * t).sqrt().copysign(p);
        let c = 1.0 / u;
        (c, -t * c)
    } else {
        let t = p / q;
        let u = (1.0 + t * t).sqrt().copysign(q);
        let s = -1.0 / u;
        (-t * s, s)
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Matrix3;

    use super::eigen;

    #[test]
    fn flat_and_other_clouds_have_orthogonal_axes() {
        for (a, b, d, z) in [(3.0, 1.0, 2.0, 0.0), (1.0, -1.0, 1.0, 0.0), (2.0, 0.0, 5.0, 0.0), (3.0, 1.0, 2.0, 0.5)] {
            let scatter = Matrix3::new(a, b, 0.0, b, d, z, 0.0, z, z);
            let (values, vectors) = eigen(&scatter).expect("it is finite");
            let again = vectors * Matrix3::from_diagonal(&values) * vectors.transpose();
            assert!((again - scatter).amax() < 1e-14, "{again} {scatter}");
        }
        assert!(eigen(&Matrix3::from_element(f64::NAN)).is_none());
        assert!(eigen(&Matrix3::zeros()).is_none());
    }
}
