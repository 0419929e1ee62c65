"""Pictures with matplotlib: traces, raster, firing rates, shape and dendrogram of a cell. Each returns its axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._arrays import segments, source_names
from ._loligo import Cell, Recording, Recordings, Simulation, Variable

try:
    import matplotlib.pyplot as plt
    from matplotlib.collections import LineCollection
except ImportError as _absent:
    raise ImportError("loligo.plot needs matplotlib: pip install matplotlib") from _absent

__all__ = ["dendrogram", "raster", "rates", "shape", "traces"]


def _axes(axes: Any) -> Any:
    return plt.subplots()[1] if axes is None else axes


def traces(
    simulation: Simulation,
    recordings: Recording | Recordings | Variable | list[Any] | None = None,
    axes: Any = None,
) -> Any:
    """Draws recordings over time.

    Parameters
    ----------
    simulation : Simulation
        The simulation.
    recordings : Recording, Recordings, Variable, or a list of names or of these, optional
        The recordings; all by default.
    axes : matplotlib axes, optional
        The axes to draw on; new ones by default.

    Returns
    -------
    axes
        With a label of the unit if all recordings have one unit.

    Raises
    ------
    KeyError, ModelError
        A recording that does not exist.

    Examples
    --------
    >>> axes = loligo.plot.traces(simulation, v)
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('Time (ms)', 'mV')
    """
    axes = _axes(axes)
    if recordings is None:
        keys: list[Any] = list(range(len(simulation.names)))
    elif isinstance(recordings, (list, tuple)):
        keys = list(recordings)
    elif isinstance(recordings, Recordings):
        keys = [recordings[k] for k in range(len(recordings))]
    else:
        keys = [recordings]
    units = set()
    for key in keys:
        if isinstance(key, Recording):
            label = key.name
        else:
            label = simulation.names[key] if isinstance(key, int) else str(key)
        axes.plot(simulation.times(key), simulation.samples(key), label=label)
        units.add(simulation.unit(key))
    axes.set_xlabel("Time (ms)")
    if len(units) == 1 and units != {"1"}:
        axes.set_ylabel(units.pop())
    if 1 < len(keys) <= 10:
        axes.legend()
    return axes


def raster(simulation: Simulation, axes: Any = None) -> Any:
    """Draws the spikes: a row for each source, the first at the bottom.

    Parameters
    ----------
    simulation : Simulation
        The simulation.
    axes : matplotlib axes, optional
        The axes to draw on; new ones by default.

    Returns
    -------
    axes
        The matplotlib axes.

    Examples
    --------
    >>> axes = loligo.plot.raster(simulation)
    >>> [tick.get_text() for tick in axes.get_yticklabels()]
    ['squid.soma(0.5).v']
    """
    axes = _axes(axes)
    spikes = simulation.spikes
    names = source_names(simulation)
    height = min(max(200 / max(len(names), 1), 2), 20)  # points
    axes.scatter(spikes["t"], spikes["source"], s=height**2, marker="|", linewidths=1)
    axes.set_xlim(0, max(simulation.t, 1e-9))
    axes.set_ylim(-0.5, max(len(names), 1) - 0.5)
    if len(names) <= 40:
        axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("Time (ms)")
    return axes


def rates(simulation: Simulation, width: float = 5.0, axes: Any = None) -> Any:
    """Draws the mean firing rate of all sources over time.

    Parameters
    ----------
    simulation : Simulation
        The simulation.
    width : float, default 5
        Width of a bin, ms.
    axes : matplotlib axes, optional
        The axes to draw on; new ones by default.

    Returns
    -------
    axes
        The matplotlib axes.

    Raises
    ------
    ValueError
        A width that is not above 0.

    Examples
    --------
    >>> axes = loligo.plot.rates(simulation, width=10)  # ms
    >>> axes.get_ylabel()
    'Rate (Hz)'
    """
    if not width > 0:
        raise ValueError(f"width={width}: give the width of a bin in ms, above 0")
    axes = _axes(axes)
    # The time is a sum of steps, with rounding errors.
    count = max(int(np.ceil(simulation.t / width - 1e-6)), 1)
    spikes, edges = np.histogram(simulation.spikes["t"], bins=count, range=(0, count * width))
    sources = max(len(simulation.sources), 1)
    axes.stairs(spikes / sources / (width * 1e-3), edges)
    axes.set_xlabel("Time (ms)")
    axes.set_ylabel("Rate (Hz)")
    return axes


def _per_segment(values: Any, count: int) -> np.ndarray | None:
    if values is None:
        return None
    array: np.ndarray = np.asarray(values, dtype=float)
    if array.shape != (count,):
        raise ValueError(
            f"values: give one for each of the {count} segments of the cell, in the order of loligo.segments; "
            f"this array has the shape {array.shape}"
        )
    return array


_COLOURS = {"soma": "black", "axon": "tab:blue", "dendrite": "tab:red", "apical": "tab:purple"}


def shape(cell: Cell, values: Any = None, plane: str = "xy", axes: Any = None) -> Any:
    """Draws the shape of a cell with 3-D points, coloured by kind of section or by a value of each segment.

    Parameters
    ----------
    cell : Cell
        The cell.
    values : array, optional
        A value for each segment, in the order of `loligo.segments`; drawn with a colour bar.
    plane : str, default "xy"
        The two axes to draw: "xy", "xz", "zy"...
    axes : matplotlib axes, optional
        The axes to draw on; new ones by default.

    Returns
    -------
    axes
        The matplotlib axes.

    Raises
    ------
    ValueError
        A cell without 3-D points, another number of values, or another plane.

    Examples
    --------
    >>> cell = loligo.Cell()
    >>> soma = cell.add_section("soma", points=[[0, 0, 0, 20], [20, 0, 0, 20]], nseg=3)  # um
    >>> axes = loligo.plot.shape(cell, values=[-65, -64, -63])  # mV
    >>> axes.get_xlabel()
    'x (µm)'
    """
    if len(plane) != 2 or not set(plane) <= set("xyz"):
        raise ValueError(f'plane="{plane}": give two of x, y and z, such as "xy"')
    table = segments(cell)
    values = _per_segment(values, len(table))
    if np.isnan(table["x_mid"]).all():
        raise ValueError("the cell has no 3-D points; loligo.plot.dendrogram draws it")
    axes = _axes(axes)
    first, second = plane[0], plane[1]
    lines = np.stack(
        [np.stack([table[f"{axis}_start"], table[f"{axis}_end"]], axis=1) for axis in (first, second)], axis=2
    )
    _draw(axes, lines, np.maximum(table["diam"] * 0.5, 0.5), cell, table, values)
    axes.set_aspect("equal", "datalim")
    axes.set_xlabel(f"{first} (µm)")
    axes.set_ylabel(f"{second} (µm)")
    return axes


def dendrogram(cell: Cell, values: Any = None, axes: Any = None) -> Any:
    """Draws the tree of a cell: distance from the soma upwards, branches side by side.

    Parameters
    ----------
    cell : Cell
        The cell.
    values : array, optional
        A value for each segment, in the order of `loligo.segments`; drawn with a colour bar.
    axes : matplotlib axes, optional
        The axes to draw on; new ones by default.

    Returns
    -------
    axes
        The matplotlib axes.

    Raises
    ------
    ModelError
        Invalid geometry.
    ValueError
        Another number of values.

    Examples
    --------
    >>> axes = loligo.plot.dendrogram(cell)
    >>> axes.get_ylabel()
    'Distance from the soma (µm)'
    """
    table = segments(cell)
    values = _per_segment(values, len(table))
    sections = cell.sections
    parents = [-1] * len(sections)
    parents_of_segments = dict(zip(table["section"].tolist(), table["parent_section"].tolist()))
    for section, parent in parents_of_segments.items():
        parents[section] = parent
    children: list[list[int]] = [[] for _ in sections]
    for section, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(section)
    # Sections of a tree from the leaves to the roots, without recursion: dendrites may be thousands of sections long.
    order, waiting = [], [section for section, parent in enumerate(parents) if parent < 0]
    while waiting:
        section = waiting.pop()
        order.append(section)
        waiting.extend(children[section])
    column = [0.0] * len(sections)
    leaves = 0
    for section in order:
        if not children[section]:
            column[section] = leaves
            leaves += 1
    for section in reversed(order):
        if children[section]:
            column[section] = float(np.mean([column[child] for child in children[section]]))
    axes = _axes(axes)
    x = np.array([column[section] for section in table["section"]])
    half = table["L"] / 2
    distance = np.where(np.isfinite(table["distance"]), table["distance"], 0.0)
    lines = np.stack([np.stack([x, distance - half], axis=1), np.stack([x, distance + half], axis=1)], axis=1)
    _draw(axes, lines, np.full(len(table), 2.0), cell, table, values)
    # A thin line leads from each section to its parent.
    joints = []
    for section, parent in enumerate(parents):
        if parent >= 0:
            start = float((distance - half)[table["section"] == section].min())
            joints.append([(column[parent], start), (column[section], start)])
    axes.add_collection(LineCollection(joints, colors="0.6", linewidths=0.5))
    axes.set_xticks([])
    axes.set_ylabel("Distance from the soma (µm)")
    axes.autoscale_view()
    return axes


def _draw(
    axes: Any, lines: np.ndarray, widths: np.ndarray, cell: Cell, table: np.ndarray, values: np.ndarray | None
) -> None:
    if values is None:
        kinds = [section.kind for section in cell.sections]
        colours = [_COLOURS.get(kinds[section], "tab:green") for section in table["section"]]
        axes.add_collection(LineCollection(list(lines), linewidths=widths, colors=colours, capstyle="round"))
    else:
        drawn = LineCollection(list(lines), linewidths=widths, array=values, capstyle="round")
        axes.add_collection(drawn)
        axes.figure.colorbar(drawn, ax=axes)
    axes.autoscale_view()
