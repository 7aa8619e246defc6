#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The suites in C under the thread sanitizer.
set -euo pipefail
if [ ! -e build-tsan/build.ninja ]; then
  rm -rf build-tsan
  meson setup build-tsan --buildtype=debugoptimized -Db_sanitize=thread \
    -Dintrospection=disabled -Ddocs=disabled > /dev/null
fi
ninja -C build-tsan --quiet
exec meson test -C build-tsan --no-rebuild --print-errorlogs --setup=sanitize --suite c
