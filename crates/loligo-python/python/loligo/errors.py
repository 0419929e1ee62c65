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
    "RunawayError",
    "SimulationError",
    "TooManyEventsError",
]


class LoligoError(Exception):
    """Base of all exceptions of Loligo; every message says what to do."""

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
    """

    path: str | None = None


class ForeignObjectError(ModelError):
    """A part of another network, or of a cell that is in no network."""


class MorphologyError(LoligoError, ValueError):
    """A morphology file that cannot be read or is broken; the message names the file and line."""


class MechanismFileError(LoligoError, ValueError):
    """Errors of `.mod` files; the message has each with its line.

    Attributes
    ----------
    paths : list of str
        The files.
    """

    paths: list[str] = []


class SimulationError(LoligoError, RuntimeError):
    """A run that failed; samples and spikes until then are kept."""


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
    """

    sender: str | None
    events: int
    t: float


class BusyError(SimulationError):
    """A simulation that is running in another thread."""


class CheckpointError(LoligoError, ValueError):
    """A checkpoint that cannot be read or written, is damaged, or belongs to another version."""
