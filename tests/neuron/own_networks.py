"""Writes tests/reference/own_networks.json: networks of some cells with the mechanisms in own_mechanisms/, and NEURON's
results.

nrnivmodl own_mechanisms && python own_networks.py ../reference/own_networks.json
"""

import json
import random
import re
import sys

from neuron import h

from branched import soma_and_dendrites

h.load_file("stdrun.hoc")

EVERY = 40  # steps between two samples
AGAIN = 8  # ms, of a second run


def cell(name, branched):
    sections = soma_and_dendrites(name, branched)
    for section in sections:
        for mechanism in ["hh", "cahva", "cadpump", "skca", "multileak"]:
            section.insert(mechanism)
        for segment in section:
            segment.cahva.pbar = 2e-5
            segment.cadpump.depth = 0.6
            segment.skca.gbar = 5e-4
            for k, (g, level) in enumerate([(1e-5, -70), (2e-5, -60), (3e-5, -80)]):
                segment.multileak.g[k] = g
                segment.multileak.level[k] = level
    return sections


def run(case):
    cells = [cell("cell%d" % k, case["branched"]) for k in range(case["cells"])]
    h.celsius = case["celsius"]
    h.vshift_cahva = case["vshift"]
    h.spikes_burster = case["burst"]
    h.cao0_ca_ion = 2
    made = {}
    for own in case["points"]:
        made[own["name"]] = getattr(h, own["mechanism"])(cells[own["cell"]][own["section"]](own["x"]))
    for own in case["artificial"]:
        made[own["name"]] = getattr(h, own["mechanism"])()
    for own in case["points"] + case["artificial"]:
        for parameter, value in own["parameters"].items():
            if isinstance(value, list):
                for k, element in enumerate(value):
                    getattr(made[own["name"]], parameter)[k] = element
            else:
                setattr(made[own["name"]], parameter, value)
        if "stream" in own:
            made[own["name"]].release.set_ids(*own["stream"])

    def reference(variable):
        own = made[variable["of"]] if "of" in variable else cells[variable["cell"]][variable["section"]](variable["x"])
        name, index, suffix = re.fullmatch(r"(\w+)(\[\d+\])?(\w*)", variable["variable"]).groups()
        found = getattr(own, "_ref_" + name + suffix)
        return found[int(index[1:-1])] if index else found

    for pointer in case["pointers"]:
        h.setpointer(reference(pointer["to"]), pointer["variable"], made[pointer["of"]])
    connections, spikes = [], []
    for own in case["connections"]:
        target = made[own["target"]]
        if isinstance(own["source"], str):
            connection = h.NetCon(made[own["source"]], target)
        else:
            section = cells[own["source"]["cell"]][own["source"]["section"]]
            connection = h.NetCon(section(own["source"]["x"])._ref_v, target, sec=section)
            connection.threshold = own["threshold"]
        connection.delay = own["delay"]
        for k, weight in enumerate(own["weight"]):
            connection.weight[k] = weight
        vector = h.Vector()
        connection.record(vector)  # the last connection of a source has the source's spikes
        connections.append(connection)
        spikes.append(vector)
    recorded = [h.Vector().record(reference(variable)) for variable in case["recorded"]]
    h.dt = 0.025
    h.steps_per_ms = 40
    last = {json.dumps(own["source"]): k for k, own in enumerate(case["connections"])}

    def intervene(value, to):
        if "connection" in value:
            connections[value["connection"]].weight[value["weight"]] = to
        elif "global" in value:
            setattr(h, value["global"] + ("_" + value["mechanism"] if "mechanism" in value else ""), to)
        else:
            reference(value)[0] = to

    waiting = sorted(case.get("interventions", []), key=lambda own: own["t"])
    h.finitialize(-65)
    while h.t < case["tstop"] - h.dt / 2:
        while waiting and h.t >= waiting[0]["t"] - h.dt / 2:
            own = waiting.pop(0)
            intervene(own["value"], own["to"])
        h.fadvance()
    case["samples"] = [list(vector)[::EVERY] for vector in recorded]
    case["spikes"] = [[k, list(spikes[k])] for k in sorted(last.values())]
    case["weights"] = [[c.weight[k] for k in range(int(c.wcnt()))] for c in connections]
    if "interventions" in case:
        return case  # Loligo starts a second run with the values that were there at first
    # A second run, which starts with the final values of the first.
    h.finitialize(-65)
    while h.t < AGAIN - h.dt / 2:
        h.fadvance()
    case["again"] = [list(vector)[::EVERY] for vector in recorded]
    return case


STDP = {"tau": 3, "up": 1e-3, "down": 5e-4}
RELEASE = {"tau": 2, "p": 0.6, "late": 1.5}
BURSTER = {"tau": 10, "gap": [1, 2.5, 0.75]}


def place(name, mechanism, cell, section, x, branched, **parameters):
    own = dict(name=name, mechanism=mechanism, cell=cell, section=section, x=x, parameters=parameters)
    if not branched:
        own.update(section=0, x=0.5)
    if mechanism == "relsyn":
        own["stream"] = [3, 1 + len(name), cell]
    return own


def train(name, start, interval, number=1e9):
    return dict(name=name, mechanism="NetStim", parameters=dict(start=start, interval=interval, number=number))


def voltage(cell, branched, section=0, x=0.5, variable="v"):
    return dict(cell=cell, section=section, x=x, variable=variable) if branched else dict(
        cell=cell, section=0, x=0.5, variable=variable
    )


def connection(source, target, weight, delay):
    own = dict(source=source, target=target, weight=weight, delay=delay)
    if isinstance(source, dict):
        own["source"] = {key: source[key] for key in ["cell", "section", "x"]}
        own["threshold"] = 0
    return own


def points(branched, pointers):
    own = [
        place("electrode", "IClamp", 0, 0, 0.5, branched, delay=1, dur=1e9, amp=0.5 if not branched else 1),
        place("background", "IClamp", 1, 0, 0.5, branched, delay=3, dur=1e9, amp=0.2 if not branched else 0.4),
        place("plastic", "stdpsyn", 1, 1, 0.5, branched, **STDP),
        place("random", "relsyn", 1, 2, 0.5, branched, **RELEASE),
        place("excited", "ExpSyn", 0, 1, 0.2, branched, tau=2, e=0),
        place("answered", "ExpSyn", 1, 0, 0.5, branched, tau=4, e=-70),
    ]
    if pointers:
        own += [
            place("graded", "gradsyn", 1, 1, 0.9, branched, gmax=5e-4),
            place("first", "statesyn", 0, 0, 0.5, branched, gmax=3e-4),
            place("second", "statesyn", 1, 3, 0.1, branched, gmax=4e-4, tau=5),
            place("third", "statesyn", 0, 2, 0.7, branched, gmax=2e-4, e=-70),
            place("fourth", "statesyn", 1, 0, 0.5, branched, gmax=1e-4, fast=0.5),
        ]
    return own


def pointers(branched):
    of = lambda name, variable: dict(of=name, variable=variable)
    return [
        dict(of="graded", variable="vpre", to=voltage(0, branched)),
        dict(of="first", variable="x", to=of("graded", "s")),
        dict(of="second", variable="x", to=voltage(0, branched, 1, 0.5, "m_cahva")),
        dict(of="third", variable="x", to=of("second", "s")),
        dict(of="fourth", variable="x", to=of("third", "s")),
    ]


def recorded(case):
    branched = case["branched"]
    own = case.pop("also", []) + [voltage(0, branched), voltage(1, branched)]
    if branched:
        own += [voltage(0, True, 2, 0.9), voltage(1, True, 1, 0.5)]
    own += [voltage(0, branched, 0, 0.5, name) for name in ["cai", "drive_cadpump", "i_multileak"]]
    states = dict(lif="ready", modulator="c", stdpsyn="g", relsyn="g", ExpSyn="g", gradsyn="s", statesyn="s", burster="m")
    for other in case["points"] + case["artificial"]:
        if other["mechanism"] in states:
            own.append({"of": other["name"], "variable": states[other["mechanism"]]})
    return own


def small(name, branched, delays, with_pointers=True, celsius=6.3, vshift=0, burst=3, ties=False):
    """The network on which all others are based: `delays` of trains, of cells, of the synapse that releases, and of the burster, ms."""
    regular, spiking, release, answer = delays
    a, b = voltage(0, branched), voltage(1, branched)
    case = dict(name=name, cells=2, branched=branched, celsius=celsius, vshift=vshift, burst=burst, tstop=50)
    case["points"] = points(branched, with_pointers)
    case["pointers"] = pointers(branched) if with_pointers else []
    case["artificial"] = [
        train("regular", 1, 2.5),
        dict(name="burster", mechanism="burster", parameters=BURSTER),
    ]
    case["connections"] = [
        connection("regular", "plastic", [2e-3, 0, 0], regular),
        connection(a, "plastic", [3e-3, 0, 0], spiking * 1.5),
        connection(a, "random", [2e-3, 0], spiking * 0.5),
        connection("regular", "random", [1e-3, 0], regular),
        connection("random", "excited", [5e-3], release),
        connection("random", "answered", [5e-4], release + 0.3),
        connection("regular", "burster", [0.6, 0], regular),
        connection("random", "burster", [0.9, 0], release),
        connection(b, "burster", [0.8, 0], spiking),
        connection("burster", "excited", [8e-3], answer),
        connection("burster", "plastic", [1e-3, 0, 0], answer + 0.1),
    ]
    if ties:
        # Simultaneous events from several sources, in orders on which results, random numbers and thresholds depend.
        case["artificial"] += [train("same", 1, 2.5), train("double", 1, 1.25), train("late", 2.25, 1.25)]
        for k, source in enumerate(["same", "double", "late"]):
            for target, weight in [("plastic", [1.1e-3, 0, 0]), ("random", [7e-4, 0]), ("burster", [0.37, 0])]:
                case["connections"].append(connection(source, target, [x * (1 + 0.3 * k) for x in weight], regular))
        case["connections"] += [
            connection(a, "plastic", [1.3e-3, 0, 0], spiking * 1.5),
            connection(a, "burster", [0.21, 0], spiking),
            connection("burster", "random", [5e-4, 0], answer),
            connection("burster", "answered", [5e-4], answer),
            connection("random", "plastic", [7e-4, 0, 0], release),
        ]
    return case


def firing(name, branched, delay):
    """The network with an integrate-and-fire cell that is driven by all other cells."""
    case = small(name, branched, (1, 1, delay, delay), with_pointers=False)
    case["points"].append(place("fires", "lif", 1, 0, 0.5, branched, vreset=-62))
    case["connections"] += [
        connection("regular", "fires", [3], 0.5),
        connection("random", "fires", [-6], delay),
        connection("burster", "fires", [-20], delay),
        connection("fires", "excited", [2e-3], delay),
        connection("fires", "random", [1e-3, 0], delay),
        connection("fires", "burster", [0.5, 0], delay),
        connection("fires", "fires", [4], delay + 2),
    ]
    return case


def modulated(name, branched, delays):
    """The network in which events change parameters of mechanisms in the same and in the other cell."""
    case = small(name, branched, delays)
    case["points"] += [
        place("opens", "modulator", 0, 1, 0.5, branched, base=5e-4),
        place("favours", "modulator", 1, 2, 0.5, branched, base=0.4),
        place("speeds", "modulator", 1, 0, 0.5, branched, base=3, tau=10),
    ]
    case["pointers"] += [
        dict(of="opens", variable="target", to=dict(of="graded", variable="gmax")),
        dict(of="favours", variable="target", to=dict(of="random", variable="p")),
        dict(of="speeds", variable="target", to=dict(of="third", variable="tau")),
    ]
    case["connections"] += [
        connection("regular", "opens", [0.2], 1),
        connection("burster", "favours", [0.3], delays[3]),
        connection("random", "speeds", [0.5], delays[2]),
    ]
    case["also"] = [dict(of="graded", variable="gmax"), dict(of="random", variable="p"), dict(of="third", variable="tau")]
    return case


def pairs(name, delay, joined):
    """Six cells, in pairs coupled by pointers, with events from all to all; `joined` also couples two of the pairs."""
    case = dict(name=name, cells=6, branched=False, celsius=6.3, vshift=0, burst=3, tstop=30)
    case.update(points=[], pointers=[], connections=[])
    case["artificial"] = [train("regular", 1, 1.5), dict(name="burster", mechanism="burster", parameters=BURSTER)]
    for k in range(6):
        case["points"] += [
            place("step%d" % k, "IClamp", k, 0, 0.5, False, delay=1 + 0.3 * k, dur=1e9, amp=0.1 + 0.08 * k),
            place("plastic%d" % k, "stdpsyn", k, 0, 0.5, False, **STDP),
            place("random%d" % k, "relsyn", k, 0, 0.5, False, **RELEASE),
            place("answered%d" % k, "ExpSyn", k, 0, 0.5, False, tau=3, e=0),
            place("graded%d" % k, "gradsyn", k, 0, 0.5, False, gmax=3e-4),
            place("state%d" % k, "statesyn", k, 0, 0.5, False, gmax=2e-4),
        ]
        other = k ^ 1
        case["pointers"] += [
            dict(of="graded%d" % k, variable="vpre", to=voltage(other, False)),
            dict(of="state%d" % k, variable="x", to=dict(of="graded%d" % other, variable="s")),
        ]
    if joined:
        case["points"].append(place("bridge", "statesyn", 4, 0, 0.5, False, gmax=2e-4))
        case["pointers"].append(dict(of="bridge", variable="x", to=dict(of="state1", variable="s")))
    for k in range(6):
        case["connections"] += [
            connection("regular", "random%d" % k, [1e-3 + 1e-4 * k, 0], 1),
            connection("regular", "plastic%d" % k, [5e-4, 0, 0], 1),
            connection(voltage(k, False), "plastic%d" % ((k + 1) % 6), [1e-3, 0, 0], delay + 0.5),
            connection("random%d" % k, "burster", [0.3, 0], delay),
            connection("burster", "answered%d" % k, [5e-4], delay),
        ]
        case["connections"] += [connection("random%d" % k, "answered%d" % other, [3e-4], delay) for other in range(6)]
    return case


def changed(case):
    """The network with values that are set while it runs: of the membrane, of synapses, cells, connections, and globals."""
    branched, of = case["branched"], lambda name, variable: dict(of=name, variable=variable)
    case["name"] += ", changed"
    case["interventions"] = [
        dict(t=t, value=value, to=to)
        for t, value, to in [
            (4, voltage(0, branched, 1, 0.5, "pbar_cahva"), 5e-5),
            (6, of("plastic", "tau"), 5),
            (6, of("plastic", "g"), 1e-3),
            (7.5125, of("random", "p"), 0.9),
            (9, dict(connection=1, weight=1), 1e-3),
            (9, dict(connection=0, weight=0), 1e-3),
            (11, voltage(1, branched), -50),
            (12, dict(mechanism="cahva", **{"global": "vshift"}), 4),
            (13, dict(mechanism="burster", **{"global": "spikes"}), 2),
            (13.3, of("burster", "gap[1]"), 1.25),
            (15, voltage(0, branched, 2, 0.9, "cai"), 8e-4),
            (16, voltage(1, branched, 0, 0.5, "ek"), -85),
            (17, voltage(1, branched, 1, 0.5, "level[1]_multileak"), -50),
            (18, dict(mechanism="ca_ion", **{"global": "cao0"}), 1),
            (20, dict({"global": "celsius"}), 10),
            (22, voltage(0, branched, 3, 1), -40),
            (22, voltage(0, branched, 1, 0.5, "m_hh"), 0.4),
            (26, of("first", "s"), 0.5),
            (30, of("graded", "gmax"), 2e-4),
            (31, dict(connection=4, weight=0), 1e-2),
        ]
        if "of" not in value or value["of"] in [own["name"] for own in case["points"] + case["artificial"]]
    ]
    return case


def drawn(seed, mechanisms=("stdpsyn", "relsyn", "ExpSyn", "gradsyn", "statesyn")):
    """A network with several of everything, with connections at random."""
    dice = random.Random(seed)
    branched = seed % 2 == 0
    case = dict(name="drawn %d" % seed, cells=2, branched=branched, celsius=dice.choice([6.3, 12, 20]), tstop=40)
    case.update(vshift=dice.choice([0, -3]), burst=dice.choice([1, 2, 3]))
    own = [place("step%d" % k, "IClamp", k, 0, 0.5, branched, delay=1 + k, dur=1e9, amp=(0.2 + 0.3 * k) * (1 + branched)) for k in range(2)]
    receivers, senders, read = [], [voltage(k, branched) for k in range(2)], []
    if branched:
        senders.append(voltage(1, True, 2, 0.9))
    for k in range(12):
        mechanism = dice.choice(mechanisms)
        name = "%s%d" % (mechanism, k)
        parameters = dict(stdpsyn=STDP, relsyn=RELEASE, ExpSyn={"tau": 3}, gradsyn={"gmax": 2e-4}, statesyn={"gmax": 1e-4}, lif={})
        where = (dice.randrange(2), dice.randrange(4), dice.choice([0.1, 0.5, 0.9]))
        own.append(place(name, mechanism, *where, branched, **parameters[mechanism]))
        if mechanism in ["gradsyn", "statesyn"]:
            read.append((name, mechanism))
        else:
            receivers.append((name, mechanism))
        if mechanism in ["relsyn", "lif"]:
            senders.append(name)
    case["points"] = own
    case["pointers"] = []
    for name, mechanism in read:
        places = [voltage(k, branched, dice.randrange(4), 0.5, "v" if mechanism == "gradsyn" else "m_cahva") for k in range(2)]
        if mechanism == "statesyn":
            places += [dict(of=other, variable="s") for other, _ in read if other != name]
        case["pointers"].append(dict(of=name, variable="vpre" if mechanism == "gradsyn" else "x", to=dice.choice(places)))
    case["artificial"] = []
    for k in range(3):
        case["artificial"].append(train("train%d" % k, dice.choice([0, 1, 1.5]), dice.choice([1, 2, 2.5])))
        case["artificial"].append(dict(name="burster%d" % k, mechanism="burster", parameters=BURSTER))
        receivers.append(("burster%d" % k, "burster"))
        senders += ["train%d" % k, "burster%d" % k]
    weights = dict(
        stdpsyn=lambda: [dice.uniform(0, 1e-3), 0, 0],
        relsyn=lambda: [dice.uniform(0, 1e-3), 0],
        ExpSyn=lambda: [dice.uniform(0, 1e-3)],
        lif=lambda: [dice.uniform(-2, 3)],
        burster=lambda: [dice.uniform(0.2, 1.5), 0],
    )
    least = [0, 0, 0.5, 1][seed % 4]
    case["connections"] = []
    for name, mechanism in 3 * receivers:
        source = dice.choice(senders)
        if source == name:
            continue
        delay = least + dice.choice([0, 0.01, 0.0125, 0.025, 0.5, 0.5, 1, 1, 2])
        if isinstance(source, str) and source.startswith("burster") and mechanism == "burster":
            delay = max(delay, 0.5)
        case["connections"].append(connection(source, name, weights[mechanism](), delay))
    return case


CASES = [
    small("one compartment", False, (1, 1, 0.7, 0.9)),
    small("branched", True, (1, 1, 0.7, 0.9), vshift=-3),
    small("without delay", False, (1, 0, 0, 0)),
    small("branched, without delay", True, (0, 0.01, 0, 0)),
    small("shorter than a step", True, (0.01, 0.02, 0.0125, 0.02), burst=2),
    small("long delays", False, (1.5, 2, 1, 1.2)),
    small("branched, long delays", True, (1, 2, 3, 1), celsius=12),
    small("no pointers", False, (1, 1, 0.7, 0.9), with_pointers=False),
    small("branched, no pointers, without delay", True, (0.5, 0.6, 0, 0), with_pointers=False),
    small("branched, no pointers, long delays", True, (1, 2, 1, 1), with_pointers=False),
    small("of one instant", False, (1, 1, 0, 0), ties=True),
    small("branched, of one instant", True, (1.25, 1, 1, 1.25), ties=True),
    small("no pointers, of one instant", False, (1.25, 1, 0, 1.25), with_pointers=False, ties=True),
    firing("integrate and fire", False, 0.2),
    firing("branched, integrate and fire", True, 0.8),
    modulated("modulated", False, (1, 1, 0.7, 0.9)),
    modulated("branched, modulated, without delay", True, (1, 0, 0, 0)),
    pairs("pairs", 1, False),
    pairs("pairs, without delay", 0, False),
    pairs("pairs, two joined", 0.7, True),
    changed(small("long delays", False, (1.5, 2, 1, 1.2))),
    changed(small("branched, without delay", True, (0, 0.01, 0, 0))),
    changed(small("branched, no pointers, long delays", True, (1, 2, 1, 1), with_pointers=False)),
    changed(firing("branched, integrate and fire", True, 0.8)),
    changed(modulated("branched, modulated", True, (1, 1, 0.7, 0.9))),
] + [drawn(seed) for seed in range(8)]
# Not 13: that network amplifies a change of the last bit of the initial voltage to 2e-7 mV.
CASES += [drawn(seed, ["stdpsyn", "relsyn", "ExpSyn", "lif"]) for seed in [8, 9, 10, 11, 12, 14]]

for case in CASES:
    case["recorded"] = recorded(case)
    run(case)
    print(case["name"], {json.dumps(case["connections"][k]["source"]): len(times) for k, times in case["spikes"]}, file=sys.stderr)
with open(sys.argv[1], "w") as out:
    json.dump(dict(generated_with="NEURON 9.0.2", every=EVERY, cases=CASES), out)
    out.write("\n")
