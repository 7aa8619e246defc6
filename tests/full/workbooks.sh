#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Workbooks as LibreOffice writes them, and many more damaged ones, read by a helper with sanitizers.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

PRINT_WORKBOOK=$PWD/build-test/tests/print-workbook BALANCE_LIBEXEC_DIR=$PWD/build-test/libexec \
  /usr/bin/python3 tests/workbook/libreoffice.py "$folder"

cd tests/workbook
PRINT_WORKBOOK=$OLDPWD/build-asan/tests/print-workbook BALANCE_LIBEXEC_DIR=$OLDPWD/build-asan/libexec \
  MUTATIONS=300 /usr/bin/python3 -m unittest test_workbook.Damaged
