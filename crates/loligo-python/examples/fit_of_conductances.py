# %% [markdown]
# # Four conductances are found again
# A generation of a genetic optimiser is an ensemble: all of its cells are computed by one call.

# %%
# needs: cma
import cma
import numpy as np

import loligo

NAMES = ["soma.hh.gnabar", "soma.hh.gkbar", "soma.hh.gl", "soma.pas.g"]
TRUE = np.array([0.12, 0.036, 3e-4, 1e-4])  # S/cm2

cell = loligo.Cell("cell")
soma = cell.add_section("soma", L=20, diam=20)  # um
cell.paint("all", loligo.hh())
cell.paint("all", loligo.pas(g=1e-4, e=-65))  # S/cm2, mV
cell.place("electrode", soma(0.5), loligo.IClamp(delay=2, dur=20, amp=0.1))  # ms, ms, nA


def voltages(conductances: np.ndarray) -> np.ndarray:
    """The voltage (mV) of a cell for each row of conductances (S/cm2)."""
    network = loligo.Network()
    table = dict(zip(NAMES, conductances.T))
    v = network.record(network.add_ensemble(cell, table).at("soma"), every=4)
    simulation = loligo.Simulation(network)
    simulation.run_until(25)  # ms
    return simulation.matrix(v)


# %%
target = voltages(TRUE[np.newaxis])[0]
search = cma.CMAEvolutionStrategy(np.full(4, 0.3), 0.3, {"seed": 1, "verbose": -9, "popsize": 40, "maxiter": 120})
while not search.stop():
    # The logarithm of each conductance relative to the true one is searched from 0.3 on.
    candidates = np.array(search.ask())
    errors = np.sqrt(((voltages(TRUE * np.exp(candidates)) - target) ** 2).mean(axis=1))  # mV
    search.tell(list(candidates), errors.tolist())

# %%
found = TRUE * np.exp(np.array(search.result.xbest, dtype=float))
print(f"error {search.result.fbest:.2g} mV")
for name, value, true in zip(NAMES, found, TRUE):
    print(f"{name}: {value:.5g} S/cm2, in truth {true:g}")
assert search.result.fbest < 0.1  # mV
assert abs(found[0] / TRUE[0] - 1) < 0.02
