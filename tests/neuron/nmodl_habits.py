"""Writes the cases of nmodl_habits.rs: `python nmodl_habits.py CASES.json`.

Every file of nmodl_habits/ is a case: a soma and a dendrite of two segments, with pas and a current step, have the
mechanism, a point process in two places. Comments at the beginning of a file say what is recorded of it (`: probes`),
and what the model has besides: other mechanisms of the soma (`: with`), times of events (`: events`), weights
(`: weight`), a pointer and the variable of the soma to which it refers (`: pointer`), order of integration
(`: secondorder`), step and length of the run in ms (`: dt`, `: tstop`).
"""

import glob
import json
import os
import re
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nmodl_habits")
OF_SECTIONS = "v ina ik ica icl ena ek eca ecl nai nao ki ko cai cao cli clo".split()


def options(text):
    beginning = text.split("NEURON")[0]
    return {name: value.split() for name, value in re.findall(r"^: (\w+) (.*)$", beginning, re.M)}


def variable(name, mechanism):
    array, bracket, index = name.partition("[")
    return name if array in OF_SECTIONS else f"{array}_{mechanism}{bracket}{index}"


def case(path):
    with open(path) as file:
        text = file.read()
    name = os.path.basename(path).removesuffix(".mod")
    given = options(text)
    kind = re.search(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s", text.split("NEURON", 1)[1]).group(1)
    sections = [("soma", 0.5), ("dend", 0.75)]
    density = [dict(sec=section, mech="pas", params=dict(g=1e-4, e=-65.0)) for section, _ in sections]
    density += [dict(sec="soma", mech=other) for other in given.get("with", [])]
    points = [dict(id="step", type="IClamp", sec="soma", x=0.5, params=dict(delay=0.5, dur=2.0, amp=0.6))]
    probes, art, netcons = [dict(sec="soma", x=0.5, var="v")], [], []
    if kind == "SUFFIX":
        density += [dict(sec=section, mech=name) for section, _ in sections]
        for section, x in sections:
            probes += [dict(sec=section, x=x, var=variable(probe, name)) for probe in given["probes"]]
    else:
        events = [float(time) for time in given.get("events", [])]
        for number, (section, x) in enumerate(sections):
            own = f"p{number}"
            if kind == "POINT_PROCESS":
                points.append(dict(id=own, type=name, sec=section, x=x))
            else:
                art.append(dict(id=own, type=name))
            probes += [dict(id=own, var=probe) for probe in given["probes"]]
            weight = [float(w) for w in given.get("weight", ["0.1"])]
            for connection in range(2 - number if events else 0):
                times = [time + 0.1 * connection * (number + 1) for time in events]
                netcons.append(dict(tgt=own, weight=weight, events=times))
            if "net_event" in text:
                netcons.append(dict(src=dict(id=own), rec=True))
    pointers = []
    if "pointer" in given:
        pointer, target = given["pointer"]
        pointers = [dict(of=own, var=pointer, to=dict(sec="soma", x=0.5, var=target)) for own in ("p0", "p1")]
    return dict(
        name=name,
        dt=float(given.get("dt", ["0.025"])[0]),
        tstop=float(given.get("tstop", ["6"])[0]),
        celsius=20.0,
        secondorder=int(given.get("secondorder", ["0"])[0]),
        mechanisms=[dict(name=name, text=text)],
        sections=[dict(name="soma", L=20.0, diam=15.0), dict(name="dend", L=120.0, diam=2.0, nseg=2, parent="soma")],
        density=density,
        points=points,
        art=art,
        netcons=netcons,
        pointers=pointers,
        probes=probes,
    )


if __name__ == "__main__":
    files = sorted(glob.glob(os.path.join(FOLDER, "*.mod")))
    with open(sys.argv[1], "w") as out:
        json.dump(dict(cases=[dict(definition=case(path)) for path in files]), out, indent=1)
