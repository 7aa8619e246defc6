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


def numerators(stage, suffix=None, share=None):
    """The numerator of each indicator; `stage` says by a flag or, where all rows are of one, at once what is primary."""
    qualified = sum(col(f"teachers_{degree}", suffix) for degree in ("bachelor", "master", "doctor"))
    college = col("teachers_college", suffix)
    qualified = qualified + (pl.when(stage).then(college).otherwise(0.0) if isinstance(stage, pl.Expr) else college if stage else 0.0)
    special = sum(col(f"teachers_{subject}", suffix) for subject in ("pe", "music", "fine_arts", "arts"))
    shared = [col("teaching_area") - col("indoor_sports_area"), col("indoor_sports_area") + col("sports_ground_area"),
              col("equipment_value"), 100 * col("multimedia_rooms")]
    if share is not None:
        shared = [amount * share for amount in shared]
    own = [100 * qualified, 100 * col("teachers_backbone", suffix), 100 * special]
    return [x.alias(f"x{i}") for i, x in enumerate(own + shared)]


def sections(table, layout):
    """A row for each section in scope: codes, whether it is primary, pupils, numerators."""
    table = table.filter(~pl.col("kind").is_in(["special", "vocational"]))
    small_point = (pl.col("kind") == "teaching_point")
    if layout == "section":
        primary = pl.col("stage") == "primary"
        return (table.filter(pl.col("stage").is_in(["primary", "junior"]) & ~(small_point & (pl.col("pupils") < 50)))
                .select("district_code", "school_code", primary.alias("primary"), col("pupils").alias("p"), *numerators(primary)))
    weighted = sum(weight * col("pupils", stage).fill_null(0) for stage, weight in WEIGHTS.items())
    parts = []
    for stage in LIMITS:
        pupils = col("pupils", stage)
        parts.append(table.filter(pupils.is_not_null() & ~(small_point & (pupils < 50)))
                     .select("district_code", "school_code", pl.lit(stage == "primary").alias("primary"), pupils.alias("p"),
                             *numerators(stage == "primary", stage, WEIGHTS[stage] * pupils / weighted)))
    return pl.concat(parts)


def by_stage(figures, i):
    return pl.when("primary").then(figures["primary"][i]).otherwise(figures["junior"][i])


def judged(table, layout):
    """With the indicators and the verdict of each section."""
    floors = {stage: [FLOOR * limit for limit in limits] for stage, limits in LIMITS.items()}
    values = sections(table, layout).with_columns((pl.col(f"x{i}") / pl.col("p")).alias(name) for i, name in enumerate(INDICATORS))
    enough = pl.sum_horizontal((pl.col(name) >= by_stage(LIMITS, i)).cast(pl.UInt8) for i, name in enumerate(INDICATORS)) >= NEED
    floor = pl.all_horizontal(pl.col(name) >= by_stage(floors, i) for i, name in enumerate(INDICATORS))
    return values.with_columns(met=enough & floor)


def resources(table, layout):
    """The coefficients and verdicts of each county and stage, the schools that fail, the verdict of the county."""
    n, w = pl.col("n"), pl.col("w")
    cv = [pl.when(n == 1).then(0.0).otherwise((w * pl.col(f"q{i}") / (pl.col(f"s{i}") * pl.col(f"s{i}")) - 1).clip(0).sqrt()).alias(name)
          for i, name in enumerate(INDICATORS)]
    limit = pl.when("primary").then(CV_LIMITS["primary"]).otherwise(CV_LIMITS["junior"])
    return (judged(table, layout)
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
        self.file = {
            f"{engine} engine": lambda engine=engine: resources(self.scan(), self.layout).collect(engine=engine)
            for engine in ("streaming", "in-memory")
        }
        self.memory = {
            f"{engine} engine": lambda engine=engine: resources(self.table.lazy(), self.layout).collect(engine=engine)
            for engine in ("streaming", "in-memory")
        }
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
        (judged(self.table.lazy(), self.layout)
         .select(district, stage, pl.col("school_code").alias("school"), met, *INDICATORS)
         .sort("district", "stage", "school").collect().write_csv(f"{folder}/sections.csv"))
        groups = resources(self.table.lazy(), self.layout).collect()
        groups.select(district, stage, met, *INDICATORS).sort("district", "stage").write_csv(f"{folder}/groups.csv")
        (groups.select(district, pl.col("district_met").cast(pl.Int8).alias("met")).unique().sort("district")
         .write_csv(f"{folder}/districts.csv"))


if __name__ == "__main__":
    serve(Peer(sys.argv[1], sys.argv[2]))
