"""Every public name is documented, and every example in a docstring gives what it says."""

import doctest
import importlib.util
import inspect
import os
import re
import subprocess
import sys

import pytest

import loligo
import loligo.errors

CLASSES = [getattr(loligo, name) for name in loligo.__all__ if inspect.isclass(getattr(loligo, name))]
FUNCTIONS = ["points", "segments", "source_names", "traces"]


def members():
    for kind in CLASSES:
        yield kind.__name__, kind
        for name, value in vars(kind).items():
            if not name.startswith("_") and not issubclass(kind, BaseException):
                yield f"{kind.__name__}.{name}", getattr(kind, name)
    for name in FUNCTIONS:
        yield name, getattr(loligo, name)
    yield "loligo", loligo
    if importlib.util.find_spec("matplotlib"):
        for name in loligo.plot.__all__:
            yield f"plot.{name}", getattr(loligo.plot, name)


MEMBERS = dict(members())


def examples(name):
    return doctest.DocTestParser().get_examples(inspect.getdoc(MEMBERS[name]) or "")


@pytest.mark.parametrize("name", MEMBERS)
def test_it_is_documented(name):
    text = inspect.getdoc(MEMBERS[name])
    assert text and text[0].isupper() and text.split("\n\n")[0].rstrip().endswith((".", ":", "``"))


@pytest.mark.parametrize("name", MEMBERS)
def test_it_has_an_example(name):
    """A property is in the example of its class."""
    if examples(name):
        return
    kind, _, attribute = name.rpartition(".")
    assert not callable(MEMBERS[name]), "a method needs an example"
    assert re.search(rf"\.{attribute}\b", "".join(example.source for example in examples(kind)))


@pytest.mark.parametrize("name", [name for name in MEMBERS if examples(name)])
def test_its_examples_run(name, tmp_path, monkeypatch):
    """The examples continue that of the package."""
    monkeypatch.chdir(tmp_path)
    if name.startswith("plot."):
        importlib.import_module("matplotlib").use("agg")
    names = {}
    for text in dict.fromkeys(["loligo", name]):
        test = doctest.DocTestParser().get_doctest(inspect.getdoc(MEMBERS[text]), names, text, None, 0)
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, clear_globs=False)
        assert result.attempted > 0 and result.failed == 0
        names = test.globs


@pytest.mark.parametrize("page", ["README.md", "docs/python.md", "crates/loligo-python/README.md"])
def test_the_first_example_of_a_page_runs(page, root, tmp_path):
    if importlib.util.find_spec("matplotlib") is None:
        pytest.skip("needs matplotlib")
    program = re.search("```python\n(.*?)```", (root / page).read_text(), re.DOTALL).group(1)
    environment = {**os.environ, "MPLBACKEND": "agg"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert ("savefig" in program) == (tmp_path / "squid.png").exists()


def test_mechanisms_are_documented():
    for name in loligo.builtin.names:
        make = getattr(loligo, name)
        described = loligo.builtin.describe(name)
        parameters = [variable for variable in described["variables"] if variable["role"] == "parameter"]
        for parameter in parameters:
            assert f"{parameter['name']} : float, default" in make.__doc__
            if parameter["name"].isidentifier():
                assert inspect.signature(make).parameters[parameter["name"]].default == parameter["default"]
        assert re.match("[A-Z].*[.]", make.__doc__)
        assert make().name == name
