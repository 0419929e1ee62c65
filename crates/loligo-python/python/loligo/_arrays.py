"""Tables of cells and of results as numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._loligo import ArtificialCell, Cell, PointProcess, Simulation

_WHOLE = {"section", "segment", "parent_section"}


def _structured(columns: dict[str, np.ndarray]) -> np.ndarray:
    types = [(name, np.int64 if name in _WHOLE else np.float64) for name in columns]
    table = np.empty(len(next(iter(columns.values()))), dtype=types)
    for name, column in columns.items():
        table[name] = column
    return table


def segments(cell: Cell) -> np.ndarray:
    """The segments of a cell as a structured array, in order of the sections and of x.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    array with the fields
        section, segment : index of the section, and of the segment in it;
        x : middle of the segment, 0 to 1; distance : path from the middle of the soma, um;
        diam, L : um; area : um2; parent_section : -1 for a root;
        x_start, y_start, z_start, x_mid, ..., z_end : um, NaN for sections without 3-D points.

    Raises
    ------
    ModelError
        Invalid geometry.

    Examples
    --------
    >>> cell = loligo.Cell()
    >>> soma = cell.add_section("soma", points=[[0, 0, 0, 20], [20, 0, 0, 20]], nseg=2)  # um
    >>> loligo.segments(cell)["x_mid"].tolist()
    [5.0, 15.0]
    """
    return _structured(cell._segment_columns())


def points(cell: Cell) -> np.ndarray:
    """The 3-D points of a cell as a structured array, section by section.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    array with the fields
        section : its index; x, y, z, diam : um. Sections without 3-D points have none.

    Examples
    --------
    >>> cell = loligo.Cell()
    >>> soma = cell.add_section("soma", points=[[0, 0, 0, 20], [20, 0, 0, 20]])  # um
    >>> loligo.points(cell)["x"].tolist()
    [0.0, 20.0]
    """
    return _structured(cell._point_columns())


def traces(simulation: Simulation) -> dict[str, Any]:
    """All recordings by name, and the times as ``"t"`` (ms): ``pandas.DataFrame(loligo.traces(simulation))``.

    Parameters
    ----------
    simulation : Simulation
        The simulation.

    Returns
    -------
    dict of arrays
        The samples share the memory of the simulation.

    Raises
    ------
    ValueError
        Recordings with different numbers of steps between samples.

    Examples
    --------
    >>> columns = loligo.traces(simulation)
    >>> list(columns), columns["t"].shape
    (['t', 'squid.soma(0.5).v'], (1601,))
    """
    columns: dict[str, Any] = {"t": simulation.times()} if simulation.names else {}
    for index, name in enumerate(simulation.names):
        columns[name] = simulation.samples(index)
    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("the recordings have different numbers of samples; take them one by one: simulation[name]")
    return columns


def source_names(simulation: Simulation) -> list[str]:
    """The names of the sources of spikes, by index: ``cell.soma(0.5).v``, or the name of an artificial cell.

    Parameters
    ----------
    simulation : Simulation
        The simulation.

    Examples
    --------
    >>> loligo.source_names(simulation)
    ['squid.soma(0.5).v']
    """
    sources = simulation.sources
    return [source.name if isinstance(source, (ArtificialCell, PointProcess)) else repr(source) for source in sources]
