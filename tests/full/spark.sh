#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libbalance.spark on real Spark in local mode with several worker processes, against one machine; and the guide's SQL.
set -euo pipefail
python=${BALANCE_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import pyspark, pyarrow, pandas' 2> /dev/null; then
  echo "spark: pyspark is not installed (tests/requirements-full.txt)"
  exit 77
fi
if ! command -v java > /dev/null; then
  echo "spark: there is no Java (Debian: openjdk-17-jre-headless)"
  exit 77
fi
build=${BALANCE_BUILD:-$PWD/build-test}
export BALANCE_SOURCE_DIR=$PWD BALANCE_DATA_DIR=$PWD/data BALANCE_LIBEXEC_DIR=$build/libexec PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8
export GI_TYPELIB_PATH=$build/lib LD_LIBRARY_PATH=$build/lib PYTHONPATH=$PWD/bindings/python G_DEBUG=fatal-criticals
# the workers are this Python too, and nothing is heard beyond this machine
export PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python SPARK_LOCAL_IP=127.0.0.1
exec "$python" tests/run-unittest.py tests/spark
