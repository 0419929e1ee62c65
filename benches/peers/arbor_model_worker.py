"""Arbor with a model that arbor_description.py has described:

    python arbor_model_worker.py DESCRIPTION.json CATALOGUE.so RECORDED.toml THREADS

The lines that it reads and prints are those of model_worker.py; a request has the key `group`, the number of cells in a
group, instead of `core` and `permute`.
"""

import json
import math
import os
import sys
import time
import tomllib

import arbor
from arbor import units as U

from arbor_cell import Shape, decorated

description_path, catalogue, recorded_path, threads = sys.argv[1:]


class Recipe(arbor.recipe):
    """The cells of a description. Spikes of its artificial cells are events that are known before the run."""

    def __init__(self, model, records):
        super().__init__()
        self.model, self.records = model, records
        self.shape = Shape(model["sections"])
        self.properties = arbor.neuron_cable_properties()
        run = model["run"]
        self.properties.set_property(Vm=run["v_init"] * U.mV, tempK=(run["celsius"] + 273.15) * U.Kelvin)
        self.properties.catalogue = arbor.load_catalogue(catalogue)
        self.generators = [[] for _ in range(model["count"])]
        for connection in model["connections"]:
            gid = self.gid(connection["target"])
            times = [time + connection["delay"] for time in model["times"][connection["source"]]]
            schedule = arbor.explicit_schedule([time * U.ms for time in times])
            self.generators[gid].append(arbor.event_generator(connection["synapse"], connection["weight"], schedule))
        self.junctions = [[] for _ in range(model["count"])]
        for a, b, conductance in model["junctions"]:
            for here, other in ((a, b), (b, a)):
                self.junctions[here].append(arbor.gap_junction_connection((other, "junction"), "junction", conductance))
        self.equal = len(model["painted"]) == 1
        self.cell = self.cable_cell(0) if self.equal else None

    def gid(self, name):
        """The number of a cell such as `granule[3]`, or of the only one."""
        return int(name.partition("[")[2].removesuffix("]") or 0)

    def cable_cell(self, gid):
        return arbor.cable_cell(self.shape.tree, decorated(self.model, self.shape, gid), self.shape.labels, self.shape.policy)

    def num_cells(self):
        return self.model["count"]

    def cell_kind(self, gid):
        return arbor.cell_kind.cable

    def cell_description(self, gid):
        return self.cell or self.cable_cell(gid)

    def event_generators(self, gid):
        return self.generators[gid]

    def gap_junctions_on(self, gid):
        return self.junctions[gid]

    def global_properties(self, kind):
        return self.properties

    def probes(self, gid):
        section, segment, _ = self.model["detector"]
        middle = self.shape.middle(section, segment)
        return [arbor.cable_probe_membrane_voltage(middle, "voltage")] if gid in self.records else []


def resident():
    """Memory in use, bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def compartments(cell):
    """The numbers of control volumes of a cell with area, and of all."""
    volumes = arbor.cv_data(cell)
    lengths = [sum(cable.dist - cable.prox for cable in volumes.cables(k)) for k in range(volumes.num_cv)]
    return sum(length > 0 for length in lengths), volumes.num_cv


with open(description_path) as file:
    model = json.load(file)
with open(recorded_path, "rb") as file:
    (record,) = tomllib.load(file)["record"]
empty = resident()
dt, count = model["run"]["dt"], model["count"]
recipe = Recipe(model, [])
recipe.records = [recipe.gid(place.partition(".")[0]) for place in record["place"]]
context = arbor.context(threads=int(threads))
simulations = {}


def simulation(group):
    """The model with this number of cells in a group, built once."""
    if group not in simulations:
        hints = {arbor.cell_kind.cable: arbor.partition_hint(cpu_group_size=group, prefer_gpu=False)}
        simulations[group] = arbor.simulation(recipe, context, arbor.partition_load_balance(recipe, context, hints))
        simulations[group].record(arbor.spike_recording.local)  # without connections, `all` has none
    simulations[group].reset()
    return simulations[group]


groups = [group for group in (16, 64, 256) if group < count] or [1]
simulation(groups[-1])
memory = resident() - empty
with_area, volumes = compartments(recipe.cable_cell(0))
print(
    json.dumps({"compartments": count * with_area, "volumes": count * volumes, "cells": count, "memory": memory, "groups": groups}),
    flush=True,
)

for line in sys.stdin:
    request = json.loads(line)
    own = simulation(request["group"])
    every = arbor.regular_schedule(dt * U.ms)
    handles = [own.sample((gid, "voltage"), every) for gid in recipe.records] if request["record"] else []
    start = time.perf_counter()
    own.run(request["tstop"] * U.ms, dt * U.ms)
    seconds = time.perf_counter() - start
    # A crossing within a step counts as one at its end, as in NEURON.
    spikes = sorted([math.ceil(time / dt), int(source[0])] for source, time in own.spikes())
    voltages = [own.samples(handle)[0][0][:, 1].tolist() for handle in handles]
    for handle in handles:
        own.remove_sampler(handle)
    print(json.dumps({"seconds": seconds, "spikes": spikes, "voltages": voltages}), flush=True)
