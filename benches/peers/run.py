"""Runs Loligo and other simulators in turn on the same models: `python3 benches/peers/run.py`; see README.md in this folder."""

import argparse
import csv
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import install
from engines import (
    ENGINES, HERE, LOLIGO, PROJECT, SHORT_TSTOP, WORKLOADS, Failed, RunningWorker, run_loligo, short_engines,
)

DT = 0.025  # ms
KEPT = 1.15  # a variant that is slower by this factor than its engine's fastest in the first round is not run again
THREADS = sorted({1, min(2, os.cpu_count()), os.cpu_count()})
COLUMNS = (
    "workload", "published", "engine", "label", "rates", "threads", "variant", "compartments", "steps", "rounds",
    "spikes", "spike_shift_ms", "ns_median", "ns_min", "times_loligo",
)


@dataclass
class Run:
    """One run of one variant of an engine."""

    engine: object
    threads: int
    variant: str  # JSON
    seconds: float
    spikes: list  # (ms, cell)


def main():
    names = [*WORKLOADS, *(engine.name for engine in ENGINES)]
    parser = argparse.ArgumentParser(description=__doc__)
    rounds = "every engine runs once in a round (default: 5; 3 with --short)"
    parser.add_argument("--rounds", type=int, metavar="N", help=rounds)
    only = f"these workloads or engines alone, and no files are written: {', '.join(names)}"
    parser.add_argument("--only", nargs="+", choices=names, default=[], metavar="NAME", help=only)
    short = "less of each workload, on one thread, on Loligo and the peers that install.py has installed; no files are written"
    parser.add_argument("--short", action="store_true", help=short)
    parser.add_argument("--loligo", metavar="FILE", help="the program `workload`; it is built if it is not given")
    arguments = parser.parse_args()

    if arguments.short:
        missing = install.absent()
        engines = short_engines(missing)
    else:
        missing = install.install()
        for name, reason in missing.items():
            print(f"{name} cannot be installed and is left out; {reason} says why", file=sys.stderr)
        engines = [engine for engine in ENGINES if engine.needs not in missing]
    loligo = arguments.loligo or LOLIGO
    if not arguments.loligo:
        build = ["cargo", "build", "--release", "--quiet", "-p", "loligo-benches", "--bin", "workload"]
        subprocess.run(build, check=True, cwd=PROJECT)

    workloads = [name for name in WORKLOADS if name in arguments.only] or WORKLOADS
    engines = [engine for engine in engines if engine.name in arguments.only] or engines
    threads = (1,) if arguments.short else THREADS
    rounds = arguments.rounds or (3 if arguments.short else 5)
    machine = describe_machine()
    print("\n".join(machine))
    rows, complaints = [], []
    for workload in workloads:
        some = [engine for engine in engines if workload in engine.workloads]
        tstop = SHORT_TSTOP[workload] if arguments.short else None
        rows += measure(loligo, workload, tstop, threads, some, rounds, complaints)
    order = [engine.name for engine in ENGINES]
    rows.sort(key=lambda row: order.index(row["engine"]))
    print_table(rows, threads)
    if arguments.short:
        print_peers_to_install(missing)
    elif not arguments.only:
        path = HERE / "results" / f"{datetime.date.today()}.csv"
        write(path, machine, rows)
        if "plot" not in missing:
            subprocess.run([install.python("plot"), HERE / "plot.py", path], check=True)
    print(*complaints, sep="\n", file=sys.stderr)
    return 1 if complaints else 0


def measure(loligo, workload, tstop, threads, engines, rounds, complaints):
    """Runs a workload (until tstop, ms, if given) on all engines in turn; returns rows of the table and adds to the
    complaints."""
    describe = [loligo, workload, "--describe", *(["--tstop", str(tstop)] if tstop else [])]
    text = subprocess.run(describe, check=True, capture_output=True, text=True).stdout
    description = json.loads(text)
    # A cell is not divided; in NEURON an input and its synapses must be in one thread.
    threads = (1,) if workload == "detailed" or workload.startswith("synapses") else threads
    contenders = [(engine, count) for count in threads for engine in engines]
    workers, runs, compartments, failed = {}, [], set(), set()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text)
        file.flush()
        for number in range(rounds):
            for engine, count in contenders:
                for variant in worth_running(engine, count, runs):
                    if (engine.name, count) in failed:
                        continue
                    try:
                        if engine.worker:
                            if (engine.worker, count) not in workers:
                                workers[engine.worker, count] = RunningWorker(engine.worker, count, file.name)
                            worker = workers[engine.worker, count]
                            result = worker.run(json.loads(variant)) | {"compartments": worker.compartments}
                        else:
                            result = run_loligo(loligo, workload, description["tstop"], count, json.loads(variant))
                    except Failed as failure:
                        failed.add((engine.name, count))
                        workers.pop((engine.worker, count), None)
                        complaints.append(f"{workload}, {engine.name}, {count} threads: {failure}")
                        continue
                    compartments.add(result["compartments"])
                    runs.append(Run(engine, count, variant, result["seconds"], result["spikes"]))
                    note = f"{workload}, round {number + 1}: {engine.name}, {count} threads, {variant}"
                    print(f"{note}: {result['seconds']:.3f} s", file=sys.stderr)
    for worker in workers.values():
        worker.close()
    compartments.discard(None)
    if len(compartments) > 1:
        complaints.append(f"{workload}: the models have different numbers of compartments, {sorted(compartments)}")
    steps = round(description["tstop"] / DT)
    complaints += [f"{workload}, {complaint}" for complaint in disagreements(runs)]
    model = {"workload": workload, "published": description["published"]}
    model |= {"compartments": max(compartments, default=0), "steps": steps}
    return summarise(model, contenders, runs)


def worth_running(engine, threads, runs):
    """All variants of an engine in the first round, later only those that were not much slower than its fastest."""
    first = {}
    for run in runs:
        if run.engine is engine and run.threads == threads:
            first.setdefault(run.variant, run.seconds)
    if len(first) < len(engine.variants):
        return [json.dumps(variant) for variant in engine.variants]
    return [variant for variant, seconds in first.items() if seconds <= KEPT * min(first.values())]


def reference_for(engine, runs):
    """The run with which an engine's spikes are compared: that of the first engine with these rates, of NEURON if it took part."""
    return next(run for run in runs if run.engine.rates == engine.rates)


def spike_shift(run, reference):
    """The largest time difference of a spike from the reference's, ms; None if the numbers of spikes of a cell differ."""
    order = lambda spike: (spike[1], spike[0])
    ours, theirs = sorted(run.spikes, key=order), sorted(reference.spikes, key=order)
    if [cell for _, cell in ours] != [cell for _, cell in theirs]:
        return None
    return max((abs(a[0] - b[0]) for a, b in zip(ours, theirs)), default=0.0)


def disagreements(runs):
    """Runs whose spikes differ from the reference's."""
    found = {}
    for run in runs:
        reference = reference_for(run.engine, runs)
        shift = spike_shift(run, reference)
        what = f"{run.engine.name}, {run.threads} threads, {run.variant}"
        if shift is None:
            counts = f"{len(run.spikes)} spikes, {reference.engine.name} {len(reference.spikes)}"
            found[what] = f"{what}: {counts}, or not the same number in each cell"
        elif run.engine.same_steps and reference.engine.same_steps and shift > 1.01 * DT:
            found[what] = f"{what}: a spike is {shift:.4f} ms from {reference.engine.name}'s"
    return list(found.values())


def summarise(model, contenders, runs):
    """A row for each engine and number of threads: its fastest variant."""
    rows = []
    work = model["compartments"] * model["steps"]
    for engine, threads in contenders:
        variants = {}
        for run in runs:
            if run.engine is engine and run.threads == threads:
                variants.setdefault(run.variant, []).append(run)
        if not variants:
            continue
        # A variant that was dropped has fewer runs than the fastest.
        rounds = max(map(len, variants.values()))
        lasting = [some for some in variants.values() if len(some) == rounds]
        best = min(lasting, key=lambda some: statistics.median(run.seconds for run in some))
        seconds = [run.seconds for run in best]
        shift = spike_shift(best[-1], reference_for(engine, runs))
        rows.append(model | {
            "engine": engine.name, "label": engine.label, "rates": engine.rates, "threads": threads,
            "variant": best[0].variant, "rounds": rounds, "spikes": len(best[-1].spikes),
            "spike_shift_ms": "" if shift is None else f"{shift:.4f}",
            "ns_median": 1e9 * statistics.median(seconds) / work, "ns_min": 1e9 * min(seconds) / work,
        })
    loligo = {row["threads"]: row["ns_median"] for row in rows if row["engine"] == "loligo"}
    for row in rows:
        row["times_loligo"] = row["ns_median"] / loligo[row["threads"]] if row["threads"] in loligo else None
    return rows


def print_peers_to_install(missing):
    """Prints the commands that install the missing simulators of the short comparison."""
    lacking = [name for name in install.SHORT if name in missing]
    if lacking:
        print(f"\nnot installed: {', '.join(lacking)}; `python3 benches/peers/install.py` installs them")


def print_table(rows, threads):
    """Prints the table of medians as Markdown: ns per compartment and step, and the ratio to Loligo's, by threads."""
    workloads = list(dict.fromkeys(row["workload"] for row in rows))
    print("\nns per compartment and step (times Loligo's), " + ", ".join(map(str, threads)) + " threads\n")
    print("| engine | " + " | ".join(workloads) + " |")
    print("|---" * (len(workloads) + 1) + "|")
    for label in dict.fromkeys(row["label"] for row in rows):
        cells = []
        for workload in workloads:
            own = [row for row in rows if row["label"] == label and row["workload"] == workload]
            times = lambda row: "" if row["times_loligo"] is None else f" ({row['times_loligo']:.1f}x)"
            cells.append(", ".join(f"{row['ns_median']:.1f}{times(row)}" for row in own) or "-")
        print(f"| {label} | " + " | ".join(cells) + " |")


def describe_machine():
    """The conditions of the measurement: date, processor, versions."""
    processor = json.loads(output("lscpu", "--json"))["lscpu"]
    wanted = r"Model name|CPU family|Model|CPU\(s\)|Thread\(s\) per core|L1d cache|L2 cache|L3 cache"
    flat = processor + [child for entry in processor for child in entry.get("children", [])]
    lines = [f"{entry['field']} {entry['data']}" for entry in flat if re.fullmatch(f"({wanted}):", entry["field"])]
    vectors = [flag for flag in ("avx2", "fma", "avx512f") if any(flag in str(entry["data"]).split() for entry in flat)]
    commit, packages = output("git", "-C", PROJECT, "rev-parse", "--short", "HEAD"), []
    for name in ("neuron", "arbor", "arbor-source", "jaxley"):
        if install.python(name).exists():
            listing = json.loads(output(install.python(name), "-m", "pip", "list", "--format", "json"))
            some = [package for package in listing if package["name"].lower() in ("neuron", "arbor", "jaxley", "jax")]
            packages += [f"{package['name']} {package['version']}" for package in some]
    return [
        f"# date: {datetime.datetime.now():%Y-%m-%d %H:%M}",
        f"# processor: {', '.join(lines)}; {' '.join(vectors)}",
        f"# load at the start: {os.getloadavg()[0]:.1f}; {platform.platform()}",
        f"# versions: Loligo {commit}, {', '.join(dict.fromkeys(packages))}",
        f"# compilers: {output('rustc', '--version')}; {output('c++', '--version').splitlines()[0]}",
    ]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def write(path, machine, rows):
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", newline="") as file:
        file.write("".join(f"{line}\n" for line in machine))
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in rows:
            rounded = {key: f"{value:.3f}" for key, value in row.items() if isinstance(value, float)}
            table.writerow(row | rounded)


if __name__ == "__main__":
    sys.exit(main())
