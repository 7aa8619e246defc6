/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "census/balance-value-private.h"
#include "planning/balance-effects-private.h"

/**
 * BalanceEffects:
 *
 * Two evaluations by the same standard side by side: what flipped, which margins shrank, in which districts.
 *
 * Made to see what a scenario does, for whoever gives as well as for whoever takes; two years can be compared just so.
 * Schools are the same by district and code; one that was handed over, got another code or took others in is compared
 * with what it was. Only districts are looked at whose facts or verdicts differ. Whether a margin shrank is decided in
 * exact arithmetic, however little it is.
 *
 * This is a list model of [class@Balance.Effect]: those that flipped first, in each kind by district and
 * requirement. It is immutable and may be used from any thread.
 *
 * Since: 1.0
 */

/**
 * BalanceEffect:
 *
 * What became of one requirement on one subject, with the findings before and after.
 *
 * Effects are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceEffect, balance_effect, G_TYPE_OBJECT)

static void
balance_effect_finalize (GObject *object)
{
  BalanceEffect *self = BALANCE_EFFECT (object);

  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_free (self->exact_before);
  g_free (self->exact_after);

  G_OBJECT_CLASS (balance_effect_parent_class)->finalize (object);
}

static void
balance_effect_class_init (BalanceEffectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_effect_finalize;
}

static void
balance_effect_init (BalanceEffect *self)
{
}

/**
 * balance_effect_get_kind:
 * @self: an effect
 *
 * Gets what became of it.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
BalanceEffectKind
balance_effect_get_kind (BalanceEffect *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECT (self), BALANCE_EFFECT_FLIPPED);

  return self->kind;
}

/**
 * balance_effect_get_before:
 * @self: an effect
 *
 * Gets the finding before, with verdict, value, limit and margin.
 *
 * Returns: (transfer none) (nullable): the finding; %NULL where there was no such subject
 *
 * Since: 1.0
 */
BalanceFinding *
balance_effect_get_before (BalanceEffect *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECT (self), NULL);

  return self->before;
}

/**
 * balance_effect_get_after:
 * @self: an effect
 *
 * Gets the finding after.
 *
 * Returns: (transfer none) (nullable): the finding; %NULL where there is no such subject any more
 *
 * Since: 1.0
 */
BalanceFinding *
balance_effect_get_after (BalanceEffect *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECT (self), NULL);

  return self->after;
}

/**
 * balance_effect_dup_exact_before:
 * @self: an effect
 *
 * Gets the exact value before.
 *
 * Returns: (transfer full) (nullable): a fraction in lowest terms such as "357/100"; of a coefficient of variation
 *   "sqrt(a/b)"; %NULL where there is none, or no such number
 *
 * Since: 1.0
 */
char *
balance_effect_dup_exact_before (BalanceEffect *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECT (self), NULL);

  return g_strdup (self->exact_before);
}

/**
 * balance_effect_dup_exact_after:
 * @self: an effect
 *
 * Gets the exact value after, as [method@Balance.Effect.dup_exact_before].
 *
 * Returns: (transfer full) (nullable): the value
 *
 * Since: 1.0
 */
char *
balance_effect_dup_exact_after (BalanceEffect *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECT (self), NULL);

  return g_strdup (self->exact_after);
}

/* -- the list ----------------------------------------------------------------------------------------- */

static void effects_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceEffects, balance_effects, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, effects_iface_init))

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_EFFECT;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_EFFECTS (model)->effects->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceEffects *self = BALANCE_EFFECTS (model);

  return position < self->effects->len ? g_object_ref (g_ptr_array_index (self->effects, position)) : NULL;
}

static void
effects_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
balance_effects_finalize (GObject *object)
{
  BalanceEffects *self = BALANCE_EFFECTS (object);

  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_object (&self->proposal);
  g_free (self->touched);
  g_free (self->districts);
  g_ptr_array_unref (self->effects);

  G_OBJECT_CLASS (balance_effects_parent_class)->finalize (object);
}

static void
balance_effects_class_init (BalanceEffectsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_effects_finalize;
}

static void
balance_effects_init (BalanceEffects *self)
{
  self->effects = g_ptr_array_new_with_free_func (g_object_unref);
}

/* -- rows --------------------------------------------------------------------------------------------- */

/* From rows after to rows before, or BALANCE_NEW_ROW; and which rows before have found none. */
typedef struct
{
  guint32 *rows[BALANCE_LEVEL_REGION + 1];
  guint8  *left[BALANCE_LEVEL_REGION + 1];
} Pairs;

static guint32
find_school (BalanceFacts *facts, const char *district, const char *code)
{
  guint32 row = balance_facts_find_district (facts, district);

  return row != BALANCE_NO_ROW ? balance_facts_find_school (facts, row, code) : BALANCE_NEW_ROW;
}

static void
pair_schools (BalanceFacts *after, BalanceFacts *before, const guint32 *districts, guint32 *rows)
{
  for (guint i = 0; i < after->schools.n_rows; i++)
    {
      guint32 district = districts[after->school_district[i]];

      rows[i] = district != BALANCE_NEW_ROW ? balance_facts_find_school (before, district, after->school_codes[i]) : BALANCE_NEW_ROW;
      for (guint32 k = after->school_formers != NULL ? after->school_formers[i + 1] : 0; after->school_formers != NULL && k-- > after->school_formers[i];)
        if (rows[i] == BALANCE_NEW_ROW && after->formers[k].part == 0)
          rows[i] = find_school (before, after->formers[k].district, after->formers[k].code);
    }
}

static guint32
find_section (BalanceFacts *facts, guint32 school, const char *stage)
{
  for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
    if (strcmp (balance_dictionary_get_stage (facts->dictionary, facts->section_stage[facts->school_section_rows[k]])->id, stage) == 0)
      return facts->school_section_rows[k];

  return BALANCE_NEW_ROW;
}

static void
pair_rows (Pairs *pairs, BalanceFacts *after, BalanceFacts *before)
{
  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    {
      pairs->rows[level] = g_new (guint32, balance_facts_get_n_rows (after, (BalanceLevel) level) + 1);
      pairs->left[level] = g_malloc (balance_facts_get_n_rows (before, (BalanceLevel) level) + 1);
      memset (pairs->left[level], TRUE, balance_facts_get_n_rows (before, (BalanceLevel) level) + 1);
    }
  for (guint d = 0, k = 0; d < after->districts.n_rows; d++)
    {
      while (k < before->districts.n_rows && strcmp (before->district_codes[k], after->district_codes[d]) < 0)
        k++;
      pairs->rows[BALANCE_LEVEL_DISTRICT][d] =
        k < before->districts.n_rows && strcmp (before->district_codes[k], after->district_codes[d]) == 0 ? k : BALANCE_NEW_ROW;
    }
  pair_schools (after, before, pairs->rows[BALANCE_LEVEL_DISTRICT], pairs->rows[BALANCE_LEVEL_SCHOOL]);
  for (guint i = 0; i < after->sections.n_rows; i++)
    {
      guint32 school = pairs->rows[BALANCE_LEVEL_SCHOOL][after->section_school[i]];

      pairs->rows[BALANCE_LEVEL_SECTION][i] =
        school == BALANCE_NEW_ROW ? BALANCE_NEW_ROW : find_section (before, school, balance_dictionary_get_stage (after->dictionary, after->section_stage[i])->id);
    }
  for (guint i = 0; i < after->n_groups; i++)
    {
      guint32 district = pairs->rows[BALANCE_LEVEL_DISTRICT][after->group_district[i]];

      pairs->rows[BALANCE_LEVEL_STAGE][i] = BALANCE_NEW_ROW;
      for (guint32 g = district != BALANCE_NEW_ROW ? before->district_groups[district] : 0;
           district != BALANCE_NEW_ROW && g < before->district_groups[district + 1]; g++)
        if (strcmp (balance_dictionary_get_stage (before->dictionary, before->group_stage[g])->id,
                    balance_dictionary_get_stage (after->dictionary, after->group_stage[i])->id) == 0)
          pairs->rows[BALANCE_LEVEL_STAGE][i] = g;
    }
  pairs->rows[BALANCE_LEVEL_REGION][0] = 0;
  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    for (guint i = 0; i < balance_facts_get_n_rows (after, (BalanceLevel) level); i++)
      if (pairs->rows[level][i] != BALANCE_NEW_ROW)
        pairs->left[level][pairs->rows[level][i]] = FALSE;
}

static void
pairs_clear (Pairs *self)
{
  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    {
      g_free (self->rows[level]);
      g_free (self->left[level]);
    }
}

/* -- which districts ---------------------------------------------------------------------------------- */

static guint32
district_of (BalanceFacts *facts, BalanceLevel level, guint row)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      return facts->school_district[facts->section_school[row]];
    case BALANCE_LEVEL_SCHOOL:
      return facts->school_district[row];
    case BALANCE_LEVEL_STAGE:
      return facts->group_district[row];
    case BALANCE_LEVEL_DISTRICT:
    case BALANCE_LEVEL_REGION:
    default:
      return row;
    }
}

static gboolean
same_value (BalanceFacts *after, const BalanceColumn *a, guint row_a, BalanceFacts *before, const BalanceColumn *b, guint32 row_b)
{
  gboolean valid_a = a != NULL && balance_column_is_valid (a, row_a), valid_b = b != NULL && row_b != BALANCE_NEW_ROW && balance_column_is_valid (b, row_b);
  BalanceDecimal x, y;

  if (!valid_a || !valid_b)
    return valid_a == valid_b;
  if (a->field->type == BALANCE_FIELD_TEXT)
    return strcmp (balance_facts_get_text (after, a, row_a), balance_facts_get_text (before, b, row_b)) == 0;
  x = (BalanceDecimal) { balance_column_get (a, row_a), balance_column_get_scale (a, row_a) };
  y = (BalanceDecimal) { balance_column_get (b, row_b), balance_column_get_scale (b, row_b) };

  return balance_decimal_compare (&x, &y) == 0;
}

static void
touch_by_facts (BalanceEffects *self, const Pairs *pairs)
{
  BalanceFacts *after = self->after->facts, *before = self->before->facts;
  const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT, BALANCE_LEVEL_REGION };

  for (guint l = 0; l < G_N_ELEMENTS (levels); l++)
    {
      BalanceTable *table = balance_facts_get_table (after, levels[l]);
      BalanceTable *old = balance_facts_get_table (before, levels[l]);
      const guint32 *rows = pairs->rows[levels[l]];
      gboolean same_rows = table->n_rows == old->n_rows;

      for (guint i = 0; i < table->n_rows; i++)
        {
          same_rows = same_rows && rows[i] == i;
          if (rows[i] == BALANCE_NEW_ROW && levels[l] != BALANCE_LEVEL_REGION)
            self->touched[district_of (after, levels[l], i)] = TRUE;
          else if (levels[l] <= BALANCE_LEVEL_SCHOOL)
            {
              guint32 was = district_of (before, levels[l], rows[i]), is = district_of (after, levels[l], i);

              /* whoever gave it is touched as well */
              for (guint d = 0; self->districts[is] != was && d < after->districts.n_rows; d++)
                if (d == is || self->districts[d] == was)
                  self->touched[d] = TRUE;
            }
        }
      for (guint i = 0; i < table->columns->len; i++)
        {
          const BalanceColumn *column = g_ptr_array_index (table->columns, i);
          const BalanceColumn *other = balance_facts_find_column (before, levels[l], column->field->id);

          if (same_rows && other != NULL && column->data == other->data)
            continue;
          for (guint row = 0; row < table->n_rows; row++)
            if (rows[row] != BALANCE_NEW_ROW && !same_value (after, column, row, before, other, rows[row]))
              {
                if (levels[l] == BALANCE_LEVEL_REGION)
                  memset (self->touched, TRUE, after->districts.n_rows);
                else
                  self->touched[district_of (after, levels[l], row)] = TRUE;
              }
        }
      for (guint i = 0; levels[l] <= BALANCE_LEVEL_SCHOOL && i < old->n_rows; i++)
        for (guint d = 0; pairs->left[levels[l]][i] && d < after->districts.n_rows; d++)
          if (self->districts[d] == district_of (before, levels[l], i))
            self->touched[d] = TRUE;
    }
  for (guint d = 0; d < after->districts.n_rows; d++)
    if (self->districts[d] == BALANCE_NEW_ROW || self->after->result.districts[d] != self->before->result.districts[self->districts[d]])
      self->touched[d] = TRUE;
}

/* -- margins ------------------------------------------------------------------------------------------ */

/* A value and its limit, exactly. */
typedef struct
{
  gboolean known, squared;     /* squared: the value is the square of a coefficient */
  mpq_t    value, limit;
} Margin;

static void
get_margin (BalanceReplay *replay, guint rule, guint row, Margin *margin)
{
  BalanceJudge *judge = replay->judge;
  const BalanceSchemeRule *of = &judge->scheme->rules[rule];
  const BalanceJudged *judged = balance_judge_get (judge, rule);
  BalanceNumberPool *pool = &judge->frame->pool;
  guint at = row - judge->frame->offset[of->rule->level];

  margin->known = FALSE;
  margin->squared = of->rule->kind == BALANCE_RULE_DISPERSION && !of->rule->combine;
  if (judged->limits == NULL || !balance_number_get_mpq (pool, judged->limits[at], margin->limit))
    return;
  if (margin->squared)
    margin->known = balance_dispersion_get_square (balance_judge_get_dispersion (judge, of->indicators[0], of->mask, of->rule->level, at), margin->value);
  else
    margin->known = judged->values != NULL && balance_number_get_mpq (pool, judged->values[at], margin->value);
}

static gboolean
is_upper (const BalanceSchemeRule *rule, const BalanceScheme *scheme)
{
  BalanceComparison comparison = rule->measure.comparison;

  if (comparison == BALANCE_COMPARISON_NONE && rule->rule->kind == BALANCE_RULE_INDICATOR)
    comparison = scheme->indicators[rule->indicators[0]].measure.comparison;

  return comparison == BALANCE_COMPARISON_AT_MOST || comparison == BALANCE_COMPARISON_BELOW;
}

/* -1: less margin after than before. */
static int
compare_margins (const Margin *before, const Margin *after, gboolean upper)
{
  mpq_t a, b;
  int order;

  if (!before->known || !after->known || before->squared != after->squared)
    return 0;
  if (before->squared)
    {
      if (mpq_equal (before->limit, after->limit))
        return mpq_cmp (before->value, after->value);
      /* roots against other limits: told apart as far as doubles tell */
      {
        double was = balance_mpq_get_double (before->limit) - balance_mpq_get_sqrt_double (before->value);
        double is = balance_mpq_get_double (after->limit) - balance_mpq_get_sqrt_double (after->value);

        return (is > was) - (is < was);
      }
    }
  mpq_inits (a, b, NULL);
  mpq_sub (a, before->value, before->limit);
  mpq_sub (b, after->value, after->limit);
  order = upper ? mpq_cmp (a, b) : mpq_cmp (b, a);
  mpq_clears (a, b, NULL);

  return (order > 0) - (order < 0);
}

static char *
dup_exact (const Margin *margin)
{
  g_autofree char *text = NULL;

  if (!margin->known)
    return NULL;
  text = g_malloc (mpz_sizeinbase (mpq_numref (margin->value), 10) + mpz_sizeinbase (mpq_denref (margin->value), 10) + 3);
  mpq_get_str (text, 10, margin->value);

  return margin->squared ? g_strdup_printf ("sqrt(%s)", text) : g_steal_pointer (&text);
}

/* -- effects ------------------------------------------------------------------------------------------ */

static void
add_effect (BalanceEffects *self, BalanceReplay *before, guint32 row_before, BalanceReplay *after, guint32 row_after, guint rule)
{
  BalanceVerdict was = BALANCE_VERDICT_NOT_APPLICABLE, is = BALANCE_VERDICT_NOT_APPLICABLE;
  Margin old, new;
  BalanceEffect *effect;
  gboolean changed = TRUE;
  BalanceEffectKind kind = BALANCE_EFFECT_FLIPPED;

  if (row_before != BALANCE_NEW_ROW)
    was = (BalanceVerdict) self->before->result.verdicts[rule][row_before];
  if (row_after != BALANCE_NEW_ROW)
    is = (BalanceVerdict) self->after->result.verdicts[rule][row_after];
  if (was == BALANCE_VERDICT_NOT_APPLICABLE && is == BALANCE_VERDICT_NOT_APPLICABLE)
    return;

  mpq_inits (old.value, old.limit, new.value, new.limit, NULL);
  old.known = new.known = FALSE;
  if (row_before != BALANCE_NEW_ROW)
    get_margin (before, rule, row_before, &old);
  if (row_after != BALANCE_NEW_ROW)
    get_margin (after, rule, row_after, &new);
  if (was == BALANCE_VERDICT_NOT_APPLICABLE)
    kind = BALANCE_EFFECT_APPEARED;
  else if (is == BALANCE_VERDICT_NOT_APPLICABLE)
    kind = BALANCE_EFFECT_GONE;
  else if (was == is)
    {
      const BalanceScheme *scheme = self->after->result.scheme;
      int order = compare_margins (&old, &new, is_upper (&scheme->rules[rule], scheme));

      kind = order < 0 ? BALANCE_EFFECT_SHRANK : BALANCE_EFFECT_GREW;
      changed = order != 0;
    }
  if (changed)
    {
      effect = g_object_new (BALANCE_TYPE_EFFECT, NULL);
      effect->kind = kind;
      effect->before = row_before != BALANCE_NEW_ROW ? balance_finding_new (before, (int) rule, -1, row_before) : NULL;
      effect->after = row_after != BALANCE_NEW_ROW ? balance_finding_new (after, (int) rule, -1, row_after) : NULL;
      effect->exact_before = dup_exact (&old);
      effect->exact_after = dup_exact (&new);
      g_ptr_array_add (self->effects, effect);
    }
  mpq_clears (old.value, old.limit, new.value, new.limit, NULL);
}

static void
get_rows (BalanceFacts *facts, BalanceLevel level, guint district, guint *first, guint *end)
{
  const guint32 *offsets = level == BALANCE_LEVEL_SECTION ? facts->district_sections
                           : level == BALANCE_LEVEL_SCHOOL ? facts->district_schools : facts->district_groups;

  *first = level == BALANCE_LEVEL_DISTRICT ? district : offsets[district];
  *end = level == BALANCE_LEVEL_DISTRICT ? district + 1 : offsets[district + 1];
}

/* Judges of districts before, made when one is needed: schools may come from any of them. */
static BalanceReplay *
get_replay (BalanceEffects *self, BalanceReplay **replays, guint district)
{
  if (replays[district] == NULL)
    replays[district] = balance_replay_new (self->before, district);

  return replays[district];
}

static void
collect (BalanceEffects *self, const Pairs *pairs)
{
  BalanceFacts *after = self->after->facts, *before = self->before->facts;
  BalancePack *pack = self->after->standard->pack;
  g_autofree BalanceReplay **replays = g_new0 (BalanceReplay *, before->districts.n_rows + 1);

  for (guint d = 0; d < after->districts.n_rows; d++)
    {
      g_autoptr (BalanceReplay) replay = NULL;

      if (!self->touched[d])
        continue;
      replay = balance_replay_new (self->after, d);
      for (guint i = pack->rules->len; i-- > 0;)
        {
          const BalanceRule *rule = g_ptr_array_index (pack->rules, pack->rules->len - 1 - i);
          guint first, end;

          if (!self->after->judged[rule->index] || self->after->result.scheme->rules[rule->index].uses_region || rule->level == BALANCE_LEVEL_REGION ||
              self->before->result.verdicts[rule->index] == NULL)
            continue;
          get_rows (after, rule->level, d, &first, &end);
          for (guint row = first; row < end; row++)
            {
              guint32 was = pairs->rows[rule->level][row];

              add_effect (self, was != BALANCE_NEW_ROW ? get_replay (self, replays, district_of (before, rule->level, was)) : NULL, was, replay, row, rule->index);
            }
          if (self->districts[d] == BALANCE_NEW_ROW)
            continue;
          get_rows (before, rule->level, self->districts[d], &first, &end);
          for (guint row = first; row < end; row++)
            if (pairs->left[rule->level][row])
              add_effect (self, get_replay (self, replays, self->districts[d]), row, NULL, BALANCE_NEW_ROW, rule->index);
        }
    }
  for (guint d = 0; d < before->districts.n_rows; d++)
    balance_replay_unref (replays[d]);
}

static int
compare_effects (gconstpointer a, gconstpointer b)
{
  const BalanceEffect *x = *(const BalanceEffect *const *) a, *y = *(const BalanceEffect *const *) b;

  return (x->kind > y->kind) - (x->kind < y->kind);
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_effects (a, b);
}

/**
 * balance_effects_new:
 * @before: an evaluation
 * @after: another one by the same standard and date
 * @proposal: (nullable): what was done in between
 * @error: return location for a [error@Balance.Error]
 *
 * Compares two evaluations.
 *
 * Returns: (transfer full): a list; %NULL with %BALANCE_ERROR_INVALID_DATA where the standards are not the same
 *
 * Since: 1.0
 */
BalanceEffects *
balance_effects_new (BalanceEvaluation *before, BalanceEvaluation *after, BalanceProposal *proposal, GError **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceEffects *self;
  Pairs pairs;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (before), NULL);
  g_return_val_if_fail (BALANCE_IS_EVALUATION (after), NULL);
  g_return_val_if_fail (proposal == NULL || BALANCE_IS_PROPOSAL (proposal), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (before->standard != after->standard &&
      (strcmp (before->standard->pack->id, after->standard->pack->id) != 0 || before->standard->pack->rules->len != after->standard->pack->rules->len))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "Evaluations by different standards cannot be compared: “%s” and “%s”\n按不同标准所作的评估不能比较：“%s”和“%s”",
                   before->standard->pack->id, after->standard->pack->id, before->standard->pack->id, after->standard->pack->id);
      return NULL;
    }

  self = g_object_new (BALANCE_TYPE_EFFECTS, NULL);
  self->before = g_object_ref (before);
  self->after = g_object_ref (after);
  self->proposal = proposal != NULL ? g_object_ref (proposal) : NULL;
  pair_rows (&pairs, after->facts, before->facts);
  self->districts = g_memdup2 (pairs.rows[BALANCE_LEVEL_DISTRICT], (after->facts->districts.n_rows + 1) * sizeof (guint32));
  self->touched = g_malloc0 (after->facts->districts.n_rows + 1);
  touch_by_facts (self, &pairs);
  collect (self, &pairs);
  pairs_clear (&pairs);
  /* stable, which the sort of an array is not bound to be */
  g_qsort_with_data (self->effects->pdata, (int) self->effects->len, sizeof (gpointer), compare_places, NULL);

  return self;
}

/**
 * balance_effects_get_before:
 * @self: the effects
 *
 * Gets the evaluation before.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_effects_get_before (BalanceEffects *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), NULL);

  return self->before;
}

/**
 * balance_effects_get_after:
 * @self: the effects
 *
 * Gets the evaluation after.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_effects_get_after (BalanceEffects *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), NULL);

  return self->after;
}

/**
 * balance_effects_get_proposal:
 * @self: the effects
 *
 * Gets what was done in between.
 *
 * Returns: (transfer none) (nullable): the proposal, if one was named
 *
 * Since: 1.0
 */
BalanceProposal *
balance_effects_get_proposal (BalanceEffects *self)
{
  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), NULL);

  return self->proposal;
}

/**
 * balance_effects_dup_districts:
 * @self: the effects
 *
 * Gets the districts whose facts or verdicts are not the same, givers and takers.
 *
 * Returns: (transfer full) (array zero-terminated=1): their codes, sorted
 *
 * Since: 1.0
 */
char **
balance_effects_dup_districts (BalanceEffects *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), NULL);

  for (guint d = 0; d < self->after->facts->districts.n_rows; d++)
    if (self->touched[d])
      g_strv_builder_add (builder, self->after->facts->district_codes[d]);

  return g_strv_builder_end (builder);
}

/**
 * balance_effects_count:
 * @self: the effects
 * @kind: a kind of effect
 *
 * Counts the effects of a kind.
 *
 * Returns: how many there are
 *
 * Since: 1.0
 */
guint
balance_effects_count (BalanceEffects *self, BalanceEffectKind kind)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), 0);

  for (guint i = 0; i < self->effects->len; i++)
    n += ((const BalanceEffect *) g_ptr_array_index (self->effects, i))->kind == kind;

  return n;
}
