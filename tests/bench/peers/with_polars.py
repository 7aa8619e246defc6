# SPDX-License-Identifier: LGPL-2.1-or-later
"""The work of the benchmark in Polars: with_polars.py FILE LAYOUT THREADS."""

import os
import sys

from worker import CHOICES, CV_LIMITS, FLOOR, INDICATORS, LIMITS, NEED, WEIGHTS, columns, serve

os.environ["POLARS_MAX_THREADS"] = sys.argv[3]  # read when Polars is imported
import polars as pl  # noqa: E402

TYPES = {"integer": pl.Int32, "long": pl.Int64, "double": pl.Float64, "text": pl.String}
TYPES |= {name: pl.Enum(values) for name, values in CHOICES.items()}


def col(name, stage=None):
    return pl.col(f"{name}.{stage}" if stage else name).cast(pl.Float64)


def numerators(college, suffix=None, share=None):
    """The numerator of each indicator; `college` is what counts of the teachers with a college diploma."""
    qualified = college + sum(col(f"teachers_{degree}", suffix) for degree in ("bachelor", "master", "doctor"))
    special = sum(col(f"teachers_{subject}", suffix) for subject in ("pe", "music", "fine_arts", "arts"))
    shared = [col("teaching_area") - col("indoor_sports_area"), col("indoor_sports_area") + col("sports_ground_area"),
              col("equipment_value"), 100 * col("multimedia_rooms")]
    if share is not None:
        shared = [amount * share for amount in shared]
    own = [100 * qualified, 100 * col("teachers_backbone", suffix), 100 * special]
    return [x.alias(f"x{i}") for i, x in enumerate(own + shared)]


def judge(sections, limits):
    """With the indicators and the verdict of each section; limits are numbers or, where stages are mixed, expressions."""
    values = sections.with_columns((pl.col(f"x{i}") / pl.col("p")).alias(name) for i, name in enumerate(INDICATORS))
    enough = pl.sum_horizontal((pl.col(name) >= limit).cast(pl.UInt8) for name, limit in zip(INDICATORS, limits)) >= NEED
    floor = pl.all_horizontal(pl.col(name) >= FLOOR * limit for name, limit in zip(INDICATORS, limits))
    return values.with_columns(met=enough & floor)


def in_scope(table, pupils):
    return table.filter(~pl.col("kind").is_in(["special", "vocational"]) & ~((pl.col("kind") == "teaching_point") & (pupils < 50)))


def one_stage(table, layout, stage):
    """The sections of a stage in scope: codes, whether it is primary, pupils, numerators, indicators, verdict."""
    suffix = stage if layout == "school" else None
    pupils, share = col("pupils", suffix), None
    if layout == "school":
        here = pupils.is_not_null()
        share = WEIGHTS[stage] * pupils / sum(weight * col("pupils", s).fill_null(0) for s, weight in WEIGHTS.items())
    else:
        here = pl.col("stage") == stage
    college = col("teachers_college", suffix) if stage == "primary" else pl.lit(0.0)
    return judge(in_scope(table.filter(here), pupils)
                 .select("district_code", "school_code", pl.lit(stage == "primary").alias("primary"), pupils.alias("p"),
                         *numerators(college, suffix, share)), LIMITS[stage])


def stage_by_stage(table, layout):
    return pl.concat([one_stage(table, layout, stage) for stage in LIMITS])


def both_stages(table, layout):
    """The same of a table with a row for each section, without taking it apart."""
    primary = pl.col("stage") == "primary"
    limits = [pl.when("primary").then(a).otherwise(b) for a, b in zip(*LIMITS.values())]
    return judge(in_scope(table.filter(pl.col("stage").is_in(list(LIMITS))), pl.col("pupils"))
                 .select("district_code", "school_code", primary.alias("primary"), col("pupils").alias("p"),
                         *numerators(pl.when(primary).then(col("teachers_college")).otherwise(0.0))), limits)


def resources(judged):
    """The coefficients and verdicts of each county and stage, the schools that fail, the verdict of the county."""
    n, w = pl.col("n"), pl.col("w")
    cv = [pl.when(n == 1).then(0.0).otherwise((w * pl.col(f"q{i}") / (pl.col(f"s{i}") * pl.col(f"s{i}")) - 1).clip(0).sqrt()).alias(name)
          for i, name in enumerate(INDICATORS)]
    limit = pl.when("primary").then(CV_LIMITS["primary"]).otherwise(CV_LIMITS["junior"])
    return (judged
            .group_by("district_code", "primary")
            .agg(n=pl.len(), w=pl.col("p").sum(), all_met=pl.col("met").all(), failing=pl.col("school_code").filter(~pl.col("met")),
                 **{f"s{i}": pl.col(f"x{i}").sum() for i in range(7)},
                 **{f"q{i}": (pl.col(f"x{i}") * pl.col(name)).sum() for i, name in enumerate(INDICATORS)})
            .select("district_code", "primary", "all_met", "failing", *cv)
            .with_columns(met=pl.max_horizontal(INDICATORS) <= limit)
            .with_columns(district_met=(pl.col("met") & pl.col("all_met")).all().over("district_code")))


class Peer:
    def __init__(self, path, layout):
        self.path, self.layout, self.table = path, layout, None
        shapes = {"a query for each stage": stage_by_stage}
        if layout == "section":
            shapes["both stages in one query"] = both_stages
        self.file, self.memory = {}, {}
        for engine in ("streaming", "in-memory"):
            for name, shape in shapes.items():
                self.file[f"{name}, {engine} engine"] = (
                    lambda shape=shape, engine=engine: resources(shape(self.scan(), layout)).collect(engine=engine))
                self.memory[f"{name}, {engine} engine"] = (
                    lambda shape=shape, engine=engine: resources(shape(self.table.lazy(), layout)).collect(engine=engine))
        self.schema = {name: TYPES[kind] for name, kind in columns(layout).items()}

    def scan(self):
        return pl.scan_csv(self.path, schema=self.schema)

    def load(self):
        if self.table is None:
            # in the order of counties, which is the best that it can be in
            self.table = self.scan().collect().sort("district_code", maintain_order=True).rechunk()

    def results(self, folder):
        stage = pl.when("primary").then(pl.lit("primary")).otherwise(pl.lit("junior")).alias("stage")
        district = pl.col("district_code").alias("district")
        met = pl.col("met").cast(pl.Int8)
        (stage_by_stage(self.table.lazy(), self.layout)
         .select(district, stage, pl.col("school_code").alias("school"), met, *INDICATORS)
         .sort("district", "stage", "school").collect().write_csv(f"{folder}/sections.csv"))
        groups = resources(stage_by_stage(self.table.lazy(), self.layout)).collect()
        groups.select(district, stage, met, *INDICATORS).sort("district", "stage").write_csv(f"{folder}/groups.csv")
        (groups.select(district, pl.col("district_met").cast(pl.Int8).alias("met")).unique().sort("district")
         .write_csv(f"{folder}/districts.csv"))


if __name__ == "__main__":
    serve(Peer(sys.argv[1], sys.argv[2]))
