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
# HDF5 is built from source and is inside the wheel.
"$folder/build/bin/maturin" build --release --features hdf5 --out "$folder/wheels"
# The source distribution has every file that is compiled, and manifests that cargo accepts.
"$folder/build/bin/maturin" sdist --out "$folder/source"
rm -rf "$folder/unpacked"
mkdir "$folder/unpacked"
tar -xzf "$folder"/source/loligo-*.tar.gz -C "$folder/unpacked" --strip-components 1
for crate in "$folder"/unpacked/crates/*; do
  diff -r "../$(basename "$crate")/src" "$crate/src"
done
diff -r --exclude Cargo.toml ../../mechanisms "$folder/unpacked/mechanisms"
diff -r --exclude __pycache__ python "$folder/unpacked/python"
cargo metadata --quiet --offline --format-version 1 \
  --manifest-path "$folder/unpacked/crates/loligo-python/Cargo.toml" >"$folder/metadata.json"
python3 -m venv --clear "$folder/fresh"
"$folder/fresh/bin/pip" install --quiet "$folder"/wheels/loligo-*.whl
# The package needs nothing but numpy.
"$folder/fresh/bin/python" -c 'import loligo; loligo.Network().check()'
# The tests of examples need these packages, and are skipped without them.
"$folder/fresh/bin/pip" install --quiet pytest matplotlib mypy basedpyright pandas polars efel cma LFPykit libsonata xarray \
  neuron==9.0.2 sphinx numpydoc myst-nb jupytext
"$folder/fresh/bin/python" -m pytest -q -p no:cacheprovider tests
