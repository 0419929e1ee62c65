"""Runs into files: the samples and spikes of a run in memory, without keeping them."""

import csv

import numpy as np
import pytest

import loligo

from conftest import Squid


def table(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=object)


def test_the_tables_have_the_samples_and_spikes(squid, tmp_path):
    slow = squid.network.record(squid.soma(0.5).m_hh, every=40)
    expected = squid.simulate(40)
    simulation = squid.simulate()
    assert simulation.run_into(tmp_path / "a" / "b", 40)
    header, rows = table(tmp_path / "a/b/traces.csv")
    assert header == ["t", "squid.soma(0.5).v"]
    assert np.array_equal(rows[:, 1].astype(float), expected[squid.v])
    header, rows = table(tmp_path / "a/b/traces_every_40.csv")
    assert np.array_equal(rows[:, 1].astype(float), expected[slow])
    header, rows = table(tmp_path / "a/b/spikes.csv")
    assert np.array_equal(rows[:, 0].astype(float), expected.spikes["t"])
    assert len(simulation[squid.v]) == len(simulation.spikes) == 0
    assert simulation.get(squid.soma(0.5).v) == expected.get(squid.soma(0.5).v)


def test_samples_recorded_before_are_written_too(squid, tmp_path):
    simulation = squid.simulate(10)
    kept = simulation[squid.v]
    assert simulation.run_into(tmp_path, 20)
    assert len(table(tmp_path / "traces.csv")[1]) == 801 and len(kept) == 401
    simulation.run_until(30)
    assert len(simulation[squid.v]) == 400


def test_a_run_into_files_is_stopped_and_reports(squid, tmp_path):
    calls = []

    def progress(t, tstop, spikes):
        calls.append(t)
        return len(calls) < 3

    simulation = squid.simulate()
    assert not simulation.run_into(tmp_path, 1e9, progress=progress)
    first = len(table(tmp_path / "traces.csv")[1])
    assert first == simulation.steps + 1
    assert not simulation.run_into(tmp_path, 1e9, budget=0.1)


def test_memory_does_not_grow_with_the_run(tmp_path):
    """20,000,000 samples would take 160 MB."""
    network = loligo.Network()
    cell = network.add(loligo.Cell())
    cell.add_section("soma", L=20, diam=20, nseg=100)
    cell.paint("all", loligo.pas())
    network.record_segments(cell)
    simulation = loligo.Simulation(network)

    def memory():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6  # MB

    try:
        simulation.run_into(tmp_path, 100)
        before = memory()
    except FileNotFoundError:
        pytest.skip("memory is read from /proc")
    simulation.run_into(tmp_path, 600)
    assert memory() - before < 20


def test_files_that_cannot_be_written(squid, tmp_path):
    simulation = squid.simulate()
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(loligo.OutputError, match="cannot write") as caught:
        simulation.run_into(tmp_path / "file", 1)
    assert isinstance(caught.value, OSError) and caught.value.path == str(tmp_path / "file")
    (tmp_path / "traces.csv").write_text("my own notes\n")
    with pytest.raises(loligo.OutputError, match="traces.csv"):
        simulation.run_into(tmp_path, 1)
    assert (tmp_path / "traces.csv").read_text() == "my own notes\n"
    assert simulation.t == 0
    with pytest.raises(ValueError, match='"csv" or "sonata"'):
        simulation.run_into(tmp_path, 1, layout="hdf5")
    with pytest.raises(loligo.OutputError, match="NUL"):
        simulation.run_into("a\0b", 1)


def test_the_network_may_have_changed(tmp_path):
    squid = Squid()
    axon = squid.cell.add_section("axon", L=100, diam=1, parent=squid.soma)
    squid.network.record(axon(0.5))
    simulation = squid.simulate()
    squid.cell.remove_sections("axon")
    squid.network.record(squid.soma(0.5).m_hh)
    for layout in ["csv", "sonata"]:
        try:
            simulation.run_into(tmp_path / layout, 1, layout=layout)
        except (loligo.OutputError, ValueError) as error:
            assert str(error)
