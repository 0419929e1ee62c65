"""Cases of the theme hodgkin-huxley: `python hodgkin_huxley.py CASES.json`."""

from protocols import channel, current_clamp, voltage_clamp, write


def cases():
    celsius = (6.3, 16.3)
    yield from channel("squid_na", ["ina", "m_squid_na", "h_squid_na", "minf_squid_na", "htau_squid_na"], dict(squid_na={}), celsius)
    yield from channel("squid_k", ["ik", "n_squid_k", "ninf_squid_k", "ntau_squid_k"], dict(squid_k={}), celsius)
    yield from channel("squid_leak", ["i_squid_leak"], dict(squid_leak={}))
    axon = dict(squid_k={}, squid_leak={}, squid_na={})
    probes = ["v", "ina", "ik", "i_squid_leak", "m_squid_na", "h_squid_na", "n_squid_k"]
    yield current_clamp("axon_current", axon, probes, celsius=6.3)
    # The rates' singular points, -40 and -55 mV, are met exactly: the clamp has no resistance to speak of.
    yield voltage_clamp("axon_clamp", axon, probes, levels=((-40.0, 20.0), (-55.0, 20.0), (-20.0, 20.0)), celsius=6.3)


if __name__ == "__main__":
    write(cases())
