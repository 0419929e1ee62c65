"""Samples and spikes are numpy's arrays, read-only, without a copy, and stay valid; tables are structured arrays."""

import gc
import os

import numpy as np
import pytest

import loligo


def test_samples_share_the_memory_of_the_simulation(squid):
    simulation = squid.simulate(10)
    first, second = simulation[squid.v], simulation[squid.v]
    assert first.__array_interface__["data"][0] == second.__array_interface__["data"][0]
    assert first.dtype == np.float64 and first.shape == (401,)


def test_ten_million_samples_are_handed_over_without_a_copy():
    network = loligo.Network()
    cell = network.add(loligo.Cell())
    cell.add_section("soma", L=20, diam=20, nseg=100)
    cell.paint("all", loligo.pas())
    recordings = network.record_segments(cell)
    simulation = loligo.Simulation(network)
    simulation.run_until(2500)

    def memory():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6  # MB

    if not os.path.exists("/proc/self/statm"):
        pytest.skip("memory is read from /proc")
    before = memory()
    arrays = simulation[recordings]
    assert sum(len(samples) for samples in arrays) == 100 * 100_001
    assert memory() - before < 2  # MB; the samples are 80 MB


def test_samples_can_only_be_read(squid):
    samples = squid.simulate(1)[squid.v]
    assert not samples.flags.writeable
    with pytest.raises(ValueError):
        samples[0] = 0
    with pytest.raises(ValueError):
        samples.flags.writeable = True


def test_samples_stay_as_they_are_when_the_simulation_continues(squid):
    simulation = squid.simulate(10)
    samples, spikes = simulation[squid.v], simulation.spikes
    before, spikes_before = samples.copy(), spikes.copy()
    simulation.run_until(40)
    assert np.array_equal(samples, before) and np.array_equal(spikes, spikes_before)
    assert np.array_equal(simulation[squid.v][:401], before)
    simulation.initialize()
    assert np.array_equal(samples, before)
    del simulation
    gc.collect()
    assert np.array_equal(samples, before)


def test_spikes_are_a_structured_array(squid):
    simulation = squid.simulate(40)
    spikes = simulation.spikes
    assert spikes.dtype.names == ("t", "source") and not spikes.flags.writeable
    assert np.array_equal(spikes["t"], simulation.spike_times(squid.spikes))
    assert simulation.sources == [squid.soma(0.5).v]
    assert loligo.source_names(simulation) == ["squid.soma(0.5).v"]


def test_nothing_recorded_gives_empty_arrays():
    network = loligo.Network()
    network.add(loligo.Cell()).add_section("soma", L=1, diam=1)
    simulation = loligo.Simulation(network)
    assert simulation.spikes.shape == (0,) and loligo.traces(simulation) == {}


@pytest.mark.parametrize(
    "times",
    [
        [0, 1, 2],
        (0.0, 1.0, 2.0),
        np.arange(3),
        np.arange(3, dtype=np.float32),
        np.arange(3, dtype=">f8"),
        np.arange(6)[::2] / 2,
        np.arange(3)[::-1][::-1],
        np.arange(3, dtype=np.uint8),
    ],
)
def test_every_list_of_numbers_is_read(squid, times):
    copies = squid.network.copy()
    amp = copies["squid"].electrode.amp
    copies.play(amp, times, [0.0, 1.0, 0.0])
    expected = squid.network.copy()
    expected.play(expected["squid"].electrode.amp, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    assert copies == expected


def test_a_read_only_array_is_read(squid):
    times = np.arange(3.0)
    times.flags.writeable = False
    squid.network.play(squid.electrode.amp, times, times)


def test_the_table_of_segments():
    cell = loligo.Cell()
    soma = cell.add_section("soma", points=[[0, 0, 0, 20], [20, 0, 0, 20]])
    cell.add_section("dend", points=[[20, 0, 0, 2], [20, 30, 40, 2]], nseg=5, parent=soma)
    table = loligo.segments(cell)
    assert table["section"].tolist() == [0, 1, 1, 1, 1, 1]
    assert table["parent_section"].tolist() == [-1, 0, 0, 0, 0, 0]
    assert np.allclose(table["L"], [20, 10, 10, 10, 10, 10])
    assert np.allclose(table["area"], np.pi * table["diam"] * table["L"])
    assert np.allclose(table["distance"], [0, 15, 25, 35, 45, 55])
    assert np.allclose(table["y_start"][1:], [0, 6, 12, 18, 24])
    assert np.allclose(table["z_end"][1:], [8, 16, 24, 32, 40])
    points = loligo.points(cell)
    assert points["section"].tolist() == [0, 0, 1, 1] and points["z"].tolist() == [0, 0, 0, 40]


def test_membrane_currents_sum_to_the_injected_current():
    cell = loligo.Cell()
    soma = cell.add_section("soma", L=20, diam=20)
    cell.add_section("dend", L=300, diam=2, nseg=9, parent=soma)
    cell.paint("all", loligo.hh())
    cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9, amp=0.5))
    network = loligo.Network()
    cell = network.add(cell)
    currents = network.record_segments(cell, "all", "i_membrane_")
    simulation = loligo.Simulation(network)
    simulation.run_until(3)
    matrix = simulation.matrix(currents)
    assert matrix.shape == (10, len(simulation.times(currents))) == (10, 121)
    assert np.allclose(matrix[:, 50:].sum(axis=0), 0.5, atol=1e-9)


def test_many_recordings_and_their_intervals(squid):
    slow = squid.network.record(squid.soma(0.5).hh.m, every=10)
    simulation = squid.simulate(1)
    assert np.array_equal(simulation[slow], simulation[squid.soma(0.5).m_hh])
    assert np.allclose(simulation.times(slow), np.arange(5) * 0.25)
    with pytest.raises(ValueError, match="different numbers of samples"):
        simulation.matrix(squid.network.recordings)
    assert [len(samples) for samples in simulation[squid.network.recordings]] == [41, 5]


def test_results_are_a_frame(squid):
    frames = pytest.importorskip("pandas")
    squid.network.record(squid.soma(0.5).m_hh)
    frame = frames.DataFrame(loligo.traces(squid.simulate(1)))
    assert list(frame.columns) == ["t", "squid.soma(0.5).v", "squid.soma(0.5).m_hh"] and len(frame) == 41
    assert frame["squid.soma(0.5).v"][0] == -65.0
