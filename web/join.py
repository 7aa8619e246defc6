#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Joins the template, the style, the scripts and, where it is given, Apache ECharts into the page of the HTML report.

Scripts and style are allowed by their hashes: the policy of the page names nothing else, so that nothing that stands in
the data can run or be fetched. Hence no file may change after this."""

import argparse
import base64
import hashlib
import os
import re

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--output', required=True)
parser.add_argument('--template', required=True)
parser.add_argument('--style', required=True)
parser.add_argument('--echarts', help='the folder of the npm package, or a file of it in dist/')
parser.add_argument('scripts', nargs='+')
arguments = parser.parse_args()

# The smallest build that can draw bars and points.
CHARTS = 'echarts.simple.min.js'


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def source(digest):
    return "'sha256-" + base64.b64encode(digest).decode('ascii') + "'"


def hash_of(text):
    return source(hashlib.sha256(text.encode('utf-8')).digest())


def guard(name, text):
    """What stands between two tags must not hold the second one."""
    if re.search(r'</?(script|style)|<!--', text, re.IGNORECASE):
        raise SystemExit(f'{name} cannot stand in a page')
    return text


def strip_licence(script):
    """Our own scripts begin with a line that names the licence; it stands once at the top of the page."""
    return re.sub(r'\A/\* SPDX-License-Identifier: [^*]* \*/\n', '', script)


def read_charts(path):
    """The script of ECharts, its LICENSE and NOTICE, its version."""
    if os.path.isdir(path):
        package, script = path, os.path.join(path, 'dist', CHARTS)
    else:
        package, script = os.path.dirname(os.path.dirname(os.path.abspath(path))), path
    text = read(script)
    # an older page may know the end of a comment where a licence has it
    legal = '\n\n'.join(read(os.path.join(package, name)).strip() for name in ('NOTICE', 'LICENSE'))
    version = re.search(r'"version":\s*"([^"]+)"', read(os.path.join(package, 'package.json')))[1]
    return guard(script, text), legal.replace('--', '- -'), version


style = guard(arguments.style, strip_licence(read(arguments.style)))
script = "'use strict';\n(() => {\n" + '\n'.join(strip_licence(read(name)) for name in arguments.scripts) + '})();\n'
script = guard('the script', script)
hashes = [hash_of(script)]
charts = ''
if arguments.echarts:
    library, legal, version = read_charts(arguments.echarts)
    hashes.append(hash_of(library))
    charts = f'<!--\nApache ECharts {version}\n\n{legal}\n-->\n<script id="echarts" data-version="{version}">{library}</script>'

policy = f"default-src 'none'; script-src {' '.join(hashes)}; style-src {hash_of(style)}; img-src data:; base-uri 'none'; form-action 'none'"
page = read(arguments.template)
for mark, text in (('@policy@', policy), ('@style@', style), ('@charts@', charts), ('@script@', script)):
    before, after = page.split(mark)
    page = before + text + after

with open(arguments.output, 'w', encoding='utf-8') as file:
    file.write(page)
