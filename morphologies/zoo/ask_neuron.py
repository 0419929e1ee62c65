"""Writes neuron.json: the sections that NEURON reads from each file of this folder.

    pip install neuron==9.0.2
    python ask_neuron.py

A section is [name, parent's name, position on the parent, [[x, y, z, diameter], ...]], in the
order in which NEURON connects them; a file that NEURON refuses is null. Each file is read in a
process of its own, because refusing may end the process.
"""

import json
import math
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
MARK = "sections="


def read(path):
    from neuron import h

    h.load_file("stdlib.hoc")
    h.load_file("import3d.hoc")
    asc = path.suffix == ".asc"
    reader = h.Import3d_Neurolucida3() if asc else h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(str(path))
    cell = type("Cell", (), {})()
    h.Import3d_GUI(reader, False).instantiate(cell)
    sections = {section.name().split(".")[-1]: section for section in h.allsec()}
    if not sections:
        return None
    answer = []
    for i in range(int(reader.sections.count())):
        read = reader.sections.o(i)
        if read.is_subsidiary:
            continue
        code = int(read.type)
        kinds = {1: "soma", 2: "axon", 3: "dend", 4: "apic"}
        kind = kinds.get(code, f"minus_{-code}" if code < 0 else f"dend_{code}")
        name = f"{kind}[{int(read.nameindex)}]"
        section = sections[name]
        at = section.parentseg()
        points = [
            [section.x3d(j), section.y3d(j), section.z3d(j), section.diam3d(j)]
            for j in range(section.n3d())
        ]
        if not all(math.isfinite(value) for point in points for value in point):
            return None
        parent = at.sec.name().split(".")[-1] if at else None
        answer.append([name, parent, at.x if at else None, points])
    return answer


if len(sys.argv) == 2:
    # On a line of its own: NEURON prints a lot.
    print("\n" + MARK + json.dumps(read(pathlib.Path(sys.argv[1]))))
else:
    answers = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (".swc", ".asc"):
            child = subprocess.run(
                [sys.executable, __file__, str(path)], capture_output=True, text=True
            )
            lines = [line for line in child.stdout.splitlines() if line.startswith(MARK)]
            answers[path.name] = json.loads(lines[0].removeprefix(MARK)) if lines else None
    rows = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items()]
    (FOLDER / "neuron.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")
