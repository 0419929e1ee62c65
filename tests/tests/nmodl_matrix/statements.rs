//! Entries on equations, statements, functions and events.

use crate::entry::{Entry, density, point, text};

pub(crate) const GROUPS: &[(&str, &[Entry])] = &[
    ("equations", EQUATIONS),
    ("reactions", REACTIONS),
    ("statements", STATEMENTS),
    ("functions", FUNCTIONS),
    ("events", EVENTS),
];

const EQUATIONS: &[Entry] = &[
    density("DERIVATIVE by `cnexp`", "BREAKPOINT { SOLVE d METHOD cnexp } DERIVATIVE d { n' = (1 - n)/k }"),
    density("`derivimplicit`", "BREAKPOINT { SOLVE d METHOD derivimplicit } DERIVATIVE d { n' = -n*n }"),
    density("`euler`", "BREAKPOINT { SOLVE d METHOD euler } DERIVATIVE d { n' = -n*n }"),
    density("`runge`", "BREAKPOINT { SOLVE d METHOD runge } DERIVATIVE d { n' = -n*n }"),
    density("IF, LOCAL and calls in DERIVATIVE", "BREAKPOINT { SOLVE d METHOD cnexp } DERIVATIVE d { LOCAL a a = f(v) if (a > 1) { a = 1 } n' = -a*n } FUNCTION f(u) { f = u/100 }"),
    density("LINEAR", "BREAKPOINT { SOLVE l } LINEAR l { ~ 2*n = 3 }"),
    density("NONLINEAR", "INITIAL { n = 1 } BREAKPOINT { SOLVE l } NONLINEAR l { ~ n*n = 3 }"),
    density("STEADYSTATE", "INITIAL { SOLVE d STEADYSTATE derivimplicit } BREAKPOINT { SOLVE d METHOD derivimplicit } DERIVATIVE d { n' = 1 - n }"),
    density("SOLVE of a PROCEDURE (also `after_cvode`, `cvode_t`)", "BREAKPOINT { SOLVE p METHOD after_cvode } PROCEDURE p() { x = v }"),
    density("equations of second order", "BREAKPOINT { SOLVE d METHOD derivimplicit } DERIVATIVE d { n'' = -n }").refused("order"),
    density("unknown methods", "BREAKPOINT { SOLVE d METHOD adams } DERIVATIVE d { n' = -n }").refused("cannot be solved by the method"),
    density("IFERROR", "BREAKPOINT { SOLVE d METHOD cnexp IFERROR { x = 1 } } DERIVATIVE d { n' = -n }").refused("IFERROR is not supported"),
    text("written concentrations that no equation or procedure sets", "NEURON { SUFFIX tested USEION ca WRITE cai } ASSIGNED { v (mV) cai (mM) } STATE { n } BREAKPOINT { SOLVE d METHOD cnexp cai = 1 } DERIVATIVE d { n' = -n }").refused("is no STATE"),
];

const REACTIONS: &[Entry] = &[
    text("KINETIC by `sparse` (`<->`, `->`, `<<`)", "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { a b c } INITIAL { a = 1 } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { ~ a + b <-> c (1, 2) ~ c -> (0.1) ~ b << (0.5) }"),
    text("`f_flux` and `b_flux`", "NEURON { SUFFIX tested RANGE x } ASSIGNED { v (mV) x } STATE { a b } INITIAL { a = 1 } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { ~ a <-> b (1, 2) x = f_flux - b_flux }"),
    text("CONSERVE", "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { a b } INITIAL { a = 1 } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { ~ a <-> b (1, 2) CONSERVE a + b = 1 }"),
    text("COMPARTMENT and LONGITUDINAL_DIFFUSION", "NEURON { SUFFIX tested } ASSIGNED { v (mV) diam (um) } STATE { a } INITIAL { a = 1 } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { COMPARTMENT diam { a } LONGITUDINAL_DIFFUSION 0.1*diam { a } ~ a << (0.1) }"),
    text("arrays of states", "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { a[3] } INITIAL { a[0] = 1 } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { FROM i = 0 TO 1 { ~ a[i] <-> a[i+1] (1, 1) } }"),
    text("STEADYSTATE", "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { a b } INITIAL { a = 1 SOLVE s STEADYSTATE sparse } BREAKPOINT { SOLVE s METHOD sparse } KINETIC s { ~ a <-> b (1, 2) CONSERVE a + b = 1 }"),
    text("KINETIC by `cnexp`", "NEURON { SUFFIX tested } ASSIGNED { v (mV) } STATE { a b } BREAKPOINT { SOLVE s METHOD cnexp } KINETIC s { ~ a <-> b (1, 2) }").refused("cannot be solved by the method"),
];

const STATEMENTS: &[Entry] = &[
    density("IF and ELSE", "INITIAL { if (k > 1 && !(v > 0)) { x = 1 } else if (k == 0) { x = 2 } else { x = 3 } }"),
    density("WHILE", "INITIAL { LOCAL a a = 3 WHILE (a > 0) { a = a - 1 } x = a }"),
    density("FROM", "INITIAL { FROM i = 0 TO 3 BY 2 { r[i] = i/2 } }"),
    density("PROTECT and MUTEXLOCK (without effect)", "INITIAL { PROTECT x = x + 1 MUTEXLOCK x = 2 MUTEXUNLOCK }"),
    density("LAG", "PARAMETER { back = 0.1 } BREAKPOINT { n = v LAG n BY back x = lag_n_back }"),
    density("printing (without effect)", "INITIAL { printf(\"%g\\n\", v) }"),
    density("assignments to v (for the mechanism itself)", "BREAKPOINT { v = v + 1 x = v }"),
    density("fractions and calls in an index", "INITIAL { r[fabs(1)] = 1 }").refused("cannot stand in an index"),
    density("elements that an array does not have", "INITIAL { r[4] = 1 }").refused("has no element 4"),
];

const FUNCTIONS: &[Entry] = &[
    density(
        "`exp` (NEURON's), `log`, `log10`, `pow`, `sqrt`, `fabs`",
        "INITIAL { x = exp(1) + log(2) + log10(2) + pow(2, 3) + 2^0.5 + sqrt(2) + fabs(-1) }",
    ),
    density(
        "`sin`, `cos`, `tan`, `asin`, `acos`, `atan`, `atan2`",
        "INITIAL { x = sin(1) + cos(1) + tan(1) + asin(0.5) + acos(0.5) + atan(1) + atan2(1, 2) }",
    ),
    density("`sinh`, `cosh`, `tanh`, `erf`", "INITIAL { x = sinh(1) + cosh(1) + tanh(1) + erf(1) }"),
    density("`floor`, `ceil`, `fmod`", "INITIAL { x = floor(1.5) + ceil(1.5) + fmod(3, 2) }"),
    density("`at_time`", "BREAKPOINT { at_time(0.2) x = at_time(0.3) }"),
    density("`nrn_ghk`", "INITIAL { x = nrn_ghk(-60, 1e-4, 2, 2) }"),
    density(
        "`scop_random`, `exprand`, `normrand`, `poisrand`, `set_seed`, `gauss`, `poisson`, `factorial`",
        "INITIAL { set_seed(3) x = scop_random() + exprand(1) + normrand(0, 1) + poisrand(2) + gauss(1, 0, 1) + poisson(1, 2) + factorial(3) }",
    ),
    text(
        "`random_setseq`, `random_setids`, `random_getseq`",
        "NEURON { POINT_PROCESS Tested RANDOM stream RANGE x } ASSIGNED { x } INITIAL { random_setids(stream, 1, 2, 3) random_setseq(stream, 4) x = random_getseq(stream) }",
    ),
    density("functions that NMODL does not have", "INITIAL { x = cbrt(2) }").refused("there is no"),
];

const EVENTS: &[Entry] = &[
    point(
        "NET_RECEIVE with several weights and INITIAL",
        "NET_RECEIVE(w, a, b) { INITIAL { a = 1 b = w } x = x + w*a + b }",
    ),
    point(
        "`net_send`, `net_move`, `net_event`",
        "INITIAL { net_send(0.2, 1) } NET_RECEIVE(w) { if (flag == 1) { net_event(t) net_send(0.3, 1) } else { net_move(t + 0.1) } }",
    ),
    point("WATCH", "INITIAL { net_send(0, 1) } NET_RECEIVE(w) { if (flag == 1) { WATCH (v > -20) 2 } }"),
    point("FOR_NETCONS", "NET_RECEIVE(w) { FOR_NETCONS(u) { u = 2*u } }"),
    point(
        "`state_discontinuity`",
        "BREAKPOINT { SOLVE d METHOD cnexp } DERIVATIVE d { n' = -n } NET_RECEIVE(w) { state_discontinuity(n, n + w) }",
    ),
    density("`net_send` outside INITIAL and NET_RECEIVE", "BREAKPOINT { net_send(1, 1) }").refused("cannot stand in"),
];
