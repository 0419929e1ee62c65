"""The simulators of the comparison: the command that starts each, and its variants, of which the fastest is reported."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import install

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
LOLIGO = PROJECT / "target" / "release" / "workload"
PROBABILISTIC = "synapses-probabilistic"  # its mechanism is a .mod file
BUILT_IN = (
    "ring-default", "ring-medium", "ring-large", "detailed", "ensemble", "synapses", "synapses-mixed", "synapses-drawn",
)
WORKLOADS = (*BUILT_IN, PROBABILISTIC)


@dataclass(frozen=True)
class Worker:
    """The command that starts a simulator's worker (see worker.py)."""

    environment: str  # of install.py
    script: str
    directory: Path = HERE
    catalogue: tuple = ()


@dataclass(frozen=True)
class Engine:
    """A row of the table."""

    name: str
    label: str
    rates: str  # of hh: "table" or "formula"; the spikes of equal rates are compared
    variants: tuple  # what the worker is asked for, as dictionaries
    worker: Worker | None = None  # none: Loligo, a process for every run
    needs: str = ""  # a step of install.py
    workloads: tuple = BUILT_IN
    same_steps: bool = False  # whether it must have NEURON's spikes to a step, not only as many


NEURON = Worker("neuron", "neuron_worker.py", install.CACHE / "neuron")
NEURON_NATIVE = Worker("neuron", "neuron_worker.py", install.neuron_native())
ARBOR = Worker("arbor", "arbor_worker.py")
ARBOR_CATALOGUE = Worker("arbor", "arbor_worker.py", catalogue=(install.arbor_catalogue(),))
ARBOR_SOURCE = Worker("arbor-source", "arbor_worker.py")
JAXLEY = Worker("jaxley", "jaxley_worker.py")

PACKAGE = {"hh": "hh", "pas": "pas"}
TABLE = {"hh": "hhtable", "pas": "pascopy"}
FORMULA = {"hh": "hhformula", "pas": "pascopy"}
GROUPS = tuple({"group": cells} for cells in (1, 4, 16, 64, 256))


def neuron(name, label, rates, mechanisms, worker, needs, core=False):
    variants = tuple({"core": core, "permute": permute} | mechanisms for permute in (0, 1))
    workloads = WORKLOADS if worker is NEURON_NATIVE else BUILT_IN
    return Engine(name, label, rates, variants, worker, needs, workloads, same_steps=True)


def coreneuron(*arguments):
    return neuron(*arguments, core=True)


def arbor(name, label, worker):
    return Engine(name, label, "formula", GROUPS, worker, needs=name)


def loligo(name, label, profile, table):
    variant = {"profile": profile, "table": "on" if table else "off"}
    return Engine(name, label, "table" if table else "formula", (variant,), workloads=WORKLOADS, same_steps=True)


ENGINES = (
    # The native worker inserts mechanisms again when they change, so engines with the same ones are adjacent.
    neuron("neuron", "NEURON 9.0.2 wheel", "table", PACKAGE, NEURON, "neuron"),
    coreneuron("coreneuron", "CoreNEURON wheel", "table", PACKAGE, NEURON, "neuron"),
    neuron("neuron-native", "NEURON, mechanisms for this CPU", "table", TABLE, NEURON_NATIVE, "neuron-native"),
    coreneuron("coreneuron-native", "CoreNEURON for this CPU", "table", TABLE, NEURON_NATIVE, "neuron-native"),
    neuron(
        "neuron-formula", "NEURON, mechanisms for this CPU, formulas", "formula", FORMULA, NEURON_NATIVE, "neuron-native",
    ),
    coreneuron(
        "coreneuron-formula", "CoreNEURON for this CPU, formulas", "formula", FORMULA, NEURON_NATIVE, "neuron-native",
    ),
    arbor("arbor", "Arbor 0.12.2 wheel (AVX2)", ARBOR),
    arbor("arbor-catalogue", "Arbor 0.12.2, mechanisms for this CPU", ARBOR_CATALOGUE),
    arbor("arbor-source", "Arbor 0.12.1 built for this CPU", ARBOR_SOURCE),
    Engine(
        "jaxley", "Jaxley 0.14, jit + vmap, float64", "formula", ({"solver": "jaxley.dhs"},), JAXLEY, "jaxley",
        ("ensemble",),
    ),
    loligo("loligo", "Loligo, fast", "fast", table=False),
    loligo("loligo-table", "Loligo, fast, table", "fast", table=True),
    loligo("loligo-exact", "Loligo, exact, table", "exact", table=True),
)


# The short comparison: the first installed engine of each family, and Loligo with the same rates as the others.
SHORT = {
    "NEURON": ("neuron-formula", "neuron"),
    "CoreNEURON": ("coreneuron-formula", "coreneuron"),
    "Arbor": ("arbor-catalogue", "arbor"),
    "Loligo": ("loligo",),
}
# ms; between two spikes, so that a spike that an engine has one step later is still counted
SHORT_TSTOP = {"ring-default": 19.5, "ring-medium": 10.4, "ring-large": 5.6, "detailed": 92.0, "ensemble": 10.0} | {
    name: 20.0 for name in WORKLOADS if name.startswith("synapses")
}


def short_engines(missing):
    """The first engine of each family in the short comparison that is not missing."""
    by_name = {engine.name: engine for engine in ENGINES if engine.needs not in missing}
    found = (next((by_name[name] for name in names if name in by_name), None) for names in SHORT.values())
    return [engine for engine in found if engine]


class Failed(Exception):
    """A simulator failed; the text is the end of its output."""


def pinned(threads):
    """The beginning of a command that runs on this number of cores."""
    return ["taskset", "-c", ",".join(map(str, range(threads)))]


class RunningWorker:
    """A worker that has built its model."""

    def __init__(self, worker, threads, description):
        self.log = tempfile.TemporaryFile("w+")
        count = str(threads)
        pins = {"OMP_NUM_THREADS": count, "OMP_PROC_BIND": "true", "OMP_PLACES": "cores"}
        command = [install.python(worker.environment), HERE / worker.script, description, count, *worker.catalogue]
        self.process = subprocess.Popen(
            [*pinned(threads), *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=worker.directory,
            env=os.environ | pins | {"NEURON_MODULE_OPTIONS": "-nogui"},
        )
        self.compartments = self.answer()["compartments"]

    def run(self, variant):
        """Runs a variant once; returns its seconds and spikes."""
        print(json.dumps(variant), file=self.process.stdin, flush=True)
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            raise Failed(self.log.read()[-1500:])
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_loligo(program, workload, tstop, threads, variant):
    """Runs Loligo once; returns its compartments, steps, seconds and spikes."""
    with tempfile.NamedTemporaryFile("r") as spikes:
        options = [word for key, value in variant.items() for word in (f"--{key}", value)]
        command = [*pinned(threads), program, workload, "--threads", str(threads), "--tstop", str(tstop), *options]
        done = subprocess.run([*command, "--spikes", spikes.name], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(done.stderr[-1500:])
        result = json.loads(done.stdout)
        result["spikes"] = [[float(t), int(cell)] for t, cell in map(str.split, spikes)]
    return result
