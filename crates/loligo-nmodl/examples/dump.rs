#[path = "../tests/common/mod.rs"]
mod common;
use loligo_mechanisms::Mechanism;
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let m = common::mechanism(&text);
    println!("{}", loligo_nmodl::program::print(m.programs(), m.signature()));
    let _ = common::Single::of(&m, false);
}
