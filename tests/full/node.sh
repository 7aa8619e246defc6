#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The package for Node: what it does, its memory, its types, the HTTP endpoint, and every conformance case as in C.
set -euo pipefail
export BALANCE_BUILD=$PWD/${BALANCE_BUILD:-build-test} BALANCE_NODE=${BALANCE_NODE:-$PWD/build-deps/node}
export BALANCE_SOURCE_DIR=$PWD BALANCE_DATA_DIR=$PWD/data PYTHONDONTWRITEBYTECODE=1
if [ ! -e "$BALANCE_NODE/have.json" ]; then
  echo "node.sh: Node with node-gtk could not be fetched and compiled, see $BALANCE_NODE/log" >&2
  exit 77
fi
"$BALANCE_NODE/bin/node" --version

bash tests/node/run.sh "$BALANCE_BUILD" "$BALANCE_NODE" evaluate.test.mjs memory.test.mjs http.test.mjs types.test.mjs |
  { grep -E '^(not ok|ok|# (pass|fail) )|^ +(not ok|error:|[+-] )' || true; }

export GI_TYPELIB_PATH=$BALANCE_BUILD/lib LD_LIBRARY_PATH=$BALANCE_BUILD/lib PYTHONPATH=$PWD/bindings/python
export PRINT_FINDINGS=$BALANCE_BUILD/tests/print-findings
${BALANCE_PYTHON:-/usr/bin/python3} tests/run-unittest.py tests/node | { grep -v '^ok' || true; }
