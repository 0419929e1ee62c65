"""The workloads with mechanisms in NMODL, as model files: `models.py NAME FOLDER` writes `FOLDER/model.toml` (and a table).

Each is described here alone. Loligo reads the file; NEURON builds the same network from it (`tests/neuron/model_file.py`).
All mechanisms are those of `mechanisms/`, except those of published cells (published.py), which are written into the folder.
"""

import argparse
import csv
import json
import pathlib
import random
import re
import subprocess
import tomllib

import published

PROJECT = pathlib.Path(__file__).resolve().parents[2]
LOLIGO = PROJECT / "target/release/loligo"
DT = 0.025  # ms
THRESHOLD = -20.0  # mV, of spikes
D_LAMBDA = 0.1
COMPARED = 100.0  # ms at the beginning, whose voltages are compared
WITH_LARGE_CONDUCTANCES = {"ensemble-channels"}  # whose cells Loligo's fast profile computes exactly by default


def example(name):
    """The model of an example, and its only cell."""
    path = PROJECT / "examples" / f"{name}.toml"
    document = tomllib.loads(path.read_text())
    (cell,) = document["cell"]
    cell["morphology"] = str((path.parent / cell["morphology"]).resolve())
    cell["d_lambda"] = D_LAMBDA
    del document["output"], document["record"], document["detector"]
    return document, cell


def pyramidal(_, folder):
    """The layer 5 pyramidal cell with a steady current into the soma, and two inputs to the apical tuft."""
    document, cell = example("layer5")
    document["run"]["tstop"] = 1000.0
    cell["point"][0]["dur"] = 1e9
    return document, "soma[0](0.5)"


def purkinje(_, folder):
    """The Purkinje cell with a small current into the soma and an input from a climbing fibre."""
    document, cell = example("purkinje")
    document["run"]["tstop"] = 200.0
    return document, "soma[0](0.5)"


def pyramidal_network(cells, folder):
    """Pyramidal cells with 2,000 excitatory and 500 inhibitory synapses each, whose vesicles are released at random.

    Each synapse has an input of its own with 1 spike a second. Each cell receives 100 connections from others, to
    excitatory synapses drawn at random. Probability of release and recovery differ from synapse to synapse.
    """
    document, cell = example("layer5")
    document["mechanisms"] = ["loligo:synapses/ProbAmpaNmda", "loligo:synapses/ProbGaba", *document["mechanisms"]]
    document["run"]["tstop"] = 100.0
    cell["count"] = cells
    drawn = {"use": {"uniform": [0.3, 0.7]}, "tau_rec": {"uniform": [400.0, 800.0]}}
    printed = subprocess.run([LOLIGO, "morphology", cell["morphology"]], check=True, capture_output=True, text=True).stdout
    row = r"(?m)^((?:soma|dend|apic)\[\d+\])(?: +\d+){3} +([\d.]+) "
    lengths = {name: float(um) for name, um in re.findall(row, printed)}
    draw = random.Random(1)
    cell["point"], document["artificial_cell"], document["connection"] = [], [], []
    for name, mechanism, count, weight in (("exc", "ProbAmpaNmda", 2000, 0.001), ("inh", "ProbGaba", 500, 0.0005)):  # uS
        sections = draw.choices(list(lengths), lengths.values(), k=count)
        write_places(folder / f"{name}.csv", [(section, draw.random()) for section in sections])
        cell["point"].append({"name": name, "mechanism": mechanism, "places": f"{name}.csv"} | drawn)
        source = {"mechanism": "NetStim", "start": 0.0, "interval": 1000.0, "number": 1e9, "noise": 1.0}
        document["artificial_cell"].append({"name": f"background_{name}", "count": cells * count} | source)
        document["connection"].append(
            {
                "from": f"background_{name}", "to": f"pyramidal.{name}", "pattern": "one-to-one", "weight": weight,
                "delay": 0.1,
            }
        )
    document["connection"].append(
        {
            "from": "pyramidal.soma[0](0.5)", "to": "pyramidal.exc", "synapse": "random", "threshold": THRESHOLD,
            "pattern": "random", "in_degree": 100, "multiple_connections": True,
            "weight": 0.001, "delay": {"uniform": [0.5, 3.0]},
        }
    )
    return document, "soma[0](0.5)"


def granule_layer(cells, folder):
    """Granule cells of six compartments, with input from 500 mossy fibres of 20 spikes a second, one on each dendrite."""
    sections = [{"name": "soma", "L": 8.0, "diam": 8.0}]
    sections += [{"name": f"dend{k}", "parent": "soma", "parent_x": 0.0, "L": 15.0, "diam": 0.8} for k in range(4)]
    sections.append({"name": "axon", "parent": "soma", "L": 5.0, "diam": 1.5})
    on = {
        "all": ["na_ion", "k_ion", "pas"],
        "soma": "na nap kv ka kir km kca cahva ca".split(),
        "dendrite": "kca cahva ca".split(),
        "axon": "na nap kv ka".split(),
    }
    values = {"na_ion": {"ena": 87.39}, "k_ion": {"ek": -84.69}, "pas": {"g": 5.68e-5, "e": -58.0}}
    paint = [
        {"region": region, "mechanism": name if name in values else f"granule_{name}"} | values.get(name, {})
        for region, names in on.items()
        for name in names
    ]
    write_places(folder / "mossy.csv", [(f"dend{k}", 0.5) for k in range(4)])
    synapse = {"name": "mossy", "mechanism": "Exp2Syn", "places": "mossy.csv", "tau1": 0.5, "tau2": 5.0, "e": 0.0}
    cell = {"name": "granule", "count": cells, "Ra": 100.0, "section": sections, "paint": paint, "point": [synapse]}
    fibre = {"name": "fibre", "count": 500, "mechanism": "NetStim"}
    fibre |= {"start": 0.0, "interval": 50.0, "number": 1e9, "noise": 1.0}
    connection = {"from": "fibre", "to": "granule.mossy", "pattern": "random", "in_degree": 1}
    connection |= {"weight": 0.0005, "delay": {"uniform": [0.5, 3.0]}}
    document = {
        "mechanisms": ["loligo:granule"],
        "run": {"tstop": 100.0, "v_init": -70.0, "celsius": 30.0},
        "cell": [cell], "artificial_cell": [fibre], "connection": [connection],
    }
    return document, "soma(0.5)"


def granule_gaps(cells, folder):
    """The same with gap junctions between the somas, four for each cell."""
    document, soma = granule_layer(cells, folder)
    place = f"granule.{soma}"
    document["gap_junction"] = [
        {"a": place, "b": place, "pattern": "ring", "offset": offset, "conductance": 2e-5}  # uS
        for offset in (1, max(2, cells // 70))
    ]
    return document, soma


def ensemble_channels(cells, folder):
    """Separate cells of 64 compartments with the pyramidal cell's channels, each with its own conductances."""
    document, pyramid = example("layer5")
    document["run"]["tstop"] = 100.0
    soma = {"name": "soma", "L": 20.0, "diam": 20.0}
    parents = {"dend0": "soma", "dend1": "soma", "apic0": "soma"}
    parents |= {"apic1": "apic0", "apic2": "apic1", "apic3": "apic2", "apic4": "apic2"}
    branches = [
        {"name": name, "parent": parent, "L": 180.0, "diam": 3.0 if name.startswith("apic") else 1.5, "nseg": 9}
        for name, parent in parents.items()
    ]
    for branch in branches[:2]:
        branch["parent_x"] = 0.0
    electrode = {"name": "electrode", "mechanism": "IClamp", "section": "soma", "delay": 5.0, "dur": 1e9, "amp": 1.0}
    cell = {key: pyramid[key] for key in ("Ra", "cable", "paint")}
    cell |= {"name": "copy", "parameters": "conductances.csv", "section": [soma, *branches], "point": [electrode]}
    means = {
        "soma.l5_nat": 2.04, "soma.l5_nap": 0.00172, "soma.l5_kv31": 0.693, "soma.l5_kt": 0.0812, "soma.l5_kp": 0.00223,
        "soma.l5_cahva": 0.000992, "soma.l5_calva": 0.00343, "soma.l5_sk": 0.0441, "soma.l5_ih": 0.0002,
        "apical.l5_nat": 0.012, "apical.l5_kv31": 0.000261, "apical.l5_im": 6.75e-5, "apical.l5_sk": 0.0012,
    }  # S/cm2
    draw = random.Random(1)
    with open(folder / "conductances.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(f"{name}.gbar" for name in means)
        writer.writerows([mean * draw.uniform(0.8, 1.2) for mean in means.values()] for _ in range(cells))
    for key in ("artificial_cell", "connection"):
        del document[key]
    return document | {"cell": [cell]}, "soma(0.5)"


# The workloads, and how many cells each has; 0: one, without a number.
WORKLOADS = {
    "pyramidal": (pyramidal, 0),
    "purkinje": (purkinje, 0),
    "pyramidal-100": (pyramidal_network, 100),
    "granule-layer": (granule_layer, 5000),
    "granule-layer-gaps": (granule_gaps, 5000),
    "ensemble-channels": (ensemble_channels, 1000),
}
WORKLOADS |= {name: (lambda _, folder, make=make: make(folder, LOLIGO), 0) for name, make in published.WORKLOADS.items()}


def write(name, folder, cells=None):
    """Writes a workload's files; returns its document.

    `model.toml` reports the spikes of all somas; `recorded.toml` is the same for the first 100 ms, with the voltages of
    some somas.
    """
    make, number = WORKLOADS[name]
    number = (cells or number) if number else 0
    document, soma = make(number, folder)
    population = document["cell"][0]["name"]
    document["run"] |= {"dt": DT, "quiet": ["parameter"]}
    document["detector"] = [{"place": f"{population}.{soma}", "threshold": THRESHOLD}]
    (folder / "model.toml").write_text(toml(document))
    numbers = [f"[{k}]" for k in sorted({0, number // 2, number - 1})] if number else [""]
    chosen = [f"{population}{k}.{soma}" for k in numbers]
    run = document["run"] | {"tstop": min(COMPARED, document["run"]["tstop"])}
    recorded = document | {"run": run, "record": [{"place": chosen}]}
    (folder / "recorded.toml").write_text(toml(recorded))
    return recorded | {"run": document["run"]}


def write_places(path, places):
    """Writes a table of places: sections, and positions on them."""
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([("section", "x"), *places])


def toml(document):
    """The text of a document: tables of its first level, everything below inline."""
    lines = [f"{key} = {inline(value)}" for key, value in document.items() if not is_table(value)]
    for key, value in document.items():
        for table in (value if isinstance(value, list) else [value]) if is_table(value) else []:
            lines += ["", f"[[{key}]]" if isinstance(value, list) else f"[{key}]"]
            lines += [f"{name} = {inline(own)}" for name, own in table.items()]
    return "\n".join(lines) + "\n"


def is_table(value):
    return isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))


def inline(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(own)}" for key, own in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(own) for own in value) + "]"
    return json.dumps(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=WORKLOADS)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--cells", type=int)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.name, arguments.folder, arguments.cells)


if __name__ == "__main__":
    main()
