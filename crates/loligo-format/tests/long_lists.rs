//! A list of a hundred thousand items in a model takes a hundred times as long as one of a thousand. Each of these
//! tests would take minutes if every entry were compared with every other.

use loligo::CellBuilder;
use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_format::configuration::SimulationConfig;

const MANY: usize = 100_000;

/// A model of one cell with these lines in it, and others after it.
fn model(of_cell: &str, others: &str) -> String {
    format!("[run]\ntstop = 1.0\n[[cell]]\nname = \"c\"\n{of_cell}\n{others}")
}

fn many(line: impl Fn(usize) -> String) -> String {
    (0..MANY).map(line).collect()
}

/// A chain of sections.
fn chain() -> String {
    many(|k| {
        let parent = if k == 0 { String::new() } else { format!("parent = \"s{}\"\n", k - 1) };
        format!("[[cell.section]]\nname = \"s{k}\"\nL = 10.0\ndiam = 1.0\n{parent}")
    })
}

const SOMA: &str = "section = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n";

fn errors(text: &str) -> loligo_format::model_file::ModelFileErrors {
    ModelFile::parse(text, "model.toml").expect_err("it has errors")
}

fn read(text: &str) -> loligo_format::Model {
    ModelFile::parse(text, "model.toml").unwrap_or_else(|errors| panic!("{}", errors.errors[0].problem))
}

#[test]
fn sections_and_all_that_names_them() {
    let points = many(|k| format!("[[cell.point]]\nname = \"p{k}\"\nsection = \"s{k}\"\nmechanism = \"ExpSyn\"\n"));
    let paintings = many(|k| format!("[[cell.paint]]\nregion = \"s{k}\"\nmechanism = \"pas\"\n"));
    let cables = many(|k| format!("[[cell.cable]]\nregion = \"s{k}\"\nRa = 100.0\n"));
    let names: String = (0..MANY).map(|k| format!("\"s{k}\",")).collect();
    let list = format!("[cell.lists]\nmine = [{names}]\n");
    let records = many(|k| format!("[[record]]\nplace = \"c.s{k}(0.5).v\"\n"));
    let model = read(&model(&[chain(), list, cables, paintings, points].concat(), &records));
    let cell = &model.network.cells[0];
    assert_eq!(cell.sections[MANY - 1].parent.map(|at| at.parent), Some(MANY - 2));
    assert_eq!(cell.points[MANY - 1].section, MANY - 1);
    assert_eq!(cell.sections_of(&Region::List("mine".into())).map(|sections| sections.len()), Some(MANY));
    assert_eq!(model.network.recordings.len(), MANY);
}

#[test]
fn children_of_one_section() {
    for place in [|_| 1.0, |k: usize| k as f64 / MANY as f64, |k: usize| 1.0 - k as f64 / MANY as f64] {
        let mut cell = Cell::new("star");
        let soma = cell.add_section(Section::soma(20.0)); // um
        for k in 0..MANY {
            cell.add_section(Section::dendrite(format!("d{k}"), 10.0, 1.0).attached_to(soma, place(k))); // um
        }
        let cable = cell.cable().expect("it is sound");
        assert_eq!(cable.len(), 2 + 1 + 2 * MANY);
    }
}

#[test]
fn cells_with_errors() {
    let cell = |k: usize| {
        let point = "point = [{ name = \"p\", section = \"soma\", mechanism = \"ExpSin\" }]";
        format!("[[cell]]\nname = \"c{k}\"\nsections = 1\n{SOMA}{point}\n")
    };
    let text = format!("[run]\ntstop = 1.0\n{}", many(cell));
    let errors = errors(&text);
    assert_eq!(errors.errors.len(), 2 * MANY);
    let last = format!("model.toml:{}:54: there is no mechanism \"ExpSin\"; did you mean", 2 + 5 * MANY);
    assert!(errors.to_string().lines().last().is_some_and(|line| line.starts_with(&last)), "{last}");
}

#[test]
fn errors_that_only_the_network_finds() {
    let cells = many(|k| format!("[[cell]]\nname = \"c{k}\"\n{SOMA}"));
    let detectors = many(|k| format!("[[detector]]\nplace = \"c{k}.soma(0.5).w\"\n"));
    let text = format!("[run]\ntstop = 1.0\n{cells}{detectors}");
    assert_eq!(errors(&text).errors.len(), MANY);
}

#[test]
fn names_that_nothing_has() {
    let cells = many(|k| format!("[[cell]]\nname = \"c{k}\"\n{SOMA}"));
    let records = many(|k| format!("[[record]]\nplace = \"c{k}x.soma(0.5).v\"\n"));
    let text = format!("[run]\ntstop = 1.0\n{cells}{records}");
    let errors = errors(&text);
    assert_eq!(errors.errors.len(), MANY);
    assert!(errors.errors[0].problem.to_string().contains("did you mean"), "{}", errors.errors[0].problem);
}

#[test]
fn stimuli_transfers_and_waveforms() {
    let points = many(|k| format!("[[cell.point]]\nname = \"p{k}\"\nsection = \"soma\"\nmechanism = \"HalfGap\"\n"));
    let transfers = many(|k| format!("[[transfer]]\nfrom = \"c.soma(0.5).v\"\nto = \"c.p{k}.vgap\"\n"));
    assert_eq!(read(&model(&[SOMA, &points].concat(), &transfers)).network.transfers.len(), MANY);
    let points = many(|k| format!("[[cell.point]]\nname = \"p{k}\"\nsection = \"soma\"\nmechanism = \"IClamp\"\n"));
    let waveforms =
        many(|k| format!("[[waveform]]\nplace = \"c.p{k}.amp\"\ntimes = [0.0, 1.0]\nvalues = [0.0, 1.0]\n"));
    assert_eq!(read(&model(&[SOMA, &points].concat(), &waveforms)).network.waveforms.len(), MANY);
    let shape = "shape = [{ type = \"pulse\", amp = 0.1, duration = 1.0 }]";
    for named in [false, true] {
        let stimuli = many(|k| {
            let name = if named { format!("name = \"stimulus {k}\"\n") } else { String::new() };
            format!("[[stimulus]]\n{name}region = \"soma\"\n{shape}\n")
        });
        assert_eq!(read(&model(SOMA, &stimuli)).network.cells[0].points.len(), MANY);
    }
}

#[test]
fn paintings_with_values_of_each_cell() {
    let painting =
        |_| "[[cell.paint]]\nregion = \"soma\"\nmechanism = \"pas\"\ng = { values = [1e-4, 1e-3] }\n".to_owned();
    let model = read(&model(&["count = 2\n", SOMA, &many(painting)].concat(), ""));
    assert_eq!(model.network.cells[1].own.values().len(), MANY);
}

#[test]
fn columns_of_a_table() {
    let folder = std::env::temp_dir().join(format!("loligo-long-lists-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let row = |value: &str| vec![value; MANY].join(",");
    let names = |prefix: &str| (0..MANY).map(|k| format!("{prefix}{k}.L")).collect::<Vec<_>>().join(",");
    let load = |name: &str, table: String| {
        std::fs::write(folder.join(name).with_extension("csv"), table).expect("a table");
        let text = model(&[&format!("parameters = \"{name}.csv\"\n"), &*chain()].concat(), "");
        let path = folder.join(name).with_extension("toml");
        std::fs::write(&path, text).expect("a model");
        ModelFile::load(path)
    };
    let model = load("sound", format!("{}\n{}\n", names("s"), row("5.0"))).expect("it is sound");
    assert_eq!(model.network.cells[0].section_info(MANY - 1).map(|info| info.length), Some(5.0));
    for (name, table, problem) in [
        ("negative", format!("{}\n{}\n", names("s"), row("-1.0")), "csv:2:1: "),
        ("unknown", format!("{}\n{}\n", names("x"), row("1.0")), "csv:1:1: "),
    ] {
        let errors = load(name, table).expect_err(name).to_string();
        // A hundred errors of one kind are reported, in their order.
        let first = errors.lines().next().unwrap_or_default();
        assert!((100..=101).contains(&errors.lines().count()) && first.contains(problem), "{first}");
    }
    std::fs::remove_dir_all(folder).expect("its folder");
}

#[test]
fn keys_of_a_configuration() {
    let folder = std::env::temp_dir().join(format!("loligo-long-lists-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, head, tail) in [
        ("outer", "{ \"circuit\": { \"circuit_path\": \"c.toml\" }", "}"),
        ("inner", "{ \"circuit\": { \"circuit_path\": \"c.toml\"", "} }"),
    ] {
        let keys = many(|k| format!(", \"key{k}\": {k}"));
        let path = folder.join(name).with_extension("json");
        std::fs::write(&path, format!("{head}{keys}{tail}")).expect("a file");
        let errors = SimulationConfig::load(&path).expect_err("no such keys").to_string();
        let last = errors.lines().last().unwrap_or_default();
        let option = if name == "inner" { "circuit." } else { "" };
        assert!(errors.lines().count() == MANY && last.contains(&format!(": {option}key{}: ", MANY - 1)), "{last}");
    }
    std::fs::remove_dir_all(folder).expect("its folder");
}

#[test]
fn branches_within_branches() {
    let branch = |k: usize| CellBuilder::branch(Section::dendrite(format!("d{k}"), 10.0, 1.0)); // um
    let nested = (1..MANY).fold(branch(0), |inner, k| branch(k).attach([inner]));
    let cell = Cell::builder().add_soma(20.0).attach([nested]).create().expect("a tree");
    assert_eq!(cell.sections.len(), MANY + 1);
    // The outermost branch is next to the soma.
    let names = cell.sections[..3].iter().map(|section| section.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["soma", &format!("d{}", MANY - 1), &format!("d{}", MANY - 2)]);
    let parents = cell.sections[1..].iter().map(|section| section.parent.map(|at| at.parent));
    assert!(parents.eq((0..MANY).map(Some)));
}

#[test]
fn a_branch_is_attached_in_the_same_order_whichever_side_is_larger() {
    let dendrite = |k: usize| Section::dendrite(format!("d{k}"), 10.0, 1.0); // um
    let fork =
        |k: usize| CellBuilder::branch(dendrite(k)).add(dendrite(k + 1)).append(dendrite(k + 2)).add(dendrite(k + 3));
    // The order of the sections, with `more` further sections on the soma before anything is attached.
    let order = |more: usize| {
        let soma = Cell::builder().add_soma(20.0); // um
        let soma = (100..100 + more).fold(soma, |soma, k| soma.add(dendrite(k)));
        let cell = soma.add(dendrite(0)).attach([fork(1).attach([fork(5)]), fork(10)]).add(dendrite(9)).create();
        let cell = cell.expect("a tree");
        let name = |index: usize| cell.sections[index].name.clone();
        let sections = cell.sections.iter().filter(|section| section.name.len() < 4 || section.name == "soma");
        sections.map(|section| (section.name.clone(), section.parent.map(|at| name(at.parent)))).collect::<Vec<_>>()
    };
    assert_eq!(order(0).len(), 15);
    assert_eq!(order(0), order(50));
    for more in [0, 50] {
        let soma = (100..100 + more).fold(Cell::builder().add_soma(20.0), |soma, k| soma.add(dendrite(k)));
        let twice = soma.add(dendrite(7)).add(dendrite(3)).attach([fork(1).attach([fork(5)])]).create();
        let expected = "two sections are named \"d3\"; give each its own name";
        assert_eq!(twice.expect_err("two are named d3, two d7").to_string(), expected);
    }
}

#[test]
fn the_first_of_a_name_is_found_however_the_list_is_changed() {
    let mut cell = Cell::new("cell");
    for k in 0..100 {
        cell.add_section(Section::cylinder(format!("s{}", k % 60), 10.0, 1.0));
        for name in ["s0", "s59", "s7", "x"] {
            let expected = cell.sections.iter().position(|section| section.name == name);
            assert_eq!(cell.section(name), expected, "{name} of {k}");
        }
    }
    cell.sections[3].name = "x".to_owned();
    assert_eq!([cell.section("x"), cell.section("s3")], [Some(3), Some(63)]);
    let mut copy = cell.clone();
    copy.sections.truncate(20);
    assert_eq!([copy.section("x"), copy.section("s3"), cell.section("s3")], [Some(3), None, Some(63)]);
}

#[test]
fn a_hundred_thousand_receptors_are_named_in_no_time() {
    let mut cell = Cell::new("cell");
    cell.add_section(Section::soma(20.0)); // um
    for k in 0..100_000 {
        let receptor = cell.add_synaptic_receptor(0, 0.5, ExpSyn::default());
        assert_eq!(receptor, k);
    }
    assert_eq!(cell.points[99_999].name, "ExpSyn[99999]");
    assert_eq!(cell.point("ExpSyn[70000]"), Some(70_000));
}
