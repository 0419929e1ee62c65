"""Writes tests/reference/stages.json: a mechanism that is called at all stages of a step, in NEURON, with two runs.

nrnivmodl own_mechanisms && python stages.py ../reference/stages.json
"""

import json
import sys

from neuron import h

h.load_file("stdrun.hoc")

sections = [h.Section(name=name) for name in ("soma", "dend")]
sections[0].L = sections[0].diam = 20
sections[1].L, sections[1].diam, sections[1].nseg = 150, 2, 3
sections[1].connect(sections[0](1))
for section in sections:
    section.Ra = 100
    section.insert("hh")
    section.insert("stages")
clamp = h.IClamp(sections[0](0.5))
clamp.delay, clamp.dur, clamp.amp = 1, 1e9, 0.3
recorded = {}
for place in (sections[0](0.5), sections[1](0.5)):
    for name in ("v", "x0_stages", "x1_stages", "x2_stages", "x3_stages", "x4_stages", "i_stages", "s_stages"):
        vector = h.Vector().record(getattr(place, "_ref_" + name))
        recorded["%s(%g).%s" % (place.sec.name(), place.x, name)] = vector
runs = []
for second_order in (0, 1):
    h.secondorder = second_order
    h.dt = 0.025
    h.finitialize(-60)
    while h.t < 10 - h.dt / 2:
        h.fadvance()
    samples = {name: list(vector)[::10] for name, vector in recorded.items()}
    runs.append(dict(second_order=second_order, samples=samples))
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=10, tstop=10, runs=runs), out)
    out.write("\n")
