/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-compare-private.h"

/* Names in a message; the rest is counted. */
#define MAX_NAMED 5

/* Pairs of them are compared. */
#define MAX_GROUPS 16

/* Tables of the same columns are parts of one, such as a file for each district: they are taken together. */
typedef struct
{
  guint   form;
  guint   first_source;
  guint8 *schools;      /* [row of the intake] does it stand in one of them? */
  guint8 *districts;    /* [row of the intake] */
} Group;

static void
group_clear (Group *self)
{
  g_free (self->schools);
  g_free (self->districts);
}

static const BalanceSource *
get_source (BalanceImportRun *run,
            guint             source)
{
  return g_ptr_array_index (run->sources, source);
}

static char *
dup_source_name (BalanceImportRun *run,
                 guint             source)
{
  const BalanceSource *from = get_source (run, source);

  return from->sheet != NULL ? g_strconcat (from->file, "!", from->sheet, NULL) : g_strdup (from->file);
}

static BalanceTableKind
get_kind (BalanceImportRun *run,
          guint             source)
{
  return source < run->source_kinds->len ? g_array_index (run->source_kinds, guint8, source) : BALANCE_TABLE_UNREAD;
}

static guint
get_form (BalanceImportRun *run,
          guint             source)
{
  return source < run->source_forms->len ? g_array_index (run->source_forms, guint, source) : 0;
}

static GArray *
get_lines (BalanceIntake *intake,
           BalanceLevel   level,
           guint          source)
{
  GPtrArray *lines = intake->tables[level].lines;

  return source < lines->len ? g_ptr_array_index (lines, source) : NULL;
}

static GArray *
find_groups (BalanceImportRun *run,
             BalanceIntake    *intake)
{
  GArray *groups = g_array_new (FALSE, TRUE, sizeof (Group));
  guint n_schools = intake->tables[BALANCE_LEVEL_SCHOOL].n_rows;
  guint n_districts = intake->tables[BALANCE_LEVEL_DISTRICT].n_rows;

  g_array_set_clear_func (groups, (GDestroyNotify) group_clear);
  for (guint i = 0; i < run->sources->len; i++)
    {
      GArray *lines = get_lines (intake, BALANCE_LEVEL_SCHOOL, i);
      Group *group = NULL;

      if (lines == NULL || (get_kind (run, i) != BALANCE_TABLE_SCHOOLS && get_kind (run, i) != BALANCE_TABLE_SECTIONS))
        continue;
      for (guint j = 0; j < groups->len && group == NULL; j++)
        if (g_array_index (groups, Group, j).form == get_form (run, i))
          group = &g_array_index (groups, Group, j);
      if (group == NULL)
        {
          Group new_group = { get_form (run, i), i, g_new0 (guint8, n_schools + 1), g_new0 (guint8, n_districts + 1) };

          g_array_append_val (groups, new_group);
          group = &g_array_index (groups, Group, groups->len - 1);
        }
      for (guint j = 0; j < lines->len; j++)
        {
          guint32 row = g_array_index (lines, BalanceIntakeLine, j).row;

          group->schools[row] = 1;
          group->districts[g_array_index (intake->school_district, guint32, row)] = 1;
        }
    }

  return groups;
}

static void
append_name (GString    *list_en,
             GString    *list_zh,
             const char *name,
             guint       n)
{
  if (n > MAX_NAMED)
    return;
  if (n == MAX_NAMED)
    {
      g_string_append (list_en, ", …");
      g_string_append (list_zh, "……");
      return;
    }
  g_string_append_printf (list_en, "%s%s", n > 0 ? ", " : "", name);
  g_string_append_printf (list_zh, "%s%s", n > 0 ? "、" : "", name);
}

/* The schools of `has` that `lacks` does not have, in districts that both know. */
static void
compare_schools (BalanceImportRun *run,
                 BalanceIntake    *intake,
                 const Group      *has,
                 const Group      *lacks)
{
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);
  g_autofree char *has_name = dup_source_name (run, has->first_source);
  g_autofree char *lacks_name = dup_source_name (run, lacks->first_source);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
  BalancePlace place = { .file = get_source (run, lacks->first_source)->file, .sheet = get_source (run, lacks->first_source)->sheet };
  g_autoptr(GArray) missing = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n = 0, n_all = 0;

  for (guint i = 0; i < intake->tables[BALANCE_LEVEL_SCHOOL].n_rows; i++)
    {
      guint32 district = g_array_index (intake->school_district, guint32, i);

      if (!has->schools[i] || !lacks->districts[district])
        continue;
      n_all++;
      if (!lacks->schools[i])
        g_array_append_val (missing, i);
    }
  if (missing->len == 0)
    return;

  balance_intake_sort_as_named (intake, BALANCE_LEVEL_SCHOOL, (guint32 *) (gpointer) missing->data, missing->len);
  while (n < missing->len)
    {
      const guint32 row = g_array_index (missing, guint32, n);

      append_name (en, zh, balance_intake_get_name (intake, BALANCE_LEVEL_SCHOOL, row), n++);
    }

  message.en = g_strdup_printf ("%u of the schools in %s are not in %s: %s", n, has_name, lacks_name, en->str);
  message.zh = g_strdup_printf ("%s中有%u所学校不在%s中：%s", has_name, n, lacks_name, zh->str);
  balance_text_set (&remedy, "check the codes of the schools; what a table lacks is missing in the judgement",
                    "请核对学校代码；表中没有的数据按缺失处理");
  /* a table about some of the schools only is made so on purpose */
  balance_problems_add (run->problems, n * 2 <= n_all ? BALANCE_SEVERITY_WARNING : BALANCE_SEVERITY_NOTE, "school-in-one-table",
                        &place, &message, NULL, &remedy);
}

/* Districts with facts of their own and none of schools, and the other way round. */
static void
compare_districts (BalanceImportRun *run,
                   BalanceIntake    *intake)
{
  guint n = intake->tables[BALANCE_LEVEL_DISTRICT].n_rows;
  g_autofree guint8 *with_facts = g_new0 (guint8, n + 1), *with_schools = g_new0 (guint8, n + 1);
  guint facts_source = G_MAXUINT, schools_source = G_MAXUINT;

  for (guint i = 0; i < run->sources->len; i++)
    {
      GArray *lines = get_lines (intake, BALANCE_LEVEL_DISTRICT, i);
      gboolean facts = get_kind (run, i) == BALANCE_TABLE_DISTRICTS;

      if (lines == NULL || get_kind (run, i) == BALANCE_TABLE_UNREAD || get_kind (run, i) == BALANCE_TABLE_REGION)
        continue;
      if (facts)
        facts_source = MIN (facts_source, i);
      else
        schools_source = MIN (schools_source, i);
      for (guint j = 0; j < lines->len; j++)
        (facts ? with_facts : with_schools)[g_array_index (lines, BalanceIntakeLine, j).row] = 1;
    }
  if (facts_source == G_MAXUINT || schools_source == G_MAXUINT)
    return;

  for (int facts = 0; facts <= 1; facts++)
    {
      const guint8 *has = facts ? with_facts : with_schools, *lacks = facts ? with_schools : with_facts;
      guint source = facts ? facts_source : schools_source;
      BalancePlace place = { .file = get_source (run, source)->file, .sheet = get_source (run, source)->sheet };
      BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
      g_autoptr(GString) en = g_string_new (NULL);
      g_autoptr(GString) zh = g_string_new (NULL);
      guint n_found = 0;

      for (guint i = 0; i < n; i++)
        if (has[i] && !lacks[i])
          append_name (en, zh, balance_intake_get_name (intake, BALANCE_LEVEL_DISTRICT, i), n_found++);
      if (n_found == 0)
        continue;

      if (facts)
        balance_text_printf (&message, "%u districts have facts but no schools in these files: %s",
                             "有%u个区县有县级数据，但没有学校数据：%s", n_found, en->str);
      else
        balance_text_printf (&message, "%u districts have schools but no facts of their own in these files: %s",
                             "有%u个区县有学校数据，但没有县级数据：%s", n_found, en->str);
      balance_text_set (&remedy, "check the codes of the districts", "请核对区县代码");
      balance_problems_add (run->problems, BALANCE_SEVERITY_WARNING,
                            facts ? "district-without-schools" : "district-without-facts", &place, &message, NULL, &remedy);
    }
}

static gboolean
has_rows (BalanceIntake *intake,
          guint          source)
{
  for (guint i = BALANCE_LEVEL_SECTION; i <= BALANCE_LEVEL_REGION; i++)
    if (get_lines (intake, (BalanceLevel) i, source) != NULL)
      return TRUE;

  return FALSE;
}

/* Tables of different columns that have no year in common will never be joined. */
static void
compare_years (BalanceImportRun *run)
{
  for (guint i = 1; i < run->sources->len && run->intakes->len > 1; i++)
    for (guint j = 0; j < i; j++)
      {
        gboolean common = FALSE;
        int ours = 0, theirs = 0;
        BalancePlace place = { .file = get_source (run, i)->file, .sheet = get_source (run, i)->sheet };
        BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
        g_autofree char *name = NULL, *other = NULL;

        if (get_form (run, i) == get_form (run, j) || get_form (run, i) == 0 || get_form (run, j) == 0)
          continue;
        for (guint k = 0; k < run->intakes->len; k++)
          {
            BalanceIntake *intake = g_ptr_array_index (run->intakes, k);
            gboolean here = has_rows (intake, i), there = has_rows (intake, j);

            common |= here && there;
            ours = here ? intake->year : ours;
            theirs = there ? intake->year : theirs;
          }
        if (common || ours == 0 || theirs == 0)
          continue;

        name = dup_source_name (run, i);
        other = dup_source_name (run, j);
        message.en = g_strdup_printf ("%s is about %d and %s about %d; they are not joined", name, ours, other, theirs);
        message.zh = g_strdup_printf ("%s为%d年度，%s为%d年度，两者不合并", name, ours, other, theirs);
        balance_text_set (&remedy, "check the years", "请核对年度");
        balance_problems_add (run->problems, BALANCE_SEVERITY_WARNING, "years-differ", &place, &message, NULL, &remedy);
        /* one is enough for a table */
        break;
      }
}

void
balance_import_compare (BalanceImportRun *run)
{
  if (run->sources->len < 2)
    return;

  for (guint i = 0; i < run->intakes->len; i++)
    balance_intake_list_lines (g_ptr_array_index (run->intakes, i));
  compare_years (run);
  for (guint i = 0; i < run->intakes->len; i++)
    {
      BalanceIntake *intake = g_ptr_array_index (run->intakes, i);
      g_autoptr(GArray) groups = find_groups (run, intake);
      guint n = MIN (groups->len, MAX_GROUPS);

      for (guint j = 0; j < n; j++)
        for (guint k = 0; k < n; k++)
          if (j != k)
            compare_schools (run, intake, &g_array_index (groups, Group, j), &g_array_index (groups, Group, k));
      compare_districts (run, intake);
    }
}
