#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The HTML report in a headless Chromium: mouse, keyboard, languages, colours, paper; nothing fetched, no complaints.
set -euo pipefail
export BALANCE_TOOL=$PWD/build-test/tools/balance BALANCE_SOURCE_DIR=$PWD BALANCE_PICTURES=$PWD/build-test/browser
mkdir -p "$BALANCE_PICTURES"
/usr/bin/python3 tests/run-unittest.py tests/browser
