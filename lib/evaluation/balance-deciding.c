/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The smallest sets of missing facts that decide: tried out where few facts are missing, put together from those of
 * the parts where many are. */

#include <math.h>
#include <string.h>

#include "evaluation/balance-deciding-private.h"
#include "formula/balance-node-private.h"

#define MAX_KEPT 64          /* sets that are kept of a family */
#define MAX_LISTED 1000      /* sets that are looked for before counting stops */
#define MAX_TRIED 8          /* facts whose combinations of values are all tried */
#define MAX_SEARCHED 64      /* facts whose sets are all looked for */
#define MAX_VALUES 6         /* values of a fact where many facts are combined */
#define MAX_WORK 400000      /* rows computed for one question, a second or so at worst */
#define MAX_TRIALS 5000      /* for one question */
#define MAX_SEARCH 600      /* of them for one part of it */

/* What is asked of a verdict. */
typedef enum
{
  GOAL_MET,
  GOAL_UNMET,
  GOAL_NOT_APPLICABLE,
  GOAL_FINE,               /* met or not applicable: to what is around it they are the same */
} Goal;

void
balance_deciding_cells_free (BalanceDecidingCells *cells)
{
  if (cells == NULL)
    return;

  g_free (cells->cells);
  g_free (cells->values);
  g_free (cells);
}

void
balance_deciding_family_free (BalanceDecidingFamily *family)
{
  if (family == NULL)
    return;

  g_ptr_array_unref (family->sets);
  g_free (family);
}

static BalanceDecidingFamily *
family_new (void)
{
  BalanceDecidingFamily *self = g_new0 (BalanceDecidingFamily, 1);

  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_deciding_cells_free);
  self->exact = TRUE;

  return self;
}

BalanceDeciding *
balance_deciding_new (BalanceBindings *bindings, BalanceJudge *region, guint first, guint n_districts)
{
  BalanceDeciding *self = g_new0 (BalanceDeciding, 1);

  /* alone, a district is the region */
  self->judge = balance_judge_new (bindings, n_districts < bindings->own->facts->districts.n_rows ? region : NULL);
  balance_judge_reset (self->judge, first, n_districts);
  self->cells = g_array_new (FALSE, FALSE, sizeof (BalanceMissing));
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
balance_deciding_free (BalanceDeciding *self)
{
  if (self == NULL)
    return;

  balance_judge_free (self->judge);
  balance_judge_mark_free (self->mark);
  g_array_unref (self->cells);
  g_hash_table_unref (self->numbers);
  g_free (self);
}

const BalanceMissing *
balance_deciding_get_missing (BalanceDeciding *self, guint cell)
{
  return &g_array_index (self->cells, BalanceMissing, cell);
}

static void
leaf_free (BalanceDecidingLeaf *leaf)
{
  g_array_unref (leaf->cells);
  g_free (leaf);
}

static guint
work_of_trial (BalanceDeciding *self)
{
  return self->judge->frame->n_rows[BALANCE_LEVEL_SECTION] + 50;
}

/* A new question: what was computed for it stays, so that each trial costs little. */
static void
start (BalanceDeciding *self)
{
  self->budget = CLAMP (MAX_WORK / work_of_trial (self), 50, MAX_TRIALS);
}

static void
set_mark (BalanceDeciding *self)
{
  if (self->mark == NULL)
    self->mark = balance_judge_mark (self->judge);
  else
    balance_judge_extend_mark (self->judge, self->mark);
}

/* -- trials ------------------------------------------------------------------------------------------ */

static void
try_values (BalanceDeciding *self, const BalanceFill *fills, guint n)
{
  balance_judge_go_back (self->judge, self->mark);
  balance_judge_fill (self->judge, fills, n);
  self->budget -= self->budget > 0;
  self->work += work_of_trial (self);
}

static void
end_trial (BalanceDeciding *self)
{
  balance_judge_fill (self->judge, NULL, 0);
  balance_judge_go_back (self->judge, self->mark);
}

static gboolean
reaches (Goal goal, BalanceVerdict verdict)
{
  switch (goal)
    {
    case GOAL_MET:
      return verdict == BALANCE_VERDICT_MET;
    case GOAL_UNMET:
      return verdict == BALANCE_VERDICT_UNMET;
    case GOAL_NOT_APPLICABLE:
      return verdict == BALANCE_VERDICT_NOT_APPLICABLE;
    case GOAL_FINE:
    default:
      return verdict == BALANCE_VERDICT_MET || verdict == BALANCE_VERDICT_NOT_APPLICABLE;
    }
}

static BalanceVerdict
try_verdict (BalanceDeciding *self, guint rule, guint row, const BalanceFill *fills, guint n)
{
  BalanceVerdict verdict;

  try_values (self, fills, n);
  verdict = (BalanceVerdict) balance_judge_get (self->judge, rule)->verdicts[row];
  end_trial (self);

  return verdict;
}

/* -- the search for sets of a few facts ---------------------------------------------------------------- */

typedef struct
{
  BalanceDeciding *deciding;
  guint            rule, row;      /* row of the frame */
  Goal             goal;
  guint            n;
  const guint     *cells;          /* [n] */
  GArray         **candidates;     /* [n] of BalanceFill */
  GPtrArray       *leaves;
  BalanceFill      best[MAX_SEARCHED];   /* the one value of each that serves the goal best, where not all are tried */
  gboolean         directed;
  BalanceFill      fills[MAX_SEARCHED];
  guint            order[MAX_SEARCHED];  /* places in `cells` of what is filled */
  GPtrArray       *witnesses;      /* of BalanceFill[n]; .field NULL where a fact was not filled */
  gboolean         exhausted;
} Search;

static double
value_of (Search *self, guint rule, guint row)
{
  BalanceJudge *judge = self->deciding->judge;
  const BalanceJudged *judged = balance_judge_get (judge, rule);
  const BalanceSchemeRule *of = &judge->scheme->rules[rule];

  if (of->rule->kind == BALANCE_RULE_DISPERSION)
    {
      double sum = 0.0;

      for (guint k = 0; k < of->n_indicators; k++)
        sum += balance_dispersion_get_cv (balance_judge_get_dispersion (judge, of->indicators[k], of->mask, of->rule->level, row));
      return sum;
    }
  if (judged->values == NULL)
    return NAN;
  return balance_number_get_double (&judge->frame->pool, judged->values[row]);
}

static gboolean
leaf_has (const BalanceDecidingLeaf *leaf, guint cell)
{
  for (guint i = 0; i < leaf->cells->len; i++)
    if (g_array_index (leaf->cells, guint, i) == cell)
      return TRUE;
  return FALSE;
}

/* Values with which a section differs least from the others: its own value is then their mean, or the mean weighted
 * by value, where the coefficient is least. */
static void
add_levelling (Search *self, const BalanceDecidingLeaf *leaf, guint c)
{
  BalanceDeciding *d = self->deciding;
  BalanceFrame *frame = d->judge->frame;
  BalanceFacts *facts = frame->facts;
  const BalanceSchemeRule *rule = &d->judge->scheme->rules[leaf->rule];
  const BalanceMissing *missing = balance_deciding_get_missing (d, self->cells[c]);
  guint n_before = self->candidates[c]->len, section;

  if (missing->level == BALANCE_LEVEL_SECTION)
    section = missing->row;
  else if (missing->level == BALANCE_LEVEL_SCHOOL && facts->school_sections[missing->row] < facts->school_sections[missing->row + 1])
    section = facts->school_section_rows[facts->school_sections[missing->row]];
  else
    return;
  section -= frame->offset[BALANCE_LEVEL_SECTION];

  for (guint k = 0; k < rule->n_indicators; k++)
    {
      const BalanceSchemeIndicator *of = &d->judge->scheme->indicators[rule->indicators[k]];
      BalanceDispersion *others = balance_judge_get_dispersion (d->judge, rule->indicators[k], rule->mask, rule->rule->level, leaf->row);
      double w = 0.0, x = 0.0, q = 0.0;

      for (guint i = 0; i < others->n; i++)
        {
          double value = balance_number_get_double (&frame->pool, others->values[i]);
          double weight = balance_number_get_double (&frame->pool, others->weights[i]);

          if (!isfinite (value) || !isfinite (weight))
            continue;
          w += weight;
          x += weight * value;
          q += weight * value * value;
        }
      for (guint i = 0; i < n_before && x > 0.0; i++)
        {
          BalanceFill fill = g_array_index (self->candidates[c], BalanceFill, i);
          double at = balance_number_get_double (&frame->pool, fill.number), value;

          if (at <= 0.0 || at > 1e9)
            continue;
          try_values (d, &fill, 1);
          value = balance_number_get_double (&frame->pool, balance_frame_get_numbers (frame, of->measure.value)[section]);
          end_trial (d);
          if (!isfinite (value) || value <= 0.0)
            continue;
          for (guint t = 0; t < 4; t++)
            {
              double target = t % 2 == 0 ? x / w : q / x;

              for (int up = 0; up <= 1; up++)
                if (balance_deciding_fill_number (d, self->cells[c], t < 2 ? at * target / value : at * value / target, up, &fill))
                  g_array_append_val (self->candidates[c], fill);
            }
          break;
        }
    }
}

/* Values of a fact at which a limit is just reached, the other facts being usual: exact where the fact stands alone
 * above or below the line of a fraction, or in a sum. */
static void
add_thresholds (Search *self)
{
  BalanceDeciding *d = self->deciding;
  BalanceFill usual[MAX_SEARCHED];

  for (guint l = 0; l < self->leaves->len && d->budget > 0; l++)
    {
      const BalanceDecidingLeaf *leaf = g_ptr_array_index (self->leaves, l);
      const BalanceSchemeRule *rule = &d->judge->scheme->rules[leaf->rule];

      for (guint c = 0; rule->rule->kind == BALANCE_RULE_DISPERSION && c < self->n; c++)
        if (leaf_has (leaf, self->cells[c]) && balance_deciding_get_missing (d, self->cells[c])->field->type <= BALANCE_FIELD_SHARE)
          add_levelling (self, leaf, c);
      if (rule->rule->kind == BALANCE_RULE_DISPERSION || rule->measure.comparison == BALANCE_COMPARISON_NONE || rule->measure.limit == NULL || leaf->cells->len > MAX_TRIED)
        continue;
      for (guint c = 0; c < self->n; c++)
        {
          double x[2], v[2], limits[2] = { NAN, NAN };
          guint n = 0, points = 0, first_candidates = self->candidates[c]->len;

          if (!leaf_has (leaf, self->cells[c]) || balance_deciding_get_missing (d, self->cells[c])->field->type > BALANCE_FIELD_SHARE)
            continue;
          for (guint i = 0; i < self->n; i++)
            if (i != c && self->candidates[i]->len > 0)
              usual[n++] = g_array_index (self->candidates[i], BalanceFill, 0);
          for (guint k = 0; k < first_candidates && points < 2; k++)
            {
              const BalanceFill *fill = &g_array_index (self->candidates[c], BalanceFill, k);

              x[points] = balance_number_get_double (&d->judge->frame->pool, fill->number);
              if (x[points] <= 0.0 || x[points] > 1e9)
                continue;
              usual[n] = *fill;
              try_values (d, usual, n + 1);
              v[points] = value_of (self, leaf->rule, leaf->row);
              if (points == 0)
                {
                  BalanceNumber floor;

                  limits[0] = balance_number_get_double (&d->judge->frame->pool, balance_judge_get (d->judge, leaf->rule)->limits[leaf->row]);
                  if (balance_judge_get_floor_number (d->judge, leaf->rule, leaf->row, &floor))
                    limits[1] = balance_number_get_double (&d->judge->frame->pool, floor);
                }
              end_trial (d);
              if (isfinite (v[points]))
                points++;
            }
          for (guint k = 0; k < 2 && points > 0; k++)
            {
              double at[3] = { x[0] * limits[k] / v[0], x[0] * v[0] / limits[k],
                               points > 1 ? x[0] + (limits[k] - v[0]) * (x[1] - x[0]) / (v[1] - v[0]) : (double) NAN };

              for (guint a = 0; a < G_N_ELEMENTS (at); a++)
                for (int up = 0; up <= 1; up++)
                  {
                    BalanceFill fill;

                    if (balance_deciding_fill_number (d, self->cells[c], at[a], up, &fill))
                      g_array_append_val (self->candidates[c], fill);
                  }
            }
        }
    }
}

/* Is everything that the fact is part of settled by it alone? */
static gboolean
settles (Search *self, guint c)
{
  gboolean any = FALSE;

  for (guint l = 0; l < self->leaves->len; l++)
    {
      const BalanceDecidingLeaf *leaf = g_ptr_array_index (self->leaves, l);

      if (!leaf_has (leaf, self->cells[c]))
        continue;
      any = TRUE;
      if (leaf->cells->len > 1)
        return FALSE;
    }

  return any;
}

/* What follows from one value for all requirements that the fact is part of. Of two values from which the same
 * follows one is enough. */
static char *
dup_signature (Search *self, guint c, const BalanceFill *fill, gboolean scored)
{
  BalanceDeciding *d = self->deciding;
  GString *text = g_string_new (NULL);

  try_values (d, fill, 1);
  for (guint l = 0; l < self->leaves->len; l++)
    {
      const BalanceDecidingLeaf *leaf = g_ptr_array_index (self->leaves, l);
      const BalanceJudged *judged;

      if (!leaf_has (leaf, self->cells[c]))
        continue;
      judged = balance_judge_get (d->judge, leaf->rule);
      g_string_append_printf (text, " %d/%d/%d", judged->verdicts[leaf->row], judged->applies[leaf->row],
                              balance_judge_get_floor (d->judge, leaf->rule, leaf->row));
      if (scored && judged->values != NULL)
        g_string_append_printf (text, " %a", balance_number_get_double (&d->judge->frame->pool, judged->values[leaf->row]));
    }
  end_trial (d);

  return g_string_free (text, FALSE);
}

static gboolean
has_points (const BalanceRule *rule)
{
  if (rule->has_points || rule->grades != NULL || rule->limit.comparison != BALANCE_COMPARISON_NONE)
    return TRUE;
  for (guint i = 0; i < rule->children->len; i++)
    if (has_points (g_ptr_array_index (rule->children, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_plain (const BalanceRule *rule)
{
  return rule->kind == BALANCE_RULE_COMBINATION && rule->grades == NULL && rule->limit.comparison == BALANCE_COMPARISON_NONE;
}

static void
drop_equivalent (Search *self)
{
  const BalanceSchemeRule *rule = &self->deciding->judge->scheme->rules[self->rule];
  gboolean scored = rule->rule->kind == BALANCE_RULE_COMBINATION && has_points (rule->rule);
  for (guint c = 0; c < self->n; c++)
    {
      g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      GArray *list = self->candidates[c];
      guint kept = 0;
      gboolean alike = settles (self, c);

      for (guint k = 0; k < list->len && alike; k++)
        {
          BalanceFill fill = g_array_index (list, BalanceFill, k);

          if (self->deciding->budget == 0 || g_hash_table_add (seen, dup_signature (self, c, &fill, scored)))
            g_array_index (list, BalanceFill, kept++) = fill;
        }
      if (alike)
        g_array_set_size (list, kept);
      /* of very many the likely ones and both ends remain */
      if (self->n > 3 && list->len > MAX_VALUES && balance_deciding_get_missing (self->deciding, self->cells[c])->field->type <= BALANCE_FIELD_SHARE)
        {
          guint low = 0, high = 0;

          for (guint k = 1; k < list->len; k++)
            {
              BalanceNumber number = g_array_index (list, BalanceFill, k).number;

              if (balance_number_compare_small (number, g_array_index (list, BalanceFill, low).number) < 0)
                low = k;
              if (balance_number_compare_small (number, g_array_index (list, BalanceFill, high).number) > 0)
                high = k;
            }
          if (low >= MAX_VALUES - 2)
            g_array_index (list, BalanceFill, MAX_VALUES - 2) = g_array_index (list, BalanceFill, low);
          if (high >= MAX_VALUES - 2)
            g_array_index (list, BalanceFill, MAX_VALUES - 1) = g_array_index (list, BalanceFill, high);
          g_array_set_size (list, MAX_VALUES);
        }
    }
}

/* Does each fact move all that it is part of in one direction, as far as is known? */
static gboolean
is_monotone (Search *self)
{
  const BalanceScheme *scheme = self->deciding->judge->scheme;

  for (guint l = 0; l < self->leaves->len; l++)
    {
      BalanceRuleKind kind = scheme->rules[((BalanceDecidingLeaf *) g_ptr_array_index (self->leaves, l))->rule].rule->kind;

      if (kind == BALANCE_RULE_DISPERSION || kind == BALANCE_RULE_SELECTION)
        return FALSE;
    }

  return TRUE;
}

/* Where there are too many facts to try all combinations: the one value of each that moves the figure most towards
 * the goal, all others being usual. */
static void
choose_direction (Search *self)
{
  BalanceDeciding *d = self->deciding;
  BalanceComparison comparison = d->judge->scheme->rules[self->rule].measure.comparison;
  gboolean lower = comparison == BALANCE_COMPARISON_AT_LEAST || comparison == BALANCE_COMPARISON_ABOVE;
  gboolean more = (self->goal != GOAL_UNMET) == lower;

  for (guint c = 0; c < self->n; c++)
    if (self->candidates[c]->len > 0)
      self->best[c] = g_array_index (self->candidates[c], BalanceFill, 0);
  memcpy (self->fills, self->best, sizeof (BalanceFill) * self->n);
  for (guint c = 0; c < self->n; c++)
    {
      double best = NAN;

      for (guint k = 0; k < self->candidates[c]->len && d->budget > 0; k++)
        {
          BalanceVerdict verdict;
          double value;

          self->fills[c] = g_array_index (self->candidates[c], BalanceFill, k);
          try_values (d, self->fills, self->n);
          verdict = (BalanceVerdict) balance_judge_get (d->judge, self->rule)->verdicts[self->row];
          value = value_of (self, self->rule, self->row);
          end_trial (d);
          if (isnan (value))
            value = reaches (self->goal, verdict) == more;
          if (isnan (best) || (more ? value > best : value < best))
            {
              best = value;
              self->best[c] = self->fills[c];
            }
        }
      /* the others are judged beside usual values */
      if (self->candidates[c]->len > 0)
        self->fills[c] = g_array_index (self->candidates[c], BalanceFill, 0);
    }
  self->directed = TRUE;
}

static void
keep_witness (Search *self, guint n)
{
  BalanceFill *witness = g_new0 (BalanceFill, self->n);

  for (guint i = 0; i < n; i++)
    witness[self->order[i]] = self->fills[i];
  g_ptr_array_insert (self->witnesses, 0, witness);
  if (self->witnesses->len > 6)
    g_ptr_array_set_size (self->witnesses, 6);
}

/* Fills the facts of the set one after the other, and leaves a branch as soon as it is decided: whatever else
 * is filled changes nothing any more. */
static gboolean
descend (Search *self, guint64 set, guint n)
{
  BalanceVerdict verdict;
  guint c;

  if (self->deciding->budget == 0)
    {
      self->exhausted = TRUE;
      return FALSE;
    }
  verdict = try_verdict (self->deciding, self->rule, self->row, self->fills, n);
  if (reaches (self->goal, verdict))
    {
      keep_witness (self, n);
      return TRUE;
    }
  if (verdict != BALANCE_VERDICT_UNDETERMINED || set == 0)
    return FALSE;

  c = (guint) __builtin_ctzll (set);
  self->order[n] = c;
  for (guint k = 0; k < self->candidates[c]->len; k++)
    {
      self->fills[n] = g_array_index (self->candidates[c], BalanceFill, k);
      if (descend (self, set & ~(G_GUINT64_CONSTANT (1) << c), n + 1))
        return TRUE;
    }

  return FALSE;
}

/* Are there values for these facts with which the goal is reached? */
static gboolean
can_reach (Search *self, guint64 set)
{
  for (guint w = 0; w < self->witnesses->len + (self->directed ? 1 : 0); w++)
    {
      const BalanceFill *witness = w < self->witnesses->len ? g_ptr_array_index (self->witnesses, w) : self->best;
      guint n = 0;

      for (guint c = 0; c < self->n; c++)
        if ((set >> c & 1) != 0 && witness[c].field != NULL)
          {
            self->order[n] = c;
            self->fills[n++] = witness[c];
          }
      if (self->deciding->budget == 0)
        {
          self->exhausted = TRUE;
          return FALSE;
        }
      if (reaches (self->goal, try_verdict (self->deciding, self->rule, self->row, self->fills, n)))
        {
          keep_witness (self, n);
          return TRUE;
        }
    }

  return self->directed ? FALSE : descend (self, set, 0);
}

/* A set that is none of those known to fail and contains none of those found: as large as it can be. FALSE if
 * there is none left. `out` is what is left out of it. */
static gboolean
find_seed (const GArray *found, const GArray *failed, guint next, guint64 all, guint64 out, guint64 in, guint64 *seed)
{
  for (; next < found->len; next++)
    if ((g_array_index (found, guint64, next) & out) == 0)
      break;
  if (next == found->len)
    {
      *seed = all & ~out;
      for (guint i = 0; i < failed->len; i++)
        if ((*seed & ~g_array_index (failed, guint64, i)) == 0)
          return FALSE;
      return TRUE;
    }

  /* one fact of that set has to be left out: each in turn, those before it staying in */
  for (guint64 rest = g_array_index (found, guint64, next) & ~in; rest != 0; rest &= rest - 1)
    {
      guint64 one = rest & -rest;

      if (find_seed (found, failed, next + 1, all, out | one, in, seed))
        return TRUE;
      in |= one;
    }

  return FALSE;
}

static BalanceDecidingCells *
make_cells (Search *self, guint64 set)
{
  BalanceDecidingCells *cells = g_new0 (BalanceDecidingCells, 1);
  const BalanceFill *witness = g_ptr_array_index (self->witnesses, 0);

  cells->n = (guint) __builtin_popcountll (set);
  cells->cells = g_new (guint, cells->n + 1);
  cells->values = g_new0 (BalanceFill, cells->n + 1);
  for (guint c = 0, i = 0; c < self->n; c++)
    if ((set >> c & 1) != 0)
      {
        cells->cells[i] = self->cells[c];
        cells->values[i++] = witness[c];
      }

  return cells;
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const BalanceDecidingCells *x = *(BalanceDecidingCells *const *) a, *y = *(BalanceDecidingCells *const *) b;

  if (x->n != y->n)
    return x->n < y->n ? -1 : 1;
  for (guint i = 0; i < x->n; i++)
    if (x->cells[i] != y->cells[i])
      return x->cells[i] < y->cells[i] ? -1 : 1;
  return 0;
}

/* All smallest sets, by turns: a set is made as large as it can be without containing one that was found; if it
 * reaches the goal it is made smaller, until nothing can be spared; if not, it is made larger. */
static void
enumerate (Search *self, BalanceDecidingFamily *family)
{
  g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (guint64)), failed = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 all = self->n == 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT (1) << self->n) - 1, set;

  while (found->len < MAX_LISTED && !self->exhausted && find_seed (found, failed, 0, all, 0, 0, &set))
    {
      gboolean works = can_reach (self, set);

      for (guint c = 0; c < self->n && !self->exhausted; c++)
        {
          guint64 one = G_GUINT64_CONSTANT (1) << c;

          if (works && (set & one) != 0 && can_reach (self, set & ~one))
            set &= ~one;
          else if (!works && (set & one) == 0 && !can_reach (self, set | one))
            set |= one;
        }
      if (self->exhausted)
        break;
      if (!works)
        {
          g_array_append_val (failed, set);
          continue;
        }
      /* the witness that is kept is of this very set */
      if (!can_reach (self, set))
        break;
      g_array_append_val (found, set);
      family->count++;
      g_ptr_array_add (family->sets, make_cells (self, set));
    }
  /* of coefficients and selections no end of values can be tried; a single fact that decides is all there is */
  if (self->exhausted || found->len == MAX_LISTED || self->directed || (!is_monotone (self) && !(self->n == 1 && found->len == 1)))
    family->exact = FALSE;
  g_ptr_array_sort (family->sets, compare_cells);
}

/* One set of very many facts: all of them, less what can be spared. */
static void
shrink_large (Search *self, BalanceDecidingFamily *family, const guint *cells, guint n, GArray *const *candidates)
{
  g_autofree BalanceFill *fills = g_new0 (BalanceFill, n + 1);
  BalanceDecidingCells *set;
  g_autoptr(GArray) kept = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_fills = n;

  family->exact = FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (candidates[i]->len == 0)
        return;
      fills[i] = g_array_index (candidates[i], BalanceFill, 0);
      g_array_append_val (kept, cells[i]);
    }
  if (!reaches (self->goal, try_verdict (self->deciding, self->rule, self->row, fills, n)))
    return;
  for (guint i = 0; i < n_fills && self->deciding->budget > 0;)
    {
      BalanceFill spared = fills[i];

      fills[i] = fills[n_fills - 1];
      if (reaches (self->goal, try_verdict (self->deciding, self->rule, self->row, fills, n_fills - 1)))
        {
          g_array_index (kept, guint, i) = g_array_index (kept, guint, n_fills - 1);
          n_fills--;
        }
      else
        fills[i++] = spared;
    }

  set = g_new0 (BalanceDecidingCells, 1);
  set->n = n_fills;
  set->cells = g_memdup2 (kept->data, sizeof (guint) * (n_fills + 1));
  set->values = g_memdup2 (fills, sizeof (BalanceFill) * (n_fills + 1));
  g_ptr_array_add (family->sets, set);
  family->count = 1;
}

static BalanceDecidingFamily *
search (BalanceDeciding *d, guint rule, guint row, Goal goal, const GArray *cells, GPtrArray *leaves)
{
  BalanceDecidingFamily *family = family_new ();
  guint budget, granted;
  g_autoptr(GPtrArray) witnesses = g_ptr_array_new_with_free_func (g_free);
  g_autofree GArray **candidates = g_new0 (GArray *, cells->len + 1);
  Search self = { .deciding = d, .rule = rule, .row = row, .goal = goal, .n = MIN (cells->len, MAX_SEARCHED),
                  .cells = (const guint *) (gconstpointer) cells->data, .candidates = candidates, .leaves = leaves, .witnesses = witnesses };

  budget = d->budget;
  d->budget = MIN (budget, MAX_SEARCH);
  granted = d->budget;
  for (guint i = 0; i < cells->len; i++)
    candidates[i] = balance_deciding_candidates (d, self.cells[i]);
  if (cells->len > MAX_SEARCHED)
    {
      shrink_large (&self, family, self.cells, cells->len, candidates);
    }
  else
    {
      /* of coefficients a trial proves little, and combinations of many values would all have to be tried */
      if (self.n <= (is_monotone (&self) ? MAX_TRIED : 2))
        {
          add_thresholds (&self);
          drop_equivalent (&self);
        }
      else
        {
          choose_direction (&self);
        }
      enumerate (&self, family);
    }
  for (guint i = 0; i < cells->len; i++)
    g_array_unref (candidates[i]);
  d->budget = budget - (granted - d->budget);

  return family;
}

/* -- families put together ----------------------------------------------------------------------------- */

static guint64
times (guint64 a, guint64 b)
{
  guint64 product;

  return __builtin_mul_overflow (a, b, &product) ? G_MAXUINT64 : product;
}

static guint64
plus (guint64 a, guint64 b)
{
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

static BalanceDecidingCells *
copy_cells (const BalanceDecidingCells *of)
{
  BalanceDecidingCells *copy = g_new0 (BalanceDecidingCells, 1);

  copy->n = of->n;
  copy->cells = g_memdup2 (of->cells, sizeof (guint) * (of->n + 1));
  copy->values = g_memdup2 (of->values, sizeof (BalanceFill) * (of->n + 1));

  return copy;
}

/* Facts of both; a value of `a` goes before one of `b`. */
static BalanceDecidingCells *
join_cells (const BalanceDecidingCells *a, const BalanceDecidingCells *b)
{
  BalanceDecidingCells *both = g_new0 (BalanceDecidingCells, 1);
  guint i = 0, j = 0;

  both->cells = g_new (guint, a->n + b->n + 1);
  both->values = g_new0 (BalanceFill, a->n + b->n + 1);
  while (i < a->n || j < b->n)
    {
      gboolean first = j == b->n || (i < a->n && a->cells[i] <= b->cells[j]);
      gboolean same = i < a->n && j < b->n && a->cells[i] == b->cells[j];

      both->cells[both->n] = first ? a->cells[i] : b->cells[j];
      /* a fact that a set does not need any value of may have none */
      both->values[both->n] = first && a->values[i].field != NULL ? a->values[i] : same || !first ? b->values[j] : a->values[i];
      both->n++;
      i += first;
      j += !first || same;
    }

  return both;
}

static gboolean
contains_cells (const BalanceDecidingCells *large, const BalanceDecidingCells *small)
{
  guint j = 0;

  for (guint i = 0; i < large->n && j < small->n; i++)
    j += large->cells[i] == small->cells[j];

  return j == small->n;
}

/* The smallest first, none twice, none that contains another, no more than are kept. */
static void
tidy (BalanceDecidingFamily *family)
{
  guint n = 0;

  g_ptr_array_sort (family->sets, compare_cells);
  for (guint i = 0; i < family->sets->len; i++)
    {
      BalanceDecidingCells *set = g_ptr_array_index (family->sets, i);
      gboolean needed = TRUE;

      for (guint k = 0; k < n && needed; k++)
        needed = !contains_cells (set, g_ptr_array_index (family->sets, k));
      if (needed)
        {
          family->sets->pdata[n++] = set;
          continue;
        }
      balance_deciding_cells_free (set);
      family->count -= family->count > 0 && family->count < G_MAXUINT64;
    }
  /* what was moved forward must not be freed with its old place */
  for (guint i = n; i < family->sets->len; i++)
    family->sets->pdata[i] = NULL;
  g_ptr_array_set_size (family->sets, (int) n);
  if (family->sets->len > MAX_KEPT)
    g_ptr_array_set_size (family->sets, MAX_KEPT);
}

/* One set of each. */
static BalanceDecidingFamily *
product (const BalanceDecidingFamily *a, const BalanceDecidingFamily *b)
{
  BalanceDecidingFamily *family = family_new ();

  family->count = times (a->count, b->count);
  family->exact = a->exact && b->exact;
  for (guint i = 0; i < a->sets->len; i++)
    for (guint j = 0; j < b->sets->len && family->sets->len < MAX_KEPT * 4; j++)
      g_ptr_array_add (family->sets, join_cells (g_ptr_array_index (a->sets, i), g_ptr_array_index (b->sets, j)));
  g_ptr_array_sort (family->sets, compare_cells);
  if (family->sets->len > MAX_KEPT)
    g_ptr_array_set_size (family->sets, MAX_KEPT);

  return family;
}

/* A set of either. */
static void
unite (BalanceDecidingFamily *family, const BalanceDecidingFamily *other)
{
  for (guint i = 0; i < other->sets->len && family->sets->len < MAX_LISTED; i++)
    g_ptr_array_add (family->sets, copy_cells (g_ptr_array_index (other->sets, i)));
  family->count = plus (family->count, other->count);
  family->exact = family->exact && other->exact;
}

static BalanceDecidingFamily *
nothing_needed (void)
{
  BalanceDecidingFamily *family = family_new ();
  BalanceDecidingCells *empty = g_new0 (BalanceDecidingCells, 1);

  empty->cells = g_new0 (guint, 1);
  empty->values = g_new0 (BalanceFill, 1);
  g_ptr_array_add (family->sets, empty);
  family->count = 1;

  return family;
}

/* Any `k` of the families; those that are empty cannot be had. */
static BalanceDecidingFamily *
choose (GPtrArray *families, guint k)
{
  g_autoptr(GPtrArray) chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_deciding_family_free);

  g_ptr_array_add (chosen, nothing_needed ());
  for (guint i = 1; i <= k; i++)
    g_ptr_array_add (chosen, family_new ());
  for (guint f = 0; f < families->len; f++)
    {
      const BalanceDecidingFamily *one = g_ptr_array_index (families, f);

      for (guint i = MIN (k, f + 1); i > 0; i--)
        {
          BalanceDecidingFamily *here = g_ptr_array_index (chosen, i);
          g_autoptr(BalanceDecidingFamily) with = product (g_ptr_array_index (chosen, i - 1), one);

          unite (here, with);
          tidy (here);
        }
    }

  return g_ptr_array_steal_index (chosen, k);
}

/* -- combinations --------------------------------------------------------------------------------------- */

static BalanceDecidingFamily *find (BalanceDeciding *self, guint rule, guint row, Goal goal);

/* Marks the facts; FALSE if one was marked before. */
static gboolean
claim (GHashTable *claimed, const GArray *cells)
{
  gboolean alone = TRUE;

  for (guint i = 0; i < cells->len; i++)
    alone = g_hash_table_add (claimed, GUINT_TO_POINTER (g_array_index (cells, guint, i) + 1)) && alone;

  return alone;
}

/* The sets of one item: all undetermined rows of it fine, or one of them unmet. */
static BalanceDecidingFamily *
find_item (BalanceDeciding *self, const BalanceRule *child, BalanceLevel own, guint row, Goal goal, GHashTable *claimed,
           gboolean *disjoint, guint *n_open)
{
  BalanceFrame *frame = self->judge->frame;
  BalanceDecidingFamily *family = goal == GOAL_UNMET ? family_new () : nothing_needed ();
  guint first, n = 1;
  const guint32 *rows = NULL;

  *n_open = 0;
  if (child->level >= own)
    first = balance_frame_get_parent (frame, own, row, child->level);
  else
    n = balance_frame_get_rows (frame, own, row, child->level, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      guint at = rows != NULL ? rows[i] - frame->offset[child->level] : first + i;
      g_autoptr(BalanceDecidingFamily) one = NULL;
      g_autoptr(GArray) cells = NULL;

      if (balance_judge_get (self->judge, child->index)->verdicts[at] != BALANCE_VERDICT_UNDETERMINED)
        continue;
      (*n_open)++;
      cells = balance_deciding_collect (self, child->index, at, NULL);
      *disjoint = claim (claimed, cells) && *disjoint;
      one = find (self, child->index, at, goal);
      if (goal == GOAL_UNMET)
        {
          unite (family, one);
        }
      else
        {
          BalanceDecidingFamily *both = product (family, one);

          balance_deciding_family_free (family);
          family = both;
        }
    }
  if (goal == GOAL_UNMET)
    tidy (family);

  return family;
}

/* Keeps the sets that really lead there. */
static void
verify (BalanceDeciding *self, BalanceDecidingFamily *family, guint rule, guint row, Goal goal)
{
  guint n = 0;

  for (guint i = 0; i < family->sets->len; i++)
    {
      BalanceDecidingCells *set = g_ptr_array_index (family->sets, i);
      g_autofree BalanceFill *fills = g_new (BalanceFill, set->n + 1);
      guint n_fills = 0;

      for (guint k = 0; k < set->n; k++)
        if (set->values[k].field != NULL)
          fills[n_fills++] = set->values[k];
      if (reaches (goal, try_verdict (self, rule, row, fills, n_fills)))
        {
          family->sets->pdata[n++] = set;
          continue;
        }
      balance_deciding_cells_free (set);
      family->count -= family->count > 0 && family->count < G_MAXUINT64;
      family->exact = FALSE;
    }
  for (guint i = n; i < family->sets->len; i++)
    family->sets->pdata[i] = NULL;
  g_ptr_array_set_size (family->sets, (int) n);
  if (n == 0)
    family->count = 0;
}

static gboolean
vetoes (const BalanceRule *rule)
{
  if (rule->veto)
    return TRUE;
  for (guint i = 0; i < rule->children->len; i++)
    if (vetoes (g_ptr_array_index (rule->children, i)))
      return TRUE;
  return FALSE;
}

static BalanceDecidingFamily *
compose (BalanceDeciding *self, guint index, guint row, Goal goal)
{
  const BalanceRule *rule = self->judge->scheme->rules[index].rule;
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_deciding_family_free);
  g_autoptr(GHashTable) claimed = g_hash_table_new (NULL, NULL);
  gboolean disjoint = TRUE, simple = !rule->has_floor;
  guint n = 0, unmet = 0, open = 0, allowed, wanted;
  BalanceDecidingFamily *family;

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      BalanceDecidingFamily *item;
      guint n_open;
      BalanceVerdict verdict;

      if (!child->binding)
        continue;
      n++;
      verdict = balance_judge_get_verdict_at (self->judge, child->index, rule->level, row);
      unmet += verdict == BALANCE_VERDICT_UNMET;
      simple = simple && (rule->need < 0 || !vetoes (child));
      if (verdict != BALANCE_VERDICT_UNDETERMINED)
        continue;
      item = find_item (self, child, rule->level, row, goal == GOAL_UNMET ? GOAL_UNMET : GOAL_FINE, claimed, &disjoint, &n_open);
      open += n_open > 0;
      g_ptr_array_add (items, item);
    }
  allowed = rule->need < 0 || (guint) rule->need > n ? 0 : n - (guint) rule->need;
  /* floors, and whether it applies at all, are left to the trial: there all are wanted */
  if (goal == GOAL_UNMET)
    wanted = allowed + 1 > unmet ? allowed + 1 - unmet : 1;
  else
    wanted = rule->has_floor || unmet > allowed || open <= allowed - unmet ? open : open - (allowed - unmet);
  if (wanted > items->len)
    return family_new ();
  family = choose (items, wanted);

  /* to fail, one part is enough where none may: there it does not matter what the parts share */
  if (!simple || !((disjoint || (goal == GOAL_UNMET && wanted == 1)) &&
                   balance_judge_get (self->judge, index)->applies[row] == BALANCE_TRUE))
    {
      family->exact = FALSE;
      verify (self, family, index, row, goal);
    }
  else if (goal == GOAL_MET)
    {
      verify (self, family, index, row, goal);
    }

  return family;
}

/* -- questions ------------------------------------------------------------------------------------------ */

static BalanceDecidingFamily *
find (BalanceDeciding *self, guint rule, guint row, Goal goal)
{
  const BalanceRule *of = self->judge->scheme->rules[rule].rule;
  g_autoptr(GPtrArray) leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) leaf_free);
  g_autoptr(GArray) cells = balance_deciding_collect (self, rule, row, leaves);

  /* trials start from its columns as they are */
  balance_judge_get (self->judge, rule);
  set_mark (self);
  /* what waits for no fact at all, such as a division by zero or a tie, no fact decides */
  if (cells->len == 0)
    return family_new ();
  if (is_plain (of) && cells->len > MAX_TRIED && goal != GOAL_NOT_APPLICABLE)
    return compose (self, rule, row, goal);
  if (goal == GOAL_NOT_APPLICABLE && cells->len > MAX_TRIED)
    return family_new ();

  return search (self, rule, row, goal, cells, leaves);
}

guint
balance_deciding_count_missing (BalanceDeciding *self, guint rule, guint row)
{
  BalanceLevel level = self->judge->scheme->rules[rule].rule->level;
  g_autoptr(GArray) cells = balance_deciding_collect (self, rule, row - self->judge->frame->offset[level], NULL);

  return cells->len;
}

BalanceDecidingFamily *
balance_deciding_find (BalanceDeciding *self, guint rule, guint row, BalanceVerdict verdict)
{
  guint at = row - self->judge->frame->offset[self->judge->scheme->rules[rule].rule->level];

  start (self);
  return find (self, rule, at, verdict == BALANCE_VERDICT_MET ? GOAL_MET : verdict == BALANCE_VERDICT_UNMET ? GOAL_UNMET : GOAL_NOT_APPLICABLE);
}

static BalanceVerdict
verdict_on_all (BalanceDeciding *self, const guint *roots, guint n_roots, guint district)
{
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;

  for (guint i = 0; i < n_roots; i++)
    verdict = balance_verdict_and (verdict, balance_judge_get_verdict_at (self->judge, roots[i], BALANCE_LEVEL_DISTRICT, district));

  return verdict;
}

/* All that is missing with usual values, less what can be spared while there is time. */
static BalanceDecidingCells *
shrink_all (BalanceDeciding *self, const guint *roots, guint n_roots, guint row)
{
  BalanceDecidingCells *set = g_new0 (BalanceDecidingCells, 1);
  g_autoptr(GHashTable) known = g_hash_table_new (NULL, NULL);
  g_autoptr(GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint)), fills = g_array_new (FALSE, FALSE, sizeof (BalanceFill));
  BalanceFrame *frame = self->judge->frame;
  gboolean reached;

  start (self);
  for (guint i = 0; i < n_roots; i++)
    {
      BalanceLevel level = self->judge->scheme->rules[roots[i]].rule->level;
      guint first = row, n = 1;
      const guint32 *rows = NULL;

      if (level < BALANCE_LEVEL_DISTRICT)
        n = balance_frame_get_rows (frame, BALANCE_LEVEL_DISTRICT, row, level, &first, &rows);
      for (guint k = 0; k < n; k++)
        {
          guint at = rows != NULL ? rows[k] - frame->offset[level] : first + k;
          g_autoptr(GArray) some = NULL;

          if (balance_judge_get (self->judge, roots[i])->verdicts[at] != BALANCE_VERDICT_UNDETERMINED)
            continue;
          some = balance_deciding_collect (self, roots[i], at, NULL);
          for (guint c = 0; c < some->len; c++)
            {
              guint cell = g_array_index (some, guint, c);
              g_autoptr(GArray) candidates = NULL;

              if (!g_hash_table_add (known, GUINT_TO_POINTER (cell + 1)))
                continue;
              candidates = balance_deciding_candidates (self, cell);
              if (candidates->len == 0)
                continue;
              g_array_append_val (cells, cell);
              g_array_append_val (fills, g_array_index (candidates, BalanceFill, 0));
            }
        }
    }

  for (guint spared = cells->len + 1; spared-- > 0 && self->budget > 0;)
    {
      guint cell = 0;
      BalanceFill fill = { 0 };

      /* the first turn spares nothing: do they lead there at all? */
      if (spared < cells->len)
        {
          cell = g_array_index (cells, guint, spared);
          fill = g_array_index (fills, BalanceFill, spared);
          g_array_remove_index (cells, spared);
          g_array_remove_index (fills, spared);
        }
      try_values (self, (const BalanceFill *) (gconstpointer) fills->data, fills->len);
      reached = reaches (GOAL_FINE, verdict_on_all (self, roots, n_roots, row));
      end_trial (self);
      if (fill.field == NULL && !reached)
        g_array_set_size (cells, 0);
      if (fill.field == NULL && !reached)
        break;
      if (fill.field != NULL && !reached)
        {
          g_array_insert_val (cells, spared, cell);
          g_array_insert_val (fills, spared, fill);
        }
    }
  if (cells->len == 0)
    {
      balance_deciding_cells_free (set);
      return NULL;
    }
  set->n = cells->len;
  set->cells = g_memdup2 (cells->data, sizeof (guint) * cells->len);
  set->values = g_memdup2 (fills->data, sizeof (BalanceFill) * cells->len);

  return set;
}

BalanceDecidingCells *
balance_deciding_find_smallest (BalanceDeciding *self, const guint *roots, guint n_roots, guint district, BalanceVerdict verdict,
                                gboolean *proved)
{
  Goal goal = verdict == BALANCE_VERDICT_UNMET ? GOAL_UNMET : GOAL_FINE;
  guint row = district - self->judge->frame->offset[BALANCE_LEVEL_DISTRICT];
  g_autoptr(GHashTable) claimed = g_hash_table_new (NULL, NULL);
  g_autoptr(BalanceDecidingFamily) family = goal == GOAL_UNMET ? family_new () : nothing_needed ();
  BalanceDecidingCells *set;
  gboolean disjoint = TRUE, reached;
  g_autofree BalanceFill *fills = NULL;
  guint n_fills = 0;

  start (self);
  set_mark (self);
  for (guint i = 0; i < n_roots; i++)
    {
      const BalanceRule *root = self->judge->scheme->rules[roots[i]].rule;
      g_autoptr(BalanceDecidingFamily) one = NULL;
      guint n_open;

      one = find_item (self, root, BALANCE_LEVEL_DISTRICT, row, goal, claimed, &disjoint, &n_open);
      if (n_open == 0)
        continue;
      if (goal == GOAL_UNMET)
        {
          unite (family, one);
        }
      else
        {
          BalanceDecidingFamily *both = product (family, one);

          balance_deciding_family_free (family);
          family = both;
        }
    }
  tidy (family);
  if (family->sets->len == 0)
    {
      *proved = FALSE;
      return goal == GOAL_UNMET ? NULL : shrink_all (self, roots, n_roots, row);
    }

  set = g_ptr_array_index (family->sets, 0);
  fills = g_new (BalanceFill, set->n + 1);
  for (guint k = 0; k < set->n; k++)
    if (set->values[k].field != NULL)
      fills[n_fills++] = set->values[k];
  try_values (self, fills, n_fills);
  reached = reaches (goal, verdict_on_all (self, roots, n_roots, row));
  end_trial (self);
  if (!reached || set->n == 0)
    {
      *proved = FALSE;
      return goal == GOAL_UNMET ? NULL : shrink_all (self, roots, n_roots, row);
    }
  /* nothing is smaller than one fact; and to fail, one part is enough, whatever the parts share */
  *proved = set->n == 1 || (family->exact && (disjoint || goal == GOAL_UNMET));

  return copy_cells (set);
}
