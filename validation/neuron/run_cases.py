#!/usr/bin/env python3
"""Runs models written in the case vocabulary on NEURON.

    run_cases.py CASES.json OUT.json [--only NAME ...]   a whole file
    run_cases.py --serve                                 one case per line, JSON in and out

Every case runs in a child process of its own: process-wide state, such as the counter that numbers the
random streams of NetStims without `r123`, is that of a fresh NEURON, and a case that crashes
NEURON ends only its child process. A child process that runs longer than `--timeout` seconds is ended.

Numbers are written in the shortest form that reads back as the same double. Infinities and NaN,
for which JSON has no number, are written as "Infinity", "-Infinity" and "NaN".
"""

import argparse
import glob
import hashlib
import json
import math
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")

KEYS = {
    "definition": "name dt tstop v_init celsius secondorder usetable_hh method atol mechanisms sections"
    " density points art netcons transfers pointers globals plays interventions probes final_probes",
    "mechanisms": "name text",
    "sections": "name L diam nseg Ra cm seg_diam pts parent parent_x child_end",
    "density": "sec mech params",
    "points": "id type sec x params r123",
    "art": "id type params r123",
    "netcons": "src tgt weight delay threshold events rec",
    "transfers": "from to",
    "pointers": "of var to",
    "plays": "target var t y continuous",
    "interventions": "t value to",
    "probes": "sec x id var",
    "final_probes": "sec x id var netcon weight",
}


class NotInVocabulary(Exception):
    """A definition has a key that is not in the vocabulary."""


def check_keys(definition):
    def check(kind, entry):
        for key in entry:
            if key not in KEYS[kind].split():
                raise NotInVocabulary(f"{kind}: unknown key {key!r}")

    check("definition", definition)
    for kind in KEYS:
        for entry in definition.get(kind) or () if kind != "definition" else ():
            check(kind, entry)


def entries(definition, kind):
    return definition.get(kind) or []


def split_index(name):
    """`dur[1]` -> ("dur", 1); `dur` -> ("dur", None)."""
    if name.endswith("]"):
        stem, index = name[:-1].split("[")
        return stem, int(index)
    return name, None


def assign(owner, params):
    for name, value in (params or {}).items():
        stem, index = split_index(name)
        if index is not None:
            getattr(owner, stem)[index] = value
        elif isinstance(value, list):
            for i, element in enumerate(value):
                getattr(owner, stem)[i] = element
        else:
            setattr(owner, name, value)


def pointer(owner, name):
    stem, index = split_index(name)
    variable = getattr(owner, "_ref_" + stem)
    return variable if index is None else variable[index]


class Model:
    """The NEURON objects of one definition, made in the vocabulary's order."""

    def __init__(self, h, definition):
        self.h = h
        h.dt = definition.get("dt", 0.025)
        h.celsius = definition.get("celsius", 6.3)
        h.secondorder = definition.get("secondorder", 0)
        h.usetable_hh = int(definition.get("usetable_hh", 1))
        probes = entries(definition, "probes") + entries(definition, "final_probes")
        if any(probe.get("var") == "i_membrane_" for probe in probes):
            h.CVode().use_fast_imem(True)
        self.sections = {}
        self.targets = {}  # point processes and artificial cells by id
        self.netcons = []
        self.spikes = {}
        self.waveforms = []
        for entry in entries(definition, "sections"):
            self.add_section(entry)
        styles = []
        for entry in entries(definition, "density"):
            section = self.sections[entry["sec"]]
            mechanism = entry["mech"]
            section.insert(mechanism)
            for segment in section:
                # extracellular's arrays are reached from the segment only
                owner = segment if mechanism == "extracellular" else getattr(segment, mechanism)
                params = dict(entry.get("params") or {})
                style = params.pop(mechanism.removesuffix("_ion") + "_style", None)
                assign(owner, params)
            if style is not None:
                styles.append((mechanism, section, int(style)))
        for ion, section, style in styles:  # whatever is inserted later would change them
            h.ion_style(ion, 3, 2, bool(style & 32), bool(style & 64), bool(style & 4), sec=section)
        for entry in entries(definition, "points"):
            target = getattr(h, entry["type"])(self.segment(entry))
            self.add_target(entry, target)
            if entry.get("r123") is not None:
                target.release.set_ids(*entry["r123"])
        for entry in entries(definition, "art"):
            cell = getattr(h, entry["type"])()
            self.add_target(entry, cell)
            if entry.get("r123") is not None:
                cell.noiseFromRandom123(*entry["r123"])
        for index, entry in enumerate(entries(definition, "netcons")):
            self.add_netcon(index, entry)
        self.add_transfers(entries(definition, "transfers"))
        for entry in entries(definition, "pointers"):
            h.setpointer(self.probe(entry["to"]), entry["var"], self.targets[entry["of"]])
        for mechanism, values in (definition.get("globals") or {}).items():
            for name, value in values.items():
                self.set_global(mechanism, name, value)
        for entry in entries(definition, "plays"):
            t, y = h.Vector(entry["t"]), h.Vector(entry["y"])
            variable = pointer(self.targets[entry["target"]], entry["var"])
            if entry.get("continuous", False):
                y.play(variable, t, True)
            else:
                y.play(variable, t)
            self.waveforms.append((t, y))
        # type 1: after all INITIAL blocks, before the events of t = 0 are delivered
        self.initial_events = h.FInitializeHandler(1, self.send_events)

    def add_section(self, entry):
        section = self.h.Section(name=entry["name"])
        self.sections[entry["name"]] = section
        if entry.get("pts"):
            for point in entry["pts"]:
                section.pt3dadd(*point)
        else:
            section.L = entry.get("L", 100.0)
            section.diam = entry.get("diam", 500.0)
        section.nseg = int(entry.get("nseg", 1))
        section.Ra = entry.get("Ra", 35.4)
        section.cm = entry.get("cm", 1.0)
        for k, diameter in enumerate(entry.get("seg_diam") or []):
            section((k + 0.5) / section.nseg).diam = diameter
        if entry.get("parent") is not None:
            parent = self.sections[entry["parent"]]
            section.connect(parent(entry.get("parent_x", 1.0)), int(entry.get("child_end", 0)))

    def segment(self, place):
        return self.sections[place["sec"]](place.get("x", 0.5))

    def add_target(self, entry, target):
        self.targets[entry["id"]] = target
        assign(target, entry.get("params"))

    def add_netcon(self, index, entry):
        h = self.h
        target = self.targets[entry["tgt"]] if entry.get("tgt") is not None else None
        source = entry.get("src")
        if source is None:
            netcon = h.NetCon(None, target)
        elif "id" in source:
            netcon = h.NetCon(self.targets[source["id"]], target)
        else:
            watched = pointer(self.segment(source), source.get("var", "v"))
            netcon = h.NetCon(watched, target, sec=self.sections[source["sec"]])
        if entry.get("threshold") is not None:
            netcon.threshold = entry["threshold"]
        if entry.get("delay") is not None:
            netcon.delay = entry["delay"]
        weight = entry.get("weight")
        if weight is not None and target is not None:
            for i, w in enumerate(weight if isinstance(weight, list) else [weight]):
                netcon.weight[i] = w
        if entry.get("rec"):
            self.spikes[index] = h.Vector()
        self.netcons.append((netcon, entry.get("events") or []))

    def add_transfers(self, transfers):
        if not transfers:
            return
        context = self.h.ParallelContext()
        numbers = {}
        for transfer in transfers:
            source = json.dumps(transfer["from"], sort_keys=True)
            if source not in numbers:
                numbers[source] = len(numbers)
                context.source_var(self.probe(transfer["from"]), numbers[source], sec=self.section_of(transfer["from"]))
            target = self.targets[transfer["to"]["id"]]
            context.target_var(target, self.probe(transfer["to"]), numbers[source])
        context.setup_transfer()

    def section_of(self, place):
        return self.targets[place["id"]].get_segment().sec if "id" in place else self.sections[place["sec"]]

    def record_spikes(self):
        for index, times in self.spikes.items():
            self.netcons[index][0].record(times)

    def send_events(self):
        for netcon, times in self.netcons:
            for time in times:
                netcon.event(time)

    def set_global(self, mechanism, name, value):
        setattr(self.h, f"{name}_{mechanism}", value)

    def intervene(self, entry):
        place, value = entry["value"], entry["to"]
        if "mech" in place:
            self.set_global(place["mech"], place["global"], value)
        elif "global" in place:
            setattr(self.h, place["global"], value)
        elif "netcon" in place:
            self.netcons[place["netcon"]][0].weight[place.get("weight", 0)] = value
        else:
            self.probe(place)[0] = value

    def value(self, entry):
        if "netcon" in entry:
            return self.netcons[entry["netcon"]][0].weight[entry.get("weight", 0)]
        return self.probe(entry)[0]

    def probe(self, entry):
        owner = self.targets[entry["id"]] if "id" in entry else self.segment(entry)
        return pointer(owner, entry.get("var", "v"))

    def run(self, definition):
        h = self.h
        dt, tstop = definition.get("dt", 0.025), definition.get("tstop", 5.0)
        variable_step = definition.get("method", "fixed") == "cvode"
        cvode = h.CVode()
        cvode.active(1 if variable_step else 0)
        if variable_step and definition.get("atol") is not None:
            cvode.atol(definition["atol"])
        self.record_spikes()
        time = h.Vector().record(h._ref_t) if self.sections else None
        traces = [h.Vector().record(self.probe(entry)) for entry in entries(definition, "probes")]
        h.finitialize(definition.get("v_init", -65.0))
        steps = 0
        if variable_step:
            cvode.solve(tstop)
        else:
            waiting = sorted(entries(definition, "interventions"), key=lambda entry: entry["t"])
            while h.t < tstop - dt / 2:
                while waiting and h.t >= waiting[0]["t"] - dt / 2:
                    self.intervene(waiting.pop(0))
                h.fadvance()
                steps += 1
        results = {
            "n_fadvance": steps,
            "t_end": written(h.t),
            "probes": [[written(value) for value in trace] for trace in traces],
            "spikes": {str(index): list(times) for index, times in self.spikes.items()},
            "final": [written(self.value(entry)) for entry in entries(definition, "final_probes")],
        }
        if time is not None and traces:
            results["t"] = list(time)
        results["geometry"] = {name: geometry(section) for name, section in self.sections.items()}
        return results


HERE = os.path.dirname(os.path.abspath(__file__))
OWN = os.path.join(HERE, "..", "..", "tests", "neuron", "own_mechanisms")
BUILD = os.path.join(HERE, "..", ".mechanisms")
STORED = 400  # libraries of mechanisms of single models

# Mechanisms that are not built into NEURON, in the order of Loligo's catalogue, which is that of registration and so of evaluation.
STIMULI = {
    "ConductanceSource": os.path.join(HERE, "conductance_source.mod"),
    "HalfGap": os.path.join(HERE, "half_gap.mod"),
    "MembraneCurrentSource": os.path.join(HERE, "membrane_current_source.mod"),
}
LIBRARY = os.path.join(HERE, "..", "..", "mechanisms")
OWN_NAMES = "capool burster cadif cadpump cahva gradsyn lif modulator multileak relsyn skca statesyn stdpsyn"
# A library with a RANDOM, as in relsyn, shifts the default streams of all NetStims by one, so it is loaded only if needed.
ALL = STIMULI | {name: os.path.join(OWN, name + ".mod") for name in OWN_NAMES.split()}


def theme_files(names):
    """The files of those themes of mechanisms/ that have a mechanism with one of the names, in the order of Loligo's catalogue."""
    files = {}
    for folder in sorted(glob.glob(os.path.join(LIBRARY, "*", ""))):
        found = {os.path.basename(path).removesuffix(".mod"): path for path in sorted(glob.glob(folder + "*.mod"))}
        if any(name in found for name in names):
            files |= found
    return files


class Mechanisms:
    """The mechanisms that are not built into NEURON, compiled once for each version of their texts."""

    def __init__(self):
        self.paths = {}

    def library(self, definition):
        """Path of a library that has to be loaded for the definition, or None."""
        own = entries(definition, "mechanisms")
        if own:
            return self.library_of_texts({entry["name"]: entry["text"].encode() for entry in own})
        kinds = [entry.get("type") for kind in ("points", "art") for entry in entries(definition, kind)]
        kinds += [entry.get("mech") for entry in entries(definition, "density")]
        # NEURON has calcium only if a mechanism uses it
        themes = theme_files(kinds)
        own = any(kind == "ca_ion" and not themes or kind in ALL and kind not in STIMULI for kind in kinds)
        sources = (ALL if own else STIMULI if any(kind in STIMULI for kind in kinds) else {}) | themes
        if not sources:
            return None
        key = tuple(sources)
        if key not in self.paths:
            self.paths[key] = self.stored_library(sources)
        return self.paths[key]

    def stored_library(self, sources):
        """Path of a library of the package's own mechanisms, which is compiled if necessary and stored."""
        texts = {}
        for name, path in sources.items():
            with open(path, "rb") as file:
                texts[name] = file.read()
        folder = os.path.join(BUILD, self.digest(texts))
        if not os.path.isdir(folder):
            os.makedirs(BUILD, exist_ok=True)
            making = tempfile.mkdtemp(prefix="making-", dir=BUILD)
            try:
                compile_mechanisms(texts, making)
                os.rename(making, folder)
            except OSError:
                # another process was faster
                if not os.path.isdir(folder):
                    raise
            finally:
                shutil.rmtree(making, ignore_errors=True)
        return library_in(folder)

    def library_of_texts(self, texts):
        """Path of a library of mechanisms that a model brings with it; the libraries used last are stored."""
        path = os.path.join(BUILD, "of_models", self.digest(texts) + ".so")
        if os.path.exists(path):
            os.utime(path)
            return path
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=BUILD) as folder:
            compile_mechanisms(texts, folder)
            os.replace(library_in(folder), path)
        stored = sorted(glob.glob(os.path.join(BUILD, "of_models", "*.so")), key=os.path.getmtime)
        for old in stored[:-STORED]:
            os.remove(old)
        return path

    def digest(self, texts):
        import neuron

        digest = hashlib.sha256((neuron.__version__ + sys.executable).encode())
        for name, text in texts.items():
            digest.update(name.encode() + b"\0" + text + b"\0")
        return digest.hexdigest()[:16]


def compile_mechanisms(texts, folder):
    """Compiles mechanisms, registered in the order of `texts`, into a library in the folder."""
    for index, (name, text) in enumerate(texts.items()):
        # nrnivmodl takes files by their names
        with open(os.path.join(folder, f"m{index:02}_{name}.mod"), "wb") as file:
            file.write(text)
    compiler = os.path.join(os.path.dirname(sys.executable), "nrnivmodl")
    done = subprocess.run([compiler], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{compiler} failed: {done.stdout[-2000:].decode(errors='replace')}")


def library_in(folder):
    (library,) = glob.glob(os.path.join(folder, "*", "libnrnmech.*"))
    return library


def geometry(section):
    """L and diam [um], area [um2], ri [MOhm] of every segment; ri of the distal end."""
    return {
        "L": section.L,
        "diam": [segment.diam for segment in section],
        "area": [segment.area() for segment in section],
        "ri": [segment.ri() for segment in section],
        "ri_at_1": section(1).ri(),
    }


def written(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def answer(h, definition, library):
    try:
        check_keys(definition)
        if library:
            h.nrn_load_dll(library)
        return {"results": Model(h, definition).run(definition)}
    except Exception as error:  # whatever NEURON or a malformed definition raises is the answer
        return {"error": {"kind": "refused", "message": f"{type(error).__name__}: {error}"}}


def answer_in_child(h, mechanisms, definition, timeout):
    """One case's answer as a line of JSON; the output of the child process is kept for a crash report."""
    try:
        library = mechanisms.library(definition)
    except Exception as error:
        return json.dumps({"error": {"kind": "refused", "message": f"{type(error).__name__}: {error}"}})
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as chatter:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(reading)
                os.dup2(chatter.fileno(), 1)
                os.dup2(chatter.fileno(), 2)
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, timeout)
                with os.fdopen(writing, "w") as pipe:
                    pipe.write(json.dumps(answer(h, definition, library), allow_nan=False, separators=(",", ":")))
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            line = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 and line:
            return line
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            error = {"kind": "timeout", "message": f"no result after {timeout} s"}
        else:
            end = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"
            chatter.seek(0)
            said = chatter.read()[-2000:].decode(errors="replace").strip()
            error = {"kind": "crashed", "message": f"NEURON ended with {end}: {said}"}
        return json.dumps({"error": error})


def serve(h, timeout):
    # NEURON and its libraries may print, so the answers have a channel of their own
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    mechanisms = Mechanisms()
    hello = {"neuron": h.nrnversion(), "python": platform.python_version(), "platform": platform.platform()}
    print(json.dumps(hello), file=channel, flush=True)
    for line in sys.stdin:
        try:
            definition = json.loads(line)
        except ValueError as error:
            print(json.dumps({"error": {"kind": "refused", "message": f"not JSON: {error}"}}), file=channel, flush=True)
            continue
        print(answer_in_child(h, mechanisms, definition, timeout), file=channel, flush=True)


def batch(h, cases_path, out_path, only, timeout):
    with open(cases_path) as file:
        cases = json.load(file)["cases"]
    mechanisms = Mechanisms()
    document = {"generated_with": h.nrnversion(), "cases": []}
    failed = 0
    for case in cases:
        definition = case["definition"]
        if only and definition.get("name") not in only:
            continue
        found = json.loads(answer_in_child(h, mechanisms, definition, timeout))
        entry = {"definition": definition}
        if "results" in found:
            entry["results"] = found["results"]
            spikes = sum(map(len, found["results"]["spikes"].values()))
            summary = f"{found['results']['n_fadvance']} steps, {spikes} spikes"
        else:
            failed += 1
            entry["error"] = f"{found['error']['kind']}: {found['error']['message']}"
            summary = entry["error"]
        document["cases"].append(entry)
        print(f"{definition.get('name', '?'):30s} {summary}")
    with open(out_path, "w") as file:
        json.dump(document, file, allow_nan=False, separators=(",", ":"))
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Run models in the case vocabulary on NEURON.")
    parser.add_argument("cases", nargs="?", help="case file to run")
    parser.add_argument("out", nargs="?", help="case file to write, with results")
    parser.add_argument("--serve", action="store_true", help="read definitions from stdin, one a line")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="run these cases only")
    parser.add_argument("--timeout", type=float, default=120.0, metavar="SECONDS", help="longest time for one case")
    arguments = parser.parse_args()
    if not arguments.serve and arguments.out is None:
        parser.error("give CASES.json and OUT.json, or --serve")
    from neuron import h

    if arguments.serve:
        serve(h, arguments.timeout)
        return 0
    return batch(h, arguments.cases, arguments.out, arguments.only, arguments.timeout)


if __name__ == "__main__":
    sys.exit(main())
