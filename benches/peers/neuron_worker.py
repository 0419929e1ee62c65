"""NEURON and CoreNEURON: `python neuron_worker.py DESCRIPTION.json THREADS` (see worker.py).

A variant has the keys `core` (CoreNEURON or NEURON), `hh` and `pas` (names of mechanisms), `permute` (CoreNEURON's cell_permute,
NEURON's optimize_node_order).
"""

from neuron import coreneuron, h

from neuron_timing import timed
from worker import serve

DT = 0.025  # ms

h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
pc = h.ParallelContext()
alive = []  # NEURON frees what Python no longer holds


def ring(topology):
    """NEURON's public ring benchmark; returns the sections."""
    trees = topology["parents"]
    size = topology["ncell_per_ring"]
    somas = [h.Section(name=f"soma{gid}") for gid in range(len(trees))]
    for soma in somas:
        soma.L = soma.diam = 12.6157
    h.define_shape()  # the benchmark's somas have 3-D points, its dendrites do not
    sections, synapses = list(somas), []
    for gid, parents in enumerate(trees):
        cell = [somas[gid]]
        for k, parent in enumerate(parents[1:], 1):
            dendrite = h.Section(name=f"dend{gid}_{k}")
            dendrite.L, dendrite.diam = (200.0 if k == 1 else 10.0), 1.0
            dendrite.connect(cell[parent](1))
            cell.append(dendrite)
        sections += cell[1:]
        for x, tau, e in ((0.8, 2.0, 0.0), (0.1, 5.0, -80.0)):
            synapse = h.ExpSyn(cell[1](x))
            synapse.tau, synapse.e = tau, e
            alive.append(synapse)
            if e == 0.0:
                synapses.append(synapse)
        watch(gid, somas[gid](1), 10.0)
    for gid in range(len(trees)):
        following = gid - gid % size + (gid + 1) % size
        connection = pc.gid_connect(gid, synapses[following])
        connection.weight[0], connection.delay = 0.01, 1.0
        alive.append(connection)
    for first in range(0, len(trees), size):
        start = h.NetStim()
        start.number, start.start = 1, 0
        connection = h.NetCon(start, synapses[first], 0.0, 1.0, 0.01)
        alive.extend([start, connection])
    return sections, set(somas)


def detailed(morphology):
    """A cell of a morphology file with a steady current."""
    reader = h.Import3d_SWC_read()
    reader.input(morphology)

    class Cell:
        pass

    cell = Cell()
    h.Import3d_GUI(reader, False).instantiate(cell)
    sections = list(h.allsec())
    for section in sections:
        section.nseg = 3
    alive.extend([cell, clamp(cell.soma[0](0.5), 1.5)])
    watch(0, cell.soma[0](0.5), 0.0)
    return sections, set()


def ensemble(cells):
    """Separate cells of one shape."""
    sections = []
    for k in range(cells):
        cell = []
        for index, parent in enumerate((None, 0, 1, 1, 2, 2, 3, 3)):
            section = h.Section(name=f"cell{k}_{index}")
            section.L, section.diam, section.nseg = (20.0, 20.0, 1) if parent is None else (100.0, 1.5, 9)
            if parent is not None:
                section.connect(cell[parent](1))
            cell.append(section)
        alive.append(clamp(cell[0](0.5), 0.6))
        watch(k, cell[0](0.5), 0.0)
        sections += cell
    return sections, set()


def synapses(model):
    """Cells with synapses, each with a connection from one of many regular inputs."""
    inputs, sections = [], []
    for start in model["starts"]:
        stimulus = h.NetStim()
        stimulus.interval, stimulus.number, stimulus.start, stimulus.noise = model["interval"], 1e9, start, 0
        inputs.append(stimulus)
    # Compiled for this processor, if this is the worker for that.
    exp_syn = getattr(h, "ExpSynCopy", h.ExpSyn)
    for index in range(model["cells"]):
        soma = h.Section(name=f"cell{index}_soma")
        soma.L = soma.diam = 20.0
        dendrites = []
        for number in range(1 + max(synapse["dendrite"] for synapse in model["synapses"])):
            dendrite = h.Section(name=f"cell{index}_{number}")
            dendrite.L, dendrite.diam, dendrite.nseg = 200.0, 2.0, 10
            dendrite.connect(soma(1))
            dendrites.append(dendrite)
        for k, own in enumerate(model["synapses"]):
            segment = dendrites[own["dendrite"]](own["x"])
            if model["kinetics"] == "probabilistic":
                synapse = h.ProbAmpaNmda(segment)
                synapse.release.set_ids(k, index, 0)
            else:
                synapse = exp_syn(segment)
                synapse.tau, synapse.e = own["tau"], own["e"]
            connection = h.NetCon(inputs[own["input"]], synapse, 0.0, own["delay"], own["weight"])
            alive.extend([synapse, connection])
        watch(index, soma(0.5), 0.0)
        sections += [soma, *dendrites]
    alive.extend(inputs)
    return sections, set(sections)


def clamp(segment, amp):
    electrode = h.IClamp(segment)
    electrode.delay, electrode.dur, electrode.amp = 1.0, 1e9, amp
    return electrode


def watch(gid, segment, threshold):
    """Reports the spikes of a cell under its number."""
    pc.set_gid2node(gid, pc.id())
    detector = h.NetCon(segment._ref_v, None, sec=segment.sec)
    detector.threshold = threshold
    pc.cell(gid, detector)
    pc.threshold(gid, threshold)


def paint(kind, model, sections, bare, hh, pas):
    """Inserts hh everywhere, and pas where the workload has it, under the names of equivalent mechanisms."""
    for section in sections:
        for mechanism in ("hh", "hhformula", "hhtable", "pas", "pascopy"):
            if section.has_membrane(mechanism):
                section.uninsert(mechanism)
        section.Ra, section.cm = 100.0, 1.0
        section.insert(hh)
        if kind == "ensemble":
            k = int(section.name().split("_")[0].removeprefix("cell"))
            setattr(section, f"gnabar_{hh}", 0.10 + 0.06 * k / model)
        elif section not in bare:
            section.insert(pas)
            setattr(section, f"g_{pas}", 0.001 if kind == "ring" else 1e-4)
            setattr(section, f"e_{pas}", -65.0)


def build(description, threads):
    (kind, model), = description["model"].items()
    sections, bare = {"ring": ring, "detailed": detailed, "ensemble": ensemble, "synapses": synapses}[kind](model)
    h.celsius, h.dt = 6.3, DT
    coreneuron.verbose = 2  # prints the solver's time
    times, cells = h.Vector(), h.Vector()
    pc.spike_record(-1, times, cells)
    painted = None

    def run(core, hh, pas, permute):
        nonlocal painted
        if painted != (hh, pas):
            paint(kind, model, sections, bare, hh, pas)
            painted = (hh, pas)
        pc.nthread(threads)
        pc.optimize_node_order(0 if core else permute)
        pc.set_maxstep(10)
        times.resize(0)
        cells.resize(0)
        h.finitialize(-65)
        coreneuron.enable = core
        if core:
            coreneuron.cell_permute = permute
        seconds = timed(lambda: pc.psolve(description["tstop"]), core)
        return seconds, list(zip(times, map(int, cells)))

    return sum(section.nseg for section in sections), run


serve(build)
