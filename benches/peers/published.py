"""Published cells as model files: those of the cerebellum in the packages `dbbs-models` and `dbbs-catalogue`.

The packages are downloaded (install.py) and are no part of the project: what a cell has is read from them when a model is
written. Conductances, reversal potentials and the meaning of the morphology's types come from the Python module of the cell,
the shape is its SWC file, and the `.mod` files are copied as they are. As the packages' own builder does,

- each type of the morphology has labels; what the cell says of each label is joined, in the order in which it names them;
- a section has a segment for each 10 um that it has;
- a mechanism without a variant is the variant 0, or the only one.

Sections are those of NEURON's reader of SWC files. Temperature and initial voltage are those of the packages' tests. What
makes the cells fire is chosen here.
"""

import re
import subprocess
import sys
import types
import zipfile

import install

SOMA = "soma[0](0.5)"
LABELS = {1: "soma", 2: "axon", 3: "dendrites"}  # of the types that a cell does not name itself
REGIONS = {1: "soma", 2: "axon", 3: "dendrite"}
SEGMENT = 10.0  # um
SMALLEST_CM = 1e-6  # uF/cm2, Loligo's
NOT_IN_ARBOR = f"the texts for Arbor in {install.PUBLISHED[1]} are in an earlier dialect than that of {install.ARBOR}"


class Cell:
    """A cell of the packages, written into a folder: the keys of its entry in a model file."""

    def __init__(self, name, folder, loligo):
        self.folder = folder
        models, catalogue = (zipfile.ZipFile(path) for path in install.published())
        with models, catalogue:
            definition = defined(models.read(f"dbbs_models/{name.lower()}_cell_models.py").decode())
            morphology = f"{name}Cell.swc"
            (folder / morphology).write_bytes(models.read(f"dbbs_models/morphologies/{morphology}"))
            self.texts = {
                path.removesuffix(".mod").rpartition("/")[2]: catalogue.read(path)
                for path in catalogue.namelist()
                if path.startswith("dbbs_catalogue/mods/neuron/") and path.endswith(".mod")
            }
        self.synapses, self.used = definition.model["synapse_types"], set()
        command = [loligo, "morphology", folder / morphology]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        row = r"(?m)^(\w+\[\d+\])(?: +\d+){3} +([\d.]+) "
        self.lengths = {section: float(um) for section, um in re.findall(row, printed)}
        self.entry = {"name": name.lower(), "morphology": morphology, "cable": [], "paint": [], "point": []}
        labels = LABELS | getattr(definition, "swc_tags", {})
        lines = (folder / morphology).read_text().splitlines()
        for number in sorted({int(line.split()[1]) for line in lines if line.strip() and not line.startswith("#")}):
            own = labels[number] if isinstance(labels[number], list) else [labels[number]]
            region = REGIONS.get(number, f"type {number}")
            self.add(region, joined(definition.model["cable_types"], own))
        segments = {}
        for section, um in self.lengths.items():
            segments.setdefault(int(um // SEGMENT) + 1, []).append(section)
        self.entry["cable"] += [{"region": sections, "nseg": count} for count, sections in segments.items()]

    def add(self, region, parts):
        """The cable, ions and mechanisms of a type of the morphology."""
        cable, paint = parts["cable"], self.entry["paint"]
        self.entry["cable"].append({"region": region, "Ra": cable["Ra"], "cm": max(cable["cm"], SMALLEST_CM)})
        for mechanism, values in parts["mechanisms"].items():
            paint.append({"region": region, "mechanism": self.mechanism(mechanism)} | values)
        for ion, values in parts["ions"].items():
            keys = {"rev_pot": f"e{ion}", "int_con": f"{ion}i", "ext_con": f"{ion}o"}
            values = {keys[key]: value for key, value in values.items()}
            paint.append({"region": region, "mechanism": f"{ion}_ion"} | values)

    def mechanism(self, name):
        """The name of a mechanism in its text, which is part of the model from now on."""
        asset, variant = (name, None) if isinstance(name, str) else name
        variants = [text for text in self.texts if text.rpartition("__")[0] == asset]
        if not variants:
            return asset  # NEURON's own
        chosen = f"{asset}__{variant or 0}"
        (chosen,) = [chosen] if chosen in variants else variants
        if chosen not in self.used:
            self.used.add(chosen)
            (self.folder / "mods").mkdir(exist_ok=True)
            (self.folder / "mods" / f"{chosen}.mod").write_bytes(self.texts[chosen])
        return re.search(rb"(?:SUFFIX|POINT_PROCESS)\s+(\w+)", self.texts[chosen])[1].decode()

    def synapse(self, label, section):
        """Places a synapse of the cell."""
        own = self.synapses[label]
        point = {"name": f"{label}{len(self.entry['point'])}", "mechanism": self.mechanism(own["mechanism"])}
        self.entry["point"].append(point | {"section": section} | own.get("parameters", {}))

    def current(self, amp):
        """A steady current into the soma, nA."""
        electrode = {"name": "electrode", "mechanism": "IClamp", "section": "soma[0]", "delay": 5.0, "dur": 1e9, "amp": amp}
        self.entry["point"].append(electrode)

    def document(self, tstop):
        run = {"tstop": tstop, "v_init": -65.0, "celsius": 32.0}
        return {"mechanisms": ["mods"], "run": run, "cell": [self.entry]}


def defined(text):
    """What a module of the package gives to the library that builds its cells, with the labels of its types."""
    made = []

    def define_model(model, use_defaults=False):
        made.append(types.SimpleNamespace(model=model))
        return made[-1]

    library = types.ModuleType("arborize")
    library.define_model = define_model
    before, sys.modules["arborize"] = sys.modules.get("arborize"), library
    try:
        exec(text, {})
    finally:
        del sys.modules["arborize"]
        if before:
            sys.modules["arborize"] = before
    (definition,) = made
    return definition


def joined(cable_types, labels):
    """What a cell says of several labels: of two values the later one."""
    parts = {"cable": {"Ra": 35.4, "cm": 1.0}, "ions": {}, "mechanisms": {}}
    for label, own in cable_types.items():
        if label in labels:
            parts["cable"] |= own["cable"]
            for kind in ("ions", "mechanisms"):
                for name, values in own[kind].items():
                    parts[kind][name] = parts[kind].get(name, {}) | values
    return parts


def granule(folder, loligo):
    """The granule cell with a small current, and two of its synapses on each dendrite, which mossy fibres excite in turn."""
    cell = Cell("Granule", folder, loligo)
    cell.current(0.008)
    dendrites = [section for section in cell.lengths if section.startswith("dend[")]
    fibres, connections = [], []
    for k, dendrite in enumerate(dendrites):
        fibre = {"name": f"fibre{k}", "mechanism": "NetStim", "start": 10.0 + 5.0 * k, "interval": 20.0, "number": 1e9}
        fibres.append(fibre)
        for label in "AMPA", "NMDA":
            cell.synapse(label, dendrite)
            to = f"granule.{cell.entry['point'][-1]['name']}"
            connections.append({"from": fibre["name"], "to": to, "weight": 1.0, "delay": 1.0})
    return cell.document(100.0) | {"artificial_cell": fibres, "connection": connections}, SOMA


def stellate(folder, loligo):
    """The stellate cell with a small current."""
    cell = Cell("Stellate", folder, loligo)
    cell.current(0.02)
    return cell.document(100.0), SOMA


def purkinje(folder, loligo):
    """The Purkinje cell, which fires without a current."""
    return Cell("Purkinje", folder, loligo).document(100.0), SOMA


WORKLOADS = {"published-granule": granule, "published-stellate": stellate, "published-purkinje": purkinje}
