"""Describes a model file for Arbor, in the folder with NEURON's compiled mechanisms:

    python arbor_description.py TESTS_NEURON MODEL.toml CONNECTIONS.csv TSTOP DESCRIPTION.json

NEURON builds the cells as for its own runs and draws the times of the artificial cells until TSTOP (ms), so that Arbor gets
the same sections, segments, parameters and inputs. Cells that are equal are described once. What arbor_model_worker.py cannot
build is an error.
"""

import csv
import json
import pathlib
import sys
import tomllib

from neuron import h

import models

folder, model_path, connections_path, tstop, description_path = sys.argv[1:]
sys.path.append(folder)
from model_file import Model, listed, paired

POINTS = ("Exp2Syn", "IClamp")
ADVANCED = 64  # the bit of an ion's style in NEURON: the reversal potential follows the concentrations


def parameters(mechanism):
    """The names of the parameters of a mechanism that differ between its instances."""
    standard, name, names = h.MechanismStandard(mechanism, 1), h.ref(""), []
    for k in range(standard.count()):
        standard.name(name, k)
        names.append(name[0].removesuffix(f"_{mechanism}"))
    return names


def shape(section, sections):
    """The place and the points of a section."""
    parent = section.parentseg()
    points = [[section.x3d(k), section.y3d(k), section.z3d(k), section.diam3d(k)] for k in range(section.n3d())]
    return {
        "parent": None if parent is None else sections.index(parent.sec),
        "parent_x": None if parent is None else parent.x,
        "points": points or [[0, 0, 0, section.diam], [section.L, 0, 0, section.diam]],
        "nseg": section.nseg, "Ra": section.Ra, "cm": section.cm,
    }


def membrane(section):
    """The parameters of the mechanisms of a section, and the reversal potentials of its ions that do not change."""
    description = section.psection()
    mechanisms, reversals = {}, {}
    for name, values in description["density_mechs"].items():
        mechanisms[name] = {key: shared(values[key]) for key in parameters(name)}
    for ion in description["ions"]:
        advanced = int(h.ion_style(f"{ion}_ion", sec=section)) & ADVANCED
        reversals[ion] = None if advanced else shared([getattr(segment, f"e{ion}") for segment in section])
    return {"mechanisms": mechanisms, "reversals": reversals}


def shared(values):
    """A value for each segment, or one if all have the same."""
    return values[0] if len(set(values)) == 1 else list(values)


def located(segment, sections):
    """The numbers of a section and of its segment."""
    nseg = segment.sec.nseg
    return [sections.index(segment.sec), min(int(segment.x * nseg), nseg - 1)]


def placed(name, point, sections):
    """A point process."""
    mechanism = point.hname().split("[")[0]
    if mechanism not in POINTS:
        raise NotImplementedError(mechanism)
    values = {key: getattr(point, key) for key in parameters(mechanism)}
    return {"name": name, "mechanism": mechanism, "place": located(point.get_segment(), sections), "parameters": values}


def input_times(model, run):
    """The times of the spikes of the artificial cells."""
    times = {name: h.Vector() for name in model.artificial}
    connections = [h.NetCon(source, None) for source in model.artificial.values()]
    for connection, own in zip(connections, times.values()):
        connection.record(own)
    if times:
        h.dt, h.celsius = run["dt"], run["celsius"]
        h.finitialize(run["v_init"])
        h.ParallelContext().set_maxstep(10)
        h.ParallelContext().psolve(float(tstop))
    return {name: list(own) for name, own in times.items()}


with open(model_path, "rb") as file:
    document = tomllib.load(file)
(entry,), (detector,) = document["cell"], document["detector"]
equal = "parameters" not in entry
reduced = {key: document[key] for key in ("mechanisms", "run", "artificial_cell") if key in document}
reduced["cell"] = [entry | {"count": 1} if equal else entry]
reduced_path = pathlib.Path(model_path).with_name("described.toml")  # in the folder of the tables that it names
reduced_path.write_text(models.toml(reduced))
model = Model(reduced_path)
cells = list(model.cells.values())
first, count = cells[0], entry.get("count", 1) if equal else len(cells)
sections = list(first.sections.values())


def place(text):
    """The place of a text such as `granule.soma(0.5)`."""
    return located(first.segment(text.partition(".")[2]), sections)


junctions = document.get("gap_junction", [])
with open(connections_path) as file:
    connections = [
        {key: row[key] for key in ("source", "target", "synapse")} | {key: float(row[key]) for key in ("weight", "delay")}
        for row in csv.DictReader(file)
    ]
description = {
    "run": document["run"],
    "count": count,
    "sections": [shape(section, sections) for section in sections],
    "membranes": [[membrane(section) for section in cell.sections.values()] for cell in cells],  # one if all are equal
    "points": [placed(name, point, sections) for name, point in first.points.items()],
    "concentrations": {"ca": [h.cai0_ca_ion, h.cao0_ca_ion]},
    "times": input_times(model, document["run"]),
    "connections": connections,
    "junctions": [
        [a, b, junction["conductance"]] for junction in junctions for a, b in paired(range(count), range(count), junction)
    ],
    "junction_place": place(junctions[0]["a"]) if junctions else None,
    "detector": place(listed(detector["place"])[0]),
    "threshold": detector["threshold"],
}
pathlib.Path(description_path).write_text(json.dumps(description))
