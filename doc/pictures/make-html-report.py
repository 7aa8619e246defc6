#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Takes the pictures of the HTML report on the sample county: html-report.png, html-report.zh.png.

    doc/pictures/make-html-report.py build/tools/balance

It needs Chromium, its driver, python3-selenium and fonts-noto-cjk."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'browser'))

from browser import Browser

DATA = ['examples/data/sample-county.csv', 'examples/data/sample-county-facts.csv']
tool = os.path.abspath(sys.argv[1])

with tempfile.TemporaryDirectory() as folder:
    page = os.path.join(folder, 'report.html')
    for language, name in (('en', 'html-report.png'), ('zh', 'html-report.zh.png')):
        subprocess.run([tool, 'evaluate', *DATA, '--as-of', '2024-09-01', '--lang', language, '--format', 'html', '--output', page],
                       cwd=SOURCE, env={**os.environ, 'BALANCE_DATA_DIR': SOURCE + '/data'}, check=False)
        browser = Browser(1280, 860)
        browser.open(page)
        # the schools, with the explanation of the cell that is 25 fen per pupil short of its floor
        browser.run("document.querySelector('#schools h2').scrollIntoView()")
        browser.run("document.querySelector('td[data-path=\"schools/9900010013/primary/R6\"]').click()")
        browser.run("document.activeElement.blur()")
        browser.picture(os.path.join(HERE, name))
        browser.quit()
