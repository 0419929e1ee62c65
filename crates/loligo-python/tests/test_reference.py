"""Cases of NEURON, built through Python, have NEURON's bits: every sample, spike and final value."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import loligo

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "validation/reference/neuron.json"
OUTSIDE = ROOT.parent / "shared/reference/neuron-cases.json"
UNSUPPORTED = {"extracellular_2layer", "cvode_hh"}
NEVER = 2**32 - 1


def cases(path):
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"{path} is absent"), id=path.name)]
    listed = json.loads(path.read_text())["cases"]
    return [pytest.param(case, id=case["definition"]["name"]) for case in listed if case["definition"]["name"] not in UNSUPPORTED]


class Built:
    """A network made from a case, and what its names refer to."""

    def __init__(self, case):
        self.network = loligo.Network()
        self.sections, self.objects = {}, {}
        for entry in case["sections"]:
            self.add_section(entry)
        for entry in case["density"]:
            parameters = dict(entry.get("params", {}))
            if entry["mech"] == "hh":
                parameters["table"] = float(case.get("usetable_hh", 1))
            section = self.sections[entry["sec"]]
            section.cell.paint(section, loligo.Mechanism(entry["mech"], **parameters))
        for entry in case["points"]:
            section = self.sections[entry["sec"]]
            self.objects[entry["id"]] = section.cell.place(entry["id"], section(entry["x"]), mechanism(entry))
        for entry in case["art"]:
            self.objects[entry["id"]] = self.network.add_artificial(entry["id"], mechanism(entry))
        self.connections = [self.connect(entry) for entry in case["netcons"]]
        for entry in case.get("transfers", []):
            self.network.transfer(self.variable(entry["from"]), self.variable(entry["to"]))
        for entry in case["plays"]:
            interpolation = "linear" if entry["continuous"] else "steps"
            target = self.objects[entry["target"]][spelling(entry["var"])]
            self.network.play(target, entry["t"], entry["y"], interpolation)
        self.probes = [self.network.record(self.variable(probe), name=str(k)) for k, probe in enumerate(case["probes"])]
        self.finals = [self.network.record(self.variable(probe), every=NEVER) for probe in case.get("final_probes", [])]

    def add_section(self, entry):
        if entry.get("pts"):
            shape = {"points": entry["pts"]}
        else:
            diameters = [entry["diam"]] * entry["nseg"]
            diameters[: len(entry.get("seg_diam", []))] = entry.get("seg_diam", [])
            shape = {"L": entry["L"], "diam": diameters}
        parent = self.sections.get(entry.get("parent"))
        cell = parent.cell if parent else self.network.add(loligo.Cell(entry["name"]))
        place = {"parent": parent(entry.get("parent_x", 1)), "child_end": entry.get("child_end", 0)} if parent else {}
        section = cell.add_section(entry["name"], nseg=entry["nseg"], Ra=entry["Ra"], cm=entry["cm"], **shape, **place)
        if entry.get("pts") and entry.get("seg_diam"):
            section.assign_segment_diameters(entry["seg_diam"])
        self.sections[entry["name"]] = section

    def connect(self, entry):
        source = entry["src"]
        if source is not None:
            source = self.objects[source["id"]] if "id" in source else self.variable(source)
        target = self.objects[entry["tgt"]] if entry["tgt"] is not None else None
        events = entry.get("events", [])
        weight, delay, threshold = entry.get("weight", 0.0), entry.get("delay", 1.0), entry.get("threshold")
        return self.network.connect(source, target, weight, delay, threshold, events)

    def variable(self, probe):
        if "id" in probe:
            return self.objects[probe["id"]][spelling(probe["var"])]
        return self.sections[probe["sec"]](probe["x"])[probe["var"]]


def spelling(name):
    return "delay" if name == "del" else name


def mechanism(entry):
    parameters = {}
    for name, value in entry["params"].items():
        values = {f"{name}[{k}]": number for k, number in enumerate(value)} if isinstance(value, list) else {name: value}
        parameters.update({spelling(name): number for name, number in values.items()})
    made = loligo.Mechanism(entry["type"], **parameters)
    ids = entry.get("r123")
    return made.with_stream([*ids, 0, 0][:3]) if ids else made


def digest(samples):
    return hashlib.sha256((np.asarray(samples) + 0.0).astype("<f8").tobytes()).hexdigest()


@pytest.mark.parametrize("case", [*cases(PROJECT), *cases(OUTSIDE)])
def test_the_bits_are_neurons(case):
    definition, results = case["definition"], case["results"]
    built = Built(definition)
    options = {key: definition[key] for key in ("dt", "v_init", "celsius")}
    simulation = loligo.Simulation(
        built.network, second_order=definition["secondorder"], numerics="exact", **options
    )
    assert simulation.run_until(definition["tstop"])
    assert (simulation.steps, simulation.t) == (results["n_fadvance"], results["t_end"])
    thinned = results.get("thinned")
    for number, (probe, expected) in enumerate(zip(built.probes, results["probes"])):
        samples = simulation[probe]
        if thinned:
            assert digest(samples) == thinned["probes_sha256"][number], definition["probes"][number]
        else:
            assert samples.tolist() == expected, definition["probes"][number]
    for probe, recording, expected in zip(definition.get("final_probes", []), built.finals, results.get("final", [])):
        assert simulation.value(recording) == expected, probe
    for number, expected in results["spikes"].items():
        if expected:
            assert simulation.spike_times(built.connections[int(number)]).tolist() == expected
