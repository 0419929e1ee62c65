"""A ring of five branching cells on NEURON: `python small_ring.py OUT.json`. tests/tests/ringtest.rs builds the same.

Cell k: a soma (L 18 + k, diam 16, hh), a dendrite (L 150 + 10 k, diam 1.5, nseg 5, pas) at soma(1), two branches (L 80,
diam 1, nseg 3, pas and hh) at its end; Ra 100. An Exp2Syn
(.3, 2.5, 0) in the middle of the first branch, an ExpSyn (5, -80) at dendrite(.1). Soma(.5) above 0 mV sends to the next
cell's Exp2Syn (.03 uS, 1 + .2 k ms) and to the ExpSyn of the cell after (.004 uS, 2.5 ms). A NetStim (3 spikes every
20 ms from 1 ms) starts cell 0 (.04 uS, 1 ms). 100 ms.
"""

import json
import sys

from neuron import h

CELLS = 5


def cell(k):
    soma, trunk, left, right = (h.Section(name="%s%d" % (name, k)) for name in ("soma", "trunk", "left", "right"))
    shapes = ((soma, 18.0 + k, 16.0, 1), (trunk, 150.0 + 10.0 * k, 1.5, 5), (left, 80.0, 1.0, 3), (right, 80.0, 1.0, 3))
    for section, length, diam, nseg in shapes:
        section.L, section.diam, section.nseg, section.Ra, section.cm = length, diam, nseg, 100.0, 1.0
        if section is not trunk:
            section.insert("hh")
        if section is not soma:
            section.insert("pas")
            for segment in section:
                segment.pas.g, segment.pas.e = 1e-4, -65.0
    trunk.connect(soma(1), 0)
    left.connect(trunk(1), 0)
    right.connect(trunk(1), 0)
    excitation = h.Exp2Syn(left(0.5))
    excitation.tau1, excitation.tau2, excitation.e = 0.3, 2.5, 0.0
    inhibition = h.ExpSyn(trunk(0.1))
    inhibition.tau, inhibition.e = 5.0, -80.0
    return dict(soma=soma, trunk=trunk, left=left, right=right, excitation=excitation, inhibition=inhibition)


def main(out):
    cells = [cell(k) for k in range(CELLS)]
    connections, spikes = [], []
    for k, one in enumerate(cells):
        soma = one["soma"]
        for target, weight, delay in (
            (cells[(k + 1) % CELLS]["excitation"], 0.03, 1.0 + 0.2 * k),
            (cells[(k + 2) % CELLS]["inhibition"], 0.004, 2.5),
        ):
            connection = h.NetCon(soma(0.5)._ref_v, target, sec=soma)
            connection.threshold, connection.weight[0], connection.delay = 0.0, weight, delay
            connections.append(connection)
        times = h.Vector()
        connections[-1].record(times)
        spikes.append(times)
    start = h.NetStim()
    start.interval, start.number, start.start, start.noise = 20.0, 3, 1.0, 0.0
    connection = h.NetCon(start, cells[0]["excitation"])
    connection.weight[0], connection.delay = 0.04, 1.0
    v = h.Vector().record(cells[2]["right"](0.9)._ref_v)
    h.dt, h.celsius = 0.025, 6.3
    h.finitialize(-65.0)
    while h.t < 100.0 - h.dt / 2:
        h.fadvance()
    json.dump(
        {
            "generated_with": h.nrnversion(),
            "spikes_ms": [list(times) for times in spikes],
            "v_every": 100,
            "v_right2_mV": list(v)[::100],
        },
        open(out, "w"),
        indent=1,
    )


if __name__ == "__main__":
    main(sys.argv[1])
