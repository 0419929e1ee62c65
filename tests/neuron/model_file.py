"""Builds the network of a model file (TOML) in NEURON: cells, artificial cells, connections, gap junctions, random streams.

Drawn connections are read from the table that `loligo check MODEL.toml --connections FILE` writes. What is not known here
is an error.
"""

import csv
import itertools
import os
import tomllib

from model_cell import Cell, Parameters, Shape, known
from neuron import h, nrn

TABLES = "mechanisms run output cell artificial_cell gap_junction connection detector record".split()
CONNECTION_KEYS = "from to weight delay threshold pattern".split()
JUNCTION_KEYS = "name a b conductance pattern ring_size offset".split()
THRESHOLD = 10.0  # mV, if no connection or detector gives one


class Model:
    """The objects of a model file."""

    def __init__(self, path, connections=None):
        with open(path, "rb") as file:
            document = known(tomllib.load(file), TABLES)
        self.run, folder = document["run"], os.path.dirname(path)
        if self.run.get("seed", 0) != 0:
            raise NotImplementedError("seed")
        self.slots = itertools.count(1)
        self.populations, self.cells, self.artificial = {}, {}, {}
        for entry in document.get("cell", []):
            shape = Shape(entry, folder, self.slots)
            cells = [Cell(shape, index) for index in range(len(shape.names))]
            self.populations[entry["name"]] = cells
            self.cells.update((cell.name, cell) for cell in cells)
        for entry in document.get("artificial_cell", []):
            self.add_artificial_cells(dict(entry))
        self.number_streams()
        self.thresholds = {}  # of sources
        self.connections = []
        if connections:
            with open(connections) as file:
                for row in csv.DictReader(file):
                    self.connect_row(row)
        else:
            for entry in document.get("connection", []):
                self.connect(known(entry, CONNECTION_KEYS))
        self.detectors = [place for entry in document.get("detector", []) for place in self.detected(entry)]
        self.recorded = [place for entry in document.get("record", []) for place in listed(entry["place"])]
        self.gaps = []
        for entry in document.get("gap_junction", []):
            self.join(known(entry, JUNCTION_KEYS))
        if self.gaps:
            h.ParallelContext().setup_transfer()

    def add_artificial_cells(self, entry):
        name, count, mechanism = entry.pop("name"), entry.pop("count", None), entry.pop("mechanism")
        parameters = Parameters(entry, count or 1, self.slots)
        made = []
        for k in range(count or 1):
            own = getattr(h, mechanism)()
            parameters.set(own, k)
            made.append(own)
            self.artificial[name if count is None else f"{name}[{k}]"] = own
        self.populations[name] = made

    def number_streams(self):
        """Gives the k-th mechanism that draws random numbers the stream (1, 0, k)."""
        points = [point for cell in self.cells.values() for point in cell.points.values()]
        k, names = 0, {}
        for target in [*self.artificial.values(), *points]:
            mechanism = target.hname().split("[")[0]
            if mechanism not in names:
                names[mechanism] = [name for name in dir(target) if hasattr(getattr(target, name, None), "set_ids")]
            for name in names[mechanism]:
                k += 1
                getattr(target, name).set_ids(1, 0, k)

    def members(self, name):
        """The cells or artificial cells of a text such as `ring`, `ring[3]`, `ring[0:8]`."""
        if name in self.populations:
            return self.populations[name]
        if name in self.cells:
            return [self.cells[name]]
        if name in self.artificial:
            return [self.artificial[name]]
        population, _, slice_ = name.removesuffix("]").partition("[")
        return self.populations[population][slice(*(int(part) if part else None for part in slice_.split(":")))]

    def places(self, text):
        """The segments, point processes or artificial cells of a place or a group of places."""
        name, _, rest = text.partition(".")
        if not rest:
            return self.members(name)
        found = []
        for cell in self.members(name):
            if rest in cell.groups:
                found += cell.groups[rest]
            elif rest in cell.points:
                found.append(cell.points[rest])
            else:
                found.append(cell.segment(rest.removesuffix(".v")))
        return found

    def connect(self, entry):
        pairs = paired(self.places(entry["from"]), self.places(entry["to"]), entry)
        for source, target in pairs:
            self.add_connection(source, target, [entry["weight"]], entry.get("delay", 1.0), entry.get("threshold"))

    def connect_row(self, row):
        target = row["target"] + ("." + row["synapse"] if row["synapse"] else "")
        (source,), (target,) = self.places(row["source"]), self.places(target)
        threshold = float(row["threshold"]) if row["threshold"] else None
        weights = [float(weight) for weight in row["weight"].split()]
        self.add_connection(source, target, weights, float(row["delay"]), threshold)

    def add_connection(self, source, target, weights, delay, threshold):
        is_artificial = not isinstance(source, nrn.Segment)
        own = h.NetCon(source, target) if is_artificial else h.NetCon(source._ref_v, target, sec=source.sec)
        for k, weight in enumerate(weights):
            own.weight[k] = weight
        own.delay = delay
        if not is_artificial:
            own.threshold = self.thresholds.setdefault(str(source), THRESHOLD) if threshold is None else threshold
            self.thresholds[str(source)] = own.threshold
        self.connections.append(own)

    def detected(self, entry):
        """The segments of a detector, with the threshold."""
        for text in listed(entry["place"]):
            for segment in self.places(text):
                yield segment, entry.get("threshold", THRESHOLD)

    def join(self, entry):
        """Gap junctions: half a junction on each side, which receives the other side's voltage."""
        context = h.ParallelContext()
        pairs = list(paired(self.places(entry["a"]), self.places(entry["b"]), entry))
        conductance = Parameters({"g": entry["conductance"]}, len(pairs), self.slots)
        for index, (a, b) in enumerate(pairs):
            for here, other in ((a, b), (b, a)):
                half = h.HalfGap(here)
                conductance.set(half, index)
                source = len(self.gaps)
                context.source_var(other._ref_v, source, sec=other.sec)
                context.target_var(half, half._ref_vgap, source)
                self.gaps.append(half)

    def segment(self, place):
        """A place such as `pyramidal[3].soma[0](0.5)`."""
        (segment,) = self.places(place)
        return segment


def listed(value):
    return value if isinstance(value, list) else [value]


def paired(sources, targets, entry):
    """The pairs of a pattern."""
    pattern = entry.get("pattern", "single")
    if pattern in ("single", "one-to-one"):
        if len(sources) != len(targets) or (pattern == "single" and len(sources) != 1):
            raise ValueError(f"{len(sources)} sources and {len(targets)} targets of {entry}")
        return zip(sources, targets)
    if pattern == "ring":
        size, offset = entry.get("ring_size", len(sources)), entry.get("offset", 1)
        return ((source, targets[k - k % size + (k + offset) % size]) for k, source in enumerate(sources))
    raise NotImplementedError(pattern)
