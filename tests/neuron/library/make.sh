#!/bin/sh
# Makes tests/reference/library_THEME.json with NEURON: `tests/neuron/library/make.sh THEME...`, themes as files are named
# here (hodgkin_huxley, layer5).
set -eu
cd "$(dirname "$0")/../../.."
cases=$(mktemp)
for theme in "$@"; do
  python3 "tests/neuron/library/$theme.py" "$cases"
  cargo run --release -q --bin loligo-validation -- run "$cases" --simulator neuron --every 500 --out "tests/reference/library_$theme.json"
done
rm "$cases"
