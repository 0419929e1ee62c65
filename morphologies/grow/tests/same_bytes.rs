//! The contract: the committed morphologies are identical, byte for byte, to those that the
//! generator makes, and they are read without a warning.

use std::path::Path;

use loligo_morphology::Morphology;

#[test]
fn committed_files_are_grown_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (name, grown) in loligo_grow::files() {
        let path = folder.join(name);
        let committed = std::fs::read_to_string(&path).expect("the file is committed");
        assert!(committed == grown, "{name} differs: run `cargo run -p loligo-grow`");
        let imported = Morphology::read(&path).expect("it is a morphology");
        assert_eq!(imported.warnings, [], "{name}");
    }
}

#[test]
fn cells_have_the_sizes_of_their_kinds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Name, smallest and largest number of sections, and length in um.
    for (name, sections, length) in [
        ("ball_and_stick.swc", 2..=2, 520.0..=520.0),
        ("granule.swc", 20..=40, 1_000.0..=1_500.0),
        ("interneuron.swc", 100..=300, 5_000.0..=10_000.0),
        ("pyramidal_l5.swc", 60..=120, 4_000.0..=5_500.0),
        ("purkinje.swc", 1_500..=2_500, 8_000.0..=14_000.0),
    ] {
        let cell = Morphology::read(folder.join(name)).expect("it is a morphology").morphology;
        assert!(sections.contains(&cell.sections.len()), "{name}: {} sections", cell.sections.len());
        assert!(length.contains(&cell.length()), "{name}: {} um", cell.length());
    }
}
