"""What NEURON does with the models of some examples: `python use_cases.py OUT.json`, at the top of the project.

Kept of each: the times of the spikes, the last sample of each voltage, and the SHA-256 of all samples as little-endian doubles.
"""

import hashlib
import json
import struct
import sys

from neuron import h

h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")


class Cell:
    """Keeps what belongs together."""


def section(name, L, diam, nseg=1, parent=None, Ra=35.4):
    made = h.Section(name=name)
    made.L, made.diam, made.nseg, made.Ra = L, diam, nseg, Ra
    if parent is not None:
        made.connect(parent(1))
    return made


def passive(sec, g, e):
    sec.insert("pas")
    for segment in sec:
        segment.pas.g, segment.pas.e = g, e


def point(process, **parameters):
    for name, value in parameters.items():
        setattr(process, name, value)
    return process


def run(name, tstop, probes, sources, v_init=-65.0):
    """`probes`: (cell, section, x); `sources`: (cell, section, x, threshold)."""
    traces = [(cell, sec, x, h.Vector().record(sec(x)._ref_v)) for cell, sec, x in probes]
    spikes = []
    for cell, sec, x, threshold in sources:
        watch = h.NetCon(sec(x)._ref_v, None, sec=sec)
        watch.threshold = threshold
        times = h.Vector()
        watch.record(times)
        spikes.append((cell, sec, x, threshold, times, watch))
    h.dt, h.celsius = 0.025, 6.3
    h.finitialize(v_init)
    while h.t < tstop - h.dt / 2:
        h.fadvance()
    short = lambda sec: sec.name().split(".")[-1]
    digest = lambda values: hashlib.sha256(struct.pack("<%dd" % len(values), *values)).hexdigest()
    return dict(
        name=name,
        tstop_ms=tstop,
        v_init_mV=v_init,
        v=[
            dict(cell=c, section=short(s), x=x, samples=len(v), last_mV=v[len(v) - 1], highest_mV=v.max(), sha256=digest(list(v)))
            for c, s, x, v in traces
        ],
        spikes=[dict(cell=c, section=short(s), x=x, threshold_mV=th, t_ms=list(t)) for c, s, x, th, t, _ in spikes],
    )


def hh_soma():
    soma = section("soma", 20.0, 20.0)
    soma.insert("hh")
    clamp = point(h.IClamp(soma(0.5)), delay=5.0, dur=30.0, amp=0.2)
    return run("hh_soma", 40.0, [(0, soma, 0.5)], [(0, soma, 0.5, 0.0)]), clamp


def alpha_synapse():
    reader = h.Import3d_Neurolucida3()
    reader.quiet = 1
    reader.input("morphologies/interneuron.asc")
    cell = Cell()
    h.Import3d_GUI(reader, False).instantiate(cell)
    for sec in cell.all:
        sec.Ra, sec.cm = 100.0, 1.0
        sec.nseg = int((sec.L / (0.1 * h.lambda_f(100, sec=sec)) + 0.9) / 2) * 2 + 1
        passive(sec, 1e-4, -70.0)
    synapse = point(h.AlphaSynapse(cell.dend[10](0.5)), onset=20.0, tau=0.5, gmax=1e-3, e=0.0)
    return run("alpha_synapse", 60.0, [(0, cell.soma[0], 0.5), (0, cell.dend[10], 0.5)], [], -70.0), synapse


def netstim():
    soma = section("soma", 20.0, 20.0, Ra=100.0)
    dendrites = [section("dend[%d]" % k, 400.0, 2.0, 9, soma, 100.0) for k in range(2)]
    soma.insert("hh")
    stim = point(h.NetStim(), interval=5.0, number=5, start=20.0, noise=0.0)
    kept = [stim]
    for dendrite, delay in zip(dendrites, (1.0, 3.0)):
        passive(dendrite, 5e-4, -65.0)
        synapse = point(h.ExpSyn(dendrite(0.5)), tau=2.0, e=0.0)
        connection = h.NetCon(stim, synapse)
        connection.weight[0], connection.delay = 0.03, delay
        kept += [synapse, connection]
    return run("netstim", 80.0, [(0, sec, 0.5) for sec in [soma] + dendrites], [(0, soma, 0.5, 0.0)]), kept


def two_cells():
    cells = []
    for _ in range(2):
        cell = Cell()
        cell.soma = section("soma", 20.0, 20.0, Ra=100.0)
        cell.dend = section("dend", 200.0, 2.0, 5, cell.soma, 100.0)
        for sec in (cell.soma, cell.dend):
            sec.insert("hh")
        cells.append(cell)
    first, second = cells
    clamp = point(h.IClamp(first.soma(0.5)), delay=5.0, dur=30.0, amp=0.5)
    synapse = point(h.ExpSyn(second.dend(0.5)), tau=2.0, e=0.0)
    connection = h.NetCon(first.soma(1)._ref_v, synapse, sec=first.soma)
    connection.weight[0], connection.delay, connection.threshold = 0.01, 2.0, 0.0
    probes = [(0, first.soma, 0.5), (1, second.soma, 0.5)]
    sources = [(0, first.soma, 1.0, 0.0), (1, second.soma, 1.0, 0.0)]
    return run("two_cells", 50.0, probes, sources), (clamp, synapse, connection)


def ring():
    cells = []
    for _ in range(8):
        cell = Cell()
        cell.soma = h.Section(name="soma")
        cell.soma.pt3dadd(0, 0, 0, 12.6157)
        cell.soma.pt3dadd(12.6157, 0, 0, 12.6157)
        cell.soma.Ra = 100.0
        cell.soma.insert("hh")
        cell.tree = [cell.soma]
        for k, parent in enumerate([0, 1, 1, 2, 2, 3, 3]):
            dendrite = section("dend[%d]" % k, 10.0 if k else 200.0, 1.0, 1, cell.tree[parent], 100.0)
            dendrite.insert("hh")
            passive(dendrite, 0.001, -65.0)
            cell.tree.append(dendrite)
        cell.excitatory = point(h.ExpSyn(cell.tree[1](0.8)), tau=2.0, e=0.0)
        cell.inhibitory = point(h.ExpSyn(cell.tree[1](0.1)), tau=5.0, e=-80.0)
        cells.append(cell)
    start = point(h.NetStim(), number=1, start=0.0)
    kept = [start, h.NetCon(start, cells[0].excitatory)]
    kept[1].weight[0], kept[1].delay = 0.01, 1.0
    for k, cell in enumerate(cells):
        connection = h.NetCon(cell.soma(1)._ref_v, cells[(k + 1) % 8].excitatory, sec=cell.soma)
        connection.weight[0], connection.delay, connection.threshold = 0.01, 1.0, 10.0
        kept.append(connection)
    probes = [(k, cells[k].soma, 0.5) for k in range(8)]
    return run("ring", 100.0, probes, [(k, cells[k].soma, 1.0, 10.0) for k in range(8)]), kept


def main(out):
    cases = [make()[0] for make in (hh_soma, alpha_synapse, netstim, two_cells, ring)]
    json.dump(dict(generated_with=h.nrnversion(), cases=cases), open(out, "w"), indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
