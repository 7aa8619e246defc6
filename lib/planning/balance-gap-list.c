/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-gap-private.h"
#include "planning/balance-shortfall-private.h"

/**
 * BalanceGapList:
 *
 * What a county lacks (差距清单): every binding requirement that is not met or cannot be judged, for each school, each
 * stage and the county itself. It is a list model of [class@Balance.Gap].
 *
 * Schools come first, those with the largest gap before the others, then what is asked of the stages, the district and
 * the region; the gaps of each by their share of the limit.
 *
 * Lists are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceGapList, balance_gap_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
balance_gap_list_finalize (GObject *object)
{
  BalanceGapList *self = BALANCE_GAP_LIST (object);

  g_clear_object (&self->evaluation);
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  g_free (self->district);

  G_OBJECT_CLASS (balance_gap_list_parent_class)->finalize (object);
}

static void
balance_gap_list_class_init (BalanceGapListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_gap_list_finalize;
}

static void
balance_gap_list_init (BalanceGapList *self)
{
  self->gaps = g_ptr_array_new_with_free_func (g_object_unref);
}

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_GAP;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_GAP_LIST (model)->gaps->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceGapList *self = BALANCE_GAP_LIST (model);

  return position < self->gaps->len ? g_object_ref (g_ptr_array_index (self->gaps, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* -- one gap ----------------------------------------------------------------------------------------- */

static char *
dup_digits (const BalanceNumberPool *pool, BalanceNumber number, guint decimals, gboolean percent)
{
  char *text = NULL;
  mpq_t q;

  mpq_init (q);
  if (balance_number_get_mpq (pool, number, q))
    {
      if (percent)
        {
          mpz_mul_ui (mpq_numref (q), mpq_numref (q), 100);
          mpq_canonicalize (q);
        }
      text = balance_mpq_to_string (q, percent ? decimals - 2 : decimals);
    }
  mpq_clear (q);

  return text;
}

static void
set_amounts (BalanceGap *self, BalanceJudge *judge, guint row)
{
  BalanceNumberPool *pool = &judge->frame->pool;
  const BalanceJudged *judged = balance_judge_get (judge, self->rule);
  BalanceShortfall shortfall;
  gboolean percent;

  balance_shortfall_find (&shortfall, judge, self->rule, row);
  self->lower = shortfall.lower;
  if (shortfall.known)
    {
      percent = !shortfall.in_facts && g_strcmp0 (shortfall.unit, "%") == 0;
      self->in_facts = shortfall.in_facts;
      self->whole = shortfall.whole;
      self->exact = balance_number_get_double (pool, shortfall.exact) * (percent ? 100 : 1);
      self->amount = dup_digits (pool, shortfall.add, shortfall.decimals, percent);
      if (shortfall.has_floor)
        self->floor_amount = dup_digits (pool, shortfall.add_floor, shortfall.decimals, percent);
      self->unit = g_strdup (shortfall.unit);
      if (shortfall.fields != NULL)
        {
          self->fields = g_new0 (char *, shortfall.fields->len + 1);
          for (guint i = 0; i < shortfall.fields->len; i++)
            self->fields[i] = g_strdup (((BalanceField *) g_ptr_array_index (shortfall.fields, i))->id);
        }
      if (balance_number_is_zero (pool, judged->limits[row]) == BALANCE_FALSE)
        {
          BalanceNumber gap = balance_number_abs (pool, balance_number_subtract (pool, judged->limits[row], judged->values[row]));

          self->share = balance_number_get_double (pool, balance_number_divide (pool, gap, balance_number_abs (pool, judged->limits[row])));
        }
    }
  balance_shortfall_clear (&shortfall);
}

/* Differences between schools are closed in many ways, so there is only the coefficient itself. */
static void
set_dispersion (BalanceGap *self, BalanceReplay *replay)
{
  g_autoptr(BalanceFinding) finding = balance_finding_new (replay, (int) self->rule, -1, self->row);
  double margin = balance_finding_get_margin (finding), limit = balance_finding_get_limit (finding);
  int decimals = MAX (2, balance_finding_get_decimals (finding));
  char buffer[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  self->lower = TRUE;
  if (isnan (margin) || !(margin < 0))
    return;
  self->exact = -margin;
  self->share = limit > 0 ? self->exact / limit : 1.0;
  for (; decimals < 9; decimals++)
    {
      double step = pow (10.0, -decimals), up = ceil (self->exact / step) * step;

      if (up <= 2 * self->exact)
        break;
    }
  g_snprintf (format, sizeof format, "%%.%df", decimals);
  self->amount = g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, ceil (self->exact * pow (10.0, decimals)) * pow (10.0, -decimals)));
}

static BalanceGap *
gap_new (BalanceReplay *replay, guint rule, guint row, BalanceVerdict verdict)
{
  BalanceGap *self = g_object_new (BALANCE_TYPE_GAP, NULL);
  BalanceJudge *judge = replay->judge;
  const BalanceRule *own = judge->scheme->rules[rule].rule;
  guint at = row - judge->frame->offset[own->level];
  g_autoptr(BalanceFinding) finding = balance_finding_new (replay, (int) rule, -1, row);

  self->evaluation = g_object_ref (replay->evaluation);
  self->rule = rule;
  self->row = row;
  self->verdict = verdict;
  self->path = g_strdup (balance_finding_get_path (finding));
  self->at_floor = balance_finding_get_at_floor (finding);
  self->exact = NAN;
  self->share = 1.0;
  self->target = BALANCE_GAP_TARGET_LIMIT;
  if (verdict == BALANCE_VERDICT_UNMET && own->kind == BALANCE_RULE_DISPERSION)
    set_dispersion (self, replay);
  else if (verdict == BALANCE_VERDICT_UNMET)
    set_amounts (self, judge, at);

  return self;
}

/* -- which may stay ---------------------------------------------------------------------------------- */

/* What is saved where a gap may stay below the limit: all of it, or what is above the floor. */
static double
saving (const BalanceGap *gap, const BalanceRule *parent)
{
  double floor = parent->has_floor ? (double) parent->floor.digits / (double) balance_power_of_ten (parent->floor.scale) : 0.0;

  if (isnan (gap->exact))
    return -1.0;
  return parent->has_floor && !gap->at_floor ? MIN (gap->share, gap->lower ? 1.0 / floor - 1.0 : 1.0 - floor) : gap->share;
}

/* The unmet items of one combination on one row. Of k of n as many may stay below as are allowed, less those that are
 * not known; chosen are those that save most, which is a matter of effort and not of cost. */
static void
choose_stayers (GPtrArray *gaps, const BalanceRule *parent)
{
  guint binding = 0, n_unknown = 0, allowed;

  for (guint i = 0; i < gaps->len; i++)
    n_unknown += ((BalanceGap *) g_ptr_array_index (gaps, i))->verdict == BALANCE_VERDICT_UNDETERMINED;
  for (guint i = 0; i < parent->children->len; i++)
    binding += ((BalanceRule *) g_ptr_array_index (parent->children, i))->binding;
  allowed = parent->need >= 0 && (guint) parent->need < binding ? binding - (guint) parent->need : 0;
  allowed = allowed > n_unknown ? allowed - n_unknown : 0;

  while (allowed-- > 0)
    {
      BalanceGap *best = NULL;

      for (guint i = 0; i < gaps->len; i++)
        {
          BalanceGap *gap = g_ptr_array_index (gaps, i);

          /* a yes-or-no item is below any floor */
          if (gap->target != BALANCE_GAP_TARGET_LIMIT || gap->verdict != BALANCE_VERDICT_UNMET ||
              (parent->has_floor && !gap->at_floor && gap->floor_amount == NULL))
            continue;
          if (best == NULL || saving (gap, parent) > saving (best, parent))
            best = gap;
        }
      if (best == NULL)
        return;
      best->target = parent->has_floor && !best->at_floor ? BALANCE_GAP_TARGET_FLOOR : BALANCE_GAP_TARGET_NONE;
    }
}

/* -- all of them ------------------------------------------------------------------------------------- */

static gboolean
is_leaf (const BalanceRule *rule)
{
  switch (rule->kind)
    {
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      return TRUE;
    case BALANCE_RULE_DISPERSION:
      /* of several indicators: its children */
      return rule->children->len == 0;
    case BALANCE_RULE_COMBINATION:
    case BALANCE_RULE_SELECTION:
    default:
      return FALSE;
    }
}

/* A combination that is judged by its score asks for no item in particular. */
static gboolean
is_scored (const BalanceRule *rule)
{
  return rule->limit.comparison != BALANCE_COMPARISON_NONE || rule->grades != NULL;
}

static void
collect_rule (BalanceGapList *self, BalanceReplay *replay, const BalanceRule *rule)
{
  BalanceEvaluation *evaluation = self->evaluation;
  BalanceFrame *frame = replay->judge->frame;

  for (guint i = 0; i < frame->n_rows[rule->level]; i++)
    {
      guint row = i + frame->offset[rule->level];
      BalanceVerdict verdict = (BalanceVerdict) evaluation->result.verdicts[rule->index][row];

      if ((verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED) &&
          balance_judge_knows_stage (replay->judge, rule->level, i))
        g_ptr_array_add (self->gaps, gap_new (replay, rule->index, row, verdict));
    }
}

/* The gaps of one combination, row by row. */
static void
choose_targets (BalanceGapList *self, guint first, const BalanceRule *parent)
{
  g_autoptr(GHashTable) rows = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  GHashTableIter iter;
  gpointer same;

  for (guint i = first; i < self->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->gaps, i);
      GPtrArray *list;

      if (balance_gap_get_rule (gap)->parent != parent || balance_gap_get_rule (gap)->level != parent->level)
        continue;
      list = g_hash_table_lookup (rows, GUINT_TO_POINTER (gap->row));
      if (list == NULL)
        {
          list = g_ptr_array_new ();
          g_hash_table_insert (rows, GUINT_TO_POINTER (gap->row), list);
        }
      g_ptr_array_add (list, gap);
    }

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, NULL, &same))
    choose_stayers (same, parent);
}

static void
collect (BalanceGapList *self, BalanceReplay *replay, gboolean region)
{
  BalancePack *pack = self->evaluation->standard->pack;
  guint first = self->gaps->len;

  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (!self->evaluation->counts[i] || !is_leaf (rule) || (rule->level == BALANCE_LEVEL_REGION) != region ||
          (rule->parent != NULL && is_scored (rule->parent)))
        continue;
      collect_rule (self, replay, rule);
    }
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (rule->kind == BALANCE_RULE_COMBINATION && rule->need >= 0 && self->evaluation->judged[i])
        choose_targets (self, first, rule);
    }
}

/* -- order ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceGap *gap;
  guint       block;      /* schools, stages, district, region */
  int         district, school;
  double      largest;    /* of its school */
  guint       number;     /* in the order of the standard */
} Sorted;

static int
compare_doubles (double a, double b)
{
  return (a < b) - (a > b);
}

/* What must be done before what may wait, and unknown last. */
static guint
urgency (const BalanceGap *gap)
{
  return gap->verdict == BALANCE_VERDICT_UNDETERMINED ? 3 : (guint) gap->target;
}

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  const Sorted *x = a, *y = b;

  if (x->district != y->district)
    return x->district - y->district;
  if (x->block != y->block)
    return x->block < y->block ? -1 : 1;
  if (x->block == 0 && x->school != y->school)
    return compare_doubles (x->largest, y->largest) != 0 ? compare_doubles (x->largest, y->largest) : x->school - y->school;
  if (urgency (x->gap) != urgency (y->gap))
    return urgency (x->gap) < urgency (y->gap) ? -1 : 1;
  if (compare_doubles (x->gap->share, y->gap->share) != 0)
    return compare_doubles (x->gap->share, y->gap->share);

  return x->number < y->number ? -1 : 1;
}

/* Largest of the gaps that have to be closed; what cannot be judged comes after all that is known. */
static double
weight_of (const BalanceGap *gap)
{
  return gap->verdict == BALANCE_VERDICT_UNDETERMINED ? -1.0 : gap->target == BALANCE_GAP_TARGET_NONE ? 0.0 : gap->share;
}

static void
sort (BalanceGapList *self)
{
  g_autofree Sorted *sorted = g_new (Sorted, self->gaps->len + 1);
  g_autofree double *largest = g_new (double, self->evaluation->facts->schools.n_rows + 1);

  for (guint i = 0; i < self->evaluation->facts->schools.n_rows; i++)
    largest[i] = -1.0;
  for (guint i = 0; i < self->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->gaps, i);
      int school = balance_gap_get_school_row (gap), district = balance_gap_get_district_row (gap);

      sorted[i] = (Sorted) { gap, school >= 0 ? 0 : balance_gap_get_rule (gap)->level, district >= 0 ? district : G_MAXINT, school, 0.0, i };
      if (school >= 0)
        largest[school] = MAX (largest[school], weight_of (gap));
    }
  for (guint i = 0; i < self->gaps->len; i++)
    if (sorted[i].school >= 0)
      sorted[i].largest = largest[sorted[i].school];
  qsort (sorted, self->gaps->len, sizeof *sorted, compare_gaps);
  for (guint i = 0; i < self->gaps->len; i++)
    g_ptr_array_index (self->gaps, i) = sorted[i].gap;
}

/**
 * balance_gap_list_new:
 * @evaluation: an evaluation
 * @district_code: (nullable): the code of the only district to look at; %NULL for all, and the region
 *
 * Lists what is lacking.
 *
 * Returns: (transfer full): a new list; empty where all is met, or there is no such district
 *
 * Since: 1.0
 */
BalanceGapList *
balance_gap_list_new (BalanceEvaluation *evaluation,
                      const char        *district_code)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceGapList *self;
  BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);

  self = g_object_new (BALANCE_TYPE_GAP_LIST, NULL);
  self->evaluation = g_object_ref (evaluation);
  self->district = g_strdup (district_code);
  facts = evaluation->facts;
  for (guint i = 0; i < facts->districts.n_rows; i++)
    {
      g_autoptr(BalanceReplay) replay = NULL;

      if (district_code != NULL && strcmp (district_code, facts->district_codes[i]) != 0)
        continue;
      replay = balance_replay_new (evaluation, i);
      collect (self, replay, FALSE);
    }
  if (district_code == NULL && facts->districts.n_rows > 0)
    {
      g_autoptr(BalanceReplay) replay = balance_replay_new_region (evaluation);

      collect (self, replay, TRUE);
    }
  sort (self);

  return self;
}

/**
 * balance_gap_list_get_evaluation:
 * @self: a list of gaps
 *
 * Gets the evaluation whose gaps these are.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_gap_list_get_evaluation (BalanceGapList *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), NULL);

  return self->evaluation;
}

/**
 * balance_gap_list_get_district:
 * @self: a list of gaps
 *
 * Gets the only district that was looked at.
 *
 * Returns: (transfer none) (nullable): its code, %NULL for all
 *
 * Since: 1.0
 */
const char *
balance_gap_list_get_district (BalanceGapList *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), NULL);

  return self->district;
}
