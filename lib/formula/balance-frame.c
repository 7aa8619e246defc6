/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Computes the columns of a program for some districts: one plain loop per node over all rows. */

#include <string.h>

#include "equity/balance-dispersion-private.h"
#include "formula/balance-node-private.h"

#define BLOCK_SIZE (256 * 1024)

/* -- memory and rows --------------------------------------------------------------------------------- */

BalanceFrame *
balance_frame_new (BalanceBinding *binding, BalanceFrame *region)
{
  BalanceFrame *self = g_new0 (BalanceFrame, 1);

  self->binding = binding;
  self->facts = binding->facts;
  self->region = region;
  self->vectors = g_new0 (gpointer, MAX (1, binding->program->nodes->len));
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->large = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
balance_frame_free (BalanceFrame *self)
{
  if (self == NULL)
    return;

  balance_number_pool_clear (&self->pool);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->large);
  for (guint i = 0; i < G_N_ELEMENTS (self->changed); i++)
    g_clear_pointer (&self->changed[i], g_array_unref);
  g_free (self->vectors);
  g_free (self);
}

gpointer
balance_frame_alloc (BalanceFrame *self, gsize size)
{
  gpointer memory;

  size = (size + 15) & ~(gsize) 15;
  if (size > BLOCK_SIZE / 4)
    {
      memory = g_malloc0 (size);
      g_ptr_array_add (self->large, memory);
      return memory;
    }
  if (self->block >= self->blocks->len)
    g_ptr_array_add (self->blocks, g_malloc (BLOCK_SIZE));
  if (self->used + size > BLOCK_SIZE)
    {
      self->block++;
      self->used = 0;
      if (self->block >= self->blocks->len)
        g_ptr_array_add (self->blocks, g_malloc (BLOCK_SIZE));
    }
  memory = (char *) g_ptr_array_index (self->blocks, self->block) + self->used;
  self->used += size;
  memset (memory, 0, size);

  return memory;
}

void
balance_frame_reset (BalanceFrame *self, guint first_district, guint n_districts)
{
  BalanceFacts *facts = self->facts;
  guint end = first_district + n_districts;

  self->mark = NULL;
  balance_number_pool_truncate (&self->pool, 0);
  memset (self->vectors, 0, sizeof (gpointer) * self->binding->program->nodes->len);
  g_ptr_array_set_size (self->large, 0);
  self->block = 0;
  self->used = 0;

  self->offset[BALANCE_LEVEL_SECTION] = facts->district_sections[first_district];
  self->n_rows[BALANCE_LEVEL_SECTION] = facts->district_sections[end] - facts->district_sections[first_district];
  self->offset[BALANCE_LEVEL_SCHOOL] = facts->district_schools[first_district];
  self->n_rows[BALANCE_LEVEL_SCHOOL] = facts->district_schools[end] - facts->district_schools[first_district];
  self->offset[BALANCE_LEVEL_STAGE] = facts->district_groups[first_district];
  self->n_rows[BALANCE_LEVEL_STAGE] = facts->district_groups[end] - facts->district_groups[first_district];
  self->offset[BALANCE_LEVEL_DISTRICT] = first_district;
  self->n_rows[BALANCE_LEVEL_DISTRICT] = n_districts;
  self->offset[BALANCE_LEVEL_REGION] = 0;
  self->n_rows[BALANCE_LEVEL_REGION] = 1;
}

guint
balance_frame_get_rows (BalanceFrame   *self,
                        BalanceLevel    level,
                        guint           row,
                        BalanceLevel    finer,
                        guint          *first,
                        const guint32 **rows)
{
  BalanceFacts *facts = self->facts;
  guint absolute = row + self->offset[level];
  const guint32 *offsets;

  *rows = NULL;
  if (level == BALANCE_LEVEL_REGION)
    {
      *first = 0;
      return self->n_rows[finer];
    }
  if (level == BALANCE_LEVEL_SCHOOL)
    {
      *first = 0;
      *rows = facts->school_section_rows + facts->school_sections[absolute];
      return facts->school_sections[absolute + 1] - facts->school_sections[absolute];
    }

  if (level == BALANCE_LEVEL_STAGE)
    offsets = facts->group_sections;
  else if (finer == BALANCE_LEVEL_SECTION)
    offsets = facts->district_sections;
  else if (finer == BALANCE_LEVEL_SCHOOL)
    offsets = facts->district_schools;
  else
    offsets = facts->district_groups;

  *first = offsets[absolute] - self->offset[finer];
  return offsets[absolute + 1] - offsets[absolute];
}

guint
balance_frame_get_parent (BalanceFrame *self, BalanceLevel level, guint row, BalanceLevel coarser)
{
  BalanceFacts *facts = self->facts;
  guint absolute = row + self->offset[level];
  guint32 parent;

  if (coarser == level)
    return row;
  if (coarser == BALANCE_LEVEL_REGION)
    return 0;
  if (coarser == BALANCE_LEVEL_SCHOOL)
    parent = facts->section_school[absolute];
  else if (coarser == BALANCE_LEVEL_STAGE)
    parent = facts->section_group[absolute];
  else if (level == BALANCE_LEVEL_SECTION)
    parent = facts->school_district[facts->section_school[absolute]];
  else if (level == BALANCE_LEVEL_SCHOOL)
    parent = facts->school_district[absolute];
  else
    parent = facts->group_district[absolute];

  return parent - self->offset[coarser];
}

/* -- reading facts ----------------------------------------------------------------------------------- */

static BalanceNumber
missing_number (BalanceFrame *self, const BalanceField *field)
{
  return balance_number_from_bounds (&self->pool, field->has_min ? &field->min : NULL, field->has_max ? &field->max : NULL);
}

static inline BalanceNumber
read_column (const BalanceColumn *column, guint row)
{
  return balance_number_small (balance_column_get (column, row), balance_power_of_ten (balance_column_get_scale (column, row)));
}

/* One fact; `missing` is made once per column and shared by all rows that lack it. */
static inline BalanceNumber
read_number (BalanceFrame *self, const BalanceField *field, const BalanceColumn *column, guint row,
             BalanceNumber *missing)
{
  if (column != NULL && balance_column_is_valid (column, row))
    return read_column (column, row);
  if (missing->den != 0)
    *missing = missing_number (self, field);
  return *missing;
}

/* What a school has in all where only its sections' parts were given. */
static gboolean
sum_of_parts (BalanceFrame *self, const BalanceColumn *part, guint school, BalanceNumber *sum)
{
  BalanceFacts *facts = self->facts;
  guint32 i = facts->school_sections[school], end = facts->school_sections[school + 1];

  if (i == end)
    return FALSE;
  *sum = balance_number_small (0, 1);
  for (; i < end; i++)
    {
      guint32 section = facts->school_section_rows[i];

      if (!balance_column_is_valid (part, section))
        return FALSE;
      *sum = balance_number_add (&self->pool, *sum, read_column (part, section));
    }

  return TRUE;
}

static gboolean
adds_up (const BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
}

static void
compute_field (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gpointer out)
{
  const BalanceColumn *column = self->binding->fields[node->index].column;
  const BalanceColumn *part = self->binding->fields[node->index].part;
  guint offset = self->offset[node->level];

  if (node->type == BALANCE_VALUE_NUMBER)
    {
      BalanceNumber *numbers = out, missing = { 0, 1 };

      BALANCE_FOR_EACH_PICKED (i, picked)
        {
          if (part != NULL && adds_up (node->field) &&
              (column == NULL || !balance_column_is_valid (column, offset + i)) &&
              sum_of_parts (self, part, offset + i, &numbers[i]))
            continue;
          numbers[i] = read_number (self, node->field, column, offset + i, &missing);
        }
    }
  else if (node->type == BALANCE_VALUE_FLAG)
    {
      guint8 *flags = out;

      BALANCE_FOR_EACH_PICKED (i, picked)
        flags[i] = column != NULL && balance_column_is_valid (column, offset + i)
                     ? (guint8) (balance_column_get (column, offset + i) != 0) : BALANCE_UNKNOWN;
    }
  else
    {
      gint32 *codes = out, none = node->type == BALANCE_VALUE_DATE ? G_MININT32 : -1;

      BALANCE_FOR_EACH_PICKED (i, picked)
        codes[i] = column != NULL && balance_column_is_valid (column, offset + i)
                     ? (gint32) balance_column_get (column, offset + i) : none;
      if (node->type == BALANCE_VALUE_TEXT && self->binding->same != NULL)
        BALANCE_FOR_EACH_PICKED (i, picked)
          codes[i] = codes[i] >= 0 ? self->binding->same[codes[i]] : codes[i];
    }
}

/* own / (own + rest): grows with the one and falls with the other, so its range over missing numbers is exact
 * at the ends. Plain interval arithmetic would count `own` twice. */
static BalanceNumber
proportion (BalanceNumberPool *pool, BalanceNumber own, BalanceNumber rest)
{
  BalanceNumber low, high, end;
  mpq_t own_end, rest_end;

  if (own.den != 0 && rest.den != 0)
    return balance_number_divide (pool, own, balance_number_add (pool, own, rest));

  mpq_init (own_end);
  mpq_init (rest_end);
  low = balance_number_small (0, 1);
  if (balance_number_get_low_mpq (pool, own, own_end) && mpq_sgn (own_end) > 0 && balance_number_get_high_mpq (pool, rest, rest_end))
    {
      end = balance_number_from_mpq (pool, own_end);
      low = balance_number_divide (pool, end, balance_number_add (pool, end, balance_number_from_mpq (pool, rest_end)));
    }
  high = balance_number_small (1, 1);
  if (balance_number_get_high_mpq (pool, own, own_end) && balance_number_get_low_mpq (pool, rest, rest_end) && mpq_sgn (rest_end) > 0)
    {
      end = balance_number_from_mpq (pool, own_end);
      high = balance_number_divide (pool, end, balance_number_add (pool, end, balance_number_from_mpq (pool, rest_end)));
    }
  mpq_clear (own_end);
  mpq_clear (rest_end);

  return balance_number_hull (pool, low, high);
}

BalanceNumber
balance_frame_get_split_share (BalanceFrame *self, const BalanceNode *node, guint row)
{
  BalanceFacts *facts = self->facts;
  const BalanceColumn *part = self->binding->fields[node->index].part;
  const BalanceNumber *pupils = balance_frame_get_numbers (self, node->args[1]);
  BalanceNumberPool *pool = &self->pool;
  guint offset = self->offset[BALANCE_LEVEL_SECTION];
  guint32 school = facts->section_school[offset + row];
  BalanceNumber own = balance_number_small (0, 1), rest = own;
  gboolean takes = FALSE, others = FALSE;

  if (part != NULL && balance_column_is_valid (part, offset + row))
    return balance_number_small (1, 1);

  for (guint32 j = facts->school_sections[school]; j < facts->school_sections[school + 1]; j++)
    {
      guint32 section = facts->school_section_rows[j];
      const BalanceDecimal *weight = &self->binding->split_weights[facts->section_stage[section]];
      BalanceNumber share;

      if (weight->digits == 0)
        continue;
      others = others || section != offset + row;
      share = pupils[section - offset];
      if (weight->digits != 1 || weight->scale != 0)
        share = balance_number_multiply (pool, balance_number_from_decimal (weight), share);
      if (section == offset + row)
        {
          own = share;
          takes = TRUE;
        }
      else
        rest = balance_number_add (pool, rest, share);
    }

  return !takes ? balance_number_small (0, 1) : !others ? balance_number_small (1, 1) : proportion (pool, own, rest);
}

/* A section's part of its school's amount: its own where the data give it, else in proportion to
 * weight x pupils over all sections of the school, those of other stages than the pack's too. */
static void
compute_split (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, BalanceNumber *out)
{
  BalanceFacts *facts = self->facts;
  const BalanceColumn *part = self->binding->fields[node->index].part;
  const BalanceNumber *whole = balance_frame_get_numbers (self, node->args[0]);
  guint offset = self->offset[BALANCE_LEVEL_SECTION], school_offset = self->offset[BALANCE_LEVEL_SCHOOL];

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      BalanceNumber share;

      if (part != NULL && balance_column_is_valid (part, offset + i))
        {
          out[i] = read_column (part, offset + i);
          continue;
        }
      share = balance_frame_get_split_share (self, node, i);
      if (share.num == 0 && share.den == 1)
        out[i] = share;
      else if (share.num == 1 && share.den == 1)
        out[i] = whole[facts->section_school[offset + i] - school_offset];
      else
        out[i] = balance_number_multiply (&self->pool, whole[facts->section_school[offset + i] - school_offset], share);
    }
}

static void
compute_stage (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gint32 *out)
{
  const guint8 *stages = node->level == BALANCE_LEVEL_SECTION ? self->facts->section_stage : self->facts->group_stage;

  BALANCE_FOR_EACH_PICKED (i, picked)
    out[i] = stages[self->offset[node->level] + i];
}

static void
compute_in_stages (BalanceFrame *self, const BalancePicked *picked, guint8 *out)
{
  BALANCE_FOR_EACH_PICKED (i, picked)
    out[i] = self->binding->stage_back[self->facts->section_stage[self->offset[BALANCE_LEVEL_SECTION] + i]] >= 0;
}

/* -- operators --------------------------------------------------------------------------------------- */

static void
compute_arithmetic (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, BalanceNumber *out)
{
  const BalanceNumber *a = balance_frame_get_numbers (self, node->args[0]);
  const BalanceNumber *b = balance_frame_get_numbers (self, node->args[1]);
  BalanceNumberPool *pool = &self->pool;

  switch (node->kind)
    {
    case BALANCE_NODE_ADD:
      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = balance_number_add (pool, a[i], b[i]);
      break;
    case BALANCE_NODE_SUBTRACT:
      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = balance_number_subtract (pool, a[i], b[i]);
      break;
    case BALANCE_NODE_MULTIPLY:
      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = balance_number_multiply (pool, a[i], b[i]);
      break;
    case BALANCE_NODE_DIVIDE:
      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = balance_number_divide (pool, a[i], b[i]);
      break;
    default:
      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = balance_number_operate_wide (pool, node->kind == BALANCE_NODE_MIN ? BALANCE_OPERATION_MIN : BALANCE_OPERATION_MAX,
                                              a[i], b[i]);
      break;
    }
}

static BalanceTruth
equal_codes (gint32 a, gint32 b, gint32 none)
{
  return a == none || b == none ? BALANCE_UNKNOWN : (a == b ? BALANCE_TRUE : BALANCE_FALSE);
}

static gint32
no_code (const BalanceNode *node)
{
  return node->type == BALANCE_VALUE_DATE ? G_MININT32 : -1;
}

static void
or_equal (BalanceFrame *self, const BalanceNode *a, const BalanceNode *b, const BalancePicked *picked, guint8 *out)
{
  if (a->type == BALANCE_VALUE_NUMBER)
    {
      const BalanceNumber *x = balance_frame_get_numbers (self, (BalanceNode *) a);
      const BalanceNumber *y = balance_frame_get_numbers (self, (BalanceNode *) b);

      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = (guint8) balance_number_equal (&self->pool, x[i], y[i]);
    }
  else if (a->type == BALANCE_VALUE_FLAG)
    {
      const guint8 *x = balance_frame_get_flags (self, (BalanceNode *) a);
      const guint8 *y = balance_frame_get_flags (self, (BalanceNode *) b);

      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = x[i] == BALANCE_UNKNOWN || y[i] == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : x[i] == y[i];
    }
  else
    {
      const gint32 *x = balance_frame_get_codes (self, (BalanceNode *) a);
      const gint32 *y = balance_frame_get_codes (self, (BalanceNode *) b);

      BALANCE_FOR_EACH_PICKED (i, picked)
        out[i] = (guint8) equal_codes (x[i], y[i], no_code (a));
    }
}

static guint8
or_truth (guint8 a, guint8 b)
{
  if (a == BALANCE_TRUE || b == BALANCE_TRUE)
    return BALANCE_TRUE;
  return a == BALANCE_UNKNOWN || b == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : BALANCE_FALSE;
}

static guint8
and_truth (guint8 a, guint8 b)
{
  if (a == BALANCE_FALSE || b == BALANCE_FALSE)
    return BALANCE_FALSE;
  return a == BALANCE_UNKNOWN || b == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : BALANCE_TRUE;
}

static void
compute_flag (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, guint8 *out)
{
  switch (node->kind)
    {
    case BALANCE_NODE_OR:
    case BALANCE_NODE_AND:
      {
        const guint8 *a = balance_frame_get_flags (self, node->args[0]), *b = balance_frame_get_flags (self, node->args[1]);

        BALANCE_FOR_EACH_PICKED (i, picked)
          out[i] = node->kind == BALANCE_NODE_OR ? or_truth (a[i], b[i]) : and_truth (a[i], b[i]);
      }
      break;

    case BALANCE_NODE_NOT:
      {
        const guint8 *a = balance_frame_get_flags (self, node->args[0]);

        BALANCE_FOR_EACH_PICKED (i, picked)
          out[i] = a[i] == BALANCE_UNKNOWN ? BALANCE_UNKNOWN : !a[i];
      }
      break;

    case BALANCE_NODE_LESS:
    case BALANCE_NODE_LESS_EQUAL:
      if (node->args[0]->type == BALANCE_VALUE_DATE)
        {
          const gint32 *a = balance_frame_get_codes (self, node->args[0]), *b = balance_frame_get_codes (self, node->args[1]);

          BALANCE_FOR_EACH_PICKED (i, picked)
            out[i] = a[i] == G_MININT32 || b[i] == G_MININT32 ? BALANCE_UNKNOWN
                     : node->kind == BALANCE_NODE_LESS ? a[i] < b[i] : a[i] <= b[i];
        }
      else
        {
          const BalanceNumber *a = balance_frame_get_numbers (self, node->args[0]);
          const BalanceNumber *b = balance_frame_get_numbers (self, node->args[1]);

          BALANCE_FOR_EACH_PICKED (i, picked)
            out[i] = (guint8) (node->kind == BALANCE_NODE_LESS ? balance_number_less (&self->pool, a[i], b[i])
                                                               : balance_number_less_equal (&self->pool, a[i], b[i]));
        }
      break;

    case BALANCE_NODE_EQUAL:
      or_equal (self, node->args[0], node->args[1], picked, out);
      break;

    case BALANCE_NODE_IN:
      {
        guint8 *one = balance_frame_alloc (self, MAX (1, self->n_rows[node->level]));

        for (guint k = 1; k < node->n_args; k++)
          {
            or_equal (self, node->args[0], node->args[k], picked, one);
            BALANCE_FOR_EACH_PICKED (i, picked)
              out[i] = or_truth (out[i], one[i]);
          }
      }
      break;

    case BALANCE_NODE_MISSING:
    default:
      if (node->args[0]->type == BALANCE_VALUE_NUMBER)
        {
          const BalanceNumber *a = balance_frame_get_numbers (self, node->args[0]);

          BALANCE_FOR_EACH_PICKED (i, picked)
            out[i] = !balance_number_is_known (&self->pool, a[i]);
        }
      else if (node->args[0]->type == BALANCE_VALUE_FLAG)
        {
          const guint8 *a = balance_frame_get_flags (self, node->args[0]);

          BALANCE_FOR_EACH_PICKED (i, picked)
            out[i] = a[i] == BALANCE_UNKNOWN;
        }
      else
        {
          const gint32 *a = balance_frame_get_codes (self, node->args[0]);

          BALANCE_FOR_EACH_PICKED (i, picked)
            out[i] = a[i] == no_code (node->args[0]);
        }
      break;
    }
}

static void
compute_unary (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, BalanceNumber *out)
{
  const BalanceNumber *a = balance_frame_get_numbers (self, node->args[0]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    out[i] = node->kind == BALANCE_NODE_ABS ? balance_number_abs (&self->pool, a[i])
                                            : balance_number_round (&self->pool, a[i], (BalanceRounding) node->variant, 0);
}

/* Whole years from one date to another: an anniversary counts, 29 February on 1 March. */
static gint64
whole_years (gint32 from, gint32 to)
{
  GDate a, b;
  int years;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  /* 719163 is the Julian day number that GDate gives to 1970-01-01 */
  g_date_set_julian (&a, (guint32) MAX (1, (gint64) from + 719163));
  g_date_set_julian (&b, (guint32) MAX (1, (gint64) to + 719163));
  years = (int) g_date_get_year (&b) - (int) g_date_get_year (&a);
  if (g_date_get_month (&b) < g_date_get_month (&a) ||
      (g_date_get_month (&b) == g_date_get_month (&a) && g_date_get_day (&b) < g_date_get_day (&a)))
    years--;

  return years;
}

static void
compute_years (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, BalanceNumber *out)
{
  const gint32 *a = balance_frame_get_codes (self, node->args[0]), *b = balance_frame_get_codes (self, node->args[1]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    out[i] = a[i] == G_MININT32 || b[i] == G_MININT32 ? balance_number_from_bounds (&self->pool, NULL, NULL)
                                                      : balance_number_small (whole_years (a[i], b[i]), 1);
}

/* -- choosing between vectors ------------------------------------------------------------------------ */

static gsize
value_size (const BalanceNode *node)
{
  switch (node->type)
    {
    case BALANCE_VALUE_NUMBER:
      return sizeof (BalanceNumber);
    case BALANCE_VALUE_FLAG:
      return 1;
    case BALANCE_VALUE_CHOICE:
    case BALANCE_VALUE_TEXT:
    case BALANCE_VALUE_DATE:
    default:
      return sizeof (gint32);
    }
}

static gconstpointer get_vector (BalanceFrame *self, BalanceNode *node);

static void
set_none (BalanceFrame *self, const BalanceNode *node, gpointer out, guint i)
{
  if (node->type == BALANCE_VALUE_NUMBER)
    ((BalanceNumber *) out)[i] = balance_number_undefined (&self->pool);
  else if (node->type == BALANCE_VALUE_FLAG)
    ((guint8 *) out)[i] = BALANCE_UNKNOWN;
  else
    ((gint32 *) out)[i] = no_code (node);
}

static void
copy_value (const BalanceNode *node, gpointer out, guint i, gconstpointer in, guint j)
{
  gsize size = value_size (node);

  memcpy ((char *) out + i * size, (const char *) in + j * size, size);
}

static void
compute_if (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gpointer out)
{
  const guint8 *condition = balance_frame_get_flags (self, node->args[0]);
  gconstpointer yes = get_vector (self, node->args[1]), no = get_vector (self, node->args[2]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      if (condition[i] != BALANCE_UNKNOWN)
        copy_value (node, out, i, condition[i] == BALANCE_TRUE ? yes : no, i);
      else if (node->type == BALANCE_VALUE_NUMBER)
        ((BalanceNumber *) out)[i] = balance_number_hull (&self->pool, ((const BalanceNumber *) yes)[i], ((const BalanceNumber *) no)[i]);
      else if (memcmp ((const char *) yes + i * value_size (node), (const char *) no + i * value_size (node), value_size (node)) == 0)
        copy_value (node, out, i, yes, i);
      else
        set_none (self, node, out, i);
    }
}

static void
compute_by_stage (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gpointer out)
{
  const guint8 *stages = node->level == BALANCE_LEVEL_SECTION ? self->facts->section_stage : self->facts->group_stage;
  g_autofree gconstpointer *args = g_new0 (gconstpointer, node->n_args);

  for (guint k = 0; k < node->n_args; k++)
    if (node->args[k] != NULL)
      args[k] = get_vector (self, node->args[k]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      int k = self->binding->stage_back[stages[self->offset[node->level] + i]];

      if (k >= 0 && args[k] != NULL)
        copy_value (node, out, i, args[k], i);
      else
        set_none (self, node, out, i);
    }
}

static void
compute_raise (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gpointer out)
{
  gconstpointer from = get_vector (self, node->args[0]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    copy_value (node, out, i, from, balance_frame_get_parent (self, node->level, i, node->args[0]->level));
}

static void
compute_constant (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, gpointer out)
{
  BALANCE_FOR_EACH_PICKED (i, picked)
    if (node->type == BALANCE_VALUE_NUMBER)
      ((BalanceNumber *) out)[i] = node->number;
    else if (node->type == BALANCE_VALUE_FLAG)
      ((guint8 *) out)[i] = (guint8) node->truth;
    else if (node->type == BALANCE_VALUE_DATE)
      ((gint32 *) out)[i] = node->date;
    else
      ((gint32 *) out)[i] = *self->binding->codes[node->index];
}

/* -- aggregates -------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceFrame        *frame;
  const BalanceNode   *node;
  const BalanceNumber *numbers;   /* or */
  const guint8        *flags;
  const BalanceNumber *weights;   /* nullable */
  const guint8        *mask;      /* nullable */
  guint                n, first;
  const guint32       *rows;
} Rows;

static inline guint
row_at (const Rows *rows, guint i)
{
  return rows->rows != NULL ? rows->rows[i] - rows->frame->offset[rows->node->rows] : rows->first + i;
}

static guint8
mask_at (const Rows *rows, guint row)
{
  return rows->mask != NULL ? rows->mask[row] : BALANCE_TRUE;
}

/* Adds x, or nothing, where it is not known whether the row counts. */
static BalanceNumber
add_masked (BalanceNumberPool *pool, BalanceNumber sum, BalanceNumber x, guint8 mask)
{
  if (mask == BALANCE_FALSE)
    return sum;
  if (mask == BALANCE_UNKNOWN)
    x = balance_number_hull (pool, x, balance_number_small (0, 1));
  return balance_number_add (pool, sum, x);
}

static BalanceNumber
aggregate_sum (const Rows *rows, gboolean weighted)
{
  BalanceNumberPool *pool = &rows->frame->pool;
  BalanceNumber sum = balance_number_small (0, 1);

  for (guint i = 0; i < rows->n; i++)
    {
      guint row = row_at (rows, i);
      BalanceNumber x;

      if (mask_at (rows, row) == BALANCE_FALSE)
        continue;
      x = rows->numbers[row];
      if (weighted)
        x = balance_number_multiply (pool, x, rows->weights[row]);
      sum = add_masked (pool, sum, x, mask_at (rows, row));
    }

  return sum;
}

static BalanceNumber
aggregate_mean (const Rows *rows)
{
  BalanceNumberPool *pool = &rows->frame->pool;
  BalanceNumber sum = aggregate_sum (rows, rows->weights != NULL), weight = balance_number_small (0, 1);

  for (guint i = 0; i < rows->n; i++)
    {
      guint row = row_at (rows, i);

      weight = add_masked (pool, weight, rows->weights != NULL ? rows->weights[row] : balance_number_small (1, 1),
                           mask_at (rows, row));
    }

  return balance_number_divide (pool, sum, weight);
}

static BalanceNumber
aggregate_extreme (const Rows *rows, BalanceOperation operation)
{
  BalanceNumberPool *pool = &rows->frame->pool;
  BalanceNumber best = { 0, 0 };
  gboolean any = FALSE, maybe_none = FALSE;

  for (guint i = 0; i < rows->n; i++)
    {
      guint row = row_at (rows, i);
      BalanceNumber candidate;

      if (mask_at (rows, row) == BALANCE_FALSE)
        continue;
      if (!any)
        {
          best = rows->numbers[row];
          maybe_none = mask_at (rows, row) == BALANCE_UNKNOWN;
          any = TRUE;
          continue;
        }
      candidate = balance_number_operate_wide (pool, operation, best, rows->numbers[row]);
      if (mask_at (rows, row) == BALANCE_TRUE)
        {
          best = maybe_none ? balance_number_hull (pool, candidate, rows->numbers[row]) : candidate;
          maybe_none = FALSE;
        }
      else
        {
          best = balance_number_hull (pool, best, candidate);
          if (maybe_none)
            best = balance_number_hull (pool, best, rows->numbers[row]);
        }
    }

  return any && !maybe_none ? best : balance_number_undefined (pool);
}

static BalanceNumber
aggregate_count (const Rows *rows, gboolean share)
{
  BalanceNumberPool *pool = &rows->frame->pool;
  gint64 yes = 0, maybe_yes = 0, no = 0, maybe_no = 0, either = 0;

  for (guint i = 0; i < rows->n; i++)
    {
      guint row = row_at (rows, i);
      guint8 mask = mask_at (rows, row), flag = rows->flags[row];

      if (mask == BALANCE_FALSE)
        continue;
      if (mask == BALANCE_TRUE)
        {
          yes += flag == BALANCE_TRUE;
          no += flag == BALANCE_FALSE;
          either += flag == BALANCE_UNKNOWN;
        }
      else
        {
          maybe_yes += flag != BALANCE_FALSE;
          maybe_no += flag != BALANCE_TRUE;
        }
    }

  if (!share)
    {
      BalanceDecimal low = { yes, 0 }, high = { yes + either + maybe_yes, 0 };

      return balance_number_from_bounds (pool, &low, &high);
    }
  if (yes + no + either + maybe_yes + maybe_no == 0)
    return balance_number_undefined (pool);
  if (either + maybe_yes + maybe_no == 0)
    return balance_number_small (yes, yes + no);
  if (yes + no + either == 0)
    {
      BalanceDecimal low = { 0, 0 }, high = { 1, 0 };

      return balance_number_from_bounds (pool, &low, &high);
    }
  return balance_number_hull (pool, balance_number_small (yes, yes + no + either + maybe_no),
                              balance_number_small (yes + either + maybe_yes, yes + no + either + maybe_yes));
}

static BalanceNumber
aggregate_cv (const Rows *rows)
{
  BalanceNumberPool *pool = &rows->frame->pool;
  g_autofree BalanceNumber *values = g_new (BalanceNumber, rows->n + 1), *weights = g_new (BalanceNumber, rows->n + 1);
  BalanceDispersion dispersion;
  BalanceNumber result;
  guint n = 0;

  for (guint i = 0; i < rows->n; i++)
    {
      guint row = row_at (rows, i);

      if (mask_at (rows, row) == BALANCE_FALSE)
        continue;
      if (mask_at (rows, row) == BALANCE_UNKNOWN)
        {
          BalanceDecimal zero = { 0, 0 };

          return balance_number_from_bounds (pool, &zero, NULL);
        }
      values[n] = rows->numbers[row];
      weights[n++] = rows->weights != NULL ? rows->weights[row] : balance_number_small (1, 1);
    }

  balance_dispersion_init (&dispersion, pool, values, weights, n);
  result = balance_dispersion_get_number (&dispersion, pool, 256);
  balance_dispersion_clear (&dispersion);

  return result;
}

static void
compute_any (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, guint8 *out)
{
  const guint8 *flags = balance_frame_get_flags (self, node->args[0]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      guint first, n;
      const guint32 *rows;

      n = balance_frame_get_rows (self, node->level, i, node->rows, &first, &rows);
      for (guint k = 0; k < n && out[i] != BALANCE_TRUE; k++)
        out[i] = or_truth (out[i], flags[rows != NULL ? rows[k] - self->offset[node->rows] : first + k]);
    }
}

static void
compute_aggregate (BalanceFrame *self, const BalanceNode *node, const BalancePicked *picked, BalanceNumber *out)
{
  Rows rows = { .frame = self, .node = node };

  if (node->args[0]->type == BALANCE_VALUE_FLAG)
    rows.flags = balance_frame_get_flags (self, node->args[0]);
  else
    rows.numbers = balance_frame_get_numbers (self, node->args[0]);
  if (node->args[1] != NULL)
    rows.weights = balance_frame_get_numbers (self, node->args[1]);
  if (node->args[2] != NULL)
    rows.mask = balance_frame_get_flags (self, node->args[2]);

  BALANCE_FOR_EACH_PICKED (i, picked)
    {
      rows.n = balance_frame_get_rows (self, node->level, i, node->rows, &rows.first, &rows.rows);
      switch ((BalanceAggregate) node->variant)
        {
        case BALANCE_AGGREGATE_SUM:
          out[i] = aggregate_sum (&rows, FALSE);
          break;
        case BALANCE_AGGREGATE_MEAN:
          out[i] = aggregate_mean (&rows);
          break;
        case BALANCE_AGGREGATE_CV:
          out[i] = aggregate_cv (&rows);
          break;
        case BALANCE_AGGREGATE_MIN:
          out[i] = aggregate_extreme (&rows, BALANCE_OPERATION_MIN);
          break;
        case BALANCE_AGGREGATE_MAX:
          out[i] = aggregate_extreme (&rows, BALANCE_OPERATION_MAX);
          break;
        case BALANCE_AGGREGATE_COUNT:
        case BALANCE_AGGREGATE_SHARE:
          out[i] = aggregate_count (&rows, node->variant == BALANCE_AGGREGATE_SHARE);
          break;
        case BALANCE_AGGREGATE_ANY:
        default:
          g_assert_not_reached ();
        }
    }
}

/* -- the vectors ------------------------------------------------------------------------------------- */

/* What is asked of the whole region was computed there; a district takes its rows from it. */
static void
copy_from_region (BalanceFrame *self, BalanceNode *node, gpointer out)
{
  gconstpointer from = get_vector (self->region, node);

  for (guint i = 0; i < self->n_rows[node->level]; i++)
    {
      guint j = i + self->offset[node->level] - self->region->offset[node->level];

      if (node->type == BALANCE_VALUE_NUMBER)
        ((BalanceNumber *) out)[i] = balance_number_import (&self->pool, &self->region->pool, ((const BalanceNumber *) from)[j]);
      else
        copy_value (node, out, i, from, j);
    }
}

/* What the column is without fills, where it is known and they change few rows of it, which are picked, or none. */
static gconstpointer
find_plain (BalanceFrame *self, const BalanceNode *node, BalancePicked *picked)
{
  gconstpointer plain = self->mark != NULL ? balance_frame_mark_get_plain (self->mark, node) : NULL;

  if (plain == NULL || (self->n_fills > 0 && !balance_frame_is_narrow (self, node)))
    return NULL;
  *picked = balance_frame_pick_changed (self, node->level);

  return plain;
}

static gconstpointer
get_vector (BalanceFrame *self, BalanceNode *node)
{
  gpointer out = self->vectors[node->index];
  BalancePicked picked = { self->n_rows[node->level], NULL };
  gconstpointer plain;
  gsize size = value_size (node);

  if (out != NULL)
    return out;

  plain = find_plain (self, node, &picked);
  if (plain != NULL && picked.n == 0)
    return self->vectors[node->index] = (gpointer) plain;

  if (self->region == NULL || !node->uses_region)
    {
      if (node->kind == BALANCE_NODE_REQUIREMENT)
        return self->vectors[node->index] = (gpointer) self->get_flags (self, node->variant, self->host);
      if (node->kind == BALANCE_NODE_SCORE)
        return self->vectors[node->index] = (gpointer) self->get_scores (self, node->variant, self->host);
    }

  out = balance_frame_alloc (self, MAX (1, self->n_rows[node->level]) * size);
  if (plain != NULL)
    {
      memcpy (out, plain, self->n_rows[node->level] * size);
      BALANCE_FOR_EACH_PICKED (i, &picked)
        memset ((char *) out + i * size, 0, size);
    }
  if (self->region != NULL && node->uses_region)
    {
      copy_from_region (self, node, out);
      return self->vectors[node->index] = out;
    }

  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
      compute_constant (self, node, &picked, out);
      break;
    case BALANCE_NODE_FIELD:
      compute_field (self, node, &picked, out);
      if (self->n_fills > 0)
        balance_frame_fill (self, node, out);
      break;
    case BALANCE_NODE_STAGE:
      compute_stage (self, node, &picked, out);
      break;
    case BALANCE_NODE_SPLIT:
      compute_split (self, node, &picked, out);
      break;
    case BALANCE_NODE_RAISE:
      compute_raise (self, node, &picked, out);
      break;
    case BALANCE_NODE_BY_STAGE:
      compute_by_stage (self, node, &picked, out);
      break;
    case BALANCE_NODE_IN_STAGES:
      compute_in_stages (self, &picked, out);
      break;
    case BALANCE_NODE_IF:
      compute_if (self, node, &picked, out);
      break;
    case BALANCE_NODE_OR:
    case BALANCE_NODE_AND:
    case BALANCE_NODE_NOT:
    case BALANCE_NODE_LESS:
    case BALANCE_NODE_LESS_EQUAL:
    case BALANCE_NODE_EQUAL:
    case BALANCE_NODE_IN:
    case BALANCE_NODE_MISSING:
      compute_flag (self, node, &picked, out);
      break;
    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
    case BALANCE_NODE_MULTIPLY:
    case BALANCE_NODE_DIVIDE:
    case BALANCE_NODE_MIN:
    case BALANCE_NODE_MAX:
      compute_arithmetic (self, node, &picked, out);
      break;
    case BALANCE_NODE_ABS:
    case BALANCE_NODE_ROUND:
      compute_unary (self, node, &picked, out);
      break;
    case BALANCE_NODE_YEARS:
      compute_years (self, node, &picked, out);
      break;
    case BALANCE_NODE_AGGREGATE:
      if (node->variant == BALANCE_AGGREGATE_ANY)
        compute_any (self, node, &picked, out);
      else
        compute_aggregate (self, node, &picked, out);
      break;
    case BALANCE_NODE_REQUIREMENT:
    case BALANCE_NODE_SCORE:
    default:
      g_assert_not_reached ();
    }

  return self->vectors[node->index] = out;
}

const BalanceNumber *
balance_frame_get_numbers (BalanceFrame *self, BalanceNode *node)
{
  g_assert (node->type == BALANCE_VALUE_NUMBER);
  return get_vector (self, node);
}

const guint8 *
balance_frame_get_flags (BalanceFrame *self, BalanceNode *node)
{
  g_assert (node->type == BALANCE_VALUE_FLAG);
  return get_vector (self, node);
}

const gint32 *
balance_frame_get_codes (BalanceFrame *self, BalanceNode *node)
{
  g_assert (node->type != BALANCE_VALUE_NUMBER && node->type != BALANCE_VALUE_FLAG);
  return get_vector (self, node);
}
