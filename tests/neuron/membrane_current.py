"""Writes the cases of membrane_current.rs: `python membrane_current.py CASES.json`.

`loligo-validation run CASES.json --simulator neuron --every 20 --out membrane_current.json` then lets NEURON run them.
"""

import json
import sys

from gap_junctions import Model


def branched(name, points=True, **conditions):
    """A soma with three dendrites, two of them on the third, of several segments each; every segment and end is probed."""
    model = Model(name, tstop=6.0, **conditions)
    model.section("soma", hh=True, nseg=1)
    model.section("trunk", L=200.0, diam=2.5, nseg=5, parent="soma", hh=True)
    model.section("left", L=150.0, diam=1.2, nseg=4, parent="trunk", pas=2e-4, cm=1.7)
    model.section("right", L=120.0, diam=0.9, nseg=3, parent="trunk", parent_x=0.5, hh=True)
    model.density("right", "pas", g=1e-4, e=-70.0)
    if points:
        model.step("soma", 0.5, 4.0, 0.4)
        model.point("SEClamp", "right", 0.8, dur1=1.0, amp1=-65.0, dur2=2.0, amp2=-40.0, dur3=1.0, amp3=-80.0, rs=5.0)
        synapse = model.point("ExpSyn", "left", 0.6, tau=1.5, e=0.0)
        events(model, synapse, 4e-3, [1.0, 1.51, 3.0])
    return model


def events(model, target, weight, times):
    model.case["netcons"].append(dict(src=None, tgt=target, weight=weight, delay=1.0, events=times))


def probe_all(model, var="i_membrane_"):
    for section in model.case["sections"]:
        nseg = section.get("nseg", 1)
        for x in [0.0] + [(k + 0.5) / nseg for k in range(nseg)] + [1.0]:
            model.probe(section["name"], x, var)


def cases():
    for order in (0, 1, 2):
        for dt in (0.025, 0.1):
            model = branched("branched_secondorder_%d_dt_%g" % (order, dt), secondorder=order, dt=dt)
            probe_all(model)
            model.probe("soma")
            model.probe("soma", var="i_cap")
            yield model.case

    model = branched("no_electrodes", points=False, v_init=-58.0)
    synapse = model.point("Exp2Syn", "left", 0.1, tau1=0.5, tau2=2.0, e=-90.0)
    events(model, synapse, 3e-3, [0.0, 2.0])
    model.point("AlphaSynapse", "trunk", 0.7, onset=0.0, tau=0.6, gmax=5e-3, e=0.0)
    probe_all(model)
    yield model.case

    # Ends of sections have a current of their own if they have point processes.
    for order in (0, 1):
        model = branched("ends_secondorder_%d" % order, secondorder=order)
        for section, x in (("left", 1.0), ("soma", 0.0), ("trunk", 1.0), ("right", 0.0)):
            synapse = model.point("ExpSyn", section, x, tau=2.0, e=0.0)
            events(model, synapse, 3e-3, [0.5, 0.53, 2.0])
        model.point("IClamp", "left", 1.0, delay=0.0, dur=3.0, amp=0.3)
        probe_all(model)
        yield model.case

    # Electrodes that share a place with each other and with synapses, from t = 0 on.
    model = branched("many_at_one_place", celsius=18.0)
    for k in range(4):
        model.step("soma", 0.0, 1.0 + k, 0.07 * (k - 1))
        model.point("SEClamp", "trunk", 0.3, dur1=0.5 * k + 0.5, amp1=-60.0 + 3.0 * k, rs=3.0 + k)
        model.point("IClamp", "trunk", 0.3, delay=0.3 * k, dur=2.0, amp=-0.05 * k)
        events(model, model.point("ExpSyn", "trunk", 0.3, tau=1.0 + k, e=0.0), 1e-3, [0.1 * k, 2.0])
    probe_all(model)
    yield model.case

    # A clamp with a small resistance, and one with a feedback amplifier.
    model = branched("stiff_clamps", points=False)
    model.point("SEClamp", "soma", dur1=1.0, amp1=-65.0, dur2=3.0, amp2=0.0, rs=0.01)
    model.point("VClamp", "left", 0.4, **{"dur[0]": 1.0, "amp[0]": -65.0, "dur[1]": 3.0, "amp[1]": -30.0})
    probe_all(model)
    yield model.case

    # A source whose current is part of the membrane current, and an electrode with the same effect on the voltage.
    for kind in ("MembraneCurrentSource", "IClamp"):
        model = branched("source_" + kind, points=False)
        source = model.point(kind, "trunk", 0.5, delay=0.0, dur=1e9, amp=0.0)
        play = dict(target=source, var="amp", t=[0.0, 1.0, 2.0, 3.0], y=[0.1, 0.5, -0.2, -0.2], continuous=True)
        model.case["plays"].append(play)
        probe_all(model)
        yield model.case


if __name__ == "__main__":
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=one) for one in cases()]), out, indent=None)
