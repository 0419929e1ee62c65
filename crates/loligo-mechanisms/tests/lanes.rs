//! Kernels give the same bits with every instruction set.

use std::marker::PhantomData;

use loligo_mechanisms::math::{Exact, ExactLanes, Fast, Lanes, Math, Simd, VectorLoop};

/// Relaxation towards a sigmoid, the arithmetic of a gating variable.
struct Gate<'a, M> {
    v: &'a [f64],
    x: &'a mut [f64],
    dt: f64,
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Gate<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        relax::<M>(self.v, self.x, self.dt);
    }
}

#[inline(always)]
fn relax<M: Math>(v: &[f64], x: &mut [f64], dt: f64) {
    let v = &v[..x.len()];
    for i in 0..x.len() {
        let opening = 0.07 * M::exp(-(v[i] + 65.0) / 20.0);
        let closing = 1.0 / (M::exp(-(v[i] + 35.0) / 10.0) + 1.0);
        let rate = opening + closing;
        x[i] += (1.0 - M::exp(-dt * rate)) * (opening / rate - x[i]);
    }
}

/// One exponential per element.
struct Exponentials<'a, M> {
    x: &'a [f64],
    y: &'a mut [f64],
    profile: PhantomData<M>,
}

impl<M: Math> VectorLoop for Exponentials<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (y, &x) in self.y.iter_mut().zip(self.x) {
            *y = M::exp(x);
        }
    }
}

/// Numbers of every magnitude and both signs, with the special ones.
fn arguments() -> Vec<f64> {
    let specials = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN_POSITIVE,
        -f64::from_bits(1),
        f64::MAX,
        f64::MIN,
        709.782712893384,
        -745.1332191019411,
    ];
    let sweep = (0..100_003).map(|i| -750.0 + 1465.0 * f64::from(i) / 100_003.0);
    let small = (0..2000).map(|i| (-1.0_f64).powi(i) * 0.98_f64.powi(i));
    specials.into_iter().chain(sweep).chain(small).collect()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}

fn exponentials_agree<M: Math>() {
    let x = arguments();
    let one_by_one: Vec<f64> = x.iter().map(|&x| M::exp(x)).collect();
    for lanes in Lanes::available() {
        let mut y = vec![0.0; x.len()];
        lanes.run(Exponentials::<M> { x: &x, y: &mut y, profile: PhantomData });
        assert_eq!(bits(&y), bits(&one_by_one), "{lanes:?}");
    }
}

fn gates_agree<M: Math>() {
    let v: Vec<f64> = (0..1001).map(|i| -100.0 + 0.2 * f64::from(i)).collect();
    let results: Vec<Vec<u64>> = Lanes::available()
        .into_iter()
        .map(|lanes| {
            let mut x = vec![0.4; v.len()];
            for _ in 0..10 {
                lanes.run(Gate::<M> { v: &v, x: &mut x, dt: 0.025, profile: PhantomData });
            }
            bits(&x)
        })
        .collect();
    for result in &results[1..] {
        assert_eq!(result, &results[0]);
    }
}

#[test]
fn fast_bits_do_not_depend_on_the_lanes() {
    exponentials_agree::<Fast>();
    gates_agree::<Fast>();
}

#[test]
fn exact_bits_do_not_depend_on_the_lanes() {
    exponentials_agree::<Exact>();
    gates_agree::<Exact>();
    exponentials_agree::<ExactLanes>();
    gates_agree::<ExactLanes>();
}

#[test]
fn not_a_number_stays_in_its_lane() {
    for lanes in Lanes::available() {
        let mut x = [1.0; 16];
        x[5] = f64::NAN;
        let mut y = [0.0; 16];
        lanes.run(Exponentials::<Fast> { x: &x, y: &mut y, profile: PhantomData });
        let wrong = (0..16).find(|&i| y[i].is_nan() != (i == 5));
        assert_eq!(wrong, None, "{lanes:?}");
    }
}
