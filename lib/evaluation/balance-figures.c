/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-figures-private.h"

#include <math.h>

#include "base/balance-float-private.h"

/* More decimals than any figure or limit is written with, and those of halves and of percent. */
#define MOST_DECIMALS (18 + MORE_DECIMALS)
#define MORE_DECIMALS 3

/* Do all numbers between two round to the same, with up to so many decimals? No half of a decimal may lie between them. */
static gboolean
round_alike (mpq_srcptr low, mpq_srcptr high, guint decimals)
{
  gboolean alike;
  mpz_t a, b, scale;

  mpz_inits (a, b, scale, NULL);
  mpz_ui_pow_ui (scale, 10, decimals);
  mpz_mul (a, scale, mpq_numref (low));
  mpz_fdiv_q (a, a, mpq_denref (low));
  mpz_mul (b, scale, mpq_numref (high));
  mpz_fdiv_q (b, b, mpq_denref (high));
  alike = mpz_cmp (a, b) == 0;
  mpz_clears (a, b, scale, NULL);

  return alike;
}

/* May a number that lies between two stand for both, however many decimals it is rounded to, and less the limit? No limit may
 * lie between them either. */
static gboolean
is_settled (BalanceNumberPool *pool, const BalanceNumber *limit, mpq_srcptr low, mpq_srcptr high)
{
  gboolean settled = round_alike (low, high, MOST_DECIMALS) && !(balance_mpq_get_double (low) < balance_mpq_get_double (high));
  mpq_t bound, x, y;

  mpq_inits (bound, x, y, NULL);
  if (settled && limit != NULL && balance_number_get_mpq (pool, *limit, bound))
    {
      mpq_sub (x, low, bound);
      mpq_sub (y, high, bound);
      settled = mpq_sgn (x) * mpq_sgn (y) > 0 && !(balance_mpq_get_double (x) < balance_mpq_get_double (y));
    }
  mpq_clears (bound, x, y, NULL);

  return settled;
}

static void
add_scale (const BalanceExpression *expression, guint *decimals)
{
  if (expression != NULL && expression->kind == BALANCE_EXPRESSION_NUMBER)
    *decimals = MAX (*decimals, expression->number.scale);
}

/* With how many decimals at most a coefficient is rounded: as its form has it and as its limit is written, and those of halves and
 * of percent. */
static guint
count_decimals (const BalancePack *pack, const BalanceRule *rule)
{
  guint decimals = rule->decimals >= 0 ? (guint) rule->decimals : BALANCE_DECIMALS_OF_NONE;

  for (guint i = 0; i < rule->limit.n; i++)
    {
      const BalanceDefinition *definition = rule->limit.definitions[i];

      if (definition == NULL)
        continue;
      add_scale (definition->all, &decimals);
      for (guint k = 0; definition->by_stage != NULL && k < pack->n_stages; k++)
        add_scale (definition->by_stage[k], &decimals);
    }

  return decimals + MORE_DECIMALS;
}

/* The coefficient of a group, as closely as what is told of it needs. */
static BalanceNumber
get_coefficient (BalanceNumberPool *pool, BalanceDispersion *dispersion, const BalanceNumber *limit)
{
  BalanceNumber number = balance_number_small (0, 1);
  gboolean found;
  mpq_t low, high;

  mpq_inits (low, high, NULL);
  found = balance_dispersion_get_enclosure (dispersion, low, high) && is_settled (pool, limit, low, high);
  if (found)
    number = balance_number_from_enclosure (pool, low, high);
  mpq_clears (low, high, NULL);

  return found ? number : balance_dispersion_get_number (dispersion, pool, 256);
}

/* The same from the sums that were kept with the verdict. FALSE where they do not tell all that is shown. */
static gboolean
get_spread_of_sums (BalanceJudge   *judge,
                    guint           index,
                    guint           row,
                    BalanceFigures *figures)
{
  BalanceNumberPool *pool = &judge->frame->pool;
  const guint decimals = count_decimals (judge->scheme->pack, judge->scheme->rules[index].rule);
  const BalanceNumber *limit = figures->limit;
  BalanceDispersionSums sums;
  double exact, excess = NAN;
  gboolean found;
  mpq_t low, high, bound;

  if (!balance_judge_get_sums (judge, index, row, &sums) || !balance_dispersion_get_cv_of_sums (&sums, &exact) || isnan (exact) ||
      (limit != NULL && (!balance_number_is_small (*limit) || !balance_dispersion_get_excess_of_sums (&sums, *limit, &excess))))
    return FALSE;

  mpq_inits (low, high, bound, NULL);
  found = balance_dispersion_get_enclosure_of_sums (&sums, low, high) && round_alike (low, high, decimals);
  if (found && limit != NULL && balance_number_get_mpq (pool, *limit, bound))
    found = mpq_cmp (low, bound) > 0 || mpq_cmp (high, bound) < 0;
  if (found)
    {
      figures->value = balance_number_from_enclosure (pool, low, high);
      figures->low = figures->high = figures->exact = exact;
      figures->excess = excess;
    }
  mpq_clears (low, high, bound, NULL);

  return found;
}

/* The mean of several. */
static BalanceNumber
get_mean (BalanceNumberPool *pool, BalanceDispersion **dispersions, guint n, const BalanceNumber *limit)
{
  BalanceNumber number = balance_number_small (0, 1);
  gboolean found;
  mpq_t low, high;

  mpq_inits (low, high, NULL);
  found = balance_judge_enclose_mean (dispersions, n, low, high) && is_settled (pool, limit, low, high);
  if (found)
    number = balance_number_from_enclosure (pool, low, high);
  mpq_clears (low, high, NULL);
  if (found)
    return number;

  for (guint i = 0; i < n; i++)
    if (dispersions[i]->state == BALANCE_DISPERSION_KNOWN)
      number = balance_number_add (pool, number, balance_dispersion_get_number (dispersions[i], pool, 256));

  return balance_number_divide (pool, number, balance_number_small (MAX (1, n), 1));
}

/* The coefficient of a dispersion, or the mean of several, as a number. Where only bounds are known the number
 * is undefined and they are in `low` and `high`; `exact` is the double that is shown, NaN for a mean of several. */
static void
get_spread (BalanceJudge   *judge,
            guint           index,
            guint           row,
            BalanceFigures *figures)
{
  BalanceNumberPool *pool = &judge->frame->pool;
  const BalanceSchemeRule *rule = &judge->scheme->rules[index];
  g_autofree BalanceDispersion **dispersions = g_new (BalanceDispersion *, rule->n_indicators + 1);
  gboolean open = FALSE;

  figures->spread = TRUE;
  if (get_spread_of_sums (judge, index, row, figures))
    return;

  figures->low = figures->high = 0.0;
  for (guint i = 0; i < rule->n_indicators; i++)
    {
      BalanceDispersion *dispersion = balance_judge_get_dispersion (judge, rule->indicators[i], rule->mask, rule->rule->level, row);
      double least, most;

      dispersions[i] = dispersion;
      if (dispersion->state == BALANCE_DISPERSION_ZERO && rule->rule->combine)
        continue;
      if (dispersion->state == BALANCE_DISPERSION_EMPTY || dispersion->state == BALANCE_DISPERSION_ZERO ||
          (dispersion->state == BALANCE_DISPERSION_KNOWN && rule->rule->combine && !balance_dispersion_has_positive_mean (dispersion)))
        {
          figures->all_zero = dispersion->state == BALANCE_DISPERSION_ZERO;
          figures->low = figures->high = NAN;
          figures->value = balance_number_undefined (pool);
          return;
        }
      balance_dispersion_get_bounds (dispersion, &least, &most);
      figures->low += least;
      figures->high += most;
      open = open || dispersion->state != BALANCE_DISPERSION_KNOWN;
      if (!rule->rule->combine && !open)
        {
          figures->exact = least;
          figures->value = get_coefficient (pool, dispersion, figures->limit);
          return;
        }
    }
  figures->low /= MAX (1, rule->n_indicators);
  figures->high /= MAX (1, rule->n_indicators);
  figures->value = open ? balance_number_undefined (pool) : get_mean (pool, dispersions, rule->n_indicators, figures->limit);
}

void
balance_figures_get (BalanceJudge   *judge,
                     guint           index,
                     guint           row,
                     BalanceFigures *figures)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceNumberPool *pool = &judge->frame->pool;
  const BalanceSchemeRule *rule = &judge->scheme->rules[index];
  const BalanceJudged *judged = balance_judge_get (judge, index);

  *figures = (BalanceFigures) { .exact = NAN, .excess = NAN };
  if (rule->in_force && rule->rule->kind == BALANCE_RULE_DISPERSION)
    {
      figures->has_value = TRUE;
      if (judged->limits != NULL && balance_number_is_known (pool, judged->limits[row]))
        figures->limit = &judged->limits[row];
      get_spread (judge, index, row, figures);
    }
  else if (judged->values != NULL && judged->applies[row] != BALANCE_FALSE)
    {
      figures->has_value = TRUE;
      figures->value = judged->values[row];
      if (judged->limits != NULL && !balance_number_is_undefined (pool, judged->limits[row]))
        figures->limit = &judged->limits[row];
    }
  else if (rule->rule->kind == BALANCE_RULE_COMBINATION && rule->rule->has_points && judged->applies[row] != BALANCE_FALSE)
    {
      /* judged by its parts, but its score counts in what is around it */
      figures->has_value = TRUE;
      figures->value = balance_judge_get_scores (judge, index)[row];
    }
}

double
balance_figures_get_value (const BalanceFigures *figures,
                           BalanceNumberPool    *pool)
{
  if (!figures->has_value)
    return NAN;

  return isnan (figures->exact) ? balance_number_get_double (pool, figures->value) : figures->exact;
}

double
balance_figures_get_margin (const BalanceFigures *figures,
                            BalanceNumberPool    *pool,
                            BalanceComparison     comparison)
{
  const gboolean lower = comparison == BALANCE_COMPARISON_AT_LEAST || comparison == BALANCE_COMPARISON_ABOVE;

  if (!figures->has_value || figures->limit == NULL)
    return NAN;
  if (!isnan (figures->excess))
    return lower ? figures->excess : 0.0 - figures->excess;

  return balance_number_get_double (pool, lower ? balance_number_subtract (pool, figures->value, *figures->limit)
                                                : balance_number_subtract (pool, *figures->limit, figures->value));
}
