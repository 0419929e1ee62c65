//! All errors of a model file are reported at once, each with line, column and remedy, and an error causes no false
//! further errors.

use loligo_format::ModelFile;

fn errors(text: &str) -> String {
    match ModelFile::parse(text, "model.toml") {
        Ok(_) => "no errors".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

/// A correct model to which lines are added.
const SOUND: &str = r#"[run]
tstop = 10.0

[[cell]]
name = "cell"
count = 3
section = [{ name = "soma", L = 20.0, diam = 20.0 }, { name = "dend", parent = "soma", L = 100.0, diam = 2.0, nseg = 3 }]

[[cell.paint]]
region = "all"
mechanism = "hh"

[[cell.point]]
name = "synapse"
mechanism = "ExpSyn"
section = "dend"

[[cell.point]]
name = "electrode"
mechanism = "IClamp"
section = "soma"

[[artificial_cell]]
name = "noise"
count = 3
mechanism = "NetStim"
"#;

fn added(lines: &str) -> String {
    errors(&format!("{SOUND}{lines}"))
}

#[test]
fn a_sound_model_has_no_errors() {
    assert_eq!(errors(SOUND), "no errors");
}

#[test]
fn everything_at_once() {
    let text = r#"[run]
tstop = "10"
dtt = 0.025

[[cell]]
name = "a"
[[cell.section]]
name = "soma"
L = -3
diam = 20
[[cell.section]]
name = "dend"
L = 100
diam = 2
parent = "sma"
nsegs = 3
[[cell.paint]]
region = "somma"
mechanism = "hh"
gnabr = 0.1
[[cell.point]]
name = "syn"
mechanism = "ExpSin"
section = "dend"
x = 1.5

[[cell]]
name = "b"
count = 1000000000000000000
section = [{ name = "soma", L = 10, diam = 10, nseg = 1.5 }]

[[connection]]
from = "a.soma(0.5)"
to = "a.syn"
weight = 0.1
delay = -1

[[connection]]
from = "a.soma(0.5)"
to = "a.sin"

[[record]]
place = "c.soma(0.5)"

[[recrd]]
"#;
    insta::assert_snapshot!(errors(text));
}

#[test]
fn text_that_is_not_toml() {
    insta::assert_snapshot!(errors("[run\ntstop = 10.0\ndt = = 3\n"));
}

#[test]
fn connections() {
    insta::assert_snapshot!(added(
        r#"
[[connection]]
from = "cell.soma(0.5)"
to = "cell[0].synapse"
weight = 0.1

[[connection]]
from = "cell[0].soma(0.5)"
to = "cell[0].electrode"
weight = 0.1

[[connection]]
from = "cell[0].soma(0.5)"
to = "cell[1].dend(0.5)"
weight = 0.1

[[connection]]
from = "cell.soma(0.5)"
to = "cell.synapse"
pattern = "rnadom"
weight = 0.1

[[connection]]
from = "cell.soma(0.5)"
to = "cell.synapse"
pattern = "random"
in_degree = 3
weight = 0.1

[[connection]]
from = "noise"
to = "cell.synapse"
pattern = "ring"
ring_size = 2
probability = 0.1
weight = { values = [0.1, 0.2] }

[[connection]]
from = "noise[3]"
to = "cell[0]"
weight = 0.1

[[connection]]
from = "cell[0].soma(0.5).m_hhh"
to = "cell[0].synapse"
weight = 0.1
"#
    ));
}

#[test]
fn gap_junctions_and_transfers() {
    insta::assert_snapshot!(added(
        r#"
[[gap_junction]]
a = "cell[0].soma(0.5)"
conductance = -0.1

[[gap_junction]]
name = "gap"
a = "cell.soma(0.5)"
b = "cell.soma(0.5)"
pattern = "random"
probability = 0.5
conductance = 0.001

[[gap_junction]]
name = "noise"
a = "cell[0].soma(0.5)"
b = "noise[0]"
conductance = 0.001

[[gap_junction]]
name = "other"
a = "cell[0].dend(0.5)"
b = "cell[0].dend(0.6)"
conductance = 0.001

[[gap_junction]]
name = "two"
a = "cell[0:2].dend(0.1).v"
b = "cell.dend(0.9)"
pattern = "one-to-one"
conductance = 0.001

[[gap_junction]]
name = "three"
a = "cell.dend(0.1)"
b = "cell.dend(0.9)"
pattern = "one-to-one"
conductance = { values = [0.001, 0.002] }

[[gap_junction]]
name = "sound"
a = "cell[0].soma(0.5)"
b = "cell[1].soma(0.5)"
conductance = 0.001

[[transfer]]
from = "cell[0].soma(0.5)"
to = "cell[1].electrode"

[[transfer]]
from = "cell[0].soma(0.5).m_h"
to = "cell[1].electrode.amp"

[[transfer]]
from = "cell[0].soma(0.5)"
to = "sound.a.i"

[[transfer]]
from = "noise[0].interval"
to = "cell[1].electrode.amp"

[[transfer]]
from = "cell[0].soma(0.5)"
to = "sound.b.vgap"

[[transfer]]
from = "sound.a.vgap"
to = "cell[2].electrode.amp"

[[connection]]
from = "noise[0]"
to = "sound.a"
weight = 0.1

[[record]]
place = ["sound.c.i", "sound[1].a.i", "gap[0].a.i", "sound.a.ii", "other.a.i", "sound.a"]
"#
    ));
}

#[test]
fn recordings_of_regions() {
    insta::assert_snapshot!(added(
        r#"
[[record]]
region = "all"
variable = ["i_membrane_", "i_membran"]

[[record]]
cell = ["cell[0]", "cells", "noise"]
region = "somma"

[[record]]
cell = "cell"

[[record]]
region = "all"
place = "cell[0].soma(0.5).v"

[[record]]
cell = "cell"
place = "cell[0].soma(0.5).v"

[[record]]
region = "all"
name = "one"
variable = "m_hh"

[[record]]
cell = "cell[1]"
region = ["all", "soma"]
variable = "i_membrane_"
"#
    ));
}

#[test]
fn recordings_and_waveforms() {
    insta::assert_snapshot!(added(
        r#"
[[record]]
place = "cell[0].soma(0.5)"
variable = "m_h"

[[record]]
place = ["cell[0].synapse", "cell[1].synapse.g", "cell[1].synapse.g"]

[[record]]
place = "cell.soma(0.5)"
name = "one"

[[record]]
place = "cell[0].soma(0.5"
every = 0

[[waveform]]
place = "cell[0].soma(0.5).v"
times = [0.0, 1.0]
values = [0.0, 1.0]

[[waveform]]
place = "cell[0].electrode.amp"
times = [0.0, 1.0]
values = [0.0]
"#
    ));
}

#[test]
fn mechanisms_in_the_wrong_place() {
    insta::assert_snapshot!(errors(
        r#"[run]
tstop = 1.0
[[cell]]
name = "cell"
section = [{ name = "soma", L = 20.0, diam = 20.0 }]
[[cell.paint]]
region = "soma"
mechanism = "ExpSyn"
[[cell.point]]
name = "p"
section = "soma"
mechanism = "hh"
[[cell.point]]
name = "clamp"
section = "soma"
mechanism = "VClamp"
dur = [1.0, 2.0, 3.0, 4.0]
amp = -65.0
[[artificial_cell]]
name = "s"
mechanism = "IClamp"
[[artificial_cell]]
name = "t"
mechanism = "VecStim"
times = [3.0, 1.0]
stream = [1, 2, 3]
[[artificial_cell]]
name = "u"
mechanism = "NetStim"
stream = [1, 2]
interval = { uniform = [-5.0, 1.0] }
"#
    ));
}

#[test]
fn reversal_potentials_are_sought_at_the_ion() {
    let found = added("[[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\nena = 55.0\n");
    let told = "\"ena\" belongs to the ion, not to \"hh\"; paint the ion, too: mechanism = \"na_ion\" with the key ena";
    assert!(found.contains(told), "{found}");
}

#[test]
fn a_section_name_that_is_a_number_is_one_error() {
    let found = errors("[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nsection = [{ name = 3, L = 1.0, diam = 1.0 }]\n");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn points_without_diameter_are_told_apart() {
    let section = "section = [{ name = \"s\", points = [[0, 0, 0], [1, 1, 1]] }]";
    let found = errors(&format!("[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\n{section}\n"));
    assert!(found.contains("[x, y, z, diam], um, not a point of 3 numbers"), "{found}");
}

#[test]
fn a_diameter_of_zero_gives_d_lambda_no_end() {
    let directory = std::env::temp_dir().join(format!("loligo_zero_diameter_{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("a.swc"), "1 1 0 0 0 0 -1\n2 1 10 0 0 0 1\n3 1 20 0 0 0 2\n4 1 30 0 0 0 3\n")
        .unwrap();
    let model = directory.join("model.toml");
    std::fs::write(&model, "[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\nmorphology = \"a.swc\"\nd_lambda = 0.1\n")
        .unwrap();
    let found = loligo_format::ModelFile::load(&model).unwrap_err().to_string();
    std::fs::remove_dir_all(&directory).unwrap();
    assert!(
        found.contains("section \"soma[0]\" (lines 1 to 4 of its file): 3-D points 0 to 3 have no diameter"),
        "{found}"
    );
}

#[test]
fn trees_that_are_none() {
    insta::assert_snapshot!(errors(
        r#"[run]
tstop = 1.0
[[cell]]
name = "loop"
section = [
  { name = "a", L = 20.0, diam = 20.0, parent = "b" },
  { name = "b", L = 20.0, diam = 20.0, parent = "a" },
]
[[cell]]
name = "twice"
section = [{ name = "a", L = 20.0, diam = 20.0 }, { name = "a", L = 20.0, diam = 20.0 }]
[[cell]]
name = "diameters"
section = [{ name = "a", L = 20.0, diam = [1.0, 2.0], nseg = 3 }]
[[cell]]
name = "points"
section = [{ name = "a", points = [[0, 0, 0, 1]] }]
[[cell]]
name = "fine"
section = [{ name = "a", L = 20.0, diam = 1.0, max_segment_length = 1e-12 }, { name = "b", L = 20.0, diam = 1.0, d_lambda = 1e-300 }]
[[cell]]
name = "nothing"
[[cell]]
name = "file"
morphology = "nowhere.swc"
"#
    ));
}

#[test]
fn more_than_memory_holds() {
    let many = r#"
[[cell]]
name = "many"
count = 1000000
section = [{ name = "a", L = 20.0, diam = 1.0, nseg = 32767 }]

[[artificial_cell]]
name = "stim"
count = 100000
mechanism = "IntFire1"

[[connection]]
from = "stim"
to = "stim"
pattern = "all-to-all"
weight = 1.0
"#;
    insta::assert_snapshot!(added(many));
    let long = SOUND.replace("tstop = 10.0", "tstop = 1e9") + "[[record]]\nplace = \"cell.soma(0.5)\"\n";
    insta::assert_snapshot!(errors(&long));
    let dense = SOUND.replace("mechanism = \"NetStim\"", "mechanism = \"NetStim\"\ninterval = 1e-9\nnumber = 1e300");
    insta::assert_snapshot!(errors(&dense));
}

#[test]
fn stimuli() {
    insta::assert_snapshot!(added(
        r#"
[[stimulus]]
name = "unknown things"
cell = ["cel", "noise", "cell[7]"]
region = "som"
knd = "current"
shape = [{ type = "puls", amp = 1.0 }, { amp = 1.0 }, { type = "pulse", amp = "1", length = 5.0 }]

[[stimulus]]
name = "nothing"

[[stimulus]]
name = "two things"
region = ["soma", "axon"]
kind = "voltage"
x = 1.5
stream = [1, 2]
shape = []

[[stimulus]]
name = "synapse"
region = "soma"
reversal = -80.0
shape = [{ type = "pulse", amp = 1.0, duration = 1.0 }]

[[stimulus]]
name = "impossible"
region = "soma"
shape = [
  { type = "pulse", amp = 1.0, duration = 1.0 },
  { type = "train", amp = 1.0, frequency = 100.0, pulse_duration = 11.0, total_duration = 50.0 },
]

[[stimulus]]
name = "added"
region = "soma"
shape = [{ type = "pulse", amp = 1.0, duration = 1.0 }]
add = [{ shape = [{ type = "noise", mean = 0.0, variance = -1.0, duration = 10.0 }] }, { amp = 5.0 }]

[[stimulus]]
name = "empty"
region = "soma"
shape = []

[[record]]
place = ["cell.added.i", "cell.nosuch.i"]
"#
    ));
    insta::assert_snapshot!(added(
        r#"
[[stimulus]]
name = "on one"
cell = "cell[1]"
region = "soma"
shape = [{ type = "pulse", amp = 1.0, duration = 1.0 }]

[[stimulus]]
name = "on all"
region = "soma"
shape = [{ type = "pulse", amp = 1.0, duration = 1.0 }]

[[record]]
place = ["cell.on all.i", "cell.on one.i", "cell[0].on one.i", "cell[1].on one.i", "cell[1].on one.j", "cell[1:3].on one.i"]
"#
    ));
    insta::assert_snapshot!(added(
        r#"
[[stimulus]]
region = "all"
shape = [{ type = "sin", amp = 1.0, frequency = 1.0, total_duration = 1e5 }]
"#
    ));
}
