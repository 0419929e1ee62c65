# %% [markdown]
# # SONATA files, read by libsonata
# `run_into` writes samples and spikes while a simulation runs: memory does not grow with the length of the run.

# %%
# needs: libsonata
import libsonata
import numpy as np

import loligo

cell = loligo.Cell("cell")
soma = cell.add_section("soma", L=20, diam=20)  # um
dend = cell.add_section("dend", L=200, diam=2, nseg=5, parent=soma)
cell.paint("all", loligo.hh())
cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9, amp=0.5))  # ms, ms, nA

network = loligo.Network()
cells = network.add_many(cell, 3)
for index in range(3):
    cells[index].electrode.set(amp=0.2 * index)  # nA
    network.record_segments(cells[index])
watched = network.watch(cells.at("soma"), threshold=0)  # mV

simulation = loligo.Simulation(network)
simulation.run_into("results", 50, layout="sonata")  # ms

# %%
# Nodes are cells, elements are sections; a report has a column for each segment.
report = libsonata.ElementReportReader("results/report_v.h5")["All"]
print(report.get_node_ids(), report.times, report.data_units)
voltages = report.get(node_ids=[2])
samples = np.asarray(voltages.data)  # mV, times x segments
print(samples.shape, samples.max())

spikes = libsonata.SpikeReader("results/spikes.h5")["All"]
print(spikes.get(node_ids=[1])[:3])  # (node, ms)

# %%
# The same run in memory: reports have single precision.
kept = loligo.Simulation(network)
kept.run_until(50)  # ms
expected = np.array(kept[network.recordings[-6:]])
assert np.array_equal(samples.T, expected[:, :2000].astype(np.float32))
for index in range(3):
    times = [t for node, t in spikes.get() if node == index]
    assert np.array_equal(times, kept.spike_times(watched[index]))
