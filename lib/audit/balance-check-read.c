/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a YAML file of checks to a rule pack and what goes beside it. */

#include <string.h>

#include "audit/balance-checks-private.h"
#include "census/balance-field-private.h"

#define MAX_ITEMS 5000
#define IT "it"

typedef struct
{
  BalanceCheckSet   *set;
  const char        *path;
  BalanceYaml       *tree;           /* what is read; new nodes are of it too */
  GPtrArray         *sources;
  BalanceProblems   *problems;
  BalanceDictionary *dictionary;     /* shipped fields and those of the file */
  BalanceYaml       *requirements, *indicators;
  GHashTable        *ids;
} Reader;

#define ERROR(node, kind, ...) \
  balance_yaml_problem (node, file_of (reader, node), reader->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

static const char *
file_of (Reader *reader, const BalanceYaml *node)
{
  return node->file != NULL ? node->file : reader->path;
}

/* -- making nodes ------------------------------------------------------------------------------------ */

static BalanceYaml *
new_node (Reader *reader, BalanceYamlType type, const char *text, const BalanceYaml *at)
{
  return balance_yaml_new_at (reader->tree, type, text, at);
}

static void
set (Reader *reader, BalanceYaml *map, const char *key, BalanceYaml *value)
{
  balance_yaml_set (map, new_node (reader, BALANCE_YAML_SCALAR, key, value), value);
}

static BalanceYaml *
copy (Reader *reader, const BalanceYaml *node)
{
  return balance_yaml_copy (reader->tree, node);
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* A formula with another word in the place of `it`; texts in quotes stay as they are. (transfer full) */
static char *
replace_it (const char *formula, const char *field)
{
  GString *text = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (const char *p = formula; *p != '\0';)
    {
      gsize length = 1;

      if (*p == '\'')
        quoted = !quoted;
      if (!quoted && is_word (*p))
        {
          while (is_word (p[length]))
            length++;
          if (length == strlen (IT) && strncmp (p, IT, length) == 0)
            {
              g_string_append (text, field);
              p += length;
              continue;
            }
        }
      g_string_append_len (text, p, (gssize) length);
      p += length;
    }

  return g_string_free (text, FALSE);
}

static void
replace_in_node (BalanceYaml *node, const char *field)
{
  if (node->type == BALANCE_YAML_SCALAR)
    {
      g_autofree char *text = replace_it (node->text, field);

      balance_yaml_set_text (node, text);
    }
  for (guint i = 0; i < node->n_items; i++)
    replace_in_node (node->items[i], field);
}

/* In a text only what stands in braces is a formula; {it.title} is the title of the field. */
static void
replace_in_text (BalanceText *text, const BalanceField *field)
{
  char **texts[] = { &text->en, &text->zh };

  for (guint i = 0; i < 2; i++)
    {
      g_auto(GStrv) parts = *texts[i] != NULL ? g_strsplit (*texts[i], "{", -1) : NULL;
      GString *whole;

      if (parts == NULL)
        continue;
      whole = g_string_new (parts[0]);
      for (guint k = 1; parts[0] != NULL && parts[k] != NULL; k++)
        {
          char *close = strchr (parts[k], '}');
          g_autofree char *formula = NULL;

          if (close == NULL)
            {
              g_string_append_printf (whole, "{%s", parts[k]);
              continue;
            }
          *close = '\0';
          formula = replace_it (parts[k], field->id);
          if (strcmp (parts[k], IT ".title") == 0)
            g_string_append_printf (whole, "%s%s", balance_text_get (&field->title, (BalanceLanguage) i), close + 1);
          else
            g_string_append_printf (whole, "{%s}%s", formula, close + 1);
        }
      g_free (*texts[i]);
      *texts[i] = g_string_free (whole, FALSE);
    }
}

/* -- reading ----------------------------------------------------------------------------------------- */

static const struct
{
  const char        *key;
  BalanceCheckKind   kind;
  const char *const  parameters[12];
  const char *const  specials[16];   /* what its messages may name beside formulas */
} kinds[] = {
  { "holds", BALANCE_CHECK_HOLDS, { NULL }, { NULL } },
  { "outlier", BALANCE_CHECK_OUTLIER, { "value", "among", "least", "deviations", "factor", NULL },
    { "value", "median", "peers", "times", NULL } },
  { "slip", BALANCE_CHECK_SLIP, { "value", "among", "least", "factor", "spread", NULL },
    { "value", "median", "peers", "times", NULL } },
  { "same", BALANCE_CHECK_SAME, { "fields", "least", NULL }, { "other", "fields", "number", NULL } },
  { "parts", BALANCE_CHECK_PARTS, { "fields", NULL }, { "field", "total", "sum", NULL } },
  { "bunching", BALANCE_CHECK_BUNCHING, { "window", "least", "alpha", NULL },
    { "requirement", "limit", "count", "cases", "window", "p", "corrected", "tests", "schools", NULL } },
  { "heaping", BALANCE_CHECK_HEAPING, { "fields", "digits", "from", "step", "least", "alpha", NULL },
    { "field", "digits", "count", "cases", "expected", "p", "corrected", "tests", NULL } },
  { "sudden", BALANCE_CHECK_SUDDEN, { "fields", "change", "direction", "years", "least", "alpha", NULL },
    { "field", "year", "years", "change", "count", "cases", "expected", "p", "corrected", "tests", "schools", NULL } },
};

static gboolean
read_number (Reader *reader, const BalanceYaml *map, const char *key, double low, double high, double *number)
{
  const BalanceYaml *node = balance_yaml_get (map, key);
  g_autofree char *text = NULL;
  BalanceDecimal decimal;
  gsize length;

  if (node == NULL)
    return FALSE;
  text = node->type == BALANCE_YAML_SCALAR ? g_strdup (node->text) : g_strdup ("");
  length = strlen (text);
  if (length > 0 && text[length - 1] == '%' && balance_decimal_parse (text, (gssize) length - 1, &decimal))
    *number = (double) decimal.digits / (double) balance_power_of_ten (decimal.scale) / 100;
  else if (balance_decimal_parse (text, -1, &decimal))
    *number = (double) decimal.digits / (double) balance_power_of_ten (decimal.scale);
  else
    {
      ERROR (node, "number", "“%s” is not a number", "“%s”不是数字", text);
      return FALSE;
    }
  if (*number < low || *number > high)
    {
      ERROR (node, "number", "“%s” must lie from %g to %g", "“%s”应在 %g 至 %g 之间", key, low, high);
      return FALSE;
    }
  return TRUE;
}

static guint
read_count (Reader *reader, const BalanceYaml *map, const char *key, guint low, guint high, guint fallback)
{
  double number;

  return read_number (reader, map, key, low, high, &number) ? (guint) number : fallback;
}

static void
read_text (Reader *reader, const BalanceYaml *node, const char *key, BalanceText *text)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  if (value != NULL)
    balance_yaml_get_text (value, text, file_of (reader, value), reader->problems);
}

static const char *
read_string (Reader *reader, const BalanceYaml *node, const char *key)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  return value == NULL ? NULL : balance_yaml_get_string (node, key, file_of (reader, value), reader->problems);
}

/* The fields of a list, each known and of a kind that can be compared. */
static char **
read_fields (Reader *reader, const BalanceYaml *map, const char *key, BalanceLevel level, gboolean numbers, gboolean any_level)
{
  const BalanceYaml *node = balance_yaml_get (map, key);
  char **fields;

  if (node == NULL)
    return NULL;
  fields = balance_yaml_dup_strv (node, file_of (reader, node), reader->problems);
  for (guint i = 0; fields != NULL && fields[i] != NULL; i++)
    {
      const BalanceYaml *at = node->type == BALANCE_YAML_SEQUENCE ? node->items[i] : node;
      BalanceField *field = balance_dictionary_find (reader->dictionary, fields[i]);

      if (any_level && strcmp (fields[i], IT) == 0 && balance_yaml_get (map, "foreach") != NULL)
        continue;
      if (field == NULL)
        ERROR (at, "unknown-name", "there is no field “%s” in the dictionary", "数据字典中没有数据项“%s”", fields[i]);
      else if (!any_level && field->level != level)
        ERROR (at, "level", "the field “%s” is not on the level of this check", "数据项“%s”不属于本核查项的层级", fields[i]);
      else if (numbers && field->type > BALANCE_FIELD_SHARE)
        ERROR (at, "type", "the field “%s” is no number", "数据项“%s”不是数", fields[i]);
      else if (field->formula != NULL)
        ERROR (at, "type", "the field “%s” is computed; name one that is read from the data", "数据项“%s”是计算得出的；请写由数据给出的数据项", fields[i]);
    }

  return fields;
}

static void
read_parameters (Reader *reader, const BalanceYaml *node, BalanceCheckRule *rule)
{
  gboolean screen = rule->kind >= BALANCE_CHECK_BUNCHING;
  const BalanceYaml *item;
  const char *direction;
  double number;

  rule->least = read_count (reader, node, "least", 1, 1000000, rule->kind == BALANCE_CHECK_SAME ? 4 : screen ? 20 : 8);
  rule->deviations = 6;
  read_number (reader, node, "deviations", 1, 1000, &rule->deviations);
  rule->factor = rule->kind == BALANCE_CHECK_SLIP ? 10000 : 2;
  read_number (reader, node, "factor", 1, 1e12, &rule->factor);
  rule->spread = 5;
  read_number (reader, node, "spread", 1, 1000, &rule->spread);
  rule->window = 0.05;
  read_number (reader, node, "window", 0.001, 0.3, &rule->window);
  rule->alpha = 0.01;
  read_number (reader, node, "alpha", 1e-12, 0.2, &rule->alpha);
  rule->change = 0.25;
  read_number (reader, node, "change", 0.01, 100, &rule->change);
  rule->years = read_count (reader, node, "years", 3, 20, 3);
  rule->from = 100;
  if (read_number (reader, node, "from", 0, 1e15, &number))
    rule->from = (gint64) number;
  rule->step = 1;
  if (read_number (reader, node, "step", 1, 1e9, &number))
    rule->step = (gint64) number;

  direction = read_string (reader, node, "direction");
  if (direction == NULL || strcmp (direction, "up") == 0)
    rule->direction = 1;
  else if (strcmp (direction, "down") == 0)
    rule->direction = -1;
  else if (strcmp (direction, "both") != 0)
    ERROR (balance_yaml_get (node, "direction"), "unknown-value", "“direction” is up, down or both", "“direction”应为 up、down 或 both");

  if (rule->kind == BALANCE_CHECK_HEAPING && (item = balance_yaml_get (node, "digits")) != NULL)
    {
      g_auto(GStrv) digits = balance_yaml_dup_strv (item, file_of (reader, item), reader->problems);

      for (guint i = 0; digits != NULL && digits[i] != NULL; i++)
        {
          if (strlen (digits[i]) != 1 || !g_ascii_isdigit (digits[i][0]) || rule->n_digits == 9)
            {
              ERROR (item, "number", "“digits” lists some of the digits 0 to 9, not all", "“digits”应列出 0 至 9 中的部分数字");
              break;
            }
          rule->digits[rule->n_digits++] = (guint) (digits[i][0] - '0');
        }
      if (rule->n_digits == 0)
        ERROR (item, "missing-key", "“digits” lists no digit", "“digits”没有列出数字");
    }
  else
    {
      rule->n_digits = 1;
    }

  if (rule->kind == BALANCE_CHECK_SAME || rule->kind == BALANCE_CHECK_PARTS || rule->kind == BALANCE_CHECK_HEAPING ||
      rule->kind == BALANCE_CHECK_SUDDEN)
    {
      rule->fields = read_fields (reader, node, "fields", rule->level, TRUE, rule->kind == BALANCE_CHECK_HEAPING || rule->kind == BALANCE_CHECK_SUDDEN);
      if (rule->fields == NULL || rule->fields[0] == NULL)
        ERROR (node, "missing-key", "this check needs “fields”", "此核查项须有“fields”");
    }
  if (rule->kind == BALANCE_CHECK_OUTLIER || rule->kind == BALANCE_CHECK_SLIP)
    {
      rule->among = read_fields (reader, node, "among", BALANCE_LEVEL_SCHOOL, FALSE, FALSE);
      if (balance_yaml_get (node, "value") == NULL)
        ERROR (node, "missing-key", "this check needs a “value” to compare", "此核查项须有用于比较的“value”");
    }
}

static BalanceSeverity
read_severity (Reader *reader, const BalanceYaml *node)
{
  const char *text = read_string (reader, node, "severity");

  for (int i = BALANCE_SEVERITY_NOTE; text != NULL && i <= (int) BALANCE_SEVERITY_ERROR; i++)
    if (strcmp (text, balance_check_severity_name ((BalanceSeverity) i)) == 0)
      return (BalanceSeverity) i;
  if (text != NULL)
    ERROR (balance_yaml_get (node, "severity"), "unknown-value", "there is no severity “%s”: error, warning or look-here",
           "没有“%s”这种严重程度：应为 error、warning 或 look-here", text);
  return BALANCE_SEVERITY_WARNING;
}

static BalanceLevel
read_level (Reader *reader, const BalanceYaml *node)
{
  static const char *const names[] = { "section", "school", "stage", "district", "region" };
  const char *text = read_string (reader, node, "level");

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0)
      return (BalanceLevel) i;
  if (text == NULL)
    ERROR (node, "missing-key", "a check needs “level”: section, school, stage, district or region",
           "核查项须有“level”：section、school、stage、district 或 region");
  else
    ERROR (balance_yaml_get (node, "level"), "level", "“%s” is no level: section, school, stage, district or region",
           "“%s”不是层级：应为 section、school、stage、district 或 region", text);
  return BALANCE_LEVEL_SECTION;
}

/* What the check is called is read with the check; the pack only asks that there be something. */
static BalanceYaml *
new_title (Reader *reader, const char *id, const BalanceYaml *at)
{
  BalanceYaml *title = new_node (reader, BALANCE_YAML_MAPPING, NULL, at);

  set (reader, title, "zh", new_node (reader, BALANCE_YAML_SCALAR, id, at));
  set (reader, title, "en", new_node (reader, BALANCE_YAML_SCALAR, id, at));

  return title;
}

/* The requirement of the pack that says where the check applies and, for a condition, whether it holds. */
static void
add_requirement (Reader *reader, const BalanceYaml *node, const BalanceYaml *body, BalanceCheckItem *item)
{
  static const char *const carried[] = { "scope", "stages", "when" };
  const BalanceCheckRule *rule = item->rule;
  BalanceYaml *requirement = new_node (reader, BALANCE_YAML_MAPPING, NULL, node), *value, *key;

  set (reader, requirement, "id", new_node (reader, BALANCE_YAML_SCALAR, item->requirement, balance_yaml_get (node, "id")));
  set (reader, requirement, "each", new_node (reader, BALANCE_YAML_SCALAR, balance_level_to_string (rule->level), node));
  set (reader, requirement, "title", new_title (reader, item->requirement, node));
  for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
    if ((key = balance_yaml_get (node, carried[i])) != NULL)
      {
        BalanceYaml *own = copy (reader, key);

        if (item->it != NULL && strcmp (carried[i], "stages") != 0)
          replace_in_node (own, item->it);
        set (reader, requirement, carried[i], own);
      }

  if (rule->kind == BALANCE_CHECK_HOLDS)
    {
      value = copy (reader, body);
      if (item->it != NULL)
        replace_in_node (value, item->it);
    }
  else if (rule->kind == BALANCE_CHECK_OUTLIER || rule->kind == BALANCE_CHECK_SLIP)
    {
      BalanceYaml *indicator = new_node (reader, BALANCE_YAML_MAPPING, NULL, node);
      BalanceYaml *formula = copy (reader, balance_yaml_get (body, "value"));
      g_autofree char *known = g_strdup_printf ("not missing(%s)", item->indicator);

      if (item->it != NULL)
        replace_in_node (formula, item->it);
      set (reader, indicator, "id", new_node (reader, BALANCE_YAML_SCALAR, item->indicator, node));
      set (reader, indicator, "level", new_node (reader, BALANCE_YAML_SCALAR, balance_level_to_string (rule->level), node));
      set (reader, indicator, "value", formula);
      set (reader, indicator, "title", new_title (reader, item->indicator, node));
      if ((key = balance_yaml_get (node, "unit")) != NULL)
        set (reader, indicator, "unit", copy (reader, key));
      balance_yaml_append (reader->indicators, indicator);
      value = new_node (reader, BALANCE_YAML_SCALAR, known, body);
    }
  else
    {
      /* what is compared lies outside formulas; this says only of which rows */
      value = new_node (reader, BALANCE_YAML_SCALAR, "1 == 1", body);
    }
  set (reader, requirement, "value", value);
  balance_yaml_append (reader->requirements, requirement);
}

static void
add_item (Reader *reader, const BalanceYaml *node, const BalanceYaml *body, BalanceCheckRule *rule, guint kind, BalanceField *it)
{
  BalanceCheckItem *item = g_new0 (BalanceCheckItem, 1);
  const BalanceYaml *message = balance_yaml_get (node, "message");
  BalanceText text = { NULL, NULL };
  BalancePlace place = { .file = file_of (reader, message != NULL ? message : node), .row = message != NULL ? message->line : node->line };

  item->rule = rule;
  item->it = it != NULL ? g_strdup (it->id) : NULL;
  item->requirement = it != NULL ? g_strconcat (rule->id, "__", it->id, NULL) : g_strdup (rule->id);
  if (rule->kind == BALANCE_CHECK_OUTLIER || rule->kind == BALANCE_CHECK_SLIP)
    item->indicator = g_strconcat (item->requirement, "__value", NULL);
  item->fields = read_fields (reader, node, "fields", rule->level, FALSE, TRUE);
  for (guint i = 0; item->fields != NULL && it != NULL && item->fields[i] != NULL; i++)
    if (strcmp (item->fields[i], IT) == 0)
      {
        g_free (item->fields[i]);
        item->fields[i] = g_strdup (it->id);
      }

  read_text (reader, node, "message", &text);
  if (it != NULL)
    replace_in_text (&text, it);
  balance_message_read (&item->message, &text, kinds[kind].specials, &place, reader->problems);
  balance_text_clear (&text);
  g_ptr_array_add (reader->set->items, item);
  add_requirement (reader, node, body, item);
}

static void
read_rule (Reader *reader, const BalanceYaml *node)
{
  static const char *const keys[] = { "id", "title", "severity", "level", "stages", "scope", "when", "foreach", "reference", "message",
                                      "remedy", "note", "fields", "unit", "holds", "outlier", "slip", "same", "parts", "bunching",
                                      "heaping", "sudden", NULL };
  const BalanceYaml *body = NULL, *foreach, *level;
  BalanceCheckRule *rule;
  const char *id;
  guint kind = 0;

  if (node->type != BALANCE_YAML_MAPPING)
    {
      ERROR (node, "type", "a check is a mapping", "核查项应为映射");
      return;
    }
  balance_yaml_check_keys (node, keys, file_of (reader, node), reader->problems);
  id = read_string (reader, node, "id");
  if (id == NULL)
    {
      ERROR (node, "missing-key", "a check without “id”", "核查项缺少“id”");
      return;
    }
  if (g_hash_table_contains (reader->ids, id))
    {
      ERROR (balance_yaml_get (node, "id"), "duplicate-id", "the check “%s” is there twice (first in line %u)",
             "核查项“%s”重复（首次出现在第%u行）", id, GPOINTER_TO_UINT (g_hash_table_lookup (reader->ids, id)));
      return;
    }
  g_hash_table_insert (reader->ids, (gpointer) id, GUINT_TO_POINTER (node->line));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const BalanceYaml *found = balance_yaml_get (node, kinds[i].key);

      if (found == NULL)
        continue;
      if (body != NULL)
        {
          ERROR (found, "duplicate-key", "a check has one condition or comparison, not two", "一个核查项只能有一个条件或比较方式");
          return;
        }
      body = found;
      kind = i;
    }
  if (body == NULL)
    {
      ERROR (node, "missing-key", "the check “%s” needs one of holds, outlier, slip, same, parts, bunching, heaping and sudden",
             "核查项“%s”须有 holds、outlier、slip、same、parts、bunching、heaping、sudden 之一", id);
      return;
    }

  rule = g_new0 (BalanceCheckRule, 1);
  rule->id = g_strdup (id);
  rule->kind = kinds[kind].kind;
  rule->line = node->line;
  rule->severity = read_severity (reader, node);
  rule->level = read_level (reader, node);
  rule->reference = g_strdup (read_string (reader, node, "reference"));
  rule->note = g_strdup (read_string (reader, node, "note"));
  read_text (reader, node, "title", &rule->title);
  if (rule->title.zh == NULL || rule->title.en == NULL)
    balance_yaml_problem (node, file_of (reader, node), reader->problems, BALANCE_SEVERITY_WARNING, "no-title",
                          "“%s” has no title in both languages", "“%s”缺少中文或英文名称", id);
  read_text (reader, node, "remedy", &rule->remedy);
  g_ptr_array_add (reader->set->rules, rule);
  if (balance_yaml_get (node, "message") == NULL)
    ERROR (node, "missing-key", "the check “%s” has no “message” to say what it found", "核查项“%s”缺少说明结果的“message”", id);
  if (rule->kind != BALANCE_CHECK_HOLDS)
    {
      if (body->type != BALANCE_YAML_MAPPING)
        {
          ERROR (body, "type", "“%s” must be a mapping", "“%s”应为映射", kinds[kind].key);
          return;
        }
      balance_yaml_check_keys (body, kinds[kind].parameters, file_of (reader, body), reader->problems);
      read_parameters (reader, body, rule);
      if ((rule->kind == BALANCE_CHECK_OUTLIER || rule->kind == BALANCE_CHECK_SLIP) && balance_yaml_get (body, "value") == NULL)
        return;
    }
  level = balance_yaml_get (node, "level") != NULL ? balance_yaml_get (node, "level") : node;
  if (rule->kind >= BALANCE_CHECK_BUNCHING && rule->level != BALANCE_LEVEL_DISTRICT)
    ERROR (level, "level", "this comparison is made over the schools of a district: say “level: district”", "此类比较针对全县学校：请写“level: district”");
  else if (rule->kind != BALANCE_CHECK_HOLDS && rule->kind < BALANCE_CHECK_BUNCHING && rule->level > BALANCE_LEVEL_SCHOOL)
    ERROR (level, "level", "this comparison is made between schools or sections", "此类比较在学校或学段部之间进行");
  else if (rule->kind == BALANCE_CHECK_PARTS && rule->level != BALANCE_LEVEL_SCHOOL)
    ERROR (level, "level", "parts are compared with their school: say “level: school”", "分学段数与学校合计比较：请写“level: school”");

  foreach = balance_yaml_get (node, "foreach");
  if (foreach == NULL)
    {
      add_item (reader, node, body, rule, kind, NULL);
    }
  else
    {
      g_auto(GStrv) fields = read_fields (reader, node, "foreach", rule->level, FALSE, TRUE);

      for (guint i = 0; fields != NULL && fields[i] != NULL && reader->set->items->len <= MAX_ITEMS; i++)
        {
          BalanceField *field = balance_dictionary_find (reader->dictionary, fields[i]);

          if (field != NULL)
            add_item (reader, node, body, rule, kind, field);
        }
    }
  if (reader->set->items->len > MAX_ITEMS)
    ERROR (node, "limit", "more than %d checks", "核查项超过%d个", MAX_ITEMS);
}

/* -- the year before --------------------------------------------------------------------------------- */

/* The dictionary with a twin of every field whose value of the year before can be asked for. */
static BalanceDictionary *
add_twins (BalanceDictionary *base, const char *path, BalanceProblems *problems)
{
  BalanceDictionary *self = balance_dictionary_extend (base, NULL, NULL, NULL, path, problems);
  guint n = self->fields->len;

  for (guint i = 0; i < n; i++)
    {
      BalanceField *field = g_ptr_array_index (self->fields, i), *twin;

      if (field->type == BALANCE_FIELD_CHOICE || field->type == BALANCE_FIELD_TEXT || field->formula != NULL)
        continue;
      twin = balance_field_copy (field);
      g_free (twin->id);
      twin->id = balance_program_previous_id (field->id);
      twin->index = self->fields->len;
      g_ptr_array_add (self->fields, twin);
      g_hash_table_insert (self->by_id, twin->id, twin);
    }

  return self;
}

/* -- the set ----------------------------------------------------------------------------------------- */

static void
read_root (Reader *reader, const BalanceYaml *tree)
{
  static const char *const keys[] = { "checks", "title", "reference", "effective", "stages", "scope", "split", "options", "fields",
                                      "indicators", "rules", "note", NULL };
  static const char *const carried[] = { "title", "reference", "effective", "stages", "scope", "split", "options", "fields" };
  const BalanceYaml *rules = balance_yaml_get (tree, "rules"), *own = balance_yaml_get (tree, "indicators");
  BalanceYaml *root = new_node (reader, BALANCE_YAML_MAPPING, NULL, tree);
  g_autoptr(BalanceDictionary) base = NULL;
  g_autoptr(GError) error = NULL;

  balance_yaml_check_keys (tree, keys, file_of (reader, tree), reader->problems);
  if (balance_yaml_get (tree, "checks") == NULL)
    {
      ERROR (tree, "missing-key", "a set of checks begins with “checks: ID”", "核查规则须以“checks: 标识”开头");
      return;
    }
  if (rules == NULL || rules->type != BALANCE_YAML_SEQUENCE || rules->n_items == 0)
    {
      ERROR (tree, "missing-key", "a set of checks needs a list “rules”", "核查规则须有列表“rules”");
      return;
    }
  base = balance_dictionary_get_default (&error);
  if (base == NULL)
    {
      ERROR (tree, "not-found", "the data dictionary cannot be read: %s", "无法读取数据字典：%s", error->message);
      return;
    }

  set (reader, root, "pack", copy (reader, balance_yaml_get (tree, "checks")));
  for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
    if (balance_yaml_get (tree, carried[i]) != NULL)
      set (reader, root, carried[i], copy (reader, balance_yaml_get (tree, carried[i])));
  reader->indicators = own != NULL ? copy (reader, own) : new_node (reader, BALANCE_YAML_SEQUENCE, NULL, tree);
  set (reader, root, "indicators", reader->indicators);
  reader->requirements = new_node (reader, BALANCE_YAML_SEQUENCE, NULL, rules);
  set (reader, root, "requirements", reader->requirements);
  if (reader->indicators->type != BALANCE_YAML_SEQUENCE)
    {
      ERROR (own, "type", "“indicators” must be a list", "“indicators”应为列表");
      return;
    }

  /* faults of these are reported when the pack is read */
  {
    g_autoptr(BalanceProblems) twice = balance_problems_new ();

    reader->dictionary = balance_dictionary_extend (base, balance_yaml_get (tree, "fields"), balance_yaml_get (tree, "stages"), NULL,
                                                    reader->path, twice);
  }
  for (guint i = 0; i < rules->n_items; i++)
    read_rule (reader, rules->items[i]);
  if (reader->requirements->n_items > 0)
    reader->set->pack = balance_pack_read_tree (root, reader->path, reader->sources, reader->problems);
}

/* Every formula and message: compiling is the check. */
static gboolean
check_formulas (BalanceCheckSet *self, BalanceProblems *problems)
{
  g_autoptr(BalanceScheme) scheme = NULL;
  gint32 today = (gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400);
  gboolean good = TRUE;

  scheme = balance_scheme_new (self->pack, NULL, NULL, today, NULL, problems);
  if (scheme == NULL)
    return FALSE;
  for (guint i = 0; i < self->items->len; i++)
    {
      BalanceCheckItem *item = g_ptr_array_index (self->items, i);
      BalanceRule *rule = balance_pack_find_rule (self->pack, item->requirement);
      BalanceMessageNodes nodes = { { NULL, NULL }, { NULL, NULL } };
      BalanceContext context = { .level = item->rule->level, .file = self->pack->file, .line = item->rule->line };

      if (rule == NULL)
        continue;
      context.mask = scheme->rules[rule->index].mask;
      good = balance_message_compile (&item->message, scheme->program, &context, &nodes) && good;
      balance_message_nodes_clear (&nodes);
    }

  return good;
}

BalanceCheckSet *
balance_check_set_read (GBytes          *bytes,
                        const char      *path,
                        BalanceProblems *problems)
{
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) sources = balance_pack_sources_new ();
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  g_autoptr(BalanceYaml) tree = balance_pack_merge (bytes, path, "checks", sources, problems);
  BalanceCheckSet *self;
  Reader reader = { .path = g_intern_string (path), .tree = tree, .sources = sources, .problems = problems, .ids = ids };

  if (tree == NULL)
    return NULL;

  self = g_new0 (BalanceCheckSet, 1);
  self->rules = g_ptr_array_new ();
  self->items = g_ptr_array_new ();
  reader.set = self;
  read_root (&reader, tree);
  g_clear_object (&reader.dictionary);

  if (self->pack != NULL)
    {
      BalanceDictionary *with_twins = add_twins (self->pack->dictionary, path, problems);

      self->dictionary = self->pack->dictionary;
      self->pack->dictionary = with_twins;
      if (self->pack->uses->len > 0 || !check_formulas (self, problems))
        g_clear_pointer (&self->pack, balance_pack_free);
    }
  if (self->pack == NULL || balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before)
    {
      balance_check_set_free (self);
      return NULL;
    }

  return self;
}

void
balance_check_set_free (BalanceCheckSet *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->rules->len; i++)
    {
      BalanceCheckRule *rule = g_ptr_array_index (self->rules, i);

      g_free (rule->id);
      balance_text_clear (&rule->title);
      balance_text_clear (&rule->remedy);
      g_free (rule->reference);
      g_free (rule->note);
      g_strfreev (rule->fields);
      g_strfreev (rule->among);
      g_free (rule);
    }
  for (guint i = 0; i < self->items->len; i++)
    {
      BalanceCheckItem *item = g_ptr_array_index (self->items, i);

      g_free (item->it);
      g_free (item->requirement);
      g_free (item->indicator);
      g_strfreev (item->fields);
      balance_message_clear (&item->message);
      g_free (item);
    }
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->items);
  g_clear_object (&self->dictionary);
  balance_pack_free (self->pack);
  g_free (self);
}

BalanceCheckRule *
balance_check_set_find (BalanceCheckSet *self,
                        const char      *id)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      BalanceCheckRule *rule = g_ptr_array_index (self->rules, i);

      if (strcmp (rule->id, id) == 0)
        return rule;
    }

  return NULL;
}

const char *
balance_check_severity_name (BalanceSeverity severity)
{
  switch (severity)
    {
    case BALANCE_SEVERITY_ERROR:   return "error";
    case BALANCE_SEVERITY_WARNING: return "warning";
    case BALANCE_SEVERITY_NOTE:
    default:                       return "look-here";
    }
}
