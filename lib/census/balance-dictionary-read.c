/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-dictionary-read-private.h"

#include "census/balance-field-private.h"
#include "census/balance-unit-private.h"

#include <stdarg.h>
#include <string.h>

#define MAX_ID_LENGTH 64

/* A stage is stored in a byte and in masks of 64 bits. */
#define MAX_STAGES 64

typedef struct
{
  BalanceDictionary *self;
  const char        *file;
  BalanceProblems   *problems;
  const char        *id;       /* of the entry being read; nullable */
  GHashTable        *headers;  /* folded header -> BalanceField that has it */
  guint              n_base;   /* fields that were there before; their headers are claimed once another field has any */
  guint              n_claimed; /* how many of these are */
} Reader;

/* What was expected and how to mend it, where that is the same for all problems of a kind. */
typedef struct
{
  const char *kind;
  const char *expected_en, *expected_zh;
  const char *remedy_en, *remedy_zh;
} Fault;

static const Fault wrong_shape = {
  "wrong-shape", "a mapping {id: .., ..}", "映射 {id: .., ..}", NULL, NULL
};
static const Fault no_list = {
  "wrong-shape", "a list of entries, each beginning with \"-\"", "以“-”开头的条目列表", NULL, NULL
};
static const Fault bad_id = {
  "invalid-id",
  "letters, digits and _, beginning with a letter, at most 64 characters, and no word of the formula language",
  "由字母、数字和下划线组成，以字母开头，不超过 64 个字符，且不是公式语言的保留字",
  "Choose another id.", "请换一个 id。"
};
static const Fault missing_key = {
  "missing-key", NULL, NULL, "Add it.", "请补充。"
};
static const Fault duplicate_id = {
  "duplicate-id", NULL, NULL, "Remove one of them or give it another id.", "请删除其一或改用其他 id。"
};
static const Fault bad_level = {
  "unknown-level", "section, school, district or region", "section、school、district 或 region", NULL, NULL
};
static const Fault bad_type = {
  "unknown-type",
  "count, amount, number, share, flag, choice, text, date, year or attested",
  "count、amount、number、share、flag、choice、text、date、year 或 attested", NULL, NULL
};
static const Fault bad_unit = {
  "unknown-unit", "the id of a unit of the dictionary, or a quotient such as m2/pupil", "字典中单位的 id，或 m2/pupil 这样的比",
  "Correct the spelling, or declare the unit in the dictionary.", "请更正拼写，或在字典中声明该单位。"
};
static const Fault no_unit_here = {
  "unit-without-number", "a unit only where the type is count, amount, number or share",
  "只有 count、amount、number 或 share 类型才有单位", "Remove the unit.", "请删除单位。"
};
static const Fault ambiguous = {
  "ambiguous-header", "each title, alias and id in one field only", "每个标题、别名和 id 只属于一个数据项",
  "Make the title unique or remove the alias.", "请改为唯一的标题，或删除别名。"
};
static const Fault ambiguous_choice = {
  "ambiguous-choice", "each id, title, alias and code in one value only", "每个 id、标题、别名和代码只属于一个取值",
  "Make it unique.", "请改为唯一。"
};
static const Fault bad_bound = {
  "invalid-bound", "a decimal number of at most 18 digits", "不超过 18 位的十进制数", NULL, NULL
};
static const Fault whole_bound = {
  "invalid-bound", "a whole number, as the type has no others", "整数（该类型只有整数）", NULL, NULL
};
static const Fault no_bound_here = {
  "invalid-bound", "min and max only where the values are numbers or years", "只有数值和年份才有 min 和 max",
  "Remove it.", "请删除。"
};
static const Fault crossed_bounds = {
  "crossed-bounds", "min not greater than max", "min 不大于 max", "Exchange or correct them.", "请对调或更正。"
};
static const Fault bad_values = {
  "wrong-shape", "a mapping id: {zh: .., en: ..} or a list of ids", "映射 id: {zh: .., en: ..} 或 id 列表", NULL, NULL
};
static const Fault no_values_here = {
  "values-without-choice", "values only where the type is choice", "只有 choice 类型才有 values",
  "Remove them, or set the type to choice.", "请删除，或把类型改为 choice。"
};
static const Fault bad_code = {
  "invalid-code", "a whole number of at most 9 digits", "不超过 9 位的整数", NULL, NULL
};
static const Fault unknown_stage = {
  "unknown-stage", "the id of a value of the field \"stage\"", "数据项“stage”中某个取值的 id",
  "Correct the spelling, or declare the stage.", "请更正拼写，或声明该学段。"
};
static const Fault nested_stage = {
  "nested-stage", "other stages that hold no stages themselves", "本身不再包含其他学段的其他学段", NULL, NULL
};
static const Fault misplaced_key = {
  "unknown-key", "stages only in the field \"kind\", holds only in the field \"stage\"",
  "stages 只用于数据项“kind”，holds 只用于数据项“stage”", "Remove it.", "请删除。"
};
static const Fault computed = {
  "computed-field", "value only in the fields of a rule pack or map", "只有规则包或映射中的数据项才有 value",
  "Remove the formula.", "请删除公式。"
};
static const Fault bad_factor = {
  "invalid-factor", "a decimal number greater than 0", "大于 0 的十进制数", NULL, NULL
};
static const Fault too_many_stages = {
  "limit", "at most 64 stages", "不超过 64 个学段", NULL, NULL
};

static void add_fault (Reader            *reader,
                       const BalanceYaml *node,
                       const Fault       *fault,
                       const char        *en,
                       const char        *zh,
                       ...) G_GNUC_PRINTF (4, 6);

static void
add_fault (Reader            *reader,
           const BalanceYaml *node,
           const Fault       *fault,
           const char        *en,
           const char        *zh,
           ...)
{
  BalancePlace place = {
    .file = reader->file,
    .row = node->line,
    .column = node->column,
    .field = reader->id,
    .found = node->type == BALANCE_YAML_SCALAR ? node->text : NULL,
  };
  BalanceText message = { NULL, NULL };
  BalanceText expected = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };
  va_list args, copy;

  va_start (args, zh);
  va_copy (copy, args);
  message.en = g_strdup_vprintf (en, args);
  message.zh = g_strdup_vprintf (zh, copy);
  va_end (copy);
  va_end (args);

  balance_text_set (&expected, fault->expected_en, fault->expected_zh);
  balance_text_set (&remedy, fault->remedy_en, fault->remedy_zh);
  balance_problems_add (reader->problems, BALANCE_SEVERITY_ERROR, fault->kind, &place, &message, &expected, &remedy);
}

/* -- names ----------------------------------------------------------------------------------------- */

static gboolean
is_valid_id (const char *id)
{
  static const char *const reserved[] = {
    "if", "then", "else", "and", "or", "not", "in", "over", "where", "weighted", "by", "true", "false", "as_of", NULL
  };

  if (!g_ascii_isalpha (*id) || strlen (id) > MAX_ID_LENGTH || g_strv_contains (reserved, id))
    return FALSE;

  for (const char *p = id; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '_')
        return FALSE;
    }

  return TRUE;
}

/* The id of an entry, or NULL and a problem. */
static const char *
read_id (Reader            *reader,
         const BalanceYaml *node)
{
  const BalanceYaml *value = balance_yaml_get (node, "id");
  const char *id;

  if (value == NULL)
    {
      add_fault (reader, node, &missing_key, "The id is missing.", "缺少 id。");
      return NULL;
    }
  id = balance_yaml_get_string (node, "id", reader->file, reader->problems);
  if (id == NULL)
    return NULL;
  if (!is_valid_id (id))
    {
      add_fault (reader, value, &bad_id, "\"%s\" cannot be an id.", "“%s”不能用作 id。", id);
      return NULL;
    }

  return id;
}

static void
claim_header (Reader            *reader,
              const BalanceYaml *node,     /* NULL: a field of the base, known to be sound */
              BalanceField      *field,
              const char        *header)
{
  g_autofree char *folded = NULL;
  const BalanceField *owner;

  if (header == NULL || *header == '\0')
    return;

  folded = balance_text_fold (header);
  owner = g_hash_table_lookup (reader->headers, folded);
  if (owner == NULL)
    g_hash_table_insert (reader->headers, g_steal_pointer (&folded), field);
  else if (owner != field && node != NULL)
    add_fault (reader, node, &ambiguous,
               "\"%s\" is also a name of the field \"%s\", so a column with that header could be either.",
               "“%s”也是数据项“%s”的名称，以它为表头的列无法区分。",
               header, owner->id);
}

/* A computed field is never read, so no header can mean it. */
static void
claim_headers (Reader            *reader,
               const BalanceYaml *node,
               BalanceField      *field)
{
  const BalanceYaml *title, *aliases;

  if (field->formula != NULL)
    return;
  if (node != NULL)
    while (reader->n_claimed < reader->n_base)
      claim_headers (reader, NULL, g_ptr_array_index (reader->self->fields, reader->n_claimed++));

  title = node != NULL ? balance_yaml_get (node, "title") : NULL;
  aliases = node != NULL ? balance_yaml_get (node, "aliases") : NULL;

  claim_header (reader, node, field, field->id);
  claim_header (reader, title != NULL ? title : node, field, field->title.zh);
  if (g_strcmp0 (field->title.en, field->title.zh) != 0)
    claim_header (reader, title != NULL ? title : node, field, field->title.en);
  for (guint i = 0; field->aliases != NULL && field->aliases[i] != NULL; i++)
    {
      const BalanceYaml *alias = aliases;

      /* blank items are a problem of their own and are not in the vector */
      for (guint j = i; aliases != NULL && j < aliases->n_items; j++)
        {
          if (g_strcmp0 (aliases->items[j]->text, field->aliases[i]) == 0)
            {
              alias = aliases->items[j];
              break;
            }
        }
      claim_header (reader, alias, field, field->aliases[i]);
    }
}

/* -- units ----------------------------------------------------------------------------------------- */

static gboolean
is_in_unit (const BalanceUnit *unit,
            const char        *name)
{
  return g_strcmp0 (unit->title.zh, name) == 0 || g_strcmp0 (unit->title.en, name) == 0 ||
         (unit->aliases != NULL && g_strv_contains ((const char *const *) unit->aliases, name));
}

static void
read_multiples (Reader            *reader,
                const BalanceYaml *node,
                BalanceUnit       *unit)
{
  g_autoptr(GStrvBuilder) names = NULL;
  g_autoptr(GArray) factors = NULL;

  if (node == NULL)
    return;
  if (node->type != BALANCE_YAML_MAPPING)
    {
      add_fault (reader, node, &bad_factor, "The multiples are no mapping NAME: FACTOR.", "multiples 不是“名称: 倍数”的映射。");
      return;
    }

  names = g_strv_builder_new ();
  factors = g_array_new (FALSE, FALSE, sizeof (BalanceDecimal));
  for (guint i = 0; i < node->n_items; i++)
    {
      const BalanceYaml *value = node->items[i];
      const char *name = node->keys[i]->text;
      BalanceDecimal factor;

      if (value->type != BALANCE_YAML_SCALAR || !balance_decimal_parse (value->text, -1, &factor) || factor.digits <= 0)
        {
          add_fault (reader, value, &bad_factor, "The multiple \"%s\" has no valid factor.", "“%s”的倍数无效。", name);
          continue;
        }
      if (is_in_unit (unit, name))
        {
          add_fault (reader, node->keys[i], &duplicate_id,
                     "\"%s\" is a name of the unit itself and of a multiple.", "“%s”既是单位本身的名称，又是倍数单位的名称。", name);
          continue;
        }
      g_strv_builder_add (names, name);
      g_array_append_val (factors, factor);
    }

  unit->multiple_names = g_strv_builder_end (names);
  unit->multiples = (BalanceDecimal *) (gpointer) g_array_free (g_steal_pointer (&factors), FALSE);
}

static void
read_unit (Reader            *reader,
           const BalanceYaml *node)
{
  static const char *const keys[] = { "id", "title", "aliases", "multiples", NULL };
  g_autoptr(BalanceUnit) unit = NULL;
  const BalanceYaml *title;
  const char *id;

  reader->id = NULL;
  if (node->type != BALANCE_YAML_MAPPING)
    {
      add_fault (reader, node, &wrong_shape, "This is no unit.", "这不是单位条目。");
      return;
    }

  balance_yaml_check_keys (node, keys, reader->file, reader->problems);
  /* "1" is the pure number, the only id that is no word */
  id = balance_yaml_get (node, "id") != NULL ? balance_yaml_get (node, "id")->text : NULL;
  if (g_strcmp0 (id, "1") != 0)
    id = read_id (reader, node);
  if (id == NULL)
    return;
  reader->id = id;

  if (balance_dictionary_find_unit (reader->self, id) != NULL)
    {
      add_fault (reader, node, &duplicate_id, "The unit \"%s\" is declared twice.", "单位“%s”重复声明。", id);
      return;
    }

  unit = g_new0 (BalanceUnit, 1);
  unit->id = g_strdup (id);
  title = balance_yaml_get (node, "title");
  if (title == NULL)
    add_fault (reader, node, &missing_key, "The unit \"%s\" has no title.", "单位“%s”没有标题。", id);
  balance_yaml_get_text (title, &unit->title, reader->file, reader->problems);
  unit->aliases = balance_yaml_dup_strv (balance_yaml_get (node, "aliases"), reader->file, reader->problems);
  read_multiples (reader, balance_yaml_get (node, "multiples"), unit);
  g_ptr_array_add (reader->self->units, g_steal_pointer (&unit));
}

/* -- choices --------------------------------------------------------------------------------------- */

static void
claim_spelling (Reader            *reader,
                const BalanceYaml *node,
                GHashTable        *spellings,
                BalanceChoice     *choice,
                const char        *spelling)
{
  g_autofree char *folded = NULL;
  const BalanceChoice *owner;

  if (spelling == NULL || *spelling == '\0')
    return;

  folded = g_ascii_strdown (spelling, -1);
  owner = g_hash_table_lookup (spellings, folded);
  if (owner == NULL)
    g_hash_table_insert (spellings, g_steal_pointer (&folded), choice);
  else if (owner != choice)
    add_fault (reader, node, &ambiguous_choice,
               "\"%s\" means both \"%s\" and \"%s\".", "“%s”既指“%s”又指“%s”。",
               spelling, owner->id, choice->id);
}

/* Two values of a field must not share a spelling, or a cell could mean either. */
static void
check_spellings (Reader            *reader,
                 const BalanceYaml *values,
                 GPtrArray         *choices)
{
  g_autoptr(GHashTable) spellings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < choices->len; i++)
    {
      BalanceChoice *choice = g_ptr_array_index (choices, i);
      const BalanceYaml *node = balance_yaml_get (values, choice->id);

      if (node == NULL)
        node = values;
      claim_spelling (reader, node, spellings, choice, choice->id);
      claim_spelling (reader, node, spellings, choice, choice->title.zh);
      if (g_strcmp0 (choice->title.en, choice->title.zh) != 0)
        claim_spelling (reader, node, spellings, choice, choice->title.en);
      for (guint j = 0; choice->aliases != NULL && choice->aliases[j] != NULL; j++)
        claim_spelling (reader, node, spellings, choice, choice->aliases[j]);
      if (choice->code >= 0)
        {
          g_autofree char *code = g_strdup_printf ("%d", choice->code);

          claim_spelling (reader, node, spellings, choice, code);
        }
    }
}

static int
read_code (Reader            *reader,
           const BalanceYaml *node)
{
  BalanceDecimal code;

  if (node == NULL)
    return -1;
  if (node->type != BALANCE_YAML_SCALAR || !balance_decimal_parse (node->text, -1, &code) ||
      code.scale != 0 || code.digits < 0 || code.digits > 999999999)
    {
      add_fault (reader, node, &bad_code, "The code is no number.", "代码不是数字。");
      return -1;
    }

  return (int) code.digits;
}

static BalanceChoice *
read_choice (Reader            *reader,
             const char        *field_id,
             const BalanceYaml *key,
             const BalanceYaml *node)
{
  static const char *const keys[] = { "zh", "en", "code", "aliases", "stages", "holds", NULL };
  g_autoptr(BalanceChoice) choice = NULL;

  if (!is_valid_id (key->text))
    {
      add_fault (reader, key, &bad_id, "\"%s\" cannot be an id.", "“%s”不能用作 id。", key->text);
      return NULL;
    }

  choice = g_new0 (BalanceChoice, 1);
  choice->id = g_strdup (key->text);
  choice->code = -1;

  if (node->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_get_text (node, &choice->title, reader->file, reader->problems);
      return g_steal_pointer (&choice);
    }

  balance_yaml_check_keys (node, keys, reader->file, reader->problems);
  balance_text_set (&choice->title,
                    balance_yaml_get_string (node, "en", reader->file, reader->problems),
                    balance_yaml_get_string (node, "zh", reader->file, reader->problems));
  if (*balance_text_get (&choice->title, BALANCE_LANGUAGE_EN) == '\0')
    add_fault (reader, key, &missing_key, "The value \"%s\" has no title.", "取值“%s”没有标题。", key->text);
  choice->code = read_code (reader, balance_yaml_get (node, "code"));
  choice->aliases = balance_yaml_dup_strv (balance_yaml_get (node, "aliases"), reader->file, reader->problems);
  choice->stages = balance_yaml_dup_strv (balance_yaml_get (node, "stages"), reader->file, reader->problems);
  choice->holds = balance_yaml_dup_strv (balance_yaml_get (node, "holds"), reader->file, reader->problems);

  if ((choice->stages != NULL && strcmp (field_id, "kind") != 0) ||
      (choice->holds != NULL && strcmp (field_id, "stage") != 0))
    add_fault (reader, key, &misplaced_key,
               "The value \"%s\" has stages or holds, which has no meaning here.",
               "取值“%s”带有 stages 或 holds，在此没有意义。", key->text);

  return g_steal_pointer (&choice);
}

static BalanceChoice *
new_plain_choice (const char *id)
{
  BalanceChoice *choice = g_new0 (BalanceChoice, 1);

  choice->id = g_strdup (id);
  choice->code = -1;
  balance_text_set (&choice->title, id, id);
  return choice;
}

static void
read_choices (Reader            *reader,
              const BalanceYaml *node,
              BalanceField      *field)
{
  field->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_choice_free);

  if (node->type == BALANCE_YAML_SCALAR || node->n_items == 0)
    {
      add_fault (reader, node, &bad_values, "There are no values to choose from.", "没有可选的取值。");
      return;
    }

  for (guint i = 0; i < node->n_items; i++)
    {
      const BalanceYaml *item = node->items[i];
      BalanceChoice *choice = NULL;

      if (node->type == BALANCE_YAML_MAPPING)
        choice = read_choice (reader, field->id, node->keys[i], item);
      else if (item->type != BALANCE_YAML_SCALAR)
        add_fault (reader, item, &bad_values, "This is no id.", "这不是 id。");
      else if (!is_valid_id (item->text))
        add_fault (reader, item, &bad_id, "\"%s\" cannot be an id.", "“%s”不能用作 id。", item->text);
      else if (balance_field_find_choice (field, item->text) >= 0)
        add_fault (reader, item, &duplicate_id, "The value \"%s\" is given twice.", "取值“%s”重复。", item->text);
      else
        choice = new_plain_choice (item->text);

      if (choice != NULL)
        g_ptr_array_add (field->choices, choice);
    }

  check_spellings (reader, node, field->choices);
}

/* -- fields ---------------------------------------------------------------------------------------- */

static gboolean
is_numeric (BalanceFieldType type)
{
  return type == BALANCE_FIELD_COUNT || type == BALANCE_FIELD_AMOUNT ||
         type == BALANCE_FIELD_NUMBER || type == BALANCE_FIELD_SHARE;
}

static gboolean
read_bound (Reader            *reader,
            const BalanceYaml *node,
            BalanceFieldType   type,
            BalanceDecimal    *bound)
{
  BalanceDecimal normal;

  if (!is_numeric (type) && type != BALANCE_FIELD_YEAR)
    {
      add_fault (reader, node, &no_bound_here, "A bound has no meaning here.", "此处的界限没有意义。");
      return FALSE;
    }
  if (node->type != BALANCE_YAML_SCALAR || !balance_decimal_parse (node->text, -1, bound))
    {
      add_fault (reader, node, &bad_bound, "The bound is no number.", "界限不是数字。");
      return FALSE;
    }

  normal = *bound;
  balance_decimal_normalize (&normal);
  if ((type == BALANCE_FIELD_COUNT || type == BALANCE_FIELD_YEAR) && normal.scale > 0)
    {
      add_fault (reader, node, &whole_bound, "The bound is no whole number.", "界限不是整数。");
      return FALSE;
    }

  return TRUE;
}

static gboolean
is_greater (BalanceDecimal a,
            BalanceDecimal b)
{
  /* 18 digits times 10^18 need 120 bits */
  return (__int128) a.digits * balance_power_of_ten (b.scale) > (__int128) b.digits * balance_power_of_ten (a.scale);
}

static void
read_bounds (Reader            *reader,
             const BalanceYaml *node,
             BalanceField      *field)
{
  const BalanceYaml *min = balance_yaml_get (node, "min");
  const BalanceYaml *max = balance_yaml_get (node, "max");

  /* what a computed field can be follows from its formula */
  if (field->formula == NULL && is_numeric (field->type))
    {
      field->has_min = min == NULL;
      field->min = (BalanceDecimal) { 0, 0 };
      field->has_max = max == NULL && field->type == BALANCE_FIELD_SHARE;
      if (field->has_max)
        field->max = (BalanceDecimal) { 1, 0 };
    }
  if (min != NULL)
    field->has_min = read_bound (reader, min, field->type, &field->min);
  if (max != NULL)
    field->has_max = read_bound (reader, max, field->type, &field->max);

  if (field->has_min && field->has_max && is_greater (field->min, field->max))
    {
      g_autofree char *low = balance_decimal_to_string (&field->min);
      g_autofree char *high = balance_decimal_to_string (&field->max);

      add_fault (reader, min != NULL ? min : max, &crossed_bounds,
                 "The smallest value %s is greater than the largest, %s.", "最小值 %s 大于最大值 %s。", low, high);
    }
}

static void
read_unit_of_field (Reader            *reader,
                    const BalanceYaml *node,
                    BalanceField      *field)
{
  const BalanceYaml *value = balance_yaml_get (node, "unit");
  g_autofree char *unknown = NULL;
  const char *unit = balance_yaml_get_string (node, "unit", reader->file, reader->problems);

  if (unit == NULL)
    return;

  if (!is_numeric (field->type))
    add_fault (reader, value, &no_unit_here, "A unit has no meaning here.", "此处的单位没有意义。");
  else if (!balance_unit_check_text (reader->self, unit, &unknown))
    add_fault (reader, value, &bad_unit, "The unit \"%s\" is not known.", "不认识单位“%s”。",
               unknown != NULL ? unknown : unit);
  else if (strcmp (unit, "1") != 0)
    field->unit = g_strdup (unit);
}

static gboolean
read_level (Reader            *reader,
            const BalanceYaml *node,
            BalanceField      *field)
{
  const BalanceYaml *value = balance_yaml_get (node, "level");
  const char *text = balance_yaml_get_string (node, "level", reader->file, reader->problems);

  if (value == NULL)
    {
      add_fault (reader, node, &missing_key, "The field \"%s\" has no level.", "数据项“%s”没有 level（层级）。", field->id);
      return FALSE;
    }
  if (text == NULL)
    return FALSE;

  /* no file has rows for the stage of a district; it can only be computed */
  if (!balance_level_from_string (text, &field->level) ||
      (field->level == BALANCE_LEVEL_STAGE && field->formula == NULL))
    {
      add_fault (reader, value, &bad_level, "The level \"%s\" is not possible here.", "此处不能使用层级“%s”。", text);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_type (Reader            *reader,
           const BalanceYaml *node,
           BalanceField      *field)
{
  const BalanceYaml *value = balance_yaml_get (node, "type");
  const char *text = balance_yaml_get_string (node, "type", reader->file, reader->problems);

  if (value == NULL)
    {
      add_fault (reader, node, &missing_key, "The field \"%s\" has no type.", "数据项“%s”没有 type（类型）。", field->id);
      return FALSE;
    }
  if (text == NULL)
    return FALSE;
  if (!balance_field_type_from_string (text, &field->type))
    {
      add_fault (reader, value, &bad_type, "The type \"%s\" is not known.", "不认识类型“%s”。", text);
      return FALSE;
    }

  return TRUE;
}

static void
add_field (Reader       *reader,
           BalanceField *field)
{
  field->index = reader->self->fields->len;
  g_hash_table_insert (reader->self->by_id, field->id, field);
  g_ptr_array_add (reader->self->fields, field);
}

/* What is attested has a conclusion in words and the documents that prove it, as fields of their own: ID.conclusion
 * and ID.evidence, under the titles of the field with these words after them. */
static const struct
{
  const char *part, *en;
  const char *zh[3];     /* the first makes the title, the others aliases */
} companions[] = {
  { BALANCE_CONCLUSION, "conclusion", { "结论", "简要结论", "认定结论" } },
  { BALANCE_EVIDENCE, "evidence", { "佐证材料", "佐证", "证明材料" } },
};

static void
add_companions (Reader            *reader,
                const BalanceYaml *node,
                BalanceField      *attested)
{
  for (guint c = 0; c < G_N_ELEMENTS (companions); c++)
    {
      BalanceField *field = g_object_new (BALANCE_TYPE_FIELD, NULL);
      g_autoptr(GPtrArray) aliases = g_ptr_array_new ();
      g_autofree char *en = NULL, *zh = NULL;

      field->id = g_strconcat (attested->id, ".", companions[c].part, NULL);
      field->companion = TRUE;
      field->line = attested->line;
      field->level = attested->level;
      field->type = BALANCE_FIELD_TEXT;
      en = g_strconcat (balance_text_get (&attested->title, BALANCE_LANGUAGE_EN), ": ", companions[c].en, NULL);
      zh = g_strconcat (balance_text_get (&attested->title, BALANCE_LANGUAGE_ZH), companions[c].zh[0], NULL);
      balance_text_set (&field->title, en, zh);
      for (guint i = 0; i < G_N_ELEMENTS (companions[c].zh); i++)
        {
          if (i > 0)
            g_ptr_array_add (aliases, g_strconcat (balance_text_get (&attested->title, BALANCE_LANGUAGE_ZH), companions[c].zh[i], NULL));
          for (guint j = 0; attested->aliases != NULL && attested->aliases[j] != NULL; j++)
            g_ptr_array_add (aliases, g_strconcat (attested->aliases[j], companions[c].zh[i], NULL));
        }
      g_ptr_array_add (aliases, NULL);
      field->aliases = (char **) g_ptr_array_free (g_steal_pointer (&aliases), FALSE);

      claim_headers (reader, node, field);
      add_field (reader, field);
    }
}

static void
read_field (Reader            *reader,
            const BalanceYaml *node,
            gboolean           computed_allowed)
{
  static const char *const keys[] = {
    "id", "level", "type", "unit", "title", "aliases", "values", "min", "max", "value", NULL
  };
  g_autoptr(BalanceField) field = NULL;
  const BalanceYaml *title, *values, *formula;
  const BalanceField *other;
  const char *id;
  gboolean usable;

  reader->id = NULL;
  if (node->type != BALANCE_YAML_MAPPING)
    {
      add_fault (reader, node, &wrong_shape, "This is no field.", "这不是数据项条目。");
      return;
    }

  balance_yaml_check_keys (node, keys, reader->file, reader->problems);
  id = read_id (reader, node);
  if (id == NULL)
    return;
  reader->id = id;

  other = balance_dictionary_find (reader->self, id);
  if (other != NULL)
    {
      add_fault (reader, balance_yaml_get (node, "id"), &duplicate_id,
                 "The field \"%s\" exists already, declared in line %u of this or the base dictionary.",
                 "数据项“%s”已存在（声明于本文件或基础字典的第 %u 行）。", id, other->line);
      return;
    }

  field = g_object_new (BALANCE_TYPE_FIELD, NULL);
  field->id = g_strdup (id);
  field->line = node->line;

  formula = balance_yaml_get (node, "value");
  if (formula != NULL)
    {
      field->formula = g_strdup (balance_yaml_get_string (node, "value", reader->file, reader->problems));
      if (!computed_allowed)
        add_fault (reader, formula, &computed, "The field \"%s\" has a formula.", "数据项“%s”带有公式。", id);
    }

  usable = read_level (reader, node, field);
  usable = read_type (reader, node, field) && usable;

  title = balance_yaml_get (node, "title");
  if (balance_yaml_get_text (title, &field->title, reader->file, reader->problems) &&
      *balance_text_get (&field->title, BALANCE_LANGUAGE_ZH) == '\0')
    add_fault (reader, title != NULL ? title : node, &missing_key, "The field \"%s\" has no title.", "数据项“%s”没有标题。", id);
  field->aliases = balance_yaml_dup_strv (balance_yaml_get (node, "aliases"), reader->file, reader->problems);

  /* the rest has no meaning without them; a faulty entry otherwise stays, so that formulas that use it
   * do not add a problem each */
  if (!usable)
    return;

  read_unit_of_field (reader, node, field);
  read_bounds (reader, node, field);

  values = balance_yaml_get (node, "values");
  if (values != NULL && field->type != BALANCE_FIELD_CHOICE)
    add_fault (reader, values, &no_values_here, "The field \"%s\" is no choice.", "数据项“%s”不是 choice 类型。", id);
  else if (values != NULL)
    read_choices (reader, values, field);
  else if (field->type == BALANCE_FIELD_CHOICE)
    {
      add_fault (reader, node, &missing_key, "The choice \"%s\" has no values.", "选择项“%s”没有 values（取值）。", id);
      field->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_choice_free);
    }

  claim_headers (reader, node, field);
  add_field (reader, g_object_ref (field));
  if (field->type == BALANCE_FIELD_ATTESTED && field->formula == NULL)
    add_companions (reader, node, field);
}

/* -- stages ---------------------------------------------------------------------------------------- */

static void
check_stage_names (Reader            *reader,
                   const BalanceYaml *node,
                   BalanceField      *stage,
                   char             **names,
                   const char        *holder)      /* the stage that holds them, or NULL */
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      int index = balance_field_find_choice (stage, names[i]);
      const BalanceChoice *held = index >= 0 ? g_ptr_array_index (stage->choices, (guint) index) : NULL;

      if (held == NULL)
        add_fault (reader, node, &unknown_stage, "The stage \"%s\" is not known.", "不认识学段“%s”。", names[i]);
      else if (holder != NULL && (held->holds != NULL || strcmp (holder, names[i]) == 0))
        add_fault (reader, node, &nested_stage, "The stage \"%s\" cannot hold \"%s\".", "学段“%s”不能包含“%s”。", holder, names[i]);
    }
}

static const BalanceYaml *
find_entry (const BalanceYaml *fields,
            const char        *id)
{
  for (guint i = 0; fields != NULL && i < fields->n_items; i++)
    {
      const BalanceYaml *value = balance_yaml_get (fields->items[i], "id");

      if (value != NULL && g_strcmp0 (value->text, id) == 0)
        return fields->items[i];
    }

  return NULL;
}

/* After all fields are read, as the kinds may stand before the stages they name. */
static void
check_stages (Reader            *reader,
              const BalanceYaml *fields)
{
  BalanceField *stage = balance_dictionary_find (reader->self, "stage");
  BalanceField *kind = balance_dictionary_find (reader->self, "kind");
  BalanceField *both[] = { stage, kind };

  if (stage == NULL || stage->choices == NULL)
    return;

  if (stage->choices->len > MAX_STAGES)
    add_fault (reader, find_entry (fields, "stage"), &too_many_stages,
               "There are %u stages.", "共有 %u 个学段。", stage->choices->len);

  for (guint f = 0; f < G_N_ELEMENTS (both); f++)
    {
      const BalanceYaml *values;

      if (both[f] == NULL || both[f]->choices == NULL)
        continue;

      reader->id = both[f]->id;
      values = balance_yaml_get (find_entry (fields, both[f]->id), "values");
      for (guint i = 0; i < both[f]->choices->len; i++)
        {
          const BalanceChoice *choice = g_ptr_array_index (both[f]->choices, i);
          const BalanceYaml *node = balance_yaml_get (values, choice->id);

          if (node == NULL)
            continue;
          check_stage_names (reader, node, stage, choice->stages, NULL);
          check_stage_names (reader, node, stage, choice->holds, choice->id);
        }
    }
}

static void
read_stage (Reader            *reader,
            const BalanceYaml *node,
            BalanceField      *stage)
{
  static const char *const keys[] = { "id", "title", "aliases", "holds", NULL };
  g_autoptr(BalanceChoice) choice = NULL;
  const BalanceYaml *title;
  const char *id;

  balance_yaml_check_keys (node, keys, reader->file, reader->problems);
  id = read_id (reader, node);
  if (id == NULL)
    return;
  if (balance_field_find_choice (stage, id) >= 0)
    {
      add_fault (reader, balance_yaml_get (node, "id"), &duplicate_id, "The stage \"%s\" exists already.", "学段“%s”已存在。", id);
      return;
    }
  if (stage->choices->len >= MAX_STAGES)
    {
      add_fault (reader, node, &too_many_stages, "The stage \"%s\" is one too many.", "学段“%s”超出数量限制。", id);
      return;
    }

  choice = g_new0 (BalanceChoice, 1);
  choice->id = g_strdup (id);
  choice->code = -1;
  title = balance_yaml_get (node, "title");
  if (balance_yaml_get_text (title, &choice->title, reader->file, reader->problems) &&
      *balance_text_get (&choice->title, BALANCE_LANGUAGE_ZH) == '\0')
    add_fault (reader, title != NULL ? title : node, &missing_key, "The stage \"%s\" has no title.", "学段“%s”没有标题。", id);
  choice->aliases = balance_yaml_dup_strv (balance_yaml_get (node, "aliases"), reader->file, reader->problems);
  choice->holds = balance_yaml_dup_strv (balance_yaml_get (node, "holds"), reader->file, reader->problems);
  check_stage_names (reader, node, stage, choice->holds, id);
  g_ptr_array_add (stage->choices, g_steal_pointer (&choice));
}

/* -- whole lists ----------------------------------------------------------------------------------- */

static void
read_list (Reader            *reader,
           const BalanceYaml *node)
{
  if (node != NULL && node->type != BALANCE_YAML_SEQUENCE)
    {
      reader->id = NULL;
      add_fault (reader, node, &no_list, "This is no list.", "这不是列表。");
    }
}

void
balance_dictionary_read_fields (BalanceDictionary *self,
                                const BalanceYaml *fields,
                                gboolean           computed_allowed,
                                const char        *file,
                                BalanceProblems   *problems)
{
  g_autoptr(GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Reader reader = { .self = self, .file = file, .problems = problems, .headers = headers,
                    .n_base = self->fields->len };

  read_list (&reader, fields);
  if (fields == NULL || fields->type != BALANCE_YAML_SEQUENCE)
    return;

  for (guint i = 0; i < fields->n_items; i++)
    read_field (&reader, fields->items[i], computed_allowed);
  check_stages (&reader, fields);
}

void
balance_dictionary_read_stages (BalanceDictionary *self,
                                const BalanceYaml *stages,
                                const char        *file,
                                BalanceProblems   *problems)
{
  Reader reader = { .self = self, .file = file, .problems = problems };
  BalanceField *stage = balance_dictionary_find (self, "stage");
  guint n_known = stage->choices->len;

  read_list (&reader, stages);
  if (stages == NULL || stages->type != BALANCE_YAML_SEQUENCE)
    return;

  for (guint i = 0; i < stages->n_items; i++)
    {
      const BalanceYaml *item = stages->items[i];

      reader.id = NULL;
      if (item->type == BALANCE_YAML_MAPPING)
        read_stage (&reader, item, stage);
      else if (item->type != BALANCE_YAML_SCALAR)
        add_fault (&reader, item, &unknown_stage, "This is no stage.", "这不是学段。");
      else if (balance_field_find_choice (stage, item->text) < 0)
        add_fault (&reader, item, &unknown_stage, "The stage \"%s\" is not known.", "不认识学段“%s”。", item->text);
    }

  if (stage->choices->len > n_known)
    {
      reader.id = stage->id;
      check_spellings (&reader, stages, stage->choices);
    }
}

void
balance_dictionary_read_file (BalanceDictionary *self,
                              const BalanceYaml *root,
                              const char        *file,
                              BalanceProblems   *problems)
{
  static const char *const keys[] = { "units", "fields", "words", NULL };
  Reader reader = { .self = self, .file = file, .problems = problems };
  const BalanceYaml *units, *fields;

  if (root->type != BALANCE_YAML_MAPPING)
    {
      add_fault (&reader, root, &no_list, "This is no dictionary with units and fields.", "这不是包含 units 和 fields 的字典。");
      return;
    }

  balance_yaml_check_keys (root, keys, file, problems);
  units = balance_yaml_get (root, "units");
  fields = balance_yaml_get (root, "fields");
  if (fields == NULL)
    add_fault (&reader, root, &missing_key, "The list of fields is missing.", "缺少 fields（数据项列表）。");

  read_list (&reader, units);
  for (guint i = 0; units != NULL && units->type == BALANCE_YAML_SEQUENCE && i < units->n_items; i++)
    read_unit (&reader, units->items[i]);
  balance_dictionary_read_fields (self, fields, FALSE, file, problems);
  self->words = balance_words_read (balance_words_get_default (), balance_yaml_get (root, "words"), file, problems);
}
