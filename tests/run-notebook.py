#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""run-notebook.py NOTEBOOK [--write]: runs a notebook and compares what its cells say with what is in the file.

Compared is text; of pages and pictures only that they are there. --write puts the outputs into the file instead.
"""

import copy
import difflib
import os
import re
import sys

import nbclient
import nbformat

LARGEST = 400_000   # bytes of the file with its outputs


def said(cell):
    """The text of a cell's outputs, and the kinds of what is no text."""
    lines = []
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            if output["name"] == "stdout":
                lines += output["text"].splitlines()
        elif output["output_type"] == "error":
            lines.append(f"{output['ename']}: {output['evalue']}")
        else:
            lines += re.sub(r" at 0x[0-9a-f]+", "", output["data"].get("text/plain", "")).splitlines()
            lines += sorted(f"[{kind}]" for kind in output["data"] if kind != "text/plain")
    return lines


def tidy(notebook):
    """What differs from run to run is not kept."""
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            for output in cell.outputs:
                output.pop("metadata", None)
                if output.output_type in ("display_data", "execute_result"):
                    output.metadata = {}


def main():
    path = sys.argv[1]
    notebook = nbformat.read(path, as_version=4)
    expected = copy.deepcopy(notebook)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}}).execute()
    tidy(notebook)
    if "--write" in sys.argv:
        notebook.metadata = expected.metadata
        nbformat.write(notebook, path)
        size = os.path.getsize(path)
        print(f"{path}: {size} bytes")
        return int(size > LARGEST)

    status = 0
    for number, (found, wanted) in enumerate(zip(notebook.cells, expected.cells)):
        if found.cell_type != "code":
            continue
        difference = list(difflib.unified_diff(said(wanted), said(found), "in the file", "now", lineterm=""))
        if difference:
            status = 1
            print(f"cell {number}: {found.source.splitlines()[0]}", *difference, sep="\n")
    if os.path.getsize(path) > LARGEST:
        status = 1
        print(f"{path} is larger than {LARGEST} bytes")
    if not any(said(cell) for cell in expected.cells if cell.cell_type == "code"):
        status = 1
        print(f"{path} holds no outputs")
    return status


if __name__ == "__main__":
    sys.exit(main())
