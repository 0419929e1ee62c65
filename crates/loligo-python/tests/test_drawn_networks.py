"""A random network is the same description by Python and by a model file that Rust reads: the same bytes.

Each part is drawn once, added to the network by Python's calls, and written as TOML.
"""

import random

import numpy as np
import pytest

import loligo

DENSITY = {"hh": ["gnabar", "gkbar", "gl", "el"], "pas": ["g", "e"], "na_ion": ["ena"], "capool": ["tau"]}
SYNAPSES = {"ExpSyn": ["tau", "e"], "Exp2Syn": ["tau1", "tau2", "e"]}
POINTS = {**SYNAPSES, "IClamp": ["delay", "dur", "amp"], "AlphaSynapse": ["onset", "gmax"], "SEClamp": ["rs", "amp1"]}
ARTIFICIAL = {"NetStim": ["interval", "number", "start"], "IntFire1": ["tau", "refrac"], "IntFire2": ["taus", "ib"]}


def number(value):
    """A number, a text, or a list of these in TOML."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(number, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{number(key)} = {number(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else repr(value)


class Drawn:
    """A random network, by Python in `network`, and as TOML."""

    def __init__(self, seed, folder):
        self.chance = random.Random(seed)
        self.folder = folder
        self.network = loligo.Network()
        self.lines = []
        self.tstop = self.chance.uniform(0, 1000)
        self.drawn_options = {
            "dt": self.chance.choice([0.025, 0.01]),
            "v_init": self.chance.uniform(-80, -50),
            "celsius": self.chance.uniform(6, 37),
            "second_order": self.chance.randrange(3),
            "numerics": self.chance.choice(["fast", "exact"]),
            "threads": self.chance.randrange(1, 4),
        }
        self.write("[run]", tstop=self.tstop, **self.drawn_options)
        if self.chance.random() < 0.3:
            value = self.chance.uniform(1e-5, 1e-4)
            self.network.set_global("ca_ion", "cai0", value)
            self.write("[globals]", ca_ion={"cai0": value})
        # Parts that connections and recordings can name: the object of Python and the text.
        self.places, self.sources, self.targets, self.amplitudes, self.artificial = [], [], [], [], []
        for k in range(self.chance.randrange(1, 4)):
            self.cells(k)
        for k in range(self.chance.randrange(3)):
            self.artificial_cells(k)
        self.sources += self.places + self.artificial
        for _ in range(self.chance.randrange(3)):
            self.stimulus()
        for k in range(self.chance.randrange(3)):
            self.gap_junction(k)
        for _ in range(self.chance.randrange(5) if self.targets else 0):
            self.connection()
        if self.targets and self.chance.random() < 0.5:
            self.many_connections()
        for _ in range(self.chance.randrange(3)):
            self.detector()
        for _ in range(self.chance.randrange(3)):
            self.waveform()
        for _ in range(self.chance.randrange(4)):
            self.recording()
        for _ in range(self.chance.randrange(3)):
            self.intervention()

    def write(self, header, **keys):
        self.lines += [header, *(f"{name} = {number(value)}" for name, value in keys.items())]

    def toml(self):
        return "\n".join(self.lines)

    def sometimes(self, probability, **keys):
        return keys if self.chance.random() < probability else {}

    def parameters(self, mechanisms, name):
        return {key: self.chance.uniform(0.01, 50) for key in mechanisms[name] if self.chance.random() < 0.6}

    def rule(self):
        """A rule for the number of segments, or none."""
        rules = [{}, {"nseg": self.chance.randrange(1, 8)}, {"max_segment_length": self.chance.uniform(5, 100)}, {"d_lambda": 0.1}]
        return self.chance.choice(rules)

    def shape(self):
        if self.chance.random() < 0.4:
            return {"points": [[self.chance.uniform(-99, 99) for _ in range(3)] + [self.chance.uniform(1, 9)] for _ in range(3)]}
        if self.chance.random() < 0.2:
            return {"L": self.chance.uniform(1, 500), "diam": [self.chance.uniform(0.5, 9) for _ in range(3)], "nseg": 3}
        return {"L": self.chance.uniform(1, 500), "diam": self.chance.uniform(0.5, 30)}

    def described(self, name):
        """A cell by Python; its tables in TOML are written."""
        cell = loligo.Cell(name)
        sections = []
        for k in range(self.chance.randrange(1, 6)):
            section = self.chance.choice(["soma", "dend", "apic", "axon", "x"]) + f"[{k}]"
            keys = self.shape()
            keys.update({} if "nseg" in keys else self.rule())
            keys.update(self.sometimes(0.5, Ra=self.chance.uniform(30, 300)))
            keys.update(self.sometimes(0.5, cm=self.chance.uniform(0.5, 2)))
            keys.update(self.sometimes(0.2, kind=self.chance.choice(["soma", "axon", "dendrite", "apical"])))
            if sections:
                parent = self.chance.choice(sections)
                keys.update(parent=parent.name, parent_x=self.chance.choice([0.0, 0.25, 1.0]), child_end=self.chance.randrange(2))
            self.write("[[cell.section]]", name=section, **keys)
            if sections and self.chance.random() < 0.5:
                del keys["parent"]
                keys["parent"] = parent(keys.pop("parent_x"))
            sections.append(cell.add_section(section, **keys))
        regions = ["all", *(section.name for section in sections), *{section.kind for section in sections}]
        if self.chance.random() < 0.3:
            chosen = self.chance.sample([section.name for section in sections], self.chance.randrange(1, len(sections) + 1))
            cell.define_list("chosen", chosen)
            self.write("[cell.lists]", chosen=chosen)
            regions.append("chosen")
        for _ in range(self.chance.randrange(2)):
            region, rule = self.chance.choice(regions), {"nseg": self.chance.randrange(1, 6)}
            if not any(isinstance(section.diam, list) for section in sections) and "diam = [" not in "\n".join(self.lines):
                cell.discretize(region, **rule)
                self.write("[[cell.cable]]", region=region, **rule)
        for _ in range(self.chance.randrange(4)):
            region, mechanism = self.chance.choice(regions), self.chance.choice(list(DENSITY))
            if self.chance.random() < 0.3:
                # A list of sections keeps its order in Python, and has that of the cell in a file.
                region = sorted(self.chance.sample(regions, min(2, len(regions))), key=regions.index)
            parameters = self.parameters(DENSITY, mechanism)
            cell.paint(region, loligo.Mechanism(mechanism, **parameters))
            self.write("[[cell.paint]]", region=region, mechanism=mechanism, **parameters)
        for k in range(self.chance.randrange(5)):
            section, x, mechanism = self.chance.choice(sections), self.chance.random(), self.chance.choice(list(POINTS))
            parameters = self.parameters(POINTS, mechanism)
            cell.place(f"p{k}", section(x), getattr(loligo, mechanism)(**parameters))
            self.write("[[cell.point]]", name=f"p{k}", mechanism=mechanism, section=section.name, x=x, **parameters)
        return cell

    def cells(self, k):
        name, count = f"c{k}", self.chance.choice([None, 1, 2, 5])
        self.write("[[cell]]", name=name)
        position = len(self.lines)
        cell = self.described(name)
        columns = ["all.hh.gnabar"] if any(line == 'mechanism = "hh"' for line in self.lines[position:]) else []
        columns += [f"{point.name}.delay" for point in cell.point_processes if point.mechanism.name == "IClamp"]
        if count and columns and self.chance.random() < 0.5:
            table = {column: [self.chance.uniform(0, 0.5) for _ in range(count)] for column in columns}
            rows = [",".join(columns), *(",".join(map(repr, row)) for row in zip(*table.values()))]
            (self.folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
            self.lines.insert(position, f'parameters = "{name}.csv"')
            added = self.network.add_ensemble(cell, {column: np.array(values) for column, values in table.items()})
        elif count:
            self.lines.insert(position, f"count = {count}")
            added = self.network.add_many(cell, count)
        else:
            added = [self.network.add(cell)]
        for cell in added:
            for section in cell.sections:
                x = self.chance.choice([0.0, 0.5, 1.0])
                self.places.append((section(x), f"{cell.name}.{section.name}({x})"))
            for point in cell.point_processes:
                if point.mechanism.name in SYNAPSES:
                    self.targets.append((point, f"{cell.name}.{point.name}"))
                if point.mechanism.name == "IClamp":
                    self.amplitudes.append((point.amp, f"{cell.name}.{point.name}.amp"))

    def artificial_cells(self, k):
        name, mechanism, count = f"a{k}", self.chance.choice([*ARTIFICIAL, "VecStim"]), self.chance.choice([None, 1, 3])
        if mechanism == "VecStim":
            parameters = {"times": sorted(self.chance.uniform(0, 100) for _ in range(4))}
        else:
            parameters = self.parameters(ARTIFICIAL, mechanism)
        made = loligo.Mechanism(mechanism, **parameters)
        keys = {"count": count} if count else {}
        if mechanism == "NetStim":
            # Files number the streams that they do not name, networks leave it to the simulation.
            ids = [self.chance.randrange(2**32) for _ in range(3)]
            ids[2] = min(ids[2], 2**32 - 4)
            keys["stream"] = ids
            streams = [[*ids[:2], ids[2] + k] for k in range(count or 1)]
            names = [f"{name}[{k}]" for k in range(count)] if count else [name]
            added = [self.network.add_artificial(n, made.with_stream(s)) for n, s in zip(names, streams)]
        else:
            added = self.network.add_artificial_many(name, made, count) if count else [self.network.add_artificial(name, made)]
        self.write("[[artificial_cell]]", name=name, mechanism=mechanism, **parameters, **keys)
        self.artificial += [(cell, cell.name) for cell in added]
        if mechanism.startswith("IntFire"):
            self.targets += [(cell, cell.name) for cell in added]

    def connection(self):
        (source, source_text), (target, target_text) = self.chance.choice(self.sources), self.chance.choice(self.targets)
        keys = {"weight": self.chance.uniform(-1, 1)}
        keys.update(self.sometimes(0.7, delay=self.chance.uniform(0, 5)))
        keys.update(self.sometimes(0.5, threshold=self.chance.uniform(-30, 10)) if "(" in source_text else {})
        keys.update(self.sometimes(0.2, events=[1.0, self.chance.uniform(2, 3)]))
        self.network.connect(source, target, **keys)
        self.write("[[connection]]", **{"from": source_text, "to": target_text}, **keys)

    def many_connections(self):
        chosen = [(self.chance.choice(self.sources), self.chance.choice(self.targets)) for _ in range(20)]
        weights, delays = np.array([self.chance.random() for _ in chosen]), [self.chance.uniform(0, 9) for _ in chosen]
        self.network.connect_many([s for (s, _), _ in chosen], [t for _, (t, _) in chosen], weights, delays)
        for ((_, source), (_, target)), weight, delay in zip(chosen, weights.tolist(), delays):
            self.write("[[connection]]", **{"from": source, "to": target}, weight=weight, delay=delay)

    def detector(self):
        (source, text), threshold = self.chance.choice(self.sources), self.chance.uniform(-30, 10)
        if "(" in text:
            self.network.watch(source, threshold=threshold)
            self.write("[[detector]]", place=text, threshold=threshold)

    def stimulus(self):
        place, text = self.chance.choice(self.places)
        amp, duration, delay = self.chance.uniform(-1, 1), self.chance.uniform(1, 9), self.chance.uniform(0, 9)
        signal = loligo.Signal().delay(delay).pulse(amp, duration).train(amp, 100.0, 2.0, 30.0)
        shapes = [
            {"type": "delay", "duration": delay},
            {"type": "pulse", "amp": amp, "duration": duration},
            {"type": "train", "amp": amp, "frequency": 100.0, "pulse_duration": 2.0, "total_duration": 30.0},
        ]
        keys, given = {"shape": shapes}, {"electrode": False}
        if self.chance.random() < 0.3:
            given["electrode"] = keys["electrode"] = True
        if self.chance.random() < 0.3:
            given["reversal"] = keys["reversal"] = self.chance.uniform(-80, 0)
            keys["kind"] = "conductance"
        name = f"stimulus{self.chance.randrange(10**9)}"
        self.network.inject(place, signal, name=name, **given)
        cell, section = text.rsplit(".", 1)[0].split(".", 1)[0], place.section.name
        self.write("[[stimulus]]", cell=cell, region=section, x=place.x, name=name, **keys)

    def gap_junction(self, k):
        (a, a_text), (b, b_text) = self.chance.choice(self.places), self.chance.choice(self.places)
        conductance = self.chance.uniform(0, 0.01)
        name = {"name": f"gap{k}"} if self.chance.random() < 0.5 else {}
        # The ends of sections may be one place.
        if a.x == b.x == 0.5 and a.section != b.section:
            self.network.gap_junction(a, b, conductance, **name)
            self.write("[[gap_junction]]", a=a_text, b=b_text, conductance=conductance, **name)

    def waveform(self):
        if not self.amplitudes:
            return
        variable, text = self.chance.choice(self.amplitudes)
        times, interpolation = sorted(self.chance.uniform(0, 50) for _ in range(5)), self.chance.choice(["linear", "steps"])
        values = [self.chance.uniform(-1, 1) for _ in times]
        self.network.play(variable, np.array(times), tuple(values), interpolation)
        self.write("[[waveform]]", place=text, times=times, values=values, interpolation=interpolation)

    def recording(self):
        place, text = self.chance.choice(self.places)
        variable, every = self.chance.choice(["v", "i_membrane_", "i_cap"]), self.chance.randrange(1, 20)
        name = {"name": f"r{len(self.network.recordings)}"} if self.chance.random() < 0.3 else {}
        if not name and f"{place}.{variable}" in [recording.name for recording in self.network.recordings]:
            return
        self.network.record(place[variable], every, **name)
        self.write("[[record]]", place=f"{text}.{variable}", every=every, **name)

    def intervention(self):
        t, value = self.chance.uniform(0, 100), self.chance.uniform(0, 30)
        variable, text = self.chance.choice([("celsius", "celsius"), *self.amplitudes])
        self.network.intervene(t, variable, value)
        self.write("[[intervention]]", t=t, set={text: value})


@pytest.mark.parametrize("seed", range(200))
def test_the_descriptions_are_equal(seed, tmp_path):
    drawn = Drawn(seed, tmp_path)
    model = loligo.Model.parse(drawn.toml(), tmp_path / "model.toml")
    assert model.network == drawn.network, drawn.toml()
    assert model.network.to_bytes() == drawn.network.to_bytes(), drawn.toml()
    assert model.options == loligo.Options(**drawn.drawn_options) and model.tstop == drawn.tstop


def test_streams_are_numbered_as_in_a_file():
    text = """
        [run]
        tstop = 100.0
        seed = 7
        [[artificial_cell]]
        name = "noise"
        count = 3
        mechanism = "NetStim"
        interval = 5.0
        number = 20
        noise = 1.0
        [[detector]]
        place = "noise"
    """
    expected = loligo.Model.parse(text).run()
    network = loligo.Network(seed=7)
    network.watch(network.add_artificial_many("noise", loligo.NetStim(interval=5, number=20, noise=1), 3))
    simulation = loligo.Simulation(network)
    simulation.run_until(100)
    assert np.array_equal(simulation.spikes, expected.spikes) and len(expected.spikes) > 20
