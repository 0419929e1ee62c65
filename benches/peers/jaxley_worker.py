"""Jaxley, for the ensemble: `python jaxley_worker.py DESCRIPTION.json THREADS` (see worker.py).

A variant has the key `solver`, Jaxley's voltage_solver. The cells are one cell under vmap, compiled before the first run.
"""

import os
import sys
import time

os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if sys.argv[2] != '1' else 'false'}"

import jax
import jax.numpy as jnp
import jaxley
import numpy
from jaxley.channels import HH

from worker import serve

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platform_name", "cpu")

DT = 0.025  # ms


def build(description, threads):
    cells, tstop = description["model"]["ensemble"], description["tstop"]
    compartment = jaxley.Compartment()
    root, branch = jaxley.Branch(compartment, ncomp=1), jaxley.Branch(compartment, ncomp=9)
    cell = jaxley.Cell([root] + [branch] * 7, parents=[-1, 0, 1, 1, 2, 2, 3, 3])
    cell.insert(HH())
    cell.set("axial_resistivity", 100.0)  # ohm cm
    cell.set("capacitance", 1.0)  # uF/cm2
    for part, length, radius in ((cell.branch(0), 20.0, 10.0), (cell.branch(list(range(1, 8))), 100.0 / 9, 0.75)):
        part.set("length", length)
        part.set("radius", radius)
    cell.set("v", -65.0)
    cell.init_states(delta_t=DT)
    middle = cell.branch(0).comp(0)
    middle.record("v", verbose=False)
    current = jaxley.step_current(i_delay=1.0, i_dur=tstop, i_amp=0.6, delta_t=DT, t_max=tstop)
    middle.stimulate(current, verbose=False)
    gnabar = 0.10 + 0.06 * jnp.arange(cells) / cells
    compiled = {}

    def run(solver):
        def voltage(conductance):
            parameters = cell.data_set("HH_gNa", conductance, None)
            return jaxley.integrate(cell, param_state=parameters, delta_t=DT, voltage_solver=solver)[0]

        if solver not in compiled:
            compiled[solver] = jax.jit(jax.vmap(voltage)).lower(gnabar).compile()
        start = time.perf_counter()
        v = compiled[solver](gnabar).block_until_ready()
        seconds = time.perf_counter() - start
        v = numpy.asarray(v)
        who, when = numpy.nonzero((v[:, :-1] <= 0) & (v[:, 1:] > 0))
        return seconds, [(float(t), int(k)) for t, k in zip((when + 1) * DT, who)]

    return cells * 64, run


serve(build)
