//! No text makes the model reader panic, hang or exhaust memory, and a file whose network is checked later has the
//! errors of a file that is checked at once.

use std::path::Path;

use loligo_format::model_file::LoadError;
use loligo_format::{Model, ModelFile};
use proptest::prelude::*;

const EXAMPLES: [&str; 8] = [
    include_str!("../../../examples/hh_soma.toml"),
    include_str!("../../../examples/ball_and_stick.toml"),
    include_str!("../../../examples/ring.toml"),
    include_str!("../../../examples/noisy_network.toml"),
    include_str!("../../../examples/gap_junctions.toml"),
    include_str!("../../../examples/noisy_stimuli.toml"),
    include_str!("../../../examples/network_in_space.toml"),
    REGIONS,
];

/// Recordings in all segments of regions.
const REGIONS: &str = r#"
[run]
tstop = 1.0

[[cell]]
name = "ring"
count = 5
section = [
    { name = "soma", L = 20.0, diam = 20.0 },
    { name = "dend", parent = "soma", L = 100.0, diam = 2.0, nseg = 3 },
]
paint = [{ region = "all", mechanism = "hh" }]

[[record]]
cell = ["ring[0:2]", "ring[3]"]
region = ["soma", "dendrite"]
variable = ["i_membrane_", "v"]
every = 4

[[record]]
region = "all"
variable = "i_membrane"

[[record]]
place = ["ring.soma(0.5).i_cap", "ring[2].dend(1).i_membrane_"]
"#;

/// Text that may be inserted anywhere by mistake.
const SLIPS: [&str; 24] = [
    "-1",
    "0",
    "1e308",
    "nan",
    "inf",
    "1000000000000000000",
    "\"\"",
    "\"all\"",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "[[cell]]",
    "[cell]",
    "\"",
    "0x7fffffffffffffff",
    "[[[[[[[[[[",
    "true",
    "\u{0}",
    "é",
    "{ uniform = [0, 1] }",
    "[0:0:0]",
];

/// A change: remove, repeat or insert at a position given as a fraction of the text.
#[derive(Clone, Debug)]
enum Change {
    Cut(f64, usize),
    Repeat(f64, usize),
    Insert(f64, usize),
    SwapLines(f64, f64),
    ReplaceNumber(f64, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0.0..1.0, 1usize..40).prop_map(|(at, length)| Change::Cut(at, length)),
        (0.0..1.0, 1usize..200).prop_map(|(at, length)| Change::Repeat(at, length)),
        (0.0..1.0, 0..SLIPS.len()).prop_map(|(at, slip)| Change::Insert(at, slip)),
        (0.0..1.0, 0.0..1.0).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (0.0..1.0, 0..SLIPS.len()).prop_map(|(at, slip)| Change::ReplaceNumber(at, slip)),
    ]
}

fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn apply(text: &str, change: &Change) -> String {
    let place = |share: f64| boundary(text, (share * text.len() as f64) as usize);
    match *change {
        Change::Cut(at, length) => {
            let (start, end) = (place(at), boundary(text, place(at) + length));
            format!("{}{}", &text[..start], &text[end..])
        }
        Change::Repeat(at, length) => {
            let (start, end) = (place(at), boundary(text, place(at) + length));
            format!("{}{}", &text[..end], &text[start..])
        }
        Change::Insert(at, slip) => format!("{}{}{}", &text[..place(at)], SLIPS[slip], &text[place(at)..]),
        Change::SwapLines(a, b) => {
            let mut lines: Vec<&str> = text.lines().collect();
            if lines.is_empty() {
                return String::new();
            }
            let count = lines.len() as f64;
            lines.swap((a * count) as usize, (b * count) as usize);
            lines.join("\n")
        }
        Change::ReplaceNumber(at, slip) => {
            let Some(start) = text[place(at)..].find("= ").map(|k| place(at) + k + 2) else { return text.to_owned() };
            let end = text[start..].find([' ', '\n', ',']).map_or(text.len(), |k| start + k);
            format!("{}{}{}", &text[..start], SLIPS[slip], &text[end..])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn mutated_examples(example in 0..EXAMPLES.len(), changes in prop::collection::vec(change(), 1..6)) {
        let text = changes.iter().fold(EXAMPLES[example].to_owned(), |text, change| apply(&text, change));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("model_file_fuzz.toml");
        std::fs::write(&path, &text).expect("the temporary directory can be written");
        let parsed = ModelFile::parse(&text, &path);
        let told = |model: &Model| (model.warnings.clone(), model.tstop, model.network.cells.len());
        let loaded = parsed.as_ref().map(told).map_err(|errors| LoadError::Invalid(errors.clone()));
        let unchecked = ModelFile::load_unchecked(&path).and_then(|unchecked| {
            unchecked.check()?;
            Ok(told(&unchecked.model))
        });
        // NaN differs from itself.
        prop_assert_eq!(format!("{unchecked:?}"), format!("{loaded:?}"));
        if let Err(errors) = parsed {
            prop_assert!(!errors.errors.is_empty());
            for error in &errors.errors {
                prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
            }
            prop_assert!(!errors.to_string().is_empty());
        }
    }

    #[test]
    fn any_text(text in ".{0,400}") {
        let _ = ModelFile::parse(&text, "model.toml");
    }
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let text = format!("[run]\ntstop = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(ModelFile::parse(&text, "model.toml").is_err());
    }
}
