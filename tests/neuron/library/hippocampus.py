"""Cases of the theme hippocampus: `python hippocampus.py CASES.json`."""

from protocols import channel, current_clamp, write

KA = ["ik", *(f"{name}_hippocampus_ka" for name in "n l ninf ntau linf ltau".split())]
KD = ["ik", *(f"{name}_hippocampus_kd" for name in "a b ainf binf btau".split())]


def cases():
    distal = dict(vhalf=-1.0, charge=1.8, skew=0.39, rate=0.1, ntaumin=0.2)
    yield from channel("hippocampus_ka", KA, dict(hippocampus_ka={}), (24.0, 34.0))
    yield from channel("hippocampus_ka_distal", KA, dict(hippocampus_ka=distal), (34.0,))
    yield from channel("hippocampus_kd", KD, dict(hippocampus_kd={}), (22.0, 34.0))
    both = dict(hh={}, hippocampus_ka=dict(gbar=0.004), hippocampus_kd={})
    yield current_clamp("spikes", both, ["v", *KA, *KD[1:]], amp=0.12, duration=300.0, tstop=300.0, celsius=6.3)


if __name__ == "__main__":
    write(cases())
