"""Writes tests/reference/own_mechanisms.json: NEURON's traces of the mechanisms in own_mechanisms/.

nrnivmodl own_mechanisms && python own_mechanisms.py ../reference/own_mechanisms.json
"""

import json
import sys

from neuron import h

h.load_file("stdrun.hoc")


def cell(branched):
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    sections = [soma]
    if branched:
        for k, (length, diam) in enumerate([(200, 2), (150, 1.5), (100, 1)]):
            dend = h.Section(name="dend%d" % k)
            dend.L, dend.diam, dend.nseg = length, diam, 3
            dend.connect(sections[0 if k == 0 else 1](1))
            sections.append(dend)
    for section in sections:
        section.Ra = 100
        section.insert("hh")
        section.insert("cahva")
        section.insert("capool")
        section.insert("skca")
        for segment in section:
            segment.cahva.pbar = 2e-5
            segment.capool.tau = 20
            segment.skca.gbar = 5e-4
    return sections


def run(branched, celsius, vshift, cao0, tstop):
    sections = cell(branched)
    h.celsius = celsius
    h.vshift_cahva = vshift
    h.cao0_ca_ion = cao0
    clamp = h.IClamp(sections[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 2, 1e9, 0.3
    where = [sections[0](0.5)] + ([sections[2](0.9), sections[3](0.1)] if branched else [])
    names = ["v", "cai", "cao", "eca", "ica", "ik", "m_cahva", "z_skca"]
    recorded = {}
    for segment in where:
        for name in names:
            reference = getattr(segment, "_ref_" + name)
            recorded["%s(%g).%s" % (segment.sec.name(), segment.x, name)] = h.Vector().record(reference)
    h.dt = 0.025
    h.steps_per_ms = 40
    h.finitialize(-65)
    while h.t < tstop - h.dt / 2:
        h.fadvance()
    return dict(
        branched=branched,
        celsius=celsius,
        vshift=vshift,
        cao0=cao0,
        tstop=tstop,
        samples={name: list(vector)[::5] for name, vector in recorded.items()},
    )


cases = [run(False, 6.3, 0.0, 2.0, 20.0), run(False, 34.0, 5.0, 1.5, 20.0), run(True, 20.0, -3.0, 2.0, 25.0)]
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=5, cases=cases), out)
    out.write("\n")
