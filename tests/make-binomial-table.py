#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints binomial tails from exact fractions, as a table for test-audit.c."""

from fractions import Fraction
from math import comb

CHANCES = [(1, 3), (1, 10), (1, 5), (1, 2), (1, 1000), (999, 1000)]
SIZES = [1, 2, 3, 7, 20, 57, 200, 1000, 2500]


def exact(fraction):
    """The nearest double, as text that reads back to it; also where it is too small for one."""
    try:
        return repr(fraction.numerator / fraction.denominator)
    except OverflowError:
        return "0.0"


print("/* made by make-binomial-table.py */")
for top, bottom in CHANCES:
    p = Fraction(top, bottom)
    for n in SIZES:
        # one pass from the far end: every tail is the one before and one term more
        wanted = sorted({0, 1, n // 10, n // 5, n // 3, n // 3 + 1, n // 2, 2 * n // 3, n - 1, n, n + 1} & set(range(n + 2)))
        numerators, total = {}, 0
        for k in range(n + 1, -1, -1):
            if k <= n:
                total += comb(n, k) * top ** k * (bottom - top) ** (n - k)
            if k in wanted:
                numerators[k] = total
        for k in wanted:
            print(f"  {{ {n}, {k}, {top}.0 / {bottom}.0, {exact(Fraction(numerators[k], bottom ** n))} }},")
