#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A long call in a notebook shows how far it is, in the language of the reader, and leaves nothing behind."""

import sys

import nbclient
import nbformat

CELL = """
import time
import libbalance._call
libbalance.set_language("zh")

def slow(state, cancellable):
    state.set_phase("reading", "正在读取")
    for i in range(12):
        state.set_fraction(i / 12)
        time.sleep(0.1)

libbalance._call.run(slow)
"""


class Client(nbclient.NotebookClient):
    shown = []

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.shown.append(msg["content"]["data"]["text/html"])
        return super().process_message(msg, cell, cell_index)


notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
Client(notebook, kernel_name="python3", timeout=120).execute()
if not any("<progress" in html and "正在读取" in html for html in Client.shown) or Client.shown[-1] != "":
    sys.exit(f"progress in a notebook: {Client.shown}")
