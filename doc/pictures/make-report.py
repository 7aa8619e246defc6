#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws the beginning of the report on the sample county as it stands on a terminal: report.svg, report.zh.svg.

    doc/pictures/make-report.py build/tools/balance
"""

import os
import re
import subprocess
import sys
import unicodedata
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
DATA = ['examples/data/sample-county.csv', 'examples/data/sample-county-facts.csv']
LINES, CELL, HEIGHT, MARGIN = 46, 8.4, 18, 16
COLOURS = {'31': '#ff7b72', '32': '#7ee787', '33': '#e3b341', '2': '#8b949e', '1': '#ffffff', '0': '#c9d1d9', '': '#c9d1d9'}


def runs(line):
    """Pieces of one colour: (column, text, colour)."""
    column, colour = 0, COLOURS['0']
    for part in re.split(r'(\x1b\[[0-9;]*m)', line):
        code = re.fullmatch(r'\x1b\[([0-9;]*)m', part)
        if code:
            colour = COLOURS.get(code[1].split(';')[-1], COLOURS['0'])
        elif part:
            yield column, part, colour
            column += width(part)


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def draw(tool, language):
    text = subprocess.run([tool, 'evaluate', *DATA, '--as-of', '2024-09-01', '--lang', language, '--color', 'always'],
                          cwd=SOURCE, capture_output=True, text=True, env={**os.environ, 'BALANCE_DATA_DIR': SOURCE + '/data'}).stdout
    lines = text.splitlines()[:LINES]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{80 * CELL + 2 * MARGIN:.0f}" height="{len(lines) * HEIGHT + 2 * MARGIN}">',
             '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
             '<g font-family="ui-monospace, Menlo, Consolas, \'Noto Sans Mono CJK SC\', monospace" font-size="14" xml:space="preserve">']
    for row, line in enumerate(lines):
        for column, piece, colour in runs(line):
            parts.append(f'<text x="{MARGIN + column * CELL:.1f}" y="{MARGIN + row * HEIGHT + 13}" fill="{colour}" '
                         f'textLength="{width(piece) * CELL:.1f}" lengthAdjust="spacingAndGlyphs">{escape(piece)}</text>')
    parts.append('</g></svg>\n')
    return '\n'.join(parts)


for language, name in (('en', 'report.svg'), ('zh', 'report.zh.svg')):
    with open(os.path.join(HERE, name), 'w', encoding='utf-8') as file:
        file.write(draw(sys.argv[1], language))
