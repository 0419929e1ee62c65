"""Writes the cases of saturation.rs: `python saturation.py CASES.json`.

validation/neuron/run_cases.py CASES.json saturation.json then lets NEURON run them.
"""

import json
import sys


def driven(name, amp, table, celsius=6.3, secondorder=0):
    """A small cell with a current far beyond the physiological range."""
    return dict(
        name=name,
        dt=0.025,
        tstop=2.0,
        v_init=-65.0,
        celsius=celsius,
        secondorder=secondorder,
        usetable_hh=int(table),
        sections=[dict(name="soma", L=10.0, diam=10.0)],
        density=[dict(sec="soma", mech="hh", params={})],
        points=[dict(id="step", type="IClamp", sec="soma", x=0.5, params=dict(delay=0.1, dur=1.0, amp=amp))],
        art=[],
        netcons=[],
        plays=[],
        probes=[dict(sec="soma", x=0.5, var=var) for var in ("v", "m_hh", "h_hh", "n_hh")],
    )


def silent(name, type, params, pause, weight=0.0):
    """An artificial cell without input for so long that its state decays below e^-700."""
    return dict(
        name=name,
        dt=0.025,
        tstop=pause + 2.0,
        sections=[],
        density=[],
        points=[],
        art=[dict(id="cell", type=type, params=params)],
        netcons=[
            dict(src=None, tgt="cell", weight=0.4, events=[1.0]),
            dict(src=None, tgt="cell", weight=weight, events=[1.0 + pause]),
        ],
        plays=[],
        probes=[],
        final_probes=[dict(id="cell", var="m")],
    )


def cases():
    for amp in (-1000.0, -100.0, -10.0, 10.0, 100.0, 1000.0):
        for table in (False, True):
            yield driven("driven_%g%s" % (amp, "_table" if table else ""), amp, table)
    yield driven("driven_warm", -1000.0, False, celsius=36.0)
    yield driven("driven_second_order", -300.0, False, secondorder=1)
    yield silent("int_fire1", "IntFire1", dict(tau=0.01), 7.2)
    yield silent("int_fire1_above", "IntFire1", dict(tau=0.01), 6.95)
    yield silent("int_fire4", "IntFire4", dict(taue=0.02, taui1=0.04, taui2=0.06, taum=0.1), 71.0)


if __name__ == "__main__":
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=one) for one in cases()]), out, indent=None)
