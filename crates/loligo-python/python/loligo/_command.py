"""The command ``loligo``."""

from __future__ import annotations

import sys

from ._loligo import run_command


def main() -> int:
    """Runs the command with the arguments of the process; returns its exit code."""
    return run_command(sys.argv)
