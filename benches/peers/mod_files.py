"""Compares the whole run of a cell whose channels come from .mod files: NEURON with nrnivmodl, and Loligo.

usage: mod_files.py MODS_DIR [--rounds N] [--tstop MS] [--set NAME=VALUE ...]

All density mechanisms of the folder are placed on every section of morphologies/pyramidal_l5.swc (three segments each),
with their default parameters or those of --set (NAME as in NEURON, `gbar_na`). NEURON runs in a process of its own, on
one core; runs alternate. NEURON's flags are nrnivmodl's own. Times are processor times: for NEURON that of `continuerun`
alone, for Loligo that of the whole process, reading and writing files included. Prints the smallest of all rounds, and
the largest difference of the voltage at the soma.
"""

import argparse
import csv
import json
import pathlib
import re
import resource
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MORPHOLOGY = PROJECT / "morphologies/pyramidal_l5.swc"
VENV = PROJECT / "validation/.venv/bin"
DT = 0.025  # ms

NEURON = """
import sys, json, time
from neuron import h
task = json.loads(sys.argv[1])
h.load_file("stdrun.hoc"); h.load_file("import3d.hoc")
reader = h.Import3d_SWC_read(); reader.input(task["morphology"])
class Cell: pass
cell = Cell(); h.Import3d_GUI(reader, False).instantiate(cell)
sections = list(h.allsec())
for section in sections:
    section.nseg, section.Ra, section.cm = 3, 100.0, 1.0
    section.insert("pas")
    section.g_pas, section.e_pas = 1e-4, -70.0
    for suffix in task["suffixes"]: section.insert(suffix)
    for name, value in task["set"].items(): setattr(section, name, value)
clamp = h.IClamp(cell.soma[0](0.5)); clamp.delay, clamp.dur, clamp.amp = 5.0, 1e9, task["amp"]
v = h.Vector().record(cell.soma[0](0.5)._ref_v)
h.celsius, h.dt, h.steps_per_ms = 34.0, task["dt"], 1 / task["dt"]
h.cvode_active(0)
print(sum(section.nseg for section in sections), flush=True)
for line in sys.stdin:
    h.finitialize(-70.0)
    start = time.process_time(); h.continuerun(task["tstop"]); seconds = time.process_time() - start
    json.dump([seconds, list(v)], sys.stdout); print(flush=True)
"""


def density(folder):
    """The names of the density mechanisms of a folder."""
    found = []
    for file in sorted(folder.glob("*.mod")):
        text = re.sub(r"(?s)COMMENT.*?ENDCOMMENT", "", file.read_text("latin-1"))
        found += re.findall(r"(?m)^[^:\n]*\bSUFFIX\s+(\w+)", text)
    return found


def model(folder, task, suffixes):
    """The same cell as a model of Loligo."""
    lines = [
        f'mechanisms = ["{folder}"]',
        "[run]", f"tstop = {task['tstop']}", f"dt = {DT}", "v_init = -70.0", "celsius = 34.0", "threads = 1",
        "[[cell]]", 'name = "c"', f'morphology = "{MORPHOLOGY}"', "Ra = 100.0", "cm = 1.0", "nseg = 3",
        "[[cell.paint]]", 'region = "all"', 'mechanism = "pas"', "g = 1e-4", "e = -70.0",
    ]
    for suffix in suffixes:
        lines += ["[[cell.paint]]", 'region = "all"', f'mechanism = "{suffix}"']
        ending = f"_{suffix}"
        lines += [f"{n.removesuffix(ending)} = {x!r}" for n, x in task["set"].items() if n.endswith(ending)]
    lines += ["[[cell.point]]", 'name = "e"', 'mechanism = "IClamp"', 'section = "soma[0]"', "x = 0.5", "delay = 5.0",
              "dur = 1e9", f"amp = {task['amp']}", "[[record]]", 'place = "c.soma[0](0.5).v"']
    return "\n".join(lines) + "\n"


def processor_time():
    """Processor time of the processes that have ended, s."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mods", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tstop", type=float, default=100.0)
    parser.add_argument("--amp", type=float, default=1.0)
    parser.add_argument("--set", nargs="*", default=[])
    arguments = parser.parse_args()
    suffixes = density(arguments.mods)
    values = {name: float(x) for name, x in (text.split("=") for text in arguments.set)}
    task = {"morphology": str(MORPHOLOGY), "suffixes": suffixes, "set": values, "dt": DT, "tstop": arguments.tstop,
            "amp": arguments.amp}
    with tempfile.TemporaryDirectory() as room:
        folder = pathlib.Path(room)
        subprocess.run([VENV / "nrnivmodl", arguments.mods.resolve()], cwd=folder, check=True, capture_output=True)
        (folder / "worker.py").write_text(NEURON)
        neuron = subprocess.Popen([VENV / "python", "worker.py", json.dumps(task)], cwd=folder, text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        numbers = (line for line in neuron.stdout if line.strip().isdigit())  # skips NEURON's own messages
        compartments = int(next(numbers))
        (folder / "model.toml").write_text(model(arguments.mods.resolve(), task, suffixes))
        times = {"NEURON": [], "fast": [], "exact": [], "fast, loading": []}
        voltages = {}

        def loligo(numerics, tstop):
            command = [PROJECT / "target/release/loligo", "run", folder / "model.toml", "--out", folder / "out", "-q",
                       "--no-plot", "--numerics", numerics, "--tstop", str(tstop)]
            before = processor_time()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return processor_time() - before

        for _ in range(arguments.rounds):
            neuron.stdin.write("run\n")
            neuron.stdin.flush()
            seconds, voltages["NEURON"] = json.loads(neuron.stdout.readline())
            times["NEURON"].append(seconds)
            for numerics in ("fast", "exact"):
                times[numerics].append(loligo(numerics, arguments.tstop))
                with open(folder / "out/traces.csv") as traces:
                    rows = [row for row in csv.reader(line for line in traces if not line.startswith("#"))]
                voltages[numerics] = [float(row[1]) for row in rows[1:]]
            times["fast, loading"].append(loligo("fast", DT))
        neuron.stdin.close()
        neuron.wait()
    print(f"{compartments} compartments, {len(suffixes)} mechanisms: {' '.join(suffixes)}")
    print(f"NEURON's voltages from {min(voltages['NEURON']):.1f} to {max(voltages['NEURON']):.1f} mV")
    steps = arguments.tstop / DT
    for name, seconds in times.items():
        best = min(seconds)
        per_step = f"{1e9 * best / steps / compartments:.0f} ns per compartment and step, " if "," not in name else ""
        differences = [abs(a - b) for a, b in zip(voltages["NEURON"], voltages.get(name, []))]
        distance = f", {max(differences):.1e} mV from NEURON" if differences and name != "NEURON" else ""
        print(f"{name}: {best:.3f} s, {per_step}{best / min(times['NEURON']):.2f} of NEURON's time{distance}")


main()
