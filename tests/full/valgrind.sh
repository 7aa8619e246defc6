#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The suites in C and the main path of the tool under Valgrind: nothing invalid, nothing uninitialized, no definite leak.
# The long suites run under the address sanitizer only.
set -euo pipefail
meson test -C build-test --no-rebuild --print-errorlogs --setup=valgrind --suite c --no-suite long

for format in text json csv; do
  status=0
  valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    build-test/tools/balance evaluate examples/data/sample-county.csv examples/data/sample-county-facts.csv \
    --as-of 2024-09-01 --threads 2 --format "$format" --output /dev/null || status=$?
  [ "$status" -le 1 ] || exit 1
done
