"""The types agree with the compiled part, and the examples are clean."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import loligo

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


def pyright(*arguments, folder):
    """The report of pyright, by the package that brings its own interpreter."""
    command = [sys.executable, "-m", "basedpyright", "--outputjson", *arguments]
    # Packages are those of the first `python` of the path.
    environment = {**os.environ, "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    return json.loads(done.stdout)


needs_pyright = pytest.mark.skipif(importlib.util.find_spec("basedpyright") is None, reason="needs basedpyright")


@needs_pyright
@pytest.mark.skipif(not EXAMPLES, reason="the examples are absent")
def test_pyright_accepts_the_package_and_the_examples(tmp_path):
    package = Path(loligo.__file__).parent
    configuration = {"include": ["package", "examples"], "typeCheckingMode": "standard", "reportMissingModuleSource": False}
    (tmp_path / "package").symlink_to(package)
    (tmp_path / "examples").symlink_to(EXAMPLES[0].parent)
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(configuration))
    report = pyright(folder=tmp_path)
    found = [problem for problem in report["generalDiagnostics"] if problem["severity"] in ("error", "warning")]
    assert not found
    assert report["summary"]["filesAnalyzed"] >= 9 + len(EXAMPLES)


@needs_pyright
def test_every_public_type_is_known():
    # It looks for the package in the working directory.
    report = pyright("--ignoreexternal", "--verifytypes", "loligo", folder=Path(loligo.__file__).parents[1])
    known = report["typeCompleteness"]["exportedSymbolCounts"]
    assert known["withKnownType"] > 80 and known["withAmbiguousType"] == known["withUnknownType"] == 0
