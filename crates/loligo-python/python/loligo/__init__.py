"""Compartmental neuron simulation with NEURON's numbers.

A description is a value: a `Cell` of sections with mechanisms, put into a `Network` and connected. A `Simulation` runs
it. Mechanisms are made by their names: ``loligo.hh(gnabar=0.12)``, ``loligo.IClamp(delay=5, dur=30, amp=0.2)``;
``help(loligo.hh)`` prints the parameters. Units are NEURON's: ms, mV, um, nA and uS for point processes, mA/cm2 and
S/cm2 for the membrane, ohm cm, uF/cm2, mM, degC.

The examples of all docstrings continue this one:

Examples
--------
>>> import loligo
>>> import numpy as np
>>> network = loligo.Network()
>>> cell = network.add(loligo.Cell("squid"))
>>> soma = cell.add_section("soma", L=20, diam=20)  # um
>>> cell.paint("all", loligo.hh())
>>> electrode = cell.place("electrode", soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.2))  # ms, ms, nA
>>> v = network.record(soma(0.5).v)
>>> spikes = network.watch(soma(0.5), threshold=0)  # mV
>>> simulation = loligo.Simulation(network)
>>> simulation.run_until(40)  # ms
True
>>> len(simulation.spike_times(spikes))
3
"""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

from . import errors
from ._arrays import points, segments, source_names, traces
from ._loligo import (
    ArtificialCell,
    ArtificialCells,
    Catalogue,
    Cell,
    Cells,
    Checkpoint,
    Connection,
    Connections,
    GapJunction,
    Handle,
    Mechanism,
    Model,
    Network,
    Options,
    PointProcess,
    PointProcesses,
    RandomStream,
    Recording,
    Recordings,
    Section,
    Segment,
    Signal,
    Simulation,
    Variable,
    Variables,
    __version__,
)
from .errors import *  # noqa: F403

if TYPE_CHECKING:
    from . import plot

__all__ = [
    "ArtificialCell",
    "ArtificialCells",
    "Catalogue",
    "Cell",
    "Cells",
    "Checkpoint",
    "Connection",
    "Connections",
    "GapJunction",
    "Handle",
    "Mechanism",
    "Model",
    "Network",
    "Options",
    "PointProcess",
    "PointProcesses",
    "RandomStream",
    "Recording",
    "Recordings",
    "Section",
    "Segment",
    "Signal",
    "Simulation",
    "Variable",
    "Variables",
    "__version__",
    "builtin",
    "errors",
    "plot",
    "points",
    "segments",
    "source_names",
    "traces",
]
__all__ += errors.__all__

#: The built-in mechanisms.
builtin: Catalogue = Catalogue()


def __getattr__(name: str) -> Any:
    if name == "plot":
        return importlib.import_module(".plot", __name__)
    if not name.startswith("_") and name in builtin:
        # The next access finds it here.
        globals()[name] = made = getattr(builtin, name)
        return made
    close = difflib.get_close_matches(name, [*builtin.names, *__all__], n=1)
    hint = f'; did you mean "{close[0]}"?' if close else "; loligo.builtin.names lists the mechanisms"
    raise AttributeError(f'loligo has no mechanism or class "{name}"{hint}')


def __dir__() -> list[str]:
    return sorted([*__all__, *builtin.names])
