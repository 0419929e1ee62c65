"""Installs the simulators with which Loligo is compared, each into a virtual environment under `.venv/`.

Simulators that are already installed in the required version are skipped, and failed installations are not tried again; delete
`.venv/` to start anew. `python3 benches/peers/install.py` installs the simulators of the short comparison of `cargo bench`,
with `--all` all simulators.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".venv"

NEURON = "neuron==9.0.2"
ARBOR = "arbor==0.12.2"
ARBOR_SOURCE = "arbor==0.12.1"  # the newest with a source distribution
JAXLEY = "jaxley==0.14.0"
PUBLISHED = ("dbbs-models==6.0.0", "dbbs-catalogue==6.0.1")  # cells of the cerebellum, and their mechanisms

SHORT = ("neuron", "neuron-native", "arbor", "arbor-catalogue")  # what the short comparison needs

NATIVE_FLAGS = "-O3 -march=native -ffast-math -mprefer-vector-width=512"


def python(name):
    """The interpreter of an environment."""
    return CACHE / name / "bin" / "python"


def neuron_native():
    """The directory in which NEURON finds mechanisms compiled for this processor."""
    return CACHE / "neuron" / "native"


def arbor_catalogue():
    """Arbor's hh, pas and expsyn compiled for this processor."""
    return CACHE / "arbor" / "native" / "native-catalogue.so"


def steps():
    """The installation steps in their order: for each the function, and a file that exists when it is done."""
    done = lambda name: CACHE / name / "installed.txt"
    return {
        "neuron": (lambda: environment("neuron", [NEURON]), done("neuron")),
        "neuron-native": (compile_mechanisms, neuron_native() / "installed.txt"),
        "arbor": (lambda: environment("arbor", [ARBOR, "cmake"]), done("arbor")),
        "arbor-catalogue": (compile_catalogue, arbor_catalogue()),
        "arbor-source": (
            lambda: environment("arbor-source", ["--no-binary=arbor", ARBOR_SOURCE], arbor_options()),
            done("arbor-source"),
        ),
        "jaxley": (lambda: environment("jaxley", [JAXLEY]), done("jaxley")),
        "plot": (lambda: environment("plot", ["matplotlib"]), done("plot")),
    }


def install(names=None):
    """Installs these, or everything; returns the names of failed installations, each with a file that has the reason."""
    missing = {}
    CACHE.mkdir(exist_ok=True)
    for name, (step, _) in steps().items():
        if names is not None and name not in names:
            continue
        failure = CACHE / f"{name}.failed"
        if not failure.exists():
            try:
                step()
            except subprocess.CalledProcessError as error:
                failure.write_text(f"{' '.join(map(str, error.cmd))}\n{error.output}")
        if failure.exists():
            missing[name] = failure
    return missing


def absent():
    """The names of the simulators that are not installed."""
    return {name for name, (_, done) in steps().items() if not done.exists()}


def arbor_options():
    """The options for vector instructions of this processor, from Arbor's documentation."""
    return {"CMAKE_ARGS": "-DARB_VECTORIZE=ON -DARB_ARCH=native", "CMAKE_BUILD_PARALLEL_LEVEL": "1"}


def environment(name, packages, variables=None):
    done = CACHE / name / "installed.txt"
    if done.exists() and done.read_text() == " ".join(packages):
        return
    print(f"installing {' '.join(packages)}", file=sys.stderr)
    shutil.rmtree(CACHE / name, ignore_errors=True)
    call([sys.executable, "-m", "venv", CACHE / name])
    call([python(name), "-m", "pip", "install", *packages], variables)
    done.write_text(" ".join(packages))


def compile_mechanisms():
    """Mechanisms for NEURON and CoreNEURON: the package's own, the copies of `mods/`, and one of Loligo's library."""
    mods = sorted((HERE / "mods").glob("*.mod")) + [HERE.parent.parent / "mechanisms/synapses/ProbAmpaNmda.mod"]
    wanted = NATIVE_FLAGS + "".join(mod.read_text() for mod in mods)
    done = neuron_native() / "installed.txt"
    if done.exists() and done.read_text() == wanted:
        return
    print("compiling mechanisms for NEURON and CoreNEURON", file=sys.stderr)
    shutil.rmtree(neuron_native(), ignore_errors=True)
    texts = neuron_native() / "texts"  # nrnivmodl takes one folder
    texts.mkdir(parents=True)
    for mod in mods:
        shutil.copy(mod, texts)
    nrnivmodl = [python("neuron").with_name("nrnivmodl"), "-coreneuron", "-incflags", NATIVE_FLAGS, texts]
    call(nrnivmodl, {"PATH": f"{nrnivmodl[0].parent}:{os.environ['PATH']}"}, neuron_native())
    done.write_text(wanted)


def model_mechanisms(texts, flags, core=True):
    """The directory in which NEURON finds the mechanisms of these texts, by the names of their files.

    CoreNEURON does, too, if there are flags, which are added to nrnivmodl's own, unless `core` is false. They are compiled if
    that has not been done.
    """
    core = core and bool(flags)
    key = (NEURON, flags, sorted(texts.items())) + (() if core or not flags else ("without CoreNEURON",))
    digest = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
    directory = CACHE / "neuron" / "models" / digest
    if (directory / "installed.txt").exists():
        return directory
    print(f"compiling {len(texts)} mechanisms for NEURON" + (" and CoreNEURON" if core else ""), file=sys.stderr)
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "texts").mkdir(parents=True)
    for name, text in texts.items():
        (directory / "texts" / name).write_bytes(text)
    nrnivmodl = python("neuron").with_name("nrnivmodl")
    options = ["-coreneuron"] * core + (["-incflags", flags] if flags else [])
    variables = {"PATH": f"{nrnivmodl.parent}:{os.environ['PATH']}", "LC_ALL": "C"}  # the order of the files
    call([nrnivmodl, *options, "texts"], variables, directory)
    (directory / "installed.txt").write_text(flags)
    return directory


def published():
    """The wheels of the packages with published cells, which are downloaded if that has not been done."""
    directory = CACHE / "published"
    done = directory / "installed.txt"
    if not done.exists() or done.read_text() != " ".join(PUBLISHED):
        print(f"downloading {' '.join(PUBLISHED)}", file=sys.stderr)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        call([python("neuron"), "-m", "pip", "download", "--no-deps", "--only-binary=:all:", *PUBLISHED], None, directory)
        done.write_text(" ".join(PUBLISHED))
    return [next(directory.glob(f"{name.partition('==')[0].replace('-', '_')}-*.whl")) for name in PUBLISHED]


def compile_catalogue():
    """Arbor's own mechanism texts, from its source distribution, as a catalogue for this processor."""
    if arbor_catalogue().exists():
        return
    print("compiling a catalogue for Arbor", file=sys.stderr)
    directory = arbor_catalogue().parent
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "mods").mkdir(parents=True)
    pip = [python("arbor"), "-m", "pip", "download", "--no-deps", "--no-binary=arbor", ARBOR_SOURCE]
    call(pip, None, directory)
    write_arbor_texts(directory / "mods", ("hh", "pas", "expsyn"))
    build_catalogue("native", directory, "-march=native")


def write_arbor_texts(folder, names):
    """Writes Arbor's own texts of these mechanisms, from its source distribution, into a folder."""
    with tarfile.open(next(arbor_catalogue().parent.glob("arbor-*.tar.gz"))) as archive:
        for member in archive.getmembers():
            text = Path(member.name)
            if text.match("mechanisms/default/*.mod") and text.stem in names:
                (folder / text.name).write_bytes(archive.extractfile(member).read())


def build_catalogue(name, directory, flags):
    """Compiles the texts in the folder `mods` of a directory for Arbor, with these flags after the tool's own."""
    # The tool compiles for the package's processor; the last -march overrides earlier ones.
    compiler = directory / "c++"
    compiler.write_text(f'#!/bin/sh\nexec /usr/bin/env c++ "$@" {flags}\n')
    compiler.chmod(0o755)
    tool = python("arbor").with_name("arbor-build-catalogue")
    path = {"PATH": f"{tool.parent}:{os.environ['PATH']}"}
    call([tool, name, "mods", "--cxx", compiler], path, directory)


def model_catalogue(texts):
    """The catalogue of these texts in Arbor's dialect, by the names of their files, with what models use of Arbor's own.

    It is compiled for this processor if that has not been done.
    """
    digest = hashlib.sha256(repr((ARBOR, NATIVE_FLAGS, sorted(texts.items()))).encode()).hexdigest()[:16]
    directory = CACHE / "arbor" / "models" / digest
    catalogue = directory / "models-catalogue.so"
    if catalogue.exists():
        return catalogue
    print(f"compiling {len(texts)} mechanisms for Arbor", file=sys.stderr)
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "mods").mkdir(parents=True)
    for name, text in texts.items():
        (directory / "mods" / name).write_text(text)
    write_arbor_texts(directory / "mods", ("pas", "exp2syn", "nernst", "gj"))
    build_catalogue("models", directory, NATIVE_FLAGS)
    return catalogue


def call(command, variables=None, directory=None):
    """Runs a command at the lowest priority, quietly; its output is in the error if it fails."""
    variables = os.environ | (variables or {})
    subprocess.run(
        ["nice", "-n", "19", *command], check=True, env=variables, cwd=directory, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also Arbor from source, Jaxley and matplotlib")
    missing = install(None if parser.parse_args().all else SHORT)
    for name, reason in missing.items():
        print(f"{name} cannot be installed; {reason} says why", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
