"""Time of an instance and step of each mechanism of .mod files, in NEURON and in Loligo.

usage: mechanism_times.py PATH... [--instances N] [--steps N] [--rounds N]

Each mechanism is on every compartment of a cable that is passive otherwise, with its default parameters and without events;
the time is that of the steps alone, less that of the same cable without it, least of all rounds. NEURON has nrnivmodl's own
flags; both run on one thread. Mechanisms with pointers, artificial cells, and those that one of the programs does not run are
left out. The last column is NEURON's time divided by that of `Fast`; the mechanisms that gain least come first.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
VENV = PROJECT / "validation/.venv/bin"
LOLIGO = PROJECT / "target/release/loligo"
DT = 0.025  # ms

NEURON = """
import sys, time
from neuron import h
name, is_point, instances, steps, rounds = sys.argv[1], sys.argv[2] == "point", *map(int, sys.argv[3:])
cable = h.Section()
cable.L, cable.diam, cable.nseg = 10.0 * instances, 2.0, instances
cable.insert("pas")
h.celsius, h.dt = 34.0, 0.025
def least():
    times = []
    for _ in range(rounds):
        h.finitialize(-65.0)
        start = time.perf_counter()
        for _ in range(steps):
            h.fadvance()
        times.append(time.perf_counter() - start)
    return min(times)
without = least()
if is_point:
    points = [getattr(h, name)(segment) for segment in cable]
else:
    cable.insert(name)
print(1e9 * (least() - without) / instances / steps)
"""


def mechanism(path):
    """The name of a file's mechanism, and True if it is a point process; None if it is left out."""
    text = re.sub(r"(?is)\bCOMMENT\b.*?\bENDCOMMENT\b", "", path.read_text("latin-1"))
    text = re.sub(r"(?m)[:?].*$", "", text)
    found = re.search(r"\b(SUFFIX|POINT_PROCESS)\s+(\w+)", text)
    if not found or found[2] == "nothing" or re.search(r"(?<!BBCORE)\bPOINTER\b", text):
        return None
    return found[2], found[1] == "POINT_PROCESS"


def neuron(path, name, is_point, arguments):
    """NEURON's time, ns; None if it does not run the mechanism."""
    with tempfile.TemporaryDirectory() as room:
        folder = pathlib.Path(room)
        for file in [path, *path.parent.glob("*.inc")]:
            shutil.copy(file, folder)
        if subprocess.run([VENV / "nrnivmodl", "."], cwd=folder, capture_output=True).returncode:
            return None
        numbers = map(str, (arguments.instances, arguments.steps, arguments.rounds))
        command = [VENV / "python", "-c", NEURON, name, "point" if is_point else "density", *numbers]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        return float(run.stdout.split()[-1]) if run.returncode == 0 else None


def loligo(folder, path, name, is_point, numerics, arguments):
    """Loligo's time, ns; None if it does not run the mechanism."""
    n = arguments.instances
    lines = [
        "[run]", f"tstop = {arguments.steps * DT}", f"dt = {DT}", "v_init = -65.0", "celsius = 34.0", "threads = 1",
        "[[cell]]", 'name = "c"', f'section = [{{ name = "cable", L = {10.0 * n}, diam = 2.0, nseg = {n} }}]',
        "[[cell.paint]]", 'region = "all"', 'mechanism = "pas"',
    ]
    own = []
    if is_point:
        places = "".join(f"cable,{(k + 0.5) / n}\n" for k in range(n))
        (folder / "places.csv").write_text("section,x\n" + places)
        own = ["[[cell.point]]", 'name = "p"', f'mechanism = "{name}"', 'places = "places.csv"']
    else:
        own = ["[[cell.paint]]", 'region = "all"', f'mechanism = "{name}"']
    times = []
    for added in ([], own):
        first = [f'mechanisms = ["{path}"]'] if added else []
        (folder / "model.toml").write_text("\n".join([*first, *lines, *added]) + "\n")
        command = [LOLIGO, "run", folder / "model.toml", "--out", folder / "out", "--no-plot", "--profile",
                   "--numerics", numerics]
        sums = []
        for _ in range(arguments.rounds):
            run = subprocess.run(command, capture_output=True, text=True)
            found = re.search(r"(?m)^sum\s+([\d.]+)", run.stdout + run.stderr)
            if run.returncode or not found:
                return None
            sums.append(float(found[1]))
        times.append(min(sums))
    return 1e6 * (times[1] - times[0]) / n / arguments.steps


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, help=".mod files, or folders of them")
    parser.add_argument("--instances", type=int, default=256)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    files = [file for path in arguments.paths for file in (sorted(path.rglob("*.mod")) if path.is_dir() else [path])]
    rows = []
    with tempfile.TemporaryDirectory() as room:
        for path in files:
            own = mechanism(path.resolve())
            if own is None:
                continue
            exact, fast = (loligo(pathlib.Path(room), path.resolve(), *own, n, arguments) for n in ("exact", "fast"))
            time = None if exact is None or fast is None else neuron(path.resolve(), *own, arguments)
            if time is not None:
                rows.append((time / fast, own[0], time, exact, fast))
    print("| mechanism | NEURON, ns | `Exact`, ns | `Fast`, ns | ratio |\n|---|---|---|---|---|")
    for ratio, name, *times in sorted(rows):
        print(f"| `{name}` | {' | '.join(f'{time:.0f}' for time in times)} | {ratio:.1f} |")


main()
