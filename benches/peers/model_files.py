"""Times cells of model files whose channels are Loligo's own mechanisms: NEURON, CoreNEURON and Loligo, one thread.

usage: model_files.py [layer5 | purkinje] [--rounds N] [--tstop MS] [--d-lambda X]

The cell is that of `examples/NAME.toml`; NEURON builds it from the same file, with the same `.mod` texts: compiled by
nrnivmodl with its own flags, and with those for this processor, which CoreNEURON has, too. Runs alternate. Times are those
of the steps alone: `psolve`, the solver's time that CoreNEURON prints, the time of the run that `loligo run` prints. Prints
the median and the least of all rounds, the number of spikes at the soma (above -20 mV), and the largest difference of the
soma's voltage from NEURON's.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import install

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BIN = PROJECT / "validation/.venv/bin"
DT = 0.025  # ms
THRESHOLD = -20.0  # mV

WORKER = """
import json, os, re, sys, tempfile, time
from neuron import coreneuron, h
model_file, folder = sys.argv[1:]
sys.path.append(folder)
from model_file import Model
model = Model(model_file)
pc = h.ParallelContext()
soma = model.segment("soma[0](0.5)")
v = h.Vector().record(soma._ref_v)
h.celsius, h.dt = model.run["celsius"], 0.025
coreneuron.verbose = 2
print(sum(section.nseg for section in h.allsec()), flush=True)
for line in sys.stdin:
    core, tstop = json.loads(line)
    pc.set_maxstep(10)
    h.finitialize(model.run["v_init"])
    coreneuron.enable = core
    with tempfile.TemporaryFile("w+") as log:
        stdout = os.dup(1)
        os.dup2(log.fileno(), 1)
        start = time.perf_counter()
        pc.psolve(tstop)
        seconds = time.perf_counter() - start
        os.dup2(stdout, 1)
        os.close(stdout)
        log.seek(0)
        printed = log.read()
    if core:
        seconds = float(re.search(r"Solver Time : *([\\d.]+)", printed).group(1))
    print(json.dumps([seconds, list(v)]), flush=True)
"""


def neuron(theme, model, room, flags):
    """A NEURON process with the mechanisms of a theme compiled with these flags, and the model built."""
    folder = room / ("native" if flags else "plain")
    folder.mkdir()
    options = ["-coreneuron", "-incflags", flags] if flags else []
    path = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    subprocess.run([BIN / "nrnivmodl", *options, PROJECT / "mechanisms" / theme], cwd=folder, env=path, check=True, capture_output=True)
    (folder / "worker.py").write_text(WORKER)
    command = ["taskset", "-c", "0", BIN / "python", "worker.py", model, PROJECT / "tests/neuron"]
    return subprocess.Popen(command, cwd=folder, env=path, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def answer(process):
    """The next line that is JSON; NEURON's own messages are skipped."""
    for line in process.stdout:
        try:
            return json.loads(line)
        except ValueError:
            continue
    raise SystemExit("NEURON ended early")


def loligo(model, out, numerics, tstop):
    command = ["taskset", "-c", "0", PROJECT / "target/release/loligo", "run", model, "--out", out, "--no-plot",
               "--numerics", numerics, "--tstop", str(tstop)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = float(re.search(r", ([\d.]+) s \(", printed).group(1))
    with open(out / "traces.csv") as traces:
        rows = list(csv.reader(line for line in traces if not line.startswith("#")))
    return seconds, [float(row[1]) for row in rows[1:]]


def spikes(v):
    return sum(before <= THRESHOLD < after for before, after in zip(v, v[1:]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("theme", nargs="?", choices=["layer5", "purkinje"], default="layer5")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tstop", type=float, default=1000.0)
    parser.add_argument("--d-lambda", type=float, default=0.1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        room = pathlib.Path(name)
        text = (PROJECT / "examples" / f"{arguments.theme}.toml").read_text()
        text = text.replace('"../morphologies/', f'"{PROJECT}/morphologies/')
        text = re.sub(r"(?m)^d_lambda = [\d.]+", f"d_lambda = {arguments.d_lambda}", text)
        text = re.sub(r"(?m)^shape_voltage = true", "shape_voltage = false", text)
        text = re.sub(r'(name = "first",.*?)dur = 5\.0', r"\1dur = 1e9", text)  # a steady current into the pyramidal cell
        model = room / "model.toml"
        model.write_text(text)
        plain, native = neuron(arguments.theme, model, room, ""), neuron(arguments.theme, model, room, install.NATIVE_FLAGS)
        compartments = answer(plain)
        answer(native)
        results = {}

        def ask(process, core):
            process.stdin.write(json.dumps([core, arguments.tstop]) + "\n")
            process.stdin.flush()
            return answer(process)

        engines = {
            "NEURON": lambda: ask(plain, False),
            "NEURON for this processor": lambda: ask(native, False),
            "CoreNEURON for this processor": lambda: ask(native, True),
            "Loligo, exact": lambda: loligo(model, room / "out", "exact", arguments.tstop),
            "Loligo, fast": lambda: loligo(model, room / "out", "fast", arguments.tstop),
        }
        for _ in range(arguments.rounds):
            for name, run in engines.items():
                results.setdefault(name, []).append(run())
        for process in (plain, native):
            process.stdin.close()
            process.wait()
    steps = round(arguments.tstop / DT)
    print(f"{arguments.theme}: {compartments} compartments, {arguments.tstop:g} ms, {arguments.rounds} rounds")
    expected = results["NEURON"][0][1]
    base = statistics.median(seconds for seconds, _ in results["NEURON"])
    for name, runs in results.items():
        seconds = [seconds for seconds, _ in runs]
        median, v = statistics.median(seconds), runs[0][1]
        difference = max(abs(a - b) for a, b in zip(expected, v))
        print(f"{name}: {median:.3f} s (least {min(seconds):.3f}), {1e9 * median / steps / compartments:.0f} ns per compartment "
              f"and step, {base / median:.2f} times NEURON's speed, {spikes(v)} spikes, {difference:.1e} mV from NEURON")


if __name__ == "__main__":
    sys.exit(main())
