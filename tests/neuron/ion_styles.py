"""Writes tests/reference/ion_styles.json: NEURON's results when ion_style overrides the style that the mechanisms need.

nrnivmodl own_mechanisms && python ion_styles.py ../reference/ion_styles.json
"""

import itertools
import json
import sys

from neuron import h

h.load_file("stdrun.hoc")


def run(mechanisms, style):
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.insert("hh")
    for mechanism in mechanisms:
        soma.insert(mechanism)
    soma(0.5).cahva.pbar = 2e-5
    if style is not None:
        e_init, e_advance, c_init = style
        h.ion_style("ca_ion", 3, 2, e_init, e_advance, c_init, sec=soma)
    soma.cai, soma.cao, soma.eca = 2e-4, 1.5, 100
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, 1e9, 0.3
    names = ["v", "cai", "cao", "eca", "ica"]
    recorded = {name: h.Vector().record(getattr(soma(0.5), "_ref_" + name)) for name in names}
    h.dt = 0.025
    h.finitialize(-65)
    while h.t < 5 - h.dt / 2:
        h.fadvance()
    word = None if style is None else 32 * style[0] + 64 * style[1] + 4 * style[2]
    samples = {name: list(vector)[::10] for name, vector in recorded.items()}
    return dict(mechanisms=mechanisms, style=word, samples=samples)


cases = []
for mechanisms in (["cahva"], ["cahva", "capool"]):
    for style in [None, *itertools.product((0, 1), repeat=3)]:
        cases.append(run(mechanisms, style))
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=10, tstop=5, cases=cases), out)
    out.write("\n")
