/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Comparisons of rows with one another and of a whole with its parts. */

#include <math.h>
#include <stdlib.h>

#include "audit/balance-audit-private.h"

/* A deviation of normal numbers is this many times the median of their absolute deviations. */
#define MAD_TO_DEVIATION 1.4826

static BalanceCheckItem *
get_item (BalanceAuditRun *self, guint item)
{
  return g_ptr_array_index (self->set->items, item);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* of a sorted array */
static double
median_of (const GArray *sorted)
{
  const double *x = (const double *) (gconstpointer) sorted->data;

  return sorted->len % 2 == 1 ? x[sorted->len / 2] : (x[sorted->len / 2 - 1] + x[sorted->len / 2]) / 2;
}

typedef struct
{
  GArray *values;
  double  median, mad;
} Peers;

static void
peers_free (gpointer data)
{
  Peers *self = data;

  g_array_unref (self->values);
  g_free (self);
}

static void
add_to (GHashTable *groups, const char *key, double value)
{
  Peers *peers = g_hash_table_lookup (groups, key);

  if (peers == NULL)
    {
      peers = g_new0 (Peers, 1);
      peers->values = g_array_new (FALSE, FALSE, sizeof (double));
      g_hash_table_insert (groups, g_strdup (key), peers);
    }
  g_array_append_val (peers->values, value);
}

static void
measure_groups (GHashTable *groups)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Peers *peers = value;
      g_autoptr(GArray) deviations = g_array_new (FALSE, FALSE, sizeof (double));

      g_array_sort (peers->values, compare_doubles);
      peers->median = median_of (peers->values);
      for (guint i = 0; i < peers->values->len; i++)
        {
          double deviation = fabs (g_array_index (peers->values, double, i) - peers->median);

          g_array_append_val (deviations, deviation);
        }
      g_array_sort (deviations, compare_doubles);
      peers->mad = median_of (deviations);
    }
}

/* Which rows are compared: of one district and, for sections, stage; `fine` adds what the check names under `among`. */
static void
group_keys (BalanceAuditRun *self, const BalanceCheckRule *rule, guint32 row, char **coarse, char **fine)
{
  GString *key = g_string_new (NULL);
  guint32 school = rule->level == BALANCE_LEVEL_SECTION ? self->facts->section_school[row] : row;

  g_string_append_printf (key, "%u/%d", self->facts->school_district[school],
                          rule->level == BALANCE_LEVEL_SECTION ? self->facts->section_stage[row] : -1);
  *coarse = g_strdup (key->str);
  for (guint i = 0; rule->among != NULL && rule->among[i] != NULL; i++)
    {
      const BalanceColumn *column = balance_facts_find_column (self->facts, BALANCE_LEVEL_SCHOOL, rule->among[i]);
      const gboolean known = column != NULL && balance_column_is_valid (column, school);

      if (!known)
        {
          g_string_append (key, "/?");
        }
      else if (column->field->type == BALANCE_FIELD_TEXT)
        {
          const char *text = balance_facts_get_text (self->facts, column, school);

          g_string_append_printf (key, "/%zu:%s", strlen (text), text);
        }
      else
        {
          BalanceDecimal value = { balance_column_get (column, school), balance_column_get_scale (column, school) };

          balance_decimal_normalize (&value);
          g_string_append_printf (key, "/%" G_GINT64_FORMAT "e%u", value.digits, value.scale);
        }
    }
  *fine = g_string_free (key, FALSE);
}

static gboolean
is_off (const BalanceCheckRule *rule, double value, const Peers *peers, double *times)
{
  *times = value / peers->median;
  if (rule->kind == BALANCE_CHECK_SLIP)
    {
      double ratio = *times > 0 && *times < 1 ? 1 / *times : *times;

      return value > 0 && ratio >= rule->factor / rule->spread && ratio <= rule->factor * rule->spread;
    }
  return fabs (value - peers->median) > rule->deviations * MAD_TO_DEVIATION * peers->mad &&
         (*times > rule->factor || *times * rule->factor < 1);
}

static void
set_special (BalanceSpecial *special, const char *name, char *en, char *zh)
{
  special->name = name;
  special->text[BALANCE_LANGUAGE_EN] = en;
  special->text[BALANCE_LANGUAGE_ZH] = zh;
}

static void
clear_specials (BalanceSpecial *specials, guint n)
{
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 2; k++)
      g_free (specials[i].text[k]);
}

static void
add_peer_finding (BalanceAuditRun *self, guint item, guint32 row, double value, double times, const Peers *peers, const char *unit)
{
  BalanceDictionary *dictionary = self->set->dictionary;
  BalanceSpecial specials[4];
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double shown = times < 1 && times > 0 ? 1 / times : times;

  set_special (&specials[0], "value", balance_message_number (value, dictionary, unit, BALANCE_LANGUAGE_EN),
               balance_message_number (value, dictionary, unit, BALANCE_LANGUAGE_ZH));
  set_special (&specials[1], "median", balance_message_number (peers->median, dictionary, unit, BALANCE_LANGUAGE_EN),
               balance_message_number (peers->median, dictionary, unit, BALANCE_LANGUAGE_ZH));
  set_special (&specials[2], "peers", g_strdup_printf ("%u", peers->values->len), g_strdup_printf ("%u", peers->values->len));
  g_ascii_formatd (buffer, sizeof buffer, shown < 100 ? "%.1f" : "%.0f", shown);
  if (times <= 0)
    set_special (&specials[3], "times", g_strdup ("0 times"), g_strdup ("0倍"));
  else if (times < 1)
    set_special (&specials[3], "times", g_strdup_printf ("1/%s", buffer), g_strdup_printf ("%s分之一", buffer));
  else
    set_special (&specials[3], "times", g_strdup_printf ("%s times", buffer), g_strdup_printf ("%s倍", buffer));
  balance_audit_run_name_row (self, balance_audit_run_find (self, item, row, NULL, specials, G_N_ELEMENTS (specials)), row);
  clear_specials (specials, G_N_ELEMENTS (specials));
}

/* OUTLIER and SLIP: a value against the median of the rows that are like it. Where too few are like it in all
 * that `among` says, those of the stage or district stand in; where these are too few, nothing is said. */
void
balance_audit_compare_peers (BalanceAuditRun *self,
                             guint            item)
{
  BalanceCheckItem *check = get_item (self, item);
  const BalanceCheckRule *rule = check->rule;
  const BalanceSchemeIndicator *indicator = &self->scheme->indicators[self->indicators[item]];
  BalanceFrame *frame = self->judge->frame;
  const guint8 *verdicts = balance_judge_get (self->judge, self->rules[item])->verdicts;
  const BalanceNumber *numbers = balance_frame_get_numbers (frame, indicator->measure.value);
  BalanceAuditCount *count = balance_audit_run_count (self, item);
  guint n = frame->n_rows[rule->level], offset = frame->offset[rule->level];
  g_autoptr(GHashTable) fine = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peers_free);
  g_autoptr(GHashTable) coarse = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peers_free);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *wide = NULL, *narrow = NULL;

      if (verdicts[i] != BALANCE_VERDICT_MET)
        {
          count->n_unknown += verdicts[i] != BALANCE_VERDICT_NOT_APPLICABLE;
          continue;
        }
      group_keys (self, rule, offset + i, &wide, &narrow);
      add_to (coarse, wide, balance_number_get_double (&frame->pool, numbers[i]));
      add_to (fine, narrow, balance_number_get_double (&frame->pool, numbers[i]));
    }
  measure_groups (coarse);
  measure_groups (fine);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *wide = NULL, *narrow = NULL;
      const Peers *peers;
      double value, times;

      if (verdicts[i] != BALANCE_VERDICT_MET)
        continue;
      group_keys (self, rule, offset + i, &wide, &narrow);
      peers = g_hash_table_lookup (fine, narrow);
      if (peers->values->len < rule->least)
        peers = g_hash_table_lookup (coarse, wide);
      /* a median of 0 says nothing about how many times */
      if (peers->values->len < rule->least || peers->median <= 0)
        {
          count->n_unknown++;
          continue;
        }
      value = balance_number_get_double (&frame->pool, numbers[i]);
      if (is_off (rule, value, peers, &times))
        add_peer_finding (self, item, offset + i, value, times, peers, indicator->rule->unit);
      else
        count->n_held++;
    }
}

/* SAME: rows of one district and stage that agree in all fields that are known, and in enough that are not 0. */
void
balance_audit_compare_same (BalanceAuditRun *self,
                            guint            item)
{
  BalanceCheckItem *check = get_item (self, item);
  const BalanceCheckRule *rule = check->rule;
  BalanceFrame *frame = self->judge->frame;
  const guint8 *verdicts = balance_judge_get (self->judge, self->rules[item])->verdicts;
  BalanceAuditCount *count = balance_audit_run_count (self, item);
  guint n = frame->n_rows[rule->level], offset = frame->offset[rule->level];
  guint n_fields = g_strv_length (rule->fields);
  g_autofree const BalanceColumn **columns = g_new0 (const BalanceColumn *, n_fields + 1);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint f = 0; f < n_fields; f++)
    columns[f] = balance_facts_find_column (self->facts, rule->level, rule->fields[f]);

  for (guint i = 0; i < n; i++)
    {
      guint32 row = offset + i;
      g_autofree char *wide = NULL, *narrow = NULL;
      GString *key;
      guint n_known = 0;
      gpointer first;

      if (verdicts[i] != BALANCE_VERDICT_MET)
        {
          count->n_unknown += verdicts[i] != BALANCE_VERDICT_NOT_APPLICABLE;
          continue;
        }
      group_keys (self, rule, row, &wide, &narrow);
      key = g_string_new (wide);
      for (guint f = 0; f < n_fields; f++)
        {
          BalanceDecimal value = { 0, 0 };

          if (columns[f] == NULL || !balance_column_is_valid (columns[f], row))
            {
              g_string_append (key, ";");
              continue;
            }
          value.digits = balance_column_get (columns[f], row);
          value.scale = balance_column_get_scale (columns[f], row);
          balance_decimal_normalize (&value);
          g_string_append_printf (key, ";%" G_GINT64_FORMAT "/%u", value.digits, value.scale);
          n_known += value.digits != 0;
        }
      if (n_known < rule->least)
        {
          count->n_unknown++;
          g_string_free (key, TRUE);
          continue;
        }
      if (g_hash_table_lookup_extended (seen, key->str, NULL, &first))
        {
          guint32 other = GPOINTER_TO_UINT (first);
          BalanceSpecial specials[3];
          GString *titles[2] = { g_string_new (NULL), g_string_new (NULL) };
          BalanceAuditRecord *record;

          for (guint f = 0, shown = 0; f < n_fields; f++)
            if (columns[f] != NULL && balance_column_is_valid (columns[f], row))
              {
                for (guint k = 0; k < 2; k++)
                  g_string_append_printf (titles[k], "%s%s", shown == 0 ? "" : k == BALANCE_LANGUAGE_ZH ? "、" : ", ",
                                          balance_text_get (&columns[f]->field->title, (BalanceLanguage) k));
                shown++;
              }
          set_special (&specials[0], "other", balance_facts_dup_subject (self->facts, rule->level, other, BALANCE_LANGUAGE_EN),
                       balance_facts_dup_subject (self->facts, rule->level, other, BALANCE_LANGUAGE_ZH));
          set_special (&specials[1], "fields", g_string_free (titles[0], FALSE), g_string_free (titles[1], FALSE));
          set_special (&specials[2], "number", g_strdup_printf ("%u", n_known), g_strdup_printf ("%u", n_known));
          record = balance_audit_run_find (self, item, row, NULL, specials, G_N_ELEMENTS (specials));
          for (guint f = 0; f < n_fields; f++)
            {
              BalanceField *field = balance_dictionary_find (self->set->dictionary, rule->fields[f]);

              balance_audit_run_name (self, record, 0, rule->level, row, field);
              balance_audit_run_name (self, record, 0, rule->level, other, field);
            }
          clear_specials (specials, G_N_ELEMENTS (specials));
          g_string_free (key, TRUE);
        }
      else
        {
          count->n_held++;
          g_hash_table_insert (seen, g_string_free (key, FALSE), GUINT_TO_POINTER (row));
        }
    }
}

static BalanceNumber
read_number (const BalanceColumn *column, guint row)
{
  return balance_number_small (balance_column_get (column, row), balance_power_of_ten (balance_column_get_scale (column, row)));
}

/* PARTS: what the sections of a school have of their own against what stands for the whole school. */
void
balance_audit_compare_parts (BalanceAuditRun *self,
                             guint            item)
{
  BalanceCheckItem *check = get_item (self, item);
  const BalanceCheckRule *rule = check->rule;
  BalanceFrame *frame = self->judge->frame;
  const guint8 *verdicts = balance_judge_get (self->judge, self->rules[item])->verdicts;
  BalanceAuditCount *count = balance_audit_run_count (self, item);
  guint n = frame->n_rows[BALANCE_LEVEL_SCHOOL], offset = frame->offset[BALANCE_LEVEL_SCHOOL];

  for (guint f = 0; rule->fields[f] != NULL; f++)
    {
      const BalanceColumn *total = balance_facts_find_column (self->facts, BALANCE_LEVEL_SCHOOL, rule->fields[f]);
      const BalanceColumn *part = balance_facts_find_column (self->facts, BALANCE_LEVEL_SECTION, rule->fields[f]);
      BalanceField *field = balance_dictionary_find (self->set->dictionary, rule->fields[f]);

      /* one figure for the whole school, or only parts: nothing to compare */
      if (total == NULL || part == NULL)
        continue;
      for (guint i = 0; i < n; i++)
        {
          guint32 row = offset + i, from = self->facts->school_sections[row], to = self->facts->school_sections[row + 1];
          BalanceNumber sum = balance_number_small (0, 1), whole;
          guint n_known = 0;
          int order;

          if (verdicts[i] == BALANCE_VERDICT_NOT_APPLICABLE)
            continue;
          for (guint32 k = from; k < to; k++)
            if (balance_column_is_valid (part, self->facts->school_section_rows[k]))
              {
                sum = balance_number_add (&frame->pool, sum, read_number (part, self->facts->school_section_rows[k]));
                n_known++;
              }
          if (n_known == 0)
            continue;
          if (verdicts[i] == BALANCE_VERDICT_UNDETERMINED || !balance_column_is_valid (total, row))
            {
              count->n_unknown++;
              continue;
            }
          whole = read_number (total, row);
          order = balance_number_less (&frame->pool, whole, sum) == BALANCE_TRUE ? 1
                  : balance_number_less (&frame->pool, sum, whole) == BALANCE_TRUE ? -1 : 0;
          /* parts may still come to it while one is missing, but no longer once they are more */
          if (order == 0 && n_known == to - from)
            {
              count->n_held++;
            }
          else if (order > 0 || n_known == to - from)
            {
              BalanceDictionary *dictionary = self->set->dictionary;
              double a = balance_number_get_double (&frame->pool, whole), b = balance_number_get_double (&frame->pool, sum);
              BalanceSpecial specials[3];
              BalanceAuditRecord *record;

              set_special (&specials[0], "field", g_strdup (balance_text_get (&field->title, BALANCE_LANGUAGE_EN)),
                           g_strdup (balance_text_get (&field->title, BALANCE_LANGUAGE_ZH)));
              set_special (&specials[1], "total", balance_message_number (a, dictionary, field->unit, BALANCE_LANGUAGE_EN),
                           balance_message_number (a, dictionary, field->unit, BALANCE_LANGUAGE_ZH));
              set_special (&specials[2], "sum", balance_message_number (b, dictionary, field->unit, BALANCE_LANGUAGE_EN),
                           balance_message_number (b, dictionary, field->unit, BALANCE_LANGUAGE_ZH));
              record = balance_audit_run_find (self, item, row, field, specials, G_N_ELEMENTS (specials));
              balance_audit_run_name (self, record, 0, BALANCE_LEVEL_SCHOOL, row, field);
              for (guint32 k = from; k < to; k++)
                balance_audit_run_name (self, record, 0, BALANCE_LEVEL_SECTION, self->facts->school_section_rows[k], field);
              clear_specials (specials, G_N_ELEMENTS (specials));
            }
          else
            {
              count->n_unknown++;
            }
        }
    }
}
