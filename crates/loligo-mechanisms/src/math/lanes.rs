use pulp::{Arch, Simd, WithSimd};

/// A loop over slices that is compiled once for each instruction set.
///
/// A kernel is a struct of the slices and numbers that it uses. Its `run` should pass the slices to
/// an `#[inline(always)]` function as separate parameters, which shows the compiler that they do
/// not overlap, and that function should cut all of them to one length before its loop.
///
/// `run` and every function that it calls must be `#[inline(always)]`, and closures should be
/// avoided: code that is not inlined is compiled for the baseline processor, where every
/// multiply-add of [`exp`](super::exp) is a call.
pub trait VectorLoop {
    /// The return type of the kernel.
    type Output;

    /// Runs the loop; `simd` is the instruction set, for operations that the compiler does not vectorise itself.
    /// Implementations are `#[inline(always)]`.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// The vector instructions that kernels use: none, AVX2 with FMA, AVX-512 (or those of other
/// processors).
///
/// Every choice gives the same bits.
///
/// ```
/// use loligo_mechanisms::math::{VectorLoop, Lanes, Simd, exp};
///
/// struct Exponentials<'a> {
///     x: &'a [f64],
///     y: &'a mut [f64],
/// }
///
/// impl VectorLoop for Exponentials<'_> {
///     type Output = ();
///
///     #[inline(always)]
///     fn run<S: Simd>(self, _: S) {
///         for (y, &x) in self.y.iter_mut().zip(self.x) {
///             *y = exp(x);
///         }
///     }
/// }
///
/// let mut y = [0.0; 3];
/// Lanes::detect().run(Exponentials { x: &[0.0, 1.0, -1e3], y: &mut y });
/// assert_eq!(y, [1.0, std::f64::consts::E, 0.0]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Lanes {
    arch: Arch,
}

impl Lanes {
    /// The widest vectors of this processor.
    pub fn detect() -> Self {
        Self { arch: Arch::new() }
    }

    /// The instructions that every processor of this architecture has.
    pub fn baseline() -> Self {
        Self { arch: Arch::Scalar }
    }

    /// Every choice available on this processor, the baseline first and the widest last.
    pub fn available() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let vectors = [pulp::x86::V3::try_new().map(Arch::V3), pulp::x86::V4::try_new().map(Arch::V4)];
        #[cfg(not(target_arch = "x86_64"))]
        let vectors = [Some(Arch::new())];
        let vectors = vectors.into_iter().flatten().map(|arch| Self { arch });
        std::iter::once(Self::baseline()).chain(vectors).collect()
    }

    /// Bits of the vectors in which kernels compute: 512 for AVX-512, 256 for AVX2, 64 for the baseline.
    pub fn vector_bits(self) -> u32 {
        match self.arch {
            Arch::Scalar => 64,
            #[cfg(target_arch = "x86_64")]
            Arch::V3(_) => 256,
            #[cfg(target_arch = "x86_64")]
            Arch::V4(_) => 512,
            _ => 128,
        }
    }

    /// Runs a kernel.
    #[inline(always)]
    pub fn run<K: VectorLoop>(self, kernel: K) -> K::Output {
        self.arch.dispatch(Operation(kernel))
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::detect()
    }
}

/// A kernel in the form that pulp needs: unlike a closure, it is always inlined.
struct Operation<K>(K);

impl<K: VectorLoop> WithSimd for Operation<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> K::Output {
        self.0.run(simd)
    }
}
