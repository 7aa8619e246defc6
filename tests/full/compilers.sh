#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# gcc and clang, with and without optimization, print the same bytes; neither has anything to warn of.
set -euo pipefail
sample=examples/data/sample-county.csv
reference=

for compiler in gcc clang; do
  for level in 0 3; do
    directory=build-same/$compiler-$level
    if [ ! -e "$directory/build.ninja" ]; then
      rm -rf "$directory"
      CC=$compiler meson setup "$directory" --werror -Doptimization=$level -Dtests=false \
        -Dintrospection=disabled -Ddocs=disabled > /dev/null
    fi
    ninja -C "$directory" --quiet

    output=build-same/$compiler-$level.json
    status=0
    "$directory/tools/balance" evaluate "$sample" --format json --output "$output" || status=$?
    if [ "$status" -gt 1 ]; then
      echo "$directory/tools/balance failed with $status"
      exit 1
    fi
    if [ -z "$reference" ]; then
      reference=$output
    elif ! cmp "$reference" "$output"; then
      exit 1
    fi
  done
done
