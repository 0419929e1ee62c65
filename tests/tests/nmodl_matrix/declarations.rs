//! Entries on kinds of mechanisms, declarations and blocks.

use crate::entry::{Entry, density, point, text};

pub(crate) const GROUPS: &[(&str, &[Entry])] =
    &[("kinds", KINDS), ("NEURON", NEURON), ("declarations", DECLARATIONS), ("blocks", BLOCKS)];

const KINDS: &[Entry] = &[
    text(
        "SUFFIX",
        "NEURON { SUFFIX tested NONSPECIFIC_CURRENT i } ASSIGNED { v (mV) i (mA/cm2) } BREAKPOINT { i = 1e-5*(v + 65) }",
    ),
    text(
        "POINT_PROCESS",
        "NEURON { POINT_PROCESS Tested NONSPECIFIC_CURRENT i } ASSIGNED { v (mV) i (nA) } BREAKPOINT { i = 1e-5*(v + 65) }",
    ),
    text(
        "ARTIFICIAL_CELL",
        "NEURON { ARTIFICIAL_CELL Tested } INITIAL { net_send(0.2, 1) } NET_RECEIVE(w) { if (flag == 1) { net_event(t) } }",
    ),
    text("`SUFFIX nothing` (adds no mechanism)", "NEURON { SUFFIX nothing } FUNCTION twice(x) { twice = 2*x }"),
];

const NEURON: &[Entry] = &[
    text(
        "USEION with READ and WRITE",
        "NEURON { SUFFIX tested USEION ca READ eca, cai WRITE ica } ASSIGNED { v (mV) eca (mV) cai (mM) ica (mA/cm2) } BREAKPOINT { ica = 1e-6*(v - eca)*cai }",
    ),
    text(
        "VALENCE",
        "NEURON { SUFFIX tested USEION mg READ mgi VALENCE 2 RANGE x } ASSIGNED { v (mV) mgi (mM) x } INITIAL { x = mgi }",
    ),
    text(
        "REPRESENTS",
        "NEURON { SUFFIX tested USEION k READ ek REPRESENTS CHEBI:29103 RANGE x } ASSIGNED { v (mV) ek (mV) x } INITIAL { x = ek }",
    ),
    text(
        "written concentrations and reversal potentials",
        "NEURON { SUFFIX tested USEION ca READ ica WRITE cai USEION k WRITE ek } ASSIGNED { v (mV) ica (mA/cm2) ek (mV) } STATE { cai (mM) } INITIAL { cai = 1e-4 ek = -80 } BREAKPOINT { SOLVE pool METHOD cnexp } DERIVATIVE pool { cai' = -ica - (cai - 1e-4)/20 }",
    ),
    text(
        "NONSPECIFIC_CURRENT",
        "NEURON { SUFFIX tested NONSPECIFIC_CURRENT i, j } ASSIGNED { v (mV) i (mA/cm2) j (mA/cm2) } BREAKPOINT { i = 1e-5*(v + 65) j = 0 }",
    ),
    text(
        "ELECTRODE_CURRENT",
        "NEURON { POINT_PROCESS Tested ELECTRODE_CURRENT i } ASSIGNED { v (mV) i (nA) } BREAKPOINT { i = 0.01 }",
    ),
    text("RANGE", "NEURON { SUFFIX tested RANGE k } PARAMETER { k = 1 }"),
    text("GLOBAL", "NEURON { SUFFIX tested GLOBAL k } PARAMETER { k = 1 }"),
    text(
        "POINTER",
        "NEURON { POINT_PROCESS Tested POINTER aim RANGE x } ASSIGNED { aim x } INITIAL { x = 0 if (nrn_pointing(aim)) { x = aim } }",
    ),
    text(
        "RANDOM",
        "NEURON { POINT_PROCESS Tested RANDOM stream RANGE x } ASSIGNED { x } INITIAL { x = random_normal(stream) + random_uniform(stream, 1, 2) + random_negexp(stream) + random_ipick(stream) + random_dpick(stream) }",
    ),
    text("THREADSAFE", "NEURON { SUFFIX tested THREADSAFE RANGE k } PARAMETER { k = 1 }"),
    text("EXTERNAL", "NEURON { SUFFIX tested EXTERNAL k_other RANGE x } ASSIGNED { v (mV) x } INITIAL { x = k_other }")
        .refused("belongs to another mechanism"),
];

const DECLARATIONS: &[Entry] = &[
    text(
        "UNITS with constants",
        "NEURON { SUFFIX tested RANGE x } UNITS { (mM) = (milli/liter) FARADAY = (faraday) (coulomb) R = 8.3 (joule/degC) } ASSIGNED { v (mV) x } INITIAL { x = FARADAY/R }",
    ),
    text("PARAMETER with limits", "NEURON { SUFFIX tested RANGE k } PARAMETER { k = 1 (mV) <0, 1e9> }"),
    text("CONSTANT", "NEURON { SUFFIX tested RANGE x } CONSTANT { c = 1.5 } ASSIGNED { v (mV) x } INITIAL { x = c }"),
    text(
        "ASSIGNED",
        "NEURON { SUFFIX tested RANGE x } ASSIGNED { v (mV) x diam (um) area (um2) celsius (degC) dt (ms) } INITIAL { x = diam + area + celsius + dt }",
    ),
    text(
        "STATE with FROM, TO and START",
        "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { n FROM 0 TO 1 START 0.5 } BREAKPOINT { SOLVE s METHOD cnexp } DERIVATIVE s { n' = -n }",
    ),
    density("arrays", "INITIAL { r[2] = k }"),
    text(
        "LOCAL in and outside blocks",
        "NEURON { SUFFIX tested RANGE x } LOCAL q ASSIGNED { v (mV) x } INITIAL { LOCAL a a = 1 q = a x = q }",
    ),
    text(
        "DEFINE",
        "DEFINE MANY 3 NEURON { SUFFIX tested RANGE r } ASSIGNED { v (mV) r[MANY] } INITIAL { FROM i = 0 TO MANY-1 { r[i] = i } }",
    ),
    density("INCLUDE", "INCLUDE \"included.inc\" INITIAL { x = double(k) }"),
    density("INDEPENDENT (without effect)", "INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }"),
    density("UNITSOFF and UNITSON", "UNITSOFF INITIAL { x = v + k } UNITSON"),
    density(
        "TITLE, COMMENT, `:` and `?`",
        "COMMENT all of it ENDCOMMENT\nCOMMENT\nmore\nENDCOMMENT\nINITIAL { x = 1 : a comment\n ? another\n }",
    ),
    density("assignments to constants", "CONSTANT { c = 1 } INITIAL { c = 2 x = c }"),
    density("two declarations of a name", "PARAMETER { v (mV) } ASSIGNED { v (mV) }").refused("declared twice"),
];

const BLOCKS: &[Entry] = &[
    density("INITIAL", "INITIAL { x = v }"),
    density("BREAKPOINT", "BREAKPOINT { x = v }"),
    text(
        "CONDUCTANCE",
        "NEURON { SUFFIX tested USEION k READ ek WRITE ik } PARAMETER { g = 1e-5 } ASSIGNED { v (mV) ek (mV) ik (mA/cm2) } BREAKPOINT { CONDUCTANCE g USEION k ik = g*(v - ek) }",
    ),
    density(
        "BEFORE and AFTER",
        "BEFORE INITIAL { x = 1 } AFTER INITIAL { x = 2 } BEFORE BREAKPOINT { x = 3 } AFTER SOLVE { x = 4 } BEFORE STEP { x = 5 }",
    ),
    density("CONSTRUCTOR", "CONSTRUCTOR { x = 3*k }"),
    point("DESTRUCTOR (without effect)", "DESTRUCTOR { x = 0 }"),
    density("PROCEDURE and FUNCTION", "INITIAL { p(k) } PROCEDURE p(a) { x = f(a, 1) } FUNCTION f(a, b) { f = a + b }"),
    density("FUNCTION_TABLE", "INITIAL { x = given(v) } FUNCTION_TABLE given(u (mV))"),
    density(
        "TABLE in procedures and functions",
        "INITIAL { p(v) x = f(v) } PROCEDURE p(u) { TABLE n DEPEND k FROM -100 TO 100 WITH 200 n = k*u } FUNCTION f(u) { TABLE DEPEND k FROM -100 TO 100 WITH 200 f = k*u }",
    ),
    density("DISCRETE", "BREAKPOINT { SOLVE d } DISCRETE d { n = n + 1 }").refused("DISCRETE is not supported"),
    density(
        "a DERIVATIVE block before the SOLVE of it",
        "DERIVATIVE d { n' = -n } BREAKPOINT { SOLVE d METHOD cnexp }",
    )
    .refused("stands before this SOLVE"),
    density("DESTRUCTOR on a membrane", "DESTRUCTOR { x = 0 }").refused("has a DESTRUCTOR"),
];
