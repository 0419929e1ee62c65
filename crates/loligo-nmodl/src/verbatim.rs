//! Analyses C++ text of VERBATIM blocks: finds text that can be left out, and text with a simple meaning.

/// The meaning of a VERBATIM block within a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It has no effect and can be left out.
    Nothing,
    /// `target = _ion_x;`: the value of the ion's variable.
    IonValue {
        /// The variable that receives the value.
        target: String,
        /// The ion's variable.
        ion_variable: String,
    },
    /// Other code, with a description.
    Code(String),
}

/// The meaning of a text.
pub(crate) fn meaning(text: &str) -> Meaning {
    let text = without_comments(text);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let statements: Vec<&str> = text.split([';', '{', '}']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if let [only] = statements.as_slice()
        && let Some((target, ion_variable)) = ion_value(only)
    {
        return Meaning::IonValue { target, ion_variable };
    }
    match statements.iter().find(|statement| !changes_nothing(statement)) {
        None => Meaning::Nothing,
        Some(statement) => Meaning::Code(seems(&text, statement)),
    }
}

fn ion_value(statement: &str) -> Option<(String, String)> {
    let (target, value) = statement.split_once('=')?;
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let (target, variable) = (target.trim(), value.trim().strip_prefix("_ion_")?);
    (is_name(target) && is_name(variable)).then(|| (target.to_owned(), variable.to_owned()))
}

fn changes_nothing(statement: &str) -> bool {
    let statement = statement.trim();
    let returned = statement.strip_prefix("return").map(str::trim);
    let is_plain = |value: &str| value.is_empty() || value.trim_matches(['(', ')']).parse::<f64>().is_ok();
    returned.is_some_and(is_plain) || prints(statement) || declares(statement)
}

/// `true` if a statement calls a printing function.
fn prints(statement: &str) -> bool {
    let callee = statement.split('(').next().unwrap_or("").trim();
    statement.contains('(') && (callee.ends_with("printf") || callee == "fflush" || callee == "hoc_warning")
}

/// `true` if a statement only declares C++ variables or functions.
fn declares(statement: &str) -> bool {
    if statement.starts_with("extern ") {
        return true;
    }
    const TYPES: [&str; 11] =
        ["int", "double", "float", "long", "char", "short", "unsigned", "void", "FILE", "bool", "static"];
    let first = statement.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    TYPES.contains(&first) && !statement.contains(['=', '('])
}

/// A description of the code, for messages.
fn seems(text: &str, statement: &str) -> String {
    let kinds = [
        (["nrn_random", "nrnran123", "Rand", "erand"], "it draws random numbers through a pointer"),
        (["vector_", "IvocVect", "vector_instance", "vector_capacity"], "it reads a Vector"),
        (["fopen", "fread", "fscanf", "H5"], "it reads or writes files"),
        (["_p_", "hoc_pgetarg", "*getarg", "ifarg"], "it handles pointers or arguments"),
        (["NetCon", "nrn_cur", "Section", "hoc_"], "it uses the inside of NEURON"),
    ];
    match kinds.iter().find(|(words, _)| words.iter().any(|word| text.contains(word))) {
        Some((_, what)) => (*what).to_owned(),
        None => format!("\"{}\"", loligo_io::shortened(statement.lines().next().unwrap_or(""))),
    }
}

fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('/') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.as_bytes().get(1) {
            Some(b'/') => rest.find('\n').unwrap_or(rest.len()),
            Some(b'*') => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => {
                plain.push('/');
                1
            }
        };
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_nothing_is_left_out() {
        for text in [
            "\n\treturn 0;\n",
            "/* x = 1; */",
            "// y\n",
            "int j, k; double* x;",
            "debug_printf(\"a\", t);",
            "#include <math.h>\n",
            " printf(\"%g\", v); ",
            "return;",
        ] {
            assert_eq!(meaning(text), Meaning::Nothing, "{text}");
        }
        let (target, ion_variable) = ("ca".to_owned(), "cai".to_owned());
        assert_eq!(meaning("\n ca = _ion_cai;\n"), Meaning::IonValue { target, ion_variable });
        assert_eq!(meaning("x = 3; return 0;"), Meaning::Code("\"x = 3\"".to_owned()));
        assert_eq!(meaning("return x;"), Meaning::Code("\"return x\"".to_owned()));
    }
}
