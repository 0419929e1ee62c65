"""Arbor: `python arbor_worker.py DESCRIPTION.json THREADS [CATALOGUE.so]` (see worker.py).

A variant has the key `group`, the number of cells in a group. A catalogue has hh, pas and expsyn compiled for another processor
than the package's own.
"""

import sys
import time

import arbor
from arbor import units as U

from worker import serve

DT = 0.025 * U.ms
EVERY_SEGMENT = arbor.cv_policy_every_segment()


class Recipe(arbor.recipe):
    """A network of `cells` cells; `cell(gid)`, `inputs(gid)` and `events(gid)` describe it."""

    def __init__(self, cells, cell, inputs=lambda gid: [], events=lambda gid: [], sources=0):
        super().__init__()
        self.sources = sources  # cells after the others that only send spikes
        self.cells, self.cell, self.inputs, self.events = cells, cell, inputs, events
        self.properties = arbor.neuron_cable_properties()  # -65 mV, 6.3 degC, 1 uF/cm2, ena 50 mV, ek -77 mV
        if len(sys.argv) > 3:
            self.properties.catalogue = arbor.load_catalogue(sys.argv[3])

    def num_cells(self):
        return self.cells + self.sources

    def cell_kind(self, gid):
        return arbor.cell_kind.cable if gid < self.cells else arbor.cell_kind.spike_source

    def cell_description(self, gid):
        return self.cell(gid)

    def connections_on(self, gid):
        return self.inputs(gid)

    def event_generators(self, gid):
        return self.events(gid)

    def global_properties(self, kind):
        return self.properties


def decor():
    return arbor.decor().set_property(rL=100 * U.Ohm * U.cm)


def append(tree, parent, length, diameter, parts, tag):
    """A section of equal segments at the end of another; returns the last segment."""
    x = 0.0 if parent == arbor.mnpos else tree.segments[parent].dist.x
    for k in range(parts):
        ends = [arbor.mpoint(x + length * end / parts, 0, 0, diameter / 2) for end in (k, k + 1)]
        parent = tree.append(parent, *ends, tag=tag)
    return parent


def ring(topology):
    """NEURON's public ring benchmark; returns its compartments and the recipe."""
    trees = topology["parents"]
    size = topology["ncell_per_ring"]

    def cell(gid):
        tree = arbor.segment_tree()
        ends = [append(tree, arbor.mnpos, 12.6157, 12.6157, 1, 1)]
        for k, parent in enumerate(trees[gid][1:], 1):
            ends.append(append(tree, ends[parent], 200.0 if k == 1 else 10.0, 1.0, 1, 3))
        description = decor().paint("(all)", arbor.density("hh"))
        description.paint("(tag 3)", arbor.density("pas/e=-65", g=0.001))
        description.place("(on-components 0.8 (segment 1))", arbor.synapse("expsyn", tau=2.0, e=0.0), "excitatory")
        description.place("(on-components 0.1 (segment 1))", arbor.synapse("expsyn", tau=5.0, e=-80.0), "inhibitory")
        # A detector reads the voltage of its compartment: at the end of the soma it would be that of the dendrite.
        description.place("(on-components 0.5 (segment 0))", arbor.threshold_detector(10 * U.mV), "detector")
        return arbor.cable_cell(tree, description, arbor.label_dict(), EVERY_SEGMENT)

    def inputs(gid):
        before = gid - gid % size + (gid - 1) % size
        return [arbor.connection((before, "detector"), "excitatory", 0.01, 1 * U.ms)]

    def events(gid):
        start = arbor.explicit_schedule([1 * U.ms])
        return [arbor.event_generator("excitatory", 0.01, start)] if gid % size == 0 else []

    return sum(map(len, trees)), Recipe(len(trees), cell, inputs, events)


def detailed(morphology):
    """A cell of a morphology file with a steady current."""
    loaded = arbor.load_swc_neuron(morphology)
    three = arbor.cv_policy_fixed_per_branch(3)
    middle = "(on-components 0.5 (tag 1))"
    if len(arbor.cable_cell(loaded.morphology, decor(), loaded.labels, three).locations(middle)) > 1:
        middle = "(location 0 0.1)"  # a soma of three points has its root in the middle and two halves
    description = decor().paint("(all)", arbor.density("hh")).paint("(all)", arbor.density("pas/e=-65", g=1e-4))
    clamp(description, middle, 1.5)
    cell = arbor.cable_cell(loaded.morphology, description, loaded.labels, three)
    return None, Recipe(1, lambda gid: cell)


def ensemble(cells):
    """Separate cells of one shape."""
    tree = arbor.segment_tree()
    ends = [append(tree, arbor.mnpos, 20.0, 20.0, 1, 1)]
    for parent in (0, 1, 1, 2, 2, 3, 3):
        ends.append(append(tree, ends[parent], 100.0, 1.5, 9, 3))

    def cell(gid):
        description = decor().paint("(all)", arbor.density("hh", gnabar=0.10 + 0.06 * gid / cells))
        clamp(description, "(on-components 0.5 (segment 0))", 0.6)
        return arbor.cable_cell(tree, description, arbor.label_dict(), EVERY_SEGMENT)

    return cells * len(tree.segments), Recipe(cells, cell)


def synapses(model):
    """Cells with synapses, each with a connection from one of many regular inputs."""
    cells = model["cells"]
    tree = arbor.segment_tree()
    soma = append(tree, arbor.mnpos, 20.0, 20.0, 1, 1)
    dendrites = [append(tree, soma, 200.0, 2.0, 10, 3) for _ in range(10)]

    def cell(gid):
        if gid >= cells:
            start = model["starts"][gid - cells]
            return arbor.spike_source_cell("input", arbor.regular_schedule(start * U.ms, model["interval"] * U.ms))
        description = decor().paint("(all)", arbor.density("hh"))
        for k, own in enumerate(model["synapses"]):
            segment = dendrites[own["dendrite"]] - 9 + int(10 * own["x"])
            synapse = arbor.synapse("expsyn", tau=own["tau"], e=own["e"])
            description.place(f"(on-components 0.5 (segment {segment}))", synapse, f"s{k}")
        description.place("(on-components 0.5 (segment 0))", arbor.threshold_detector(0 * U.mV), "detector")
        return arbor.cable_cell(tree, description, arbor.label_dict(), EVERY_SEGMENT)

    def inputs(gid):
        if gid >= cells:
            return []
        return [
            arbor.connection((cells + own["input"], "input"), f"s{k}", own["weight"], own["delay"] * U.ms)
            for k, own in enumerate(model["synapses"])
        ]

    return cells * len(tree.segments), Recipe(cells, cell, inputs, sources=len(model["starts"]))


def clamp(description, place, amp):
    description.place(place, arbor.i_clamp(1 * U.ms, 1e9 * U.ms, amp * U.nA))
    description.place(place, arbor.threshold_detector(0 * U.mV), "detector")


def build(description, threads):
    (kind, model), = description["model"].items()
    compartments, recipe = {"ring": ring, "detailed": detailed, "ensemble": ensemble, "synapses": synapses}[kind](model)
    context = arbor.context(threads=threads)
    simulations = {}

    def run(group):
        if group not in simulations:
            hints = {arbor.cell_kind.cable: arbor.partition_hint(cpu_group_size=group, prefer_gpu=False)}
            groups = arbor.partition_load_balance(recipe, context, hints)
            simulations[group] = arbor.simulation(recipe, context, groups)
            # Not `all`: without connections, spikes are not exchanged and `all` has none.
            simulations[group].record(arbor.spike_recording.local)
        simulation = simulations[group]
        simulation.reset()
        start = time.perf_counter()
        simulation.run(description["tstop"] * U.ms, DT)
        seconds = time.perf_counter() - start
        cells = recipe.cells
        spikes = [(float(time), int(source[0])) for source, time in simulation.spikes()]
        return seconds, [(time, cell) for time, cell in spikes if cell < cells]

    return compartments, run


serve(build)
