"""Describes a model file for Arbor, in the folder with NEURON's compiled mechanisms:

    python arbor_description.py TESTS_NEURON MODEL.toml CONNECTIONS.csv DESCRIPTION.json

NEURON builds a cell of the model as it does for its own runs, so that sections, segments and the parameters of each of them
are those of NEURON, and draws the times of the artificial cells from the same random streams. Cells that are equal are
described once. What arbor_model_worker.py cannot build is an error.
"""

import csv
import json
import os
import sys
import tempfile
import tomllib

from neuron import h

folder, model_path, connections_path, description_path = sys.argv[1:]
sys.path.append(folder)
from model_file import Model, listed, paired

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import models

POINTS = ("Exp2Syn", "IClamp")
ADVANCED = 64  # the bit of an ion's style in NEURON: the reversal potential follows the concentrations


def parameters(mechanism):
    """The names of the parameters of a mechanism that differ between its instances."""
    standard, name = h.MechanismStandard(mechanism, 1), h.ref("")
    names = []
    for k in range(standard.count()):
        standard.name(name, k)
        names.append(name[0].removesuffix(f"_{mechanism}"))
    return names


def section_shape(section, sections):
    """The place and the points of a section."""
    parent = section.parentseg()
    points = [[section.x3d(k), section.y3d(k), section.z3d(k), section.diam3d(k)] for k in range(section.n3d())]
    return {
        "parent": None if parent is None else sections.index(parent.sec), "parent_x": parent and parent.x,
        "points": points or [[0, 0, 0, section.diam], [section.L, 0, 0, section.diam]],
        "nseg": section.nseg, "Ra": section.Ra, "cm": section.cm,
    }


def painted(section):
    """The mechanisms and ions of a section, with a value for each segment, or one if all have the same."""
    mechanisms, ions = {}, {}
    for name, owner in section.psection()["density_mechs"].items():
        mechanisms[name] = {key: shared(owner[key]) for key in parameters(name) if key in owner}
    for ion in section.psection()["ions"]:
        values = [getattr(segment, f"e{ion}") for segment in section]
        advanced = bool(int(h.ion_style(f"{ion}_ion", sec=section)) & ADVANCED)
        ions[ion] = {"reversal": None if advanced else shared(values)}
    return {"mechanisms": mechanisms, "ions": ions}


def shared(values):
    return values[0] if len(set(values)) == 1 else list(values)


def placed(name, point, sections):
    mechanism = point.hname().split("[")[0]
    if mechanism not in POINTS:
        raise NotImplementedError(mechanism)
    segment = point.get_segment()
    return {
        "name": name, "mechanism": mechanism, "section": sections.index(segment.sec),
        "segment": min(int(segment.x * segment.sec.nseg), segment.sec.nseg - 1),
        "parameters": {key: getattr(point, key) for key in parameters(mechanism)},
    }


def place(text, cell):
    """The section and segment of a place such as `granule[3].soma(0.5)` or `granule.soma(0.5)`."""
    segment = cell.segment(text.partition(".")[2])
    return [list(cell.sections.values()).index(segment.sec), int(segment.x * segment.sec.nseg)]


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


document = read(model_path)
(entry,) = document["cell"]
one = "parameters" not in entry  # all cells are equal
reduced = {key: document[key] for key in ("mechanisms", "run", "artificial_cell") if key in document}
reduced["cell"] = [entry | {"count": 1} if one else entry]
if "places" in str(entry):  # tables lie in the model's folder
    reduced["cell"][0]["point"] = [
        point | {"places": os.path.join(os.path.dirname(model_path), point["places"])} if "places" in point else point
        for point in entry["point"]
    ]
with tempfile.NamedTemporaryFile("w", suffix=".toml", dir=os.path.dirname(model_path)) as file:
    file.write(models.toml(reduced))
    file.flush()
    model = Model(file.name)

h.dt, h.celsius = document["run"]["dt"], document["run"]["celsius"]
recorded, times = [], {}
for name, source in model.artificial.items():
    times[name] = h.Vector()
    recorded.append(h.NetCon(source, None))
    recorded[-1].record(times[name])
if times:
    h.finitialize(document["run"]["v_init"])
    h.ParallelContext().set_maxstep(10)
    h.ParallelContext().psolve(document["run"]["tstop"])

cells = list(model.cells.values())
first = cells[0]
sections = list(first.sections.values())
count = entry.get("count", 1) if one else len(cells)
with open(connections_path) as file:
    connections = [
        {
            "source": row["source"], "target": row["target"], "synapse": row["synapse"],
            "weight": float(row["weight"]), "delay": float(row["delay"]),
        }
        for row in csv.DictReader(file)
    ]
junctions = [
    [a, b, junction["conductance"]]
    for junction in document.get("gap_junction", [])
    for a, b in paired(range(count), range(count), junction)
]
(detector,) = document["detector"]
description = {
    "run": document["run"], "population": entry["name"], "count": count,
    "sections": [section_shape(section, sections) for section in sections],
    "painted": [[painted(section) for section in cell.sections.values()] for cell in (cells[:1] if one else cells)],
    "points": [placed(name, point, sections) for name, point in first.points.items()],
    "concentrations": {"ca": [h.cai0_ca_ion, h.cao0_ca_ion]},
    "times": {name: list(own) for name, own in times.items()},
    "connections": connections,
    "junctions": junctions,
    "junction_place": place(document["gap_junction"][0]["a"], first) if junctions else None,
    "detector": [*place(listed(detector["place"])[0], first), detector["threshold"]],
}
with open(description_path, "w") as file:
    json.dump(description, file)
