"""Compares Loligo with NEURON, CoreNEURON and Arbor on networks whose mechanisms are NMODL, those of `mechanisms/`.

The workloads are those of models.py. NEURON builds each from the same model file, with the same `.mod` texts: compiled by
nrnivmodl with its own flags, and with those for this processor, which CoreNEURON has, too. Arbor gets what NEURON has built
(arbor_description.py), and the texts as arbor_mods.py rewrites them. Runs alternate. Times are those of the steps alone:
`psolve`, the solver's time that CoreNEURON prints, `run`, the time of the run that Loligo reports. CoreNEURON's is that of the
faster of its two orders of nodes (`cell_permute`), Arbor's that of the fastest of its groups of cells.

Each row has the median and the least of all rounds, the memory of the model, the number of spikes at the somas (above -20 mV)
and how many of them are in NEURON's step, and the largest difference from NEURON's voltage in the first 100 ms at some somas.
A last line compares Loligo's two profiles with each other. The exit code is 1 if they have different spikes.

Where Loligo computes cells exactly in its fast profile, too, because of their large conductances, a further row has the run in
which it does not (`largest_fast_response`), and a further line compares NEURON with itself if the voltage at t = 0 has other last
bits.
"""

import argparse
import collections
import contextlib
import csv
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import arbor_mods
import engines
import install
import models
import published
from models import LOLIGO, PROJECT

HERE = pathlib.Path(__file__).resolve().parent
TESTS = PROJECT / "tests/neuron"


class Peer:
    """A process with another simulator, which has built the model; `reason` says why, if it has ended early.

    `variants` are what differs between its requests; without them, the process says which groups of cells it can make.
    """

    def __init__(self, command, threads, variants=None, directory=None):
        self.reason = None
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*engines.pinned(threads), *command, str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=directory,
            env=os.environ | {"OMP_NUM_THREADS": str(threads), "NEURON_MODULE_OPTIONS": "-nogui"},
        )
        self.model = self.answer()
        self.variants = variants or [{"group": cells} for cells in (self.model or {"groups": []})["groups"]]

    def answer(self):
        """The next line that is JSON; NEURON's own messages are skipped."""
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.process.wait()
        self.log.seek(0)
        lines = self.log.read().strip().splitlines()
        self.reason = lines[-1] if lines else f"ended with {self.process.returncode}"
        return None

    def run(self, tstop, record=False, shift=0):
        """The fastest of the variants."""
        answers = []
        for variant in self.variants[: 1 if record else None]:
            if self.reason is None:
                request = {"tstop": tstop, "record": record, "shift": shift} | variant
                with contextlib.suppress(BrokenPipeError):  # of a process that has ended, as `answer` finds
                    print(json.dumps(request), file=self.process.stdin, flush=True)
                answers.append(self.answer())
        if self.reason is not None:
            return None
        return min(answers, key=lambda answer: answer["seconds"])

    def close(self):
        if self.reason is None:
            self.process.stdin.close()
            self.process.wait()


class Absent:
    """A simulator that cannot have the model."""

    def __init__(self, reason):
        self.reason, self.model = reason, None

    def run(self, tstop, record=False):
        return None

    def close(self):
        pass


def neuron(mechanisms, folder, threads, core=False):
    """NEURON or CoreNEURON with a model file; CoreNEURON in its two orders of nodes."""
    files = [folder / "model.toml", folder / "recorded.toml", folder / "connections.csv"]
    command = [install.python("neuron"), HERE / "model_worker.py", TESTS, *files]
    variants = [{"core": core, "permute": permute} for permute in ((0, 1) if core else (0,))]
    return Peer(command, threads, variants, mechanisms)


def coreneuron(texts, folder, threads):
    """CoreNEURON with a model file, and the directory with mechanisms for this processor."""
    try:
        mechanisms = install.model_mechanisms(texts, install.NATIVE_FLAGS)
    except subprocess.CalledProcessError as error:  # its own compiler of NMODL
        causes = re.findall(r"what\(\): .*|\w+\.cpp:\S* error: .*", error.output)
        mechanisms = install.model_mechanisms(texts, install.NATIVE_FLAGS, core=False)
        return Absent(f"its mechanisms cannot be compiled: {causes[0] if causes else error}"), mechanisms
    return neuron(mechanisms, folder, threads, core=True), mechanisms


def arbor(mechanisms, texts, folder, threads, tstop):
    """Arbor with a model file, which NEURON describes; it has these compiled mechanisms, and Arbor these texts of them."""
    if missing := install.install(("arbor", "arbor-catalogue")):
        return Absent(f"not installed: {', '.join(map(str, missing.values()))}")
    rewritten = {}
    for name in sorted(texts.keys() - {"HalfGap.mod"}):  # a part of Arbor
        try:
            rewritten[name] = arbor_mods.rewritten(texts[name].decode())
        except NotImplementedError as error:
            return Absent(f"{name} has what Arbor's language does not: {error}")
    catalogue, description = install.model_catalogue(rewritten), folder / "description.json"
    files = [folder / "model.toml", folder / "connections.csv", str(tstop), description]
    command = [install.python("neuron"), HERE / "arbor_description.py", TESTS, *files]
    subprocess.run(command, check=True, cwd=mechanisms, env=os.environ | {"NEURON_MODULE_OPTIONS": "-nogui"})
    files = [description, catalogue, folder / "recorded.toml"]
    return Peer([install.python("arbor"), HERE / "arbor_model_worker.py", *files], threads)


class Loligo:
    """Loligo in one of its profiles; a process for each run."""

    reason = None

    def __init__(self, numerics, folder, threads, settings=""):
        self.numerics, self.folder, self.threads, self.model, self.settings = numerics, folder, threads, None, settings
        for name in ("model", "recorded") if settings else ():
            text = (folder / f"{name}.toml").read_text()
            (folder / f"{name}-changed.toml").write_text(text.replace("[run]\n", f"[run]\n{settings}\n"))

    def run(self, tstop, record=False):
        name, out = "recorded" if record else "model", self.folder / f"out-{self.numerics}"
        name += "-changed" if self.settings else ""
        options = ["--numerics", self.numerics, "--threads", str(self.threads), "--tstop", str(tstop)]
        command = [LOLIGO, "run", self.folder / f"{name}.toml", "--out", out, "--no-plot", "-q", *options]
        command = [*engines.pinned(self.threads), *command]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        memory = most_memory(process) if record else None
        if process.wait() != 0:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
        summary = json.loads((out / "summary.json").read_text())
        if record:
            self.model = {"memory": memory}
        with open(out / "spikes.csv") as spikes:
            rows = [row for row in csv.DictReader(spikes) if row["gid"] != "-1"]
        spikes = sorted([round(float(row["t"]) / models.DT), int(row["gid"])] for row in rows)
        return {"seconds": summary["wall_s"], "spikes": spikes, "voltages": voltages(out) if record else []}

    def close(self):
        pass


def voltages(out):
    """The recordings of a run of Loligo, mV."""
    with open(out / "traces.csv") as traces:
        rows = list(csv.reader(line for line in traces if not line.startswith("#")))
    return [[float(row[k]) for row in rows[1:]] for k in range(1, len(rows[0]))]


def most_memory(process):
    """The most memory that a process has in use, bytes, sampled until it ends; without the pages of its program."""
    most = 0
    while process.poll() is None:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        most = max([most, *(1024 * int(kilobytes) for kilobytes in re.findall(r"RssAnon:\s*(\d+)", status))])
        time.sleep(0.005)
    return most


def mod_texts(document, folder=None):
    """The texts of the mechanisms that a model in a folder names, and of half a gap junction, which Loligo has built in.

    nrnivmodl registers files in the order of their names, which decides the order of sums: the built-in one has to be first.
    """
    files = {"HalfGap.mod": PROJECT / "validation/neuron/half_gap.mod"} if "gap_junction" in document else {}
    for name in document["mechanisms"]:
        theme, _, mechanism = name.removeprefix("loligo:").partition("/")
        own = PROJECT / "mechanisms" / theme if name.startswith("loligo:") else folder / name
        files |= {path.name: path for path in sorted(own.glob(f"{mechanism or '*'}.mod"))}
    return {name: path.read_bytes() for name, path in files.items()}


def difference(one, other):
    """The largest difference between voltages, mV. (CoreNEURON makes one step less where there are gap junctions.)"""
    return max(abs(a - b) for trace, own in zip(one, other, strict=True) for a, b in zip(trace, own))


def common(one, other):
    """The number of spikes that two runs share: of the same cell in the same step."""
    counts = collections.Counter(map(tuple, one)) & collections.Counter(map(tuple, other))
    return sum(counts.values())


def compare(name, arguments, room):
    """Runs a workload on all engines; returns whether Loligo's profiles have the same spikes."""
    folder = room / name
    folder.mkdir()
    document = models.write(name, folder, arguments.cells)
    tstop = arguments.tstop or document["run"]["tstop"]
    command = [LOLIGO, "check", folder / "model.toml", "--connections", folder / "connections.csv"]
    checked = subprocess.run(command, capture_output=True, text=True)  # without the warnings of published mechanisms
    if checked.returncode != 0:
        raise SystemExit(checked.stderr)
    texts, threads = mod_texts(document, folder), arguments.threads
    plain = install.model_mechanisms(texts, "")
    core, native = coreneuron(texts, folder, threads)
    foreign = Absent(published.NOT_IN_ARBOR) if name in published.WORKLOADS else None
    runs = {
        "NEURON": neuron(plain, folder, threads),
        "NEURON for this processor": neuron(native, folder, threads),
        "CoreNEURON for this processor": core,
        "Arbor, mechanisms for this processor": foreign or arbor(plain, texts, folder, threads, tstop),
        "Loligo, exact": Loligo("exact", folder, threads),
        "Loligo, fast": Loligo("fast", folder, threads),
    }
    if name in models.WITH_LARGE_CONDUCTANCES:
        settings = "largest_fast_response = 1e9"
        runs[f"Loligo, fast, {settings}"] = Loligo("fast", folder, threads, settings)
    recorded = {label: run.run(min(tstop, models.COMPARED), record=True) for label, run in runs.items()}
    results = {label: [] for label in runs}
    for _ in range(arguments.rounds):
        for label, run in runs.items():
            results[label].append(run.run(tstop))
    if runs["NEURON"].reason is not None:
        raise SystemExit(f"NEURON ended early: {runs['NEURON'].reason}")
    report(name, arguments, tstop, runs, results, recorded)
    if name in models.WITH_LARGE_CONDUCTANCES:
        own, duration = recorded["NEURON"], min(tstop, models.COMPARED)
        others = [runs["NEURON"].run(duration, record=True, shift=shift) for shift in range(1, 9)]
        distance = max(difference(other["voltages"], own["voltages"]) for other in others)
        fewest = min(common(other["spikes"], own["spikes"]) for other in others)
        print(
            f"NEURON with eight other voltages at t = 0, by 1 to 8 units in the last place, against itself: at least {fewest} "
            f"of {len(own['spikes'])} spikes in the same step, up to {distance:.1e} mV in the first {duration:g} ms"
        )
    for run in runs.values():
        run.close()
    fast, exact = results["Loligo, fast"][0]["spikes"], results["Loligo, exact"][0]["spikes"]
    distance = difference(recorded["Loligo, fast"]["voltages"], recorded["Loligo, exact"]["voltages"])
    same = f"{common(fast, exact)} of {len(exact)} spikes in the same step"
    beginning = f"{distance:.1e} mV in the first {min(tstop, models.COMPARED):g} ms"
    print(f"Loligo, fast against exact: {same}, {beginning}\n", flush=True)
    return fast == exact


def report(name, arguments, tstop, runs, results, recorded):
    model = runs["NEURON"].model
    steps = round(tstop / models.DT)
    print(
        f"{name}: {model['cells']} cells, {model['compartments']} compartments, {tstop:g} ms, {arguments.rounds} rounds, "
        f"{arguments.threads} threads\n\n"
        "| | s | least | ns per compartment and step | times NEURON's speed | MB | spikes | of these in NEURON's step "
        "| mV from NEURON |\n|---|---|---|---|---|---|---|---|---|"
    )
    expected, voltages = results["NEURON"][0]["spikes"], recorded["NEURON"]["voltages"]
    base = statistics.median(result["seconds"] for result in results["NEURON"])
    for label, run in runs.items():
        if run.reason is not None:
            print(f"| {label} |" + 8 * " - |")
            continue
        seconds = [result["seconds"] for result in results[label]]
        median, spikes = statistics.median(seconds), results[label][0]["spikes"]
        compartments = run.model.get("compartments", model["compartments"])
        print(
            f"| {label} | {median:.3f} | {min(seconds):.3f} | {1e9 * median / steps / compartments:.1f} "
            f"| {base / median:.2f} | {run.model['memory'] / 1e6:.1f} | {len(spikes)} | {common(spikes, expected)} "
            f"| {difference(recorded[label]['voltages'], voltages):.1e} |"
        )
    print()
    for label, run in runs.items():
        if run.reason is not None:
            print(f"{label} cannot run this: {run.reason}")
        elif "volumes" in run.model:
            with_area, volumes = run.model["compartments"], run.model["volumes"]
            print(f"{label}: {with_area} control volumes with area, {volumes} with those of forks")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = list(models.WORKLOADS)
    parser.add_argument("workloads", nargs="*", choices=[*every, []], metavar="WORKLOAD", help=", ".join(every))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cells", type=int, help="number of cells, instead of the workload's own")
    parser.add_argument("--tstop", type=float, help="ms, instead of the workload's own")
    arguments = parser.parse_args()
    if not LOLIGO.exists():
        return f"{LOLIGO} is missing: cargo build --release -p loligo-cli"
    if install.install(("neuron",)):
        return f"NEURON cannot be installed; {install.CACHE / 'neuron.failed'} says why"
    with tempfile.TemporaryDirectory() as room:
        names = arguments.workloads or [name for name in every if name not in published.WORKLOADS]
        same = [compare(name, arguments, pathlib.Path(room)) for name in names]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
