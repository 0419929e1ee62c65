//! Names in files and in Rust follow the same rules.

use loligo::BuildError;
use loligo::prelude::*;

fn dendrite(name: &str) -> Section {
    Section::dendrite(name, 50.0, 1.0) // um, um
}

/// The model format and the builder have one rule for names, so that a place such as `cell.dend(0.5)` is unambiguous.
#[test]
fn names_that_no_place_can_have_are_refused() {
    for name in ["", "a.b", "dend(0.5)", "x)", "=1+1", " x"] {
        let text = format!(
            "[run]\ntstop = 1\n[[cell]]\nname = \"x\"\nsection = [{{ name = \"{name}\", L = 20.0, diam = 20.0 }}]\n"
        );
        let in_file = loligo_format::ModelFile::parse(&text, "model.toml").expect_err("it is no name").to_string();
        let soma = || Cell::builder().add_soma(20.0);
        for builder in [
            soma().add(dendrite(name)),
            soma().attach([dendrite(name)]),
            soma().free_branch(dendrite(name)),
            Cell::builder().add_soma_section(Section::cylinder(name, 20.0, 20.0)),
        ] {
            let refused = builder.create().expect_err("it is no name");
            let BuildError::Name { error, .. } = &refused else { panic!("{refused}") };
            assert!(in_file.contains(&error.to_string()), "{in_file}: {refused}");
        }
    }
    for name in ["dend[3]", "dend 3", "Dendrit-ä", "a_b"] {
        assert!(Cell::builder().add_soma(20.0).add(dendrite(name)).create().is_ok(), "{name}");
    }
}
