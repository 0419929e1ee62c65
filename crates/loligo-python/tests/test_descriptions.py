"""Descriptions copy, compare, pickle and print; the same model from Python, TOML and bytes is one and the same."""

import copy
import json
import pickle

import numpy as np
import pytest

import loligo

from conftest import ball_and_stick


def two_cells() -> loligo.Network:
    network = loligo.Network()
    first, second = network.add(ball_and_stick("first")), network.add(ball_and_stick("second"))
    first.place("electrode", first.soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.5))
    network.connect(first.soma(1), second.synapse, weight=0.01, delay=2, threshold=0)
    network.record(second.soma(0.5).v)
    return network


def objects():
    network = two_cells()
    return [
        ball_and_stick(),
        loligo.hh(gnabar=0.1),
        loligo.VecStim(times=[1.0, 2.5]),
        loligo.Options(dt=0.01, numerics="exact"),
        loligo.Signal().delay(5).pulse(0.2, 30),
        network,
        loligo.Catalogue(),
    ]


@pytest.mark.parametrize("original", objects(), ids=lambda original: type(original).__name__)
def test_copies_are_equal_and_independent(original):
    for made in [pickle.loads(pickle.dumps(original)), copy.copy(original), copy.deepcopy(original)]:
        assert made == original
        assert type(made) is type(original)
    assert original != 1
    assert repr(original)


def test_a_changed_copy_is_another():
    first = ball_and_stick()
    second = first.copy()
    second.soma.L = 30
    assert first != second and first.soma.L == 20
    network = loligo.Network()
    added = network.add(first)
    added.name = "other"
    added.set("soma.hh.gnabar", 0.1)
    assert first.name == "cell" and added != first


def test_cells_are_the_same_by_any_way():
    toml = loligo.Model.parse(
        """
        [run]
        tstop = 1.0
        [[cell]]
        name = "cell"
        Ra = 100.0
        section = [
          { name = "soma", L = 20.0, diam = 20.0 },
          { name = "dend", parent = "soma", L = 200.0, diam = 2.0, nseg = 5 },
        ]
        paint = [{ region = "all", mechanism = "hh" }]
        point = [{ name = "synapse", mechanism = "ExpSyn", section = "dend", x = 0.5, tau = 2.0, e = 0.0 }]
        """
    )
    assert toml.network["cell"] == ball_and_stick()
    assert toml.network["cell"].to_bytes() == ball_and_stick().to_bytes()


def test_pickled_networks_keep_their_mechanisms(tmp_path):
    (tmp_path / "leak.mod").write_text(
        "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }\n"
        "PARAMETER { g = .001 (S/cm2) e = -70 (mV) }\n"
        "ASSIGNED { i (mA/cm2) v (mV) }\n"
        "BREAKPOINT { i = g * (v - e) }\n"
    )
    catalogue = loligo.Catalogue(tmp_path)
    network = loligo.Network(catalogue)
    cell = network.add(loligo.Cell())
    soma = cell.add_section("soma", L=20, diam=20)
    cell.paint("all", catalogue.leak(g=1e-3, e=-80))
    v = network.record(soma(0.5))
    simulation = loligo.Simulation(pickle.loads(pickle.dumps(network)))
    simulation.run_until(20)
    assert abs(simulation[0][-1] + 80) < 1e-3
    first = loligo.Simulation(network)
    first.run_until(20)
    assert np.array_equal(first[v], simulation[0])


def test_a_cell_shows_what_it_has():
    cell = ball_and_stick()
    assert repr(cell) == '<Cell "cell": 2 sections, 6 segments, painted hh, 1 point processes>'
    assert repr(cell.dend) == "<Section dend: L 200 um, diam 2 um, nseg 5, Ra 100 ohm cm>"
    assert repr(cell.synapse) == "<synapse: ExpSyn at cell.dend(0.5)>"
    assert repr(cell.dend(0.5).v) == "cell.dend(0.5).v"
    assert repr(cell.dend(0.5).hh.gnabar) == "cell.dend(0.5).gnabar_hh"
    assert {"soma", "dend", "synapse", "paint"} <= set(dir(cell))
    assert cell.topology() == "\n|-|       soma(0-1)\n   `----|       dend(0-1)\n\n"
    assert "<img" in cell._repr_html_()


def test_sections_know_their_properties():
    cell = ball_and_stick()
    dend = cell["dend"]
    assert (dend.L, dend.diam, dend.nseg, dend.Ra, dend.cm, dend.kind) == (200, 2, 5, 100, 1, "dendrite")
    assert dend.parent == cell.soma(1) and cell.soma.parent is None
    assert [segment.x for segment in dend.segments] == [0.1, 0.3, 0.5, 0.7, 0.9]
    dend.nseg, dend.Ra, dend.cm, dend.L, dend.diam, dend.kind = 3, 50, 2, 100, 1, "apical"
    assert (dend.L, dend.diam, dend.nseg, dend.Ra, dend.cm, dend.kind) == (100, 1, 3, 50, 2, "apical")
    assert cell.synapse.segment == dend(0.5)
    cell.discretize("apical", d_lambda=0.1)
    assert dend.nseg % 2 == 1


def test_numbered_sections_are_lists(root):
    cell = loligo.Cell.from_morphology(root / "morphologies/pyramidal_l5.swc")
    assert cell.name == "pyramidal_l5"
    assert cell.soma[0] == cell["soma[0]"]
    assert len(cell.apic) == len([section for section in cell.sections if section.kind == "apical"])
    before = len(cell.sections)
    assert cell.remove_sections("axon") > 0
    assert len(cell.sections) < before
    assert "soma[0]" in cell.topology()


def test_morphologies_in_h5_are_read(root):
    folder = root / "crates/loligo-morphology/tests/h5"
    measured = json.loads((folder / "measured.json").read_text())
    try:
        cell = loligo.Cell.from_morphology(folder / "square.h5")
    except loligo.MorphologyError as error:
        assert "hdf5" in str(error)
        pytest.skip("built without HDF5")
    expected = measured["square.h5"]
    assert sorted(section.name for section in cell.sections) == sorted(section["name"] for section in expected)
    lengths = {section["name"]: section["L"] for section in expected}
    assert all(abs(section.L - lengths[section.name]) < 1e-4 for section in cell.sections)


def test_parameters_by_segment():
    cell = ball_and_stick()
    cell.paint("dend", lambda segment: loligo.pas(g=1e-5 * segment.distance))
    cell.paint("dend", loligo.pas(), profiles={"e": [-70, -69, -68, -67, -66]})
    network = loligo.Network()
    cell = network.add(cell)
    e = network.record_segments(cell, "dend", "e_pas")
    g = network.record(cell.dend(0.1).g_pas)
    simulation = loligo.Simulation(network)
    assert [samples[0] for samples in simulation[e]] == [-70, -69, -68, -67, -66]
    assert simulation[g][0] == 1e-5 * 30  # S/cm2: the later painting only names e
    with pytest.raises(ValueError, match="3 values for 5 entries"):
        cell.paint("dend", loligo.pas(), profiles={"e": [1, 2, 3]})


def test_catalogue_documents_its_mechanisms():
    assert "gnabar : float, default 0.12" in loligo.hh.__doc__
    assert "S/cm2" in loligo.hh.__doc__
    assert {"hh", "IClamp", "ExpSyn", "NetStim"} <= set(dir(loligo)) & set(dir(loligo.builtin))
    assert loligo.builtin.describe("IClamp")["kind"] == "point"
    assert "hh" in loligo.builtin and "hhh" not in loligo.builtin
    library = loligo.Catalogue("loligo:layer5")
    assert len(library.names) > len(loligo.builtin.names)
