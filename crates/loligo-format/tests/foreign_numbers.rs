//! National number formats, quotation marks and blanks of word processors and spreadsheets give one error per line,
//! which includes the remedy; names that a terminal or a spreadsheet would interpret are errors both in files and in
//! Rust; numbers and texts in messages are short.

use loligo::ParameterTable;
use loligo::prelude::*;
use loligo_format::ModelFile;
use proptest::prelude::*;

const CELL: &str = "[[cell]]\nname = \"a\"\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n";

fn said(text: &str) -> String {
    ModelFile::parse(text, "m.toml").map_or_else(|errors| errors.to_string(), |_| "no error".to_owned())
}

/// The messages for a run with this end time.
fn said_of_tstop(written: &str) -> String {
    said(&format!("[run]\ntstop = {written}\n{CELL}"))
}

/// The messages for a section with these keys.
fn said_of_section(keys: &str) -> String {
    said(&format!("[run]\ntstop = 1.0\n[[cell]]\nname = \"a\"\nsection = [{{ name = \"soma\", {keys} }}]\n"))
}

#[test]
fn numbers_of_other_countries() {
    let times = [
        "40,0",
        "\u{2212}40",
        "1 000",
        "1\u{a0}000",
        "1.234,5",
        "\"40,0\"",
        ".5",
        "5.",
        "40 ms",
        "40;",
        "True",
        "40,0 # ms",
        "1e300",
        "-1e-300",
        "= 4",
        "[1,5]",
    ];
    let said = times.map(|written| format!("{written:?}\n    {}\n", said_of_tstop(written)));
    insta::assert_snapshot!(said.concat());
}

#[test]
fn lines_of_word_and_excel() {
    let sections = [
        "L = 20,5, diam = 2.0",
        "L = 20.0 diam = 2.0",
        "L = 20.0, diam = 2.0 nseg = 3",
        "L = 20.0, diam = \u{201c}2\u{201d}",
        "L = 20.0,\u{a0}diam = 2.0",
        "L : 20.0, diam = 2.0",
    ];
    let said_of = sections.map(|keys| format!("{keys:?}\n    {}\n", said_of_section(keys)));
    insta::assert_snapshot!(said_of.concat());
    assert_eq!(said(&format!("\u{feff}[run]\r\ntstop = 1.0\r\n{}", CELL.replace('\n', "\r\n"))), "no error");
    let old_mac = said(&format!("[run]\ntstop = 1.0\n{CELL}").replace('\n', "\r"));
    assert_eq!(old_mac.lines().count(), 1, "{old_mac}");
    assert!(old_mac.contains("carriage return alone"), "{old_mac}");
}

#[test]
fn a_number_that_varies_is_described_as_what_it_is() {
    let model = format!("[run]\ntstop = 1.0\n{CELL}{CELL}").replacen("\"a\"", "\"b\"", 1);
    let model =
        model.replacen("section", "point = [{ name = \"s\", mechanism = \"ExpSyn\", section = \"soma\" }]\nsection", 1);
    let connect = |delay: &str| {
        said(&format!(
            "{model}[[connection]]\nfrom = \"a.soma(0.5)\"\nto = \"b.s\"\nweight = 1.0\nthreshold = 0.0\ndelay = {delay}\n"
        ))
    };
    let said = ["{ mean = 1.0, sd = 0.1 }", "{}", "\"1,5\""].map(|delay| format!("{delay}\n    {}\n", connect(delay)));
    insta::assert_snapshot!(said.concat());
}

#[test]
fn tables_of_excel() {
    let said = |text: &str| {
        ParameterTable::read(text.as_bytes()).map_or_else(|error| error.to_string(), |_| "no error".into())
    };
    insta::assert_snapshot!(
        [
            said("soma.L;soma.diam\n1,5;2\n"),
            said("soma.L\tsoma.diam\n1\t2\n"),
            said("soma.L,soma.diam\n\"1,5\",2\n"),
            said("soma.L\n\u{2212}1\n"),
            said("soma.L\n#N/A\n"),
            said("soma.L\n1\u{a0}000\n"),
            said("\u{feff}soma.L,soma.diam\r\n1.5,2\r\n"),
        ]
        .join("\n")
    );
    let of_signal = |text: &str| {
        SignalSource::read_csv(text.as_bytes()).map_or_else(|error| error.to_string(), |_| "no error".into())
    };
    assert_eq!(of_signal("\u{feff}0,1\r\n1,2\r\n"), "no error");
    assert!(of_signal("t;value\n0;0,5\n").contains("by commas, not by semicolons"));
}

/// A cell of this name with a section, a point process and a recording of these names.
fn network(cell: &str, section: &str, point: &str, recording: &str) -> Network {
    let mut described = Cell::new(cell);
    let soma = described.add_section(Section::cylinder(section, 20.0, 20.0));
    described.place(point, soma, 0.5, IClamp::default());
    let mut network = Network::new();
    let cell = network.add_cell(described);
    network.record_as(recording, VariableRef::voltage(cell, soma, 0.5), 1);
    network
}

#[test]
fn names_are_the_same_in_files_and_in_rust() {
    let toml = |name: &str| toml::Value::String(name.to_owned()).to_string();
    let as_cell = |name: &str| said(&format!("[run]\ntstop = 1.0\n{}", CELL.replace("\"a\"", &toml(name))));
    let as_section = |name: &str| said(&format!("[run]\ntstop = 1.0\n{}", CELL.replace("\"soma\"", &toml(name))));
    let in_rust = |network: Network| {
        Simulation::new(&network, &Options::default()).map_or_else(|error| error.to_string(), |_| "no error".into())
    };
    let mut said = String::new();
    for name in [
        "layer 5, gro\u{df}e Zelle",
        "3",
        "",
        "=1+1",
        "-a",
        "@a",
        "a.b",
        "a(b",
        "a\u{1b}[31m",
        "a\0",
        "a\nb",
        "a\u{7}",
        "a\u{a0}b",
        "a\u{202e}b",
        " a",
        "a ",
    ] {
        let messages = [as_cell(name), in_rust(network(name, "s", "p", "r"))];
        let messages = messages.map(|said| said.split_once(": it ").map_or(said.clone(), |(_, rest)| rest.to_owned()));
        // An invisible character is found in the text before it is known to be a name.
        assert_eq!(messages[0] == "no error", messages[1] == "no error", "{name:?}: {messages:?}");
        assert!(messages[0] == messages[1] || messages[0].contains("which cannot be seen"), "{name:?}: {messages:?}");
        let of_section = [as_section(name), in_rust(network("c", name, "p", "r"))].map(|said| said == "no error");
        assert_eq!(of_section[0], of_section[1], "{name:?}");
        said += &format!("{name:?}: {}\n", messages[1]);
    }
    insta::assert_snapshot!(said);
    assert_eq!(in_rust(network("ring[3]", "dend[3]", "stim[0]", "ring[3].dend[3](0.5).v")), "no error");
    assert!(in_rust(network("ring[x]", "s", "p", "r")).contains("has a meaning in places"));
    assert!(in_rust(network("c", "s", "p", "=v")).contains("a spreadsheet takes for a formula"));
}

proptest! {
    #[test]
    fn any_input_gives_messages_that_are_visible_and_short(
        name in "\\PC{0,3}[\u{0}-\u{20}\u{a0}\u{202e}=.\"a]{0,3}", number in "[-0-9,.e+ \u{2212}\u{a0}]{0,300}",
    ) {
        for text in [
            format!("[run]\ntstop = {number}\n{CELL}"),
            format!("[run]\ntstop = \"{number}\"\n{CELL}"),
            format!("[run]\ntstop = 1.0\n{}", CELL.replace("\"a\"", &toml::Value::String(name.clone()).to_string())),
            format!("[run]\ntstop = 1.0\n{}", CELL.replace("\"a\"", &name)),
        ] {
            for line in said(&text).lines() {
                prop_assert!(loligo_io::first_invisible(&line.replace(char::is_whitespace, " ")).is_none(), "{line:?}");
                prop_assert!(line.chars().count() < 400, "{line}");
            }
        }
    }
}
