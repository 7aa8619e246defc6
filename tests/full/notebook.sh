#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tutorial notebook, run as a user would, says what it says in the file.
# To write its outputs anew: tests/full/notebook.sh --write
set -euo pipefail
python=${BALANCE_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import ipykernel, nbclient, nbformat, matplotlib, pandas, pyarrow' 2> /dev/null; then
  echo "notebook: nbclient and what the notebook uses are not installed (tests/requirements-full.txt)"
  exit 77
fi
export BALANCE_DATA_DIR=$PWD/data BALANCE_LIBEXEC_DIR=$PWD/build-test/libexec PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8
export GI_TYPELIB_PATH=$PWD/build-test/lib LD_LIBRARY_PATH=$PWD/build-test/lib PYTHONPATH=$PWD/bindings/python
"$python" tests/run-notebook-progress.py
exec "$python" tests/run-notebook.py examples/python/tutorial.ipynb "$@"
