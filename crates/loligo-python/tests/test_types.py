"""The types agree with the compiled part, and the examples are clean."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


def mypy(tool, *arguments, folder):
    done = subprocess.run([sys.executable, "-m", tool, *arguments], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_are_those_of_the_compiled_part(tmp_path):
    (tmp_path / "allowed").write_text(r".*\.__(reduce|repr|iter|setattr|delattr|getattr|hash)__" + "\n" + r".*\._from_\w+" + "\n")
    # Without Python's own documentation of signatures only names and numbers of arguments are compared.
    mypy("mypy.stubtest", "loligo._loligo", "--ignore-missing-stub", "--allowlist", "allowed", "--ignore-unused-allowlist", folder=tmp_path)


def test_the_package_is_clean(tmp_path):
    mypy("mypy", "--strict", "-p", "loligo", "--cache-dir", str(tmp_path), folder=tmp_path)


@pytest.mark.skipif(not EXAMPLES, reason="the examples are absent")
def test_the_examples_are_clean(tmp_path):
    mypy("mypy", "--check-untyped-defs", "--ignore-missing-imports", "--cache-dir", str(tmp_path), *map(str, EXAMPLES), folder=tmp_path)
