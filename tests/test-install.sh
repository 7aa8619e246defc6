#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs into a folder of its own, then uses what is there as a stranger would: pkg-config, a program in C, the tool,
# Python. Nothing installed may name the folder it was built from.
# Arguments: source directory, build directory, prefix, then the C compiler.
set -euo pipefail
source=$1 build=$2 prefix=$3
shift 3
stage=$build/tests/installed
root=$stage$prefix
count=0
failed=0

report ()
{
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then
    echo "ok $count - $2"
  else
    echo "not ok $count - $2"
    failed=1
  fi
}

try ()
{
  local name=$1 status=0
  shift
  "$@" > "$stage.log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || sed 's/^/# /' "$stage.log"
  report "$status" "$name"
}

rm -rf "$stage"
try "install" meson install -C "$build" --no-rebuild --strip --destdir "$stage"

pc=$(find "$root" -name balance-1.0.pc)
# As if this folder were the prefix.
sed -i "s|^prefix=.*|prefix=$root|" "$pc"
pkgconfig=$(dirname "$pc")
library=$(dirname "$pkgconfig")
export PKG_CONFIG_PATH=$pkgconfig LD_LIBRARY_PATH=$library
BALANCE_DATA_DIR=$(pkg-config --variable=balancedatadir balance-1.0)
export BALANCE_DATA_DIR
sed -i "s|^prefix=.*|prefix=$prefix|" "$pc"

status=0
if grep -rlF -e "$source" -e "$build" "$root" | sed 's/^/# names the build tree: /' | grep .; then status=1; fi
report "$status" "no path of the build in what is installed"
sed -i "s|^prefix=.*|prefix=$root|" "$pc"

# shellcheck disable=SC2046
try "a program in C compiles against it" \
  "$@" -std=gnu11 -Wall -Wextra -Werror -o "$stage.evaluate" "$source/examples/c/evaluate.c" \
  $(pkg-config --cflags --libs balance-1.0)
try "and runs" "$stage.evaluate" "$source/examples/data/sample-county.csv"
try "the tool shows its standards" "$root/bin/balance" standard list

typelib=$(find "$root" -name 'Balance-1.0.typelib')
if [ -n "$typelib" ]; then
  export GI_TYPELIB_PATH=${typelib%/*}
  try "Python finds it" /usr/bin/python3 -c '
import gi
gi.require_version("Balance", "1.0")
from gi.repository import Balance
assert Balance.Standard.lookup("cn-2017-quality").get_id() == "cn-2017-quality"'
fi

rm -f "$stage.log" "$stage.evaluate"
echo "1..$count"
exit "$failed"
