"""Compares each mechanism that Arbor gets from arbor_mods.py with NEURON, on one compartment with short steps.

The compartment has a leak, the mechanism, and a current to and fro; with calcium also the channel and the shell of its theme.
Prints the largest and the mean difference of the voltages; the exit code is 1 if a mean is above 0.05 mV. Channels that
calcium opens differ most: Arbor's see the calcium of another moment within a step, which matters less the shorter it is.
"""

import pathlib
import sys
import tempfile

import install
import model_files
import models

THEMES = {  # with the temperature, the voltage at the beginning, and the mechanisms of calcium
    "layer5": (34.0, -74.0, ("l5_ca", "l5_cahva")),
    "granule": (30.0, -70.0, ("granule_ca", "granule_cahva")),
    "purkinje": (22.0, -65.0, ("purkinje_ca", "purkinje_cap")),
}
DURATION = 60.0  # ms
CURRENTS = {"up": (5.0, 0.35), "down": (30.0, -0.15)}  # begin, ms, and nA
REVERSALS = {"na": 60.0, "k": -88.0}  # mV
LARGEST_MEAN = 0.05  # mV


def document(theme, name, text):
    """A model with the mechanism."""
    celsius, voltage, calcium = THEMES[theme]
    names = [*(calcium if "USEION ca" in text else ()), name]
    paint = [{"region": "all", "mechanism": "pas", "g": 5e-4, "e": voltage}]
    paint += [
        {"region": "all", "mechanism": f"{ion}_ion", f"e{ion}": reversal}
        for ion, reversal in REVERSALS.items()
        if f"USEION {ion} " in text
    ]
    paint += [{"region": "all", "mechanism": own} for own in dict.fromkeys(names)]
    point = [
        {"name": name, "mechanism": "IClamp", "section": "soma", "delay": begin, "dur": 20.0, "amp": amp}
        for name, (begin, amp) in CURRENTS.items()
    ]
    section = {"name": "soma", "L": 20.0, "diam": 20.0}
    return {
        "mechanisms": [f"loligo:{theme}"],
        "run": {"tstop": DURATION, "v_init": voltage, "celsius": celsius, "dt": 0.005},
        "cell": [{"name": "cell", "count": 1, "Ra": 100.0, "section": [section], "paint": paint, "point": point}],
        "detector": [{"place": "cell.soma(0.5)", "threshold": models.THRESHOLD}],
        "record": [{"place": ["cell[0].soma(0.5)"]}],
    }


def compare(theme, name, texts, mechanisms, folder):
    """Prints the differences of a mechanism; returns whether they are small."""
    text = models.toml(document(theme, name, texts[f"{name}.mod"].decode()))
    for file in ("model.toml", "recorded.toml"):
        (folder / file).write_text(text)
    (folder / "connections.csv").write_text("source,target,synapse,weight,delay,threshold\n")
    voltages = []
    peers = model_files.neuron(mechanisms, folder, 1), model_files.arbor(mechanisms, texts, folder, 1, DURATION)
    for peer in peers:
        answer = peer.run(DURATION, record=True)
        if peer.reason is not None:
            raise SystemExit(f"{name}: {peer.reason}")
        peer.close()
        voltages.append(answer["voltages"][0])
    neuron, arbor = voltages
    differences = [abs(a - b) for a, b in zip(neuron, arbor)]
    mean = sum(differences) / len(differences)
    print(f"| {name} | {min(neuron):.1f} | {max(neuron):.1f} | {max(differences):.1e} | {mean:.1e} |", flush=True)
    return mean < LARGEST_MEAN


def main():
    print("| mechanism | least mV | most mV | largest difference | mean difference |\n|---|---|---|---|---|")
    same = []
    for theme in THEMES:
        texts = model_files.mod_texts({"mechanisms": [f"loligo:{theme}"]})
        mechanisms = install.model_mechanisms(texts, "")
        for file in texts:
            with tempfile.TemporaryDirectory() as room:
                same.append(compare(theme, file.removesuffix(".mod"), texts, mechanisms, pathlib.Path(room)))
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
