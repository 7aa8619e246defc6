#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# PostgreSQL as source and target, against a server that is started here, as nobody in particular, and heard by nobody else.
set -euo pipefail

root=$PWD
tool=${BALANCE_TOOL:-build-test/tools/balance}
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
  echo "postgresql.sh: no server is installed" >&2
  exit 77
fi
tool=$(realpath "$tool")
if [ ! -x "$(dirname "$tool")/../libexec/balance-postgres" ]; then
  echo "postgresql.sh: balance-postgres was not built" >&2
  exit 77
fi

# The server refuses to run as root.
folder=$(mktemp -d)
chmod 755 "$folder"
mkdir "$folder/server"
as=()
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder/server"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$folder/server")
fi

stop ()
{
  ${as[@]+"${as[@]}"} "$bin/pg_ctl" -D "$folder/server/data" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

cd "$folder/server"
echo secret-of-boss > password
chmod 644 password
${as[@]+"${as[@]}"} "$bin/initdb" -D data -U boss --pwfile=password -A scram-sha-256 -E UTF8 --locale=C.UTF-8 > initdb.log 2>&1 ||
  { cat initdb.log; exit 1; }
${as[@]+"${as[@]}"} "$bin/pg_ctl" -D data -w -l "$folder/server/server.log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder/server' -c fsync=off" start > /dev/null ||
  { cat server.log; exit 1; }
cd "$folder"
uri="postgresql://boss@/postgres?host=$folder/server"
export PGPASSWORD=secret-of-boss

sql () { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 "$uri" "$@"; }
fail () { echo "postgresql.sh: $*" >&2; cat out err >&2; exit 1; }
# run STATUS WORDS…: the tool, its output in the files out and err
run ()
{
  local wanted=$1 status=0
  shift
  "$tool" --lang en "$@" > out 2> err || status=$?
  [ "$status" -eq "$wanted" ] || fail "status $status instead of $wanted: $*"
  ! grep -q secret out err || fail "a password was printed: $*"
}
expect () { grep -qF -- "$1" out err || fail "not said: $1"; }

sql << 'SQL'
CREATE SCHEMA bureau;
CREATE TABLE bureau."school ""list""" (
  district_code text, school_code text, school_name text, stage text, kind text, is_boarding boolean,
  pupils integer, classes integer, teachers integer, teaching_area numeric (12, 2), equipment_value double precision, founded date,
  PRIMARY KEY (district_code, school_code, stage));
INSERT INTO bureau."school ""list""" VALUES
  ('D1', 'S2', E'二校, "分部"\nNorth', 'primary', 'primary', true, 300, 8, 20, 1234.50, 0.1, '2001-09-01'),
  ('D1', 'S1', '一校', 'primary', 'primary', false, 200, 5, NULL, 999.99, 1e5, NULL);
CREATE VIEW bureau.all_schools AS
  SELECT district_code, school_code, school_name, stage, kind, pupils, classes, teachers FROM bureau."school ""list""";
CREATE ROLE clerk LOGIN PASSWORD 'secret-of-clerk';
SQL

cat > own.map.yaml << 'YAML'
map: own
ignore: [is_boarding, founded]
YAML

# a table with a name that would be SQL
run 0 import "$uri" --table 'bureau.school "list"' --store table.balance --year 2025 --map own.map.yaml
expect 'districts: 1, schools: 2'
python3 - << 'PYTHON'
import sqlite3
db = sqlite3.connect("table.balance")
facts = dict(db.execute("SELECT field, value FROM v_facts WHERE school = 'S2' AND stage = 'primary'"))
facts.update(db.execute("SELECT field, value FROM v_facts WHERE school = 'S2' AND level = 'school'"))
assert facts["pupils"] == 300 and facts["teaching_area"] == 1234.5 and facts["equipment_value"] == 0.1, facts
assert "分部" in facts["school_name"], facts
assert "teachers" not in dict(db.execute("SELECT field, value FROM v_facts WHERE school = 'S1'"))
# by the primary key, after the row with the names
file, line = db.execute("SELECT file, line FROM v_fact_places WHERE school = 'S1' AND field = 'pupils'").fetchone()
assert file == 'postgresql:bureau.school "list"' and line == 2, (file, line)
PYTHON

# a view, a query with a comment at its end, flags
run 0 import "$uri" --table bureau.all_schools --store view.balance --year 2025
run 0 import "$uri" --query "SELECT * FROM bureau.all_schools WHERE school_code = 'S1' ORDER BY 1; " --year 2025 --store semicolon.balance
run 0 import "$uri" --query "SELECT * FROM bureau.all_schools WHERE school_code = 'S1' -- one" --store query.balance --year 2025
expect 'schools: 1'
run 0 import "$uri" --query "SELECT district_code, school_code, stage, is_boarding AS boarding FROM bureau.\"school \"\"list\"\"\"" \
  --store flag.balance --year 2025
[ "$(python3 -c 'import sqlite3; print(sqlite3.connect("flag.balance").execute("SELECT group_concat(value) FROM (SELECT value FROM v_facts WHERE field = '"'boarding'"' ORDER BY school)").fetchone()[0])')" = 0,1 ] ||
  fail "flags are read wrongly"

# what must not work
run 2 import "$uri" --table 'bureau.nothing' --store x.balance --year 2025
expect 'does not exist'
run 2 import "$uri" --table 'bureau.x; DROP TABLE y' --store x.balance --year 2025
run 2 import "$uri" --query "SELECT 1 AS a) TO STDOUT; DROP SCHEMA bureau CASCADE; --" --store x.balance --year 2025
run 2 import "$uri" --query "DELETE FROM bureau.\"school \"\"list\"\"\" RETURNING *" --store x.balance --year 2025
run 2 import "$uri" --query "SELECT 1 AS a, 2 AS a" --store x.balance --year 2025
expect 'two columns'
run 2 import "$uri" --store x.balance --year 2025
[ "$(sql -c 'SELECT count(*) FROM bureau."school ""list"""')" = 2 ] || fail "the source was changed"
[ ! -e x.balance ] || fail "a store was made of nothing"

# passwords: in the URI, wrong, in a URI that is none, in ~/.pgpass
(unset PGPASSWORD; run 0 import "postgresql://boss:secret-of-boss@/postgres?host=$folder/server" --table bureau.all_schools --store uri.balance --year 2025)
(export PGPASSWORD=secret-and-wrong; run 2 import "$uri" --table bureau.all_schools --store x.balance --year 2025; expect 'authentication failed')
run 2 import "postgresql://boss:secret-of-boss@[::1/postgres" --table bureau.all_schools --store x.balance --year 2025
(unset PGPASSWORD; export HOME=$folder; printf '*:*:*:boss:secret-of-boss\n' > .pgpass; chmod 600 .pgpass
 run 0 import "$uri" --table bureau.all_schools --store pass.balance --year 2025)

# results: the schema is made, the same evaluation is written once, another one beside it
sample=$root/examples/data
run 1 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2024-09-01 --output "$uri"
run 1 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2024-09-01 --output "$uri"
[ "$(sql -c 'SELECT count(*) FROM balance_results.evaluations')" = 1 ] || fail "not written once"
[ "$(sql -c "SELECT verdict FROM balance_results.verdicts WHERE requirement = '' AND level = 'district'")" = unmet ] || fail "no verdict"
[ "$(sql -c "SELECT count(*) > 0 FROM balance_results.verdicts WHERE requirement = 'R1' AND verdict = 'unmet' AND value < \"limit\"")" = t ] || fail "no findings"
[ "$(sql -c 'SELECT count(*) > 0 FROM balance_results.group_figures WHERE cv > 0')" = t ] || fail "no figures"
run 1 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2020-09-01 --output "$uri"
[ "$(sql -c 'SELECT count(*) FROM balance_results.evaluations')" = 2 ] || fail "another evaluation is missing"

# the same verdicts as in a store
"$tool" import "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --store sample.balance > /dev/null 2>&1
"$tool" evaluate sample.balance --as-of 2024-09-01 --save > /dev/null 2>&1 || true
python3 -c 'import sqlite3
for row in sqlite3.connect("sample.balance").execute("SELECT number, requirement, verdict, coalesce(path, \"\") FROM verdicts ORDER BY number"): print(*row, sep="|")' > from-store
sql -c "SELECT v.number, requirement, v.verdict, coalesce (path, '') FROM balance_results.verdicts v
  JOIN balance_results.evaluations e ON e.digest = v.evaluation WHERE e.as_of = '2024-09-01' ORDER BY number" > from-database
cmp from-store from-database || fail "store and database differ"

# whoever may not write is told so, and nothing is left half done
(export PGPASSWORD=secret-of-clerk
 run 2 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2021-09-01 --output "postgresql://clerk@/postgres?host=$folder/server"
 expect 'permission denied')
sql -c 'GRANT USAGE ON SCHEMA balance_results TO clerk; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA balance_results TO clerk;
        REVOKE INSERT ON balance_results.group_figures FROM clerk'
(export PGPASSWORD=secret-of-clerk
 run 2 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2021-09-01 --output "postgresql://clerk@/postgres?host=$folder/server")
[ "$(sql -c 'SELECT count(*) FROM balance_results.evaluations')" = 2 ] || fail "half an evaluation is left"
sql -c 'GRANT INSERT ON balance_results.group_figures TO clerk'
(export PGPASSWORD=secret-of-clerk
 run 1 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2021-09-01 --output "postgresql://clerk@/postgres?host=$folder/server")
sql -c 'UPDATE balance_results.layout SET version = 9'
run 2 evaluate "$sample/sample-county.csv" "$sample/sample-county-facts.csv" --as-of 2022-09-01 --output "$uri"
expect 'layout 9'

# no server
run 2 import "postgresql://boss@/postgres?host=$folder/nowhere" --table bureau.all_schools --store x.balance --year 2025
expect 'cannot connect'
echo "postgresql.sh: all is well"
