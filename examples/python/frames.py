#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""frames.py SCHOOLS.csv FACTS.csv: pandas in, pandas out, and which indicator most schools fall short in."""

import sys

import libbalance as lb
import pandas as pd

schools, facts = (pd.read_csv(path) for path in sys.argv[1:3])
evaluation = lb.evaluate([schools, facts], "cn-2017-quality", as_of="2024-09-01")

findings = evaluation.findings.to_pandas()
short = findings[(findings["verdict"] == "unmet") & (findings["level"] == "section")]
print(short.groupby("requirement", observed=True).size().sort_values(ascending=False).to_string())
print(evaluation.groups.to_polars().select("stage", "R1_cv", "R6_cv") if "--polars" in sys.argv else
      evaluation.groups.to_pandas()[["stage", "R1_cv", "R6_cv"]].round(3).to_string())
