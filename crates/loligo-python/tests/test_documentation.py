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

CLASSES = [value for value in vars(loligo).values() if inspect.isclass(value)]


def members():
    for kind in CLASSES:
        yield kind.__name__, kind
        for name, value in vars(kind).items():
            if not name.startswith("_") and not issubclass(kind, BaseException):
                yield f"{kind.__name__}.{name}", getattr(kind, name)
    for name in ["points", "segments", "source_names", "traces"]:
        yield name, getattr(loligo, name)
    yield "loligo", loligo


MEMBERS = dict(members())


@pytest.mark.parametrize("name", MEMBERS)
def test_it_is_documented(name):
    text = inspect.getdoc(MEMBERS[name])
    assert text and text[0].isupper() and text.split("\n\n")[0].rstrip().endswith((".", ":", "``"))


@pytest.mark.parametrize("name", [name for name, value in MEMBERS.items() if ">>>" in (value.__doc__ or "")])
def test_its_examples_run(name):
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(MEMBERS[name]), {}, name, None, 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert result.attempted > 0 and result.failed == 0


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
