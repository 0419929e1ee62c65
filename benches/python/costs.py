"""Seconds of calls that build and run models: Loligo from Python and in Rust, NEURON and Arbor from Python, in turn.

    cargo build --release -p loligo-benches --bin description_calls
    python benches/python/costs.py

with the packages loligo, neuron==9.0.2 and arbor==0.12.2 installed; engines that are absent are left out. Each engine is a
process that does one task at a time; in each round all of them do it once. The table has the least time of the rounds
in ms (us for one call), and after 1,000 short simulations the growth of memory in MB.
"""

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUST = ROOT / "target/release/description_calls"
TASKS = [
    "place 10,000 synapses",
    "add 1,000 cells",
    "make 100,000 connections",
    "an ensemble of 1,000 rows",
    "hand over 10,000,000 samples",
    "1,000 short simulations",
    "1,000 short runs of one simulation",
    "one call: place",
    "one call: connect",
    "one call: record",
    "one call: read a value",
]
SYNAPSES, CELLS, CONNECTIONS, SHORT_RUNS, SINGLE_CALLS = 10_000, 1_000, 100_000, 1_000, 10_000


def memory():
    """Resident memory, MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


class Loligo:
    def __init__(self):
        import loligo
        import numpy

        self.loligo, self.numpy = loligo, numpy

    def cell(self):
        loligo = self.loligo
        cell = loligo.Cell("cell")
        soma = cell.add_section("soma", L=20, diam=20)  # um
        cell.add_section("dend", L=500, diam=2, nseg=100, parent=soma)
        cell.paint("all", loligo.hh())
        cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9, amp=0.3))  # ms, ms, nA
        return cell

    def run(self, task):
        loligo, numpy = self.loligo, self.numpy
        network, cell = loligo.Network(), self.cell()
        x, synapse = numpy.linspace(0, 1, SYNAPSES), loligo.ExpSyn(tau=2)  # ms
        if task == TASKS[0]:
            return timed(lambda: cell.place_many("synapse", "dend", x, synapse))
        if task == TASKS[1]:
            return timed(lambda: network.add_many(cell, CELLS))
        if task == TASKS[2]:
            cell.place_many("synapse", "dend", x, synapse)
            targets = network.add(cell).synapse
            stims = network.add_artificial_many("stim", loligo.NetStim(), CELLS)
            numbers, weights = numpy.arange(CONNECTIONS), numpy.linspace(0, 1, CONNECTIONS)
            return timed(lambda: network.connect_many(stims[numbers % CELLS], targets[numbers % SYNAPSES], weights, 1.0))
        if task == TASKS[3]:
            table = {name: numpy.linspace(0, 1, CELLS) for name in ("all.hh.gnabar", "electrode.amp")}
            return timed(lambda: network.add_ensemble(cell, table))
        if task == TASKS[4]:
            cell = network.add(cell)
            recordings = network.record_segments(cell, "dend")
            simulation = loligo.Simulation(network)
            simulation.run_until(2500)  # ms
            return timed(lambda: simulation[recordings])
        if task == TASKS[5]:
            v = network.record(network.add(cell).soma(0.5))

            def runs():
                for _ in range(SHORT_RUNS):
                    simulation = loligo.Simulation(network)
                    simulation.run_until(1)  # ms
                    simulation[v]

            return timed(runs)
        if task == TASKS[6]:
            v = network.record(network.add(cell).soma(0.5))
            simulation = loligo.Simulation(network)

            def again():
                for _ in range(SHORT_RUNS):
                    simulation.initialize()
                    simulation.run_until(1)  # ms
                    simulation[v]

            return timed(again)
        calls = range(SINGLE_CALLS)
        place = cell.soma(0.5)
        if task == TASKS[7]:
            names = [f"e{k}" for k in calls]
            return timed(lambda: [cell.place(name, place, synapse) for name in names]) / SINGLE_CALLS
        cell.place("synapse", place, synapse)
        cell = network.add(cell)
        source, target = cell.soma(0.5), cell.synapse
        if task == TASKS[8]:
            return timed(lambda: [network.connect(source, target, 0.01, 2.0) for _ in calls]) / SINGLE_CALLS
        if task == TASKS[9]:
            return timed(lambda: [network.record(source) for _ in calls]) / SINGLE_CALLS
        handle = loligo.Simulation(network).handle(source.v)
        return timed(lambda: [handle.value for _ in calls]) / SINGLE_CALLS


class Neuron:
    def __init__(self):
        from neuron import h

        self.h = h

    def cell(self):
        h = self.h
        soma, dend = h.Section(name="soma"), h.Section(name="dend")
        soma.L = soma.diam = 20  # um
        dend.L, dend.diam, dend.nseg = 500, 2, 100
        dend.connect(soma(1))
        for section in (soma, dend):
            section.insert("hh")
        electrode = h.IClamp(soma(0.5))
        electrode.delay, electrode.dur, electrode.amp = 1, 1e9, 0.3  # ms, ms, nA
        return soma, dend, electrode

    def synapses(self, dend, count):
        made = []
        for k in range(count):
            synapse = self.h.ExpSyn(dend(k / (count - 1)))
            synapse.tau = 2  # ms
            made.append(synapse)
        return made

    def short_run(self, vector):
        h = self.h
        h.finitialize(-65)  # mV
        while h.t < 1 - h.dt / 2:
            h.fadvance()
        vector.as_numpy()

    def run(self, task):
        h = self.h
        h.dt = 0.025  # ms
        soma, dend, electrode = self.cell()
        calls = range(SINGLE_CALLS)
        if task == TASKS[0]:
            return timed(lambda: self.synapses(dend, SYNAPSES))
        if task == TASKS[1]:
            return timed(lambda: [self.cell() for _ in range(CELLS)])
        if task == TASKS[2]:
            synapses = self.synapses(dend, SYNAPSES)
            stims = [h.NetStim() for _ in range(CELLS)]

            def connect():
                made = []
                for k in range(CONNECTIONS):
                    connection = h.NetCon(stims[k % CELLS], synapses[k % SYNAPSES])
                    connection.weight[0], connection.delay = k / (CONNECTIONS - 1), 1
                    made.append(connection)
                return made

            return timed(connect)
        if task == TASKS[3]:

            def ensemble():
                made = []
                for k in range(CELLS):
                    soma, dend, electrode = self.cell()
                    electrode.amp = k / (CELLS - 1)
                    for section in (soma, dend):
                        for segment in section:
                            segment.hh.gnabar = k / (CELLS - 1)
                    made.append((soma, dend, electrode))
                return made

            return timed(ensemble)
        if task == TASKS[4]:
            vectors = [h.Vector().record(segment._ref_v) for segment in dend]
            h.finitialize(-65)  # mV
            while h.t < 2500 - h.dt / 2:
                h.fadvance()
            return timed(lambda: [vector.as_numpy() for vector in vectors])
        if task == TASKS[5]:
            del soma, dend, electrode

            def runs():
                for _ in range(SHORT_RUNS):
                    made = self.cell()
                    self.short_run(h.Vector().record(made[0](0.5)._ref_v))

            return timed(runs)
        if task == TASKS[6]:
            vector = h.Vector().record(soma(0.5)._ref_v)
            return timed(lambda: [self.short_run(vector) for _ in range(SHORT_RUNS)])
        if task == TASKS[7]:

            def place():
                made = []
                for _ in calls:
                    synapse = h.ExpSyn(soma(0.5))
                    synapse.tau = 2  # ms
                    made.append(synapse)
                return made

            return timed(place) / SINGLE_CALLS
        synapse = h.ExpSyn(soma(0.5))
        if task == TASKS[8]:

            def connect():
                made = []
                for _ in calls:
                    connection = h.NetCon(soma(0.5)._ref_v, synapse, sec=soma)
                    connection.weight[0], connection.delay = 0.01, 2
                    made.append(connection)
                return made

            return timed(connect) / SINGLE_CALLS
        if task == TASKS[9]:
            return timed(lambda: [h.Vector().record(soma(0.5)._ref_v) for _ in calls]) / SINGLE_CALLS
        return timed(lambda: [soma(0.5).v for _ in calls]) / SINGLE_CALLS


class Arbor:
    """Places and connections are not made one by one: each task of building is timed with the whole simulation."""

    def __init__(self):
        import arbor

        self.arbor = arbor

    def recipe(self, cells, synapses=0, connections=0, stims=0, probes=(), values=None):
        arbor = self.arbor
        units = arbor.units
        tree = arbor.segment_tree()
        soma = tree.append(arbor.mnpos, arbor.mpoint(-10, 0, 0, 10), arbor.mpoint(10, 0, 0, 10), tag=1)
        tree.append(soma, arbor.mpoint(10, 0, 0, 1), arbor.mpoint(510, 0, 0, 1), tag=3)

        def described(gnabar=0.12, amp=0.3):
            decor = arbor.decor()
            decor.paint("(all)", arbor.density("hh", gnabar=gnabar))
            decor.place("(location 0 0.02)", arbor.i_clamp(1 * units.ms, 1e9 * units.ms, amp * units.nA))
            if synapses:
                decor.place(f"(uniform (tag 3) 0 {synapses - 1} 1)", arbor.synapse("expsyn", tau=2), "s")
            return arbor.cable_cell(tree, decor, arbor.label_dict(), arbor.cv_policy_max_extent(5 * units.um))

        shared = described()

        class Recipe(arbor.recipe):
            def num_cells(self):
                return cells + stims

            def cell_kind(self, gid):
                return arbor.cell_kind.cable if gid < cells else arbor.cell_kind.spike_source

            def cell_description(self, gid):
                if gid >= cells:
                    return arbor.spike_source_cell("stim", arbor.regular_schedule(10 * units.ms))
                return shared if values is None else described(*values[gid])

            def connections_on(self, gid):
                if gid or not connections:
                    return []
                each_in_turn = arbor.cell_local_label("s", arbor.selection_policy.round_robin)
                return [
                    arbor.connection((cells + k % stims, "stim"), each_in_turn, k / (connections - 1), 1 * units.ms)
                    for k in range(connections)
                ]

            def probes(self, gid):
                return [arbor.cable_probe_membrane_voltage(place, f"p{k}") for k, place in enumerate(probes)]

            def global_properties(self, kind):
                return arbor.neuron_cable_properties()

        return Recipe()

    def run(self, task):
        arbor = self.arbor
        units = arbor.units
        dt = 0.025 * units.ms
        if task == TASKS[0]:
            return timed(lambda: arbor.simulation(self.recipe(1, synapses=SYNAPSES)))
        if task == TASKS[1]:
            return timed(lambda: arbor.simulation(self.recipe(CELLS)))
        if task == TASKS[2]:
            recipe = self.recipe(1, synapses=SYNAPSES, connections=CONNECTIONS, stims=CELLS)
            return timed(lambda: arbor.simulation(recipe))
        if task == TASKS[3]:
            values = [(k / (CELLS - 1), k / (CELLS - 1)) for k in range(CELLS)]
            return timed(lambda: arbor.simulation(self.recipe(CELLS, values=values)))
        if task == TASKS[4]:
            places = [f"(location 0 {0.04 + 0.96 * (k + 0.5) / 100})" for k in range(100)]
            simulation = arbor.simulation(self.recipe(1, probes=places))
            schedule = arbor.regular_schedule(dt)
            handles = [simulation.sample((0, f"p{k}"), schedule) for k in range(100)]
            simulation.run(2500 * units.ms, dt)
            return timed(lambda: [simulation.samples(handle) for handle in handles])
        if task == TASKS[5]:
            recipe = self.recipe(1, probes=["(location 0 0.02)"])

            def runs():
                for _ in range(SHORT_RUNS):
                    simulation = arbor.simulation(recipe)
                    handle = simulation.sample((0, "p0"), arbor.regular_schedule(dt))
                    simulation.run(1 * units.ms, dt)
                    simulation.samples(handle)

            return timed(runs)
        if task == TASKS[6]:
            simulation = arbor.simulation(self.recipe(1, probes=["(location 0 0.02)"]))
            handle = simulation.sample((0, "p0"), arbor.regular_schedule(dt))

            def again():
                for _ in range(SHORT_RUNS):
                    simulation.reset()
                    simulation.run(1 * units.ms, dt)
                    simulation.samples(handle)

            return timed(again)
        return None


def timed(calls):
    begun = time.perf_counter()
    made = calls()
    seconds = time.perf_counter() - begun
    del made
    return seconds


ENGINES = {"loligo": Loligo, "neuron": Neuron, "arbor": Arbor}


def work(name):
    engine = ENGINES[name]()
    for line in sys.stdin:
        task = line.strip()
        before = memory()
        seconds = engine.run(task)
        print(seconds, memory() - before, flush=True)


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, task):
        """Seconds, and the growth of memory in MB; None if the engine has no such task."""
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise SystemExit(f"{self.process.args} ended in the task {task}")
        return None if answer[0] == "None" else [float(number) for number in answer]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="each engine does each task once in a round (5)")
    parser.add_argument("--worker", choices=ENGINES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return work(arguments.worker)
    if not RUST.exists():
        raise SystemExit("first: cargo build --release -p loligo-benches --bin description_calls")
    workers = {"Rust": Worker([RUST])}
    for name in ENGINES:
        if importlib.util.find_spec(name):
            workers[name] = Worker([sys.executable, __file__, "--worker", name])
        else:
            print(f"{name} is not installed and is left out", file=sys.stderr)
    print("| task | " + " | ".join(workers) + " | loligo / Rust |")
    print("|---|" + "---|" * (len(workers) + 1))
    for task in TASKS:
        results = {name: [] for name in workers}
        for _ in range(arguments.rounds):
            for name, worker in workers.items():
                results[name].append(worker.run(task))
        factor, unit = (1e6, "us") if task.startswith("one call") else (1e3, "ms")
        entries, least = [], {}
        for name, answers in results.items():
            if answers[0] is None:
                entries.append("")
                continue
            least[name] = min(answer[0] for answer in answers) * factor
            entry = f"{least[name]:.3g} {unit}"
            if "short simulations" in task and len(answers[-1]) > 1:
                entry += f", {answers[-1][1]:+.1f} MB"
            entries.append(entry)
        ratio = f"{least['loligo'] / least['Rust']:.2f}" if "loligo" in least else ""
        print(f"| {task} | " + " | ".join(entries) + f" | {ratio} |", flush=True)
    for worker in workers.values():
        worker.process.stdin.close()
        worker.process.wait()
    return None


if __name__ == "__main__":
    main()
