#!/bin/sh
# Installs what reads and writes HDF5 files elsewhere, for comparisons, into a virtual environment beside this folder.
# Needs Python 3 with venv and a network (or a cache of wheels).
set -eu
cd "$(dirname "$0")/.."
python3 -m venv .venv-hdf5
.venv-hdf5/bin/python -m pip install --quiet --disable-pip-version-check h5py==3.16.0 libsonata==0.2.2
