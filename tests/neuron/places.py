"""Writes NEURON's results for `places.toml`: `python tests/neuron/places.py OUT.json`, in the project's top directory.

The places are found here again, by h.distance and NEURON's Random123. Stored: the places of all point processes, and of
each recording its place and the SHA-256 of all samples as little-endian doubles.
"""

import hashlib
import json
import struct
import sys

from neuron import h

h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")


class Cell:
    pass


def remove(section):
    for child in section.children():
        remove(child)
    h.delete_section(sec=section)


def built():
    reader = h.Import3d_SWC_read()
    reader.input("morphologies/pyramidal_l5.swc")
    cell = Cell()
    h.Import3d_GUI(reader, False).instantiate(cell)
    for section in list(cell.axon):
        h.delete_section(sec=section)
    remove(cell.dend[3])
    cell.stub = [h.Section(name="axon[%d]" % k) for k in range(2)]
    for section, diameter in zip(cell.stub, [1.5, 1.0]):
        section.L, section.diam = 30.0, diameter
    cell.stub[0].connect(cell.soma[0](1), 0)
    cell.stub[1].connect(cell.stub[0](1), 0)
    for section in h.allsec():
        if "apic" in section.name():
            for k in range(section.n3d()):
                h.pt3dchange(k, section.diam3d(k) * 1.2, sec=section)
        section.nseg, section.Ra, section.cm = 3, 100.0, 1.0
        section.insert("pas")
        for segment in section:
            segment.pas.g, segment.pas.e = 1e-4, -70.0
    for section in [cell.soma[0], *cell.stub]:
        section.insert("hh")
    return cell


def short(section):
    return section.name().split(".")[-1]


def main(out):
    cell = built()
    origin = cell.soma[0](0.5)
    everything = list(h.allsec())
    of = lambda prefix: [section for section in everything if short(section).startswith(prefix)]
    apical, basal, axon = of("apic"), of("dend"), cell.stub

    def stretches(sections, near, far):
        parts, end = [], 0.0
        for section in sections:
            start = h.distance(origin, section(0))
            low, high = max(0.0, (near - start) / section.L), min(1.0, (far - start) / section.L)
            if low < high:
                end += (high - low) * section.L
                parts.append((section, low, high, end))
        return parts

    def along(parts, length):
        section, low, high, end = next((part for part in parts if part[3] > length), parts[-1])
        return section, min(max(high - (end - length) / section.L, low), high)

    def nearest(sections, um):
        segments = [segment for section in sections for segment in section]
        return min(segments, key=lambda segment: round(abs(h.distance(origin, segment) - um), 9))

    stream = h.Random()
    stream.Random123_globalindex(11)
    stream.Random123(0, 1, 120)
    drawn = [stream.uniform(0, 1)] + [stream.repick() for _ in range(99)]
    parts = stretches(apical, 100.0, 300.0)
    scattered = [along(parts, u * parts[-1][3]) for u in drawn]
    whole = stretches(basal, 0.0, 1e9)
    count = int(whole[-1][3] * 0.008 + 0.5)
    dense = [along(whole, (k + 0.5) * whole[-1][3] / count) for k in range(count)]
    tips = [(section, 1.0) for section in apical if not section.children()]
    forks = [(section, 1.0) for section in basal if len(section.children()) > 1]
    with open("tests/neuron/places.csv") as file:
        rows = [line.strip().split(",") for line in list(file)[1:]]
    listed = [(next(section for section in everything if short(section) == name), float(x)) for name, x in rows]
    electrode = nearest(apical, 350.0)
    electrode = [(electrode.sec, electrode.x)]

    def place(process, places, **parameters):
        made = []
        for section, x in places:
            point = getattr(h, process)(section(x))
            for name, value in parameters.items():
                setattr(point, name, value)
            made.append(point)
        return made

    excitation = place("ExpSyn", scattered, tau=2.0)
    inhibition = place("Exp2Syn", dense, tau1=0.5, tau2=5.0, e=-80.0)
    kept = place("AlphaSynapse", tips, onset=20.0, tau=1.0, gmax=0.001)
    kept += place("AlphaSynapse", forks, onset=40.0, tau=1.0, gmax=0.0005)
    kept += place("AlphaSynapse", listed, onset=50.0, tau=1.0, gmax=0.002)
    kept += place("IClamp", electrode, delay=30.0, dur=10.0, amp=0.3)

    def train(start, number):
        source = h.NetStim()
        source.start, source.number, source.interval, source.noise = start, number, 10.0, 0.0
        return source

    connections = []
    for k, synapse in enumerate(excitation):
        source = train(5.0 + (25.0 - 5.0) * (k / 99), 1)
        connections.append((source, h.NetCon(source, synapse, 10.0, 1.0, 3e-4)))
    source = train(10.0, 3)
    connections += [(source, h.NetCon(source, synapse, 10.0, 1.5, 1e-4)) for synapse in inhibition]

    recorded = [cell.soma[0](0.5), nearest(apical, 200.0), nearest(axon, 50.0)]
    recorded += [segment for section in apical for segment in section if 290.0 <= h.distance(origin, segment) <= 310.0]
    traces = [h.Vector().record(segment._ref_v) for segment in recorded]
    h.dt, h.celsius = 0.025, 6.3
    h.finitialize(-70.0)
    while h.t < 60.0 - h.dt / 2:
        h.fadvance()
    digest = lambda values: hashlib.sha256(struct.pack("<%dd" % len(values), *values)).hexdigest()
    spots = lambda places: [[short(section), x] for section, x in places]
    json.dump(
        {
            "generated_with": h.nrnversion(),
            "points": dict(scattered=spots(scattered), dense=spots(dense), distal=spots(tips), forks=spots(forks), listed=spots(listed), electrode=spots(electrode)),
            "v": [dict(section=short(s.sec), x=s.x, samples=len(v), last_mV=v[len(v) - 1], highest_mV=v.max(), sha256=digest(list(v))) for s, v in zip(recorded, traces)],
        },
        open(out, "w"),
        indent=1,
    )


if __name__ == "__main__":
    main(sys.argv[1])
