/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "census/balance-dictionary-private.h"
#include "report/balance-formula-words-private.h"

typedef struct
{
  BalancePack    *pack;
  GString        *text;
  gboolean        zh;
  BalanceLanguage language;
} Words;

/* How tightly operators bind: what binds less than its surroundings gets brackets. */
enum { BIND_IF, BIND_OR, BIND_AND, BIND_NOT, BIND_COMPARE, BIND_ADD, BIND_MULTIPLY, BIND_ATOM };

static void append (Words *self, const BalanceExpression *e, int binding);

static const struct
{
  BalanceExpressionKind kind;
  int                   binding;
  const char           *en, *zh;
} operators[] = {
  { BALANCE_EXPRESSION_OR, BIND_OR, " or ", "，或" },
  { BALANCE_EXPRESSION_AND, BIND_AND, " and ", "，且" },
  { BALANCE_EXPRESSION_EQUAL, BIND_COMPARE, " = ", " = " },
  { BALANCE_EXPRESSION_NOT_EQUAL, BIND_COMPARE, " ≠ ", " ≠ " },
  { BALANCE_EXPRESSION_LESS, BIND_COMPARE, " < ", " < " },
  { BALANCE_EXPRESSION_LESS_EQUAL, BIND_COMPARE, " ≤ ", " ≤ " },
  { BALANCE_EXPRESSION_GREATER, BIND_COMPARE, " > ", " > " },
  { BALANCE_EXPRESSION_GREATER_EQUAL, BIND_COMPARE, " ≥ ", " ≥ " },
  { BALANCE_EXPRESSION_ADD, BIND_ADD, " + ", " + " },
  { BALANCE_EXPRESSION_SUBTRACT, BIND_ADD, " − ", " − " },
  { BALANCE_EXPRESSION_MULTIPLY, BIND_MULTIPLY, " × ", " × " },
  { BALANCE_EXPRESSION_DIVIDE, BIND_MULTIPLY, " ÷ ", " ÷ " },
};

/* Functions of one value: what stands before and after it. */
static const struct
{
  const char *name;
  const char *en_before, *en_after, *zh_before, *zh_after;   /* %s: the rows that are counted */
  int         binding;
} functions[] = {
  { "sum", "total of ", "", "", "合计", BIND_MULTIPLY },
  { "mean", "mean of ", "", "", "平均值", BIND_MULTIPLY },
  { "cv", "coefficient of variation of ", "", "", "的差异系数", BIND_MULTIPLY },
  { "min", "least ", "", "", "最小值", BIND_MULTIPLY },
  { "max", "greatest ", "", "", "最大值", BIND_MULTIPLY },
  { "count", "number of %s with “", "”", "符合“", "”的%s数", BIND_IF },
  { "share", "share of %s with “", "”", "符合“", "”的%s比例", BIND_IF },
  { "ceil", "rounded up (", ")", "向上取整（", "）", BIND_IF },
  { "floor", "rounded down (", ")", "向下取整（", "）", BIND_IF },
  { "round", "rounded (", ")", "四舍五入（", "）", BIND_IF },
  { "abs", "size of (", ")", "绝对值（", "）", BIND_IF },
  { "missing", "“", "” not stated", "“", "”空缺", BIND_IF },
  { "score", "score of ", "", "", "得分", BIND_ATOM },
};

static const struct
{
  const char *over, *en, *zh;
} rows[] = {
  { "sections", "school stages", "学段部" }, { "schools", "schools", "学校" },
  { "stages", "stages of districts", "县内学段" }, { "districts", "districts", "区县" },
};

static BalanceField *
field_of (Words *self, const BalanceExpression *e)
{
  return e->kind == BALANCE_EXPRESSION_NAME ? balance_dictionary_find (self->pack->dictionary, e->text) : NULL;
}

static void
append_name (Words *self, const BalanceExpression *e)
{
  BalanceField *field = field_of (self, e);
  const BalanceIndicatorRule *indicator;
  const BalanceRule *rule;
  const char *title = NULL, *whether;

  if (strcmp (e->text, "as_of") == 0)
    title = self->zh ? "评估日期" : "day of the evaluation";
  else if (strcmp (e->text, "points") == 0)
    title = self->zh ? "分值" : "full points";
  else if (field != NULL)
    title = balance_text_get (&field->title, self->language);
  else if ((indicator = balance_pack_find_indicator (self->pack, e->text)) != NULL)
    title = balance_text_get (&indicator->title, self->language);
  else if ((rule = balance_pack_find_rule (self->pack, e->text)) != NULL)
    title = balance_text_get (&rule->title, self->language);
  for (guint i = 0; title == NULL && i < self->pack->options->len; i++)
    {
      const BalanceOption *option = g_ptr_array_index (self->pack->options, i);

      if (strcmp (option->id, e->text) == 0)
        title = balance_text_get (&option->title, self->language);
    }
  if (title == NULL || *title == '\0')
    title = e->text;
  /* the title of a yes-or-no field asks; here it is said */
  whether = self->zh && field != NULL ? strstr (title, "是否") : NULL;
  if (whether != NULL)
    g_string_append_len (self->text, title, whether - title);
  g_string_append (self->text, whether != NULL ? whether + strlen ("是否") : title);
}

/* A constant text is a value of the list on the other side. */
static void
append_value (Words *self, const BalanceExpression *e, const BalanceExpression *other)
{
  BalanceField *field = field_of (self, other);
  int choice = e->kind == BALANCE_EXPRESSION_TEXT && field != NULL && field->choices != NULL ? balance_field_find_choice (field, e->text) : -1;

  if (choice >= 0)
    g_string_append (self->text, balance_text_get (&((const BalanceChoice *) g_ptr_array_index (field->choices, (guint) choice))->title, self->language));
  else
    append (self, e, BIND_ADD);
}

static void
append_number (Words *self, const BalanceExpression *e)
{
  BalanceDecimal number = e->number;
  g_autofree char *text = NULL, *unit = NULL;

  if (e->percent && number.scale >= 2)
    number.scale -= 2;
  text = balance_decimal_to_string (&number);
  g_string_append_printf (self->text, "%s%s", text, e->percent ? "%" : "");
  if (e->unit == NULL)
    return;
  unit = balance_dictionary_dup_unit_title (self->pack->dictionary, e->unit, self->zh ? "zh" : "en");
  g_string_append_printf (self->text, " %s", unit != NULL ? unit : e->unit);
}

static void
append_list (Words *self, const BalanceExpression *e, const BalanceExpression *other)
{
  for (guint i = 0; i < e->n_args; i++)
    {
      g_string_append (self->text, i == 0 ? "" : self->zh ? "、" : ", ");
      append_value (self, e->args[i], other);
    }
}

static void
append_call (Words *self, const BalanceExpression *e)
{
  const char *over = NULL, *before = NULL, *after = "";
  int binding = BIND_IF;

  for (guint i = 0; e->over != NULL && i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].over, e->over) == 0)
      over = self->zh ? rows[i].zh : rows[i].en;
  for (guint i = 0; e->n_args == 1 && i < G_N_ELEMENTS (functions); i++)
    if (strcmp (functions[i].name, e->text) == 0)
      {
        before = self->zh ? functions[i].zh_before : functions[i].en_before;
        after = self->zh ? functions[i].zh_after : functions[i].en_after;
        binding = functions[i].binding;
      }
  if (before == NULL)
    {
      /* several values: as it is written */
      g_string_append (self->text, strcmp (e->text, "years") == 0 ? self->zh ? "整年数" : "full years" : e->text);
      g_string_append (self->text, self->zh ? "（" : " (");
      append_list (self, e, e);
      g_string_append (self->text, self->zh ? "）" : ")");
      return;
    }

  g_string_append_printf (self->text, before, over != NULL ? over : "");
  append (self, e->args[0], binding);
  g_string_append_printf (self->text, after, over != NULL ? over : "");
  if (e->weight != NULL)
    {
      g_string_append (self->text, self->zh ? "（按" : " (weighted by ");
      append (self, e->weight, BIND_IF);
      g_string_append (self->text, self->zh ? "加权）" : ")");
    }
  if (e->where != NULL)
    {
      g_string_append (self->text, self->zh ? "（仅计" : " (only ");
      append (self, e->where, BIND_IF);
      g_string_append (self->text, self->zh ? "）" : ")");
    }
}

static void
append_in (Words *self, const BalanceExpression *e, gboolean not)
{
  append (self, e->args[0], BIND_ATOM);
  if (self->zh)
    g_string_append (self->text, not ? "不是" : "是");
  else
    g_string_append (self->text, not ? " is none of " : " is one of ");
  append_list (self, e->args[1], e->args[0]);
  if (self->zh && !not && e->args[1]->n_args > 1)
    g_string_append (self->text, "之一");
}

static int
binding_of (const BalanceExpression *e)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    if (operators[i].kind == e->kind)
      return operators[i].binding;

  return e->kind == BALANCE_EXPRESSION_IF ? BIND_IF : e->kind == BALANCE_EXPRESSION_NOT ? BIND_NOT
         : e->kind == BALANCE_EXPRESSION_IN ? BIND_COMPARE : BIND_ATOM;
}

static void
append_bare (Words *self, const BalanceExpression *e)
{
  int binding = binding_of (e);

  switch (e->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
      append_number (self, e);
      return;
    case BALANCE_EXPRESSION_TEXT:
      g_string_append_printf (self->text, "“%s”", e->text);
      return;
    case BALANCE_EXPRESSION_NAME:
      append_name (self, e);
      return;
    case BALANCE_EXPRESSION_LIST:
      append_list (self, e, e);
      return;
    case BALANCE_EXPRESSION_CALL:
      append_call (self, e);
      return;
    case BALANCE_EXPRESSION_IN:
      append_in (self, e, FALSE);
      return;
    case BALANCE_EXPRESSION_NEGATE:
      g_string_append (self->text, "−");
      append (self, e->args[0], BIND_ATOM);
      return;
    case BALANCE_EXPRESSION_NOT:
      if (e->args[0]->kind == BALANCE_EXPRESSION_IN)
        {
          append_in (self, e->args[0], TRUE);
          return;
        }
      g_string_append (self->text, self->zh ? "非“" : "not “");
      append (self, e->args[0], BIND_IF);
      g_string_append (self->text, "”");
      return;
    case BALANCE_EXPRESSION_IF:
      g_string_append (self->text, self->zh ? "若" : "if ");
      append (self, e->args[0], BIND_IF);
      g_string_append (self->text, self->zh ? "，则" : " then ");
      append (self, e->args[1], BIND_IF + 1);
      g_string_append (self->text, self->zh ? "，否则" : ", else ");
      append (self, e->args[2], BIND_IF);
      return;
    default:
      break;
    }

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    if (operators[i].kind == e->kind)
      {
        if (e->args[0]->kind == BALANCE_EXPRESSION_TEXT)
          append_value (self, e->args[0], e->args[1]);
        else
          append (self, e->args[0], binding);
        g_string_append (self->text, self->zh ? operators[i].zh : operators[i].en);
        if (e->args[1]->kind == BALANCE_EXPRESSION_TEXT)
          append_value (self, e->args[1], e->args[0]);
        else
          append (self, e->args[1], binding + 1);
      }
}

static void
append (Words *self, const BalanceExpression *e, int binding)
{
  gboolean brackets = binding_of (e) < binding;

  if (brackets)
    g_string_append (self->text, self->zh ? "（" : "(");
  append_bare (self, e);
  if (brackets)
    g_string_append (self->text, self->zh ? "）" : ")");
}

char *
balance_formula_dup_words (BalancePack             *pack,
                           const BalanceExpression *expression,
                           BalanceLanguage          language)
{
  Words self = { .pack = pack, .text = g_string_new (NULL), .zh = language == BALANCE_LANGUAGE_ZH, .language = language };

  append (&self, expression, BIND_IF);

  return g_string_free (self.text, FALSE);
}
