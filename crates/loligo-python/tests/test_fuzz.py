"""Calls with arguments of any kind raise ordinary exceptions; equal models are equal however they are described."""

import inspect
import random

import numpy as np
import pytest

import loligo

from conftest import Squid, ball_and_stick

# Calls that write files, run for as long as they are asked to, or end the process.
LEFT_OUT = {"write", "run", "run_into", "run_until", "stop"}


def values(squid):
    simulation = squid.simulate(1)
    return [
        None, True, 0, 1, -1, 2**40, 2**70, 0.5, -0.5, 1e308, float("nan"), float("inf"), 1j,
        "", "soma", "all", "v", "x\0y", "é", "a" * 1000, b"\x00\xff", [], [1], [[1, 2, 3, 4]], (0.5, "a"), {}, {"soma.L": [1.0]},
        np.zeros(3), np.zeros((2, 4)), np.array(["a"]), np.array([np.nan]), np.arange(4, dtype=np.int8)[::-2], np.float32(1), object(),
        lambda *arguments: None, loligo.hh(), loligo.IClamp(), loligo.hh, squid.network, squid.cell, squid.soma, squid.soma(0.5),
        squid.soma(0.5).v, squid.electrode, squid.v, squid.spikes, squid.spikes[0], simulation, simulation.checkpoint(),
        ball_and_stick(), ball_and_stick().dend, loligo.Signal().pulse(1, 1), loligo.Options(), loligo.builtin, loligo.RandomStream(1),
        squid.network.cells, squid.network.recordings, squid.network.artificial_cells,
    ]  # fmt: skip


def call(function, arguments, keywords):
    try:
        function(*arguments, **keywords)
    except Exception as error:  # a PanicException is no Exception
        assert str(error) or isinstance(error, (KeyError, StopIteration, AttributeError))


@pytest.mark.parametrize("seed", range(12))
def test_calls_with_anything(seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    for _ in range(4):
        squid = Squid()
        pool = values(squid)
        for target in list(pool):
            if not type(target).__module__.startswith("loligo"):
                continue
            for name in dir(type(target)):
                if name in LEFT_OUT or (name.startswith("__") and name not in {"__getitem__", "__call__", "__eq__", "__add__", "__mul__", "__len__"}):
                    continue
                try:
                    member = getattr(target, name)
                except Exception:
                    continue
                if not callable(member):
                    if chance.random() < 0.3:
                        call(setattr, (target, name, chance.choice(pool)), {})
                    continue
                arguments = [chance.choice(pool) for _ in range(chance.randrange(4))]
                call(member, arguments, {})
                try:
                    names = [p for p in inspect.signature(member).parameters if chance.random() < 0.7]
                except (ValueError, TypeError):
                    continue
                call(member, [], {name: chance.choice(pool) for name in names})
        # What remains can be printed, and checked or simulated.
        call(repr, (squid.cell,), {})
        call(squid.cell._repr_html_, (), {})
        call(squid.network.check, (), {})
        call(lambda: loligo.Simulation(squid.network).run_until(0.1), (), {})


def drawn(chance):
    """A random cell: its sections, paintings and point processes, by Python and as TOML."""
    cell = loligo.Cell("drawn")
    toml = ['[run]\ntstop = 1.0\n[[cell]]\nname = "drawn"']
    sections = []
    for k in range(chance.randrange(1, 8)):
        name = ["soma", "dend", "apic", "axon"][min(k, chance.randrange(4))] + f"_{k}"
        length, diam, nseg = chance.uniform(1, 500), chance.uniform(0.1, 30), chance.randrange(1, 6)
        Ra, cm, end = chance.uniform(30, 300), chance.uniform(0.5, 2), chance.randrange(2)
        entry = f'name = "{name}"\nL = {length!r}\ndiam = {diam!r}\nnseg = {nseg}\nRa = {Ra!r}\ncm = {cm!r}\n'
        place = {}
        if sections:
            parent, x = chance.choice(sections), chance.choice([0.0, 0.5, 1.0])
            place = {"parent": parent, "parent_x": x, "child_end": end}
            entry += f'parent = "{parent.name}"\nparent_x = {x!r}\nchild_end = {end}\n'
        sections.append(cell.add_section(name, L=length, diam=diam, nseg=nseg, Ra=Ra, cm=cm, **place))
        toml.append("[[cell.section]]\n" + entry)
    for _ in range(chance.randrange(4)):
        region = chance.choice(["all", chance.choice(sections).name])
        name, parameter = chance.choice([("hh", "gnabar"), ("pas", "g"), ("pas", "e")])
        value = chance.uniform(0, 0.1)
        cell.paint(region, loligo.Mechanism(name, **{parameter: value}))
        toml.append(f'[[cell.paint]]\nregion = "{region}"\nmechanism = "{name}"\n{parameter} = {value!r}')
    for k in range(chance.randrange(4)):
        section, x, tau = chance.choice(sections), chance.random(), chance.uniform(0.1, 10)
        cell.place(f"point{k}", section(x), loligo.ExpSyn(tau=tau))
        toml.append(f'[[cell.point]]\nname = "point{k}"\nmechanism = "ExpSyn"\nsection = "{section.name}"\nx = {x!r}\ntau = {tau!r}')
    return cell, "\n".join(toml)


@pytest.mark.parametrize("seed", range(40))
def test_drawn_cells_are_equal_from_python_and_from_text(seed):
    cell, toml = drawn(random.Random(seed))
    described = loligo.Model.parse(toml).network["drawn"]
    assert cell == described
    assert cell.to_bytes() == described.to_bytes()
