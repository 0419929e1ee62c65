"""The time of the steps alone in NEURON and CoreNEURON."""

import os
import re
import tempfile
import time


def timed(solve, core):
    """Seconds that a call of `psolve` takes; with `core` those that CoreNEURON prints (`coreneuron.verbose` has to be 2)."""
    if core:
        return core_seconds(solve)
    start = time.perf_counter()
    solve()
    return time.perf_counter() - start


def core_seconds(solve):
    """The solver's time, as printed by CoreNEURON: copying the model to CoreNEURON is not part of the steps."""
    with tempfile.TemporaryFile("w+") as log:
        stdout = os.dup(1)
        os.dup2(log.fileno(), 1)
        try:
            solve()
        finally:
            os.dup2(stdout, 1)
            os.close(stdout)
        log.seek(0)
        return float(re.search(r"Solver Time : *([\d.]+)", log.read()).group(1))
