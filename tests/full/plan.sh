#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Least-cost plans of a county of 60 sections, and of one with 300, moves and three years. Prints gap, time and memory.
set -euo pipefail
if [ ! -x build-test/libexec/balance-solve ]; then
  echo "skipped: balance-solve is not built (coinor-libcbc-dev)"
  exit 77
fi
export BALANCE_SOURCE_DIR=$PWD BALANCE_TOOL=$PWD/build-test/tools/balance BALANCE_DATA_DIR=$PWD/data PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 tests/plans.py
