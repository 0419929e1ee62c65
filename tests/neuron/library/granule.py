"""Cases of the theme granule: `python granule.py CASES.json`."""

from protocols import channel, current_clamp, write

CHANNELS = dict(
    granule_na=["ina", "m_granule_na", "h_granule_na", "minf_granule_na", "htau_granule_na"],
    granule_nap=["ina", "m_granule_nap", "minf_granule_nap", "mtau_granule_nap"],
    granule_kv=["ik", "n_granule_kv", "ninf_granule_kv", "ntau_granule_kv"],
    granule_ka=["ik", "a_granule_ka", "b_granule_ka", "atau_granule_ka", "binf_granule_ka"],
    granule_kir=["ik", "d_granule_kir", "dinf_granule_kir", "dtau_granule_kir"],
    granule_km=["ik", "n_granule_km", "ninf_granule_km", "ntau_granule_km"],
    granule_cahva=["ica", "s_granule_cahva", "u_granule_cahva", "stau_granule_cahva", "uinf_granule_cahva"],
)


def cases():
    for name, variables in CHANNELS.items():
        # granule_na and granule_kv have singular points at -19 and -25 mV, granule_nap at -42 mV: clamps pass near them.
        levels = ((-90.0, 20.0), (-19.0, 20.0), (-42.0, 30.0))
        yield from channel(name, variables, {name: {}}, (20.0, 30.0), levels=levels)
    calcium = dict(granule_ca={}, granule_cahva={})
    yield from channel("granule_ca", ["cai", "ica", "eca"], calcium)
    kca = calcium | dict(granule_kca={})
    yield from channel("granule_kca", ["cai", "ik", "c_granule_kca", "cinf_granule_kca", "ctau_granule_kca"], kca, (30.0, 20.0))
    # A granule cell of one compartment, 10 um, with its ions.
    cell = {name: {} for name in CHANNELS} | dict(granule_ca={}, granule_kca={}, pas=dict(g=5.68e-5, e=-58.0))
    cell |= dict(na_ion=dict(ena=87.39), k_ion=dict(ek=-84.69))
    probes = ["v", "ina", "ik", "ica", "cai", "eca", "n_granule_km", "b_granule_ka", "c_granule_kca"]
    for amp in (0.01, 0.016, 0.024):
        case = current_clamp(f"cell_{amp:g}", cell, probes, amp=amp, duration=200.0, tstop=200.0, celsius=30.0)
        case["sections"][0] |= dict(L=10.0, diam=10.0)
        case["netcons"].append(dict(src=dict(sec="soma", x=0.5), tgt=None, threshold=-20.0, rec=True))
        yield case


if __name__ == "__main__":
    write(cases())
