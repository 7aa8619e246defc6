# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command ``balance`` of a wheel: the program that lies in it."""

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    os.execv(Path(__file__).with_name("_bundled") / "bin" / "balance", ["balance", *sys.argv[1:]])
