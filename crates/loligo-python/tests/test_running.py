"""Runs: in pieces, stopped, interrupted, in threads and processes, with values that are set between."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import loligo

from conftest import Squid


def test_a_run_in_pieces_is_the_same_run(squid):
    whole = squid.simulate(40)
    pieces = squid.simulate()
    for t in [0.01, 0.025, 5, 5.001, 17, 40]:
        pieces.run_until(t)
    assert np.array_equal(whole[squid.v], pieces[squid.v])
    assert np.array_equal(whole.spikes, pieces.spikes)
    assert pieces.run_until(1) and pieces.t == whole.t  # the time has passed
    one_more = pieces.steps
    pieces.step()
    assert pieces.steps == one_more + 1


def test_values_are_set_between_steps(squid):
    simulation = squid.simulate(10)
    assert simulation.get(squid.soma(0.5).hh.gnabar) == 0.12
    simulation.set(squid.soma(0.5).hh.gnabar, 0.0)
    simulation.run_until(40)
    assert len(simulation.spike_times(squid.spikes)) == 1
    handle = simulation.handle(squid.electrode.amp)
    handle.value = 0.5
    assert handle.value == 0.5 == simulation.get(squid.electrode.amp)
    assert simulation.handle(squid.soma(0.5).v).value == simulation[squid.v][-1]
    with pytest.raises(loligo.ModelError, match="finite"):
        handle.value = float("nan")


def test_interventions_and_weights():
    network = loligo.Network()
    cell = network.add(loligo.Cell())
    soma = cell.add_section("soma", L=20, diam=20)
    cell.paint("all", loligo.pas(g=1e-3, e=-65))
    synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))
    train = network.add_artificial("train", loligo.NetStim(interval=10, number=5, start=1))
    connection = network.connect(train, synapse, weight=1e-3)
    connection.change_weight(15, 2e-3)
    network.intervene(25, soma(0.5).e_pas, -70)
    g = network.record(synapse.g)
    simulation = loligo.Simulation(network)
    simulation.run_until(60)
    samples, times = simulation[g], simulation.times(g)
    first, second = samples[times < 15].max(), samples[times > 21].max()
    assert second > 1.9 * first
    assert simulation.get(soma(0.5).v) < -68
    simulation.set(connection, 5e-3)
    assert simulation.get(connection) == 5e-3
    assert simulation.get("celsius") == 6.3


def test_a_checkpoint_continues_with_the_same_bits(squid, tmp_path):
    first = squid.simulate(7)
    first.checkpoint().write(tmp_path / "warm.state")
    first.run_until(30)
    checkpoint = loligo.Checkpoint.read(tmp_path / "warm.state")
    assert abs(checkpoint.t - 7) < 1e-9
    for state in [checkpoint, pickle.loads(pickle.dumps(checkpoint)), loligo.Checkpoint.from_bytes(checkpoint.to_bytes())]:
        second = squid.simulate()
        second.restore(state)
        second.run_until(30)
        assert second.get(squid.soma(0.5).v) == first.get(squid.soma(0.5).v)
    with pytest.raises(loligo.CheckpointError, match="no checkpoint"):
        loligo.Checkpoint.from_bytes(b"no")


def test_progress_is_reported_and_can_end_the_run(squid):
    calls = []

    def progress(t, tstop, spikes):
        calls.append((t, tstop, spikes))
        return len(calls) < 3

    simulation = squid.simulate()
    assert not simulation.run_until(1e9, progress=progress)
    assert len(calls) == 4 and calls == sorted(calls) and simulation.t == calls[-1][0]
    assert simulation.run_until(simulation.t + 1)


def test_an_error_in_progress_ends_the_run(squid):
    def progress(t, tstop, spikes):
        raise ZeroDivisionError("mine")

    simulation = squid.simulate()
    with pytest.raises(ZeroDivisionError, match="mine"):
        simulation.run_until(1e9, progress=progress)
    assert 0 < simulation.t < 1e9


def test_the_bar_shows_the_time(squid, capfd):
    squid.simulate().run_until(10, progress=True)
    assert "10.0 of 10.0 ms" in capfd.readouterr().err
    squid.simulate().run_until(10)
    assert capfd.readouterr() == ("", "")


def test_a_budget_ends_the_run(squid):
    simulation = squid.simulate()
    assert not simulation.run_until(1e9, budget=0.05)
    assert simulation.t > 0
    assert simulation.run_until(simulation.t + 1)


def test_another_thread_stops_the_run(squid):
    simulation = squid.simulate()
    threading.Timer(0.05, simulation.stop).start()
    assert not simulation.run_until(1e9)
    assert simulation.t > 0


def test_a_running_simulation_says_so(squid):
    simulation = squid.simulate()
    problems = []

    def progress(t, tstop, spikes):
        for use in [lambda: simulation.t, lambda: simulation.run_until(1), lambda: simulation[0], simulation.step]:
            try:
                use()
            except loligo.BusyError as error:
                problems.append(error)
        assert repr(simulation) == "<Simulation, running>"
        return False

    simulation.run_until(1e9, progress=progress)
    assert len(problems) >= 4


def test_threads_run_at_once_and_give_the_same():
    def run(k):
        squid = Squid()
        return squid.simulate(200, threads=1 + k % 2)[squid.v]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, range(8)))
    assert all(np.array_equal(result, results[0]) for result in results)


def test_threads_change_one_network_at_once():
    network = loligo.Network()
    cell = network.add(loligo.Cell())
    soma = cell.add_section("soma", L=20, diam=20)

    def build(k):
        for n in range(50):
            cell.place(f"e{k}_{n}", soma(0.5), loligo.IClamp())
            network.record(soma(0.5).v)
        return loligo.Simulation(network).run_until(0.1)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(build, range(4)))
    assert len(cell.point_processes) == len(network.recordings) == 200


def run_pickled(network):
    simulation = loligo.Simulation(network)
    simulation.run_until(20)
    return np.array(simulation[0])


def test_processes_run_pickled_networks(squid):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(run_pickled, [squid.network] * 2))
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], squid.simulate(20)[squid.v])


def test_results_do_not_depend_on_the_threads():
    network = loligo.Network()
    cell = loligo.Cell("cell")
    soma = cell.add_section("soma", L=20, diam=20)
    cell.paint("all", loligo.hh())
    cell.place("electrode", soma(0.5), loligo.IClamp(dur=1e9))
    cells = network.add_ensemble(cell, {"electrode.amp": np.linspace(0, 1, 300)})
    v = network.record(cells.at("soma"))
    results = []
    for threads in [1, 3]:
        simulation = loligo.Simulation(network, threads=threads)
        simulation.run_until(5)
        results.append(simulation.matrix(v))
    assert np.array_equal(*results)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_the_run_and_keeps_the_results():
    program = textwrap.dedent(
        """
        import sys, time
        sys.path.insert(0, sys.argv[1])
        from conftest import Squid
        squid = Squid()
        simulation = squid.simulate()
        print("running", flush=True)
        try:
            simulation.run_until(1e9)
        except KeyboardInterrupt:
            kept = len(simulation[squid.v])
            simulation.run_until(simulation.t + 1)
            print("kept" if kept > 100 and len(simulation[squid.v]) == kept + 40 else "lost", flush=True)
        """
    )
    arguments = [sys.executable, "-c", program, os.path.dirname(__file__)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "running\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "kept\n"
    assert process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_keeps_the_results_of_a_large_network():
    """Without connections nothing else divides its steps into short stretches."""
    program = textwrap.dedent(
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        import loligo
        from conftest import ball_and_stick
        network = loligo.Network()
        cell = ball_and_stick()
        cell.dend.nseg = 999
        cells = network.add_many(cell, 300)
        v = network.record(cells[0].soma(0.5))
        simulation = loligo.Simulation(network)
        print("running", flush=True)
        try:
            simulation.run_until(1e9)
        except KeyboardInterrupt:
            kept = len(simulation[v])
            simulation.run_until(simulation.t + 0.05)
            print("kept" if kept > 1 and len(simulation[v]) == kept + 2 else "lost", flush=True)
        """
    )
    arguments = [sys.executable, "-c", program, os.path.dirname(__file__)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "running\n"
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "kept\n"
    assert process.returncode == 0


def test_many_short_simulations(squid):
    network = squid.network

    def memory():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    def simulate(count):
        for _ in range(count):
            simulation = loligo.Simulation(network)
            simulation.run_until(1)
            simulation[squid.v], simulation.spikes

    if not os.path.exists("/proc/self/statm"):
        pytest.skip("memory is read from /proc")
    simulate(100)
    before = memory()
    simulate(1000)
    assert memory() - before < 1000  # pages: a simulation that were kept would take some 10
