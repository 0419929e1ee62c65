//! The structs of built-in mechanisms have the parameters and defaults of the mechanisms' signatures.

use loligo::mechanisms::*;
use loligo::{Catalogue, Kind, Mechanism, Role};

/// Parameters without a field: APCount sets its counters itself; `eps` and `taueps` are tolerances of IntFire4's search for
/// the time of a spike; `fac` of VClamp is 0 except in studies of the amplifier.
const WITHOUT_FIELD: [(&str, &str); 5] =
    [("APCount", "n"), ("APCount", "time"), ("IntFire4", "eps"), ("IntFire4", "taueps"), ("VClamp", "fac")];

/// A mechanism with the defaults of its struct, for each struct.
fn typed() -> Vec<Mechanism> {
    vec![
        Pas::default().into(),
        Hh::default().into(),
        CaPool::default().into(),
        IClamp::default().into(),
        MembraneCurrentSource::default().into(),
        SEClamp::default().into(),
        ExpSyn::default().into(),
        Exp2Syn::default().into(),
        AlphaSynapse::default().into(),
        HalfGap::default().into(),
        APCount::default().into(),
        NetStim::default().into(),
        IntFire1::default().into(),
        IntFire2::default().into(),
        IntFire4::default().into(),
        VClamp::default().into(),
        VecStim::default().into(),
        Ion::Sodium(50.0).into(),
        Ion::Potassium(-77.0).into(),
        Ion::Calcium(132.457_934_163_700_9).into(),
    ]
}

#[test]
fn parameters_and_defaults_are_the_signatures() {
    let catalogue = Catalogue::builtin();
    for mechanism in typed() {
        let signature =
            catalogue.find(&mechanism.name).unwrap_or_else(|| panic!("{} is built in", mechanism.name)).signature();
        for (parameter, value) in &mechanism.parameters {
            let column = signature.column(parameter).unwrap_or_else(|| panic!("{} has {parameter}", mechanism.name));
            let variable = signature.variable(column);
            assert_eq!(*value, variable.default, "{}.{parameter}", mechanism.name);
        }
        if signature.kind == Kind::Ion {
            continue; // its struct has the reversal potential only
        }
        let is_field = |name: &str| {
            mechanism.parameters.contains_key(name) || WITHOUT_FIELD.contains(&(mechanism.name.as_str(), name))
        };
        let of_signature = signature.parameter_names().filter(|name| !is_field(name));
        assert_eq!(of_signature.collect::<Vec<_>>(), Vec::<String>::new(), "{} lacks parameters", mechanism.name);
        let others = mechanism.parameters.keys().filter(|name| {
            signature.column(name).is_none_or(|column| signature.variable(column).role != Role::Parameter)
        });
        assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "{} sets what is no parameter", mechanism.name);
    }
}

#[test]
fn every_built_in_mechanism_has_a_struct() {
    let with_struct: Vec<String> = typed().into_iter().map(|mechanism| mechanism.name).collect();
    let catalogue = Catalogue::builtin();
    let names = catalogue.iter().map(|mechanism| mechanism.signature().name.clone());
    let without = names.filter(|name| !with_struct.contains(name));
    // A struct for SEClamp is enough: the mechanism ConductanceSource is SEClamp through the membrane.
    assert_eq!(without.collect::<Vec<_>>(), ["ConductanceSource"]);
}
