#!/bin/sh
# Builds the wheel, installs it in a fresh environment, and runs the tests and examples on it, not on the source tree.
# sh crates/loligo-python/build-and-test.sh FOLDER: the environments and the wheel are put into FOLDER.
set -eu
folder=${1:?give a folder for the environments and the wheel}
cd "$(dirname "$0")"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
python3 -m venv "$folder/build"
"$folder/build/bin/pip" install --quiet "maturin>=1.16,<2"
"$folder/build/bin/maturin" build --release --out "$folder/wheels"
python3 -m venv --clear "$folder/fresh"
"$folder/fresh/bin/pip" install --quiet "$folder"/wheels/loligo-*.whl
# The package needs nothing but numpy.
"$folder/fresh/bin/python" -c 'import loligo; loligo.Network().check()'
# The tests of examples need these packages, and are skipped without them.
"$folder/fresh/bin/pip" install --quiet pytest matplotlib mypy pandas polars efel cma LFPykit neuron==9.0.2
"$folder/fresh/bin/python" -m pytest -q -p no:cacheprovider tests
