"""Reads the SONATA files of output directories with libsonata and h5py and compares them with the CSV files in the same directories.

    python validation/hdf5/check.py DIRECTORY...

Values must equal those of the CSV, rounded to 32 bits; times, node ids and section ids are computed here again. After a run that
was killed, the CSV may be some rows longer. Prints a line for each directory, or the first difference, and then exits with 1.
"""

import csv
import json
import re
import sys
from pathlib import Path

import h5py
import libsonata
import numpy as np

KINDS = ["soma", "axon", "dendrite", "apical"]


def cells_of(directory):
    """Index and sections of each cell whose shape cells.json has, by name."""
    cells = json.loads((directory / "cells.json").read_text())
    shaped = [(index, cell) for index, cell in enumerate(cells) if "sections" in cell]
    return {cell["name"]: (index, cell["sections"]) for index, cell in shaped}


def section_id(sections, name):
    def kind(section):
        return KINDS.index(section["kind"]) if section["kind"] in KINDS else len(KINDS) + section["kind"]

    ordered = sorted(range(len(sections)), key=lambda i: kind(sections[i]))
    return [sections[i]["name"] for i in ordered].index(name)


def read_csv(path):
    with open(path, newline="") as file:
        lines = list(csv.reader(file))
    whole = [line for line in lines[1:] if len(line) == len(lines[0])]
    return lines[0], whole


def check_report(directory, file, recordings, cells, complete):
    with h5py.File(directory / file) as h5:
        (population,) = h5["report"]
        group = h5["report"][population]
        data, mapping = group["data"], group["mapping"]
        start, stop, step = mapping["time"][:]
        types = {name: mapping[name].dtype for name in ("node_ids", "index_pointers", "element_ids", "time")}
        assert types == {"node_ids": "u8", "index_pointers": "u8", "element_ids": "u4", "time": "f8"}, types
        assert data.dtype == "f4" and data.chunks and mapping["time"].attrs["units"] == "ms"
        assert {recording["unit"] for recording in recordings} == {data.attrs["units"]}
        assert bool(mapping["node_ids"].attrs["sorted"])
        nodes, pointers = mapping["node_ids"][:], mapping["index_pointers"][:]
        elements, positions = mapping["element_ids"][:], mapping["element_pos"][:]
        values = data[:]
    assert len(nodes) + 1 == len(pointers) and pointers[-1] == len(elements) == values.shape[1] == len(recordings)
    assert (np.diff(nodes.astype(int)) > 0).all()
    rows = int(np.ceil((stop - start) / step - 1e-6))
    if complete:
        assert rows == len(values), (rows, values.shape)
    assert rows <= len(values)
    keys = [(node, elements[i]) for k, node in enumerate(nodes) for i in range(pointers[k], pointers[k + 1])]

    # The columns of the CSV: one for each recording of this report.
    columns = []
    for recording in recordings:
        header, lines = read_csv(directory / recording["file"])
        column = header.index(recording["name"])
        trace = np.array([float(line[column]) for line in lines]).astype(np.float32)
        times = np.array([float(line[0]) for line in lines])
        assert np.allclose(times[:rows], start + step * np.arange(rows), atol=1e-6), "times"
        assert len(times) >= rows and (not complete or len(times) <= rows + 1)
        if complete and len(times) == rows + 1:
            # The sample at the end of the run has no row.
            assert abs(times[-1] - stop) < 1e-6
        columns.append(trace[:rows])
    found = []
    for recording, trace in zip(recordings, columns):
        place = re.fullmatch(r"(.*)\.([^.]*)\(([0-9.e-]+)\)\.\w+", recording["name"])
        matches = [i for i in range(values.shape[1]) if np.array_equal(values[:rows, i], trace)]
        if place and place[1] in cells:
            index, sections = cells[place[1]]
            key = (index, section_id(sections, place[2]))
            matches = [i for i in matches if keys[i] == key and positions[i] == np.float32(place[3])]
        assert matches, f"{recording['name']} is not in {file}"
        found.append(matches)
    assert len(set().union(*found)) == values.shape[1], "columns that were not recorded"

    reader = libsonata.ElementReportReader(str(directory / file))
    assert reader.get_population_names() == [population]
    opened = reader[population]
    assert opened.times == (start, stop, step) and opened.sorted and opened.time_units == "ms"
    frame = opened.get()
    if rows:
        assert [tuple(pair) for pair in frame.ids] == keys
        assert np.array_equal(np.asarray(frame.data), values[:rows], equal_nan=True)
        assert np.allclose(frame.times, start + step * np.arange(rows), atol=1e-6)
        if len(nodes) == len(elements):
            soma = libsonata.SomaReportReader(str(directory / file))[population].get()
            assert list(soma.ids) == list(nodes) and np.array_equal(np.asarray(soma.data), values[:rows])
    return rows


def check_spikes(directory, complete):
    _, lines = read_csv(directory / "spikes.csv")
    reader = libsonata.SpikeReader(str(directory / "spikes.h5"))
    count = 0
    for name in reader.get_population_names():
        opened = reader[name]
        assert opened.sorting == "by_time" and opened.time_units == "ms"
        expected = [line for line in lines if (line[2] == "-1") == (name == "Artificial")]
        spikes = opened.get()
        assert len(spikes) == len(expected) if complete else len(spikes) <= len(expected)
        for (node, time), (expected_time, _, gid) in zip(spikes, expected):
            assert time == float(expected_time)
            assert gid == "-1" or node == int(gid)
        with h5py.File(directory / "spikes.h5") as h5:
            group = h5["spikes"][name]
            assert group["timestamps"].dtype == "f8" and group["node_ids"].dtype == "u8"
            assert h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype) == {"none": 0, "by_id": 1, "by_time": 2}
            assert len(group["timestamps"]) == len(group["node_ids"]) >= len(spikes)
        count += len(spikes)
    if complete:
        assert count == len(lines)
    return count


def check(directory):
    summary = json.loads((directory / "summary.json").read_text())
    complete = summary["status"] != "running"
    cells = cells_of(directory)
    files = {}
    for recording in summary["recordings"]:
        files.setdefault(recording["report"], []).append(recording)
    assert {path.name for path in directory.glob("report_*.h5")} == set(files)
    rows = [check_report(directory, file, recordings, cells, complete) for file, recordings in files.items()]
    spikes = check_spikes(directory, complete)
    print(f"{directory}: {len(files)} reports of {rows} rows, {spikes} spikes: as in the CSV")


for argument in sys.argv[1:]:
    check(Path(argument))
