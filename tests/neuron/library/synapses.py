"""Cases of the theme synapses: `python synapses.py CASES.json`."""

from protocols import PASSIVE, compartment, write

TRAIN = [5.0, 15.0, 25.0, 45.0, 46.0, 80.0, 80.0, 99.0]  # ms


def synapse(name, kind, variables, params=(), weights=(1e-3, 2e-3), mechanisms=None, **more):
    """A synapse with connections that get the train of events, each at times of its own."""
    point = dict(id="syn", type=kind, params=dict(params), **({"r123": [5, 6, 7]} if kind.startswith("Prob") else {}))
    netcons = [
        dict(tgt="syn", weight=weight, delay=1.0, events=[time + 2.5 * k for time in TRAIN]) for k, weight in enumerate(weights)
    ]
    probes = ["v", ("syn", "i"), *(("syn", variable) for variable in variables)]
    mechanisms = dict(pas=PASSIVE) if mechanisms is None else mechanisms
    return compartment(name, mechanisms, probes, [point], netcons, **(dict(tstop=150.0) | more))


def stdp(name, delay, **params):
    """A cell that a clamp makes fire some ms after (or before) the presynaptic events."""
    points = [
        dict(id="syn", type="StdpSyn", params=params),
        *(dict(id=f"step{k}", type="IClamp", params={"delay": 20.0 * k + 10.0, "dur": 1.0, "amp": 0.6}) for k in range(6)),
    ]
    netcons = [
        dict(tgt="syn", weight=5e-4, delay=1.0, events=[20.0 * k + 10.0 + delay for k in range(6)]),
        dict(tgt="syn", weight=9.9e-4, delay=1.0, events=[20.0 * k + 11.5 + delay for k in range(6)]),
        dict(src=dict(sec="soma", x=0.5), tgt="syn", weight=-1.0, delay=0.5, threshold=0.0, rec=True),
    ]
    probes = ["v", ("syn", "g")]
    case = compartment(name, dict(hh={}), probes, points, netcons, tstop=140.0, celsius=16.0)
    case["final_probes"] = [dict(netcon=k, weight=1) for k in range(2)]
    return case


def coupled(name, kind, points, pointers, variables, **more):
    """Two cells, the first of which fires; point processes of the two refer to voltages."""
    case = compartment(name, {}, [], tstop=60.0, celsius=6.3)
    case["sections"] = [dict(name=cell, L=20.0, diam=20.0) for cell in ("a", "b")]
    case["density"] = [dict(sec="a", mech="hh", params={}), dict(sec="b", mech="pas", params=PASSIVE)]
    case["points"] = [dict(id="step", type="IClamp", sec="a", x=0.5, params={"delay": 5.0, "dur": 40.0, "amp": 0.2})]
    case["points"] += [dict(id=id, type=kind, sec=cell, x=0.5, params=params) for id, (cell, params) in points.items()]
    case["pointers"] = [dict(of=id, var=name, to=dict(sec=cell, x=0.5, var="v")) for id, name, cell in pointers]
    case["probes"] = [dict(sec=cell, x=0.5, var="v") for cell in ("a", "b")]
    case["probes"] += [dict(id=id, var=variable) for id in points for variable in variables]
    return case | more


def cases():
    yield synapse("nmda", "NmdaSyn", ["g", "rise", "decay"])
    yield synapse("nmda_without_magnesium", "NmdaSyn", ["g"], dict(mg=0.0, tau_rise=5.0, tau_decay=40.0))
    release = ["g_ampa", "g_nmda", "released"]
    yield synapse("ampa_nmda", "ProbAmpaNmda", release)
    facilitating = dict(use=0.1, tau_rec=50.0, tau_facil=500.0, sites=5.0, nmda_ratio=1.5)
    yield synapse("ampa_nmda_facilitating", "ProbAmpaNmda", release, facilitating, tstop=250.0)
    yield synapse("ampa_nmda_without_facilitation", "ProbAmpaNmda", release, dict(tau_facil=0.0, tau_rec=30.0, sites=3.0))
    release = ["g_a", "g_b", "released"]
    yield synapse("gaba", "ProbGaba", release)
    yield synapse("gaba_b", "ProbGaba", release, dict(b_ratio=0.75, sites=4.0, tau_rec=60.0), tstop=300.0)
    yield synapse("depressing", "TsodyksMarkram", ["g"])
    yield synapse("facilitating", "TsodyksMarkram", ["g"], dict(use=0.05, tau_rec=130.0, tau_facil=530.0))
    yield stdp("potentiation", -3.0, potentiation=0.02)
    yield stdp("depression", 8.0, depression=0.05, tau_post=30.0)
    graded = dict(glut=("b", dict(vhalf=-45.0)), chol=("b", dict(e=-80.0, kminus=0.01)))
    yield coupled("graded", "GradedSyn", graded, [(id, "vpre", "a") for id in graded], ["i", "s"])
    sides = dict(here=("a", dict(g=2e-3)), there=("b", dict(g=2e-3)))
    yield coupled("gap", "Gap", sides, [("here", "vother", "b"), ("there", "vother", "a")], ["i"])


if __name__ == "__main__":
    write(cases())
