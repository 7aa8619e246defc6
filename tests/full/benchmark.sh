#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The benchmark still finds what its peers find. Nothing is timed.
set -euo pipefail
python=${BALANCE_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import duckdb, numpy, pandas, polars, pyarrow' 2> /dev/null; then
  echo "benchmark: skipped, the packages of tests/requirements.txt are not there"
  exit 77
fi
exec "$python" tests/bench/run.py build-test --check
