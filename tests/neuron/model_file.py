"""Builds the cell of a model file (TOML) in NEURON, as far as the tests need it: one cell of an SWC file, `cable` and
`paint` with numbers that vary with the distance, point processes, artificial cells and connections.
"""

import math
import os
import tomllib

from neuron import h

h.load_file("stdlib.hoc")
h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")

PREFIXES = dict(soma="soma", dendrite="dend", apical="apic", axon="axon")


class Morphology:
    """Sections of an SWC file, by NEURON's names."""

    def __init__(self, path):
        reader = h.Import3d_SWC_read()
        reader.input(path)
        h.Import3d_GUI(reader, False).instantiate(self)
        self.sections = {section.name().split(".")[-1]: section for section in h.allsec()}

    def region(self, names):
        names = [names] if isinstance(names, str) else names
        prefixes = tuple("" if name == "all" else PREFIXES[name] + "[" for name in names)
        return [section for name, section in self.sections.items() if name.startswith(prefixes)]


def varied(value, segment, origin):
    """A parameter at a segment."""
    if not isinstance(value, dict):
        return value
    ((kind, curve),) = value["distance"].items()
    u = h.distance(origin, segment)
    if kind == "exponential":
        return curve["offset"] + curve["scale"] * math.exp(curve["rate"] * u)
    if kind == "step":
        return curve["inside"] if curve["from"] <= u < curve["to"] else curve["outside"]
    raise NotImplementedError(kind)


def with_parameters(own, entry):
    for name, value in entry.items():
        if name != "name":
            setattr(own, name, value)
    return own


class Model:
    """The objects of a model file with one cell."""

    def __init__(self, path):
        with open(path, "rb") as file:
            document = tomllib.load(file)
        self.run, (cell,) = document["run"], document["cell"]
        self.morphology = Morphology(os.path.join(os.path.dirname(path), cell["morphology"]))
        for section in self.morphology.sections.values():
            section.Ra, section.cm = cell.get("Ra", 35.4), cell.get("cm", 1.0)
        for entry in cell.get("cable", []):
            for section in self.morphology.region(entry["region"]):
                section.cm = entry["cm"]
        for section in self.morphology.sections.values():
            section.nseg = int((section.L / (cell["d_lambda"] * h.lambda_f(100, sec=section)) + 0.9) / 2) * 2 + 1
        origin = self.morphology.sections["soma[0]"](0.5)
        for entry in cell["paint"]:
            self.paint(dict(entry), origin)
        self.points = {entry["name"]: self.point(dict(entry)) for entry in cell["point"]}
        self.artificial = {entry["name"]: self.artificial_cell(dict(entry)) for entry in document.get("artificial_cell", [])}
        self.connections = [self.connection(entry, cell["name"]) for entry in document.get("connection", [])]

    def paint(self, entry, origin):
        sections, mechanism = self.morphology.region(entry.pop("region")), entry.pop("mechanism")
        for section in sections:
            section.insert(mechanism)
            for segment in section:
                owner = segment if mechanism.endswith("_ion") else getattr(segment, mechanism)
                for name, value in entry.items():
                    setattr(owner, name, varied(value, segment, origin))

    def point(self, entry):
        section = self.morphology.sections[entry.pop("section")]
        return with_parameters(getattr(h, entry.pop("mechanism"))(section(entry.pop("x", 0.5))), entry)

    def artificial_cell(self, entry):
        return with_parameters(getattr(h, entry.pop("mechanism"))(), entry)

    def connection(self, entry, cell):
        own = h.NetCon(self.artificial[entry["from"]], self.points[entry["to"].removeprefix(cell + ".")])
        own.weight[0], own.delay = entry["weight"], entry["delay"]
        return own

    def segment(self, place):
        """A place such as `soma[0](0.5)`."""
        name, x = place.rstrip(")").split("(")
        return self.morphology.sections[name](float(x))
