"""A bar of the simulated time, in a terminal and in a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def bar() -> Callable[[float, float, int], None]:
    """A progress function for one run, which prints to the standard error."""
    begun = time.monotonic()
    shown = 0

    def show(t: float, tstop: float, spikes: int) -> None:
        nonlocal shown
        fraction = min(max(t / tstop, 0.0), 1.0) if tstop > 0 else 1.0
        filled = int(30 * fraction)
        seconds = time.monotonic() - begun
        text = f"{'#' * filled}{'.' * (30 - filled)} {t:.1f} of {tstop:.1f} ms, {spikes} spikes, {seconds:.1f} s"
        end = "\n" if fraction >= 1.0 else ""
        sys.stderr.write("\r" + text.ljust(shown) + end)
        sys.stderr.flush()
        shown = len(text)

    return show
