"""Writes tests/reference/nmodl_ions.json: NEURON's traces of mechanisms that write concentrations, from nmodl/.

nrnivmodl nmodl && python nmodl_ions.py ../reference/nmodl_ions.json
"""

import itertools
import json
import sys

from neuron import h

from branched import soma_and_dendrites

h.load_file("stdrun.hoc")

# Mechanisms on the membrane of all sections, or of those named, and point processes by section and place.
CASES = {
    "pools": dict(painted=[["all", "chan"], ["all", "pool"]]),
    "pool on some sections": dict(painted=[["all", "chan"], ["dend0", "pool"], ["dend2", "pool"]]),
    "pump with buffer and diffusion": dict(painted=[["all", "chan"], ["all", "pump"]]),
    "pump on some sections": dict(painted=[["all", "chan"], ["dend0", "pump"], ["dend1", "pump"]]),
    "implicit pools": dict(painted=[["all", "chan"], ["all", "kout"], ["dend0", "pool"]]),
    "two writers": dict(painted=[["all", "chan"], ["all", "pool"]], placed=[["dend0", 0.5], ["dend0", 0.5], ["soma", 0.5]]),
    "pump and synapse": dict(painted=[["all", "chan"], ["all", "pump"]], placed=[["dend1", 0.9]]),
    "an ion of its own": dict(painted=[["all", "chan"], ["all", "chlor"]]),
    "all": dict(
        painted=[["all", "chan"], ["all", "chlor"], ["all", "kout"], ["all", "pool"]], placed=[["dend2", 0.1]]
    ),
}
NAMES = {
    "chan": ["v", "ica", "eca", "ik", "m_chan", "h_chan"],
    "pool": ["cai", "cao"],
    "pump": ["cai", "buffer_pump", "carrier_pump", "flow_pump"],
    "kout": ["ko", "nai", "ek", "ena"],
    "chlor": ["cli", "ecl", "icl", "ek"],
}


def run(name, case, secondorder):
    sections = {section.name().split(".")[1]: section for section in soma_and_dendrites("cell", True)}
    has = {section: [] for section in sections}
    for where, mechanism in case["painted"]:
        for section in sections if where == "all" else [where]:
            sections[section].insert(mechanism)
            has[section].append(mechanism)
    points = [h.Spine(sections[section](x)) for section, x in case.get("placed", [])]
    clamp = h.IClamp(sections["soma"](0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, 6, 0.4
    recorded = {}
    for section, x in [("soma", 0.5), ("dend0", 0.5), ("dend1", 0.9), ("dend2", 0.1)]:
        for variable in dict.fromkeys(itertools.chain(*(NAMES[mechanism] for mechanism in has[section]))):
            reference = getattr(sections[section](x), "_ref_" + variable)
            recorded["%s(%g).%s" % (section, x, variable)] = h.Vector().record(reference)
    h.secondorder = secondorder
    h.celsius = 20
    h.dt = 0.025
    h.finitialize(-65)
    while h.t < 10 - h.dt / 2:
        h.fadvance()
    return dict(
        name=name,
        painted=case["painted"],
        placed=case.get("placed", []),
        secondorder=secondorder,
        samples={key: list(vector)[::20] for key, vector in recorded.items()},
    )


cases = [run(name, case, order) for name, case in CASES.items() for order in (0, 1, 2)]
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=20, tstop=10, cases=cases), out)
    out.write("\n")
