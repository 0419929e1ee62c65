"""Builds a cell of a model file (TOML) in NEURON: sections or an SWC file, `cable`, `paint` and `point`. Keys that are not
known here are an error, so that no model is built differently from what its file says.
"""

import csv
import math
import os
import re

from neuron import h

h.load_file("stdlib.hoc")
h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")

KINDS = dict(soma="soma", dendrite="dendrite", dend="dendrite", apical="apical", apic="apical", axon="axon")
PREFIXES = dict(soma="soma", ax="axon", apic="apical")  # all other sections are dendrites
OTHER_TYPE = re.compile(r"dend_(\d+)\[\d+\]")  # a section whose type in the morphology is not 1 to 4
CELL_KEYS = "name count parameters morphology section Ra cm nseg d_lambda cable paint point".split()
SECTION_KEYS = "name L diam parent parent_x Ra cm nseg d_lambda".split()
RULES = ("nseg", "d_lambda")  # of the number of segments
VARIED = 118  # third id of the random streams of parameters that vary


def known(entry, keys):
    """The entry, if it has no other keys."""
    others = set(entry) - set(keys)
    if others:
        raise NotImplementedError(f"{', '.join(sorted(others))} of {entry}")
    return entry


class Parameters:
    """The parameters of an entry, some of which vary from one instance to the next.

    `slots` are the numbers of the parameters that vary in a file, from 1.
    """

    generator = h.Random()

    def __init__(self, entry, count, slots):
        self.count, self.rules = count, {}
        for name, value in sorted(entry.items()):
            if isinstance(value, dict):
                ((kind, numbers),) = value.items()
                self.rules[name] = (kind, numbers, next(slots))
            elif isinstance(value, str):
                raise NotImplementedError(f"{name} = {value}")
            else:
                self.rules[name] = ("same", value, 0)

    def set(self, target, index):
        """Sets those of the instance of this number."""
        for name, rule in self.rules.items():
            setattr(target, name, self.value(rule, index))

    def value(self, rule, index):
        kind, numbers, slot = rule
        if kind == "same":
            return numbers
        if kind == "values":
            return numbers[index]
        if kind == "linear":
            return numbers[0] + (numbers[1] - numbers[0]) * (index / (max(self.count, 2) - 1))
        if kind == "uniform":
            self.generator.Random123(index, slot, VARIED)
            return self.generator.uniform(*numbers)
        raise NotImplementedError(kind)


def varied(value, segment, origin):
    """A parameter of a density mechanism at a segment."""
    if not isinstance(value, dict):
        return value
    ((variable, curve),) = value.items()
    if variable != "distance":
        raise NotImplementedError(variable)
    ((kind, curve),) = curve.items()
    u = h.distance(origin, segment)
    if kind == "exponential":
        return curve["offset"] + curve["scale"] * math.exp(curve["rate"] * u)
    if kind == "step":
        return curve["inside"] if curve["from"] <= u < curve["to"] else curve["outside"]
    raise NotImplementedError(kind)


def kind(name):
    """The kind of a section, by its name."""
    if match := OTHER_TYPE.fullmatch(name):
        return f"type {match[1]}"
    return next((own for prefix, own in PREFIXES.items() if name.startswith(prefix)), "dendrite")


class Shape:
    """What all cells of an entry share: the description, read once."""

    def __init__(self, entry, folder, slots):
        self.entry, self.reader, self.columns = known(entry, CELL_KEYS), None, []
        rows = []
        if "morphology" in entry:
            self.reader = h.Import3d_SWC_read()
            self.reader.input(os.path.join(folder, entry["morphology"]))
        if "parameters" in entry:
            with open(os.path.join(folder, entry["parameters"])) as file:
                self.columns, *rows = [row for row in csv.reader(file) if row]
        self.rows = [[float(value) for value in row] for row in rows]
        self.count = entry.get("count", len(self.rows) if self.rows else None)
        self.names = [entry["name"]] if self.count is None else [f"{entry['name']}[{k}]" for k in range(self.count)]
        self.points = [self.point(dict(point), folder, slots) for point in entry.get("point", [])]

    def point(self, entry, folder, slots):
        """The name and mechanism of an entry of point processes, their names on a cell, their places, and their parameters."""
        name, mechanism = entry.pop("name"), entry.pop("mechanism")
        if "region" in entry:
            raise NotImplementedError(f"region of {entry}")
        if "places" in entry:
            with open(os.path.join(folder, entry.pop("places"))) as file:
                places = [(row["section"], float(row["x"])) for row in csv.DictReader(file)]
            names = [f"{name}[{k}]" for k in range(len(places))]
        else:
            places, names = [(entry.pop("section"), entry.pop("x", 0.5))], [name]
        return name, mechanism, names, places, Parameters(entry, len(self.names) * len(places), slots)


class Cell:
    """One cell: its sections by NEURON's names, its point processes by theirs."""

    def __init__(self, shape, index):
        self.name, self.index = shape.names[index], index
        entry = shape.entry
        self.sections = {}
        if shape.reader:
            h.Import3d_GUI(shape.reader, False).instantiate(self)
            own = (section for section in h.allsec() if section.cell() == self)
            self.sections = {section.name().split(".")[-1]: section for section in own}
        self.rules = {}
        for section in self.sections.values():
            self.set_cable(section, {"Ra": 35.4, "cm": 1.0, "nseg": 1})
            self.set_cable(section, entry)
        for own in entry.get("section", []):
            self.add_section(known(own, SECTION_KEYS), entry)
        for cable in entry.get("cable", []):
            for section in self.region(known(cable, ("region", "Ra", "cm", *RULES))["region"]):
                self.set_cable(section, cable)
        for section in self.sections.values():
            kind, value = self.rules[section]
            if kind == "d_lambda":
                value = int((section.L / (value * h.lambda_f(100, sec=section)) + 0.9) / 2) * 2 + 1
            section.nseg = value
        first = next(iter(self.sections.values()))
        self.origin = self.region("soma")[0](0.5) if self.region("soma") else first(0)
        for paint in entry.get("paint", []):
            self.paint(dict(paint))
        self.points = {}  # also those of groups, by name[k]
        self.groups = {}
        for point in shape.points:
            self.add_points(*point)
        for column, value in zip(shape.columns, shape.rows[index] if shape.rows else []):
            self.set_column(column.split("."), value)

    def set_cable(self, section, entry):
        section.Ra, section.cm = entry.get("Ra", section.Ra), entry.get("cm", section.cm)
        for rule in RULES:
            if rule in entry:
                self.rules[section] = rule, entry[rule]

    def add_section(self, own, entry):
        section = h.Section(name=own["name"], cell=self)
        section.L, section.diam = own["L"], own["diam"]
        for cable in ({"Ra": 35.4, "cm": 1.0, "nseg": 1}, entry, own):
            self.set_cable(section, cable)
        if "parent" in own:
            section.connect(self.sections[own["parent"]](own.get("parent_x", 1.0)))
        self.sections[own["name"]] = section

    def region(self, names):
        """The sections of a region, in the cell's order."""
        names = [names] if isinstance(names, str) else names
        found = [self.sections[name] for name in names if name in self.sections]
        others = [name for name in names if name not in self.sections and name != "all"]
        kinds = {name if name.startswith("type ") else KINDS[name] for name in others}
        return [
            section
            for name, section in self.sections.items()
            if section in found or "all" in names or kind(name) in kinds
        ]

    def paint(self, entry):
        sections, mechanism = self.region(entry.pop("region")), entry.pop("mechanism")
        for section in sections:
            section.insert(mechanism)
            for segment in section if entry else ():
                owner = segment if mechanism.endswith("_ion") else getattr(segment, mechanism)
                for name, value in entry.items():
                    setattr(owner, name, varied(value, segment, self.origin))

    def add_points(self, name, mechanism, names, places, parameters):
        self.groups[name] = []
        for k, (section, x) in enumerate(places):
            target = getattr(h, mechanism)(self.sections[section](x))
            parameters.set(target, self.index * len(places) + k)
            self.points[names[k]] = target
            self.groups[name].append(target)

    def set_column(self, words, value):
        """A value of a table of parameters."""
        if len(words) == 2 and words[0] in self.groups:
            for target in self.groups[words[0]]:
                setattr(target, words[1], value)
            return
        region, mechanism, name = words  # `region.Ra` and others are not known here
        for section in self.region(region):
            if not mechanism.endswith("_ion") and not section.has_membrane(mechanism):
                continue
            for segment in section:
                setattr(segment if mechanism.endswith("_ion") else getattr(segment, mechanism), name, value)

    def segment(self, place):
        """A place such as `soma[0](0.5)`."""
        name, _, x = place.removesuffix(")").partition("(")
        return self.sections[name](float(x or 0.5))
