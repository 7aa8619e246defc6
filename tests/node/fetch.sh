#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# fetch.sh FOLDER: makes FOLDER/bin/node, a Node of version 20 or later, and FOLDER/node_modules with what the package libbalance
# depends on, compiled for that Node. A Node of the machine is taken where it is new enough and has its headers; else one comes from
# npm, whose packages hold program and headers. Does nothing where all is there.
set -euo pipefail
node_version=22.23.3 npm_version=10.9.4
wanted=$PWD/bindings/javascript/node/package.json
mkdir -p "$1/bin"
folder=$(realpath "$1")

if cmp -s "$wanted" "$folder/have.json" && "$folder/bin/node" --version > /dev/null 2>&1; then
  exit 0
fi
rm -rf "$folder/have.json" "$folder/node_modules"

program=$(command -v node || true)
if [ -n "$program" ] && [ "${BALANCE_NODE_FROM_NPM:-no}" = no ]; then
  home=$("$program" -p 'require("path").resolve(process.execPath, "../..")')
  if ! "$program" -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || [ ! -e "$home/include/node/node.h" ]; then
    program=
  fi
else
  program=
fi

if [ -n "$program" ]; then
  npm=(npm)
else
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) echo "fetch.sh: npm has no Node for $(uname -m)" >&2; exit 1 ;;
  esac
  for package in "node-linux-$machine@$node_version" "npm@$npm_version"; do
    mkdir -p "$folder/${package%@*}"
    npm pack "$package" --silent --pack-destination "$folder" --fetch-retries=1 > /dev/null
    tar -xzf "$folder/${package%@*}-${package#*@}.tgz" -C "$folder/${package%@*}" --strip-components=1
    rm "$folder/${package%@*}-${package#*@}.tgz"
  done
  home=$folder/node-linux-$machine
  program=$home/bin/node
  npm=("$program" "$folder/npm/bin/npm-cli.js")
fi
ln -sfn "$program" "$folder/bin/node"

# Compiled here: a compiled one would have to come from elsewhere.
"$program" -e '
  const {dependencies, devDependencies} = JSON.parse(require("fs").readFileSync(process.argv[1]));
  console.log(JSON.stringify({private: true, dependencies: {...dependencies, ...devDependencies}}));
' "$wanted" > "$folder/package.json"
cd "$folder"
PATH=$folder/bin:$PATH JOBS=2 npm_config_nodedir=$home npm_config_build_from_source=true \
  "${npm[@]}" install --no-package-lock --no-audit --no-fund --fetch-retries=1
"$folder/bin/node" -e 'require("node-gtk")'
cp "$wanted" "$folder/have.json"
