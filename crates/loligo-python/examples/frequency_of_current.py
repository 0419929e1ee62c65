# %% [markdown]
# # Firing frequency over current, with eFEL's features
# An ensemble: one cell and a table of parameters, a row for each cell.

# %%
# needs: efel
import efel
import numpy as np

import loligo

cell = loligo.Cell("cell")
soma = cell.add_section("soma", L=20, diam=20)  # um
cell.paint("all", loligo.hh())
cell.place("electrode", soma(0.5), loligo.IClamp(delay=50, dur=400, amp=0))  # ms, ms, nA

network = loligo.Network()
amplitudes = np.linspace(0, 0.5, 21)  # nA
cells = network.add_ensemble(cell, {"electrode.amp": amplitudes})
network.watch(cells.at("soma"), threshold=0)  # mV
v = network.record(cells.at("soma"))

simulation = loligo.Simulation(network)
simulation.run_until(500)  # ms
voltages = simulation.matrix(v)  # mV, cells x time

# %%
traces = [
    {"T": simulation.times(v), "V": voltage, "stim_start": [50.0], "stim_end": [450.0]}  # ms, mV
    for voltage in voltages
]
features = efel.get_feature_values(traces, ["spike_count", "voltage_base", "AP_amplitude"], None, True)
for amplitude, row in zip(amplitudes, features):
    print(f"{amplitude:.3f} nA: {row['spike_count'][0]} spikes, rest {row['voltage_base'][0]:.2f} mV")

# %%
counts = np.bincount(simulation.spikes["source"], minlength=len(cells))
assert counts.tolist() == [int(row["spike_count"][0]) for row in features]
assert counts[0] == 0 and counts[-1] > 20
