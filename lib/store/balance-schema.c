/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-schema-private.h"

#include <balance/balance.h>
#include <string.h>

/* doc/store.md explains the tables to those who read them with other programs.
 *
 * The facts of a nation (210 000 schools) are some seven million values. One row a value, ordered by column and row,
 * was measured against that: 7.5 million go in within 8 s and come out within 1 s in 16 bytes each, which leaves
 * no reason for a layout that plain SQL cannot read. Both questions that are asked of them are a walk along the
 * key: a field of all schools, and all fields of one school (one look-up for each of its columns). */

/* Each step brings a store from the version before to its own. A step that was in a release never changes. */
static const char *const steps[] = {
  [0] =
    "CREATE TABLE levels ("
    "  level INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE);"
    "INSERT INTO levels VALUES (0, 'section'), (1, 'school'), (2, 'stage'), (3, 'district'), (4, 'region');"

    /* what came in, when; never changed */
    "CREATE TABLE imports ("
    "  id INTEGER PRIMARY KEY,"
    "  time TEXT NOT NULL,"
    "  mode TEXT NOT NULL CHECK (mode IN ('add', 'replace', 'merge')),"
    "  program TEXT NOT NULL);"
    "CREATE TABLE import_years ("
    "  import INTEGER NOT NULL REFERENCES imports,"
    "  year INTEGER NOT NULL,"
    "  PRIMARY KEY (import, year)) WITHOUT ROWID;"
    "CREATE TABLE sources ("
    "  id INTEGER PRIMARY KEY,"
    "  import INTEGER NOT NULL REFERENCES imports,"
    "  file TEXT NOT NULL,"
    "  sheet TEXT,"
    "  digest TEXT);"
    "CREATE TABLE problems ("
    "  import INTEGER NOT NULL REFERENCES imports,"
    "  number INTEGER NOT NULL,"
    "  severity TEXT NOT NULL CHECK (severity IN ('note', 'warning', 'error')),"
    "  kind TEXT NOT NULL,"
    "  file TEXT, sheet TEXT, \"row\" INTEGER, \"column\" INTEGER, column_name TEXT, field TEXT, found TEXT,"
    "  message_zh TEXT, message_en TEXT, expected_zh TEXT, expected_en TEXT, remedy_zh TEXT, remedy_en TEXT,"
    "  PRIMARY KEY (import, number)) WITHOUT ROWID;"

    /* the facts of a year */
    "CREATE TABLE censuses ("
    "  id INTEGER PRIMARY KEY,"
    "  year INTEGER NOT NULL UNIQUE,"
    "  first_import INTEGER NOT NULL REFERENCES imports (id),"
    "  last_import INTEGER NOT NULL REFERENCES imports (id),"
    "  rows_left_out INTEGER NOT NULL CHECK (rows_left_out IN (0, 1)),"
    "  digest TEXT NOT NULL);"
    "CREATE TABLE census_sources ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  number INTEGER NOT NULL,"
    "  source INTEGER NOT NULL REFERENCES sources,"
    "  PRIMARY KEY (census, number)) WITHOUT ROWID;"
    "CREATE TABLE stages ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  number INTEGER NOT NULL,"
    "  id TEXT NOT NULL,"
    "  title_zh TEXT, title_en TEXT,"
    "  definition TEXT NOT NULL,"
    "  PRIMARY KEY (census, number)) WITHOUT ROWID;"
    "CREATE TABLE districts ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  number INTEGER NOT NULL,"
    "  code TEXT NOT NULL,"
    "  rows_left_out INTEGER NOT NULL CHECK (rows_left_out IN (0, 1)),"
    "  PRIMARY KEY (census, number)) WITHOUT ROWID;"
    "CREATE TABLE schools ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  number INTEGER NOT NULL,"
    "  district INTEGER NOT NULL,"
    "  code TEXT NOT NULL,"
    "  PRIMARY KEY (census, number)) WITHOUT ROWID;"
    "CREATE INDEX schools_by_code ON schools (code);"
    "CREATE TABLE sections ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  number INTEGER NOT NULL,"
    "  school INTEGER NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  PRIMARY KEY (census, number)) WITHOUT ROWID;"
    "CREATE INDEX sections_by_school ON sections (census, school);"
    "CREATE TABLE columns ("
    "  id INTEGER PRIMARY KEY,"
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  level INTEGER NOT NULL REFERENCES levels,"
    "  position INTEGER NOT NULL,"
    "  field TEXT NOT NULL,"
    "  type TEXT NOT NULL,"
    "  unit TEXT,"
    "  title_zh TEXT, title_en TEXT,"
    "  definition TEXT NOT NULL,"
    "  UNIQUE (census, level, position));"
    "CREATE TABLE facts ("
    "  \"column\" INTEGER NOT NULL REFERENCES columns (id),"
    "  \"row\" INTEGER NOT NULL,"
    "  value NOT NULL,"
    "  PRIMARY KEY (\"column\", \"row\")) WITHOUT ROWID;"

    /* where the facts came from: the row of the table, the column of the table, and what these two do not tell */
    "CREATE TABLE row_places ("
    "  census INTEGER NOT NULL REFERENCES censuses,"
    "  level INTEGER NOT NULL REFERENCES levels,"
    "  \"row\" INTEGER NOT NULL,"
    "  source INTEGER NOT NULL,"
    "  line INTEGER NOT NULL,"
    "  PRIMARY KEY (census, level, \"row\", source)) WITHOUT ROWID;"
    "CREATE TABLE column_places ("
    "  \"column\" INTEGER NOT NULL REFERENCES columns (id),"
    "  source INTEGER NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  PRIMARY KEY (\"column\", source, stage)) WITHOUT ROWID;"
    "CREATE TABLE value_places ("
    "  \"column\" INTEGER NOT NULL REFERENCES columns (id),"
    "  \"row\" INTEGER NOT NULL,"
    "  source INTEGER NOT NULL,"
    "  line INTEGER NOT NULL,"
    "  PRIMARY KEY (\"column\", \"row\")) WITHOUT ROWID;"

    /* standards, as they were when they judged */
    "CREATE TABLE standards ("
    "  digest TEXT PRIMARY KEY,"
    "  id TEXT NOT NULL,"
    "  title_zh TEXT, title_en TEXT, reference TEXT) WITHOUT ROWID;"
    "CREATE TABLE packs ("
    "  standard TEXT NOT NULL REFERENCES standards,"
    "  number INTEGER NOT NULL,"
    "  file TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  content BLOB NOT NULL,"
    "  PRIMARY KEY (standard, number));"

    /* evaluations */
    "CREATE TABLE evaluations ("
    "  id INTEGER PRIMARY KEY,"
    "  digest TEXT NOT NULL UNIQUE,"
    "  time TEXT NOT NULL,"
    "  year INTEGER NOT NULL,"
    "  standard TEXT NOT NULL REFERENCES standards,"
    "  as_of TEXT NOT NULL,"
    "  options TEXT NOT NULL,"
    "  concessions TEXT NOT NULL,"
    "  only TEXT,"
    "  facts TEXT NOT NULL,"
    "  verdict TEXT NOT NULL,"
    "  program TEXT NOT NULL);"
    "CREATE TABLE requirements ("
    "  evaluation INTEGER NOT NULL REFERENCES evaluations,"
    "  id TEXT NOT NULL,"
    "  level INTEGER NOT NULL REFERENCES levels,"
    "  title_zh TEXT, title_en TEXT, reference TEXT,"
    "  PRIMARY KEY (evaluation, id)) WITHOUT ROWID;"
    "CREATE TABLE verdicts ("
    "  evaluation INTEGER NOT NULL REFERENCES evaluations,"
    "  number INTEGER NOT NULL,"
    "  requirement TEXT NOT NULL,"
    "  level INTEGER NOT NULL REFERENCES levels,"
    "  district TEXT, school TEXT, stage TEXT,"
    "  verdict TEXT NOT NULL,"
    "  value REAL, comparison TEXT, \"limit\" REAL, margin REAL, unit TEXT,"
    "  path TEXT,"
    "  PRIMARY KEY (evaluation, number)) WITHOUT ROWID;"
    "CREATE TABLE group_figures ("
    "  evaluation INTEGER NOT NULL REFERENCES evaluations,"
    "  district TEXT NOT NULL, stage TEXT NOT NULL, indicator TEXT NOT NULL,"
    "  mean REAL, cv REAL, cv_limit REAL, cv_verdict TEXT,"
    "  PRIMARY KEY (evaluation, district, stage, indicator)) WITHOUT ROWID;",

  [1] =
    "ALTER TABLE verdicts ADD COLUMN strict_verdict TEXT;"

    /* evidence: the file stays where it is, or is kept here */
    "CREATE TABLE documents ("
    "  id INTEGER PRIMARY KEY,"
    "  year INTEGER NOT NULL,"
    "  district TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  file TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  content BLOB,"
    "  time TEXT NOT NULL,"
    "  who TEXT NOT NULL);"

    "CREATE TABLE rectification ("
    "  id INTEGER PRIMARY KEY,"
    "  year INTEGER,"
    "  district TEXT, school TEXT, stage TEXT, requirement TEXT,"
    "  quantity TEXT, unit TEXT, measure TEXT, responsible TEXT, deadline TEXT,"
    "  status TEXT NOT NULL);"
    "CREATE TABLE rectification_history ("
    "  id INTEGER PRIMARY KEY,"
    "  item INTEGER NOT NULL REFERENCES rectification (id),"
    "  time TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  field TEXT NOT NULL,"
    "  old TEXT, new TEXT);"
    "CREATE INDEX rectification_history_by_item ON rectification_history (item);"
    "CREATE TRIGGER rectification_history_stays BEFORE UPDATE ON rectification_history"
    "  BEGIN SELECT RAISE (ABORT, 'the history of rectification is never changed'); END;"
    "CREATE TRIGGER rectification_history_is_kept BEFORE DELETE ON rectification_history"
    "  BEGIN SELECT RAISE (ABORT, 'the history of rectification is never deleted'); END;"
    "CREATE TRIGGER rectification_is_kept BEFORE DELETE ON rectification"
    "  BEGIN SELECT RAISE (ABORT, 'an item of rectification is closed, never deleted'); END;",

  [2] =
    /* tasks as they stand now; a value is as balance_task_get_value() gives it */
    "CREATE TABLE tasks ("
    "  id INTEGER PRIMARY KEY,"
    "  year INTEGER,"
    "  district TEXT NOT NULL, district_name TEXT, school TEXT, school_name TEXT, giver TEXT, giver_name TEXT, stage TEXT,"
    "  kind TEXT NOT NULL, measure TEXT, title TEXT NOT NULL, requirements TEXT, target TEXT,"
    "  quantity TEXT, unit TEXT, cost TEXT, effects TEXT, phase INTEGER,"
    "  responsible_unit TEXT, responsible_person TEXT, start TEXT, deadline TEXT, depends_on TEXT,"
    "  status TEXT NOT NULL CHECK (status IN ('open', 'under_way', 'done', 'verified', 'waived')),"
    "  progress INTEGER, finished TEXT, verified_year INTEGER, reason TEXT, evidence TEXT);"
    /* everything that they ever were; the last number is the revision of the ledger */
    "CREATE TABLE task_changes ("
    "  id INTEGER PRIMARY KEY,"
    "  task INTEGER NOT NULL REFERENCES tasks (id),"
    "  time TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  field TEXT NOT NULL,"
    "  old TEXT, new TEXT);"
    "CREATE INDEX task_changes_by_task ON task_changes (task);"

    /* Items of rectification become tasks. Confirmed was said by people, not shown by facts, so it is done. */
    "INSERT INTO tasks (id, year, district, school, stage, kind, title, requirements, quantity, unit, responsible_unit, deadline, status, finished, reason)"
    " SELECT id, year, coalesce (district, '?'), school, stage, 'mend', coalesce (measure, requirement, '?'), requirement, quantity, unit, responsible, deadline,"
    "  CASE status WHEN 'confirmed' THEN 'done' WHEN 'dropped' THEN 'waived' ELSE status END,"
    "  CASE WHEN status IN ('done', 'confirmed') THEN (SELECT substr (max (h.time), 1, 10) FROM rectification_history h"
    "    WHERE h.item = r.id AND h.field = 'status') END,"
    "  CASE status WHEN 'dropped' THEN '?' END FROM rectification r;"
    "INSERT INTO task_changes (task, time, who, field, old, new)"
    " SELECT item, time, who,"
    "  CASE field WHEN 'measure' THEN 'title' WHEN 'requirement' THEN 'requirements' WHEN 'responsible' THEN 'responsible_unit' ELSE field END,"
    "  CASE WHEN field = 'status' AND old = 'confirmed' THEN 'done' WHEN field = 'status' AND old = 'dropped' THEN 'waived' ELSE old END,"
    "  CASE WHEN field = 'status' AND new = 'confirmed' THEN 'done' WHEN field = 'status' AND new = 'dropped' THEN 'waived' ELSE new END"
    " FROM rectification_history ORDER BY id;"
    /* what a task has beyond an item of rectification */
    "INSERT INTO task_changes (task, time, who, field, old, new)"
    " SELECT r.id, strftime ('%Y-%m-%dT%H:%M:%SZ', 'now'), 'libbalance', 'kind', NULL, 'mend' FROM rectification r"
    " UNION ALL SELECT r.id, strftime ('%Y-%m-%dT%H:%M:%SZ', 'now'), 'libbalance', 'district', NULL, t.district"
    "  FROM rectification r JOIN tasks t ON t.id = r.id WHERE r.district IS NULL"
    " UNION ALL SELECT r.id, strftime ('%Y-%m-%dT%H:%M:%SZ', 'now'), 'libbalance', 'title', NULL, t.title"
    "  FROM rectification r JOIN tasks t ON t.id = r.id WHERE r.measure IS NULL"
    " UNION ALL SELECT t.id, strftime ('%Y-%m-%dT%H:%M:%SZ', 'now'), 'libbalance', 'finished', NULL, t.finished FROM tasks t WHERE t.finished IS NOT NULL"
    " UNION ALL SELECT t.id, strftime ('%Y-%m-%dT%H:%M:%SZ', 'now'), 'libbalance', 'reason', NULL, t.reason FROM tasks t WHERE t.reason IS NOT NULL;"
    "DROP TRIGGER rectification_history_stays;"
    "DROP TRIGGER rectification_history_is_kept;"
    "DROP TRIGGER rectification_is_kept;"
    "DROP TABLE rectification_history;"
    "DROP TABLE rectification;"

    "CREATE TRIGGER task_changes_stay BEFORE UPDATE ON task_changes"
    "  BEGIN SELECT RAISE (ABORT, 'the history of tasks is never changed'); END;"
    "CREATE TRIGGER task_changes_are_kept BEFORE DELETE ON task_changes"
    "  BEGIN SELECT RAISE (ABORT, 'the history of tasks is never deleted'); END;"
    "CREATE TRIGGER tasks_are_kept BEFORE DELETE ON tasks"
    "  BEGIN SELECT RAISE (ABORT, 'a task is waived, never deleted'); END;",
};

/* For people with other programs; the library itself reads the tables only. Made anew by every migration. */
static const char *const views[] = {
  "v_districts",
  "SELECT k.year, d.code AS district, f.value AS name, d.rows_left_out, k.id AS census, d.number AS \"row\""
  " FROM districts d JOIN censuses k ON k.id = d.census"
  " LEFT JOIN columns c ON c.census = d.census AND c.level = 3 AND c.field = 'district_name'"
  " LEFT JOIN facts f ON f.\"column\" = c.id AND f.\"row\" = d.number",

  "v_schools",
  "SELECT k.year, d.code AS district, s.code AS school, f.value AS name, k.id AS census, s.number AS \"row\""
  " FROM schools s JOIN censuses k ON k.id = s.census"
  " JOIN districts d ON d.census = s.census AND d.number = s.district"
  " LEFT JOIN columns c ON c.census = s.census AND c.level = 1 AND c.field = 'school_name'"
  " LEFT JOIN facts f ON f.\"column\" = c.id AND f.\"row\" = s.number",

  "v_rows",
  "SELECT k.year, 'section' AS level, d.code AS district, s.code AS school, e.stage, 0 AS level_number, k.id AS census, e.number AS \"row\""
  " FROM sections e JOIN censuses k ON k.id = e.census"
  " JOIN schools s ON s.census = e.census AND s.number = e.school"
  " JOIN districts d ON d.census = s.census AND d.number = s.district"
  " UNION ALL SELECT k.year, 'school', d.code, s.code, NULL, 1, k.id, s.number"
  " FROM schools s JOIN censuses k ON k.id = s.census"
  " JOIN districts d ON d.census = s.census AND d.number = s.district"
  " UNION ALL SELECT k.year, 'district', d.code, NULL, NULL, 3, k.id, d.number"
  " FROM districts d JOIN censuses k ON k.id = d.census"
  " UNION ALL SELECT k.year, 'region', NULL, NULL, NULL, 4, k.id, 0 FROM censuses k",

  "v_facts",
  "SELECT r.year, r.level, r.district, r.school, r.stage, c.field, c.title_zh, c.title_en, c.unit, f.value,"
  " c.id AS \"column\", r.\"row\""
  " FROM v_rows r JOIN columns c ON c.census = r.census AND c.level = r.level_number"
  " JOIN facts f ON f.\"column\" = c.id AND f.\"row\" = r.\"row\"",

  "v_fact_places",
  "SELECT v.year, v.level, v.district, v.school, v.stage, v.field, v.value, s.file, s.sheet,"
  " coalesce (o.line, p.line) AS line, cp.number AS \"column\", s.digest"
  " FROM v_facts v JOIN columns c ON c.id = v.\"column\""
  " LEFT JOIN value_places o ON o.\"column\" = v.\"column\" AND o.\"row\" = v.\"row\""
  " JOIN row_places p ON p.census = c.census AND p.level = c.level AND p.\"row\" = v.\"row\" AND p.source = coalesce (o.source,"
  "   (SELECT min (q.source) FROM row_places q JOIN column_places w ON w.\"column\" = v.\"column\" AND w.source = q.source"
  "     WHERE q.census = c.census AND q.level = c.level AND q.\"row\" = v.\"row\" AND w.stage IN ('', coalesce (v.stage, ''))))"
  " LEFT JOIN column_places cp ON cp.\"column\" = v.\"column\" AND cp.source = p.source"
  "   AND cp.stage = (SELECT max (x.stage) FROM column_places x WHERE x.\"column\" = v.\"column\" AND x.source = p.source"
  "     AND x.stage IN ('', coalesce (v.stage, '')))"
  " JOIN census_sources cs ON cs.census = c.census AND cs.number = p.source"
  " JOIN sources s ON s.id = cs.source",

  "v_sources",
  "SELECT k.year, cs.number, s.file, s.sheet, s.digest, i.time, i.mode, i.program"
  " FROM census_sources cs JOIN censuses k ON k.id = cs.census JOIN sources s ON s.id = cs.source"
  " JOIN imports i ON i.id = s.import",

  "v_problems",
  "SELECT k.year, p.severity, p.kind, p.file, p.sheet, p.\"row\", p.\"column\", p.column_name, p.field, p.found,"
  " p.message_zh, p.message_en, p.expected_zh, p.expected_en, p.remedy_zh, p.remedy_en, p.import, p.number"
  " FROM censuses k JOIN import_years y ON y.year = k.year AND y.import BETWEEN k.first_import AND k.last_import"
  " JOIN problems p ON p.import = y.import",

  "v_evaluations",
  "SELECT e.id AS evaluation, e.time, e.year, s.id AS standard, s.title_zh, s.title_en, e.as_of, e.options, e.concessions,"
  " e.only, e.verdict, e.standard AS standard_digest, e.facts AS facts_digest,"
  " EXISTS (SELECT 1 FROM censuses k WHERE k.year = e.year AND k.digest = e.facts) AS facts_are_current"
  " FROM evaluations e JOIN standards s ON s.digest = e.standard",

  "v_verdicts",
  "SELECT v.evaluation, e.year, s.id AS standard, e.as_of, l.name AS level, v.district, v.school, v.stage, v.requirement,"
  " r.title_zh, r.title_en, v.verdict, v.strict_verdict, v.value, v.comparison, v.\"limit\", v.margin, v.unit, r.reference, v.path"
  " FROM verdicts v JOIN evaluations e ON e.id = v.evaluation JOIN standards s ON s.digest = e.standard"
  " JOIN levels l ON l.level = v.level LEFT JOIN requirements r ON r.evaluation = v.evaluation AND r.id = v.requirement",

  "v_group_figures",
  "SELECT g.evaluation, e.year, s.id AS standard, g.district, g.stage, g.indicator, g.mean, g.cv, g.cv_limit, g.cv_verdict"
  " FROM group_figures g JOIN evaluations e ON e.id = g.evaluation JOIN standards s ON s.digest = e.standard",

  "v_tasks",
  "SELECT t.id AS task, t.year, t.district, t.district_name, t.school, t.school_name, t.giver, t.giver_name, t.stage, t.kind, t.measure, t.title,"
  " t.requirements, CAST (t.quantity AS REAL) AS quantity, t.unit, CAST (t.cost AS REAL) AS cost, t.responsible_unit, t.responsible_person,"
  " t.start, t.deadline, t.depends_on, t.status, t.progress, t.finished, t.verified_year, t.reason, t.evidence,"
  " substr (t.deadline, 1, 4) || 'Q' || ((CAST (substr (t.deadline, 6, 2) AS INTEGER) + 2) / 3) AS quarter,"
  " (SELECT max (c.time) FROM task_changes c WHERE c.task = t.id) AS changed"
  " FROM tasks t",

  "v_task_changes",
  "SELECT c.id AS revision, c.task, t.district, t.school, t.school_name, t.title, c.time, c.who, c.field, c.old, c.new"
  " FROM task_changes c JOIN tasks t ON t.id = c.task",

  NULL
};

static gboolean
make_views (BalanceDatabase  *self,
            GError          **error)
{
  for (guint i = 0; views[i] != NULL; i += 2)
    {
      g_autofree char *sql = g_strdup_printf ("DROP VIEW IF EXISTS %s; CREATE VIEW %s AS %s;", views[i], views[i], views[i + 1]);

      if (!balance_database_exec (self, sql, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
take_steps (BalanceDatabase  *self,
            guint             from,
            GError          **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                            BALANCE_SCHEMA_APPLICATION, BALANCE_SCHEMA_VERSION);

  G_STATIC_ASSERT (G_N_ELEMENTS (steps) == BALANCE_SCHEMA_VERSION);

  for (guint i = from; i < G_N_ELEMENTS (steps); i++)
    if (!balance_database_exec (self, steps[i], error))
      return FALSE;

  return make_views (self, error) && balance_database_exec (self, stamp, error);
}

gboolean
balance_schema_migrate (BalanceDatabase  *self,
                        guint             from,
                        GError          **error)
{
  gint64 version;

  if (!balance_database_begin (self, TRUE, error))
    return FALSE;

  /* another program may have been quicker */
  if (balance_database_get_int (self, "PRAGMA user_version", &version, error) &&
      ((guint) version != from || take_steps (self, from, error)))
    return balance_database_commit (self, error);
  balance_database_rollback (self);

  return FALSE;
}

/* "type name" -> sql of everything that a store of this version has */
static GHashTable *
list_objects (BalanceDatabase  *self,
              GError          **error)
{
  g_autoptr(GHashTable) objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (self, "SELECT type, name, sql, tbl_name FROM sqlite_schema", error);
  gboolean row = statement != NULL;

  while (row)
    {
      const char *type, *name, *sql;

      if (!balance_database_step (self, statement, &row, error))
        return NULL;
      if (!row)
        break;
      type = balance_statement_get_text (statement, 0);
      name = balance_statement_get_text (statement, 1);
      sql = balance_statement_get_text (statement, 2);
      if (type == NULL || name == NULL)
        {
          balance_database_throw_damaged (self, "its list of tables cannot be read", "无法读取表目录", error);
          return NULL;
        }
      /* indices that SQLite makes have none */
      if (sql != NULL)
        g_hash_table_insert (objects, g_strdup_printf ("%s %s", type, name), g_strdup (sql));
    }

  return statement != NULL ? g_steal_pointer (&objects) : NULL;
}

gboolean
balance_schema_verify (BalanceDatabase  *self,
                       GError          **error)
{
  g_autoptr(BalanceDatabase) model = balance_database_open (":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, error);
  g_autoptr(GHashTable) expected = NULL, found = NULL;
  GHashTableIter iter;
  const char *key, *sql;

  if (model == NULL || !take_steps (model, 0, error))
    return FALSE;
  expected = list_objects (model, error);
  found = list_objects (self, error);
  if (expected == NULL || found == NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, (gpointer *) (gpointer) &key, NULL))
    if (g_str_has_prefix (key, "table ") || g_str_has_prefix (key, "trigger "))
      {
        sql = g_hash_table_lookup (found, key);
        if (sql == NULL || (g_str_has_prefix (key, "table ") && g_ascii_strncasecmp (sql, "CREATE TABLE", strlen ("CREATE TABLE")) != 0))
          {
            g_autofree char *en = g_strdup_printf ("it lacks the %s", key);
            g_autofree char *zh = g_strdup_printf ("缺少 %s", key);

            return balance_database_throw_damaged (self, en, zh, error);
          }
      }

  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, (gpointer *) (gpointer) &key, (gpointer *) (gpointer) &sql))
    if (g_str_has_prefix (key, "trigger ") && g_strcmp0 (g_hash_table_lookup (expected, key), sql) != 0)
      {
        g_autofree char *en = g_strdup_printf ("it has a %s that is not ours; a store takes no triggers", key);
        g_autofree char *zh = g_strdup_printf ("含有外来的 %s，数据库不接受触发器", key);

        return balance_database_throw_damaged (self, en, zh, error);
      }

  return TRUE;
}
