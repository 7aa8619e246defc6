/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One audit: the conditions of all checks on every row, district by district, then the comparisons. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/balance-audit-private.h"
#include "formula/balance-node-private.h"

/* -- findings ---------------------------------------------------------------------------------------- */

static BalanceCheckItem *
get_item (BalanceAuditRun *self, guint item)
{
  return g_ptr_array_index (self->set->items, item);
}

BalanceAuditCount *
balance_audit_run_count (BalanceAuditRun *self,
                         guint            item)
{
  guint rule;

  g_ptr_array_find (self->set->rules, get_item (self, item)->rule, &rule);

  return &self->audit->counts[rule];
}

guint
balance_audit_run_district (BalanceAuditRun *self,
                            BalanceLevel     level,
                            guint32          row)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      return self->facts->school_district[self->facts->section_school[row]];
    case BALANCE_LEVEL_SCHOOL:
      return self->facts->school_district[row];
    case BALANCE_LEVEL_STAGE:
      return self->facts->group_district[row];
    case BALANCE_LEVEL_DISTRICT:
      return row;
    case BALANCE_LEVEL_REGION:
    default:
      return self->facts->districts.n_rows;
    }
}

BalanceAuditRecord *
balance_audit_run_find (BalanceAuditRun      *self,
                        guint                 item,
                        guint32               row,
                        BalanceField         *field,
                        const BalanceSpecial *specials,
                        guint                 n_specials)
{
  BalanceCheckItem *check = get_item (self, item);
  BalanceAuditCount *count = balance_audit_run_count (self, item);
  BalanceAuditRecord record = { .item = item, .level = check->rule->level, .row = row, .field = field,
                                .p = NAN, .corrected = NAN, .first_value = self->audit->values->len };

  count->n_found++;
  if (count->n_kept >= BALANCE_AUDIT_MAX_KEPT)
    return NULL;

  count->n_kept++;
  for (guint i = 0; i < 2; i++)
    record.message[i] = balance_message_fill (&check->message, &self->messages[item], self->judge->frame,
                                              row - self->judge->frame->offset[record.level], specials, n_specials, (BalanceLanguage) i);
  g_array_append_val (self->audit->records, record);

  return &g_array_index (self->audit->records, BalanceAuditRecord, self->audit->records->len - 1);
}

void
balance_audit_run_name (BalanceAuditRun    *self,
                        BalanceAuditRecord *record,
                        guint               year,
                        BalanceLevel        level,
                        guint32             row,
                        BalanceField       *field)
{
  BalanceFacts *facts = year == 0 ? self->audit->facts : ((BalanceYear *) g_ptr_array_index (self->audit->years, year - 1))->facts;
  const BalanceColumn *column = balance_facts_find_column (facts, level, field->id);
  BalanceAuditValue value = { .year = year, .level = level, .row = row, .field = field };

  if (record == NULL || column == NULL || !balance_column_is_valid (column, row) || record->n_values >= BALANCE_AUDIT_MAX_VALUES)
    return;
  for (guint i = record->first_value; i < self->audit->values->len; i++)
    {
      const BalanceAuditValue *other = &g_array_index (self->audit->values, BalanceAuditValue, i);

      if (other->year == year && other->level == level && other->row == row && other->field == field)
        return;
    }
  g_array_append_val (self->audit->values, value);
  record->n_values++;
}

static void
name_here (BalanceAuditRun *self, BalanceAuditRecord *record, const BalanceAuditNamed *named, BalanceLevel level, guint32 row)
{
  guint32 there;

  if (!named->previous)
    {
      balance_audit_run_name (self, record, 0, level, row, named->field);
      return;
    }
  there = balance_year_get_row (g_ptr_array_index (self->audit->years, 0), level, row);
  if (there != BALANCE_NO_ROW)
    balance_audit_run_name (self, record, 1, level, there, named->field);
}

static void
name_sections (BalanceAuditRun *self, BalanceAuditRecord *record, const BalanceAuditNamed *named, guint32 school)
{
  for (guint32 i = self->facts->school_sections[school]; i < self->facts->school_sections[school + 1]; i++)
    name_here (self, record, named, BALANCE_LEVEL_SECTION, self->facts->school_section_rows[i]);
}

static guint32
parent_row (BalanceFacts *facts, BalanceLevel level, guint32 row, BalanceLevel coarser)
{
  if (coarser == BALANCE_LEVEL_REGION)
    return 0;
  if (level == BALANCE_LEVEL_SECTION)
    {
      if (coarser == BALANCE_LEVEL_SCHOOL)
        return facts->section_school[row];
      return facts->school_district[facts->section_school[row]];
    }
  return level == BALANCE_LEVEL_SCHOOL ? facts->school_district[row] : facts->group_district[row];
}

void
balance_audit_run_name_row (BalanceAuditRun    *self,
                            BalanceAuditRecord *record,
                            guint32             row)
{
  if (record == NULL)
    return;
  for (guint i = 0; i < self->named[record->item]->len; i++)
    {
      const BalanceAuditNamed *named = &g_array_index (self->named[record->item], BalanceAuditNamed, i);

      if (named->previous && self->audit->years->len == 0)
        continue;
      if (named->level == record->level)
        {
          guint before = record->n_values;

          name_here (self, record, named, named->level, row);
          /* amounts of a school may stand on its sections, or the other way round */
          if (record->n_values == before && record->level == BALANCE_LEVEL_SCHOOL)
            name_sections (self, record, named, row);
          else if (record->n_values == before && record->level == BALANCE_LEVEL_SECTION && named->field->level == BALANCE_LEVEL_SCHOOL)
            name_here (self, record, named, BALANCE_LEVEL_SCHOOL, self->facts->section_school[row]);
        }
      else if (named->level > record->level)
        {
          name_here (self, record, named, named->level, parent_row (self->facts, record->level, row, named->level));
        }
      else if (record->level == BALANCE_LEVEL_SCHOOL && named->level == BALANCE_LEVEL_SECTION)
        {
          name_sections (self, record, named, row);
        }
    }
}

/* -- conditions -------------------------------------------------------------------------------------- */

static void
check_condition (BalanceAuditRun *self, guint item)
{
  const BalanceJudged *judged = balance_judge_get (self->judge, self->rules[item]);
  BalanceAuditCount *count = balance_audit_run_count (self, item);
  BalanceCheckItem *check = get_item (self, item);
  BalanceLevel level = check->rule->level;
  BalanceFrame *frame = self->judge->frame;
  BalanceField *it = check->it != NULL ? balance_dictionary_find (self->set->dictionary, check->it) : NULL;

  for (guint i = 0; i < frame->n_rows[level]; i++)
    switch ((BalanceVerdict) judged->verdicts[i])
      {
      case BALANCE_VERDICT_MET:
        count->n_held++;
        break;
      case BALANCE_VERDICT_UNMET:
        balance_audit_run_name_row (self, balance_audit_run_find (self, item, frame->offset[level] + i, it, NULL, 0),
                                    frame->offset[level] + i);
        break;
      case BALANCE_VERDICT_UNDETERMINED:
        count->n_unknown++;
        break;
      case BALANCE_VERDICT_NOT_APPLICABLE:
      default:
        break;
      }
}

static void
check_item (BalanceAuditRun *self, guint item, guint district)
{
  switch (get_item (self, item)->rule->kind)
    {
    case BALANCE_CHECK_HOLDS:
      check_condition (self, item);
      break;
    case BALANCE_CHECK_OUTLIER:
    case BALANCE_CHECK_SLIP:
      balance_audit_compare_peers (self, item);
      break;
    case BALANCE_CHECK_SAME:
      balance_audit_compare_same (self, item);
      break;
    case BALANCE_CHECK_PARTS:
      balance_audit_compare_parts (self, item);
      break;
    case BALANCE_CHECK_BUNCHING:
    case BALANCE_CHECK_HEAPING:
    case BALANCE_CHECK_SUDDEN:
    default:
      balance_audit_screen (self, item, district);
      break;
    }
}

/* -- preparing --------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceAuditRun *run;
  GArray          *named;
} Naming;

static void
add_named (GArray *list, BalanceField *field, BalanceLevel level, gboolean previous)
{
  BalanceAuditNamed named = { field, level, previous };

  for (guint i = 0; i < list->len; i++)
    {
      const BalanceAuditNamed *other = &g_array_index (list, BalanceAuditNamed, i);

      if (other->field == field && other->previous == previous)
        return;
    }
  g_array_append_val (list, named);
}

static void
collect_named (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data)
{
  Naming *naming = data;
  gboolean previous = g_str_has_prefix (field->id, BALANCE_PREVIOUS_PREFIX);

  if (previous)
    {
      g_autofree char *id = g_strdup (field->id + strlen (BALANCE_PREVIOUS_PREFIX));

      id[strlen (id) - 1] = '\0';
      field = balance_dictionary_find (naming->run->set->dictionary, id);
    }
  else
    {
      field = balance_dictionary_find (naming->run->set->dictionary, field->id);
    }
  if (field != NULL)
    add_named (naming->named, field, level, previous);
}

static void
prepare_item (BalanceAuditRun *self, guint index)
{
  BalanceCheckItem *item = get_item (self, index);
  BalanceRule *rule = balance_pack_find_rule (self->set->pack, item->requirement);
  BalanceContext context = { .level = item->rule->level, .file = self->set->pack->file, .line = item->rule->line };
  BalanceSchemeRule *scheme = &self->scheme->rules[rule->index];
  Naming naming = { self, self->named[index] = g_array_new (FALSE, FALSE, sizeof (BalanceAuditNamed)) };
  BalanceNode *value = scheme->measure.value;

  self->rules[index] = rule->index;
  self->indicators[index] = -1;
  if (item->indicator != NULL)
    {
      guint at;

      g_ptr_array_find (self->set->pack->indicators, balance_pack_find_indicator (self->set->pack, item->indicator), &at);
      self->indicators[index] = (int) at;
      value = self->scheme->indicators[at].measure.value;
    }
  context.mask = scheme->mask;
  balance_message_compile (&item->message, self->scheme->program, &context, &self->messages[index]);

  self->regional[index] = scheme->uses_region;
  for (guint i = 0; i < 2; i++)
    for (guint k = 0; k < item->message.parts[i]->len; k++)
      if (self->messages[index].nodes[i][k] != NULL && balance_node_uses_region (self->messages[index].nodes[i][k]))
        self->regional[index] = TRUE;
  if (item->rule->kind >= BALANCE_CHECK_BUNCHING)
    {
      self->masks[0][index] = scheme->mask;
      self->masks[1][index] = balance_program_mask_at (self->scheme->program, scheme->mask, BALANCE_LEVEL_SCHOOL);
    }

  for (guint i = 0; item->fields != NULL && item->fields[i] != NULL; i++)
    {
      BalanceField *field = balance_dictionary_find (self->set->dictionary, item->fields[i]);

      if (field != NULL)
        add_named (naming.named, field, field->level, FALSE);
    }
  if (item->fields == NULL)
    balance_node_foreach_field (value, collect_named, &naming);
}

/* The columns of the year before that formulas ask for. */
static void
add_twins (BalanceAuditRun *self)
{
  g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);
  BalanceYear *year;

  if (self->audit->years->len == 0)
    return;
  year = g_ptr_array_index (self->audit->years, 0);
  for (guint i = 0; i < self->scheme->program->nodes->len; i++)
    {
      BalanceNode *node = g_ptr_array_index (self->scheme->program->nodes, i);
      g_autofree char *id = NULL;

      if (node->kind != BALANCE_NODE_FIELD || !g_str_has_prefix (node->field->id, BALANCE_PREVIOUS_PREFIX) ||
          !g_hash_table_add (done, node->field))
        continue;
      id = g_strdup (node->field->id + strlen (BALANCE_PREVIOUS_PREFIX));
      id[strlen (id) - 1] = '\0';
      balance_year_add_twin (year, self->facts, node->level, id, node->field);
      if (node->level == BALANCE_LEVEL_SCHOOL)
        balance_year_add_twin (year, self->facts, BALANCE_LEVEL_SECTION, id, node->field);
    }
}

static gboolean
prepare (BalanceAuditRun *self, BalanceStandard *standard, gint32 as_of, BalanceProblems *problems)
{
  guint n = self->set->items->len;

  self->facts = balance_facts_new_editable (self->audit->facts);
  self->rules = g_new0 (guint, n + 1);
  self->indicators = g_new0 (int, n + 1);
  self->regional = g_new0 (gboolean, n + 1);
  self->messages = g_new0 (BalanceMessageNodes, n + 1);
  self->named = g_new0 (GArray *, n + 1);
  self->masks[0] = g_new0 (BalanceNode *, n + 1);
  self->masks[1] = g_new0 (BalanceNode *, n + 1);
  self->tests = g_ptr_array_new_with_free_func (balance_audit_test_free);

  self->scheme = balance_scheme_new (self->set->pack, NULL, NULL, as_of, NULL, problems);
  if (self->scheme == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    prepare_item (self, i);
  add_twins (self);
  self->bindings = balance_bindings_new (self->scheme, self->facts);

  if (standard != NULL)
    {
      self->limits = balance_scheme_new (standard->pack, standard->used, NULL, as_of, NULL, problems);
      if (self->limits == NULL)
        return FALSE;
      self->limit_bindings = balance_bindings_new (self->limits, self->audit->facts);
      self->limit_judge = balance_judge_new (self->limit_bindings, NULL);
    }

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0;
}

static void
run_clear (BalanceAuditRun *self)
{
  for (guint i = 0; i < self->set->items->len; i++)
    {
      balance_message_nodes_clear (&self->messages[i]);
      if (self->named[i] != NULL)
        g_array_unref (self->named[i]);
    }
  g_free (self->rules);
  g_free (self->indicators);
  g_free (self->regional);
  g_free (self->messages);
  g_free (self->named);
  g_free (self->masks[0]);
  g_free (self->masks[1]);
  g_ptr_array_unref (self->tests);
  balance_judge_free (self->judge);
  balance_judge_free (self->limit_judge);
  if (self->bindings != NULL)
    balance_bindings_free (self->bindings);
  if (self->limit_bindings != NULL)
    balance_bindings_free (self->limit_bindings);
  balance_scheme_unref (self->scheme);
  balance_scheme_unref (self->limits);
  balance_facts_unref (self->facts);
}

/* -- the years before -------------------------------------------------------------------------------- */

static int
compare_years (const void *a, const void *b)
{
  const BalanceCensus *x = *(BalanceCensus *const *) a, *y = *(BalanceCensus *const *) b;

  return y->facts->year - x->facts->year;
}

/* The latest first; those of the same year or later are no years before. */
static gboolean
join_years (BalanceAudit *self, GListModel *previous, GError **error)
{
  g_autoptr(GPtrArray) censuses = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = previous != NULL ? g_list_model_get_n_items (previous) : 0;

  for (guint i = 0; i < n; i++)
    {
      BalanceCensus *census = g_list_model_get_item (previous, i);

      g_ptr_array_add (censuses, census);
      if (!BALANCE_IS_CENSUS (census) || census->facts->year == 0 || self->facts->year == 0 ||
          census->facts->year >= self->facts->year)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "An earlier census must state its year, and one before %d; this one is of %d\n"
                       "往年数据须注明年度，且早于%d年；此数据的年度为%d",
                       self->facts->year, census->facts->year, self->facts->year, census->facts->year);
          return FALSE;
        }
    }
  g_ptr_array_sort (censuses, compare_years);
  for (guint i = 0; i < n; i++)
    {
      BalanceCensus *census = g_ptr_array_index (censuses, i);

      if (i > 0 && ((BalanceCensus *) g_ptr_array_index (censuses, i - 1))->facts->year == census->facts->year)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "Two earlier censuses are of the year %d\n有两份往年数据的年度同为%d", census->facts->year, census->facts->year);
          return FALSE;
        }
      g_ptr_array_add (self->years, balance_year_new (self->facts, census->facts));
    }

  return TRUE;
}

/* -- the run ----------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceAuditRun *run;
  guint            district, school, stage;
} Place;

static Place
place_of (BalanceAuditRun *run, const BalanceAuditRecord *record)
{
  Place place = { run, balance_audit_run_district (run, record->level, record->row), G_MAXUINT, 0 };

  /* the schools of a district come before what concerns all of it */
  if (record->level == BALANCE_LEVEL_SECTION)
    {
      place.school = run->facts->section_school[record->row];
      place.stage = 1u + run->facts->section_stage[record->row];
    }
  else if (record->level == BALANCE_LEVEL_SCHOOL)
    {
      place.school = record->row;
    }
  else if (record->level == BALANCE_LEVEL_STAGE)
    {
      place.stage = 1u + run->facts->group_stage[record->row];
    }

  return place;
}

static int
compare_records (gconstpointer a, gconstpointer b, gpointer data)
{
  const BalanceAuditRecord *x = a, *y = b;
  Place p = place_of (data, x), q = place_of (data, y);

  if (p.district != q.district)
    return p.district < q.district ? -1 : 1;
  if (p.school != q.school)
    return p.school < q.school ? -1 : 1;
  if (p.stage != q.stage)
    return p.stage < q.stage ? -1 : 1;
  if (x->item != y->item)
    return x->item < y->item ? -1 : 1;
  return x->first_value < y->first_value ? -1 : x->first_value > y->first_value;
}

static gboolean
run (BalanceAuditRun *self, BalanceProgress *progress, GCancellable *cancellable, GError **error)
{
  guint n = self->facts->districts.n_rows, n_items = self->set->items->len;
  gboolean regional = FALSE;

  self->judge = balance_judge_new (self->bindings, NULL);
  for (guint d = 0; d < n; d++)
    {
      balance_judge_reset (self->judge, d, 1);
      if (self->limit_judge != NULL)
        balance_judge_reset (self->limit_judge, d, 1);
      for (guint i = 0; i < n_items; i++)
        {
          regional = regional || self->regional[i];
          if (!self->regional[i])
            check_item (self, i, d);
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (progress != NULL && d % 64 == 0)
        balance_progress_set_fraction (progress, (double) d / n);
    }

  balance_audit_finish_screens (self);
  if (regional)
    {
      balance_judge_reset (self->judge, 0, n);
      for (guint i = 0; i < n_items; i++)
        if (self->regional[i])
          check_item (self, i, 0);
    }
  g_array_sort_with_data (self->audit->records, compare_records, self);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

BalanceAudit *
balance_audit_run (BalanceChecks    *checks,
                   BalanceStandard  *standard,
                   const char       *as_of,
                   BalanceCensus    *census,
                   GListModel       *previous,
                   BalanceProgress  *progress,
                   GCancellable     *cancellable,
                   GError          **error)
{
  g_autoptr(BalanceAudit) self = g_object_new (BALANCE_TYPE_AUDIT, NULL);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  gint32 days = (gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400);
  BalanceAuditRun work = { .audit = self, .set = checks->set };
  gboolean good;

  if (as_of != NULL && !balance_date_parse (as_of, -1, &days))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "“%s” is not a date (YYYY-MM-DD)\n“%s”不是日期（YYYY-MM-DD）", as_of, as_of);
      return NULL;
    }

  self->checks = g_object_ref (checks);
  self->standard = standard != NULL ? g_object_ref (standard) : NULL;
  self->census = g_object_ref (census);
  self->facts = balance_facts_ref (census->facts);
  self->counts = g_new0 (BalanceAuditCount, checks->set->rules->len + 1);
  if (!join_years (self, previous, error))
    return NULL;

  if (progress != NULL)
    balance_progress_set_phase (progress, "checking", "核查");
  good = prepare (&work, standard, days, problems);
  if (!good)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);
  else
    good = run (&work, progress, cancellable, error);
  run_clear (&work);

  return good ? g_steal_pointer (&self) : NULL;
}
