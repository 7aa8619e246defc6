# SPDX-License-Identifier: LGPL-2.1-or-later
"""The work of the benchmark in pandas and NumPy: with_pandas.py FILE LAYOUT THREADS. Arrow reads the file; the sums over
counties are bincounts, which ask for no order of the rows."""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from worker import AMOUNTS, COUNTS, CV_LIMITS, FLOOR, INDICATORS, LIMITS, NEED, WEIGHTS, columns, serve

TYPES = {"integer": pa.int32(), "long": pa.int64(), "double": pa.float64(), "text": pa.string(), "kind": pa.dictionary(pa.int32(), pa.string()),
         "stage": pa.dictionary(pa.int32(), pa.string())}
EXTRA = ("teachers", "classes")


def sections(table, layout):
    """For each stage the codes and pupils of its sections in scope and the numerators of the indicators."""
    general = ~table["kind"].isin(["special", "vocational"]).to_numpy()
    point = (table["kind"] == "teaching_point").to_numpy()
    district, school = table["district_code"].to_numpy(), table["school_code"].to_numpy()
    amounts = [table[name].to_numpy(float) for name in AMOUNTS]
    if layout == "school":
        weighted = sum(weight * table[f"pupils.{stage}"].fillna(0).to_numpy(float) for stage, weight in WEIGHTS.items())

    for stage in LIMITS:
        suffix = f".{stage}" if layout == "school" else ""
        pupils = table[f"pupils{suffix}"].to_numpy(float)
        here = general & ((table["stage"] == stage).to_numpy() if layout == "section" else ~np.isnan(pupils)) & ~(point & (pupils < 50))
        rows = np.flatnonzero(here)
        p = pupils[rows]

        def take(name, rows=rows, suffix=suffix):
            return table[f"teachers_{name}{suffix}"].to_numpy(float)[rows]

        teaching, gym, ground, equipment, rooms = (amount[rows] for amount in amounts)
        share = WEIGHTS[stage] * p / weighted[rows] if layout == "school" else 1.0
        qualified = take("bachelor") + take("master") + take("doctor") + (take("college") if stage == "primary" else 0.0)
        x = [100 * qualified, 100 * take("backbone"), 100 * (take("pe") + take("music") + take("fine_arts") + take("arts")),
             (teaching - gym) * share, (gym + ground) * share, equipment * share, 100 * rooms * share]
        yield stage, district[rows], school[rows], p, x


def judge(stage, p, x):
    """The indicators and the verdict of each section."""
    values = [xi / p for xi in x]
    reached = sum((value >= limit).view(np.int8) for value, limit in zip(values, LIMITS[stage]))
    met = reached >= NEED
    for value, limit in zip(values, LIMITS[stage]):
        met &= value >= FLOOR * limit
    return values, met


def by_bincount(at, n_districts):
    return lambda weights=None: np.bincount(at, weights, n_districts)


def by_reduceat(at, n_districts):
    """Of rows in the order of districts."""
    ends = np.searchsorted(at, np.arange(n_districts + 1))
    there = np.flatnonzero(np.diff(ends))

    def total(weights=None):
        sums = np.zeros(n_districts)
        sums[there] = np.diff(ends)[there] if weights is None else np.add.reduceat(weights, ends[there], dtype=float)
        return sums

    return total


def by_groupby(at, n_districts):
    def total(weights=None):
        weights = np.ones(len(at)) if weights is None else weights.astype(float)
        return pd.Series(weights).groupby(at).sum().reindex(np.arange(n_districts), fill_value=0.0).to_numpy()

    return total


def resources(table, layout, totals):
    """The coefficients and verdicts of each county and stage, the schools that fail, the verdict of each county."""
    first, last = int(table["district_code"].min()), int(table["district_code"].max())
    n_districts = last - first + 1
    passed, seen = np.ones(n_districts, bool), np.zeros(n_districts, bool)
    stages = {}
    for stage, district, school, p, x in sections(table, layout):
        values, met = judge(stage, p, x)
        total = totals(district - first, n_districts)
        n, w = total(), total(p)
        with np.errstate(invalid="ignore", divide="ignore"):
            cv = [np.where(n == 1, 0.0, np.sqrt(np.maximum(w * total(xi * vi) / total(xi) ** 2 - 1, 0))) for xi, vi in zip(x, values)]
        group_met = np.maximum.reduce(cv) <= CV_LIMITS[stage]
        failing = total(~met)
        stages[stage] = (n > 0, cv, group_met, (district[~met], school[~met]))
        passed &= (n == 0) | (group_met & (failing == 0))
        seen |= n > 0
    return first, stages, passed, seen


class Peer:
    def __init__(self, path, layout, threads):
        pa.set_cpu_count(threads)
        self.path, self.layout, self.table = path, layout, None
        kinds = columns(layout)
        unused = {"district_name", "school_name", "sponsor", "locality"}
        unused |= {name for name in kinds if name.split(".")[0] in EXTRA}
        unused |= {f"{name}.senior" for name in COUNTS if name != "pupils"}
        used = [name for name in kinds if name not in unused]
        self.options = pa.csv.ConvertOptions(column_types={name: TYPES[kinds[name]] for name in used}, include_columns=used)
        self.used, self.types = used, {name: TYPES[kinds[name]] for name in used}

        self.file = {
            "pyarrow.csv, numpy.bincount": lambda: resources(self.read(), layout, by_bincount),
            "pandas.read_csv, numpy.bincount": lambda: resources(self.read_with_pandas(), layout, by_bincount),
            "pyarrow.csv, groupby": lambda: resources(self.read(), layout, by_groupby),
        }
        self.memory = {
            "numpy.bincount": lambda: resources(self.table, layout, by_bincount),
            "numpy.add.reduceat": lambda: resources(self.table, layout, by_reduceat),
            "groupby": lambda: resources(self.table, layout, by_groupby),
        }

    def read(self):
        # what pandas.read_csv (engine="pyarrow") does, with types that it cannot be told
        return pa.csv.read_csv(self.path, convert_options=self.options).to_pandas()

    def read_with_pandas(self):
        return pd.read_csv(self.path, engine="pyarrow", usecols=self.used)

    def load(self):
        if self.table is None:
            # in the order of counties, which is the best that it can be in
            self.table = self.read().sort_values("district_code", kind="stable").reset_index(drop=True)

    def results(self, folder):
        parts = []
        for stage, district, school, p, x in sections(self.table, self.layout):
            values, met = judge(stage, p, x)
            parts.append(pd.DataFrame({"district": district, "stage": stage, "school": school, "met": met.view(np.int8),
                                       **dict(zip(INDICATORS, values))}))
        pd.concat(parts).sort_values(["district", "stage", "school"]).to_csv(f"{folder}/sections.csv", index=False)
        first, stages, passed, seen = resources(self.table, self.layout, by_bincount)
        parts = [pd.DataFrame({"district": first + np.flatnonzero(there), "stage": stage, "met": group_met[there].view(np.int8),
                               **{name: cv[i][there] for i, name in enumerate(INDICATORS)}})
                 for stage, (there, cv, group_met, _) in stages.items()]
        pd.concat(parts).sort_values(["district", "stage"]).to_csv(f"{folder}/groups.csv", index=False)
        (pd.DataFrame({"district": first + np.flatnonzero(seen), "met": passed[seen].view(np.int8)})
         .to_csv(f"{folder}/districts.csv", index=False))


if __name__ == "__main__":
    serve(Peer(sys.argv[1], sys.argv[2], int(sys.argv[3])))
