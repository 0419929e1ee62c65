use loligo_nmodl::{Diagnostics, ProgrammedMechanism, Severity, Sources, lower::lower, parse, resolve};
fn walk(p: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for e in std::fs::read_dir(p).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() {
            walk(&p, out)
        } else if p.extension().is_some_and(|x| x == "mod") {
            out.push(p)
        }
    }
}
fn main() {
    let mut files = vec![];
    walk(std::path::Path::new(&std::env::args().nth(1).unwrap()), &mut files);
    files.sort();
    let (mut ok, mut bad) = (0, 0);
    for f in files {
        let mut sources = Sources::new();
        let Ok(n) = sources.read(&f) else {
            println!("UNREAD {f:?}");
            continue;
        };
        let mut found = Diagnostics::new();
        let dir = f.parent().unwrap().to_owned();
        let tree = parse(&mut sources, n, &mut |p| Ok(std::fs::read(dir.join(p)).unwrap_or_default()), &mut found);
        let model = resolve(&tree, f.file_stem().unwrap().to_str().unwrap(), &mut found);
        if found.has_errors() || model.is_none() {
            bad += 1;
            println!("RESOLVE {f:?}\n{}", found.render(&sources, Severity::Error));
            continue;
        }
        match lower(&model.unwrap()) {
            Err(d) => {
                bad += 1;
                println!("LOWER {f:?}\n{}", d.render(&sources, Severity::Error))
            }
            Ok(l) => match ProgrammedMechanism::new(l.signature, l.programs) {
                Ok(_) => ok += 1,
                Err(e) => {
                    bad += 1;
                    println!("VERIFY {f:?} {e}")
                }
            },
        }
    }
    println!("{ok} ok, {bad} refused");
}
