/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Screens: patterns over the schools of a district that chance seldom makes. They say where to look, and how seldom;
 * they prove nothing about anybody. */

#include <math.h>

#include "audit/balance-audit-private.h"
#include "audit/balance-binomial-private.h"

#define MAX_ROWS 40

static BalanceCheckItem *
get_item (BalanceAuditRun *self, guint item)
{
  return g_ptr_array_index (self->set->items, item);
}

void
balance_audit_test_free (gpointer data)
{
  BalanceAuditTest *self = data;

  g_array_unref (self->rows);
  g_free (self);
}

static BalanceAuditTest *
test_new (guint item, guint district, BalanceLevel level, double chance)
{
  BalanceAuditTest *self = g_new0 (BalanceAuditTest, 1);

  self->item = item;
  self->district = district;
  self->level = level;
  self->chance = chance;
  self->limit = NAN;
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  return self;
}

static void
add_case (BalanceAuditTest *self, gboolean hit, guint32 row)
{
  self->n++;
  if (!hit)
    return;
  self->k++;
  if (self->rows->len < MAX_ROWS)
    g_array_append_val (self->rows, row);
}

/* Too few cases say nothing, and are said to. */
static void
keep_test (BalanceAuditRun *self, BalanceAuditTest *test, gboolean enough)
{
  BalanceAuditCount *count = balance_audit_run_count (self, test->item);

  if (!enough)
    {
      count->n_unknown++;
      balance_audit_test_free (test);
      return;
    }
  test->p = balance_binomial_tail (test->n, test->k, test->chance);
  count->n_tests++;
  g_ptr_array_add (self->tests, test);
}

static guint
first_row (BalanceFacts *facts, BalanceLevel level, guint district, guint *end)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      *end = facts->district_sections[district + 1];
      return facts->district_sections[district];
    case BALANCE_LEVEL_SCHOOL:
      *end = facts->district_schools[district + 1];
      return facts->district_schools[district];
    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_DISTRICT:
    case BALANCE_LEVEL_REGION:
    default:
      *end = 0;
      return 0;
    }
}

/* -- values that crowd at a limit -------------------------------------------------------------------- */

static gboolean
is_whole (BalanceNumber number)
{
  return number.den == 1 || (number.den > 1 && number.num % number.den == 0);
}

/* Three bins of one width: just short of the limit, just on its good side, and the next one. Where the values lie
 * smoothly, the middle one holds a third of them: exactly so for every straight line of densities, whatever its
 * slope. */
static void
screen_limit (BalanceAuditRun *self, guint item, guint district, guint rule)
{
  BalanceCheckItem *check = get_item (self, item);
  const BalanceSchemeRule *limited = &self->limits->rules[rule];
  BalanceLevel level = limited->rule->level;
  const BalanceJudged *judged = balance_judge_get (self->limit_judge, rule);
  BalanceFrame *frame = self->limit_judge->frame;
  BalanceAuditTest *test;
  double window = check->rule->window;
  gboolean upper = limited->measure.comparison == BALANCE_COMPARISON_AT_MOST || limited->measure.comparison == BALANCE_COMPARISON_BELOW;
  gboolean one_limit = TRUE;

  if (judged->values == NULL || judged->limits == NULL)
    return;

  test = test_new (item, district, level, 1.0 / 3);
  test->rule = rule;
  for (guint i = 0; i < frame->n_rows[level]; i++)
    {
      double limit, distance;

      if (judged->verdicts[i] != BALANCE_VERDICT_MET && judged->verdicts[i] != BALANCE_VERDICT_UNMET)
        continue;
      limit = balance_number_get_double (&frame->pool, judged->limits[i]);
      /* where whole numbers are coarser than the bins, all that lies near is the limit itself */
      if (!(limit > 0) || (is_whole (judged->values[i]) && limit * window < 2))
        continue;
      /* on the good side from 0 upwards, for lower and upper limits alike */
      distance = balance_number_get_double (&frame->pool, judged->values[i]) / limit - 1;
      if (upper)
        distance = -distance;
      if (!(distance >= -window && distance < 2 * window))
        continue;
      add_case (test, distance >= 0 && distance < window, frame->offset[level] + i);
      one_limit = one_limit && (isnan (test->limit) || !(test->limit < limit || test->limit > limit));
      test->limit = limit;
    }
  if (!one_limit)
    test->limit = NAN;
  keep_test (self, test, test->n >= check->rule->least);
}

static void
screen_limits (BalanceAuditRun *self, guint item, guint district)
{
  g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);

  if (self->limits == NULL)
    {
      balance_audit_run_count (self, item)->n_unknown++;
      return;
    }
  for (guint i = 0; i < self->limits->pack->rules->len; i++)
    {
      const BalanceSchemeRule *rule = &self->limits->rules[i];

      if ((rule->rule->kind != BALANCE_RULE_VALUE && rule->rule->kind != BALANCE_RULE_INDICATOR) ||
          rule->rule->level > BALANCE_LEVEL_SCHOOL || rule->measure.limit == NULL || rule->uses_region || !rule->in_force)
        continue;
      if (rule->rule->indicator != NULL && !g_hash_table_add (done, rule->rule->indicator))
        continue;
      screen_limit (self, item, district, i);
    }
}

/* -- last digits ------------------------------------------------------------------------------------- */

static gboolean
row_counts (BalanceAuditRun *self, guint item, BalanceLevel level, guint row)
{
  BalanceNode *mask = self->masks[level == BALANCE_LEVEL_SCHOOL][item];

  return mask == NULL || balance_frame_get_flags (self->judge->frame, mask)[row - self->judge->frame->offset[level]] == BALANCE_TRUE;
}

static void
screen_digits (BalanceAuditRun *self, guint item, guint district)
{
  const BalanceCheckRule *rule = get_item (self, item)->rule;

  for (guint f = 0; rule->fields[f] != NULL; f++)
    {
      BalanceField *field = balance_dictionary_find (self->set->dictionary, rule->fields[f]);
      const BalanceColumn *column = balance_facts_find_column (self->facts, field->level, field->id);
      BalanceAuditTest *test;
      guint end, row;

      if (column == NULL || field->level > BALANCE_LEVEL_SCHOOL)
        {
          balance_audit_run_count (self, item)->n_unknown++;
          continue;
        }
      test = test_new (item, district, field->level, rule->n_digits / 10.0);
      test->field = field;
      for (row = first_row (self->facts, field->level, district, &end); row < end; row++)
        {
          gint64 whole;
          gboolean hit = FALSE;

          if (!balance_column_is_valid (column, row) || !row_counts (self, item, field->level, row))
            continue;
          whole = balance_column_get (column, row) / balance_power_of_ten (balance_column_get_scale (column, row));
          if (whole < rule->from)
            continue;
          for (guint i = 0; i < rule->n_digits; i++)
            hit = hit || (guint) (whole / rule->step % 10) == rule->digits[i];
          add_case (test, hit, row);
        }
      keep_test (self, test, test->n >= rule->least);
    }
}

/* -- changes in the last year only ------------------------------------------------------------------- */

/* The value n years back; FALSE where it is missing or not positive. */
static gboolean
value_back (BalanceAuditRun *self, BalanceField *field, guint32 row, guint back, double *value)
{
  BalanceFacts *facts = self->audit->facts;
  const BalanceColumn *column;

  if (back > 0)
    {
      const BalanceYear *year = g_ptr_array_index (self->audit->years, back - 1);

      facts = year->facts;
      row = balance_year_get_row (year, field->level, row);
    }
  column = row != BALANCE_NO_ROW ? balance_facts_find_column (facts, field->level, field->id) : NULL;
  if (column == NULL || !balance_column_is_valid (column, row))
    return FALSE;
  *value = (double) balance_column_get (column, row) / (double) balance_power_of_ten (balance_column_get_scale (column, row));

  return *value > 0;
}

/* Among rows that changed much in exactly one of the years, those that did so in the last: if no year is
 * different from the others, that is one over the number of changes. */
static void
screen_changes (BalanceAuditRun *self, guint item, guint district)
{
  const BalanceCheckRule *rule = get_item (self, item)->rule;
  guint n_changes = self->audit->years->len;

  for (guint f = 0; rule->fields[f] != NULL; f++)
    {
      BalanceField *field = balance_dictionary_find (self->set->dictionary, rule->fields[f]);
      BalanceAuditTest *test;
      guint end, row, n_known = 0;

      if (n_changes + 1 < rule->years || field->level > BALANCE_LEVEL_SCHOOL)
        {
          balance_audit_run_count (self, item)->n_unknown++;
          continue;
        }
      test = test_new (item, district, field->level, 1.0 / n_changes);
      test->field = field;
      for (row = first_row (self->facts, field->level, district, &end); row < end; row++)
        {
          double later, earlier;
          guint n_jumps = 0;
          gboolean last = FALSE, known = row_counts (self, item, field->level, row) && value_back (self, field, row, 0, &later);

          for (guint back = 1; known && back <= n_changes; back++)
            {
              double rise;

              known = value_back (self, field, row, back, &earlier);
              if (!known)
                break;
              rise = later / earlier - 1;
              /* down by a fifth is what up by a quarter undoes */
              if ((rule->direction >= 0 && rise >= rule->change) || (rule->direction <= 0 && rise <= -rule->change / (1 + rule->change)))
                {
                  n_jumps++;
                  last = last || back == 1;
                }
              later = earlier;
            }
          if (!known)
            continue;
          n_known++;
          if (n_jumps == 1)
            add_case (test, last, row);
        }
      keep_test (self, test, n_known >= rule->least);
    }
}

void
balance_audit_screen (BalanceAuditRun *self,
                      guint            item,
                      guint            district)
{
  const BalanceJudged *judged = balance_judge_get (self->judge, self->rules[item]);
  BalanceVerdict verdict = (BalanceVerdict) judged->verdicts[district - self->judge->frame->offset[BALANCE_LEVEL_DISTRICT]];

  if (verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    return;
  if (verdict != BALANCE_VERDICT_MET)
    {
      balance_audit_run_count (self, item)->n_unknown++;
      return;
    }

  switch (get_item (self, item)->rule->kind)
    {
    case BALANCE_CHECK_BUNCHING:
      screen_limits (self, item, district);
      break;
    case BALANCE_CHECK_HEAPING:
      screen_digits (self, item, district);
      break;
    case BALANCE_CHECK_SUDDEN:
      screen_changes (self, item, district);
      break;
    case BALANCE_CHECK_HOLDS:
    case BALANCE_CHECK_OUTLIER:
    case BALANCE_CHECK_SLIP:
    case BALANCE_CHECK_SAME:
    case BALANCE_CHECK_PARTS:
    default:
      g_assert_not_reached ();
    }
}

/* -- all together ------------------------------------------------------------------------------------ */

static void
add_special (GArray *specials, const char *name, char *en, char *zh)
{
  BalanceSpecial special = { name, { en, zh } };

  g_array_append_val (specials, special);
}

static void
add_number (GArray *specials, const char *name, const char *format, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, format, number);
  add_special (specials, name, g_strdup (buffer), g_strdup (buffer));
}

static void
add_percent (GArray *specials, const char *name, double part)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, "%g", 100 * part);
  add_special (specials, name, g_strdup_printf ("%s %%", buffer), g_strdup_printf ("%s%%", buffer));
}

static void
add_count (GArray *specials, const char *name, guint count)
{
  add_special (specials, name, g_strdup_printf ("%u", count), g_strdup_printf ("%u", count));
}

/* The first schools by name, the rest counted. */
static char *
dup_names (BalanceAuditRun *self, const BalanceAuditTest *test, BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (test->rows->len, 5); i++)
    {
      g_autofree char *name = balance_facts_dup_subject (self->facts, test->level, g_array_index (test->rows, guint32, i), language);

      g_string_append_printf (text, "%s%s", i == 0 ? "" : zh ? "、" : ", ", name);
    }
  if (test->k > 5)
    g_string_append (text, zh ? "等" : " and others");

  return g_string_free (text, FALSE);
}

static void
add_test_finding (BalanceAuditRun *self, const BalanceAuditTest *test, double corrected, guint n_tests)
{
  const BalanceCheckRule *rule = get_item (self, test->item)->rule;
  g_autoptr(GArray) specials = g_array_new (FALSE, FALSE, sizeof (BalanceSpecial));
  g_autoptr(GString) digits = g_string_new (NULL);
  BalanceAuditRecord *record;

  balance_judge_reset (self->judge, test->district, 1);
  add_count (specials, "count", test->k);
  add_count (specials, "cases", test->n);
  add_count (specials, "tests", n_tests);
  add_number (specials, "expected", "%.1f", test->n * test->chance);
  add_number (specials, "p", "%.2g", test->p);
  add_number (specials, "corrected", "%.2g", corrected);
  add_percent (specials, "window", rule->window);
  add_percent (specials, "change", rule->change);
  add_count (specials, "year", (guint) MAX (0, self->audit->facts->year));
  add_count (specials, "years", self->audit->years->len + 1);
  add_special (specials, "schools", dup_names (self, test, BALANCE_LANGUAGE_EN), dup_names (self, test, BALANCE_LANGUAGE_ZH));
  for (guint i = 0; i < rule->n_digits; i++)
    g_string_append_printf (digits, "%s%u", i > 0 ? "/" : "", rule->digits[i]);
  add_special (specials, "digits", g_strdup (digits->str), g_strdup (digits->str));
  if (test->field != NULL)
    add_special (specials, "field", g_strdup (balance_text_get (&test->field->title, BALANCE_LANGUAGE_EN)),
                 g_strdup (balance_text_get (&test->field->title, BALANCE_LANGUAGE_ZH)));
  if (self->limits != NULL && rule->kind == BALANCE_CHECK_BUNCHING)
    {
      const BalanceRule *limited = g_ptr_array_index (self->limits->pack->rules, test->rule);
      BalanceDictionary *dictionary = self->limits->pack->dictionary;

      add_special (specials, "requirement", g_strdup_printf ("%s %s", limited->id, balance_text_get (&limited->title, BALANCE_LANGUAGE_EN)),
                   g_strdup_printf ("%s %s", limited->id, balance_text_get (&limited->title, BALANCE_LANGUAGE_ZH)));
      if (isnan (test->limit))
        add_special (specials, "limit", g_strdup ("by stage"), g_strdup ("按学段"));
      else
        add_special (specials, "limit", balance_message_number (test->limit, dictionary, limited->unit, BALANCE_LANGUAGE_EN),
                     balance_message_number (test->limit, dictionary, limited->unit, BALANCE_LANGUAGE_ZH));
    }

  record = balance_audit_run_find (self, test->item, test->district, test->field,
                                   (const BalanceSpecial *) (gconstpointer) specials->data, specials->len);
  if (record != NULL)
    {
      record->p = test->p;
      record->corrected = corrected;
      record->n_tests = n_tests;
      for (guint i = 0; i < test->rows->len && test->field != NULL; i++)
        balance_audit_run_name (self, record, 0, test->level, g_array_index (test->rows, guint32, i), test->field);
    }
  for (guint i = 0; i < specials->len; i++)
    for (guint k = 0; k < 2; k++)
      g_free (g_array_index (specials, BalanceSpecial, i).text[k]);
}

void
balance_audit_finish_screens (BalanceAuditRun *self)
{
  g_autofree double *p = g_new (double, self->tests->len + 1), *corrected = g_new (double, self->tests->len + 1);
  g_autofree guint *which = g_new (guint, self->tests->len + 1);

  /* the tests of one check are one family */
  for (guint item = 0; item < self->set->items->len; item++)
    {
      double alpha = get_item (self, item)->rule->alpha;
      BalanceAuditCount *count = balance_audit_run_count (self, item);
      guint n = 0;

      for (guint i = 0; i < self->tests->len; i++)
        {
          const BalanceAuditTest *test = g_ptr_array_index (self->tests, i);

          if (test->item != item)
            continue;
          p[n] = test->p;
          which[n++] = i;
        }
      balance_holm_correct (p, n, corrected);
      for (guint i = 0; i < n; i++)
        if (corrected[i] <= alpha)
          add_test_finding (self, g_ptr_array_index (self->tests, which[i]), corrected[i], n);
        else
          count->n_held++;
    }
}
