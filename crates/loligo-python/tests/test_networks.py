"""Networks: ensembles of tables, many synapses and connections in one call, gap junctions, stimuli, .mod files."""

import numpy as np
import pytest

import loligo

from conftest import ball_and_stick


def test_an_ensemble_is_cells_by_time():
    cell = loligo.Cell("sweep")
    soma = cell.add_section("soma", L=20, diam=20)
    cell.paint("all", loligo.hh())
    cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9))
    network = loligo.Network()
    amplitudes = 0.005 * np.arange(100)  # nA
    cells = network.add_ensemble(cell, {"electrode.amp": amplitudes})
    watched = network.watch(cells.at("soma"), threshold=-20)
    v = network.record(cells.at("soma"), every=4)
    simulation = loligo.Simulation(network)
    simulation.run_until(100)
    assert simulation.matrix(v).shape == (100, 1001)
    counts = np.bincount(simulation.spikes["source"], minlength=100)
    assert (counts[0], counts[99]) == (0, 11)
    assert len(simulation.spike_times(watched[99])) == 11
    assert cells[3].name == "sweep[3]" and len(cells) == len(cells[:]) == 100
    alone = loligo.Network()
    one = alone.add(cell)
    one.electrode.set(amp=amplitudes[99])
    recording = alone.record(one.soma(0.5), every=4)
    single = loligo.Simulation(alone)
    single.run_until(100)
    assert np.array_equal(single[recording], simulation.matrix(v)[99])


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_are_tables(library):
    frames = pytest.importorskip(library)
    table = {"soma.hh.gnabar": [0.1, 0.12], "all.Ra": [100.0, 50.0]}
    first, second = loligo.Network(), loligo.Network()
    first.add_ensemble(ball_and_stick(), table)
    second.add_ensemble(ball_and_stick(), frames.DataFrame(table))
    assert first == second and len(first.cells) == 2


def test_many_synapses_and_connections():
    cell = ball_and_stick()
    rng = np.random.default_rng(1)
    cell.place_many("many", "dend", rng.random(10_000), loligo.ExpSyn(tau=2))
    network = loligo.Network()
    cell = network.add(cell)
    assert cell.many[17].name == "many[17]" and len(cell.many) == 10_000
    stims = network.add_artificial_many("stim", loligo.NetStim(number=1, start=1), 1000)
    sources, targets = rng.integers(0, 1000, 100_000), rng.integers(0, 10_000, 100_000)
    weights = rng.random(100_000) * 1e-7
    made = network.connect_many(stims[sources], cell.many[targets], weights, delay=rng.random(100_000))
    assert len(made) == 100_000 and np.array_equal(made.weight, weights)
    made.weight = 2 * weights
    made.delay = 1.5
    assert made[5].weight == 2 * weights[5] and made[5].delay == 1.5
    made[5].weight = 1e-3
    assert network.connections[5].weight == 1e-3
    v = network.record(cell.dend(0.5))
    simulation = loligo.Simulation(network)
    simulation.run_until(5)
    assert simulation[v].max() > -60


def test_lists_of_references_are_the_same_as_arrays():
    def network():
        network = loligo.Network()
        cells = network.add_many(ball_and_stick(), 4)
        return network, cells

    first, a = network()
    for k in range(4):
        first.connect(a[k].soma(1), a[(k + 1) % 4].synapse, 0.01, 2, 0)
    second, b = network()
    second.connect_many(b.at("soma", 1), [b[(k + 1) % 4].synapse for k in range(4)], 0.01, 2.0, 0)
    third, c = network()
    third.connect_many([c[k].soma(1) for k in range(4)], c[[1, 2, 3, 0]].points("synapse"), [0.01] * 4, np.full(4, 2), 0)
    assert first == second == third


def test_gap_junctions_and_transfers():
    network = loligo.Network()
    cells = [network.add(ball_and_stick(name)) for name in ("a", "b")]
    gap = network.gap_junction(cells[0].soma(0.5), cells[1].soma(0.5), 1e-3)
    cells[0].place("electrode", cells[0].soma(0.5), loligo.IClamp(dur=1e9, amp=0.5))
    current = network.record(gap.a.i)
    v = network.record(cells[1].soma(0.5))
    simulation = loligo.Simulation(network)
    simulation.run_until(5)
    assert simulation[current].max() > 1e-3 and simulation[v].max() > -65
    with pytest.raises(AttributeError, match="vgap"):
        gap.a.v


def test_signals_are_injected():
    network = loligo.Network()
    cells = [network.add(ball_and_stick(name)) for name in "ab"]
    pulse = loligo.Signal().delay(1).pulse(0.2, 5)
    first = network.inject(cells[0].soma(0.5), pulse)
    both = network.inject([cell.soma(0.5) for cell in cells], 0.5 * pulse + -pulse, electrode=False)
    network.inject(cells[1].soma(0.5), pulse * 0.01, reversal=0.0)
    current = network.record(first.i)
    assert len(both) == 2
    simulation = loligo.Simulation(network)
    simulation.run_until(10)
    times = simulation.times(current)
    assert np.all(simulation[current][(times > 1.1) & (times < 5.9)] == 0.2)
    noise = loligo.Signal().noise(0.4, 0.05, 10, stream=(1, 2, 3))
    assert noise.values[1] == 0.5462435961785509  # nA, as in neurodamus
    assert len(noise.times) == len(noise)


def test_waveforms_are_played(squid):
    squid.network.play(squid.electrode.amp, [0, 10, 10, 20], [0, 0, 0.3, 0.3], "linear")
    squid.electrode.set(delay=0, dur=1e9)
    i = squid.network.record(squid.electrode.i)
    assert squid.simulate(15)[i][-1] == 0.3


def test_models_of_files_run(root):
    for path in sorted((root / "examples").glob("*.toml")):
        model = loligo.Model.load(path)
        simulation = loligo.Simulation(model)
        simulation.run_until(min(model.tstop, 5.0))
        assert all(np.isfinite(simulation[k]).all() for k in range(len(simulation.names))), path


def test_the_same_bits_as_a_model_file(root):
    model = loligo.Model.load(root / "examples/two_cells.toml")
    network = loligo.Network()
    cells = [network.add(ball_and_stick(f"cell[{k}]")) for k in range(2)]
    for cell, amp in zip(cells, [0.5, 0.0]):
        cell.place("electrode", cell.soma(0.5), loligo.IClamp(delay=5, dur=30, amp=amp))
    network.connect(cells[0].soma(1), cells[1].synapse, 0.01, 2, 0)
    network.watch(cells[1].soma(1), 0)
    v = [network.record(cell.soma(0.5)) for cell in cells]
    for numerics in ["fast", "exact"]:
        expected = model.run(numerics=numerics)
        simulation = loligo.Simulation(network, model.options, numerics=numerics)
        simulation.run_until(model.tstop)
        assert all(np.array_equal(simulation[a], expected[k]) for k, a in enumerate(v))
        assert np.array_equal(simulation.spikes, expected.spikes) and len(simulation.spikes) > 4


def test_library_mechanisms_run():
    catalogue = loligo.Catalogue("loligo:layer5")
    network = loligo.Network(catalogue)
    cell = network.add(loligo.Cell())
    soma = cell.add_section("soma", L=20, diam=20)
    density = [name for name in catalogue.names if catalogue.describe(name)["kind"] == "density"]
    own = [name for name in density if name not in loligo.builtin.names]
    cell.paint("all", getattr(catalogue, own[0])())
    cell.paint("all", loligo.pas())
    v = network.record(soma(0.5))
    simulation = loligo.Simulation(network)
    simulation.run_until(1)
    assert np.isfinite(simulation[v]).all()
    assert own[0] in getattr(catalogue, own[0]).__name__


def test_estimates(squid):
    estimate = squid.network.estimate(dt=0.1)
    assert estimate["compartments"] == 1 and estimate["memory"] > 0
