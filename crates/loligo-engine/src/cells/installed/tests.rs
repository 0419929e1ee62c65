use loligo_cable::{HinesMatrix, NO_PARENT};

use super::*;
use crate::cells::membrane_current::MembraneCurrents;
use crate::options::Options;
use crate::test_models::{builtin, placed};

fn installed(name: &str, rows: Vec<u32>, area: f64) -> Installed {
    let most = rows.iter().max().map_or(0, |&row| row as usize);
    Installed::new(builtin(name), Default::default(), 0, rows, &vec![area; most + 1])
}

/// The sums over instances, with the given values of some columns: right-hand side, diagonal, and the electrodes'
/// part of the right-hand side, for rows at -65 mV.
fn currents(own: &Installed, values: &[(usize, f64)], numerics: Numerics) -> [Vec<f64>; 3] {
    let options = Options { numerics, ..Options::default() };
    let rows = 1 + own.rows.iter().max().map_or(0, |&row| row as usize);
    let mut block = placed(&own.mechanism, 0, &vec![0; own.rows.len()]).block;
    values.iter().for_each(|&(column, value)| block.fill(column, value));
    let kernel = own
        .mechanism
        .compile(&options.environment(false, &own.globals, &own.tables), &loligo_mechanisms::Layout::of(&block))
        .expect("it is built in");
    let mut matrix = HinesMatrix::new(vec![NO_PARENT; rows], vec![0.0; rows], vec![0.0; rows]);
    let mut membrane = MembraneCurrents::new(rows);
    let evaluation = Evaluation { kernel: &*kernel, numerics, lanes: options.lanes, t: 1.0, v: &vec![-65.0; rows] };
    let mut equations = Equations { matrix: &mut matrix, membrane: Some(&mut membrane) };
    let scratch = &mut Scratch::default();
    for piece in own.pieces() {
        own.add_currents(piece, evaluation, &mut block, scratch, &mut equations);
    }
    [matrix.rhs, matrix.diagonal, membrane.rhs]
}

#[test]
fn density_mechanisms_on_consecutive_rows_work_on_the_rows_themselves() {
    assert_eq!(installed("pas", (3..40).collect(), 1.0).runs.len(), 1);
    let scattered = installed("pas", (0..40).map(|k| 2 * k).collect(), 1.0);
    assert_eq!((scattered.runs.len(), scattered.bundles.len()), (0, 40));
    assert_eq!(installed("ExpSyn", (0..40).collect(), 1.0).runs.len(), 0, "points are scaled");
}

/// 0.001 S/cm2 x 5 mV, for any arrangement of the instances.
#[test]
fn a_density_current_is_added_as_it_is() {
    let more_than_a_chunk = (0..CHUNK as u32 + 5).collect::<Vec<u32>>();
    let gaps = (0..CHUNK as u32).map(|k| 3 * k).collect();
    for rows in [more_than_a_chunk, gaps, vec![2]] {
        let own = installed("pas", rows, 50.0);
        for numerics in [Numerics::Exact, Numerics::Fast] {
            let [rhs, diagonal, _] = currents(&own, &[], numerics);
            for row in 0..rhs.len() {
                let here = if own.rows.contains(&(row as u32)) { 1.0 } else { 0.0 };
                assert!((rhs[row] + 0.005 * here).abs() < 1e-12, "{} at {row}", rhs[row]); // mA/cm2
                assert!((diagonal[row] - 0.001 * here).abs() < 1e-9); // S/cm2
            }
        }
    }
}

/// 0.01 uS x -65 mV of 200 um2 are 0.65 nA / 200 um2 = 0.325 mA/cm2 inwards each.
#[test]
fn a_points_current_is_divided_by_the_area() {
    let own = installed("ExpSyn", [vec![0; 300], vec![4; 3]].concat(), 200.0);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let [rhs, diagonal, electrodes] = currents(&own, &[(3, 0.01)], numerics);
        for (row, count) in [(0, 300.0), (1, 0.0), (4, 3.0)] {
            assert!((rhs[row] - 0.325 * count).abs() < 1e-10 * (1.0 + count), "{} at {row}", rhs[row]);
            assert!((diagonal[row] - 0.005 * count).abs() < 1e-7 * (1.0 + count)); // S/cm2
        }
        assert_eq!(electrodes, [0.0; 5]);
    }
}

/// 1 nA / 200 um2 = 0.5 mA/cm2.
#[test]
fn an_electrodes_current_is_positive_inwards_and_counted_apart() {
    let own = installed("IClamp", vec![1], 200.0);
    let column = |name| own.signature.column(name).expect("it is the clamp's");
    let values = [(column("delay"), 0.0), (column("dur"), 10.0), (column("amp"), 1.0)];
    let [rhs, _, electrodes] = currents(&own, &values, Numerics::Fast);
    assert_eq!((&rhs[..], &electrodes[..]), (&[0.0, 0.5][..], &[0.0, 0.5][..]));
}

#[test]
fn one_by_one_gives_the_same_currents() {
    let mut own = installed("ExpSyn", vec![0, 0, 2], 200.0);
    let at_once = currents(&own, &[(3, 0.01)], Numerics::Exact);
    own.one_by_one = vec![2, 0, 1];
    assert_eq!(own.pieces().collect::<Vec<_>>(), [2..3, 0..1, 1..2]);
    assert_eq!(currents(&own, &[(3, 0.01)], Numerics::Exact), at_once);
}

#[test]
fn bundles_have_one_row_and_chunks_fit_the_scratch() {
    let rows = [vec![1; SCATTERED_CHUNK + 2], vec![2; SCATTERED_CHUNK - 2], vec![3]].concat();
    let bundles = bundles(&rows, f64::from);
    let found: Vec<_> = bundles.iter().map(|bundle| (bundle.row, bundle.length as usize, bundle.scale)).collect();
    assert_eq!(found, [(1, SCATTERED_CHUNK, 1.0), (1, 2, 1.0), (2, SCATTERED_CHUNK - 2, 2.0), (3, 1, 3.0)]);
    let chunks = BundleChunks::of(&bundles);
    let found: Vec<_> = chunks.iter().map(|chunk| (chunk.rows.to_vec(), chunk.instances(), chunk.runs.len())).collect();
    const CHUNK: usize = SCATTERED_CHUNK;
    let expected = [(vec![1], 0..CHUNK, 1), (vec![1, 2], CHUNK..2 * CHUNK, 1), (vec![3], 2 * CHUNK..2 * CHUNK + 1, 1)];
    assert_eq!(found, expected);
}

/// Rows of which some follow each other and others do not, also in descending order.
#[test]
fn voltages_and_sums_of_rows_in_runs_are_those_of_scattered_rows() {
    let long = || 8..30;
    let cases: [(Vec<u32>, usize); 5] = [
        (vec![4, 5, 6, 7], 1),
        (vec![4, 5, 7, 8], 0),
        (vec![6, 7, 4, 5], 0),
        (long().chain(32..40).chain([2]).collect(), 3),
        (long().map(|row| 2 * row).collect(), 0),
    ];
    for (rows, runs) in cases {
        let chunks = BundleChunks::of(&bundles(&rows, |row| 0.5 * f64::from(row)));
        let chunk = chunks.iter().next().expect("there is one");
        assert_eq!(chunk.runs.len(), runs, "{rows:?}");
        let v: Vec<f64> = (0..60).map(|row| -60.0 - f64::from(row)).collect(); // mV
        let mut scratch = [0.0; SCATTERED_CHUNK];
        let expected: Vec<f64> = rows.iter().map(|&row| -60.0 - f64::from(row)).collect(); // mV
        assert_eq!(chunk.of_rows(&v, &mut scratch), expected);
        assert_eq!(chunk.of_instances(&v, &mut scratch), expected);
        let mut sums = vec![1.0; 60];
        let own: Vec<f64> = (1..=rows.len()).map(|k| k as f64).collect();
        Lanes::detect().run(Sums { chunk, sign: -1.0, own: &own, rows: &mut sums });
        let mut expected = vec![1.0; 60];
        for (&row, own) in rows.iter().zip(own) {
            expected[row as usize] -= 0.5 * f64::from(row) * own;
        }
        assert_eq!(sums, expected);
    }
}
