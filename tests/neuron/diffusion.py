"""Writes tests/reference/diffusion.json: substances that diffuse along the sections of a branched cell, in NEURON.

nrnivmodl own_mechanisms && python diffusion.py ../reference/diffusion.json
"""

import json
import sys

from neuron import h

h.load_file("stdrun.hoc")

# Name, L (um), diam (um), nseg, parent, x on the parent, the end that is attached, mechanisms.
CELL = [
    ("soma", 20, 20, 1, None, None, 0, "cadif"),
    ("a", 50, 3, 4, "soma", 1, 0, "cadif spread"),
    ("b", 30, 2, 1, "soma", 1, 0, "cadif"),
    ("c", 40, 1.5, 3, "soma", 0.5, 0, "cadif cadpump"),
    ("d", 25, 1, 2, "soma", 0, 0, "cadif"),
    # calcium bypasses this segment where it is between two segments that have the mechanism
    ("gap", 33, 2.5, 1, "a", 0.6, 0, ""),
    ("e", 17, 0.7, 2, "gap", 0.5, 0, "cadif"),
    ("f", 21, 0.8, 1, "gap", 1, 0, "cadif spread"),
    ("g", 28, 1.2, 3, "f", 0, 0, "cadif spread"),
    ("r", 35, 2.2, 3, "a", 1, 1, "cadif spread"),
    ("s", None, None, 3, "r", 0, 0, "cadif"),
    ("u", 15, 1, 2, "r", 1, 0, "spread"),
]
# Points of section s: x, y, z, diameter (um).
POINTS = [(0, 0, 0, 2), (10.6, 3.1, 0.6, 1.7), (22, 5, -3, 1.1), (31, 9, -4, 1.4)]
RECORDED = [
    ("soma", 0.5),
    ("a", 0.1),
    ("a", 0.9),
    ("b", 0.5),
    ("c", 0.9),
    ("d", 0.7),
    ("e", 0.2),
    ("f", 0.5),
    ("g", 0.5),
    ("r", 0.1),
    ("s", 0.5),
    ("u", 0.3),
]


def cell():
    sections = {}
    for name, length, diam, nseg, parent, x, end, mechanisms in CELL:
        section = sections[name] = h.Section(name=name)
        if length is None:
            for point in POINTS:
                section.pt3dadd(*point)
        else:
            section.L, section.diam = length, diam
        section.nseg = nseg
        section.Ra = 100
        if parent is not None:
            section.connect(sections[parent](x), end)
        section.insert("hh")
        for mechanism in mechanisms.split():
            section.insert(mechanism)
        if mechanisms:
            section.insert("cahva")
            section.insert("skca")
        for segment in section:
            if mechanisms:
                segment.cahva.pbar = 2e-5
                segment.skca.gbar = 5e-4
            if "cadif" in mechanisms:
                segment.cadif.width = segment.diam
            if "cadpump" in mechanisms:
                segment.cadpump.depth = 0.6
    return sections


def run(second_order, tstop):
    sections = cell()
    h.celsius = 20
    h.secondorder = second_order
    clamp = h.IClamp(sections["a"](0.9))
    clamp.delay, clamp.dur, clamp.amp = 1, 1e9, 0.2
    recorded = {}
    for name, x in RECORDED:
        segment = sections[name](x)
        variables = {"v": segment._ref_v, "cai": segment._ref_cai, "ica": segment._ref_ica, "eca": segment._ref_eca}
        if hasattr(segment, "cadif"):
            for k in range(2):
                variables["bound[%d]_cadif" % k] = segment.cadif._ref_bound[k]
        if hasattr(segment, "spread"):
            variables["b_spread"] = segment.spread._ref_b
        for variable, reference in variables.items():
            recorded["%s(%g).%s" % (name, x, variable)] = h.Vector().record(reference)
    h.dt = 0.025
    h.steps_per_ms = 40
    h.finitialize(-65)
    while h.t < tstop - h.dt / 2:
        h.fadvance()
    samples = {name: list(vector)[::8] for name, vector in recorded.items()}
    return dict(second_order=second_order, tstop=tstop, samples=samples)


cases = [run(0, 12.0), run(1, 6.0), run(2, 6.0)]
with open(sys.argv[1], "w") as out:
    json.dump(
        dict(generated_with="NEURON 9.0.2", every=8, cell=CELL, points=POINTS, celsius=20, cases=cases),
        out,
    )
    out.write("\n")
