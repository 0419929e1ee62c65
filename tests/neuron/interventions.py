"""Writes tests/reference/interventions.json: NEURON's voltage with values that are set between steps.

python interventions.py ../reference/interventions.json
"""

import json
import sys

from neuron import h

h.load_file("stdrun.hoc")

soma = h.Section(name="soma")
soma.L = soma.diam = 20
soma.insert("hh")
synapse = h.ExpSyn(soma(0.5))
synapse.tau, synapse.e = 2, 0
train = h.NetStim()
train.start, train.interval, train.number, train.noise = 1, 3, 10, 0
connection = h.NetCon(train, synapse)
connection.weight[0], connection.delay = 0.005, 1


def set_gnabar(to):
    soma(0.5).hh.gnabar = to


def set_e(to):
    synapse.e = to


def set_v(to):
    soma(0.5).v = to


def set_m(to):
    soma(0.5).hh.m = to


def set_celsius(to):
    h.celsius = to


def set_weight(to):
    connection.weight[0] = to


def set_ek(to):
    soma.ek = to


changes = [
    (5.0, "gnabar_hh", set_gnabar, 0.08),
    (8.0, "e", set_e, -40.0),
    (10.0, "v", set_v, -50.0),
    (12.0, "m_hh", set_m, 0.2),
    (15.0, "celsius", set_celsius, 10.0),
    (18.0, "weight", set_weight, 0.02),
    (20.0, "ek", set_ek, -90.0),
]
v = h.Vector().record(soma(0.5)._ref_v)
h.celsius = 6.3
h.dt = 0.025
h.finitialize(-65)
waiting = list(changes)
while h.t < 30 - h.dt / 2:
    while waiting and h.t >= waiting[0][0] - h.dt / 2:
        _, _, change, to = waiting.pop(0)
        change(to)
    h.fadvance()
result = dict(
    generated_with="NEURON 9.0.2",
    changes=[dict(t=t, value=name, to=to) for t, name, _, to in changes],
    v=list(v),
)
with open(sys.argv[1], "w") as out:
    json.dump(result, out)
    out.write("\n")
