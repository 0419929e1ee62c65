"""Models that many tests use."""

from pathlib import Path

import pytest

import loligo


@pytest.fixture
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[3]


class Squid:
    """One compartment with a current step, its voltage and spikes recorded."""

    def __init__(self, **options):
        self.network = loligo.Network()
        self.cell = self.network.add(loligo.Cell("squid"))
        self.soma = self.cell.add_section("soma", L=20, diam=20)  # um
        self.cell.paint("all", loligo.hh())
        self.electrode = self.cell.place("electrode", self.soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.2))
        self.v = self.network.record(self.soma(0.5).v)
        self.spikes = self.network.watch(self.soma(0.5), threshold=0)  # mV
        self.options = options

    def simulate(self, tstop=None, **options):
        simulation = loligo.Simulation(self.network, **{**self.options, **options})
        if tstop is not None:
            simulation.run_until(tstop)
        return simulation


@pytest.fixture
def squid() -> Squid:
    return Squid()


def ball_and_stick(name: str = "cell") -> loligo.Cell:
    """A soma and a dendrite with a synapse."""
    cell = loligo.Cell(name)
    soma = cell.add_section("soma", L=20, diam=20, Ra=100)  # um, um, ohm cm
    dend = cell.add_section("dend", L=200, diam=2, nseg=5, Ra=100, parent=soma)
    cell.paint("all", loligo.hh())
    cell.place("synapse", dend(0.5), loligo.ExpSyn(tau=2, e=0))  # ms, mV
    return cell
