//! Generates the example morphologies, with the same bytes each time.
//!
//! The cells are not measured; each is made by a seeded random walk of growth cones, or by branches
//! that grow towards free space, with sizes typical of its kind. Only additions, multiplications,
//! divisions and square roots are used, which give the same bits on every platform.

mod cells;
mod cone;
mod space;
mod tree;
mod vector;

/// Name and text of every file.
pub fn files() -> Vec<(&'static str, String)> {
    let interneuron = cells::interneuron();
    vec![
        ("ball_and_stick.swc", cells::ball_and_stick().swc("ball and stick")),
        ("granule.swc", cells::granule().swc("cerebellar granule cell")),
        ("interneuron.swc", interneuron.swc("interneuron with a branched axon")),
        ("interneuron.asc", interneuron.asc()),
        ("purkinje.swc", cells::purkinje().swc("Purkinje cell")),
        ("pyramidal_l5.swc", cells::pyramidal_l5().swc("layer 5 pyramidal cell")),
    ]
}
