//! Contract: the table "What is supported" of `docs/nmodl.md` is true. Each of its entries has a small text, which is
//! loaded and run in both kinds of arithmetic, or refused for the given reason.
//!
//! The table is made from the entries of this test; `LOLIGO_UPDATE_DOCS=1 cargo test --release -p loligo-tests --test
//! nmodl_matrix` writes it.

mod declarations;
mod entry;
mod statements;

use std::fmt::Write;

use entry::{Entry, Outcome};
use loligo::kernels::FunctionTable;
use loligo::prelude::*;
use loligo::{Catalogue, Kind, nmodl};
use loligo_tests::project_file;

fn entries() -> impl Iterator<Item = (&'static str, &'static Entry)> {
    let groups = declarations::GROUPS.iter().chain(statements::GROUPS);
    groups.flat_map(|(group, entries)| entries.iter().map(move |entry| (*group, entry)))
}

/// Loads a text, and makes a network with the mechanism.
fn network(number: usize, entry: &Entry) -> Result<Network, String> {
    let folder = std::env::temp_dir().join(format!("loligo_matrix_{}_{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("tested.mod"), entry.text()).unwrap();
    std::fs::write(folder.join("included.inc"), "FUNCTION double(x) { double = 2*x }\n").unwrap();
    let loaded = nmodl::load(Catalogue::builtin(), [folder.join("tested.mod")]);
    std::fs::remove_dir_all(&folder).unwrap();
    let loaded = loaded.map_err(|errors| errors.to_string())?;
    let Some((_, name)) = loaded.mechanisms.first() else { return Ok(Network::with_catalogue(loaded.catalogue)) };
    let signature = loaded.catalogue.find(name).unwrap().signature().clone();
    let mut cell = Cell::new("cell");
    cell.add_section(Section::cylinder("s", 30.0, 20.0).with_segments(3)); // um
    match signature.kind {
        Kind::Point { .. } => _ = cell.place("p", 0, 0.5, Mechanism::new(name)),
        Kind::Artificial => {}
        _ => cell.paint(Region::All, Mechanism::new(name)),
    }
    let mut network = Network::with_catalogue(loaded.catalogue);
    network.add_cell(cell);
    let target = match signature.kind {
        Kind::Artificial => TargetRef::Artificial(network.add_artificial_cell("a", Mechanism::new(name))),
        _ => TargetRef::Point { cell: 0, point: 0 },
    };
    if entry.text().contains("NET_RECEIVE") {
        let weight = vec![0.1; signature.weights];
        let events = network.send_events(target, 0.1, [0.1, 0.3]); // ms
        network.connections.update(events, |connection| connection.weight = weight);
    }
    if entry.text().contains("POINTER") {
        network.point_to(VariableRef::point(0, 0, "aim"), VariableRef::voltage(0, 0, 0.5));
    }
    if entry.text().contains("FUNCTION_TABLE") {
        network.set_function_table(name, "given", FunctionTable::constant(1.0).unwrap());
    }
    Ok(network)
}

#[test]
fn what_is_supported_runs_and_the_rest_is_refused() {
    let mut wrong = Vec::new();
    for (number, (_, entry)) in entries().enumerate() {
        let made = network(number, entry);
        match (&entry.outcome, made) {
            (Outcome::Runs, Ok(network)) => {
                for numerics in [Numerics::Exact, Numerics::Fast] {
                    let options = Options { numerics, ..Options::default() };
                    let run = Simulation::new(&network, &options).and_then(|mut run| run.run_until(1.0));
                    wrong.extend(run.err().map(|error| format!("{}: {error}", entry.feature)));
                }
            }
            (Outcome::Refused(reason), Err(told)) if told.contains(reason) => {}
            (Outcome::Refused(reason), Err(told)) => wrong.push(format!("{}: not {reason:?}: {told}", entry.feature)),
            (Outcome::Refused(_), Ok(_)) => wrong.push(format!("{} is accepted", entry.feature)),
            (Outcome::Runs, Err(told)) => wrong.push(format!("{}: {told}", entry.feature)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of the entries.
fn table() -> String {
    let mut groups: Vec<(&str, [Vec<&str>; 2])> = Vec::new();
    for (group, entry) in entries() {
        if groups.last().is_none_or(|(last, _)| *last != group) {
            groups.push((group, Default::default()));
        }
        let (_, [supported, refused]) = groups.last_mut().expect("one was just added");
        if matches!(entry.outcome, Outcome::Runs) { supported } else { refused }.push(entry.feature);
    }
    let mut table = String::from("| | supported | refused, with the reason |\n|---|---|---|\n");
    for (group, [supported, refused]) in groups {
        writeln!(table, "| {group} | {} | {} |", supported.join(", "), refused.join(", ")).expect("it is memory");
    }
    table
}

#[test]
fn the_page_has_this_table() {
    const BEGIN: &str = "<!-- made by tests/tests/nmodl_matrix -->\n";
    const END: &str = "<!-- end of the table -->\n";
    let page = project_file("docs/nmodl.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let from = text.find(BEGIN).expect("the page has the table's beginning") + BEGIN.len();
    let to = text.find(END).expect("the page has the table's end");
    let table = table();
    if std::env::var_os("LOLIGO_UPDATE_DOCS").is_some() {
        std::fs::write(&page, format!("{}{table}{}", &text[..from], &text[to..])).unwrap();
        return;
    }
    assert!(text[from..to] == table, "docs/nmodl.md is out of date: see the head of this test\n{table}");
}
