# SPDX-License-Identifier: LGPL-2.1-or-later
"""The work of the benchmark in DuckDB: with_duckdb.py FILE LAYOUT THREADS. The queries are the .sql files beside it."""

import pathlib
import sys

import duckdb

from worker import CHOICES, FLOOR, LIMITS, WEIGHTS, columns, serve

HERE = pathlib.Path(__file__).parent
TYPES = {"integer": "INTEGER", "long": "BIGINT", "double": "DOUBLE", "text": "VARCHAR"}
TYPES |= {name: f"ENUM ({', '.join(map(repr, values))})" for name, values in CHOICES.items()}


def by_stage(values):
    return [f"CASE WHEN stage = 'primary' THEN {x}::DOUBLE ELSE {y}::DOUBLE END" for x, y in zip(*values)]


class Peer:
    def __init__(self, path, layout, threads):
        types = ", ".join(f"'{name}': $${TYPES[kind]}$$" for name, kind in columns(layout).items())
        self.source = (f"read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                       f"columns = {{{types}}})")
        self.order = "district_code, stage, school_code" if layout == "section" else "district_code, school_code"
        self.loaded = False
        self.db = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})

        rows = (HERE / f"duckdb-{layout}-rows.sql").read_text()
        judge = (HERE / "duckdb-judge.sql").read_text()
        college = '"teachers_college.primary"' if layout == "school" else "teachers_college"
        floors = {stage: [x * FLOOR for x in limits] for stage, limits in LIMITS.items()}
        # a query for each stage, with the numbers of the stage in it: nothing is chosen row by row
        self.judged = "\nUNION ALL\n".join(
            judge.format(stage=f"'{stage}'", l=[f"{x}::DOUBLE" for x in LIMITS[stage]], f=[f"{x}::DOUBLE" for x in floors[stage]],
                         sections=rows.format(stage=stage, of_stage=f"stage = '{stage}'", weight=WEIGHTS[stage],
                                              college=college if stage == "primary" else "0"))
            for stage in LIMITS)
        self.file = {
            "a query for each stage, one scan": self.on_file("MATERIALIZED", self.judged),
            "a query for each stage, a scan for each": self.on_file("NOT MATERIALIZED", self.judged),
            "into a table, then a query for each stage": self.through_table,
        }
        self.memory = {"a query for each stage": self.on_table(self.judged)}
        if layout == "section":
            both = judge.format(stage="stage", l=by_stage(LIMITS.values()), f=by_stage(floors.values()),
                                sections=rows.format(of_stage="stage IN ('primary', 'junior')",
                                                     college="CASE WHEN stage = 'primary' THEN teachers_college ELSE 0 END"))
            self.file["both stages in one query"] = self.on_file("NOT MATERIALIZED", both)
            self.memory["both stages in one query"] = self.on_table(both)

    def on_table(self, judged):
        resources = (HERE / "duckdb-resources.sql").read_text().partition("WITH ")[2]
        return lambda: self.db.sql(f"WITH judged AS ({judged}), {resources}").to_arrow_table()

    def on_file(self, materialized, judged):
        resources = (HERE / "duckdb-resources.sql").read_text().partition("WITH ")[2]
        return lambda: self.db.sql(f"WITH nation AS {materialized} (SELECT * FROM {self.source}), judged AS ({judged}), "
                                   f"{resources}").to_arrow_table()

    def through_table(self):
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE nation AS SELECT * FROM {self.source}")
        groups = self.on_table(self.judged)()
        self.db.execute("DROP TABLE temp.nation")
        return groups

    def load(self):
        if not self.loaded:
            # in the order of counties, which is the best that it can be in
            self.db.execute(f"CREATE TABLE nation AS SELECT * FROM {self.source} ORDER BY {self.order}")
        self.loaded = True

    def results(self, folder):
        self.db.execute(f"COPY (SELECT district, stage, school, met::INTEGER AS met, R1, R2, R3, R4, R5, R6, R7 FROM ({self.judged}) "
                        f"ORDER BY district, stage, school) TO '{folder}/sections.csv' (HEADER)")
        groups = self.on_table(self.judged)()
        self.db.execute(f"COPY (SELECT district, stage, met::INTEGER AS met, R1, R2, R3, R4, R5, R6, R7 FROM groups "
                        f"ORDER BY district, stage) TO '{folder}/groups.csv' (HEADER)")
        self.db.execute(f"COPY (SELECT district, any_value(district_met)::INTEGER AS met FROM groups GROUP BY district "
                        f"ORDER BY district) TO '{folder}/districts.csv' (HEADER)")


if __name__ == "__main__":
    serve(Peer(sys.argv[1], sys.argv[2], int(sys.argv[3])))
