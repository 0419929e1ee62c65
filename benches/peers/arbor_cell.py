"""Cells for Arbor with NEURON's sections, and a control volume for each of NEURON's segments."""

import math

import arbor
from arbor import units as U


class Shape:
    """The tree of a description's sections.

    Each of NEURON's segments has a tag, and its ends are boundaries of control volumes. A section to whose inside others are
    connected is divided there; this is no boundary, so that they are connected to the middle of the volume, as in NEURON.
    """

    def __init__(self, sections):
        self.tree, self.sections = arbor.segment_tree(), sections
        self.tags = []  # of each section, those of its segments
        self.reached = {}  # the number of the part of the tree that ends at a place of a section
        boundaries, used = [], 0
        for number, section in enumerate(sections):
            self.tags.append(range(used + 1, used + 1 + section["nseg"]))
            used += section["nseg"]
            boundaries += self.add(number, section)
        self.policy = arbor.cv_policy_explicit(f"(sum {' '.join(boundaries)})")

    def add(self, number, section):
        """Appends a section; returns the ends of its segments."""
        nseg, points = section["nseg"], section["points"]
        lengths = [0.0]
        for here, there in zip(points, points[1:]):
            lengths.append(lengths[-1] + math.dist(here[:3], there[:3]))
        ends = {end / nseg for end in range(1, nseg + 1)}
        inside = {own["parent_x"] for own in self.sections if own["parent"] == number} - {0.0, 1.0}
        places = sorted({length / lengths[-1] for length in lengths} | ends | inside)
        part = arbor.mnpos if section["parent"] is None else self.reached[section["parent"], section["parent_x"]]
        self.reached[number, 0.0] = part
        boundaries = []
        for near, far in zip(places, places[1:]):
            tag = self.tags[number][int((near + far) / 2 * nseg)]
            part = self.tree.append(part, *(point_at(points, lengths, x * lengths[-1]) for x in (near, far)), tag=tag)
            self.reached[number, far] = part
            if near == 0:
                boundaries.append(f"(proximal (segment {part}))")
            if far in ends:
                boundaries.append(f"(distal (segment {part}))")
        return boundaries

    def middle(self, section, segment):
        """The place in the middle of a segment."""
        x = (segment + 0.5) / self.sections[section]["nseg"]
        if (section, x) in self.reached:
            return f"(distal (segment {self.reached[section, x]}))"
        return f"(on-components 0.5 (tag {self.tags[section][segment]}))"

    def region(self, section):
        """All segments of a section."""
        regions = [f"(tag {tag})" for tag in self.tags[section]]
        return regions[0] if len(regions) == 1 else f"(join {' '.join(regions)})"


def point_at(points, lengths, length):
    """The point at a distance along points that have these distances."""
    k = next((k for k in range(1, len(lengths)) if lengths[k] >= length), len(lengths) - 1)
    part = (length - lengths[k - 1]) / (lengths[k] - lengths[k - 1])
    x, y, z, diameter = (a + part * (b - a) for a, b in zip(points[k - 1], points[k]))
    return arbor.mpoint(x, y, z, diameter / 2)


def cable_cell(description, shape, number):
    """A cell of a description: its cables, mechanisms, ions, point processes, detector, and end of gap junctions."""
    decor, membranes = arbor.decor(), description["membranes"]
    membranes = membranes[number if len(membranes) > 1 else 0]
    for ion, (inside, outside) in description["concentrations"].items():
        follows = any(own["reversals"].get(ion, 0) is None for own in membranes)
        method = f"nernst/x={ion}" if follows else None
        decor.set_ion(ion, int_con=inside * U.mM, ext_con=outside * U.mM, method=method)
    for k, (section, own) in enumerate(zip(description["sections"], membranes)):
        region = shape.region(k)
        decor.paint(region, cm=section["cm"] * U.uF / U.cm2, rL=section["Ra"] * U.Ohm * U.cm)
        for ion, reversal in own["reversals"].items():
            if reversal is not None:
                decor.paint(region, ion=ion, rev_pot=reversal * U.mV)
        for name, parameters in own["mechanisms"].items():
            paint(decor, shape, k, name, parameters)
    for point in description["points"]:
        place(decor, shape.middle(*point["place"]), point)
    threshold = arbor.threshold_detector(description["threshold"] * U.mV)
    decor.place(shape.middle(*description["detector"]), threshold, "detector")
    if description["junctions"]:
        decor.place(shape.middle(*description["junction_place"]), arbor.junction("gj", g=1.0), "junction")
    return arbor.cable_cell(shape.tree, decor, arbor.label_dict(), shape.policy)


def paint(decor, shape, section, name, parameters):
    """Paints a mechanism on a section, or on each of its segments if a parameter differs between them."""
    if not any(isinstance(values, list) for values in parameters.values()):
        decor.paint(shape.region(section), density(name, parameters))
        return
    for k, tag in enumerate(shape.tags[section]):
        own = {key: values[k] if isinstance(values, list) else values for key, values in parameters.items()}
        decor.paint(f"(tag {tag})", density(name, own))


def density(name, parameters):
    """A mechanism; a part of Arbor's own `pas` is its reversal potential."""
    if name == "pas":
        return arbor.density(f"pas/e={parameters['e']}", g=parameters["g"])
    return arbor.density(name, parameters)


def place(decor, middle, point):
    values = point["parameters"]
    if point["mechanism"] == "IClamp":
        decor.place(middle, arbor.i_clamp(values["del"] * U.ms, values["dur"] * U.ms, values["amp"] * U.nA))
    else:
        decor.place(middle, arbor.synapse(point["mechanism"].lower(), values), point["name"])
