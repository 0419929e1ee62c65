"""Cases of the theme calcium: `python calcium.py CASES.json`."""

from protocols import compartment, write

STATES = [f"{name}_ca_shells[{k}]" for name in ("ca", "free", "bound") for k in (0, 3)]
STATES += ["pump_ca_shells", "pumping_ca_shells"]


def cases():
    # The calcium enters by the P-type channel of Purkinje cells.
    mechanisms = dict(hh={}, purkinje_cap={}, ca_shells={})
    pulse = dict(id="step", type="IClamp", params={"delay": 5.0, "dur": 20.0, "amp": 0.3})
    yield compartment("shells", mechanisms, ["v", "cai", "eca", "ica", *STATES], [pulse], tstop=60.0, celsius=22.0)

    # A branched dendrite: calcium enters at the soma only, and diffuses into a thin and a thick branch.
    case = compartment("shells_diffuse", {}, [], [pulse], tstop=60.0, celsius=22.0)
    branch = dict(L=20.0, nseg=5, Ra=100.0)
    case["sections"] += [
        dict(name="trunk", diam=2.0, parent="soma", parent_x=1.0, child_end=0, **branch),
        dict(name="thin", diam=0.8, parent="trunk", parent_x=1.0, child_end=0, **branch),
        dict(name="thick", seg_diam=[2.0, 1.8, 1.6, 1.4, 1.2], parent="trunk", parent_x=1.0, child_end=0, **branch),
    ]
    names = [section["name"] for section in case["sections"]]
    faster = dict(diffusion=1.0, mobility=0.5, total=0.05)
    case["density"] = [dict(sec=name, mech="ca_shells", params=faster) for name in names]
    case["density"] += [dict(sec="soma", mech=name, params={}) for name in ("hh", "purkinje_cap")]
    case["density"] += [dict(sec=name, mech="pas", params=dict(g=1e-4, e=-65.0)) for name in names[1:]]
    places = [("soma", 0.5), ("trunk", 0.1), ("trunk", 0.9), ("thin", 0.5), ("thick", 0.3)]
    case["probes"] = [dict(sec=sec, x=x, var=var) for sec, x in places for var in ("v", "cai", "ca_ca_shells[3]", "bound_ca_shells[1]")]
    yield case


if __name__ == "__main__":
    write(cases())
