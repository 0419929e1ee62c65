"""Writes NEURON's results for network.toml: `python network.py CONNECTIONS.csv OUT.json`, in a process of its own.

`loligo check network.toml --connections CONNECTIONS.csv` writes the connections, some of which are drawn. Stored: the steps
of the spikes of each cell, the highest and last value of each recorded voltage, and the SHA-256 of all its samples as
little-endian doubles.
"""

import hashlib
import json
import os
import struct
import sys

from neuron import h

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "validation", "neuron"))
from run_cases import LIBRARY, STIMULI, Mechanisms, theme_files


def main(connections, out):
    files = {"HalfGap": STIMULI["HalfGap"], "ProbAmpaNmda": os.path.join(LIBRARY, "synapses", "ProbAmpaNmda.mod")}
    h.nrn_load_dll(Mechanisms().stored_library(files | theme_files(["granule_na"])))
    from model_file import Model

    model = Model(os.path.join(HERE, "network.toml"), connections)
    traces = [h.Vector().record(model.segment(place)._ref_v) for place in model.recorded]
    spikes, detectors = [], []
    for segment, threshold in model.detectors:
        detector, times = h.NetCon(segment._ref_v, None, sec=segment.sec), h.Vector()
        detector.threshold = threshold
        detector.record(times)
        detectors.append(detector)
        spikes.append(times)
    h.dt, h.celsius = 0.025, model.run["celsius"]
    h.finitialize(model.run["v_init"])
    while h.t < model.run["tstop"] - h.dt / 2:
        h.fadvance()
    with open(out, "w") as file:
        json.dump(
            {
                "generated_with": h.nrnversion(),
                "spike_steps": [[round(t / 0.025) for t in times] for times in spikes],
                "v": [
                    {
                        "place": place,
                        "highest_mV": max(trace),
                        "last_mV": trace[-1],
                        "sha256": hashlib.sha256(struct.pack("<%dd" % len(trace), *trace)).hexdigest(),
                    }
                    for place, trace in zip(model.recorded, traces)
                ],
            },
            file,
            indent=1,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
