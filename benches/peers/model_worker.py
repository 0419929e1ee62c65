"""NEURON and CoreNEURON with a model file, in the folder with the compiled mechanisms:

    python model_worker.py TESTS_NEURON MODEL.toml RECORDED.toml CONNECTIONS.csv THREADS

Builds the model once, and prints {"compartments": N, "cells": N, "memory": bytes of the model}. Then reads requests,
one a line: {"tstop": ms, "core": true for CoreNEURON, "permute": its cell_permute, "record": whether voltages are asked for,
"shift": units in the last place that are added to the voltage at t = 0}; answers {"seconds": ..., "spikes": [[step, gid], ...], "voltages": [[mV, ...], ...]}.
"""

import json
import math
import os
import sys
import tomllib

from neuron import coreneuron, h

from neuron_timing import timed

folder, model_path, recorded_path, connections, threads = sys.argv[1:]
sys.path.append(folder)
from model_file import Model


def resident():
    """Memory in use, bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


context = h.ParallelContext()
empty = resident()
model = Model(model_path, connections)
with open(recorded_path, "rb") as file:
    (record,) = tomllib.load(file)["record"]
h.dt, h.celsius = model.run["dt"], model.run["celsius"]
detectors = []
for gid, (segment, threshold) in enumerate(model.detectors):
    context.set_gid2node(gid, 0)
    detector = h.NetCon(segment._ref_v, None, sec=segment.sec)
    detectors.append(detector)
    context.cell(gid, detector)
    context.threshold(gid, threshold)
times, gids = h.Vector(), h.Vector()
context.spike_record(-1, times, gids)
context.nthread(int(threads))
context.set_maxstep(10)
coreneuron.verbose = 2  # prints the solver's time
h.finitialize(model.run["v_init"])
compartments = sum(section.nseg for section in h.allsec())
print(json.dumps({"compartments": compartments, "cells": len(model.cells), "memory": resident() - empty}), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    traces = [h.Vector().record(model.segment(place)._ref_v) for place in record["place"]] if request["record"] else []
    times.resize(0)
    gids.resize(0)
    v_init = model.run["v_init"]
    h.finitialize(v_init + request["shift"] * math.ulp(v_init))
    coreneuron.enable = request["core"]
    coreneuron.cell_permute = request["permute"]
    seconds = timed(lambda: context.psolve(request["tstop"]), request["core"])
    spikes = sorted([round(t / h.dt), int(gid)] for t, gid in zip(times, gids))
    voltages = [list(trace) for trace in traces]
    del traces
    print(json.dumps({"seconds": seconds, "spikes": spikes, "voltages": voltages}), flush=True)
