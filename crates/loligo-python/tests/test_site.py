"""The site is built without warnings; its pages and tutorials are executed, and show what they describe."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import loligo

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md"))

for package in ["sphinx", "numpydoc", "myst_nb", "matplotlib", "neuron", "pandas"]:
    pytest.importorskip(package)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    arguments = ["-W", "--keep-going", "-q", "-d", str(folder / "trees"), str(DOCS), str(folder / "html")]
    done = subprocess.run([sys.executable, "-m", "sphinx", *arguments], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_shows_the_results_of_its_cells(site, page):
    text = (DOCS / page).with_suffix(".md").read_text()
    shown = (site / page).with_suffix(".html").read_text()
    assert ("class=\"cell_output" in shown) == ("{code-cell}" in text)
    cells = "".join(re.findall("```{code-cell}(.*?)```", text, re.DOTALL))
    assert (".png" in shown) == ("plot." in cells or "plt." in cells)


def test_the_first_tutorial_shows_the_bar_and_pictures_of_objects(site):
    shown = (site / "tutorials/first_cell.html").read_text()
    assert "40.0 of 40.0 ms" in shown
    assert shown.count("data:image/svg+xml") >= 3  # a cell; traces and raster of a simulation


def test_the_reference_has_every_public_name(site):
    shown = (site / "api/index.html").read_text()
    for name in loligo.__all__:
        value = getattr(loligo, name)
        if name in ("builtin", "errors", "plot", "__version__"):
            continue
        home = f"loligo.errors.{name}" if name in loligo.errors.__all__ else f"loligo.{name}"
        assert f'id="{home}"' in shown, name
        members = vars(value) if isinstance(value, type) and home == f"loligo.{name}" else {}
        for member in members:
            assert member.startswith("_") or f'id="{home}.{member}"' in shown, f"{name}.{member}"
    for name in loligo.plot.__all__:
        assert f'id="loligo.plot.{name}"' in shown, name


def test_the_reference_has_every_mechanism(site):
    shown = (site / "api/mechanisms.html").read_text()
    listed = re.findall(r'id="loligo\.(\w+)"', shown)
    assert sorted(listed) == sorted(loligo.builtin.names)


def test_tutorials_are_notebooks():
    jupytext = pytest.importorskip("jupytext")
    for path in sorted((DOCS / "tutorials").glob("*.md")):
        notebook = jupytext.read(path, fmt="md:myst")
        assert sum(cell.cell_type == "code" for cell in notebook.cells) >= 3, path
