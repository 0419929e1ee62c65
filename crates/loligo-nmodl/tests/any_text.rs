//! Contract: for every text, also a broken one, the compiler does not panic, hang, recurse without bound or exhaust the
//! memory.
//! Every resulting program is valid. A printed syntax tree that is parsed and printed again gives the same text.

use std::path::Path;

use loligo_nmodl::{Diagnostics, ProgrammedMechanism, Reading, Sources, parse, print};
use proptest::prelude::*;

const SOUND: [&str; 7] = [
    "TITLE a channel
NEURON { SUFFIX ca USEION ca READ cai, cao, eca WRITE ica VALENCE 2 RANGE gbar, m GLOBAL q THREADSAFE }
UNITS { (mV) = (millivolt) FARADAY = (faraday) (coulomb) R = 8.3134 (joule-degC) }
DEFINE N 3
PARAMETER { gbar = 1e-3 (S/cm2) <0, 1> q[N] x = -5 }
CONSTANT { Q10 = 2.3 }
ASSIGNED { v (mV) ica (mA/cm2) cai (mM) cao (mM) eca (mV) minf mtau r[4] }
STATE { m FROM 0 TO 1 h START 0.5 }
LOCAL last, all[2]
INITIAL { rates(v) m = minf h = 1 all[0] = 1 }
BREAKPOINT { SOLVE states METHOD cnexp ica = gbar * m^2 * h * (v - eca) }
DERIVATIVE states { rates(v) m' = (minf - m) / mtau h' = -h * (0.1 (/ms)) }
PROCEDURE rates(v (mV)) { LOCAL a, b
  TABLE minf, mtau DEPEND celsius FROM -100 TO 100 WITH 200
  a = alpha(v) b = 3 * exp(-(v + 40) / 9)
  if (a > b && !(a == 0)) { minf = a / (a + b) } else if (a < 0) { minf = 0 } else { minf = 1 }
  mtau = 1 / (a + b) while (mtau < 0.1) { mtau = mtau * 2 }
  FROM i = 0 TO N - 1 BY 1 { r[i + 1] = i / 2 }
}
FUNCTION alpha(v) (/ms) { alpha = 2 ^ -v }
",
    "NEURON { POINT_PROCESS Syn RANGE e, tau NONSPECIFIC_CURRENT i POINTER p RANDOM rng }
PARAMETER { tau = 2 (ms) <1e-9, 1e9> e = 0 (mV) }
ASSIGNED { v i p }
STATE { g (uS) }
INITIAL { g = 0 net_send(3, 1) }
BREAKPOINT { SOLVE state METHOD cnexp i = g * (v - e) * p CONDUCTANCE g }
DERIVATIVE state { g' = -g / tau }
NET_RECEIVE(weight (uS), y, z) {
  INITIAL { y = 0 z = t }
  if (flag == 0) { g = g + weight * random_uniform(rng) } else { WATCH (v > -20) 2, (v < e - 10) 3 net_event(t) net_move(t + 1) }
  FOR_NETCONS(w, b, c) { b = w c = t }
}
AFTER SOLVE { PROTECT e = e + 1 }
",
    "NEURON { SUFFIX k USEION na READ nai WRITE ina }
STATE { A B C[2] D }
ASSIGNED { ina nai }
BREAKPOINT { SOLVE k METHOD sparse SOLVE l ina = A }
INITIAL { SOLVE k STEADYSTATE sparse }
KINETIC k {
  COMPARTMENT 3 { A B }
  COMPARTMENT i, 1 + i { C }
  LONGITUDINAL_DIFFUSION i, 2 { C }
  ~ A + 2 B <-> C[0] (1, nai)
  ~ C[0] -> (3)
  ~ B << (f_flux - b_flux)
  CONSERVE A + 2 B = 1
}
LINEAR l { ~ D + 2 * A = 3 }
",
    "NEURON { ARTIFICIAL_CELL Cell RANGE m }
INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
COMMENT any text : at all ENDCOMMENT
VERBATIM
return 0;
ENDVERBATIM
ASSIGNED { m }
NET_RECEIVE(w) { m = m + w if (m > 1) { net_event(t) m = 0 } printf(\"%g\\n\", m) }
",
    include_str!("verbatim/arithmetic.mod"),
    include_str!("verbatim/draws.mod"),
    include_str!("verbatim/replay.mod"),
];

/// Reads a text. If it has no syntax errors, prints the tree, and reads and prints it again.
fn read(text: Vec<u8>) {
    let Ok(mut reading) = Reading::of_text(Path::new("/nowhere/any.mod"), text) else { return };
    if let Some(lowered) = reading.lower() {
        // The verifier accepts every program of the compiler.
        ProgrammedMechanism::new(lowered.signature, lowered.programs).unwrap();
    }
    let mut sources = reading.sources;
    let parsed = |sources: &mut Sources, file| {
        let mut diagnostics = Diagnostics::new();
        let mut include = |_: &Path| Err(loligo_nmodl::SourceError::TooLong);
        let tree = parse(sources, file, &mut include, &mut diagnostics);
        (!diagnostics.has_errors()).then(|| print(&tree))
    };
    let Some(text) = parsed(&mut sources, 0) else { return };
    let file = sources.add(Path::new("printed.mod"), text.clone().into()).unwrap();
    assert_eq!(parsed(&mut sources, file).as_deref(), Some(&*text));
}

#[test]
fn the_texts_are_sound() {
    for text in SOUND {
        let reading = Reading::of_text(Path::new("sound.mod"), text.into()).unwrap();
        let found = reading.diagnostics.render(&reading.sources, loligo_nmodl::Severity::Error);
        assert!(reading.model.is_some(), "{found}");
        read(text.into());
    }
}

/// The words of the texts, and some that occur in none.
fn words() -> Vec<String> {
    let mut words: Vec<String> =
        ["\"", "@", ";", "#", "\u{e9}", "ELSE", "x''", "1e", "1e999", ".", "TITLE", "COMMENT", "+"]
            .map(str::to_owned)
            .into();
    for text in SOUND {
        words.extend(text.split_inclusive(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(bytes);
    }

    #[test]
    fn any_words(picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..120)) {
        let words = words();
        let text: Vec<&str> = picks.iter().flat_map(|pick| [words[pick.index(words.len())].as_str(), " "]).collect();
        read(text.concat().into());
    }

    /// Valid texts with parts removed, moved or repeated.
    #[test]
    fn sound_texts_that_are_damaged(
        which in 0..SOUND.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..30, any::<prop::sample::Index>(), 0..3), 1..6),
    ) {
        let mut text: Vec<u8> = SOUND[which].into();
        for (at, length, to, kind) in changes {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            let part = text[at..end].to_vec();
            if kind > 0 {
                text.drain(at..end);
            }
            if kind < 2 && !text.is_empty() {
                let to = to.index(text.len());
                text.splice(to..to, part);
            }
        }
        read(text);
    }
}

#[test]
fn what_repeats_without_end_is_refused_quickly() {
    for part in
        ["(", "{", "if (1) {", "a = -", "a = !", "x[", "~ a + ", "~ ", "f(", "\"", "VERBATIM ", "1e", "a^", "else "]
    {
        let text = format!("PROCEDURE p() {{ {}", part.repeat(100_000));
        read(text.into_bytes());
        read(part.repeat(100_000).into_bytes());
    }
    // The same within C++ text.
    for part in [
        "(",
        "{",
        "if (1) {",
        "if (1) return; ",
        "else if (x) ",
        "do ",
        "a = -",
        "a + ",
        "a, ",
        "x[0]",
        "f(",
        "\"",
        "/* ",
        "(int) ",
        "x ? ",
        "while (x++) { if (x) break; ",
        "#define M M M\nM\n",
        "#if 1\n",
        "double x = 1; ",
        "&",
        "!",
    ] {
        let text =
            format!("NEURON {{ SUFFIX a }}\nPROCEDURE p() {{\nVERBATIM\n{}\nENDVERBATIM\n}}", part.repeat(20_000));
        read(text.into_bytes());
    }
    read("NEURON { RANGE ".repeat(20_000).into_bytes());
    read(b"DEFINE n 3 n".repeat(20_000));
    read(b"PROCEDURE p() { undeclared = 1 }\n".repeat(5_000));
}
