"""Writes the cases of gap_junctions.rs: `python gap_junctions.py CASES.json`.

`loligo-validation run CASES.json --simulator neuron --every 20 --out gap_junctions.json` then lets NEURON run them.
"""

import json
import random
import sys


class Model:
    def __init__(self, name, **conditions):
        lists = dict(sections=[], density=[], points=[], art=[], netcons=[], transfers=[], plays=[], probes=[])
        self.case = dict(dict(name=name, dt=0.025, tstop=12.0, **lists), **conditions)

    def section(self, name, L=20.0, diam=20.0, hh=False, pas=None, **more):
        self.case["sections"].append(dict(name=name, L=L, diam=diam, Ra=100.0, **more))
        if hh:
            self.density(name, "hh")
        if pas is not None:
            self.density(name, "pas", g=pas, e=-65.0)
        return name

    def density(self, section, mechanism, **params):
        self.case["density"].append(dict(sec=section, mech=mechanism, params=params))

    def point(self, kind, section, x=0.5, **params):
        name = "p%d" % len(self.case["points"])
        self.case["points"].append(dict(id=name, type=kind, sec=section, x=x, params=params))
        return name

    def step(self, section, delay, dur, amp):
        return self.point("IClamp", section, delay=delay, dur=dur, amp=amp)

    def half_gap(self, place, other, g):
        gap = self.point("HalfGap", *place, g=g)
        self.transfer(dict(sec=other[0], x=other[1], var="v"), gap)
        return gap

    def gap(self, a, b, g, back=None):
        """A gap junction between places (section, x); `back` is the conductance at b, if it differs."""
        return self.half_gap(a, b, g), self.half_gap(b, a, g if back is None else back)

    def transfer(self, source, target, var="vgap"):
        self.case["transfers"].append({"from": source, "to": dict(id=target, var=var)})

    def netcon(self, source, target, weight, delay):
        self.case["netcons"].append(
            dict(src=dict(sec=source, x=0.5, var="v"), tgt=target, weight=weight, delay=delay, threshold=-20.0, rec=True)
        )

    def watch(self, section):
        self.case["netcons"].append(dict(src=dict(sec=section, x=0.5, var="v"), tgt=None, threshold=-20.0, rec=True))

    def probe(self, section, x=0.5, var="v"):
        self.case["probes"].append(dict(sec=section, x=x, var=var))

    def probe_of(self, target, *variables):
        self.case["probes"] += [dict(id=target, var=var) for var in variables]


def two_cells(name, **conditions):
    model = Model(name, **conditions)
    for k, cell in enumerate("ab"):
        model.section(cell, hh=True)
        model.step(cell, 1.0 + 5.0 * k, 2.0, 0.3)
    return model


def cases():
    for order in (0, 1, 2):
        model = two_cells("two_cells_secondorder_%d" % order, secondorder=order)
        a, b = model.gap(("a", 0.5), ("b", 0.5), 2e-3)
        for cell in "ab":
            model.probe(cell)
            model.probe(cell, var="i_cap")
            model.probe(cell, var="ina")
            model.watch(cell)
        model.probe_of(a, "i", "vgap")
        model.probe_of(b, "i", "vgap")
        yield model.case

    model = Model("passive_pair", tstop=60.0, v_init=-60.0)
    for cell, size in (("a", 20.0), ("b", 12.0)):
        model.section(cell, L=size, diam=size, pas=1e-4)
        model.probe(cell)
    model.step("a", 0.0, 1e9, 0.05)
    model.gap(("a", 0.5), ("b", 0.5), 1e-3)
    yield model.case

    model = two_cells("conductances_differ")
    a, b = model.gap(("a", 0.5), ("b", 0.5), 4e-3, 5e-4)
    for cell in "ab":
        model.probe(cell)
    model.probe_of(a, "i", "vgap", "g")
    model.probe_of(b, "i", "vgap", "g")
    yield model.case

    model = two_cells("one_way")
    gap = model.half_gap(("b", 0.5), ("a", 0.5), 3e-3)
    model.probe("a")
    model.probe("b")
    model.probe_of(gap, "i", "vgap")
    yield model.case

    # Cells of a soma and a branching dendrite, coupled in a ring by gap junctions between dendrites, and by synapses.
    for count, dt, order in ((6, 0.025, 0), (5, 0.05, 1)):
        model = Model("ring_of_%d" % count, dt=dt, secondorder=order, tstop=30.0)
        for k in range(count):
            model.section("s%d" % k, hh=True)
            model.section("d%d" % k, L=150.0, diam=2.0, nseg=5, parent="s%d" % k, pas=1e-4)
            model.section("e%d" % k, L=80.0, diam=1.0, nseg=3, parent="d%d" % k, parent_x=0.6, pas=1e-4)
        synapses = [model.point("ExpSyn", "d%d" % k, 0.3, tau=2.0, e=0.0) for k in range(count)]
        model.step("s0", 0.5, 2.0, 0.8)
        gaps = [model.gap(("d%d" % k, 0.9), ("e%d" % ((k + 1) % count), 0.4), 8e-4) for k in range(count)]
        # A second gap junction at the same places, and one at an end.
        gaps.append(model.gap(("d0", 0.9), ("e1", 0.4), 3e-4))
        gaps.append(model.gap(("d2", 1.0), ("s3", 0.5), 3e-4))
        for k in range(count):
            model.netcon("s%d" % k, synapses[(k + 2) % count], 0.01, 1.0 + 0.1 * k)
            model.probe("s%d" % k)
        model.probe("e1", 0.4)
        for a, b in gaps[-3:]:
            model.probe_of(a, "i", "vgap")
            model.probe_of(b, "i")
        yield model.case

    # A chain of hh cells along which a spike propagates through gap junctions alone.
    model = Model("chain", tstop=25.0, celsius=10.0, usetable_hh=0)
    for k in range(12):
        model.section("c%d" % k, hh=True)
        model.watch("c%d" % k)
    model.step("c0", 1.0, 2.0, 0.6)
    for k in range(11):
        model.gap(("c%d" % k, 0.5), ("c%d" % (k + 1), 0.5), 6e-3)
    for k in (0, 5, 11):
        model.probe("c%d" % k)
    yield model.case

    # All cells coupled with all others.
    model = Model("all_to_all", tstop=20.0)
    dice = random.Random(2)
    for k in range(7):
        size = 12.0 + 2.0 * k
        model.section("c%d" % k, L=size, diam=size, hh=True)
        model.step("c%d" % k, 0.5 * k, 8.0, 0.04 * k)
        model.probe("c%d" % k)
        model.watch("c%d" % k)
    for a in range(7):
        for b in range(a):
            model.gap(("c%d" % a, 0.5), ("c%d" % b, 0.5), dice.uniform(1e-5, 5e-4))
    yield model.case

    # Two dendrites of one cell, and cells with voltage clamps.
    model = Model("within_a_cell_and_clamped", tstop=20.0)
    for k in range(3):
        model.section("s%d" % k, hh=True)
        for branch in "ab":
            name = "%s%d" % (branch, k)
            model.section(name, L=120.0, diam=1.5, nseg=4, parent="s%d" % k, parent_x=0.0 if branch == "a" else 1.0, pas=2e-4)
    clamp = model.point("SEClamp", "s1", dur1=2.0, amp1=-65.0, dur2=5.0, amp2=-30.0, dur3=20.0, amp3=-70.0, rs=0.5)
    model.step("s0", 1.0, 3.0, 0.5)
    for k in range(3):
        model.gap(("a%d" % k, 0.9), ("b%d" % k, 0.1), 5e-4)
        model.gap(("a%d" % k, 0.5), ("b%d" % ((k + 1) % 3), 0.8), 7e-4)
        model.probe("s%d" % k)
        model.probe("a%d" % k, 1.0)
    model.probe_of(clamp, "i")
    yield model.case

    # Other variables that can be transferred: states are those of the previous step, currents those of the middle of the step.
    model = two_cells("other_variables")
    model.density("a", "pas", g=1e-4, e=-70.0)
    sources = [dict(sec="a", x=0.5, var=var) for var in ("m_hh", "ina", "i_cap", "i_pas", "v", "gnabar_hh")]
    sources.append(dict(id=model.case["points"][0]["id"], var="i"))
    for source in sources:
        gap = model.point("HalfGap", "b", g=1e-7)
        model.transfer(source, gap)
        model.probe_of(gap, "vgap")
    model.transfer(dict(sec="a", x=0.5, var="m_hh"), model.case["points"][1]["id"], "amp")
    for cell in "ab":
        model.probe(cell)
        model.probe(cell, var="m_hh")
    yield model.case

    # Only the voltage of the other side; a waveform changes the conductance in the middle of the run.
    model = two_cells("conductance_that_changes")
    a, b = model.gap(("a", 0.5), ("b", 0.5), 0.0)
    model.case["plays"] = [
        dict(target=a, var="g", t=[0.0, 3.0, 6.0, 7.0], y=[0.0, 4e-3, 4e-3, 4e-3], continuous=True),
        dict(target=b, var="g", t=[2.0, 8.0], y=[2e-3, 0.0], continuous=False),
    ]
    for cell in "ab":
        model.probe(cell)
    model.probe_of(a, "i", "g")
    yield model.case


if __name__ == "__main__":
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=one) for one in cases()]), out, indent=None)
