//! Contract: files and folders of NMODL become mechanisms of a catalogue, with their new ions. All errors in all files
//! are reported together.

use std::fs;
use std::path::PathBuf;

use loligo_mechanisms::{Catalogue, Kind};
use loligo_nmodl::{FilesError, LoadError, LoadErrors, Loaded, load};

/// Loads a folder of files with the given names and texts.
fn loaded(files: &[(&str, &str)]) -> (Result<Loaded, LoadErrors>, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    (load(Catalogue::builtin(), [folder.path()]), folder.path().to_owned())
}

const USES_Q: &str = "NEURON { SUFFIX first USEION q READ qi WRITE iq }
ASSIGNED { qi (mM) iq (mA/cm2) }
BREAKPOINT { iq = 3 * qi }
";

#[test]
fn files_come_in_bytewise_order_with_their_ions() {
    let says_charge = USES_Q.replace("SUFFIX first", "SUFFIX second").replace("WRITE iq", "WRITE iq VALENCE -2");
    let functions = "NEURON { SUFFIX nothing }\nFUNCTION f(x) { f = x }\n";
    let files = [("b.mod", USES_Q), ("A.mod", &*says_charge), ("c.mod", functions), ("d.txt", "no NMODL")];
    let (result, folder) = loaded(&files);
    let result = result.unwrap();
    let names: Vec<_> = result.mechanisms.iter().map(|(path, name)| (path.clone(), name.as_str())).collect();
    assert_eq!(names, [(folder.join("A.mod"), "second"), (folder.join("b.mod"), "first")]);
    let ion = result.catalogue.find("q_ion").unwrap().signature();
    assert_eq!((ion.kind, ion.valence), (Kind::Ion, Some(-2.0)));
    assert_eq!(ion.defaults().take(3).collect::<Vec<_>>(), [0.0, 1.0, 1.0]); // mV, mM, mM
    assert_eq!(result.warnings, []);
    assert_eq!(result.replaced, Vec::<String>::new());
}

#[test]
fn charges_are_known_and_the_same_everywhere() {
    let (result, folder) = loaded(&[("a.mod", USES_Q)]);
    let path = folder.join("a.mod");
    assert_eq!(result.unwrap_err().0, [LoadError::NoValence { path: path.clone(), ion: "q".to_owned() }]);

    let current = USES_Q.replace("READ qi ", "").replace("qi (mM)", "qi");
    let (result, _) = loaded(&[("a.mod", &current)]);
    let [(_, warning)] = result.unwrap().warnings.try_into().unwrap();
    assert!(warning.contains("no file gives the charge of the ion q"), "{warning}");

    let calcium = "NEURON { SUFFIX pump USEION ca READ cai VALENCE 1 }\nASSIGNED { cai (mM) }\n";
    let (result, _) = loaded(&[("a.mod", calcium)]);
    let errors = result.unwrap_err();
    assert!(errors.to_string().contains("the ion ca has the charge 1 here and 2 elsewhere"), "{errors}");
}

#[test]
fn own_mechanisms_are_loaded_by_name() {
    let loaded = load(Catalogue::builtin(), ["loligo:layer5/l5_sk", "loligo:hodgkin-huxley"]).unwrap();
    let names: Vec<_> = loaded.mechanisms.iter().map(|(path, name)| (path.to_str().unwrap(), name.as_str())).collect();
    let expected = [
        ("loligo:layer5/l5_sk.mod", "l5_sk"),
        ("loligo:hodgkin-huxley/squid_k.mod", "squid_k"),
        ("loligo:hodgkin-huxley/squid_leak.mod", "squid_leak"),
        ("loligo:hodgkin-huxley/squid_na.mod", "squid_na"),
    ];
    assert_eq!(names, expected);
    let errors = load(Catalogue::builtin(), ["loligo:layer5/l5_shk", "loligo:layer6"]).unwrap_err().to_string();
    assert!(errors.starts_with("loligo:layer5/l5_shk: there is no mechanism \"l5_shk\" in loligo:layer5"), "{errors}");
    assert!(errors.contains("\nloligo:layer6: there is no theme \"layer6\" among Loligo's own mechanisms"), "{errors}");
}

#[test]
fn all_errors_of_all_files_are_told() {
    let broken = USES_Q.replace("iq = 3 * qi", "iq = q0");
    let twice = USES_Q.replace("WRITE iq", "WRITE iq VALENCE 1");
    let (result, folder) = loaded(&[("a.mod", &broken), ("b.mod", &twice), ("c.mod", &twice)]);
    let errors = result.unwrap_err();
    let text = errors.to_string();
    assert!(
        text.contains(&format!("{}:3:19\n3 | BREAKPOINT {{ iq = q0 }}\n", folder.join("a.mod").display())),
        "{text}"
    );
    assert!(text.contains("the catalogue has a mechanism called first already"), "{text}");
    assert_eq!(errors.0.len(), 2);

    let nowhere = load(Catalogue::builtin(), ["nowhere.mod"]).unwrap_err();
    assert!(nowhere.to_string().starts_with("nowhere.mod: "), "{nowhere}");
    let (result, folder) = loaded(&[]);
    assert_eq!(result.unwrap_err().0, [LoadError::Files(FilesError::NoFiles { path: folder })]);
}
