#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# mypy (strict) and pyright over the package libbalance, the stub of gi.repository.Balance, and a program that uses both.
set -euo pipefail
source=$PWD
python=${BALANCE_PYTHON:-/usr/bin/python3}
stub=$source/build-test/bindings/Balance.pyi
if ! "$python" -c 'import mypy, pyright' 2> /dev/null; then
  echo "types: mypy and pyright are not installed (tests/requirements-full.txt)"
  exit 77
fi
# its program comes through npm when it first runs
if ! "$python" -m pyright --version > /dev/null 2>&1; then
  echo "types: pyright cannot fetch its program"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As they lie in site-packages, except that checkers look for folders of one's own under the name of the package itself.
stubs=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gi-stubs
cp -r "$stubs" "$work/gi"
cp "$stub" "$work/gi/repository/Balance.pyi"
cp -r "$source/bindings/python/libbalance" "$source/tests/python/typed_use.py" "$work"
cd "$work"
cat > pyrightconfig.json << 'JSON'
{"include": ["libbalance", "typed_use.py", "gi/repository/Balance.pyi"], "stubPath": ".", "typeCheckingMode": "standard",
 "reportMissingModuleSource": false, "reportMissingImports": false, "reportUnnecessaryTypeIgnoreComment": false}
JSON

export MYPYPATH=$work PYTHONPATH=
"$python" -m mypy --config-file "$source/bindings/python/mypy.ini" --cache-dir "$work/cache" -p libbalance -m gi.repository.Balance -m typed_use
"$python" -m pyright -p . --pythonpath "$python"

# A checker that finds nothing wrong must be able to find something wrong.
cat > wrong.py << 'PYTHON'
import libbalance as lb
from gi.repository import Balance

evaluation = lb.evaluate("county.csv", standard=7)
value: int = evaluation.find("x").value
Balance.Standard.lookup(3)
for district in Balance.Census().get_districts():
    district.get_nothing()
PYTHON
"$python" -m mypy --config-file "$source/bindings/python/mypy.ini" --cache-dir "$work/cache" -m wrong > wrong.txt && exit 1
[ "$(grep -c 'error:' wrong.txt)" -ge 4 ] || { cat wrong.txt; exit 1; }
