"""Sections of a soma, alone or with dendrites, for the references that need a small branched cell."""

from neuron import h


DENDRITES = [(200, 2), (150, 1.5), (100, 1)]  # um


def soma_and_dendrites(name, branched):
    """The sections of a soma, alone or with three dendrites, without mechanisms."""
    sections = [h.Section(name=name + ".soma")]
    sections[0].L = sections[0].diam = 20
    for k, (length, diam) in enumerate(DENDRITES if branched else []):
        dend = h.Section(name="%s.dend%d" % (name, k))
        dend.L, dend.diam, dend.nseg = length, diam, 3
        dend.connect(sections[0 if k == 0 else 1](1))
        sections.append(dend)
    for section in sections:
        section.Ra = 100
    return sections
