//! Golden files of the printed result of every stage of the translation.

use std::path::Path;

use loligo_nmodl::{Reading, print, program};

const SYNAPSE: &str = "NEURON { POINT_PROCESS Syn RANGE tau, e NONSPECIFIC_CURRENT i }
PARAMETER { tau = 2 (ms) <1e-9, 1e9> e = 0 (mV) }
ASSIGNED { v (mV) i (nA) }
STATE { g (uS) }
INITIAL { g = 0 }
BREAKPOINT { SOLVE decay METHOD cnexp i = g*(v - e) } : Ohm's law
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE(w (uS)) { if (flag == 0 && w > 0) { g = g + w } else { net_send(tau*2 - 1, 1) } }
";

#[test]
fn a_synapse() {
    let mut reading = Reading::of_text(Path::new("syn.mod"), SYNAPSE.into()).unwrap();
    insta::assert_snapshot!("syntax", print(&reading.tree));
    let lowered = reading.lower().unwrap();
    insta::assert_snapshot!("program", program::print(&lowered.programs, &lowered.signature));
}
