//! Loligo's own mechanisms (`mechanisms/`) give NEURON's numbers, each alone and with others of its theme: `Exact` to the
//! bit in every recorded variable, `Fast` within the bounds of `validation/src/compare.rs`. They have no errors, warnings
//! or notes, and all themes can be used together. The cases are those of `neuron/library/`.

use std::path::PathBuf;

use loligo::nmodl::library::{MechanismFile, THEMES, Theme};
use loligo::nmodl::{Reading, Severity, load};
use loligo::{Catalogue, Numerics};
use loligo_tests::project_file;
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::Simulator;

fn path(theme: &Theme, file: &MechanismFile) -> PathBuf {
    PathBuf::from(format!("loligo:{}/{}", theme.name, file.name))
}

#[test]
fn texts_are_without_findings() {
    for theme in THEMES {
        for file in theme.files {
            let mut reading = Reading::of_file(&path(theme, file)).unwrap();
            reading.lower();
            assert_eq!(reading.diagnostics.render(&reading.sources, Severity::Note), "", "{}", file.name);
            let name = reading.model.map(|model| model.name.to_string());
            assert_eq!(name.as_deref(), Some(file.name), "a file is named after its mechanism");
        }
    }
}

#[test]
fn all_themes_can_be_used_together() {
    let names = THEMES.iter().map(|theme| format!("loligo:{}", theme.name));
    let loaded = load(Catalogue::builtin(), names).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.replaced, Vec::<String>::new());
    let files: Vec<_> = THEMES.iter().flat_map(|theme| theme.files.iter().map(|file| file.name)).collect();
    assert_eq!(loaded.mechanisms.iter().map(|(_, name)| name).collect::<Vec<_>>(), files);
}

#[test]
fn neurons_numbers() {
    for theme in THEMES {
        let reference = format!("tests/reference/library_{}.json", theme.name.replace('-', "_"));
        let reference = CaseFile::read(&project_file(&reference)).unwrap_or_else(|error| panic!("{error}"));
        for file in theme.files {
            let uses = |case: &loligo_validation::case_file::Case| {
                let points = case.definition.points.iter().map(|point| &point.kind);
                let density = case.definition.density.iter().map(|entry| &entry.mech);
                points
                    .chain(density)
                    .chain(case.definition.art.iter().map(|cell| &cell.kind))
                    .any(|own| own == file.name)
            };
            assert!(reference.cases.iter().any(uses), "no case has {}", file.name);
        }
        for case in &reference.cases {
            let name = &case.definition.name;
            let expected = case.results.as_ref().unwrap_or_else(|| panic!("{name}: NEURON gave no results"));
            for (numerics, bounds) in [(Numerics::Exact, Bounds::Exact), (Numerics::Fast, Bounds::Fast)] {
                let found = LoligoSimulator::new(numerics).run(&case.definition);
                let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
                let comparison = compare(&case.definition, expected, &found);
                assert!(comparison.within(bounds), "{name}, {numerics:?}: {:#?}", comparison.summary(bounds));
            }
        }
    }
}
