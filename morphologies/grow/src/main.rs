//! `cargo run -p loligo-grow` writes the example morphologies next to this package.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (name, text) in loligo_grow::files() {
        std::fs::write(folder.join(name), text)?;
        println!("morphologies/{name}");
    }
    Ok(())
}
