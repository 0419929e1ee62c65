use std::any::Any;

use pulp::Simd;

/// Transposes a matrix by the shuffles of the instruction set: element by element would take as long as the arithmetic.
#[inline(always)]
pub(super) fn transpose<S: Simd>(simd: S, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
    #[cfg(target_arch = "x86_64")]
    {
        let simd: &dyn Any = &simd;
        if let Some(simd) = simd.downcast_ref::<pulp::x86::V4>() {
            return x86::transpose_by_eight(*simd, rows);
        }
        if let Some(simd) = simd.downcast_ref::<pulp::x86::V3>() {
            return x86::transpose_by_four(*simd, rows);
        }
    }
    let mut columns = [[0.0; 8]; 8];
    for (k, row) in rows.iter().enumerate() {
        for (column, value) in columns.iter_mut().zip(row) {
            column[k] = *value;
        }
    }
    columns
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{__m256d, __m512d};

    use pulp::x86::{V3, V4};

    /// Transposes with vectors of eight.
    #[inline(always)]
    pub(super) fn transpose_by_eight(simd: V4, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
        /// The first and third, or the second and fourth, quarter of each vector.
        const ODD: i32 = 0b10_00_10_00;
        const EVEN: i32 = 0b11_01_11_01;
        let simd = simd.avx512f;
        let r: [__m512d; 8] = pulp::cast(rows);
        let (low01, high01) = (simd._mm512_unpacklo_pd(r[0], r[1]), simd._mm512_unpackhi_pd(r[0], r[1]));
        let (low23, high23) = (simd._mm512_unpacklo_pd(r[2], r[3]), simd._mm512_unpackhi_pd(r[2], r[3]));
        let (low45, high45) = (simd._mm512_unpacklo_pd(r[4], r[5]), simd._mm512_unpackhi_pd(r[4], r[5]));
        let (low67, high67) = (simd._mm512_unpacklo_pd(r[6], r[7]), simd._mm512_unpackhi_pd(r[6], r[7]));
        // Columns 0 and 4, 2 and 6, 1 and 5, 3 and 7 of the first four rows, then of the last four.
        let c04 = simd._mm512_shuffle_f64x2::<ODD>(low01, low23);
        let c26 = simd._mm512_shuffle_f64x2::<EVEN>(low01, low23);
        let c15 = simd._mm512_shuffle_f64x2::<ODD>(high01, high23);
        let c37 = simd._mm512_shuffle_f64x2::<EVEN>(high01, high23);
        let d04 = simd._mm512_shuffle_f64x2::<ODD>(low45, low67);
        let d26 = simd._mm512_shuffle_f64x2::<EVEN>(low45, low67);
        let d15 = simd._mm512_shuffle_f64x2::<ODD>(high45, high67);
        let d37 = simd._mm512_shuffle_f64x2::<EVEN>(high45, high67);
        pulp::cast([
            simd._mm512_shuffle_f64x2::<ODD>(c04, d04),
            simd._mm512_shuffle_f64x2::<ODD>(c15, d15),
            simd._mm512_shuffle_f64x2::<ODD>(c26, d26),
            simd._mm512_shuffle_f64x2::<ODD>(c37, d37),
            simd._mm512_shuffle_f64x2::<EVEN>(c04, d04),
            simd._mm512_shuffle_f64x2::<EVEN>(c15, d15),
            simd._mm512_shuffle_f64x2::<EVEN>(c26, d26),
            simd._mm512_shuffle_f64x2::<EVEN>(c37, d37),
        ])
    }

    /// Transposes with vectors of four.
    #[inline(always)]
    pub(super) fn transpose_by_four(simd: V3, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
        let r: [[__m256d; 2]; 8] = pulp::cast(rows);
        let [a0, a1, a2, a3] = quarter(simd, [r[0][0], r[1][0], r[2][0], r[3][0]]);
        let [b0, b1, b2, b3] = quarter(simd, [r[4][0], r[5][0], r[6][0], r[7][0]]);
        let [a4, a5, a6, a7] = quarter(simd, [r[0][1], r[1][1], r[2][1], r[3][1]]);
        let [b4, b5, b6, b7] = quarter(simd, [r[4][1], r[5][1], r[6][1], r[7][1]]);
        pulp::cast([[a0, b0], [a1, b1], [a2, b2], [a3, b3], [a4, b4], [a5, b5], [a6, b6], [a7, b7]])
    }

    #[inline(always)]
    fn quarter(simd: V3, r: [__m256d; 4]) -> [__m256d; 4] {
        /// The first, or the second, half of each vector.
        const FIRST: i32 = 0x20;
        const SECOND: i32 = 0x31;
        let simd = simd.avx;
        let (low01, high01) = (simd._mm256_unpacklo_pd(r[0], r[1]), simd._mm256_unpackhi_pd(r[0], r[1]));
        let (low23, high23) = (simd._mm256_unpacklo_pd(r[2], r[3]), simd._mm256_unpackhi_pd(r[2], r[3]));
        [
            simd._mm256_permute2f128_pd::<FIRST>(low01, low23),
            simd._mm256_permute2f128_pd::<FIRST>(high01, high23),
            simd._mm256_permute2f128_pd::<SECOND>(low01, low23),
            simd._mm256_permute2f128_pd::<SECOND>(high01, high23),
        ]
    }
}
