/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an action makes of the facts: first all of it is worked out on the facts as they are, with everything that is
 * wrong, then all of it is done as one step, or nothing. */

#include <string.h>

#include "base/balance-number-private.h"
#include "census/balance-value-private.h"
#include "planning/balance-action-private.h"
#include "planning/balance-scenario-private.h"

#define NONE BALANCE_NO_ROW

/* A fact that is to be another one. Rows are handles of the reshaping, where there is one. */
typedef struct
{
  BalanceLevel  level;
  guint32       row;
  BalanceField *field;
  BalanceFact   fact;
} Put;

typedef struct
{
  BalanceAction   *action;
  BalanceScenario *scenario;
  BalanceFacts    *facts;
  BalanceProblems *problems;
  GHashTable      *failed_names;   /* nullable */
  BalanceReshape  *reshape;        /* nullable until rows change */
  GArray          *puts;           /* of Put */
  GHashTable      *index;          /* of Put (hashed by place) -> position + 1 */
  gboolean         failed;
  mpq_t            a, b, c;        /* to compute with */
} Apply;

#define BODY(apply, key) balance_yaml_get ((apply)->action->body, key)

#define ERROR(node, kind, ...) G_STMT_START { \
    apply->failed = TRUE; \
    balance_yaml_problem (node, apply->action->source->file, apply->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__); \
  } G_STMT_END

static BalanceReshape *
get_reshape (Apply *apply)
{
  if (apply->reshape == NULL)
    apply->reshape = balance_reshape_new (apply->facts);

  return apply->reshape;
}

/* -- names -------------------------------------------------------------------------------------------- */

/* An action that would have made this name has failed and said so. */
static gboolean
is_excused (Apply *apply, const char *name)
{
  if (apply->failed_names == NULL || !g_hash_table_contains (apply->failed_names, name))
    return FALSE;
  apply->failed = TRUE;

  return TRUE;
}

static guint32
find_district (Apply *apply, const BalanceYaml *node)
{
  BalanceFacts *facts = apply->facts;
  guint32 found = NONE;
  guint n_found = 0;

  if (node == NULL)
    {
      if (facts->districts.n_rows == 1)
        return 0;
      ERROR (apply->action->body, "missing-key", "the census has %u districts: say which with “district”", "数据含 %u 个县（市、区），请用 district 指明", facts->districts.n_rows);
      return NONE;
    }
  found = balance_facts_find_district (facts, node->text);
  if (found != NONE)
    return found;
  for (guint i = 0; i < facts->districts.n_rows; i++)
    if (strcmp (facts->district_names[i], node->text) == 0 && n_found++ == 0)
      found = i;
  if (n_found == 1)
    return found;
  if (n_found > 1)
    ERROR (node, "ambiguous-name", "%u districts are called “%s”; give the code", "有 %u 个县（市、区）名为“%s”，请写代码", n_found, node->text);
  else
    ERROR (node, "unknown-name", "the census has no district “%s”", "数据中没有县（市、区）“%s”", node->text);

  return NONE;
}

/* A school by what it was called before, in the only school that was. */
static guint32
find_former (BalanceFacts *facts, const char *district, const char *code)
{
  guint32 found = NONE;

  for (guint32 i = 0; facts->school_formers != NULL && i < facts->schools.n_rows; i++)
    for (guint32 k = facts->school_formers[i]; k < facts->school_formers[i + 1]; k++)
      if (strcmp (facts->formers[k].code, code) == 0 && (district == NULL || strcmp (facts->formers[k].district, district) == 0))
        {
          if (found != NONE && found != i)
            return NONE;
          found = i;
        }

  return found;
}

/* By code, by DISTRICT/CODE, by a code that it had, by a name that only one has. */
static guint32
look_for_school (Apply *apply, const BalanceYaml *node, const char *text)
{
  BalanceFacts *facts = apply->facts;
  const char *slash = strchr (text, '/');
  guint32 found = NONE, row;
  guint n_found = 0;

  for (guint d = 0; d < facts->districts.n_rows; d++)
    if ((row = balance_facts_find_school (facts, d, text)) != NONE && n_found++ == 0)
      found = row;
  if (n_found == 0 && slash != NULL)
    {
      g_autofree char *district = g_strndup (text, (gsize) (slash - text));

      if ((row = balance_facts_find_district (facts, district)) != NONE)
        found = balance_facts_find_school (facts, row, slash + 1);
      if (found == NONE)
        found = find_former (facts, district, slash + 1);
      if (found != NONE)
        return found;
    }
  if (n_found == 0 && (found = find_former (facts, NULL, text)) != NONE)
    return found;
  if (n_found == 0)
    for (guint32 i = 0; i < facts->schools.n_rows; i++)
      if (strcmp (facts->school_names[i], text) == 0 && n_found++ == 0)
        found = i;
  if (n_found == 1)
    return found;
  if (n_found > 1)
    ERROR (node, "ambiguous-name", "%u schools are called “%s”; write DISTRICT/SCHOOL with their codes", "有 %u 所学校名称或代码为“%s”，请写“区县代码/学校代码”", n_found, text);
  else if (!is_excused (apply, text))
    ERROR (node, "unknown-name", "the census has no school “%s”, by code or by name", "数据中没有代码或名称为“%s”的学校", text);

  return NONE;
}

/* Names mean the same until rows change, and the same actions are done and undone again and again. */
static guint32
find_school (Apply *apply, const BalanceYaml *node, const char *text)
{
  guint32 found = balance_scenario_recall_school (apply->scenario, text);

  if (found == NONE)
    {
      found = look_for_school (apply, node, text);
      if (found != NONE)
        balance_scenario_keep_school (apply->scenario, text, found);
    }

  return found;
}

static int
find_stage (Apply *apply, const BalanceYaml *node)
{
  BalanceDictionary *dictionary = apply->facts->dictionary;
  int stage = balance_field_match_choice (dictionary->identity[BALANCE_ID_STAGE], node->text, -1);

  if (stage < 0)
    ERROR (node, "unknown-name", "there is no stage “%s”", "没有学段“%s”", node->text);

  return stage;
}

static guint32
get_section (BalanceFacts *facts, guint32 school, int stage)
{
  for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
    if (facts->section_stage[facts->school_section_rows[k]] == stage)
      return facts->school_section_rows[k];

  return NONE;
}

static const char *
school_name (BalanceFacts *facts, guint32 school)
{
  return *facts->school_names[school] != '\0' ? facts->school_names[school] : facts->school_codes[school];
}

/* `stage` NULL: the only one that the school has. */
static guint32
find_section (Apply *apply, guint32 school, const BalanceYaml *stage, const BalanceYaml *at)
{
  BalanceFacts *facts = apply->facts;
  guint n = facts->school_sections[school + 1] - facts->school_sections[school];
  guint32 section;
  int number;

  if (stage == NULL)
    {
      if (n == 1)
        return facts->school_section_rows[facts->school_sections[school]];
      if (!is_excused (apply, at->type == BALANCE_YAML_SCALAR ? at->text : ""))
        ERROR (at, "missing-key", "%s has %u stages: say which with “stage”", "%s有 %u 个学段，请用 stage 指明", school_name (facts, school), n);
      return NONE;
    }
  number = find_stage (apply, stage);
  if (number < 0)
    return NONE;
  section = get_section (facts, school, number);
  if (section == NONE && !is_excused (apply, at->type == BALANCE_YAML_SCALAR ? at->text : ""))
    ERROR (stage, "unknown-name", "%s has no stage “%s”", "%s没有学段“%s”", school_name (facts, school), stage->text);

  return section;
}

static BalanceField *
find_field (Apply *apply, const BalanceYaml *node, const char *id)
{
  BalanceField *field = balance_dictionary_find (apply->facts->dictionary, id);

  if (field == NULL)
    ERROR (node, "unknown-name", "there is no field “%s”; see `balance fields`", "没有数据项“%s”，可用 balance fields 查看", id);
  else if (field->type == BALANCE_FIELD_TEXT || field == apply->facts->dictionary->identity[BALANCE_ID_STAGE] ||
           field == apply->facts->dictionary->identity[BALANCE_ID_YEAR])
    {
      ERROR (node, "type", "“%s” is no fact that an action can change; names and codes are changed with “recode”",
             "措施不能更改“%s”；名称和代码请用 recode 变更", id);
      field = NULL;
    }

  return field;
}

static gboolean
adds_up (const BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
}

/* -- facts -------------------------------------------------------------------------------------------- */

static guint
hash_put (gconstpointer key)
{
  const Put *put = key;

  return g_direct_hash (put->field) ^ (put->row * 2654435761u) ^ put->level;
}

static gboolean
equal_puts (gconstpointer a, gconstpointer b)
{
  const Put *x = a, *y = b;

  return x->field == y->field && x->row == y->row && x->level == y->level;
}

static BalanceFact
get_fact (Apply *apply, BalanceLevel level, guint32 row, BalanceField *field)
{
  const Put key = { .level = level, .row = row, .field = field };
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (apply->index, &key));
  const BalanceColumn *column = balance_facts_find_column (apply->facts, level, field->id);
  BalanceFact fact = { FALSE, FALSE, { 0, 0 }, 0 };

  if (at > 0)
    return g_array_index (apply->puts, Put, at - 1).fact;
  if (column != NULL && row < balance_facts_get_table (apply->facts, level)->n_rows && balance_column_is_valid (column, row))
    {
      fact.valid = TRUE;
      fact.value = (BalanceDecimal) { balance_column_get (column, row), balance_column_get_scale (column, row) };
    }

  return fact;
}

static void
put_fact (Apply *apply, BalanceLevel level, guint32 row, BalanceField *field, gboolean valid, BalanceDecimal value)
{
  Put put = { level, row, field, { valid, TRUE, { 0, 0 }, 0 } };
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (apply->index, &put));

  if (valid)
    put.fact.value = value;
  if (at > 0)
    {
      g_array_index (apply->puts, Put, at - 1).fact = put.fact;
      return;
    }
  g_array_append_val (apply->puts, put);
  g_hash_table_insert (apply->index, g_memdup2 (&put, sizeof put), GUINT_TO_POINTER (apply->puts->len));
}

static char *
describe_row (Apply *apply, BalanceLevel level, guint32 row)
{
  BalanceFacts *facts = apply->facts;

  if (row >= balance_facts_get_table (facts, level)->n_rows)
    return g_strdup ("");
  if (level == BALANCE_LEVEL_SECTION)
    return g_strdup (school_name (facts, facts->section_school[row]));
  if (level == BALANCE_LEVEL_SCHOOL)
    return g_strdup (school_name (facts, row));
  if (level == BALANCE_LEVEL_DISTRICT)
    return g_strdup (*facts->district_names[row] != '\0' ? facts->district_names[row] : facts->district_codes[row]);

  return g_strdup ("");
}

static gboolean
decimal_to_mpq (const BalanceDecimal *decimal, mpq_ptr value)
{
  mpz_set_si (mpq_numref (value), decimal->digits);
  mpz_ui_pow_ui (mpq_denref (value), 10, decimal->scale);
  mpq_canonicalize (value);

  return TRUE;
}

/* Rounded to so many decimals; FALSE beyond 18 digits. */
static gboolean
mpq_to_decimal (mpq_srcptr value, guint scale, BalanceRounding rounding, BalanceDecimal *decimal)
{
  mpz_t number, twice;
  gboolean fits;

  mpz_inits (number, twice, NULL);
  mpz_ui_pow_ui (number, 10, scale);
  mpz_mul (number, number, mpq_numref (value));
  switch (rounding)
    {
    case BALANCE_ROUNDING_CEIL:
      mpz_cdiv_q (number, number, mpq_denref (value));
      break;
    case BALANCE_ROUNDING_FLOOR:
      mpz_fdiv_q (number, number, mpq_denref (value));
      break;
    case BALANCE_ROUNDING_NEAREST:
    default:
      /* half away from zero */
      mpz_mul_2exp (number, number, 1);
      mpz_mul_2exp (twice, mpq_denref (value), 1);
      if (mpz_sgn (number) >= 0)
        mpz_add (number, number, mpq_denref (value));
      else
        mpz_sub (number, number, mpq_denref (value));
      mpz_tdiv_q (number, number, twice);
      break;
    }
  fits = mpz_cmp_si (number, G_GINT64_CONSTANT (999999999999999999)) <= 0 && mpz_cmp_si (number, -G_GINT64_CONSTANT (999999999999999999)) >= 0;
  if (fits)
    *decimal = (BalanceDecimal) { mpz_get_si (number), scale };
  mpz_clears (number, twice, NULL);

  return fits;
}

/* FALSE beyond 18 digits. */
static gboolean
add_decimals (const BalanceDecimal *a, const BalanceDecimal *b, BalanceDecimal *sum)
{
  const gint64 most = G_GINT64_CONSTANT (999999999999999999);
  guint scale = MAX (a->scale, b->scale);
  gint64 x, y;

  if (scale > 18 || __builtin_mul_overflow (a->digits, balance_power_of_ten (scale - a->scale), &x) ||
      __builtin_mul_overflow (b->digits, balance_power_of_ten (scale - b->scale), &y) || __builtin_add_overflow (x, y, &x) || x > most || x < -most)
    return FALSE;
  *sum = (BalanceDecimal) { x, (guint8) scale };

  return TRUE;
}

/* So much more of a fact, exactly; missing stays missing. */
static void
add_to_fact (Apply *apply, const BalanceYaml *at, BalanceLevel level, guint32 row, BalanceField *field, const BalanceDecimal *amount)
{
  BalanceFact fact = get_fact (apply, level, row, field);
  BalanceDecimal sum, change = *amount;
  BalanceFault fault;

  if (!fact.valid)
    return;
  if (!add_decimals (&fact.value, &change, &sum))
    {
      ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
      return;
    }
  fault = balance_value_check (field, &sum);
  if (fault == BALANCE_FAULT_NEGATIVE)
    {
      g_autofree char *subject = describe_row (apply, level, row), *have = NULL, *less = NULL;
      BalanceDecimal there = fact.value;

      balance_decimal_normalize (&there);
      have = balance_decimal_to_string (&there);
      change.digits = -change.digits;
      balance_decimal_normalize (&change);
      less = balance_decimal_to_string (&change);
      apply->failed = TRUE;
      {
        const BalancePlace place = { .file = apply->action->source->file, .row = at->line, .column = at->column, .field = field->id, .found = have };
        BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

        message.en = g_strdup_printf ("%s of %s would fall below zero: there are %s, and %s are taken away",
                                      balance_text_get (&field->title, BALANCE_LANGUAGE_EN), subject, have, less);
        message.zh = g_strdup_printf ("%s的%s将低于零：现有 %s，减少 %s", subject, balance_text_get (&field->title, BALANCE_LANGUAGE_ZH), have, less);
        balance_text_set (&remedy, "take less, or check which school it is", "请减少数量，或核对学校");
        balance_problems_add (apply->problems, BALANCE_SEVERITY_ERROR, "below-zero", &place, &message, NULL, &remedy);
      }
      return;
    }
  if (fault != BALANCE_FAULT_NONE)
    {
      g_autofree char *found = balance_decimal_to_string (&sum);
      const BalancePlace place = { .file = apply->action->source->file, .row = at->line, .column = at->column, .field = field->id, .found = found };

      apply->failed = TRUE;
      balance_value_report (fault, field, BALANCE_SEVERITY_ERROR, &place, apply->problems);
      return;
    }
  put_fact (apply, level, row, field, TRUE, sum);
}

/* Where a fact of a school or section stands: the section's own part of what the school has, if it has one. */
static gboolean
locate (Apply *apply, BalanceField *field, guint32 school, guint32 section, BalanceLevel *level, guint32 *row)
{
  *level = field->level;
  *row = field->level == BALANCE_LEVEL_SECTION ? section : school;
  if (field->level == BALANCE_LEVEL_SECTION)
    return section != NONE;
  if (field->level != BALANCE_LEVEL_SCHOOL)
    return FALSE;
  if (section == NONE && apply->facts->school_sections[school + 1] - apply->facts->school_sections[school] == 1)
    section = apply->facts->school_section_rows[apply->facts->school_sections[school]];
  if (section != NONE && balance_field_is_shared (field) && !get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field).valid &&
      get_fact (apply, BALANCE_LEVEL_SECTION, section, field).valid)
    {
      *level = BALANCE_LEVEL_SECTION;
      *row = section;
    }

  return TRUE;
}

/* -- set, add, clear ---------------------------------------------------------------------------------- */

/* Of whom `facts` tells: what is not known is found out when the first field needs it. */
typedef struct
{
  const BalanceYaml *district_node, *school_node, *stage_node;
  guint32            district, school, section;
  gboolean           tried_district, tried_section;
} Subject;

static void
begin_subject (Apply *apply, Subject *subject)
{
  *subject = (Subject) { BODY (apply, "district"), BODY (apply, "school"), BODY (apply, "stage"), NONE, NONE, NONE, FALSE, FALSE };
  if (subject->school_node != NULL)
    subject->school = find_school (apply, subject->school_node, subject->school_node->text);
}

static gboolean
find_row (Apply *apply, Subject *subject, BalanceField *field, const BalanceYaml *at, BalanceLevel *level, guint32 *row)
{
  *level = field->level;
  *row = NONE;
  switch (field->level)
    {
    case BALANCE_LEVEL_REGION:
      *row = 0;
      break;

    case BALANCE_LEVEL_DISTRICT:
      if (!subject->tried_district)
        subject->district = find_district (apply, subject->district_node);
      subject->tried_district = TRUE;
      *row = subject->district;
      break;

    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
    case BALANCE_LEVEL_STAGE:
    default:
      if (subject->school == NONE && subject->school_node == NULL)
        {
          ERROR (at, "missing-key", "“%s” is a fact of a school: say which with “school”", "“%s”是学校的数据，请用 school 指明学校", field->id);
          return FALSE;
        }
      if (subject->school == NONE)
        return FALSE;
      if (field->level == BALANCE_LEVEL_SECTION && subject->section == NONE && subject->school >= apply->facts->schools.n_rows)
        {
          ERROR (at, "level", "“%s” is a fact of a stage: give it under “stages”", "“%s”是学段的数据，请写在 stages 中", field->id);
          return FALSE;
        }
      if (!subject->tried_section && (field->level == BALANCE_LEVEL_SECTION || subject->stage_node != NULL) && subject->section == NONE)
        {
          subject->section = find_section (apply, subject->school, subject->stage_node, subject->school_node);
          subject->tried_section = TRUE;
        }
      if (field->level == BALANCE_LEVEL_SECTION || (subject->stage_node != NULL && balance_field_is_shared (field)))
        {
          *level = BALANCE_LEVEL_SECTION;
          *row = subject->section;
        }
      else
        *row = subject->school;
      break;
    }

  return *row != NONE;
}

static void
set_fact (Apply *apply, Subject *subject, const BalanceYaml *key, const BalanceYaml *value)
{
  BalanceField *field = find_field (apply, key, key->text);
  const char *text = value->text;
  gsize length = strlen (text);
  BalanceDecimal number;
  BalanceFault fault;
  BalanceLevel level;
  guint32 row;

  if (field == NULL || !find_row (apply, subject, field, key, &level, &row))
    return;
  if (balance_value_trim (&text, &length))
    {
      ERROR (value, "empty-value", "“%s” has no value; to make it missing use “clear”", "“%s”没有值；要设为缺失请用 clear", field->id);
      return;
    }
  fault = balance_value_parse (field, text, length, NULL, &number);
  if (fault != BALANCE_FAULT_NONE)
    {
      const BalancePlace place = { .file = apply->action->source->file, .row = value->line, .column = value->column, .field = field->id, .found = value->text };

      apply->failed = TRUE;
      balance_value_report (fault, field, BALANCE_SEVERITY_ERROR, &place, apply->problems);
      return;
    }
  put_fact (apply, level, row, field, TRUE, number);
}

static void
set_facts (Apply *apply, Subject *subject, const BalanceYaml *facts)
{
  for (guint i = 0; facts != NULL && i < facts->n_items; i++)
    set_fact (apply, subject, facts->keys[i], facts->items[i]);
}

static void
plan_add (Apply *apply)
{
  const BalanceYaml *facts = BODY (apply, "facts");
  Subject subject;

  begin_subject (apply, &subject);
  for (guint i = 0; i < facts->n_items; i++)
    {
      BalanceField *field = find_field (apply, facts->keys[i], facts->keys[i]->text);
      BalanceDecimal amount = { 0, 0 };
      BalanceLevel level;
      guint32 row;

      if (field == NULL || !find_row (apply, &subject, field, facts->keys[i], &level, &row))
        continue;
      if (field->type > BALANCE_FIELD_SHARE)
        {
          ERROR (facts->keys[i], "type", "“%s” is no number; use “set”", "“%s”不是数，请用 set", field->id);
          continue;
        }
      balance_decimal_parse (facts->items[i]->text, -1, &amount);
      add_to_fact (apply, facts->items[i], level, row, field, &amount);
    }
}

static void
plan_clear (Apply *apply)
{
  const BalanceYaml *fields = BODY (apply, "fields");
  Subject subject;

  begin_subject (apply, &subject);
  for (guint i = 0; i < MAX (1, fields->n_items); i++)
    {
      const BalanceYaml *node = fields->type == BALANCE_YAML_SEQUENCE ? fields->items[i] : fields;
      BalanceField *field = find_field (apply, node, node->text);
      BalanceLevel level;
      guint32 row;

      if (field != NULL && find_row (apply, &subject, field, node, &level, &row))
        put_fact (apply, level, row, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

/* -- move --------------------------------------------------------------------------------------------- */

/* A field of a bundle as the census has it; NULL: passed over. */
static BalanceField *
find_bundle_field (Apply *apply, const BalanceYaml *at, const BalanceBundleItem *item)
{
  BalanceField *field = balance_dictionary_find (apply->facts->dictionary, item->field);

  if (field == NULL)
    {
      ERROR (at, "unknown-name", "the bundle names a field “%s” that there is not", "组合中的数据项“%s”不存在", item->field);
      return NULL;
    }
  if (!adds_up (field) || (field->level != BALANCE_LEVEL_SECTION && field->level != BALANCE_LEVEL_SCHOOL))
    {
      ERROR (at, "type", "“%s” is no count or amount of a school or section, so it cannot move", "“%s”不是学校或学段的数量，不能划转", item->field);
      return NULL;
    }
  if (balance_facts_find_column (apply->facts, BALANCE_LEVEL_SECTION, field->id) == NULL &&
      balance_facts_find_column (apply->facts, BALANCE_LEVEL_SCHOOL, field->id) == NULL)
    return NULL;

  return field;
}

typedef struct
{
  guint32 school, section;      /* section NONE: not needed */
} Place;

/* `amount` NULL: nobody knows how much. */
static void
move_amount (Apply *apply, const BalanceYaml *at, BalanceField *field, const Place *from, const Place *to, const BalanceDecimal *amount)
{
  BalanceLevel from_level, to_level;
  guint32 from_row, to_row;
  BalanceDecimal less;

  if (!locate (apply, field, from->school, from->section, &from_level, &from_row) ||
      !locate (apply, field, to->school, to->section, &to_level, &to_row))
    return;
  if (amount == NULL)
    {
      put_fact (apply, to_level, to_row, field, FALSE, (BalanceDecimal) { 0, 0 });
      return;
    }
  less = (BalanceDecimal) { -amount->digits, amount->scale };
  add_to_fact (apply, at, from_level, from_row, field, &less);
  add_to_fact (apply, at, to_level, to_row, field, amount);
}

static gboolean
needs_sections (Apply *apply, const BalanceBundle *bundle, const BalanceYaml *amounts)
{
  guint n = bundle != NULL ? bundle->items->len : amounts->n_items;

  for (guint i = 0; i < n; i++)
    {
      const char *id = bundle != NULL ? g_array_index (bundle->items, BalanceBundleItem, i).field : amounts->keys[i]->text;
      BalanceField *field = balance_dictionary_find (apply->facts->dictionary, id);

      if (field != NULL && field->level == BALANCE_LEVEL_SECTION)
        return TRUE;
    }

  return FALSE;
}

static void
move_bundle (Apply *apply, const BalanceBundle *bundle, const Place *from, const Place *to)
{
  const BalanceYaml *at = BODY (apply, "number");
  BalanceDecimal number = { 0, 0 };
  mpq_t share;                 /* what is taken of the first field; 0 where there is none of it */
  gboolean known = FALSE;

  balance_decimal_parse (at->text, -1, &number);
  mpq_init (share);
  for (guint i = 0; i < bundle->items->len; i++)
    {
      const BalanceBundleItem *item = &g_array_index (bundle->items, BalanceBundleItem, i);
      BalanceField *field = find_bundle_field (apply, at, item);
      BalanceDecimal amount;
      BalanceLevel level;
      guint32 row;
      BalanceFact there;

      if (field == NULL || item->kind == BALANCE_BUNDLE_WHOLE || !locate (apply, field, from->school, from->section, &level, &row))
        continue;
      there = get_fact (apply, level, row, field);
      if (item->kind == BALANCE_BUNDLE_PART)
        {
          if (known && there.valid)
            {
              decimal_to_mpq (&there.value, apply->a);
              mpq_mul (apply->a, apply->a, share);
            }
          if (known && there.valid && mpq_to_decimal (apply->a, there.value.scale, BALANCE_ROUNDING_NEAREST, &amount))
            move_amount (apply, at, field, from, to, &amount);
          else
            move_amount (apply, at, field, from, to, NULL);
          continue;
        }
      decimal_to_mpq (&number, apply->a);
      decimal_to_mpq (&item->number, apply->b);
      mpq_mul (apply->a, apply->a, apply->b);
      if (i == 0 && there.valid)
        {
          decimal_to_mpq (&there.value, apply->b);
          known = TRUE;
          if (mpq_sgn (apply->b) != 0)
            mpq_div (share, apply->a, apply->b);
        }
      if (!mpq_to_decimal (apply->a, number.scale + item->number.scale, BALANCE_ROUNDING_NEAREST, &amount))
        {
          ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
          continue;
        }
      balance_decimal_normalize (&amount);
      if (field->type == BALANCE_FIELD_COUNT && amount.scale > 0)
        {
          ERROR (at, "not-whole", "“%s” is counted in whole things", "“%s”只能是整数", field->id);
          continue;
        }
      move_amount (apply, at, field, from, to, &amount);
    }
  mpq_clear (share);
}

static void
plan_move (Apply *apply)
{
  const BalanceYaml *from_node = BODY (apply, "from"), *to_node = BODY (apply, "to"), *stage = BODY (apply, "stage"), *to_stage = BODY (apply, "to_stage");
  const BalanceYaml *amounts = BODY (apply, "amounts"), *bundle_node = BODY (apply, "bundle");
  const BalanceBundle *bundle = bundle_node != NULL ? balance_bundles_find (apply->action->source->bundles, bundle_node->text) : NULL;
  Place from = { find_school (apply, from_node, from_node->text), NONE }, to = { find_school (apply, to_node, to_node->text), NONE };
  gboolean sections = needs_sections (apply, bundle, amounts) || stage != NULL || to_stage != NULL;

  if (from.school != NONE && sections)
    from.section = find_section (apply, from.school, stage, from_node);
  if (to.school != NONE && sections)
    {
      if (to_stage == NULL && stage == NULL && from.section != NONE)
        {
          to.section = get_section (apply->facts, to.school, apply->facts->section_stage[from.section]);
          if (to.section == NONE && !is_excused (apply, to_node->text))
            ERROR (to_node, "unknown-name", "%s has not the stage of %s; name the stages", "%2$s的学段在%1$s中没有，请写明学段",
                   school_name (apply->facts, to.school), school_name (apply->facts, from.school));
        }
      else if (to_stage != NULL || stage != NULL)
        to.section = find_section (apply, to.school, to_stage != NULL ? to_stage : stage, to_node);
    }
  if (from.school == NONE || to.school == NONE || (sections && (from.section == NONE || to.section == NONE)))
    return;
  if (from.school == to.school && from.section == to.section)
    {
      ERROR (to_node, "same-school", "giver and receiver are the same", "划出方与接收方相同");
      return;
    }

  if (bundle != NULL)
    move_bundle (apply, bundle, &from, &to);
  for (guint i = 0; amounts != NULL && i < amounts->n_items; i++)
    {
      const BalanceBundleItem item = { .field = amounts->keys[i]->text };
      BalanceField *field = find_field (apply, amounts->keys[i], amounts->keys[i]->text);
      BalanceDecimal amount = { 0, 0 };

      if (field == NULL)
        continue;
      field = find_bundle_field (apply, amounts->keys[i], &item);
      if (field == NULL)
        continue;
      balance_decimal_parse (amounts->items[i]->text, -1, &amount);
      balance_decimal_normalize (&amount);
      if (field->type == BALANCE_FIELD_COUNT && amount.scale > 0)
        ERROR (amounts->items[i], "not-whole", "“%s” is counted in whole things", "“%s”只能是整数", field->id);
      else
        move_amount (apply, amounts->items[i], field, &from, &to, &amount);
    }
}

/* -- other districts, other codes --------------------------------------------------------------------- */

/* Schools that an action names, each once. */
static GArray *
find_schools (Apply *apply, const BalanceYaml *node)
{
  GArray *schools = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < MAX (1, node->n_items); i++)
    {
      const BalanceYaml *item = node->type == BALANCE_YAML_SEQUENCE ? node->items[i] : node;
      guint32 school = find_school (apply, item, item->text);
      gboolean twice = FALSE;

      for (guint k = 0; k < schools->len; k++)
        twice = twice || (school != NONE && g_array_index (schools, guint32, k) == school);
      if (twice)
        ERROR (item, "same-school", "“%s” is named twice", "“%s”重复", item->text);
      else if (school != NONE)
        g_array_append_val (schools, school);
    }

  return schools;
}

static void
plan_hand_over (Apply *apply)
{
  const BalanceYaml *to = BODY (apply, "to"), *schools_node = BODY (apply, "schools");
  g_autoptr (GArray) schools = find_schools (apply, schools_node);
  guint32 district = find_district (apply, to);
  BalanceFacts *facts = apply->facts;

  for (guint i = 0; i < schools->len && district != NONE; i++)
    {
      guint32 school = g_array_index (schools, guint32, i);
      Subject subject = { .school_node = to, .district = district, .school = school, .section = NONE, .tried_district = TRUE };

      if (facts->school_district[school] == district)
        ERROR (schools_node, "same-district", "%s is in that district already", "%s已属于该县（市、区）", school_name (facts, school));
      else if (balance_facts_find_school (facts, district, facts->school_codes[school]) != NONE)
        ERROR (schools_node, "code-taken", "that district has a school of the code “%s” already; use “recode” first", "该县（市、区）已有代码为“%s”的学校，请先用 recode 变更代码",
               facts->school_codes[school]);
      for (guint k = 0; k < i; k++)
        if (strcmp (facts->school_codes[school], facts->school_codes[g_array_index (schools, guint32, k)]) == 0)
          ERROR (schools_node, "code-taken", "two of the schools have the code “%s”; use “recode” first", "其中两所学校的代码同为“%s”，请先用 recode 变更代码",
                 facts->school_codes[school]);
      balance_reshape_move_school (get_reshape (apply), school, district);
      set_facts (apply, &subject, BODY (apply, "facts"));
    }
}

static void
plan_recode (Apply *apply)
{
  const BalanceYaml *node = BODY (apply, "school"), *code = BODY (apply, "code"), *name = BODY (apply, "name");
  guint32 school = find_school (apply, node, node->text);

  if (school == NONE)
    return;
  if (code != NULL && balance_facts_find_school (apply->facts, apply->facts->school_district[school], code->text) != NONE)
    {
      ERROR (code, "code-taken", "the district has a school of the code “%s” already", "该县（市、区）已有代码为“%s”的学校", code->text);
      return;
    }
  balance_reshape_rename_school (get_reshape (apply), school, code != NULL ? code->text : NULL, name != NULL ? name->text : NULL);
}

/* -- merging ------------------------------------------------------------------------------------------ */

/* What one section has another gets on top of what it has, field by field. */
static void
add_sections (Apply *apply, guint32 from, guint32 to)
{
  const BalanceTable *table = &apply->facts->sections;

  for (guint i = 0; i < table->columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (table->columns, i))->field;
      BalanceFact theirs, ours;

      if (!adds_up (field))
        continue;
      theirs = get_fact (apply, BALANCE_LEVEL_SECTION, from, field);
      ours = get_fact (apply, BALANCE_LEVEL_SECTION, to, field);
      if (theirs.valid && ours.valid)
        add_to_fact (apply, apply->action->body, BALANCE_LEVEL_SECTION, to, field, &theirs.value);
      else if (theirs.valid != ours.valid)
        put_fact (apply, BALANCE_LEVEL_SECTION, to, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

/* What a school has of an amount: as a whole, or as parts of its sections that are all known. */
static BalanceFact
get_whole (Apply *apply, guint32 school, BalanceField *field)
{
  BalanceFacts *facts = apply->facts;
  BalanceFact fact = get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
  guint scale = 0;

  if (fact.valid || facts->school_sections[school] == facts->school_sections[school + 1])
    return fact;
  mpq_set_ui (apply->c, 0, 1);
  for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
    {
      BalanceFact part = get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field);

      if (!part.valid)
        return fact;
      decimal_to_mpq (&part.value, apply->a);
      mpq_add (apply->c, apply->c, apply->a);
      scale = MAX (scale, part.value.scale);
    }
  fact.valid = mpq_to_decimal (apply->c, scale, BALANCE_ROUNDING_NEAREST, &fact.value);

  return fact;
}

/* Amounts that schools have as a whole. Where one of two has them so, the sum stands so too, and no parts of it. */
static void
merge_wholes (Apply *apply, guint32 school, guint32 into)
{
  BalanceFacts *facts = apply->facts;

  for (guint i = 0; i < facts->schools.columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (facts->schools.columns, i))->field;
      const guint32 both[] = { into, school };
      BalanceFact ours, theirs;
      gboolean parts[2] = { FALSE, FALSE };

      if (!balance_field_is_shared (field))
        continue;
      ours = get_fact (apply, BALANCE_LEVEL_SCHOOL, into, field);
      theirs = get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
      for (guint s = 0; s < 2; s++)
        for (guint32 k = facts->school_sections[both[s]]; k < facts->school_sections[both[s] + 1]; k++)
          parts[s] = parts[s] || get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field).valid;
      /* parts of both are added by stage */
      if (!ours.valid && !theirs.valid && parts[0] == parts[1])
        continue;
      ours = get_whole (apply, into, field);
      theirs = get_whole (apply, school, field);
      if (ours.valid && theirs.valid)
        {
          put_fact (apply, BALANCE_LEVEL_SCHOOL, into, field, TRUE, ours.value);
          add_to_fact (apply, apply->action->body, BALANCE_LEVEL_SCHOOL, into, field, &theirs.value);
        }
      else
        put_fact (apply, BALANCE_LEVEL_SCHOOL, into, field, FALSE, (BalanceDecimal) { 0, 0 });
      for (guint s = 0; s < 2 && parts[0] != parts[1]; s++)
        for (guint32 k = facts->school_sections[both[s]]; k < facts->school_sections[both[s] + 1]; k++)
          if (get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field).valid)
            put_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

static void
plan_merge (Apply *apply)
{
  const BalanceYaml *into_node = BODY (apply, "into"), *schools_node = BODY (apply, "schools");
  g_autoptr (GArray) schools = find_schools (apply, schools_node);
  guint32 into = find_school (apply, into_node, into_node->text);
  BalanceFacts *facts = apply->facts;
  guint n_stages = balance_dictionary_get_n_stages (facts->dictionary);
  g_autofree guint32 *sections = g_new (guint32, n_stages + 1);
  Subject subject = { .school_node = into_node, .school = into, .section = NONE };

  if (into == NONE)
    return;
  for (guint i = 0; i < n_stages; i++)
    sections[i] = get_section (facts, into, (int) i);
  for (guint i = 0; i < schools->len; i++)
    {
      guint32 school = g_array_index (schools, guint32, i);

      if (school == into)
        {
          ERROR (schools_node, "same-school", "%s cannot be merged into itself", "%s不能并入自身", school_name (facts, school));
          continue;
        }
      merge_wholes (apply, school, into);
      for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
        {
          guint32 section = facts->school_section_rows[k], *own = &sections[facts->section_stage[section]];

          if (*own == NONE)
            {
              balance_reshape_take_section (get_reshape (apply), into, section);
              *own = section;
            }
          else
            add_sections (apply, section, *own);
        }
      balance_reshape_remove_school (get_reshape (apply), school, (int) into);
    }
  set_facts (apply, &subject, BODY (apply, "facts"));
}

/* -- shares ------------------------------------------------------------------------------------------- */

typedef struct
{
  guint  at;
  mpq_t  rest;
} Remainder;

static int
compare_remainders (gconstpointer a, gconstpointer b)
{
  const Remainder *x = a, *y = b;
  int order = mpq_cmp (y->rest, x->rest);

  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Exact parts, in steps of 10^-scale, that make up `total` together: each its whole steps, the rest by largest remainder.
 * FALSE beyond 18 digits. */
static gboolean
share_out (const BalanceDecimal *total, mpq_t *exact, guint n, guint scale, BalanceDecimal *parts)
{
  g_autofree Remainder *order = g_new (Remainder, n + 1);
  gint64 left = total->digits;
  gboolean fits = TRUE;
  mpq_t step;

  mpq_init (step);
  mpz_ui_pow_ui (mpq_denref (step), 10, scale);
  for (guint i = 0; i < n; i++)
    {
      order[i].at = i;
      mpq_init (order[i].rest);
      parts[i] = (BalanceDecimal) { 0, scale };
      fits = fits && mpq_to_decimal (exact[i], scale, BALANCE_ROUNDING_FLOOR, &parts[i]);
      left -= parts[i].digits;
      mpz_set_si (mpq_numref (step), parts[i].digits);
      mpz_ui_pow_ui (mpq_denref (step), 10, scale);
      mpq_canonicalize (step);
      mpq_sub (order[i].rest, exact[i], step);
    }
  qsort (order, n, sizeof (Remainder), compare_remainders);
  for (guint i = 0; fits && i < n && left > 0; i++, left--)
    parts[order[i].at].digits++;
  for (guint i = 0; i < n; i++)
    mpq_clear (order[i].rest);
  mpq_clear (step);

  return fits;
}

/* -- closing ------------------------------------------------------------------------------------------ */

/* What one place has of a field goes to others by shares. */
static void
give_away (Apply *apply, const BalanceYaml *to, BalanceField *field, const BalanceFact *there, const Place *receivers)
{
  guint n = to->n_items;
  g_autofree BalanceDecimal *parts = g_new0 (BalanceDecimal, n + 1);
  g_autofree mpq_t *exact = g_new (mpq_t, n + 1);
  gboolean fits = TRUE;

  for (guint i = 0; i < n; i++)
    mpq_init (exact[i]);
  if (there->valid)
    {
      decimal_to_mpq (&there->value, apply->a);
      for (guint i = 0; i < n; i++)
        {
          balance_action_parse_ratio (to->items[i]->text, apply->b);
          mpq_mul (exact[i], apply->a, apply->b);
        }
      fits = share_out (&there->value, exact, n, there->value.scale, parts);
    }
  for (guint i = 0; i < n; i++)
    {
      BalanceLevel level;
      guint32 row;

      mpq_clear (exact[i]);
      if (receivers[i].school == NONE || !locate (apply, field, receivers[i].school, receivers[i].section, &level, &row))
        continue;
      if (there->valid && fits)
        add_to_fact (apply, to->items[i], level, row, field, &parts[i]);
      else
        put_fact (apply, level, row, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

/* The fields of a bundle or list, as the census has them. */
static GPtrArray *
list_fields (Apply *apply, const BalanceYaml *node)
{
  const BalanceYaml *bundle_node = balance_yaml_get (node, "bundle"), *fields = balance_yaml_get (node, "fields");
  GPtrArray *list = g_ptr_array_new ();

  if (bundle_node != NULL)
    {
      const BalanceBundle *bundle = balance_bundles_find (apply->action->source->bundles, bundle_node->text);

      for (guint i = 0; i < bundle->items->len; i++)
        {
          BalanceField *field = find_bundle_field (apply, bundle_node, &g_array_index (bundle->items, BalanceBundleItem, i));

          if (field != NULL)
            g_ptr_array_add (list, field);
        }
      return list;
    }
  for (guint i = 0; i < MAX (1, fields->n_items); i++)
    {
      const BalanceYaml *item = fields->type == BALANCE_YAML_SEQUENCE ? fields->items[i] : fields;
      const BalanceBundleItem one = { .field = item->text };
      BalanceField *field = find_field (apply, item, item->text);

      field = field != NULL ? find_bundle_field (apply, item, &one) : NULL;
      if (field != NULL)
        g_ptr_array_add (list, field);
    }

  return list;
}

/* One entry of `give`, for all sections that it tells of. */
static void
plan_give (Apply *apply, const BalanceYaml *give, guint32 school, const guint32 *closing, guint n_closing, gboolean whole, GHashTable *given)
{
  BalanceFacts *facts = apply->facts;
  const BalanceYaml *to = balance_yaml_get (give, "to"), *stage_node = balance_yaml_get (give, "stage");
  g_autoptr (GPtrArray) fields = list_fields (apply, give);
  g_autofree Place *receivers = g_new (Place, to->n_items + 1);
  int stage = stage_node != NULL ? find_stage (apply, stage_node) : -1;

  for (guint i = 0; i < to->n_items; i++)
    {
      receivers[i] = (Place) { find_school (apply, to->keys[i], to->keys[i]->text), NONE };
      if (receivers[i].school == school)
        ERROR (to->keys[i], "same-school", "a school that closes can receive nothing", "被撤销的学校不能作为接收方");
    }
  if (stage_node != NULL && stage < 0)
    return;
  if (stage_node != NULL && get_section (facts, school, stage) == NONE)
    {
      ERROR (stage_node, "unknown-name", "%s has no stage “%s”", "%s没有学段“%s”", school_name (facts, school), stage_node->text);
      return;
    }

  for (guint f = 0; f < fields->len; f++)
    {
      BalanceField *field = g_ptr_array_index (fields, f);
      BalanceFact fact;
      Put key;

      for (guint s = 0; s < n_closing; s++)
        {
          if (stage >= 0 && facts->section_stage[closing[s]] != stage)
            continue;
          fact = get_fact (apply, BALANCE_LEVEL_SECTION, closing[s], field);
          if (field->level != BALANCE_LEVEL_SECTION && !fact.valid)
            continue;
          for (guint i = 0; i < to->n_items; i++)
            if (receivers[i].school != NONE)
              {
                receivers[i].section = get_section (facts, receivers[i].school, facts->section_stage[closing[s]]);
                if (receivers[i].section == NONE && f == 0 && !is_excused (apply, to->keys[i]->text))
                  ERROR (to->keys[i], "unknown-name", "%s has not the stage of what it is to get; say with “stage” what goes where", "%s没有相应学段，请用 stage 写明各学段的去向",
                         school_name (facts, receivers[i].school));
              }
          key = (Put) { .level = BALANCE_LEVEL_SECTION, .row = closing[s], .field = field };
          if (!g_hash_table_add (given, g_memdup2 (&key, sizeof key)))
            ERROR (give, "given-twice", "“%s” is given away twice", "“%s”的去向重复", field->id);
          give_away (apply, to, field, &fact, receivers);
        }
      if (field->level == BALANCE_LEVEL_SCHOOL && whole)
        {
          for (guint i = 0; i < to->n_items; i++)
            receivers[i].section = NONE;
          fact = get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
          if (fact.valid)
            give_away (apply, to, field, &fact, receivers);
        }
    }
}

/* What a bundle says must not be lost has to go somewhere. */
static void
check_conserved (Apply *apply, const guint32 *closing, guint n_closing, GHashTable *given)
{
  GPtrArray *lists[] = { apply->action->source->bundles->list, balance_bundles_get_shipped ()->list };

  for (guint l = 0; l < (lists[0] == lists[1] ? 1 : 2); l++)
    for (guint i = 0; i < lists[l]->len; i++)
      {
        const BalanceBundle *bundle = g_ptr_array_index (lists[l], i);
        BalanceField *field = balance_dictionary_find (apply->facts->dictionary, g_array_index (bundle->items, BalanceBundleItem, 0).field);

        if (!bundle->conserved || field == NULL || field->level != BALANCE_LEVEL_SECTION ||
            balance_bundles_find (apply->action->source->bundles, bundle->id) != bundle)
          continue;
        for (guint s = 0; s < n_closing; s++)
          {
            const Put key = { .level = BALANCE_LEVEL_SECTION, .row = closing[s], .field = field };
            BalanceFact fact = get_fact (apply, BALANCE_LEVEL_SECTION, closing[s], field);
            g_autofree char *amount = NULL;

            if (!fact.valid || fact.value.digits == 0 || g_hash_table_contains (given, &key))
              continue;
            amount = balance_decimal_to_string (&fact.value);
            ERROR (BODY (apply, "school"), "nowhere-to-go", "nobody gets the %1$s of “%2$s” that %3$s has; say who with “give”", "%3$s的“%2$s”（%1$s）没有去向，请用 give 写明",
                   amount, field->id, school_name (apply->facts, apply->facts->section_school[closing[s]]));
          }
      }
}

static void
plan_close (Apply *apply)
{
  const BalanceYaml *node = BODY (apply, "school"), *stage = BODY (apply, "stage"), *give = BODY (apply, "give");
  guint32 school = find_school (apply, node, node->text);
  BalanceFacts *facts = apply->facts;
  g_autoptr (GArray) closing = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) given = g_hash_table_new_full (hash_put, equal_puts, g_free, NULL);
  gboolean whole;

  if (school == NONE)
    return;
  if (stage != NULL)
    {
      guint32 section = find_section (apply, school, stage, node);

      if (section == NONE)
        return;
      g_array_append_val (closing, section);
    }
  else
    g_array_append_vals (closing, facts->school_section_rows + facts->school_sections[school], facts->school_sections[school + 1] - facts->school_sections[school]);
  whole = closing->len == facts->school_sections[school + 1] - facts->school_sections[school];

  for (guint i = 0; give != NULL && i < give->n_items; i++)
    plan_give (apply, give->items[i], school, (const guint32 *) (gpointer) closing->data, closing->len, whole, given);
  check_conserved (apply, (const guint32 *) (gpointer) closing->data, closing->len, given);
  if (apply->failed)
    return;

  if (whole)
    balance_reshape_remove_school (get_reshape (apply), school, -1);
  else
    balance_reshape_remove_section (get_reshape (apply), g_array_index (closing, guint32, 0));
}

/* -- opening ------------------------------------------------------------------------------------------ */

static void
add_stages (Apply *apply, guint32 handle, guint32 school)
{
  const BalanceYaml *stages = BODY (apply, "stages");
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < stages->n_items; i++)
    {
      int stage = find_stage (apply, stages->keys[i]);
      Subject subject = { .school_node = stages->keys[i], .stage_node = stages->keys[i], .school = handle, .tried_section = TRUE };

      if (stage < 0)
        continue;
      if (!g_hash_table_add (seen, GINT_TO_POINTER (stage)) || (school != NONE && get_section (apply->facts, school, stage) != NONE))
        {
          ERROR (stages->keys[i], "same-stage", "the school has the stage “%s” already", "该校已有学段“%s”", stages->keys[i]->text);
          continue;
        }
      subject.section = balance_reshape_add_section (get_reshape (apply), handle, (guint) stage);
      set_facts (apply, &subject, stages->items[i]);
    }
}

/* What describes a school and does not add up. */
static void
copy_description (Apply *apply, guint32 from, guint32 handle)
{
  const BalanceTable *table = &apply->facts->schools;

  for (guint i = 0; i < table->columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (table->columns, i))->field;
      BalanceFact fact;

      if (field->type != BALANCE_FIELD_FLAG && field->type != BALANCE_FIELD_CHOICE && field->type != BALANCE_FIELD_YEAR && field->type != BALANCE_FIELD_DATE)
        continue;
      fact = get_fact (apply, BALANCE_LEVEL_SCHOOL, from, field);
      if (fact.valid)
        put_fact (apply, BALANCE_LEVEL_SCHOOL, handle, field, TRUE, fact.value);
    }
}

static void
plan_open (Apply *apply)
{
  const BalanceYaml *code = BODY (apply, "school"), *name = BODY (apply, "name"), *like = BODY (apply, "like");
  guint32 model = like != NULL ? find_school (apply, like, like->text) : NONE, district, handle;
  Subject subject = { .school_node = code, .section = NONE, .tried_section = TRUE };

  if (like != NULL && model == NONE)
    return;
  district = BODY (apply, "district") == NULL && model != NONE ? apply->facts->school_district[model] : find_district (apply, BODY (apply, "district"));
  if (district == NONE)
    return;
  if (balance_facts_find_school (apply->facts, district, code->text) != NONE)
    {
      ERROR (code, "code-taken", "the district has a school of the code “%s” already", "该县（市、区）已有代码为“%s”的学校", code->text);
      return;
    }
  handle = balance_reshape_add_school (get_reshape (apply), district, code->text, name->text);
  if (model != NONE)
    copy_description (apply, model, handle);
  subject.school = handle;
  set_facts (apply, &subject, BODY (apply, "facts"));
  add_stages (apply, handle, NONE);
}

static void
plan_extend (Apply *apply)
{
  const BalanceYaml *node = BODY (apply, "school");
  guint32 school = find_school (apply, node, node->text);
  Subject subject = { .school_node = node, .school = school, .section = NONE };

  if (school == NONE)
    return;
  set_facts (apply, &subject, BODY (apply, "facts"));
  add_stages (apply, school, school);
}

/* -- growing ------------------------------------------------------------------------------------------ */

/* All sections, or schools, of one total. */
static void
grow_rows (Apply *apply, const BalanceYaml *at, BalanceLevel level, BalanceField *field, const GArray *rows, mpq_srcptr factor, BalanceRounding rounding)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree mpq_t *exact = g_new (mpq_t, rows->len + 1);
  g_autofree BalanceDecimal *parts = g_new (BalanceDecimal, rows->len + 1);
  BalanceDecimal total;
  guint scale = 0;
  gboolean fits;

  mpq_set_ui (apply->c, 0, 1);
  for (guint i = 0; i < rows->len; i++)
    {
      guint32 row = g_array_index (rows, guint32, i);
      BalanceFact fact = get_fact (apply, level, row, field);

      if (!fact.valid)
        continue;
      mpq_init (exact[known->len]);
      decimal_to_mpq (&fact.value, exact[known->len]);
      mpq_mul (exact[known->len], exact[known->len], factor);
      mpq_add (apply->c, apply->c, exact[known->len]);
      scale = MAX (scale, fact.value.scale);
      g_array_append_val (known, row);
    }
  fits = mpq_to_decimal (apply->c, scale, rounding, &total) && share_out (&total, exact, known->len, scale, parts);
  if (!fits)
    ERROR (at, "too-long-number", "“%s” would have too many digits", "“%s”的位数过多", field->id);
  for (guint i = 0; i < known->len; i++)
    {
      mpq_clear (exact[i]);
      if (fits)
        put_fact (apply, level, g_array_index (known, guint32, i), field, TRUE, parts[i]);
    }
}

static void
grow_field (Apply *apply, const BalanceYaml *at, BalanceField *field, const guint8 *chosen, guint32 district, int stage, mpq_srcptr factor, BalanceRounding rounding)
{
  BalanceFacts *facts = apply->facts;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 d = 0; d < facts->districts.n_rows; d++)
    {
      if (district != NONE && d != district)
        continue;
      for (guint32 g = facts->district_groups[d]; field->level == BALANCE_LEVEL_SECTION && g < facts->district_groups[d + 1]; g++)
        {
          if (stage >= 0 && facts->group_stage[g] != stage)
            continue;
          g_array_set_size (rows, 0);
          for (guint32 i = facts->group_sections[g]; i < facts->group_sections[g + 1]; i++)
            if (chosen == NULL || chosen[facts->section_school[i]])
              g_array_append_val (rows, i);
          grow_rows (apply, at, BALANCE_LEVEL_SECTION, field, rows, factor, rounding);
        }
      if (field->level != BALANCE_LEVEL_SCHOOL)
        continue;
      g_array_set_size (rows, 0);
      for (guint32 i = facts->district_schools[d]; i < facts->district_schools[d + 1]; i++)
        if (chosen == NULL || chosen[i])
          g_array_append_val (rows, i);
      grow_rows (apply, at, BALANCE_LEVEL_SCHOOL, field, rows, factor, rounding);
    }
}

static void
plan_grow (Apply *apply)
{
  const BalanceYaml *district_node = BODY (apply, "district"), *stage_node = BODY (apply, "stage"), *schools_node = BODY (apply, "schools");
  const BalanceYaml *years_node = BODY (apply, "years"), *rounding_node = BODY (apply, "rounding"), *rate = BODY (apply, "rate");
  g_autoptr (GPtrArray) fields = list_fields (apply, apply->action->body);
  g_autofree guint8 *chosen = NULL;
  guint32 district = district_node != NULL ? find_district (apply, district_node) : NONE;
  int stage = stage_node != NULL ? find_stage (apply, stage_node) : -1;
  BalanceRounding rounding = BALANCE_ROUNDING_NEAREST;
  BalanceDecimal years = { 1, 0 };
  mpq_t factor;

  if (rounding_node != NULL && g_str_equal (rounding_node->text, "up"))
    rounding = BALANCE_ROUNDING_CEIL;
  else if (rounding_node != NULL && g_str_equal (rounding_node->text, "down"))
    rounding = BALANCE_ROUNDING_FLOOR;
  if (schools_node != NULL)
    {
      g_autoptr (GArray) schools = find_schools (apply, schools_node);

      chosen = g_malloc0 (apply->facts->schools.n_rows + 1);
      for (guint i = 0; i < schools->len; i++)
        chosen[g_array_index (schools, guint32, i)] = TRUE;
    }
  if (apply->failed)
    return;

  balance_decimal_parse (years_node->text, -1, &years);
  mpq_init (factor);
  balance_action_parse_ratio (rate->text, factor);
  mpq_set_ui (apply->a, 1, 1);
  mpq_add (factor, factor, apply->a);
  mpz_pow_ui (mpq_numref (factor), mpq_numref (factor), (unsigned long) years.digits);
  mpz_pow_ui (mpq_denref (factor), mpq_denref (factor), (unsigned long) years.digits);
  for (guint i = 0; i < fields->len; i++)
    grow_field (apply, rate, g_ptr_array_index (fields, i), chosen, district, stage, factor, rounding);
  mpq_clear (factor);
}

/* -- doing it ----------------------------------------------------------------------------------------- */

static void
carry_out (Apply *apply)
{
  BalanceRowMap map = { 0 };
  g_autoptr (BalanceCell) cell = balance_action_get_cell (apply->action);
  guint32 maker = 0;

  balance_scenario_begin_step (apply->scenario, apply->action);
  if (apply->reshape != NULL)
    balance_scenario_reshape (apply->scenario, apply->reshape, &map);
  if (cell != NULL && apply->puts->len > 0)
    maker = balance_facts_add_maker (balance_scenario_get_facts (apply->scenario), cell);
  for (guint i = 0; i < apply->puts->len; i++)
    {
      Put *put = &g_array_index (apply->puts, Put, i);
      guint32 row = put->row;

      if (apply->reshape != NULL && put->level == BALANCE_LEVEL_SECTION)
        row = map.section_to[row];
      else if (apply->reshape != NULL && put->level == BALANCE_LEVEL_SCHOOL)
        row = map.school_to[row];
      if (row == BALANCE_NEW_ROW)
        continue;
      put->fact.maker = maker;
      balance_scenario_put (apply->scenario, put->level, row, put->field, &put->fact);
    }
  balance_row_map_clear (&map);
}

/* Names that would be there, or found elsewhere, had the action not failed. */
static void
excuse_names (Apply *apply)
{
  static const char *const keys[] = { "school", "code", "name", "into", "schools" };

  if (apply->failed_names == NULL || apply->action->kind <= BALANCE_ACTION_MOVE || apply->action->kind == BALANCE_ACTION_GROW)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const BalanceYaml *node = BODY (apply, keys[i]);

      if (node != NULL && node->type == BALANCE_YAML_SCALAR)
        g_hash_table_add (apply->failed_names, g_strdup (node->text));
      for (guint k = 0; node != NULL && k < node->n_items; k++)
        g_hash_table_add (apply->failed_names, g_strdup (node->items[k]->text));
    }
}

gboolean
balance_action_apply (BalanceAction *self, BalanceScenario *scenario, GHashTable *failed, BalanceProblems *problems)
{
  Apply own = { self, scenario, balance_scenario_get_facts (scenario), problems, failed }, *apply = &own;
  Subject subject;

  apply->puts = g_array_new (FALSE, FALSE, sizeof (Put));
  apply->index = g_hash_table_new_full (hash_put, equal_puts, g_free, NULL);
  mpq_inits (apply->a, apply->b, apply->c, NULL);
  switch (self->kind)
    {
    case BALANCE_ACTION_SET:
      begin_subject (apply, &subject);
      set_facts (apply, &subject, BODY (apply, "facts"));
      break;
    case BALANCE_ACTION_ADD:
      plan_add (apply);
      break;
    case BALANCE_ACTION_CLEAR:
      plan_clear (apply);
      break;
    case BALANCE_ACTION_MOVE:
      plan_move (apply);
      break;
    case BALANCE_ACTION_HAND_OVER:
      plan_hand_over (apply);
      break;
    case BALANCE_ACTION_MERGE:
      plan_merge (apply);
      break;
    case BALANCE_ACTION_CLOSE:
      plan_close (apply);
      break;
    case BALANCE_ACTION_OPEN:
      plan_open (apply);
      break;
    case BALANCE_ACTION_EXTEND:
      plan_extend (apply);
      break;
    case BALANCE_ACTION_RECODE:
      plan_recode (apply);
      break;
    case BALANCE_ACTION_GROW:
    default:
      plan_grow (apply);
      break;
    }
  if (apply->failed)
    excuse_names (apply);
  else
    carry_out (apply);

  mpq_clears (apply->a, apply->b, apply->c, NULL);
  balance_reshape_free (apply->reshape);
  g_hash_table_unref (apply->index);
  g_array_unref (apply->puts);

  return !apply->failed;
}
