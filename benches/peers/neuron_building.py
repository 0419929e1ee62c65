"""Measures the time and memory that NEURON needs to build the network of benches/src/large_network.rs.

    python benches/peers/neuron_building.py [CELLS] [SYNAPSES_PER_CELL]

in an environment with NEURON (see README.md). Weights, delays and sources are drawn from another generator than Loligo's:
the same distributions, not the same numbers.
"""

import random
import resource
import sys
import time

from neuron import h

SECTIONS = 11


class Cell:
    """A soma and eleven dendrites, 100 compartments, with synapses distributed over all dendrites."""

    def __init__(self, synapses):
        self.soma = h.Section(name="soma", cell=self)
        self.soma.L = self.soma.diam = 20
        self.dendrites = []
        for k in range(SECTIONS):
            dendrite = h.Section(name=f"dend{k}", cell=self)
            dendrite.L, dendrite.diam, dendrite.nseg = 90, 1.5, 9
            dendrite.connect((self.soma if k < 3 else self.dendrites[(k - 1) // 2 - 1])(1))
            self.dendrites.append(dendrite)
        for section in [self.soma] + self.dendrites:
            section.Ra = 100
            section.insert("hh")
            section.insert("pas")
            for segment in section:
                segment.pas.g, segment.pas.e = 1e-4, -65
        self.synapses = []
        for kind in 0, 1:
            for k in range(kind, synapses, 2):
                segment = self.dendrites[k % SECTIONS](k // SECTIONS / synapses * SECTIONS)
                if kind == 0:
                    synapse = h.ExpSyn(segment)
                    synapse.tau, synapse.e = 2, 0
                else:
                    synapse = h.Exp2Syn(segment)
                    synapse.tau1, synapse.tau2, synapse.e = 0.5, 3, -80
                self.synapses.append(synapse)


def main():
    cells, synapses = (int(argument) for argument in (sys.argv[1:] + ["100", "1000"][len(sys.argv) - 1 :])[:2])
    start, start_of_work = time.perf_counter(), time.process_time()
    population = [Cell(synapses) for _ in range(cells)]
    stimuli = []
    for _ in range(cells):
        stimulus = h.NetStim()
        stimulus.interval, stimulus.number, stimulus.start, stimulus.noise = 50, 1e9, 0, 1
        stimuli.append(stimulus)
    generator = random.Random(0)
    connections = []
    for cell in population:
        for point, synapse in enumerate(cell.synapses):
            drawn = generator.randrange(cells)
            if point % 10 == 0:
                connection = h.NetCon(stimuli[drawn], synapse)
            else:
                soma = population[drawn].soma
                connection = h.NetCon(soma(0.5)._ref_v, synapse, sec=soma)
            connection.weight[0] = 1e-5 * generator.random()
            connection.delay = 1 + 9 * generator.random()
            connections.append(connection)
    described = time.process_time() - start_of_work
    h.finitialize(-65)
    work, wall = time.process_time() - start_of_work, time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{cells} cells, {100 * cells} compartments, {cells * synapses} synapses")
    print(f"described {described:.2f} s, initialised {work:.2f} s of processor time ({wall:.2f} s), {peak:.0f} MiB at the peak")


main()
