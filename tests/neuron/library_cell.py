"""Writes NEURON's results for the cell of an example with mechanisms of the library: `python library_cell.py layer5 OUT.json`
(or purkinje), in a process of its own.

Stored: the steps of the spikes (soma(.5) above -20 mV) in 1,000 ms, voltages at some places in the first 100 ms every
200th step, and the SHA-256 of all samples of these voltages as little-endian doubles.
"""

import hashlib
import json
import os
import struct
import sys

from neuron import h

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.append(os.path.join(ROOT, "validation", "neuron"))
from run_cases import Mechanisms, theme_files

# Places that are recorded, and parameters of point processes that differ from the example's.
CELLS = dict(
    # The current into the soma is 1 nA from 50 ms to the end instead of the two short ones.
    layer5=dict(
        places=["soma[0](0.5)", "apic[5](0.5)", "apic[6](0.95)", "dend[24](0.5)"],
        points=dict(first=dict(amp=1.0, dur=1e9), second=dict(amp=0.0)),
    ),
    purkinje=dict(places=["soma[0](0.5)", "axon[0](0.9)", "dend[9](0.5)", "dend[700](0.5)"], points={}),
)


def main(theme, out, tstop=1000.0, every=200):
    folder = os.path.join(ROOT, "mechanisms", theme)
    names = [name.removesuffix(".mod") for name in os.listdir(folder) if name.endswith(".mod")]
    h.nrn_load_dll(Mechanisms().stored_library(theme_files(names)))
    from model_file import Model

    model, settings = Model(os.path.join(ROOT, "examples", theme + ".toml")), CELLS[theme]
    (cell,) = model.cells.values()
    for name, parameters in settings["points"].items():
        for parameter, value in parameters.items():
            setattr(cell.points[name], parameter, value)
    traces = [h.Vector().record(cell.segment(place)._ref_v) for place in settings["places"]]
    soma = cell.segment("soma[0](0.5)")
    watch = h.NetCon(soma._ref_v, None, sec=soma.sec)
    watch.threshold = -20.0
    spikes = h.Vector()
    watch.record(spikes)
    h.dt, h.celsius = 0.025, model.run["celsius"]
    h.finitialize(model.run["v_init"])
    while h.t < tstop - h.dt / 2:
        h.fadvance()
    samples = [list(trace)[:4001] for trace in traces]
    json.dump(
        {
            "generated_with": h.nrnversion(),
            "segments": sum(section.nseg for section in h.allsec()),
            "spike_steps": [round(t / 0.025) for t in spikes],
            "every": every,
            "points": settings["points"],
            "places": settings["places"],
            "v_mV": [trace[::every] for trace in samples],
            "v_sha256": [hashlib.sha256(struct.pack("<%dd" % len(trace), *trace)).hexdigest() for trace in samples],
        },
        open(out, "w"),
        indent=1,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
