//! Normal deviates by the polar method.

use crate::generator::Generator;

/// Two independent standard normal deviates, by Marsaglia's polar method (Marsaglia and Bray
/// 1964, doi:10.1137/1006063).
pub(crate) fn polar_pair<G: Generator>(generator: &mut G) -> (f64, f64) {
    loop {
        let x = 2.0 * generator.next_f64() - 1.0;
        let y = 2.0 * generator.next_f64() - 1.0;
        let square = x * x + y * y;
        if square <= 1.0 {
            let scale = (-2.0 * square.ln() / square).sqrt();
            return (x * scale, y * scale);
        }
    }
}
