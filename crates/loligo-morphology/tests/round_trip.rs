//! The contract: a morphology written as SWC and read again is the same section tree, as far as SWC
//! can represent it (`loligo_morphology::write` lists the limits).

use std::path::PathBuf;

use loligo_morphology::Morphology;
use proptest::prelude::*;

fn again(cell: &Morphology) -> Morphology {
    let mut text = Vec::new();
    cell.write_swc(&mut text).expect("a Vec takes all");
    let text = String::from_utf8(text).expect("SWC is ASCII");
    Morphology::from_swc_str(&text).expect("we wrote it").morphology
}

#[test]
fn grown_cells_survive() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../morphologies");
    for name in ["ball_and_stick", "granule", "interneuron", "purkinje", "pyramidal_l5"] {
        let path = folder.join(name).with_extension("swc");
        let cell = Morphology::read(path).expect("it is a morphology").morphology;
        assert_eq!(again(&cell), cell, "{name}");
    }
}

#[test]
fn reference_cells_survive() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/morphologies");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the reference folder {} is not there", folder.display());
        return;
    };
    for path in files.map(|entry| entry.expect("it can be listed").path()) {
        let cell = Morphology::read(&path).expect("it is a morphology").morphology;
        let again = again(&cell);
        if path.extension().is_some_and(|e| e == "swc") {
            assert_eq!(again, cell, "{}", path.display());
        } else {
            // Daughters in an ASC file begin with their own diameter, which is an additional point
            // in SWC, and only daughters are read as their parents' continuations.
            assert!(again.sections.len() <= cell.sections.len());
            assert!((again.length() / cell.length() - 1.0).abs() < 1e-12);
        }
    }
}

proptest! {
    /// Trees on a soma of one point or of several, each section with one or two daughters of
    /// random kinds and places.
    #[test]
    fn random_trees_survive(
        soma in 1..6_usize,
        steps in prop::collection::vec((any::<prop::sample::Index>(), 2..5_i32, 1..4_usize, -99..99_i32, 1..9_i32), 1..40),
    ) {
        let mut text = String::new();
        for i in 1..=soma {
            let parent = if i == 1 { -1 } else { i as i32 - 1 };
            text += &format!("{i} 1 0 {} 0 {} {parent}\n", 4 * i, 3 + i % 2);
        }
        let mut points = soma;
        // Possible starts of a branch: on the soma, or at the end of another branch.
        let mut ends: Vec<usize> = (1..=soma).collect();
        for (end, code, length, shift, radius) in steps {
            let mut parent = ends[end.index(ends.len())];
            for _ in 0..=length {
                points += 1;
                let (x, y) = (f64::from(shift) * 1.37 + points as f64, points as f64 * 0.61);
                text += &format!("{points} {code} {x} {y} {shift} {} {parent}\n", f64::from(radius) * 0.13);
                parent = points;
            }
            ends.push(parent);
        }
        let cell = Morphology::from_swc_str(&text).expect("it is a tree").morphology;
        prop_assert_eq!(again(&cell), cell);
    }
}
