"""Writes NEURON's results for the models of some examples: `python use_cases.py OUT.json`, in the project's top directory.

The noise of `noisy_stimuli` is implemented here again, with neurodamus's order of draws from NEURON's generators.

Stored for each: the times of the spikes, the last sample of each voltage, and the SHA-256 of all samples as little-endian doubles.
"""

import hashlib
import json
import math
import struct
import sys

sys.path.insert(0, "validation/neuron")

from neuron import h
from run_cases import Mechanisms

MECHANISMS = Mechanisms()
h.nrn_load_dll(MECHANISMS.library(dict(points=[dict(type="ConductanceSource")])))
h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")


class Cell:
    """The objects of one cell, stored together."""


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


def reconstructed(reader, file):
    """The cell of a file, with Ra 100 ohm cm and as many segments as the d_lambda rule gives."""
    reader.quiet = 1
    reader.input(file)
    cell = Cell()
    h.Import3d_GUI(reader, False).instantiate(cell)
    for sec in cell.all:
        sec.Ra, sec.cm = 100.0, 1.0
        sec.nseg = int((sec.L / (0.1 * h.lambda_f(100, sec=sec)) + 0.9) / 2) * 2 + 1
    return cell


def alpha_synapse():
    cell = reconstructed(h.Import3d_Neurolucida3(), "morphologies/interneuron.asc")
    for sec in cell.all:
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


def stream(*ids):
    random = h.Random()
    random.Random123_globalindex(1)
    random.Random123(*ids)
    return random


def drawn(random, count, choose):
    """`count` numbers; choosing the distribution draws one, which is discarded."""
    choose(random)
    return [random.repick() for _ in range(count)]


def sampled(values, dt, duration):
    points = [(0.0, 0.0)] + [(k * dt, value) for k, value in enumerate(values)] + [(duration, 0.0)]
    return points


def count_of(duration, dt):
    return int(math.floor(duration / dt + 1e-9)) + 1


def ornstein_uhlenbeck(random, tau, sigma, mean, duration, dt=0.25):
    deviates = drawn(random, count_of(duration, dt), lambda r: r.normal(0, 1))
    mu = math.exp(-dt / tau)
    amplitude = sigma * math.sqrt(1 - mu * mu)
    values = [0.0]
    for deviate in deviates[1:]:
        values.append(values[-1] * mu + deviate * amplitude)
    return sampled([value + mean for value in values], dt, duration)


def gamma(random, shape, scale, count):
    assert shape >= 1
    d = shape - 1 / 3
    c = 1 / 3 / math.sqrt(d)
    values = []
    while len(values) < count:
        x = random.normal(0, 1)
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        u = random.uniform(0, 1)
        if u < 1 - 0.0331 * x * x * x * x or math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
            values.append(scale * d * v)
    return values


def shot_noise(random, tau_d, tau_r, rate, amp_mean, amp_var, duration, dt=0.25):
    count = count_of(duration, dt)
    expected = 1 + int(duration * (rate / 1000.0))
    events, t = [], 0.0
    for interval in drawn(random, int(expected + 3 * math.sqrt(expected)), lambda r: r.negexp(1.0 / rate)):
        t += interval
        events.append(t * 1000.0)
    start = events[-1]
    while events[-1] < duration:
        t, start = 0.0, events[-1]
        for _ in range(100):
            t += random.repick()
            events.append(t * 1000.0 + start)
    bins = [k for k in (round(t / dt) for t in events if t < duration - 1e-11) if k < count]
    scale = amp_var / amp_mean
    impulses = [0.0] * count
    for k, peak in zip(bins, gamma(random, amp_mean / scale, scale, len(bins))):
        impulses[k] += peak
    a, b = math.exp(-dt / tau_d), math.exp(-dt / tau_r)
    decay, rise = -math.log(a), -math.log(b)
    peak = math.log(rise / decay) / (rise - decay)
    height = (a / b - 1) / (a**peak - b**peak)
    rising, response = [0.0], [0.0]
    for k in range(1, count):
        response.append(a * response[-1] + b * rising[-1])
        rising.append(b * rising[-1] + impulses[k - 1])
    return sampled([height * value for value in response], dt, duration)


def play(variable, points):
    t, y = (h.Vector(values) for values in zip(*points))
    y.play(variable, t, 1)
    return t, y


def conductance(segment, points, reversal):
    source = point(h.ConductanceSource(segment), rs=1e9, dur1=points[-1][0], amp1=reversal)
    resistances = [(t, 1.0 / g if 1e-9 < g < 1e9 else 1e9) for t, g in [(0.0, 0.0)] + points]
    return source, play(source._ref_rs, resistances)


def noisy_stimuli():
    cell = reconstructed(h.Import3d_SWC_read(), "morphologies/pyramidal_l5.swc")
    for sec in cell.all:
        sec.insert("hh")
    dendrites = list(cell.dend) + list(cell.apic)
    for segment in (segment for sec in dendrites for segment in sec):
        segment.hh.gnabar, segment.hh.gkbar, segment.hh.gl, segment.hh.el = 0.03, 0.01, 1e-4, -60.0
    duration = 300.0
    random = stream(0, 1, 115)
    kept = [conductance(sec(0.5), ornstein_uhlenbeck(random, 2.7, 8e-5, 1e-4, duration), 0.0) for sec in dendrites]
    random = stream(0, 2, 115)
    for sec in dendrites:
        kept.append(conductance(sec(0.5), shot_noise(random, 8.0, 0.5, 20.0, 4e-4, 4e-8, duration), -80.0))
    dt = 0.5
    noise = drawn(stream(0, 3, 115), count_of(duration, dt), lambda r: r.normal(0, 1))
    points = []
    for k, value in enumerate(noise):
        t, value = k * dt, 0.1 * value
        step = 1.0 if 50.0 < t < 250.0 else 0.0
        points += [(t, value), (t, 1.0 + value)] if t == 50.0 else [(t, 1.0 + value), (t, value)] if t == 250.0 else [(t, step + value)]
    points = [(0.0, 0.0)] + points + [(duration, 0.0)]
    electrode = point(h.IClamp(cell.soma[0](0.5)), delay=0.0, dur=duration, amp=0.0)
    kept += [electrode, play(electrode._ref_amp, points)]
    probes = [(0, cell.soma[0], 0.5), (0, cell.apic[4], 0.5), (0, cell.dend[24], 0.5)]
    return run("noisy_stimuli", duration, probes, [(0, cell.soma[0], 0.5, -10.0)]), kept


def main(out):
    cases = [make()[0] for make in (hh_soma, alpha_synapse, netstim, two_cells, ring, noisy_stimuli)]
    json.dump(dict(generated_with=h.nrnversion(), cases=cases), open(out, "w"), indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
