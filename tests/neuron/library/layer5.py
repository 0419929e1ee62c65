"""Cases of the theme layer5: `python layer5.py CASES.json`."""

from protocols import channel, current_clamp, voltage_clamp, write

GATES = dict(
    l5_cahva="mh", l5_calva="mh", l5_ih="m", l5_im="m", l5_kp="mh", l5_kt="mh", l5_kv31="m", l5_nap="mh", l5_nat="mh", l5_sk="z"
)
CURRENTS = dict(l5_cahva="ica", l5_calva="ica", l5_ih="i_l5_ih", l5_nap="ina", l5_nat="ina")  # others: ik
WARM = ["l5_cahva", "l5_ih", "l5_kv31", "l5_sk"]  # without temperature scaling


def cases():
    for name, gates in GATES.items():
        variables = [CURRENTS.get(name, "ik"), f"g_{name}", *(f"{gate}_{name}" for gate in gates)]
        if name == "l5_sk":
            # with a source of calcium, which changes the concentration that the current reads
            yield from channel(name, [*variables, "cai"], dict(l5_ca=dict(gamma=0.05, tau=80.0), l5_cahva={}, l5_sk={}))
            continue
        variables += [f"{gate}{quantity}_{name}" for gate in gates for quantity in ("inf", "tau")]
        yield from channel(name, variables, {name: {}}, (34.0,) if name in WARM else (34.0, 21.0))
    shifted = dict(l5_nat=dict(vshift=6.0))
    yield from channel("l5_nat_shifted", ["ina", "m_l5_nat", "h_l5_nat"], shifted)
    yield from channel("l5_ca", ["cai", "eca", "ica"], dict(l5_ca=dict(gamma=0.05, tau=80.0), l5_calva={}))
    soma = {name: {} for name in sorted([*GATES, "l5_ca"])}
    soma["l5_nat"] = dict(vshift=6.0)
    probes = ["v", "ina", "ik", "ica", "cai", "eca", *(f"{gate}_{name}" for name, gates in GATES.items() for gate in gates)]
    density = dict(na_ion=dict(ena=50.0), k_ion=dict(ek=-85.0))
    yield current_clamp("soma_current", dict(pas=dict(g=3.38e-5, e=-90.0)) | soma | density, probes, amp=0.2)
    yield voltage_clamp("soma_clamp", dict(pas=dict(g=3.38e-5, e=-90.0)) | soma | density, probes)


if __name__ == "__main__":
    write(cases())
