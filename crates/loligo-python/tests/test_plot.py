"""Pictures: with matplotlib, and as SVG and HTML for notebooks."""

import numpy as np
import pytest

import loligo

from conftest import ball_and_stick

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")


@pytest.fixture(autouse=True)
def close():
    yield
    matplotlib.pyplot.close("all")


def test_traces_of_all_or_some(squid):
    squid.network.record(squid.soma(0.5).m_hh)
    simulation = squid.simulate(10)
    assert len(loligo.plot.traces(simulation).lines) == 2
    axes = loligo.plot.traces(simulation, squid.v)
    assert axes.get_ylabel() == "mV" and axes.get_xlabel() == "Time (ms)"
    assert np.array_equal(axes.lines[0].get_ydata(), simulation[squid.v])
    assert len(loligo.plot.traces(simulation, ["squid.soma(0.5).v"], axes=axes).lines) == 2


def test_raster_and_rates(squid):
    simulation = squid.simulate(40)
    axes = loligo.plot.raster(simulation)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["squid.soma(0.5).v"]
    assert len(axes.collections[0].get_offsets()) == 3
    axes = loligo.plot.rates(simulation, width=40)
    assert axes.patches[0].get_data().values.tolist() == [75.0]  # Hz
    with pytest.raises(ValueError, match="above 0"):
        loligo.plot.rates(simulation, width=0)


def test_shape_and_dendrogram(root):
    cell = loligo.Cell.from_morphology(root / "morphologies/pyramidal_l5.swc")
    count = len(loligo.segments(cell))
    axes = loligo.plot.shape(cell, values=np.arange(count), plane="xz")
    assert axes.get_xlabel() == "x (µm)" and axes.get_ylabel() == "z (µm)"
    assert len(axes.collections[0].get_segments()) == count
    assert len(loligo.plot.dendrogram(cell).collections[0].get_segments()) == count
    with pytest.raises(ValueError, match="one for each"):
        loligo.plot.shape(cell, values=[1, 2])
    with pytest.raises(ValueError, match="plane"):
        loligo.plot.shape(cell, plane="ab")
    with pytest.raises(ValueError, match="dendrogram"):
        loligo.plot.shape(ball_and_stick())
    loligo.plot.dendrogram(ball_and_stick(), values=np.zeros(6))


def test_notebooks_show_pictures(squid):
    simulation = squid.simulate(40)
    assert simulation._repr_html_().count("<img") == 2
    assert simulation.traces_svg().startswith("<svg") and simulation.raster_svg().startswith("<svg")
    assert "<img" in squid.network._repr_html_() and "<img" in squid.cell._repr_html_()
    assert loligo.Signal().pulse(1, 2)._repr_svg_().startswith("<svg")
    assert "&lt;Cell" in loligo.Cell()._repr_html_() and "<img" not in loligo.Cell()._repr_html_()
