"""Makes the H5 morphologies of crates/loligo-morphology/tests/h5 and measures the results of neurodamus in NEURON.

Run with a Python that has numpy, h5py, morphio 3.5.0 and neuron 9.0.2, and the unpacked wheel of neurodamus 4.2.9:

    python validation/hdf5/morphologies.py PATH/neurodamus/morphio_wrapper.py [FOLDER [COUNT]]

Without FOLDER it writes the committed files; with it COUNT random ones (default 200) for a wider comparison, which
`LOLIGO_H5=FOLDER cargo test -p loligo-morphology --features hdf5 --test h5` makes.
"""

import importlib.util
import json
import math
import sys
from pathlib import Path

import h5py
import numpy as np
from neuron import h

COMMITTED = Path(__file__).resolve().parents[2] / "crates/loligo-morphology/tests/h5"


def wrapper(path):
    """The module of neurodamus that reads H5 morphologies, without the rest of it."""
    spec = importlib.util.spec_from_file_location("morphio_wrapper", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["morphio_wrapper"] = module
    spec.loader.exec_module(module)
    return module


h(
    """begintemplate ImportedCell
public soma, dend, apic, axon, dend_5, dend_7, all, somatic, basal, apical, axonal, dendritic_5, dendritic_7
create soma[1], dend[1], apic[1], axon[1], dend_5[1], dend_7[1]
objref this, all, somatic, basal, apical, axonal, dendritic_5, dendritic_7
proc init() {
    all = new SectionList() somatic = new SectionList() basal = new SectionList() apical = new SectionList()
    axonal = new SectionList() dendritic_5 = new SectionList() dendritic_7 = new SectionList()
    forall delete_section()
}
endtemplate ImportedCell"""
)


def measure(module, path):
    cell = h.ImportedCell()
    module.MorphIOWrapper(str(path)).instantiate(cell)
    sections = []
    for section in cell.all:
        parent = section.parentseg()
        sections.append(
            {
                "name": section.name().split(".")[-1],
                "parent": parent and parent.sec.name().split(".")[-1],
                "parentx": parent and parent.x,
                "L": section.L,
                "area": section(0.5).area(),
                "diam": section(0.5).diam,
                "ri": section(0.5).ri(),
                "points": [
                    [section.x3d(i), section.y3d(i), section.z3d(i), section.diam3d(i)] for i in range(section.n3d())
                ],
            }
        )
    return sections


def random_cell(rng, kind):
    """Points and structure: a contour, and a few trees that branch and change their type at the soma."""
    count = rng.integers(3, 30)
    phase = np.sort(rng.uniform(0, 2 * math.pi, count)) * rng.choice([-1, 1])
    radius = rng.uniform(4, 12, 2)
    wobble = rng.uniform(0.6, 1.4, count) if kind % 3 == 1 else np.ones(count)
    turn = rng.uniform(0, 2 * math.pi)
    x, y = radius[0] * wobble * np.cos(phase), radius[1] * wobble * np.sin(phase)
    soma = np.zeros((count, 4))
    soma[:, 0] = x * math.cos(turn) - y * math.sin(turn) + rng.uniform(-500, 500)
    soma[:, 1] = x * math.sin(turn) + y * math.cos(turn) + rng.uniform(-500, 500)
    # Level, tilted, rough.
    soma[:, 2] = [0, rng.uniform(-50, 50), rng.uniform(-0.4, 0.4) * x, rng.normal(0, 1, count)][kind % 4]
    soma[:, 3] = rng.uniform(0.1, 1)
    points, structure = [soma], [[0, 1, -1]]
    total = count

    def branch(start, code, parent, depth):
        nonlocal total
        run = rng.integers(2, 6)
        path = np.vstack((start, start + np.cumsum(rng.normal(0, [8, 8, 8, 0.1], (run - 1, 4)), axis=0)))
        path[:, 3] = np.abs(path[:, 3]) + 0.1
        row = len(structure)
        structure.append([total, code, parent])
        points.append(path)
        total += run
        if depth > 0 and rng.uniform() < 0.8:
            for _ in range(rng.integers(2, 4)):
                branch(path[-1], code, row, depth - 1)

    for code in rng.permutation([2, 3, 3, 4, 5, 7])[: rng.integers(1, 7)]:
        branch(soma[0] + [1, 1, 1, 0], int(code), 0, 2)
    return np.vstack(points), np.array(structure)


def write(path, points, structure, dtypes=("f4", "i4")):
    with h5py.File(path, "w") as file:
        file.create_dataset("points", data=points, dtype=dtypes[0])
        file.create_dataset("structure", data=structure, dtype=dtypes[1])
        metadata = file.create_group("metadata")
        metadata.attrs["version"] = np.array([1, 3], dtype=np.uint32)
        metadata.attrs["cell_family"] = np.array([0], dtype=np.uint32)


def main():
    module = wrapper(sys.argv[1])
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else COMMITTED
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    folder.mkdir(exist_ok=True)
    count = 12 if folder == COMMITTED else count
    measured = {}
    for index in range(count):
        points, structure = random_cell(np.random.default_rng(index), index)
        path = folder / f"random_{index}.h5"
        # Other widths of numbers are converted.
        write(path, points, structure, ("f8", "i8") if index % 5 == 4 else ("f4", "i4"))
        measured[path.name] = measure(module, path)
    if folder == COMMITTED:
        square = [[0, 0, 0, 1], [10, 0, 0, 1], [10, 10, 0, 1], [0, 10, 0, 1], [0, 0, 0, 1]]
        points = np.array([*square, [5, 9, 0, 1], [5, 40, 0, 1]])
        write(folder / "square.h5", points, [[0, 1, -1], [5, 3, 0]])
        write(folder / "soma_only.h5", np.array(square) * [3, 1, 1, 1], [[0, 1, -1]])
        for name in ("square.h5", "soma_only.h5"):
            measured[name] = measure(module, folder / name)
        # MorphIO rejects an H5 file with a soma of one point; neurodamus's rule for it is tested with an SWC file.
        swc = folder / "sphere.swc"
        swc.write_text("1 1 1.5 -2.25 3 7.3 -1\n2 3 9 0 3 1 1\n3 3 40 0 3 0.5 2\n")
        measured["sphere.h5"] = measure(module, swc)
        swc.unlink()
        sphere = np.array([[1.5, -2.25, 3, 14.6], [9, 0, 3, 2], [40, 0, 3, 1]])
        write(folder / "sphere.h5", sphere, [[0, 1, -1], [1, 3, 0]])
    with open(folder / "measured.json", "w") as out:
        # One line for each section.
        files = [
            f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(section) for section in sections) + "\n]"
            for name, sections in measured.items()
        ]
        out.write("{\n" + ",\n".join(files) + "\n}\n")


main()
