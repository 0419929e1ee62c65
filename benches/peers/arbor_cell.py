"""Cells for Arbor with NEURON's sections and segments: a control volume for each segment."""

import math

import arbor
from arbor import units as U

DENSITIES = {"pas": "pas/e={e}"}  # Arbor's mechanisms whose parameter belongs to the name
SYNAPSES = {"Exp2Syn": "exp2syn"}


class Shape:
    """The tree of a description's sections.

    Each segment of NEURON has a tag of its own, and its ends are boundaries of control volumes. A section to whose inside
    others are connected is divided there, which is not a boundary.
    """

    def __init__(self, sections):
        self.tree = arbor.segment_tree()
        self.tags = []  # of each section, those of its segments
        inside = {(own["parent"], own["parent_x"]) for own in sections if own["parent"] is not None}
        self.reached = {}  # the tree's segment that ends at a place of a section
        boundaries, tag = [], 0
        for k, section in enumerate(sections):
            self.tags.append(list(range(tag + 1, tag + 1 + section["nseg"])))
            tag += section["nseg"]
            breaks = {x for parent, x in inside if parent == k and 0 < x < 1}
            first, last = self.add(k, section, breaks)
            boundaries.append(f"(proximal (segment {first}))")
            boundaries += [f"(distal (segment {segment}))" for segment in last]
        self.sections = sections
        self.policy = arbor.cv_policy_explicit("(sum " + " ".join(boundaries) + ")")
        self.labels = arbor.label_dict()

    def add(self, number, section, breaks):
        """Appends a section; returns its first segment of the tree, and the last one of each of NEURON's segments."""
        nseg, points = section["nseg"], section["points"]
        parent = arbor.mnpos
        if section["parent"] is not None:
            parent = self.reached[section["parent"], section["parent_x"]]
        lengths = [0.0]
        for here, there in zip(points, points[1:]):
            lengths.append(lengths[-1] + math.dist(here[:3], there[:3]))
        ends = {end / nseg for end in range(1, nseg + 1)}
        places = sorted({length / lengths[-1] for length in lengths} | ends | breaks | {0.0})
        self.reached[number, 0.0] = parent
        first, last = None, []
        for x, y in zip(places, places[1:]):
            tag = self.tags[number][min(int((x + y) / 2 * nseg), nseg - 1)]
            parent = self.tree.append(parent, at(points, lengths, x), at(points, lengths, y), tag=tag)
            first = parent if first is None else first
            self.reached[number, y] = parent
            if y in ends:
                last.append(parent)
        return first, last

    def middle(self, section, segment):
        """The place in the middle of a segment of NEURON."""
        x = (segment + 0.5) / self.sections[section]["nseg"]
        if (section, x) in self.reached:
            return f"(distal (segment {self.reached[section, x]}))"
        return f"(on-components 0.5 (tag {self.tags[section][segment]}))"

    def region(self, section):
        return "(join " + " ".join(f"(tag {tag})" for tag in self.tags[section]) + ")" if len(self.tags[section]) > 1 else f"(tag {self.tags[section][0]})"


def at(points, lengths, x):
    """The point at a relative length of a section."""
    length = x * lengths[-1]
    k = next(k for k in range(1, len(lengths)) if lengths[k] >= length * (1 - 1e-12) or k == len(lengths) - 1)
    part = (length - lengths[k - 1]) / (lengths[k] - lengths[k - 1])
    x, y, z, diameter = (a + part * (b - a) for a, b in zip(points[k - 1], points[k]))
    return arbor.mpoint(x, y, z, diameter / 2)


def decorated(model, shape, gid):
    """The mechanisms, ions and points of a cell."""
    decor = arbor.decor()
    painted = model["painted"][gid if len(model["painted"]) > 1 else 0]
    for ion in {ion for section in painted for ion in section["ions"]}:
        follows = any(own["ions"].get(ion, {"reversal": 0})["reversal"] is None for own in painted)
        inside, outside = model["concentrations"].get(ion, (None, None))
        if inside is not None:
            decor.set_ion(ion, int_con=inside * U.mM, ext_con=outside * U.mM)
        if follows:
            decor.set_ion(ion, method=f"nernst/x={ion}")
    for k, (section, own) in enumerate(zip(model["sections"], painted)):
        region = shape.region(k)
        decor.paint(region, cm=section["cm"] * U.uF / U.cm2, rL=section["Ra"] * U.Ohm * U.cm)
        for ion, values in own["ions"].items():
            if values["reversal"] is not None:
                decor.paint(region, ion=ion, rev_pot=values["reversal"] * U.mV)
        for name, parameters in own["mechanisms"].items():
            paint(decor, shape, k, name, parameters)
    for point in model["points"]:
        place(decor, shape, point)
    section, segment, threshold = model["detector"]
    decor.place(shape.middle(section, segment), arbor.threshold_detector(threshold * U.mV), "detector")
    if model["junctions"]:
        decor.place(shape.middle(*model["junction_place"]), arbor.junction("gj", g=1.0), "junction")
    return decor


def paint(decor, shape, section, name, parameters):
    """Paints a mechanism on a section, or on each of its segments if a parameter differs between them."""
    if not any(isinstance(value, list) for value in parameters.values()):
        decor.paint(shape.region(section), density(name, parameters))
        return
    for k, tag in enumerate(shape.tags[section]):
        own = {key: value[k] if isinstance(value, list) else value for key, value in parameters.items()}
        decor.paint(f"(tag {tag})", density(name, own))


def density(name, parameters):
    form = DENSITIES.get(name, name)
    return arbor.density(form.format(**parameters), {key: value for key, value in parameters.items() if f"{{{key}}}" not in form})


def place(decor, shape, point):
    middle, values = shape.middle(point["section"], point["segment"]), point["parameters"]
    if point["mechanism"] == "IClamp":
        decor.place(middle, arbor.i_clamp(values["del"] * U.ms, values["dur"] * U.ms, values["amp"] * U.nA))
    else:
        decor.place(middle, arbor.synapse(SYNAPSES[point["mechanism"]], values), point["name"])
