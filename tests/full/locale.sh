#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A decimal comma and other habits of a locale change no number that is read or written.
set -euo pipefail
sample=examples/data/sample-county.csv
work=build-test/locale
mkdir -p "$work"
# Made here, so that nothing is changed on the machine.
[ -d "$work/de_DE.UTF-8" ] || localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8"
[ "$(LOCPATH=$PWD/$work LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ] || { echo "no decimal comma"; exit 1; }

for format in json csv text; do
  for locale in C de_DE.UTF-8; do
    status=0
    LOCPATH=$PWD/$work LANGUAGE= LC_ALL=$locale \
      build-test/tools/balance evaluate "$sample" --lang en --format "$format" --output "$work/$locale.$format" || status=$?
    [ "$status" -le 1 ] || { echo "the tool failed with $status under $locale"; exit 1; }
  done
  cmp "$work/C.$format" "$work/de_DE.UTF-8.$format"
done

LOCPATH=$PWD/$work LC_ALL=de_DE.UTF-8 meson test -C build-test --no-rebuild --print-errorlogs \
  --logbase locale --suite c --suite python --suite javascript
