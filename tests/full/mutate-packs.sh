#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each number of each standard is held by some conformance case.
set -euo pipefail
export BALANCE_DATA_DIR=$PWD/data PYTHONDONTWRITEBYTECODE=1 G_DEBUG=fatal-criticals
export GI_TYPELIB_PATH=$PWD/build-test/lib LD_LIBRARY_PATH=$PWD/build-test/lib
export PYTHONPATH=$PWD/bindings/python
exec /usr/bin/python3 tests/mutate-packs.py
