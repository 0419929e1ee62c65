"""Memory of an instance of each of Loligo's own mechanisms, in NEURON and in Loligo.

Each is measured on 100 cells of 1,000 compartments, with an instance on each compartment, less the memory of the same cells
without it; ions are in both. NEURON's memory is that after `finitialize`, with default parameters; Loligo's is the most that
a run has in use, which includes building.
"""

import argparse
import csv
import pathlib
import re
import sys
import tempfile

import install
import models
from model_files import Loligo, Peer, mod_texts
from models import PROJECT

CELLS, INSTANCES = 100, 1000


def mechanisms():
    """The names of the mechanisms in model files, each with `True` if it is a point process; without those with pointers."""
    for path in sorted((PROJECT / "mechanisms").glob("*/*.mod")):
        text = path.read_text()
        if not re.search(r"(?m)^\s*POINTER", text):
            yield f"loligo:{path.parent.name}/{path.stem}", bool(re.search(r"(?m)^\s*POINT_PROCESS", text))


def document(folder, names, painted=None, point=None):
    """The model with one mechanism, or without."""
    with open(folder / "places.csv", "w", newline="") as file:
        csv.writer(file).writerows([("section", "x"), *(("cable", (k + 0.5) / INSTANCES) for k in range(INSTANCES))])
    section = {"name": "cable", "L": 10.0 * INSTANCES, "diam": 2.0, "nseg": INSTANCES}
    painted = ["pas", "na_ion", "k_ion", "ca_ion", *([painted] if painted else [])]
    cell = {"name": "cell", "count": CELLS, "section": [section]}
    cell["paint"] = [{"region": "all", "mechanism": name} for name in painted]
    cell["point"] = [{"name": "point", "mechanism": point, "places": "places.csv"}] if point else []
    run = {"tstop": 0.5, "dt": models.DT, "v_init": -70.0, "celsius": 30.0}
    return {"mechanisms": names, "run": run, "cell": [cell], "record": [{"place": ["cell[0].cable(0.5)"]}]}


def memory(folder, model, library):
    """The memory of a model in NEURON and in Loligo, bytes."""
    for name in ("model", "recorded"):
        (folder / f"{name}.toml").write_text(models.toml(model))
    (folder / "connections.csv").write_text("source,target,synapse,weight,delay,threshold\n")
    peer, loligo = Peer(library, folder, 1), Loligo("fast", folder, 1)
    loligo.run(model["run"]["tstop"], record=True)
    peer.close()
    if peer.reason:
        raise SystemExit(peer.reason)
    return peer.model["memory"], loligo.model["memory"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    if install.install(("neuron",)):
        return f"NEURON cannot be installed; {install.CACHE / 'neuron.failed'} says why"
    found = list(mechanisms())
    names = [name for name, _ in found]
    library = install.model_mechanisms(mod_texts({"mechanisms": names}), "")
    print("| mechanism | NEURON, bytes | Loligo, bytes |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as room:
        folder = pathlib.Path(room)
        base = memory(folder, document(folder, names), library)
        for name, is_point in found:
            own = name.rpartition("/")[2]
            model = document(folder, names, **{"point" if is_point else "painted": own})
            sizes = [(most - less) / CELLS / INSTANCES for most, less in zip(memory(folder, model, library), base)]
            print(f"| `{own}` | {sizes[0]:.0f} | {sizes[1]:.0f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
