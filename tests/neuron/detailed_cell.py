"""Writes NEURON's results for a detailed cell: `python detailed_cell.py MORPHOLOGY.swc TSTOP_MS AMP_NA OUT.json [pruned]`, in a process of its own.

nseg 3 in each section, Ra 100 ohm cm, cm 1 uF/cm2, hh and pas (g 1e-4 S/cm2, e -65 mV) everywhere, an IClamp at
soma(.5) from 1 ms to the end, dt .025 ms, 6.3 degC. Stored: the steps of the spikes (soma(.5) above 0 mV), v at soma(.5)
every 1000th step, and the SHA-256 of all samples as little-endian doubles.

`pruned`: the axon is replaced by two cylinders of 30 um (diameters 1.5 and 1 um) at soma(1), apical diameters are
multiplied by 1.2, and dend[3] is removed with all that is attached to it.
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


def prune(cell):
    for section in list(cell.axon):
        h.delete_section(sec=section)
    remove(cell.dend[3])
    stub = [h.Section(name="axon[%d]" % k) for k in range(2)]
    for section, diameter in zip(stub, [1.5, 1.0]):
        section.L, section.diam = 30.0, diameter
    stub[0].connect(cell.soma[0](1), 0)
    stub[1].connect(stub[0](1), 0)
    for section in h.allsec():
        if "apic" in section.name():
            for k in range(section.n3d()):
                h.pt3dchange(k, section.diam3d(k) * 1.2, sec=section)
    return stub


def main(morphology, tstop, amp, out, pruned=None):
    reader = h.Import3d_SWC_read()
    reader.input(morphology)
    cell = Cell()
    h.Import3d_GUI(reader, False).instantiate(cell)
    stub = prune(cell) if pruned else []  # sections exist as long as they are referred to
    for section in h.allsec():
        section.nseg = 3
        section.Ra = 100.0
        section.cm = 1.0
        section.insert("hh")
        section.insert("pas")
        for segment in section:
            segment.pas.g = 1e-4
            segment.pas.e = -65.0
    soma = cell.soma[0]
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 1.0, 1e9, amp
    watch = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
    watch.threshold = 0.0
    spikes, v = h.Vector(), h.Vector().record(soma(0.5)._ref_v)
    watch.record(spikes)
    h.dt, h.celsius = 0.025, 6.3
    h.finitialize(-65.0)
    while h.t < tstop - h.dt / 2:
        h.fadvance()
    samples = list(v)
    data = struct.pack("<%dd" % len(samples), *samples)
    with open(morphology, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    json.dump(
        {
            "generated_with": h.nrnversion(),
            "morphology_sha256": digest,
            "sections": sum(1 for _ in h.allsec()),
            "amp_nA": amp,
            "tstop_ms": tstop,
            "samples": len(samples),
            "spike_steps": [round(t / 0.025) for t in spikes],
            "every": 1000,
            "v_mV": samples[::1000],
            "v_sha256": hashlib.sha256(data).hexdigest(),
        },
        open(out, "w"),
        indent=1,
    )


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:])
