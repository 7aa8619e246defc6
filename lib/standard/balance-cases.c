/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "standard/balance-cases-private.h"

/* Steps of evaluation for one statement and for a whole pack: a fraction of a second, whatever the pack. */
#define MAX_STEPS 2000000
#define MAX_ALL_STEPS 20000000
#define MAX_VARIABLES 500
#define MAX_NESTING 100

#define OPEN BALANCE_CASES_OPEN

/* -- formulas as text: what is written alike means the same in one place -------------------------------- */

void
balance_cases_append_expression (GString *text, const BalanceExpression *e)
{
  static const char *const operators[] = {
    [BALANCE_EXPRESSION_OR] = "or", [BALANCE_EXPRESSION_AND] = "and", [BALANCE_EXPRESSION_EQUAL] = "==",
    [BALANCE_EXPRESSION_NOT_EQUAL] = "!=", [BALANCE_EXPRESSION_LESS] = "<", [BALANCE_EXPRESSION_LESS_EQUAL] = "<=",
    [BALANCE_EXPRESSION_GREATER] = ">", [BALANCE_EXPRESSION_GREATER_EQUAL] = ">=", [BALANCE_EXPRESSION_IN] = "in",
    [BALANCE_EXPRESSION_ADD] = "+", [BALANCE_EXPRESSION_SUBTRACT] = "-", [BALANCE_EXPRESSION_MULTIPLY] = "*",
    [BALANCE_EXPRESSION_DIVIDE] = "/", [BALANCE_EXPRESSION_CALL] = NULL,
  };
  g_autofree char *number = NULL;

  switch (e->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
      number = balance_decimal_to_string (&e->number);
      g_string_append_printf (text, "%s%s%s", number, e->unit != NULL ? " " : "", e->unit != NULL ? e->unit : "");
      break;
    case BALANCE_EXPRESSION_TEXT:
      g_string_append_printf (text, "'%s'", e->text);
      break;
    case BALANCE_EXPRESSION_NAME:
      g_string_append (text, e->text);
      break;
    case BALANCE_EXPRESSION_NOT:
    case BALANCE_EXPRESSION_NEGATE:
      g_string_append (text, e->kind == BALANCE_EXPRESSION_NOT ? "not (" : "-(");
      balance_cases_append_expression (text, e->args[0]);
      g_string_append_c (text, ')');
      break;
    case BALANCE_EXPRESSION_IF:
      g_string_append (text, "if ");
      balance_cases_append_expression (text, e->args[0]);
      g_string_append (text, " then ");
      balance_cases_append_expression (text, e->args[1]);
      g_string_append (text, " else ");
      balance_cases_append_expression (text, e->args[2]);
      break;
    case BALANCE_EXPRESSION_LIST:
    case BALANCE_EXPRESSION_CALL:
      g_string_append_printf (text, "%s", e->kind == BALANCE_EXPRESSION_CALL ? e->text : "");
      g_string_append_c (text, e->kind == BALANCE_EXPRESSION_CALL ? '(' : '[');
      for (guint i = 0; i < e->n_args; i++)
        {
          g_string_append (text, i > 0 ? ", " : "");
          balance_cases_append_expression (text, e->args[i]);
        }
      if (e->weight != NULL)
        {
          g_string_append (text, " weighted by ");
          balance_cases_append_expression (text, e->weight);
        }
      if (e->over != NULL)
        g_string_append_printf (text, " over %s", e->over);
      if (e->where != NULL)
        {
          g_string_append (text, " where ");
          balance_cases_append_expression (text, e->where);
        }
      g_string_append_c (text, e->kind == BALANCE_EXPRESSION_CALL ? ')' : ']');
      break;
    default:
      g_string_append_c (text, '(');
      balance_cases_append_expression (text, e->args[0]);
      g_string_append_printf (text, " %s ", operators[e->kind]);
      balance_cases_append_expression (text, e->args[1]);
      g_string_append_c (text, ')');
    }
}

/* -- variables ------------------------------------------------------------------------------------------- */

static void
variable_free (gpointer data)
{
  BalanceCaseVariable *self = data;

  g_free (self->key);
  g_ptr_array_unref (self->texts);
  g_array_unref (self->numbers);
  g_array_unref (self->dates);
  g_free (self);
}

static BalanceCaseVariable *
get_variable (BalanceCases *self, BalanceCaseVariableKind kind, const char *key)
{
  BalanceCaseVariable *variable = g_hash_table_lookup (self->by_key, key);

  if (variable != NULL)
    return variable;

  variable = g_new0 (BalanceCaseVariable, 1);
  variable->kind = kind;
  variable->key = g_strdup (key);
  variable->texts = g_ptr_array_new ();
  variable->numbers = g_array_new (FALSE, FALSE, sizeof (BalanceDecimal));
  variable->dates = g_array_new (FALSE, FALSE, sizeof (gint32));
  variable->chosen = -1;
  g_ptr_array_add (self->variables, variable);
  g_hash_table_insert (self->by_key, variable->key, variable);

  return variable;
}

static BalanceCaseVariable *
get_opaque (BalanceCases *self, BalanceCaseVariableKind kind, const BalanceExpression *e, const BalanceCasePlace *place)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *key = NULL;
  BalanceCaseVariable *variable;

  balance_cases_append_expression (text, e);
  key = g_strdup_printf ("%s\n%d %d", text->str, (int) place->level, place->mask);
  variable = get_variable (self, kind, key);
  variable->opaque = TRUE;
  variable->assumed = variable->assumed || self->assuming;

  return variable;
}

BalanceField *
balance_cases_find_field (BalanceCases *self, const char *id)
{
  return balance_dictionary_find (self->space->pack->dictionary, id);
}

static gboolean
is_number_field (const BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT || field->type == BALANCE_FIELD_NUMBER ||
         field->type == BALANCE_FIELD_SHARE || field->type == BALANCE_FIELD_YEAR;
}

static BalanceCaseVariable *
find_named (BalanceCases *self, const char *id)
{
  const BalanceOption *option = g_hash_table_lookup (self->space->options, id);
  BalanceField *field = balance_cases_find_field (self, id);
  BalanceCaseVariableKind kind;
  BalanceCaseVariable *variable;

  if (option != NULL)
    {
      variable = get_variable (self, VARIABLE_OPTION, id);
      variable->option = option;
      return variable;
    }
  if (field == NULL || g_hash_table_contains (self->space->pack->computed, id))
    return NULL;
  if (field == self->space->pack->dictionary->identity[BALANCE_ID_STAGE])
    kind = VARIABLE_STAGE;
  else if (field->type == BALANCE_FIELD_CHOICE)
    kind = VARIABLE_CHOICE;
  else if (field->type == BALANCE_FIELD_FLAG || field->type == BALANCE_FIELD_ATTESTED)
    kind = VARIABLE_FLAG;
  else if (field->type == BALANCE_FIELD_TEXT)
    kind = VARIABLE_TEXT;
  else if (is_number_field (field))
    kind = VARIABLE_NUMBER;
  else
    return NULL;

  variable = get_variable (self, kind, id);
  variable->field = field;
  variable->whole = field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_YEAR;

  return variable;
}

/* What a name stands for: a variable, a definition, or neither. Formulas are evaluated for thousands of cases, so it is
 * looked up once for each place where it is written. */
typedef struct
{
  BalanceCaseVariable     *variable;
  const BalanceDefinition *definition;
  const BalanceField      *field;        /* of the definition */
} Name;

static const Name *
get_name (BalanceCases *self, const char *id)
{
  Name *name = g_hash_table_lookup (self->names, id);

  if (name != NULL)
    return name;

  name = g_new0 (Name, 1);
  name->definition = g_hash_table_lookup (self->space->pack->computed, id);
  if (name->definition != NULL)
    name->field = balance_cases_find_field (self, id);
  name->variable = find_named (self, id);
  g_hash_table_insert (self->names, (gpointer) id, name);

  return name;
}

BalanceCaseVariable *
balance_cases_get_named (BalanceCases *self, const char *id)
{
  return get_name (self, id)->variable;
}

BalanceCaseVariable *
balance_cases_get_date (BalanceCases *self)
{
  if (self->date == NULL)
    self->date = get_variable (self, VARIABLE_DATE, "\ndate");

  return self->date;
}

BalanceCaseVariable *
balance_cases_get_stage (BalanceCases *self)
{
  if (self->stage == NULL)
    {
      const BalanceField *stage = self->space->pack->dictionary->identity[BALANCE_ID_STAGE];

      self->stage = get_variable (self, VARIABLE_STAGE, stage->id);
      self->stage->field = stage;
    }

  return self->stage;
}

/* A day on which something changes. */
void
balance_cases_add_day (BalanceCases *self, gint32 day)
{
  if (self->collecting && day != BALANCE_NO_DATE && day > self->space->start)
    g_array_append_val (balance_cases_get_date (self)->dates, day);
}

/* The case of a variable, -1 and a wish where it has none yet. Opaque ones are wished for last: where the others
 * decide, nothing rests on them. */
int
balance_cases_get (BalanceCases *self, BalanceCaseVariable *variable)
{
  if (variable->chosen < 0 && (self->wanted == NULL || self->wanted->opaque))
    self->wanted = variable;
  return variable->chosen;
}

static int
compare_decimals (gconstpointer a, gconstpointer b)
{
  return balance_number_compare_small (balance_number_from_decimal (a), balance_number_from_decimal (b));
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  return *(const gint32 *) a < *(const gint32 *) b ? -1 : *(const gint32 *) a > *(const gint32 *) b;
}

static void
sort_and_unite (GArray *array, GCompareFunc compare)
{
  guint size = g_array_get_element_size (array), n = 0;

  g_array_sort (array, compare);
  for (guint i = 0; i < array->len; i++)
    if (n == 0 || compare (array->data + (n - 1) * size, array->data + i * size) != 0)
      {
        memmove (array->data + n * size, array->data + i * size, size);
        n++;
      }
  g_array_set_size (array, n);
}

static void
finish_variable (BalanceCases *self, BalanceCaseVariable *variable)
{
  switch (variable->kind)
    {
    case VARIABLE_STAGE:
      variable->n_cases = self->space->pack->n_stages;
      break;
    case VARIABLE_CHOICE:
      variable->n_cases = variable->field->choices != NULL ? variable->field->choices->len : 0;
      break;
    case VARIABLE_TEXT:
      variable->n_cases = variable->texts->len + 1;
      break;
    case VARIABLE_NUMBER:
      sort_and_unite (variable->numbers, compare_decimals);
      variable->n_cases = 2 * variable->numbers->len + 1;
      break;
    case VARIABLE_OPTION:
      variable->n_cases = variable->option->values != NULL ? g_strv_length (variable->option->values) : 0;
      break;
    case VARIABLE_DATE:
      g_array_append_val (variable->dates, self->space->start);
      sort_and_unite (variable->dates, compare_days);
      variable->n_cases = variable->dates->len;
      break;
    case VARIABLE_FLAG:
    case VARIABLE_OPAQUE:
    default:
      variable->n_cases = 2;
    }
}

/* Lies there a whole number between two constants? */
static gboolean
has_whole_between (const BalanceDecimal *low, const BalanceDecimal *high)
{
  BalanceDecimal a = *low, b = *high;
  guint scale = MAX (a.scale, b.scale);
  gint64 one, next;

  if (!balance_decimal_rescale (&a, scale) || !balance_decimal_rescale (&b, scale))
    return TRUE;
  one = balance_power_of_ten (scale);
  next = (a.digits >= 0 ? a.digits / one : -((-a.digits + one - 1) / one)) + 1;   /* the first one above */

  return next <= b.digits / one && next * one < b.digits;
}

/* Can a fact be in this case, by its bounds and its type? */
static gboolean
is_possible (const BalanceCaseVariable *variable, guint number)
{
  const BalanceField *field = variable->field;
  gboolean even = number % 2 == 0;
  const BalanceDecimal *low, *high;

  if (variable->kind != VARIABLE_NUMBER || number == variable->n_cases)
    return TRUE;
  low = number == 0 ? NULL : &g_array_index (variable->numbers, BalanceDecimal, (number - 1) / 2);
  high = number / 2 < variable->numbers->len ? &g_array_index (variable->numbers, BalanceDecimal, number / 2) : NULL;
  if (!even)
    low = high;

  if (field != NULL && field->has_min && high != NULL)
    {
      int order = compare_decimals (high, &field->min);

      if (order < 0 || (even && order == 0))
        return FALSE;
    }
  if (field != NULL && field->has_max && !variable->sum && low != NULL)
    {
      int order = compare_decimals (low, &field->max);

      if (order > 0 || (even && order == 0))
        return FALSE;
    }
  if (variable->whole && !even)
    {
      BalanceDecimal exact = *low;

      balance_decimal_normalize (&exact);
      return exact.scale == 0;
    }
  if (variable->whole && low != NULL && high != NULL)
    return has_whole_between (low, high);
  if (variable->whole && low == NULL && high != NULL && field != NULL && field->has_min)
    {
      /* the least value itself may be the only one below the first constant */
      BalanceDecimal least = field->min;

      return compare_decimals (&least, high) < 0;
    }

  return TRUE;
}

/* -- conditions ------------------------------------------------------------------------------------------ */


static int
flip (int truth)
{
  return truth == BALANCE_TRUE ? BALANCE_FALSE : truth == BALANCE_FALSE ? BALANCE_TRUE : truth;
}

int
balance_cases_evaluate_opaque (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  BalanceCaseVariable *variable = g_hash_table_lookup (self->by_expression, e);
  int number;

  if (variable == NULL)
    {
      variable = get_opaque (self, VARIABLE_OPAQUE, e, place);
      g_hash_table_insert (self->by_expression, (gpointer) e, variable);
    }
  variable->assumed = variable->assumed || (self->collecting && self->assuming);
  number = balance_cases_get (self, variable);

  return number < 0 ? OPEN : number;
}

/* A definition that holds for one stage or for all. */
static int
evaluate_definition (BalanceCases *self, const BalanceDefinition *definition, const BalanceCasePlace *place)
{
  int stage;

  if (definition->by_stage == NULL)
    return definition->all != NULL ? balance_cases_evaluate (self, definition->all, place) : BALANCE_UNKNOWN;
  if (self->collecting)
    for (guint i = 0; i < self->space->pack->n_stages; i++)
      if (definition->by_stage[i] != NULL)
        balance_cases_evaluate (self, definition->by_stage[i], place);
  stage = balance_cases_get (self, balance_cases_get_stage (self));
  if (stage < 0)
    return OPEN;

  return (guint) stage < self->space->pack->n_stages && definition->by_stage[stage] != NULL
           ? balance_cases_evaluate (self, definition->by_stage[stage], place) : BALANCE_UNKNOWN;
}

static int
evaluate_name (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  const Name *name = get_name (self, e->text);
  BalanceCaseVariable *variable = name->variable;
  int number;

  if (name->definition != NULL)
    {
      BalanceCasePlace there = { name->field != NULL ? name->field->level : place->level, -1 };
      int truth;

      if (self->nesting >= MAX_NESTING)
        return balance_cases_evaluate_opaque (self, e, place);
      self->nesting++;
      truth = evaluate_definition (self, name->definition, &there);
      self->nesting--;
      return truth;
    }

  if (variable == NULL || variable->kind != VARIABLE_FLAG)
    return balance_cases_evaluate_opaque (self, e, place);
  number = balance_cases_get (self, variable);

  return number < 0 ? OPEN : number == 2 ? BALANCE_UNKNOWN : number;
}

static gboolean
get_constant (const BalanceExpression *e, BalanceDecimal *number)
{
  gboolean negative = e->kind == BALANCE_EXPRESSION_NEGATE;

  if (negative)
    e = e->args[0];
  if (e->kind != BALANCE_EXPRESSION_NUMBER)
    return FALSE;
  *number = e->number;
  if (negative)
    number->digits = -number->digits;

  return TRUE;
}

/* What is compared with a number: a field, the sum of a field over the rows of the subject, or something opaque. */
static BalanceCaseVariable *
get_number (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  BalanceCaseVariable *variable = g_hash_table_lookup (self->by_expression, e);

  if (variable != NULL)
    return variable;
  if (e->kind == BALANCE_EXPRESSION_NAME)
    variable = balance_cases_get_named (self, e->text);
  if (variable != NULL && variable->kind != VARIABLE_NUMBER)
    return NULL;
  if (variable == NULL)
    {
      variable = get_opaque (self, VARIABLE_NUMBER, e, place);
      if (e->kind == BALANCE_EXPRESSION_CALL && strcmp (e->text, "sum") == 0 && e->n_args == 1 && e->weight == NULL &&
          e->where == NULL && e->args[0]->kind == BALANCE_EXPRESSION_NAME)
        {
          BalanceField *field = balance_cases_find_field (self, e->args[0]->text);

          if (field != NULL && is_number_field (field) && !g_hash_table_contains (self->space->pack->computed, field->id) &&
              (field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT))
            {
              variable->opaque = FALSE;
              variable->field = field;
              variable->sum = TRUE;
              variable->whole = field->type == BALANCE_FIELD_COUNT;
            }
        }
    }
  g_hash_table_insert (self->by_expression, (gpointer) e, variable);

  return variable;
}

/* Position of a constant among those of a number. */
static guint
constant_index (const BalanceCaseVariable *variable, const BalanceDecimal *constant)
{
  for (guint i = 0; i < variable->numbers->len; i++)
    if (compare_decimals (&g_array_index (variable->numbers, BalanceDecimal, i), constant) == 0)
      return i;

  g_return_val_if_reached (0);
}

/* -1 below, 0 equal, 1 above the constant; OPEN, UNKNOWN where it is missing */
static int
compare_number (BalanceCases *self, BalanceCaseVariable *variable, const BalanceDecimal *constant, int *order)
{
  int number;
  guint at;

  if (self->collecting)
    {
      g_array_append_val (variable->numbers, *constant);
      return OPEN;
    }
  number = balance_cases_get (self, variable);
  if (number < 0)
    return OPEN;
  if ((guint) number == variable->n_cases)
    return BALANCE_UNKNOWN;
  at = 2 * constant_index (variable, constant) + 1;
  *order = (guint) number < at ? -1 : (guint) number > at;

  return BALANCE_TRUE;
}

/* The code of the choice or stage that a formula names. */
static int
get_code (BalanceCases *self, const BalanceCaseVariable *variable, const char *text)
{
  gpointer known = g_hash_table_lookup (self->space->codes, text);

  if (known == NULL)
    {
      int code = variable->kind == VARIABLE_STAGE ? balance_dictionary_find_stage (self->space->pack->dictionary, text)
                                                  : balance_field_find_choice ((BalanceField *) variable->field, text);

      known = GINT_TO_POINTER (code + 2);
      g_hash_table_insert (self->space->codes, (gpointer) text, known);
    }

  return GPOINTER_TO_INT (known) - 2;
}

/* Is the choice, text or option the one that is written there? */
static int
compare_text (BalanceCases *self, BalanceCaseVariable *variable, const char *text)
{
  int number, wanted = -1;

  if (self->collecting && variable->kind == VARIABLE_TEXT &&
      !g_ptr_array_find_with_equal_func (variable->texts, text, g_str_equal, NULL))
    g_ptr_array_add (variable->texts, (gpointer) text);
  number = balance_cases_get (self, variable);
  if (self->collecting || number < 0)
    return OPEN;
  if ((guint) number == variable->n_cases)
    return BALANCE_UNKNOWN;

  if (variable->kind == VARIABLE_STAGE)
    {
      int stage = get_code (self, variable, text);

      return stage >= 0 && self->space->pack->stages[number] == (guint) stage;
    }
  if (variable->kind == VARIABLE_CHOICE)
    wanted = get_code (self, variable, text);
  else if (variable->kind == VARIABLE_OPTION)
    return strcmp (variable->option->values[number], text) == 0;
  else
    for (guint i = 0; i < variable->texts->len; i++)
      if (strcmp (g_ptr_array_index (variable->texts, i), text) == 0)
        wanted = (int) i;

  return number == wanted;
}

static gboolean
is_enumerated (const BalanceCaseVariable *variable)
{
  return variable != NULL && (variable->kind == VARIABLE_STAGE || variable->kind == VARIABLE_CHOICE ||
                              variable->kind == VARIABLE_TEXT || variable->kind == VARIABLE_OPTION);
}

static int
evaluate_equal (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  const BalanceExpression *a = e->args[0], *b = e->args[1];
  BalanceDecimal constant;
  BalanceCaseVariable *variable = NULL;
  int order = 0, truth;

  if (a->kind == BALANCE_EXPRESSION_TEXT || get_constant (a, &constant))
    {
      const BalanceExpression *swap = a;

      a = b;
      b = swap;
    }
  if (b->kind == BALANCE_EXPRESSION_TEXT && a->kind == BALANCE_EXPRESSION_NAME)
    {
      variable = balance_cases_get_named (self, a->text);
      return is_enumerated (variable) ? compare_text (self, variable, b->text) : balance_cases_evaluate_opaque (self, e, place);
    }
  if (get_constant (b, &constant))
    variable = get_number (self, a, place);
  if (variable == NULL)
    return balance_cases_evaluate_opaque (self, e, place);
  truth = compare_number (self, variable, &constant, &order);

  return truth == BALANCE_TRUE ? order == 0 : truth;
}

static int
evaluate_order (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  gboolean less = e->kind == BALANCE_EXPRESSION_LESS || e->kind == BALANCE_EXPRESSION_LESS_EQUAL;
  gboolean or_equal = e->kind == BALANCE_EXPRESSION_LESS_EQUAL || e->kind == BALANCE_EXPRESSION_GREATER_EQUAL;
  BalanceDecimal constant;
  BalanceCaseVariable *variable = NULL;
  int order = 0, truth;

  if (get_constant (e->args[1], &constant))
    {
      variable = get_number (self, e->args[0], place);
    }
  else if (get_constant (e->args[0], &constant))
    {
      variable = get_number (self, e->args[1], place);
      less = !less;
    }
  if (variable == NULL)
    return balance_cases_evaluate_opaque (self, e, place);
  truth = compare_number (self, variable, &constant, &order);
  if (truth != BALANCE_TRUE)
    return truth;

  return order == 0 ? or_equal : less == (order < 0);
}

static int
evaluate_in (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  const BalanceExpression *value = e->args[0], *list = e->args[1];
  BalanceCaseVariable *named = value->kind == BALANCE_EXPRESSION_NAME ? balance_cases_get_named (self, value->text) : NULL;
  int result = BALANCE_FALSE;

  for (guint i = 0; i < list->n_args; i++)
    {
      BalanceDecimal constant;
      int order = 0, truth;

      if (list->args[i]->kind == BALANCE_EXPRESSION_TEXT && is_enumerated (named))
        {
          truth = compare_text (self, named, list->args[i]->text);
        }
      else if (get_constant (list->args[i], &constant) && get_number (self, value, place) != NULL)
        {
          truth = compare_number (self, get_number (self, value, place), &constant, &order);
          if (truth == BALANCE_TRUE)
            truth = order == 0;
        }
      else
        {
          return balance_cases_evaluate_opaque (self, e, place);
        }
      if (truth == BALANCE_TRUE)
        return truth;
      if (truth != BALANCE_FALSE)
        result = truth;
    }

  return result;
}

static int
evaluate_missing (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  BalanceCaseVariable *variable = NULL;
  int number;

  if (e->n_args == 1 && e->args[0]->kind == BALANCE_EXPRESSION_NAME)
    variable = balance_cases_get_named (self, e->args[0]->text);
  if (variable == NULL || variable->kind == VARIABLE_OPTION || variable->kind == VARIABLE_STAGE)
    return balance_cases_evaluate_opaque (self, e, place);
  variable->may_miss = TRUE;
  number = balance_cases_get (self, variable);

  return number < 0 ? OPEN : (guint) number == variable->n_cases;
}

/* Three-valued, and OPEN where the case that is being looked at does not decide yet. */
int
balance_cases_evaluate (BalanceCases *self, const BalanceExpression *e, const BalanceCasePlace *place)
{
  int a, b;

  if (++self->n_steps > MAX_STEPS || self->space->n_steps + self->n_steps > MAX_ALL_STEPS)
    {
      self->exceeded = TRUE;
      return BALANCE_UNKNOWN;
    }

  switch (e->kind)
    {
    case BALANCE_EXPRESSION_NAME:
      return evaluate_name (self, e, place);

    case BALANCE_EXPRESSION_NOT:
      return flip (balance_cases_evaluate (self, e->args[0], place));

    case BALANCE_EXPRESSION_OR:
    case BALANCE_EXPRESSION_AND:
      {
        int deciding = e->kind == BALANCE_EXPRESSION_OR ? BALANCE_TRUE : BALANCE_FALSE;

        a = balance_cases_evaluate (self, e->args[0], place);
        if (!self->collecting && (a == deciding || (a == OPEN && !self->wanted->opaque)))
          return a;
        b = balance_cases_evaluate (self, e->args[1], place);
        if (a == OPEN)
          return b == deciding ? b : OPEN;
        return b == deciding || b == OPEN || a == !deciding ? b : a;
      }

    case BALANCE_EXPRESSION_IF:
      a = balance_cases_evaluate (self, e->args[0], place);
      if (self->collecting)
        {
          balance_cases_evaluate (self, e->args[1], place);
          return balance_cases_evaluate (self, e->args[2], place);
        }
      if (a == OPEN)
        return OPEN;
      if (a != BALANCE_UNKNOWN)
        return balance_cases_evaluate (self, e->args[a == BALANCE_TRUE ? 1 : 2], place);
      a = balance_cases_evaluate (self, e->args[1], place);
      if (a == OPEN)
        return OPEN;
      b = balance_cases_evaluate (self, e->args[2], place);
      return a == b || b == OPEN ? b : BALANCE_UNKNOWN;

    case BALANCE_EXPRESSION_EQUAL:
      return evaluate_equal (self, e, place);
    case BALANCE_EXPRESSION_NOT_EQUAL:
      return flip (evaluate_equal (self, e, place));

    case BALANCE_EXPRESSION_LESS:
    case BALANCE_EXPRESSION_LESS_EQUAL:
    case BALANCE_EXPRESSION_GREATER:
    case BALANCE_EXPRESSION_GREATER_EQUAL:
      return evaluate_order (self, e, place);

    case BALANCE_EXPRESSION_IN:
      return evaluate_in (self, e, place);

    case BALANCE_EXPRESSION_CALL:
      return strcmp (e->text, "missing") == 0 ? evaluate_missing (self, e, place) : balance_cases_evaluate_opaque (self, e, place);

    case BALANCE_EXPRESSION_NUMBER:
    case BALANCE_EXPRESSION_TEXT:
    case BALANCE_EXPRESSION_LIST:
    case BALANCE_EXPRESSION_ADD:
    case BALANCE_EXPRESSION_SUBTRACT:
    case BALANCE_EXPRESSION_MULTIPLY:
    case BALANCE_EXPRESSION_DIVIDE:
    case BALANCE_EXPRESSION_NEGATE:
    default:
      return balance_cases_evaluate_opaque (self, e, place);
    }
}

/* Joins by `and`; *all is what it was so far. FALSE where nothing more needs to be asked. */
gboolean
balance_cases_also (BalanceCases *self, int truth, int *all)
{
  if (truth == BALANCE_FALSE || truth == OPEN || *all == BALANCE_TRUE)
    *all = truth;
  return self->collecting || (*all != BALANCE_FALSE && *all != OPEN);
}

/* -- going through the cases ----------------------------------------------------------------------------- */

BalanceCases *
balance_cases_new (BalanceCaseSpace *space)
{
  BalanceCases *self = g_new0 (BalanceCases, 1);

  self->space = space;
  self->variables = g_ptr_array_new_with_free_func (variable_free);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_expression = g_hash_table_new (NULL, NULL);
  self->names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->path = g_ptr_array_new ();
  self->faults = g_array_new (FALSE, TRUE, sizeof (BalanceCaseFault));
  self->reached = g_hash_table_new (NULL, NULL);

  return self;
}

void
balance_cases_free (BalanceCases *self)
{
  for (guint i = 0; i < self->faults->len; i++)
    balance_text_clear (&g_array_index (self->faults, BalanceCaseFault, i).example);
  g_array_unref (self->faults);
  g_hash_table_unref (self->reached);
  g_hash_table_unref (self->by_expression);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->path);
  g_ptr_array_unref (self->variables);
  g_free (self);
}

/* A kind of school without any stage of the pack may have such pupils, but mostly has not. */
static gboolean
is_likely (BalanceCases *self, const BalanceCaseVariable *variable, guint number)
{
  const BalancePack *pack = self->space->pack;
  const BalanceCaseVariable *stage = g_hash_table_lookup (self->by_key, pack->dictionary->identity[BALANCE_ID_STAGE]->id);
  const BalanceChoice *choice;

  if (variable->kind != VARIABLE_CHOICE || number >= variable->n_cases)
    return TRUE;
  choice = g_ptr_array_index (variable->field->choices, number);
  for (guint i = 0; choice->stages != NULL && i < pack->n_stages; i++)
    if ((stage == NULL || stage->chosen < 0 || (guint) stage->chosen == i) &&
        g_strv_contains ((const char *const *) choice->stages,
                         balance_dictionary_get_stage (pack->dictionary, pack->stages[i])->id))
      return TRUE;

  return choice->stages == NULL;
}

static void
explore (BalanceCases *self, BalanceCaseLook look, gpointer data)
{
  BalanceCaseVariable *variable;
  guint n;

  self->wanted = NULL;
  if (self->exceeded || self->path->len > MAX_VARIABLES)
    {
      self->exceeded = TRUE;
      return;
    }
  if (look (self, data))
    {
      self->space->n_cases++;
      return;
    }
  variable = self->wanted;
  if (variable == NULL)
    {
      /* cut off for its length */
      self->exceeded = TRUE;
      return;
    }

  n = variable->n_cases + variable->may_miss;
  g_ptr_array_add (self->path, variable);
  /* likely cases first: they make the better examples */
  for (guint likely = 2; likely-- > 0;)
    for (guint i = 0; i < n; i++)
      {
        if (is_likely (self, variable, i) != (gboolean) likely || !is_possible (variable, i))
          continue;
        variable->chosen = (int) i;
        explore (self, look, data);
      }
  variable->chosen = -1;
  g_ptr_array_set_size (self->path, self->path->len - 1);
}

void
balance_cases_decide (BalanceCases *self, BalanceCaseLook look, gpointer data)
{
  self->collecting = TRUE;
  look (self, data);
  self->collecting = FALSE;
  for (guint i = 0; i < self->variables->len; i++)
    finish_variable (self, g_ptr_array_index (self->variables, i));

  explore (self, look, data);
  self->space->n_steps += self->n_steps;
}

/* Can the case that is being looked at occur? Not known where it rests on something opaque, or on a fact and its sum. */
static gboolean
is_certain (BalanceCases *self)
{
  for (guint i = 0; i < self->path->len; i++)
    {
      const BalanceCaseVariable *a = g_ptr_array_index (self->path, i);

      if (a->opaque && !a->assumed)
        return FALSE;
      for (guint k = 0; k < i && a->field != NULL; k++)
        if (((const BalanceCaseVariable *) g_ptr_array_index (self->path, k))->field == a->field)
          return FALSE;
    }

  return TRUE;
}

void
balance_cases_found (BalanceCases *self)
{
  if (self->collecting)
    return;
  self->yes = TRUE;
  self->certainly = self->certainly || is_certain (self);
}

/* -- cases in words -------------------------------------------------------------------------------------- */

static void
append_number_case (GString *text, const BalanceCaseVariable *variable, const char *title)
{
  guint number = (guint) variable->chosen;
  g_autofree char *low = NULL, *high = NULL;

  if (number % 2 == 1)
    {
      low = balance_decimal_to_string (&g_array_index (variable->numbers, BalanceDecimal, number / 2));
      g_string_append_printf (text, "%s = %s", title, low);
      return;
    }
  if (number > 0)
    low = balance_decimal_to_string (&g_array_index (variable->numbers, BalanceDecimal, number / 2 - 1));
  if (number / 2 < variable->numbers->len)
    high = balance_decimal_to_string (&g_array_index (variable->numbers, BalanceDecimal, number / 2));
  if (low != NULL && high != NULL)
    g_string_append_printf (text, "%s < %s < %s", low, title, high);
  else if (low != NULL || high != NULL)
    g_string_append_printf (text, "%s %s %s", title, low != NULL ? ">" : "<", low != NULL ? low : high);
}

static void
append_case (BalanceCases *self, GString *text, const BalanceCaseVariable *variable, BalanceLanguage language)
{
  const char *yes = language == BALANCE_LANGUAGE_ZH ? "是" : "yes", *no = language == BALANCE_LANGUAGE_ZH ? "否" : "no";
  const char *colon = language == BALANCE_LANGUAGE_ZH ? "：" : ": ", *end = strchr (variable->key, '\n');
  g_autofree char *key = g_strndup (variable->key, end != NULL ? (gsize) (end - variable->key) : strlen (variable->key));
  const char *title = variable->option != NULL ? balance_text_get (&variable->option->title, language) : key;
  guint number = (guint) variable->chosen;
  const BalanceChoice *choice;

  if (variable->field != NULL && !variable->sum)
    title = balance_text_get (&variable->field->title, language);
  if (number == variable->n_cases)
    {
      g_string_append_printf (text, language == BALANCE_LANGUAGE_ZH ? "%s空缺" : "%s missing", title);
      return;
    }

  switch (variable->kind)
    {
    case VARIABLE_STAGE:
      choice = balance_dictionary_get_stage (self->space->pack->dictionary, self->space->pack->stages[number]);
      g_string_append_printf (text, "%s %s", title, balance_text_get (&choice->title, language));
      break;
    case VARIABLE_CHOICE:
      choice = g_ptr_array_index (variable->field->choices, number);
      g_string_append_printf (text, "%s %s", title, balance_text_get (&choice->title, language));
      break;
    case VARIABLE_TEXT:
      if (number < variable->texts->len)
        g_string_append_printf (text, "%s “%s”", title, (const char *) g_ptr_array_index (variable->texts, number));
      else
        g_string_append_printf (text, language == BALANCE_LANGUAGE_ZH ? "%s为其他" : "another %s", title);
      break;
    case VARIABLE_NUMBER:
      append_number_case (text, variable, title);
      break;
    case VARIABLE_OPTION:
      g_string_append_printf (text, "%s = %s", variable->option->id, variable->option->values[number]);
      break;
    case VARIABLE_DATE:
      {
        g_autofree char *date = balance_date_to_string (g_array_index (variable->dates, gint32, number));

        g_string_append (text, date != NULL ? date : "");
        break;
      }
    case VARIABLE_FLAG:
    case VARIABLE_OPAQUE:
    default:
      g_string_append_printf (text, "%s%s%s", title, colon, number == 1 ? yes : no);
    }
}

/* The case that is being looked at: the kind of school first as people say it, the day last. */
static char *
describe (BalanceCases *self, BalanceLanguage language)
{
  GString *text = g_string_new (NULL);
  const char *comma = language == BALANCE_LANGUAGE_ZH ? "，" : ", ";
  gboolean dated = FALSE;

  for (guint pass = 0; pass < 4; pass++)
    for (guint i = 0; i < self->path->len; i++)
      {
        const BalanceCaseVariable *variable = g_ptr_array_index (self->path, i);
        guint rank = variable->kind == VARIABLE_CHOICE ? 0 : variable->kind == VARIABLE_STAGE ? 1 : variable->kind == VARIABLE_DATE ? 3 : 2;

        if (rank != pass)
          continue;
        g_string_append (text, text->len == 0 ? "" : comma);
        append_case (self, text, variable, language);
        dated = dated || variable->kind == VARIABLE_DATE;
      }
  if (!dated && self->space->pack->effective_days != BALANCE_NO_DATE)
    g_string_append_printf (text, "%s%s", text->len == 0 ? "" : comma, self->space->pack->effective);

  return g_string_free (text, FALSE);
}

/* Remembers the first case of a fault; one that certainly occurs takes the place of one that may. */
void
balance_cases_add_fault (BalanceCases *self, gconstpointer what, guint detail, gconstpointer first, gconstpointer second)
{
  BalanceCaseFault *fault = NULL;
  gboolean certain = is_certain (self);

  if (self->collecting)
    return;
  for (guint i = 0; i < self->faults->len && fault == NULL; i++)
    {
      BalanceCaseFault *known = &g_array_index (self->faults, BalanceCaseFault, i);

      if (known->what == what && known->detail == detail)
        fault = known;
    }
  if (fault != NULL && (fault->certain || !certain))
    return;
  if (fault == NULL)
    {
      g_array_set_size (self->faults, self->faults->len + 1);
      fault = &g_array_index (self->faults, BalanceCaseFault, self->faults->len - 1);
    }
  balance_text_clear (&fault->example);
  fault->what = what;
  fault->detail = detail;
  fault->certain = certain;
  fault->first = first;
  fault->second = second;
  fault->example.en = describe (self, BALANCE_LANGUAGE_EN);
  fault->example.zh = describe (self, BALANCE_LANGUAGE_ZH);
}
