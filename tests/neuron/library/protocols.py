"""Protocols for the mechanisms of `mechanisms/`, as cases in the vocabulary of `validation/`.

A file `THEME.py` beside this one has the cases of a theme: `python THEME.py CASES.json` writes them.
"""

import json
import sys

PASSIVE = dict(g=1e-4, e=-65.0)  # S/cm2, mV


def compartment(name, mechanisms, probes, points=(), netcons=(), tstop=100.0, celsius=34.0, **more):
    """A cell of one compartment. `mechanisms`: parameters by name, in the order of insertion; `probes`: variables of
    the membrane, or (id of a point process, variable)."""
    where = dict(sec="soma", x=0.5)
    return dict(
        name=name,
        dt=0.025,
        tstop=tstop,
        v_init=-65.0,
        celsius=celsius,
        sections=[dict(name="soma", L=20.0, diam=20.0)],
        density=[dict(sec="soma", mech=name, params=params) for name, params in mechanisms.items()],
        points=[where | dict(params={}) | point for point in points],
        art=[],
        netcons=list(netcons),
        plays=[],
        probes=[dict(where, var=p) if isinstance(p, str) else dict(id=p[0], var=p[1]) for p in probes],
        **more,
    )


def voltage_clamp(name, mechanisms, probes, levels=((-90.0, 20.0), (-20.0, 30.0), (20.0, 30.0)), points=(), **more):
    """A clamp to three levels (mV) for three times (ms), then none."""
    params = {f"{key}{k + 1}": value for k, level in enumerate(levels) for key, value in zip(("amp", "dur"), level)}
    clamp = dict(id="clamp", type="SEClamp", params=params | dict(rs=0.5))
    return compartment(name, mechanisms, [*probes, ("clamp", "i")], [clamp, *points], **more)


def current_clamp(name, mechanisms, probes, amp=0.1, start=10.0, duration=50.0, points=(), **more):
    """A current (nA) from `start` (ms) on."""
    step = dict(id="step", type="IClamp", params=dict(delay=start, dur=duration, amp=amp))
    return compartment(name, mechanisms, probes, [step, *points], **more)


def channel(name, variables, mechanisms, celsius=(34.0,), amp=0.1, levels=None):
    """A density mechanism alone on a passive membrane: voltage clamp and current, at several temperatures.
    `variables`: what is recorded beside v; `mechanisms`: parameters of the mechanism and of others that it needs."""
    mechanisms = dict(pas=PASSIVE) | mechanisms
    levels = {} if levels is None else dict(levels=levels)
    for own in celsius:
        ending = f"_{own:g}" if len(celsius) > 1 else ""
        probes = ["v", *variables]
        yield voltage_clamp(f"{name}_clamp{ending}", mechanisms, probes, celsius=own, **levels)
        yield current_clamp(f"{name}_current{ending}", mechanisms, probes, amp=amp, celsius=own)


def write(cases):
    """Writes the cases to the file that the command line names."""
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=case) for case in cases]), out)
