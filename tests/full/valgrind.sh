#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The suites in C under Valgrind: no invalid access, no definite leak. The long ones run under the address sanitizer only.
set -euo pipefail
exec meson test -C build-test --no-rebuild --print-errorlogs --setup=valgrind --suite c --no-suite long
