# SPDX-License-Identifier: LGPL-2.1-or-later
"""Judges a province whose warehouse holds records of pupils, teachers, schools, rooms and equipment.

    spark-submit judge.py WAREHOUSE RESULTS

WAREHOUSE is a folder with a Parquet table for each kind of record; make-records.py makes one of invented records.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession

import libbalance.spark


def main(warehouse: str, results: str) -> None:
    spark = SparkSession.builder.appName("libbalance").getOrCreate()
    for name in ("pupils", "teachers", "schools", "rooms", "equipment"):
        spark.read.parquet(f"{warehouse}/{name}").createOrReplaceTempView(name)

    folder = Path(__file__).parent
    sections = spark.sql((folder / "sections.sql").read_text())
    schools = spark.sql((folder / "schools.sql").read_text())
    judged = {"standard": "cn-2017-quality", "as_of": "2024-09-01", "only": "resources"}

    # what is wrong with the data is known before anything is judged
    problems = libbalance.spark.evaluate([sections, schools], output="problems", **judged)
    errors = problems.where("severity = 'error'").collect()
    if errors:
        sys.exit("\n".join(row.text_zh for row in errors))

    for output in ("districts", "groups", "sections", "findings"):
        libbalance.spark.evaluate([sections, schools], output=output, **judged).write.mode("overwrite").parquet(f"{results}/{output}")
    spark.read.parquet(f"{results}/districts").orderBy("district_code").show(truncate=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
