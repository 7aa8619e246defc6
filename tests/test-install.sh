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

# Every example, as its first lines say to build it.
cd "$source/examples/data"
export LC_ALL=C.UTF-8
sample=sample-county.csv
example ()
{
  local name=$1 program=$2
  shift 2
  try "$name compiles against it" "$@"
  "$program" "${arguments[@]}" > "$stage.out" 2> "$stage.err" || echo "exit status $?" >> "$stage.err"
  try "$name says what it should" diff "$source/tests/examples/$name.txt" "$stage.out"
  try "$name complains of nothing" diff /dev/null "$stage.err"
}

read -ra flags <<< "$(pkg-config --cflags --libs balance-1.0 gio-unix-2.0)"
strict=(-Wall -Wextra -Werror)
for file in "$source"/examples/c/*.c; do
  name=$(basename "$file" .c)
  case $name in
    evaluate) arguments=("$sample") ;;
    counties) arguments=(sample-county.csv sample-county-2023.csv) ;;
    records) arguments=() ;;
    stream) arguments=("$sample" R4) ;;
  esac
  example "$name" "$stage.example" "$@" -std=gnu11 "${strict[@]}" -o "$stage.example" "$file" "${flags[@]}"
done
arguments=("$sample")
example evaluate-cpp "$stage.example" c++ -std=c++17 "${strict[@]}" -o "$stage.example" \
  "$source/examples/cpp/evaluate.cpp" "${flags[@]}"
vapi=$(find "$root" -name balance-1.0.vapi)
if [ -n "$vapi" ]; then
  # what is marked as of 1.0 is there in the versions that lead to it, too
  example evaluate-vala "$stage.example" valac --disable-since-check --vapidir "${vapi%/*}" --pkg balance-1.0 -X -w \
    -d "${stage%/*}" -o "$(basename "$stage").example" "$source/examples/vala/evaluate.vala"
fi
try "the tool shows its standards" "$root/bin/balance" standard list
# the library finds its module
try "the tool writes a workbook" "$root/bin/balance" template --output "$stage.xlsx"

typelib=$(find "$root" -name 'Balance-1.0.typelib')
if [ -n "$typelib" ]; then
  export GI_TYPELIB_PATH=${typelib%/*}
  try "Python finds it" /usr/bin/python3 -c '
import gi
gi.require_version("Balance", "1.0")
from gi.repository import Balance
assert Balance.Standard.lookup("cn-2017-quality").get_id() == "cn-2017-quality"'
  package=$(find "$root" -path '*/libbalance/__init__.py')
  try "the Python package and its stub are there" env PYTHONPATH="${package%/libbalance/*}" /usr/bin/python3 -c '
import os, sys
import libbalance as lb
assert lb.__file__.startswith(sys.argv[1]), lb.__file__
assert lb.evaluate(sys.argv[2], as_of="2024-09-01").verdict == "unmet"
assert os.path.exists(os.path.join(os.path.dirname(lb.__file__), "..", "gi-stubs", "repository", "Balance.pyi"))' \
    "$root" "$source/examples/data/$sample"
fi

rm -f "$stage.xlsx" "$stage.log" "$stage.err" "$stage.out" "$stage.example"
echo "1..$count"
exit "$failed"
