# %% [markdown]
# # The extracellular potential, by LFPykit
# The membrane currents of all segments, and their positions, are what LFPykit's forward models take.

# %%
# needs: lfpykit
import lfpykit
import numpy as np

import loligo

cell = loligo.Cell("cell")
soma = cell.add_section("soma", points=[[-10, 0, 0, 20], [10, 0, 0, 20]])  # um
cell.add_section("dend", points=[[10, 0, 0, 2], [510, 0, 0, 2]], nseg=25, parent=soma)
cell.paint("all", loligo.hh())
cell.place("synapse", soma(0.5), loligo.AlphaSynapse(onset=1, tau=0.5, gmax=0.05))  # ms, ms, uS

network = loligo.Network()
cell = network.add(cell)
currents = network.record_segments(cell, variable="i_membrane_")  # nA
simulation = loligo.Simulation(network)
simulation.run_until(10)  # ms

# %%
table = loligo.segments(cell)
ends = {axis: np.stack([table[f"{axis}_start"], table[f"{axis}_end"]], axis=1) for axis in "xyz"}
geometry = lfpykit.CellGeometry(d=table["diam"], **ends)  # um
model = lfpykit.LineSourcePotential(geometry, x=np.array([0.0]), y=np.array([50.0]), z=np.array([0.0]), sigma=0.3)
membrane = simulation.matrix(currents)  # nA, segments x time
potential = model.get_transformation_matrix() @ membrane  # mV
print(f"from {potential.min():.4f} to {potential.max():.4f} mV, 50 um beside the soma")

# %%
assert potential.shape == (1, 401)
assert np.abs(membrane.sum(axis=0)).max() < 1e-9  # nA: without electrodes the currents of a cell sum to zero
assert potential.min() < -1e-3 < 1e-4 < potential.max()
