"""Bad input of every kind is an exception that says what to do, never a panic."""

import pickle
import random
import re
import threading

import numpy as np
import pytest

import loligo

from conftest import Squid, ball_and_stick


def other():
    return Squid()


def changing(section):
    def mechanism(segment):
        section.nseg += 1
        return loligo.pas()

    return mechanism


def synapse_with_time_constant(tau):
    network = loligo.Network()
    cell = network.add(ball_and_stick())
    loligo.Simulation(network).set(cell.synapse.tau, tau)


WRONG = {
    # name: (expected class, what the message has, the call)
    "unknown parameter": (loligo.ModelError, 'did you mean "gnabar"', lambda s: loligo.hh(gnaber=1)),
    "text for a number": (TypeError, "without quotes", lambda s: loligo.hh(gnabar="0.1")),
    "list for a number": (TypeError, "one number", lambda s: loligo.hh(gnabar=[1, 2])),
    "unknown list": (loligo.ModelError, "times", lambda s: loligo.VecStim(tims=[1.0])),
    "unknown mechanism": (AttributeError, 'did you mean "hh"', lambda s: loligo.hhh),
    "unknown mechanism of a catalogue": (AttributeError, "no mechanism", lambda s: loligo.builtin.nothing),
    "mechanism not called": (TypeError, "hh\\(\\.\\.\\.\\)", lambda s: s.cell.paint("all", loligo.hh)),
    "mechanism is a text": (TypeError, "give a mechanism", lambda s: s.cell.paint("all", "hh")),
    "mechanism not called at a place": (TypeError, "IClamp\\(\\.\\.\\.\\)", lambda s: s.cell.place("e", s.soma(0.5), loligo.IClamp)),
    "function without mechanism": (TypeError, "must return a mechanism", lambda s: s.cell.paint("all", lambda segment: 1)),
    "function that fails": (ZeroDivisionError, "", lambda s: s.cell.paint("all", lambda segment: 1 / 0)),
    "function that changes the cell": (loligo.ModelError, "changed meanwhile", lambda s: s.cell.paint("all", changing(s.soma))),
    "unknown region": (loligo.ModelError, 'did you mean "soma"', lambda s: s.cell.paint("somma", loligo.hh())),
    "unknown region in a list": (loligo.ModelError, "no section", lambda s: s.cell.paint(["soma", "x"], loligo.hh())),
    "region of another type": (TypeError, "a region is", lambda s: s.cell.paint(1, loligo.hh())),
    "unknown section": (AttributeError, 'did you mean "soma"', lambda s: s.cell.sona),
    "unknown section by key": (KeyError, "no section", lambda s: s.cell["sona"]),
    "variable of a section": (AttributeError, "section\\(0.5\\).v", lambda s: s.soma.v),
    "place beyond the end": (loligo.ModelError, "from 0 to 1", lambda s: s.soma(1.5)),
    "place not a number": (loligo.ModelError, "from 0 to 1", lambda s: s.soma(float("nan"))),
    "place a text": (TypeError, "", lambda s: s.soma("middle")),
    "no shape": (TypeError, "give L and diam", lambda s: s.cell.add_section("a", L=1)),
    "points of another shape": (ValueError, "\\(n, 4\\)", lambda s: s.cell.add_section("a", points=[[1, 2, 3]])),
    "points of texts": (TypeError, "points", lambda s: s.cell.add_section("a", points=[["x"] * 4])),
    "points not a table": (ValueError, "\\(n, 4\\)", lambda s: s.cell.add_section("a", points=np.zeros((2, 2, 4)))),
    "unknown parent": (loligo.ModelError, "no section", lambda s: s.cell.add_section("a", L=1, diam=1, parent="b")),
    "parent of another type": (TypeError, "parent", lambda s: s.cell.add_section("a", L=1, diam=1, parent=3)),
    "two places on the parent": (ValueError, "parent_x", lambda s: s.cell.add_section("a", L=1, diam=1, parent=s.soma(1), parent_x=0)),
    "end of a child": (ValueError, "0 or 1", lambda s: s.cell.add_section("a", L=1, diam=1, parent=s.soma, child_end=2)),
    "two rules for segments": (ValueError, "not several", lambda s: s.cell.add_section("a", L=1, diam=1, nseg=1, d_lambda=0.1)),
    "kind of section": (loligo.ModelError, "soma, axon", lambda s: s.cell.add_section("a", L=1, diam=1, kind="leg")),
    "place of another cell": (loligo.ForeignObjectError, "another cell", lambda s: s.cell.place("e", other().soma(0.5), loligo.IClamp())),
    "place that is a section": (TypeError, "cell.soma\\(0.5\\)", lambda s: s.cell.place("e", s.soma, loligo.IClamp())),
    "positions beyond the end": (loligo.ModelError, "from 0 to 1", lambda s: s.cell.place_many("e", "soma", [0.5, 2], loligo.IClamp())),
    "sections beyond the last": (IndexError, "there are 1", lambda s: s.cell.place_many("e", [0, 5], 0.5, loligo.IClamp())),
    "sections as fractions": (TypeError, "sections", lambda s: s.cell.place_many("e", [0.5], 0.5, loligo.IClamp())),
    "recording of a description": (loligo.ForeignObjectError, "add", lambda s: s.network.record(ball_and_stick().soma(0.5))),
    "recording of another network": (loligo.ForeignObjectError, "another network", lambda s: s.network.record(other().soma(0.5))),
    "recording of a number": (TypeError, "give a variable", lambda s: s.network.record(3)),
    "recording every 0 steps": (ValueError, "at least 1", lambda s: s.network.record(s.soma(0.5), every=0)),
    "recording every -1 steps": (ValueError, "at least 1", lambda s: s.network.record(s.soma(0.5), every=-1)),
    "connection to a place": (TypeError, "ends at a point process", lambda s: s.network.connect(s.soma(1), s.soma(0.5), 1.0)),
    "connection from a cell": (TypeError, "starts at a place", lambda s: s.network.connect(s.cell, s.electrode, 1.0)),
    "connection without weight": (TypeError, "give the weight", lambda s: s.network.connect(s.soma(1), s.electrode)),
    "connection to another network": (loligo.ForeignObjectError, "another network", lambda s: s.network.connect(s.soma(1), other().electrode, 1.0)),
    "numbers of connections": (ValueError, "2 sources for 3 targets", lambda s: s.network.connect_many([s.soma(1)] * 2, [s.electrode] * 3, 1.0)),
    "numbers of weights": (ValueError, "2 values for 3", lambda s: s.network.connect_many(s.soma(1), [s.electrode] * 3, [1.0, 2.0])),
    "times and values": (ValueError, "2 times for 1 values", lambda s: s.network.play(s.electrode.amp, [0, 1], [0])),
    "times not finite": (loligo.ModelError, "times\\[1\\]", lambda s: s.network.play(s.electrode.amp, [0, np.inf], [0, 1])),
    "interpolation": (ValueError, "steps", lambda s: s.network.play(s.electrode.amp, [0], [0], "cubic")),
    "times of texts": (TypeError, "times", lambda s: s.network.play(s.electrode.amp, ["a"], [0])),
    "times of objects": (TypeError, "times", lambda s: s.network.play(s.electrode.amp, [object()], [0])),
    "times of complex numbers": (TypeError, "times", lambda s: s.network.play(s.electrode.amp, [1j], [0])),
    "times in two dimensions": (ValueError, "one dimension", lambda s: s.network.play(s.electrode.amp, np.zeros((2, 2)), [0])),
    "table of a list": (TypeError, "dictionary", lambda s: s.network.add_ensemble(ball_and_stick(), [1, 2])),
    "table with NaN": (loligo.ModelError, "finite", lambda s: s.network.add_ensemble(ball_and_stick(), {"soma.hh.gnabar": [0.1, np.nan]})),
    "table with unequal columns": (loligo.ModelError, "2 values", lambda s: s.network.add_ensemble(ball_and_stick(), {"all.Ra": [1.0], "all.cm": [1.0, 2.0]})),
    "name of a column": (TypeError, "names of columns", lambda s: s.network.add_ensemble(ball_and_stick(), {1: [1.0]})),
    "simulation of a cell": (TypeError, "network.add", lambda s: loligo.Simulation(s.cell)),
    "simulation of nothing": (TypeError, "give a network", lambda s: loligo.Simulation(None)),
    "unknown option": (TypeError, 'did you mean "dt"', lambda s: loligo.Simulation(s.network, dtt=1)),
    "dt 0": (loligo.ModelError, "at least 1e-6", lambda s: loligo.Simulation(s.network, dt=0)),
    "dt NaN": (loligo.ModelError, "at least 1e-6", lambda s: loligo.Simulation(s.network, dt=float("nan"))),
    "dt a text": (ValueError, "time step", lambda s: loligo.Simulation(s.network, dt="0.1 ms")),
    "threads -1": (ValueError, "from 1 to 1024", lambda s: loligo.Simulation(s.network, threads=-1)),
    "too many threads": (loligo.ModelError, "1024", lambda s: loligo.Simulation(s.network, threads=10**6)),
    "second order": (ValueError, "0 \\(backward Euler\\)", lambda s: loligo.Simulation(s.network, second_order=3)),
    "numerics": (ValueError, "fast", lambda s: loligo.Simulation(s.network, numerics="slow")),
    "tstop NaN": (loligo.ModelError, "finite time", lambda s: s.simulate().run_until(float("nan"))),
    "tstop infinite": (loligo.ModelError, "finite time", lambda s: s.simulate().run_until(float("inf"))),
    "tstop a text": (TypeError, "real number", lambda s: s.simulate().run_until("1 ms")),
    "budget negative": (ValueError, "at least 0", lambda s: s.simulate().run_until(1, budget=-1)),
    "progress a text": (TypeError, "progress", lambda s: s.simulate().run_until(1, progress="bar")),
    "unknown recording": (KeyError, "no recording", lambda s: s.simulate()["v"]),
    "recording beyond the last": (IndexError, "there are 1", lambda s: s.simulate()[5]),
    "recording of another simulation": (loligo.ForeignObjectError, "another network", lambda s: s.simulate()[other().v]),
    "variable not recorded": (loligo.ModelError, "not recorded", lambda s: s.simulate()[s.soma(0.5).m_hh]),
    "unknown variable": (loligo.ModelError, "did you mean", lambda s: s.simulate().get(s.soma(0.5).m_hhh)),
    "value of a text": (TypeError, "celsius", lambda s: s.simulate().get("temperature")),
    "unknown global": (loligo.ModelError, "", lambda s: s.simulate().get("hh.nothing")),
    "spikes of a number": (TypeError, "give a connection", lambda s: s.simulate().spike_times(0)),
    "value out of range": (loligo.ModelError, "range", lambda s: synapse_with_time_constant(-1)),
    "parameter assigned": (AttributeError, "set\\(amp=1\\)", lambda s: setattr(s.electrode, "amp", 1)),
    "morphology that is absent": (loligo.MorphologyError, "no-such-file", lambda s: loligo.Cell.from_morphology("no-such-file.swc")),
    "mod file that is absent": (loligo.MechanismFileError, "no-such", lambda s: loligo.Catalogue("no-such.mod")),
    "path of a number": (TypeError, "paths", lambda s: loligo.Catalogue(1)),
    "model that is absent": (loligo.ModelFileError, "no-such", lambda s: loligo.Model.load("no-such.toml")),
    "checkpoint that is absent": (loligo.CheckpointError, "no-such", lambda s: loligo.Checkpoint.read("no-such.state")),
    "bytes that are no cell": (loligo.LoligoError, "no description", lambda s: loligo.Cell._from_bytes(b"\x00\xff")),
    "bytes that are no network": (loligo.LoligoError, "no description", lambda s: loligo.Network._from_bytes(b"", loligo.builtin)),
    "cells beyond the last": (IndexError, "there are 1", lambda s: s.network.cells[1]),
    "unknown cell": (KeyError, 'did you mean "squid"', lambda s: s.network["squib"]),
    "key of another type": (TypeError, "name or index", lambda s: s.network[1.5]),
    "index -2": (IndexError, "there are 1", lambda s: s.network.cells[-2]),
    "huge index": (IndexError, "there are 1", lambda s: s.network.cells[2**62]),
    "iteration of a place": (TypeError, "list", lambda s: list(s.soma(0.5))),
    "iteration of a variable": (TypeError, "list", lambda s: list(s.soma(0.5).v)),
    "signal": (loligo.ModelError, "pulse", lambda s: loligo.Signal().pulse(1, -1)),
    "signal without points": (loligo.ModelError, "", lambda s: s.network.inject(s.soma(0.5), loligo.Signal())),
    "cut of a cell": (loligo.LoligoError, "", lambda s: s.cell.scale_diameters("all", -1)),
    "masked array": (ValueError, "masked entries", lambda s: s.network.play(s.electrode.amp, np.ma.masked_array([0.0, 1.0], [0, 1]), [0, 1])),
    "array of objects": (TypeError, "ndarray of object", lambda s: s.network.play(s.electrode.amp, np.array([0, 1], dtype=object), [0, 1])),
    "index a fraction": (TypeError, "whole number", lambda s: s.network.cells[[0.5]]),
    "mask of another length": (IndexError, "2 truth values for 1", lambda s: s.network.cells[np.array([True, False])]),
    "too many cells": (ValueError, "at most 1000000", lambda s: s.network.add_many(s.cell, 10**8)),
    "too many artificial cells": (ValueError, "at most 1000000", lambda s: s.network.add_artificial_many("a", loligo.NetStim(), 10**8)),
    "too many random numbers": (ValueError, "at most 100000000", lambda s: loligo.RandomStream(1).uniform(10**10)),
    "signal of too many points": (loligo.ModelError, "at most", lambda s: loligo.Signal().train(1, 1e6, 1e-9, 1e9)),
    "region of a number in a list": (TypeError, "a region is", lambda s: s.cell.paint(["all", 1], loligo.hh())),
    "name of a stimulus": (TypeError, "", lambda s: s.network.inject(s.soma(0.5), loligo.Signal().pulse(1, 1), name=1)),
    "budget NaN": (ValueError, "at least 0", lambda s: s.simulate().run_until(1, budget=float("nan"))),
    "seed": (OverflowError, "", lambda s: loligo.Network(seed=-1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_says_what_to_do(name):
    expected, text, call = WRONG[name]
    with pytest.raises(expected) as caught:
        call(Squid())
    assert re.search(text, str(caught.value)), str(caught.value)
    assert str(caught.value)


def test_all_errors_of_a_model_at_once():
    network = loligo.Network()
    cell = network.add(loligo.Cell("bad"))
    soma = cell.add_section("soma", L=-1, diam=20)
    cell.add_section("soma", L=10, diam=float("nan"), nseg=0)
    cell.paint("all", loligo.Mechanism("hh", gnabar=float("nan")))
    cell.paint("all", loligo.Mechanism("hhh"))
    cell.place("e", soma(0.5), loligo.Mechanism("IClamp", ampp=1))
    network.record(soma(0.5).nothing)
    with pytest.raises(loligo.ModelError) as caught:
        loligo.Simulation(network)
    problems = caught.value.problems
    assert len(problems) >= 5
    kinds = {problem["kind"] for problem in problems}
    assert {"Geometry", "DuplicateName", "UnknownMechanism"} <= kinds
    assert all(problem["message"] for problem in problems)
    with pytest.raises(loligo.ModelError):
        network.check()
    with pytest.raises(loligo.ModelError):
        loligo.segments(cell)
    assert repr(cell) and cell._repr_html_() and repr(cell.sections)


def test_problems_of_a_file_have_lines():
    with pytest.raises(loligo.ModelFileError) as caught:
        loligo.Model.parse("[run]\ntstop = 5.0\ndtt = 0.01\n", "mine.toml")
    error = caught.value
    assert error.path == "mine.toml"
    assert {(problem["kind"], problem["line"], problem["column"]) for problem in error.problems} >= {("UnknownKey", 3, 1)}
    assert isinstance(error, loligo.ModelError) and isinstance(error, ValueError)


def test_voltages_that_are_not_finite_name_the_place():
    network = loligo.Network()
    cell = network.add(loligo.Cell("cell"))
    soma = cell.add_section("soma", L=20, diam=20)
    cell.paint("all", loligo.hh())
    cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9, amp=1.7e308))
    v = network.record(soma(0.5))
    simulation = loligo.Simulation(network)
    with pytest.raises(loligo.NonFiniteError) as caught:
        simulation.run_until(100)
    error = caught.value
    assert (error.cell, error.section, error.x) == ("cell", "soma", 0.0)
    assert 0.9 < error.t < 100 and not np.isfinite(error.voltage) and error.mechanism in (None, "hh")
    assert len(simulation[v]) >= 40
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is loligo.NonFiniteError and copied.cell == "cell" and str(copied) == str(error)


def test_errors_of_mod_files_have_lines(tmp_path):
    (tmp_path / "broken.mod").write_text("NEURON { SUFFIX broken }\nPARAMETER { g = }\n")
    with pytest.raises(loligo.MechanismFileError, match="broken.mod") as caught:
        loligo.Catalogue(tmp_path)
    assert caught.value.paths[0].endswith("broken.mod") and "2" in str(caught.value)


def test_removed_sections_are_gone():
    cell = ball_and_stick()
    with pytest.raises(loligo.ModelError, match="synapse"):
        cell.remove_sections("dend")
    cell = loligo.Cell()
    soma = cell.add_section("soma", L=20, diam=20)
    dend = cell.add_section("dend", L=100, diam=1, parent=soma)
    cell.remove_sections("dend")
    for use in [lambda: dend.L, lambda: cell.place("e", dend(0.5), loligo.IClamp()), lambda: repr(dend)]:
        with pytest.raises(loligo.ModelError, match="no longer"):
            use()
    assert [section.name for section in cell.sections] == ["soma"]


def test_parts_added_after_the_simulation(squid):
    simulation = squid.simulate(1)
    later = squid.network.record(squid.soma(0.5).m_hh)
    with pytest.raises(loligo.ModelError, match="no recording 1"):
        simulation[later]
    watched = squid.network.watch(squid.soma(1))
    with pytest.raises(loligo.ModelError, match="after the simulation"):
        simulation.spike_times(watched)
    new = squid.network.add(loligo.Cell("new")).add_section("soma", L=1, diam=1)
    with pytest.raises(loligo.ModelError):
        simulation.get(new(0.5).v)


def test_a_thread_without_the_main_one_runs(squid):
    results = []
    thread = threading.Thread(target=lambda: results.append(squid.simulate(100)))
    thread.start()
    thread.join()
    assert abs(results[0].t - 100) < 1e-6


@pytest.mark.parametrize("kind", [loligo.Section, loligo.Segment, loligo.Variable, loligo.Recording, loligo.Checkpoint])
def test_references_are_not_made_by_hand(kind):
    with pytest.raises(TypeError):
        kind()


def test_masks_choose():
    network = loligo.Network()
    cells = network.add_many(ball_and_stick(), 4)
    chosen = cells[np.array([True, False, False, True])]
    assert [cell.name for cell in chosen] == ["cell[0]", "cell[3]"]
    assert len(cells.at("soma")[np.zeros(4, dtype=bool)]) == 0


def test_an_index_may_use_the_network():
    """The network is not locked while an object is asked for its number."""
    network = loligo.Network()
    network.add(loligo.Cell("a"))

    class Index:
        def __index__(self):
            return len(network.cells) - 1

    assert network[Index()].name == "a"


def test_sections_are_removed_while_other_threads_use_them():
    network = loligo.Network()
    cell = network.add(loligo.Cell())
    soma = cell.add_section("soma", L=20, diam=20)
    ended = threading.Event()
    unexpected = []

    def use():
        while not ended.is_set():
            try:
                for section in cell.sections:
                    section.L, section.nseg, repr(section)
                    section.nseg = 3
                network.check()
            except loligo.ModelError:
                pass
            except BaseException as error:
                unexpected.append(error)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for k in range(300):
        cell.add_section(f"dend[{k}]", L=100, diam=1, parent=soma)
        try:
            cell.remove_sections(["dendrite"])
        except loligo.ModelError:
            pass
    ended.set()
    for thread in threads:
        thread.join()
    assert not unexpected and repr(cell)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_an_error_or_a_network(seed):
    chance = random.Random(seed)
    network = loligo.Network()
    first, second = network.add(ball_and_stick("first")), network.add(ball_and_stick("second"))
    network.connect(first.soma(1), second.synapse, 0.1)
    network.record(second.soma(0.5))
    network.gap_junction(first.soma(0.5), second.soma(0.5), 1e-3)
    network.play(second.synapse.e, [0, 1], [0, 0])
    network.intervene(1, second.synapse.tau, 3)
    whole = network.to_bytes()
    read = 0
    for _ in range(250):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            made = loligo.Network._from_bytes(bytes(damaged), loligo.builtin)
        except loligo.LoligoError:
            continue
        read += 1
        uses = [made.check, made.estimate, made.topology, made._repr_html_, lambda: loligo.Simulation(made).step()]
        for use in [*uses, *[lambda cell=cell: (repr(cell.sections), loligo.segments(cell)) for cell in made.cells]]:
            try:
                use()
            except loligo.LoligoError as error:
                assert str(error)
    assert read > 20
