#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# How many instructions reading and evaluating take, counted by callgrind: printed, to be compared over time, not judged.
set -euo pipefail
python=${BALANCE_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import numpy, pandas, pyarrow' 2> /dev/null; then
  echo "instructions: skipped, the packages of tests/requirements.txt are not there"
  exit 77
fi
exec "$python" tests/bench/run.py build-test --instructions
