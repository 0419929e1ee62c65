# %% [markdown]
# # A first plot
# The squid's giant axon as one compartment, with a current step.

# %%
import matplotlib.pyplot as plt

import loligo

network = loligo.Network()
cell = network.add(loligo.Cell("squid"))
soma = cell.add_section("soma", L=20, diam=20)  # um
cell.paint("all", loligo.hh())
cell.place("electrode", soma(0.5), loligo.IClamp(delay=5, dur=30, amp=0.2))  # ms, ms, nA

v = network.record(soma(0.5).v)
spikes = network.watch(soma(0.5), threshold=0)  # mV

simulation = loligo.Simulation(network)
simulation.run_until(40)  # ms

# %%
axes = loligo.plot.traces(simulation, v)
axes.figure.savefig("first_plot.png")
print(simulation.spike_times(spikes))  # ms
plt.show()

# %%
assert len(simulation.spike_times(spikes)) == 3
