#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compares what programs were compiled against (names, arguments, types, values of enumerations) with what the library
# offers now: additions are well, anything else would break them. Arguments: library, include directory, description of
# what was promised. With --write as the first argument the description is made anew, which is for releases.
set -eu
write=no
if [ "$1" = --write ]; then
  write=yes
  shift
fi
library=$1 headers=$2 promised=$3

if [ "$(uname -m)" != x86_64 ]; then
  echo "the description is of x86_64"
  exit 77
fi
if [ "$write" = yes ]; then
  abidw --headers-dir "$headers" --drop-private-types --drop-undefined-syms --no-elf-needed --no-show-locs \
    --no-corpus-path --no-comp-dir-path --type-id-style hash "$library" > "$promised"
else
  abidiff --headers-dir2 "$headers" --drop-private-types --no-added-syms "$promised" "$library"
fi
