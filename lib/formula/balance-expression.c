/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-expression-private.h"

#include <string.h>

#define MAX_DEPTH 100
#define MAX_LENGTH 65536
/* a chain of operators is a tree as deep as it is long, and trees are walked by recursion */
#define MAX_OPERATORS 2000

typedef enum
{
  TOKEN_END,
  TOKEN_NUMBER,
  TOKEN_TEXT,
  TOKEN_WORD,
  TOKEN_QUOTED,     /* a name between backticks */
  TOKEN_OPERATOR,
  TOKEN_BAD,
} TokenType;

typedef struct
{
  TokenType   type;
  const char *start;
  gsize       length;
  guint       position;   /* characters before it */
} Token;

typedef struct
{
  const char         *text;
  const char         *next;      /* first byte after `token` */
  Token               token;
  guint               depth;
  guint               n_operators;
  gboolean            failed;
  const BalancePlace *place;
  BalanceProblems    *problems;
} Parser;

static const char *const keywords[] = {
  "if", "then", "else", "or", "and", "not", "in", "weighted", "over", "where", NULL
};

static BalanceExpression *parse_any (Parser *parser);

static gboolean
is_word_start (char c)
{
  return g_ascii_isalpha (c) || c == '_';
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static void
advance (Parser *parser)
{
  const char *p = parser->next;
  Token *token = &parser->token;

  while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
    p++;

  /* places are counted in characters, as editors and the YAML reader do */
  for (const char *c = token->start; c < p; c++)
    if (((guchar) *c & 0xc0) != 0x80)
      token->position++;
  token->start = p;
  if (*p == '\0')
    {
      token->type = TOKEN_END;
    }
  else if (g_ascii_isdigit (*p) || (*p == '.' && g_ascii_isdigit (p[1])))
    {
      token->type = TOKEN_NUMBER;
      while (g_ascii_isdigit (*p))
        p++;
      if (*p == '.')
        for (p++; g_ascii_isdigit (*p);)
          p++;
    }
  else if (*p == '\'')
    {
      token->type = TOKEN_TEXT;
      for (p++; *p != '\0'; p++)
        if (*p == '\'')
          {
            if (p[1] != '\'')
              break;
            p++;
          }
      if (*p == '\0')
        token->type = TOKEN_BAD;
      else
        p++;
    }
  else if (*p == '`')
    {
      const char *end = strchr (p + 1, '`');

      token->type = end != NULL && end > p + 1 ? TOKEN_QUOTED : TOKEN_BAD;
      p = end != NULL ? end + 1 : p + strlen (p);
    }
  else if (is_word_start (*p))
    {
      token->type = TOKEN_WORD;
      /* a dot joins the alias of another pack and a name in it */
      while (is_word (*p) || (*p == '.' && is_word_start (p[1])))
        p++;
    }
  else if (strchr ("=!<>", *p) != NULL && p[1] == '=')
    {
      token->type = TOKEN_OPERATOR;
      p += 2;
    }
  else if (strchr ("+-*/()[],<>%", *p) != NULL)
    {
      token->type = TOKEN_OPERATOR;
      p++;
    }
  else
    {
      token->type = TOKEN_BAD;
      p += g_utf8_skip[(guchar) *p];
      /* a truncated sequence must not carry us over the end */
      if (memchr (token->start, '\0', (gsize) (p - token->start)) != NULL)
        p = token->start + strlen (token->start);
    }

  token->length = (gsize) (p - token->start);
  parser->next = p;
}

static gboolean
token_is (Parser *parser, const char *word)
{
  Token *token = &parser->token;

  return (token->type == TOKEN_WORD || token->type == TOKEN_OPERATOR) &&
         token->length == strlen (word) &&
         memcmp (token->start, word, token->length) == 0;
}

static gboolean
accept (Parser *parser, const char *word)
{
  if (!token_is (parser, word))
    return FALSE;

  advance (parser);
  return TRUE;
}

gboolean
balance_expression_is_keyword (const char *word)
{
  return g_strv_contains (keywords, word);
}

static gboolean
token_is_keyword (Parser *parser)
{
  if (parser->token.type == TOKEN_WORD)
    for (guint i = 0; keywords[i] != NULL; i++)
      if (token_is (parser, keywords[i]))
        return TRUE;

  return FALSE;
}

static gpointer
fail (Parser *parser, const char *expected_en, const char *expected_zh)
{
  g_autofree char *found = NULL;
  BalancePlace place = *parser->place;
  BalanceText message = { NULL, NULL }, expected = { NULL, NULL }, remedy = { NULL, NULL };

  if (parser->failed)
    return NULL;
  parser->failed = TRUE;

  found = g_strndup (parser->token.start, parser->token.length);
  place.column += parser->token.position;
  place.found = parser->token.type == TOKEN_END ? "(end)" : found;
  balance_text_printf (&message, "the formula “%.200s” cannot be read", "公式“%.200s”无法识别", parser->text);
  balance_text_set (&expected, expected_en, expected_zh);
  balance_text_set (&remedy, "Mend the formula here; the pack guide lists what a formula may hold.",
                    "请在此处修改公式；公式的写法见规则包编写指南。");
  balance_problems_add (parser->problems, BALANCE_SEVERITY_ERROR, "formula", &place, &message, &expected, &remedy);

  return NULL;
}

static BalanceExpression *
new_node (Parser *parser, BalanceExpressionKind kind, guint position)
{
  BalanceExpression *self = g_new0 (BalanceExpression, 1);

  self->kind = kind;
  self->position = position;

  return self;
}

static guint
position (Parser *parser)
{
  return parser->token.position;
}

static void
append (BalanceExpression *self, BalanceExpression *arg)
{
  self->args = g_renew (BalanceExpression *, self->args, self->n_args + 1);
  self->args[self->n_args++] = arg;
}

/* Takes both sides, also when one is missing because its text was wrong. */
static BalanceExpression *
new_pair (Parser *parser, BalanceExpressionKind kind, guint at, BalanceExpression *left, BalanceExpression *right)
{
  BalanceExpression *self;

  if (left != NULL && right != NULL && ++parser->n_operators > MAX_OPERATORS)
    {
      fail (parser, "at most 2000 operators", "不超过2000个运算符");
      g_clear_pointer (&right, balance_expression_free);
    }

  if (left == NULL || right == NULL)
    {
      g_clear_pointer (&left, balance_expression_free);
      g_clear_pointer (&right, balance_expression_free);
      return NULL;
    }

  self = new_node (parser, kind, at);
  append (self, left);
  append (self, right);

  return self;
}

static BalanceExpression *
parse_literal (Parser *parser)
{
  g_autoptr(BalanceExpression) self = NULL;
  Token *token = &parser->token;

  if (token->type == TOKEN_TEXT)
    {
      GString *text = g_string_new (NULL);

      self = new_node (parser, BALANCE_EXPRESSION_TEXT, position (parser));
      for (gsize i = 1; i + 1 < token->length; i++)
        {
          g_string_append_c (text, token->start[i]);
          if (token->start[i] == '\'')
            i++;
        }
      self->text = g_string_free (text, FALSE);
      advance (parser);
      return g_steal_pointer (&self);
    }

  if (token->type != TOKEN_NUMBER)
    return fail (parser, "a number or a text in single quotes", "数字，或单引号中的文字");

  self = new_node (parser, BALANCE_EXPRESSION_NUMBER, position (parser));
  if (!balance_decimal_parse (token->start, (gssize) token->length, &self->number))
    return fail (parser, "a number of at most 18 digits", "不超过18位的数字");
  advance (parser);

  if (accept (parser, "%"))
    {
      if (self->number.scale + 2 > BALANCE_DECIMAL_MAX_SCALE)
        return fail (parser, "a number of at most 18 digits", "不超过18位的数字");
      self->percent = TRUE;
      self->number.scale += 2;
    }
  else if (parser->token.type == TOKEN_WORD && !token_is_keyword (parser))
    {
      self->unit = g_strndup (parser->token.start, parser->token.length);
      advance (parser);
    }

  return g_steal_pointer (&self);
}

static BalanceExpression *
parse_call (Parser *parser, char *function, guint at)
{
  g_autoptr(BalanceExpression) self = new_node (parser, BALANCE_EXPRESSION_CALL, at);

  self->text = function;
  if (accept (parser, ")"))
    return g_steal_pointer (&self);

  do
    {
      BalanceExpression *arg = parse_any (parser);

      if (arg == NULL)
        return NULL;
      append (self, arg);
    }
  while (accept (parser, ","));

  if (accept (parser, "weighted"))
    {
      if (!accept (parser, "by"))
        return fail (parser, "“by” after “weighted”", "“weighted”之后应为“by”");
      self->weight = parse_any (parser);
      if (self->weight == NULL)
        return NULL;
    }
  if (accept (parser, "over"))
    {
      if (!token_is (parser, "sections") && !token_is (parser, "schools") &&
          !token_is (parser, "stages") && !token_is (parser, "districts"))
        return fail (parser, "sections, schools, stages or districts after “over”",
                     "“over”之后应为 sections、schools、stages 或 districts");
      self->over = g_strndup (parser->token.start, parser->token.length);
      advance (parser);
    }
  if (accept (parser, "where"))
    {
      self->where = parse_any (parser);
      if (self->where == NULL)
        return NULL;
    }
  if (!accept (parser, ")"))
    return fail (parser, "a closing parenthesis", "右括号“)”");

  return g_steal_pointer (&self);
}

static BalanceExpression *
parse_primary (Parser *parser)
{
  guint at = position (parser);
  BalanceExpression *self;
  char *word;

  if (accept (parser, "("))
    {
      self = parse_any (parser);
      if (self != NULL && !accept (parser, ")"))
        {
          balance_expression_free (self);
          return fail (parser, "a closing parenthesis", "右括号“)”");
        }
      return self;
    }

  if (parser->token.type == TOKEN_QUOTED)
    {
      self = new_node (parser, BALANCE_EXPRESSION_NAME, at);
      self->text = g_strndup (parser->token.start + 1, parser->token.length - 2);
      advance (parser);
      return self;
    }
  if (parser->token.type != TOKEN_WORD || token_is_keyword (parser))
    {
      if (parser->token.type == TOKEN_NUMBER || parser->token.type == TOKEN_TEXT)
        return parse_literal (parser);
      return fail (parser, "a value, a name or a parenthesis", "数值、名称或括号");
    }

  word = g_strndup (parser->token.start, parser->token.length);
  advance (parser);
  if (accept (parser, "("))
    return parse_call (parser, word, at);

  self = new_node (parser, BALANCE_EXPRESSION_NAME, at);
  self->text = word;

  return self;
}

static BalanceExpression *
parse_unary (Parser *parser)
{
  guint at = position (parser);
  BalanceExpression *self, *arg;

  if (!accept (parser, "-"))
    return parse_primary (parser);

  if (++parser->depth > MAX_DEPTH)
    return fail (parser, "at most 100 levels of nesting", "嵌套不超过100层");
  arg = parse_unary (parser);
  parser->depth--;
  if (arg == NULL)
    return NULL;

  self = new_node (parser, BALANCE_EXPRESSION_NEGATE, at);
  append (self, arg);

  return self;
}

static BalanceExpression *
parse_product (Parser *parser)
{
  BalanceExpression *left = parse_unary (parser);

  while (left != NULL)
    {
      guint at = position (parser);

      if (accept (parser, "*"))
        left = new_pair (parser, BALANCE_EXPRESSION_MULTIPLY, at, left, parse_unary (parser));
      else if (accept (parser, "/"))
        left = new_pair (parser, BALANCE_EXPRESSION_DIVIDE, at, left, parse_unary (parser));
      else
        break;
    }

  return left;
}

static BalanceExpression *
parse_sum (Parser *parser)
{
  BalanceExpression *left = parse_product (parser);

  while (left != NULL)
    {
      guint at = position (parser);

      if (accept (parser, "+"))
        left = new_pair (parser, BALANCE_EXPRESSION_ADD, at, left, parse_product (parser));
      else if (accept (parser, "-"))
        left = new_pair (parser, BALANCE_EXPRESSION_SUBTRACT, at, left, parse_product (parser));
      else
        break;
    }

  return left;
}

static BalanceExpression *
parse_list (Parser *parser)
{
  g_autoptr(BalanceExpression) self = new_node (parser, BALANCE_EXPRESSION_LIST, position (parser));

  if (!accept (parser, "["))
    return fail (parser, "a list in brackets after “in”", "“in”之后应为方括号中的列表");

  do
    {
      BalanceExpression *item = parse_literal (parser);

      if (item == NULL)
        return NULL;
      append (self, item);
    }
  while (accept (parser, ","));

  if (!accept (parser, "]"))
    return fail (parser, "a closing bracket", "右方括号“]”");

  return g_steal_pointer (&self);
}

static BalanceExpression *
negated (Parser *parser, guint at, BalanceExpression *arg)
{
  BalanceExpression *self;

  if (arg == NULL)
    return NULL;

  self = new_node (parser, BALANCE_EXPRESSION_NOT, at);
  append (self, arg);

  return self;
}

static BalanceExpression *
parse_comparison (Parser *parser)
{
  static const struct
  {
    const char            *sign;
    BalanceExpressionKind  kind;
  } comparisons[] = {
    { "==", BALANCE_EXPRESSION_EQUAL },        { "!=", BALANCE_EXPRESSION_NOT_EQUAL },
    { "<=", BALANCE_EXPRESSION_LESS_EQUAL },   { "<", BALANCE_EXPRESSION_LESS },
    { ">=", BALANCE_EXPRESSION_GREATER_EQUAL }, { ">", BALANCE_EXPRESSION_GREATER },
  };
  BalanceExpression *left = parse_sum (parser);
  guint at = position (parser);

  if (left == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    if (accept (parser, comparisons[i].sign))
      return new_pair (parser, comparisons[i].kind, at, left, parse_sum (parser));

  if (accept (parser, "in"))
    return new_pair (parser, BALANCE_EXPRESSION_IN, at, left, parse_list (parser));

  if (accept (parser, "not"))
    {
      if (!accept (parser, "in"))
        {
          balance_expression_free (left);
          return fail (parser, "“in” after “not”", "“not”之后应为“in”");
        }
      return negated (parser, at, new_pair (parser, BALANCE_EXPRESSION_IN, at, left, parse_list (parser)));
    }

  return left;
}

static BalanceExpression *
parse_not (Parser *parser)
{
  guint at = position (parser);
  BalanceExpression *arg;

  if (!accept (parser, "not"))
    return parse_comparison (parser);

  if (++parser->depth > MAX_DEPTH)
    return fail (parser, "at most 100 levels of nesting", "嵌套不超过100层");
  arg = parse_not (parser);
  parser->depth--;

  return negated (parser, at, arg);
}

static BalanceExpression *
parse_and (Parser *parser)
{
  BalanceExpression *left = parse_not (parser);
  guint at = position (parser);

  while (left != NULL && accept (parser, "and"))
    {
      left = new_pair (parser, BALANCE_EXPRESSION_AND, at, left, parse_not (parser));
      at = position (parser);
    }

  return left;
}

static BalanceExpression *
parse_or (Parser *parser)
{
  BalanceExpression *left = parse_and (parser);
  guint at = position (parser);

  while (left != NULL && accept (parser, "or"))
    {
      left = new_pair (parser, BALANCE_EXPRESSION_OR, at, left, parse_and (parser));
      at = position (parser);
    }

  return left;
}

static BalanceExpression *
parse_if (Parser *parser)
{
  g_autoptr(BalanceExpression) self = new_node (parser, BALANCE_EXPRESSION_IF, position (parser));
  static const char *const words[] = { "if", "then", "else" };
  static const char *const expected[][2] = {
    { "“if”", "“if”" }, { "“then”", "“then”" }, { "“else”: every condition needs both answers", "“else”：条件式两种结果都要写" },
  };

  for (guint i = 0; i < 3; i++)
    {
      BalanceExpression *arg;

      if (!accept (parser, words[i]))
        return fail (parser, expected[i][0], expected[i][1]);
      arg = parse_any (parser);
      if (arg == NULL)
        return NULL;
      append (self, arg);
    }

  return g_steal_pointer (&self);
}

static BalanceExpression *
parse_any (Parser *parser)
{
  BalanceExpression *self;

  if (++parser->depth > MAX_DEPTH)
    return fail (parser, "at most 100 levels of nesting", "嵌套不超过100层");

  self = token_is (parser, "if") ? parse_if (parser) : parse_or (parser);
  parser->depth--;

  return self;
}

BalanceExpression *
balance_expression_parse (const char         *text,
                          const BalancePlace *place,
                          BalanceProblems    *problems)
{
  Parser parser = { .text = text, .next = text, .token.start = text, .place = place, .problems = problems };
  BalanceExpression *self;

  advance (&parser);
  if (strlen (text) > MAX_LENGTH)
    return fail (&parser, "a formula of at most 65536 bytes", "公式不超过65536字节");

  self = parse_any (&parser);
  if (self != NULL && parser.token.type != TOKEN_END)
    {
      balance_expression_free (self);
      return fail (&parser, "an operator or the end of the formula", "运算符或公式结尾");
    }
  if (self != NULL)
    {
      self->source = g_strstrip (g_strdup (text));
      self->file = place->file;
      self->line = place->row;
      self->column = place->column;
    }

  return self;
}

void
balance_expression_free (BalanceExpression *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_args; i++)
    balance_expression_free (self->args[i]);
  balance_expression_free (self->weight);
  balance_expression_free (self->where);
  g_free (self->args);
  g_free (self->source);
  g_free (self->text);
  g_free (self->unit);
  g_free (self->over);
  g_free (self);
}
