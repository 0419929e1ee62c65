//! Eigenvectors of a symmetric 3 x 3 matrix with the same signs as from LAPACK's `dsyevd`.
//!
//! The sign of an eigenvector is arbitrary, and it determines which end of a soma comes first. The steps are those of
//! LAPACK: a Householder reflection to tridiagonal form (`dsytd2`, lower triangle), then implicitly shifted QL or QR
//! (`dsteqr`).

use nalgebra::Matrix3;

/// Unit roundoff.
const EPSILON: f64 = f64::EPSILON / 2.0;
/// Number of iterations after which the search fails; two or three are usual.
const MOST_ITERATIONS: usize = 90;

/// The eigenvectors as columns, by increasing eigenvalue; `None` if they cannot be found.
pub(super) fn eigenvectors(matrix: &Matrix3<f64>) -> Option<Matrix3<f64>> {
    if !matrix.iter().all(|value| value.is_finite()) {
        return None;
    }
    let (mut tridiagonal, reflection) = Tridiagonal::of(matrix);
    tridiagonal.diagonalize()?;
    tridiagonal.sort();
    Some(reflection.apply(tridiagonal.vectors))
}

/// `I - tau [1 v]' [1 v]` on the second and third row.
struct Reflection {
    tau: f64,
    v: f64,
}

impl Reflection {
    fn apply(&self, mut vectors: Matrix3<f64>) -> Matrix3<f64> {
        for j in 0..3 {
            let t = self.tau * (vectors[(1, j)] + self.v * vectors[(2, j)]);
            vectors[(1, j)] -= t;
            vectors[(2, j)] -= self.v * t;
        }
        vectors
    }
}

/// A symmetric tridiagonal matrix during its reduction to a diagonal one.
struct Tridiagonal {
    diagonal: [f64; 3],
    off: [f64; 2],
    vectors: Matrix3<f64>,
}

impl Tridiagonal {
    fn of(a: &Matrix3<f64>) -> (Self, Reflection) {
        let (alpha, x) = (a[(1, 0)], a[(2, 0)]);
        let (mut a11, mut a21, mut a22) = (a[(1, 1)], a[(2, 1)], a[(2, 2)]);
        let (mut tau, mut v, mut first) = (0.0, 0.0, alpha);
        if x != 0.0 {
            let beta = -alpha.hypot(x).copysign(alpha);
            tau = (beta - alpha) / beta;
            v = x * (1.0 / (alpha - beta));
            let w = [tau * (a11 + a21 * v), tau * (a21 + a22 * v)];
            let shift = -0.5 * tau * (w[0] + w[1] * v);
            let w = [w[0] + shift, w[1] + shift * v];
            a11 -= 2.0 * w[0];
            a21 -= v * w[0] + w[1];
            a22 -= 2.0 * v * w[1];
            first = beta;
        }
        let tridiagonal = Self { diagonal: [a[(0, 0)], a11, a22], off: [first, a21], vectors: Matrix3::identity() };
        (tridiagonal, Reflection { tau, v })
    }

    /// Reduces the matrix to diagonal form, block by block.
    fn diagonalize(&mut self) -> Option<()> {
        let mut iterations = 0;
        let mut start = 0;
        while start < 3 {
            if start > 0 {
                self.off[start - 1] = 0.0;
            }
            let mut end = 2;
            for k in start..2 {
                let coupling = self.off[k].abs();
                let size = self.diagonal[k].abs().sqrt() * self.diagonal[k + 1].abs().sqrt();
                if coupling == 0.0 || coupling <= size * EPSILON {
                    self.off[k] = 0.0;
                    end = k;
                    break;
                }
            }
            if end > start {
                let (first, last) = (self.diagonal[start].abs(), self.diagonal[end].abs());
                if last < first {
                    self.by_qr(start, end, &mut iterations)?;
                } else {
                    self.by_ql(start, end, &mut iterations)?;
                }
            }
            start = end + 1;
        }
        Some(())
    }

    fn by_ql(&mut self, start: usize, end: usize, iterations: &mut usize) -> Option<()> {
        let mut l = start;
        while l <= end {
            let m = (l..end).find(|&k| self.is_split(k)).unwrap_or(end);
            if m < end {
                self.off[m] = 0.0;
            }
            if m == l {
                l += 1;
                continue;
            }
            if m == l + 1 {
                self.solve_pair(l);
                l += 2;
                continue;
            }
            count(iterations)?;
            let p = self.diagonal[l];
            let (d, e) = (&mut self.diagonal, &mut self.off);
            let mut g = shift(d[l + 1], p, e[l], d[m]);
            let (mut s, mut c, mut p_next) = (1.0, 1.0, 0.0);
            let mut rotations = Vec::with_capacity(2);
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                let r;
                (c, s, r) = rotation(g, f);
                if i != m - 1 {
                    e[i + 1] = r;
                }
                g = d[i + 1] - p_next;
                let r = (d[i] - g) * s + 2.0 * c * b;
                p_next = s * r;
                d[i + 1] = g + p_next;
                g = c * r - b;
                rotations.push((i, c, -s));
            }
            d[l] -= p_next;
            e[l] = g;
            self.rotate(&rotations);
        }
        Some(())
    }

    fn by_qr(&mut self, start: usize, end: usize, iterations: &mut usize) -> Option<()> {
        // One past the last unfinished row.
        let mut rest = end + 1;
        while rest > start {
            let l = rest - 1;
            let m = (start + 1..=l).rev().find(|&k| self.is_split(k - 1)).unwrap_or(start);
            if m > start {
                self.off[m - 1] = 0.0;
            }
            if m == l {
                rest -= 1;
                continue;
            }
            if m + 1 == l {
                self.solve_pair(m);
                rest -= 2;
                continue;
            }
            count(iterations)?;
            let p = self.diagonal[l];
            let (d, e) = (&mut self.diagonal, &mut self.off);
            let mut g = shift(d[l - 1], p, e[l - 1], d[m]);
            let (mut s, mut c, mut p_next) = (1.0, 1.0, 0.0);
            let mut rotations = Vec::with_capacity(2);
            for i in m..l {
                let (f, b) = (s * e[i], c * e[i]);
                let r;
                (c, s, r) = rotation(g, f);
                if i != m {
                    e[i - 1] = r;
                }
                g = d[i] - p_next;
                let r = (d[i + 1] - g) * s + 2.0 * c * b;
                p_next = s * r;
                d[i] = g + p_next;
                g = c * r - b;
                rotations.push((i, c, s));
            }
            d[l] -= p_next;
            e[l - 1] = g;
            self.rotate(&rotations);
        }
        Some(())
    }

    /// True if the coupling of rows `k` and `k + 1` is negligible.
    fn is_split(&self, k: usize) -> bool {
        let size = EPSILON * EPSILON * self.diagonal[k].abs() * self.diagonal[k + 1].abs();
        self.off[k] * self.off[k] <= size + f64::MIN_POSITIVE
    }

    /// The eigenvalues of rows `k` and `k + 1`, the larger first (`dlaev2`).
    fn solve_pair(&mut self, k: usize) {
        let (a, b, c) = (self.diagonal[k], self.off[k], self.diagonal[k + 1]);
        let (sum, difference, twice) = (a + c, a - c, b + b);
        let (large, small) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
        let (u, w) = (difference.abs(), twice.abs());
        let root = if u > w {
            u * (1.0 + (w / u) * (w / u)).sqrt()
        } else if u < w {
            w * (1.0 + (u / w) * (u / w)).sqrt()
        } else {
            w * 2.0_f64.sqrt()
        };
        let negative = sum < 0.0;
        let first = 0.5 * if negative { sum - root } else { sum + root };
        let second = if sum == 0.0 { -0.5 * root } else { (large / first) * small - (b / first) * b };
        let positive = difference >= 0.0;
        let cs = if positive { difference + root } else { difference - root };
        let (mut cosine, mut sine) = if cs.abs() > w {
            let t = -twice / cs;
            let sine = 1.0 / (1.0 + t * t).sqrt();
            (t * sine, sine)
        } else if w == 0.0 {
            (1.0, 0.0)
        } else {
            let t = -cs / twice;
            let cosine = 1.0 / (1.0 + t * t).sqrt();
            (cosine, t * cosine)
        };
        if negative != positive {
            (cosine, sine) = (-sine, cosine);
        }
        (self.diagonal[k], self.diagonal[k + 1], self.off[k]) = (first, second, 0.0);
        self.rotate(&[(k, cosine, sine)]);
    }

    /// Rotates columns `k` and `k + 1` of the vectors, for each rotation.
    fn rotate(&mut self, rotations: &[(usize, f64, f64)]) {
        for &(k, c, s) in rotations {
            for row in 0..3 {
                let (a, b) = (self.vectors[(row, k)], self.vectors[(row, k + 1)]);
                self.vectors[(row, k + 1)] = c * b - s * a;
                self.vectors[(row, k)] = s * b + c * a;
            }
        }
    }

    /// Selection sort, as in LAPACK: equal values keep their order.
    fn sort(&mut self) {
        for i in 0..2 {
            let smallest = (i + 1..3).fold(i, |best, j| if self.diagonal[j] < self.diagonal[best] { j } else { best });
            if smallest != i {
                self.diagonal.swap(i, smallest);
                self.vectors.swap_columns(i, smallest);
            }
        }
    }
}

fn count(iterations: &mut usize) -> Option<()> {
    *iterations += 1;
    (*iterations <= MOST_ITERATIONS).then_some(())
}

/// Wilkinson's shift, subtracted from the far diagonal element.
fn shift(neighbour: f64, p: f64, coupling: f64, far: f64) -> f64 {
    let g = (neighbour - p) / (2.0 * coupling);
    let r = g.hypot(1.0);
    far - p + coupling / (g + r.copysign(g))
}

/// Cosine and sine of the rotation that turns `(f, g)` onto the first axis, and its length (`dlartg`).
fn rotation(f: f64, g: f64) -> (f64, f64, f64) {
    if g == 0.0 {
        (1.0, 0.0, f)
    } else if f == 0.0 {
        (0.0, 1.0_f64.copysign(g), g.abs())
    } else {
        let length = (f * f + g * g).sqrt();
        let r = length.copysign(f);
        (f.abs() / length, g / r, r)
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Matrix3;

    use super::eigenvectors;

    #[test]
    fn vectors_have_the_signs_of_lapack() {
        // Computed with numpy.linalg.eigh.
        for &(matrix, expected) in NUMPY {
            let [a, b, c, d, e, f] = matrix;
            let vectors = eigenvectors(&Matrix3::new(a, b, c, b, d, e, c, e, f)).expect("it is finite");
            let expected = Matrix3::from_row_slice(&expected);
            assert!((vectors - expected).amax() < 1e-14, "{vectors} {expected}");
        }
    }

    #[test]
    fn what_is_not_finite_has_none() {
        assert!(eigenvectors(&Matrix3::from_element(f64::NAN)).is_none());
        assert_eq!(eigenvectors(&Matrix3::zeros()), Some(Matrix3::identity()));
    }

    /// The lower triangle by columns, and the eigenvectors as columns, row by row.
    const NUMPY: &[([f64; 6], [f64; 9])] = &[
        (
            [3.0, 1.0, 0.0, 2.0, 0.0, 0.0],
            [
                0.0,
                0.5257311121191335,
                -0.8506508083520399,
                0.0,
                -0.8506508083520399,
                -0.5257311121191335,
                1.0,
                0.0,
                -0.0,
            ],
        ),
        (
            [3.0, -1.0, 0.0, 2.0, 0.0, 0.0],
            [
                0.0,
                -0.5257311121191335,
                -0.8506508083520399,
                0.0,
                -0.8506508083520399,
                0.5257311121191335,
                1.0,
                -0.0,
                0.0,
            ],
        ),
        (
            [1.0, 2.0, 0.0, 5.0, 0.0, 0.0],
            [0.0, -0.9238795325112867, 0.3826834323650898, 0.0, 0.3826834323650898, 0.9238795325112867, 1.0, 0.0, 0.0],
        ),
        (
            [1.0, -2.0, 0.0, 5.0, 0.0, 0.0],
            [
                0.0,
                -0.9238795325112867,
                -0.3826834323650898,
                0.0,
                -0.3826834323650898,
                0.9238795325112867,
                1.0,
                -0.0,
                0.0,
            ],
        ),
        (
            [3.0, 1.0, 1e-28, 2.0, -1e-28, 1e-30],
            [
                -6.000000000000003e-29,
                -0.5257311121191335,
                -0.8506508083520399,
                8.00000000000001e-29,
                0.8506508083520399,
                -0.5257311121191335,
                1.0,
                -9.959593139531131e-29,
                -8.980559531591693e-30,
            ],
        ),
        (
            [3.0, 1.0, 0.5, 2.0, -0.25, 4.0],
            [
                0.5363448365784534,
                0.7164823556616844,
                -0.4460798698676231,
                -0.8255346992315984,
                0.5552988906535976,
                -0.10067572896919003,
                -0.17557527343058982,
                -0.4222513186058357,
                -0.8893127387457163,
            ],
        ),
        (
            [9.0, -1.0, 0.5, 2.0, 0.25, 1.0],
            [
                -0.094780928932337,
                0.11273269717020482,
                -0.9890944921995342,
                -0.2949157012707495,
                0.9457870504913205,
                0.13605728303516262,
                0.9508108669208114,
                0.3045951314641441,
                -0.0563959327756485,
            ],
        ),
        ([1.0, 0.0, 0.0, 4.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]),
        (
            [2.0, 0.0, -1.0, 2.0, 0.0, 2.0],
            [
                -0.7071067811865475,
                0.0,
                -0.7071067811865475,
                0.0,
                1.0,
                0.0,
                -0.7071067811865475,
                0.0,
                0.7071067811865475,
            ],
        ),
    ];
}
