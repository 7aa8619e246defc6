/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-row-formula-private.h"

#include "formula/balance-expression-private.h"

#include <string.h>

typedef enum
{
  FUNCTION_MISSING,
  FUNCTION_MIN,
  FUNCTION_MAX,
  FUNCTION_ABS,
  FUNCTION_FLOOR,
  FUNCTION_CEIL,
  FUNCTION_ROUND,
} Function;

static const struct
{
  const char *name;
  guint       least, most;     /* arguments */
} functions[] = {
  [FUNCTION_MISSING] = { "missing", 1, 1 },
  [FUNCTION_MIN] = { "min", 2, 64 },
  [FUNCTION_MAX] = { "max", 2, 64 },
  [FUNCTION_ABS] = { "abs", 1, 1 },
  [FUNCTION_FLOOR] = { "floor", 1, 1 },
  [FUNCTION_CEIL] = { "ceil", 1, 1 },
  [FUNCTION_ROUND] = { "round", 1, 1 },
};

/* The tree again, with names turned into operands and functions into numbers. */
typedef struct _Node Node;

struct _Node
{
  BalanceExpressionKind  kind;
  guint                  index;      /* of the operand or the function */
  BalanceRowValue        value;      /* literals */
  guint                  n_args;
  Node                 **args;
};

struct _BalanceRowFormula
{
  BalanceExpression *source;         /* owns the texts of literals */
  Node              *root;
};

static void
node_free (Node *node)
{
  if (node == NULL)
    return;

  for (guint i = 0; i < node->n_args; i++)
    node_free (node->args[i]);
  g_free (node->args);
  g_free (node);
}

typedef struct
{
  BalanceRowNameFunc  resolve;
  gpointer            data;
  BalancePlace        place;
  BalanceProblems    *problems;
  gboolean            failed;
} Compiler;

static void
report (Compiler                *compiler,
        const BalanceExpression *at,
        const char              *found,
        const char              *message_en,
        const char              *message_zh,
        const char              *remedy_en,
        const char              *remedy_zh)
{
  BalancePlace place = compiler->place;

  compiler->failed = TRUE;
  place.column = at->position + 1;
  place.found = found;
  balance_problems_add_literal (compiler->problems, BALANCE_SEVERITY_ERROR, "formula", &place,
                                message_en, message_zh, NULL, NULL, remedy_en, remedy_zh);
}

static void
compile_literal (Compiler                *compiler,
                 const BalanceExpression *expression,
                 Node                    *node)
{
  BalanceDecimal number = expression->number;

  if (expression->kind == BALANCE_EXPRESSION_TEXT)
    {
      node->value = (BalanceRowValue) { BALANCE_ROW_TEXT, 0, 1, expression->text, strlen (expression->text) };
      return;
    }

  if (expression->unit != NULL)
    report (compiler, expression, expression->unit,
            "numbers in a map file have no unit", "映射文件公式中的数字不带单位",
            "remove the unit", "请去掉单位");
  if (expression->percent)
    number.scale += 2;
  balance_decimal_normalize (&number);
  if (number.scale > BALANCE_DECIMAL_MAX_SCALE)
    {
      report (compiler, expression, NULL, "the number has too many digits", "数字位数过多", NULL, NULL);
      return;
    }

  node->value = (BalanceRowValue) { BALANCE_ROW_NUMBER, number.digits, balance_power_of_ten (number.scale), NULL, 0 };
}

static void
compile_call (Compiler                *compiler,
              const BalanceExpression *expression,
              Node                    *node)
{
  for (node->index = 0; node->index < G_N_ELEMENTS (functions); node->index++)
    if (g_str_equal (functions[node->index].name, expression->text))
      break;

  if (node->index == G_N_ELEMENTS (functions) || expression->weight != NULL || expression->over != NULL ||
      expression->where != NULL)
    report (compiler, expression, expression->text,
            "this function cannot be used on one row", "该函数不能用于单行数据",
            "in a map file there are missing, min, max, abs, floor, ceil and round",
            "映射文件中可用 missing、min、max、abs、floor、ceil、round");
  else if (expression->n_args < functions[node->index].least || expression->n_args > functions[node->index].most)
    report (compiler, expression, expression->text,
            "the function has the wrong number of arguments", "函数的参数个数不对", NULL, NULL);
}

static Node *
compile (Compiler                *compiler,
         const BalanceExpression *expression)
{
  Node *node = g_new0 (Node, 1);

  node->kind = expression->kind;
  node->n_args = expression->n_args;
  node->args = g_new0 (Node *, expression->n_args + 1);

  switch (expression->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
    case BALANCE_EXPRESSION_TEXT:
      compile_literal (compiler, expression, node);
      break;

    case BALANCE_EXPRESSION_NAME:
      if (!compiler->resolve (expression->text, compiler->data, &node->index))
        report (compiler, expression, expression->text,
                "there is no such column", "没有这一列",
                "write the header of a column of the file or the id of a field; characters that a name cannot have are written _",
                "请写文件中的列名或数据项标识；名称中不能使用的字符写作下划线");
      break;

    case BALANCE_EXPRESSION_CALL:
      compile_call (compiler, expression, node);
      break;

    case BALANCE_EXPRESSION_LIST:
    case BALANCE_EXPRESSION_IF:
    case BALANCE_EXPRESSION_OR:
    case BALANCE_EXPRESSION_AND:
    case BALANCE_EXPRESSION_NOT:
    case BALANCE_EXPRESSION_EQUAL:
    case BALANCE_EXPRESSION_NOT_EQUAL:
    case BALANCE_EXPRESSION_LESS:
    case BALANCE_EXPRESSION_LESS_EQUAL:
    case BALANCE_EXPRESSION_GREATER:
    case BALANCE_EXPRESSION_GREATER_EQUAL:
    case BALANCE_EXPRESSION_IN:
    case BALANCE_EXPRESSION_ADD:
    case BALANCE_EXPRESSION_SUBTRACT:
    case BALANCE_EXPRESSION_MULTIPLY:
    case BALANCE_EXPRESSION_DIVIDE:
    case BALANCE_EXPRESSION_NEGATE:
    default:
      break;
    }

  for (guint i = 0; i < node->n_args; i++)
    node->args[i] = compile (compiler, expression->args[i]);

  return node;
}

BalanceRowFormula *
balance_row_formula_new (const char         *text,
                         const char         *file,
                         guint               line,
                         BalanceRowNameFunc  resolve,
                         gpointer            data,
                         BalanceProblems    *problems)
{
  Compiler compiler = { resolve, data, { .file = file, .row = line }, problems, FALSE };
  g_autoptr(BalanceRowFormula) self = g_new0 (BalanceRowFormula, 1);

  self->source = balance_expression_parse (text, &compiler.place, problems);
  if (self->source == NULL)
    return NULL;

  self->root = compile (&compiler, self->source);

  return compiler.failed ? NULL : g_steal_pointer (&self);
}

void
balance_row_formula_free (BalanceRowFormula *self)
{
  node_free (self->root);
  g_clear_pointer (&self->source, balance_expression_free);
  g_free (self);
}

/* ---- evaluation */

typedef struct
{
  const BalanceRowValue *operands;
  const char            *why_en, *why_zh;
} Evaluation;

static gboolean
give_up (Evaluation *evaluation,
         const char *why_en,
         const char *why_zh)
{
  evaluation->why_en = why_en;
  evaluation->why_zh = why_zh;

  return FALSE;
}

static gboolean
set_fraction (Evaluation      *evaluation,
              __int128         numerator,
              __int128         denominator,
              BalanceRowValue *result)
{
  __int128 a, b;

  if (denominator < 0)
    {
      numerator = -numerator;
      denominator = -denominator;
    }

  a = numerator < 0 ? -numerator : numerator;
  b = denominator;
  while (b != 0)
    {
      __int128 rest = a % b;

      a = b;
      b = rest;
    }
  numerator /= a;
  denominator /= a;
  if (numerator > G_MAXINT64 || numerator < -(__int128) G_MAXINT64 || denominator > G_MAXINT64)
    return give_up (evaluation, "a number is too large or too fine", "数字过大或小数位过多");

  *result = (BalanceRowValue) { BALANCE_ROW_NUMBER, (gint64) numerator, (gint64) denominator, NULL, 0 };

  return TRUE;
}

static void
set_flag (gboolean         flag,
          BalanceRowValue *result)
{
  *result = (BalanceRowValue) { BALANCE_ROW_FLAG, flag ? 1 : 0, 1, NULL, 0 };
}

static void
set_missing (BalanceRowValue *result)
{
  *result = (BalanceRowValue) { BALANCE_ROW_MISSING, 0, 1, NULL, 0 };
}

static gboolean
need (Evaluation            *evaluation,
      const BalanceRowValue *value,
      BalanceRowKind         kind)
{
  if (value->kind == kind || value->kind == BALANCE_ROW_MISSING)
    return TRUE;

  return kind == BALANCE_ROW_NUMBER ? give_up (evaluation, "a number is needed where there is none", "需要数字之处不是数字")
                                    : give_up (evaluation, "yes or no is needed where there is neither", "需要“是”或“否”之处不是");
}

/* -1, 0, 1 of two numbers; of others only whether they are the same. */
static int
compare (const BalanceRowValue *a,
         const BalanceRowValue *b)
{
  if (a->kind == BALANCE_ROW_TEXT && b->kind == BALANCE_ROW_TEXT)
    return a->length == b->length && memcmp (a->text, b->text, a->length) == 0 ? 0 : 1;
  /* a column of codes: some of them look like numbers, none of them is one */
  if (a->kind != b->kind)
    return a->text != NULL && b->text != NULL && a->length == b->length && memcmp (a->text, b->text, a->length) == 0 ? 0 : 1;

  {
    __int128 x = (__int128) a->numerator * b->denominator;
    __int128 y = (__int128) b->numerator * a->denominator;

    return (x > y) - (x < y);
  }
}

static gboolean eval (Evaluation      *evaluation,
                      const Node      *node,
                      BalanceRowValue *result);

static gboolean
eval_logic (Evaluation      *evaluation,
            const Node      *node,
            BalanceRowValue *result)
{
  gint64 deciding = node->kind == BALANCE_EXPRESSION_OR ? 1 : 0;
  BalanceRowValue a, b;

  if (!eval (evaluation, node->args[0], &a) || !need (evaluation, &a, BALANCE_ROW_FLAG))
    return FALSE;
  if (a.kind == BALANCE_ROW_FLAG && a.numerator == deciding)
    {
      *result = a;
      return TRUE;
    }

  if (!eval (evaluation, node->args[1], &b) || !need (evaluation, &b, BALANCE_ROW_FLAG))
    return FALSE;
  if (b.kind == BALANCE_ROW_FLAG && (b.numerator == deciding || a.kind == BALANCE_ROW_FLAG))
    *result = b;
  else
    set_missing (result);

  return TRUE;
}

static gboolean
eval_comparison (Evaluation      *evaluation,
                 const Node      *node,
                 BalanceRowValue *result)
{
  gboolean equality = node->kind == BALANCE_EXPRESSION_EQUAL || node->kind == BALANCE_EXPRESSION_NOT_EQUAL;
  BalanceRowValue a, b;
  int order;

  if (!eval (evaluation, node->args[0], &a) || !eval (evaluation, node->args[1], &b))
    return FALSE;
  if (!equality && (!need (evaluation, &a, BALANCE_ROW_NUMBER) || !need (evaluation, &b, BALANCE_ROW_NUMBER)))
    return FALSE;

  if (a.kind == BALANCE_ROW_MISSING || b.kind == BALANCE_ROW_MISSING)
    {
      set_missing (result);
      return TRUE;
    }

  order = compare (&a, &b);
  set_flag (node->kind == BALANCE_EXPRESSION_EQUAL           ? order == 0
            : node->kind == BALANCE_EXPRESSION_NOT_EQUAL     ? order != 0
            : node->kind == BALANCE_EXPRESSION_LESS          ? order < 0
            : node->kind == BALANCE_EXPRESSION_LESS_EQUAL    ? order <= 0
            : node->kind == BALANCE_EXPRESSION_GREATER       ? order > 0
                                                             : order >= 0, result);

  return TRUE;
}

static gboolean
eval_in (Evaluation      *evaluation,
         const Node      *node,
         BalanceRowValue *result)
{
  const Node *list = node->args[1];
  gboolean found = FALSE;
  BalanceRowValue a, b;

  if (!eval (evaluation, node->args[0], &a))
    return FALSE;
  if (a.kind == BALANCE_ROW_MISSING)
    {
      set_missing (result);
      return TRUE;
    }

  for (guint i = 0; i < list->n_args && !found; i++)
    {
      if (!eval (evaluation, list->args[i], &b))
        return FALSE;
      found = compare (&a, &b) == 0;
    }
  set_flag (found, result);

  return TRUE;
}

static gboolean
eval_arithmetic (Evaluation      *evaluation,
                 const Node      *node,
                 BalanceRowValue *result)
{
  BalanceRowValue a, b;
  __int128 x, y;

  if (!eval (evaluation, node->args[0], &a) || !need (evaluation, &a, BALANCE_ROW_NUMBER) ||
      !eval (evaluation, node->args[1], &b) || !need (evaluation, &b, BALANCE_ROW_NUMBER))
    return FALSE;
  if (a.kind == BALANCE_ROW_MISSING || b.kind == BALANCE_ROW_MISSING)
    {
      set_missing (result);
      return TRUE;
    }

  if (node->kind == BALANCE_EXPRESSION_MULTIPLY)
    return set_fraction (evaluation, (__int128) a.numerator * b.numerator,
                         (__int128) a.denominator * b.denominator, result);
  if (node->kind == BALANCE_EXPRESSION_DIVIDE)
    {
      if (b.numerator == 0)
        return give_up (evaluation, "division by zero", "除数为零");
      return set_fraction (evaluation, (__int128) a.numerator * b.denominator,
                           (__int128) a.denominator * b.numerator, result);
    }

  x = (__int128) a.numerator * b.denominator;
  y = (__int128) b.numerator * a.denominator;

  return set_fraction (evaluation, node->kind == BALANCE_EXPRESSION_ADD ? x + y : x - y,
                       (__int128) a.denominator * b.denominator, result);
}

/* Whole numbers: down, up, or to the nearest with halves away from zero. */
static void
round_value (Function         function,
             BalanceRowValue *value)
{
  gint64 n = value->numerator, d = value->denominator;
  gint64 down = n / d - (n % d < 0 ? 1 : 0);
  gint64 rest = n - down * d;     /* 0 .. d - 1 */

  value->denominator = 1;
  if (function == FUNCTION_FLOOR || rest == 0)
    value->numerator = down;
  else if (function == FUNCTION_CEIL)
    value->numerator = down + 1;
  else
    value->numerator = down + (rest > d - rest || (rest == d - rest && n > 0) ? 1 : 0);
}

static gboolean
eval_call (Evaluation      *evaluation,
           const Node      *node,
           BalanceRowValue *result)
{
  Function function = (Function) node->index;

  if (!eval (evaluation, node->args[0], result))
    return FALSE;
  if (function == FUNCTION_MISSING)
    {
      set_flag (result->kind == BALANCE_ROW_MISSING, result);
      return TRUE;
    }

  if (!need (evaluation, result, BALANCE_ROW_NUMBER))
    return FALSE;
  for (guint i = 1; i < node->n_args; i++)
    {
      BalanceRowValue other;
      int order;

      if (!eval (evaluation, node->args[i], &other) || !need (evaluation, &other, BALANCE_ROW_NUMBER))
        return FALSE;
      if (result->kind == BALANCE_ROW_MISSING || other.kind == BALANCE_ROW_MISSING)
        {
          set_missing (result);
          continue;
        }
      order = compare (&other, result);
      if (function == FUNCTION_MIN ? order < 0 : order > 0)
        *result = other;
    }

  if (result->kind == BALANCE_ROW_MISSING || function == FUNCTION_MIN || function == FUNCTION_MAX)
    return TRUE;
  if (function == FUNCTION_ABS)
    result->numerator = ABS (result->numerator);
  else
    round_value (function, result);
  result->text = NULL;

  return TRUE;
}

static gboolean
eval (Evaluation      *evaluation,
      const Node      *node,
      BalanceRowValue *result)
{
  switch (node->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
    case BALANCE_EXPRESSION_TEXT:
      *result = node->value;
      return TRUE;

    case BALANCE_EXPRESSION_NAME:
      *result = evaluation->operands[node->index];
      return TRUE;

    case BALANCE_EXPRESSION_IF:
      if (!eval (evaluation, node->args[0], result) || !need (evaluation, result, BALANCE_ROW_FLAG))
        return FALSE;
      if (result->kind == BALANCE_ROW_MISSING)
        return TRUE;
      return eval (evaluation, node->args[result->numerator != 0 ? 1 : 2], result);

    case BALANCE_EXPRESSION_OR:
    case BALANCE_EXPRESSION_AND:
      return eval_logic (evaluation, node, result);

    case BALANCE_EXPRESSION_NOT:
      if (!eval (evaluation, node->args[0], result) || !need (evaluation, result, BALANCE_ROW_FLAG))
        return FALSE;
      if (result->kind == BALANCE_ROW_FLAG)
        result->numerator = 1 - result->numerator;
      return TRUE;

    case BALANCE_EXPRESSION_EQUAL:
    case BALANCE_EXPRESSION_NOT_EQUAL:
    case BALANCE_EXPRESSION_LESS:
    case BALANCE_EXPRESSION_LESS_EQUAL:
    case BALANCE_EXPRESSION_GREATER:
    case BALANCE_EXPRESSION_GREATER_EQUAL:
      return eval_comparison (evaluation, node, result);

    case BALANCE_EXPRESSION_IN:
      return eval_in (evaluation, node, result);

    case BALANCE_EXPRESSION_ADD:
    case BALANCE_EXPRESSION_SUBTRACT:
    case BALANCE_EXPRESSION_MULTIPLY:
    case BALANCE_EXPRESSION_DIVIDE:
      return eval_arithmetic (evaluation, node, result);

    case BALANCE_EXPRESSION_NEGATE:
      if (!eval (evaluation, node->args[0], result) || !need (evaluation, result, BALANCE_ROW_NUMBER))
        return FALSE;
      result->numerator = -result->numerator;
      result->text = NULL;
      return TRUE;

    case BALANCE_EXPRESSION_CALL:
      return eval_call (evaluation, node, result);

    case BALANCE_EXPRESSION_LIST:
    default:
      return give_up (evaluation, "a list stands where a value is needed", "需要数值之处是列表");
    }
}

gboolean
balance_row_formula_eval (const BalanceRowFormula  *self,
                          const BalanceRowValue    *operands,
                          BalanceRowValue          *result,
                          const char              **why_en,
                          const char              **why_zh)
{
  Evaluation evaluation = { operands, NULL, NULL };

  if (eval (&evaluation, self->root, result))
    return TRUE;

  *why_en = evaluation.why_en;
  *why_zh = evaluation.why_zh;

  return FALSE;
}
