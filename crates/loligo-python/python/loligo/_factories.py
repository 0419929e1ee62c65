"""Functions that make mechanisms, with the documentation of the catalogue."""

from __future__ import annotations

import inspect
from typing import Any

from ._loligo import Catalogue, Mechanism


def documentation(described: dict[str, Any]) -> str:
    """The docstring of the function that makes a mechanism."""
    lines = [described["summary"][:1].upper() + described["summary"][1:] + ".", ""]
    parameters = [variable for variable in described["variables"] if variable["role"] == "parameter"]
    if parameters or described["lists"]:
        lines += ["Parameters", "----------"]
    for parameter in parameters:
        lines.append(f"{parameter['name']} : float, default {parameter['default']:g}")
        lines.append(f"    {_explained(parameter)}")
    for given in described["lists"]:
        lines.append(f"{given['name']} : list or array of float, default empty")
        lines.append(f"    {_explained(given)}")
    others = [variable for variable in described["variables"] if variable["role"] != "parameter"]
    if others:
        lines += ["", "Notes", "-----", "Variables that can be recorded:", ""]
        lines += [f"``{variable['name']}`` : {_explained(variable)}" for variable in others]
    return "\n".join(lines)


def _explained(variable: dict[str, Any]) -> str:
    unit = f", {variable['unit']}" if variable["unit"] else ""
    return f"{variable['meaning'] or variable['name']}{unit}."


def factory(catalogue: Catalogue, name: str) -> Any:
    """The function that makes a mechanism of a catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue.
    name : str
        Name of the mechanism in it.
    """
    described = catalogue.describe(name)

    def make(**parameters: Any) -> Mechanism:
        return catalogue.make(name, **parameters)

    make.__name__ = make.__qualname__ = name
    make.__module__ = "loligo"
    make._makes_mechanism = True  # type: ignore[attr-defined]
    make.__doc__ = documentation(described)
    keywords = [
        inspect.Parameter(variable["name"], inspect.Parameter.KEYWORD_ONLY, default=variable["default"])
        for variable in described["variables"]
        if variable["role"] == "parameter" and variable["name"].isidentifier()
    ]
    keywords += [
        inspect.Parameter(given["name"], inspect.Parameter.KEYWORD_ONLY, default=())
        for given in described["lists"]
        if given["name"].isidentifier()
    ]
    make.__signature__ = inspect.Signature(keywords, return_annotation=Mechanism)  # type: ignore[attr-defined]
    return make
