#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-digest.py FILE sha512-BASE64: fails where the file is not the one that was meant."""

import base64
import hashlib
import sys

path, wanted = sys.argv[1:]
with open(path, 'rb') as file:
    found = 'sha512-' + base64.b64encode(hashlib.sha512(file.read()).digest()).decode('ascii')
if found != wanted:
    sys.exit(f'{path} is not what was expected:\n  {found}, not\n  {wanted}')
