# %% [markdown]
# # Results as an array of xarray
# The voltages of an ensemble, with the currents and times as coordinates.

# %%
# needs: xarray
import numpy as np
import xarray

import loligo

cell = loligo.Cell("cell")
soma = cell.add_section("soma", L=20, diam=20)  # um
cell.paint("all", loligo.hh())
cell.place("electrode", soma(0.5), loligo.IClamp(delay=5, dur=1e9))  # ms, ms

network = loligo.Network()
amplitudes = np.linspace(0, 0.5, 11)  # nA
cells = network.add_ensemble(cell, {"electrode.amp": amplitudes})
v = network.record(cells.at("soma"), every=4)
simulation = loligo.Simulation(network)
simulation.run_until(50)  # ms

# %%
voltages = xarray.DataArray(
    simulation.matrix(v),
    dims=("amp", "t"),
    coords={
        "amp": ("amp", amplitudes, {"units": "nA"}),
        "t": ("t", simulation.times(v), {"units": "ms"}),
        "cell": ("amp", [cell.name for cell in cells]),
    },
    name="v",
    attrs={"units": simulation.unit(v[0])},
)
print(voltages.sel(amp=0.2, method="nearest").max().item(), "mV")
means = voltages.sel(t=slice(10, None)).mean("t")
print(means.to_series())

# %%
assert voltages.shape == (11, 501) and voltages.attrs["units"] == "mV"
assert voltages.sel(amp=0.5).max() > 0 > voltages.sel(amp=0).max()
assert voltages.cell[3].item() == "cell[3]"
