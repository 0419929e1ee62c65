"""The examples run, each in a process of its own, and assert what they show."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_it_runs(example, tmp_path):
    needed = ["matplotlib"] if "matplotlib" in example.read_text() else []
    needed += re.findall(r"^# needs: (\w+)$", example.read_text(), re.MULTILINE)
    for package in needed:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"needs {package}")
    environment = {**os.environ, "MPLBACKEND": "agg"}
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
