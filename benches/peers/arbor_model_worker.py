"""Arbor with a model that arbor_description.py has described:

    python arbor_model_worker.py DESCRIPTION.json CATALOGUE.so RECORDED.toml THREADS

Builds the model and prints what model_worker.py prints, with "volumes", the number of all control volumes, and "groups",
numbers of cells in a group. Then answers requests as model_worker.py does; their key "group" is one of these.
"""

import json
import math
import os
import pathlib
import sys
import time
import tomllib

import arbor
from arbor import units as U

from arbor_cell import Shape, cable_cell

GROUPS = (16, 64, 256)


class Recipe(arbor.recipe):
    """The cells of a description. The spikes of artificial cells are known before the run: they are events of the synapses."""

    def __init__(self, description, recorded):
        super().__init__()
        self.description, self.recorded = description, recorded
        self.properties, run = arbor.neuron_cable_properties(), description["run"]
        self.properties.set_property(Vm=run["v_init"] * U.mV, tempK=(run["celsius"] + 273.15) * U.Kelvin)
        self.properties.catalogue = arbor.load_catalogue(sys.argv[2])
        self.shape = Shape(description["sections"])
        self.cell = cable_cell(description, self.shape, 0)
        self.events = [[] for _ in range(description["count"])]
        for connection in description["connections"]:
            # Arbor delivers an event at the beginning of the step it lies in, NEURON at the nearest step.
            steps = [round((own + connection["delay"]) / run["dt"]) for own in description["times"][connection["source"]]]
            schedule = arbor.explicit_schedule([(step + 0.5) * run["dt"] * U.ms for step in steps])
            event = arbor.event_generator(connection["synapse"], connection["weight"], schedule)
            self.events[number(connection["target"])].append(event)
        self.junctions = [[] for _ in range(description["count"])]
        for a, b, conductance in description["junctions"]:
            for here, other in ((a, b), (b, a)):
                self.junctions[here].append(arbor.gap_junction_connection((other, "junction"), "junction", conductance))

    def num_cells(self):
        return self.description["count"]

    def cell_kind(self, gid):
        return arbor.cell_kind.cable

    def cell_description(self, gid):
        equal = len(self.description["membranes"]) == 1
        return self.cell if equal else cable_cell(self.description, self.shape, gid)

    def event_generators(self, gid):
        return self.events[gid]

    def gap_junctions_on(self, gid):
        return self.junctions[gid]

    def global_properties(self, kind):
        return self.properties

    def probes(self, gid):
        # What is recorded is the voltage at the detector.
        place = self.shape.middle(*self.description["detector"])
        return [arbor.cable_probe_membrane_voltage(place, "voltage")] if gid in self.recorded else []


def number(name):
    """The number of a cell such as `granule[3]`, or of an only one."""
    return int(name.partition("[")[2].removesuffix("]") or 0)


def resident():
    """Memory in use, bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def control_volumes(cell):
    """The number of a cell's control volumes that have area, and of all."""
    data = arbor.cv_data(cell)
    with_area = sum(any(cable.prox < cable.dist for cable in data.cables(k)) for k in range(data.num_cv))
    return with_area, data.num_cv


description = json.loads(pathlib.Path(sys.argv[1]).read_text())
(record,) = tomllib.loads(pathlib.Path(sys.argv[3]).read_text())["record"]
count, dt = description["count"], description["run"]["dt"]
context, simulations = arbor.context(threads=int(sys.argv[4])), {}
empty = resident()
recipe = Recipe(description, [number(place.partition(".")[0]) for place in record["place"]])


def simulation(group):
    """The model with this number of cells in a group, at t = 0."""
    if group not in simulations:
        hints = {arbor.cell_kind.cable: arbor.partition_hint(cpu_group_size=group, prefer_gpu=False)}
        simulations[group] = arbor.simulation(recipe, context, arbor.partition_load_balance(recipe, context, hints))
        simulations[group].record(arbor.spike_recording.local)  # without connections, `all` has none
    simulations[group].reset()
    return simulations[group]


groups = [group for group in GROUPS if group < count] or [1]
simulation(groups[0])
model = {"cells": count, "groups": groups, "memory": resident() - empty}
model["compartments"], model["volumes"] = (count * own for own in control_volumes(recipe.cell))
print(json.dumps(model), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    own = simulation(request["group"])
    every = arbor.regular_schedule(dt * U.ms)
    samplers = [own.sample((gid, "voltage"), every) for gid in recipe.recorded] if request["record"] else []
    start = time.perf_counter()
    own.run(request["tstop"] * U.ms, dt * U.ms)
    seconds = time.perf_counter() - start
    # A crossing within a step counts as one at its end, as in NEURON.
    spikes = sorted([math.ceil(crossing / dt), int(source[0])] for source, crossing in own.spikes())
    voltages = [own.samples(sampler)[0][0][:, 1].tolist() for sampler in samplers]
    for sampler in samplers:
        own.remove_sampler(sampler)
    print(json.dumps({"seconds": seconds, "spikes": spikes, "voltages": voltages}), flush=True)
