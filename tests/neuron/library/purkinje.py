"""Cases of the theme purkinje: `python purkinje.py CASES.json`."""

from protocols import channel, current_clamp, voltage_clamp, write

SODIUM = ["C1", "C5", "O", "B", "I1", "I6"]
CHANNELS = dict(
    purkinje_na=["ina", "g_purkinje_na", *(f"{state}_purkinje_na" for state in SODIUM)],
    purkinje_kv3=["ik", "m_purkinje_kv3", "h_purkinje_kv3", "minf_purkinje_kv3", "htau_purkinje_kv3"],
    purkinje_kdr=["ik", "n_purkinje_kdr", "ninf_purkinje_kdr", "ntau_purkinje_kdr"],
    purkinje_ka=["ik", "n_purkinje_ka", "h_purkinje_ka", "ntau_purkinje_ka", "hinf_purkinje_ka"],
    purkinje_ih=["i_purkinje_ih", "n_purkinje_ih", "ninf_purkinje_ih", "ntau_purkinje_ih"],
    purkinje_cap=["ica", "m_purkinje_cap", "minf_purkinje_cap", "mtau_purkinje_cap"],
)


def cases():
    for name, variables in CHANNELS.items():
        yield from channel(name, variables, {name: {}}, (22.0, 34.0))
    calcium = dict(purkinje_ca={}, purkinje_cap={})
    yield from channel("purkinje_ca", ["cai", "ica", "eca"], calcium)
    bk = calcium | dict(purkinje_bk={})
    yield from channel("purkinje_bk", ["cai", "ik", *(f"{gate}_purkinje_bk" for gate in "mhz")], bk, (22.0, 34.0))
    # The resurgent current: a short strong depolarisation, then a moderate one.
    levels = ((-90.0, 10.0), (30.0, 15.0), (-40.0, 60.0))
    yield voltage_clamp("resurgent", dict(purkinje_na={}), CHANNELS["purkinje_na"], levels=levels, celsius=22.0)
    soma = {name: {} for name in CHANNELS} | dict(purkinje_ca={}, purkinje_bk={}, pas=dict(g=5e-5, e=-60.0))
    probes = ["v", "ina", "ik", "ica", "cai", "eca", "O_purkinje_na", "z_purkinje_bk", "n_purkinje_ih"]
    yield current_clamp("soma_fires", soma, probes, amp=0.05, celsius=22.0)
    yield current_clamp("soma_hyperpolarised", soma, probes, amp=-0.1, celsius=34.0)


if __name__ == "__main__":
    write(cases())
