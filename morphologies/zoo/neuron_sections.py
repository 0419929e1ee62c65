"""Prints how many sections NEURON reads from each file of this folder, or that it refuses.

Needs `pip install neuron==9.0.2`. Each file is read in a process of its own, because a file
that NEURON refuses may end the process. Compare with the `neuron` entries of expected.toml.
"""

import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent


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
    return sum(1 for _ in h.allsec())


if len(sys.argv) == 2:
    # On a line of its own: NEURON prints a lot.
    count = read(pathlib.Path(sys.argv[1]))
    print(f"\nsections={count}")
else:
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (".swc", ".asc"):
            child = subprocess.run(
                [sys.executable, __file__, str(path)],
                capture_output=True,
                text=True,
                env={**os.environ, "NEURON_MODULE_OPTIONS": "-nogui"},
            )
            counts = [line[9:] for line in child.stdout.splitlines() if line.startswith("sections=")]
            # A parse error leaves no section behind.
            answer = counts[0] if counts and counts[0] != "0" else "refuses"
            print(f"{path.name}: {answer}")
