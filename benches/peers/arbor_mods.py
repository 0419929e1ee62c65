"""Rewrites mechanisms of `mechanisms/` in Arbor's dialect of NMODL: `arbor_mods.py MOD... FOLDER`.

Arbor converts no units, and has no `fabs` and no `nrn_ghk`; its procedures know a mechanism's variables only as arguments, each
ASSIGNED variable has its place in memory, and powers are computed by `pow`. So here

- parameters that are not RANGE become constants, and what is only computed within a block becomes LOCAL there;
- procedures are written out where they are called, and an `if` that sets one variable becomes a function;
- powers by small integers become products, and x/(1 - exp(-x)) with its series Arbor's `exprelr`;
- the slope of a current of Goldman, Hodgkin and Katz is a difference quotient, as in NEURON.

The kinetics are the same. What is not known here is an error.
"""

import argparse
import pathlib
import re

FARADAY = 96485.33212331001  # C/mol, NEURON's
GAS = 8.31446261815324  # J/K/mol, NEURON's
# The patterns rely on the style of `mechanisms/`: one statement in a line, a space before a unit and none before arguments.
BLOCK = re.compile(r"(NEURON|UNITS|PARAMETER|ASSIGNED|STATE|INITIAL|BREAKPOINT|DERIVATIVE|KINETIC|PROCEDURE|FUNCTION)\b([^{]*)\{")
UNIT = re.compile(r"(?<=[\w)]) \([\w./^ -]+\)")
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
ASSIGNMENT = re.compile(r"^(\w+) = (.*)$")
GUARD = re.compile(r"if \(fabs\(.+\) < 1e-6\) \{\n.*\n\} else \{\n(.*)\n\}")
CHOICE = re.compile(r"if \((.+)\) \{\n(\w+) = (.+)\n\} else \{\n\2 = (.+)\n\}")
FUNCTIONS = {"exp", "log", "exprelr"}  # of Arbor, in expressions
GHK = """
FUNCTION ghk(v, inside, outside, valence, celsius) {
LOCAL x
x = 0.001*valence*FARADAY*v/(GAS*(celsius + 273.15))
ghk = 0.001*valence*FARADAY*(inside*exprelr(-x) - outside*exprelr(x))
}
"""


class Mechanism:
    """The parts of a mechanism's text, without comments and units."""

    def __init__(self, text):
        text = re.sub(r"COMMENT.*?ENDCOMMENT|^TITLE.*?$|:.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
        self.faraday = "FARADAY =" in text
        text = "\n".join(UNIT.sub("", line.strip()) for line in text.splitlines() if line.strip())
        self.blocks, self.procedures, self.functions, self.equations = {}, {}, {}, {}
        end = 0
        while match := BLOCK.search(text, end):
            unknown(text[end : match.start()])
            end = closed(text, match.end() - 1)
            kind, head, body = match[1], match[2].strip(), text[match.end() : end - 1].strip()
            name, _, arguments = head.partition("(")
            arguments = [argument.strip() for argument in arguments.rstrip(")").split(",")]
            if kind == "PROCEDURE":
                self.procedures[name] = arguments, body
            elif kind == "FUNCTION":
                self.functions[name] = arguments, body
            elif kind in ("DERIVATIVE", "KINETIC"):
                self.equations[kind, name] = body
            else:
                self.blocks[kind] = body
        unknown(text[end:])
        unknown(re.sub(r"(SUFFIX|USEION|NONSPECIFIC_CURRENT|RANGE|THREADSAFE).*", "", self.blocks["NEURON"]))

    def declared(self, kind):
        """The names that a block declares, with their values."""
        lines = (line.partition("=") for line in self.blocks.get(kind, "").splitlines())
        return {name.strip(): value.strip() for name, _, value in lines}


def unknown(text):
    """Raises an error if there is a text that is not known here."""
    if text.strip():
        raise NotImplementedError(text.strip().splitlines()[0].rstrip(" {"))


def closed(text, start):
    """The position after the bracket that closes the one at `start`."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1
    raise ValueError(f"not closed: {text[start:]}")


def products(text):
    """The text with powers by small integers as products."""
    while match := re.search(r"\^([2-9])\b(?!\.)", text):
        end = match.start()
        start = re.search(r"\w*$", text[:end]).start()
        if start == end:  # after a bracket
            start = max(k for k in range(end) if text[k] == "(" and closed(text, k) == end)
        text = text[:start] + "(" + "*".join([text[start:end]] * int(match[1])) + ")" + text[match.end() :]
    return text


def without_guard(body):
    """The body of a function, whose guard against 0/0 is replaced by Arbor's `exprelr`."""
    match = GUARD.search(body)
    if not match:
        return body
    ratio = re.sub(r"\bx/\(1 - exp\(-x\)\)", "exprelr(-x)", match[1])
    ratio = re.sub(r"\bx/\(1 - exp\(-x/y\)\)", "y*exprelr(-x/y)", ratio)
    if ratio == match[1]:
        raise NotImplementedError(match[0])
    return body.replace(match[0], ratio)


class Rewriter:
    """A mechanism in Arbor's dialect."""

    def __init__(self, text):
        self.mechanism = own = Mechanism(text)
        self.ranges = set(re.findall(r"\w+", " ".join(re.findall(r"RANGE (.*)", own.blocks["NEURON"]))))
        self.parameters = own.declared("PARAMETER")
        self.constants = {name: value for name, value in self.parameters.items() if name not in self.ranges}
        if own.faraday:
            self.constants["FARADAY"] = FARADAY
        self.functions = {name: (names, without_guard(body)) for name, (names, body) in own.functions.items()}
        # What INITIAL computes itself, and other blocks read, is kept.
        initial = {match[1] for line in own.blocks.get("INITIAL", "").splitlines() if (match := ASSIGNMENT.match(line))}
        self.kept = initial & set(own.declared("ASSIGNED"))

    def statements(self, body):
        """The statements of a block: procedures are written out, variables that are not kept are LOCAL."""
        for name, (formal, text) in self.mechanism.procedures.items():
            for call in re.findall(rf"^{name}\(.*\)$", body, flags=re.MULTILINE):
                actual = dict(zip(formal, re.split(r", *", call[len(name) + 1 : -1]), strict=True))
                body = body.replace(call, WORD.sub(lambda word: actual.get(word[0], word[0]), text))
        body = CHOICE.sub(self.choice, body)
        declared, lines = set(self.mechanism.declared("ASSIGNED")) - self.kept, []
        local = []
        for line in body.splitlines():
            if line.startswith("LOCAL "):
                local += re.split(r", *", line.removeprefix("LOCAL "))
                continue
            match = ASSIGNMENT.match(line)
            if match and match[1] in declared and not self.is_current(match[1]) and match[1] not in local:
                local.append(match[1])
            lines.append(line)
        if not local:
            return lines
        after = 1 if lines[0].startswith("SOLVE") else 0  # Arbor wants SOLVE first
        return [*lines[:after], "LOCAL " + ", ".join(dict.fromkeys(local)), *lines[after:]]

    def is_current(self, name):
        return re.search(rf"(WRITE|NONSPECIFIC_CURRENT) {name}\b", self.mechanism.blocks["NEURON"])

    def choice(self, match):
        """The call of a new function with the two values of an `if`."""
        condition, name, yes, no = match.groups()
        used = dict.fromkeys(WORD.findall(f"{condition} {yes} {no}"))
        arguments = [word for word in used if word not in self.constants and word not in FUNCTIONS | set(self.functions)]
        own = f"{name}_at"
        function = arguments, f"if ({condition}) {{\n{own} = {yes}\n}} else {{\n{own} = {no}\n}}"
        if self.functions.setdefault(own, function) != function:
            raise NotImplementedError(f"another if that sets {name}")
        return f"{name} = {own}({', '.join(arguments)})"

    def currents(self):
        """The statements of BREAKPOINT."""
        lines = self.statements(self.mechanism.blocks["BREAKPOINT"])
        for k, line in enumerate(lines):
            if "nrn_ghk(" not in line:
                continue
            current, expression = ASSIGNMENT.match(line).groups()
            expression = re.sub(r"nrn_ghk\((.*?)\)", r"ghk(\1, celsius)", expression)
            self.constants |= {"FARADAY": FARADAY, "GAS": GAS}
            lines[k : k + 1] = [
                "LOCAL here, slope, held",
                "held = v",
                f"here = {expression}",
                f"slope = ({expression.replace('(v,', '(v + 0.001,')} - here)/0.001",
                f"{current} = here + slope*(v - held)",
            ]
        return lines

    def text(self):
        own, states = self.mechanism, list(self.mechanism.declared("STATE"))
        neuron = [line for line in own.blocks["NEURON"].splitlines() if not line.startswith(("RANGE", "THREADSAFE"))]
        kept, parameters = sorted(self.kept), {name: self.parameters[name] for name in self.parameters if name in self.ranges}
        if parameters or kept:
            neuron.append("RANGE " + ", ".join([*parameters, *kept]))
        built_in = [name for name in ("v", "celsius") if name in own.declared("ASSIGNED")]
        # These add constants and functions.
        computed = [("INITIAL", self.statements(own.blocks.get("INITIAL", ""))), ("BREAKPOINT", self.currents())]
        computed += [(f"{kind} {name}", self.statements(body)) for (kind, name), body in own.equations.items()]
        blocks = [
            ("NEURON", neuron),
            ("CONSTANT", [f"{name} = {value}" for name, value in self.constants.items()]),
            ("PARAMETER", [f"{name} = {value}" for name, value in parameters.items()] + built_in),
            ("ASSIGNED", kept),
            ("STATE", states),
        ]
        blocks = [block for block in blocks if block[1]] + computed
        blocks += [(f"FUNCTION {name}({', '.join(own)})", [body]) for name, (own, body) in self.functions.items()]
        written = "\n".join(f"{head} {{\n" + "\n".join(lines) + "\n}\n" for head, lines in blocks)
        return products(written) + (GHK if "GAS" in self.constants else "")


def rewritten(text):
    """A mechanism's text in Arbor's dialect."""
    return Rewriter(text).text()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mods", nargs="+", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for mod in arguments.mods:
        (arguments.folder / mod.name).write_text(rewritten(mod.read_text()))


if __name__ == "__main__":
    main()
