"""Writes NEURON's results for trees of sections: `python cells.py OUT.json`.

Random trees, connected as by the methods of neurodamus's builder. Stored for each: the tree (sections in the order in which they
were connected), the text of `topology()`, the distance of each segment from the middle of the soma, and voltages of a run in which
conductances depend on distance and diameter.
"""

import hashlib
import json
import math
import os
import random
import struct
import sys
import tempfile

from neuron import h

h.load_file("stdrun.hoc")


def topology():
    """The text that NEURON prints."""
    sys.stdout.flush()
    saved = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        h.topology()
        os.dup2(saved, 1)
        os.close(saved)
        file.seek(0)
        return file.read().decode()


def tree(dice, count, plain):
    """Sections as dictionaries: name, L, diam, nseg, and, for all but the first, parent, x and the end of the child."""
    diam = dice.uniform(10.0, 25.0)
    sections = [dict(name="soma", L=diam, diam=diam, nseg=1 if plain else dice.choice([1, 3, 4]))]
    for k in range(1, count):
        parent = dice.randrange(k)
        section = dict(name="dend%d" % k, L=dice.uniform(20.0, 200.0), diam=dice.uniform(0.5, 3.0))
        section["nseg"] = dice.choice([1, 2, 3, 4, 5, 9])
        section["parent"] = parent
        section["x"] = 1.0 if plain else dice.choice([1.0, 1.0, 1.0, 0.0, 0.5, 0.3])
        section["end"] = 0 if plain else dice.choice([0, 0, 0, 1])
        sections.append(section)
    return sections


def measure(name, sections):
    made = []
    for section in sections:
        made.append(h.Section(name=section["name"]))
        made[-1].L, made[-1].diam, made[-1].nseg = section["L"], section["diam"], section["nseg"]
        if "parent" in section:
            made[-1].connect(made[section["parent"]](section["x"]), section["end"])
    text = topology()
    h.distance(0, made[0](0.5))
    distances = [[h.distance(segment) for segment in section] for section in made]
    for section, own in zip(made, distances):
        section.insert("hh")
        section.insert("pas")
        for segment, distance in zip(section, own):
            segment.hh.gnabar = 0.02 + 0.1 * math.exp(-0.01 * distance)
            segment.hh.gkbar = 0.036 if 50.0 <= distance < 150.0 else 0.018
            segment.pas.g = 1e-4 + (5e-4 - 1e-4) / (1.0 + math.exp((200.0 - distance) / 40.0))
            segment.pas.e = -65.0 + 0.5 * segment.diam
            segment.hh.gl = 1e-4 + 2e-4 * segment.x
    clamp = h.IClamp(made[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 1.0, 2.0, 1.0
    traces = [h.Vector().record(section(0.5)._ref_v) for section in made]
    h.dt, h.celsius = 0.025, 6.3
    h.finitialize(-65.0)
    while h.t < 15.0 - h.dt / 2:
        h.fadvance()
    samples = [value for trace in traces for value in trace]
    return dict(
        name=name,
        sections=sections,
        topology=text,
        distances=distances,
        last_v_mV=[trace[-1] for trace in traces],
        v_sha256=hashlib.sha256(struct.pack("<%dd" % len(samples), *samples)).hexdigest(),
    )


def main(out):
    dice = random.Random(20261123)
    cases = [measure("plain %d" % k, tree(dice, 4 + 3 * k, True)) for k in range(6)]
    cases += [measure("any %d" % k, tree(dice, 3 + 2 * k, False)) for k in range(12)]
    json.dump(dict(generated_with=h.nrnversion(), cases=cases), open(out, "w"), indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
