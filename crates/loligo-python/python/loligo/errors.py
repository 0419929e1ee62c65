"""Exceptions of Loligo, one class for each kind of error, with the data of the error as attributes."""

from __future__ import annotations

from typing import Any

__all__ = [
    "BusyError",
    "CheckpointError",
    "ForeignObjectError",
    "LoligoError",
    "MechanismError",
    "MechanismFileError",
    "ModelError",
    "ModelFileError",
    "MorphologyError",
    "NonFiniteError",
    "OutputError",
    "RunawayError",
    "SimulationError",
    "TooManyEventsError",
]


class LoligoError(Exception):
    """Base of all exceptions of Loligo; every message says what to do.

    Examples
    --------
    >>> try:
    ...     network.record(soma(0.5).nothing)
    ...     loligo.Simulation(network)
    ... except loligo.LoligoError as error:
    ...     print(error.message)
    <Recording squid.soma(0.5).nothing>
    recording "squid.soma(0.5).nothing": squid.soma(0.5).nothing: there is no variable "nothing" there
    """

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data
        for name, value in data.items():
            setattr(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.message, self.data)


def _restored(kind: type[LoligoError], message: str, data: dict[str, Any]) -> LoligoError:
    return kind(message, **data)


class ModelError(LoligoError, ValueError):
    """A model that cannot be run.

    Attributes
    ----------
    problems : list of dict
        All errors: ``kind``, such as "UnknownParameter", and ``message``.

    Examples
    --------
    >>> try:
    ...     cell.paint("sona", loligo.hh())
    ... except loligo.ModelError as error:
    ...     print(error)
    ...     print(error.problems[0]["kind"])
    cell "squid" has no section "sona"; did you mean "soma"?
    UnknownRegion
    """

    problems: list[dict[str, Any]] = []


class ModelFileError(ModelError):
    """A model file with errors.

    Attributes
    ----------
    path : str
        The file.
    problems : list of dict
        All errors: ``kind``, ``message``, ``line`` and ``column``, both from 1.

    Examples
    --------
    >>> try:
    ...     loligo.Model.parse("[run]\\ntstop = 5\\ndtt = 1", "mine.toml")  # ms
    ... except loligo.ModelFileError as error:
    ...     for problem in error.problems:
    ...         print(problem["kind"], error.path, problem["line"], problem["column"])
    MissingKey mine.toml 1 1
    UnknownKey mine.toml 3 1
    """

    path: str | None = None


class ForeignObjectError(ModelError):
    """A part of another network, or of a cell that is in no network.

    Examples
    --------
    >>> try:
    ...     loligo.Network().record(soma(0.5))
    ... except loligo.ForeignObjectError as error:
    ...     print(error)
    this belongs to another network; take it from the cell that this network's add returned
    """


class MorphologyError(LoligoError, ValueError):
    """A morphology file that cannot be read or is broken; the message names the file and line.

    Examples
    --------
    >>> try:
    ...     loligo.Cell.from_morphology("absent.swc")
    ... except loligo.MorphologyError as error:
    ...     print("absent.swc" in str(error))
    True
    """


class MechanismFileError(LoligoError, ValueError):
    """Errors of `.mod` files; the message has each with its line.

    Attributes
    ----------
    paths : list of str
        The files.

    Examples
    --------
    >>> try:
    ...     loligo.Catalogue("absent.mod")
    ... except loligo.MechanismFileError as error:
    ...     print(error.paths)
    ['absent.mod']
    """

    paths: list[str] = []


class SimulationError(LoligoError, RuntimeError):
    """A run that failed; samples and spikes until then are kept.

    Examples
    --------
    >>> electrode.set(amp=1e308)  # nA
    >>> simulation = loligo.Simulation(network)
    >>> try:
    ...     simulation.run_until(40)  # ms
    ... except loligo.SimulationError as error:
    ...     print(len(simulation[v]) > 200)
    True
    """


class NonFiniteError(SimulationError):
    """A voltage that became infinite or NaN.

    Attributes
    ----------
    cell, section : str
        The place.
    x : float
        Middle of the segment, 0 to 1.
    voltage : float
        The voltage, mV.
    t : float
        Time, ms.
    mechanism : str or None
        A mechanism there whose current or state is not finite.

    Examples
    --------
    >>> electrode.set(amp=1e308)  # nA
    >>> try:
    ...     loligo.Simulation(network).run_until(40)  # ms
    ... except loligo.NonFiniteError as error:
    ...     print(error.cell, error.section, error.x, round(error.t, 3))  # ms
    squid soma 0.0 5.025
    """

    cell: str
    section: str
    x: float
    voltage: float
    t: float
    mechanism: str | None


class MechanismError(SimulationError):
    """A mechanism that cannot be computed, or that sent an event which cannot be delivered.

    Attributes
    ----------
    place : str
        The place on a cell, or the name of an artificial cell.
    mechanism : str
        The mechanism.
    t : float
        Time, ms.

    Examples
    --------
    >>> with open("late.mod", "w") as file:
    ...     _ = file.write('''NEURON { ARTIFICIAL_CELL Late }
    ...     INITIAL { net_send(1, 1) }
    ...     NET_RECEIVE(w) { net_event(log(-1)) }''')
    >>> mods = loligo.Catalogue("late.mod")
    >>> network = loligo.Network(mods)
    >>> late = network.add_artificial("late", mods.Late())
    >>> try:
    ...     loligo.Simulation(network).run_until(2)  # ms
    ... except loligo.MechanismError as error:
    ...     print(error.place, error.mechanism, error.t)  # ms
    late Late 1.0
    """

    place: str
    mechanism: str
    t: float


class RunawayError(SimulationError):
    """An artificial cell that fires without pause.

    Attributes
    ----------
    cell, mechanism : str
        Its name and mechanism.
    t : float
        Time, ms.

    Examples
    --------
    >>> network = loligo.Network()
    >>> runaway = network.add_artificial("fires", loligo.IntFire1(tau=10, refrac=0))  # ms, ms
    >>> connection = network.connect(runaway, runaway, weight=2, delay=0)  # ms
    >>> start = network.send_events(runaway, 2, [1])  # ms
    >>> try:
    ...     loligo.Simulation(network).run_until(5)  # ms
    ... except loligo.RunawayError as error:
    ...     print(error.cell, error.mechanism)
    fires IntFire1
    """

    cell: str
    mechanism: str
    t: float


class TooManyEventsError(SimulationError):
    """More waiting events than memory allows.

    Attributes
    ----------
    sender : str or None
        The source that sent most of them.
    events : int
        Their number.
    t : float
        Time, ms.

    Examples
    --------
    >>> issubclass(loligo.TooManyEventsError, loligo.SimulationError)
    True
    """

    sender: str | None
    events: int
    t: float


class BusyError(SimulationError):
    """A simulation that is running in another thread.

    Examples
    --------
    >>> def progress(t, tstop, spikes):
    ...     try:
    ...         simulation.t
    ...     except loligo.BusyError:
    ...         print("it runs")
    ...     return False
    >>> simulation.run_until(1e6, progress=progress)  # ms; doctest: +ELLIPSIS
    it runs
    ...
    """


class OutputError(LoligoError, OSError):
    """A file of results that cannot be written.

    Attributes
    ----------
    path : str
        The file or folder.

    Examples
    --------
    >>> _ = open("taken", "w").write("a file, not a folder")
    >>> try:
    ...     simulation.run_into("taken", 50)  # ms
    ... except loligo.OutputError as error:
    ...     print(error.path)
    taken
    """

    path: str


class CheckpointError(LoligoError, ValueError):
    """A checkpoint that cannot be read or written, is damaged, or belongs to another version.

    Examples
    --------
    >>> try:
    ...     loligo.Checkpoint.from_bytes(b"no state")
    ... except loligo.CheckpointError as error:
    ...     print("no checkpoint" in str(error))
    True
    """
