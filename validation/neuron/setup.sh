#!/bin/sh
# Makes validation/.venv with the NEURON that Loligo is compared with.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$here/../.venv"
"$here/../.venv/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
NEURON_MODULE_OPTIONS=-nogui "$here/../.venv/bin/python" -c 'from neuron import h; print(h.nrnversion())'
