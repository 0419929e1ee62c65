"""Shared part of the simulators' workers: each builds a workload, then answers requests, lines of JSON on standard input."""

import json
import os
import sys


def serve(build):
    """Builds the workload of the description file in argv[1] and serves runs of it until standard input ends.

    `build(description, threads)` returns the number of compartments and a function that runs a variant (the request)
    once and returns the seconds that its steps took and the spikes, a list of (ms, cell). Output that the simulators print to
    standard output is redirected to standard error; only the answers go to standard output.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    with open(sys.argv[1]) as file:
        description = json.load(file)
    compartments, run = build(description, int(sys.argv[2]))
    print(json.dumps({"compartments": compartments}), file=answers)
    for line in sys.stdin:
        seconds, spikes = run(**json.loads(line))
        print(json.dumps({"seconds": seconds, "spikes": sorted(spikes)}), file=answers)
