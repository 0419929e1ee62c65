"""Writes signals.json: what neurodamus 4.2.9 (PyPI) with NEURON 9.0.2 makes of many signals.

`pip install neuron==9.0.2`, `pip download --no-deps neurodamus==4.2.9`, unpack the wheel, then
`python signals.py FOLDER_OF_WHEEL signals.json`.

Two things of version 3.7.2 that 4.2.9 lacks are put back before measuring: `add_pulses`, and the 100 more intervals of shot
noise that falls short of its duration, where 4.2.9 has an assertion.
"""

import json
import random as dice
import re
import sys
import types
from pathlib import Path

from neuron import h


def load(folder):
    class Neuron:
        pass

    Neuron.h = h
    base = Path(folder) / "neurodamus"

    def stub(name, path="", **contents):
        module = types.ModuleType(name)
        module.__path__ = [str(path)]
        vars(module).update(contents)
        sys.modules[name] = module

    stub("neurodamus", base)
    stub("neurodamus.core", base / "core", NeuronWrapper=Neuron, Neuron=Neuron)
    stub("neurodamus.io")
    stub("neurodamus.io.sonata_config", EField=object)
    import neurodamus.core.random as random

    text = (base / "core/stimuli.py").read_text()
    text, replaced = re.subn(
        r"assert ev\[-1\] >= duration, \(.*?\n        \)\n",
        "while ev[-1] < duration:\n"
        "            more = Nd.h.Vector(100)\n"
        "            more.setrand(rng)\n"
        "            later = Nd.h.Vector()\n"
        "            later.integral(more, 1).mul(1000).add(ev[-1])\n"
        "            ev.append(later)\n",
        text,
        flags=re.S,
    )
    assert replaced == 1
    stimuli = types.ModuleType("neurodamus.core.stimuli")
    stimuli.__package__ = "neurodamus.core"
    exec(text, vars(stimuli))

    def add_pulses(self, duration, *amps):
        self._add_point(self._base_amp)
        for amp in amps:
            self.add_segment(amp, duration, amp)
        self._add_point(self._base_amp)
        return self

    stimuli.SignalSource.add_pulses = add_pulses
    return stimuli.SignalSource, random.Random123


def cases():
    dice.seed(4)
    number = lambda low, high, digits=3: round(dice.uniform(low, high), digits)
    some = dice.choice
    made = []

    def case(*shapes, base=0.0, delay=0.0, ids=None, seed=0):
        made.append(dict(base=base, delay=delay, ids=ids, seed=seed, shapes=[list(shape) for shape in shapes]))

    def ids():
        return [dice.randrange(2**32) if dice.random() < 0.3 else dice.randrange(3000) for _ in range(3)]

    # Deterministic shapes: signs, bases, delays, zero durations.
    case(["pulse", 1.2, 10])
    case(["pulse", -0.3, 0.1], ["delay", 0.7], ["pulse", 0.3, 0.1], base=0.1, delay=0.3)
    case(["pulse", 0.0, 0.0])
    case(["ramp", 0.1, 1, 20], delay=5)
    case(["ramp", 1, -1, 7.3], ["ramp", -0.5, 0, 0.0], base=-0.25)
    case(["segment", 1, 2, 4], ["segment", 3, 7, 3], base=2, delay=1)
    case(["pulses", 3.3, 0.1, -0.2, 0.3], base=0.05, delay=0.1)
    case(["pulses", 1.1, 5.0], ["delay", 2.2], ["pulses", 0.1, 1, 2, 3, 4, 5])
    # Trains: whole and broken numbers of periods, periods without gap, pulses of no length.
    trains = [[1, 30, 5, 100], [0.3, 500, 0.6, 4.5], [1.2, 10, 20, 350], [1, 100, 2, 100], [-1, 100, 10, 55], [1, 50, 20, 60]]
    trains += [[1, 3, 7, 0], [1, 3, 7, 5], [1, 3, 0, 1000], [0.7, 0.1, 5, 20], [1, 60, 16.6, 100], [1, 7, 3, 1000 / 7 * 3]]
    trains += [[1, 40, 25, 100], [1, 70, 1.3, 100.1], [1, 33.3, 4.4, 60.1], [1, 1e3, 0.25, 5.25]]
    for train in trains:
        case(["train", *train], base=some([0.0, 0.2]), delay=some([0.0, 0.1, 3.3]))
    for _ in range(14):
        f = number(1, 200, 2)
        case(["train", number(-1, 1), f, number(0, 1000 / f), number(0, 6000 / f)], base=some([0.0, 0.2]), delay=number(0, 9))
    # Sines: steps that do and do not divide the duration, and end points that rounding decides.
    for sin in [[0.5, 2, 100, 0.025], [0.5, 3.3, 60, 0.1], [1, 1, 1000, 0.3], [1, 0, 50, 0.1], [-2, 0.7, 300, 0.1]]:
        case(["sin", *sin], base=some([0.0, 0.25]), delay=some([0.0, 1.5]))
    for _ in range(10):
        step = some([0.1, 0.3, 0.7, 1 / 3, 0.05])
        total = some([number(0, 8), step * dice.randrange(30), 2.1, 6.3])
        case(["sin", number(-1, 1), total, number(0, 500, 1), step], ["pulse", 0.1, 0.5], delay=number(0, 4, 1))
    case(["samples", [0, 1, 1, 4.5], [0.1, 0.2, -0.2, 0.3], 6], ["samples", [0.5], [2], None], delay=0.3)
    # Noise.
    case(["noise", 0.4, 0.05, 10, 0.5], ids=[100, 500, 301], delay=5)
    case(["noise", 0.4, 0.05, 3.3, 0.5], ["noise", 0.4, 0.05, 3.3, 0.5], ids=[1, 2, 3])
    case(["noise", -0.4, 0.0, 2.0, 0.5], ids=[1, 2, 3], base=0.1)
    case(["noise", 0.0, 1.0, 0.0, 0.5], ids=[5, 6, 7])
    case(["ou", 2.8, 0.2, 0.4, 20, 0.25], ids=[2997, 291204, 124], delay=5)
    case(["ou", 0, 0.2, 0.4, 5, 0.25], ["ou", 1e-10, 0.3, -0.1, 5, 0.3], ids=[2997, 291204, 124])
    case(["ou", 1e-8, 0.2, 0.4, 2, 0.25], ["ou", 1e6, 0.2, 0.4, 2, 0.25], ids=[1, 1, 1])
    for _ in range(8):
        dt = some([0.5, 0.3, 0.7, 0.1])
        case(["noise", number(-1, 1), number(0, 2), number(0, 9), dt], ids=ids(), seed=dice.randrange(2**31), delay=number(0, 3))
        dt = some([0.25, 0.3, 0.7, 0.1])
        ou = [some([0.0, number(0, 30)]), number(0, 1), number(-1, 1), number(0, 9), dt]
        case(["ou", *ou], ids=ids(), seed=dice.randrange(2**31), delay=number(0, 3), base=number(-1, 1))
    # Shot noise: both signs, shapes of the gamma distribution below, at and above 1, time constants exchanged and near to each
    # other, rates so low that no event comes, coarse steps.
    shots = [[4, 0.4, 2000, 0.04, 4e-4, 40, 0.25], [4, 0.4, 2000, -0.04, 4e-4, 20, 0.25], [4, 0.4, 1000, 0.04, 0.04, 40, 0.25]]
    shots += [[0.4, 4, 500, 0.04, 4e-4, 20, 0.25], [4, 4 * (1 + 1e-6), 500, 0.04, 4e-4, 20, 0.25], [4, 3.99, 500, 0.1, 0.01, 20, 0.3]]
    shots += [[4, 0.4, 0.01, 0.1, 0.01, 20, 0.25], [4, 0.4, 1000, 0.1, 0.01, 0, 0.25], [4, 0.4, 100, 0.1, 1e-6, 9.99, 2.5]]
    shots += [[2, 1, 300, 0.3, 0.09, 30, 0.7], [2, 1, 300, 0.3, 9.0, 30, 0.7]]
    for shot in shots:
        case(["shot", *shot], ids=[2997, 19216, 7], delay=some([0.0, 5.0]), base=some([0.0, 0.1]))
    for _ in range(10):
        shot = [number(0.5, 9), number(0.1, 3), number(10, 900), number(-0.2, 0.2), number(1e-4, 0.02, 5), number(1, 25)]
        case(["shot", *shot, some([0.25, 0.5, 0.3])], ids=ids(), seed=dice.randrange(2**31), delay=number(0, 3))
    # One stream after another shape, and seeds with which the first intervals fall short of the duration.
    case(["noise", 0.1, 0.01, 3, 0.5], ["shot", 4, 0.4, 500, 0.04, 4e-4, 9, 0.5], ["ou", 3, 0.1, 0, 3, 0.5], ids=[9, 8, 7])
    for gid in unlucky():
        case(["shot", 4, 0.4, 50, 0.04, 4e-4, 30, 0.5], ["noise", 0, 1, 1, 0.5], ids=[2997, 19216, gid])
    return made


def unlucky():
    """Third ids for which six intervals at 50 Hz are shorter than 30 ms together."""
    found = []
    for gid in range(5000):
        stream = h.Random()
        stream.Random123_globalindex(0)
        stream.Random123(2997, 19216, gid)
        stream.negexp(1 / 50)
        intervals = h.Vector(6)
        intervals.setrand(stream)
        if intervals.sum() * 1000 < 30:
            found.append(gid)
    return found[:3]


def measure(case, SignalSource, Random123):
    stream = Random123(*case["ids"], case["seed"]) if case["ids"] else None
    signal = SignalSource(case["base"], delay=case["delay"], rng=stream)
    names = dict(ou="ornstein_uhlenbeck", shot="shot_noise")
    for name, *arguments in case["shapes"]:
        getattr(signal, name if name == "delay" else "add_" + names.get(name, name))(*arguments)
    return dict(case, t=list(signal.time_vec), y=list(signal.stim_vec))


if __name__ == "__main__":
    parts = load(sys.argv[1])
    measured = []
    for case in cases():
        try:
            measured.append(measure(case, *parts))
        except RuntimeError:  # a duration shorter than the step, which NEURON's Vector.indgen refuses
            continue
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in measured)
    Path(sys.argv[2]).write_text(f"[\n{lines}\n]\n")
