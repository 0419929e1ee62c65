"""Writes tests/reference/handed_in.json: values of function tables of all kinds, and cells with the mechanisms in
own_mechanisms/ that are handed lists of numbers and functions, as NEURON has them.

nrnivmodl own_mechanisms && python handed_in.py ../reference/handed_in.json
"""

import json
import math
import random
import sys

from neuron import h

from branched import soma_and_dendrites

h.load_file("stdrun.hoc")

EVERY = 20  # steps between two samples
dice = random.Random(20261126)


def boltzmann(v):
    return round(1 / (1 + math.exp(-(v + 40) / 9)), 6)


def bell(v, warmth):
    return round((1 + 6 / math.cosh((v + 45) / 20)) * 2.3 ** ((20 - warmth) / 10), 6)


FUNCTIONS = {
    "uniform": dict(values=[boltzmann(-90 + 7 * k) for k in range(19)], **{"from": -90, "to": 36}),
    "irregular": dict(
        values=[boltzmann(v) for v in [-80, -62.5, -55, -47, -41.3, -30, -12, 20]],
        at=[-80, -62.5, -55, -47, -41.3, -30, -12, 20],
    ),
    "constant": 0.3,
}
TIMES = {
    "grid": dict(
        values=[[bell(-85 + 10.5 * k, 5 + 7.5 * j) for j in range(5)] for k in range(12)],
        **{"from": [-85, 5], "to": [30.5, 35]},
    ),
    "constant": 4.5,
}


def fill(table, given):
    """Hands in values; returns what NEURON must not lose."""
    if not isinstance(given, dict):
        table(given)
        return []
    if "at" in given:
        kept = [h.Vector(given["values"]), h.Vector(given["at"])]
        table(*kept)
        return kept
    if isinstance(given["from"], list):
        rows = given["values"]
        flat = h.Vector([value for row in rows for value in row])
        sizes = [(len(rows), 0), (len(rows[0]), 1)]
        ends = [x for size, k in sizes for x in (size, given["from"][k], given["to"][k])]
        table(flat._ref_x[0], *ends)
        return [flat]
    vector = h.Vector(given["values"])
    table(vector._ref_x[0], len(given["values"]), given["from"], given["to"])
    return [vector]


def looked_up(given, arguments):
    """The values of a table for arguments beyond its ends, at its points and beside these, and others."""
    kept = fill(h.table_ninf_ktab if arguments == 1 else h.table_ntau_ktab, given)
    if not isinstance(given, dict):
        axes = [[-1e9, 0, 3.5]] * arguments
    elif "at" in given:
        axes = [given["at"]]
    else:
        shape = [len(given["values"])] if arguments == 1 else [len(given["values"]), len(given["values"][0])]
        ends = zip(given["from"], given["to"]) if arguments > 1 else [(given["from"], given["to"])]
        axes = [
            [a + k * ((b - a) / (n - 1)) if n > 1 else a for k in range(n)] + [a, b] for n, (a, b) in zip(shape, ends)
        ]

    def near(axis):
        x = dice.choice(axis)
        beside = [x, math.nextafter(x, -math.inf), math.nextafter(x, math.inf), dice.uniform(min(axis), max(axis))]
        return dice.choice(beside + [dice.uniform(min(axis) - 3, max(axis) + 3)])

    asked = [[near(axis) for axis in axes] for _ in range(100)]
    asked += [[far] + [axis[0] for axis in axes[1:]] for far in [-1e300, 1e300]]
    call = h.ninf_ktab if arguments == 1 else h.ntau_ktab
    found = [call(*each) for each in asked]
    del kept
    return dict(table=given, arguments=asked, values=found)


def drawn_values(count):
    return [dice.uniform(-3, 3) for _ in range(count)]


def tables():
    lookups = [looked_up(given, 1) for given in FUNCTIONS.values()] + [looked_up(given, 2) for given in TIMES.values()]
    # With one point along the first argument NEURON gives the constant that was set before, if there was one.
    for count, a, b in [(2, 0, 1), (7, -1.3, 2.9), (50, 1e-3, 1e-2), (3, -5, -5)]:
        lookups.append(looked_up(dict(values=drawn_values(count), **{"from": a, "to": b}), 1))
    for at in [[0, 1], sorted(drawn_values(9)), [0, 1, 1, 1, 2], [1, 1, 2, 2]]:
        lookups.append(looked_up(dict(values=drawn_values(len(at)), at=at), 1))
    for n, m in [(3, 4), (2, 2), (5, 1)]:
        rows = [drawn_values(m) for _ in range(n)]
        lookups.append(looked_up(dict(values=rows, **{"from": [-1, 0], "to": [1, 2.7]}), 2))
    return lookups


def cell(name, branched):
    sections = soma_and_dendrites(name, branched)
    for section in sections:
        section.insert("hh")
        section.insert("ktab")
        for segment in section:
            segment.ktab.gbar = 8e-4
    return sections


def sequence(count, until):
    onsets = sorted(round(dice.uniform(0, until), dice.choice([0, 1, 3])) for _ in range(count))
    return dict(onsets=onsets, amplitudes=[round(dice.uniform(-0.2, 0.6), 3) for _ in onsets])


def run(branched, celsius, ninf, ntau):
    case = dict(branched=branched, celsius=celsius, ninf=FUNCTIONS[ninf], ntau=TIMES[ntau], tstop=30)
    cells = [cell("cell%d" % k, branched) for k in range(3)]
    h.celsius = celsius
    kept = [fill(h.table_ninf_ktab, case["ninf"]), fill(h.table_ntau_ktab, case["ntau"])]
    shared = sequence(12, 25)
    case["points"] = [
        dict(cell=0, section=0, x=0.5, gain=1, **shared),
        dict(cell=1, section=0, x=0.5, gain=1.5, **shared),
        dict(cell=1, section=0, x=0.5, gain=1, **sequence(7, 35)),
        dict(cell=2, section=2 if branched else 0, x=0.9 if branched else 0.5, gain=0.5, **sequence(20, 28)),
        dict(cell=2, section=0, x=0.5, gain=1, onsets=[], amplitudes=[]),
    ]
    electrodes = []
    for own in case["points"]:
        electrode = h.stepseq(cells[own["cell"]][own["section"]](own["x"]))
        electrode.gain, electrode.count = own["gain"], len(own["onsets"])
        for k, (onset, amplitude) in enumerate(zip(own["onsets"], own["amplitudes"])):
            electrode.onsets[k], electrode.amplitudes[k] = onset, amplitude
        electrodes.append(electrode)
    recorded = {}
    for k, sections in enumerate(cells):
        for s, x in [(0, 0.5)] + ([(1, 0.5), (2, 0.9)] if branched else []):
            for name in ["v", "n_ktab", "ik"]:
                reference = getattr(sections[s](x), "_ref_" + name)
                recorded["%d %d %g %s" % (k, s, x, name)] = h.Vector().record(reference)
    h.dt = 0.025
    h.steps_per_ms = 40
    h.finitialize(-65)
    while h.t < case["tstop"] - h.dt / 2:
        h.fadvance()
    case["samples"] = {name: list(vector)[::EVERY] for name, vector in recorded.items()}
    del kept
    return case


cases = [
    run(False, 6.3, "uniform", "grid"),
    run(True, 20, "irregular", "grid"),
    run(True, 33.7, "uniform", "constant"),
    run(False, 12, "constant", "grid"),
]
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=EVERY, tables=tables(), cases=cases), out)
    out.write("\n")
