"""Writes NEURON's results for the cell of examples/purkinje.toml: `python purkinje_cell.py OUT.json`, in a process of its own.

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

h.nrn_load_dll(Mechanisms().compiled(theme_files(["purkinje_na"])))
from model_file import Model

PLACES = ["soma[0](0.5)", "axon[0](0.9)", "dend[9](0.5)", "dend[700](0.5)"]


def main(out, tstop=1000.0, every=200):
    model = Model(os.path.join(ROOT, "examples", "purkinje.toml"))
    traces = [h.Vector().record(model.segment(place)._ref_v) for place in PLACES]
    soma = model.segment(PLACES[0])
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
            "places": PLACES,
            "v_mV": [trace[::every] for trace in samples],
            "v_sha256": [hashlib.sha256(struct.pack("<%dd" % len(trace), *trace)).hexdigest() for trace in samples],
        },
        open(out, "w"),
        indent=1,
    )


if __name__ == "__main__":
    main(sys.argv[1])
