"""Draws a results file: `python plot.py RESULTS.csv` writes RESULTS.svg beside it."""

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "loligo"  # the same picture from the same numbers
from matplotlib import pyplot


def main(path):
    with open(path) as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    workloads = list(dict.fromkeys(row["workload"] for row in rows))
    threads = sorted({int(row["threads"]) for row in rows})
    labels = list(dict.fromkeys(row["label"] for row in rows))
    size = (3.2 * len(workloads) + 2, 0.34 * len(labels) + 1.5)
    figure, axes = pyplot.subplots(1, len(workloads), sharey=True, figsize=size, squeeze=False)
    for axis, workload in zip(axes[0], workloads):
        for k, count in enumerate(threads):
            own = [row for row in rows if row["workload"] == workload and int(row["threads"]) == count]
            places = [labels.index(row["label"]) + (k - (len(threads) - 1) / 2) * 0.8 / len(threads) for row in own]
            values = [float(row["ns_median"]) for row in own]
            bars = axis.barh(places, values, 0.8 / len(threads), color=f"C{k}", label=f"{count} thread{'s' * (count > 1)}")
            axis.bar_label(bars, fmt=" %.3g", fontsize=6)
        axis.set_title(workload, fontsize=9)
        axis.set_xlabel("ns per compartment and step", fontsize=8)
        axis.margins(x=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_yticks(range(len(labels)), labels, fontsize=8)
    axes[0][0].invert_yaxis()
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(Path(path).with_suffix(".svg"), metadata={"Date": None})


main(sys.argv[1])
