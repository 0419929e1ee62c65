//! The error function with the bits of glibc, whose value NEURON uses.
//!
//! The coefficients are those of Sun's rational approximations. glibc sums each polynomial in pairs of terms, which
//! rounds otherwise than Horner's scheme.

/// The error function at 1, rounded to 24 bits, from which the approximation near 1 counts.
const NEAR_ONE: f64 = 8.45062911510467529297e-01;

/// 2/sqrt(pi) - 1.
const SLOPE: f64 = 1.28379167095512586316e-01;

const SMALL: Quotient = Quotient {
    above: &[
        1.28379167095512558561e-01,
        -3.25042107247001499370e-01,
        -2.84817495755985104766e-02,
        -5.77027029648944159157e-03,
        -2.37630166566501626084e-05,
    ],
    below: &[
        1.0,
        3.97917223959155352819e-01,
        6.50222499887672944485e-02,
        5.08130628187576562776e-03,
        1.32494738004321644526e-04,
        -3.96022827877536812320e-06,
    ],
};

const MIDDLE: Quotient = Quotient {
    above: &[
        -2.36211856075265944077e-03,
        4.14856118683748331666e-01,
        -3.72207876035701323847e-01,
        3.18346619901161753674e-01,
        -1.10894694282396677476e-01,
        3.54783043256182359371e-02,
        -2.16637559486879084300e-03,
    ],
    below: &[
        1.0,
        1.06420880400844228286e-01,
        5.40397917702171048937e-01,
        7.18286544141962662868e-02,
        1.26171219808761642112e-01,
        1.36370839120290507362e-02,
        1.19844998467991074170e-02,
    ],
};

const LARGE: Quotient = Quotient {
    above: &[
        -9.86494403484714822705e-03,
        -6.93858572707181764372e-01,
        -1.05586262253232909814e+01,
        -6.23753324503260060396e+01,
        -1.62396669462573470355e+02,
        -1.84605092906711035994e+02,
        -8.12874355063065934246e+01,
        -9.81432934416914548592e+00,
    ],
    below: &[
        1.0,
        1.96512716674392571292e+01,
        1.37657754143519042600e+02,
        4.34565877475229228821e+02,
        6.45387271733267880336e+02,
        4.29008140027567833386e+02,
        1.08635005541779435134e+02,
        6.57024977031928170135e+00,
        -6.04244152148580987438e-02,
    ],
};

const LARGEST: Quotient = Quotient {
    above: &[
        -9.86494292470009928597e-03,
        -7.99283237680523006574e-01,
        -1.77579549177547519889e+01,
        -1.60636384855821916062e+02,
        -6.37566443368389627722e+02,
        -1.02509513161107724954e+03,
        -4.83519191608651397019e+02,
    ],
    below: &[
        1.0,
        3.03380607434824582924e+01,
        3.25792512996573918826e+02,
        1.53672958608443695994e+03,
        3.19985821950859553908e+03,
        2.55305040643316442583e+03,
        4.74528541206955367215e+02,
        -2.24409524465858183362e+01,
    ],
};

/// A quotient of polynomials, with the coefficients of the lowest powers first.
struct Quotient {
    above: &'static [f64],
    below: &'static [f64],
}

impl Quotient {
    fn at(&self, x: f64) -> f64 {
        in_pairs(self.above, x) / in_pairs(self.below, x)
    }
}

/// The value of a polynomial of at most the eighth degree, summed in pairs of terms.
fn in_pairs(coefficients: &[f64], x: f64) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let powers = [square, fourth, fourth * square, fourth * fourth];
    let mut pairs = coefficients.chunks(2).map(|pair| match *pair {
        [constant, slope] => constant + x * slope,
        [constant] => constant,
        _ => 0.0,
    });
    let first = pairs.next().unwrap_or(0.0);
    powers.into_iter().zip(pairs).fold(first, |sum, (power, pair)| sum + power * pair)
}

/// The error function.
pub(super) fn erf(x: f64) -> f64 {
    let size = x.abs();
    if x.is_nan() {
        return x;
    }
    if size < 2f64.powi(-28) {
        return x + SLOPE * x;
    }
    if size < 0.84375 {
        return x + x * SMALL.at(x * x);
    }
    if size < 1.25 {
        return (NEAR_ONE + MIDDLE.at(size - 1.0)).copysign(x);
    }
    if size >= 6.0 {
        return 1f64.copysign(x);
    }
    // the high half of the bits distinguishes the ranges, about 1/0.35
    let high = size.to_bits() >> 32;
    let quotient = if high < 0x4006_DB6E { &LARGE } else { &LARGEST };
    let exponent = quotient.at(1.0 / (size * size));
    let rounded = f64::from_bits(high << 32);
    let tail = (-rounded * rounded - 0.5625).exp() * ((rounded - size) * (rounded + size) + exponent).exp();
    (1.0 - tail / size).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::erf;

    /// Values of NEURON 9.0.2 with glibc 2.36, in all ranges.
    #[test]
    fn values_are_those_of_glibc() {
        for (x, expected) in VALUES {
            assert_eq!(erf(x).to_bits(), expected, "{x}");
            assert_eq!(erf(-x).to_bits(), expected | 1 << 63, "-{x}");
        }
        assert!(erf(f64::NAN).is_nan());
        assert_eq!(erf(f64::NEG_INFINITY), -1.0);
    }

    const VALUES: [(f64, u64); 24] = [
        (0.0, 0x0000_0000_0000_0000),
        (1e-10, 0x3ddf_0443_32d6_8161),
        (0.527, 0x3fe1_67a9_29e8_d7d8),
        (0.626, 0x3fe3_f7d7_094a_6024),
        (0.67, 0x3fe5_0318_1960_e0be),
        (0.792, 0x3fe7_980c_5f6a_bd98),
        (0.624, 0x3fe3_eb54_aff7_55ff),
        (0.776, 0x3fe7_480f_6b0d_ae20),
        (0.861, 0x3fe8_da38_be99_0e3b),
        (1.032, 0x3feb_60c7_43ea_c784),
        (1.218, 0x3fed_47de_c198_5def),
        (1.103, 0x3fec_32e1_cab0_4828),
        (1.201, 0x3fed_237a_c4f4_e083),
        (1.44, 0x3fee_aa5d_9149_b590),
        (2.006, 0x3fef_daaf_07dd_c3d0),
        (1.652, 0x3fef_6072_95f3_c817),
        (2.125, 0x3fef_ea42_18d6_594a),
        (2.173, 0x3fef_eea5_0763_e035),
        (2.9, 0x3fef_ffa9_cfbe_a4e3),
        (3.519, 0x3fef_fffe_a49e_2175),
        (3.71, 0x3fef_ffff_ace1_9ec8),
        (5.646, 0x3fef_ffff_ffff_fff3),
        (5.188, 0x3fef_ffff_ffff_f850),
        (7.0, 0x3ff0_0000_0000_0000),
    ];
}
