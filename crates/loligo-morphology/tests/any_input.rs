//! The contract: no input makes a reader panic, hang or allocate without bound; and its result is a
//! tree (parents first, names unique, numbers finite).

use std::collections::BTreeSet;
use std::path::PathBuf;

use loligo_morphology::{Imported, Morphology, MorphologyError};
use proptest::prelude::*;

fn samples() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../morphologies");
    let files = |folder: PathBuf| {
        std::fs::read_dir(folder)
            .expect("the folder is committed")
            .map(|entry| entry.expect("it can be listed").path())
            .filter(|path| path.extension().is_some_and(|e| e == "swc" || e == "asc"))
            .map(|path| std::fs::read(path).expect("it can be read"))
            // Large cells would only take time here.
            .filter(|bytes| bytes.len() < 20_000)
    };
    files(folder.join("zoo")).chain(files(folder)).collect()
}

fn check(result: Result<Imported, MorphologyError>) {
    let cell = match result {
        Ok(imported) => {
            assert!(imported.warnings.iter().all(|warning| !warning.to_string().is_empty()));
            imported.morphology
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let mut names = BTreeSet::new();
    for (i, section) in cell.sections.iter().enumerate() {
        assert!(names.insert(&section.name), "{} twice", section.name);
        assert!(section.points.len() > 1, "{} has no two points", section.name);
        if let Some(at) = section.parent {
            assert!(at.parent < i, "{} comes before its parent", section.name);
            assert!((0.0..=1.0).contains(&at.parent_x));
        }
    }
    assert!(!cell.sections.is_empty());
    let summary = cell.summary();
    assert_eq!(summary.sections.len(), cell.sections.len());
    assert!(!summary.to_string().is_empty());
    let mut text = Vec::new();
    cell.write_swc(&mut text).expect("a Vec takes all");
}

fn check_both(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    check(Morphology::from_swc_str(&text));
    check(Morphology::from_asc_str(&text));
}

/// Words of both formats, so that random texts are accepted beyond the first line.
const WORDS: &[&str] = &[
    "(",
    ")",
    "((",
    "))",
    "|",
    "<",
    ">",
    ",",
    "\n",
    "\r\n",
    " ",
    ";",
    "\"CellBody\"",
    "\"",
    "(Dendrite)",
    "(Color RGB (1, 2, 3))",
    "Normal",
    "Set",
    "RGB",
    "(1 2 3 4)",
    "(5 6 7 8)",
    "(9 5 2)",
    "1",
    "2",
    "3",
    "-1",
    "0",
    "1e9",
    "1e39",
    "nan",
    "inf",
    ".5",
    "#",
    "@",
    "1 1 0 0 0 1 -1\n",
    "2 3 1 0 0 1 1\n",
    "3 3 2 0 0 1 2\n",
    "4 1 2 1 0 1 2\n",
    "2 1 0 0 9 1 4\n",
    "\u{feff}",
    "NA",
    "1,5",
    "1;1;0;0;0;1;-1\n",
    "1,1,0,0,0,1,-1\n",
    "5 3 1 0 0 0 1\n6 3 1 0 0 0 5\n7 3 1 0 0 0 6\n",
    "(\"Outline\" (CellBody)",
    "(CellBody)",
    "\u{2212}",
    "\0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_both(&bytes);
    }

    #[test]
    fn random_words(words in prop::collection::vec(prop::sample::select(WORDS), 0..80)) {
        check_both(words.concat().as_bytes());
    }

    #[test]
    fn random_lines_of_swc(
        rows in prop::collection::vec((0..20_i32, -1..6_i32, -9..9_i32, -9..9_i32, -1..3_i32, -2..20_i32), 1..20)
    ) {
        let text: String = rows
            .iter()
            .map(|(id, code, x, y, r, parent)| format!("{id} {code} {x} {y} 0 {r} {parent}\n"))
            .collect();
        check(Morphology::from_swc_str(&text));
    }

    #[test]
    fn files_with_bytes_changed_or_cut_off(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let samples = samples();
        let mut bytes = samples[which.index(samples.len())].clone();
        for (place, byte, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => drop(bytes.remove(place)),
                // A digit replaced by a digit gives a file that is almost valid.
                _ => bytes[place] = b'0' + byte % 10,
            }
        }
        if let Some(cut) = cut
            && !bytes.is_empty() {
            bytes.truncate(cut.index(bytes.len()));
        }
        check_both(&bytes);
    }
}

#[test]
fn deep_nesting_needs_no_stack() {
    const DEEP: usize = 200_000;
    check_both("(".repeat(DEEP).as_bytes());
    check_both("((Dendrite)(0 0 0 1)(1 0 0 1)".repeat(DEEP).as_bytes());
    check_both("(Set \"a\" ".repeat(DEEP).as_bytes());
    let mut text = String::from("((Dendrite)(0 0 0 1)(1 0 0 1)");
    for i in 0..DEEP {
        text.push_str(&format!("(({} 0 0 1)\n", i % 1_000 + 2));
    }
    text.push_str(&")".repeat(DEEP + 1));
    let cell = Morphology::from_asc_str(&text).expect("every bracket closes").morphology;
    assert_eq!(cell.sections.len(), DEEP + 1);
}

#[test]
fn large_odd_files_take_linear_time() {
    const MANY: usize = 200_000;
    // A star, a comb read backward, one long contour, and roots only.
    let star: String = (2..MANY).map(|i| format!("{i} 3 {i} 0 0 1 1\n")).collect();
    check(Morphology::from_swc_str(&format!("1 1 0 0 0 1 -1\n{star}")));
    let backward: String = (1..MANY).map(|i| format!("{i} 3 {i} 0 0 1 {}\n", i + 1)).collect();
    check(Morphology::from_swc_str(&format!("{backward}{MANY} 3 0 0 0 1 -1\n")));
    let ring: String = (1..MANY).map(|i| format!("{i} 3 {i} 0 0 1 {}\n", i + 1)).collect();
    check(Morphology::from_swc_str(&format!("{ring}{MANY} 3 0 0 0 1 1\n")));
    let roots: String = (1..MANY).map(|i| format!("{i} 3 {i} 0 0 1 -1\n")).collect();
    check(Morphology::from_swc_str(&roots));
    let contour: String = (0..MANY).map(|i| format!("({} {} 0 1)\n", i % 700, (i * i) % 900)).collect();
    check(Morphology::from_asc_str(&format!("(\"CellBody\" {contour})")));
    let contours: String =
        (0..MANY / 10).map(|i| format!("(\"Soma\" (0 {i} 0)(9 {i} 0)(5 {i} 3)(2 {}.5 1))", i)).collect();
    check(Morphology::from_asc_str(&contours));
}
