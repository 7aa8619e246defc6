/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From syntax tree to typed nodes: names get their level, numbers their unit, conditions on options are
 * decided, and every fault is reported with its place in the pack. */

#include "formula/balance-program-private.h"

#include <string.h>

#include "formula/balance-dimension-private.h"
#include "formula/balance-node-private.h"

/* Levels of a formula and of all formulas that it names, one inside the other; a name needs more of the stack
 * than an operator. */
#define MAX_DEPTH 3000
#define NAME_DEPTH 10

static BalanceNode *compile (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing);

/* -- nodes ------------------------------------------------------------------------------------------- */

static void
node_free (gpointer data)
{
  BalanceNode *node = data;

  g_free (node->args);
  g_free (node->text);
  g_free (node);
}

static BalanceNode *
new_node (BalanceProgram *self, BalanceNodeKind kind, BalanceValueType type, BalanceLevel level, guint n_args)
{
  BalanceNode *node = g_new0 (BalanceNode, 1);

  node->kind = kind;
  node->type = type;
  node->level = level;
  node->n_args = n_args;
  node->args = n_args > 0 ? g_new0 (BalanceNode *, n_args) : NULL;
  node->index = self->nodes->len;
  node->uses_region = level == BALANCE_LEVEL_REGION;
  g_ptr_array_add (self->nodes, node);

  return node;
}

static void
set_arg (BalanceNode *node, guint i, BalanceNode *arg)
{
  node->args[i] = arg;
  if (arg == NULL)
    return;
  if (arg->uses_region)
    node->uses_region = TRUE;
  node->depth = MAX (node->depth, arg->depth + 1);
}

static BalanceNode *
new_unary (BalanceProgram *self, BalanceNodeKind kind, BalanceValueType type, BalanceNode *a)
{
  BalanceNode *node = new_node (self, kind, type, a->level, 1);

  set_arg (node, 0, a);
  return node;
}

static BalanceNode *
new_binary (BalanceProgram *self, BalanceNodeKind kind, BalanceValueType type, BalanceNode *a, BalanceNode *b)
{
  BalanceNode *node = new_node (self, kind, type, a->level, 2);

  set_arg (node, 0, a);
  set_arg (node, 1, b);
  return node;
}

static BalanceNode *
new_truth (BalanceProgram *self, BalanceLevel level, BalanceTruth truth)
{
  BalanceNode *node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_FLAG, level, 0);

  node->truth = truth;
  return node;
}

guint
balance_node_get_index (BalanceNode *node)
{
  return node->index;
}

BalanceLevel
balance_node_get_level (BalanceNode *node)
{
  return node->level;
}

BalanceValueType
balance_node_get_type_of (BalanceNode *node)
{
  return node->type;
}

gboolean
balance_node_uses_region (BalanceNode *node)
{
  return node->uses_region;
}

BalanceTruth
balance_node_get_constant (BalanceNode *node)
{
  return node->kind == BALANCE_NODE_CONSTANT && node->type == BALANCE_VALUE_FLAG ? node->truth : BALANCE_UNKNOWN;
}

static void
foreach_field (BalanceNode *node, gboolean aggregated, GHashTable *seen, BalanceFieldFunc func, gpointer data)
{
  if (node == NULL || !g_hash_table_add (seen, node))
    return;
  if (node->kind == BALANCE_NODE_FIELD || node->kind == BALANCE_NODE_SPLIT)
    func (node->field, node->kind == BALANCE_NODE_SPLIT ? BALANCE_LEVEL_SECTION : node->level, aggregated, data);
  if (node->kind == BALANCE_NODE_AGGREGATE && node->variant != BALANCE_AGGREGATE_ANY)
    aggregated = TRUE;
  for (guint i = 0; i < node->n_args; i++)
    {
      /* whether a row counts at all is not what its value is made of */
      if (node->kind == BALANCE_NODE_AGGREGATE && i == 2)
        continue;
      foreach_field (node->args[i], aggregated, seen, func, data);
    }
}

void
balance_node_foreach_field (BalanceNode *node, BalanceFieldFunc func, gpointer data)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);

  foreach_field (node, FALSE, seen, func, data);
}

/* -- problems ---------------------------------------------------------------------------------------- */

static gpointer
report (BalanceProgram          *self,
        const BalanceContext    *context,
        const BalanceExpression *e,
        const char              *kind,
        const char              *found,
        const char              *message_en,
        const char              *message_zh,
        const char              *expected_en,
        const char              *expected_zh)
{
  BalancePlace place = { .file = context->file, .row = context->line, .column = context->column, .found = found };

  if (e != NULL)
    place.column += e->position;
  balance_problems_add_literal (self->problems, BALANCE_SEVERITY_ERROR, kind, &place, message_en, message_zh,
                                expected_en, expected_zh, NULL, NULL);
  return NULL;
}

static gpointer
report_type (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e,
             const char *expected_en, const char *expected_zh)
{
  return report (self, context, e, "type", NULL, "a value of the wrong type", "值的类型不符", expected_en, expected_zh);
}

static gpointer
report_depth (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e)
{
  return report (self, context, e, "nesting", NULL, "formulas that name one another are nested too deeply",
                 "公式之间的嵌套引用过深", "at most 3000 levels in all", "合计不超过3000层");
}

static const char *const level_names[BALANCE_N_LEVELS] = { "section", "school", "stage", "district", "region" };

static gpointer
report_level (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e, const char *name,
              BalanceLevel level)
{
  g_autofree char *en = g_strdup_printf ("“%s” belongs to the level %s and has no single value on the level %s",
                                         name, level_names[level], level_names[context->level]);
  g_autofree char *zh = g_strdup_printf ("“%s”属于 %s 层级，在 %s 层级没有唯一的值", name, level_names[level],
                                         level_names[context->level]);

  return report (self, context, e, "level", name, en, zh,
                 "a name of this level or a coarser one; finer ones inside sum, mean, count, share …; amounts of a "
                 "school on a section only where `split` lists them",
                 "本层级或更高层级的名称；更低层级的名称须写在 sum、mean、count、share 等汇总之内；学校总量用于学段部时须列入 split");
}

static gpointer
report_units (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e,
              const BalanceDimension *a, const BalanceDimension *b)
{
  g_autofree char *left = balance_dimension_to_string (a, self->dictionary);
  g_autofree char *right = balance_dimension_to_string (b, self->dictionary);
  g_autofree char *found = g_strdup_printf ("%s, %s", left, right);

  return report (self, context, e, "unit", found, "the units do not fit together", "单位不一致",
                 "the same unit on both sides", "两边单位相同");
}

gboolean
balance_program_check_unit (BalanceProgram *self, const BalanceTyping *typing, const char *unit,
                            const BalanceDefinition *definition, const char *what)
{
  BalanceContext context = { .file = self->file, .line = definition->line, .column = definition->column };
  BalanceDimension wanted;
  g_autofree char *found = NULL, *en = NULL, *zh = NULL;

  if (definition->all != NULL && definition->all->file != NULL)
    context.file = definition->all->file;
  if (!balance_dimension_parse (&wanted, self->dictionary, unit))
    {
      report (self, &context, NULL, "unknown-unit", unit, "the dictionary has no such unit", "数据字典中没有该单位",
              "a unit of the dictionary, or a quotient such as m2/pupil", "数据字典中的单位，或 m2/pupil 一类的商");
      return FALSE;
    }
  if (typing->bare || balance_dimension_equal (&typing->dimension, &wanted))
    return TRUE;

  found = balance_dimension_to_string (&typing->dimension, self->dictionary);
  en = g_strdup_printf ("%s has another unit than stated", what);
  zh = g_strdup_printf ("%s的单位与所写单位不符", what);
  report (self, &context, NULL, "unit", found, en, zh, unit != NULL ? unit : "a pure number (no unit is stated)",
          unit != NULL ? unit : "纯数（未写单位）");
  return FALSE;
}

/* -- levels ------------------------------------------------------------------------------------------ */

/* Does a row of `fine` lie in one row of `coarse`? */
static gboolean
level_within (BalanceLevel fine, BalanceLevel coarse)
{
  if (fine == coarse)
    return TRUE;
  if (fine == BALANCE_LEVEL_SCHOOL && coarse == BALANCE_LEVEL_STAGE)
    return FALSE;
  return fine < coarse;
}

static BalanceNode *
raise_to (BalanceProgram *self, BalanceNode *node, BalanceLevel level)
{
  BalanceNode *raised;

  if (node->level == level)
    return node;
  if (node->kind == BALANCE_NODE_CONSTANT)
    {
      raised = new_node (self, BALANCE_NODE_CONSTANT, node->type, level, 0);
      raised->number = node->number;
      raised->truth = node->truth;
      raised->date = node->date;
      raised->text = g_strdup (node->text);
      raised->field = node->field;
      return raised;
    }

  raised = new_node (self, BALANCE_NODE_RAISE, node->type, level, 1);
  raised->field = node->field;
  set_arg (raised, 0, node);
  return raised;
}

BalanceNode *
balance_program_mask_at (BalanceProgram *self, BalanceNode *mask, BalanceLevel level)
{
  BalanceNode *node;

  if (mask == NULL)
    mask = self->base_mask;
  if (mask == NULL || level == BALANCE_LEVEL_SECTION)
    return mask;

  /* masks are few; each is lifted once */
  for (guint i = 0; i < self->nodes->len; i++)
    {
      node = g_ptr_array_index (self->nodes, i);
      if (node->kind == BALANCE_NODE_AGGREGATE && node->variant == BALANCE_AGGREGATE_ANY && node->level == level &&
          node->args[0] == mask)
        return node;
    }

  node = new_node (self, BALANCE_NODE_AGGREGATE, BALANCE_VALUE_FLAG, level, 3);
  node->variant = BALANCE_AGGREGATE_ANY;
  node->rows = BALANCE_LEVEL_SECTION;
  set_arg (node, 0, mask);

  return node;
}

/* -- names ------------------------------------------------------------------------------------------- */

static BalanceValueType
field_value_type (const BalanceField *field)
{
  switch (field->type)
    {
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      return BALANCE_VALUE_FLAG;
    case BALANCE_FIELD_CHOICE:
      return BALANCE_VALUE_CHOICE;
    case BALANCE_FIELD_TEXT:
      return BALANCE_VALUE_TEXT;
    case BALANCE_FIELD_DATE:
      return BALANCE_VALUE_DATE;
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_YEAR:
    default:
      return BALANCE_VALUE_NUMBER;
    }
}

static gboolean
adds_up (const BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
}

static gboolean
is_split (BalanceProgram *self, const char *id)
{
  return self->split_fields != NULL && g_strv_contains ((const char *const *) self->split_fields, id);
}

static gboolean
type_number (BalanceProgram *self, const char *unit, BalanceTyping *typing)
{
  typing->type = BALANCE_VALUE_NUMBER;
  typing->bare = FALSE;
  return balance_dimension_parse (&typing->dimension, self->dictionary, unit);
}

BalanceNode *
balance_program_get_name (BalanceProgram *self, BalanceName *name)
{
  BalanceContext context = { .level = name->level, .file = self->file };
  BalanceTyping typing = { 0 };
  BalanceNode *node;

  /* what failed once is not compiled again for everyone who names it */
  if (name->node != NULL || name->failed)
    return name->node;

  switch (name->kind)
    {
    case BALANCE_NAME_FIELD:
      node = new_node (self, BALANCE_NODE_FIELD, field_value_type (name->field), name->level, 0);
      node->field = name->field;
      break;

    case BALANCE_NAME_REQUIREMENT:
      node = new_node (self, BALANCE_NODE_REQUIREMENT, BALANCE_VALUE_FLAG, name->level, 0);
      node->variant = name->index;
      node->uses_region = node->uses_region || name->uses_region;
      break;

    case BALANCE_NAME_COMPUTED:
      if (name->definition->line != 0)
        {
          context.line = name->definition->line;
          context.column = name->definition->column;
        }
      if (name->busy)
        {
          name->failed = TRUE;
          return report (self, &context, NULL, "cycle", name->id, "the value depends on itself", "该项的值依赖于自身",
                         NULL, NULL);
        }
      name->busy = TRUE;
      self->depth += NAME_DEPTH;
      node = balance_program_compile_definition (self, name->definition, &context, &typing);
      if (node != NULL)
        {
          if (name->flag ? typing.type != BALANCE_VALUE_FLAG : typing.type == BALANCE_VALUE_TEXT)
            node = report_type (self, &context, NULL, name->flag ? "a condition (yes or no)" : "a number or a condition",
                                name->flag ? "条件（是或否）" : "数或条件");
          else if (typing.type == BALANCE_VALUE_NUMBER &&
                   !balance_program_check_unit (self, &typing, name->unit, name->definition, name->id))
            node = NULL;
        }
      node = balance_program_choose (self, node, name->alternatives, name->n_alternatives, &context, name->unit);
      self->depth -= NAME_DEPTH;
      name->busy = FALSE;
      if (node != NULL && node->depth > MAX_DEPTH)
        node = report_depth (self, &context, NULL);
      break;

    case BALANCE_NAME_OPTION:
    default:
      g_assert_not_reached ();
    }

  name->node = node;
  name->failed = node == NULL;

  return node;
}

/* A count, amount or other fact of a school as its sections see it. */
static BalanceNode *
split_node (BalanceProgram *self, BalanceName *name)
{
  BalanceNode *node;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      node = g_ptr_array_index (self->nodes, i);
      if (node->kind == BALANCE_NODE_SPLIT && node->field == name->field)
        return node;
    }

  /* what the parts follow could not be read, which was reported then */
  if (self->split_by == NULL)
    return NULL;
  if (self->split_pupils == NULL)
    {
      BalanceContext context = { .level = BALANCE_LEVEL_SECTION, .file = self->file,
                                 .line = self->split_line, .column = self->split_column };
      BalanceTyping typing;
      BalanceNode *by = compile (self, self->split_by, &context, &typing);

      if (by == NULL)
        return NULL;
      if (typing.type != BALANCE_VALUE_NUMBER)
        return report_type (self, &context, NULL, "a number that the parts follow", "用于拆分的数");
      self->split_pupils = by;
    }

  {
    BalanceNode *whole = balance_program_get_name (self, name), *pupils = self->split_pupils;

    if (whole == NULL)
      return NULL;
    node = new_node (self, BALANCE_NODE_SPLIT, BALANCE_VALUE_NUMBER, BALANCE_LEVEL_SECTION, 2);
    node->field = name->field;
    set_arg (node, 0, whole);
    set_arg (node, 1, pupils);
  }

  return node;
}

static BalanceNode *
compile_name (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceName *name;
  BalanceNode *node;

  typing->bare = FALSE;
  memset (&typing->dimension, 0, sizeof typing->dimension);

  if (strcmp (e->text, "as_of") == 0)
    {
      node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_DATE, context->level, 0);
      node->date = self->as_of;
      typing->type = BALANCE_VALUE_DATE;
      return node;
    }
  if (strcmp (e->text, "points") == 0)
    {
      if (context->points == NULL)
        return report (self, context, e, "unknown-name", e->text, "“points” has a value only in a score",
                       "“points”只能用在 score 中", NULL, NULL);
      if (!type_number (self, "point", typing))
        type_number (self, NULL, typing);
      node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_NUMBER, context->level, 0);
      node->number = balance_number_from_decimal (context->points);
      return node;
    }

  name = g_hash_table_lookup (self->names, e->text);
  if (name == NULL)
    return report (self, context, e, "unknown-name", e->text, "no field, indicator, requirement or option has this name",
                   "没有此名称的数据项、指标、要求或选项", "a name of the dictionary or of this pack", "数据字典或本规则包中的名称");
  name->used = TRUE;

  if (name->kind == BALANCE_NAME_OPTION)
    {
      node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_TEXT, context->level, 0);
      node->text = g_strdup (name->text);
      typing->type = BALANCE_VALUE_TEXT;
      return node;
    }

  /* the stage belongs to sections and groups alike */
  if (name->kind == BALANCE_NAME_FIELD && name->field == self->dictionary->identity[BALANCE_ID_STAGE] &&
      (context->level == BALANCE_LEVEL_SECTION || context->level == BALANCE_LEVEL_STAGE))
    {
      node = new_node (self, BALANCE_NODE_STAGE, BALANCE_VALUE_CHOICE, context->level, 0);
      node->field = name->field;
      typing->type = BALANCE_VALUE_CHOICE;
      return node;
    }

  if (!level_within (context->level, name->level))
    return report_level (self, context, e, e->text, name->level);

  if (name->field != NULL && name->kind == BALANCE_NAME_FIELD && name->level != context->level && adds_up (name->field))
    {
      if (name->level == BALANCE_LEVEL_SCHOOL && context->level == BALANCE_LEVEL_SECTION && is_split (self, name->id))
        {
          type_number (self, name->field->unit, typing);
          return split_node (self, name);
        }
      return report_level (self, context, e, e->text, name->level);
    }

  node = balance_program_get_name (self, name);
  if (node == NULL)
    return NULL;
  typing->type = node->type;
  if (node->type == BALANCE_VALUE_NUMBER)
    type_number (self, name->kind == BALANCE_NAME_FIELD ? name->field->unit : name->unit, typing);

  return raise_to (self, node, context->level);
}

char *
balance_program_previous_id (const char *field)
{
  return g_strconcat (BALANCE_PREVIOUS_PREFIX, field, ")", NULL);
}

/* -- operators --------------------------------------------------------------------------------------- */

/* Gives a bare number the unit of its neighbour. */
static gboolean
unify (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e,
       BalanceTyping *result, const BalanceTyping *a, const BalanceTyping *b)
{
  *result = a->bare ? *b : *a;
  if (!a->bare && !b->bare && !balance_dimension_equal (&a->dimension, &b->dimension))
    {
      report_units (self, context, e, &a->dimension, &b->dimension);
      return FALSE;
    }
  return TRUE;
}

static BalanceNode *
compile_number (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceNode *node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_NUMBER, context->level, 0);

  node->number = balance_number_from_decimal (&e->number);
  typing->type = BALANCE_VALUE_NUMBER;
  typing->bare = e->unit == NULL;
  memset (&typing->dimension, 0, sizeof typing->dimension);
  if (e->unit != NULL && !balance_dimension_parse (&typing->dimension, self->dictionary, e->unit))
    return report (self, context, e, "unknown-unit", e->unit, "the dictionary has no such unit", "数据字典中没有该单位",
                   "a unit of the dictionary after the number, or an operator", "数字之后应为数据字典中的单位或运算符");

  return node;
}

static BalanceNode *
compile_arithmetic (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  static const BalanceNodeKind kinds[] = { BALANCE_NODE_ADD, BALANCE_NODE_SUBTRACT, BALANCE_NODE_MULTIPLY, BALANCE_NODE_DIVIDE };
  BalanceTyping a, b;
  BalanceNode *left = compile (self, e->args[0], context, &a), *right = compile (self, e->args[1], context, &b);

  if (left == NULL || right == NULL)
    return NULL;
  if (a.type != BALANCE_VALUE_NUMBER || b.type != BALANCE_VALUE_NUMBER)
    return report_type (self, context, e, "numbers on both sides", "两边都是数");

  if (e->kind == BALANCE_EXPRESSION_ADD || e->kind == BALANCE_EXPRESSION_SUBTRACT)
    {
      if (!unify (self, context, e, typing, &a, &b))
        return NULL;
    }
  else
    {
      *typing = a;
      typing->bare = a.bare && b.bare;
      if (!balance_dimension_multiply (&typing->dimension, &b.dimension, e->kind == BALANCE_EXPRESSION_MULTIPLY ? 1 : -1))
        return report (self, context, e, "unit", NULL, "too many units in one product", "一个乘积中的单位过多", NULL, NULL);
    }

  return new_binary (self, kinds[e->kind - BALANCE_EXPRESSION_ADD], BALANCE_VALUE_NUMBER, left, right);
}

/* A text constant beside a choice column must be one of its choices. */
static gboolean
bind_literal (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *e,
              BalanceNode *column, BalanceNode *literal)
{
  if (column->type != BALANCE_VALUE_CHOICE)
    return TRUE;

  if (literal->kind != BALANCE_NODE_CONSTANT || literal->type != BALANCE_VALUE_TEXT)
    {
      report_type (self, context, e, "a text in single quotes", "单引号中的文字");
      return FALSE;
    }
  if (column->field != NULL && balance_field_find_choice (column->field, literal->text) < 0)
    {
      g_autofree char *en = g_strdup_printf ("“%s” has no value “%s”", column->field->id, literal->text);
      g_autofree char *zh = g_strdup_printf ("“%s”没有取值“%s”", column->field->id, literal->text);

      report (self, context, e, "unknown-value", literal->text, en, zh, "the id of one of its values", "其取值之一的标识");
      return FALSE;
    }
  literal->type = BALANCE_VALUE_CHOICE;
  literal->field = column->field;
  return TRUE;
}

/* A value that an option never has is a slip. */
static gboolean
option_has_value (BalanceProgram *self, const BalanceContext *context, const BalanceExpression *name, const BalanceExpression *value)
{
  BalanceName *option = name->kind == BALANCE_EXPRESSION_NAME ? g_hash_table_lookup (self->names, name->text) : NULL;

  if (option == NULL || option->values == NULL || value->kind != BALANCE_EXPRESSION_TEXT ||
      g_strv_contains ((const char *const *) option->values, value->text))
    return TRUE;
  report (self, context, value, "unknown-value", value->text, "the option has no such value", "该选项没有此取值",
          "one of the values of the option", "该选项的取值之一");
  return FALSE;
}

static BalanceNode *
compile_equal (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceTyping a, b;
  BalanceNode *left = compile (self, e->args[0], context, &a), *right = compile (self, e->args[1], context, &b), *node;

  typing->type = BALANCE_VALUE_FLAG;
  if (left == NULL || right == NULL)
    return NULL;

  if (left->kind == BALANCE_NODE_CONSTANT && right->kind == BALANCE_NODE_CONSTANT &&
      left->type == BALANCE_VALUE_TEXT && right->type == BALANCE_VALUE_TEXT)
    {
      /* an option against one of its values: decided now */
      for (guint i = 0; i < 2; i++)
        if (!option_has_value (self, context, e->args[i], e->args[1 - i]))
          return NULL;
      node = new_truth (self, context->level, strcmp (left->text, right->text) == 0);
    }
  else
    {
      if (a.type == BALANCE_VALUE_NUMBER && b.type == BALANCE_VALUE_NUMBER)
        {
          BalanceTyping both;

          if (!unify (self, context, e, &both, &a, &b))
            return NULL;
        }
      else if (left->type == BALANCE_VALUE_CHOICE || right->type == BALANCE_VALUE_CHOICE)
        {
          if (left->type != BALANCE_VALUE_CHOICE)
            {
              BalanceNode *swap = left;

              left = right;
              right = swap;
            }
          if (right->type != BALANCE_VALUE_CHOICE && !bind_literal (self, context, e, left, right))
            return NULL;
          if (right->field != left->field)
            return report_type (self, context, e, "values of one list on both sides", "两边取自同一取值表");
        }
      else if (a.type != b.type)
        {
          return report_type (self, context, e, "the same type on both sides", "两边类型相同");
        }
      node = new_binary (self, BALANCE_NODE_EQUAL, BALANCE_VALUE_FLAG, left, right);
    }

  if (e->kind == BALANCE_EXPRESSION_NOT_EQUAL)
    {
      BalanceTruth truth = balance_node_get_constant (node);

      return truth != BALANCE_UNKNOWN ? new_truth (self, context->level, truth == BALANCE_TRUE ? BALANCE_FALSE : BALANCE_TRUE)
                                      : new_unary (self, BALANCE_NODE_NOT, BALANCE_VALUE_FLAG, node);
    }
  return node;
}

static BalanceNode *
compile_order (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceTyping a, b, both;
  BalanceNode *left = compile (self, e->args[0], context, &a), *right = compile (self, e->args[1], context, &b);
  gboolean swap = e->kind == BALANCE_EXPRESSION_GREATER || e->kind == BALANCE_EXPRESSION_GREATER_EQUAL;
  gboolean or_equal = e->kind == BALANCE_EXPRESSION_LESS_EQUAL || e->kind == BALANCE_EXPRESSION_GREATER_EQUAL;

  typing->type = BALANCE_VALUE_FLAG;
  if (left == NULL || right == NULL)
    return NULL;
  if (a.type != b.type || (a.type != BALANCE_VALUE_NUMBER && a.type != BALANCE_VALUE_DATE))
    return report_type (self, context, e, "two numbers or two dates", "两个数或两个日期");
  if (a.type == BALANCE_VALUE_NUMBER && !unify (self, context, e, &both, &a, &b))
    return NULL;

  return new_binary (self, or_equal ? BALANCE_NODE_LESS_EQUAL : BALANCE_NODE_LESS, BALANCE_VALUE_FLAG,
                     swap ? right : left, swap ? left : right);
}

static BalanceNode *
compile_in (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  const BalanceExpression *list = e->args[1];
  BalanceTyping a, b;
  BalanceNode *value = compile (self, e->args[0], context, &a), *node;

  typing->type = BALANCE_VALUE_FLAG;
  if (value == NULL)
    return NULL;

  node = new_node (self, BALANCE_NODE_IN, BALANCE_VALUE_FLAG, context->level, list->n_args + 1);
  set_arg (node, 0, value);
  for (guint i = 0; i < list->n_args; i++)
    {
      BalanceNode *item = compile (self, list->args[i], context, &b);

      if (item == NULL || !option_has_value (self, context, e->args[0], list->args[i]))
        return NULL;
      if (value->type == BALANCE_VALUE_NUMBER && b.type == BALANCE_VALUE_NUMBER)
        {
          BalanceTyping both;

          if (!unify (self, context, list->args[i], &both, &a, &b))
            return NULL;
        }
      else if (value->type == BALANCE_VALUE_CHOICE)
        {
          if (!bind_literal (self, context, list->args[i], value, item))
            return NULL;
        }
      else if (value->type != b.type)
        {
          return report_type (self, context, list->args[i], "values of the type on the left", "与左边同类型的值");
        }
      set_arg (node, i + 1, item);
    }

  if (value->kind == BALANCE_NODE_CONSTANT && value->type == BALANCE_VALUE_TEXT)
    {
      for (guint i = 1; i < node->n_args; i++)
        if (strcmp (node->args[i]->text, value->text) == 0)
          return new_truth (self, context->level, BALANCE_TRUE);
      return new_truth (self, context->level, BALANCE_FALSE);
    }

  return node;
}

BalanceNode *
balance_program_and (BalanceProgram *self, BalanceNode *a, BalanceNode *b)
{
  BalanceTruth x, y;

  if (a == NULL || b == NULL)
    return a != NULL ? a : b;
  x = balance_node_get_constant (a);
  y = balance_node_get_constant (b);
  if (x == BALANCE_FALSE || y == BALANCE_TRUE)
    return a;
  if (y == BALANCE_FALSE || x == BALANCE_TRUE)
    return b;
  return new_binary (self, BALANCE_NODE_AND, BALANCE_VALUE_FLAG, a, b);
}

static BalanceNode *
node_or (BalanceProgram *self, BalanceNode *a, BalanceNode *b)
{
  BalanceTruth x = balance_node_get_constant (a), y = balance_node_get_constant (b);

  if (x == BALANCE_TRUE || y == BALANCE_FALSE)
    return a;
  if (y == BALANCE_TRUE || x == BALANCE_FALSE)
    return b;
  return new_binary (self, BALANCE_NODE_OR, BALANCE_VALUE_FLAG, a, b);
}

/* A column by stage takes the stages that it leaves out from another column. */
static void
fill_stages (BalanceProgram *self, BalanceNode *node, BalanceNode *other)
{
  if (node->kind != BALANCE_NODE_BY_STAGE)
    return;
  for (guint i = 0; i < node->n_args; i++)
    if (node->args[i] == NULL)
      set_arg (node, i, other);
}

BalanceNode *
balance_program_choose (BalanceProgram           *self,
                        BalanceNode              *node,
                        const BalanceAlternative *alternatives,
                        guint                     n_alternatives,
                        const BalanceContext     *context,
                        const char               *unit)
{
  for (guint i = n_alternatives; node != NULL && i-- > 0;)
    {
      const BalanceAlternative *alternative = &alternatives[i];
      BalanceContext there = *context;
      BalanceTyping typing;
      BalanceNode *other, *when;

      there.line = alternative->value->line;
      there.column = alternative->value->column;
      other = balance_program_compile_definition (self, alternative->value, &there, &typing);
      if (other == NULL)
        return NULL;
      if (other->type != node->type)
        return report (self, &there, alternative->value->all, "type", alternative->id,
                       "what takes the place of a formula must have its type", "替代公式的类型须与原公式相同",
                       node->type == BALANCE_VALUE_NUMBER ? "a number" : "a condition (yes or no)",
                       node->type == BALANCE_VALUE_NUMBER ? "数" : "条件（是或否）");
      if (other->type == BALANCE_VALUE_NUMBER &&
          !balance_program_check_unit (self, &typing, unit, alternative->value, alternative->id))
        return NULL;
      /* the stages that it leaves out stay as they were */
      if (alternative->value->by_stage != NULL)
        fill_stages (self, other, node);
      if (alternative->when == NULL)
        {
          node = other;
          continue;
        }
      there.line = alternative->when_line;
      there.column = alternative->when_column;
      when = balance_program_compile_flag (self, alternative->when, &there);
      node = when != NULL ? balance_program_if (self, when, other, node) : NULL;
    }

  return node;
}

BalanceNode *
balance_program_if (BalanceProgram *self, BalanceNode *condition, BalanceNode *yes, BalanceNode *no)
{
  BalanceTruth truth = balance_node_get_constant (condition);
  BalanceNode *node;

  if (truth != BALANCE_UNKNOWN)
    return truth == BALANCE_TRUE ? yes : no;

  node = new_node (self, BALANCE_NODE_IF, yes->type, yes->level, 3);
  set_arg (node, 0, condition);
  set_arg (node, 1, yes);
  set_arg (node, 2, no);
  node->field = yes->field;
  return node;
}

static BalanceNode *
compile_logic (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceNode *args[2] = { NULL, NULL };
  BalanceTruth truth;

  for (guint i = 0; i < e->n_args; i++)
    {
      args[i] = compile (self, e->args[i], context, typing);
      if (args[i] != NULL && typing->type != BALANCE_VALUE_FLAG)
        args[i] = report_type (self, context, e->args[i], "a condition (yes or no)", "条件（是或否）");
    }
  typing->type = BALANCE_VALUE_FLAG;
  if (args[0] == NULL || (e->n_args > 1 && args[1] == NULL))
    return NULL;

  if (e->kind == BALANCE_EXPRESSION_AND)
    return balance_program_and (self, args[0], args[1]);
  if (e->kind == BALANCE_EXPRESSION_OR)
    return node_or (self, args[0], args[1]);

  truth = balance_node_get_constant (args[0]);
  return truth != BALANCE_UNKNOWN ? new_truth (self, context->level, truth == BALANCE_TRUE ? BALANCE_FALSE : BALANCE_TRUE)
                                  : new_unary (self, BALANCE_NODE_NOT, BALANCE_VALUE_FLAG, args[0]);
}

static BalanceNode *
compile_if (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceTyping c, a, b;
  BalanceNode *condition = compile (self, e->args[0], context, &c);
  BalanceNode *yes = compile (self, e->args[1], context, &a), *no = compile (self, e->args[2], context, &b);

  if (condition == NULL || yes == NULL || no == NULL)
    return NULL;
  if (c.type != BALANCE_VALUE_FLAG)
    return report_type (self, context, e->args[0], "a condition (yes or no)", "条件（是或否）");
  if (a.type != b.type)
    return report_type (self, context, e, "the same type after “then” and “else”", "then 与 else 之后类型相同");
  *typing = a;
  if (a.type == BALANCE_VALUE_NUMBER && !unify (self, context, e, typing, &a, &b))
    return NULL;
  if (yes->field != no->field && a.type == BALANCE_VALUE_CHOICE)
    return report_type (self, context, e, "values of one list after “then” and “else”", "then 与 else 之后取自同一取值表");

  return balance_program_if (self, condition, yes, no);
}

/* -- functions --------------------------------------------------------------------------------------- */

/* The finest level among the names of an expression; FALSE if it has none. */
static gboolean
finest_level (BalanceProgram *self, const BalanceExpression *e, BalanceLevel *level, gboolean *found)
{
  if (e == NULL)
    return *found;
  if (e->kind == BALANCE_EXPRESSION_NAME)
    {
      BalanceName *name = g_hash_table_lookup (self->names, e->text);

      if (name != NULL && name->kind != BALANCE_NAME_OPTION && (!*found || name->level < *level))
        {
          *level = name->level;
          *found = TRUE;
        }
    }
  for (guint i = 0; i < e->n_args; i++)
    finest_level (self, e->args[i], level, found);
  return *found;
}

static gboolean
is_aggregate (const BalanceExpression *e, BalanceAggregate *aggregate)
{
  static const struct { const char *name; BalanceAggregate aggregate; } names[] = {
    { "sum", BALANCE_AGGREGATE_SUM }, { "mean", BALANCE_AGGREGATE_MEAN }, { "cv", BALANCE_AGGREGATE_CV },
    { "count", BALANCE_AGGREGATE_COUNT }, { "share", BALANCE_AGGREGATE_SHARE },
    { "min", BALANCE_AGGREGATE_MIN }, { "max", BALANCE_AGGREGATE_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (e->text, names[i].name) == 0)
      {
        /* min and max of several numbers are no aggregates */
        if ((names[i].aggregate == BALANCE_AGGREGATE_MIN || names[i].aggregate == BALANCE_AGGREGATE_MAX) && e->n_args != 1)
          return FALSE;
        *aggregate = names[i].aggregate;
        return TRUE;
      }

  return FALSE;
}

static BalanceNode *
compile_aggregate (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context,
                   BalanceAggregate aggregate, BalanceTyping *typing)
{
  static const char *const plurals[] = { "sections", "schools", "stages", "districts" };
  BalanceContext inner = *context;
  BalanceTyping of, weight_typing;
  BalanceNode *value, *weight = NULL, *mask, *node;
  gboolean counts = aggregate == BALANCE_AGGREGATE_COUNT || aggregate == BALANCE_AGGREGATE_SHARE, found = FALSE;

  if (e->n_args != 1)
    return report (self, context, e, "arguments", e->text, "an aggregate has one argument", "汇总函数只有一个参数", NULL, NULL);
  if (e->over != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (plurals); i++)
        if (strcmp (e->over, plurals[i]) == 0)
          inner.level = (BalanceLevel) i;
    }
  else if (counts)
    {
      return report (self, context, e, "arguments", e->text, "count and share must say over which rows they go",
                     "count 和 share 必须写明统计对象", "“over sections”, “over schools”, “over stages” or “over districts”",
                     "“over sections”、“over schools”、“over stages”或“over districts”");
    }
  else if (!finest_level (self, e->args[0], &inner.level, &found))
    {
      return report (self, context, e, "arguments", e->text, "nothing in this aggregate belongs to any row",
                     "该汇总中没有任何逐行的数据项", "a field or indicator of a finer level, or “over LEVEL”",
                     "更低层级的数据项或指标，或写“over 层级”");
    }
  if (inner.level == context->level || !level_within (inner.level, context->level))
    {
      g_autofree char *en = g_strdup_printf ("rows of the level %s do not lie inside one row of the level %s",
                                             level_names[inner.level], level_names[context->level]);
      g_autofree char *zh = g_strdup_printf ("%s 层级的行不包含在 %s 层级的一行之内", level_names[inner.level], level_names[context->level]);

      return report (self, context, e, "level", e->text, en, zh, "an aggregate over a finer level", "对更低层级的汇总");
    }

  inner.points = NULL;
  value = compile (self, e->args[0], &inner, &of);
  mask = balance_program_mask_at (self, context->mask, inner.level);
  if (e->where != NULL)
    {
      BalanceNode *where = balance_program_compile_flag (self, e->where, &inner);

      if (where == NULL)
        return NULL;
      mask = balance_program_and (self, mask, where);
    }
  if (e->weight != NULL)
    {
      weight = compile (self, e->weight, &inner, &weight_typing);
      if (weight == NULL)
        return NULL;
      if (weight_typing.type != BALANCE_VALUE_NUMBER)
        return report_type (self, context, e->weight, "a number as weight", "权重应为数");
      if (aggregate != BALANCE_AGGREGATE_MEAN && aggregate != BALANCE_AGGREGATE_CV)
        return report (self, context, e, "arguments", e->text, "only mean and cv have weights", "只有 mean 和 cv 可以加权", NULL, NULL);
    }
  if (value == NULL)
    return NULL;
  if (of.type != (counts ? BALANCE_VALUE_FLAG : BALANCE_VALUE_NUMBER))
    return report_type (self, context, e->args[0], counts ? "a condition (yes or no)" : "a number", counts ? "条件（是或否）" : "数");

  node = new_node (self, BALANCE_NODE_AGGREGATE, BALANCE_VALUE_NUMBER, context->level, 3);
  node->variant = aggregate;
  node->rows = inner.level;
  set_arg (node, 0, value);
  set_arg (node, 1, weight);
  set_arg (node, 2, mask);

  *typing = of;
  typing->type = BALANCE_VALUE_NUMBER;
  if (counts || aggregate == BALANCE_AGGREGATE_CV)
    {
      memset (&typing->dimension, 0, sizeof typing->dimension);
      typing->bare = FALSE;
    }

  return node;
}

static BalanceNode *
compile_call (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  static const struct { const char *name; BalanceRounding rounding; } roundings[] = {
    { "ceil", BALANCE_ROUNDING_CEIL }, { "floor", BALANCE_ROUNDING_FLOOR }, { "round", BALANCE_ROUNDING_NEAREST },
  };
  BalanceAggregate aggregate;
  BalanceNode *node, *a, *b;
  BalanceTyping other;

  if (is_aggregate (e, &aggregate))
    return compile_aggregate (self, e, context, aggregate, typing);

  if (e->weight != NULL || e->over != NULL || e->where != NULL)
    return report (self, context, e, "arguments", e->text, "only aggregates take “weighted by”, “over” and “where”",
                   "只有汇总函数可以使用“weighted by”“over”“where”", NULL, NULL);

  if (strcmp (e->text, "score") == 0)
    {
      BalanceName *name = e->n_args == 1 && e->args[0]->kind == BALANCE_EXPRESSION_NAME
                            ? g_hash_table_lookup (self->names, e->args[0]->text) : NULL;

      if (name == NULL || name->kind != BALANCE_NAME_REQUIREMENT)
        return report (self, context, e, "arguments", "score", "score needs the id of a requirement", "score 需要一项要求的标识", NULL, NULL);
      if (!level_within (context->level, name->level))
        return report_level (self, context, e, name->id, name->level);
      node = new_node (self, BALANCE_NODE_SCORE, BALANCE_VALUE_NUMBER, name->level, 0);
      node->variant = name->index;
      node->uses_region = node->uses_region || name->uses_region;
      name->used = TRUE;
      if (!type_number (self, "point", typing))
        type_number (self, NULL, typing);
      return raise_to (self, node, context->level);
    }

  /* another field, which whoever joins two years has put beside the field itself */
  if (strcmp (e->text, "previous") == 0)
    {
      g_autofree char *id = e->n_args == 1 && e->args[0]->kind == BALANCE_EXPRESSION_NAME
                              ? balance_program_previous_id (e->args[0]->text) : NULL;
      BalanceExpression name = *e;

      if (id == NULL)
        return report (self, context, e, "arguments", e->text, "previous has one argument, the name of a field",
                       "previous 只有一个参数，即数据项名称", NULL, NULL);
      if (g_hash_table_lookup (self->names, id) == NULL)
        return report (self, context, e, "unknown-name", e->args[0]->text, "this has no value of the year before here",
                       "此处没有该项的上年数", "in data checks: a number, date or yes-or-no field of the dictionary",
                       "仅用于数据核查：数据字典中的数、日期或是否类数据项");
      name.kind = BALANCE_EXPRESSION_NAME;
      name.text = id;
      return compile_name (self, &name, context, typing);
    }

  if (strcmp (e->text, "missing") == 0)
    {
      if (e->n_args != 1)
        return report (self, context, e, "arguments", e->text, "missing has one argument", "missing 只有一个参数", NULL, NULL);
      a = compile (self, e->args[0], context, &other);
      typing->type = BALANCE_VALUE_FLAG;
      return a != NULL ? new_unary (self, BALANCE_NODE_MISSING, BALANCE_VALUE_FLAG, a) : NULL;
    }

  if (strcmp (e->text, "years") == 0)
    {
      if (e->n_args != 2)
        return report (self, context, e, "arguments", e->text, "years has two dates", "years 需要两个日期", NULL, NULL);
      a = compile (self, e->args[0], context, typing);
      b = compile (self, e->args[1], context, &other);
      if (a == NULL || b == NULL)
        return NULL;
      if (typing->type != BALANCE_VALUE_DATE || other.type != BALANCE_VALUE_DATE)
        return report_type (self, context, e, "two dates", "两个日期");
      type_number (self, "year", typing);
      return new_binary (self, BALANCE_NODE_YEARS, BALANCE_VALUE_NUMBER, a, b);
    }

  for (guint i = 0; i < G_N_ELEMENTS (roundings); i++)
    if (strcmp (e->text, roundings[i].name) == 0 || (i == 0 && strcmp (e->text, "abs") == 0))
      {
        if (e->n_args != 1)
          return report (self, context, e, "arguments", e->text, "this function has one argument", "该函数只有一个参数", NULL, NULL);
        a = compile (self, e->args[0], context, typing);
        if (a == NULL)
          return NULL;
        if (typing->type != BALANCE_VALUE_NUMBER)
          return report_type (self, context, e->args[0], "a number", "数");
        node = new_unary (self, strcmp (e->text, "abs") == 0 ? BALANCE_NODE_ABS : BALANCE_NODE_ROUND, BALANCE_VALUE_NUMBER, a);
        node->variant = roundings[i].rounding;
        return node;
      }

  if (strcmp (e->text, "min") == 0 || strcmp (e->text, "max") == 0)
    {
      if (e->n_args < 2)
        return report (self, context, e, "arguments", e->text, "min and max need arguments", "min 和 max 需要参数", NULL, NULL);
      a = compile (self, e->args[0], context, typing);
      for (guint i = 1; i < e->n_args && a != NULL; i++)
        {
          BalanceTyping so_far = *typing;

          b = compile (self, e->args[i], context, &other);
          if (b == NULL)
            return NULL;
          if (so_far.type != BALANCE_VALUE_NUMBER || other.type != BALANCE_VALUE_NUMBER)
            return report_type (self, context, e, "numbers", "数");
          if (!unify (self, context, e, typing, &so_far, &other))
            return NULL;
          a = new_binary (self, e->text[1] == 'i' ? BALANCE_NODE_MIN : BALANCE_NODE_MAX, BALANCE_VALUE_NUMBER, a, b);
        }
      return a;
    }

  return report (self, context, e, "unknown-name", e->text, "there is no such function", "没有此函数",
                 "sum, mean, cv, min, max, count, share, ceil, floor, round, abs, missing, years, score or, in data checks, previous",
                 "sum、mean、cv、min、max、count、share、ceil、floor、round、abs、missing、years、score，数据核查中还有 previous");
}

static BalanceNode *
compile_kind (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceNode *node;

  typing->bare = FALSE;
  memset (&typing->dimension, 0, sizeof typing->dimension);

  switch (e->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
      return compile_number (self, e, context, typing);
    case BALANCE_EXPRESSION_TEXT:
      node = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_TEXT, context->level, 0);
      node->text = g_strdup (e->text);
      typing->type = BALANCE_VALUE_TEXT;
      return node;
    case BALANCE_EXPRESSION_NAME:
      return compile_name (self, e, context, typing);
    case BALANCE_EXPRESSION_IF:
      return compile_if (self, e, context, typing);
    case BALANCE_EXPRESSION_OR:
    case BALANCE_EXPRESSION_AND:
    case BALANCE_EXPRESSION_NOT:
      return compile_logic (self, e, context, typing);
    case BALANCE_EXPRESSION_EQUAL:
    case BALANCE_EXPRESSION_NOT_EQUAL:
      return compile_equal (self, e, context, typing);
    case BALANCE_EXPRESSION_LESS:
    case BALANCE_EXPRESSION_LESS_EQUAL:
    case BALANCE_EXPRESSION_GREATER:
    case BALANCE_EXPRESSION_GREATER_EQUAL:
      return compile_order (self, e, context, typing);
    case BALANCE_EXPRESSION_IN:
      return compile_in (self, e, context, typing);
    case BALANCE_EXPRESSION_ADD:
    case BALANCE_EXPRESSION_SUBTRACT:
    case BALANCE_EXPRESSION_MULTIPLY:
    case BALANCE_EXPRESSION_DIVIDE:
      return compile_arithmetic (self, e, context, typing);
    case BALANCE_EXPRESSION_NEGATE:
      {
        BalanceNode *zero, *arg = compile (self, e->args[0], context, typing);

        if (arg == NULL)
          return NULL;
        if (typing->type != BALANCE_VALUE_NUMBER)
          return report_type (self, context, e, "a number", "数");
        zero = new_node (self, BALANCE_NODE_CONSTANT, BALANCE_VALUE_NUMBER, context->level, 0);
        zero->number = balance_number_small (0, 1);
        return new_binary (self, BALANCE_NODE_SUBTRACT, BALANCE_VALUE_NUMBER, zero, arg);
      }
    case BALANCE_EXPRESSION_CALL:
      return compile_call (self, e, context, typing);
    case BALANCE_EXPRESSION_LIST:
    default:
      return report_type (self, context, e, "a single value", "单个值");
    }
}

static BalanceNode *
compile (BalanceProgram *self, const BalanceExpression *e, const BalanceContext *context, BalanceTyping *typing)
{
  BalanceNode *node;

  if (self->depth >= MAX_DEPTH)
    return report_depth (self, context, e);

  self->depth++;
  node = compile_kind (self, e, context, typing);
  self->depth--;

  return node;
}

/* -- entry points ------------------------------------------------------------------------------------ */

/* The same, with the place where the formula itself stands: a pack that extends another has formulas of both. */
static BalanceContext
context_of (const BalanceExpression *expression, const BalanceContext *outer)
{
  BalanceContext context = *outer;

  if (expression->file != NULL)
    context.file = expression->file;
  if (expression->line > 0)
    {
      context.line = expression->line;
      context.column = expression->column;
    }

  return context;
}

BalanceNode *
balance_program_compile (BalanceProgram          *self,
                         const BalanceExpression *expression,
                         const BalanceContext    *context,
                         BalanceTyping           *typing)
{
  BalanceContext there = context_of (expression, context);

  return compile (self, expression, &there, typing);
}

BalanceNode *
balance_program_compile_flag (BalanceProgram          *self,
                              const BalanceExpression *expression,
                              const BalanceContext    *context)
{
  BalanceContext there = context_of (expression, context);
  BalanceTyping typing;
  BalanceNode *node = compile (self, expression, &there, &typing);

  if (node != NULL && typing.type != BALANCE_VALUE_FLAG)
    return report_type (self, &there, expression, "a condition (yes or no)", "条件（是或否）");
  return node;
}

BalanceNode *
balance_program_compile_definition (BalanceProgram          *self,
                                    const BalanceDefinition *definition,
                                    const BalanceContext    *context,
                                    BalanceTyping           *typing)
{
  BalanceNode *node = NULL;
  gboolean failed = FALSE;

  if (definition->all != NULL)
    return balance_program_compile (self, definition->all, context, typing);
  /* it could not be read, which was reported then */
  if (definition->by_stage == NULL)
    return NULL;

  if (context->level != BALANCE_LEVEL_SECTION && context->level != BALANCE_LEVEL_STAGE)
    return report (self, context, NULL, "level", level_names[context->level],
                   "only sections and stages differ by stage", "只有学段部和县内学段才区分学段",
                   "one value for all", "统一的一个值");

  for (guint i = 0; i < self->n_stages; i++)
    {
      BalanceContext there;
      BalanceTyping one;
      BalanceNode *arg;

      if (definition->by_stage[i] == NULL)
        continue;
      there = context_of (definition->by_stage[i], context);
      arg = compile (self, definition->by_stage[i], &there, &one);
      if (arg == NULL)
        {
          failed = TRUE;
          continue;
        }
      if (node == NULL)
        {
          node = new_node (self, BALANCE_NODE_BY_STAGE, arg->type, context->level, self->n_stages);
          node->field = arg->field;
          *typing = one;
        }
      else if (one.type != typing->type || (one.type == BALANCE_VALUE_CHOICE && arg->field != node->field))
        {
          report_type (self, &there, definition->by_stage[i], "the same type for every stage", "各学段类型相同");
          failed = TRUE;
        }
      else if (one.type == BALANCE_VALUE_NUMBER)
        {
          BalanceTyping so_far = *typing;

          if (!unify (self, &there, definition->by_stage[i], typing, &so_far, &one))
            failed = TRUE;
        }
      set_arg (node, i, arg);
    }

  return failed ? NULL : node;
}

gboolean
balance_program_set_scope (BalanceProgram          *self,
                           const BalanceExpression *scope,
                           guint                    line,
                           guint                    column)
{
  BalanceContext context = { .level = BALANCE_LEVEL_SECTION, .file = self->file, .line = line, .column = column };
  BalanceNode *flag = NULL, *in_stages;

  if (scope != NULL)
    {
      flag = balance_program_compile_flag (self, scope, &context);
      if (flag == NULL)
        return FALSE;
    }
  in_stages = new_node (self, BALANCE_NODE_IN_STAGES, BALANCE_VALUE_FLAG, BALANCE_LEVEL_SECTION, 0);
  self->base_mask = balance_program_and (self, in_stages, flag);

  return TRUE;
}

BalanceProgram *
balance_program_new (BalanceDictionary *dictionary,
                     GHashTable        *names,
                     const char        *file,
                     BalanceProblems   *problems)
{
  BalanceProgram *self = g_new0 (BalanceProgram, 1);

  self->dictionary = g_object_ref (dictionary);
  self->names = names;
  self->file = file;
  self->problems = balance_problems_ref (problems);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->split_weights = g_new0 (BalanceDecimal, balance_dictionary_get_n_stages (dictionary));

  return self;
}

void
balance_program_free (BalanceProgram *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->nodes);
  g_object_unref (self->dictionary);
  balance_problems_unref (self->problems);
  g_free (self->stages);
  g_free (self->split_weights);
  g_strfreev (self->split_fields);
  g_free (self);
}
