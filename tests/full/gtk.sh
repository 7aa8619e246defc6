#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example window under a display of its own: texts of its widgets, and pictures of it in build-test/viewer.
set -euo pipefail
build=${BALANCE_BUILD:-build-test}
export GI_TYPELIB_PATH=$PWD/$build/lib LD_LIBRARY_PATH=$PWD/$build/lib GJS_PATH=$PWD/bindings/javascript
export BALANCE_SOURCE_DIR=$PWD BALANCE_LIBEXEC_DIR=$PWD/$build/libexec BALANCE_PICTURES=$PWD/$build/viewer
if [ ! -e "$build/lib/Balance-1.0.typelib" ]; then
  echo "gtk.sh: $build has no typelib" >&2
  exit 1
fi
if ! gjs -c 'imports.gi.versions.Gtk = "4.0"; imports.gi.Gtk' 2> /dev/null; then
  echo "gtk.sh: GTK 4 is not there for gjs" >&2
  exit 77
fi
mkdir -p "$BALANCE_PICTURES"

folder=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3> "$folder/display" 2> "$folder/log" &
server=$!
trap 'kill "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
  [ -s "$folder/display" ] && break
  sleep 0.1
done
[ -s "$folder/display" ] || { cat "$folder/log" >&2; exit 1; }

# Drawn without OpenGL, with nobody's settings, in an environment that says nothing of languages.
export DISPLAY=:$(cat "$folder/display") GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory LC_ALL=C.UTF-8
export XDG_CONFIG_HOME=$folder/config XDG_CACHE_HOME=$folder/cache GTK_A11Y=none
export DBUS_SESSION_BUS_ADDRESS=disabled: G_DEBUG=fatal-criticals
timeout 300 gjs -m tests/viewer/testViewer.js
