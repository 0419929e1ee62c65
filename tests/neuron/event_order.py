"""Writes the cases of event_order.rs: `python event_order.py CASES.json`.

validation/neuron/run_cases.py CASES.json event_order.json then lets NEURON run them.
"""

import json
import random
import sys


def case(name, tstop=12.0, **parts):
    empty = dict(sections=[], density=[], points=[], art=[], netcons=[], plays=[], probes=[])
    return dict(dict(name=name, dt=0.025, tstop=tstop, **empty), **parts)


def integrator(name, tau=10.0, refrac=0.1):
    return dict(id=name, type="IntFire1", params=dict(tau=tau, refrac=refrac))


def event(target, weight, *times):
    return dict(src=None, tgt=target, weight=weight, events=list(times))


def link(source, target, weight, delay):
    return dict(src=dict(id=source), tgt=target, weight=weight, delay=delay)


def watch(source):
    return dict(src=dict(id=source), tgt=None, rec=True)


def soma(name, **more):
    return dict(dict(name=name, L=20.0, diam=20.0), **more)


def cases():
    # Three simultaneous events at one cell: the order of excitation and inhibition decides if it fires. An
    # earlier event, sent later, changes their order; one that makes its cell fire, and thus send itself an event for the end
    # of its refractory period, changes it once more.
    weights = dict(a=0.6, b=0.5, c=-0.7)
    for order in ("abc", "acb", "bac", "bca", "cab", "cba"):
        for earlier in (0.0, 0.2, 2.0):
            sent = [event("cell", weights[name], 5.0) for name in order]
            if earlier:
                sent.append(event("other", earlier, 3.0))
            yield case(
                "ties_%s%s" % (order, "_earlier_%g" % earlier if earlier else ""),
                art=[integrator("cell"), integrator("other")],
                netcons=sent + [watch("cell"), watch("other")],
            )
    # The same, but delivering the earlier event queues one more at the time of the others.
    yield case(
        "ties_rotate",
        art=[integrator("c%d" % k) for k in range(5)],
        netcons=[event("c%d" % k, 2.0, 5.0 if k < 3 else 3.0) for k in range(4)]
        + [link("c%d" % k, "c4", (0.7, -0.5, 0.6, -0.3)[k], (1.0, 1.0, 1.0, 3.0)[k]) for k in range(4)]
        + [watch("c%d" % k) for k in range(5)],
    )
    # Two connections of equal delay are queued one by one, three are served by one item of the queue.
    for count in (2, 3):
        targets = ["t%d" % k for k in range(count)]
        yield case(
            "fan_of_%d" % count,
            art=[integrator("source"), integrator("rival"), integrator("sum")] + [integrator(t) for t in targets],
            netcons=[event("source", 2.0, 2.0), event("rival", 2.0, 2.0), event("sum", 0.1, 1.0)]
            + [link("source", t, 2.0, 1.0) for t in targets]
            + [link("rival", "sum", -0.6, 1.0)]
            + [link(t, "sum", (0.7, 0.45, -0.2)[k], 0.0) for k, t in enumerate(targets)]
            + [watch(name) for name in ["sum"] + targets],
        )
    # Events on and around half steps, at a synapse: the sample at which the conductance changes.
    times = [0.0, 1e-12, 0.0125, 0.01250001, 0.0375, 0.03750000001, 1.0, 1.0125, 1.01250000001, 4.9875, 4.9874999999999]
    yield case(
        "half_steps",
        tstop=6.0,
        sections=[soma("s")],
        density=[dict(sec="s", mech="pas", params=dict(g=5e-4, e=-70.0))],
        points=[dict(id="y%d" % k, type="ExpSyn", sec="s", x=0.5, params=dict(tau=2.0, e=0.0)) for k in range(len(times))],
        netcons=[event("y%d" % k, 1e-4, t) for k, t in enumerate(times)],
        probes=[dict(id="y%d" % k, var="g") for k in range(len(times))] + [dict(sec="s", x=0.5, var="v")],
    )
    # A cell's spike without delay has its effect within its own step; with a delay of up to half a step, too.
    delays = [0.0, 0.01, 0.0125, 0.0126, 0.025]
    yield case(
        "delays_below_a_step",
        tstop=8.0,
        sections=[soma("a"), soma("b")],
        density=[dict(sec=name, mech="hh", params={}) for name in "ab"],
        points=[dict(id="ic", type="IClamp", sec="a", x=0.5, params=dict(delay=1.0, dur=3.0, amp=0.5))]
        + [dict(id="y%d" % k, type="ExpSyn", sec="b", x=0.5, params=dict(tau=1.0, e=0.0)) for k in range(len(delays))],
        art=[integrator("i")],
        netcons=[
            dict(src=dict(sec="a", x=0.5, var="v"), tgt="y%d" % k, weight=0.004, delay=d, threshold=-20.0, rec=k == 0)
            for k, d in enumerate(delays)
        ]
        + [dict(src=dict(sec="a", x=0.5, var="v"), tgt="i", weight=2.0, delay=0.0, threshold=-20.0)]
        + [link("i", "y0", 0.002, 0.0), watch("i")],
        probes=[dict(id="y%d" % k, var="g") for k in range(len(delays))] + [dict(sec="b", x=0.5, var="v")],
    )
    # A cell that starts above its threshold spikes in the first step; one that is exactly at it does not.
    yield case(
        "thresholds_at_the_start",
        tstop=1.0,
        sections=[soma("s")],
        density=[dict(sec="s", mech="pas", params=dict(g=5e-4, e=-65.0))],
        netcons=[
            dict(src=dict(sec="s", x=x, var="v"), tgt=None, threshold=threshold, rec=True)
            for x, threshold in ((0.5, -65.0), (0.0, -65.5), (1.0, -64.0))
        ],
        probes=[dict(sec="s", x=0.5, var="v")],
    )
    # Networks with many simultaneous events.
    dice = random.Random(1952)
    for index in range(24):
        count = dice.randint(4, 9)
        names = ["c%d" % k for k in range(count)]
        refracs = (0.1, 0.5, 1.0, 2.0)
        delays = ([1.0], [1.0, 2.0], [0.0, 1.0], [0.5, 1.0, 1.5], [0.0, 0.0125, 0.025, 1.0])[index % 5]
        netcons = [
            event(dice.choice(names), dice.choice((2.0, 0.6, -0.4)), *(float(dice.randint(1, 9)) for _ in range(4)))
            for _ in range(count)
        ]
        netcons += [
            link(dice.choice(names), dice.choice(names), dice.choice((0.6, 0.4, 1.2, -0.5)), dice.choice(delays))
            for _ in range(4 * count)
        ]
        yield case(
            "net%d" % index,
            tstop=15.0,
            art=[integrator(name, 10.0, dice.choice(refracs)) for name in names],
            netcons=netcons + [watch(name) for name in names],
        )
    # Networks that depend on the rule that more than two connections of one delay share one place in the queue: those of
    # 600 whose spikes change if each connection has its own place.
    dice = random.Random(7)
    for index in range(232):
        names = ["c%d" % k for k in range(dice.randint(3, 6))]
        netcons = [
            event(dice.choice(names), dice.choice((2.0, 1.2, 0.6, -0.4)), float(dice.randint(1, 6)))
            for _ in range(2 * len(names))
        ]
        for source in names:
            delay = dice.choice((1.0, 1.0, 2.0))
            netcons += [
                link(source, dice.choice(names), dice.choice((0.6, 0.45, 0.7, -0.5, -0.3, 1.1)), delay)
                for _ in range(dice.randint(3, 6))
            ]
        dice.shuffle(netcons)
        art = [integrator(name, 10.0, dice.choice((0.1, 0.5, 1.0))) for name in names]
        if index in (2, 10, 16, 27, 63, 64, 102, 155, 202, 204, 215, 231):
            yield case("fan%d" % index, tstop=14.0, art=art, netcons=netcons + [watch(name) for name in names])


if __name__ == "__main__":
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=one) for one in cases()]), out, indent=None)
