#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run.sh BUILD NODE TEST…: tests of tests/node with the library in BUILD, by the Node that tests/node/fetch.sh put into NODE;
# prints TAP. With --script SCRIPT ARGUMENT… instead of tests: runs that script of tests/node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$(realpath "$1")
shift
if [ ! -e "$1/have.json" ]; then
  echo "1..0 # SKIP no Node with node-gtk in $1; ./dev test --full fetches and compiles it"
  exit 0
fi
node=$(realpath "$1")
shift

# The package as it would be installed, with its tests and examples beside it.
work=$(mktemp -d "$node/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/node_modules"
cp -r bindings/javascript/node "$work/node_modules/libbalance"
cp tests/node/* examples/javascript/http-*.mjs "$work"

export GI_TYPELIB_PATH=$build/lib LD_LIBRARY_PATH=$build/lib BALANCE_LIBEXEC_DIR=$build/libexec BALANCE_TOOL=$build/tools/balance
export BALANCE_DATA_DIR=$PWD/data BALANCE_SOURCE_DIR=$PWD
if [ "$1" = --script ]; then
  "$node/bin/node" "$work/$2" "${@:3}"
else
  "$node/bin/node" --expose-gc --test --test-timeout=120000 --test-reporter=tap "${@/#/$work/}"
fi
