"""Writes artificial-cells.json and vclamp.json next to this file: NEURON 9.0.2's results, to the last bit.

Needs `pip install neuron==9.0.2`. Python prints the shortest decimal number that reads back as the same double.
VecStim is an example file of NEURON (vecevent.mod): compile it with nrnivmodl and run this with `nrniv -python -dll`
or h.nrn_load_dll, otherwise its cases are omitted.
"""

import json
import random
from pathlib import Path

from neuron import h

HERE = Path(__file__).parent
h.load_file("stdrun.hoc")


def artificial(mechanism, parameters, inputs, stop, ids=None, columns=(), schedule=None):
    """Spikes of one cell that receives (time, weight) pairs, and its variables at the end."""
    cell = getattr(h, mechanism)()
    for name, value in parameters.items():
        if name in ("eps", "taueps"):
            setattr(h, f"{name}_{mechanism}", value)
        else:
            setattr(cell, name, value)
    if ids:
        cell.noiseFromRandom123(*ids)
    if schedule is not None:
        times = h.Vector(schedule)
        cell.play(times)
    spikes = h.Vector()
    output = h.NetCon(cell, None)
    output.record(spikes)
    connections = []
    for _, weight in inputs:
        connection = h.NetCon(None, cell)
        connection.weight[0] = weight
        connections.append(connection)

    def send():
        for (time, _), connection in zip(inputs, connections):
            connection.event(time)

    handler = h.FInitializeHandler(1, send)
    h.dt = 0.025
    h.finitialize(-65)
    while h.t < stop - 0.0125:
        h.fadvance()
    del handler
    # Globals are restored for the next case.
    for name, default in (("eps", 1e-6), ("taueps", 0.01)):
        if name in parameters:
            setattr(h, f"{name}_{mechanism}", default)
    spikes = list(spikes)
    assert all(abs(spike - stop) > 0.05 for spike in spikes), "a spike at the end may or may not be seen"
    case = {"mechanism": mechanism, "parameters": parameters, "inputs": inputs, "stop": stop, "spikes": spikes}
    if ids:
        case["ids"] = ids
    if schedule is not None:
        case["schedule"] = schedule
    case["after"] = {name: getattr(cell, name) for name in columns}
    return case


def train(rng, count, stop, low, high, inhibitory=0.0, together=0.0):
    """Random inputs in ascending order, some of them simultaneous."""
    times = sorted(rng.uniform(0.1, stop - 1) for _ in range(count))
    for k in range(1, count):
        if rng.random() < together:
            times[k] = times[k - 1]
    return [
        (time, rng.uniform(low, high) * (-1 if rng.random() < inhibitory else 1)) for time in times
    ]


def int_fire1():
    rng = random.Random(1)
    columns = ("m",)
    yield artificial("IntFire1", {}, [(1, 0.5), (2, 0.5), (3, 0.5), (3, 0.5), (4, 2), (9, 1.5)], 50, columns=columns)
    yield artificial("IntFire1", {}, [(1, 1), (20, 1.0000000001)], 50, columns=columns)
    yield artificial("IntFire1", {"refrac": 0}, [(1, 2), (1, 2), (1, 2), (2, 2)], 50, columns=columns)
    yield artificial("IntFire1", {"refrac": 3}, [(1, 2), (4, 2), (4, 0.6), (4, 0.6), (7.5, -3)], 50, columns=columns)
    for _ in range(16):
        parameters = {"tau": rng.uniform(1, 40), "refrac": rng.uniform(0, 10)}
        inputs = train(rng, 60, 200, 0.05, 0.8, rng.choice((0, 0.3)), rng.choice((0, 0.4)))
        yield artificial("IntFire1", parameters, inputs, 200, columns=columns)


def int_fire2():
    rng = random.Random(2)
    columns = ("taus", "taum", "ib", "i", "m")
    one = [(5, 1.5), (40, 2.5), (41, 3), (80, 0.9)]
    hand = [
        ({}, one),
        ({}, []),
        ({"ib": 1.2}, []),
        ({"ib": 1.0000001}, [(3, 0.1)]),
        ({"ib": 1.5}, [(3, -2), (30, -5), (60, 4)]),
        ({"ib": 3}, [(3, -20), (10, -20), (10, 20), (60.25, 40)]),
        ({"ib": 1}, [(3, 0.5), (50, -0.5)]),
        ({"ib": 0.9}, [(3, 0.3), (50, -0.5), (51, 2)]),
        ({"ib": -1}, [(3, 4), (20, 7), (20, 7)]),
        ({"taus": 5, "taum": 10}, one),
        ({"taus": 10, "taum": 10}, one),
        ({"taus": 10.0001, "taum": 10}, one),
        ({"taus": 1000, "taum": 1}, [(5, 1.05), (300, 0.05)]),
        ({"taus": 20, "taum": 0.1}, [(5, 3), (30, 2)]),
        ({"taus": 20, "taum": 19}, [(5, 8), (5, 8), (5, -3)]),
        ({}, [(5, 3), (5.5, 3), (6, 3), (6, 3), (6, -14), (7, 20)]),
        ({}, [(5, 100)]),
        ({}, [(5, 100), (5.3, -100), (6, 1e-3)]),
        ({}, [(5, 3.99), (6, 0.01), (7, 0.01), (8, 0.01)]),
        ({}, [(5, 4.0), (30, 4.0), (60, 4.1)]),
    ]
    for parameters, inputs in hand:
        yield artificial("IntFire2", parameters, inputs, 200, columns=columns)
    for _ in range(40):
        taum = rng.uniform(1, 30)
        parameters = {
            "taum": taum,
            "taus": taum * rng.choice((0.5, 1.01, 1.5, 3, 10)),
            "ib": rng.choice((0, 0, 0.4, -0.5, 1.1, 2.5)),
        }
        inputs = train(rng, 40, 200, 0.1, rng.choice((1, 3, 8)), rng.choice((0, 0.3, 0.6)), rng.choice((0, 0.4)))
        yield artificial("IntFire2", parameters, inputs, 200, columns=columns)


def int_fire4():
    rng = random.Random(4)
    columns = (
        "taue", "taui1", "taui2", "taum", "e", "i1", "i2", "m", "nself", "nexcite", "ninhibit", "ae", "ai1", "ai2",
    )
    one = [(5, 0.5), (10, 0.6), (12, 0.4), (30, -0.7), (35, 1.2), (60, 2.5), (61, 2.5), (62, -3)]
    hand = [
        ({}, one),
        ({}, []),
        ({}, [(5, 1)]),
        ({}, [(5, 1.0001)]),
        ({}, [(5, 0.999999)]),
        ({}, [(5, 30)]),
        ({}, [(5, -1), (10, -1), (100, 2)]),
        ({}, [(5, 0.4), (5, 0.4), (5, 0.4), (5, -0.1), (30, 5), (30, -5), (30, 5)]),
        ({}, [(5, 0), (6, 1.1)]),
        ({"eps": 1e-3}, one),
        ({"eps": 1e-9}, one),
        ({"taueps": 1}, one),
        ({"taue": 30}, one),
        ({"taue": 20}, one),
        ({"taui1": 30, "taui2": 20}, one),
        ({"taui1": 20, "taui2": 20}, one),
        ({"taui1": 20, "taui2": 20, "taum": 20, "taue": 20}, one),
        ({"taum": 10}, one),
        ({"taum": 5}, one),
        ({"taum": 20.005}, one),
        ({"taum": 19.995}, one),
        ({"taum": 10, "taue": 10}, one),
        ({"taum": 10.005, "taue": 9.985}, one),
        ({"taum": 9.995, "taue": 9.992}, one),
        ({"taue": 0, "taui1": 0, "taui2": 0, "taum": 1}, one),
        ({"taue": 0.5, "taui1": 0.2, "taui2": 1, "taum": 3}, one),
        ({"taue": 5, "taui1": 300, "taui2": 900, "taum": 2000}, one),
        ({"taum": 2}, one),
        ({"taue": 3, "taui1": 0.01, "taui2": 3.01, "taum": 8}, one),
    ]
    for parameters, inputs in hand:
        yield artificial("IntFire4", parameters, inputs, 150, columns=columns)
    for _ in range(40):
        parameters = {
            "taue": rng.uniform(0.5, 10),
            "taui1": rng.uniform(1, 25),
            "taui2": rng.uniform(5, 30),
            "taum": rng.uniform(1, 60),
        }
        inputs = train(rng, 40, 150, 0.05, rng.choice((0.3, 1, 3)), rng.choice((0, 0.3, 0.6)), rng.choice((0, 0.4)))
        yield artificial("IntFire4", parameters, inputs, 150, columns=columns)


def net_stim():
    columns = ("noise",)
    hand = [
        ({}, (1, 0, 0), []),
        ({"start": 0}, (1, 0, 0), []),
        ({"number": 0, "start": 5}, (1, 0, 0), []),
        # An event of positive weight to a train of number 0 ends the run with an error: not measured.
        ({"number": 1, "start": 5}, (1, 0, 0), [(30, 1), (31, 1)]),
        ({"number": 1e9, "start": 5, "interval": 3.3}, (1, 0, 0), []),
        ({"number": 1e9, "start": 5, "interval": 3.3, "noise": 0.3}, (1, 0, 0), []),
        ({"number": 1e9, "start": 5, "interval": 3.3, "noise": 0.3}, (1, 2, 3), []),
        ({"number": 1e9, "start": 5, "interval": 3.3, "noise": 1}, (1, 2, 3), []),
        ({"number": 1e9, "start": 5, "interval": 3.3, "noise": 1}, (4294967295, 7, 12345), []),
        ({"number": 30, "start": 0, "interval": 1, "noise": 1}, (7, 8), []),
        ({"number": 30, "start": 0, "interval": 4, "noise": 0.5}, (7, 8), [(60, 1), (61, -1), (90.5, 1)]),
        ({"number": 5, "start": -1, "interval": 4, "noise": 0.3}, (9, 8, 7), [(10, 1), (12, 1), (50, 1), (55, -1)]),
        ({"number": 5, "start": -1, "interval": 4}, (9, 8, 7), [(10, 1), (12, 1), (30, 1), (35, -1), (70, -1), (80, 2)]),
        ({"number": 5, "start": -1}, (9, 8, 7), []),
        ({"number": 5, "start": 10}, (9, 8, 7), [(3, -1)]),
        ({"number": 5, "start": 10}, (9, 8, 7), [(3, -1), (5, 1)]),
        ({"number": 5, "start": 10}, (9, 8, 7), [(15, -1), (17, 1)]),
        ({"number": 5, "start": 10}, (9, 8, 7), [(10, -1), (30, 0), (40, 1)]),
        ({"number": 1e9, "start": 10, "noise": 2.5}, (9, 8, 7), []),
        ({"number": 1e9, "start": 10, "noise": -2.5}, (9, 8, 7), []),
        ({"number": 40, "start": 10, "interval": 0}, (9, 8, 7), []),
        ({"number": 40, "start": 10, "interval": 0, "noise": 0.5}, (9, 8, 7), []),
        ({"number": 4.5, "start": 10, "interval": 7}, (9, 8, 7), []),
    ]
    for parameters, ids, inputs in hand:
        yield artificial("NetStim", parameters, inputs, 197.15, ids=ids, columns=columns)


def vec_stim():
    for schedule in (
        [],
        [0],
        [1, 2.5, 2.5, 2.5, 40],
        [0.1 * k for k in range(200)],
        [k / 3 + 1e-9 for k in range(100)],
        [3, 7, 1000],
    ):
        yield artificial("VecStim", {}, [], 50, schedule=schedule)


def vclamp(steps=400, v_init=-65, dt=0.025, g=0.001, e=-70, length=20, diam=20, cm=1, **parameters):
    """One isolated compartment under a clamp: v and i at each step, the amplifiers' voltages at the end.

    The axial resistance is so large that the section's ends have no effect on the result.
    """
    section = h.Section(name="isolated")
    section.L, section.diam, section.cm, section.Ra = length, diam, cm, 1e30
    section.insert("pas")
    section.g_pas, section.e_pas = g, e
    clamp = h.VClamp(section(0.5))
    for name, value in parameters.items():
        if isinstance(value, list):
            for k in range(3):
                getattr(clamp, name)[k] = value[k]
        else:
            setattr(clamp, name, value)
    v, i = h.Vector().record(section(0.5)._ref_v), h.Vector().record(clamp._ref_i)
    h.dt = dt
    h.finitialize(v_init)
    for _ in range(steps):
        h.fadvance()
    columns = {}
    for name, value in parameters.items():
        columns.update({f"{name}[{k}]": value[k] for k in range(3)} if isinstance(value, list) else {name: value})
    return {
        "parameters": columns,
        "membrane": {"v_init": v_init, "dt": dt, "g": g, "e": e, "length": length, "diam": diam, "cm": cm},
        "v": list(v),
        "i": list(i),
        "after": {name: getattr(clamp, name) for name in ("e", "vo", "vi", "e0", "vo0", "vi0")},
    }


def vclamps():
    levels = {"dur": [1, 3, 2], "amp": [-65, 10, -40]}
    yield vclamp(**levels)
    yield vclamp(**levels, tau2=0.01)
    yield vclamp(**levels, tau1=0.1, tau2=0.05, gain=1e3)
    yield vclamp(**levels, tau1=0, tau2=0)
    yield vclamp(**levels, fac=0.1, gain=500, rstim=5)
    yield vclamp(**levels, fac=2, gain=50, rstim=2, tau1=0.02, tau2=0.1)
    yield vclamp(dur=[2, 0, 2.5], amp=[-90, 20, -120], rstim=0.3)
    yield vclamp(dur=[0, 0, 4], amp=[-90, 20, 33.3], gain=10, v_init=-30)
    yield vclamp(dur=[0, 0, 0], amp=[-90, 20, 33.3])
    yield vclamp(dur=[1.0125, 0.0375, 2.3], amp=[0, 0, -70], rstim=10, gain=1e6, cm=2.5, g=0.01)
    yield vclamp(dur=[1e9, 0, 0], amp=[-20, 0, 0], dt=0.1, length=300, diam=2, tau1=0.3, gain=200)
    yield vclamp(dur=[3, 1, 1], amp=[-20, -100, 50], dt=0.005, steps=1200, tau2=1, gain=2e4)
    yield vclamp(dur=[5, 5, 5], amp=[-50.5, 7.25, 0], gain=1, rstim=0.1, tau1=2, tau2=3, dt=0.05)
    yield vclamp(dur=[0.5, 0.5, 0.5], amp=[30, -30, 30], gain=1e9, tau1=0.5, tau2=0.01)
    yield vclamp(dur=[4, 4, 4], amp=[10, 20, 30], gain=0)


def write(name, cases):
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    cells = [*int_fire1(), *int_fire2(), *int_fire4(), *net_stim()]
    if hasattr(h, "VecStim"):
        cells += vec_stim()
    write("artificial-cells.json", cells)
    write("vclamp.json", list(vclamps()))
