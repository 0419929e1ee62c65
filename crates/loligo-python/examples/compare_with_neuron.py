# %% [markdown]
# # The same model in NEURON and in Loligo
# With `numerics="exact"` every sample has the same bits.

# %%
# needs: neuron
import numpy as np
from neuron import h

import loligo

h.load_file("stdrun.hoc")

# %% NEURON
soma_n, dend_n = h.Section(name="soma"), h.Section(name="dend")
soma_n.L = soma_n.diam = 20  # um
dend_n.L, dend_n.diam, dend_n.nseg = 200, 2, 5
dend_n.connect(soma_n(1))
for section in (soma_n, dend_n):
    section.Ra = 100  # ohm cm
    section.insert("hh")
stim_n = h.IClamp(soma_n(0.5))
stim_n.delay, stim_n.dur, stim_n.amp = 5, 30, 0.5  # ms, ms, nA
v_n = h.Vector().record(dend_n(0.9)._ref_v)
h.dt = 0.025  # ms
h.finitialize(-65)
while h.t < 40 - h.dt / 2:
    h.fadvance()

# %% Loligo
network = loligo.Network()
cell = network.add(loligo.Cell("cell"))
soma = cell.add_section("soma", L=20, diam=20, Ra=100)  # um, um, ohm cm
dend = cell.add_section("dend", L=200, diam=2, nseg=5, Ra=100, parent=soma)
cell.paint("all", loligo.hh())
cell.place("stim", soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.5))  # ms, ms, nA
v = network.record(dend(0.9).v)
exact = loligo.Simulation(network, numerics="exact")
fast = loligo.Simulation(network)
exact.run_until(40)  # ms
fast.run_until(40)

# %%
reference = np.array(v_n)
print("exact, largest difference:", np.abs(exact[v] - reference).max(), "mV")
print("fast, largest difference:", np.abs(fast[v] - reference).max(), "mV")
assert np.array_equal(exact[v], reference)
assert np.abs(fast[v] - reference).max() < 1e-9  # mV
