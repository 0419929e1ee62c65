"""Writes the cases of stimuli.rs: `python stimuli.py CASES.json`.

`loligo-validation run CASES.json --simulator neuron --every 20 --out stimuli.json` then lets NEURON run them.
"""

import json
import math
import sys


class Model:
    def __init__(self, name, **conditions):
        lists = dict(sections=[], density=[], points=[], netcons=[], plays=[], probes=[])
        self.case = dict(dict(name=name, dt=0.025, tstop=20.0, **lists), **conditions)
        self.section("soma", 20.0, 20.0, "hh")
        self.section("dend", 200.0, 2.0, "pas", nseg=5, parent="soma")

    def section(self, name, L, diam, mechanism, **more):
        self.case["sections"].append(dict(name=name, L=L, diam=diam, Ra=100.0, **more))
        params = dict(g=1e-4, e=-65.0) if mechanism == "pas" else {}
        self.case["density"].append(dict(sec=name, mech=mechanism, params=params))

    def point(self, kind, section, x, **params):
        name = "p%d" % len(self.case["points"])
        self.case["points"].append(dict(id=name, type=kind, sec=section, x=x, params=params))
        return name

    def play(self, target, var, points):
        t, y = zip(*points)
        self.case["plays"].append(dict(target=target, var=var, t=t, y=y, continuous=True))

    def current(self, section, x, points, electrode):
        kind = "IClamp" if electrode else "MembraneCurrentSource"
        clamp = self.point(kind, section, x, delay=0.0, dur=points[-1][0], amp=0.0)
        self.play(clamp, "amp", points)
        self.probe_of(clamp, "i", "amp")

    def conductance(self, section, x, points, reversal, electrode):
        kind = "SEClamp" if electrode else "ConductanceSource"
        clamp = self.point(kind, section, x, rs=1e9, dur1=points[-1][0], amp1=reversal)
        resistance = [(t, 1 / g if 1e-9 < g < 1e9 else 1e9) for t, g in [(0.0, 0.0)] + points]
        self.play(clamp, "rs", resistance)
        self.probe_of(clamp, "i", "vc", "rs")

    def probe_of(self, target, *variables):
        self.case["probes"] += [dict(id=target, var=var) for var in variables]

    def done(self):
        for section, x in (("soma", 0.5), ("dend", 0.9), ("dend", 1.0)):
            self.case["probes"].append(dict(sec=section, x=x, var="v"))
        self.case["probes"].append(dict(sec="soma", x=0.5, var="i_cap"))
        return self.case


def pulse(start, duration, amp, base=0.0):
    return [(start, base), (start, amp), (start + duration, amp), (start + duration, base)]


def ramp(start, duration, amp1, amp2):
    return [(start, 0.0), (start, amp1), (start + duration, amp2), (start + duration, 0.0)]


def sine(start, duration, amp, freq, step):
    """As in neurodamus: here the last sample is 9e-16 ms after the end."""
    count = math.floor(((start + duration) - start) / step + 1e-9) + 1
    angle = 2 * math.pi / 1000 * freq * step
    return [(i * step + start, amp * math.sin(angle * i)) for i in range(count)] + [(start + duration, 0.0)]


def train():
    points = []
    for k in range(4):
        points += pulse(1.0 + 4.0 * k, 1.3, 0.4)
    return points + [(17.0, 0.0)]


def waves():
    """Points on steps, on half steps and between them, jumps, and jumps at the end."""
    yield "pulses", pulse(1.0, 5.0, 0.3) + pulse(8.0125, 3.3, -0.1) + pulse(14.01, 1.0, 0.3)
    yield "ramps", ramp(0.0, 5.0, 0.0, 0.4) + ramp(5.0, 4.99, 0.2, -0.2) + ramp(12.0, 30.0, 0.1, 0.5)
    yield "train", train()
    yield "sine_and_pulse", [(0.0, 0.0)] + sine(1.5, 3.3, 0.5, 60.0, 0.1) + pulse(4.8, 6.0, 0.2)
    yield "base", [(0.0, 0.1)] + pulse(3.0, 6.0, 0.3, 0.1)


def cases():
    for electrode in (True, False):
        kind = "electrode" if electrode else "membrane"
        for name, points in waves():
            model = Model("current_%s_%s" % (name, kind))
            model.current("soma", 0.5, points, electrode)
            yield model.done()
            model = Model("conductance_%s_%s" % (name, kind))
            model.conductance("dend", 0.3, [(t, 0.01 * g) for t, g in points], 0.0, electrode)
            yield model.done()

    # All stimuli on few nodes, which determines the order of sums, and on ends, with other steps and temperatures.
    for order, dt in ((0, 0.1), (1, 0.025), (2, 0.0371)):
        model = Model("together_%d" % order, secondorder=order, dt=dt, celsius=18.5, tstop=15.0)
        for name, points in waves():
            model.current("soma", 0.5, [(t, 0.2 * y) for t, y in points], name == "train")
            model.conductance("soma", 0.5, [(t, 0.003 * y) for t, y in points], -20.0, name == "ramps")
            model.conductance("dend", 0.7, [(t, 0.002 * y) for t, y in points], 0.0, False)
            model.current("dend", 0.7, [(t, 0.05 * y) for t, y in points], False)
        if order == 0:
            model.current("dend", 1.0, pulse(2.0, 3.0, 0.05), False)
            model.conductance("dend", 1.0, pulse(4.0, 3.0, 0.001), 0.0, False)
        synapse = model.point("ExpSyn", "soma", 0.5, tau=2.0, e=0.0)
        model.case["netcons"] = [dict(src=None, tgt=synapse, weight=0.003, delay=0.0, events=[3.0, 8.0])]
        yield model.done()

    # The mechanisms themselves: delays, three levels.
    model = Model("steps")
    for k, (delay, dur) in enumerate(((0.0, 3.0), (5.01, 2.0), (9.0125, 1e9))):
        step = model.point("MembraneCurrentSource", "soma", 0.5, delay=delay, dur=dur, amp=0.2 - 0.1 * k)
        model.probe_of(step, "i")
    levels = dict(dur1=3.0, amp1=-65.0, dur2=4.01, amp2=-20.0, dur3=5.0, amp3=-80.0)
    clamp = model.point("ConductanceSource", "dend", 0.9, rs=20.0, **levels)
    model.probe_of(clamp, "i", "vc")
    yield model.done()


if __name__ == "__main__":
    with open(sys.argv[1], "w") as out:
        json.dump({"cases": [dict(definition=case) for case in cases()]}, out)
