#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the symbols that a library exports with the list of those it has promised."""

import subprocess
import sys

library, expected = sys.argv[1:3]
listing = subprocess.run(
    ["nm", "-D", "--defined-only", "--format=posix", library],
    check=True, capture_output=True, text=True).stdout
exported = {line.split()[0] for line in listing.splitlines()}
with open(expected, encoding="utf-8") as file:
    promised = set(file.read().split())

for symbol in sorted(promised - exported):
    print("missing, which breaks the ABI:", symbol)
for symbol in sorted(exported - promised):
    print("exported but not listed:", symbol)
sys.exit(exported != promised)
