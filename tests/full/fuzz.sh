#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A short turn of each fuzz target; `./dev fuzz` gives them a minute.
set -euo pipefail
FUZZ_SECONDS=${FUZZ_SECONDS:-15} exec ./dev fuzz
